//! The shares of an area in perimeters, in their band and outside: hectares, addresses, estimated inhabitants, places.
//!
//! What is not known is an [`UnknownFigure`] with its reason, never zero: outlines, addresses or places that were not
//! imported, populations that are not published. A perimeter counts by the part of it that lies in the area.

mod area;
mod inhabitants;
mod list;
mod tally;

use std::collections::BTreeMap;

use geo_types::MultiPolygon;
use qpv_engine::PerimeterIndex;
use qpv_french::{Key, key, sentence};
use qpv_model::{Perimeter, Territory, Vintage};

use crate::compare::Estimate;
use crate::compare::scope::Scope;
use crate::snapshot::Snapshot;

pub use area::{MAX_AREA_VERTICES, ShareError};
pub use list::{ListShare, SharedList, share_list};
pub use tally::ZoneCounts;

use area::SharedArea;
use inhabitants::{PerimeterParts, parts_of_perimeters, total_inhabitants};
use tally::{AreaAddresses, area_addresses, area_places};

/// The area asked.
#[derive(Debug, Clone)]
pub enum ShareSubject {
    /// A polygon on WGS 84, degrees, longitude first.
    Polygon(MultiPolygon<f64>),
    /// Communes, an intercommunality, a department, a region or a rectangle.
    Scope(Scope),
}

/// The shares of an area.
#[derive(Debug, Clone)]
pub struct AreaShare<'s> {
    /// The territory that it lies in.
    pub territory: Territory,
    /// True when a part of a polygon lies beyond the territory, at sea or abroad: it counts as outside.
    pub reaches_beyond: bool,
    /// The shares in each vintage asked, oldest first.
    pub vintages: Vec<VintageShare<'s>>,
}

/// The shares of an area in one vintage.
#[derive(Debug, Clone)]
pub struct VintageShare<'s> {
    /// The vintage.
    pub vintage: Vintage,
    /// True if every perimeter of the territory is loaded: if not, some may be missing from the figures.
    pub complete: bool,
    /// Hectares, planar in the legal projection.
    pub hectares: Result<ZoneHectares, UnknownFigure>,
    /// Addresses.
    pub addresses: Result<ZoneCounts, UnknownFigure>,
    /// Inhabitants in perimeters. Nothing is published on those outside.
    pub inhabitants: Result<u64, UnknownFigure>,
    /// Places, by kind: those whose list is imported.
    pub places: BTreeMap<&'s str, ZoneCounts>,
    /// The perimeters that it meets, in code order.
    pub perimeters: Vec<PerimeterShare<'s>>,
}

/// Hectares by zone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZoneHectares {
    /// All.
    pub total: f64,
    /// In a perimeter.
    pub qpv: f64,
    /// In none, in the band of 300 m.
    pub band_300m: f64,
    /// The rest.
    pub outside: f64,
}

/// A perimeter that an area meets.
#[derive(Debug, Clone)]
pub struct PerimeterShare<'s> {
    /// The perimeter.
    pub perimeter: &'s Perimeter,
    /// Hectares of it in the area.
    pub shared_ha: Option<f64>,
    /// Addresses of it in the area.
    pub addresses: Option<u64>,
    /// Inhabitants of it in the area.
    pub inhabitants: Option<Estimate>,
}

/// The reason why a figure is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownFigure {
    /// The vintage is not loaded for the territory.
    VintageNotLoaded,
    /// The outline of the area was not imported.
    OutlinesNotLoaded,
    /// Addresses were not imported, or not those of all of the area.
    AddressesNotLoaded,
    /// The population of a perimeter is secret, or was not imported.
    PopulationUnknown,
    /// Which communes belong to the area is not known.
    CommunesUnknown,
}

