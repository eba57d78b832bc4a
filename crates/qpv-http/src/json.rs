//! JSON answers, written into one buffer while their snapshot is held.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use qpv_service::{Snapshot, ZoningAnswer};
use serde::Serialize;

use crate::wire::{DatasetJson, ZoneAnswer};

/// Bytes of the buffer that an answer begins with: the answer for one point fits, with some zonings.
const BUFFER_BYTES: usize = 1 << 11;

/// Headers that an answer leaves with. Reserved at once, so that the map does not grow on the hottest path.
const HEADERS_PER_ANSWER: usize = 8;

/// Returns an answer as JSON.
pub(crate) fn json<T: Serialize>(answer: &T) -> Response {
    respond(
        to_json(answer),
        HeaderValue::from_static("application/json"),
    )
}

/// Returns an answer as `GeoJSON`.
pub(crate) fn geojson<T: Serialize>(answer: &T) -> Response {
    respond(
        to_json(answer),
        HeaderValue::from_static("application/geo+json"),
    )
}

/// The JSON of the reference to the dataset in use. Every answer ends with it, and it changes with the dataset only.
#[derive(Debug, Default)]
pub(crate) struct DatasetJsonCache(ArcSwapOption<DatasetJson>);

impl DatasetJsonCache {
    /// Returns the reference to the dataset of a snapshot.
    pub(crate) fn for_snapshot(&self, snapshot: &Snapshot) -> Arc<DatasetJson> {
        self.0
            .load_full()
            // A request may still hold the snapshot from before a swap.
            .filter(|cached| cached.is_of(snapshot))
            .unwrap_or_else(|| {
                let written = Arc::new(DatasetJson::new(snapshot));
                self.0.store(Some(written.clone()));
                written
            })
    }
}

/// Returns the answer for a point with its zonings and its dataset as the last members.
pub(crate) fn json_with_zonings(
    answer: &ZoneAnswer<'_>,
    zonings: &[ZoningAnswer<'_>],
    dataset: &DatasetJson,
) -> Response {
    let mut text = to_json(answer);
    dataset.zonings().add_member(zonings, &mut text);
    dataset.add_member(&mut text);
    json_text(text)
}

/// Returns a text that is JSON.
pub(crate) fn json_text(text: Vec<u8>) -> Response {
    respond(text, HeaderValue::from_static("application/json"))
}

fn to_json<T: Serialize>(answer: &T) -> Vec<u8> {
    let mut text = Vec::with_capacity(BUFFER_BYTES);
    serde_json::to_writer(&mut text, answer)
        .expect("answers have string keys and no failing field");
    text
}

fn respond(text: Vec<u8>, media_type: HeaderValue) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.reserve(HEADERS_PER_ANSWER);
    headers.insert(header::CONTENT_TYPE, media_type);
    response
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use qpv_service::data::sample;
    use qpv_service::{PerimeterId, Place, VintageSelector, locate, model::Vintage};

    use super::*;
    use crate::wire::{DatasetRef, Located};

    #[tokio::test]
    async fn a_dataset_written_once_reads_as_a_member() {
        let snapshot = Snapshot::new(sample().expect("the sample"));
        let cache = DatasetJsonCache::default();
        let vertex = snapshot
            .perimeter(Vintage::V2024, PerimeterId::new(0))
            .outline
            .wgs84()
            .0[0]
            .exterior()
            .0[0];
        let place = Place::LonLat(vertex.x, vertex.y);
        let standing = locate(
            &snapshot,
            place,
            VintageSelector::Vintage(Vintage::V2024),
            None,
        )
        .expect("a place of the town");
        let located = Located {
            answer: ZoneAnswer::new(&snapshot, &standing),
            dataset: DatasetRef::new(&snapshot),
        };
        for _ in 0..2 {
            let response = json_with_zonings(&located.answer, &[], &cache.for_snapshot(&snapshot));
            let body = response
                .into_body()
                .collect()
                .await
                .expect("a body in memory")
                .to_bytes();
            assert_eq!(body, serde_json::to_vec(&located).expect("an answer"));
        }
        assert!(Arc::ptr_eq(
            &cache.for_snapshot(&snapshot),
            &cache.for_snapshot(&snapshot)
        ));
    }

    #[test]
    fn another_dataset_has_another_reference() {
        let one = sample().expect("the sample");
        let mut other = sample().expect("the sample");
        other.descriptor.digest = "0".repeat(64);
        let (one, other) = (Snapshot::new(one), Snapshot::new(other));
        let cache = DatasetJsonCache::default();
        for snapshot in [&one, &other, &one] {
            let expected = serde_json::to_string(&DatasetRef::new(snapshot)).expect("a reference");
            let mut text = b"{\"a\":1}".to_vec();
            cache.for_snapshot(snapshot).add_member(&mut text);
            let expected = format!("{{\"a\":1,\"dataset\":{expected}}}");
            assert_eq!(String::from_utf8_lossy(&text), expected);
        }
    }
}
