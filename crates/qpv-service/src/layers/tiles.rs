//! Vector tiles of the layers of a snapshot: which layers there are, their tiles, and an archive of them.
//!
//! Layers are made when they are first asked for ([`DerivedData::tiles`](crate::DerivedData::tiles)), and live as long as
//! their snapshot. Tiles cut are kept compressed, up to [`CACHE_BYTES`]. Which layers, with which attributes, is in `layers`
//! and `counts`; the contract is in `tiles/README.md`.
//!
//! Promises: the same dataset and program give the same bytes, under one [`Tiles::version`]. Refuses: addresses of the
//! web, settings.

mod addresses;
mod commune_names;
mod footprints;
mod layers;
mod street_path;

use std::io::{Read, Seek, Write};
use std::ops::RangeInclusive;
use std::sync::Arc;

use flate2::Compression;
use flate2::read::GzDecoder;
use geo::BoundingRect;
use qpv_french::{key, sentence};
use qpv_model::{FootprintKind, Perimeter, Territory, Vintage};
use qpv_tiles::{
    ArchiveOptions, FeatureLayer, FieldKind, GeoBounds, TileSource, gzipped, write_archive,
};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

pub use qpv_tiles::{ArchiveError, ArchiveReport, DEEPEST_ZOOM, MAX_ZOOM, Tile, TileError};

pub use crate::layer_contract::LayerKind;
pub use crate::unknown_layer::UnknownLayer;

use crate::snapshot::Snapshot;
use addresses::AddressLayer;
use footprints::FootprintTiles;

/// Bytes of the tiles kept for one dataset.
pub const CACHE_BYTES: u64 = 64 << 20;
/// Bytes that a tile kept takes in addition to its own.
const ENTRY_BYTES: u64 = 96;
/// Tiles are compressed for one reader at once here: quickly rather than as small as can be.
const LEVEL: u32 = 4;
/// Hexadecimal digits of the digest that tell datasets apart in a version.
const DIGITS: usize = 16;

/// A layer that tiles are cut of.
#[derive(Debug)]
pub struct TileLayer {
    /// Its name, in addresses and in tiles.
    pub id: String,
    /// Its kind.
    pub kind: LayerKind,
    /// Its vintage, where it is of one.
    pub vintage: Option<Vintage>,
    /// The town's name for it, for a custom layer; that of a zoning.
    pub name: Option<String>,
    /// Its name for people, in French, for a zoning.
    pub label: Option<String>,
    /// Its attribution, in French.
    pub attribution: String,
    /// The zooms it has tiles at.
    pub zooms: RangeInclusive<u8>,
    /// Its envelope.
    pub bounds: GeoBounds,
    /// Number of its features.
    pub features: usize,
    /// Its properties, and what their values are in the words of TileJSON.
    pub fields: Vec<(String, &'static str)>,
    drawn: Drawn,
}

#[derive(Debug)]
enum Drawn {
    Features(FeatureLayer),
    Addresses(AddressLayer),
    Footprints(FootprintKind),
}

/// The layers of a snapshot, and tiles of them.
#[derive(Debug)]
pub struct Tiles {
    layers: Vec<TileLayer>,
    opening: Option<[f64; 4]>,
    version: String,
    cache: Cache<Key, CutTile, ByBytes>,
}

/// Layers chosen of one snapshot, in order, each once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Chosen(Box<[u16]>);

type Key = (Chosen, Tile);

/// A tile, gzipped; nothing for one with nothing in it.
pub type CutTile = Option<Arc<[u8]>>;

#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<Key, CutTile> for ByBytes {
    fn weight(&self, _: &Key, tile: &CutTile) -> u64 {
        ENTRY_BYTES + tile.as_ref().map_or(0, |bytes| bytes.len() as u64)
    }
}

