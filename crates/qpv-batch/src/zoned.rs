//! The zonings of every row, beside what another job answers.
//!
//! Promises: a zoning that is not loaded stops the table before its first row, and is never a no; a row that the other job
//! cannot answer has empty cells here.

use jiff::civil::Date;
use qpv_model::Crs;
use qpv_service::{Snapshot, Zone};

use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::corrections::RowCorrection;
use crate::counts::AnswerCounts;
use crate::error::{BatchError, ColumnsError};
use crate::geometry::RowGeometry;
use crate::house_numbers::ReadColumns;
use crate::job::Job;
use crate::list_rows::ListColumns;
use crate::progress::RowPoint;
use crate::row_error::RowError;
use crate::summary::BatchSummary;
use crate::summary_table::SummaryTable;
use crate::zone_to_review::ZoneToReview;
use crate::zonings::{PlacesAsked, ZoningColumns};

/// A job, with the zonings of each of its rows behind its own columns.
#[derive(Debug)]
pub struct ZonedJob<J> {
    job: J,
    zonings: ZoningColumns,
    day: Date,
}

impl<J: Job> ZonedJob<J> {
    /// Asks a job and, on a day, zonings; without any of them it is the job alone.
    pub fn new(job: J, zonings: ZoningColumns, day: Date) -> Self {
        Self { job, zonings, day }
    }
}

/// The answers of a job, and the places that zonings are asked of.
#[derive(Debug)]
pub struct ZonedAnswers<A> {
    answers: A,
    /// `None` where no zoning is asked.
    places: Option<PlacesAsked>,
}

impl<J: Job> Job for ZonedJob<J> {
    type Question = J::Question;
    type Answers = ZonedAnswers<J::Answers>;

    fn check(&self, snapshot: &Snapshot) -> Result<(), BatchError> {
        self.zonings.check(snapshot)?;
        self.job.check(snapshot)
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        self.job.columns(header)
    }

    fn columns_by_rows(
        &self,
        header: &[String],
        rows: &[Vec<String>],
    ) -> Result<ReadColumns, ColumnsError> {
        self.job.columns_by_rows(header, rows)
    }

    fn knows_headers(&self) -> bool {
        self.job.knows_headers()
    }

    fn required_values(&self) -> Option<&'static str> {
        self.job.required_values()
    }

    fn added(&self) -> Vec<AddedColumn> {
        let mut added = self.job.added();
        added.extend(self.zonings.added());
        added
    }

    #[inline]
    fn read(&self, names: &[String], cells: &[Cell<'_>]) -> Result<J::Question, RowError> {
        self.job.read(names, cells)
    }

    fn corrected(
        &self,
        question: Result<Self::Question, RowError>,
        correction: RowCorrection,
    ) -> Result<Self::Question, RowError> {
        self.job.corrected(question, correction)
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
    ) -> Result<J::Question, RowError> {
        self.job.read_geometry(geometry, crs)
    }

    fn answer(&self, snapshot: &Snapshot, questions: &[J::Question]) -> Self::Answers {
        let answers = self.job.answer(snapshot, questions);
        // A list without zonings costs no more than the job alone.
        let places = (!self.zonings.is_empty()).then(|| {
            let rows = questions.iter().enumerate();
            let places =
                rows.map(|(row, question)| self.job.asked_place(snapshot, question, &answers, row));
            self.zonings.locate(snapshot, places.collect(), self.day)
        });
        ZonedAnswers { answers, places }
    }

    #[inline]
    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        cells: &mut impl CellWriter,
    ) {
        self.job.write(snapshot, &answers.answers, row, cells);
        if let Some(places) = &answers.places {
            self.zonings.write(snapshot, places, row.ok(), cells);
        }
    }

    fn leaves_rows_out(&self) -> bool {
        self.job.leaves_rows_out()
    }

    #[inline]
    fn keeps(&self, answers: &Self::Answers, row: Result<usize, RowError>) -> bool {
        self.job.keeps(&answers.answers, row)
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
            .count(snapshot, &answers.answers, row, line, counts);
    }

    fn point(&self, snapshot: &Snapshot, answers: &Self::Answers, row: usize) -> Option<RowPoint> {
        self.job.point(snapshot, &answers.answers, row)
    }

    fn zone_to_review(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: usize,
    ) -> Option<ZoneToReview> {
        self.job.zone_to_review(snapshot, &answers.answers, row)
    }

    fn added_by_review(&self) -> Vec<AddedColumn> {
        self.job.added_by_review()
    }

    fn reviewed_texts(
        &self,
        snapshot: &Snapshot,
        question: &J::Question,
        zone: Zone,
    ) -> Vec<String> {
        self.job.reviewed_texts(snapshot, question, zone)
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        self.job.no_counts()
    }

    fn for_spreadsheets(&self) -> bool {
        self.job.for_spreadsheets()
    }

    fn list_columns(&self, header: &[String], read: &[usize]) -> Option<ListColumns> {
        self.job.list_columns(header, read)
    }

    fn summary(&self, summary: &BatchSummary) -> Option<SummaryTable> {
        self.job.summary(summary)
    }
}
