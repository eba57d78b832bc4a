//! The reviews and corrections of the rows of a list, beside what another job answers.
//!
//! Promises: the cells of the other job stay as they are, whatever a review says; each review comes back with what was done
//! with it, and a row whose review is not taken says why. Refuses to overrule what the data decides.

use std::borrow::Cow;
use std::cell::Cell as ValueCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use qpv_french::{Key, key, sentence};
use qpv_model::{Crs, PossibleZones};
use qpv_service::{HumanReview, ReviewError, Snapshot, Zone, possible_zones};

use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::column_titles::ColumnTitles;
use crate::corrections::{CorrectionPlaces, ListCorrections};
use crate::counts::{AnswerCounts, ReviewCounts};
use crate::error::{BatchError, ColumnsError};
use crate::geometry::RowGeometry;
use crate::house_numbers::ReadColumns;
use crate::job::Job;
use crate::list_rows::ListColumns;
use crate::progress::RowPoint;
use crate::review_columns::{GivenReview, GivenZone, ReviewColumns, ReviewPlaces};
use crate::row_error::RowError;
use crate::summary::BatchSummary;
use crate::summary_table::SummaryTable;
use crate::zone_to_review::ZoneToReview;

/// The columns added for a review, in order: what was done with it, its zone where it is taken, and the sentence on both.
const REVIEW_NAMES: [&str; 3] = ["review_status", "zone_after_review", "revue"];
/// The question of a row that was asked already.
const ASKED: RowError = "asked";

/// A job, with the reviews of its rows behind its own columns; without a column of reviews it is the job alone.
#[derive(Debug)]
pub struct ReviewedJob<J> {
    job: J,
    columns: ReviewColumns,
    titles: ColumnTitles,
    /// The corrections that a caller states.
    corrections: ListCorrections,
    /// True when the columns are added to any list, which may then be named among those that are written.
    is_always_added: bool,
    /// Set when the columns are found, and again when a better header is.
    found: RwLock<Arc<FoundColumns>>,
    /// True when a list has reviews: read for each row, of which most lists have none.
    has_reviews: AtomicBool,
    /// True when a list has corrections, likewise.
    has_corrections: AtomicBool,
}

/// The columns that are read: those of the job, then those of reviews that it does not read.
#[derive(Debug, Default)]
struct FoundColumns {
    /// The number of the job's.
    of_job: usize,
    /// The places of the others among all that are read.
    places: Option<ReviewPlaces>,
    corrections: CorrectionPlaces,
}

/// A row as it is asked, and its review.
pub struct ReviewedRow<Q> {
    /// Taken by the one who asks: a job asks questions that stand side by side.
    question: ValueCell<Result<Q, RowError>>,
    review: Option<Box<GivenReview>>,
}

/// The answers of a job, and the reviews of its rows.
pub struct ReviewedAnswers<A> {
    answers: A,
    /// The place of each row among the answers, or the reason why it was not asked.
    places: Vec<Result<usize, RowError>>,
    /// Empty where no row has one.
    reviews: Vec<Option<Box<JudgedReview>>>,
}

/// The outcome of a review.
struct JudgedReview {
    status: ReviewStatus,
    /// The zone, when it is taken.
    zone: Option<Zone>,
    /// The outcome and the advice, in French.
    message: String,
    /// The further texts of the job, when it is taken.
    texts: Vec<String>,
}

/// The use that is made of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReviewStatus {
    /// It settles the row.
    Applied,
    /// The data gives the same zone.
    NotNeeded,
    /// The data gives another zone.
    Contradicts,
    /// The row cannot be in its zone.
    Impossible,
    /// Out of the neighbourhood, which leaves the band open.
    Imprecise,
    /// The reason or the function is missing.
    Incomplete,
    /// A text is too long.
    TooLong,
    /// The word is not known.
    UnknownZone,
    /// The row has no zone.
    NoAnswer,
    /// Several vintages answer, and one zone cannot be that of all.
    SeveralVintages,
}

