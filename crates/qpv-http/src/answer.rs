//! Answers written while their snapshot is held, in one buffer.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use qpv_service::Snapshot;
use serde::Serialize;

use crate::wire::DatasetRef;

/// Bytes of the buffer an answer begins with: one point's answer fits.
const BYTES: usize = 1 << 10;

/// Headers that an answer leaves with.
const HEADERS: usize = 8;

/// An answer as JSON.
pub(crate) fn json<T: Serialize>(answer: &T) -> Response {
    respond(text(answer), HeaderValue::from_static("application/json"))
}

/// An answer as `GeoJSON`.
pub(crate) fn geojson<T: Serialize>(answer: &T) -> Response {
    respond(
        text(answer),
        HeaderValue::from_static("application/geo+json"),
    )
}

/// A [`DatasetRef`] as JSON.
#[derive(Debug)]
pub(crate) struct Reference {
    digest: String,
    text: String,
}

impl Reference {
    fn of(snapshot: &Snapshot) -> Self {
        let text = serde_json::to_string(&DatasetRef::of(snapshot));
        let text = text.expect("a reference has string keys and no failing field");
        Self {
            digest: snapshot.digest().to_owned(),
            text,
        }
    }
}

/// The reference to the dataset in use, written once as long as that one is in use.
#[derive(Debug, Default)]
pub(crate) struct KeptReference(ArcSwapOption<Reference>);

impl KeptReference {
    /// The reference to the dataset of a snapshot.
    pub(crate) fn of(&self, snapshot: &Snapshot) -> Arc<Reference> {
        let kept = self
            .0
            .load_full()
            .filter(|kept| kept.digest == snapshot.digest());
        kept.unwrap_or_else(|| {
            let written = Arc::new(Reference::of(snapshot));
            self.0.store(Some(written.clone()));
            written
        })
    }
}

/// An answer with its dataset as the last member: the same text as with a member for it.
pub(crate) fn with_dataset<T: Serialize>(answer: &T, dataset: &Reference) -> Response {
    let mut text = text(answer);
    let end = text.pop();
    debug_assert_eq!(end, Some(b'}'), "an answer is an object");
    text.extend_from_slice(b",\"dataset\":");
    text.extend_from_slice(dataset.text.as_bytes());
    text.push(b'}');
    respond(text, HeaderValue::from_static("application/json"))
}

fn text<T: Serialize>(answer: &T) -> Vec<u8> {
    let mut text = Vec::with_capacity(BYTES);
    serde_json::to_writer(&mut text, answer)
        .expect("answers have string keys and no failing field");
    text
}

fn respond(text: Vec<u8>, kind: HeaderValue) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.reserve(HEADERS);
    headers.insert(header::CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use qpv_service::data::sample;
    use qpv_service::{PerimeterId, Place, VintageSelector, model::Vintage};

    use super::*;
    use crate::wire::{Located, ZoneAnswer};

    #[tokio::test]
    async fn a_dataset_written_once_reads_as_a_member() {
        let snapshot = Snapshot::new(sample().expect("the sample"));
        let kept = KeptReference::default();
        let vertex = snapshot
            .perimeter(Vintage::V2024, PerimeterId::new(0))
            .outline
            .wgs84()
            .0[0]
            .exterior()
            .0[0];
        let place = Place::LonLat(vertex.x, vertex.y);
        let standing = snapshot
            .locate(place, VintageSelector::Vintage(Vintage::V2024), None)
            .expect("a place of the town");
        let located = Located {
            answer: ZoneAnswer::new(&snapshot, &standing),
            dataset: DatasetRef::of(&snapshot),
        };
        for _ in 0..2 {
            let response = with_dataset(&located.answer, &kept.of(&snapshot));
            let body = response
                .into_body()
                .collect()
                .await
                .expect("a body in memory")
                .to_bytes();
            assert_eq!(body, serde_json::to_vec(&located).expect("an answer"));
        }
        assert!(Arc::ptr_eq(&kept.of(&snapshot), &kept.of(&snapshot)));
    }

    #[test]
    fn another_dataset_has_another_reference() {
        let one = sample().expect("the sample");
        let mut other = sample().expect("the sample");
        other.descriptor.digest = "0".repeat(64);
        let (one, other) = (Snapshot::new(one), Snapshot::new(other));
        let kept = KeptReference::default();
        for snapshot in [&one, &other, &one] {
            let expected = serde_json::to_string(&DatasetRef::of(snapshot)).expect("a reference");
            assert_eq!(kept.of(snapshot).text, expected);
        }
    }
}
