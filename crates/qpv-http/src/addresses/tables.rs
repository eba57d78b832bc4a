//! `/search/csv` and `/reverse/csv`: tables of addresses and of positions, as the national address API takes them.

use axum::extract::State;
use axum::response::Response;
use qpv_batch::{
    AddressJob, AnswerVintages, FilterColumns, Job, NearestJob, PositionColumns, ResultColumn,
    ZoneColumns, ZonedJob,
};
use qpv_service::{DefaultPlace, ErrorCode, Snapshot, VintageSelector};
use utoipa::ToSchema;

use crate::addresses::{check_zones, kinds, zones};
use crate::client_presence::ClientGuard;
use crate::extract::is_yes;
use crate::indicators::fields;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::table_answer::{AnswerFile, answer_name, list_problem, table_response};
use crate::upload::TableUpload;
use crate::zonings::zoning_columns;

/// A table of addresses. Other fields are ignored.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the description uses it")]
pub(crate) struct SearchTable {
    /// The table: delimited text whose first line names the columns.
    #[schema(value_type = String, format = Binary)]
    data: Vec<u8>,
    /// The columns that make up the address, in order. Default: all.
    columns: Option<Vec<String>>,
    /// The columns to add for each address. Default: `latitude`, `longitude`, `result_label`, `result_score`,
    /// `result_score_next`, `result_type`, `result_id`, `result_housenumber`, `result_name`, `result_street`,
    /// `result_postcode`, `result_city`, `result_citycode`, `result_context`, `result_status`.
    result_columns: Option<Vec<String>>,
    /// The column of a postcode that the address must be in.
    postcode: Option<String>,
    /// The column of the INSEE code of a commune that the address must be in.
    citycode: Option<String>,
    /// The column of a latitude: addresses near it are preferred.
    lat: Option<String>,
    /// The column of its longitude.
    lon: Option<String>,
    /// Only places of this kind: `housenumber`, `street`, `locality` or `municipality`; or of several, separated by a space
    /// or a comma, or in several fields.
    r#type: Option<String>,
    /// `utf-8`, `windows-1252`, `macintosh` or `ibm850`, in and out. Default: found in the first lines.
    encoding: Option<String>,
    /// One character. Default: found in the first line, among `;` tab `|` `,`.
    delimiter: Option<String>,
    /// `1` for a byte order mark at the beginning of an answer in UTF-8, which spreadsheets want.
    with_bom: Option<String>,
    /// `1` for the zone of each address in columns `result_qpv_…`: `undetermined` when the data does not support
    /// a single answer, with the reason in `result_qpv_doubt`.
    zones: Option<String>,
    /// With `zones`: indicators of `/api/v1/indicators`, a comma between them, or `all`; each is a column
    /// `result_qpv_…` of the figures of the (first) perimeter an address is in.
    fields: Option<String>,
    /// With `zones`: zonings of `/api/v1/zonings`, a comma between them, or `all`; each adds columns
    /// (`result_zfu_te_standing`…) with what `/api/v1/zones` says of it.
    zonings: Option<String>,
    /// With `zones`: the width of a ring, 1 to 4,000 metres, around the perimeters and the areas of the zonings.
    ring: Option<f64>,
    /// Vintage of the zones, such as `2024`. Default: the one in force there on the day `on`.
    vintage: Option<String>,
    /// A day (`YYYY-MM-DD`) for the zones. Default: today.
    on: Option<String>,
}

