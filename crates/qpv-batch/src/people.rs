//! Whether the people of a list are eligible to a programme: their addresses, ages and schools, row by row.
//!
//! Columns are recognised by their French headers ([`columns`](self::columns)). What is wrong in a row (a birth date that
//! is none, say) is told in that row; the fact then counts as unknown, never as "no". The counts of a whole list make its
//! [`Tally`].

mod columns;
mod summary;
mod tally;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use arrow_schema::Field;
use jiff::civil::Date;
use qpv_french::dates::{day_in_digits, read_day};
use qpv_french::{Key, key, sentence};
use qpv_programmes::{
    AssessedCondition, Assessment, ConditionFinding, EligibilityOutcome, Programme, Truth, age_on,
};

use super::addresses::{Addresses, Question, point_of, write_place};
use super::job::{Added, Cells, Fields, Job, RowError};
use super::{AnswerCounts, ColumnsError, Error, RowPoint, Summary};
use qpv_service::Case;
use qpv_service::CodedError;
use qpv_service::home_of_address;
use qpv_service::messages;
use qpv_service::{AddressCheck, Person, Snapshot, VintageSelector, Zone};

use columns::Roles;
use tally::Who;

pub(super) use columns::address_columns;
pub use columns::{ColumnRole, PeopleColumns};
pub use summary::{SummaryCell, SummaryTable};
pub use tally::{Group, Outcomes, Tally};

/// The birth date is no day.
const BAD_BIRTH_DATE: RowError = "bad_birth_date";
/// The day of the check is no day.
const BAD_CHECK_DATE: RowError = "bad_check_date";

/// Years a day of check may be of: perimeters have been there since 2015, and no list is made that far ahead.
const CHECKED: std::ops::RangeInclusive<i16> = 2000..=2100;

/// The columns added, in order.
const ADDED: [&str; 15] = [
    "result",
    "resultat",
    "motifs",
    "a_completer",
    "age",
    "verifie_au",
    "result_label",
    "result_score",
    "zone",
    "code_qp",
    "lib_qp",
    DISTANCE,
    "certainty",
    "vintage",
    "error",
];
const DISTANCE: &str = "distance_to_boundary_m";
const NUMBERS: [&str; 3] = ["age", "result_score", DISTANCE];

/// Whether the people of a list are eligible to a programme.
#[derive(Debug)]
pub struct People {
    programme: Programme,
    columns: PeopleColumns,
    /// When a row names no day.
    on: Date,
    /// Counts under this are not told in the summary.
    suppress_under: Option<u64>,
    /// Set when the columns are found, and again when a better header is.
    roles: RwLock<Arc<Roles>>,
}

/// A row as it is asked.
pub struct Row {
    address: Result<Question, RowError>,
    person: Person,
    sex: Option<String>,
    on: Date,
    /// What is wrong in it, and the sentence that says so.
    fault: Option<(RowError, String)>,
}

/// What was found for one row.
pub struct Answer {
    on: Date,
    outcome: EligibilityOutcome,
    /// In one line each.
    told: Told,
    age: Option<i16>,
    check: Option<AddressCheck>,
    who: Who,
    error: Option<RowError>,
}

/// The sentences of a row.
struct Told {
    outcome: String,
    reasons: String,
    missing: String,
}

impl People {
    /// Asks this programme of every row; of one without a day of its own, on that day.
    #[must_use]
    pub fn new(programme: Programme, columns: PeopleColumns, on: Date) -> Self {
        Self {
            programme,
            columns,
            on,
            suppress_under: None,
            roles: RwLock::default(),
        }
    }

    /// The same, with counts under this hidden in the summary.
    #[must_use]
    pub fn suppressing_under(self, under: Option<u64>) -> Self {
        Self {
            suppress_under: under,
            ..self
        }
    }

    /// The programme.
    #[must_use]
    pub fn programme(&self) -> &Programme {
        &self.programme
    }

