//! Reports: `/api/v1/reports` makes the signed report of an answer, `/api/v1/reports/verify` verifies one.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use qpv_documents::report::PublicKey;
use qpv_documents::{ReportError, ReportRequest};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::audit::AuditedResult;
use crate::check::CheckBody;
use crate::extract::{self, QueryParams, RawBody};
use crate::json::json;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::{FileBytes, ReportKeyAnswer, VerificationAnswer};

/// The body of a report: a check (the members of [`CheckBody`]), who asks and what it is about.
#[derive(Debug)]
pub(crate) struct ReportBody {
    check: CheckBody,
    texts: ReportTexts,
}

/// The members that a report has besides those of a check. `serde(flatten)` would lose the refusal of unknown members.
#[derive(Debug, ToSchema)]
pub(crate) struct ReportTexts {
    /// The person who asks, 80 characters at most; printed and signed.
    asked_by: Option<String>,
    /// The subject of the report, 120 characters at most; printed and signed.
    about: Option<String>,
}

impl ReportBody {
    fn read(body: &[u8]) -> Result<Self, Problem> {
        // Taken apart by hand, because `flatten` and `deny_unknown_fields` exclude each other.
        let mut members: BTreeMap<String, Box<RawValue>> = extract::parse_json(body)?;
        let (asked_by, about) = (members.remove("asked_by"), members.remove("about"));
        let check = serde_json::to_vec(&members).map_err(|fault| Problem::internal(&fault))?;
        Ok(Self {
            check: extract::parse_json(&check)?,
            texts: ReportTexts {
                asked_by: member(asked_by)?,
                about: member(about)?,
            },
        })
    }
}

/// Parses a member, if it is there.
fn member<T: serde::de::DeserializeOwned>(
    member: Option<Box<RawValue>>,
) -> Result<Option<T>, Problem> {
    match member {
        Some(value) => extract::parse_json(value.get().as_bytes()),
        None => Ok(None),
    }
}

impl PartialSchema for ReportBody {
    fn schema() -> RefOr<Schema> {
        let (check, texts) = (CheckBody::schema(), ReportTexts::schema());
        match (check, texts) {
            (RefOr::T(Schema::Object(mut check)), RefOr::T(Schema::Object(texts))) => {
                check.properties.remove("fields");
                check.properties.extend(texts.properties);
                check.description = Some(
                    "The members of a check, who asks for the report and what it is about."
                        .to_owned(),
                );
                RefOr::T(Schema::Object(check))
            }
            (check, _) => check,
        }
    }
}

impl ToSchema for ReportBody {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        <CheckBody as ToSchema>::schemas(schemas);
        <ReportTexts as ToSchema>::schemas(schemas);
    }
}

/// Returns the signed report of a check: one page, with a page or more for the conditions of several programmes, and of
/// results that a review changes. Nothing of it
/// is kept.
#[utoipa::path(post, path = "/api/v1/reports", request_body = ReportBody, tag = "reports",
    responses((status = 200, description = "The signed report", body = FileBytes, content_type = "application/pdf"),
        ErrorResponses))]
pub(crate) async fn post_report(
    State(app): State<App>,
    RawBody(body): RawBody,
) -> Result<Response, Problem> {
    let ReportBody { check, texts } = ReportBody::read(&body)?;
    let snapshot = app.service.snapshot();
    // Ignored, they would seem to be signed.
    if check.fields.is_some() {
        return Err(Problem::bad_body(
            "`fields` is for a check: a report has no figures",
        ));
    }
    let request = check.into_request(&snapshot)?;
    let (service, signer) = (app.service.clone(), app.signer.clone());
    let made = app.run_heavy(move || {
        let outcome = service.check(&snapshot, &request)?;
        let request = ReportRequest {
            asked_by: texts.asked_by,
            about: texts.about,
            ..ReportRequest::now()
        };
        let report = signer.report(&snapshot, &outcome, &request)?;
        Ok::<_, Problem>((report, AuditedResult::from_check(&outcome)))
    });
    let (report, result) = made.await??;
    Ok(result.attached_to(pdf(report.pdf)))
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

/// The query of a verification.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyQuery {
    /// The public key that a file must be signed with, 64 hexadecimal digits. Default: that of this service.
    key: Option<String>,
}

/// Verifies a report: its file (`application/pdf`), or the text of its QR code. Nothing of it is kept.
#[utoipa::path(post, path = "/api/v1/reports/verify", tag = "reports", params(VerifyQuery),
    request_body(content((VerifyBody = "application/json"), (FileBytes = "application/pdf"))),
    responses((status = 200, description = "The outcome of the verification", body = VerificationAnswer), ErrorResponses))]
pub(crate) async fn post_verify(
    State(app): State<App>,
    QueryParams(query): QueryParams<VerifyQuery>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Response, Problem> {
    let is_pdf = headers
        .get(header::CONTENT_TYPE)
        // Parameters may follow the media type.
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/pdf"));
    let (content, key) = if is_pdf {
        (body, query.key)
    } else {
        let VerifyBody { text, key } = extract::parse_json(&body)?;
        (Bytes::from(text), key.or(query.key))
    };
    let key = key.map(|key| {
        key.parse::<PublicKey>()
            .map_err(|fault| Problem::bad_body(fault.to_string()))
    });
    let key = key.transpose()?;
    let (service, signer) = (app.service.clone(), app.signer.clone());
    let verified = app.run_heavy(move || signer.verify(&content, key.as_ref(), &service));
    let verification = verified.await?.map_err(ReportError::from)?;
    Ok(json(&VerificationAnswer::new(&verification)))
}

/// Returns the public key that this service signs reports with.
#[utoipa::path(get, path = "/api/v1/reports/key", tag = "reports",
    responses((status = 200, description = "The public key", body = ReportKeyAnswer), ErrorResponses))]
pub(crate) async fn get_key(State(app): State<App>) -> Result<Response, Problem> {
    let key = app.signer.key().map_err(ReportError::from)?;
    Ok(json(&ReportKeyAnswer::new(key.public())))
}

/// Answers with a report.
fn pdf(bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/pdf"),
    );
    let name = HeaderValue::from_static("inline; filename=\"compte-rendu-qpv.pdf\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    response
}
