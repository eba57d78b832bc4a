//! Addresses, inhabitants and places that a comparison gains and loses.

use qpv_service::model::{CommuneCode, ListedPlace};
use qpv_service::{
    AddressCounts, Estimate, KnownSum, MovedAddress, MovedPlace, MovedTotals, MovedWith,
    PointAnswer, Population, Snapshot, UnplacedPlace, centimetres,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::QpvRef;

/// The addresses and inhabitants that moved with a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedAnswer {
    /// Addresses; null unless some of each of its communes are loaded, and enough for the inhabitants published.
    pub addresses: Option<AddressesMoved>,
    /// Inhabitants of its perimeters of `from`; null unless published for all of them.
    pub inhabitants_from: Option<PopulationAnswer>,
    /// Inhabitants of its perimeters of `to`.
    pub inhabitants_to: Option<PopulationAnswer>,
    /// An estimate: how many of `inhabitants_to` live on the ground gained.
    pub inhabitants_gained: Option<EstimateAnswer>,
    /// An estimate: how many of `inhabitants_from` lived on the ground lost.
    pub inhabitants_lost: Option<EstimateAnswer>,
}

/// Addresses by where they lie. One is a number of a street, or a named place without numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddressesMoved {
    /// In `from`: kept, lost and `to_other`.
    pub from: u64,
    /// In `to`: kept, gained and `from_other`.
    pub to: u64,
    /// In both.
    pub kept: u64,
    /// Only in `to`.
    pub gained: u64,
    /// Only in `from`.
    pub lost: u64,
    /// In `to`, and in `from` in a perimeter of another change: neither gained nor lost.
    pub from_other: u64,
    /// In `from`, and in `to` in a perimeter of another change.
    pub to_other: u64,
    /// Those of the gained that are nearer to a line than they are exact.
    pub gained_unsure: u64,
    /// Those of the lost.
    pub lost_unsure: u64,
}

/// *Population municipale*, as published.
#[derive(Debug, Serialize, ToSchema)]
pub struct PopulationAnswer {
    /// The count of inhabitants.
    pub inhabitants: u64,
    /// The year they were counted for.
    pub year: Option<i16>,
}

/// An estimate, and what the published figure was shared out over: `addresses` or `ground`.
#[derive(Debug, Serialize, ToSchema)]
pub struct EstimateAnswer {
    /// The count of inhabitants.
    pub estimate: u64,
    /// `addresses`, or `ground` (hectares) where addresses are not known or fewer than 20.
    #[schema(example = "addresses")]
    pub by: &'static str,
}

/// Sums over the changes for which a figure is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedTotalsAnswer {
    /// Addresses, of the changes whose addresses are known; null when there is none.
    pub addresses: Option<AddressesMoved>,
    /// The count of changes whose addresses are known.
    pub changes_with_addresses: usize,
    /// Inhabitants of `from`.
    pub inhabitants_from: KnownSumAnswer,
    /// Inhabitants of `to`.
    pub inhabitants_to: KnownSumAnswer,
    /// Estimates of inhabitants on ground gained.
    pub inhabitants_gained: KnownSumAnswer,
    /// Estimates of inhabitants on ground lost.
    pub inhabitants_lost: KnownSumAnswer,
}

/// A sum, and how many changes are in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnownSumAnswer {
    /// The sum; null when it is known for no change.
    pub inhabitants: Option<u64>,
    /// For how many changes it is known.
    pub changes: usize,
    /// The count of all changes with a perimeter on that side.
    pub of: usize,
}

/// An address gained or lost.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedAddressAnswer {
    /// `gained` or `lost`.
    #[schema(example = "gained")]
    pub side: &'static str,
    /// The first perimeter of the change that holds it.
    pub code_qp: String,
    /// Identifier as published; may be empty.
    pub id: String,
    /// Number, street, postcode and commune.
    pub label: String,
    /// INSEE code of its commune.
    pub citycode: String,
    /// Longitude, WGS 84 degrees.
    pub lon: f64,
    /// Latitude, WGS 84 degrees.
    pub lat: f64,
    /// True if no boundary of either vintage is closer than the address is precise.
    pub sure: bool,
}

/// A place, before and after.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedPlaceAnswer<'a> {
    /// The kind it was imported as.
    #[schema(example = "schools")]
    pub kind: &'a str,
    /// Identifier, where published.
    pub id: Option<&'a str>,
    /// Name.
    pub name: &'a str,
    /// INSEE code of its commune, where published.
    pub citycode: Option<&'a str>,
    /// Name of its commune, where published.
    pub city: Option<&'a str>,
    /// Longitude, WGS 84 degrees.
    pub lon: f64,
    /// Latitude, WGS 84 degrees.
    pub lat: f64,
    /// True if the position is that of the address, because none was published.
    pub by_address: bool,
    /// `entered`, `left`, `stayed`, `band` (in no perimeter, in the band of at least one vintage) or `undetermined`.
    #[schema(example = "entered")]
    pub movement: &'static str,
    /// True if no boundary that decides is closer than position and boundaries are precise.
    pub sure: bool,
    /// The zone in `from`; null where that vintage does not answer.
    pub from: Option<PlaceStanding<'a>>,
    /// The zone in `to`.
    pub to: Option<PlaceStanding<'a>>,
}

/// The zone of a place in a vintage.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceStanding<'a> {
    /// `qpv`, `band_300m`, `outside` or `undetermined`.
    #[schema(example = "qpv")]
    pub zone: &'static str,
    /// The perimeters that hold it.
    pub qpv: Vec<QpvRef<'a>>,
    /// Metres to the nearest line, negative inside; null beyond 5 km.
    pub distance_to_boundary_m: Option<f64>,
}

