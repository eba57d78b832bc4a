//! Profiles of streets over the wire.

use qpv_service::model::{CommuneCode, Vintage};
use qpv_service::{
    FollowedLine, NumberRange, PerimeterId, Side, Snapshot, Span, StreetProfile, messages,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DatasetRef, QpvRef, ZoneName, centimetres};
use crate::problem::Problem;

/// Which numbers of a street are inside, in the band, outside, by side.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreetAnswer<'a> {
    /// Identifier as published; may be empty.
    #[schema(example = "61169_0040")]
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// INSEE code of its commune, of the arrondissement in Paris, Lyon and Marseille.
    #[schema(value_type = String, example = "61169")]
    pub citycode: CommuneCode,
    /// Its commune.
    pub city: &'a str,
    /// Its postcodes.
    pub postcodes: &'a [String],
    /// The vintage that answered.
    #[schema(value_type = String, example = "2024")]
    pub vintage: Vintage,
    /// How far the published lines may lie from the true ones, metres.
    pub precision_m: f64,
    /// How many numbers it has: each is in exactly one range.
    pub numbers: usize,
    /// Its addresses without a number, which no range counts.
    pub unnumbered: usize,
    /// Odd numbers, in order.
    pub odd: Vec<RangeAnswer<'a>>,
    /// Even numbers, in order.
    pub even: Vec<RangeAnswer<'a>>,
    /// Whether it follows the line of a perimeter for a stretch.
    pub runs_along_line: bool,
    /// The perimeters whose line it follows, in code order.
    pub along: Vec<AlongAnswer<'a>>,
}

/// Existing numbers of one side that follow each other and have the same zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct RangeAnswer<'a> {
    /// Which ones.
    #[serde(flatten)]
    pub span: SpanAnswer,
    /// Their zone; `undetermined` when their positions are too inexact so near to a line; null when `error` says why none
    /// is known.
    pub zone: Option<ZoneName>,
    /// The perimeters they are in, each of them in all; for another zone, those nearest to them. In code order.
    pub perimeters: Vec<QpvRef<'a>>,
    /// Geodesic metres from the number nearest to a line, on whichever side; null beyond 5 km.
    pub least_distance_m: Option<f64>,
    /// And from the farthest one; null when that lies beyond 5 km.
    pub greatest_distance_m: Option<f64>,
    /// For end users, in French.
    #[schema(example = "pairs 2 à 48 : dans le quartier prioritaire Saint Michel (QN06103M)")]
    pub message: String,
    /// Why their zone is not known: this is never a "no".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
}

/// Existing numbers of one side that follow each other, in order of number and of suffix: 2, 2 bis, 4.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpanAnswer {
    /// The first.
    #[schema(example = "2")]
    pub from: String,
    /// The last.
    #[schema(example = "48 bis")]
    pub to: String,
    /// How many, both included.
    pub count: usize,
}

/// A perimeter whose line a street follows.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlongAnswer<'a> {
    /// The perimeter.
    #[serde(flatten)]
    pub perimeter: QpvRef<'a>,
    /// Metres of its line that the street follows.
    pub length_m: f64,
    /// Whether the street has numbers on either side of the line there. If not, the line may run behind the houses.
    pub astride: bool,
    /// The odd numbers that stand there.
    pub odd: Vec<SpanAnswer>,
    /// The even ones.
    pub even: Vec<SpanAnswer>,
    /// For end users, in French.
    pub message: String,
}

/// The profile of a street with its dataset.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreetProfileAnswer<'a> {
    /// The profile.
    #[serde(flatten)]
    pub profile: StreetAnswer<'a>,
    /// The dataset it comes from.
    pub dataset: DatasetRef<'a>,
}

impl<'a> StreetAnswer<'a> {
    /// The answer for a profile.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, profile: &'a StreetProfile) -> Self {
        let of_side = |side: Side| {
            let ranges = profile
                .ranges
                .iter()
                .filter(move |range| range.span.side == side);
            ranges
                .map(|range| RangeAnswer::new(snapshot, profile.vintage, range))
                .collect()
        };
        let along = profile
            .along
            .iter()
            .map(|line| AlongAnswer::new(snapshot, profile.vintage, line));
        Self {
            id: &profile.id,
            name: &profile.name,
            citycode: profile.citycode,
            city: &profile.city,
            postcodes: &profile.postcodes,
            vintage: profile.vintage,
            precision_m: profile.precision_m,
            numbers: profile.numbers,
            unnumbered: profile.unnumbered,
            odd: of_side(Side::Odd),
            even: of_side(Side::Even),
            runs_along_line: profile.runs_along_line(),
            along: along.collect(),
        }
    }
}

impl<'a> RangeAnswer<'a> {
    fn new(snapshot: &'a Snapshot, vintage: Vintage, range: &NumberRange) -> Self {
        let perimeter = |&id: &PerimeterId| snapshot.perimeter(vintage, id);
        Self {
            span: SpanAnswer::from(&range.span),
            zone: range.zone.as_ref().ok().map(|zone| ZoneName(*zone)),
            perimeters: range
                .perimeters
                .iter()
                .map(|index| perimeter(index).into())
                .collect(),
            least_distance_m: range.least_distance_m.map(centimetres),
            greatest_distance_m: range.greatest_distance_m.map(centimetres),
            message: range.message_fr(|index| messages::name(perimeter(&index))),
            error: range.zone.clone().err().map(Problem::from),
        }
    }
}

impl<'a> AlongAnswer<'a> {
    fn new(snapshot: &'a Snapshot, vintage: Vintage, line: &FollowedLine) -> Self {
        let of_side = |side: Side| {
            line.spans
                .iter()
                .filter(|span| span.side == side)
                .map(SpanAnswer::from)
                .collect()
        };
        Self {
            perimeter: snapshot.perimeter(vintage, line.perimeter).into(),
            length_m: line.length_m.round(),
            astride: line.astride,
            odd: of_side(Side::Odd),
            even: of_side(Side::Even),
            message: line.message_fr(|index| messages::name(snapshot.perimeter(vintage, index))),
        }
    }
}

impl From<&Span> for SpanAnswer {
    fn from(span: &Span) -> Self {
        Self {
            from: span.from.to_string(),
            to: span.to.to_string(),
            count: span.count,
        }
    }
}

impl<'a> StreetProfileAnswer<'a> {
    /// The answer for a profile, with its dataset.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, profile: &'a StreetProfile) -> Self {
        Self {
            profile: StreetAnswer::new(snapshot, profile),
            dataset: DatasetRef::of(snapshot),
        }
    }
}