/// Returns [`Tiles::opening`].
fn opening_box(snapshot: &Snapshot) -> Option<[f64; 4]> {
    let (_, zones) = snapshot.vintages().last()?;
    // Territories overseas are oceans apart: a box of all would show none of them.
    let of_metropole: Vec<&Perimeter> = zones
        .perimeters()
        .iter()
        .filter(|perimeter| perimeter.territory == Territory::Metropole)
        .collect();
    let shown = if of_metropole.is_empty() {
        zones.perimeters().iter().collect()
    } else {
        of_metropole
    };
    let boxes = shown
        .iter()
        .filter_map(|perimeter| perimeter.outline.wgs84().bounding_rect());
    boxes
        .map(|rect| [rect.min().x, rect.min().y, rect.max().x, rect.max().y])
        // Across the date line it would span the world, but none of these perimeters is there.
        .reduce(|one, other| {
            [
                one[0].min(other[0]),
                one[1].min(other[1]),
                one[2].max(other[2]),
                one[3].max(other[3]),
            ]
        })
}

impl Tiles {
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        let digest = snapshot.digest();
        // The program's version counts too: another one may cut other bytes from the same data.
        let version = format!(
            "{}-{}",
            digest.get(..DIGITS).unwrap_or(digest),
            env!("CARGO_PKG_VERSION")
        );
        // Laid out for tiles of 8 KiB; the limit itself is in bytes.
        let expected = usize::try_from(CACHE_BYTES >> 13).unwrap_or(usize::MAX);
        let cache = Cache::with_weighter(expected, CACHE_BYTES, ByBytes);
        Self {
            layers: layers::from_snapshot(snapshot),
            opening: opening_box(snapshot),
            version,
            cache,
        }
    }

    /// Returns the version, which differs from that of any other dataset or program.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The box to open a map on: the latest perimeters of metropolitan France, or of all territories where there are none; west,
    /// south, east, north, WGS 84 degrees.
    #[must_use]
    pub fn opening(&self) -> Option<[f64; 4]> {
        self.opening
    }

    /// All layers.
    #[must_use]
    pub fn layers(&self) -> &[TileLayer] {
        &self.layers
    }

    /// The layers of these names, a comma between them.
    ///
    /// # Errors
    /// [`UnknownLayer`] for the first name that is none.
    pub fn choose(&self, names: &str) -> Result<Chosen, UnknownLayer> {
        let mut chosen: Vec<u16> = Vec::new();
        for name in names.split(',') {
            let found = (0_u16..)
                .zip(&self.layers)
                .find(|(_, layer)| layer.id == name)
                .map(|(index, _)| index);
            let index = found.ok_or_else(|| self.unknown(name))?;
            // A layer named twice would be drawn twice in each tile.
            if !chosen.contains(&index) {
                chosen.push(index);
            }
        }
        Ok(Chosen(chosen.into()))
    }

    fn unknown(&self, name: &str) -> UnknownLayer {
        let known: Vec<&str> = self.layers.iter().map(|layer| layer.id.as_str()).collect();
        UnknownLayer {
            asked: name.to_owned(),
            known: known.join(", "),
        }
    }

    /// The layers chosen.
    pub fn chosen(&self, chosen: &Chosen) -> impl Iterator<Item = &TileLayer> {
        chosen
            .0
            .iter()
            .map(|index| &self.layers[usize::from(*index)])
    }

    /// A tile that was cut before and is still kept.
    #[must_use]
    pub fn kept(&self, chosen: &Chosen, tile: Tile) -> Option<CutTile> {
        self.cache.get(&(chosen.clone(), tile))
    }
}

impl Tiles {
    /// Makes all ready that tiles are cut of, so that none takes longer than another. Takes seconds, on one thread.
    pub(crate) fn prepare(&self) {
        for zoom in 0..=MAX_ZOOM {
            for layer in &self.layers {
                if let Drawn::Features(layer) = &layer.drawn {
                    layer.prepare(zoom);
                }
            }
        }
    }

