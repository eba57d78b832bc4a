//! Verification: a dataset is read again and everything in it is checked.

use std::collections::BTreeMap;

use geo::{Area, GeodesicArea};
use geo_types::{LineString, MultiPolygon, Polygon};
use qpv_model::{Perimeter, Territory, VintageLayer};

use crate::error::Error;
use crate::repair;
use crate::report::ImportReport;
use crate::store::dataset;
use crate::store::entries::VintageEntry;
use crate::store::files::read_checked;
use crate::store::folder::Store;
use crate::store::layers::{decode_band, decode_perimeters};
use crate::store::stored::INDEX;
use crate::store::verify_report::{VerifyFault, VerifyReport};

/// Relative difference allowed between a stored planar area and the geodesic one. The legal projections change areas by 0.6 % at most
/// within their territories (Lambert-93 at its northern and southern ends), a wrong unit or outline by far more.
const AREA_TOLERANCE: f64 = 0.01;
/// The same in square metres, for the smallest outlines.
const AREA_TOLERANCE_M2: f64 = 1.0;

impl Store {
    /// Reads a dataset again from the disk (the current one unless a digest or its beginning is given) and checks every
    /// file's sum and length, the count of perimeters in all and by territory, every code, territory and commune, that
    /// every outline is valid, those of custom layers and of administrations too, and every area against the geodesic one.
    ///
    /// Faults are listed, not returned as errors, so that one does not hide the others.
    ///
    /// # Errors
    /// [`Error::NoSuchDataset`] (also when nothing was imported), [`Error::AmbiguousDigest`], [`Error::Io`] and
    /// [`Error::Damaged`] for the manifest.
    pub fn verify(&self, digest: Option<&str>) -> Result<VerifyReport, Error> {
        let digest = match digest {
            Some(asked) => self.find(asked)?,
            None => self.current_digest()?.ok_or_else(|| Error::NoSuchDataset {
                asked: "current".into(),
                known: "nothing was imported into this folder yet".into(),
            })?,
        };
        let mut report = VerifyReport {
            digest,
            files: 1,
            bytes: 0,
            perimeters: 0,
            addresses: 0,
            faults: Vec::new(),
        };
        match self.descriptor(&report.digest) {
            Ok(descriptor) => {
                for entry in &descriptor.vintages {
                    self.verify_entry(entry, &mut report);
                }
                if let Some(entry) = &descriptor.addresses {
                    self.verify_addresses(entry, &mut report);
                }
                self.verify_custom(&descriptor, &mut report);
                self.verify_zonings(&descriptor, &mut report);
                self.verify_admin(&descriptor, &mut report);
                self.verify_footprints(&descriptor, &mut report);
                self.verify_grounds(&descriptor, &mut report);
            }
            Err(error) => report.add(error.to_string()),
        }
        Ok(report)
    }

    fn verify_entry(&self, entry: &VintageEntry, report: &mut VerifyReport) {
        let before = report.faults.len();
        let mut results: Vec<Result<(), Error>> = Vec::new();
        for stored in &entry.files {
            results.push(
                self.read_layer(stored, |content, crs| {
                    decode_perimeters(entry.vintage, content, crs)
                })
                .map(drop),
            );
        }
        for stored in &entry.official_band {
            results.push(self.read_layer(stored, decode_band).map(drop));
        }
        let import_report = self.load_json::<ImportReport>(&entry.report, "an import report");
        results.push(import_report.map(drop));
        for file in entry.point_index.iter().chain(&entry.band) {
            let path = self.object_path(file, INDEX);
            results.push(read_checked(&path, &file.sha256, file.bytes).map(drop));
        }
        let errors = results.into_iter().filter_map(Result::err);
        report.faults.extend(errors.map(|error| VerifyFault {
            vintage: Some(entry.vintage),
            code_qp: None,
            fault: error.to_string(),
        }));
        for (file, _) in entry.objects() {
            report.files += 1;
            report.bytes += file.bytes;
        }
        // The content of a damaged file would only repeat its fault.
        if report.faults.len() == before
            && let Ok(layer) = self.load_layer(entry)
        {
            report.perimeters += layer.perimeters.len();
            report.faults.extend(faults_of(&layer, entry));
        }
    }
}

/// Returns the faults in the content of a layer whose files are intact.
fn faults_of(layer: &VintageLayer, entry: &VintageEntry) -> Vec<VerifyFault> {
    let mut faults = Vec::new();
    if let Err(error) = dataset::check_rules(layer) {
        faults.push(layer_fault(layer, error.to_string()));
    }
    let mut by_territory = BTreeMap::<Territory, usize>::new();
    for perimeter in &layer.perimeters {
        *by_territory.entry(perimeter.territory).or_insert(0) += 1;
        for fault in perimeter_faults(perimeter) {
            faults.push(VerifyFault {
                code_qp: Some(perimeter.code_qp.to_string()),
                ..layer_fault(layer, fault)
            });
        }
    }
    // `data status` shows the numbers of the description: they must be those of the content.
    if layer.perimeters.len() != entry.perimeters || by_territory != entry.by_territory {
        let fault = format!(
            "{by_territory:?} perimeters instead of {:?}",
            entry.by_territory
        );
        faults.push(layer_fault(layer, fault));
    }
    for (number, outline) in layer.official_band.iter().enumerate() {
        if let Some(fault) = repair::fault(outline.published()) {
            let number = number + 1;
            let fault = format!("outline {number} of the official band is not valid: {fault}");
            faults.push(layer_fault(layer, fault));
        }
    }
    faults
}

fn layer_fault(layer: &VintageLayer, fault: String) -> VerifyFault {
    VerifyFault {
        vintage: Some(layer.vintage),
        code_qp: None,
        fault,
    }
}

fn perimeter_faults(perimeter: &Perimeter) -> Vec<String> {
    let mut faults = Vec::new();
    // The code decides: territories are stored only to be read without parsing it.
    if perimeter.territory != perimeter.code_qp.territory() {
        faults.push(format!(
            "it is said to lie in {}",
            perimeter.territory.name()
        ));
    }
    let published = perimeter.outline.published();
    // The import keeps an outline without an inside as it was published.
    let encloses_nothing = perimeter.area_ha == 0.0 && published.unsigned_area() == 0.0;
    // An invalid outline has no area worth comparing.
    if let Some(fault) = repair::fault(published).filter(|_| !encloses_nothing) {
        faults.push(format!("its outline is not valid: {fault}"));
        return faults;
    }
    let geodesic_m2 = geodesic_area_m2(perimeter.outline.wgs84());
    let stored_m2 = perimeter.area_ha * 10_000.0;
    if (stored_m2 - geodesic_m2).abs() > geodesic_m2 * AREA_TOLERANCE + AREA_TOLERANCE_M2 {
        faults.push(format!(
            "its area is {} ha, and its outline's {:.4} ha",
            perimeter.area_ha,
            geodesic_m2 / 10_000.0
        ));
    }
    faults
}

/// Returns the geodesic area of a valid outline on WGS 84, square metres. The direction of its rings does not matter.
fn geodesic_area_m2(outline: &MultiPolygon<f64>) -> f64 {
    outline
        .iter()
        .map(|polygon| {
            let holes_m2: f64 = polygon.interiors().iter().map(ring_area_m2).sum();
            ring_area_m2(polygon.exterior()) - holes_m2
        })
        .sum()
}

fn ring_area_m2(ring: &LineString<f64>) -> f64 {
    Polygon::new(ring.clone(), Vec::new())
        .geodesic_area_signed()
        .abs()
}
