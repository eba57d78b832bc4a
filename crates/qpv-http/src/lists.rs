//! `/api/v1/batch`: the zones of the homes of a list, and the eligibility of its people to a programme.
//!
//! The list is kept in memory, or in an unlinked temporary file when it is large, until its answers are all there.
//! Nothing of it is kept afterwards. When the client goes away, the work stops at its next block of rows.

mod bundle;
mod work;

use std::collections::BTreeMap;

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, Path, Request, State};
use axum::response::{IntoResponse, Response};
use qpv_batch::{
    AddressJob, AnswerVintages, ColumnTitles, ListCorrections, PeopleColumns, PeopleJob,
    ResultColumn, ReviewColumns, ReviewedJob, ZoneColumns, ZonedJob,
};
use qpv_service::programmes::ProgrammeSubject;
use qpv_service::{DefaultPlace, ErrorCode, Snapshot, VintageSelector};
use utoipa::ToSchema;

use crate::addresses::filter;
use crate::audit::AuditedResult;
use crate::client_presence::ClientGuard;
use crate::extract;
use crate::indicators::fields;
use crate::json::json;
use crate::list_progress::ListRegistration;
use crate::lists::work::{ListJob, ListOutputs, ReceivedList, XLSX};
use crate::problem::{ErrorResponses, Problem, batch_problem};
use crate::state::App;
use crate::table_answer::list_problem;
use crate::upload::TableUpload;
use crate::wire::{FileBytes, PreviewAnswer, ProgressAnswer};
use crate::zonings::zoning_columns;

/// A list of people, or of homes. Other fields are ignored.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the description uses it")]
pub(crate) struct PeopleTable {
    /// The list: CSV, XLSX, XLS or ODS; its columns are recognised by their French headers.
    #[schema(value_type = String, format = Binary)]
    data: Vec<u8>,
    /// A programme of `/api/v1/programmes`; several with a comma between them, or `*` for all, whose columns then begin with
    /// their ids. Without one, the zones of the homes alone are answered.
    #[schema(example = "pre-national")]
    programme: Option<String>,
    /// The columns that make up the address, in order. Default: recognised (`adresse`, `code postal`, `commune`…).
    columns: Option<Vec<String>>,
    /// The postcode of rows whose address names neither a commune nor a postcode: without it, or `default_citycode`, they stay
    /// undetermined where the addresses of a part of the country are loaded.
    #[schema(example = "61100")]
    default_postcode: Option<String>,
    /// The same by the INSEE code of the commune.
    #[schema(example = "61169")]
    default_citycode: Option<String>,
    /// The column of the birth date, `-` if the list has none. Default: recognised (`date de naissance`…). Like the next
    /// three, read for a programme only. A programme that depends on it is refused without either.
    birth_date: Option<String>,
    /// The column of the sex, for the counts. Default: recognised (`sexe`).
    sex: Option<String>,
    /// The column of the school, by name or identifier, `-` if the list has none. Default: recognised (`école`…).
    school: Option<String>,
    /// The column of the day of the check. Default: recognised (`date de la demande`…).
    check_date: Option<String>,
    /// The column of a declaration of the programme, as `NAME=COLUMN`, `NAME=-` if the list has none; may come several
    /// times. Default: recognised by the declaration's name or label. Its fields say `oui` or `non` (`1`, `0`, `vrai`,
    /// `faux`, `x`…); an empty one is unknown.
    declaration: Option<Vec<String>>,
    /// The column with the zone that a review of the row found, `-` if none is read. Default: recognised (`revue_zone`,
    /// `review_zone`, `zone constatée`…). A review is taken where the zone is `undetermined`; its status, its zone and a
    /// sentence are added (`review_status`, `zone_after_review`, `revue`), with a programme the result that follows from it
    /// (`result_after_review`, `resultat_apres_revue`).
    review_zone: Option<String>,
    /// The column of the evidence of a review. Default: recognised (`revue_motif`, `review_reason`…).
    review_reason: Option<String>,
    /// The column of the function of whoever reviewed. Default: recognised (`revue_fonction`, `review_function`…).
    review_by: Option<String>,
    /// The day of the check of rows without one (`YYYY-MM-DD`). Default: today.
    on: Option<String>,
    /// Without a programme: the vintage that answers, such as `2024`, instead of a day.
    vintage: Option<String>,
    /// Indicators of `/api/v1/indicators`, a comma between them, or `all`, with or without a programme; each is a column of
    /// the figures of the (first) perimeter a row is in.
    fields: Option<String>,
    /// Without a programme: zonings of `/api/v1/zonings`, a comma between them, or `all`; each adds columns
    /// (`zfu_te_standing`, `zfu_te_doubt`, `zfu_te_codes`…) with what `/api/v1/zones` says of it.
    zonings: Option<String>,
    /// Without a programme: the width of a ring, 1 to 4,000 metres: where each home stands to it around the perimeters
    /// (column `ring`) and the areas of the zonings.
    ring: Option<f64>,
    /// Corrections of rows, as JSON: `columns`, the columns that the list gets for them (`Adresse corrigée`, `Position corrigée`,
    /// `École corrigée`, `revue_zone`, `revue_motif`, `revue_fonction`), and `rows`, their texts by the number of the row
    /// (`{"columns": ["Adresse corrigée"], "rows": {"12": ["3 rue des Cordiers"]}}`). The rows are answered as if the list had
    /// these columns, which stand behind its own in the answers.
    corrections: Option<String>,
    /// The sheet of a spreadsheet. Default: the first that is not hidden.
    sheet: Option<String>,
    /// `table` (default): the list with its answers, a spreadsheet with the counts on a second sheet. `summary`: the counts
    /// alone, as JSON. `summary_csv`: the counts as the second sheet has them, as CSV. `bundle`: `multipart/form-data` with
    /// the parts `table`, `summary` (JSON) and `points` (GeoJSON). `rows`: the list with its answers as CSV in UTF-8, for
    /// programs: with commas, the names of the API, and the number of each row in a first column `row`. `preview`: the start of the list alone, with the role
    /// of each column.
    output: Option<String>,
    /// For publication: counts under this number are hidden in the second sheet and in `summary_csv`.
    suppress_under: Option<u64>,
    /// The titles of the added columns: `fr`, French words for people, or `api`, the names of the API. Default: `fr` in a
    /// spreadsheet, `api` in CSV.
    headers: Option<String>,
    /// The encoding of a CSV list: `utf-8`, `windows-1252`, `macintosh` or `ibm850`. Default: found in the first lines.
    encoding: Option<String>,
    /// The delimiter of a CSV list, one character. Default: found in the first line.
    delimiter: Option<String>,
    /// A name for this run, made at random by the client (16 to 64 letters, digits and hyphens), under which `GET
    /// /api/v1/batch/progress/{id}` returns its progress. To be sent before `data`.
    progress: Option<String>,
}

