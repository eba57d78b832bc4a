//! All tiles of some layers in one PMTiles file (version 3), which a static host serves by ranges of bytes.
//!
//! Tiles are gzipped and lie in the order of the format's curve; those that are the same are stored once.

use std::collections::BTreeSet;
use std::io::{Seek, Write};
use std::ops::RangeInclusive;

use flate2::Compression as Level;
use flate2::write::GzEncoder;
use pmtiles::{Compression, PmTilesWriter, PmtError, TileCoord, TileId, TileType};
use rayon::prelude::*;
use serde_json::json;

use crate::grid::{GeoBounds, Tile};
use crate::layer::TileSource;

/// Tiles cut at once, on all cores, before they are written: the most that is kept in memory.
const TILES_PER_BATCH: usize = 2048;

/// The content of an archive apart from its tiles.
#[derive(Debug, Clone, Default)]
pub struct ArchiveOptions {
    /// Zooms, within those of the layers.
    pub zooms: Option<RangeInclusive<u8>>,
    /// Name of the whole.
    pub name: String,
    /// The attribution of the data.
    pub attribution: String,
    /// More members of the metadata, such as the digest of the data.
    pub metadata: Vec<(&'static str, String)>,
}

/// The size of a written archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveReport {
    /// Tiles with something in them.
    pub tiles: u64,
    /// Bytes of them all, compressed; a tile that occurs several times is counted each time.
    pub bytes: u64,
}

/// No archive was made.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// There is nothing to write.
    #[error("these layers have no feature at these zooms")]
    Empty,
    /// The file could not be written.
    #[error("the archive cannot be written: {0}")]
    Write(#[from] PmtError),
}

/// Writes all tiles of some layers. `progress` receives the number of tiles done and that of all tiles.
///
/// # Errors
/// [`ArchiveError`]; the bytes written until then are no archive.
pub fn write_archive(
    layers: &[&dyn TileSource],
    options: &ArchiveOptions,
    out: impl Write + Seek,
    mut progress: impl FnMut(usize, usize),
) -> Result<ArchiveReport, ArchiveError> {
    // Listed first: the header needs the zooms, the envelope and the centre.
    let tiles = candidates(layers, options.zooms.as_ref());
    let bounds = layers
        .iter()
        .copied()
        .filter_map(TileSource::bounds)
        .reduce(joined);
    let (Some(bounds), Some(first), Some(last)) = (bounds, tiles.first(), tiles.last()) else {
        return Err(ArchiveError::Empty);
    };
    let [west, south, east, north] = bounds;
    let (min, max) = (zoom_of(*first), zoom_of(*last));
    let writer = PmTilesWriter::new(TileType::Mvt)
        .precompressed(Compression::Gzip)
        .min_zoom(min)
        .max_zoom(max);
    // A viewer opens at the least zoom, where the whole of the data is in sight.
    let writer = writer.bounds(west, south, east, north).center_zoom(min);
    // The place where a viewer opens the archive.
    let (lon, lat) = middle(&tiles, max);
    let writer = writer.center(lon, lat);
    let mut writer = writer.metadata(metadata(layers, options)).create(out)?;
    let mut report = ArchiveReport { tiles: 0, bytes: 0 };
    // Chunk by chunk: the tiles of the whole country do not have to fit in memory.
    for (done, chunk) in tiles.chunks(TILES_PER_BATCH).enumerate() {
        progress(done * TILES_PER_BATCH, tiles.len());
        // In the order of the curve, which the format calls clustered: neighbouring tiles lie
        // close together.
        for (coord, bytes) in cut(layers, chunk) {
            writer.add_tile(coord, &bytes)?;
            report = ArchiveReport {
                tiles: report.tiles + 1,
                bytes: report.bytes + bytes.len() as u64,
            };
        }
    }
    progress(tiles.len(), tiles.len());
    writer.finalize()?;
    Ok(report)
}

/// Returns the tiles that may hold something, in the order they are written.
fn candidates(layers: &[&dyn TileSource], zooms: Option<&RangeInclusive<u8>>) -> Vec<TileId> {
    let mut pairs: Vec<(&dyn TileSource, u8)> = Vec::new();
    for layer in layers {
        let wanted = layer
            .zooms()
            .filter(|zoom| zooms.is_none_or(|zooms| zooms.contains(zoom)));
        pairs.extend(wanted.map(|zoom| (*layer, zoom)));
    }
    // A set, for several layers name the same tile, and in the order of the format's curve.
    let found = pairs
        .par_iter()
        .map(|(layer, zoom)| tile_ids(*layer, *zoom))
        .reduce(BTreeSet::new, |mut one, other| {
            one.extend(other);
            one
        });
    found.into_iter().collect()
}

