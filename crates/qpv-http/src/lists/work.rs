//! What is done with a list, on a thread that may take its time.

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use axum::response::Response;
use qpv_delimited::{FileFormat, SNIFFED_BYTES};
use qpv_service::Snapshot;
use qpv_service::batch::{
    self, Addresses, CsvOptions, Job, People, PeopleColumns, Preview, RowPoint, SheetKind, Summary,
    SummaryTable, Watch,
};
use serde_json::json;
use tempfile::SpooledTempFile;

use super::XLSX;
use super::bundle::{self, Part};
use super::progress::Progress;
use crate::App;
use crate::addresses::tables::{Answers, Stopped, Watched, length, named, respond};
use crate::problem::Problem;

/// What is asked of the rows.
pub(super) enum Asked {
    /// Whether people are eligible.
    People(People),
    /// Where homes stand.
    Homes(Addresses),
}

/// A list, received.
pub(super) struct Work {
    pub(super) table: SpooledTempFile,
    pub(super) sheet: Option<String>,
    pub(super) options: CsvOptions,
    pub(super) watched: Watched,
    pub(super) followed: Option<Arc<Progress>>,
}

/// Where answers are written.
pub(super) struct Outputs {
    table: Answers,
    /// As `GeoJSON`, when they are wanted.
    points: Option<Points>,
}

/// All answers to a list.
pub(super) struct Done {
    table: SpooledTempFile,
    points: Option<SpooledTempFile>,
    pub(super) summary: Summary,
    counts: Option<SummaryTable>,
    /// Of a spreadsheet; `None` for delimited text.
    spreadsheet: Option<SheetKind>,
}

impl Outputs {
    pub(super) fn new(app: &App, stopped: &Stopped, with_points: bool) -> Self {
        let points = with_points.then(|| Points {
            file: Answers::new(app, stopped),
            any: false,
        });
        Self {
            table: Answers::new(app, stopped),
            points,
        }
    }
}

impl Work {
    /// The start of the list.
    pub(super) fn preview(mut self, columns: &PeopleColumns) -> Result<Preview, batch::Error> {
        let spreadsheet = spreadsheet_kind(&mut self.table).map_err(batch::Error::Read)?;
        let sheet = self.sheet.take();
        let options = self.options;
        let input = Input {
            table: self.table,
            watched: self.watched,
        };
        match spreadsheet {
            None => batch::preview_csv(columns, options, input),
            Some(kind) => batch::preview_sheet(columns, kind, sheet.as_deref(), input),
        }
    }

    /// All answers.
    pub(super) fn answer(
        self,
        snapshot: &Snapshot,
        asked: Asked,
        outputs: Outputs,
    ) -> Result<Done, batch::Error> {
        match asked {
            Asked::People(people) => self.run(snapshot, &people, outputs),
            Asked::Homes(homes) => self.run(snapshot, &homes, outputs),
        }
    }