    fn roles(&self) -> Arc<Roles> {
        self.roles
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn find(&self, snapshot: &Snapshot, row: &Row) -> Answer {
        let choice = VintageSelector::InForce(row.on);
        let check = row
            .address
            .as_ref()
            .map_err(|code| *code)
            .and_then(|question| {
                let found = snapshot
                    .search_to_judge(&question.text, &question.filter)
                    .map_err(|error| error.code().as_str())?;
                Ok(snapshot.judge(found, choice))
            });
        let home = check
            .as_ref()
            .ok()
            .map(|check| home_of_address(snapshot, check));
        let case = Case {
            home: home.as_ref(),
            footprint: None,
            person: row.person.clone(),
        };
        let assessment = snapshot.assess(&self.programme, &case, choice);
        let error = row
            .fault
            .as_ref()
            .map(|(code, _)| *code)
            .or(check.as_ref().err().copied());
        let age = row.person.birth_date.and_then(|born| age_on(born, row.on));
        let who = Who {
            zone: check
                .as_ref()
                .map_or(Zone::Undetermined, |check| check.zone),
            qpv: check
                .as_ref()
                .ok()
                .and_then(|check| qpv_names(snapshot, check)),
            age,
            sex: row.sex.clone(),
            school: row.person.school_name(snapshot, &self.programme),
        };
        let told = Told::of(&assessment, row);
        Answer {
            on: row.on,
            outcome: assessment.outcome,
            told,
            age,
            who,
            check: check.ok(),
            error,
        }
    }
}

/// The perimeters that an address surely lies in, by name and code.
fn qpv_names(snapshot: &Snapshot, check: &AddressCheck) -> Option<String> {
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

impl Told {
    fn of(assessment: &Assessment<'_>, row: &Row) -> Self {
        let fault = row.fault.as_ref().map(|(_, sentence)| sentence.clone());
        // A fault of the birth date says that it is missing.
        let told = |found: &&AssessedCondition<'_>| {
            fault.is_none() || found.finding != ConditionFinding::BirthDateMissing
        };
        let missing = assessment.missing().filter(told).map(messages::finding);
        let missing = sentences(fault.clone().into_iter().chain(missing));
        let reasons = assessment
            .reasons()
            .filter(|found| found.truth != Truth::Unknown);
        let note = assessment.rule.and_then(|rule| rule.note.clone());
        let reasons = sentences(reasons.map(messages::finding_with_birthday).chain(note));
        Self {
            outcome: messages::assessment(assessment),
            reasons,
            missing,
        }
    }
}

/// Sentences one after the other, each once.
fn sentences(all: impl Iterator<Item = String>) -> String {
    let mut told: Vec<String> = Vec::new();
    for sentence in all {
        if !told.contains(&sentence) {
            told.push(sentence);
        }
    }
    told.join(" ")
}

/// The sentence of a row that has no answer: one of its fields is not readable, or it has other columns than the header.
fn row_fault(code: RowError) -> Key {
    match code {
        BAD_CHECK_DATE => key::PEOPLE_ROW_BAD_CHECK_DATE,
        _ => key::PEOPLE_ROW_BAD_ROW,
    }
}

impl Job for People {
    type Asked = Row;
    type Answers = Vec<Answer>;

    fn check(&self, snapshot: &Snapshot) -> Result<(), Error> {
        snapshot.addresses()?;
        Ok(())
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        let roles = Roles::find(&self.columns, header)?;
        let read = roles.read();
        *self.roles.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(roles);
        Ok(read)
    }

    fn check_type(&self, _: &Field) -> Result<(), ColumnsError> {
        Ok(())
    }

    fn added(&self) -> Vec<Added> {
        ADDED
            .map(|name| Added {
                name: name.to_owned(),
                number: NUMBERS.contains(&name),
            })
            .to_vec()
    }

