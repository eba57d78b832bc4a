//! Names of streets and numbers of addresses, as layers of points taken from the index of addresses tile by tile.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use geo_types::Coord;
use qpv_addresses::{AddressInBox, AddressIndex};
use qpv_tiles::{FieldKind, GeoBounds, Tile, TileSource, encode_points};

use crate::layer_contract::LayerKind;

/// The part of the addresses that a layer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddressLayer {
    /// A point for each street in each tile: the address nearest to the middle of its addresses there.
    Streets,
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
            Self::Numbers => LayerKind::Addresses,
        }
    }

    fn field(self) -> &'static str {
        match self {
            Self::Streets => "name",
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
        let found = self
            .index
            .into_iter()
            .flat_map(|index| index.within(tile.bounds()));
        let (layer, field) = (self.name(), self.layer.field());
        match self.layer {
            AddressLayer::Numbers => {
                let numbers =
                    found.filter_map(|address| Some((at(&address), housenumber(&address)?)));
                encode_points(layer, tile, field, numbers)
            }
            AddressLayer::Streets => {
                encode_points(layer, tile, field, streets(found.collect()).into_iter())
            }
        }
    }
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
