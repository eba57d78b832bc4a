//! The shares of an area or of a list.

use std::collections::BTreeMap;

use qpv_french::{key, sentence};
use qpv_service::model::{Territory, Vintage};
use qpv_service::{
    AreaShare, ListShare, PerimeterShare, Snapshot, UnknownFigure, VintageShare, ZoneCounts,
    ZoneHectares, centimetres,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DatasetRef, VintageAnswer};

/// The shares of an area.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareAnswer<'a> {
    /// The territory whose legal projection hectares are measured in.
    #[schema(value_type = String, example = "metropole")]
    pub territory: Territory,
    /// The notice that a part of a polygon lies beyond the territory, in French; absent when none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beyond: Option<String>,
    /// The shares in each vintage, oldest first.
    pub vintages: Vec<VintageShareAnswer<'a>>,
    /// The dataset that they come from.
    pub dataset: DatasetRef<'a>,
}

/// The shares of an area in one vintage. A figure that is not known is null, with its reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct VintageShareAnswer<'a> {
    /// The vintage.
    #[serde(flatten)]
    pub vintage: VintageAnswer,
    /// True if every perimeter of the territory is loaded: if not, some may be missing from the figures.
    pub complete: bool,
    /// Hectares, planar in the legal projection.
    pub hectares: HectareFigures,
    /// Addresses. Those whose position is doubtful are left out.
    pub addresses: CountFigures,
    /// Inhabitants, estimated: those published on each neighbourhood, shared out over its addresses, or over its ground where
    /// these are not known or few.
    pub inhabitants: InhabitantFigures,
    /// Places of the lists imported, such as `schools`, by kind.
    pub places: BTreeMap<&'a str, CountFigures>,
    /// The perimeters that it meets, in code order.
    pub perimeters: Vec<PerimeterShareAnswer<'a>>,
}

/// Hectares by zone.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct HectareFigures {
    /// All.
    pub total: Option<f64>,
    /// In a perimeter.
    pub qpv: Option<f64>,
    /// In none, in the band of 300 m as it is drawn.
    pub band_300m: Option<f64>,
    /// The rest.
    pub outside: Option<f64>,
    /// The reason why they are not known.
    #[serde(flatten)]
    #[schema(value_type = ReasonMembers)]
    pub unknown: Option<UnknownAnswer>,
}

/// Numbers by zone.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct CountFigures {
    /// All.
    pub total: Option<u64>,
    /// In a perimeter, by the position given.
    pub qpv: Option<u64>,
    /// In none, less than 300 m from one.
    pub band_300m: Option<u64>,
    /// The rest.
    pub outside: Option<u64>,
    /// In no zone: without a position, or not covered by the data.
    pub undetermined: Option<u64>,
    /// Those among the three zones that are nearer to a deciding line than they are exact.
    pub unsure: Option<u64>,
    /// The reason why they are not known.
    #[serde(flatten)]
    #[schema(value_type = ReasonMembers)]
    pub unknown: Option<UnknownAnswer>,
}

/// Inhabitants by zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct InhabitantFigures {
    /// In a perimeter.
    pub qpv: Option<u64>,
    /// Always null: nothing is published outside perimeters.
    pub band_300m: Option<u64>,
    /// Always null.
    pub outside: Option<u64>,
    /// The reason for the nulls.
    #[serde(flatten)]
    pub unknown: UnknownAnswer,
}

/// The reason why a figure is not known.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnknownAnswer {
    /// `vintage_not_loaded`, `outlines_not_loaded`, `addresses_not_loaded`, `population_unknown`, `communes_unknown`, or
    /// `not_published`.
    #[schema(example = "outlines_not_loaded")]
    pub reason: &'static str,
    /// The same for end users, in French.
    pub message: String,
}

/// The members of [`UnknownAnswer`], absent when the figures are known.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the description uses it")]
struct ReasonMembers {
    /// The reason why they are not known, as elsewhere.
    #[schema(nullable = false)]
    reason: Option<&'static str>,
    /// The same for end users, in French.
    #[schema(nullable = false)]
    message: Option<String>,
}

/// A perimeter that an area meets.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerimeterShareAnswer<'a> {
    /// Official code.
    #[schema(example = "QN06103M")]
    pub code_qp: &'a str,
    /// Official name.
    pub lib_qp: &'a str,
    /// Hectares of it in the area; null without an outline of the area.
    pub hectares: Option<f64>,
    /// Its own hectares.
    pub total_hectares: f64,
    /// Addresses of it in the area; null when they are not loaded.
    pub addresses: Option<u64>,
    /// Inhabitants of it in the area, estimated; null when none are published.
    pub inhabitants: Option<u64>,
    /// The base they were shared out over: `addresses` or `ground`.
    #[schema(example = "addresses")]
    pub inhabitants_by: Option<&'static str>,
}

