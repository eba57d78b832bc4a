//! Reports: `/api/v1/reports` makes the signed page of an answer, `/api/v1/reports/verify` tells whether one is genuine.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use qpv_service::programmes::Programme;
use qpv_service::report::{PublicKey, ReportRequest, RuleLines, Subject};
use qpv_service::{Building, Case, Person, Snapshot, VintageSelector, messages};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::addresses::filter;
use crate::answer::json;
use crate::check::{AskedProgramme, PlacedBody};
use crate::extract;
use crate::problem::Problem;
use crate::wire::{ReportKeyAnswer, VerificationAnswer};
use crate::zones::polygon_of;

/// What a report is asked on: an address (`q`), a point that a person placed (`lon`, `lat`), or a building (`footprint`).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportBody {
    /// The address, 200 characters at most.
    q: Option<String>,
    /// Only in this postcode.
    postcode: Option<String>,
    /// Only in this commune, by INSEE code.
    citycode: Option<String>,
    /// Beside an address: where it truly is. The report then tells both positions.
    placed: Option<PlacedBody>,
    /// Longitude of the point placed by hand, WGS 84 degrees.
    lon: Option<f64>,
    /// Latitude.
    lat: Option<f64>,
    /// The doubt on that point, metres. Default for one placed beside an address: 5.
    uncertainty_m: Option<f64>,
    /// Instead of both: the outline of a building, a GeoJSON `Polygon` or `MultiPolygon`, alone or in a `Feature`.
    #[schema(value_type = Option<Object>)]
    footprint: Option<Box<serde_json::value::RawValue>>,
    /// Vintage, `2015` or `2024`. Default: the one in force there on the day `on`.
    vintage: Option<String>,
    /// A day (`YYYY-MM-DD`). Default: today.
    on: Option<String>,
    /// Who asks, 80 characters at most; printed and signed.
    asked_by: Option<String>,
    /// What or whom it is about, 120 characters at most; printed and signed.
    about: Option<String>,
    /// A programme of `/api/v1/programmes`, whose result is printed and signed.
    programme: Option<String>,
    /// The person's birth date (`YYYY-MM-DD`), which is not printed.
    birth_date: Option<String>,
    /// The person's school, by its identifier (UAI).
    school_id: Option<String>,
    /// The same, by its name; `aucune` for none.
    school: Option<String>,
    /// What is declared, by the names that the programme gives.
    #[serde(default)]
    declared: BTreeMap<String, bool>,
}

/// The signed one-page report on where an address or a point stands. Nothing of it is kept.
#[utoipa::path(post, path = "/api/v1/reports", request_body = ReportBody, tag = "reports",
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf"),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn post_report(State(app): State<App>, body: Bytes) -> Result<Response, Problem> {
    let body: ReportBody = extract::json(&body)?;
    let choice = extract::choice(body.vintage.as_deref(), body.on.as_deref())?;
    let snapshot = app.service.snapshot();
    let service = app.service.clone();
    let made = app.heavy(move || {
        let asked = AskedProgramme {
            programme: body.programme.as_deref(),
            birth_date: body.birth_date.as_deref(),
            school: [body.school_id.as_deref(), body.school.as_deref()],
            declared: &body.declared,
        };
        let asked = asked.read(&snapshot, choice)?;
        let subject = subject(&service, &snapshot, &body, choice)?;
        let rule =
            asked.map(|(programme, person)| rule(&snapshot, &subject, &programme, person, choice));
        let ReportBody {
            asked_by, about, ..
        } = body;
        let request = ReportRequest {
            asked_by,
            about,
            rule,
            ..ReportRequest::now(choice)
        };
        Ok::<_, Problem>(service.report(&snapshot, &subject, &request)?)
    });
    Ok(pdf(made.await??.pdf))
}

/// What a programme says of it.
fn rule(
    snapshot: &Snapshot,
    subject: &Subject,
    programme: &Programme,
    person: Person,
    choice: VintageSelector,
) -> RuleLines {
    let home = snapshot.home_of(subject);
    let footprint = match subject {
        Subject::Building(building) => Some((building.vintage, building.footprint.clone())),
        _ => None,
    };
    let case = Case {
        home: home.as_ref(),
        footprint: footprint.as_ref(),
        person,
    };
    // Without the birthdays to come: they tell the birth date.
    RuleLines::of(
        &snapshot.assess(programme, &case, choice),
        messages::finding,
    )
}

