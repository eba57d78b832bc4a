//! `/metrics`, for Prometheus: counts and times by route, work under way, the age of the dataset.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::problem::Problem;
use crate::state::App;

/// The media type of the text that is written.
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WorkLabel {
    work: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DatasetLabels {
    digest: String,
    fictional: &'static str,
}

/// Returns the counts as text.
pub(crate) async fn get_metrics(State(app): State<App>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &registry(&app)) {
        Ok(()) => {
            let headers = [
                (header::CONTENT_TYPE, MEDIA_TYPE),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, text).into_response()
        }
        Err(fault) => Problem::internal(&fault).into_response(),
    }
}

/// Returns the counts as they are now, and the state of the server.
fn registry(app: &App) -> Registry {
    let mut registry = Registry::with_prefix("qpv");
    app.request_counts.register(&mut registry);
    let free = Family::<WorkLabel, Gauge>::default();
    for (work, permits) in app.free_permits() {
        // There are a few hundred at most.
        let permits = i64::try_from(permits).unwrap_or(i64::MAX);
        free.get_or_create(&WorkLabel { work }).set(permits);
    }
    registry.register("free_permits", "Work that could begin at once", free);
    let snapshot = app.service.snapshot();
    let dataset = Family::<DatasetLabels, Gauge>::default();
    dataset
        .get_or_create(&DatasetLabels {
            digest: snapshot.digest().to_owned(),
            fictional: if snapshot.fictional() {
                "true"
            } else {
                "false"
            },
        })
        .set(1);
    registry.register("dataset", "The dataset in use", dataset);
    let published = Gauge::<i64>::default();
    published.set(snapshot.published_at().as_second());
    registry.register_with_unit(
        "dataset_published",
        "When the dataset in use was published, since 1970",
        Unit::Seconds,
        published,
    );
    let usable = Gauge::<i64>::default();
    usable.set(i64::from(app.service.is_usable()));
    registry.register(
        "dataset_usable",
        "1 while the files of the dataset are as they were opened, else 0",
        usable,
    );
    registry
}
