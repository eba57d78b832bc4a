//! The address of every row and, when it is wanted, the zone it lies in.

use qpv_engine::{CertaintyLevel, PerimeterIndex, Zone};
use qpv_french::fold::fold_name;
use qpv_model::{Perimeter, QpvCode};
use qpv_service::AddressChecker;
use qpv_service::CodedError;
use qpv_service::{
    AddressCheck, AddressKind, Candidate, CheckedCandidate, DefaultPlace, Location,
    MAX_QUESTION_CHARACTERS, Place, PointAnswer, SearchFilter, Snapshot, StatedPosition,
    UndeterminedReason, VintageSelector, centimetres,
};
use qpv_service::{AddressSearch, check_placed, search_addresses};
use qpv_service::{home_of_address, search_to_judge_in};

use crate::address_columns::{address_columns, holds_postcodes, names_house_numbers, other_lines};
use crate::address_filter::{FilterColumns, postcode};
use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::column_names::named;
use crate::corrections::RowCorrection;
use crate::counts::AnswerCounts;
use crate::error::{BatchError, ColumnsError};
use crate::house_numbers::{ReadColumns, own_number};
use crate::job::Job;
use crate::list_columns::birth_date_column;
use crate::list_rows::{ListColumns, SKIPPED};
use crate::numbers::coordinate;
use crate::progress::RowPoint;
use crate::result_columns::{self, FoundAddress, ResultColumn, write_results};
use crate::row_error::RowError;
use crate::zone_to_review::ZoneToReview;
use crate::zones::{ZoneColumns, write_leaning, write_members};
use crate::zonings::RowPlaceAsked;

/// No letter or digit in the columns of the address.
const MISSING_ADDRESS: RowError = "missing_address";
/// More than [`MAX_QUESTION_CHARACTERS`].
const QUESTION_TOO_LONG: RowError = "question_too_long";
/// A column of house numbers, and another number in the address beside it.
const TWO_HOUSE_NUMBERS: RowError = "two_house_numbers";

/// « Idem », or another word for the address of a row above.
const SAME_AS_ANOTHER_ROW: RowError = "same_as_another_row";

/// The address of every row.
#[derive(Debug, Clone, Default)]
pub struct AddressJob {
    /// The columns that make up the address, in order; none for all columns of the table, or of a list for those that are
    /// recognised.
    pub columns: Vec<String>,
    /// True for a list that people keep: columns are recognised by their headers as in a list of people
    /// ([`PeopleJob`](crate::PeopleJob)), and no field is left that a spreadsheet would run as a formula.
    pub list: bool,
    /// The restrictions on addresses.
    pub filter: FilterColumns,
    /// The place of rows that name none; for zones only.
    pub default_place: DefaultPlace,
    /// The columns of the longitude and latitude that near addresses are preferred from.
    pub near: Option<[String; 2]>,
    /// The columns of results.
    pub results: Vec<ResultColumn>,
    /// The zones of the addresses, if they are wanted.
    pub zones: Option<ZoneColumns>,
}

/// The address of a row, as it is searched.
#[derive(Debug, Default)]
pub struct AddressRow {
    pub(crate) text: String,
    pub(crate) filter: SearchFilter,
    /// The position of its door, where somebody has placed it.
    pub(crate) placed: Option<StatedPosition>,
}

impl AddressRow {
    /// Corrects the address of a row, or gives one to a row that has none.
    pub(crate) fn corrected(
        row: Result<Self, RowError>,
        correction: &mut RowCorrection,
    ) -> Result<Self, RowError> {
        let mut row = match (row, correction.address.take()) {
            // The restrictions were those of the address that is corrected.
            (_, Some(text)) => Self {
                text,
                ..Self::default()
            },
            (Err(_), None) if correction.position.is_some() => Self::default(),
            (row, None) => row?,
        };
        row.placed = correction.position.take();
        Ok(row)
    }
}

/// Judges the addresses found for a row: at the position of its door, where somebody has placed it.
pub(crate) fn judge_row(
    snapshot: &Snapshot,
    choice: VintageSelector,
    found: Result<Vec<Candidate>, RowError>,
    row: &AddressRow,
) -> Result<AddressCheck, RowError> {
    if let Some(position) = &row.placed {
        // The position decides alone, so an address that is not found is no obstacle.
        let found = found.unwrap_or_default();
        return check_placed(snapshot, choice, found, position)
            .map_err(|error| error.code().as_str());
    }
    let checker = AddressChecker::new(snapshot, choice);
    Ok(checker.judge_question(&row.text, &row.filter, found?))
}

