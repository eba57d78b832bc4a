//! The addresses and places of an area, counted by zone.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, Intersects};
use qpv_addresses::{AddressInBox, AddressIndex};
use qpv_engine::{Location, PerimeterId, PerimeterIndex, Zone, classify};
use qpv_model::{AdminLevel, CommuneCode, Position, Vintage};
use rayon::prelude::*;

use super::UnknownFigure;
use super::area::{AreaMembership, SharedArea};
use crate::compare::loaded_communes;
use crate::locate::locate;
use crate::place::{Place, VintageSelector};
use crate::schools::{PlacedSite, placed_sites};
use crate::snapshot::Snapshot;

/// Addresses that one thread takes at a time.
const ADDRESSES_PER_CHUNK: usize = 4096;

/// Numbers by zone, by the position given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ZoneCounts {
    /// In a perimeter.
    pub qpv: u64,
    /// In none, less than 300 m from one.
    pub band_300m: u64,
    /// The rest.
    pub outside: u64,
    /// Those among them that are nearer to a deciding line than they are exact.
    pub unsure: u64,
    /// Those that are in no zone: the position is not known, or the data does not answer there.
    pub unknown: u64,
}

impl ZoneCounts {
    /// All that lie in the area.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.qpv + self.band_300m + self.outside + self.unknown
    }

    pub(super) fn add(&mut self, zone_as_given: Zone, is_unsure: bool) {
        match zone_as_given {
            Zone::Qpv => self.qpv += 1,
            Zone::Band300m => self.band_300m += 1,
            Zone::Outside => self.outside += 1,
            Zone::Undetermined => self.unknown += 1,
        }
        self.unsure += u64::from(is_unsure);
    }

    fn merged(self, other: Self) -> Self {
        Self {
            qpv: self.qpv + other.qpv,
            band_300m: self.band_300m + other.band_300m,
            outside: self.outside + other.outside,
            unsure: self.unsure + other.unsure,
            unknown: self.unknown + other.unknown,
        }
    }
}

/// The addresses of an area.
pub(super) struct AreaAddresses {
    pub(super) counts: ZoneCounts,
    /// Those in each perimeter.
    pub(super) by_perimeter: BTreeMap<PerimeterId, u64>,
}

/// Counts the addresses of an area.
pub(super) fn area_addresses(
    snapshot: &Snapshot,
    area: &SharedArea,
    zones: &PerimeterIndex,
) -> Result<AreaAddresses, UnknownFigure> {
    // The addresses of the other communes would be missing from the total.
    if area.only_with_perimeters {
        return Err(UnknownFigure::CommunesUnknown);
    }
    let index = snapshot
        .addresses()
        .map_err(|_| UnknownFigure::AddressesNotLoaded)?;
    let found = addresses_in(index, area);
    if !are_loaded(snapshot, index, area, found.len()) {
        return Err(UnknownFigure::AddressesNotLoaded);
    }
    let chunks = found
        .par_chunks(ADDRESSES_PER_CHUNK)
        .map(|chunk| count_chunk(zones, chunk));
    Ok(chunks.reduce(AreaAddresses::none, AreaAddresses::merged))
}

/// Returns the addresses of an area. Of communes, they are those of their codes: an outline is drawn more roughly.
pub(super) fn addresses_in<'i>(
    index: &'i AddressIndex,
    area: &SharedArea,
) -> Vec<AddressInBox<'i>> {
    match (&area.membership, &area.outline) {
        (AreaMembership::Outline, Some(outline)) => {
            // The box first: the index walks it square by square.
            let Some(bounds) = outline.bounding_rect() else {
                return Vec::new();
            };
            let (low, high) = (bounds.min(), bounds.max());
            index
                .within([low.x, low.y, high.x, high.y])
                .filter(|address| area.holds(Some(address.point.coord()), None))
                .collect()
        }
        _ => index
            .in_communes(|commune| area.has_commune(commune))
            .collect(),
    }
}

/// Returns whether the addresses loaded are all those of an area, as far as can be seen.
fn are_loaded(snapshot: &Snapshot, index: &AddressIndex, area: &SharedArea, found: usize) -> bool {
    match &area.membership {
        AreaMembership::Communes(codes) => {
            let loaded: BTreeSet<CommuneCode> = loaded_communes(snapshot);
            codes.iter().all(|code| loaded.contains(code))
        }
        // A department comes as one file.
        AreaMembership::Departments(codes) => {
            let loaded = index.by_department();
            codes.iter().all(|code| loaded.contains_key(code))
        }
        AreaMembership::Outline => {
            let loaded = index.by_department();
            let departments = departments_under(snapshot, area);
            match departments {
                Some(codes) => codes.iter().all(|code| loaded.contains_key(code)),
                // Without outlines of departments, an area without any address may be one that is not loaded.
                None => found > 0,
            }
        }
    }
}

