//! The contract of the State's SIG Ville service, for its unchanged clients: the same four paths, answered from the data
//! loaded here by the one way to an answer ([`Service::check`]). What differs is in `docs/sig-ville.md`.
//!
//! Promises: what is not determined, or not loaded, has a code of its own and is never OUI or NON. Authentication is not
//! looked at. Errors have the form of the answers. Nothing is kept by a cache, for addresses stand in the URL.

mod parameters;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use qpv_service::{CheckRequest, CodedError, ErrorCode, Snapshot, Subject, VintageSelector};

use crate::addresses::is_long;
use crate::extract::RawBody;
use crate::json::json;
use crate::problem::Problem;
use crate::state::App;
use crate::wire::{SigVilleAnswer, SigVilleError, SigVilleZoning};
use crate::workers::run_maybe_blocking;
use parameters::{ParameterError, SigVilleParameters};

/// Reads the place asked from the parameters.
type PlaceReader = fn(&SigVilleParameters) -> Result<Subject, ParameterError>;

/// Returns whether an address lies in the zonings asked, as SIG Ville's older service does.
#[utoipa::path(get, path = "/service/georeferenceur.json", tag = "sig_ville",
    params(
        ("type_quartier[]" = Option<String>, Query, description = "`QP` (default: the perimeters in force), `QP_2015` or another vintage; several times, or with commas; others are `INDISPONIBLE`", example = "QP"),
        ("type_adresse" = Option<String>, Query, description = "`WSA`, `MIXTE` or `AFNOR2`", example = "WSA"),
        ("adresse[num_voie]" = Option<String>, Query, description = "The number", example = "1"),
        ("adresse[nom_voie]" = Option<String>, Query, description = "The street, with its number for `MIXTE`", example = "rue des Cordiers"),
        ("adresse[code_postal]" = Option<String>, Query, description = "The postcode", example = "00100"),
        ("adresse[nom_commune]" = Option<String>, Query, description = "The commune", example = "Port-Fictif"),
        ("adresse[]" = Option<String>, Query, description = "For `AFNOR2`: the two lines of the address"),
    ),
    responses((status = 200, description = "The answer for each zoning", body = SigVilleAnswer),
        (status = "4XX", description = "The parameters cannot be read: `info` says why, in French", body = SigVilleError)))]
pub(crate) async fn get_georeferencer(State(app): State<App>, query: RawQuery) -> Response {
    answer(app, query, Bytes::new(), SigVilleParameters::address).await
}

/// Returns the same, with the parameters in a form or an object of JSON.
#[utoipa::path(post, path = "/service/georeferenceur.json", tag = "sig_ville",
    request_body(content = Object, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "The answer for each zoning", body = SigVilleAnswer),
        (status = "4XX", description = "The parameters cannot be read: `info` says why, in French", body = SigVilleError)))]
pub(crate) async fn post_georeferencer(
    State(app): State<App>,
    query: RawQuery,
    RawBody(body): RawBody,
) -> Response {
    answer(app, query, body, SigVilleParameters::address).await
}

/// Returns the same as `/service/georeferenceur.json`.
#[utoipa::path(get, path = "/api/v1", tag = "sig_ville",
    responses((status = 200, description = "The answer for each zoning", body = SigVilleAnswer),
        (status = "4XX", description = "The parameters cannot be read: `info` says why, in French", body = SigVilleError)))]
pub(crate) async fn get_v1(State(app): State<App>, query: RawQuery) -> Response {
    answer(app, query, Bytes::new(), SigVilleParameters::address).await
}

/// Returns the same as `/service/georeferenceur.json`.
#[utoipa::path(get, path = "/api/v2.json", tag = "sig_ville",
    responses((status = 200, description = "The answer for each zoning", body = SigVilleAnswer),
        (status = "4XX", description = "The parameters cannot be read: `info` says why, in French", body = SigVilleError)))]
pub(crate) async fn get_v2(State(app): State<App>, query: RawQuery) -> Response {
    answer(app, query, Bytes::new(), SigVilleParameters::address).await
}

/// Returns whether a position lies in the zonings asked.
#[utoipa::path(get, path = "/api/xy.json", tag = "sig_ville",
    params(
        ("x" = String, Query, description = "Longitude, WGS 84 degrees", example = "-3.610510"),
        ("y" = String, Query, description = "Latitude", example = "46.203047"),
        ("type_quartier[]" = Option<String>, Query, description = "As for `/service/georeferenceur.json`", example = "QP"),
    ),
    responses((status = 200, description = "The answer for each zoning", body = SigVilleAnswer),
        (status = "4XX", description = "The parameters cannot be read: `info` says why, in French", body = SigVilleError)))]
