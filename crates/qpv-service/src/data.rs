//! The operator's use cases: import files (perimeters, addresses, what a town adds of its own, outlines, statistics), pull the official ones,
//! the sample to start on.

mod context;
mod fetch;
mod footprints;
mod grounds;
mod layers;
pub(crate) mod loaded_parts;
mod places;
mod programmes;
mod pull;
mod row_places;
mod sample;
mod status;
mod verify;
mod zonings;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use qpv_addresses::{AddressIndex, BuiltIndex, DoubtfulPosition, IndexBuilder};
use qpv_engine::{BandDrawing, PointIndex};
use qpv_geodata::addresses::read_addresses;
use qpv_geodata::import::{ImportOptions, read_vintage};
use qpv_geodata::store::{AddressComponent, DepartmentEntry, MappedFile, SourceFile};
use qpv_model::VintageLayer;

use row_places::RowPlaces;

pub use context::{
    ImportedCommunes, ImportedOutlines, ImportedStatistics, ImportedVintages, Matched,
    import_communes, import_outlines, import_statistics, import_vintages,
};
pub use fetch::{AskedDataset, FetchOutcome, FetchedDataset, fetch_dataset};
pub use footprints::{ImportedFootprints, import_footprints};
pub use grounds::{ImportedGround, import_ground};
pub use layers::{ImportedLayer, import_layer};
pub use places::{ImportedPlaces, import_places};
pub use programmes::{ImportedProgramme, import_programme};
pub use pull::{PullOutcome, PullPlaces, PulledPart, PulledTown, pull, pull_addresses, pull_town};
pub use qpv_geodata::Error;
pub use qpv_geodata::addresses::{AddressFileReport, AddressReport};
pub use qpv_geodata::communes::CommunesReport;
pub use qpv_geodata::footprints::{FootprintNotes, FootprintOptions, FootprintReport};
pub use qpv_geodata::import;
pub use qpv_geodata::places::PlacesReport;
pub use qpv_geodata::readers::TextEncoding;
pub use qpv_geodata::report::{FeatureNote, ImportReport, LayerReport};
pub use qpv_geodata::statistics::{NAMES_OR_CODES, StatisticsReport};
pub use qpv_geodata::store::{
    AddressesEntry, CommunesEntry, Dataset, DatasetDescription, DatasetDescriptor, DatasetPart,
    FootprintsEntry, GroundEntry, GroundOptions, LayerEntry, ListedDataset, OutlinesEntry,
    PlacesEntry, ProgrammeEntry, PruneReport, StatisticsEntry, Store, StoreStatus, VerifyFault,
    VerifyReport, VintageComponent, VintageEntry, ZoningEntry, ZoningExtentEntry, is_sha256,
};
pub use qpv_pull::{
    DatasetSource, PublishedVersion, SourceMirror, TransferProgress, department_code,
};
pub use sample::sample;
pub use status::{PartStatus, part_statuses, published_versions};
pub use verify::verify;
pub use zonings::{ImportedZoning, ZoningOptions, import_zoning, read_commune_list};

/// The result of an import of perimeters.
#[derive(Debug, serde::Serialize)]
pub struct Imported {
    /// The dataset now current.
    pub digest: String,
    /// Feature by feature.
    pub report: ImportReport,
}

/// Imports files as one vintage: reads them, publishes the result beside the other vintages, and makes it current.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn import_files(
    store: &Store,
    files: &[PathBuf],
    options: &ImportOptions,
) -> Result<Imported, Error> {
    let options = ImportOptions {
        known: store.known_vintages()?,
        ..options.clone()
    };
    let component = read_component(files, &options)?;
    publish(store, &[component]).map(|mut imported| imported.remove(0))
}

/// The result of an import of addresses.
#[derive(Debug, serde::Serialize)]
pub struct ImportedAddresses {
    /// The dataset now current.
    pub digest: String,
    /// Addresses in it, those of other departments included, the same one given twice counted once.
    pub addresses: u64,
    /// File by file.
    pub report: AddressReport,
    /// Plain sentences on what this import took away.
    pub remarks: Vec<String>,
}

