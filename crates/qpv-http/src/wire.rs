//! What goes over the wire, in the names of the contract. The command line prints the same objects.
//!
//! Answers borrow from the snapshot they come from, and are written while it is held.

use qpv_french::{key, sentence};
use qpv_service::model::{CommuneCode, Perimeter, Vintage};
use qpv_service::{
    BAND_M, CertaintyLevel, Commune, FootprintLocation, PartsWithin, PointAnswer, QueryError,
    Snapshot, WIDE_BAND_M, Zone, centimetres, is_near_limit, messages,
};
use serde::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

mod addresses;
mod compare;
mod eligibility;
mod lists;
mod ogc;
mod perimeters;
mod reports;
mod streets;
mod tiles;

pub use addresses::{AddressCollection, AddressFeature, CheckAnswer};
pub use compare::{
    ChangeAnswer, ClassName, CompareAnswer, CompareBesides, CompareTotals, ComparedQpv,
};
pub use eligibility::{EligibilityAnswer, ProgrammeList};
pub use lists::{PreviewAnswer, ProgressAnswer};
pub use ogc::{
    CollectionAnswer, CollectionList, Conformance, FeatureAnswer, FeaturePage, Landing,
    LoneCollection, LoneFeature,
};
pub use perimeters::{
    Kin, PerimeterAnswer, PerimeterCollection, PerimeterFeature, PerimeterProperties,
};
pub use reports::{ReportKeyAnswer, VerificationAnswer};
pub use streets::{StreetAnswer, StreetProfileAnswer};
pub use tiles::{LayerList, TileJson};

use crate::problem::Problem;

/// Where a point stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZoneAnswer<'a> {
    /// `undetermined` only when a doubt was stated and could change the answer.
    pub zone: ZoneName,
    /// The perimeters that hold the coordinates given, whatever the doubt; in code order.
    pub qpv: Vec<QpvRef<'a>>,
    /// Geodesic metres to the line, negative inside; null beyond 5 km.
    pub distance_to_boundary_m: Option<f64>,
    /// The nearest perimeter, at 0 m inside; null beyond 5 km.
    pub nearest: Option<NearestQpv<'a>>,
    /// Whether the official 300 m band layer holds the point; absent when no such layer is loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub official_band_300m: Option<bool>,
    /// How sure the zone is.
    pub certainty: Certainty,
    /// The vintage that answered.
    #[schema(value_type = String, example = "2024")]
    pub vintage: Vintage,
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

/// How sure a zone is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Certainty {
    /// `near_boundary` when a deciding line is closer than the doubt, `imprecise_position` when that is because the
    /// position itself is rough.
    pub level: LevelName,
    /// The doubt on the position that was counted, metres.
    pub position_uncertainty_m: f64,
    /// For end users, in French.
    pub explanation: String,
}

/// The level of a certainty, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelName(pub CertaintyLevel);

/// The dataset an answer comes from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DatasetRef<'a> {
    /// SHA-256 of its content; the same files give the same digest.
    pub digest: &'a str,
    /// The files it was made from.
    pub sources: &'a [String],
    /// Whether it is the fictional sample.
    pub fictional: bool,
    /// For end users, in French, when there is something to know about the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

/// One answer with its dataset.
#[derive(Debug, Serialize, ToSchema)]
pub struct Located<'a> {
    /// The answer.
    #[serde(flatten)]
    pub answer: ZoneAnswer<'a>,
    /// The dataset it comes from.
    pub dataset: DatasetRef<'a>,
}

/// Answers to a list of points.
#[derive(Debug, Serialize, ToSchema)]
pub struct LocatedList<'a> {
    /// One per point, in order.
    #[schema(value_type = Vec<Item>)]
    pub results: Items<'a>,
    /// The dataset they come from.
    pub dataset: DatasetRef<'a>,
}

/// The items of a list, each made when it is written: a long list of them would be several times its JSON.
#[derive(Debug)]
pub struct Items<'a> {
    /// What the points' indices refer to.
    pub snapshot: &'a Snapshot,
    /// One per point, in order.
    pub results: &'a [Result<PointAnswer, QueryError>],
}

/// One item of a list: an answer, or why there is none. An error fails nothing but its own item.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Item<'a> {
    /// The answer.
    Answer(ZoneAnswer<'a>),
    /// Why there is none.
    Error {
        /// The problem of this item.
        error: Problem,
    },
}

/// Where a polygon stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct FootprintAnswer<'a> {
    /// In a perimeter, or in several together.
    pub qpv: PartsAnswer,
    /// In a perimeter or at less than 300 m from one.
    pub within_300m: PartsAnswer,
    /// In a perimeter or at less than 500 m from one.
    pub within_500m: PartsAnswer,
    /// The perimeters the polygon meets, in code order.
    pub perimeters: Vec<QpvRef<'a>>,
    /// Least distance in metres from the polygon to a perimeter; null beyond 5 km.
    pub nearest_m: Option<f64>,
    /// Greatest distance in metres from a point of the polygon to its nearest perimeter; null beyond 5 km.
    pub farthest_m: Option<f64>,
    /// How far the published lines may lie from the true ones, metres: what is counted in `near_boundary`.
    pub precision_m: f64,
    /// The vintage that answered.
    #[schema(value_type = String, example = "2024")]
    pub vintage: Vintage,
    /// The dataset the answer comes from.
    pub dataset: DatasetRef<'a>,
}

