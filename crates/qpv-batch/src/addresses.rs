//! The address that every row names and, when asked, the zone it lies in.

use std::borrow::Cow;

use arrow_schema::Field;
use qpv_french::fold::fold_name;
use qpv_model::{Perimeter, QpvCode};

use super::filter::postcode;
use super::job::{Added, Cells, Fields, Job, RowError, named};
use super::numbers::coordinate;
use super::people;
use super::positions::can_be_coordinates;
use super::results::{self, Found, ResultColumn};
use super::zones::{self, STANDING, write_members};
use super::{AnswerCounts, ColumnsError, Error, FilterColumns, RowPoint, Vintages};
use qpv_service::CodedError;
use qpv_service::MOST_CHARACTERS;
use qpv_service::{
    AddressCheck, AddressKind, Candidate, CheckedCandidate, Location, Place, PointAnswer,
    SearchFilter, Snapshot, UndeterminedReason, centimetres,
};

/// No letter or digit in the columns of the address.
const MISSING_ADDRESS: RowError = "missing_address";
/// More than [`MOST_CHARACTERS`].
const QUESTION_TOO_LONG: RowError = "question_too_long";

/// Names of columns of postcodes, folded (see [`fold_name`]).
const POSTCODES: [&str; 6] = [
    "cp",
    "code postal",
    "codepostal",
    "codpost",
    "postcode",
    "code poste",
];

/// The address that every row names.
#[derive(Debug, Clone, Default)]
pub struct Addresses {
    /// The columns that make up the address, in order; none for all columns of the table, or of a list for those that are
    /// recognised.
    pub columns: Vec<String>,
    /// Whether the table is a list that people keep: columns are recognised by their headers as in a list of people
    /// ([`People`](super::People)), and no field is left that a spreadsheet would run as a formula.
    pub list: bool,
    /// Which addresses are meant.
    pub filter: FilterColumns,
    /// The columns of the longitude and latitude that near addresses are preferred from.
    pub near: Option<[String; 2]>,
    /// What is told of each address.
    pub results: Vec<ResultColumn>,
    /// The zones that are asked besides.
    pub zones: Option<AskedZones>,
}

/// The zones asked of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedZones {
    /// Which perimeters answer.
    pub vintages: Vintages,
    /// What the names of their columns begin with.
    pub prefix: &'static str,
}

/// An address as a row names it.
pub struct Question {
    pub(super) text: String,
    pub(super) filter: SearchFilter,
}

/// What was found for one row.
pub struct Answer {
    /// The likeliest, and the next one; when no zone is asked.
    found: Vec<Candidate>,
    next_score: Option<f64>,
    /// One per choice of perimeters.
    checks: Vec<AddressCheck>,
}

impl Answer {
    fn best(&self) -> Option<&Candidate> {
        match self.checks.first() {
            Some(check) => check.candidates.first().map(|checked| &checked.candidate),
            None => self.found.first(),
        }
    }
}

impl Addresses {
    /// What the fields behind those of the address say.
    fn filter(&self, fields: &[Cow<'_, str>]) -> Result<SearchFilter, RowError> {
        let (filter, near) = fields.split_at(self.filter.len());
        let filter = self.filter.read(filter)?;
        match near {
            [lon, lat] if !lon.trim().is_empty() && !lat.trim().is_empty() => {
                let place = Place::LonLat(coordinate(lon)?, coordinate(lat)?);
                let position = place.position().map_err(|error| error.code().as_str())?;
                Ok(SearchFilter {
                    near: Some(position.wgs84),
                    ..filter
                })
            }
            _ => Ok(filter),
        }
    }

    /// Columns behind those of the address.
    fn beside(&self) -> usize {
        self.filter.len() + if self.near.is_some() { 2 } else { 0 }
    }

    fn find(&self, snapshot: &Snapshot, question: &Question) -> Result<Answer, RowError> {
        let found = match self.zones {
            Some(_) => snapshot.search_to_judge(&question.text, &question.filter),
            None => snapshot.search(&question.text, false, &question.filter, 2),
        };
        let found = found.map_err(|error| error.code().as_str())?;
        let next_score = found.get(1).map(|next| next.score);
        let Some(zones) = self.zones else {
            return Ok(Answer {
                found,
                next_score,
                checks: vec![],
            });
        };
        let choices = zones.vintages.choices().into_iter();
        let checks = choices
            .map(|choice| snapshot.judge(found.clone(), choice))
            .collect();
        Ok(Answer {
            found: vec![],
            next_score,
            checks,
        })
    }
}

/// Whether a column holds postcodes, by its name.
fn holds_postcodes(name: &str) -> bool {
    POSTCODES.contains(&&*fold_name(name))
}

impl Job for Addresses {
    type Asked = Question;
    type Answers = Vec<Result<Answer, RowError>>;

