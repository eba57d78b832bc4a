//! The answers as they go over the wire, in the names of the contract. The command line prints the same objects.
//!
//! Answers borrow from the snapshot they come from, and are written while it is held.

use jiff::civil::Date;
use qpv_french::{key, sentence};
use qpv_service::model::{CommuneCode, Perimeter, Position, Territory, Vintage};
use qpv_service::{
    BAND_M, CertaintyLevel, FieldSelection, FootprintLocation, PartsWithin, PointAnswer,
    QueryError, Snapshot, WIDE_BAND_M, WrittenPlace, Zone, ZonedLocations, ZonedPlace, centimetres,
    is_near_limit, messages,
};
use serde::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

mod addresses;
mod communes;
mod compare;
mod dataset_json;
mod eligibility;
mod figures;
mod leaning;
mod lists;
mod map_style;
mod ogc;
mod perimeters;
mod reports;
mod review;
mod share;
mod sig_ville;
mod site;
mod streets;
mod suggestions;
mod tiles;
mod vintages;
mod zonings;

pub use addresses::{AddressCollection, AddressFeature, CheckAnswer};
pub use communes::{CommuneAnswer, CommunePlaces};
pub use compare::{
    ChangeAnswer, ClassName, CompareAnswer, CompareParts, CompareTotals, ComparedQpv,
};
pub(crate) use dataset_json::DatasetJson;
pub use eligibility::{EligibilityAnswer, ProgrammeList};
pub use figures::{FigureAnswer, FiguresAnswer, IndicatorAnswer, IndicatorList};
pub use leaning::LeaningAnswer;
pub use lists::{PreviewAnswer, ProgressAnswer};
pub use map_style::MapStyle;
pub use ogc::{
    CollectionAnswer, CollectionList, ConformanceAnswer, FeatureAnswer, FeaturePage, LandingPage,
    LoneCollection, LoneFeature,
};
pub use perimeters::{PerimeterAnswer, PerimeterCollection, PerimeterFeature, PerimeterProperties};
pub use reports::{ReportKeyAnswer, VerificationAnswer};
pub use review::ReviewAnswer;
pub use share::{
    CountFigures, HectareFigures, InhabitantFigures, ListShareAnswer, ListVintageAnswer,
    ShareAnswer, VintageShareAnswer,
};
pub use sig_ville::{
    FoundAddress, InfoCode, ResponseCode, SigVilleAnswer, SigVilleError, SigVilleZoning,
};
pub use site::{SiteAnswer, SiteNoteAnswer};
pub use streets::{StreetAnswer, StreetProfileAnswer, StreetSideAnswer};
pub use suggestions::{SuggestionAnswer, SuggestionList};
pub use tiles::{LayerList, TileJson};
pub use vintages::{DaysAnswer, KnownVintage, VintageAnswer, VintageList};
pub use zonings::{LoadedZoningAnswer, RingAnswer, ZonedAnswer, ZoningChoice, ZoningList};

use crate::problem::Problem;

/// The bytes of a file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "only the description uses it")]
pub(crate) struct FileBytes(Vec<u8>);

/// The zone of a point, with the distance and the certainty.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZoneAnswer<'a> {
    /// The zone; `undetermined` only when a position uncertainty was stated and could change it.
    pub zone: ZoneName,
    /// The perimeters that contain the coordinates given, whatever their uncertainty, in code order.
    pub qpv: Vec<QpvRef<'a>>,
    /// Geodesic distance to the nearest boundary in metres, negative inside; null beyond 5 km.
    pub distance_to_boundary_m: Option<f64>,
    /// The nearest perimeter, at 0 m from a point inside; null beyond 5 km.
    pub nearest: Option<NearestQpv<'a>>,
    /// True if the official 300 m band layer contains the point; absent when no such layer is loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub official_band_300m: Option<bool>,
    /// The certainty of the zone.
    pub certainty: Certainty,
    /// The zone that the position leans to, where `zone` is `undetermined` because a line is too near.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaning: Option<Box<LeaningAnswer<'a>>>,
    /// The vintage that answered.
    #[serde(flatten)]
    pub vintage: VintageAnswer,
    /// The zonings loaded, or those asked for, by name; absent when none is loaded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub zonings: Vec<ZonedAnswer<'a>>,
    /// Where the place stands to the ring asked for around the perimeters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ring: Option<RingAnswer>,
}