/// The shares of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListShareAnswer<'a> {
    /// The shares in each vintage, oldest first.
    pub vintages: Vec<ListVintageAnswer>,
    /// The dataset that they come from.
    pub dataset: DatasetRef<'a>,
}

/// The shares of a list in one vintage.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListVintageAnswer {
    /// The vintage.
    #[schema(value_type = String, example = "2024")]
    pub vintage: Vintage,
    /// The rows by zone.
    pub rows: CountFigures,
}

impl<'a> ShareAnswer<'a> {
    /// Creates the answer for an area.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, share: &AreaShare<'a>) -> Self {
        let vintages = share.vintages.iter();
        Self {
            territory: share.territory,
            beyond: share
                .reaches_beyond
                .then(|| sentence(key::SHARE_BEYOND, &[])),
            vintages: vintages
                .map(|it| VintageShareAnswer::new(snapshot, share.territory, it))
                .collect(),
            dataset: DatasetRef::new(snapshot),
        }
    }
}

impl<'a> VintageShareAnswer<'a> {
    fn new(snapshot: &Snapshot, territory: Territory, share: &VintageShare<'a>) -> Self {
        let places = share.places.iter();
        Self {
            vintage: VintageAnswer::new(snapshot, share.vintage, territory),
            complete: share.complete,
            hectares: share.hectares.into(),
            addresses: share.addresses.into(),
            inhabitants: share.inhabitants.into(),
            places: places
                .map(|(kind, counts)| (*kind, CountFigures::from(Ok(*counts))))
                .collect(),
            perimeters: share
                .perimeters
                .iter()
                .map(PerimeterShareAnswer::new)
                .collect(),
        }
    }
}

impl<'a> PerimeterShareAnswer<'a> {
    fn new(share: &PerimeterShare<'a>) -> Self {
        Self {
            code_qp: share.perimeter.code_qp.as_str(),
            lib_qp: &share.perimeter.lib_qp,
            hectares: share.shared_ha.map(hundredths),
            total_hectares: hundredths(share.perimeter.area_ha),
            addresses: share.addresses,
            inhabitants: share.inhabitants.map(|it| it.inhabitants),
            inhabitants_by: share.inhabitants.map(|it| it.by.as_str()),
        }
    }
}

impl<'a> ListShareAnswer<'a> {
    /// Creates the answer for a list.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, shares: &[ListShare]) -> Self {
        let vintages = shares.iter().map(|share| ListVintageAnswer {
            vintage: share.vintage,
            rows: Ok(share.counts).into(),
        });
        Self {
            vintages: vintages.collect(),
            dataset: DatasetRef::new(snapshot),
        }
    }
}

impl From<UnknownFigure> for UnknownAnswer {
    fn from(unknown: UnknownFigure) -> Self {
        Self {
            reason: unknown.name(),
            message: unknown.message_fr(),
        }
    }
}

impl From<Result<ZoneHectares, UnknownFigure>> for HectareFigures {
    fn from(figures: Result<ZoneHectares, UnknownFigure>) -> Self {
        match figures {
            Ok(figures) => Self {
                total: Some(hundredths(figures.total)),
                qpv: Some(hundredths(figures.qpv)),
                band_300m: Some(hundredths(figures.band_300m)),
                outside: Some(hundredths(figures.outside)),
                unknown: None,
            },
            Err(unknown) => Self {
                unknown: Some(unknown.into()),
                ..Self::default()
            },
        }
    }
}

impl From<Result<ZoneCounts, UnknownFigure>> for CountFigures {
    fn from(figures: Result<ZoneCounts, UnknownFigure>) -> Self {
        match figures {
            Ok(counts) => Self {
                total: Some(counts.total()),
                qpv: Some(counts.qpv),
                band_300m: Some(counts.band_300m),
                outside: Some(counts.outside),
                undetermined: Some(counts.unknown),
                unsure: Some(counts.unsure),
                unknown: None,
            },
            Err(unknown) => Self {
                unknown: Some(unknown.into()),
                ..Self::default()
            },
        }
    }
}

impl From<Result<u64, UnknownFigure>> for InhabitantFigures {
    fn from(figures: Result<u64, UnknownFigure>) -> Self {
        let not_published = UnknownAnswer {
            reason: "not_published",
            message: sentence(key::SHARE_UNKNOWN_OUTSIDE, &[]),
        };
        Self {
            qpv: figures.ok(),
            band_300m: None,
            outside: None,
            // A reason that can be mended comes before the one that cannot.
            unknown: figures.err().map_or(not_published, UnknownAnswer::from),
        }
    }
}

/// Hectares to the hundredth, as they are published.
fn hundredths(hectares: f64) -> f64 {
    centimetres(hectares)
}
