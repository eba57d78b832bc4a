//! The parcels and buildings of a dataset: outlines with a spatial index, read where they are asked about.
//!
//! An import replaces those of the file of the same name, and keeps those of other files: the State's cadastre is published by
//! commune or department. A file is stored in parts of a limited number of outlines, so that no more than a part is ever
//! sorted in memory, and mapped like the addresses. Their sums are left to verification.

use std::fs::File;
use std::io::{BufWriter, Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use flatgeobuf::{
    ColumnType, FallibleStreamingIterator, FeatureProperties, FgbCrs, FgbFeature, FgbReader,
    FgbWriter, FgbWriterOptions, GeometryType,
};
use geo_types::{Coord, Rect};
use geozero::{ColumnValue, PropertyProcessor};
use qpv_model::{Crs, Footprint, FootprintKind};

use crate::error::Error;
use crate::footprints::FootprintReport;
use crate::store::descriptor::DatasetDescriptor;
use crate::store::entries::FootprintsEntry;
use crate::store::files::IMPORT_AGAIN;
use crate::store::folder::Store;
use crate::store::layers::{polygons_of, through_temporary};
use crate::store::mapping::{MappedFile, map, map_nameless};
use crate::store::stored::{FOOTPRINTS, NewFile, SourceFile, StoredFile, now};
use crate::store::verify_report::VerifyReport;

/// Outlines of a part, at most: as many as are sorted in a few megabytes.
const OUTLINES_PER_PART: u64 = 100_000;
/// The one column of a stored outline.
const ID: &str = "id";

/// Parcels or buildings being written, part by part. Parts that no dataset names in the end are removed by the next import.
pub struct FootprintParts {
    store: Store,
    kind: FootprintKind,
    writer: Option<FgbWriter<'static>>,
    in_part: u64,
    features: u64,
    parts: Vec<StoredFile>,
    /// Says that parts are being added, from the first one until a dataset names them.
    adding: Option<File>,
}

/// Parcels or buildings to be stored.
pub struct FootprintsComponent {
    /// Their outlines.
    pub parts: FootprintParts,
    /// The report of their import.
    pub report: FootprintReport,
    /// The file they were read from.
    pub source: SourceFile,
}

impl FootprintParts {
    /// Starts without any outline.
    #[must_use]
    pub fn new(store: &Store, kind: FootprintKind) -> Self {
        Self {
            store: store.clone(),
            kind,
            writer: None,
            in_part: 0,
            features: 0,
            parts: Vec::new(),
            adding: None,
        }
    }

    /// Adds an outline.
    ///
    /// # Errors
    /// [`Error::Io`] when there is no room in the temporary folder; [`Error::Locked`], [`Error::NoRoom`] of the data folder.
    pub fn add(&mut self, footprint: Footprint) -> Result<(), Error> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            empty => empty.insert(new_writer(self.kind)?),
        };
        let Footprint { id, outline } = footprint;
        let mut written = Ok(false);
        writer
            .add_feature_geom(geo_types::Geometry::MultiPolygon(outline), |feature| {
                written = feature.property(0, ID, &ColumnValue::String(&id));
            })
            .and(written.map(drop))
            .map_err(temporary_fault)?;
        self.features += 1;
        self.in_part += 1;
        if self.in_part == OUTLINES_PER_PART {
            self.end_part()?;
        }
        Ok(())
    }

    /// Sorts the outlines of a part and stores it: no more than one is held at a time.
    fn end_part(&mut self) -> Result<(), Error> {
        let Some(writer) = self.writer.take() else {
            return Ok(());
        };
        let file = tempfile::tempfile().map_err(Error::write(std::env::temp_dir()))?;
        let mut buffered = BufWriter::new(&file);
        writer.write(&mut buffered).map_err(temporary_fault)?;
        buffered.flush().map_err(temporary_fault)?;
        drop(buffered);
        let content = map_nameless(&file).map_err(Error::io(std::env::temp_dir()))?;
        let part = NewFile::new(content.as_ref(), FOOTPRINTS);
        if self.adding.is_none() {
            self.adding = Some(self.store.start_adding()?);
        }
        self.store.add_object(&part)?;
        self.parts.push(part.file);
        self.in_part = 0;
        Ok(())
    }
}

