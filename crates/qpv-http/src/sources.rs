//! `/api/v1/sources`: the producers and licences of the data, and the files it was read from.

use axum::extract::State;
use axum::response::Response;
use qpv_service::LoadedFile;
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::json;
use crate::problem::ErrorResponses;
use crate::state::App;
use crate::wire::DatasetRef;

/// The origin of the data.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceList<'a> {
    /// The files, part by part; a file of several parts comes for each.
    files: Vec<SourceFileAnswer<'a>>,
    /// The dataset in use, with the producers and licences.
    dataset: DatasetRef<'a>,
}

/// A file that a part of the data was read from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceFileAnswer<'a> {
    /// The part, as `qpv data status` names it.
    #[schema(example = "perimeters 2024")]
    part: String,
    /// The name of the file, without folders, as the operator had it: of any length.
    name: &'a str,
    /// Its length in bytes.
    bytes: u64,
    /// The SHA-256 of its content.
    sha256: &'a str,
    /// Its licence, where the catalogue of sources has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    licence: Option<&'a str>,
    /// The address it was fetched from, where it was fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    /// The time it was fetched, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    retrieved_at: Option<String>,
}

impl<'a> From<LoadedFile<'a>> for SourceFileAnswer<'a> {
    fn from(LoadedFile { part, file }: LoadedFile<'a>) -> Self {
        Self {
            part,
            name: &file.name,
            bytes: file.bytes,
            sha256: &file.sha256,
            licence: file.licence.as_deref(),
            url: file.url.as_deref(),
            retrieved_at: file.retrieved_at.map(|time| time.to_string()),
        }
    }
}

/// Returns the files that the data was read from, with their producers' credits.
#[utoipa::path(get, path = "/api/v1/sources", tag = "service",
    responses((status = 200, description = "The files", body = SourceList), ErrorResponses))]
pub(crate) async fn list_sources(State(app): State<App>) -> Response {
    let snapshot = app.service.snapshot();
    json(&SourceList {
        files: snapshot
            .files()
            .into_iter()
            .map(SourceFileAnswer::from)
            .collect(),
        dataset: DatasetRef::new(&snapshot),
    })
}
