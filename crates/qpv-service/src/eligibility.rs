//! The eligibility to a programme: the position of the home, the age and the school against the
//! rules.
//!
//! Owns what turns a check of an address, a position or a building into the facts that `qpv-programmes` judges. Promises: a
//! home that may stand in several places (a street, two addresses that are as good) is in a zone only when it is in it
//! wherever it may stand. Refuses: rules, which are data.

mod building;
mod home;
mod person;
mod places;
mod request;
mod reviewed;
mod statement;

use qpv_programmes::{Assessment, KnownFacts, Programme};

use crate::eligibility::places::place_facts;
use crate::place::VintageSelector;
use crate::snapshot::Snapshot;

pub use building::BuildingCase;
pub use home::{Home, PossiblePosition};
pub use person::{Person, PersonError};
pub use request::{EligibilityError, EligibilityRequest, StatedPerson};
pub use statement::{StatedValue, read_date, read_number};

/// The subject that a programme is asked about.
#[derive(Debug, Default)]
pub struct Case<'a> {
    /// The home, or the establishment.
    pub home: Option<&'a Home>,
    /// The building.
    pub building: Option<BuildingCase<'a>>,
    /// Age, school, facts stated.
    pub person: Person,
}

/// Holds a case against a programme, on the day that the vintage selector names (today for a vintage).
#[must_use]
pub fn assess<'p>(
    snapshot: &Snapshot,
    programme: &'p Programme,
    case: &Case<'_>,
    vintage: VintageSelector,
) -> Assessment<'p> {
    programme.evaluate(&facts(snapshot, programme, case, vintage))
}

fn facts(
    snapshot: &Snapshot,
    programme: &Programme,
    case: &Case<'_>,
    vintage: VintageSelector,
) -> KnownFacts {
    let stated = &case.person.stated;
    let questions = programme.place_questions(stated);
    let home = case.home.map(|home| {
        let places = place_facts(snapshot, home, programme, &questions, vintage);
        home.facts(snapshot, programme, places, vintage)
    });
    let commune = home.as_ref().and_then(|home| home.commune);
    let building = case
        .building
        .map(|building| building::facts(snapshot, &building, &questions, vintage));
    KnownFacts {
        on: vintage.day(),
        birth_date: case.person.birth_date,
        home,
        school: case.person.school(snapshot, programme, commune),
        building,
        stated: stated.clone(),
    }
}