/// The description of JSON answers.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only the description uses it")]
enum ListJson {
    /// The counts, for `summary`.
    #[schema(value_type = Object)]
    Summary(serde_json::Value),
    /// The start of the list, for `preview`.
    Preview(PreviewAnswer),
}

/// The part of the answers that a client asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OutputKind {
    Table,
    Summary,
    SummaryCsv,
    Bundle,
    Rows,
    Preview,
}

/// A form with a list.
pub(crate) struct ListForm {
    upload: TableUpload,
    /// The registration under the field `progress`, which lasts until this is dropped.
    registration: Option<ListRegistration>,
}

impl FromRequest<App> for ListForm {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let mut registration = None;
        // Registered before the table has come, whose upload is most of the wait on a slow line.
        let upload = TableUpload::receive(request, app, |name, value| {
            if name == "progress" && registration.is_none() {
                registration = app.lists.register(value)?;
            }
            Ok(())
        })
        .await?;
        Ok(Self {
            upload,
            registration,
        })
    }
}

/// Answers a list: the zone of every home and, with a programme, the eligibility of its people. Every row comes back once,
/// in order, with its columns; a row that cannot be answered holds the reason.
#[utoipa::path(post, path = "/api/v1/batch", tag = "programmes",
    request_body(content = PeopleTable, content_type = "multipart/form-data"),
    responses((status = 200, description = "The list with its answers, or the part of them that `output` names",
        content((FileBytes = "text/csv"), (FileBytes = XLSX), (ListJson = "application/json"),
            (FileBytes = "multipart/form-data"))),
        ErrorResponses))]