    fn read(&self, names: &[String], fields: Fields<'_, '_>) -> Result<Row, RowError> {
        let roles = self.roles();
        let on = match roles.check_date(fields) {
            Some(text) => read_day(text)
                .filter(|day| CHECKED.contains(&day.year()))
                .ok_or(BAD_CHECK_DATE)?,
            None => self.on,
        };
        let mut fault = None;
        let mut birth_date = roles.birth_date(fields).and_then(|text| {
            let read = read_day(text);
            if read.is_none() {
                fault = Some((
                    BAD_BIRTH_DATE,
                    sentence(key::PEOPLE_BAD_BIRTH_DATE, &[("value", text)]),
                ));
            }
            read
        });
        let person = Person {
            birth_date,
            ..Person::default()
        };
        if let Err(error) = person.check(on) {
            fault = Some((error.code().as_str(), error.message_fr()));
            birth_date = None;
        }
        let (names, address) = roles.address(names, fields);
        let address = Addresses::default().read(names, address);
        let person = Person {
            birth_date,
            school: roles.school(fields),
            declared: BTreeMap::new(),
        };
        Ok(Row {
            address,
            person,
            sex: roles.sex(fields),
            on,
            fault,
        })
    }

    fn answer(&self, snapshot: &Snapshot, rows: &[Row]) -> Vec<Answer> {
        rows.iter().map(|row| self.find(snapshot, row)).collect()
    }

    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Vec<Answer>,
        row: Result<usize, RowError>,
        cells: &mut impl Cells,
    ) {
        let answer = match row {
            Ok(row) => &answers[row],
            Err(code) => {
                cells.text(EligibilityOutcome::Undetermined.name());
                cells.text(&messages::outcome(EligibilityOutcome::Undetermined));
                cells.empty();
                cells.text(&sentence(row_fault(code), &[]));
                (4..ADDED.len() - 1).for_each(|_| cells.empty());
                cells.text(code);
                return;
            }
        };
        cells.text(answer.outcome.name());
        cells.text(&answer.told.outcome);
        cells.text(&answer.told.reasons);
        cells.text(&answer.told.missing);
        cells.number_or_empty(answer.age.map(f64::from), 0);
        cells.text(&day_in_digits(answer.on));
        write_place(snapshot, answer.check.as_ref(), cells);
        cells.text(answer.error.unwrap_or_default());
    }

    fn count(
        &self,
        _: &Snapshot,
        answers: &Vec<Answer>,
        row: Result<usize, RowError>,
        line: u64,
        counts: &mut [AnswerCounts],
    ) {
        let Some(counts) = counts.first_mut() else {
            return;
        };
        let tally = counts.people.get_or_insert_default();
        match row {
            Ok(row) => {
                let answer = &answers[row];
                tally.count(answer.outcome, &answer.who);
                if let Some(code) = answer.error {
                    counts.count_error(code, line);
                }
                if let Some(check) = &answer.check {
                    counts.zones.count(check.zone);
                    if let Some(doubt) = check.doubt {
                        counts.count_doubt(doubt.name(), line);
                    }
                }
            }
            Err(code) => {
                tally.count(EligibilityOutcome::Undetermined, &Who::unknown());
                counts.count_error(code, line);
            }
        }
    }

    fn point(&self, snapshot: &Snapshot, answers: &Vec<Answer>, row: usize) -> Option<RowPoint> {
        let answer = &answers[row];
        point_of(snapshot, answer.check.as_ref()?, answer.outcome.name())
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        vec![AnswerCounts {
            people: Some(Tally::default()),
            ..AnswerCounts::default()
        }]
    }

    fn for_spreadsheets(&self) -> bool {
        true
    }

    fn summary(&self, summary: &Summary) -> Option<SummaryTable> {
        let tally = summary.answers.first()?.people.as_ref()?;
        let (digest, fictional) = (&summary.dataset, summary.fictional);
        Some(SummaryTable::of(
            tally,
            &self.programme,
            digest,
            fictional,
            self.suppress_under,
        ))
    }
}