/// Imports files of addresses: those of a department replace the ones it had, those of other departments stay.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn import_addresses(store: &Store, files: &[PathBuf]) -> Result<ImportedAddresses, Error> {
    let sources = files
        .iter()
        .map(|file| SourceFile::from_file(file))
        .collect::<Result<Vec<_>, Error>>()?;
    import_from(store, files, &sources, &[])
}

/// Imports addresses from these sources; each file that must be `of` a department is refused when it holds none of it. `of` is
/// as long as `files`, or empty.
fn import_from(
    store: &Store,
    files: &[PathBuf],
    sources: &[SourceFile],
    of: &[Option<&str>],
) -> Result<ImportedAddresses, Error> {
    let mut builder = IndexBuilder::new();
    let mut places = RowPlaces::default();
    let mut report = read_addresses(files, &mut |address, place| {
        builder.add(&address);
        places.push(place);
    })?;
    for ((source, file), of) in sources.iter().zip(&report.files).zip(of) {
        check_department(source, file, *of)?;
    }
    let mut departments = departments_of(sources, &report);
    let (mut based_on, mut replaced) = (None, BTreeMap::new());
    // Real addresses are never added to those of the sample.
    if let Some(current) = store.current()?.filter(|dataset| !dataset.fictional())
        && let (Some(entry), Some(stored)) = (current.descriptor.addresses, current.addresses)
    {
        replaced.extend(
            entry
                .departments
                .iter()
                .map(|(department, part)| (department.clone(), part.addresses)),
        );
        let kept: BTreeMap<_, _> = entry
            .departments
            .into_iter()
            .filter(|(department, _)| !departments.contains_key(department))
            .collect();
        // An index of another version keeps nobody from importing all departments anew.
        if !kept.is_empty() {
            add_stored(&mut builder, stored, &kept)?;
        }
        departments.extend(kept);
        // Another import may publish meanwhile: the store then refuses this one as overtaken.
        based_on = Some(entry.index);
    }
    let BuiltIndex { index, doubtful } = indexed(builder, &mut departments);
    note_doubtful(&mut report, &places, &doubtful);
    let remarks = remarks_on_shrunk(&departments, &replaced);
    let component = AddressComponent {
        index: index.bytes(),
        departments,
        report,
        based_on,
    };
    let digest = store.publish_addresses(&component)?;
    Ok(ImportedAddresses {
        digest,
        addresses: index.len() as u64,
        report: component.report,
        remarks,
    })
}

/// Refuses the file of another department under the name of this one, which would replace that one's addresses unasked.
fn check_department(
    source: &SourceFile,
    file: &AddressFileReport,
    of: Option<&str>,
) -> Result<(), Error> {
    let Some(of) = of.filter(|of| !file.by_department.contains_key(*of)) else {
        return Ok(());
    };
    let found: Vec<&str> = file.by_department.keys().map(String::as_str).collect();
    Err(Error::NotAddresses {
        file: source.name.clone(),
        fault: format!(
            "it holds addresses of {} and none of {of}",
            found.join(", ")
        ),
        advice: "give a copy of the right file with --mirror DIR|URL",
    })
}

/// Adds the addresses of these departments from a stored index.
fn add_stored(
    builder: &mut IndexBuilder,
    stored: MappedFile,
    departments: &BTreeMap<String, DepartmentEntry>,
) -> Result<(), Error> {
    let index = AddressIndex::open(Box::new(stored))
        .and_then(|index| index.check().map(|()| index))
        .map_err(|fault| Error::AddressesUnusable {
            fault: fault.to_string(),
        })?;
    for address in index.addresses() {
        if departments.contains_key(address.citycode.department()) {
            builder.add(&address);
        }
    }
    Ok(())
}

/// Remarks on the departments that have far fewer addresses than before.
fn remarks_on_shrunk(
    departments: &BTreeMap<String, DepartmentEntry>,
    replaced: &BTreeMap<String, u64>,
) -> Vec<String> {
    let remarks = departments.iter().filter_map(|(department, entry)| {
        let before = *replaced.get(department)?;
        let now = entry.addresses;
        // Less than half is rather one commune's file than a department that shrank.
        (now < before / 2).then(|| {
            format!(
                "department {department} had {before} addresses and now has {now}: the files given replace all of it, so \
                import the files of its communes together"
            )
        })
    });
    remarks.collect()
}