/// The zone of a point, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZoneName(pub Zone);

/// A perimeter, briefly.
#[derive(Debug, Serialize, ToSchema)]
pub struct QpvRef<'a> {
    /// Official code.
    #[schema(example = "QN06103M")]
    pub code_qp: &'a str,
    /// Official name.
    #[schema(example = "Saint Michel")]
    pub lib_qp: &'a str,
    /// INSEE codes of its communes; empty while a name of 2015 is matched to none.
    pub insee_com: Vec<&'a str>,
    /// Names of its communes.
    pub lib_com: &'a [String],
    /// The figures that `fields` asks for; absent without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figures: Option<FiguresAnswer<'a>>,
}

/// The nearest perimeter.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearestQpv<'a> {
    /// Official code.
    pub code_qp: &'a str,
    /// Official name.
    pub lib_qp: &'a str,
    /// Geodesic metres, 0 inside.
    pub distance_m: f64,
}

/// The certainty of a zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct Certainty {
    /// `near_boundary` when a boundary is closer than the uncertainty, `imprecise_position` when the position itself is
    /// too rough, `interpolated` for a number that the street does not have, in the zone of all the ground between its
    /// neighbours, `street_side` when the numbers around it settle what its position alone leaves open, `building_side` when
    /// its building does, which reaches clear of the line and is not cut by it.
    pub level: LevelName,
    /// The position uncertainty taken into account, metres.
    pub position_uncertainty_m: f64,
    /// The metres to which the coordinates are written, when they are that uncertainty: the distance to the farthest point
    /// that rounds to them. Absent for coordinates of full precision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coordinate_rounding_m: Option<f64>,
    /// The numbers that settle the zone, at the level `street_side`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_side: Option<Box<StreetSideAnswer>>,
    /// The parcels and buildings of an address whose position alone leaves its zone open, where they are loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<Box<SiteAnswer>>,
    /// The explanation for end users, in French.
    pub explanation: String,
}

/// The level of a certainty, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelName(pub CertaintyLevel);

/// The dataset an answer comes from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DatasetRef<'a> {
    /// The SHA-256 of its content; the same files give the same digest.
    pub digest: &'a str,
    /// The producers and licences of its data, in French, one for each kind; `GET /api/v1/sources` lists the files.
    pub sources: &'a [String],
    /// True for the fictional sample.
    pub fictional: bool,
    /// A notice for end users, in French; absent when there is nothing to know about the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

/// The zone of a point with its dataset.
#[derive(Debug, Serialize, ToSchema)]
pub struct Located<'a> {
    /// The answer.
    #[serde(flatten)]
    pub answer: ZoneAnswer<'a>,
    /// The dataset it comes from.
    pub dataset: DatasetRef<'a>,
}

/// Answers to a list of points, as [`Items`] writes them.
#[derive(Debug, Serialize, ToSchema)]
pub struct LocatedList<'a> {
    /// One item per point, in order.
    pub results: Vec<Item<'a>>,
    /// The dataset they come from.
    pub dataset: DatasetRef<'a>,
}

