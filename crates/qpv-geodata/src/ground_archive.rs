//! Archives of map tiles that lie under the perimeters: PMTiles (version 3) as they are, `MBTiles` rewritten as PMTiles.
//!
//! An archive is mapped into memory and never read as a whole: a tile is found by its directories, and handed out as the bytes
//! that are stored. Promises: lengths and offsets of a file are checked before they are followed, what is unpacked is bounded,
//! and a damaged archive is an error, never a panic.
//!
//! The `pmtiles` crate, which writes archives, reads them too, but only asynchronously and with a library of its own for
//! decompression; the directories are forty lines here.

mod directory;
mod mbtiles;
mod plain_words;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::Read;
use std::ops::Range;

use flate2::read::GzDecoder;
use pmtiles::{TileCoord, TileId};
use serde::{Deserialize, Serialize};

use directory::{DirectoryEntry, find_entry, parse_directory};

pub(crate) use mbtiles::{is_sqlite, write_pmtiles};
pub use plain_words::plain_words;

/// Bytes of the header of a PMTiles file.
const HEADER_BYTES: usize = 127;
/// Bytes of a tile: aerial photographs of 512 pixels have a tenth of it.
pub const MAX_TILE_BYTES: u64 = 8 << 20;
/// Bytes of a directory or of the metadata, unpacked: a directory of a country has some thousand entries.
const MAX_UNPACKED_BYTES: u64 = 64 << 20;
/// Directories below one another; archives have two.
const MAX_DEPTH: usize = 4;
/// The deepest zoom that map programs request.
const MAX_ZOOM: u8 = 24;
/// Tiles whose content is looked at when an archive is checked.
const CHECKED_TILES: u64 = 1_000;

/// The format of the tiles of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum GroundFormat {
    /// Vector tiles.
    Mvt,
    /// Pictures.
    Png,
    /// Pictures.
    Jpeg,
    /// Pictures.
    Webp,
    /// Pictures.
    Avif,
}

impl GroundFormat {
    /// Returns the media type of a tile.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Mvt => "application/vnd.mapbox-vector-tile",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
        }
    }

    /// Returns its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns true when a tile begins as this format does.
    fn is_beginning(self, tile: &[u8]) -> bool {
        match self {
            // A field of layers is the only one of a vector tile.
            Self::Mvt => tile.first() == Some(&0x1a),
            Self::Png => tile.starts_with(b"\x89PNG"),
            Self::Jpeg => tile.starts_with(b"\xff\xd8\xff"),
            Self::Webp => tile.starts_with(b"RIFF") && tile.get(8..12) == Some(b"WEBP"),
            Self::Avif => tile.get(4..8) == Some(b"ftyp"),
        }
    }

    /// Returns the format that a tile begins as.
    fn sniff(tile: &[u8]) -> Option<Self> {
        [Self::Png, Self::Jpeg, Self::Webp, Self::Avif, Self::Mvt]
            .into_iter()
            .find(|format| format.is_beginning(tile))
    }
}

/// The description of an archive, as its header and metadata give it.
#[derive(Debug, Clone, PartialEq)]
pub struct GroundSummary {
    /// The format of its tiles.
    pub format: GroundFormat,
    /// True if each tile is packed with gzip.
    pub is_gzipped: bool,
    /// The first zoom with tiles.
    pub min_zoom: u8,
    /// The last one.
    pub max_zoom: u8,
    /// West, south, east, north, WGS 84 degrees.
    pub bounds: [f64; 4],
    /// The name it gives itself.
    pub name: Option<String>,
    /// Its attribution, in plain words.
    pub attribution: Option<String>,
    /// The names of the layers inside vector tiles.
    pub vector_layers: Vec<String>,
}

/// The numbers of a check of a whole archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroundCounts {
    /// Tiles, those that share their content counted each.
    pub tiles: u64,
}

/// A walk through the directories of an archive.
#[derive(Debug, Default)]
struct ArchiveWalk {
    /// One tile of so many is looked at.
    step: u64,
    entries: u64,
    tiles: u64,
    /// The tile behind the last one.
    end: u64,
}

/// The bytes of an archive: a mapped file, or memory.
pub type GroundBytes = Box<dyn AsRef<[u8]> + Send + Sync>;

/// An archive of tiles, mapped into memory.
pub struct GroundArchive {
    bytes: GroundBytes,
    summary: GroundSummary,
    is_internally_gzipped: bool,
    root: Vec<DirectoryEntry>,
    leaves: Range<usize>,
    data: Range<usize>,
}

impl fmt::Debug for GroundArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GroundArchive({:?})", self.summary)
    }
}

