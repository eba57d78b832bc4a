//! `/api/v1/batch`: the homes of a list, and whether its people are eligible to a programme. How far a list is, is in
//! [`progress`], what is done with it in [`work`], an answer of several parts in [`bundle`].
//!
//! The list is kept in memory, or in an unlinked temporary file when it is large, until its answers are all there. Nothing
//! of it is kept afterwards. When the client goes away, the work stops at its next block of rows.

mod bundle;
pub(crate) mod progress;
mod work;

use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use qpv_service::batch::{Addresses, AskedZones, People, PeopleColumns, ResultColumn, Vintages};
use qpv_service::programmes::ProgrammeSubject;
use qpv_service::{Snapshot, VintageSelector};
use utoipa::ToSchema;

use crate::App;
use crate::addresses::tables::{Stopped, Upload, problem};
use crate::answer::json;
use crate::extract;
use crate::problem::Problem;
use crate::wire::PreviewAnswer;
use progress::UnderWay;
use work::{Asked, Outputs, Work};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A list of people, or of homes. Fields not named here are left alone.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes")]
pub(crate) struct PeopleTable {
    /// The list: CSV, XLSX or ODS; its columns are recognised by their French headers.
    #[schema(value_type = String, format = Binary)]
    data: Vec<u8>,
    /// A programme of `/api/v1/programmes`. Without one, only the zones of the homes are told.
    #[schema(example = "pre-national")]
    programme: Option<String>,
    /// The columns that make up the address, in order. Default: recognised (`adresse`, `code postal`, `commune`…).
    columns: Option<Vec<String>>,
    /// The column of the birth date. Default: recognised (`date de naissance`…). Like the three after it, read for a
    /// programme only.
    birth_date: Option<String>,
    /// The column of the sex, for the counts. Default: recognised (`sexe`).
    sex: Option<String>,
    /// The column of the school, by name or identifier. Default: recognised (`école`…).
    school: Option<String>,
    /// The column of the day of the check. Default: recognised (`date de la demande`…).
    check_date: Option<String>,
    /// The day of the check of rows without one (`YYYY-MM-DD`). Default: today.
    on: Option<String>,
    /// Without a programme: the vintage that answers, `2015` or `2024`, instead of a day.
    vintage: Option<String>,
    /// The sheet of a spreadsheet. Default: the first.
    sheet: Option<String>,
    /// `table` (default): the list with its answers, a spreadsheet with the counts on a second sheet. `summary`: the counts
    /// alone, as JSON. `summary_csv`: the counts as the second sheet has them, as CSV. `bundle`: `multipart/form-data` with
    /// the parts `table`, `summary` (JSON) and `points` (GeoJSON). `preview`: nothing is answered, the start of the list is
    /// shown, with what each column is taken for.
    output: Option<String>,
    /// For publication: hides counts under this in the second sheet and in `summary_csv`.
    suppress_under: Option<u64>,
    /// Of a CSV list: `utf-8` or `windows-1252`. Default: found in the first lines.
    encoding: Option<String>,
    /// Of a CSV list: one character. Default: found in the first line.
    delimiter: Option<String>,
    /// A name for this run, made at random by the client (16 to 64 letters, digits and hyphens): `GET
    /// /api/v1/batch/progress/{id}` then tells how far it is. To be sent before `data`.
    progress: Option<String>,
}

/// For the description only: what is answered as JSON.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes")]
enum ListJson {
    /// For `summary`: counts.
    #[schema(value_type = Object)]
    Summary(serde_json::Value),
    /// For `preview`.
    Preview(PreviewAnswer),
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Output {
    Table,
    Summary,
    SummaryCsv,
    Bundle,
    Preview,
}

/// A form with a list, told to be under way from its field `progress` on.
pub(crate) struct ListForm {
    upload: Upload,
    /// Under way until this is dropped.
    under_way: Option<UnderWay>,
}

impl FromRequest<App> for ListForm {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let mut under_way = None;
        let mut noted = |name: &str, value: &str| {
            if name == "progress" && under_way.is_none() {
                under_way = UnderWay::begin(app, value)?;
            }
            Ok(())
        };
        let upload = Upload::received(request, app, &mut noted).await?;
        Ok(Self { upload, under_way })
    }
}