/// The items of a list, each made when it is written: a long list of them takes several times the memory of its JSON.
#[derive(Debug)]
pub struct Items<'a> {
    /// The snapshot that the perimeter indices of the results belong to.
    pub snapshot: &'a Snapshot,
    /// One item per point, in order.
    pub results: &'a [Result<PointAnswer, QueryError>],
    /// The place of each.
    pub places: &'a [WrittenPlace],
    /// The day that zonings are asked for.
    pub day: Date,
    /// The zonings asked for.
    pub zonings: &'a ZoningChoice,
    /// The figures asked for with each answer.
    pub fields: Option<&'a FieldSelection>,
    /// The dataset, and the texts of its zonings.
    pub(crate) dataset: &'a DatasetJson,
}

/// One item of a list: an answer, or the reason that there is none. An error affects its own item only.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Item<'a> {
    /// The answer.
    Answer(ZoneAnswer<'a>),
    /// The reason that there is no answer.
    Error {
        /// The problem of this item.
        error: Problem,
    },
}

/// The zones that a polygon meets.
#[derive(Debug, Serialize, ToSchema)]
pub struct FootprintAnswer<'a> {
    /// The parts in a perimeter, or in several together.
    pub qpv: PartsAnswer,
    /// The parts in a perimeter or less than 300 m from one.
    pub within_300m: PartsAnswer,
    /// The parts in a perimeter or less than 500 m from one.
    pub within_500m: PartsAnswer,
    /// The perimeters the polygon meets, in code order.
    pub perimeters: Vec<QpvRef<'a>>,
    /// The least distance from the polygon to a perimeter, metres; null beyond 5 km.
    pub nearest_m: Option<f64>,
    /// The greatest distance from a point of the polygon to its nearest perimeter, metres; null beyond 5 km.
    pub farthest_m: Option<f64>,
    /// The precision of the published boundaries, metres, which `near_boundary` takes into account.
    pub precision_m: f64,
    /// The vintage that answered.
    #[serde(flatten)]
    pub vintage: VintageAnswer,
    /// The zonings loaded, or those asked for, by name, in `/api/v1/check`; absent when none is loaded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub zonings: Vec<ZonedAnswer<'a>>,
    /// The dataset the answer comes from.
    pub dataset: DatasetRef<'a>,
}

/// The parts of a polygon that satisfy a condition.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartsAnswer {
    /// True if some part satisfies it.
    pub any_part: bool,
    /// True if every part satisfies it.
    pub every_part: bool,
    /// True if a part is so close to the limit that the published boundaries cannot settle it.
    pub near_boundary: bool,
}

impl<'a> DatasetRef<'a> {
    /// Returns the reference to the dataset of a snapshot.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self {
            digest: snapshot.digest(),
            sources: snapshot.credits(),
            fictional: snapshot.fictional(),
            notice: snapshot
                .fictional()
                .then(|| sentence(key::DATA_FICTIONAL, &[])),
        }
    }
}