/// The address found for one row, and its zones.
pub struct AddressAnswer {
    /// The likeliest, and the next one; when no zone is asked.
    found: Vec<Candidate>,
    next_score: Option<f64>,
    /// One per choice of perimeters.
    checks: Vec<AddressCheck>,
}

impl AddressAnswer {
    fn best(&self) -> Option<&Candidate> {
        match self.checks.first() {
            Some(check) => check.candidates.first().map(|checked| &checked.candidate),
            None => self.found.first(),
        }
    }
}

impl AddressJob {
    /// Returns what the cells behind those of the address say.
    fn filter(&self, cells: &[Cell<'_>]) -> Result<SearchFilter, RowError> {
        let (filter, near) = cells.split_at(self.filter.len());
        let filter = self.filter.read(filter)?;
        match near {
            // Half a position is ignored, as the national address API ignores it.
            [lon, lat] if !lon.is_blank() && !lat.is_blank() => {
                let place = Place::LonLat(coordinate(lon)?.value, coordinate(lat)?.value);
                let position = place.position().map_err(|error| error.code().as_str())?;
                Ok(SearchFilter {
                    near: Some(position.wgs84),
                    ..filter
                })
            }
            _ => Ok(filter),
        }
    }

    /// Returns the number of columns behind those of the address.
    fn columns_behind(&self) -> usize {
        self.filter.len() + if self.near.is_some() { 2 } else { 0 }
    }

    fn find(&self, snapshot: &Snapshot, question: &AddressRow) -> Result<AddressAnswer, RowError> {
        // A zone needs every address that may be meant, a label only the best one and the next
        // score.
        let found = match self.zones {
            Some(_) => search_to_judge_in(
                snapshot,
                &question.text,
                &question.filter,
                &self.default_place,
            ),
            None => search_addresses(
                snapshot,
                &AddressSearch {
                    text: &question.text,
                    // A row is complete: its last word is no beginning of another.
                    is_prefix: false,
                    filter: &question.filter,
                    limit: 2,
                },
            ),
        };
        let found = found.map_err(|error| error.code().as_str());
        let Some(zones) = &self.zones else {
            let found = found?;
            return Ok(AddressAnswer {
                next_score: found.get(1).map(|next| next.score),
                found,
                checks: vec![],
            });
        };
        let next_score = found
            .as_ref()
            .ok()
            .and_then(|found| Some(found.get(1)?.score));
        // Searched once: only the judgement depends on the vintage.
        let choices = zones.vintages.choices().into_iter();
        let checks = choices
            .map(|choice| judge_row(snapshot, choice, found.clone(), question))
            .collect::<Result<_, _>>()?;
        Ok(AddressAnswer {
            found: vec![],
            next_score,
            checks,
        })
    }
}

/// Returns the place of a column of house numbers whose number stands in the rest of the address too; `None` when there is no such
/// one.
///
/// # Errors
/// [`TWO_HOUSE_NUMBERS`]: the rest has another number, and nothing tells which of them is the door's.
fn number_beside<T: AsRef<str>>(names: &[String], parts: &[T]) -> Result<Option<usize>, RowError> {
    let is_short = |part: &T| matches!(part.as_ref().trim().len(), 1..=8);
    let Some(at) = parts
        .iter()
        .position(|part| !part.as_ref().trim().is_empty())
    else {
        return Ok(None);
    };
    // A first part with a number in it is rare, and names are looked at for it alone.
    let number = parts[at].as_ref();
    if !is_short(&parts[at])
        || !number
            .trim_start()
            .starts_with(|first: char| first.is_ascii_digit())
    {
        return Ok(None);
    }
    let mut rest = names.iter().zip(parts).skip(at + 1);
    let Some(own) = rest.find_map(|(name, part)| {
        let own = own_number(part.as_ref())?;
        (!holds_postcodes(name)).then_some(own)
    }) else {
        return Ok(None);
    };
    if !names.get(at).is_some_and(|name| names_house_numbers(name)) {
        return Ok(None);
    }
    let stated: String = fold_name(number).split(' ').collect();
    // The letters may stand in the address alone.
    if own.starts_with(stated.trim_start_matches('0')) && same_digits(&stated, &own) {
        Ok(Some(at))
    } else {
        Err(TWO_HOUSE_NUMBERS)
    }
}

/// Returns whether a cell says that its value stands in another row.
fn means_another_row(cell: &str) -> bool {
    let mark: String = cell.chars().filter(|sign| !sign.is_whitespace()).collect();
    if ["\"", "''", "″", "〃", "//", "“", "”", "«", "»", "↑"].contains(&&*mark) {
        return true;
    }
    let folded = fold_name(cell);
    let mut words = folded.split(' ');
    match words.next() {
        Some("idem" | "ditto" | "dito") => true,
        Some("id") => words.next().is_none(),
        Some("meme" | "memes") => matches!(
            words.next(),
            None | Some("adresse" | "que" | "qu" | "foyer" | "domicile" | "chose")
        ),
        Some("la") => words.next() == Some("meme"),
        Some("voir" | "cf" | "comme" | "ci") => folded
            .split(' ')
            .any(|word| matches!(word, "dessus" | "dessous" | "ligne" | "frere" | "soeur")),
        _ => false,
    }
}

/// Returns whether two numbers of houses are the same without their letters.
fn same_digits(number: &str, other: &str) -> bool {
    let [number, other] = [number, other].map(|number| {
        let number = number.trim_start_matches('0');
        let end = number.find(|digit: char| !digit.is_ascii_digit());
        number[..end.unwrap_or(number.len())].to_owned()
    });
    number == other
}

/// Returns the columns that users named.
fn named_columns<'n>(
    header: &[String],
    names: impl IntoIterator<Item = &'n String>,
) -> Result<Vec<usize>, ColumnsError> {
    names.into_iter().map(|name| named(header, name)).collect()
}

