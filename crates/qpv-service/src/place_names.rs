//! The names of places and quarters inside perimeters, from the addresses and the lists of places loaded.
//!
//! Promises: a name is given only where a position of the place surely lies inside; one that reaches beyond is marked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use geo::{BoundingRect, Intersects};
use qpv_addresses::AddressInBox;
use qpv_engine::{Location, Membership, PerimeterId, PerimeterIndex, Zone, classify};
use qpv_french::fold::fold_name;
use qpv_model::{CommuneCode, Perimeter, Position, Wgs84Point};
use rayon::prelude::*;

use crate::place_name_index::{FROM_ADDRESSES, PlaceExtent, PlaceName, PlaceNameIndex};
use crate::schools::placed_sites;
use crate::snapshot::Snapshot;

/// Names by perimeter.
type NamesByPerimeter = BTreeMap<PerimeterId, Vec<PlaceName>>;

/// Returns the names of places in a perimeter: those of addresses, then those of each list, in alphabetical order. `None`
/// when there are none and no addresses of its communes are loaded.
#[must_use]
pub fn place_names(snapshot: &Snapshot, perimeter: &Perimeter) -> Option<Vec<PlaceName>> {
    let zones = snapshot.zones(perimeter.vintage)?;
    let id = snapshot.id_of(perimeter)?;
    let communes = communes_of(snapshot, [perimeter]);
    // Of its own communes: the names of all perimeters are made for searches alone.
    let mut found = names_of_communes(snapshot, zones, &communes);
    let mut names = found.remove(&id).unwrap_or_default();
    names.extend(
        names_of_lists(snapshot, zones, Some(perimeter))
            .remove(&id)
            .unwrap_or_default(),
    );
    let has_addresses = snapshot
        .addresses()
        .is_ok_and(|index| communes.iter().any(|code| index.has_commune(*code)));
    // Without addresses, no name is not the same as none.
    (has_addresses || !names.is_empty()).then(|| sorted(names))
}

/// Returns the communes of perimeters, those of today where their codes are of the past.
fn communes_of<'p>(
    snapshot: &Snapshot,
    perimeters: impl IntoIterator<Item = &'p Perimeter>,
) -> BTreeSet<CommuneCode> {
    let codes: BTreeSet<CommuneCode> = perimeters
        .into_iter()
        .flat_map(|perimeter| perimeter.insee_com.iter().copied())
        .collect();
    let today = codes
        .iter()
        .flat_map(|code| snapshot.communes_of_today(*code));
    // Addresses may be older than the merger of a commune.
    today.chain(codes.iter().copied()).collect()
}

/// Returns the names of places in all perimeters of all vintages, found at the first call.
pub(crate) fn place_name_index(snapshot: &Snapshot) -> &PlaceNameIndex {
    snapshot.place_names_or_init(|| {
        // By vintage: a place may lie inside in one and not in another.
        let all = snapshot.vintages().flat_map(|(vintage, zones)| {
            let communes = communes_of(snapshot, zones.perimeters());
            let mut found = names_of_communes(snapshot, zones, &communes);
            for (id, more) in names_of_lists(snapshot, zones, None) {
                found.entry(id).or_default().extend(more);
            }
            let sorted = found.into_iter().map(|(id, names)| (id, sorted(names)));
            sorted.map(move |(id, names)| ((vintage, id), names))
        });
        PlaceNameIndex::new(all)
    })
}

/// A place of a commune, with its positions.
struct NamedPlace<'s> {
    name: &'s str,
    /// Those of numbers; of a place without any, those published of it.
    positions: Vec<(Position, f64)>,
    has_numbers: bool,
}

/// Returns the names that the addresses of communes give to places in perimeters.
fn names_of_communes(
    snapshot: &Snapshot,
    zones: &PerimeterIndex,
    communes: &BTreeSet<CommuneCode>,
) -> NamesByPerimeter {
    let source: Arc<str> = FROM_ADDRESSES.into();
    // On all cores: a search waits for the places of 860 communes.
    let named = communes
        .par_iter()
        .flat_map_iter(|code| named_places(snapshot, *code))
        .flat_map_iter(|place| {
            let (found, source) = (place.perimeters(zones), source.clone());
            found.into_iter().map(move |(id, extent)| {
                let name = PlaceName {
                    name: place.name.into(),
                    source: source.clone(),
                    extent,
                };
                (id, name)
            })
        });
    by_perimeter(named.collect::<Vec<_>>())
}

/// Returns the places that the addresses of a commune name, each once; not the commune itself.
fn named_places(snapshot: &Snapshot, commune: CommuneCode) -> Vec<NamedPlace<'_>> {
    let Ok(index) = snapshot.addresses() else {
        return Vec::new();
    };
    let own_name = snapshot
        .commune_record(commune)
        .map(|record| fold_name(record.name));
    let mut places: BTreeMap<String, NamedPlace<'_>> = BTreeMap::new();
    for part in index.places_in(commune) {
        let folded = fold_name(part.name);
        // Some communes write their own name as the lieu-dit of every address.
        if own_name.as_ref() == Some(&folded) {
            continue;
        }
        let place = places.entry(folded).or_insert(NamedPlace {
            name: part.name,
            positions: Vec::new(),
            has_numbers: false,
        });
        part.addresses.iter().for_each(|address| place.add(address));
    }
    places.into_values().collect()
}