fn tile_ids(layer: &dyn TileSource, zoom: u8) -> BTreeSet<TileId> {
    let tiles = layer.tiles(zoom).into_iter();
    tiles
        // Nothing is dropped here: the numbers of a tile are within its zoom.
        .filter_map(|tile| coord(tile).ok())
        .map(TileId::from)
        .collect()
}

/// Returns the longitude and latitude in the middle of a zoom's tiles: half of them lie west, half north. The middle of the
/// envelope would lie in an ocean, for some features are overseas.
fn middle(tiles: &[TileId], zoom: u8) -> (f64, f64) {
    let deepest = tiles
        .iter()
        .map(|id| TileCoord::from(*id))
        .filter(|coord| coord.z() == zoom);
    let (columns, rows): (Vec<u32>, Vec<u32>) = deepest.map(|coord| (coord.x(), coord.y())).unzip();
    let tile = Tile::new(zoom, median(columns), median(rows));
    let [west, south, east, north] = tile.map(Tile::bounds).unwrap_or_default();
    (f64::midpoint(west, east), f64::midpoint(south, north))
}

fn median(mut numbers: Vec<u32>) -> u32 {
    let half = numbers.len() / 2;
    // A whole sort is not needed for the one in the middle.
    *numbers.select_nth_unstable(half).1
}

/// Cuts some tiles and compresses those that are not empty.
fn cut(layers: &[&dyn TileSource], tiles: &[TileId]) -> Vec<(TileCoord, Vec<u8>)> {
    tiles
        .par_iter()
        .filter_map(|id| cut_tile(layers, TileCoord::from(*id)))
        .collect()
}

/// Cuts a tile and compresses it; `None` when it is empty.
fn cut_tile(layers: &[&dyn TileSource], coord: TileCoord) -> Option<(TileCoord, Vec<u8>)> {
    // A layer is cut at its own zooms only: others have no drawing of it.
    let tile = Tile::new(coord.z(), coord.x(), coord.y()).ok()?;
    let layers = layers
        .iter()
        .filter(|layer| layer.zooms().contains(&tile.z()));
    // Layers are repeated fields of one message: their bytes simply follow each other.
    let bytes: Vec<u8> = layers.flat_map(|layer| layer.cut(tile)).collect();
    // An archive is written once and read for years: the best compression pays.
    (!bytes.is_empty()).then(|| (coord, gzipped(&bytes, Level::best())))
}

/// Compresses bytes with gzip; the same bytes always give the same result.
#[must_use]
pub fn gzipped(bytes: &[u8], level: Level) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), level);
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("memory takes all")
}

fn coord(tile: Tile) -> Result<TileCoord, PmtError> {
    TileCoord::new(tile.z(), tile.x(), tile.y())
}

fn zoom_of(id: TileId) -> u8 {
    TileCoord::from(id).z()
}

fn joined(one: GeoBounds, other: GeoBounds) -> GeoBounds {
    [
        one[0].min(other[0]),
        one[1].min(other[1]),
        one[2].max(other[2]),
        one[3].max(other[3]),
    ]
}

fn metadata(layers: &[&dyn TileSource], options: &ArchiveOptions) -> String {
    let vector_layers = layers.iter().map(|layer| {
        let zooms = layer.zooms();
        let fields = layer.fields().into_iter().map(|(name, kind)| (name.to_owned(), json!(kind.as_str())));
        let fields: serde_json::Map<String, serde_json::Value> = fields.collect();
        json!({"id": layer.name(), "fields": fields, "minzoom": zooms.start(), "maxzoom": zooms.end()})
    });
    let mut metadata = json!({
        "name": options.name,
        "attribution": options.attribution,
        // Drawn over a background map.
        "type": "overlay",
        "vector_layers": vector_layers.collect::<Vec<_>>(),
    });
    for (name, value) in &options.metadata {
        metadata[*name] = json!(value);
    }
    metadata.to_string()
}
