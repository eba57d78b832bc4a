//! The work on a list, on a blocking thread.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use axum::response::Response;
use qpv_batch::{
    Addresses, CsvOptions, Job, People, PeopleColumns, Preview, RowPoint, SheetKind, Summary,
    SummaryTable, Watch,
};
use qpv_delimited::{FileFormat, SNIFFED_BYTES};
use qpv_service::Snapshot;
use serde_json::json;
use tempfile::SpooledTempFile;

use super::bundle::{FormPart, form_response};
use crate::client_presence::{ClientGuard, ClientWatch};
use crate::limits::Limits;
use crate::list_progress::ListProgress;
use crate::problem::Problem;
use crate::table_answer::{AnswerFile, answer_name, file_bytes, table_response};

/// The media type of XLSX.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The job to run over the rows.
pub(super) enum ListJob {
    /// The eligibility of people.
    Eligibility(People),
    /// The zones of homes.
    Zones(Addresses),
}

/// A list as received.
pub(super) struct ReceivedList {
    pub(super) table: SpooledTempFile,
    pub(super) sheet: Option<String>,
    pub(super) options: CsvOptions,
    pub(super) client: ClientWatch,
    pub(super) progress: Option<Arc<ListProgress>>,
}

/// The files that answers are written to.
pub(super) struct ListOutputs {
    table: AnswerFile,
    /// The positions of the rows as `GeoJSON`, when they are wanted.
    points: Option<Points>,
}

/// The answers to a list.
pub(super) struct ListAnswers {
    table: SpooledTempFile,
    points: Option<SpooledTempFile>,
    pub(super) summary: Summary,
    counts: Option<SummaryTable>,
    /// The kind of a spreadsheet; `None` for delimited text.
    spreadsheet: Option<SheetKind>,
}

impl ListOutputs {
    /// Creates empty files.
    pub(super) fn new(limits: &Limits, client: &ClientGuard, with_points: bool) -> Self {
        let points = with_points.then(|| Points {
            file: AnswerFile::new(limits, client),
            any: false,
        });
        Self {
            table: AnswerFile::new(limits, client),
            points,
        }
    }
}

impl ReceivedList {
    /// Reads the start of the list.
    pub(super) fn preview(mut self, columns: &PeopleColumns) -> Result<Preview, qpv_batch::Error> {
        let spreadsheet = spreadsheet_kind(&mut self.table).map_err(qpv_batch::Error::Read)?;
        let input = ListInput {
            table: self.table,
            client: self.client,
        };
        match spreadsheet {
            None => qpv_batch::preview_csv(columns, self.options, input),
            Some(kind) => qpv_batch::preview_sheet(columns, kind, self.sheet.as_deref(), input),
        }
    }

    /// Answers every row.
    pub(super) fn answer(
        self,
        snapshot: &Snapshot,
        job: ListJob,
        outputs: ListOutputs,
    ) -> Result<ListAnswers, qpv_batch::Error> {
        match job {
            ListJob::Eligibility(people) => self.run(snapshot, &people, outputs),
            ListJob::Zones(homes) => self.run(snapshot, &homes, outputs),
        }
    }

    fn run(
        mut self,
        snapshot: &Snapshot,
        job: &impl Job,
        outputs: ListOutputs,
    ) -> Result<ListAnswers, qpv_batch::Error> {
        let bytes = self
            .table
            .seek(SeekFrom::End(0))
            .map_err(qpv_batch::Error::Read)?;
        if let Some(progress) = &self.progress {
            progress.set_total(bytes);
        }
        let spreadsheet = spreadsheet_kind(&mut self.table).map_err(qpv_batch::Error::Read)?;
        // The columns of answers are added beside columns of the same names: those are the user's.
        let options = CsvOptions {
            replaces: false,
            ..self.options
        };
        let ListOutputs { mut table, points } = outputs;
        let mut follower = ListFollower {
            client: self.client.clone(),
            progress: self.progress,
            points,
        };
        if let Some(points) = &mut follower.points {
            points.begin().map_err(qpv_batch::Error::Write)?;
        }
        let input = ListInput {
            table: self.table,
            client: self.client,
        };
        let summary = match spreadsheet {
            None => qpv_batch::csv(snapshot, job, options, input, &mut table, &mut follower)?,
            Some(kind) => qpv_batch::sheet(
                snapshot,
                job,
                kind,
                self.sheet.as_deref(),
                input,
                &mut table,
                &mut follower,
            )?,
        };
        let points = follower.points.map(Points::finished).transpose()?;
        Ok(ListAnswers {
            table: table.into_table()?,
            points,
            counts: job.summary(&summary),
            summary,
            spreadsheet,
        })
    }
}

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
            Some(_) => XLSX.to_owned(),
        }
    }

    /// Returns the name of the list, with the extension of the format that its answers are in.
    fn output_name(&self, file_name: &str) -> String {
        match self.spreadsheet {
            None => file_name.to_owned(),
            Some(_) => format!("{}.xlsx", stem(file_name)),
        }
    }
}

/// Returns the kind of a spreadsheet by its first bytes, for a name can lie; `None` for what is read as text.
fn spreadsheet_kind(table: &mut SpooledTempFile) -> io::Result<Option<SheetKind>> {
    let mut head = Vec::new();
    table.rewind()?;
    Read::by_ref(table)
        .take(SNIFFED_BYTES as u64)
        .read_to_end(&mut head)?;
    table.rewind()?;
    Ok(SheetKind::from_format(FileFormat::sniff(&head)))
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

/// The follower of the work: its progress, its points, and its end when the client has gone.
struct ListFollower {
    client: ClientWatch,
    progress: Option<Arc<ListProgress>>,
    points: Option<Points>,
}

impl Watch for ListFollower {
    fn done(&mut self, bytes: u64, rows: u64) -> io::Result<()> {
        if let Some(progress) = &self.progress {
            progress.add(bytes, rows);
        }
        self.client.check()
    }

    fn wants_points(&self) -> bool {
        self.points.is_some()
    }

    fn point(&mut self, row: u64, point: &RowPoint) -> io::Result<()> {
        match &mut self.points {
            Some(points) => points.add(row, point),
            None => Ok(()),
        }
    }
}

/// Rounds to a millionth of a degree, about a decimetre: positions are no more precise.
fn rounded_degrees(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

/// The places of rows, being written as a `GeoJSON` collection.
struct Points {
    file: AnswerFile,
    any: bool,
}

impl Points {
    fn begin(&mut self) -> io::Result<()> {
        self.file
            .write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")
    }

    fn add(&mut self, row: u64, found: &RowPoint) -> io::Result<()> {
        let codes: Vec<&str> = found
            .perimeters
            .iter()
            .map(qpv_service::model::QpvCode::as_str)
            .collect();
        let code_qp = Some(codes.join(" ")).filter(|codes| !codes.is_empty());
        let feature = json!({
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [rounded_degrees(found.point.lon_deg()), rounded_degrees(found.point.lat_deg())],
            },
            "properties": {"row": row, "result": found.result, "label": found.label, "code_qp": code_qp},
        });
        let before: &[u8] = if self.any { b",\n" } else { b"\n" };
        self.any = true;
        self.file
            .write_all(&[before, feature.to_string().as_bytes()].concat())
    }

    fn finished(mut self) -> Result<SpooledTempFile, qpv_batch::Error> {
        self.file
            .write_all(b"\n]}\n")
            .map_err(qpv_batch::Error::Write)?;
        self.file.into_table()
    }
}