impl NamedPlace<'_> {
    fn add(&mut self, address: &AddressInBox<'_>) {
        let is_number = address.number.is_some();
        // Numbers say where it reaches, which its own position does not.
        if is_number && !self.has_numbers {
            self.positions.clear();
        }
        if is_number || !self.has_numbers {
            // The position of a place is that of its name, not that of a door: it is where it is published.
            let uncertainty_m = address
                .number
                .map_or(0.0, |_| address.position.uncertainty_m());
            self.positions.push((address.point.into(), uncertainty_m));
        }
        self.has_numbers |= is_number;
    }

    /// Returns the perimeters that surely hold a position of it.
    fn perimeters(&self, zones: &PerimeterIndex) -> Vec<(PerimeterId, PlaceExtent)> {
        let points: Vec<Wgs84Point> = self.positions.iter().map(|(at, _)| at.wgs84).collect();
        let mut members = vec![Membership::NONE; points.len()];
        zones.memberships(&points, &mut members);
        // Most lie in none: only the others need their distance to a line, which costs ten times as much.
        let inside = self.positions.iter().zip(&members);
        let inside = inside.filter(|(_, found)| found.is_inside());
        let (inside, doubts_m): (Vec<Position>, Vec<f64>) = inside.map(|(at, _)| *at).unzip();
        let mut located = vec![Location::default(); inside.len()];
        zones.locate_all(&inside, &mut located);
        let mut counts: BTreeMap<PerimeterId, usize> = BTreeMap::new();
        for (location, doubt_m) in located.iter().zip(doubts_m) {
            if let Some(id) = sure_member(zones, location, doubt_m) {
                *counts.entry(id).or_default() += 1;
            }
        }
        counts
            .into_iter()
            .map(|(id, count)| (id, self.extent(count)))
            .collect()
    }

    /// Returns the part of it that so many of its positions are.
    fn extent(&self, count: usize) -> PlaceExtent {
        if !self.has_numbers {
            PlaceExtent::Point
        } else if count == self.positions.len() {
            PlaceExtent::Whole
        } else {
            PlaceExtent::Partial
        }
    }
}

/// Returns the perimeter that surely holds a position this uncertain.
fn sure_member(
    zones: &PerimeterIndex,
    location: &Location,
    uncertainty_m: f64,
) -> Option<PerimeterId> {
    // Of several, only the distance to the line of one is known.
    let [member] = location.members.as_slice() else {
        return None;
    };
    let verdict = classify(location, Some(uncertainty_m), zones.layer().precision_m);
    (verdict.zone == Zone::Qpv).then_some(*member)
}

/// Returns the names of the places of all lists, in one perimeter or in all.
fn names_of_lists(
    snapshot: &Snapshot,
    zones: &PerimeterIndex,
    only: Option<&Perimeter>,
) -> NamesByPerimeter {
    // A national list has 60,000 places, of which a perimeter has a dozen.
    let bounds = only.and_then(|perimeter| perimeter.outline.wgs84().bounding_rect());
    let mut found = Vec::new();
    for kind in snapshot.place_kinds() {
        let source: Arc<str> = kind.into();
        let sites = placed_sites(snapshot, kind).flatten();
        for (place, position) in sites.filter_map(|(place, at)| Some((place, at?))) {
            if bounds.is_some_and(|bounds| !bounds.intersects(&position.point.coord())) {
                continue;
            }
            let location = zones.locate(&position.point.into());
            let uncertainty_m = position.uncertainty_m.unwrap_or_default();
            if let Some(id) = sure_member(zones, &location, uncertainty_m) {
                let name = PlaceName {
                    name: place.name.as_str().into(),
                    source: source.clone(),
                    extent: PlaceExtent::Point,
                };
                found.push((id, name));
            }
        }
    }
    by_perimeter(found)
}

fn by_perimeter(found: Vec<(PerimeterId, PlaceName)>) -> NamesByPerimeter {
    let mut names = NamesByPerimeter::new();
    for (id, name) in found {
        names.entry(id).or_default().push(name);
    }
    names
}

/// Sorts names: those of addresses first, then by list and by name; a name of a list comes once.
fn sorted(mut names: Vec<PlaceName>) -> Vec<PlaceName> {
    names.sort_by_cached_key(|name| {
        let is_listed = &*name.source != FROM_ADDRESSES;
        (is_listed, name.source.clone(), fold_name(&name.name))
    });
    // Sites of one school, and the same quarter in two communes.
    names.dedup_by(|one, other| one.source == other.source && one.name == other.name);
    names
}