impl GroundArchive {
    /// Opens an archive; its directories below the first one are read when tiles are asked for.
    ///
    /// # Errors
    /// The fault of the file.
    pub fn open(bytes: GroundBytes) -> Result<Self, String> {
        let content = (*bytes).as_ref();
        let header = content
            .get(..HEADER_BYTES)
            .ok_or("it ends within its header")?;
        refuse_others(header)?;
        let is_internally_gzipped = is_gzip(header[97], "its directories")?;
        let format = format(header[99])?;
        let is_gzipped = is_gzip(header[98], "its tiles")?;
        let root = part(content, header, 8, "directory")?;
        let metadata = part(content, header, 24, "metadata")?;
        let leaves = part(content, header, 40, "leaf directories")?;
        let data = part(content, header, 56, "tiles")?;
        let root = unpacked(&content[root], is_internally_gzipped)?;
        let root = parse_directory(&root)?;
        let metadata = unpacked(&content[metadata], is_internally_gzipped)?;
        let (min_zoom, max_zoom) = (header[100], header[101]);
        if min_zoom > max_zoom || max_zoom > MAX_ZOOM {
            return Err(format!("its zooms are {min_zoom} to {max_zoom}"));
        }
        let summary = GroundSummary {
            min_zoom,
            max_zoom,
            bounds: bounds(header),
            ..summary(format, is_gzipped, &metadata)?
        };
        Ok(Self {
            bytes,
            summary,
            is_internally_gzipped,
            root,
            leaves,
            data,
        })
    }

    /// Returns its description.
    #[must_use]
    pub fn summary(&self) -> &GroundSummary {
        &self.summary
    }

    /// Returns a tile as it is stored; `None` where the archive has none.
    ///
    /// # Errors
    /// The fault of the file.
    pub fn tile(&self, z: u8, x: u32, y: u32) -> Result<Option<&[u8]>, String> {
        if !(self.summary.min_zoom..=self.summary.max_zoom).contains(&z) {
            return Ok(None);
        }
        let Ok(coord) = TileCoord::new(z, x, y) else {
            return Ok(None);
        };
        let id = TileId::from(coord).value();
        let mut found = find_entry(&self.root, id);
        for _ in 0..MAX_DEPTH {
            let Some(entry) = found else { return Ok(None) };
            if entry.run_length > 0 {
                return self.tile_content(entry).map(Some);
            }
            found = find_entry(&self.leaf(entry)?, id);
        }
        Err("its directories do not end".to_owned())
    }

    /// Walks all directories and looks at tiles spread over the archive.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self) -> Result<GroundCounts, String> {
        let announced = &self.content()[80..88];
        let announced = u64::from_le_bytes(announced.try_into().expect("eight bytes"));
        let mut walk = ArchiveWalk {
            // All tiles of a country would take minutes; cut or altered files show in a thousand.
            step: (announced / CHECKED_TILES).max(1),
            ..ArchiveWalk::default()
        };
        self.walk(&self.root, MAX_DEPTH, &mut walk)?;
        if walk.tiles == 0 {
            return Err("it holds no tile".to_owned());
        }
        Ok(GroundCounts { tiles: walk.tiles })
    }

    fn walk(
        &self,
        directory: &[DirectoryEntry],
        depth: usize,
        walk: &mut ArchiveWalk,
    ) -> Result<(), String> {
        if depth == 0 {
            return Err("its directories do not end".to_owned());
        }
        for entry in directory {
            if entry.run_length == 0 {
                self.walk(&self.leaf(*entry)?, depth - 1, walk)?;
                continue;
            }
            // A tile that two entries claim would be found or not by chance.
            if entry.first_id < walk.end {
                return Err("its directories overlap".to_owned());
            }
            let run_length = u64::from(entry.run_length);
            let content = self.tile_content(*entry)?;
            if walk.entries.is_multiple_of(walk.step) {
                self.check_content(content)?;
            }
            walk.end = entry.first_id.saturating_add(run_length);
            walk.entries += 1;
            walk.tiles += run_length;
        }
        Ok(())
    }

    fn check_content(&self, content: &[u8]) -> Result<(), String> {
        let tile = unpacked(content, self.summary.is_gzipped)
            .map_err(|fault| format!("a tile cannot be unpacked: {fault}"))?;
        // An empty vector tile is a whole one.
        if tile.is_empty() || self.summary.format.is_beginning(&tile) {
            return Ok(());
        }
        let format = self.summary.format.name();
        Err(format!("a tile is not {format}, as its header says"))
    }

    fn content(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    fn leaf(&self, entry: DirectoryEntry) -> Result<Vec<DirectoryEntry>, String> {
        let content = within(&self.leaves, entry).ok_or("a directory lies outside the file")?;
        let unpacked = unpacked(&self.content()[content], self.is_internally_gzipped)?;
        parse_directory(&unpacked)
    }

    fn tile_content(&self, entry: DirectoryEntry) -> Result<&[u8], String> {
        if u64::from(entry.length) > MAX_TILE_BYTES {
            return Err(format!(
                "a tile has {} bytes, more than {MAX_TILE_BYTES}",
                entry.length
            ));
        }
        let content = within(&self.data, entry).ok_or("a tile lies outside the file")?;
        Ok(&self.content()[content])
    }
}