    /// Cuts a tile of the layers chosen, one after the other, unless it is kept. The snapshot is the one that the layers
    /// were made of.
    pub(crate) fn cut(&self, snapshot: &Snapshot, chosen: &Chosen, tile: Tile) -> CutTile {
        if let Some(kept) = self.kept(chosen, tile) {
            return kept;
        }
        let layers = self
            .chosen(chosen)
            .filter(|layer| layer.zooms.contains(&tile.z()));
        let bytes: Vec<u8> = layers
            .flat_map(|layer| source(snapshot, layer).cut(tile))
            .collect();
        let cut: CutTile =
            (!bytes.is_empty()).then(|| gzipped(&bytes, Compression::new(LEVEL)).into());
        // Empty tiles are kept too: they take as long to find out.
        self.cache.insert((chosen.clone(), tile), cut.clone());
        cut
    }

    /// Writes all tiles of some layers as one PMTiles archive. The snapshot is the one that the layers were made of.
    ///
    /// # Errors
    /// [`BuildError`]; what was written then is no archive.
    pub(crate) fn write(
        &self,
        snapshot: &Snapshot,
        request: &ArchiveRequest<'_>,
        out: impl Write + Seek,
        progress: impl FnMut(usize, usize),
    ) -> Result<ArchiveReport, BuildError> {
        let chosen: Vec<&TileLayer> = match request.names {
            Some(names) => self.chosen(&self.choose(names)?).collect(),
            None => self
                .layers
                .iter()
                .filter(|layer| layer.kind.is_archived())
                .collect(),
        };
        let sources: Vec<Box<dyn TileSource + '_>> =
            chosen.iter().map(|layer| source(snapshot, layer)).collect();
        let sources: Vec<&dyn TileSource> = sources.iter().map(|source| &**source).collect();
        let options = ArchiveOptions {
            zooms: Some(request.zooms.clone()),
            name: "qpv".to_owned(),
            attribution: attribution(chosen.iter().copied()),
            metadata: vec![
                ("digest", snapshot.digest().to_owned()),
                ("description", sentence(key::TILES_DESCRIPTION, &[])),
                ("generator", format!("qpv {}", env!("CARGO_PKG_VERSION"))),
            ],
        };
        Ok(write_archive(&sources, &options, out, progress)?)
    }
}

fn source<'a>(snapshot: &'a Snapshot, layer: &'a TileLayer) -> Box<dyn TileSource + 'a> {
    match &layer.drawn {
        Drawn::Features(layer) => Box::new(layer),
        Drawn::Addresses(layer) => Box::new(layer.over(snapshot.addresses().ok())),
        Drawn::Footprints(kind) => Box::new(FootprintTiles::new(snapshot.ground(), *kind)),
    }
}

/// The content of an archive of tiles.
#[derive(Debug, Clone)]
pub struct ArchiveRequest<'q> {
    /// Names of the layers, a comma between them; `None` for all but those made of addresses.
    pub names: Option<&'q str>,
    /// The zooms.
    pub zooms: RangeInclusive<u8>,
}

/// No archive of tiles was made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A layer asked for is not there.
    #[error(transparent)]
    UnknownLayer(#[from] UnknownLayer),
    /// There is nothing to write, or it could not be written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// Returns the attributions of some layers, each once.
pub fn attribution<'a>(layers: impl Iterator<Item = &'a TileLayer>) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for layer in layers {
        if !texts.contains(&layer.attribution.as_str()) {
            texts.push(&layer.attribution);
        }
    }
    texts.join(" ; ")
}

/// The bytes of a gzipped tile, for the rare reader that takes no gzip.
#[must_use]
pub fn inflated(tile: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(tile)
        .read_to_end(&mut bytes)
        .expect("memory gives what was compressed into it");
    bytes
}

fn field_names(fields: Vec<(&str, FieldKind)>) -> Vec<(String, &'static str)> {
    fields
        .into_iter()
        .map(|(name, kind)| (name.to_owned(), kind.as_str()))
        .collect()
}