pub(crate) async fn get_position(State(app): State<App>, query: RawQuery) -> Response {
    answer(app, query, Bytes::new(), SigVilleParameters::position).await
}

/// Answers a request, errors included.
async fn answer(app: App, query: RawQuery, body: Bytes, place: PlaceReader) -> Response {
    let RawQuery(query) = query;
    let read = SigVilleParameters::read(&query.unwrap_or_default(), &body)
        .and_then(|parameters| Ok((place(&parameters)?, parameters)));
    let answered = match read {
        Ok((subject, parameters)) => check_all(&app, subject, parameters).await,
        Err(fault) => {
            return refused(
                StatusCode::BAD_REQUEST,
                &SigVilleError::new(fault.message_fr()),
            );
        }
    };
    answered.unwrap_or_else(refused_by)
}

/// Checks the place in each zoning.
async fn check_all(
    app: &App,
    subject: Subject,
    parameters: SigVilleParameters,
) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    let may_wait = is_long(&snapshot) || app.service.address_service().is_some();
    let service = app.service.clone();
    run_maybe_blocking(may_wait, move || {
        // One request for all zonings: only the perimeters that answer differ.
        let mut request = CheckRequest::new(subject);
        let mut answer = SigVilleAnswer::new(&snapshot, &request.subject);
        for zoning in parameters.zonings() {
            let asked = AskedZoning::new(&snapshot, zoning);
            request.vintage = match asked {
                AskedZoning::Perimeters(vintage) => vintage,
                AskedZoning::Imported(_) => VintageSelector::today(),
                AskedZoning::Absent => {
                    answer.add(SigVilleZoning::not_loaded(zoning));
                    continue;
                }
            };
            match (service.check(&snapshot, &request), asked) {
                (Ok(outcome), AskedZoning::Imported(name)) => {
                    answer.add_zoning(zoning, &name, &outcome);
                }
                (Ok(outcome), _) => answer.add_outcome(zoning, &outcome),
                (Err(fault), _) => match fault.code() {
                    ErrorCode::VintageNotLoaded => answer.add(SigVilleZoning::not_loaded(zoning)),
                    // Not covered is not outside.
                    ErrorCode::OutsideCoverage => answer.add(SigVilleZoning::not_covered(zoning)),
                    _ => return Err(fault.into()),
                },
            }
        }
        Ok(json(&answer.finished()))
    })
    .await
}

/// A zoning of this contract, by what is loaded here.
enum AskedZoning {
    /// Perimeters: `QP` those in force today, `QP_2015` and the like those of a year.
    Perimeters(VintageSelector),
    /// A zoning that was imported, by its name here: `ZFU` is `zfu`.
    Imported(String),
    /// Neither.
    Absent,
}

impl AskedZoning {
    fn new(snapshot: &Snapshot, zoning: &str) -> Self {
        if zoning == "QP" {
            return Self::Perimeters(VintageSelector::today());
        }
        let year = zoning
            .strip_prefix("QP_")
            .and_then(|year| year.parse().ok());
        if let Some(vintage) = year.filter(|vintage| snapshot.zones(*vintage).is_some()) {
            return Self::Perimeters(VintageSelector::Vintage(vintage));
        }
        // Names here are written with hyphens, those of the contract with underscores.
        let name = zoning.to_lowercase().replace('_', "-");
        if snapshot.zonings().any(|known| known.name.as_str() == name) {
            Self::Imported(name)
        } else {
            Self::Absent
        }
    }
}

/// Returns a problem in the form of this contract.
fn refused_by(problem: Problem) -> Response {
    let status = match (problem.code, StatusCode::from_u16(problem.status)) {
        // The addresses of this server are its operator's matter, and no fault of the request.
        (ErrorCode::AddressesNotLoaded, Ok(status)) => status,
        // The contract knows one status for what a client got wrong.
        (_, Ok(StatusCode::UNPROCESSABLE_ENTITY)) => StatusCode::BAD_REQUEST,
        (_, status) => status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    };
    refused(status, &SigVilleError::new(problem.message))
}

fn refused(status: StatusCode, error: &SigVilleError) -> Response {
    let mut response = json(error);
    *response.status_mut() = status;
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
