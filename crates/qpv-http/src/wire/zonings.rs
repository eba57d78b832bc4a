//! The zonings of a place over the wire, and the rings around areas.

use jiff::civil::Date;
use qpv_service::model::ZoningRecord;
use qpv_service::{RingStanding, Snapshot, ZonedPlace, ZoningAnswer, messages, zonings_at};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DatasetRef, centimetres};

/// The zonings and the ring that are asked for.
#[derive(Debug, Clone, Default)]
pub struct ZoningChoice {
    /// The names of zonings; all that are loaded when there are none.
    pub names: Vec<String>,
    /// The width of a ring, metres.
    pub ring_m: Option<f64>,
}

/// What a zoning says of a place.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZonedAnswer<'a> {
    /// The name of the zoning.
    #[schema(example = "zfu-te")]
    pub name: &'a str,
    /// Its name for people, in French.
    pub label: &'a str,
    /// `inside`, `outside`, `undetermined`, or `not_in_force` on the day asked.
    #[schema(example = "inside")]
    pub standing: &'static str,
    /// The reason for `undetermined`: `position`, a line closer than the position is exact; `commune_unknown`, for a list of
    /// communes where neither an address nor outlines of communes tell that of the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<&'static str>,
    /// The names of its areas that hold the coordinates as given; for a list of communes, the code of the commune.
    pub areas: Vec<&'a str>,
    /// The first day that this counts; null when it is not told.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    pub valid_from: Option<Date>,
    /// The last day; null when it is not told.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    pub valid_until: Option<Date>,
    /// Geodesic metres to the nearest line of its areas, negative inside; null beyond 5 km, and for lists of communes.
    pub distance_to_boundary_m: Option<f64>,
    /// Where the place stands to the ring asked for: `inside` the areas, in the `ring`, `outside` or `undetermined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ring: Option<&'static str>,
    /// The answer for end users, in French.
    pub message: String,
}

/// Where a place stands to a ring around the perimeters.
#[derive(Debug, Serialize, ToSchema)]
pub struct RingAnswer {
    /// The width asked for, metres.
    pub width_m: f64,
    /// `inside` a perimeter, in the `ring`, `outside` or `undetermined`.
    #[schema(example = "ring")]
    pub standing: &'static str,
}

/// The zonings loaded.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZoningList<'a> {
    /// By name.
    pub zonings: Vec<LoadedZoningAnswer<'a>>,
    /// The dataset that the answer comes from.
    pub dataset: DatasetRef<'a>,
}

/// A zoning that is loaded.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoadedZoningAnswer<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its name for people, in French.
    pub label: &'a str,
    /// The text or the body that made it.
    pub source: Option<&'a str>,
    /// The first day it is in force; null when it is not told.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    pub valid_from: Option<Date>,
    /// The last day; null when it is not told.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    pub valid_until: Option<Date>,
}

impl<'a> ZonedAnswer<'a> {
    /// The answers of the zonings chosen for a place.
    #[must_use]
    pub fn all(snapshot: &'a Snapshot, place: &ZonedPlace, choice: &ZoningChoice) -> Vec<Self> {
        let answers = zonings_at(snapshot, place, &choice.names, choice.ring_m).into_iter();
        answers.map(Self::new).collect()
    }

    fn new(answer: ZoningAnswer<'a>) -> Self {
        let message = messages::zoning(&answer);
        Self {
            name: answer.record.name.as_str(),
            label: &answer.record.label,
            standing: answer.standing.name(),
            doubt: answer.doubt.map(Into::into),
            valid_from: answer.period.valid_from,
            valid_until: answer.period.valid_until,
            distance_to_boundary_m: answer.signed_distance_m.map(centimetres),
            ring: answer.ring.map(RingStanding::name),
            areas: answer.areas,
            message,
        }
    }
}

impl<'a> ZoningList<'a> {
    /// The zonings of a snapshot.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self {
            zonings: snapshot.zonings().map(LoadedZoningAnswer::new).collect(),
            dataset: DatasetRef::new(snapshot),
        }
    }
}

impl<'a> LoadedZoningAnswer<'a> {
    fn new(record: &'a ZoningRecord) -> Self {
        Self {
            name: record.name.as_str(),
            label: &record.label,
            source: record.source.as_deref(),
            valid_from: record.period.valid_from,
            valid_until: record.period.valid_until,
        }
    }
}
