//! The archives of tiles of a dataset: stored as PMTiles, mapped where tiles are asked for. No answer depends on them: a dataset
//! opens without one that is damaged, and says so.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use qpv_model::Slug;
use tempfile::NamedTempFile;

use crate::error::Error;
use crate::ground_archive::{GroundArchive, GroundCounts, GroundSummary, is_sqlite, write_pmtiles};
use crate::store::descriptor::DatasetDescriptor;
use crate::store::entries::GroundEntry;
use crate::store::files::{IMPORT_AGAIN, check_file, write_named_by_sum};
use crate::store::folder::Store;
use crate::store::mapping::{map, map_nameless};
use crate::store::stored::{GROUND, SourceFile, StoredFile, now};
use crate::store::verify_report::VerifyReport;

/// Options of an import of an archive of tiles.
#[derive(Debug, Clone)]
pub struct GroundOptions {
    /// Its name in addresses.
    pub name: Slug,
    /// Its name for people; that of the archive, or else the one in addresses, when not given.
    pub label: Option<String>,
    /// Its attribution; that of the archive when not given.
    pub attribution: Option<String>,
}

/// An archive of tiles of a dataset.
#[derive(Debug)]
pub struct LoadedGround {
    /// Its name in addresses.
    pub name: Slug,
    /// Its description.
    pub entry: GroundEntry,
    /// The archive, or the fault of its file.
    pub archive: Result<GroundArchive, Error>,
}

impl Store {
    /// Stores an archive of tiles in place of the one of its name, keeps the other parts of the current dataset, and makes the
    /// result current. Nothing of a fictional dataset is kept. Returns the digest and the entry.
    ///
    /// # Errors
    /// [`Error::NotGround`] for a file that is no archive, is damaged, or names no attribution; [`Error::Locked`],
    /// [`Error::NoRoom`], [`Error::Damaged`], [`Error::Io`].
    pub fn publish_ground(
        &self,
        path: &Path,
        options: GroundOptions,
    ) -> Result<(String, GroundEntry), Error> {
        let source = SourceFile::from_file(path)?;
        let _adding = self.start_adding()?;
        let (file, summary, counts) = self.add_archive(path, &source.name)?;
        let attribution = options.attribution.or(summary.attribution);
        let entry = GroundEntry {
            label: options
                .label
                .or(summary.name)
                .unwrap_or_else(|| options.name.to_string()),
            // A map without its credits may not be shown, and nobody would remember them later.
            attribution: attribution.ok_or_else(|| Error::NotGround {
                file: source.name.clone(),
                fault: "it does not say who made it: give --attribution TEXT".to_owned(),
            })?,
            format: summary.format,
            tiles: counts.tiles,
            min_zoom: summary.min_zoom,
            max_zoom: summary.max_zoom,
            source,
            imported_at: now(),
            file,
        };
        let digest = self.replace(false, &[], |next| {
            // A prune may have taken what no dataset named yet.
            map(&self.object_path(&entry.file, GROUND), entry.file.bytes)?;
            next.grounds.insert(options.name, entry.clone());
            Ok(())
        })?;
        Ok((digest, entry))
    }

    /// Stores the file of an archive, once it is known to be whole.
    fn add_archive(
        &self,
        path: &Path,
        name: &str,
    ) -> Result<(StoredFile, GroundSummary, GroundCounts), Error> {
        let _lock = self.lock()?;
        let (sha256, bytes, (summary, counts)) = write_named_by_sum(
            &self.tmp_path(),
            |temporary| {
                fill(path, temporary, name)?;
                let content = map_nameless(temporary.as_file()).map_err(Error::io(path))?;
                let archive = GroundArchive::open(Box::new(content)).map_err(not_ground(name))?;
                let counts = archive.check().map_err(not_ground(name))?;
                Ok((archive.summary().clone(), counts))
            },
            |sha256, bytes| {
                let file = StoredFile {
                    sha256: sha256.to_owned(),
                    bytes,
                };
                self.object_path(&file, GROUND)
            },
        )?;
        Ok((StoredFile { sha256, bytes }, summary, counts))
    }

    /// Maps the archives of a dataset; one that cannot be read keeps its place, with its fault.
    pub(super) fn load_grounds(&self, descriptor: &DatasetDescriptor) -> Vec<LoadedGround> {
        let entries = descriptor.grounds.iter();
        entries
            .map(|(name, entry)| LoadedGround {
                name: name.clone(),
                entry: entry.clone(),
                archive: self.open_archive(&entry.file),
            })
            .collect()
    }

    fn open_archive(&self, file: &StoredFile) -> Result<GroundArchive, Error> {
        let path = self.object_path(file, GROUND);
        let content = map(&path, file.bytes)?;
        GroundArchive::open(Box::new(content)).map_err(|fault| Error::Damaged {
            path,
            fault,
            advice: IMPORT_AGAIN,
        })
    }

    pub(super) fn verify_grounds(&self, descriptor: &DatasetDescriptor, report: &mut VerifyReport) {
        for (name, entry) in &descriptor.grounds {
            report.files += 1;
            report.bytes += entry.file.bytes;
            let path = self.object_path(&entry.file, GROUND);
            if let Err(error) = check_file(&path, &entry.file.sha256, entry.file.bytes) {
                report.add(format!("ground {name}: {error}"));
            }
        }
    }
}

/// Copies an archive, or rewrites a database of tiles as one.
fn fill(path: &Path, temporary: &NamedTempFile, name: &str) -> Result<(), Error> {
    let mut source = File::open(path).map_err(Error::io(path))?;
    let mut head = Vec::new();
    let head_bytes = source.by_ref().take(16).read_to_end(&mut head);
    head_bytes.map_err(Error::io(path))?;
    if is_sqlite(&head) {
        return write_pmtiles(path, temporary.as_file()).map_err(not_ground(name));
    }
    // Before gigabytes are copied.
    if let Some(fault) = foreign(&head) {
        return Err(not_ground(name)(fault.to_owned()));
    }
    let mut target = temporary.as_file();
    let copied = std::io::copy(&mut head.as_slice(), &mut target)
        .and_then(|_| std::io::copy(&mut source, &mut target));
    copied.map(drop).map_err(Error::write(temporary.path()))
}

/// Returns what other files are, and what makes an archive of them.
fn foreign(head: &[u8]) -> Option<&'static str> {
    if head.is_empty() {
        return Some("it is empty");
    }
    let known: [(&[u8], &str); 6] = [
        (b"II*\0", GEOTIFF),
        (b"MM\0*", GEOTIFF),
        (
            b"PK\x03\x04",
            "it is a zip: unpack it, and give the .pmtiles or .mbtiles inside",
        ),
        (
            b"\x1f\x8b",
            "it is packed with gzip: unpack it first (gunzip)",
        ),
        (
            b"\x89PNG",
            "it is a single picture; an archive of tiles is needed",
        ),
        (
            b"{",
            "it is JSON, perhaps a style or a description of tiles; the archive of tiles itself is needed",
        ),
    ];
    known
        .into_iter()
        .find(|(sign, _)| head.starts_with(sign))
        .map(|(_, fault)| fault)
}

/// The way from a photograph with coordinates to tiles.
const GEOTIFF: &str = "it is a GeoTIFF: `gdal_translate -of MBTILES photo.tif photo.mbtiles`, then `gdaladdo photo.mbtiles`";

fn not_ground(name: &str) -> impl Fn(String) -> Error + '_ {
    |fault| Error::NotGround {
        file: name.to_owned(),
        fault,
    }
}