impl Job for AddressJob {
    type Question = AddressRow;
    type Answers = Vec<Result<AddressAnswer, RowError>>;

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
        let mut found = match &*self.columns {
            [] if self.list => address_columns(header, rows)?,
            // Not those of the results of another run.
            [] => {
                let added: Vec<String> =
                    self.added().into_iter().map(|column| column.name).collect();
                let read = (0..header.len()).filter(|column| !added.contains(&header[*column]));
                ReadColumns {
                    read: read.collect(),
                    unread: vec![],
                }
            }
            names => ReadColumns {
                read: named_columns(header, names)?,
                unread: vec![],
            },
        };
        found.read.extend(self.filter.find(header)?);
        let near = named_columns(header, self.near.iter().flatten())?;
        found.read.extend(near);
        Ok(found)
    }

    fn knows_headers(&self) -> bool {
        self.list || !self.columns.is_empty()
    }

    fn required_values(&self) -> Option<&'static str> {
        Some("addresses must be texts or numbers")
    }

    fn added(&self) -> Vec<AddedColumn> {
        let zones = self.zones.iter().flat_map(ZoneColumns::added);
        result_columns::added_columns(&self.results)
            .into_iter()
            .chain(zones)
            .collect()
    }

    fn read(&self, names: &[String], cells: &[Cell<'_>]) -> Result<AddressRow, RowError> {
        let (address, behind) = cells.split_at(cells.len() - self.columns_behind());
        let parts: Vec<_> = address.iter().map(Cell::text).collect();
        let beside = number_beside(names, &parts)?;
        let left_out = if self.list {
            other_lines(names, &parts)
        } else {
            vec![]
        };
        let mut text = String::new();
        for (at, (name, cell_text)) in names.iter().zip(&parts).enumerate() {
            // Once is enough.
            if beside == Some(at) || left_out.contains(&at) {
                continue;
            }
            let part = cell_text.trim();
            if !text.is_empty() && !part.is_empty() {
                text.push(' ');
            }
            // A spreadsheet takes the zero of 01000 for one of a number.
            if part.len() == 4 && postcode(part).is_some() && holds_postcodes(name) {
                text.push('0');
            }
            text.push_str(part);
        }
        // Which row is meant is known no more once a list is sorted.
        let mut asked = (0..parts.len()).filter(|at| !left_out.contains(at));
        if self.list && asked.any(|at| means_another_row(&parts[at])) {
            return Err(SAME_AS_ANOTHER_ROW);
        }
        // Dashes and commas stand in for a missing address.
        if !text.chars().any(char::is_alphanumeric) {
            return Err(MISSING_ADDRESS);
        }
        if text.chars().count() > MAX_QUESTION_CHARACTERS {
            return Err(QUESTION_TOO_LONG);
        }
        Ok(AddressRow {
            text,
            filter: self.filter(behind)?,
            placed: None,
        })
    }

    fn corrected(
        &self,
        question: Result<AddressRow, RowError>,
        mut correction: RowCorrection,
    ) -> Result<AddressRow, RowError> {
        AddressRow::corrected(question, &mut correction)
    }

    fn answer(&self, snapshot: &Snapshot, questions: &[AddressRow]) -> Self::Answers {
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
        cells: &mut impl CellWriter,
    ) {
        let answer = row.and_then(|row| answers[row].as_ref().map_err(|code| *code));
        let found = answer.map(|answer| FoundAddress {
            best: answer.best(),
            next_score: answer.next_score,
        });
        write_results(
            &self.results,
            found.as_ref().map_err(|code| *code),
            &[MISSING_ADDRESS, SKIPPED],
            cells,
        );
        if let Ok(answer) = answer {
            for (index, check) in answer.checks.iter().enumerate() {
                write_check(snapshot, check, cells);
                if let Some(zones) = &self.zones {
                    zones.write_figures(index, snapshot, first_perimeter(snapshot, check), cells);
                }
            }
        } else {
            let columns = self.zones.as_ref().map_or(0, |zones| zones.added().len());
            // Every added column needs its cell, or those behind it would shift.
            (0..columns).for_each(|_| cells.empty());
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

    fn asked_place(
        &self,
        snapshot: &Snapshot,
        _: &AddressRow,
        answers: &Self::Answers,
        row: usize,
    ) -> Option<RowPlaceAsked> {
        // Which addresses may be meant does not depend on the perimeters that answer.
        let check = answers[row].as_ref().ok()?.checks.first()?;
        Some(match check.only_place() {
            Some((candidate, standing)) => RowPlaceAsked::Position {
                place: candidate.point.into(),
                uncertainty_m: standing.uncertainty_m,
                commune: Some(candidate.citycode),
            },
            None => RowPlaceAsked::Home(Box::new(home_of_address(snapshot, check))),
        })
    }

    fn zone_to_review(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: usize,
    ) -> Option<ZoneToReview> {
        let choice = self.zones.as_ref()?.vintages.choices().into_iter().next()?;
        let check = answers[row].as_ref().ok()?.checks.first()?;
        Some(zone_to_review(snapshot, check, choice))
    }

    fn for_spreadsheets(&self) -> bool {
        self.list
    }

    fn list_columns(&self, header: &[String], read: &[usize]) -> Option<ListColumns> {
        self.list.then(|| ListColumns {
            birth_date: birth_date_column(header, &[]),
            address: read.to_vec(),
            remarks: true,
        })
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        self.zones.as_ref().map_or_else(
            || vec![AnswerCounts::default()],
            |zones| zones.vintages.no_counts(),
        )
    }
}

/// Returns the zone of an address, for a review of it.
pub(crate) fn zone_to_review(
    snapshot: &Snapshot,
    check: &AddressCheck,
    choice: VintageSelector,
) -> ZoneToReview {
    match check.zone {
        Zone::Undetermined => {
            ZoneToReview::Open(home_of_address(snapshot, check).possible_zones(snapshot, choice))
        }
        zone => ZoneToReview::Known(zone),
    }
}

/// Returns the first perimeter that an address is in, when all that it may be agrees on it.
pub(crate) fn first_perimeter<'s>(
    snapshot: &'s Snapshot,
    check: &AddressCheck,
) -> Option<&'s Perimeter> {
    // A street or several candidates may agree on the perimeter without a single position.
    let member = *check.perimeters.as_ref()?.first()?;
    let standing = check.candidates.first()?.standing.as_ref().ok()?;
    Some(snapshot.perimeter(standing.vintage, member))
}