impl ReviewStatus {
    fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::NotNeeded => "not_needed",
            Self::Contradicts => "contradicts",
            Self::Impossible => "impossible",
            Self::Imprecise => "imprecise",
            Self::Incomplete => "incomplete",
            Self::TooLong => "too_long",
            Self::UnknownZone => "unknown_zone",
            Self::NoAnswer => "no_answer",
            Self::SeveralVintages => "several_vintages",
        }
    }
}

impl JudgedReview {
    fn refused(status: ReviewStatus, key: Key, values: &[(&str, &str)]) -> Self {
        Self {
            status,
            zone: None,
            message: sentence(key, values),
            texts: vec![],
        }
    }

    /// Refuses a review whose zone the row cannot be in.
    fn impossible(given: &GivenZone, possible: PossibleZones) -> Self {
        let (zone, zones) = (given_name(given), possible_zones(possible));
        Self::refused(
            ReviewStatus::Impossible,
            key::LIST_REVIEW_IMPOSSIBLE,
            &[("zone", &zone), ("zones", &zones)],
        )
    }

    /// Says what to make of a review of a row whose zone the data decides.
    fn decided(given: &GivenZone, zone: Zone) -> Self {
        let is_same = match given {
            GivenZone::Zone(given) => *given == zone,
            GivenZone::NotQpv => zone != Zone::Qpv,
            GivenZone::Unknown(_) => false,
        };
        if is_same {
            return Self::refused(ReviewStatus::NotNeeded, key::LIST_REVIEW_NOT_NEEDED, &[]);
        }
        let (given, answer) = (given_name(given), possible_zones(only(zone)));
        Self::refused(
            ReviewStatus::Contradicts,
            key::LIST_REVIEW_CONTRADICTS,
            &[("zone", &given), ("answer", &answer)],
        )
    }

    /// Returns the review of a row by its zone, or why it is not taken.
    fn judge(given: &GivenReview, row: Option<ZoneToReview>) -> Result<HumanReview, Self> {
        // A word that nobody understands comes first: all else depends on it.
        if let GivenZone::Unknown(word) = &given.zone {
            let (status, key) = (ReviewStatus::UnknownZone, key::LIST_REVIEW_UNKNOWN_ZONE);
            return Err(Self::refused(status, key, &[("value", word)]));
        }
        let possible = match row {
            Some(ZoneToReview::Open(possible)) => possible,
            Some(ZoneToReview::Known(zone)) => return Err(Self::decided(&given.zone, zone)),
            None => {
                let (status, key) = (ReviewStatus::NoAnswer, key::LIST_REVIEW_NO_ANSWER);
                return Err(Self::refused(status, key, &[]));
            }
        };
        let zone = match given.zone {
            GivenZone::Zone(zone) => zone,
            // Out of the neighbourhood: what is left there says whether that is the band.
            _ if possible.band_300m && possible.outside => {
                let (status, key) = (ReviewStatus::Imprecise, key::LIST_REVIEW_IMPRECISE);
                return Err(Self::refused(status, key, &[]));
            }
            _ if possible.band_300m => Zone::Band300m,
            _ => Zone::Outside,
        };
        let review = HumanReview::new(zone, &given.reason, &given.by).map_err(|fault| {
            let (status, key) = match fault {
                ReviewError::TextTooLong { .. } => {
                    (ReviewStatus::TooLong, key::LIST_REVIEW_TOO_LONG)
                }
                _ => (ReviewStatus::Incomplete, key::LIST_REVIEW_INCOMPLETE),
            };
            Self::refused(status, key, &[])
        })?;
        // A zone that the data excludes is a slip in the row, or in the address.
        match review.check(Zone::Undetermined, || possible) {
            Ok(()) => Ok(review),
            Err(_) => Err(Self::impossible(&given.zone, possible)),
        }
    }
}

/// Returns the zone that a field names, as lists name it.
fn given_name(given: &GivenZone) -> String {
    match given {
        GivenZone::Zone(zone) => possible_zones(only(*zone)),
        GivenZone::NotQpv => possible_zones(OUT_OF_QPV),
        GivenZone::Unknown(word) => word.clone(),
    }
}

/// The zones of a place in no neighbourhood.
const OUT_OF_QPV: PossibleZones = PossibleZones {
    qpv: false,
    band_300m: true,
    outside: true,
};

