//! The question asked of every row, apart from the format of the table.

use qpv_model::Crs;
use qpv_service::{Snapshot, Zone};

use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::column_titles::ColumnTitles;
use crate::corrections::RowCorrection;
use crate::counts::AnswerCounts;
use crate::error::{BatchError, ColumnsError};
use crate::geometry::RowGeometry;
use crate::house_numbers::ReadColumns;
use crate::list_rows::ListColumns;
use crate::progress::RowPoint;
use crate::row_error::{NOT_A_PLACE, RowError};
use crate::summary::BatchSummary;
use crate::summary_table::SummaryTable;
use crate::zone_to_review::ZoneToReview;
use crate::zonings::RowPlaceAsked;

/// Rows asked together: few enough for their answers to stay in cache, and for one thread to answer them all.
pub(crate) const ROWS_PER_QUESTION: usize = 1024;

/// The question asked of every row: [`ZoneJob`](crate::ZoneJob), [`AddressJob`](crate::AddressJob),
/// [`NearestJob`](crate::NearestJob) or [`PeopleJob`](crate::PeopleJob). The formats know only this of it.
pub trait Job: Sync {
    /// A row as it is asked.
    type Question: Send;
    /// The findings on rows asked together.
    type Answers;

    /// Checks what concerns all rows at once.
    ///
    /// # Errors
    /// Settings that are wrong, or data that is missing.
    fn check(&self, snapshot: &Snapshot) -> Result<(), BatchError>;

    /// Returns the columns that are read, by the names of all.
    ///
    /// # Errors
    /// A column that is not there, or not the only one of its name.
    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError>;

    /// Returns the columns that are read, by the names of all and by the first rows below them.
    ///
    /// # Errors
    /// Columns found by [`Job::columns`].
    fn columns_by_rows(
        &self,
        header: &[String],
        _rows: &[Vec<String>],
    ) -> Result<ReadColumns, ColumnsError> {
        Ok(ReadColumns {
            read: self.columns(header)?,
            unread: vec![],
        })
    }

    /// Returns whether only some names of columns will do, so that a header is known from the titles above it.
    fn knows_headers(&self) -> bool {
        true
    }

    /// Returns what the columns that are read must hold in a table whose columns have types, as the end of a sentence;
    /// `None` when a column of any type will do.
    fn required_values(&self) -> Option<&'static str> {
        None
    }

    /// Returns the columns that are added, under their own names.
    fn added(&self) -> Vec<AddedColumn>;

    /// Returns the language of the titles of added columns.
    fn titles(&self) -> ColumnTitles {
        ColumnTitles::Api
    }

    /// Reads a row: the names and the cells of the columns of [`Job::columns`], in that order.
    ///
    /// # Errors
    /// A stable code.
    fn read(&self, names: &[String], cells: &[Cell<'_>]) -> Result<Self::Question, RowError>;

    /// Returns whether a row may be asked by its geometry, where a table has no columns of coordinates.
    fn takes_geometries(&self) -> bool {
        false
    }

    /// Returns the reference system stated for positions; `None` when none is.
    fn stated_crs(&self) -> Option<Crs> {
        None
    }

    /// Reads a row by its geometry, in this reference system; `None` for longitude and latitude.
    ///
    /// # Errors
    /// A stable code.
    fn read_geometry(
        &self,
        _geometry: RowGeometry,
        _crs: Option<Crs>,
    ) -> Result<Self::Question, RowError> {
        Err(NOT_A_PLACE)
    }

    /// Returns the columns that a caller states beside those of the list, as if it had them: corrections of its rows.
    fn stated_columns(&self) -> &[String] {
        &[]
    }

    /// Returns the values in [`Job::stated_columns`] of the row of a number; `None` for one without.
    fn stated_values(&self, _number: u64) -> Option<&[String]> {
        None
    }

    /// Returns the columns that are read, those stated among them, by the names of all and by those read of the list alone.
    ///
    /// # Errors
    /// Columns that cannot be told from others.
    fn columns_with_stated(
        &self,
        _header: &[String],
        read: Vec<usize>,
    ) -> Result<Vec<usize>, ColumnsError> {
        Ok(read)
    }

    /// Returns a row as it is asked with its correction.
    ///
    /// # Errors
    /// The error of the row, where the correction does not mend it.
    fn corrected(
        &self,
        question: Result<Self::Question, RowError>,
        _correction: RowCorrection,
    ) -> Result<Self::Question, RowError> {
        question
    }

    /// Asks rows together.
    fn answer(&self, snapshot: &Snapshot, questions: &[Self::Question]) -> Self::Answers;

    /// Writes the added cells of a row, one for each column of [`Job::added`]: of the one asked at that index, or of one
    /// that could not be.
    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        cells: &mut impl CellWriter,
    );

    /// Returns whether only some rows are written, which [`Job::keeps`] tells; blank ones are then left out too.
    fn leaves_rows_out(&self) -> bool {
        false
    }

    /// Returns whether a row is written, of a job that leaves some out.
    fn keeps(&self, _answers: &Self::Answers, _row: Result<usize, RowError>) -> bool {
        true
    }

    /// Counts a row, written or not; `line` goes with the reason why it has no answer.
    fn count(
        &self,
        snapshot: &Snapshot,
        answers: &Self::Answers,
        row: Result<usize, RowError>,
        line: u64,
        counts: &mut [AnswerCounts],
    );

    /// Returns the place of a row, if it is known well enough to be shown on a map.
    fn point(
        &self,
        _snapshot: &Snapshot,
        _answers: &Self::Answers,
        _row: usize,
    ) -> Option<RowPoint> {
        None
    }

    /// Returns the place that zonings are asked of, for the row asked at an index; `None` for a row without an answer.
    fn asked_place(
        &self,
        _snapshot: &Snapshot,
        _question: &Self::Question,
        _answers: &Self::Answers,
        _row: usize,
    ) -> Option<RowPlaceAsked> {
        None
    }

    /// Returns the zone of the row asked at an index, for a review of it; `None` for a row without one.
    fn zone_to_review(
        &self,
        _snapshot: &Snapshot,
        _answers: &Self::Answers,
        _row: usize,
    ) -> Option<ZoneToReview> {
        None
    }

    /// Returns the columns of what follows from the zone of a review.
    fn added_by_review(&self) -> Vec<AddedColumn> {
        vec![]
    }

    /// Returns the texts in [`Job::added_by_review`] of a row whose zone a review found.
    fn reviewed_texts(
        &self,
        _snapshot: &Snapshot,
        _question: &Self::Question,
        _zone: Zone,
    ) -> Vec<String> {
        vec![]
    }

    /// Returns counts of no rows: one, or one per vintage.
    fn no_counts(&self) -> Vec<AnswerCounts>;

    /// Returns whether people open the table in spreadsheets: then the input's fields of delimited text that would run as
    /// formulas are neutralised too. Added ones always are.
    fn for_spreadsheets(&self) -> bool {
        false
    }

    /// Returns the columns by which the rows of a list are judged, of those that are read as found last; `None` for other
    /// tables, all of whose rows are asked.
    fn list_columns(&self, _header: &[String], _read: &[usize]) -> Option<ListColumns> {
        None
    }

    /// Returns the second sheet of a spreadsheet.
    fn summary(&self, _summary: &BatchSummary) -> Option<SummaryTable> {
        None
    }
}
