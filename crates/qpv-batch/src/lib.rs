//! Tables of positions, addresses and people, answered row by row: the columns of the input untouched, then the answers.
//!
//! A [`Job`] is the question asked of every row: the zone of its position ([`ZoneJob`]), its address and the zone of that
//! ([`AddressJob`]), the address nearest to its position ([`NearestJob`]), the eligibility of its person to a programme
//! ([`PeopleJob`], whose counts make a [`SummaryTable`]), that eligibility by two programmes or on two days
//! ([`ComparisonJob`]); a [`ZonedJob`] adds the zonings of a row to another job, a [`ReviewedJob`] its review. A format reads [`Cell`]s and writes added ones, and knows
//! nothing else of a job: [`delimited`] text, [`parquet`] tables, [`spreadsheet`]s, and one of them to another
//! ([`conversion`]); [`arrays`] are answered in memory. A [`Progress`] follows them and may stop
//! them; [`delimited::preview`] and [`spreadsheet::preview`] show the start of a list.
//!
//! Promises: memory does not grow with the number of rows, but for the people of a list who may stand twice (`list_rows`, two
//! million at most); rows keep their order, and a row that cannot be answered stays
//! in its place with the reason. Blocks of rows are answered on all cores (`pipeline`). Refuses: files on disk, progress
//! bars, exit codes, which are the caller's. Never logs a position or an address.

mod address_columns;
mod address_filter;
mod addresses;
pub mod arrays;
mod arrow_rows;
mod buildings;
mod cell;
mod change_counts;
mod column_names;
mod column_titles;
mod comparison;
mod content_columns;
pub mod conversion;
mod corrections;
mod counts;
mod declarations;
pub mod delimited;
mod error;
mod field_kinds;
mod geometry;
mod header_words;
mod house_numbers;
mod job;
mod list_columns;
mod list_rows;
mod messages;
mod nearest;
mod new_book;
mod numbers;
mod outcome_matrix;
pub mod parquet;
mod people;
mod person_row;
mod pipeline;
mod points;
mod positions;
mod preview;
mod progress;
mod result_columns;
mod review_columns;
mod reviewed;
mod row_count;
mod row_error;
mod row_table;
mod rows;
mod selected_columns;
pub mod spreadsheet;
mod summary;
mod summary_table;
mod tally;
mod vintages;
mod zone_to_review;
mod zoned;
mod zones;
mod zonings;

pub use address_columns::holds_places;
pub use address_filter::FilterColumns;
pub use addresses::AddressJob;
pub use buildings::BuildingZone;
pub use cell::{AddedColumn, Cell, CellWriter};
pub use change_counts::ChangeCounts;
pub use column_names::NO_COLUMN;
pub use column_titles::ColumnTitles;
pub use comparison::{ComparisonJob, ProgrammeOnDay};
pub use conversion::{TableOutput, TableTarget};
pub use corrections::{ListCorrections, RowCorrection};
pub use counts::{AnswerCounts, ReviewCounts, ZoneCounts};
pub use delimited::DelimitedOptions;
pub use error::{BatchError, ColumnsError, NeededFact};
pub use geometry::RowGeometry;
pub use house_numbers::{ReadColumns, UnreadColumn, UnreadReason};
pub use job::Job;
pub use list_columns::{ColumnRole, PeopleColumns};
pub use list_rows::{DuplicateRow, DuplicateRows, ListColumns};
pub use messages::table_fault;
pub use nearest::NearestJob;
pub use new_book::NewBookReason;
pub use people::PeopleJob;
pub use points::PointWriter;
pub use positions::PositionColumns;
pub use preview::ListPreview;
pub use progress::{Progress, RowPoint};
pub use qpv_delimited::Encoding;
pub use result_columns::ResultColumn;
pub use review_columns::ReviewColumns;
pub use reviewed::{ReviewedAnswers, ReviewedJob, ReviewedRow};
pub use row_count::RowCount;
pub use row_error::RowError;
pub use selected_columns::SelectedJob;
pub use spreadsheet::SpreadsheetKind;
pub use summary::BatchSummary;
pub use summary_table::{SummaryCell, SummaryTable};
pub use tally::{OutcomeCounts, Tally, TallyGroup};
pub use vintages::AnswerVintages;
pub use zone_to_review::ZoneToReview;
pub use zoned::{ZonedAnswers, ZonedJob};
pub use zones::{RowPlace, RowZone, ZoneAnswers, ZoneColumns, ZoneJob};
pub use zonings::{RowPlaceAsked, ZoningColumns};