/// Returns this zone as the only one that is left.
fn only(zone: Zone) -> PossibleZones {
    PossibleZones {
        qpv: zone == Zone::Qpv,
        band_300m: zone == Zone::Band300m,
        outside: zone == Zone::Outside,
    }
}

impl<J: Job> ReviewedJob<J> {
    /// Reads the reviews of a job's rows.
    #[must_use]
    pub fn new(job: J, columns: ReviewColumns) -> Self {
        Self {
            job,
            columns,
            titles: ColumnTitles::default(),
            corrections: ListCorrections::default(),
            is_always_added: false,
            found: RwLock::default(),
            has_reviews: AtomicBool::new(false),
            has_corrections: AtomicBool::new(false),
        }
    }

    /// Adds the columns of reviews to any list, so that they may be named among those that are written.
    #[must_use]
    pub fn always_added(self, is_always_added: bool) -> Self {
        Self {
            is_always_added,
            ..self
        }
    }

    /// Writes the titles of added columns, those of the job's among them, in another language.
    #[must_use]
    pub fn with_titles(self, titles: ColumnTitles) -> Self {
        Self { titles, ..self }
    }

    /// States corrections of rows, and columns for them that the list does not have.
    #[must_use]
    pub fn with_corrections(self, corrections: ListCorrections) -> Self {
        Self {
            corrections,
            ..self
        }
    }

    fn has_corrections(&self) -> bool {
        self.has_corrections.load(Ordering::Relaxed)
    }

    fn found(&self) -> Arc<FoundColumns> {
        self.found
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn has_reviews(&self) -> bool {
        self.has_reviews.load(Ordering::Relaxed)
    }

    /// Adds the columns of reviews to those that the job reads.
    fn with_reviews(
        &self,
        header: &[String],
        mut columns: ReadColumns,
    ) -> Result<ReadColumns, ColumnsError> {
        let of_job = columns.read.len();
        let places = if self.names_missing_stated_column(header) {
            None
        } else {
            self.columns.find(header)?
        };
        let read = &mut columns.read;
        let places = places.map(|found| ReviewPlaces {
            zone: place_among(read, found.zone),
            reason: found.reason.map(|column| place_among(read, column)),
            by: found.by.map(|column| place_among(read, column)),
        });
        let corrections = CorrectionPlaces::find(header).map(|column| place_among(read, column));
        self.has_reviews.store(places.is_some(), Ordering::Relaxed);
        self.has_corrections
            .store(!corrections.is_empty(), Ordering::Relaxed);
        *self.found.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(FoundColumns {
            of_job,
            places,
            corrections,
        });
        Ok(columns)
    }

    /// Returns whether a column of reviews named by hand is a stated one, which the list's own header does not have: it is looked
    /// for in [`Job::columns_with_stated`].
    fn names_missing_stated_column(&self, header: &[String]) -> bool {
        let stated =
            |name: &String| self.corrections.columns.contains(name) && !header.contains(name);
        let ReviewColumns { zone, reason, by } = &self.columns;
        [zone, reason, by].into_iter().flatten().any(stated)
    }

    /// Judges the review of a row, and asks the job what follows from one that is taken.
    fn judge(
        &self,
        snapshot: &Snapshot,
        questions: &[J::Question],
        answers: &J::Answers,
        place: Result<usize, RowError>,
        given: &GivenReview,
    ) -> JudgedReview {
        // One zone is none of several vintages.
        if self.job.no_counts().len() > 1 {
            let key = key::LIST_REVIEW_SEVERAL_VINTAGES;
            return JudgedReview::refused(ReviewStatus::SeveralVintages, key, &[]);
        }
        // A row with a fault of its own has no zone to settle.
        let row = place
            .ok()
            .and_then(|row| self.job.zone_to_review(snapshot, answers, row));
        match JudgedReview::judge(given, row) {
            Err(refused) => refused,
            Ok(review) => JudgedReview {
                status: ReviewStatus::Applied,
                zone: Some(review.zone()),
                message: review.message_fr(),
                texts: place.map_or_else(
                    |_| vec![],
                    |row| {
                        self.job
                            .reviewed_texts(snapshot, &questions[row], review.zone())
                    },
                ),
            },
        }
    }
}

/// Returns the place of a column among those that are read, which it is added to: one that the job reads too is read once.
fn place_among(read: &mut Vec<usize>, column: usize) -> usize {
    let known = read.iter().position(|known| *known == column);
    known.unwrap_or_else(|| {
        read.push(column);
        read.len() - 1
    })
}

impl FoundColumns {
    /// Returns the review in the cells of a row.
    fn review(&self, cells: &[Cell<'_>]) -> Option<Box<GivenReview>> {
        let places = self.places?;
        let zone = cells[places.zone].text();
        let [reason, by] = [places.reason, places.by]
            .map(|place| place.map_or(Cow::Borrowed(""), |place| cells[place].text()));
        GivenReview::read(&zone, reason, by).map(Box::new)
    }
}

impl<A> ReviewedAnswers<A> {
    #[inline]
    fn review(&self, row: Result<usize, RowError>) -> Option<&JudgedReview> {
        self.reviews.get(row.ok()?)?.as_deref()
    }