/// Writes the cells of a zone. Those of a position are empty unless it is the address's: a street has a zone, not a distance,
/// and so have two addresses that are as good.
fn write_check(snapshot: &Snapshot, check: &AddressCheck, cells: &mut impl CellWriter) {
    let AddressLocation {
        perimeters,
        located,
        standing,
    } = AddressLocation::new(snapshot, check);
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
    cells.text(check.level.map_or("", CertaintyLevel::name));
    cells.text(standing.map_or("", |standing| standing.vintage.as_str()));
    cells.text(check.doubt.map_or("", UndeterminedReason::name));
    write_leaning(check.leaning(), cells);
}

/// Writes the cells of the address that was understood and of its zone: those of [`write_label`], then of [`write_home`].
pub(crate) fn write_place(
    snapshot: &Snapshot,
    check: Option<&AddressCheck>,
    cells: &mut impl CellWriter,
) {
    write_label(check, cells);
    write_home(snapshot, check, cells);
}

/// Writes the cells of the address that was understood: label, score.
pub(crate) fn write_label(check: Option<&AddressCheck>, cells: &mut impl CellWriter) {
    let Some(check) = check else {
        return (0..2).for_each(|_| cells.empty());
    };
    let best = check.candidates.first().map(|best| &best.candidate);
    cells.text(&best.map_or_else(String::new, Candidate::label));
    cells.number_or_empty(best.map(|best| best.score), 4);
}

