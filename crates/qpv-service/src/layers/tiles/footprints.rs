//! Parcels and buildings as layers of polygons, read tile by tile from the files that answers use.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use geo_types::{Coord, Rect};
use qpv_model::FootprintKind;
use qpv_tiles::{FeatureValue, FieldKind, GeoBounds, Tile, TileSource, encode_polygons};

use crate::ground::Ground;
use crate::layer_contract::LayerKind;

/// Outlines of a tile, at most: three times those of the densest streets of Paris. A file may be of anything.
const MAX_OUTLINES: usize = 15_000;
/// The part of a tile's side that outlines reach into its neighbours, as its buffer does.
const BUFFER_SHARE: f64 = 64.0 / 4096.0;
/// The identifier of a parcel.
const ID: &str = "id";

/// The parcels, or the buildings, as a layer.
#[derive(Debug)]
pub(super) struct FootprintTiles<'a> {
    ground: &'a Ground,
    footprints: FootprintKind,
}

impl<'a> FootprintTiles<'a> {
    pub(super) fn new(ground: &'a Ground, footprints: FootprintKind) -> Self {
        Self { ground, footprints }
    }

    pub(super) fn kind(&self) -> LayerKind {
        match self.footprints {
            FootprintKind::Parcels => LayerKind::Parcels,
            FootprintKind::Buildings => LayerKind::Buildings,
        }
    }
}

impl TileSource for FootprintTiles<'_> {
    fn name(&self) -> &str {
        self.kind().id()
    }

    fn zooms(&self) -> RangeInclusive<u8> {
        self.kind().zooms()
    }

    fn fields(&self) -> Vec<(&str, FieldKind)> {
        match self.footprints {
            FootprintKind::Parcels => vec![(ID, FieldKind::String)],
            FootprintKind::Buildings => Vec::new(),
        }
    }

    fn bounds(&self) -> Option<GeoBounds> {
        let extents = self.ground.extents(self.footprints).map(bounds_of);
        extents.reduce(|[west, south, east, north], [w, s, e, n]| {
            [west.min(w), south.min(s), east.max(e), north.max(n)]
        })
    }

    fn tiles(&self, zoom: u8) -> Vec<Tile> {
        let extents = self.ground.extents(self.footprints).map(bounds_of);
        // A set, for the files of neighbouring communes share tiles.
        let tiles: BTreeSet<Tile> = extents.flat_map(|it| Tile::within(it, zoom)).collect();
        tiles.into_iter().collect()
    }

    fn cut(&self, tile: Tile) -> Vec<u8> {
        let [west, south, east, north] = tile.bounds();
        let room = BUFFER_SHARE * (east - west);
        let lat_room = BUFFER_SHARE * (north - south);
        let around = Rect::new(
            Coord {
                x: west - room,
                y: south - lat_room,
            },
            Coord {
                x: east + room,
                y: north + lat_room,
            },
        );
        let found = match self.ground.within(self.footprints, around, |_| true) {
            Ok(found) => found,
            // A map lacks them then; answers say it themselves.
            Err(fault) => {
                tracing::warn!(%fault, "these outlines cannot be drawn");
                return Vec::new();
            }
        };
        let outlines = found.into_iter().take(MAX_OUTLINES).map(|footprint| {
            let properties = match self.footprints {
                FootprintKind::Parcels => vec![(ID.into(), FeatureValue::Text(footprint.id))],
                FootprintKind::Buildings => Vec::new(),
            };
            (footprint.outline, properties)
        });
        encode_polygons(self.name(), tile, outlines)
    }
}

fn bounds_of(extent: Rect<f64>) -> GeoBounds {
    let (low, high) = (extent.min(), extent.max());
    [low.x, low.y, high.x, high.y]
}