    /// Returns the place of a row among the answers of the job.
    #[inline]
    fn place(&self, row: Result<usize, RowError>) -> Result<usize, RowError> {
        self.places[row?]
    }
}

impl<J: Job> Job for ReviewedJob<J> {
    type Question = ReviewedRow<J::Question>;
    type Answers = ReviewedAnswers<J::Answers>;

    fn check(&self, snapshot: &Snapshot) -> Result<(), BatchError> {
        self.job.check(snapshot)
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        let found = ReadColumns {
            read: self.job.columns(header)?,
            unread: vec![],
        };
        Ok(self.with_reviews(header, found)?.read)
    }

    fn columns_by_rows(
        &self,
        header: &[String],
        rows: &[Vec<String>],
    ) -> Result<ReadColumns, ColumnsError> {
        let found = self.job.columns_by_rows(header, rows)?;
        self.with_reviews(header, found)
    }

    fn titles(&self) -> ColumnTitles {
        self.titles
    }

    fn knows_headers(&self) -> bool {
        self.job.knows_headers()
    }

    fn list_columns(&self, header: &[String], read: &[usize]) -> Option<ListColumns> {
        // A review says nothing of which rows are people.
        self.job.list_columns(header, read)
    }

    fn required_values(&self) -> Option<&'static str> {
        self.job.required_values()
    }

    fn added(&self) -> Vec<AddedColumn> {
        let mut added = self.job.added();
        // A list without reviews has the columns that it always had.
        if self.is_always_added || self.has_reviews() {
            added.extend(REVIEW_NAMES.map(|name| AddedColumn {
                name: name.to_owned(),
                number: false,
            }));
            added.extend(self.job.added_by_review());
        }
        added
    }