fn new_writer(kind: FootprintKind) -> Result<FgbWriter<'static>, Error> {
    let options = FgbWriterOptions {
        crs: FgbCrs {
            org: Some("EPSG"),
            code: i32::try_from(Crs::WGS84.epsg()).expect("EPSG numbers are small"),
            ..FgbCrs::default()
        },
        ..FgbWriterOptions::default()
    };
    let mut writer =
        FgbWriter::create_with_options(kind.name(), GeometryType::MultiPolygon, options)
            .map_err(temporary_fault)?;
    // No other column: all else about a parcel is in the published file.
    writer.add_column(ID, ColumnType::String, |_, _| {});
    Ok(writer)
}

fn temporary_fault(fault: impl std::fmt::Display) -> Error {
    Error::Io {
        path: std::env::temp_dir(),
        source: std::io::Error::other(through_temporary(&fault)),
    }
}

impl Store {
    /// Stores parcels or buildings in place of those of the file of the same name, keeps the other parts of the current
    /// dataset, and makes the result current. Nothing of a fictional dataset is kept. Returns the digest.
    ///
    /// # Errors
    /// [`Error::NothingToPublish`] without any outline; [`Error::Locked`], [`Error::NoRoom`], [`Error::Damaged`],
    /// [`Error::Io`].
    pub fn publish_footprints(
        &self,
        components: Vec<FootprintsComponent>,
    ) -> Result<String, Error> {
        let (mut entries, mut reports) = (Vec::new(), Vec::new());
        // Held until a dataset names the parts: an import, this one too, removes what nobody adds or names.
        let mut being_added = Vec::new();
        for mut component in components {
            component.parts.end_part()?;
            let FootprintParts {
                kind,
                features,
                parts,
                adding,
                ..
            } = component.parts;
            being_added.extend(adding);
            if features == 0 {
                return Err(Error::NothingToPublish);
            }
            let report = NewFile::new(
                serde_json::to_vec_pretty(&component.report).expect("a report is serialisable"),
                "json",
            );
            let entry = FootprintsEntry {
                features,
                source: component.source,
                imported_at: now(),
                parts,
                report: report.file.clone(),
            };
            entries.push((kind, entry));
            reports.push(report);
        }
        self.replace(false, &reports, |next| {
            for (kind, entry) in entries {
                for part in &entry.parts {
                    // A prune may have taken what no dataset named yet.
                    map(&self.object_path(part, FOOTPRINTS), part.bytes)?;
                }
                let of_kind = next.footprints.entry(kind).or_default();
                of_kind.insert(entry.source.name.clone(), entry);
            }
            Ok(())
        })
    }

    /// Maps the parcels and buildings of a dataset. Their sums are left to verification.
    pub(super) fn load_footprints(
        &self,
        descriptor: &DatasetDescriptor,
    ) -> Result<Vec<StoredFootprints>, Error> {
        let entries = descriptor.footprint_entries();
        entries
            .map(|(kind, entry)| {
                let parts = entry.parts.iter().map(|file| {
                    let path = self.object_path(file, FOOTPRINTS);
                    StoredPart::open(map(&path, file.bytes)?, path)
                });
                Ok(StoredFootprints {
                    kind,
                    features: entry.features,
                    parts: parts.collect::<Result<_, Error>>()?,
                })
            })
            .collect()
    }

    /// Reads the report of the import of a file of parcels or buildings.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Io`].
    pub fn footprint_report(&self, entry: &FootprintsEntry) -> Result<FootprintReport, Error> {
        self.load_json(&entry.report, "a report of parcels or buildings")
    }

    pub(super) fn verify_footprints(
        &self,
        descriptor: &DatasetDescriptor,
        report: &mut VerifyReport,
    ) {
        for (kind, entry) in descriptor.footprint_entries() {
            for (file, extension) in entry.objects() {
                report.files += 1;
                report.bytes += file.bytes;
                if let Err(error) = self.check_objects([(file, extension)]) {
                    report.add(format!("{} of {}: {error}", kind.name(), entry.source.name));
                }
            }
        }
    }
}

/// The parcels or buildings of one file, mapped into memory.
#[derive(Debug)]
pub struct StoredFootprints {
    /// Their kind.
    pub kind: FootprintKind,
    /// The number of them.
    pub features: u64,
    parts: Vec<StoredPart>,
}

/// A part, with the rectangle that its outlines lie in.
#[derive(Debug)]
struct StoredPart {
    path: PathBuf,
    content: MappedFile,
    extent: Rect<f64>,
}