impl<'a> ZoneAnswer<'a> {
    /// Creates the answer for a standing.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, standing: &PointAnswer) -> Self {
        let located = &standing.located;
        Self {
            zone: ZoneName(standing.verdict.zone),
            qpv: located
                .members
                .iter()
                .map(|&member| snapshot.perimeter(standing.vintage, member).into())
                .collect(),
            distance_to_boundary_m: located.signed_distance_m.map(centimetres),
            nearest: located.nearest.map(|nearest| {
                let Perimeter {
                    code_qp, lib_qp, ..
                } = snapshot.perimeter(standing.vintage, nearest.perimeter);
                NearestQpv {
                    code_qp: code_qp.as_str(),
                    lib_qp,
                    distance_m: centimetres(nearest.distance_m),
                }
            }),
            official_band_300m: located.official_band,
            certainty: Certainty {
                level: LevelName(standing.verdict.level),
                // A position without a stated uncertainty counts as exact.
                position_uncertainty_m: standing.uncertainty_m.unwrap_or(0.0),
                coordinate_rounding_m: standing.rounding_m,
                street_side: standing
                    .street_side
                    .as_deref()
                    .map(|side| Box::new(side.into())),
                site: standing.site.as_deref().map(|site| Box::new(site.into())),
                explanation: messages::explanation(standing),
            },
            leaning: LeaningAnswer::new(snapshot, standing).map(Box::new),
            vintage: VintageAnswer::new(snapshot, standing.vintage, standing.territory),
            zonings: Vec::new(),
            ring: None,
        }
    }

    /// Adds the figures asked for to the perimeters that contain the point.
    #[must_use]
    pub fn with_figures(
        mut self,
        snapshot: &'a Snapshot,
        fields: Option<&'a FieldSelection>,
    ) -> Self {
        add_figures(&mut self.qpv, snapshot, fields);
        self
    }

    /// Adds the zonings of the place, and the ring around the perimeters if one is asked for.
    #[must_use]
    pub fn with_zonings(
        mut self,
        snapshot: &'a Snapshot,
        standing: &PointAnswer,
        place: &ZonedPlace,
        choice: &ZoningChoice,
    ) -> Self {
        self.add_zonings(snapshot, standing, place, choice);
        self
    }

    /// As [`Self::with_zonings`], in place.
    pub(crate) fn add_zonings(
        &mut self,
        snapshot: &'a Snapshot,
        standing: &PointAnswer,
        place: &ZonedPlace,
        choice: &ZoningChoice,
    ) {
        self.zonings = ZonedAnswer::all(snapshot, place, choice);
        self.add_ring(standing, choice.ring_m);
    }

    /// Adds the ring around the perimeters, if one is asked for.
    pub(crate) fn add_ring(&mut self, standing: &PointAnswer, ring_m: Option<f64>) {
        self.ring = ring_m.map(|width_m| RingAnswer {
            width_m,
            standing: standing.ring(width_m).name(),
        });
    }
}

/// Adds the figures asked for to perimeters.
fn add_figures<'a>(
    perimeters: &mut [QpvRef<'a>],
    snapshot: &'a Snapshot,
    fields: Option<&'a FieldSelection>,
) {
    // Most answers are asked without figures, and cost nothing here.
    let Some(fields) = fields else {
        return;
    };
    for perimeter in perimeters {
        let code = perimeter.code_qp.parse().ok();
        let known = code.and_then(|code| snapshot.perimeter_of(code));
        perimeter.figures = known.map(|known| FiguresAnswer(fields.figures(snapshot, known)));
    }
}

/// Points of a list whose zonings are looked for together.
const POINTS_PER_BATCH: usize = 128;

impl Items<'_> {
    /// Writes the list as [`LocatedList`] describes it.
    pub(crate) fn write(&self, text: &mut Vec<u8>) {
        text.extend_from_slice(b"{\"results\":[");
        let results = self.results.chunks(POINTS_PER_BATCH);
        for (results, places) in results.zip(self.places.chunks(POINTS_PER_BATCH)) {
            self.write_batch(results, places, text);
        }
        // The comma after the last one.
        text.pop_if(|end| *end == b',');
        text.extend_from_slice(b"]}");
        self.dataset.add_member(text);
    }

    /// Writes some results, a comma after each.
    fn write_batch(
        &self,
        results: &[Result<PointAnswer, QueryError>],
        places: &[WrittenPlace],
        text: &mut Vec<u8>,
    ) {
        let ZoningChoice { names, ring_m } = self.zonings;
        // A place that was located has a position.
        let answered = results
            .iter()
            .zip(places)
            .filter(|(result, _)| result.is_ok());
        let positions = answered.filter_map(|(_, place)| place.place.position().ok());
        let positions: Vec<Position> = positions.collect();
        let locations = ZonedLocations::new(self.snapshot, &positions, names, self.day);
        let mut positions = positions.into_iter().enumerate();
        for result in results {
            match result {
                Err(error) => {
                    let error = error.clone().into();
                    write_json(&Item::Error { error }, text);
                }
                Ok(standing) => {
                    self.write_answer(standing, text);
                    if let Some((index, position)) = positions.next() {
                        let place = ZonedPlace {
                            position,
                            commune: None,
                            uncertainty_m: standing.uncertainty_m,
                            day: self.day,
                        };
                        let zonings =
                            locations.zonings_at(self.snapshot, index, &place, names, *ring_m);
                        self.dataset.zonings().add_member(&zonings, text);
                    }
                }
            }
            text.push(b',');
        }
    }

    fn write_answer(&self, standing: &PointAnswer, text: &mut Vec<u8>) {
        let mut answer =
            ZoneAnswer::new(self.snapshot, standing).with_figures(self.snapshot, self.fields);
        answer.add_ring(standing, self.zonings.ring_m);
        write_json(&Item::Answer(answer), text);
    }
}

