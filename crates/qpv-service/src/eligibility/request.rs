//! The request of an eligibility: a programme, and the person as a client describes them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use qpv_french::{key, sentence};
use qpv_model::Slug;
use qpv_programmes::{AskedFact, AskedKind, Programme};

use crate::eligibility::person::{Person, PersonError};
use crate::eligibility::statement::{StatedValue, expected_form};
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

/// A person as a client describes them, the facts stated by the names that the programme gives.
#[derive(Debug, Clone, Default)]
pub struct StatedPerson {
    /// The birth date.
    pub birth_date: Option<Date>,
    /// The school: its identifier, its name, or that there is none (`aucune`).
    pub school: Option<String>,
    /// The facts stated, by their names: for every programme that asks one of this name, or as `programme/name` for one alone.
    pub declared: BTreeMap<String, StatedValue>,
}

/// The fault of an eligibility request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EligibilityError {
    /// A vintage was chosen.
    #[error(
        "a programme is judged on a day, with the perimeters then in force: give `on`, not `vintage`"
    )]
    DayNeeded,
    /// No programme asks such a fact.
    #[error("`{programme}` asks no declaration `{name}`; it asks: {known}")]
    UnknownDeclaration {
        /// The programmes, a comma between them.
        programme: String,
        /// As given.
        name: String,
        /// Those it has.
        known: String,
    },
    /// A fact is not of the kind asked. The value, which is personal, is not in the message.
    #[error("`{name}` of `{programmes}` is {}", expected_form(*.kind))]
    UnreadableStatement {
        /// The programmes that ask it so, a comma between them.
        programmes: String,
        /// The fact.
        name: Slug,
        /// The kind of value that it has.
        kind: AskedKind,
    },
    /// The birth date is not plausible.
    #[error(transparent)]
    Person(#[from] PersonError),
}

impl CodedError for EligibilityError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::DayNeeded
            | Self::UnknownDeclaration { .. }
            | Self::UnreadableStatement { .. } => ErrorCode::BadParameter,
            Self::Person(error) => error.code(),
        }
    }

    fn message_fr(&self) -> String {
        match self {
            Self::DayNeeded
            | Self::UnknownDeclaration { .. }
            | Self::UnreadableStatement { .. } => {
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
        stated: &StatedPerson,
        vintage: VintageSelector,
    ) -> Result<Self, EligibilityError> {
        let mut requests = Self::for_each(&[programme], stated, vintage)?;
        Ok(requests.remove(0))
    }

    /// Reads the person for each of some programmes: a fact counts for those that ask it, and one at least does.
    ///
    /// # Errors
    /// [`EligibilityError`].
    pub fn for_each(
        programmes: &[&Programme],
        stated: &StatedPerson,
        vintage: VintageSelector,
    ) -> Result<Vec<Self>, EligibilityError> {
        // Age and perimeters must be of the same day.
        let VintageSelector::InForce(on) = vintage else {
            return Err(EligibilityError::DayNeeded);
        };
        check_names(programmes, stated)?;
        // Of the birth date all programmes have the same.
        Person {
            birth_date: stated.birth_date,
            ..Person::default()
        }
        .check(on)?;
        let requests = programmes.iter().map(|programme| {
            let facts = programme.asked.iter().filter_map(|fact| {
                let value = stated.value(programme, fact)?;
                let read = value.read(fact);
                Some(
                    read.map(|read| (fact.id.clone(), read))
                        .ok_or_else(|| unreadable(programmes, stated, fact)),
                )
            });
            let person = Person {
                birth_date: stated.birth_date,
                school: stated.school.clone(),
                stated: facts.collect::<Result<_, EligibilityError>>()?,
            };
            Ok(Self {
                programme: (*programme).clone(),
                person,
            })
        });
        requests.collect()
    }
}

impl StatedPerson {
    /// Returns the value of a fact that a programme asks: the one stated for it alone comes before the one for all.
    fn value(&self, programme: &Programme, fact: &AskedFact) -> Option<&StatedValue> {
        let own = self.declared.get(&own_name(programme, fact));
        own.or_else(|| self.declared.get(fact.id.as_str()))
    }
}

/// Returns the name of a fact of one programme alone.
fn own_name(programme: &Programme, fact: &AskedFact) -> String {
    format!("{}/{}", programme.id, fact.id)
}

/// Checks that every fact stated is asked by a programme: ignored, it would seem to have counted.
fn check_names(programmes: &[&Programme], stated: &StatedPerson) -> Result<(), EligibilityError> {
    let unasked = stated.declared.keys().find(|name| {
        !programmes.iter().any(|programme| {
            let mut asked = programme.asked.iter();
            asked.any(|fact| fact.id.as_str() == *name || own_name(programme, fact) == **name)
        })
    });
    let Some(name) = unasked else {
        return Ok(());
    };
    let mut known: Vec<&str> = Vec::new();
    for fact in programmes.iter().flat_map(|programme| &programme.asked) {
        // Several programmes may ask the same.
        if !known.contains(&fact.id.as_str()) {
            known.push(fact.id.as_str());
        }
    }
    let ids: Vec<&str> = programmes
        .iter()
        .map(|programme| programme.id.as_str())
        .collect();
    Err(EligibilityError::UnknownDeclaration {
        programme: ids.join(", "),
        name: name.clone(),
        known: known.join(", "),
    })
}

/// Returns the fault of a value that is not of the kind a programme asks, with all programmes that ask it so.
fn unreadable(
    programmes: &[&Programme],
    stated: &StatedPerson,
    fact: &AskedFact,
) -> EligibilityError {
    let concerned = programmes.iter().filter(|programme| {
        programme.asked_fact(fact.id.as_str()).is_some_and(|other| {
            let value = stated.value(programme, other);
            other.kind == fact.kind && value.is_some_and(|value| value.read(other).is_none())
        })
    });
    let ids: Vec<&str> = concerned.map(|programme| programme.id.as_str()).collect();
    EligibilityError::UnreadableStatement {
        programmes: ids.join(", "),
        name: fact.id.clone(),
        kind: fact.kind,
    }
}