pub(crate) async fn post_batch(
    State(app): State<App>,
    form: ListForm,
) -> Result<Response, Problem> {
    let ListForm {
        upload,
        registration,
    } = form;
    let output = output_kind(&upload)?;
    let snapshot = app.service.snapshot();
    // Checked before anything runs: a mistake in an option must not cost the time of the list.
    let job = if output == OutputKind::Preview {
        None
    } else {
        Some(list_job(&snapshot, &upload, output)?)
    };
    let columns = people_columns(&upload)?;
    let programmes = programme_names(&snapshot, &upload);
    // Dropped with this future when the client goes away, which stops the work.
    let client = ClientGuard::default();
    let list = ReceivedList {
        sheet: upload.one("sheet").map(ToOwned::to_owned),
        options: upload.csv_options()?,
        client: client.watch(),
        progress: registration.as_ref().map(ListRegistration::progress),
        titles: titles(&upload)?,
        corrections: corrections(&upload)?,
        as_rows: output == OutputKind::Rows,
        table: upload.table,
    };
    let file_name = upload.file_name;
    let Some(job) = job else {
        let preview = app
            .run_heavy(move || list.preview(&columns))
            .await?
            .map_err(|error| batch_problem(&error))?;
        return Ok(json(&PreviewAnswer::from(preview)));
    };
    let outputs = ListOutputs::new(&app.limits, &client, output == OutputKind::Bundle);
    if let Some(registration) = &registration {
        registration.progress().wait_for_turn();
    }
    let answers = app
        .run_list(move |turn| list.answer(&snapshot, job, outputs, turn))
        .await?
        .map_err(|error| list_problem(&error))?;
    let result = AuditedResult::from_list(&answers.summary, programmes);
    let response = match output {
        // A preview has returned by now.
        OutputKind::Summary | OutputKind::Preview => json(&answers.summary),
        OutputKind::SummaryCsv => answers.counts(&file_name)?,
        OutputKind::Table | OutputKind::Rows => answers.table(&file_name)?,
        OutputKind::Bundle => answers.bundle(&file_name)?,
    };
    Ok(result.attached_to(response))
}

/// Returns the progress of a list that is being received or answered.
#[utoipa::path(get, path = "/api/v1/batch/progress/{id}", tag = "programmes",
    params(("id" = String, Path, description = "The field `progress` of the list's form")),
    responses((status = 200, description = "The progress of the list", body = ProgressAnswer), ErrorResponses))]
pub(crate) async fn get_progress(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
) -> Response {
    // An identifier that is no text names no list either.
    let progress = id.ok().and_then(|Path(id)| app.lists.progress(&id));
    match progress {
        Some(progress) => json(&progress),
        None => Problem::new(
            ErrorCode::ListNotUnderWay,
            "no list of this name is under way: it has ended, or not begun",
        )
        .into_response(),
    }
}

/// Reads the job that the form asks for.
fn list_job(
    snapshot: &Snapshot,
    upload: &TableUpload,
    output: OutputKind,
) -> Result<ListJob, Problem> {
    let choice = extract::choice(upload.one("vintage"), upload.one("on"))?;
    let choice = extract::known(snapshot, choice)?;
    let suppress_under = suppress_under(upload)?;
    let fields = fields(snapshot, upload.one("fields"))?;
    let zonings = zoning_columns(snapshot, upload, choice)?;
    let Some(id) = upload.one("programme") else {
        if output == OutputKind::SummaryCsv || suppress_under.is_some() {
            return Err(Problem::bad_parameter(
                "`summary_csv` and `suppress_under` need `programme`",
            ));
        }
        let homes = AddressJob {
            columns: people_columns(upload)?.address,
            list: true,
            default_place: default_place(upload)?,
            results: ResultColumn::check(),
            zones: Some(ZoneColumns {
                vintages: AnswerVintages::One(choice),
                prefix: "",
                fields: fields.unwrap_or_default(),
            }),
            ..AddressJob::default()
        };
        let zoned = ZonedJob::new(homes, zonings, choice.day());
        return Ok(ListJob::Zones(ReviewedJob::new(
            zoned,
            review_columns(upload),
        )));
    };
    // A list for a programme has the columns that its users work with.
    if !zonings.is_empty() {
        return Err(Problem::bad_parameter(
            "`zonings` or `ring` goes without `programme`",
        ));
    }
    let programmes = snapshot.programmes_of(id, false)?;
    let of_buildings = programmes
        .iter()
        .find(|programme| programme.subject == ProgrammeSubject::Building);
    if let Some(programme) = of_buildings {
        return Err(Problem::bad_parameter(format!(
            "`{}` is asked of buildings, not of lists of addresses",
            programme.id
        )));
    }
    if programmes.len() > 1 && output == OutputKind::SummaryCsv {
        return Err(Problem::bad_parameter(
            "`summary_csv` counts one programme, not several",
        ));
    }
    let programmes = programmes.into_iter().cloned().collect();
    if matches!(choice, VintageSelector::Vintage(_)) {
        return Err(Problem::bad_parameter(
            "a programme is judged on a day, with the perimeters then in force: give `on`, not `vintage`",
        ));
    }
    // The counts as JSON are for the caller's own eyes; only what may be published can be suppressed.
    if output == OutputKind::Summary && suppress_under.is_some() {
        return Err(Problem::bad_parameter(
            "`suppress_under` is for `summary_csv` and for spreadsheets",
        ));
    }
    let people = PeopleJob::new(programmes, people_columns(upload)?, choice.day());
    let people = people
        .suppressing_under(suppress_under)
        .with_default_place(default_place(upload)?)
        .with_fields(fields.unwrap_or_default());
    Ok(ListJob::Eligibility(ReviewedJob::new(
        people,
        review_columns(upload),
    )))
}

