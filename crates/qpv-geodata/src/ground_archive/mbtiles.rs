//! `MBTiles`, a database of tiles, rewritten as PMTiles: one format to serve, and no database open in a server.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use flate2::Compression as Level;
use flate2::write::GzEncoder;
use pmtiles::{Compression, PmTilesWriter, TileCoord, TileId, TileType};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use super::{GroundFormat, MAX_TILE_BYTES, MAX_ZOOM};

/// Returns true for a database.
pub(crate) fn is_sqlite(head: &[u8]) -> bool {
    head.starts_with(b"SQLite format 3\0")
}

/// Writes the tiles of the `MBTiles` at `path` as a PMTiles archive.
///
/// # Errors
/// The fault of the database, or of writing.
pub(crate) fn write_pmtiles(path: &Path, out: &File) -> Result<(), String> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    // Changes in a log would be missed, or files left beside somebody's file.
    if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        return Err("another program is writing it: save it there and close it".to_owned());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags).map_err(|fault| fault.to_string())?;
    let (ids, range) = tile_ids(&database)?;
    let metadata = metadata(&database)?;
    let first = tile(&database, *ids.first().ok_or("it holds no tile")?)?;
    let is_gzipped = first.starts_with(&[0x1f, 0x8b]);
    let plain = super::unpacked(&first, is_gzipped)?;
    let format = GroundFormat::sniff(&plain)
        .ok_or("its first tile is neither a vector tile nor a PNG, JPEG, WebP or AVIF picture")?;
    let is_vector = format == GroundFormat::Mvt;
    let compression = if is_vector {
        Compression::Gzip
    } else {
        Compression::None
    };
    let [west, south, east, north] = bounds(metadata.get("bounds"));
    let mut writer = PmTilesWriter::new(tile_type(format))
        .precompressed(compression)
        .min_zoom(range[0])
        .max_zoom(range[1])
        .bounds(west, south, east, north)
        .center(f64::midpoint(west, east), f64::midpoint(south, north))
        .center_zoom(range[0])
        .metadata(described(&metadata).to_string())
        .create(BufWriter::new(out))
        .map_err(|fault| fault.to_string())?;
    for id in ids {
        let content = tile(&database, id)?;
        if content.len() as u64 > MAX_TILE_BYTES {
            let bytes = content.len();
            return Err(format!(
                "a tile has {bytes} bytes, more than {MAX_TILE_BYTES}"
            ));
        }
        // One packing for all: some programs leave small tiles as they are.
        let content = if is_vector && !content.starts_with(&[0x1f, 0x8b]) {
            gzipped(&content)
        } else {
            content
        };
        writer
            .add_tile(TileCoord::from(id), &content)
            .map_err(|fault| fault.to_string())?;
    }
    writer.finalize().map_err(|fault| fault.to_string())
}

/// Returns the tiles in the order of the archive, and the first and last zoom.
fn tile_ids(database: &Connection) -> Result<(Vec<TileId>, [u8; 2]), String> {
    let mut rows = database
        .prepare("SELECT zoom_level, tile_column, tile_row FROM tiles")
        .map_err(|fault| format!("it is a database, but no MBTiles ({fault})"))?;
    let found = rows
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .map_err(|fault| fault.to_string())?;
    let (mut ids, mut range) = (Vec::new(), [u8::MAX, 0]);
    for row in found {
        let (z, x, y): (u8, u32, u32) =
            row.map_err(|fault| format!("a tile has no number: {fault}"))?;
        let coord = flipped(z, y).and_then(|y| TileCoord::new(z, x, y).ok());
        let coord = coord.ok_or_else(|| format!("there is no tile {z}/{x}/{y}"))?;
        range = [range[0].min(z), range[1].max(z)];
        ids.push(TileId::from(coord));
    }
    // In the order of the curve: neighbours lie close together, and directories stay small.
    ids.sort_unstable_by_key(|id| id.value());
    ids.dedup_by_key(|id| id.value());
    Ok((ids, range))
}

/// Returns the row counted from the other side: `MBTiles` counts from the south.
fn flipped(z: u8, y: u32) -> Option<u32> {
    let last = 1_u32.checked_shl(u32::from(z))?.checked_sub(1)?;
    last.checked_sub(y).filter(|_| z <= MAX_ZOOM)
}

fn tile(database: &Connection, id: TileId) -> Result<Vec<u8>, String> {
    let coord = TileCoord::from(id);
    let y = flipped(coord.z(), coord.y()).ok_or("a tile is out of range")?;
    let mut found = database
        .prepare_cached(
            "SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3",
        )
        .map_err(|fault| fault.to_string())?;
    found
        .query_row((coord.z(), coord.x(), y), |row| row.get(0))
        .map_err(|fault| {
            format!(
                "tile {}/{}/{y} cannot be read: {fault}",
                coord.z(),
                coord.x()
            )
        })
}

fn metadata(database: &Connection) -> Result<BTreeMap<String, String>, String> {
    let mut rows = database
        .prepare("SELECT name, value FROM metadata")
        .map_err(|fault| format!("it is a database, but no MBTiles ({fault})"))?;
    let found = rows
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(|fault| fault.to_string())?;
    // A value that is no text says nothing.
    Ok(found.filter_map(Result::ok).collect())
}

/// Returns the metadata of the archive: what the page needs of that of the database.
fn described(metadata: &BTreeMap<String, String>) -> Value {
    let inner = metadata
        .get("json")
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    let layers = inner.as_ref().and_then(|inner| inner.get("vector_layers"));
    json!({
        "name": metadata.get("name"),
        "attribution": metadata.get("attribution"),
        "vector_layers": layers.cloned().unwrap_or_else(|| json!([])),
    })
}

/// Reads `west,south,east,north`; the whole map where it is missing.
fn bounds(text: Option<&String>) -> [f64; 4] {
    let numbers: Vec<f64> = text
        .into_iter()
        .flat_map(|text| text.split(','))
        .filter_map(|number| number.trim().parse().ok())
        .collect();
    match numbers[..] {
        [west, south, east, north] if west < east && south < north => [west, south, east, north],
        _ => [-180.0, -85.0, 180.0, 85.0],
    }
}

fn tile_type(format: GroundFormat) -> TileType {
    match format {
        GroundFormat::Mvt => TileType::Mvt,
        GroundFormat::Png => TileType::Png,
        GroundFormat::Jpeg => TileType::Jpeg,
        GroundFormat::Webp => TileType::Webp,
        GroundFormat::Avif => TileType::Avif,
    }
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Level::new(6));
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("memory takes all")
}
