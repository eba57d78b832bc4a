//! Reports of imports, feature by feature: stored in the dataset and shown after the import.

use std::collections::BTreeMap;

use qpv_model::{CommuneCode, Crs, Territory, Vintage};
use serde::{Deserialize, Serialize};

/// Faulty features listed in an error; the rest is counted.
const MAX_LISTED_FAULTS: usize = 5;

/// The report of an import of one vintage: features read, repaired, merged and refused. Nothing is dropped without a line
/// here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    /// The vintage imported.
    pub vintage: Vintage,
    /// Every layer found in the files given, used or not.
    pub layers: Vec<LayerReport>,
    /// Perimeters in the dataset after this import.
    pub perimeters: usize,
    /// The same by territory.
    pub by_territory: BTreeMap<Territory, usize>,
    /// Invalid outlines, with the effect of their repair.
    pub repaired: Vec<FeatureNote>,
    /// Features that share a code within a layer, joined into one perimeter.
    pub merged: Vec<FeatureNote>,
    /// Features that could not become a perimeter. An import with any is stopped unless the user accepts it.
    pub refused: Vec<FeatureNote>,
    /// Perimeters with a commune name that matches no known commune. Filled when vintages are put together, since the
    /// other one is needed ([`crate::communes::match_communes`]).
    pub unmatched_communes: Vec<UnmatchedCommune>,
    /// The distance that a published line may lie from the true one, metres; a remark gives its origin.
    pub precision_m: f64,
    /// Plain sentences on anything else worth knowing (a layer that is only a part of a territory, say).
    pub remarks: Vec<String>,
}

/// One layer of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerReport {
    /// File, and entry within it when it is an archive (`qp.zip/SHP/QP2024.shp`).
    pub file: String,
    /// Layer name.
    pub layer: String,
    /// Reference system its coordinates are in; `None` when it was not used and the file declares none.
    pub crs: Option<Crs>,
    /// Features read.
    pub features: usize,
    /// `Ok` if its features are in the dataset, else the reason (`its 32 codes are all in QP_METROPOLE…`).
    pub used: Result<(), String>,
}

/// One feature that was not imported as published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureNote {
    /// Layer it comes from.
    pub layer: String,
    /// Its number in the layer, from 1.
    pub feature: usize,
    /// Its code, if it has a readable one.
    pub code_qp: Option<String>,
    /// The fault, with its place if it is known.
    pub fault: String,
    /// Area before, hectares: that of the published shells less that of the holes, even if they cross. `None` when they
    /// cannot be measured: unreadable, or outside every territory.
    pub area_before_ha: Option<f64>,
    /// Area after, hectares; 0 for a refused feature.
    pub area_after_ha: f64,
}

/// A commune name that matches no commune known to the dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmatchedCommune {
    /// The perimeter that names it.
    pub code_qp: String,
    /// The name as published.
    pub lib_com: String,
    /// The communes that bear it, where it is ambiguous; empty for a name that none bears.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CommuneCode>,
}

/// Lists the first of so many faults, and counts the others.
pub(crate) fn first_listed(faults: impl Iterator<Item = String>, count: usize) -> String {
    let listed: Vec<String> = faults.take(MAX_LISTED_FAULTS).collect();
    let more = match count - listed.len() {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    format!("{}{more}", listed.join("; "))
}