/// Whether some part of a polygon, and every part of it, satisfies a condition.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartsAnswer {
    /// Some part does.
    pub any_part: bool,
    /// Every part does.
    pub every_part: bool,
    /// Whether a part or the whole is so close to the limit that the published lines cannot settle it.
    pub near_boundary: bool,
}

/// The neighbourhoods of a commune.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommuneAnswer<'a> {
    /// INSEE code asked.
    pub insee_com: String,
    /// Name, when the data names the commune.
    pub lib_com: Option<&'a str>,
    /// Whether the data names the commune.
    pub known: bool,
    /// In both vintages: its perimeters, or an empty list.
    pub qpv: Vec<CommuneVintage<'a>>,
    /// Perimeters of the department whose commune is matched to no code: an empty list above is certain only when this
    /// one is empty.
    pub unmatched: Vec<QpvRef<'a>>,
    /// The dataset the answer comes from.
    pub dataset: DatasetRef<'a>,
}

/// The neighbourhoods of a commune in one vintage.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommuneVintage<'a> {
    /// The vintage.
    #[schema(value_type = String, example = "2024")]
    pub vintage: Vintage,
    /// Whether every perimeter of its territory is loaded in this vintage: only then does an empty list say "none".
    pub complete: bool,
    /// Its perimeters, in code order.
    pub perimeters: Vec<PerimeterProperties<'a>>,
}

impl<'a> DatasetRef<'a> {
    /// The dataset of a snapshot.
    #[must_use]
    pub fn of(snapshot: &'a Snapshot) -> Self {
        Self {
            digest: snapshot.digest(),
            sources: snapshot.sources(),
            fictional: snapshot.fictional(),
            notice: snapshot
                .fictional()
                .then(|| sentence(key::DATA_FICTIONAL, &[])),
        }
    }
}

impl<'a> ZoneAnswer<'a> {
    /// The answer for a standing.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, standing: &PointAnswer) -> Self {
        let perimeter = |index| snapshot.perimeter(standing.vintage, index);
        let located = &standing.located;
        Self {
            zone: ZoneName(standing.verdict.zone),
            qpv: located
                .members
                .iter()
                .map(|&member| perimeter(member).into())
                .collect(),
            distance_to_boundary_m: located.signed_distance_m.map(centimetres),
            nearest: located.nearest.map(|nearest| {
                let Perimeter {
                    code_qp, lib_qp, ..
                } = perimeter(nearest.perimeter);
                NearestQpv {
                    code_qp: code_qp.as_str(),
                    lib_qp,
                    distance_m: centimetres(nearest.distance_m),
                }
            }),
            official_band_300m: located.official_band,
            certainty: Certainty {
                level: LevelName(standing.verdict.level),
                position_uncertainty_m: standing.uncertainty_m.unwrap_or(0.0),
                explanation: messages::explanation(standing),
            },
            vintage: standing.vintage,
        }
    }
}

impl<'a> Item<'a> {
    /// The item of one result.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, result: &Result<PointAnswer, QueryError>) -> Self {
        match result {
            Ok(standing) => Self::Answer(ZoneAnswer::new(snapshot, standing)),
            Err(error) => Self::Error {
                error: error.clone().into(),
            },
        }
    }
}

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            self.results
                .iter()
                .map(|result| Item::new(self.snapshot, result)),
        )
    }
}

impl<'a> FootprintAnswer<'a> {
    /// The answer for a footprint.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, vintage: Vintage, footprint: &FootprintLocation) -> Self {
        let precision_m = snapshot
            .zones(vintage)
            .map_or(0.0, |zones| zones.layer().precision_m);
        let parts = |parts: PartsWithin, limit_m: f64| {
            let near_boundary = is_near_limit(footprint, limit_m, precision_m);
            PartsAnswer {
                any_part: parts.any,
                every_part: parts.every,
                near_boundary,
            }
        };
        Self {
            precision_m,
            qpv: parts(footprint.qpv, 0.0),
            within_300m: parts(footprint.within_300m, BAND_M),
            within_500m: parts(footprint.within_500m, WIDE_BAND_M),
            perimeters: footprint
                .members
                .iter()
                .map(|&member| snapshot.perimeter(vintage, member).into())
                .collect(),
            nearest_m: footprint.nearest_m.map(centimetres),
            farthest_m: footprint.farthest_m.map(centimetres),
            vintage,
            dataset: DatasetRef::of(snapshot),
        }
    }
}

impl<'a> CommuneAnswer<'a> {
    /// The answer for a commune.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, commune: &Commune<'a>) -> Self {
        let by_vintage = commune
            .qpv
            .iter()
            .map(|(&vintage, perimeters)| CommuneVintage {
                vintage,
                complete: commune.complete.contains(&vintage),
                perimeters: perimeters
                    .iter()
                    .map(|&it| PerimeterProperties::new(snapshot, it))
                    .collect(),
            });
        Self {
            insee_com: commune.insee.to_string(),
            lib_com: commune.lib_com,
            known: commune.known,
            qpv: by_vintage.collect(),
            unmatched: commune
                .unmatched
                .iter()
                .map(|&perimeter| perimeter.into())
                .collect(),
            dataset: DatasetRef::of(snapshot),
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

/// A text that is one of these names.
fn names<const N: usize>(description: &str, names: [&'static str; N]) -> RefOr<Schema> {
    let name = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .enum_values(Some(names));
    name.into()
}