    fn check(&self, snapshot: &Snapshot) -> Result<(), Error> {
        snapshot.addresses()?;
        Ok(())
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        let named = |name: &String| named(header, name);
        let mut columns = match &*self.columns {
            [] if self.list => people::address_columns(header)?,
            // Not those of the results of another run.
            [] => {
                let added: Vec<String> =
                    self.added().into_iter().map(|column| column.name).collect();
                (0..header.len())
                    .filter(|column| !added.contains(&header[*column]))
                    .collect()
            }
            names => names.iter().map(named).collect::<Result<Vec<_>, _>>()?,
        };
        columns.extend(self.filter.find(header)?);
        columns.extend(
            self.near
                .iter()
                .flatten()
                .map(named)
                .collect::<Result<Vec<_>, _>>()?,
        );
        Ok(columns)
    }

    fn check_type(&self, field: &Field) -> Result<(), ColumnsError> {
        if can_be_coordinates(field.data_type()) {
            return Ok(());
        }
        let (name, found) = (field.name().clone(), field.data_type().to_string());
        Err(ColumnsError::NotReadable {
            name,
            found,
            wanted: "addresses must be texts or numbers",
        })
    }

    fn added(&self) -> Vec<Added> {
        let zones = self
            .zones
            .map(|zones| zones::added_columns(zones.prefix, zones.vintages, "doubt"));
        results::added_columns(&self.results)
            .into_iter()
            .chain(zones.into_iter().flatten())
            .collect()
    }

    fn read(&self, names: &[String], fields: Fields<'_, '_>) -> Result<Question, RowError> {
        let (address, beside) = fields.split_at(fields.len() - self.beside());
        let mut text = String::new();
        for (name, field) in names.iter().zip(address) {
            let field = field.trim();
            if !text.is_empty() && !field.is_empty() {
                text.push(' ');
            }
            if field.len() == 4 && postcode(field).is_some() && holds_postcodes(name) {
                text.push('0');
            }
            text.push_str(field);
        }
        if !text.chars().any(char::is_alphanumeric) {
            return Err(MISSING_ADDRESS);
        }
        if text.chars().count() > MOST_CHARACTERS {
            return Err(QUESTION_TOO_LONG);
        }
        Ok(Question {
            text,
            filter: self.filter(beside)?,
        })
    }

    fn answer(&self, snapshot: &Snapshot, questions: &[Question]) -> Self::Answers {
        questions
            .iter()
            .map(|question| self.find(snapshot, question))
            .collect()
    }

    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        cells: &mut impl Cells,
    ) {
        let answer = row.and_then(|row| answers[row].as_ref().map_err(|code| *code));
        let found = answer.map(|answer| Found {
            best: answer.best(),
            next_score: answer.next_score,
        });
        results::write(
            snapshot,
            &self.results,
            found.as_ref().map_err(|code| *code),
            MISSING_ADDRESS,
            cells,
        );
        if let Ok(answer) = answer {
            answer
                .checks
                .iter()
                .for_each(|check| write_check(snapshot, check, cells));
        } else {
            let choices = self.zones.map_or(0, |zones| zones.vintages.choices().len());
            (0..choices * (STANDING.len() + 1)).for_each(|_| cells.empty());
        }
    }

    fn count(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        line: u64,
        counts: &mut [AnswerCounts],
    ) {
        match row.and_then(|row| answers[row].as_ref().map_err(|code| *code)) {
            Ok(answer) => {
                for (check, counts) in answer.checks.iter().zip(counts) {
                    counts.zones.count(check.zone);
                    for code in codes_of(snapshot, check) {
                        counts.count_in(code);
                    }
                    if let Some(doubt) = check.doubt {
                        counts.count_doubt(doubt.name(), line);
                    }
                }
            }
            Err(code) => counts
                .iter_mut()
                .for_each(|counts| counts.count_error(code, line)),
        }
    }

    fn point(&self, snapshot: &Snapshot, answers: &Self::Answers, row: usize) -> Option<RowPoint> {
        let check = answers[row].as_ref().ok()?.checks.first()?;
        point_of(snapshot, check, check.zone.name())
    }

