//! The stated facts of a person: birth date, school, and what programmes ask.

use std::collections::BTreeMap;

use jiff::civil::Date;
use qpv_french::dates::day_in_digits;
use qpv_french::fold::fold_name;
use qpv_french::{key, sentence};
use qpv_model::{CommuneCode, ListedPlace, Slug};
use qpv_programmes::{Programme, SchoolFact, StatedFact, age_on};

use crate::error_code::{CodedError, ErrorCode};
use crate::place_index::Places;
use crate::snapshot::Snapshot;

/// Ages beyond this are mistakes.
const OLDEST: i16 = 120;

/// The words of a school column or field for "none", in plain letters.
const NO_SCHOOL: &[&str] = &[
    "aucun",
    "aucune",
    "aucun etablissement",
    "aucune ecole",
    "neant",
    "sans",
    "sans ecole",
    "sans etablissement",
    "pas d ecole",
    "non scolarise",
    "non scolarisee",
    "non scolarise e",
    "pas scolarise",
    "pas scolarisee",
    "pas scolarise e",
    "pas encore scolarise",
    "pas encore scolarisee",
    "pas encore scolarise e",
];

/// The stated facts of a person; a fact that is not stated is unknown.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// The birth date.
    pub birth_date: Option<Date>,
    /// The school: its identifier, its name, or that there is none (`aucune`).
    pub school: Option<String>,
    /// The facts stated, by the names that the programme gives.
    pub stated: BTreeMap<Slug, StatedFact>,
}

/// The reason why stated facts are impossible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PersonError {
    /// Born after the day of the check.
    #[error("the birth date {birth_date} is after the day of the check, {on}")]
    BornAfter {
        /// As given.
        birth_date: Date,
        /// The day of the check.
        on: Date,
    },
    /// Older than 120 years.
    #[error("the birth date {birth_date} makes more than {OLDEST} years on {on}")]
    TooOld {
        /// As given.
        birth_date: Date,
        /// The day of the check.
        on: Date,
    },
}

impl CodedError for PersonError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::BornAfter { .. } => ErrorCode::BirthDateAfterCheck,
            Self::TooOld { .. } => ErrorCode::BirthDateImplausible,
        }
    }

    fn message_fr(&self) -> String {
        let (Self::BornAfter { birth_date, on } | Self::TooOld { birth_date, on }) = *self;
        let (birth_date, on) = (day_in_digits(birth_date), day_in_digits(on));
        let key = match self {
            Self::BornAfter { .. } => key::ERROR_BIRTH_DATE_AFTER_CHECK,
            Self::TooOld { .. } => key::ERROR_BIRTH_DATE_IMPLAUSIBLE,
        };
        sentence(key, &[("value", &birth_date), ("on", &on)])
    }
}

impl Person {
    /// Checks that the birth date is possible on the day of the check.
    ///
    /// # Errors
    /// [`PersonError`].
    pub fn check(&self, on: Date) -> Result<(), PersonError> {
        let Some(birth_date) = self.birth_date else {
            return Ok(());
        };
        match age_on(birth_date, on) {
            None => Err(PersonError::BornAfter { birth_date, on }),
            Some(age) if age > OLDEST => Err(PersonError::TooOld { birth_date, on }),
            Some(_) => Ok(()),
        }
    }

    /// Returns the name of the school in counts: as the list names it, with its commune, or as it
    /// was given.
    #[must_use]
    pub fn school_name(&self, snapshot: &Snapshot, programme: &Programme) -> Option<String> {
        match self.look_up(snapshot, programme, None) {
            Looked::School(SchoolFact::NotGiven) => None,
            Looked::School(SchoolFact::None) => Some(sentence(key::TALLY_NO_SCHOOL, &[])),
            Looked::Place(place, _) => Some(called(place)),
            Looked::School(_) => self.school.clone(),
        }
    }