/// A place without a known position.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnplacedPlaceAnswer<'a> {
    /// The kind it was imported as.
    pub kind: &'a str,
    /// Identifier, where published.
    pub id: Option<&'a str>,
    /// Name.
    pub name: &'a str,
    /// INSEE code of its commune, where published.
    pub citycode: Option<&'a str>,
    /// Name of its commune, where published.
    pub city: Option<&'a str>,
}

/// Returns the answers for addresses gained and lost.
pub(super) fn listed(addresses: Vec<MovedAddress>) -> Vec<MovedAddressAnswer> {
    addresses.into_iter().map(Into::into).collect()
}

/// Returns the answers for places.
pub(super) fn places<'a>(
    snapshot: &'a Snapshot,
    places: &[MovedPlace<'a>],
) -> Vec<MovedPlaceAnswer<'a>> {
    places
        .iter()
        .map(|moved| MovedPlaceAnswer::new(snapshot, moved))
        .collect()
}

impl<'a> PlaceStanding<'a> {
    fn new(snapshot: &'a Snapshot, standing: &PointAnswer) -> Self {
        Self {
            zone: standing.verdict.zone.name(),
            qpv: standing
                .located
                .members
                .iter()
                .map(|&at| snapshot.perimeter(standing.vintage, at).into())
                .collect(),
            distance_to_boundary_m: standing.located.signed_distance_m.map(centimetres),
        }
    }
}

impl<'a> MovedPlaceAnswer<'a> {
    fn new(snapshot: &'a Snapshot, moved: &MovedPlace<'a>) -> Self {
        let ListedPlace {
            id,
            name,
            citycode,
            city,
            ..
        } = moved.place;
        Self {
            kind: moved.kind,
            id: id.as_deref(),
            name,
            citycode: citycode.as_ref().map(CommuneCode::as_str),
            city: city.as_deref(),
            lon: moved.position.point.lon_deg(),
            lat: moved.position.point.lat_deg(),
            by_address: moved.position.is_by_address(),
            movement: moved.movement.as_str(),
            sure: moved.is_sure(),
            from: moved
                .from
                .as_ref()
                .map(|standing| PlaceStanding::new(snapshot, standing)),
            to: moved
                .to
                .as_ref()
                .map(|standing| PlaceStanding::new(snapshot, standing)),
        }
    }
}

impl<'a> From<UnplacedPlace<'a>> for UnplacedPlaceAnswer<'a> {
    fn from(UnplacedPlace { kind, place }: UnplacedPlace<'a>) -> Self {
        let ListedPlace {
            id,
            name,
            citycode,
            city,
            ..
        } = place;
        let citycode = citycode.as_ref().map(CommuneCode::as_str);
        Self {
            kind,
            id: id.as_deref(),
            name,
            citycode,
            city: city.as_deref(),
        }
    }
}

impl From<MovedAddress> for MovedAddressAnswer {
    fn from(moved: MovedAddress) -> Self {
        Self {
            side: moved.side.as_str(),
            code_qp: moved.code_qp.to_string(),
            label: moved.address.label(),
            citycode: moved.address.citycode.to_string(),
            lon: moved.address.point.lon_deg(),
            lat: moved.address.point.lat_deg(),
            sure: moved.sure,
            id: moved.address.id,
        }
    }
}

impl From<&MovedWith> for MovedAnswer {
    fn from(
        MovedWith {
            addresses,
            from,
            to,
            gained,
            lost,
        }: &MovedWith,
    ) -> Self {
        Self {
            addresses: addresses.map(Into::into),
            inhabitants_from: from.map(Into::into),
            inhabitants_to: to.map(Into::into),
            inhabitants_gained: gained.map(Into::into),
            inhabitants_lost: lost.map(Into::into),
        }
    }
}

impl From<&MovedTotals> for MovedTotalsAnswer {
    fn from(totals: &MovedTotals) -> Self {
        Self {
            addresses: (totals.with_addresses > 0).then(|| totals.addresses.into()),
            changes_with_addresses: totals.with_addresses,
            inhabitants_from: totals.from.into(),
            inhabitants_to: totals.to.into(),
            inhabitants_gained: totals.gained.into(),
            inhabitants_lost: totals.lost.into(),
        }
    }
}

impl From<AddressCounts> for AddressesMoved {
    fn from(counts: AddressCounts) -> Self {
        let AddressCounts {
            kept,
            gained,
            lost,
            from_other,
            to_other,
            gained_unsure,
            lost_unsure,
        } = counts;
        let (from, to) = (counts.from(), counts.to());
        Self {
            from,
            to,
            kept,
            gained,
            lost,
            from_other,
            to_other,
            gained_unsure,
            lost_unsure,
        }
    }
}

impl From<Population> for PopulationAnswer {
    fn from(Population { inhabitants, year }: Population) -> Self {
        Self { inhabitants, year }
    }
}

impl From<Estimate> for EstimateAnswer {
    fn from(Estimate { inhabitants, by }: Estimate) -> Self {
        Self {
            estimate: inhabitants,
            by: by.as_str(),
        }
    }
}

impl From<KnownSum> for KnownSumAnswer {
    fn from(KnownSum { sum, changes, of }: KnownSum) -> Self {
        Self {
            inhabitants: (changes > 0).then_some(sum),
            changes,
            of,
        }
    }
}
