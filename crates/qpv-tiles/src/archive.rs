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

use crate::{Bounds, Source, Tile};

/// Tiles cut before they are written: what is kept in memory at once.
const CHUNK: usize = 2048;

/// What is written besides tiles.
#[derive(Debug, Clone, Default)]
pub struct ArchiveOptions {
    /// Zooms, within those of the layers.
    pub zooms: Option<RangeInclusive<u8>>,
    /// Name of the whole.
    pub name: String,
    /// Whom the data is due to.
    pub attribution: String,
    /// More members of the metadata, such as the digest of the data.
    pub metadata: Vec<(&'static str, String)>,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveReport {
    /// Tiles with something in them.
    pub tiles: u64,
    /// Bytes of them all, compressed, the same ones counted each time.
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

/// Writes all tiles of some layers. `progress` is told how many tiles are done, and of how many.
///
/// # Errors
/// [`ArchiveError`]; what was written then is no archive.
pub fn write_archive(
    layers: &[&dyn Source],
    options: &ArchiveOptions,
    out: impl Write + Seek,
    mut progress: impl FnMut(usize, usize),
) -> Result<ArchiveReport, ArchiveError> {
    let tiles = candidates(layers, options.zooms.as_ref());
    let bounds = layers
        .iter()
        .copied()
        .filter_map(Source::bounds)
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
    let writer = writer.bounds(west, south, east, north).center_zoom(min);
    let (lon, lat) = middle(&tiles, max);
    let writer = writer.center(lon, lat);
    let mut writer = writer.metadata(metadata(layers, options)).create(out)?;
    let mut report = ArchiveReport { tiles: 0, bytes: 0 };
    for (done, chunk) in tiles.chunks(CHUNK).enumerate() {
        progress(done * CHUNK, tiles.len());
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

/// The tiles that may hold something, in the order they are written.
fn candidates(layers: &[&dyn Source], zooms: Option<&RangeInclusive<u8>>) -> Vec<TileId> {
    let wanted = |zoom: &u8| zooms.is_none_or(|wanted| wanted.contains(zoom));
    let pairs: Vec<(&dyn Source, u8)> = layers
        .iter()
        .flat_map(|layer| layer.zooms().filter(wanted).map(|zoom| (*layer, zoom)))
        .collect();
    let ids = |(layer, zoom): &(&dyn Source, u8)| {
        let coords = layer
            .tiles(*zoom)
            .into_iter()
            .filter_map(|tile| coord(tile).ok());
        coords.map(TileId::from).collect::<BTreeSet<TileId>>()
    };
    let found = pairs
        .par_iter()
        .map(ids)
        .reduce(BTreeSet::new, |mut one, other| {
            one.extend(other);
            one
        });
    found.into_iter().collect()
}

/// Where half of a zoom's tiles are west and half are north of: among most features, though some are overseas.
fn middle(tiles: &[TileId], zoom: u8) -> (f64, f64) {
    let deepest = tiles
        .iter()
        .map(|id| TileCoord::from(*id))
        .filter(|coord| coord.z() == zoom);
    let (mut columns, mut rows): (Vec<u32>, Vec<u32>) =
        deepest.map(|coord| (coord.x(), coord.y())).unzip();
    let median = |all: &mut Vec<u32>| {
        let half = all.len() / 2;
        *all.select_nth_unstable(half).1
    };
    let tile = Tile::new(zoom, median(&mut columns), median(&mut rows));
    let [west, south, east, north] = tile.map(Tile::bounds).unwrap_or_default();
    (f64::midpoint(west, east), f64::midpoint(south, north))
}

/// The tiles of some layers that are not empty, one after the other, compressed.
fn cut(layers: &[&dyn Source], tiles: &[TileId]) -> Vec<(TileCoord, Vec<u8>)> {
    let bytes = |id: &TileId| {
        let coord = TileCoord::from(*id);
        let tile = Tile::new(coord.z(), coord.x(), coord.y()).ok()?;
        let layers = layers
            .iter()
            .filter(|layer| layer.zooms().contains(&tile.z()));
        let bytes: Vec<u8> = layers.flat_map(|layer| layer.cut(tile)).collect();
        (!bytes.is_empty()).then(|| (coord, gzipped(&bytes, Level::best())))
    };
    tiles.par_iter().filter_map(bytes).collect()
}

/// Bytes compressed with gzip; the same ones give the same.
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

fn joined(one: Bounds, other: Bounds) -> Bounds {
    [
        one[0].min(other[0]),
        one[1].min(other[1]),
        one[2].max(other[2]),
        one[3].max(other[3]),
    ]
}

fn metadata(layers: &[&dyn Source], options: &ArchiveOptions) -> String {
    let vector_layers = layers.iter().map(|layer| {
        let zooms = layer.zooms();
        let fields = layer.fields().into_iter().map(|(name, kind)| (name.to_owned(), json!(kind.as_str())));
        let fields: serde_json::Map<String, serde_json::Value> = fields.collect();
        json!({"id": layer.name(), "fields": fields, "minzoom": zooms.start(), "maxzoom": zooms.end()})
    });
    let mut metadata = json!({
        "name": options.name,
        "attribution": options.attribution,
        "type": "overlay",
        "vector_layers": vector_layers.collect::<Vec<_>>(),
    });
    for (name, value) in &options.metadata {
        metadata[*name] = json!(value);
    }
    metadata.to_string()
}
