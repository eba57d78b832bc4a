//! Eligibility of the people of a list to programmes: their addresses, ages and schools, row by row.
//!
//! Columns are recognised by their French headers (`list_columns`). A fault in a row, such as a birth date that is none, is
//! reported in that row; the fact then counts as unknown, never as "no". The counts of a whole list make its
//! [`Tally`].

use std::sync::{Arc, PoisonError, RwLock};

use jiff::civil::Date;
use qpv_french::dates::{day_in_digits, read_day};
use qpv_french::{Key, key, sentence};
use qpv_model::Slug;
use qpv_programmes::{Assessment, ConditionFinding, EligibilityOutcome, Programme, Truth, age_on};
use qpv_service::AddressChecker;
use qpv_service::CodedError;
use qpv_service::assess;
use qpv_service::search_to_judge;
use qpv_service::{
    AddressCheck, Case, FieldSelection, Person, Snapshot, VintageSelector, Zone, home_of_address,
    messages,
};

use crate::addresses::{AddressJob, AddressRow, first_perimeter, point_of, write_place};
use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::column_names::listed;
use crate::counts::AnswerCounts;
use crate::declarations::{self, BAD_DECLARATION, DeclarationColumns, RowDeclarations};
use crate::error::{BatchError, ColumnsError, NeededFact};
use crate::house_numbers::ReadColumns;
use crate::job::Job;
use crate::list_columns::{ListRoles, NO_COLUMN, PeopleColumns};
use crate::progress::RowPoint;
use crate::row_error::RowError;
use crate::summary::BatchSummary;
use crate::summary_table::{SummaryOrigin, SummaryTable};
use crate::tally::{Tally, TallyKey};
use crate::zones::write_figures;

/// The birth date is no day.
const BAD_BIRTH_DATE: RowError = "bad_birth_date";
/// The day of the check is no day.
const BAD_CHECK_DATE: RowError = "bad_check_date";

