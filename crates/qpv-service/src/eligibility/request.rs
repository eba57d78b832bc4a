//! The request of an eligibility: a programme, and the person as a client describes them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use qpv_french::{key, sentence};
use qpv_model::Slug;
use qpv_programmes::Programme;

use crate::eligibility::person::{Person, PersonError};
use crate::error_code::{CodedError, ErrorCode};
use crate::place::VintageSelector;

/// A programme that is asked about a person.
#[derive(Debug, Clone)]
pub struct EligibilityRequest {
    /// The programme.
    pub programme: Programme,
    /// The person, whose birth date is plausible on the day asked.
    pub person: Person,
}

/// A person as a client describes them, its declarations by the names that the programme gives.
#[derive(Debug, Clone, Default)]
pub struct StatedPerson {
    /// The birth date.
    pub birth_date: Option<Date>,
    /// The school: its identifier, its name, or that there is none (`aucune`).
    pub school: Option<String>,
    /// The declarations.
    pub declared: BTreeMap<String, bool>,
}

/// The fault of an eligibility request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EligibilityError {
    /// A vintage was chosen.
    #[error(
        "a programme is judged on a day, with the perimeters then in force: give `on`, not `vintage`"
    )]
    DayNeeded,
    /// The programme has no such declaration.
    #[error("`{programme}` asks no declaration `{name}`; it asks: {known}")]
    UnknownDeclaration {
        /// The programme.
        programme: Slug,
        /// As given.
        name: String,
        /// Those it has.
        known: String,
    },
    /// The birth date is not plausible.
    #[error(transparent)]
    Person(#[from] PersonError),
}

impl CodedError for EligibilityError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::DayNeeded | Self::UnknownDeclaration { .. } => ErrorCode::BadParameter,
            Self::Person(error) => error.code(),
        }
    }

    fn message_fr(&self) -> String {
        match self {
            Self::DayNeeded | Self::UnknownDeclaration { .. } => {
                sentence(key::ERROR_BAD_PARAMETER, &[("value", &self.to_string())])
            }
            Self::Person(error) => error.message_fr(),
        }
    }
}

impl EligibilityRequest {
    /// Reads the person for the programme, on the day of the check.
    ///
    /// # Errors
    /// [`EligibilityError`].
    pub fn new(
        programme: &Programme,
        stated: StatedPerson,
        vintage: VintageSelector,
    ) -> Result<Self, EligibilityError> {
        // Age and perimeters must be of the same day.
        let VintageSelector::InForce(on) = vintage else {
            return Err(EligibilityError::DayNeeded);
        };
        let declared = stated
            .declared
            .into_iter()
            .map(|(name, value)| Ok((declaration(programme, name)?, value)));
        let person = Person {
            birth_date: stated.birth_date,
            school: stated.school,
            declared: declared.collect::<Result<_, EligibilityError>>()?,
        };
        person.check(on)?;
        Ok(Self {
            programme: programme.clone(),
            person,
        })
    }
}

/// Finds a declaration of the programme by its name.
fn declaration(programme: &Programme, name: String) -> Result<Slug, EligibilityError> {
    let known = programme.declarations();
    match known.iter().find(|(known, _)| known.as_str() == name) {
        Some((known, _)) => Ok((*known).clone()),
        None => Err(EligibilityError::UnknownDeclaration {
            programme: programme.id.clone(),
            name,
            known: known
                .iter()
                .map(|(known, _)| known.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        }),
    }
}