/// A table of positions. Other fields are ignored.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the description uses it")]
pub(crate) struct ReverseTable {
    /// The table: delimited text whose first line names the columns.
    #[schema(value_type = String, format = Binary)]
    data: Vec<u8>,
    /// The column of the latitude, WGS 84 degrees. Default: recognised (`lat`, `latitude`…).
    lat: Option<String>,
    /// The column of the longitude. Default: recognised (`lon`, `longitude`, `lng`, `long`…).
    lon: Option<String>,
    /// The columns to add for each address. Default: `result_latitude`, `result_longitude`, `result_distance` and those of
    /// `/search/csv` without the scores.
    result_columns: Option<Vec<String>>,
    /// The column of a postcode that the address must be in.
    postcode: Option<String>,
    /// The column of the INSEE code of a commune that the address must be in.
    citycode: Option<String>,
    /// Only places of this kind, or of several, as in `/search/csv`.
    r#type: Option<String>,
    /// `utf-8`, `windows-1252`, `macintosh` or `ibm850`, in and out. Default: found in the first lines.
    encoding: Option<String>,
    /// One character. Default: found in the first line.
    delimiter: Option<String>,
    /// `1` for a byte order mark at the beginning of an answer in UTF-8.
    with_bom: Option<String>,
    /// `1` for the zone of each address in columns `result_qpv_…`.
    zones: Option<String>,
    /// With `zones`: indicators of `/api/v1/indicators`, a comma between them, or `all`; each is a column
    /// `result_qpv_…` of the figures of the (first) perimeter an address is in.
    fields: Option<String>,
    /// With `zones`: zonings of `/api/v1/zonings`, a comma between them, or `all`; each adds columns
    /// (`result_zfu_te_standing`…) with what `/api/v1/zones` says of it.
    zonings: Option<String>,
    /// With `zones`: the width of a ring, 1 to 4,000 metres, around the perimeters and the areas of the zonings.
    ring: Option<f64>,
    /// Vintage of the zones.
    vintage: Option<String>,
    /// A day for the zones.
    on: Option<String>,
}

/// Finds the address of every row of a table. Rows, columns, delimiter, quotes, encoding and line ends stay; the result
/// columns are appended, or replace columns of the same names. `result_status` is `ok`, `not-found`, `skipped` (the
/// columns of the address are empty) or `error: …`.
#[utoipa::path(post, path = "/search/csv", tag = "addresses",
    request_body(content = SearchTable, content_type = "multipart/form-data"),
    responses((status = 200, description = "The table with the address of every row",
        body = String, content_type = "text/csv"),
        ErrorResponses))]
pub(crate) async fn search_csv(
    State(app): State<App>,
    upload: TableUpload,
) -> Result<Response, Problem> {
    let near = position_columns(&upload)?;
    let job = AddressJob {
        columns: upload.all("columns").map(ToOwned::to_owned).collect(),
        list: false,
        filter: filter_columns(&upload)?,
        default_place: DefaultPlace::default(),
        near,
        results: result_columns(&upload, ResultColumn::search)?,
        zones: zone_columns(&app.service.snapshot(), &upload)?,
    };
    answer_zoned(&app, upload, job).await
}

/// Finds the address nearest to every row's position. The table comes back as from `/search/csv`.
#[utoipa::path(post, path = "/reverse/csv", tag = "addresses",
    request_body(content = ReverseTable, content_type = "multipart/form-data"),
    responses((status = 200, description = "The table with the address of every row",
        body = String, content_type = "text/csv"),
        ErrorResponses))]
pub(crate) async fn reverse_csv(
    State(app): State<App>,
    upload: TableUpload,
) -> Result<Response, Problem> {
    let names = position_columns(&upload)?;
    let job = NearestJob {
        positions: PositionColumns { crs: None, names },
        filter: filter_columns(&upload)?,
        results: result_columns(&upload, ResultColumn::reverse)?,
        zones: zone_columns(&app.service.snapshot(), &upload)?,
    };
    answer_zoned(&app, upload, job).await
}

/// Returns the columns of the longitude and the latitude, if they are named.
fn position_columns(upload: &TableUpload) -> Result<Option<[String; 2]>, Problem> {
    match (upload.one("lon"), upload.one("lat")) {
        (Some(lon), Some(lat)) => Ok(Some([lon.to_owned(), lat.to_owned()])),
        (None, None) => Ok(None),
        _ => Err(Problem::bad_parameter("`lat` and `lon` go together")),
    }
}

