//! Tests of the store: its life, damage to each kind of file, crashes, and what other programs read in it.

mod context;
mod crash;
mod damage;
mod exchange;
mod life;
mod own;

use std::collections::{BTreeMap, BTreeSet};

use geo_types::{Coord, LineString, MultiPolygon, Polygon, Rect};
use qpv_model::{Crs, Outline, Perimeter, QpvCode, Territory, Vintage, VintageLayer};
use tempfile::TempDir;

use super::{VintageComponent, SourceFile, Store};
use crate::ImportReport;
use crate::report::{FeatureNote, LayerReport};

/// Area of a square of a thousandth of a degree whose southern edge lies at 48.75° north, hectares: closed form of the
/// area between two parallels of the WGS 84 ellipsoid, computed apart.
const SQUARE_HA: f64 = 0.817_763;

fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path());
    (folder, store)
}

/// A square of a thousandth of a degree, its lower left corner at 48.75° north.
fn square(lon_deg: f64) -> MultiPolygon<f64> {
    let (low, high) = (
        Coord {
            x: lon_deg,
            y: 48.75,
        },
        Coord {
            x: lon_deg + 0.001,
            y: 48.751,
        },
    );
    MultiPolygon(vec![Rect::new(low, high).to_polygon()])
}

fn perimeter(code: &str, lib_qp: &str, outline: Outline, area_ha: f64) -> Perimeter {
    let code_qp: QpvCode = code.parse().unwrap();
    Perimeter {
        code_qp,
        lib_qp: lib_qp.into(),
        insee_com: vec!["61169".parse().unwrap()],
        lib_com: vec!["Flers".into()],
        insee_dep: code_qp.department().into(),
        lib_dep: None,
        insee_reg: None,
        lib_reg: None,
        siren_epci: Vec::new(),
        territory: code_qp.territory(),
        area_ha,
        outline,
    }
}

/// Two squares of one vintage; `shift_deg` makes another content.
fn layer(vintage: Vintage, shift_deg: f64) -> VintageLayer {
    let codes = match vintage {
        Vintage::V2015 => ["QP061003", "QP061004"],
        Vintage::V2024 => ["QN06103M", "QN06104M"],
    };
    let perimeters = codes
        .into_iter()
        .zip([-0.57, -0.56])
        .map(|(code, lon)| {
            perimeter(
                code,
                "Saint Michel",
                Outline::on_wgs84(square(lon + shift_deg)),
                SQUARE_HA,
            )
        })
        .collect();
    let whole = BTreeSet::from([Territory::Metropole]);
    VintageLayer {
        vintage,
        perimeters,
        official_band: Vec::new(),
        precision_m: 10.0,
        whole,
    }
}

fn report(layer: &VintageLayer) -> ImportReport {
    let mut by_territory = BTreeMap::new();
    for perimeter in &layer.perimeters {
        *by_territory.entry(perimeter.territory).or_insert(0) += 1;
    }
    ImportReport {
        vintage: layer.vintage,
        layers: vec![LayerReport {
            file: "qp.geojson".into(),
            layer: "qp".into(),
            crs: Some(Crs::WGS84),
            features: layer.perimeters.len(),
            used: Ok(()),
        }],
        perimeters: layer.perimeters.len(),
        by_territory,
        repaired: vec![FeatureNote {
            layer: "qp".into(),
            feature: 1,
            code_qp: Some(layer.perimeters[0].code_qp.to_string()),
            fault: "its outline crosses itself".into(),
            area_before_ha: Some(0.75),
            area_after_ha: 0.8125,
        }],
        merged: Vec::new(),
        refused: Vec::new(),
        unmatched_communes: Vec::new(),
        precision_m: 10.0,
        remarks: vec!["the layer covers all of metropolitan France".into()],
    }
}

fn source(name: &str) -> SourceFile {
    SourceFile::from_content(name, name.as_bytes())
}

fn component(layer: VintageLayer) -> VintageComponent {
    let sources = vec![source(&format!("qp{}.geojson", layer.vintage))];
    VintageComponent {
        report: report(&layer),
        layer,
        sources,
        fictional: false,
        point_index: Some(b"an index".to_vec()),
        band: None,
    }
}

fn fictional(layer: VintageLayer) -> VintageComponent {
    VintageComponent {
        fictional: true,
        ..component(layer)
    }
}

/// A hundred metres by a hundred, with a hole of ten by ten, at coordinates that no decimal notation writes exactly.
fn projected_outline(epsg: u32, x_m: f64, y_m: f64) -> Outline {
    let crs = Crs::known(epsg).unwrap();
    let ring = |from: f64, to: f64| {
        let corners = [(from, from), (from, to), (to, to), (to, from), (from, from)];
        LineString(
            corners
                .iter()
                .map(|(dx, dy)| Coord {
                    x: x_m + dx + 1.0 / 3.0,
                    y: y_m + dy + 0.1,
                })
                .collect(),
        )
    };
    let published = MultiPolygon(vec![Polygon::new(ring(0.0, 100.0), vec![ring(45.0, 55.0)])]);
    let wgs84 = crate::crs::wgs84_of(crs, &published).unwrap();
    Outline::projected(crs, published, wgs84)
}