impl StoredFootprints {
    /// Walks the rectangles of degrees that its parts lie in.
    pub fn extents(&self) -> impl Iterator<Item = Rect<f64>> {
        self.parts.iter().map(|part| part.extent)
    }

    /// Returns those whose envelopes meet a rectangle of degrees and whose identifiers are wanted, in the order of the file.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the stored file is not what was written.
    pub fn within(
        &self,
        bounds: Rect<f64>,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<Footprint>, Error> {
        let mut found = Vec::new();
        for part in &self.parts {
            // Most files are of another commune.
            if meets(part.extent, bounds) {
                part.read_guarded(bounds, &is_wanted, &mut found)
                    .map_err(|fault| Error::Damaged {
                        path: part.path.clone(),
                        fault,
                        advice: IMPORT_AGAIN,
                    })?;
            }
        }
        Ok(found)
    }
}

fn meets(one: Rect<f64>, other: Rect<f64>) -> bool {
    let (low, high) = (one.min(), one.max());
    low.x <= other.max().x
        && other.min().x <= high.x
        && low.y <= other.max().y
        && other.min().y <= high.y
}

impl StoredPart {
    fn open(content: MappedFile, path: PathBuf) -> Result<Self, Error> {
        let extent = match extent_of(content.as_ref()) {
            Ok(extent) => extent,
            Err(fault) => {
                return Err(Error::Damaged {
                    path,
                    fault,
                    advice: IMPORT_AGAIN,
                });
            }
        };
        Ok(Self {
            path,
            content,
            extent,
        })
    }

    /// Reads as [`StoredPart::read`], also where a damaged index makes its reader panic.
    fn read_guarded(
        &self,
        bounds: Rect<f64>,
        is_wanted: &impl Fn(&str) -> bool,
        found: &mut Vec<Footprint>,
    ) -> Result<(), String> {
        let mut own = Vec::new();
        // The reader of the index trusts its offsets, and the sum of a country's files is not made at each start.
        let read = catch_unwind(AssertUnwindSafe(|| self.read(bounds, is_wanted, &mut own)));
        read.unwrap_or_else(|_| Err("its index is damaged".to_owned()))?;
        found.append(&mut own);
        Ok(())
    }

    fn read(
        &self,
        bounds: Rect<f64>,
        is_wanted: impl Fn(&str) -> bool,
        found: &mut Vec<Footprint>,
    ) -> Result<(), String> {
        // Opened for each question: the header is some hundred bytes.
        let reader = FgbReader::open(Cursor::new(self.content.as_ref()));
        let (low, high) = (bounds.min(), bounds.max());
        let mut features = reader
            .and_then(|reader| reader.select_bbox(low.x, low.y, high.x, high.y))
            .map_err(|fault| fault.to_string())?;
        while let Some(feature) = features.next().map_err(|fault| fault.to_string())? {
            // Before the outline, which takes longer to decode.
            let id = id_of(feature)?;
            if is_wanted(&id) {
                let outline = polygons_of(feature)?;
                found.push(Footprint { id, outline });
            }
        }
        Ok(())
    }
}

/// Returns the rectangle that the outlines of a stored file lie in.
fn extent_of(content: &[u8]) -> Result<Rect<f64>, String> {
    let reader = FgbReader::open(Cursor::new(content)).map_err(|fault| fault.to_string())?;
    let envelope: Vec<f64> = reader
        .header()
        .envelope()
        .map(|envelope| envelope.iter().collect())
        .unwrap_or_default();
    match envelope[..] {
        [west, south, east, north] => Ok(Rect::new(
            Coord { x: west, y: south },
            Coord { x: east, y: north },
        )),
        _ => Err("it has no envelope".to_owned()),
    }
}

fn id_of(feature: &FgbFeature) -> Result<String, String> {
    let mut id = FootprintId::default();
    feature
        .process_properties(&mut id)
        .map_err(|fault| fault.to_string())?;
    Ok(id.0)
}

/// The identifier of an outline.
#[derive(Default)]
struct FootprintId(String);

impl PropertyProcessor for FootprintId {
    fn property(
        &mut self,
        _: usize,
        _: &str,
        value: &ColumnValue<'_>,
    ) -> geozero::error::Result<bool> {
        if let ColumnValue::String(text) = value {
            (*text).clone_into(&mut self.0);
        }
        Ok(true)
    }
}