    /// The school as the list has it.
    pub(super) fn school(
        &self,
        snapshot: &Snapshot,
        programme: &Programme,
        commune: Option<CommuneCode>,
    ) -> SchoolFact {
        match self.look_up(snapshot, programme, commune) {
            Looked::School(school) => school,
            Looked::Place(place, networks_told) => known(place, networks_told),
        }
    }

    /// Looks the school up: by identifier, or by name, alone or with its city (`École Jules-Ferry, Flers`). A name alone
    /// decides only when every school of that name is taken alike, and one at least is in the department of the home; an
    /// identifier, when all its sites are taken alike.
    fn look_up<'s>(
        &self,
        snapshot: &'s Snapshot,
        programme: &Programme,
        commune: Option<CommuneCode>,
    ) -> Looked<'s> {
        let text = match self.school.as_deref().map(str::trim) {
            None | Some("") => return Looked::School(SchoolFact::NotGiven),
            Some(text) => text,
        };
        // Before the list is asked: "none" needs no list.
        if NO_SCHOOL.contains(&&*fold_name(text)) {
            return Looked::School(SchoolFact::None);
        }
        let Some(places) = snapshot.places(programme.school_list.as_str()) else {
            return Looked::School(SchoolFact::NoList);
        };
        // An identifier is exact; a name may be shared by many schools.
        let mut found: Vec<&ListedPlace> = places.by_id(text).iter().collect();
        let mut near = true;
        if found.is_empty() {
            (found, near) = named_near(places, text, commune);
        }
        let Some((first, others)) = found.split_first() else {
            return Looked::School(SchoolFact::NotFound);
        };
        let networks_told = places.networks_told();
        let school = known(first, networks_told);
        let alike = others
            .iter()
            .all(|other| programme.takes_alike(&school, &known(other, networks_told)));
        if alike && near {
            Looked::Place(first, networks_told)
        } else {
            Looked::School(SchoolFact::Ambiguous)
        }
    }
}

/// The result of looking a school up.
enum Looked<'s> {
    School(SchoolFact),
    /// This place, and true when its list names networks.
    Place(&'s ListedPlace, bool),
}

/// The sites of a name, alone or followed by their city, and true when one of them may be meant by somebody who lives in this
/// commune.
fn named_near<'s>(
    places: &'s Places,
    text: &str,
    home: Option<CommuneCode>,
) -> (Vec<&'s ListedPlace>, bool) {
    let found = places.named(text, None);
    if found.is_empty() {
        return (named_with_city(places, text), true);
    }
    // A name that is found in other departments only is rather that of another school.
    let near = home.is_none_or(|home| {
        found.iter().any(|place| {
            place
                .citycode
                .is_none_or(|code| code.department() == home.department())
        })
    });
    (found, near)
}

/// The places of a name that is followed by their city: `École Jules-Ferry, Flers`.
fn named_with_city<'s>(places: &'s Places, text: &str) -> Vec<&'s ListedPlace> {
    // `École Jules-Ferry (Flers)` is read like `École Jules-Ferry, Flers`.
    let (name, city) = text
        .trim_end_matches(')')
        .rsplit_once([',', '('])
        .unwrap_or((text, ""));
    let mut found = places.named(name, None);
    found.retain(|place| {
        place
            .city
            .as_deref()
            .is_some_and(|of| fold_name(of) == fold_name(city))
    });
    found
}

/// Its name and its city.
fn called(place: &ListedPlace) -> String {
    place.city.as_ref().map_or_else(
        || place.name.clone(),
        |city| format!("{} ({city})", place.name),
    )
}

fn known(place: &ListedPlace, networks_told: bool) -> SchoolFact {
    let name = called(place);
    match place.network {
        // A list without networks does not say that this school is in none.
        None if !networks_told => SchoolFact::NetworkNotTold { name },
        network => SchoolFact::Known {
            name,
            commune: place.citycode,
            network,
        },
    }
}
