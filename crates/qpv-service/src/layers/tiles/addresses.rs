//! Names of streets and numbers of addresses, as layers of points taken from the index of addresses tile by tile.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use geo_types::Coord;
use qpv_addresses::{AddressInBox, AddressIndex};
use qpv_tiles::{FieldKind, GeoBounds, Tile, TileSource, encode_lines, encode_points};

use super::street_path::street_paths;
use crate::layer_contract::LayerKind;

/// Room around a tile in which numbers are looked for, of its side: at zoom 14 as far as two numbers of a line are apart, so that
/// a line that only passes is drawn too.
const MARGIN_SHARE: f64 = 0.15;

/// The part of the addresses that a layer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddressLayer {
    /// A point for each street in each tile: the address nearest to the middle of its addresses there.
    Streets,
    /// Lines through the numbers of each street.
    Lines,
    /// A point for each address with a number.
    Numbers,
}

impl AddressLayer {
    pub(super) fn id(self) -> &'static str {
        self.kind().id()
    }

    pub(super) fn kind(self) -> LayerKind {
        match self {
            Self::Streets => LayerKind::Streets,
            Self::Lines => LayerKind::StreetLines,
            Self::Numbers => LayerKind::Addresses,
        }
    }

    fn field(self) -> &'static str {
        match self {
            Self::Streets | Self::Lines => "name",
            Self::Numbers => "housenumber",
        }
    }

    pub(super) fn over(self, index: Option<&AddressIndex>) -> Addresses<'_> {
        Addresses { layer: self, index }
    }
}

/// The addresses of an index as a layer.
#[derive(Debug)]
pub(super) struct Addresses<'a> {
    layer: AddressLayer,
    index: Option<&'a AddressIndex>,
}

impl TileSource for Addresses<'_> {
    fn name(&self) -> &str {
        self.layer.id()
    }

    fn zooms(&self) -> RangeInclusive<u8> {
        self.layer.kind().zooms()
    }

    fn fields(&self) -> Vec<(&str, FieldKind)> {
        vec![(self.layer.field(), FieldKind::String)]
    }

    fn bounds(&self) -> Option<GeoBounds> {
        let squares = self.index.into_iter().flat_map(AddressIndex::squares);
        squares.reduce(|[west, south, east, north], [w, s, e, n]| {
            [west.min(w), south.min(s), east.max(e), north.max(n)]
        })
    }

    fn tiles(&self, zoom: u8) -> Vec<Tile> {
        let squares = self.index.into_iter().flat_map(AddressIndex::squares);
        // A set, for several squares of the index meet the same tile.
        let tiles: BTreeSet<Tile> = squares
            .flat_map(|bounds| Tile::within(bounds, zoom))
            .collect();
        tiles.into_iter().collect()
    }

    fn cut(&self, tile: Tile) -> Vec<u8> {
        let Some(index) = self.index else {
            return Vec::new();
        };
        if self.layer == AddressLayer::Lines {
            let lines = street_lines(index, tile.bounds()).into_iter();
            return encode_lines(self.name(), tile, self.layer.field(), lines);
        }
        let found = index.within(tile.bounds());
        let (layer, field) = (self.name(), self.layer.field());
        match self.layer {
            AddressLayer::Numbers => {
                let numbers =
                    found.filter_map(|address| Some((at(&address), housenumber(&address)?)));
                encode_points(layer, tile, field, numbers)
            }
            AddressLayer::Streets | AddressLayer::Lines => {
                encode_points(layer, tile, field, streets(found.collect()).into_iter())
            }
        }
    }
}

/// Returns the lines of all streets with a number in a box or near it.
fn street_lines(
    index: &AddressIndex,
    [west, south, east, north]: GeoBounds,
) -> Vec<(Vec<Coord<f64>>, Cow<'_, str>)> {
    let room = MARGIN_SHARE * (east - west);
    let lat_room = MARGIN_SHARE * (north - south);
    let near = [west - room, south - lat_room, east + room, north + lat_room];
    let numbered = index.within(near).filter(|it| it.number.is_some());
    // By row, so that a tile always has the same bytes.
    let named: BTreeMap<u32, &str> = numbered.map(|it| (it.street, it.name)).collect();
    let mut lines = Vec::new();
    for (street, name) in named {
        let numbers = index
            .on_street(street)
            .filter_map(|address| Some((address.number?, at(&address))));
        let paths = street_paths(&numbers.collect::<Vec<_>>());
        lines.extend(paths.into_iter().map(|path| (path, Cow::Borrowed(name))));
    }
    lines
}

fn at(address: &AddressInBox<'_>) -> Coord<f64> {
    address.point.coord()
}

fn housenumber<'a>(address: &AddressInBox<'a>) -> Option<Cow<'a, str>> {
    let number = address.number?;
    Some(match address.suffix {
        "" => number.to_string().into(),
        suffix => format!("{number} {suffix}").into(),
    })
}

/// The name of each street at one of these addresses of it.
fn streets(mut found: Vec<AddressInBox<'_>>) -> Vec<(Coord<f64>, Cow<'_, str>)> {
    found.sort_by_key(|address| address.street);
    let streets = found.chunk_by(|one, other| one.street == other.street);
    let named = streets.filter_map(|street| {
        let count = street.len() as f64;
        let mean = street
            .iter()
            .map(at)
            .fold(Coord::zero(), |sum, at| sum + at)
            / count;
        let middle = street.iter().min_by(|one, other| {
            squared_degrees(at(one), mean).total_cmp(&squared_degrees(at(other), mean))
        })?;
        Some((at(middle), Cow::Borrowed(middle.name)))
    });
    named.collect()
}

/// Returns the square of the distance of two points, in degrees.
fn squared_degrees(one: Coord<f64>, other: Coord<f64>) -> f64 {
    // A degree is longer northward than eastward: near enough to choose one of the addresses.
    let by = one - other;
    by.x.mul_add(by.x, by.y * by.y)
}
