//! Eligibility of the people of a list to programmes: their addresses, ages and schools, row by row.
//!
//! Columns are recognised by their French headers (`list_columns`). A fault in a row, such as a birth date that is none, is
//! reported in that row; the fact then counts as unknown, never as "no". The counts of a whole list make its
//! [`Tally`].

use std::sync::{Arc, PoisonError, RwLock};

use jiff::civil::Date;
use qpv_french::dates::{
    FirstPart, day_in_digits, first_part, has_two_digit_year, is_day_number, read_day,
};
use qpv_french::{key, sentence};
use qpv_model::Slug;
use qpv_programmes::{EligibilityOutcome, Programme};
use qpv_service::{
    AddressCheck, Candidate, CodedError, DefaultPlace, FieldSelection, Person, Snapshot,
    UndeterminedReason, VintageSelector, Zone, messages,
};

use crate::addresses::{AddressJob, first_perimeter, point_of, write_place, zone_to_review};
use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::column_names::{NO_COLUMN, listed};
use crate::corrections::RowCorrection;
use crate::counts::AnswerCounts;
use crate::declarations::{self, BAD_DECLARATION, DeclarationColumns, RowDeclarations};
use crate::error::{BatchError, ColumnsError, NeededFact};
use crate::house_numbers::ReadColumns;
use crate::job::Job;
use crate::list_columns::{ListRoles, PeopleColumns};
use crate::list_rows::{ListColumns, SKIPPED};
use crate::person_row::{
    BAD_BIRTH_DATE, BAD_CHECK_DATE, PersonRow, RowFault, RowHome, RowSentences, joined_sentences,
    qpv_names, row_fault,
};
use crate::progress::RowPoint;
use crate::row_error::RowError;
use crate::summary::BatchSummary;
use crate::summary_table::{SummaryOrigin, SummaryTable};
use crate::tally::{Tally, TallyKey};
use crate::zone_to_review::ZoneToReview;
use crate::zones::{LEANING, LEANING_PROBABILITY, write_figures, write_leaning};

/// The years that a day of check may be of: perimeters exist since 2015, and no list is made that far ahead.
const CHECK_YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// The columns added for each programme, in order; of several, after its identifier.
const PROGRAMME_NAMES: [&str; 4] = ["result", "resultat", "motifs", "a_completer"];
/// The columns added for each programme with the zone of a review, in order.
const AFTER_REVIEW_NAMES: [&str; 2] = ["result_after_review", "resultat_apres_revue"];
/// The column of the faults in a row's fields, when several programmes are asked: each is told once, for all that it concerns.
const FAULTS: &str = "a_corriger";
/// The columns added once, in order.
const SHARED_NAMES: [&str; 14] = [
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
    "doubt",
    "error",
    LEANING[0],
    LEANING[1],
];
const DISTANCE: &str = "distance_to_boundary_m";
const NUMBER_NAMES: [&str; 4] = ["age", "result_score", DISTANCE, LEANING_PROBABILITY];

/// Eligibility of the people of a list to programmes.
#[derive(Debug)]
pub struct PeopleJob {
    /// One at least.
    programmes: Vec<Programme>,
    columns: PeopleColumns,
    /// The day of rows that name none.
    on: Date,
    /// The place of rows that name none.
    default_place: DefaultPlace,
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
    /// Birth dates of the first rows have the month first, so that others may too.
    has_months_first: bool,
}

/// The answer for one row.
pub struct PersonAnswer {
    on: Date,
    /// The outcome of each programme, in order.
    programmes: Vec<(EligibilityOutcome, RowSentences)>,
    /// The faults of the row, with the programmes that each concerns, when several are asked.
    faults: String,
    age: Option<i16>,
    check: Option<AddressCheck>,
    who: TallyKey,
    error: Option<RowError>,
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
            default_place: DefaultPlace::default(),
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

    /// Looks for the addresses of rows that name no place in this one.
    #[must_use]
    pub fn with_default_place(self, default_place: DefaultPlace) -> Self {
        Self {
            default_place,
            ..self
        }
    }

    /// Adds these figures, of the first perimeter a home is in.
    #[must_use]
    pub fn with_fields(self, fields: FieldSelection) -> Self {
        Self { fields, ..self }
    }

    /// Returns the first programme.
    pub(crate) fn first_programme(&self) -> &Programme {
        &self.programmes[0]
    }

