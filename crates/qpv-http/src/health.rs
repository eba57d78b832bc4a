//! `/health` and `/ready`, for supervisors and for the front end's banner.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use qpv_service::model::{KnownVintages, Territory, Vintage};
use qpv_service::{CertaintyLimit, centimetres, certainty_limits_today, today};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Permission;
use crate::json::json;
use crate::state::App;
use crate::wire::DatasetRef;

/// The answer of a live process.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub(crate) struct HealthAnswer {
    /// Always `ok`.
    status: &'static str,
    /// The version of the program.
    version: &'static str,
}

/// The state of the service for whoever may ask nothing else of it.
#[derive(Debug, Serialize)]
struct BriefReadyAnswer {
    status: &'static str,
    updates: &'static str,
    address_check: Option<&'static str>,
}

/// The dataset that the service answers from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ready)]
pub(crate) struct ReadyAnswer<'a> {
    /// Always `ready`.
    status: &'static str,
    /// The dataset in use.
    dataset: DatasetRef<'a>,
    /// `watched`: a newer dataset is noticed within seconds; `stopped`: it would not be, restart the service; `off`: the
    /// service was asked to stay on this one.
    updates: &'static str,
    /// The check of the addresses after a start: `running` (damage to their file would not show yet), `passed`, or `failed`
    /// (they answer nothing); null without addresses.
    #[schema(required = true)]
    address_check: Option<&'static str>,
    /// The vintages loaded.
    vintages: Vec<LoadedVintage<'a>>,
    /// The departments whose addresses are loaded, by INSEE code, in order.
    address_departments: Vec<&'a str>,
    /// The limits of the certainty of answers of today, the weakest first.
    certainty_limits: Vec<LimitAnswer>,
    /// The origins of the sites that may show `/embed` and `/grist` in a frame.
    frame_ancestors: Vec<&'a str>,
    /// A session of the sign-in page is open, which `POST /sign-out` ends.
    signed_in: bool,
}

/// A limit of the certainty of answers: lines or positions that could be more exact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CertaintyLimit)]
pub(crate) struct LimitAnswer {
    /// The part of the data.
    #[schema(example = "perimeters 2024")]
    part: String,
    /// The metres by which its lines or positions may be off.
    metres: f64,
    /// The share of the addresses, from 0 to 1; absent for lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    /// The message for end users, in French, with what to load instead.
    message: String,
}

impl From<CertaintyLimit> for LimitAnswer {
    fn from(limit: CertaintyLimit) -> Self {
        Self {
            part: limit.part(),
            metres: centimetres(limit.metres()),
            // Three decimals: a tenth of a percent.
            share: limit.share().map(|share| (share * 1e3).round() / 1e3),
            message: limit.message_fr(),
        }
    }
}

/// A loaded vintage.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoadedVintage<'a> {
    #[schema(value_type = String, example = "2024")]
    vintage: Vintage,
    /// Its name for people, in French.
    label: &'a str,
    /// The form of its codes, as `GET /api/v1/vintages` has it.
    #[schema(example = "QN{dep}##[NMI]")]
    codes: String,
    /// The vintage it replaced; null for the first.
    #[schema(value_type = Option<String>, example = "2015", required = true)]
    predecessor: Option<Vintage>,
    /// State today, in metropolitan France: `past`, `current` or `coming`.
    #[schema(example = "current")]
    state: &'static str,
    /// Perimeters by territory.
    #[schema(value_type = BTreeMap<String, usize>)]
    perimeters: BTreeMap<Territory, usize>,
    /// The precision of the published boundaries, metres.
    precision_m: f64,
}

/// Returns the version of the live process.
#[utoipa::path(get, path = "/health", tag = "service", responses((status = 200, description = "The process is alive",
        body = HealthAnswer)))]
pub(crate) async fn health() -> Json<HealthAnswer> {
    Json(HealthAnswer {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// Returns the state of a vintage today, in metropolitan France.
fn state(known: &KnownVintages, vintage: Vintage) -> &'static str {
    let today = today();
    match known.validity(vintage, Territory::Metropole) {
        Some(days) if days.holds(today) => "current",
        // Where nothing follows, it is in force from its first day on.
        Some(days) if days.valid_from > today => "coming",
        _ => "past",
    }
}

/// Returns the dataset that the service answers from. Where keys are asked for, a request without one gets `status`, `updates`
/// and `address_check` alone.
#[utoipa::path(get, path = "/ready", tag = "service", responses((status = 200, description = "The service answers from this dataset",
        body = ReadyAnswer)))]
pub(crate) async fn ready(
    State(app): State<App>,
    permission: Permission,
    headers: HeaderMap,
) -> Response {
    let snapshot = app.service.snapshot();
    // Supervisors have no key, and need to know no more.
    if matches!(permission, Permission::Unknown) {
        return json(&BriefReadyAnswer {
            status: "ready",
            updates: app.service.updates().into(),
            address_check: snapshot.address_check().map(Into::into),
        });
    }
    let known = snapshot.known_vintages();
    let vintages = snapshot.vintages().filter_map(|(vintage, zones)| {
        let mut perimeters = BTreeMap::new();
        for perimeter in zones.perimeters() {
            *perimeters.entry(perimeter.territory).or_default() += 1;
        }
        let record = known.get(vintage)?;
        Some(LoadedVintage {
            vintage,
            label: &record.label,
            codes: record.codes.to_string(),
            predecessor: record.predecessor,
            state: state(known, vintage),
            perimeters,
            precision_m: zones.layer().precision_m,
        })
    });
    json(&ReadyAnswer {
        status: "ready",
        dataset: DatasetRef::new(&snapshot),
        updates: app.service.updates().into(),
        address_check: snapshot.address_check().map(Into::into),
        vintages: vintages.collect(),
        address_departments: snapshot.address_departments().collect(),
        certainty_limits: certainty_limits_today(&snapshot)
            .into_iter()
            .map(LimitAnswer::from)
            .collect(),
        frame_ancestors: app.frame_ancestors.as_texts(),
        signed_in: permission.is_of_session(&headers),
    })
}