fn write_json(value: &impl Serialize, text: &mut Vec<u8>) {
    serde_json::to_writer(text, value).expect("answers have string keys and no failing field");
}

impl<'a> FootprintAnswer<'a> {
    /// Creates the answer for a footprint.
    #[must_use]
    pub fn new(
        snapshot: &'a Snapshot,
        vintage: Vintage,
        territory: Territory,
        footprint: &FootprintLocation,
    ) -> Self {
        let precision_m = snapshot
            .zones(vintage)
            .map_or(0.0, |zones| zones.layer().precision_m);
        Self {
            precision_m,
            qpv: PartsAnswer::new(footprint.qpv, is_near_limit(footprint, 0.0, precision_m)),
            within_300m: PartsAnswer::new(
                footprint.within_300m,
                is_near_limit(footprint, BAND_M, precision_m),
            ),
            within_500m: PartsAnswer::new(
                footprint.within_500m,
                is_near_limit(footprint, WIDE_BAND_M, precision_m),
            ),
            perimeters: footprint
                .members
                .iter()
                .map(|&member| snapshot.perimeter(vintage, member).into())
                .collect(),
            nearest_m: footprint.nearest_m.map(centimetres),
            farthest_m: footprint.farthest_m.map(centimetres),
            vintage: VintageAnswer::new(snapshot, vintage, territory),
            zonings: vec![],
            dataset: DatasetRef::new(snapshot),
        }
    }

    /// Adds the figures asked for to the perimeters that the polygon meets.
    #[must_use]
    pub fn with_figures(
        mut self,
        snapshot: &'a Snapshot,
        fields: Option<&'a FieldSelection>,
    ) -> Self {
        add_figures(&mut self.perimeters, snapshot, fields);
        self
    }
}

impl PartsAnswer {
    fn new(parts: PartsWithin, near_boundary: bool) -> Self {
        Self {
            any_part: parts.any,
            every_part: parts.every,
            near_boundary,
        }
    }
}

impl<'a> From<&'a Perimeter> for QpvRef<'a> {
    fn from(perimeter: &'a Perimeter) -> Self {
        Self {
            code_qp: perimeter.code_qp.as_str(),
            lib_qp: &perimeter.lib_qp,
            insee_com: perimeter
                .insee_com
                .iter()
                .map(CommuneCode::as_str)
                .collect(),
            lib_com: &perimeter.lib_com,
            figures: None,
        }
    }
}

impl Serialize for ZoneName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl PartialSchema for ZoneName {
    fn schema() -> RefOr<Schema> {
        names("The zone of a point.", Zone::ALL.map(Zone::name))
    }
}

impl ToSchema for ZoneName {}

impl Serialize for LevelName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl PartialSchema for LevelName {
    fn schema() -> RefOr<Schema> {
        names(
            "The level of a certainty.",
            CertaintyLevel::ALL.map(CertaintyLevel::name),
        )
    }
}

impl ToSchema for LevelName {}

/// Returns the schema of a text that is one of these names.
fn names<const N: usize>(description: &str, names: [&'static str; N]) -> RefOr<Schema> {
    let name = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .enum_values(Some(names));
    name.into()
}
