//! Profiles of streets over the wire.

use qpv_service::model::{CommuneCode, Territory, Vintage};
use qpv_service::{
    FollowedLine, NumberRange, Side, Snapshot, Span, StreetProfile, StreetSide, messages,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DatasetRef, QpvRef, VintageAnswer, ZoneName, centimetres};
use crate::problem::Problem;

/// The zones of a street's numbers, by side.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreetAnswer<'a> {
    /// The identifier as published; may be empty.
    #[schema(example = "61169_0040")]
    pub id: &'a str,
    /// The name.
    pub name: &'a str,
    /// The INSEE code of the commune; of the arrondissement in Paris, Lyon and Marseille.
    #[schema(value_type = String, example = "61169")]
    pub citycode: CommuneCode,
    /// The commune.
    pub city: &'a str,
    /// The postcodes.
    pub postcodes: &'a [String],
    /// The vintage that answered.
    #[serde(flatten)]
    pub vintage: VintageAnswer,
    /// The precision of the published boundaries, metres.
    pub precision_m: f64,
    /// The count of its numbers, each of which is in exactly one range.
    pub numbers: usize,
    /// The count of its addresses without a number, which are in no range.
    pub unnumbered: usize,
    /// The ranges of odd numbers, in order.
    pub odd: Vec<RangeAnswer<'a>>,
    /// The ranges of even numbers, in order.
    pub even: Vec<RangeAnswer<'a>>,
    /// True if the boundary of a perimeter follows the street for a stretch.
    pub runs_along_line: bool,
    /// The perimeters whose boundary follows the street, in code order.
    pub along: Vec<AlongAnswer<'a>>,
}

/// Consecutive numbers of one side that have the same zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct RangeAnswer<'a> {
    /// The numbers.
    #[serde(flatten)]
    pub span: SpanAnswer,
    /// The zone; `undetermined` when the positions are too imprecise so close to a boundary; null when `error` gives the
    /// reason that none is known.
    pub zone: Option<ZoneName>,
    /// The perimeters that contain all of these numbers; for another zone, the nearest ones. In code order.
    pub perimeters: Vec<QpvRef<'a>>,
    /// The least geodesic distance from a number to a boundary, on whichever side, metres; null beyond 5 km.
    pub least_distance_m: Option<f64>,
    /// The greatest such distance; null beyond 5 km.
    pub greatest_distance_m: Option<f64>,
    /// The message for end users, in French.
    #[schema(example = "pairs 2 à 48 : dans le quartier prioritaire Saint Michel (QN06103M)")]
    pub message: String,
    /// The reason that the zone is not known. This is never a "no".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
}

/// Consecutive existing numbers of one side, in order of number and suffix: 2, 2 bis, 4.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpanAnswer {
    /// The first number.
    #[schema(example = "2")]
    pub from: String,
    /// The last number.
    #[schema(example = "48 bis")]
    pub to: String,
    /// The count of numbers, both included.
    pub count: usize,
}

/// The numbers of a street that settle on which side of a line one of them is.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreetSideAnswer {
    /// The numbers of its own kerb, before and after it.
    pub own: SpanAnswer,
    /// The numbers of the other kerb.
    pub opposite: SpanAnswer,
    /// True when the other kerb is on the other side of the line, false when both are on the same.
    pub across: bool,
}

/// A perimeter whose boundary follows a street.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlongAnswer<'a> {
    /// The perimeter.
    #[serde(flatten)]
    pub perimeter: QpvRef<'a>,
    /// The length of the boundary along the street, metres.
    pub length_m: f64,
    /// True if the street has numbers on both sides of the boundary there. Otherwise it may run behind the houses.
    pub astride: bool,
    /// The odd numbers there.
    pub odd: Vec<SpanAnswer>,
    /// The even numbers there.
    pub even: Vec<SpanAnswer>,
    /// The message for end users, in French.
    pub message: String,
}

/// The profile of a street with its dataset.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreetProfileAnswer<'a> {
    /// The profile.
    #[serde(flatten)]
    pub profile: StreetAnswer<'a>,
    /// The dataset that the answer comes from.
    pub dataset: DatasetRef<'a>,
}

impl<'a> StreetAnswer<'a> {
    /// Creates the answer for a profile.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, profile: &'a StreetProfile) -> Self {
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
            vintage: VintageAnswer::new(
                snapshot,
                profile.vintage,
                Territory::from_department(profile.citycode.department()),
            ),
            precision_m: profile.precision_m,
            numbers: profile.numbers,
            unnumbered: profile.unnumbered,
            odd: side_ranges(snapshot, profile, Side::Odd),
            even: side_ranges(snapshot, profile, Side::Even),
            runs_along_line: profile.runs_along_line(),
            along: along.collect(),
        }
    }
}

/// Returns the ranges of one side.
fn side_ranges<'a>(
    snapshot: &'a Snapshot,
    profile: &StreetProfile,
    side: Side,
) -> Vec<RangeAnswer<'a>> {
    profile
        .ranges
        .iter()
        .filter(|range| range.span.side == side)
        .map(|range| RangeAnswer::new(snapshot, profile.vintage, range))
        .collect()
}

/// Returns the spans of one side.
fn side_spans(line: &FollowedLine, side: Side) -> Vec<SpanAnswer> {
    line.spans
        .iter()
        .filter(|span| span.side == side)
        .map(SpanAnswer::from)
        .collect()
}

impl<'a> RangeAnswer<'a> {
    fn new(snapshot: &'a Snapshot, vintage: Vintage, range: &NumberRange) -> Self {
        Self {
            span: SpanAnswer::from(&range.span),
            zone: range.zone.as_ref().ok().map(|zone| ZoneName(*zone)),
            perimeters: range
                .perimeters
                .iter()
                .map(|&index| snapshot.perimeter(vintage, index).into())
                .collect(),
            least_distance_m: range.least_distance_m.map(centimetres),
            greatest_distance_m: range.greatest_distance_m.map(centimetres),
            message: range.message_fr(|index| messages::name(snapshot.perimeter(vintage, index))),
            error: range.zone.clone().err().map(Problem::from),
        }
    }
}

impl<'a> AlongAnswer<'a> {
    fn new(snapshot: &'a Snapshot, vintage: Vintage, line: &FollowedLine) -> Self {
        Self {
            perimeter: snapshot.perimeter(vintage, line.perimeter).into(),
            length_m: line.length_m.round(),
            astride: line.astride,
            odd: side_spans(line, Side::Odd),
            even: side_spans(line, Side::Even),
            message: line.message_fr(|index| messages::name(snapshot.perimeter(vintage, index))),
        }
    }
}

impl From<&StreetSide> for StreetSideAnswer {
    fn from(side: &StreetSide) -> Self {
        Self {
            own: SpanAnswer::from(&side.own),
            opposite: SpanAnswer::from(&side.opposite),
            across: side.is_across,
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
    /// Creates the answer for a profile, with its dataset.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, profile: &'a StreetProfile) -> Self {
        Self {
            profile: StreetAnswer::new(snapshot, profile),
            dataset: DatasetRef::new(snapshot),
        }
    }
}
