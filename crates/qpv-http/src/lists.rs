//! `/api/v1/batch`: whether the people of a list are eligible to a programme.
//!
//! The list is kept in memory, or in an unlinked temporary file when it is large, until its answers are all there. Nothing
//! of it is kept afterwards.

use std::io::{Read, Seek, SeekFrom};

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use qpv_service::Choice;
use qpv_service::batch::{self, Job, People, PeopleColumns, SheetKind, Summary};
use qpv_service::programmes::Subject;
use tempfile::SpooledTempFile;
use utoipa::ToSchema;

use crate::App;
use crate::addresses::tables::{Answers, Stopped, Upload, problem, respond};
use crate::answer::json;
use crate::problem::Problem;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A list of people. Fields not named here are left alone.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes")]
pub(crate) struct PeopleTable {
    /// The list: CSV, XLSX or ODS; its columns are recognised by their French headers.
    #[schema(value_type = String, format = Binary)]
    data: Vec<u8>,
    /// A programme of `/api/v1/programmes`.
    #[schema(example = "pre-national")]
    programme: String,
    /// The columns that make up the address, in order. Default: recognised (`adresse`, `code postal`, `commune`…).
    columns: Option<Vec<String>>,
    /// The column of the birth date. Default: recognised (`date de naissance`…).
    birth_date: Option<String>,
    /// The column of the sex, for the counts. Default: recognised (`sexe`).
    sex: Option<String>,
    /// The column of the school, by name or identifier. Default: recognised (`école`…).
    school: Option<String>,
    /// The column of the day of the check. Default: recognised (`date de la demande`…).
    check_date: Option<String>,
    /// The day of the check of rows without one (`YYYY-MM-DD`). Default: today.
    on: Option<String>,
    /// The sheet of a spreadsheet. Default: the first.
    sheet: Option<String>,
    /// `table` (default): the list with its answers, a spreadsheet with the counts on a second sheet. `summary`: the counts
    /// alone, as JSON. `summary_csv`: the counts as the second sheet has them, as CSV.
    output: Option<String>,
    /// For publication: hides counts under this in the second sheet and in `summary_csv`.
    suppress_under: Option<u64>,
    /// Of a CSV list: `utf-8` or `windows-1252`. Default: found in the first lines.
    encoding: Option<String>,
    /// Of a CSV list: one character. Default: found in the first line.
    delimiter: Option<String>,
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Output {
    Table,
    Summary,
    SummaryCsv,
}

/// What a list is.
#[derive(Clone, Copy)]
enum Format {
    Csv,
    Sheet(SheetKind),
}

/// Whether the people of a list are eligible to a programme. Every row comes back once, in order, with its columns; a row
/// that cannot be answered says why.
#[utoipa::path(post, path = "/api/v1/batch", tag = "programmes",
    request_body(content = PeopleTable, content_type = "multipart/form-data"),
    responses((status = 200, content((Vec<u8> = "text/csv"), (Vec<u8> = XLSX), (Object = "application/json"))),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn post_batch(State(app): State<App>, upload: Upload) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    let id = upload.one("programme").ok_or_else(|| Problem::new("bad_form", "there is no field `programme`"))?;
    let on = upload.one("on").map(str::parse::<Date>).transpose();
    let on = on.map_err(|_| Problem::new("bad_parameter", "`on` must be a date such as 2024-06-30"))?;
    let named = |name| upload.one(name).map(ToOwned::to_owned);
    let columns = PeopleColumns {
        address: upload.all("columns").map(ToOwned::to_owned).collect(),
        birth_date: named("birth_date"),
        sex: named("sex"),
        school: named("school"),
        check_date: named("check_date"),
    };
    let on = on.map_or_else(Choice::today, Choice::InForce).day();
    let programme = snapshot.programme(id)?.clone();
    if programme.subject == Subject::Building {
        return Err(Problem::new("bad_parameter", format!("`{id}` is asked of buildings, not of lists of addresses")));
    }
    let people = People::new(programme, columns, on).suppressing_under(under(&upload)?);
    let output = output(&upload)?;
    if output == Output::Summary && upload.one("suppress_under").is_some() {
        return Err(Problem::new("bad_parameter", "`suppress_under` is for `summary_csv` and for spreadsheets"));
    }
    let (sheet, options) = (named("sheet"), upload.options()?);
    let stopped = Stopped::default();
    let mut answers = Answers::new(&app, &stopped);
    let Upload { mut table, file_name, .. } = upload;
    let done = app.heavy(move || {
        let format = format(&mut table).map_err(batch::Error::Read)?;
        let options = batch::CsvOptions { replaces: false, ..options };
        let summary = match format {
            Format::Csv => batch::csv(&snapshot, &people, options, table, &mut answers, &mut |_| ())?,
            Format::Sheet(kind) => {
                batch::sheet(&snapshot, &people, kind, sheet.as_deref(), table, &mut answers, &mut |_| ())?
            }
        };
        Ok((answers.finished()?, people, summary, format))
    });
    let done = done.await?.map_err(|fault: batch::Error| problem(&fault))?;
    answer(output, done, &file_name)
}

fn answer(
    output: Output,
    (table, people, summary, format): (SpooledTempFile, People, Summary, Format),
    file_name: &str,
) -> Result<Response, Problem> {
    let encoding = summary.encoding.unwrap_or("utf-8");
    match output {
        Output::Summary => Ok(json(&summary)),
        Output::SummaryCsv => {
            let table = people.summary(&summary).map(|table| table.to_csv()).unwrap_or_default();
            let mut file = SpooledTempFile::new(table.len());
            std::io::Write::write_all(&mut file, &table).map_err(|fault| Problem::internal(&fault))?;
            file.rewind().map_err(|fault| Problem::internal(&fault))?;
            respond(file, "text/csv; charset=utf-8", "synthese", &csv_name(file_name))
        }
        Output::Table => match format {
            Format::Csv => respond(table, &format!("text/csv; charset={encoding}"), "verifie", file_name),
            Format::Sheet(_) => respond(table, XLSX, "verifie", &xlsx_name(file_name)),
        },
    }
}

fn under(upload: &Upload) -> Result<Option<u64>, Problem> {
    let fault = || Problem::new("bad_parameter", "`suppress_under` must be a whole number from 2 on");
    let under =
        upload.one("suppress_under").map(|text| text.parse().ok().filter(|under| *under >= 2).ok_or_else(fault));
    under.transpose()
}

fn output(upload: &Upload) -> Result<Output, Problem> {
    match upload.one("output") {
        None | Some("table") => Ok(Output::Table),
        Some("summary") => Ok(Output::Summary),
        Some("summary_csv") => Ok(Output::SummaryCsv),
        Some(other) => {
            let detail = format!("`output` must be `table`, `summary` or `summary_csv`, not `{other}`");
            Err(Problem::new("bad_parameter", detail))
        }
    }
}

/// What a list is, by its first bytes: a name can lie.
fn format(table: &mut SpooledTempFile) -> std::io::Result<Format> {
    let mut start = Vec::new();
    table.by_ref().take(128).read_to_end(&mut start)?;
    table.seek(SeekFrom::Start(0))?;
    let holds = |text: &[u8]| start.windows(text.len()).any(|window| window == text);
    Ok(match start.as_slice() {
        [b'P', b'K', 3, 4, ..] if holds(b"opendocument.spreadsheet") => Format::Sheet(SheetKind::Ods),
        // A compound file is told to be locked where spreadsheets are read.
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => Format::Sheet(SheetKind::Xlsx),
        _ => Format::Csv,
    })
}

fn stem(file_name: &str) -> &str {
    file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem)
}

fn xlsx_name(file_name: &str) -> String {
    format!("{}.xlsx", stem(file_name))
}

fn csv_name(file_name: &str) -> String {
    format!("{}.csv", stem(file_name))
}
