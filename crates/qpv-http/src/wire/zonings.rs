//! The zonings of a place over the wire, and the rings around areas.

use std::sync::OnceLock;

use jiff::civil::Date;
use qpv_service::model::ZoningRecord;
use qpv_service::{
    AnswerKind, RingStanding, Snapshot, ZonedPlace, ZoningAnswer, messages, zonings_at,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DatasetRef, centimetres, write_json};

/// The zonings and the ring that are asked for.
#[derive(Debug, Clone, Default)]
pub struct ZoningChoice {
    /// The names of zonings; all that are loaded when there are none.
    pub names: Vec<String>,
    /// The width of a ring, metres.
    pub ring_m: Option<f64>,
}

impl ZoningChoice {
    /// The number of zonings that answer.
    pub(crate) fn count(&self, snapshot: &Snapshot) -> usize {
        match self.names.len() {
            0 => snapshot.zonings().count(),
            named => named,
        }
    }
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
    /// The reason for `undetermined`: `position`, a line closer than the position is exact; for a list of communes
    /// `commune_unknown`, where neither an address nor outlines of communes tell that of the place, and `part_of_commune`,
    /// where the list has only a former commune that is a part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<&'static str>,
    /// The names of its areas that hold the coordinates as given; for a list of communes, the code of the commune.
    pub areas: Vec<&'a str>,
    /// The codes of these areas, where the file of the zoning gives them; for a list of communes, that of the commune.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub codes: Vec<&'a str>,
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
        let answers = zonings_at(snapshot, place, &choice.names, choice.ring_m);
        answers.iter().map(Self::new).collect()
    }

    pub(super) fn new(answer: &ZoningAnswer<'a>) -> Self {
        Self {
            name: answer.record.name.as_str(),
            label: &answer.record.label,
            standing: answer.standing.name(),
            doubt: answer.doubt.map(Into::into),
            valid_from: answer.period.valid_from,
            valid_until: answer.period.valid_until,
            distance_to_boundary_m: answer.signed_distance_m.map(centimetres),
            ring: answer.ring.map(RingStanding::name),
            areas: answer.areas().collect(),
            codes: answer.codes(),
            message: messages::zoning(answer),
        }
    }
}

/// The JSON of the answers of a dataset's zonings, without the distance and the ring: the rest of most answers is the same at
/// many places, and costs several times their search when it is written anew each time.
#[derive(Debug)]
pub(crate) struct ZoningTexts(Vec<Box<[OnceLock<Box<ZoningText>>]>>);

/// The JSON of a [`ZonedAnswer`], before and after its distance.
#[derive(Debug)]
struct ZoningText {
    before: String,
    after: String,
}

/// The member of a [`ZonedAnswer`] between its two texts.
const DISTANCE: &str = "\"distance_to_boundary_m\":";
const NULL: &str = "null";

impl ZoningTexts {
    /// Texts of a snapshot, each made when it is first needed.
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        let kinds = snapshot.zoning_answer_kinds();
        Self(
            kinds
                .map(|kinds| (0..kinds).map(|_| OnceLock::new()).collect())
                .collect(),
        )
    }

    /// Writes answers as the last member of the object that a text ends with, like `zonings` of [`ZoneAnswer`] has them;
    /// nothing without any.
    pub(crate) fn add_member(&self, answers: &[ZoningAnswer<'_>], text: &mut Vec<u8>) {
        if answers.is_empty() {
            return;
        }
        let end = text.pop();
        debug_assert_eq!(end, Some(b'}'), "an answer is an object");
        let mut before: &[u8] = b",\"zonings\":[";
        for answer in answers {
            text.extend_from_slice(before);
            self.write(answer, text);
            before = b",";
        }
        text.extend_from_slice(b"]}");
    }

    fn write(&self, answer: &ZoningAnswer<'_>, text: &mut Vec<u8>) {
        let Some(AnswerKind {
            zoning,
            answer: kind,
        }) = answer.kind
        else {
            return write_json(&ZonedAnswer::new(answer), text);
        };
        let known = self.0[zoning][kind].get_or_init(|| Box::new(ZoningText::new(answer)));
        text.extend_from_slice(known.before.as_bytes());
        match answer.signed_distance_m {
            Some(distance_m) => write_json(&centimetres(distance_m), text),
            None => text.extend_from_slice(NULL.as_bytes()),
        }
        if let Some(ring) = answer.ring {
            text.extend_from_slice(b",\"ring\":\"");
            text.extend_from_slice(ring.name().as_bytes());
            text.push(b'"');
        }
        text.extend_from_slice(known.after.as_bytes());
    }
}

impl ZoningText {
    fn new(answer: &ZoningAnswer<'_>) -> Self {
        let without = ZonedAnswer {
            distance_to_boundary_m: None,
            ring: None,
            ..ZonedAnswer::new(answer)
        };
        let text = serde_json::to_string(&without).expect("an answer has string keys");
        // In values the quotes are escaped: the member itself is found.
        let (before, after) = text
            .split_once(&format!("{DISTANCE}{NULL}"))
            .expect("the distance is a member");
        Self {
            before: format!("{before}{DISTANCE}"),
            after: after.to_owned(),
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