/// Returns the departments that an outline meets; `None` when their outlines were not imported.
fn departments_under(snapshot: &Snapshot, area: &SharedArea) -> Option<Vec<String>> {
    let outline = area.outline.as_ref()?;
    let areas = snapshot.outlines(AdminLevel::Departement);
    let bounds = outline.bounding_rect()?;
    let met = areas.iter().filter(|department| {
        let around = department.outline.bounding_rect();
        around.is_some_and(|around| around.intersects(&bounds))
            && department.outline.intersects(outline)
    });
    let codes: Vec<String> = met.map(|department| department.code.clone()).collect();
    (!codes.is_empty()).then_some(codes)
}

fn count_chunk(zones: &PerimeterIndex, chunk: &[AddressInBox<'_>]) -> AreaAddresses {
    let positions: Vec<Position> = chunk.iter().map(|address| address.point.into()).collect();
    let mut located = vec![Location::default(); positions.len()];
    zones.locate_all(&positions, &mut located);
    let mut tally = AreaAddresses::none();
    for (address, location) in chunk.iter().zip(located) {
        let uncertainty_m = address.position.uncertainty_m();
        let verdict = classify(&location, Some(uncertainty_m), zones.layer().precision_m);
        tally
            .counts
            .add(verdict.zone_as_given, verdict.zone == Zone::Undetermined);
        // An address in two perimeters is one of each, and one of the area.
        for &member in &location.members {
            *tally.by_perimeter.entry(member).or_default() += 1;
        }
    }
    tally
}

impl AreaAddresses {
    fn none() -> Self {
        Self {
            counts: ZoneCounts::default(),
            by_perimeter: BTreeMap::new(),
        }
    }

    fn merged(mut self, other: Self) -> Self {
        self.counts = self.counts.merged(other.counts);
        for (perimeter, count) in other.by_perimeter {
            *self.by_perimeter.entry(perimeter).or_default() += count;
        }
        self
    }
}

/// Counts the places of an area, by kind. One of several sites counts once, by the site that is nearest to being inside.
pub(super) fn area_places<'s>(
    snapshot: &'s Snapshot,
    area: &SharedArea,
    vintage: Vintage,
) -> BTreeMap<&'s str, ZoneCounts> {
    let kinds = snapshot
        .place_kinds()
        // Places of communes that are not known would be missing without a word.
        .filter(|_| !area.only_with_perimeters);
    kinds
        .map(|kind| {
            let mut counts = ZoneCounts::default();
            for sites in placed_sites(snapshot, kind) {
                if let Some((zone, is_unsure)) = zone_of_place(snapshot, area, vintage, &sites) {
                    counts.add(zone, is_unsure);
                }
            }
            (kind, counts)
        })
        .collect()
}

/// Returns the zone of a place by its sites in an area; `None` when it has none there.
fn zone_of_place(
    snapshot: &Snapshot,
    area: &SharedArea,
    vintage: Vintage,
    sites: &[PlacedSite<'_>],
) -> Option<(Zone, bool)> {
    let here = sites.iter().filter(|(place, position)| {
        area.holds(position.map(|it| it.point.coord()), place.citycode)
    });
    let zones = here.map(|(_, position)| {
        let selector = VintageSelector::Vintage(vintage);
        let answer = position.and_then(|it| {
            locate(snapshot, Place::from(it.point), selector, it.uncertainty_m).ok()
        });
        // A site whose zone is not known says nothing of the others.
        answer.map_or((Zone::Undetermined, false), |standing| {
            let verdict = standing.verdict;
            (verdict.zone_as_given, verdict.zone == Zone::Undetermined)
        })
    });
    zones.min_by_key(|(zone, is_unsure)| (order_of(*zone), *is_unsure))
}

fn order_of(zone: Zone) -> u8 {
    match zone {
        Zone::Qpv => 0,
        Zone::Band300m => 1,
        Zone::Outside => 2,
        Zone::Undetermined => 3,
    }
}
