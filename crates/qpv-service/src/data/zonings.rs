//! Importing a zoning: areas, or a list of communes.

use std::path::Path;

use qpv_engine::PointIndex;
use qpv_geodata::import::{CustomLayerOptions, read_custom_layer};
use qpv_geodata::readers::TextEncoding;
use qpv_geodata::store::{LayerComponent, SourceFile, ZoningComponent, ZoningExtentComponent};
use qpv_geodata::zonings::{code_remarks, idle_remark, is_list, read_communes};
use qpv_model::{CommuneCode, Crs, ZoningRecord};

use super::{Error, Store, with_companions};

/// Options of an import of a zoning.
#[derive(Debug, Clone)]
pub struct ZoningOptions {
    /// Its names, its source and its days.
    pub record: ZoningRecord,
    /// Reference system to read areas in, instead of the declared one.
    pub crs: Option<Crs>,
    /// The encoding of the text of a shapefile.
    pub encoding: Option<TextEncoding>,
    /// The distance that a drawn line may lie from the true one, metres; estimated from the file when not given.
    pub precision_m: Option<f64>,
}

/// The result of an import of a zoning.
#[derive(Debug, serde::Serialize)]
pub struct ImportedZoning {
    /// The dataset now current.
    pub digest: String,
    /// Its names, its source and its days.
    #[serde(flatten)]
    pub record: ZoningRecord,
    /// `areas` or `communes`.
    pub kind: &'static str,
    /// The number of them.
    pub places: usize,
    /// The file, without folder.
    pub file: String,
    /// Plain sentences on what is worth knowing.
    pub remarks: Vec<String>,
}

/// Reads the communes of a list, a row for each with its INSEE code; nothing is stored.
///
/// # Errors
/// Any [`Error`].
pub fn read_commune_list(file: &Path) -> Result<Vec<CommuneCode>, Error> {
    let (communes, _) = read_communes(file)?;
    Ok(communes.into_iter().map(|commune| commune.code).collect())
}

/// Imports a file as a zoning, in place of the one of that name; all else stays.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn import_zoning(
    store: &Store,
    file: &Path,
    options: ZoningOptions,
) -> Result<ImportedZoning, Error> {
    let record = options.record.clone();
    // By the content: exports of both kinds are named alike.
    if is_list(file)? {
        let (communes, report) = read_communes(file)?;
        let source = SourceFile::from_file(file)?;
        let mut remarks = report.remarks;
        if report.repeated > 0 {
            remarks.push(format!("{} rows repeat another one", report.repeated));
        }
        remarks.extend(code_remarks(&communes, &store.communes()?));
        let periods = communes.iter().map(|commune| &commune.period);
        remarks.extend(idle_remark(&record.period, periods));
        let digest = store.publish_zoning(&ZoningComponent {
            record: record.clone(),
            extent: ZoningExtentComponent::Communes(communes, source),
            point_index: None,
        })?;
        return Ok(ImportedZoning {
            digest,
            record,
            kind: "communes",
            places: report.communes,
            file: report.file,
            remarks,
        });
    }
    let layer = areas(file, options)?;
    let (places, name) = (layer.report.areas, layer.report.file.clone());
    let mut remarks = layer.report.remarks.clone();
    let periods = layer.layer.areas.iter().map(|area| &area.period);
    remarks.extend(idle_remark(&record.period, periods));
    let point_index = PointIndex::build(&layer.layer.areas).map(|index| index.bytes().to_vec());
    let digest = store.publish_zoning(&ZoningComponent {
        record: record.clone(),
        extent: ZoningExtentComponent::Areas(layer),
        point_index,
    })?;
    Ok(ImportedZoning {
        digest,
        record,
        kind: "areas",
        places,
        file: name,
        remarks,
    })
}

fn areas(file: &Path, options: ZoningOptions) -> Result<LayerComponent, Error> {
    let options = CustomLayerOptions {
        crs: options.crs,
        encoding: options.encoding,
        precision_m: options.precision_m,
        is_zoning: true,
        ..CustomLayerOptions::new(options.record.name)
    };
    let (layer, report) = read_custom_layer(file, &options)?;
    let sources = with_companions(file)
        .iter()
        .map(|file| SourceFile::from_file(file))
        .collect::<Result<_, _>>()?;
    Ok(LayerComponent {
        layer,
        report,
        sources,
    })
}