fn filter_columns(upload: &TableUpload) -> Result<FilterColumns, Problem> {
    Ok(FilterColumns {
        postcode: upload.one("postcode").map(ToOwned::to_owned),
        citycode: upload.one("citycode").map(ToOwned::to_owned),
        kinds: kinds(&upload.all("type").collect::<Vec<_>>().join(","))?,
    })
}

/// Returns the columns to add: those named, or all.
fn result_columns(
    upload: &TableUpload,
    all: impl FnOnce() -> Vec<ResultColumn>,
) -> Result<Vec<ResultColumn>, Problem> {
    let named = upload
        .all("result_columns")
        .map(|name| name.trim().parse())
        .collect::<Result<Vec<ResultColumn>, String>>()
        .map_err(|fault| Problem::new(ErrorCode::UnknownColumn, fault))?;
    // A reader could not distinguish two columns of one name.
    let is_repeated = (1..named.len()).any(|index| named[..index].contains(&named[index]));
    if is_repeated {
        return Err(Problem::bad_parameter(
            "a column of `result_columns` is named twice",
        ));
    }
    Ok(if named.is_empty() { all() } else { named })
}

/// Returns the columns of zones to add, if they are asked for.
fn zone_columns(snapshot: &Snapshot, upload: &TableUpload) -> Result<Option<ZoneColumns>, Problem> {
    let are_wanted = upload.one("zones").is_some_and(is_yes);
    let choice = zones(are_wanted, upload.one("vintage"), upload.one("on"))?;
    check_zones(snapshot, choice)?;
    let fields = fields(snapshot, upload.one("fields"))?;
    if fields.is_some() && choice.is_none() {
        return Err(Problem::bad_parameter("`fields` goes with `zones`"));
    }
    Ok(choice.map(|choice| ZoneColumns {
        vintages: AnswerVintages::One(choice),
        prefix: "result_qpv_",
        fields: fields.unwrap_or_default(),
    }))
}

/// Answers with the table, its answers and the zonings that the form asks for.
async fn answer_zoned<J: Job + Send + 'static>(
    app: &App,
    upload: TableUpload,
    job: J,
) -> Result<Response, Problem> {
    let are_wanted = upload.one("zones").is_some_and(is_yes);
    let choice = zones(are_wanted, upload.one("vintage"), upload.one("on"))?;
    let asked = choice.unwrap_or_else(VintageSelector::today);
    let zonings = zoning_columns(&app.service.snapshot(), &upload, asked)?;
    if !zonings.is_empty() && choice.is_none() {
        return Err(Problem::bad_parameter(
            "`zonings` and `ring` go with `zones`",
        ));
    }
    let zonings = zonings.with_prefix("result_");
    let job = ZonedJob::new(job, zonings, asked.day());
    answer(app, upload, job).await
}

/// Answers with the table and its answers. The work stops when the client has gone away.
async fn answer<J: Job + Send + 'static>(
    app: &App,
    upload: TableUpload,
    job: J,
) -> Result<Response, Problem> {
    let options = upload.csv_options()?;
    let snapshot = app.service.snapshot();
    let client = ClientGuard::default();
    let mut answers = AnswerFile::new(&app.limits, &client);
    let file_name = answer_name("geocoded", &upload.file_name);
    let answered = app.run_list(move |turn| {
        let table = upload.table;
        let summary = qpv_batch::delimited::answer(
            &snapshot,
            &job,
            options,
            table,
            &mut answers,
            &mut |_| turn.pass_on(),
        )?;
        Ok((answers.into_table()?, summary))
    });
    let (table, summary) = answered
        .await
        .map_err(too_many_requests)?
        .map_err(|error: qpv_batch::BatchError| list_problem(&error))?;
    let encoding = summary.encoding.unwrap_or("utf-8");
    table_response(table, &format!("text/csv; charset={encoding}"), &file_name)
}

/// Replaces `overloaded` by the status that clients of the national address API know for a busy server.
fn too_many_requests(problem: Problem) -> Problem {
    match problem.code {
        ErrorCode::Overloaded => Problem::new(
            ErrorCode::TooManyRequests,
            "every worker is busy with other tables",
        ),
        _ => problem,
    }
}