/// The years that a day of check may be of: perimeters exist since 2015, and no list is made that far ahead.
const CHECK_YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// The columns added for each programme, in order; of several, after its identifier.
const PROGRAMME_NAMES: [&str; 4] = ["result", "resultat", "motifs", "a_completer"];
/// The columns added once, in order.
const SHARED_NAMES: [&str; 11] = [
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
const NUMBER_NAMES: [&str; 3] = ["age", "result_score", DISTANCE];

/// Eligibility of the people of a list to programmes.
#[derive(Debug)]
pub struct PeopleJob {
    /// One at least.
    programmes: Vec<Programme>,
    columns: PeopleColumns,
    /// The day of rows that name none.
    on: Date,
    /// Counts under this are hidden in the summary.
    suppress_under: Option<u64>,
    /// The figures that are added, of the first perimeter a home is in.
    fields: FieldSelection,
    /// Set when the columns are found, and again when a better header is.
    found: RwLock<Arc<FoundColumns>>,
}

/// The columns that are read: those of declarations first.
#[derive(Debug, Default)]
struct FoundColumns {
    declarations: DeclarationColumns,
    roles: ListRoles,
}

/// A row as it is asked.
pub struct PersonRow {
    address: Result<AddressRow, RowError>,
    person: Person,
    sex: Option<String>,
    on: Date,
    /// The code of each fault in it, and the sentence that says so.
    faults: Vec<(RowError, String)>,
}

/// The answer for one row.
pub struct PersonAnswer {
    on: Date,
    /// The outcome of each programme, in order.
    programmes: Vec<(EligibilityOutcome, RowSentences)>,
    age: Option<i16>,
    check: Option<AddressCheck>,
    who: TallyKey,
    error: Option<RowError>,
}

/// The sentences of a row, in one line each.
struct RowSentences {
    outcome: String,
    reasons: String,
    missing: String,
}

impl PeopleJob {
    /// Asks these programmes, one at least, of every row; of one without a day of its own, on that day.
    ///
    /// # Panics
    /// Without a programme.
    #[must_use]
    pub fn new(programmes: Vec<Programme>, columns: PeopleColumns, on: Date) -> Self {
        assert!(!programmes.is_empty(), "a programme is asked");
        Self {
            programmes,
            columns,
            on,
            suppress_under: None,
            fields: FieldSelection::default(),
            found: RwLock::default(),
        }
    }

    /// Hides counts under this in the summary.
    #[must_use]
    pub fn suppressing_under(self, under: Option<u64>) -> Self {
        Self {
            suppress_under: under,
            ..self
        }
    }

    /// Adds these figures, of the first perimeter a home is in.
    #[must_use]
    pub fn with_fields(self, fields: FieldSelection) -> Self {
        Self { fields, ..self }
    }

    /// The programme, when one only is asked.
    fn only(&self) -> Option<&Programme> {
        match self.programmes.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Writes the figures asked for on the first perimeter of an address; empty cells for one in none.
    fn write_figures(
        &self,
        snapshot: &Snapshot,
        check: Option<&AddressCheck>,
        cells: &mut impl CellWriter,
    ) {
        let perimeter = check.and_then(|check| first_perimeter(snapshot, check));
        write_figures(snapshot, &self.fields, self.fields.keys(), perimeter, cells);
    }

    fn found(&self) -> Arc<FoundColumns> {
        self.found
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Checks that there is a column for every fact without which nobody is eligible, unless the list is
    /// said to have none: else every row would be undetermined, for a fact that may stand in the file.
    fn check_facts(&self, found: &FoundColumns, header: &[String]) -> Result<(), ColumnsError> {
        // Of several programmes each may need facts that such a list never has.
        let Some(programme) = self.only() else {
            return Ok(());
        };
        let (columns, roles) = (&self.columns, &found.roles);
        let has_birth_date = roles.has_birth_date() || is_absent(columns.birth_date.as_deref());
        let has_school = roles.has_school() || is_absent(columns.school.as_deref());
        let fact = if programme.needs_birth_date() && !has_birth_date {
            NeededFact::BirthDate
        } else if programme.needs_school() && !has_school {
            NeededFact::School
        } else if let Some((name, label)) = self.missing_declaration(programme, &found.declarations)
        {
            let (name, label) = (name.to_string(), label.to_owned());
            NeededFact::Declaration { name, label }
        } else {
            return Ok(());
        };
        Err(ColumnsError::FactNeeded {
            fact,
            programme: programme.id.to_string(),
            found: listed(header),
        })
    }

    /// Returns the first declaration without which nobody is eligible and that no column gives, unless the list is said to
    /// have none.
    fn missing_declaration<'p>(
        &self,
        programme: &'p Programme,
        found: &DeclarationColumns,
    ) -> Option<(&'p Slug, &'p str)> {
        let given = &self.columns.declarations;
        programme
            .asked
            .iter()
            .filter(|fact| programme.needs_asked(&fact.id))
            .find(|fact| !found.has(&fact.id) && !declarations::is_absent(given, &fact.id))
            .map(|fact| (&fact.id, fact.label.as_str()))
    }

    fn find(&self, snapshot: &Snapshot, row: &PersonRow) -> PersonAnswer {
        // A programme is judged on a day, with the perimeters then in force.
        let choice = VintageSelector::InForce(row.on);
        let check = row
            .address
            .as_ref()
            .map_err(|code| *code)
            .and_then(|question| {
                let found = search_to_judge(snapshot, &question.text, &question.filter)
                    .map_err(|error| error.code().as_str())?;
                Ok(AddressChecker::new(snapshot, choice).judge(found))
            });
        let home = check
            .as_ref()
            .ok()
            .map(|check| home_of_address(snapshot, check));
        let case = Case {
            home: home.as_ref(),
            building: None,
            person: row.person.clone(),
        };
        let programmes = self.programmes.iter().map(|programme| {
            let assessment = assess(snapshot, programme, &case, choice);
            (assessment.outcome, RowSentences::new(&assessment, row))
        });
        let programmes = programmes.collect();
        // The fault of a field comes first: the author of the list can repair it.
        let error = row
            .faults
            .first()
            .map(|(code, _)| *code)
            .or(check.as_ref().err().copied());
        let age = row.person.birth_date.and_then(|born| age_on(born, row.on));
        let who = TallyKey {
            zone: check
                .as_ref()
                .map_or(Zone::Undetermined, |check| check.zone),
            qpv: check
                .as_ref()
                .ok()
                .and_then(|check| qpv_names(snapshot, check)),
            age,
            sex: row.sex.clone(),
            school: row.person.school_name(snapshot, &self.programmes[0]),
        };
        PersonAnswer {
            on: row.on,
            programmes,
            age,
            who,
            check: check.ok(),
            error,
        }
    }
}

/// Returns the perimeters that an address surely lies in, by name and code.
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

impl RowSentences {
    fn new(assessment: &Assessment<'_>, row: &PersonRow) -> Self {
        let is_birth_date_wrong = row.faults.iter().any(|(code, _)| *code != BAD_DECLARATION);
        // A fault of the birth date says that it is missing.
        let missing = assessment
            .missing()
            .filter(|found| {
                !is_birth_date_wrong || found.finding != ConditionFinding::BirthDateMissing
            })
            .map(messages::finding);
        let faults = row.faults.iter().map(|(_, sentence)| sentence.clone());
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
fn joined_sentences(all: impl Iterator<Item = String>) -> String {
    let mut sentences: Vec<String> = Vec::new();
    for sentence in all {
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences.join(" ")
}

/// Returns whether a list is said to have no such column.
fn is_absent(given: Option<&str>) -> bool {
    given == Some(NO_COLUMN)
}

/// Returns the sentence of a row without an answer: a field cannot be read, or it has other columns than the header.
fn row_fault(code: RowError) -> Key {
    match code {
        BAD_CHECK_DATE => key::PEOPLE_ROW_BAD_CHECK_DATE,
        _ => key::PEOPLE_ROW_BAD_ROW,
    }
}

impl Job for PeopleJob {
    type Question = PersonRow;
    type Answers = Vec<PersonAnswer>;

    fn check(&self, snapshot: &Snapshot) -> Result<(), BatchError> {
        snapshot.addresses()?;
        Ok(())
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        self.columns_by_rows(header, &[]).map(|found| found.read)
    }

    fn columns_by_rows(
        &self,
        header: &[String],
        rows: &[Vec<String>],
    ) -> Result<ReadColumns, ColumnsError> {
        let given = &self.columns.declarations;
        let found = FoundColumns {
            roles: ListRoles::find(&self.columns, header, rows)?,
            declarations: DeclarationColumns::find(given, &self.programmes, header)?,
        };
        self.check_facts(&found, header)?;
        let columns = ReadColumns {
            read: [found.declarations.read(), found.roles.read()].concat(),
            unread: found.roles.unread.clone(),
        };
        *self.found.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(found);
        Ok(columns)
    }

    fn added(&self) -> Vec<AddedColumn> {
        let of_programmes = self.programmes.iter().flat_map(|programme| {
            PROGRAMME_NAMES.map(|name| AddedColumn {
                name: match self.only() {
                    Some(_) => name.to_owned(),
                    None => format!("{}_{name}", programme.id),
                },
                number: false,
            })
        });
        let shared = SHARED_NAMES.map(|name| AddedColumn {
            name: name.to_owned(),
            number: NUMBER_NAMES.contains(&name),
        });
        // The day of a row decides the vintage, so that every row has the columns of them all.
        let figures = self.fields.keys().iter().map(|key| AddedColumn {
            name: key.clone(),
            number: true,
        });
        of_programmes.chain(shared).chain(figures).collect()
    }

    fn read(&self, names: &[String], cells: &[Cell<'_>]) -> Result<PersonRow, RowError> {
        let found = self.found();
        let FoundColumns {
            declarations,
            roles,
        } = &*found;
        let texts: Vec<_> = cells.iter().map(Cell::text).collect();
        // The roles count their fields from the end of the declarations.
        let (declared, fields) = texts.split_at(declarations.len());
        let RowDeclarations {
            stated,
            faults: bad_declarations,
        } = declarations.declared(declared);
        let on = match roles.check_date(fields) {
            Some(text) => read_day(text)
                .filter(|day| CHECK_YEARS.contains(&day.year()))
                .ok_or(BAD_CHECK_DATE)?,
            None => self.on,
        };
        let mut faults = vec![];
        let mut birth_date = roles.birth_date(fields).and_then(|text| {
            let read = read_day(text);
            if read.is_none() {
                let message = sentence(key::PEOPLE_BAD_BIRTH_DATE, &[("value", text)]);
                faults.push((BAD_BIRTH_DATE, message));
            }
            read
        });
        let person = Person {
            birth_date,
            ..Person::default()
        };
        if let Err(error) = person.check(on) {
            faults.push((error.code().as_str(), error.message_fr()));
            // An implausible date counts as unknown, never as a no.
            birth_date = None;
        }
        let (address_names, address_cells) = roles.address(names, cells);
        let address = AddressJob::default().read(address_names, address_cells);
        let person = Person {
            birth_date,
            school: roles.school(fields),
            stated,
        };
        faults.extend(
            bad_declarations
                .into_iter()
                .map(|message| (BAD_DECLARATION, message)),
        );
        Ok(PersonRow {
            address,
            person,
            sex: roles.sex(fields),
            on,
            faults,
        })
    }

    fn answer(&self, snapshot: &Snapshot, rows: &[PersonRow]) -> Vec<PersonAnswer> {
        rows.iter().map(|row| self.find(snapshot, row)).collect()
    }

    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Vec<PersonAnswer>,
        row: Result<usize, RowError>,
        cells: &mut impl CellWriter,
    ) {
        let answer = match row {
            Ok(row) => &answers[row],
            Err(code) => {
                for _ in &self.programmes {
                    cells.text(EligibilityOutcome::Undetermined.name());
                    cells.text(&messages::outcome(EligibilityOutcome::Undetermined));
                    cells.empty();
                    cells.text(&sentence(row_fault(code), &[]));
                }
                (1..SHARED_NAMES.len()).for_each(|_| cells.empty());
                cells.text(code);
                self.write_figures(snapshot, None, cells);
                return;
            }
        };
        for (outcome, sentences) in &answer.programmes {
            cells.text(outcome.name());
            cells.text(&sentences.outcome);
            cells.text(&sentences.reasons);
            cells.text(&sentences.missing);
        }
        cells.number_or_empty(answer.age.map(f64::from), 0);
        cells.text(&day_in_digits(answer.on));
        write_place(snapshot, answer.check.as_ref(), cells);
        cells.text(answer.error.unwrap_or_default());
        self.write_figures(snapshot, answer.check.as_ref(), cells);
    }

    fn count(
        &self,
        _: &Snapshot,
        answers: &Vec<PersonAnswer>,
        row: Result<usize, RowError>,
        line: u64,
        counts: &mut [AnswerCounts],
    ) {
        let Some(counts) = counts.first_mut() else {
            return;
        };
        match row {
            Ok(row) => {
                let answer = &answers[row];
                if let Some(tally) = &mut counts.people {
                    tally.count(answer.programmes[0].0, &answer.who);
                }
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
                // A row without an answer is still a person: totals must be those of the list.
                if let Some(tally) = &mut counts.people {
                    tally.count(EligibilityOutcome::Undetermined, &TallyKey::unknown());
                }
                counts.count_error(code, line);
            }
        }
    }

    fn point(
        &self,
        snapshot: &Snapshot,
        answers: &Vec<PersonAnswer>,
        row: usize,
    ) -> Option<RowPoint> {
        let answer = &answers[row];
        point_of(
            snapshot,
            answer.check.as_ref()?,
            answer.programmes[0].0.name(),
        )
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        vec![AnswerCounts {
            // Counts are those of one programme, for its funder.
            people: self.only().map(|_| Tally::default()),
            ..AnswerCounts::default()
        }]
    }

    fn for_spreadsheets(&self) -> bool {
        true
    }

    fn summary(&self, summary: &BatchSummary) -> Option<SummaryTable> {
        let programme = self.only()?;
        let tally = summary.answers.first()?.people.as_ref()?;
        Some(SummaryTable::new(
            tally,
            &SummaryOrigin {
                programme,
                digest: &summary.dataset,
                fictional: summary.fictional,
                suppress_under: self.suppress_under,
            },
        ))
    }
}
