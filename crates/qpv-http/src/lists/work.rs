//! The work on a list, on a blocking thread.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use axum::response::Response;
use qpv_batch::conversion;
use qpv_batch::spreadsheet::{BookOutput, ChosenBook};
use qpv_batch::{
    AddressJob, BatchSummary, ColumnTitles, DelimitedOptions, Encoding, Job, ListCorrections,
    ListPreview, PeopleColumns, PeopleJob, PointWriter, ReviewedJob, RowPoint, SpreadsheetKind,
    SummaryTable, TableOutput, TableTarget, ZonedJob,
};
use qpv_delimited::{FileFormat, SNIFFED_BYTES};
use qpv_service::Snapshot;
use tempfile::SpooledTempFile;

use super::bundle::{FormPart, form_response};
use crate::client_presence::{ClientGuard, ClientWatch};
use crate::limits::Limits;
use crate::list_progress::ListProgress;
use crate::problem::Problem;
use crate::table_answer::{AnswerFile, answer_name, file_bytes, table_response};
use crate::workers::ListTurn;

/// The media type of XLSX.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The media type of an ODS spreadsheet.
const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// The job to run over the rows.
pub(super) enum ListJob {
    /// The eligibility of people.
    Eligibility(ReviewedJob<PeopleJob>),
    /// The zones of homes.
    Zones(ReviewedJob<ZonedJob<AddressJob>>),
}

/// A list as received.
pub(super) struct ReceivedList {
    pub(super) table: SpooledTempFile,
    pub(super) sheet: Option<String>,
    pub(super) options: DelimitedOptions,
    pub(super) client: ClientWatch,
    pub(super) progress: Option<Arc<ListProgress>>,
    /// The titles of added columns; `None` for those of the format.
    pub(super) titles: Option<ColumnTitles>,
    pub(super) corrections: ListCorrections,
    /// True for the rows as a program reads them.
    pub(super) as_rows: bool,
}

/// The files that answers are written to.
pub(super) struct ListOutputs {
    table: AnswerFile,
    /// The positions of the rows as `GeoJSON`, when they are wanted.
    points: Option<AnswerFile>,
}

/// The answers to a list.
pub(super) struct ListAnswers {
    table: SpooledTempFile,
    points: Option<SpooledTempFile>,
    pub(super) summary: BatchSummary,
    counts: Option<SummaryTable>,
    /// The kind of a spreadsheet; `None` for delimited text.
    spreadsheet: Option<SpreadsheetKind>,
}

impl ListOutputs {
    /// Creates empty files.
    pub(super) fn new(limits: &Limits, client: &ClientGuard, with_points: bool) -> Self {
        Self {
            table: AnswerFile::new(limits, client),
            points: with_points.then(|| AnswerFile::new(limits, client)),
        }
    }
}

impl ReceivedList {
    /// Reads the start of the list.
    pub(super) fn preview(
        mut self,
        columns: &PeopleColumns,
    ) -> Result<ListPreview, qpv_batch::BatchError> {
        let spreadsheet = spreadsheet_kind(&mut self.table).map_err(qpv_batch::BatchError::Read)?;
        let input = ListInput {
            table: self.table,
            client: self.client,
        };
        match spreadsheet {
            None => qpv_batch::delimited::preview(columns, self.options, input),
            Some(kind) => {
                qpv_batch::spreadsheet::preview(columns, kind, self.sheet.as_deref(), input)
            }
        }
    }

    /// Answers every row.
    pub(super) fn answer(
        mut self,
        snapshot: &Snapshot,
        job: ListJob,
        outputs: ListOutputs,
        turn: &mut ListTurn,
    ) -> Result<ListAnswers, qpv_batch::BatchError> {
        let titles = self.titles().map_err(qpv_batch::BatchError::Read)?;
        let corrections = std::mem::take(&mut self.corrections);
        match job {
            ListJob::Eligibility(people) => {
                let job = people.with_titles(titles).with_corrections(corrections);
                self.run(snapshot, &job, outputs, turn)
            }
            ListJob::Zones(homes) => {
                let job = homes.with_titles(titles).with_corrections(corrections);
                self.run(snapshot, &job, outputs, turn)
            }
        }
    }