/// The answer that is reported on.
fn subject(
    service: &qpv_service::Service,
    snapshot: &Snapshot,
    body: &ReportBody,
    choice: VintageSelector,
) -> Result<Subject, Problem> {
    let within = body.postcode.is_some() || body.citycode.is_some();
    if let Some(outline) = &body.footprint {
        let alone = [body.lon, body.lat, body.uncertainty_m] == [None; 3];
        if !alone || within || body.q.is_some() || body.placed.is_some() {
            return Err(Problem::new(
                "bad_body",
                "`footprint` goes with no address and no position",
            ));
        }
        let outline = polygon_of(extract::json(outline.get().as_bytes())?)?;
        let (vintage, footprint) = snapshot.footprint(&outline, choice)?;
        return Ok(Subject::Building(Box::new(Building {
            outline,
            vintage,
            footprint,
        })));
    }
    match (&body.q, body.lon, body.lat) {
        (Some(question), None, None) if let Some(at) = body.placed => {
            let filter = filter(
                None,
                body.postcode.as_deref(),
                body.citycode.as_deref(),
                None,
            )?;
            let placed = at.of(
                body.uncertainty_m,
                (service, snapshot),
                (question, &filter),
                choice,
            )?;
            Ok(Subject::Placed {
                question: question.clone(),
                filter,
                placed: Box::new(placed),
            })
        }
        _ if body.placed.is_some() => Err(Problem::new("bad_body", "`placed` goes with `q`")),
        (Some(question), None, None) if body.uncertainty_m.is_none() => {
            let filter = filter(
                None,
                body.postcode.as_deref(),
                body.citycode.as_deref(),
                None,
            )?;
            let check = service.check(snapshot, question, &filter, choice)?;
            Ok(Subject::Address {
                question: question.clone(),
                filter,
                check: Box::new(check),
            })
        }
        (None, Some(lon), Some(lat)) if !within => Ok(Subject::by_hand(
            snapshot,
            (lon, lat),
            choice,
            body.uncertainty_m,
        )?),
        _ => Err(Problem::new(
            "bad_body",
            "give either `q`, with `postcode` and `citycode` if need be, or `lon` and `lat`, with `uncertainty_m` if need be, \
            or `footprint`",
        )),
    }
}

/// The text of a QR code, to be verified.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyBody {
    /// The text, as scanned.
    text: String,
    /// The public key it must be signed with, 64 hexadecimal digits. Default: that of this service.
    key: Option<String>,
}

/// Whether a report is genuine: its file (`application/pdf`), or the text of its QR code. Nothing of it is kept.
#[utoipa::path(post, path = "/api/v1/reports/verify", tag = "reports",
    request_body(content((VerifyBody = "application/json"), (Vec<u8> = "application/pdf"))),
    responses((status = 200, body = VerificationAnswer), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn post_verify(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let is_pdf = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/pdf"));
    let (content, key) = if is_pdf {
        (body, None)
    } else {
        let VerifyBody { text, key } = extract::json(&body)?;
        (Bytes::from(text), key)
    };
    let key = key.map(|key| {
        key.parse::<PublicKey>()
            .map_err(|fault| Problem::new("bad_body", fault.to_string()))
    });
    let key = key.transpose()?;
    let service = app.service.clone();
    let verified = app.heavy(move || service.verify_report(&content, key.as_ref()));
    let verification = verified
        .await?
        .map_err(qpv_service::report::ReportError::from)?;
    Ok(json(&VerificationAnswer::new(&verification)))
}

/// The public key that reports of this service are signed with.
#[utoipa::path(get, path = "/api/v1/reports/key", tag = "reports",
    responses((status = 200, body = ReportKeyAnswer), (status = "5XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_key(State(app): State<App>) -> Result<Response, Problem> {
    let key = app
        .service
        .report_key()
        .map_err(qpv_service::report::ReportError::from)?;
    Ok(json(&ReportKeyAnswer::new(key.public())))
}

fn pdf(bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/pdf"),
    );
    let name = HeaderValue::from_static("inline; filename=\"compte-rendu-qpv.pdf\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