/// Returns a vector tile without its packing.
///
/// # Errors
/// The fault of the tile.
pub fn inflated_tile(tile: &[u8]) -> Result<Vec<u8>, String> {
    unpacked(tile, true)
}

/// Returns the place of an entry within a part of the file.
fn within(part: &Range<usize>, entry: DirectoryEntry) -> Option<Range<usize>> {
    let start = part
        .start
        .checked_add(usize::try_from(entry.offset).ok()?)?;
    let end = start.checked_add(usize::try_from(entry.length).ok()?)?;
    (end <= part.end).then_some(start..end)
}

/// Refuses what is no PMTiles of version 3, by name where it is known.
fn refuse_others(header: &[u8]) -> Result<(), String> {
    if !header.starts_with(b"PM") {
        return Err("it is neither PMTiles nor MBTiles".to_owned());
    }
    if !header.starts_with(b"PMTiles\x03") {
        return Err(
            "it is PMTiles of another version than 3: `pmtiles convert` makes one of it".to_owned(),
        );
    }
    Ok(())
}

fn format(number: u8) -> Result<GroundFormat, String> {
    Ok(match number {
        1 => GroundFormat::Mvt,
        2 => GroundFormat::Png,
        3 => GroundFormat::Jpeg,
        4 => GroundFormat::Webp,
        5 => GroundFormat::Avif,
        other => {
            return Err(format!(
                "its tiles are of type {other}; vector tiles (MVT), PNG, JPEG, WebP and AVIF are read"
            ));
        }
    })
}

fn is_gzip(number: u8, what: &str) -> Result<bool, String> {
    match number {
        1 => Ok(false),
        2 => Ok(true),
        other => Err(format!(
            "{what} are packed by method {other}; gzip and no packing are read"
        )),
    }
}

/// Returns a part of the file by its offset and length in the header.
fn part(content: &[u8], header: &[u8], at: usize, name: &str) -> Result<Range<usize>, String> {
    let [offset, length] = [at, at + 8].map(|at| {
        let bytes = header[at..at + 8].try_into().expect("eight bytes");
        usize::try_from(u64::from_le_bytes(bytes)).unwrap_or(usize::MAX)
    });
    offset
        .checked_add(length)
        .filter(|end| *end <= content.len())
        .map(|end| offset..end)
        .ok_or_else(|| format!("it is cut: its {name} lie beyond its end"))
}

/// Returns the envelope of a header, kept within the map.
fn bounds(header: &[u8]) -> [f64; 4] {
    let [west, south, east, north] = [102, 106, 110, 114].map(|at: usize| {
        let bytes = header[at..at + 4].try_into().expect("four bytes");
        f64::from(i32::from_le_bytes(bytes)) / 1e7
    });
    // Some programs leave it empty; maps would then request nothing.
    if west < east && south < north {
        [west, south, east, north]
    } else {
        [-180.0, -85.0, 180.0, 85.0]
    }
}

/// Reads the metadata, a JSON object.
fn summary(
    format: GroundFormat,
    is_gzipped: bool,
    metadata: &[u8],
) -> Result<GroundSummary, String> {
    #[derive(Default, Deserialize)]
    struct Metadata {
        name: Option<String>,
        attribution: Option<String>,
        #[serde(default)]
        vector_layers: Vec<NamedLayer>,
    }
    #[derive(Deserialize)]
    struct NamedLayer {
        id: String,
    }
    // The format lets it be empty.
    let read: Metadata = if metadata.is_empty() {
        Metadata::default()
    } else {
        serde_json::from_slice(metadata)
            .map_err(|fault| format!("its metadata cannot be read ({fault})"))?
    };
    Ok(GroundSummary {
        format,
        is_gzipped,
        min_zoom: 0,
        max_zoom: 0,
        bounds: [0.0; 4],
        name: read.name.as_deref().and_then(plain_words),
        attribution: read.attribution.as_deref().and_then(plain_words),
        vector_layers: read.vector_layers.into_iter().map(|it| it.id).collect(),
    })
}

/// Unpacks a bounded number of bytes.
fn unpacked(bytes: &[u8], is_gzipped: bool) -> Result<Vec<u8>, String> {
    if !is_gzipped || bytes.is_empty() {
        return Ok(bytes.to_vec());
    }
    let mut content = Vec::new();
    GzDecoder::new(bytes)
        .take(MAX_UNPACKED_BYTES + 1)
        .read_to_end(&mut content)
        .map_err(|fault| fault.to_string())?;
    if content.len() as u64 > MAX_UNPACKED_BYTES {
        return Err(format!(
            "it unpacks to more than {MAX_UNPACKED_BYTES} bytes"
        ));
    }
    Ok(content)
}