    /// Returns the day of rows that name none.
    pub(crate) fn day(&self) -> Date {
        self.on
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

    /// Returns the faults of a row, each once with the programmes that it concerns.
    fn faults_of(&self, row: &PersonRow) -> String {
        let sentences = row.faults.iter().map(|fault| {
            let concerned = self
                .programmes
                .iter()
                .filter(|programme| fault.concerns(programme));
            let ids: Vec<&str> = concerned.map(|programme| programme.id.as_str()).collect();
            let values = [("fault", &*fault.message), ("programmes", &ids.join(", "))];
            if ids.is_empty() {
                fault.message.clone()
            } else {
                sentence(key::PEOPLE_FAULT_OF_PROGRAMMES, &values)
            }
        });
        joined_sentences(sentences)
    }

    /// Searches the address of a row.
    pub(crate) fn search(
        &self,
        snapshot: &Snapshot,
        row: &PersonRow,
    ) -> Result<Vec<Candidate>, RowError> {
        row.search(snapshot, &self.default_place)
    }

    fn find(&self, snapshot: &Snapshot, row: &PersonRow) -> PersonAnswer {
        let home = RowHome::new(snapshot, row, self.search(snapshot, row));
        let programmes = self.programmes.iter().map(|programme| {
            let assessment = row.assess(snapshot, programme, &home);
            // The faults of a row stand once, not under each of several programmes.
            let faults = if self.only().is_some() {
                row.faults.as_slice()
            } else {
                &[]
            };
            (assessment.outcome, RowSentences::new(&assessment, faults))
        });
        let programmes = programmes.collect();
        let error = row.error(&home);
        let RowHome { check, .. } = home;
        let age = row.age();
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
            faults: self.faults_of(row),
            age,
            who,
            check: check.ok(),
            error,
        }
    }
}

/// Returns whether a list is said to have no such column.
fn is_absent(given: Option<&str>) -> bool {
    given == Some(NO_COLUMN)
}

impl Job for PeopleJob {
    type Question = PersonRow;
    type Answers = Vec<PersonAnswer>;