/// The zone of every home of a list and, with a programme, whether its people are eligible. Every row comes back once, in
/// order, with its columns; a row that cannot be answered says why.
#[utoipa::path(post, path = "/api/v1/batch", tag = "programmes",
    request_body(content = PeopleTable, content_type = "multipart/form-data"),
    responses((status = 200, content((Vec<u8> = "text/csv"), (Vec<u8> = XLSX), (ListJson = "application/json"),
            (Vec<u8> = "multipart/form-data"))),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn post_batch(
    State(app): State<App>,
    form: ListForm,
) -> Result<Response, Problem> {
    let ListForm { upload, under_way } = form;
    let output = output(&upload)?;
    let snapshot = app.service.snapshot();
    let asked = if output == Output::Preview {
        None
    } else {
        Some(asked(&snapshot, &upload, output)?)
    };
    let (columns, sheet, options) = (
        columns(&upload),
        upload.one("sheet").map(ToOwned::to_owned),
        upload.options()?,
    );
    let stopped = Stopped::default();
    let Upload {
        table, file_name, ..
    } = upload;
    let followed = under_way.as_ref().map(UnderWay::progress);
    let work = Work {
        table,
        sheet,
        options,
        watched: stopped.watched(),
        followed,
    };
    let Some(asked) = asked else {
        let preview = app
            .heavy(move || work.preview(&columns))
            .await?
            .map_err(|fault| problem(&fault))?;
        return Ok(unstored(json(&PreviewAnswer::from(preview))));
    };
    let outputs = Outputs::new(&app, &stopped, output == Output::Bundle);
    let done = app
        .heavy(move || work.answer(&snapshot, asked, outputs))
        .await?
        .map_err(|fault| problem(&fault))?;
    let answer = match output {
        Output::Summary | Output::Preview => json(&done.summary),
        Output::SummaryCsv => done.counts(&file_name)?,
        Output::Table => done.table(&file_name)?,
        Output::Bundle => done.bundle(&file_name)?,
    };
    Ok(unstored(answer))
}

/// What is asked of the rows.
fn asked(snapshot: &Snapshot, upload: &Upload, output: Output) -> Result<Asked, Problem> {
    let choice = extract::choice(upload.one("vintage"), upload.one("on"))?;
    let under = under(upload)?;
    let Some(id) = upload.one("programme") else {
        if output == Output::SummaryCsv || under.is_some() {
            return Err(Problem::new(
                "bad_parameter",
                "`summary_csv` and `suppress_under` need `programme`",
            ));
        }
        let zones = Some(AskedZones {
            vintages: Vintages::One(choice),
            prefix: "",
        });
        let columns = columns(upload).address;
        let homes = Addresses {
            columns,
            list: true,
            results: ResultColumn::check(),
            zones,
            ..Addresses::default()
        };
        return Ok(Asked::Homes(homes));
    };
    let programme = snapshot.programme(id)?.clone();
    if programme.subject == ProgrammeSubject::Building {
        return Err(Problem::new(
            "bad_parameter",
            format!("`{id}` is asked of buildings, not of lists of addresses"),
        ));
    }
    if matches!(choice, VintageSelector::Vintage(_)) {
        let detail = "a programme is judged on a day, with the perimeters then in force: give `on`, not `vintage`";
        return Err(Problem::new("bad_parameter", detail));
    }
    if output == Output::Summary && under.is_some() {
        return Err(Problem::new(
            "bad_parameter",
            "`suppress_under` is for `summary_csv` and for spreadsheets",
        ));
    }
    Ok(Asked::People(
        People::new(programme, columns(upload), choice.day()).suppressing_under(under),
    ))
}

/// The columns that are named by hand.
fn columns(upload: &Upload) -> PeopleColumns {
    let named = |name| upload.one(name).map(ToOwned::to_owned);
    PeopleColumns {
        address: upload.all("columns").map(ToOwned::to_owned).collect(),
        birth_date: named("birth_date"),
        sex: named("sex"),
        school: named("school"),
        check_date: named("check_date"),
    }
}

fn under(upload: &Upload) -> Result<Option<u64>, Problem> {
    let fault = || {
        Problem::new(
            "bad_parameter",
            "`suppress_under` must be a whole number from 2 on",
        )
    };
    let under = upload.one("suppress_under").map(|text| {
        text.parse()
            .ok()
            .filter(|under| *under >= 2)
            .ok_or_else(fault)
    });
    under.transpose()
}

fn output(upload: &Upload) -> Result<Output, Problem> {
    match upload.one("output") {
        None | Some("table") => Ok(Output::Table),
        Some("summary") => Ok(Output::Summary),
        Some("summary_csv") => Ok(Output::SummaryCsv),
        Some("bundle") => Ok(Output::Bundle),
        Some("preview") => Ok(Output::Preview),
        Some(other) => {
            let known = "`table`, `summary`, `summary_csv`, `bundle` or `preview`";
            Err(Problem::new(
                "bad_parameter",
                format!("`output` must be {known}, not `{other}`"),
            ))
        }
    }
}

/// An answer that is kept nowhere on its way.
fn unstored(mut answer: Response) -> Response {
    answer
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