/// Returns the programmes that a form asks for, for the audit log; none of one that is refused.
fn programme_names(snapshot: &Snapshot, upload: &TableUpload) -> Vec<String> {
    let asked = upload
        .one("programme")
        .map(|id| snapshot.programmes_of(id, false));
    let programmes = asked.and_then(Result::ok).unwrap_or_default();
    programmes
        .into_iter()
        .map(|programme| programme.id.to_string())
        .collect()
}

/// Reads the titles of added columns that the form asks for.
fn titles(upload: &TableUpload) -> Result<Option<ColumnTitles>, Problem> {
    let text = upload.one("headers");
    text.map(|text| {
        text.parse()
            .map_err(|_| Problem::bad_parameter("`headers` must be `fr` or `api`"))
    })
    .transpose()
}

/// Corrections as a form states them.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct StatedCorrections {
    columns: Vec<String>,
    rows: BTreeMap<u64, Vec<String>>,
}

/// Reads the corrections of rows that the form states.
fn corrections(upload: &TableUpload) -> Result<ListCorrections, Problem> {
    let Some(text) = upload.one("corrections") else {
        return Ok(ListCorrections::default());
    };
    let StatedCorrections { columns, rows } = serde_json::from_str(text)
        .map_err(|fault| Problem::bad_parameter(format!("`corrections`: {fault}")))?;
    // Values under the wrong titles would correct what nobody meant.
    let uneven = rows
        .iter()
        .find(|(_, values)| values.len() != columns.len());
    if let Some((row, values)) = uneven {
        return Err(Problem::bad_parameter(format!(
            "`corrections`: row {row} has {} values for {} columns",
            values.len(),
            columns.len()
        )));
    }
    Ok(ListCorrections { columns, rows })
}

/// Returns the columns of reviews that the form names.
fn review_columns(upload: &TableUpload) -> ReviewColumns {
    ReviewColumns {
        zone: upload.one("review_zone").map(ToOwned::to_owned),
        reason: upload.one("review_reason").map(ToOwned::to_owned),
        by: upload.one("review_by").map(ToOwned::to_owned),
    }
}

/// Returns the place that the form states for rows that name none.
fn default_place(upload: &TableUpload) -> Result<DefaultPlace, Problem> {
    let (postcode, citycode) = (
        upload.one("default_postcode"),
        upload.one("default_citycode"),
    );
    let stated = filter(None, postcode, citycode, None)?;
    Ok(DefaultPlace {
        postcode: stated.postcode,
        citycode: stated.citycode,
    })
}

/// Returns the columns that the form names.
fn people_columns(upload: &TableUpload) -> Result<PeopleColumns, Problem> {
    Ok(PeopleColumns {
        address: upload.all("columns").map(ToOwned::to_owned).collect(),
        birth_date: upload.one("birth_date").map(ToOwned::to_owned),
        sex: upload.one("sex").map(ToOwned::to_owned),
        school: upload.one("school").map(ToOwned::to_owned),
        check_date: upload.one("check_date").map(ToOwned::to_owned),
        declarations: upload
            .all("declaration")
            .map(declaration_column)
            .collect::<Result<_, _>>()?,
    })
}

/// Reads a declaration with its column: `NAME=COLUMN`.
fn declaration_column(text: &str) -> Result<(String, String), Problem> {
    // The name of a declaration has no such sign; that of a column may.
    let (name, column) = text.split_once('=').ok_or_else(|| {
        Problem::bad_parameter("`declaration` must be NAME=COLUMN, or NAME=- for no such column")
    })?;
    Ok((name.trim().to_owned(), column.to_owned()))
}

fn suppress_under(upload: &TableUpload) -> Result<Option<u64>, Problem> {
    let Some(text) = upload.one("suppress_under") else {
        return Ok(None);
    };
    match text.parse() {
        // Under 1 or 2 nothing would be hidden: a count of one person is what publication must not show.
        Ok(under) if under >= 2 => Ok(Some(under)),
        _ => Err(Problem::bad_parameter(
            "`suppress_under` must be a whole number from 2 on",
        )),
    }
}

fn output_kind(upload: &TableUpload) -> Result<OutputKind, Problem> {
    match upload.one("output") {
        None | Some("table") => Ok(OutputKind::Table),
        Some("summary") => Ok(OutputKind::Summary),
        Some("summary_csv") => Ok(OutputKind::SummaryCsv),
        Some("bundle") => Ok(OutputKind::Bundle),
        Some("rows") => Ok(OutputKind::Rows),
        Some("preview") => Ok(OutputKind::Preview),
        Some(other) => Err(Problem::bad_parameter(format!(
            "`output` must be `table`, `summary`, `summary_csv`, `bundle`, `rows` or `preview`, not `{other}`"
        ))),
    }
}