    /// Returns the titles of added columns: a spreadsheet is opened by people, CSV by programs too.
    fn titles(&mut self) -> io::Result<ColumnTitles> {
        let kind = spreadsheet_kind(&mut self.table)?;
        Ok(self.titles.unwrap_or(if kind.is_some() && !self.as_rows {
            ColumnTitles::French
        } else {
            ColumnTitles::Api
        }))
    }

    fn run(
        mut self,
        snapshot: &Snapshot,
        job: &impl Job,
        outputs: ListOutputs,
        turn: &mut ListTurn,
    ) -> Result<ListAnswers, qpv_batch::BatchError> {
        let bytes = self
            .table
            .seek(SeekFrom::End(0))
            .map_err(qpv_batch::BatchError::Read)?;
        if let Some(progress) = &self.progress {
            progress.set_total(bytes);
        }
        let spreadsheet = spreadsheet_kind(&mut self.table).map_err(qpv_batch::BatchError::Read)?;
        // The columns of answers are added beside columns of the same names: those are the user's.
        let options = DelimitedOptions {
            replaces: false,
            ..self.options
        };
        let ListOutputs {
            mut table,
            mut points,
        } = outputs;
        let mut follower = ListFollower {
            client: self.client.clone(),
            progress: self.progress,
            points: points.as_mut().map(PointWriter::new),
            turn,
        };
        let input = ListInput {
            table: self.table,
            client: self.client,
        };
        // Rows copied byte by byte have no place for columns that the list does not have.
        let is_rewritten = self.as_rows || !job.stated_columns().is_empty();
        let written = TableOutput {
            format: TableTarget::Delimited(if self.as_rows { ROWS } else { REWRITTEN }),
            writer: &mut table,
        };
        let summary = match spreadsheet {
            None if is_rewritten => {
                conversion::from_delimited(snapshot, job, options, input, written, &mut follower)?
            }
            Some(kind) if self.as_rows => {
                let sheet = self.sheet.as_deref();
                let book = ChosenBook { kind, sheet, input };
                conversion::from_spreadsheet(snapshot, job, book, written, &mut follower)?
            }
            None => qpv_batch::delimited::answer(
                snapshot,
                job,
                options,
                input,
                &mut table,
                &mut follower,
            )?,
            Some(kind) => {
                let sheet = self.sheet.as_deref();
                let book = ChosenBook { kind, sheet, input };
                // The page names the file by what came back.
                let output = BookOutput {
                    kind: None,
                    writer: &mut table,
                };
                qpv_batch::spreadsheet::answer(snapshot, job, book, output, &mut follower)?
            }
        };
        // The collection of points still lacks its closing bracket.
        follower.finish().map_err(qpv_batch::BatchError::Write)?;
        Ok(ListAnswers {
            table: table.into_table()?,
            points: points.map(AnswerFile::into_table).transpose()?,
            counts: job.summary(&summary),
            summary,
            spreadsheet: spreadsheet.filter(|_| !self.as_rows),
        })
    }
}

/// A list as a program reads it: with commas, without a byte order mark, each row with its number.
const ROWS: DelimitedOptions = DelimitedOptions {
    delimiter: Some(b','),
    encoding: Encoding::Utf8,
    replaces: false,
    with_mark: false,
    with_numbers: true,
};
/// A list in CSV that gets columns of its own, as French spreadsheets open it.
const REWRITTEN: DelimitedOptions = DelimitedOptions {
    delimiter: Some(b';'),
    encoding: Encoding::Auto,
    replaces: false,
    with_mark: true,
    with_numbers: false,
};

impl ListAnswers {
    /// Answers with the list and its answers.
    pub(super) fn table(self, file_name: &str) -> Result<Response, Problem> {
        let media_type = self.media_type();
        let file_name = answer_name("verifie", &self.output_name(file_name));
        table_response(self.table, &media_type, &file_name)
    }

    /// Answers with the counts as CSV, as the second sheet of a spreadsheet has them.
    pub(super) fn counts(&self, file_name: &str) -> Result<Response, Problem> {
        let counts = self
            .counts
            .as_ref()
            .map(SummaryTable::to_csv)
            .unwrap_or_default();
        // The threshold is its size, so that it stays in memory.
        let mut file = SpooledTempFile::new(counts.len());
        file.write_all(&counts)
            .map_err(|fault| Problem::internal(&fault))?;
        let file_name = answer_name("synthese", &format!("{}.csv", stem(file_name)));
        table_response(file, "text/csv; charset=utf-8", &file_name)
    }