impl UnknownFigure {
    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::VintageNotLoaded => "vintage_not_loaded",
            Self::OutlinesNotLoaded => "outlines_not_loaded",
            Self::AddressesNotLoaded => "addresses_not_loaded",
            Self::PopulationUnknown => "population_unknown",
            Self::CommunesUnknown => "communes_unknown",
        }
    }

    /// The reason in French.
    #[must_use]
    pub fn message_fr(self) -> String {
        let key: Key = match self {
            Self::VintageNotLoaded => key::SHARE_UNKNOWN_VINTAGE,
            Self::OutlinesNotLoaded => key::SHARE_UNKNOWN_OUTLINES,
            Self::AddressesNotLoaded => key::SHARE_UNKNOWN_ADDRESSES,
            Self::PopulationUnknown => key::SHARE_UNKNOWN_POPULATION,
            Self::CommunesUnknown => key::SHARE_UNKNOWN_COMMUNES,
        };
        sentence(key, &[])
    }
}

/// Returns the shares of an area, in one vintage or in all that are known.
///
/// # Errors
/// [`ShareError`]: the area is malformed, or lies nowhere or in two territories.
pub fn share_area<'s>(
    snapshot: &'s Snapshot,
    subject: &ShareSubject,
    vintage: Option<Vintage>,
) -> Result<AreaShare<'s>, ShareError> {
    let vintages = asked_vintages(snapshot, vintage)?;
    let area = SharedArea::new(snapshot, subject)?;
    let shares = vintages
        .into_iter()
        .map(|vintage| share_vintage(snapshot, &area, vintage));
    Ok(AreaShare {
        territory: area.territory,
        reaches_beyond: area.reaches_beyond,
        vintages: shares.collect(),
    })
}

fn asked_vintages(
    snapshot: &Snapshot,
    vintage: Option<Vintage>,
) -> Result<Vec<Vintage>, ShareError> {
    match vintage {
        Some(vintage) => {
            snapshot.check_vintage(vintage)?;
            Ok(vec![vintage])
        }
        None => Ok(snapshot.known_vintages().ids()),
    }
}

fn share_vintage<'s>(
    snapshot: &'s Snapshot,
    area: &SharedArea,
    vintage: Vintage,
) -> VintageShare<'s> {
    let loaded = snapshot
        .zones(vintage)
        // A vintage without any perimeter in the territory cannot say "outside" there.
        .filter(|zones| zones.covers(area.territory));
    match loaded {
        Some(zones) => share_loaded(snapshot, area, zones),
        None => VintageShare {
            vintage,
            complete: false,
            hectares: Err(UnknownFigure::VintageNotLoaded),
            addresses: Err(UnknownFigure::VintageNotLoaded),
            inhabitants: Err(UnknownFigure::VintageNotLoaded),
            places: BTreeMap::new(),
            perimeters: Vec::new(),
        },
    }
}

fn share_loaded<'s>(
    snapshot: &'s Snapshot,
    area: &SharedArea,
    zones: &'s PerimeterIndex,
) -> VintageShare<'s> {
    let vintage = zones.layer().vintage;
    let measured = area
        .outline
        .as_ref()
        .and_then(|outline| zones.area_shares(outline, area.territory, snapshot.band(vintage)));
    let addresses = area_addresses(snapshot, area, zones);
    let parts = parts_of_perimeters(
        snapshot,
        area,
        zones,
        measured.as_ref(),
        addresses.as_ref().ok(),
    );
    let hectares = measured.map(|shares| ZoneHectares {
        total: shares.total_ha,
        qpv: shares.qpv_ha,
        band_300m: shares.band_ha,
        outside: shares.outside_ha,
    });
    VintageShare {
        vintage,
        complete: snapshot.knows_all(zones, area.territory),
        hectares: hectares.ok_or(area.without_outline()),
        addresses: addresses.map(|AreaAddresses { counts, .. }| counts),
        inhabitants: total_inhabitants(snapshot, area, zones, &parts),
        places: area_places(snapshot, area, vintage),
        perimeters: parts.into_iter().map(PerimeterParts::into_share).collect(),
    }
}