    fn run(
        mut self,
        snapshot: &Snapshot,
        job: &impl Job,
        outputs: Outputs,
    ) -> Result<Done, batch::Error> {
        let bytes = self
            .table
            .seek(SeekFrom::End(0))
            .map_err(batch::Error::Read)?;
        self.followed
            .iter()
            .for_each(|progress| progress.starts(bytes));
        let spreadsheet = spreadsheet_kind(&mut self.table).map_err(batch::Error::Read)?;
        let options = CsvOptions {
            replaces: false,
            ..self.options
        };
        let Outputs { mut table, points } = outputs;
        let mut follower = Follower {
            watched: self.watched.clone(),
            progress: self.followed,
            points,
        };
        follower
            .points
            .iter_mut()
            .try_for_each(Points::begin)
            .map_err(batch::Error::Write)?;
        let input = Input {
            table: self.table,
            watched: self.watched,
        };
        let summary = match spreadsheet {
            None => batch::csv(snapshot, job, options, input, &mut table, &mut follower)?,
            Some(kind) => batch::sheet(
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
        Ok(Done {
            table: table.finished()?,
            points,
            counts: job.summary(&summary),
            summary,
            spreadsheet,
        })
    }
}

impl Done {
    /// The list with its answers.
    pub(super) fn table(self, file_name: &str) -> Result<Response, Problem> {
        let (kind, name) = self.kind_and_name(file_name);
        respond(self.table, &kind, "verifie", &name)
    }

    /// The counts, as the second sheet of a spreadsheet has them.
    pub(super) fn counts(&self, file_name: &str) -> Result<Response, Problem> {
        let counts = self
            .counts
            .as_ref()
            .map(SummaryTable::to_csv)
            .unwrap_or_default();
        let mut file = SpooledTempFile::new(counts.len());
        file.write_all(&counts)
            .map_err(|fault| Problem::internal(&fault))?;
        respond(
            file,
            "text/csv; charset=utf-8",
            "synthese",
            &format!("{}.csv", stem(file_name)),
        )
    }

    /// The list, the counts and the points.
    pub(super) fn bundle(mut self, file_name: &str) -> Result<Response, Problem> {
        let (kind, name) = self.kind_and_name(file_name);
        let summary =
            serde_json::to_vec(&self.summary).map_err(|fault| Problem::internal(&fault))?;
        let table = (length(&mut self.table)?, Box::new(self.table));
        let mut parts = vec![
            Part {
                name: "table",
                file_name: Some(named("verifie", &name)),
                kind,
                bytes: table.0,
                content: table.1,
            },
            Part::text("summary", "application/json", summary),
        ];
        if let Some(mut points) = self.points {
            let (bytes, kind) = (length(&mut points)?, "application/geo+json".to_owned());
            parts.push(Part {
                name: "points",
                file_name: None,
                kind,
                bytes,
                content: Box::new(points),
            });
        }
        Ok(bundle::answer(parts))
    }

    fn kind_and_name(&self, file_name: &str) -> (String, String) {
        match self.spreadsheet {
            None => {
                let encoding = self.summary.encoding.unwrap_or("utf-8");
                (
                    format!("text/csv; charset={encoding}"),
                    file_name.to_owned(),
                )
            }
            Some(_) => (XLSX.to_owned(), format!("{}.xlsx", stem(file_name))),
        }
    }
}

impl Part {
    fn text(name: &'static str, kind: &str, text: Vec<u8>) -> Self {
        let bytes = text.len() as u64;
        Self {
            name,
            file_name: None,
            kind: kind.to_owned(),
            bytes,
            content: Box::new(Cursor::new(text)),
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

/// The list being read, as long as somebody waits: a spreadsheet is read through before anything is written.
struct Input {
    table: SpooledTempFile,
    watched: Watched,
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.watched.check()?;
        self.table.read(buffer)
    }
}

impl Seek for Input {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.table.seek(position)
    }
}

/// Follows the work.
struct Follower {
    watched: Watched,
    progress: Option<Arc<Progress>>,
    points: Option<Points>,
}

impl Watch for Follower {
    fn done(&mut self, bytes: u64, rows: u64) -> io::Result<()> {
        self.progress
            .iter()
            .for_each(|progress| progress.done(bytes, rows));
        self.watched.check()
    }

    fn wants_points(&self) -> bool {
        self.points.is_some()
    }

    fn point(&mut self, row: u64, point: &RowPoint) -> io::Result<()> {
        self.points
            .iter_mut()
            .try_for_each(|points| points.add(row, point))
    }
}

/// The places of rows, being written as a `GeoJSON` collection.
struct Points {
    file: Answers,
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
        let degrees = |degrees: f64| (degrees * 1e6).round() / 1e6;
        let feature = json!({
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [degrees(found.point.lon_deg()), degrees(found.point.lat_deg())],
            },
            "properties": {"row": row, "result": found.result, "label": found.label, "code_qp": code_qp},
        });
        let before: &[u8] = if self.any { b",\n" } else { b"\n" };
        self.any = true;
        self.file
            .write_all(&[before, feature.to_string().as_bytes()].concat())
    }

    fn finished(mut self) -> Result<SpooledTempFile, batch::Error> {
        self.file
            .write_all(b"\n]}\n")
            .map_err(batch::Error::Write)?;
        self.file.finished()
    }
}