    /// Answers with the list, the counts and the points as parts of a form.
    pub(super) fn bundle(mut self, file_name: &str) -> Result<Response, Problem> {
        let summary =
            serde_json::to_vec(&self.summary).map_err(|fault| Problem::internal(&fault))?;
        let mut parts = vec![
            FormPart {
                name: "table",
                file_name: Some(answer_name("verifie", &self.output_name(file_name))),
                media_type: self.media_type(),
                bytes: file_bytes(&mut self.table)?,
                content: Box::new(self.table),
            },
            FormPart::text("summary", "application/json", summary),
        ];
        if let Some(mut points) = self.points {
            parts.push(FormPart {
                name: "points",
                file_name: None,
                media_type: "application/geo+json".to_owned(),
                bytes: file_bytes(&mut points)?,
                content: Box::new(points),
            });
        }
        Ok(form_response(parts))
    }

    fn media_type(&self) -> String {
        match self.spreadsheet {
            None => {
                let encoding = self.summary.encoding.unwrap_or("utf-8");
                format!("text/csv; charset={encoding}")
            }
            Some(_) if self.summary.is_ods => ODS.to_owned(),
            Some(_) => XLSX.to_owned(),
        }
    }

    /// Returns the name of the list, with the extension of the format that its answers are in.
    fn output_name(&self, file_name: &str) -> String {
        match (
            self.spreadsheet,
            FileFormat::from_path(Path::new(file_name)),
        ) {
            (None, FileFormat::Text) => file_name.to_owned(),
            // A text under the name of a spreadsheet, as programs of the Web write them.
            (None, _) => format!("{}.csv", stem(file_name)),
            (Some(_), _) if self.summary.is_ods => format!("{}.ods", stem(file_name)),
            (Some(_), _) => format!("{}.xlsx", stem(file_name)),
        }
    }
}

/// Returns the kind of a spreadsheet by its first bytes, for a name can lie; `None` for what is read as text.
fn spreadsheet_kind(table: &mut SpooledTempFile) -> io::Result<Option<SpreadsheetKind>> {
    let mut head = Vec::new();
    table.rewind()?;
    Read::by_ref(table)
        .take(SNIFFED_BYTES as u64)
        .read_to_end(&mut head)?;
    table.rewind()?;
    Ok(SpreadsheetKind::from_format(FileFormat::sniff(&head)))
}

fn stem(file_name: &str) -> &str {
    file_name
        .rsplit_once('.')
        .map_or(file_name, |(stem, _)| stem)
}

/// The list being read, while the client waits. Reads fail after that: a spreadsheet is read through before anything is
/// written, and no other check comes in the meantime.
struct ListInput {
    table: SpooledTempFile,
    client: ClientWatch,
}

impl Read for ListInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.client.check()?;
        self.table.read(buffer)
    }
}

impl Seek for ListInput {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.table.seek(position)
    }
}

/// The follower of the work: its progress, its points, its turns, and its end when the client has gone.
struct ListFollower<'a> {
    client: ClientWatch,
    progress: Option<Arc<ListProgress>>,
    points: Option<PointWriter<&'a mut AnswerFile>>,
    turn: &'a mut ListTurn,
}

impl ListFollower<'_> {
    /// Ends the collection of points.
    fn finish(self) -> io::Result<()> {
        self.points.map_or(Ok(()), PointWriter::finish)
    }
}

impl qpv_batch::Progress for ListFollower<'_> {
    fn done(&mut self, bytes: u64, rows: u64) -> io::Result<()> {
        if let Some(progress) = &self.progress {
            progress.add(bytes, rows);
        }
        self.turn.pass_on();
        self.client.check()
    }

    fn wants_points(&self) -> bool {
        self.points.is_some()
    }

    fn point(&mut self, row: u64, point: &RowPoint) -> io::Result<()> {
        match &mut self.points {
            Some(points) => points.write(row, point),
            None => Ok(()),
        }
    }
}