    fn for_spreadsheets(&self) -> bool {
        self.list
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        self.zones.map_or_else(
            || vec![AnswerCounts::default()],
            |zones| zones.vintages.no_counts(),
        )
    }
}

/// The cells of a zone. Those of a position are empty unless it is the address's: a street has a zone, not a distance,
/// and so have two addresses that are as good.
fn write_check(snapshot: &Snapshot, check: &AddressCheck, cells: &mut impl Cells) {
    let CheckPlace {
        perimeters,
        located,
        standing,
    } = CheckPlace::of(snapshot, check);
    cells.text(check.zone.name());
    write_members(
        perimeters,
        check.perimeters.as_deref().unwrap_or_default(),
        cells,
    );
    cells.number_or_empty(
        located
            .and_then(|located| located.signed_distance_m)
            .map(centimetres),
        2,
    );
    let nearest = located.and_then(|located| located.nearest);
    cells.text(nearest.map_or("", |nearest| {
        perimeters[nearest.perimeter.place()].code_qp.as_str()
    }));
    cells.text(check.level.map_or("", qpv_engine::CertaintyLevel::name));
    cells.text(standing.map_or("", |standing| standing.vintage.as_str()));
    cells.text(check.doubt.map_or("", UndeterminedReason::name));
}

/// The cells of the address that was understood and of where it lies: label, score, zone, code, name, distance, certainty,
/// vintage.
pub(super) fn write_place(
    snapshot: &Snapshot,
    check: Option<&AddressCheck>,
    cells: &mut impl Cells,
) {
    let Some(check) = check else {
        return (0..8).for_each(|_| cells.empty());
    };
    let CheckPlace {
        perimeters,
        located,
        standing,
    } = CheckPlace::of(snapshot, check);
    let best = check.candidates.first().map(|best| &best.candidate);
    cells.text(&best.map_or_else(String::new, Candidate::label));
    cells.number_or_empty(best.map(|best| best.score), 4);
    cells.text(check.zone.name());
    write_members(
        perimeters,
        check.perimeters.as_deref().unwrap_or_default(),
        cells,
    );
    cells.number_or_empty(
        located
            .and_then(|located| located.signed_distance_m)
            .map(centimetres),
        2,
    );
    cells.text(check.level.map_or("", qpv_engine::CertaintyLevel::name));
    cells.text(standing.map_or("", |standing| standing.vintage.as_str()));
}

/// The place of a checked address, to be shown on a map: not when what was found is not what was asked, nor when only the
/// commune is known.
pub(super) fn point_of(
    snapshot: &Snapshot,
    check: &AddressCheck,
    result: &'static str,
) -> Option<RowPoint> {
    let best = &check.candidates.first()?.candidate;
    let placed =
        check.doubt != Some(UndeterminedReason::Unlike) && best.kind != AddressKind::Municipality;
    let point = || RowPoint {
        point: best.point,
        label: best.label(),
        result,
        perimeters: codes_of(snapshot, check),
    };
    placed.then(point)
}

/// The perimeters that an address lies in, when all that it may be agrees on them.
fn codes_of(snapshot: &Snapshot, check: &AddressCheck) -> Vec<QpvCode> {
    let CheckPlace { perimeters, .. } = CheckPlace::of(snapshot, check);
    check
        .perimeters
        .iter()
        .flatten()
        .map(|&member| perimeters[member.place()].code_qp)
        .collect()
}

/// What is known of where a checked address lies.
struct CheckPlace<'a> {
    perimeters: &'a [Perimeter],
    /// When it has one position.
    located: Option<&'a Location>,
    standing: Option<&'a PointAnswer>,
}

impl<'a> CheckPlace<'a> {
    fn of(snapshot: &'a Snapshot, check: &'a AddressCheck) -> Self {
        let best = check.candidates.first();
        let standing = best.and_then(|best| best.standing.as_ref().ok());
        let zones = standing.and_then(|standing| snapshot.zones(standing.vintage));
        let exact = |best: &CheckedCandidate| {
            matches!(
                best.candidate.kind,
                AddressKind::Housenumber | AddressKind::Locality
            )
        };
        let placed =
            check.perimeters.is_some() && check.candidates.len() == 1 && best.is_some_and(exact);
        let located = standing
            .filter(|_| placed)
            .map(|standing| &standing.located);
        Self {
            perimeters: zones.map_or(&[][..], qpv_engine::PerimeterIndex::perimeters),
            located,
            standing,
        }
    }
}