    fn check(&self, snapshot: &Snapshot) -> Result<(), BatchError> {
        snapshot.addresses()?;
        Ok(self.default_place.check(snapshot)?)
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
        let roles = ListRoles::find(&self.columns, header, rows)?;
        let found = FoundColumns {
            has_months_first: roles.has_months_first(rows),
            roles,
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
        let faults = self.only().is_none().then(|| AddedColumn {
            name: FAULTS.to_owned(),
            number: false,
        });
        of_programmes
            .chain(faults)
            .chain(shared)
            .chain(figures)
            .collect()
    }

    fn read(&self, names: &[String], cells: &[Cell<'_>]) -> Result<PersonRow, RowError> {
        let found = self.found();
        let FoundColumns {
            declarations,
            roles,
            has_months_first,
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
            let is_open = *has_months_first && first_part(text) == Some(FirstPart::Either);
            let read = read_day(text).filter(|_| !is_open);
            if read.is_none() {
                let fault = if is_open {
                    key::PEOPLE_BIRTH_DATE_ORDER
                } else if is_day_number(text) {
                    key::PEOPLE_BIRTH_DATE_NUMBER
                } else if has_two_digit_year(text) {
                    key::PEOPLE_BIRTH_DATE_TWO_DIGITS
                } else {
                    key::PEOPLE_BAD_BIRTH_DATE
                };
                let message = sentence(fault, &[("value", text)]);
                faults.push(RowFault::of_birth_date(BAD_BIRTH_DATE, message));
            }
            read
        });
        let person = Person {
            birth_date,
            ..Person::default()
        };
        if let Err(error) = person.check(on) {
            let code = error.code().as_str();
            faults.push(RowFault::of_birth_date(code, error.message_fr()));
            // An implausible date counts as unknown, never as a no.
            birth_date = None;
        }
        let (address_names, address_cells) = roles.address(names, cells);
        let address = AddressJob {
            list: true,
            ..AddressJob::default()
        }
        .read(address_names, address_cells);
        let person = Person {
            birth_date,
            school: roles.school(fields),
            stated,
        };
        faults.extend(
            bad_declarations
                .into_iter()
                .map(|(fact, message)| RowFault {
                    code: BAD_DECLARATION,
                    fact: Some(fact),
                    message,
                }),
        );
        Ok(PersonRow {
            address,
            person,
            sex: roles.sex(fields),
            on,
            faults,
        })
    }

    fn corrected(
        &self,
        question: Result<PersonRow, RowError>,
        correction: RowCorrection,
    ) -> Result<PersonRow, RowError> {
        Ok(question?.corrected(correction))
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
            // No person: neither a result nor a fault.
            Err(SKIPPED) => {
                for _ in &self.programmes {
                    cells.text(SKIPPED);
                    cells.text(&sentence(key::LIST_SKIPPED, &[]));
                    (0..2).for_each(|_| cells.empty());
                }
                let columns =
                    SHARED_NAMES.len() - LEANING.len() + usize::from(self.only().is_none());
                (0..columns).for_each(|_| cells.empty());
                write_leaning(None, cells);
                self.write_figures(snapshot, None, cells);
                return;
            }
            Err(code) => {
                for _ in &self.programmes {
                    cells.text(EligibilityOutcome::Undetermined.name());
                    cells.text(&messages::outcome(EligibilityOutcome::Undetermined));
                    cells.empty();
                    match self.only() {
                        Some(_) => cells.text(&sentence(row_fault(code), &[])),
                        None => cells.empty(),
                    }
                }
                if self.only().is_none() {
                    cells.text(&sentence(row_fault(code), &[]));
                }
                (0..SHARED_NAMES.len() - LEANING.len() - 1).for_each(|_| cells.empty());
                cells.text(code);
                write_leaning(None, cells);
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
        if self.only().is_none() {
            cells.text(&answer.faults);
        }
        cells.number_or_empty(answer.age.map(f64::from), 0);
        cells.text(&day_in_digits(answer.on));
        let check = answer.check.as_ref();
        write_place(snapshot, check, cells);
        // The work on a list asks why a home is open: one of several addresses is chosen, a missing one is looked for.
        let doubt = check.and_then(|check| check.doubt);
        cells.text(doubt.map_or("", UndeterminedReason::name));
        cells.text(answer.error.unwrap_or_default());
        write_leaning(check.and_then(AddressCheck::leaning), cells);
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

    fn zone_to_review(
        &self,
        snapshot: &Snapshot,
        answers: &Vec<PersonAnswer>,
        row: usize,
    ) -> Option<ZoneToReview> {
        let answer = &answers[row];
        let choice = VintageSelector::InForce(answer.on);
        Some(zone_to_review(snapshot, answer.check.as_ref()?, choice))
    }

    fn added_by_review(&self) -> Vec<AddedColumn> {
        let of_programmes = self.programmes.iter();
        let names = of_programmes.flat_map(|programme| {
            AFTER_REVIEW_NAMES.map(|name| match self.only() {
                Some(_) => name.to_owned(),
                None => format!("{}_{name}", programme.id),
            })
        });
        let columns = names.map(|name| AddedColumn {
            name,
            number: false,
        });
        columns.collect()
    }

    fn reviewed_texts(&self, snapshot: &Snapshot, row: &PersonRow, zone: Zone) -> Vec<String> {
        // Searched again: few rows have a review.
        let home = RowHome::new(snapshot, row, self.search(snapshot, row)).reviewed_as(zone);
        let programmes = self.programmes.iter();
        // The address stays open: only its zone is a fact.
        let texts = programmes.flat_map(|programme| {
            let assessment = row.assess(snapshot, programme, &home);
            [
                assessment.outcome.name().to_owned(),
                messages::assessment(&assessment),
            ]
        });
        texts.collect()
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

    fn list_columns(&self, _: &[String], _: &[usize]) -> Option<ListColumns> {
        Some(self.found().roles.list_columns())
    }

    fn summary(&self, summary: &BatchSummary) -> Option<SummaryTable> {
        let programme = self.only()?;
        let tally = summary.answers.first()?.people.as_ref()?;
        let table = SummaryTable::new(
            tally,
            &SummaryOrigin {
                programme,
                digest: &summary.dataset,
                fictional: summary.fictional,
                suppress_under: self.suppress_under,
            },
        );
        // Numbers of rows are for whoever has the list, not for a publication.
        Some(if self.suppress_under.is_some() {
            table
        } else {
            table.with_list(summary)
        })
    }
}
