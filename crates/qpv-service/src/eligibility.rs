//! Whether somebody is eligible to a programme: where the home stands, held with age and school against the rules.
//!
//! Owns what turns a check of an address, a position or a building into the facts that `qpv-programmes` judges. Promises: a
//! home that may stand in several places (a street, two addresses that are as good) is in a zone only when it is in it
//! wherever it may stand. Refuses: rules, which are data.

mod home;
mod person;
mod request;

use qpv_engine::FootprintLocation;
use qpv_french::{key, sentence};
use qpv_model::Vintage;
use qpv_programmes::{Assessment, KnownFacts, Programme};

use crate::error_code::{CodedError, ErrorCode};
use crate::place::VintageSelector;
use crate::snapshot::Snapshot;

pub use home::Home;
pub use person::{Person, PersonError};
pub use request::{EligibilityError, EligibilityRequest, StatedPerson};

/// No programme has this identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no programme `{asked}`; there are {known}")]
pub struct UnknownProgramme {
    /// As asked.
    pub asked: String,
    /// Those there are.
    pub known: String,
}

impl CodedError for UnknownProgramme {
    fn code(&self) -> ErrorCode {
        ErrorCode::UnknownProgramme
    }

    fn message_fr(&self) -> String {
        sentence(
            key::ERROR_UNKNOWN_PROGRAMME,
            &[("value", &self.asked), ("known", &self.known)],
        )
    }
}

/// What a programme is asked of.
#[derive(Debug, Default)]
pub struct Case<'a> {
    /// The home, or the establishment.
    pub home: Option<&'a Home>,
    /// The building, with the vintage that answered.
    pub footprint: Option<(Vintage, &'a FootprintLocation)>,
    /// Age, school, declarations.
    pub person: Person,
}

impl Snapshot {
    /// The programmes: those of the dataset, then those shipped that no one of the dataset replaces by its identifier.
    #[must_use]
    pub fn programmes(&self) -> &[Programme] {
        &self.programmes
    }

    /// The programme of an identifier.
    ///
    /// # Errors
    /// [`UnknownProgramme`].
    pub fn programme(&self, id: &str) -> Result<&Programme, UnknownProgramme> {
        self.programmes
            .iter()
            .find(|programme| programme.id.as_str() == id)
            .ok_or_else(|| {
                let known: Vec<&str> = self
                    .programmes
                    .iter()
                    .map(|programme| programme.id.as_str())
                    .collect();
                UnknownProgramme {
                    asked: id.to_owned(),
                    known: known.join(", "),
                }
            })
    }

    /// Holds a case against a programme, on the day of the choice (today when it is of a vintage).
    #[must_use]
    pub fn assess<'p>(
        &self,
        programme: &'p Programme,
        case: &Case<'_>,
        choice: VintageSelector,
    ) -> Assessment<'p> {
        programme.evaluate(&self.facts(programme, case, choice))
    }

    fn facts(&self, programme: &Programme, case: &Case<'_>, choice: VintageSelector) -> KnownFacts {
        let home = case.home.map(|home| home.facts(self, programme, choice));
        let commune = home.as_ref().and_then(|home| home.commune);
        let precision_m = |vintage| {
            self.zones(vintage)
                .map_or(0.0, |zones| zones.layer().precision_m)
        };
        let footprint = case
            .footprint
            .map(|(vintage, footprint)| qpv_programmes::FootprintFact {
                nearest_m: footprint.nearest_m,
                farthest_m: footprint.farthest_m,
                inside: footprint.qpv.every,
                doubt_m: precision_m(vintage),
            });
        KnownFacts {
            on: choice.day(),
            birth_date: case.person.birth_date,
            home,
            school: case.person.school(self, programme, commune),
            footprint,
            declared: case.person.declared.clone(),
        }
    }
}