/// Writes the cells of the zone of an address: zone, code, name, distance, certainty, vintage.
pub(crate) fn write_home(
    snapshot: &Snapshot,
    check: Option<&AddressCheck>,
    cells: &mut impl CellWriter,
) {
    let Some(check) = check else {
        return (0..6).for_each(|_| cells.empty());
    };
    let AddressLocation {
        perimeters,
        located,
        standing,
    } = AddressLocation::new(snapshot, check);
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
    cells.text(check.level.map_or("", CertaintyLevel::name));
    cells.text(standing.map_or("", |standing| standing.vintage.as_str()));
}

/// Returns the place of a checked address, to be shown on a map: not when what was found is not what was asked, when only the
/// commune is known, nor when its position is doubtful.
pub(crate) fn point_of(
    snapshot: &Snapshot,
    check: &AddressCheck,
    result: &'static str,
) -> Option<RowPoint> {
    let best = &check.candidates.first()?.candidate;
    let is_other = matches!(
        check.doubt,
        Some(UndeterminedReason::Unlike | UndeterminedReason::NotLoaded(_))
    );
    if is_other || best.kind == AddressKind::Municipality || best.is_doubtful {
        return None;
    }
    Some(RowPoint {
        point: best.point,
        label: best.label(),
        result,
        perimeters: codes_of(snapshot, check),
    })
}

/// Returns the perimeters that an address lies in, when all that it may be agrees on them.
fn codes_of(snapshot: &Snapshot, check: &AddressCheck) -> Vec<QpvCode> {
    let AddressLocation { perimeters, .. } = AddressLocation::new(snapshot, check);
    check
        .perimeters
        .iter()
        .flatten()
        .map(|&member| perimeters[member.place()].code_qp)
        .collect()
}

fn has_exact_position(checked: &CheckedCandidate) -> bool {
    matches!(
        checked.candidate.kind,
        AddressKind::Housenumber | AddressKind::Locality
    )
}

/// The location of a checked address.
struct AddressLocation<'a> {
    perimeters: &'a [Perimeter],
    /// When it has one position.
    located: Option<&'a Location>,
    standing: Option<&'a PointAnswer>,
}

impl<'a> AddressLocation<'a> {
    fn new(snapshot: &'a Snapshot, check: &'a AddressCheck) -> Self {
        let best = check.candidates.first();
        let standing = best.and_then(|best| best.standing.as_ref().ok());
        let zones = standing.and_then(|standing| snapshot.zones(standing.vintage));
        // A distance belongs to one position, which a street or several candidates do not have.
        let has_one_position = check.perimeters.is_some()
            && check.candidates.len() == 1
            && best.is_some_and(has_exact_position);
        let located = standing
            .filter(|_| has_one_position)
            .map(|standing| &standing.located);
        Self {
            perimeters: zones.map_or(&[][..], PerimeterIndex::perimeters),
            located,
            standing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_beside_an_address_with_its_own_is_left_out_or_refused() {
        let names = ["N°", "Adresse", "CP", "Ville"].map(ToOwned::to_owned);
        let judged = |number: &str, address: &str| {
            number_beside(&names, &[number, address, "90000", "Belfort"])
        };
        for (number, address) in [
            ("12", "rue Foch"),
            ("12 bis", "Résidence Foch, bât 3"),
            ("", "12 rue Foch"),
            ("A12", "4 rue Foch"),
            ("12", "rue du 8 mai 1945"),
        ] {
            assert_eq!(judged(number, address), Ok(None), "{number} {address}");
        }
        for (number, address) in [
            ("12", "12 rue Foch"),
            ("012", "12, rue Foch"),
            ("12", "12 bis rue Foch"),
            ("12 BIS", "rue Foch n° 12bis"),
        ] {
            assert_eq!(judged(number, address), Ok(Some(0)), "{number} {address}");
        }
        for (number, address) in [
            ("29", "102 rue Foch"),
            ("8", "rue de Madrid, 9"),
            ("1", "12 rue Foch"),
            ("12 bis", "12 rue Foch"),
            ("8", "Bât A - 86 faubourg de Montbéliard"),
        ] {
            assert_eq!(
                judged(number, address),
                Err(TWO_HOUSE_NUMBERS),
                "{number} {address}"
            );
        }
        // Of columns by other names nothing is known.
        let names = ["Logement", "Adresse"].map(ToOwned::to_owned);
        assert_eq!(number_beside(&names, &["8", "12 rue Foch"]), Ok(None));
    }
}
