//! Where the real data is, for the tests and benches of every crate.
#![allow(dead_code, reason = "each of them uses a part")]

use std::path::PathBuf;

pub const NATIONAL_2015: &str = "perimeters-2015/QP_METROPOLEOUTREMER_WGS84_EPSG4326.shp";
pub const NATIONAL_2024: &str = "perimeters-2024/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson";

/// The path of a real file; `None`, said on the standard error, when the data is not on this machine.
pub fn real(path: &str) -> Option<PathBuf> {
    let asked = std::env::var_os("QPV_REAL_DATA").map(PathBuf::from);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/geodata");
    let file = asked.clone().unwrap_or_else(beside).join(path);
    if file.exists() {
        return Some(file);
    }
    assert!(
        asked.is_none(),
        "QPV_REAL_DATA is set, but {} is missing",
        file.display()
    );
    eprintln!("SKIPPED: no {}", file.display());
    None
}