    #[inline]
    fn read(&self, names: &[String], cells: &[Cell<'_>]) -> Result<Self::Question, RowError> {
        let (question, review) = if self.has_reviews() || self.has_corrections() {
            let found = self.found();
            let question = self
                .job
                .read(&names[..found.of_job], &cells[..found.of_job]);
            let question = match found.corrections.read(cells) {
                Some(correction) => self.job.corrected(question, correction),
                None => question,
            };
            (question, found.review(cells))
        } else {
            (self.job.read(names, cells), None)
        };
        match (question, review) {
            // The review of a row that cannot be asked is told with its fault.
            (Err(code), None) => Err(code),
            (question, review) => Ok(ReviewedRow {
                question: ValueCell::new(question),
                review,
            }),
        }
    }

    fn stated_columns(&self) -> &[String] {
        &self.corrections.columns
    }

    fn stated_values(&self, number: u64) -> Option<&[String]> {
        self.corrections.rows.get(&number).map(Vec::as_slice)
    }

    fn columns_with_stated(
        &self,
        header: &[String],
        mut read: Vec<usize>,
    ) -> Result<Vec<usize>, ColumnsError> {
        // The columns of the job are those found before; only reviews and corrections are looked for anew.
        read.truncate(self.found().of_job);
        let columns = ReadColumns {
            read,
            unread: vec![],
        };
        Ok(self.with_reviews(header, columns)?.read)
    }

    fn takes_geometries(&self) -> bool {
        self.job.takes_geometries()
    }

    fn stated_crs(&self) -> Option<Crs> {
        self.job.stated_crs()
    }

    fn read_geometry(
        &self,
        geometry: RowGeometry,
        crs: Option<Crs>,
    ) -> Result<Self::Question, RowError> {
        Ok(ReviewedRow {
            question: ValueCell::new(Ok(self.job.read_geometry(geometry, crs)?)),
            // Of such a table only the column of geometries is read.
            review: None,
        })
    }

    fn answer(&self, snapshot: &Snapshot, rows: &[Self::Question]) -> Self::Answers {
        let mut questions = Vec::with_capacity(rows.len());
        let places: Vec<Result<usize, RowError>> = rows
            .iter()
            .map(|row| {
                questions.push(row.question.replace(Err(ASKED))?);
                Ok(questions.len() - 1)
            })
            .collect();
        let answers = self.job.answer(snapshot, &questions);
        // Judged after the answers, for only they say what is left to settle.
        let reviews = if self.has_reviews() {
            let rows = rows.iter().zip(&places);
            let reviews = rows.map(|(row, place)| {
                let given = row.review.as_ref()?;
                let judged = self.judge(snapshot, &questions, &answers, *place, given);
                Some(Box::new(judged))
            });
            reviews.collect()
        } else {
            vec![]
        };
        ReviewedAnswers {
            answers,
            places,
            reviews,
        }
    }

    #[inline]
    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        cells: &mut impl CellWriter,
    ) {
        self.job
            .write(snapshot, &answers.answers, answers.place(row), cells);
        if !self.is_always_added && !self.has_reviews() {
            return;
        }
        let further = self.job.added_by_review().len();
        let Some(review) = answers.review(row) else {
            // Every added column needs its cell, or those behind it would shift.
            return (0..REVIEW_NAMES.len() + further).for_each(|_| cells.empty());
        };
        cells.text(review.status.name());
        match review.zone {
            Some(zone) => cells.text(zone.name()),
            // Beside a review that is not taken, its zone would pass for the answer.
            None => cells.empty(),
        }
        cells.text(&review.message);
        for column in 0..further {
            match review.texts.get(column) {
                Some(text) => cells.text(text),
                None => cells.empty(),
            }
        }
    }

    fn leaves_rows_out(&self) -> bool {
        self.job.leaves_rows_out()
    }

    #[inline]
    fn keeps(&self, answers: &Self::Answers, row: Result<usize, RowError>) -> bool {
        self.job.keeps(&answers.answers, answers.place(row))
    }

    #[inline]
    fn count(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        line: u64,
        counts: &mut [AnswerCounts],
    ) {
        self.job
            .count(snapshot, &answers.answers, answers.place(row), line, counts);
        // Reviews are of one vintage, which the first counts are of.
        let (Some(review), Some(counts)) = (answers.review(row), counts.first_mut()) else {
            return;
        };
        match review.zone {
            Some(zone) => counts.reviewed.get_or_insert_default().count(zone),
            None => counts.count_refused_review(review.status.name(), line),
        }
    }

    fn point(&self, snapshot: &Snapshot, answers: &Self::Answers, row: usize) -> Option<RowPoint> {
        let place = answers.place(Ok(row)).ok()?;
        self.job.point(snapshot, &answers.answers, place)
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        let mut counts = self.job.no_counts();
        if self.has_reviews()
            && let Some(first) = counts.first_mut()
        {
            // Zeros say that a list has a column of reviews, and none of them settles a row.
            first.reviewed = Some(ReviewCounts::default());
        }
        counts
    }

    fn for_spreadsheets(&self) -> bool {
        self.job.for_spreadsheets()
    }

    fn summary(&self, summary: &BatchSummary) -> Option<SummaryTable> {
        self.job.summary(summary)
    }
}

#[cfg(test)]
mod tests;