/// Which files the addresses of each department come from; they are counted once they are indexed.
fn departments_of(
    sources: &[SourceFile],
    report: &AddressReport,
) -> BTreeMap<String, DepartmentEntry> {
    let mut departments: BTreeMap<String, DepartmentEntry> = BTreeMap::new();
    for (source, file) in sources.iter().zip(&report.files) {
        for department in file.by_department.keys() {
            let entry = departments.entry(department.clone());
            entry
                .or_insert_with(|| DepartmentEntry::now(0, Vec::new()))
                .sources
                .push(source.clone());
        }
    }
    departments
}

/// The index, and in each department how many addresses of it there are.
fn indexed(
    builder: IndexBuilder,
    departments: &mut BTreeMap<String, DepartmentEntry>,
) -> BuiltIndex {
    let built = builder.build();
    for (department, count) in built.index.by_department() {
        if let Some(entry) = departments.get_mut(&department) {
            entry.addresses = count;
        }
    }
    built
}

/// Lists the positions that are not believed under their files. Those of addresses kept from an earlier import are in no file
/// of this one.
fn note_doubtful(report: &mut AddressReport, places: &RowPlaces, doubtful: &[DoubtfulPosition]) {
    for position in doubtful {
        let Some(place) = places.get(position.rank) else {
            continue;
        };
        let name = &position.name;
        let reason = match position.distance_m {
            Some(distance_m) => format!(
                "{name}: {:.1} km from the other addresses of its commune",
                distance_m / 1000.0
            ),
            None => format!("{name}: the few addresses of its commune lie far from each other"),
        };
        report.files[place.file].note_doubtful(place.line, reason);
    }
}

fn read_component(files: &[PathBuf], options: &ImportOptions) -> Result<VintageComponent, Error> {
    let (layer, report) = read_vintage(files, options)?;
    let read = files
        .iter()
        .chain(&options.bands)
        .flat_map(|file| with_companions(file));
    let sources = read
        .map(|file| SourceFile::from_file(&file))
        .collect::<Result<_, Error>>()?;
    Ok(component(layer, report, sources, options.fictional))
}

/// A layer with what is computed from it, to be stored beside it.
fn component(
    layer: VintageLayer,
    report: ImportReport,
    sources: Vec<SourceFile>,
    fictional: bool,
) -> VintageComponent {
    // Neither needs the other, so both are built at once.
    let (point_index, band) = rayon::join(
        || PointIndex::build(&layer.perimeters).map(|index| index.bytes().to_vec()),
        || Some(BandDrawing::build(&layer.perimeters).bytes().to_vec()),
    );
    VintageComponent {
        layer,
        report,
        sources,
        fictional,
        point_index,
        band,
    }
}

/// A shapefile is several files of one name; a GeoPackage that is being edited has a log of changes beside it.
fn with_companions(file: &Path) -> Vec<PathBuf> {
    let is_shapefile = file
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("shp"));
    let is_geopackage = file
        .extension()
        .is_some_and(|extension| extension == "gpkg");
    // File names keep their case on Linux, and publishers write either.
    let companions = ["dbf", "prj", "cpg", "DBF", "PRJ", "CPG"]
        .iter()
        .filter(|_| is_shapefile);
    let existing = companions
        .map(|extension| file.with_extension(extension))
        .filter(|path| path.exists());
    let log = file.with_extension("gpkg-wal");
    let log = (is_geopackage && log.exists()).then_some(log);
    std::iter::once(file.to_owned())
        .chain(existing)
        .chain(log)
        .collect()
}

fn publish(store: &Store, components: &[VintageComponent]) -> Result<Vec<Imported>, Error> {
    let digest = store.publish(components)?;
    // Reports are read back: communes are matched across both vintages once they lie side by side.
    let dataset = store.open(&digest)?;
    let imported = dataset.reports.into_iter().filter(|report| {
        components
            .iter()
            .any(|component| component.layer.vintage == report.vintage)
    });
    Ok(imported
        .map(|report| Imported {
            digest: digest.clone(),
            report,
        })
        .collect())
}
