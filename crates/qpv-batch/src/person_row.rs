//! A person of a list: the facts of a row, the home that its address gives, and the sentences of an answer.

use jiff::civil::Date;
use qpv_french::{Key, key};
use qpv_model::Slug;
use qpv_programmes::{Assessment, ConditionFinding, Programme, Truth, age_on};
use qpv_service::{
    AddressCheck, Candidate, Case, CodedError, DefaultPlace, Home, Person, Snapshot,
    VintageSelector, Zone, assess, home_of_address, messages, search_to_judge_in,
};

use crate::addresses::{AddressRow, judge_row};
use crate::corrections::RowCorrection;
use crate::row_error::RowError;

/// The birth date is no day.
pub(crate) const BAD_BIRTH_DATE: RowError = "bad_birth_date";
/// The day of the check is no day.
pub(crate) const BAD_CHECK_DATE: RowError = "bad_check_date";

/// A row as it is asked.
pub struct PersonRow {
    pub(crate) address: Result<AddressRow, RowError>,
    pub(crate) person: Person,
    pub(crate) sex: Option<String>,
    pub(crate) on: Date,
    pub(crate) faults: Vec<RowFault>,
}

/// A field of a row that cannot be read.
pub(crate) struct RowFault {
    pub(crate) code: RowError,
    /// The fact that is unknown for it; `None` for the birth date.
    pub(crate) fact: Option<Slug>,
    /// The sentence that says so.
    pub(crate) message: String,
}

/// The home of a row, by the perimeters in force on a day.
pub(crate) struct RowHome {
    /// The check of its address.
    pub(crate) check: Result<AddressCheck, RowError>,
    home: Option<Home>,
    /// A programme is judged on a day, with the perimeters then in force.
    choice: VintageSelector,
}

/// The sentences of an answer, in one line each.
pub(crate) struct RowSentences {
    pub(crate) outcome: String,
    pub(crate) reasons: String,
    pub(crate) missing: String,
}

impl RowHome {
    /// Judges the addresses found for a row by the perimeters of its day.
    pub(crate) fn new(
        snapshot: &Snapshot,
        row: &PersonRow,
        found: Result<Vec<Candidate>, RowError>,
    ) -> Self {
        let choice = VintageSelector::InForce(row.on);
        let address = row.address.as_ref().map_err(|code| *code);
        let check = address.and_then(|address| judge_row(snapshot, choice, found, address));
        let home = check
            .as_ref()
            .ok()
            .map(|check| home_of_address(snapshot, check));
        Self {
            check,
            home,
            choice,
        }
    }

    /// Returns the home with the zone that a review found as a fact.
    pub(crate) fn reviewed_as(self, zone: Zone) -> Self {
        Self {
            home: self.home.map(|home| home.reviewed_as(zone)),
            ..self
        }
    }
}

impl PersonRow {
    /// Takes the correction of the row.
    pub(crate) fn corrected(mut self, mut correction: RowCorrection) -> Self {
        if let Some(born) = correction.birth_date.take() {
            self = self.born(born);
        }
        let school = correction.school.take();
        Self {
            address: AddressRow::corrected(self.address, &mut correction),
            person: Person {
                school: school.or(self.person.school),
                ..self.person
            },
            ..self
        }
    }

    /// Takes another birth date, of which the faults of the former one say nothing. An implausible one counts as unknown.
    fn born(mut self, born: Date) -> Self {
        self.faults.retain(|fault| fault.fact.is_some());
        let person = Person {
            birth_date: Some(born),
            ..Person::default()
        };
        self.person.birth_date = match person.check(self.on) {
            Ok(()) => Some(born),
            Err(error) => {
                let fault = RowFault::of_birth_date(error.code().as_str(), error.message_fr());
                self.faults.insert(0, fault);
                None
            }
        };
        self
    }

    /// Searches the address, whatever the day: one that names no place, in the default one.
    pub(crate) fn search(
        &self,
        snapshot: &Snapshot,
        default_place: &DefaultPlace,
    ) -> Result<Vec<Candidate>, RowError> {
        let question = self.address.as_ref().map_err(|code| *code)?;
        search_to_judge_in(snapshot, &question.text, &question.filter, default_place)
            .map_err(|error| error.code().as_str())
    }

    /// Asks a programme.
    pub(crate) fn assess<'p>(
        &self,
        snapshot: &Snapshot,
        programme: &'p Programme,
        home: &RowHome,
    ) -> Assessment<'p> {
        let case = Case {
            home: home.home.as_ref(),
            building: None,
            person: self.person.clone(),
        };
        assess(snapshot, programme, &case, home.choice)
    }

    /// Returns the first fault: that of a field before that of the address, for the author of the list can repair it.
    pub(crate) fn error(&self, home: &RowHome) -> Option<RowError> {
        self.faults
            .first()
            .map(|fault| fault.code)
            .or(home.check.as_ref().err().copied())
    }

    /// Returns the completed years on the day of the check.
    pub(crate) fn age(&self) -> Option<i16> {
        self.person
            .birth_date
            .and_then(|born| age_on(born, self.on))
    }
}

impl RowFault {
    /// The fault of a birth date.
    pub(crate) fn of_birth_date(code: RowError, message: String) -> Self {
        Self {
            code,
            fact: None,
            message,
        }
    }

    /// Returns whether a programme asks the fact.
    pub(crate) fn concerns(&self, programme: &Programme) -> bool {
        match &self.fact {
            Some(fact) => programme.asked_fact(fact.as_str()).is_some(),
            None => programme.asks("age"),
        }
    }
}

impl RowSentences {
    /// Puts an answer to a row in sentences.
    pub(crate) fn new(assessment: &Assessment<'_>, faults: &[RowFault]) -> Self {
        let is_birth_date_wrong = faults.iter().any(|fault| fault.fact.is_none());
        // A fault of the birth date says that it is missing.
        let missing = assessment
            .missing()
            .filter(|found| {
                !is_birth_date_wrong || found.finding != ConditionFinding::BirthDateMissing
            })
            .map(messages::finding);
        let faults = faults.iter().map(|fault| fault.message.clone());
        let missing = joined_sentences(faults.chain(missing));
        let reasons = assessment
            .reasons()
            .filter(|found| found.truth != Truth::Unknown);
        let note = assessment.rule.and_then(|rule| rule.note.clone());
        let reasons = joined_sentences(reasons.map(messages::finding_with_birthday).chain(note));
        Self {
            outcome: messages::assessment(assessment),
            reasons,
            missing,
        }
    }
}

/// Joins sentences, each once.
pub(crate) fn joined_sentences(all: impl Iterator<Item = String>) -> String {
    let mut sentences: Vec<String> = Vec::new();
    for sentence in all {
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences.join(" ")
}

/// Returns the perimeters that an address surely lies in, by name and code.
pub(crate) fn qpv_names(snapshot: &Snapshot, check: &AddressCheck) -> Option<String> {
    let members = check
        .perimeters
        .as_ref()
        .filter(|members| check.zone == Zone::Qpv && !members.is_empty())?;
    let vintage = check.candidates.first()?.standing.as_ref().ok()?.vintage;
    let names = members
        .iter()
        .map(|&member| messages::name(snapshot.perimeter(vintage, member)));
    Some(names.collect::<Vec<_>>().join(", "))
}

/// Returns the sentence of a row without an answer: a field cannot be read, or it has other columns than the header.
pub(crate) fn row_fault(code: RowError) -> Key {
    match code {
        BAD_CHECK_DATE => key::PEOPLE_ROW_BAD_CHECK_DATE,
        _ => key::PEOPLE_ROW_BAD_ROW,
    }
}
