//! Generated perimeters, in every territory.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses a part; a failed test is what a panic is for"
)]

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use qpv_engine::{PerimeterId, PerimeterIndex};
use qpv_model::{Crs, Outline, Perimeter, Position, Territory, Vintage, VintageLayer, Wgs84Point};

pub const TOWNS: [(f64, f64); 5] = [
    (2.37, 51.03),
    (-61.53, 16.24),
    (55.45, -20.88),
    (-56.17, 46.78),
    (-149.57, -17.54),
];

pub fn no_projection(_: Crs, _: Wgs84Point) -> Option<Coord<f64>> {
    None
}

pub fn perimeter(order: usize, outline: MultiPolygon<f64>) -> Perimeter {
    let code_qp = format!("QN061{order:02}N").parse().unwrap();
    Perimeter {
        vintage: Vintage::V2024,
        code_qp,
        lib_qp: format!("Quartier {order}"),
        insee_com: vec![],
        lib_com: vec![],
        insee_dep: "61".into(),
        lib_dep: None,
        insee_reg: None,
        lib_reg: None,
        siren_epci: vec![],
        territory: Territory::Metropole,
        area_ha: 0.0,
        outline: Outline::on_wgs84(outline),
    }
}

pub fn layer(perimeters: Vec<Perimeter>) -> VintageLayer {
    let whole = [Territory::Metropole].into();
    VintageLayer {
        vintage: Vintage::V2024,
        perimeters,
        official_band: vec![],
        precision_m: 1.0,
        whole,
    }
}

pub fn zones(outlines: Vec<MultiPolygon<f64>>) -> PerimeterIndex {
    let perimeters = outlines
        .into_iter()
        .enumerate()
        .map(|(order, outline)| perimeter(order, outline))
        .collect();
    PerimeterIndex::new(layer(perimeters), no_projection)
}

/// The perimeters at these places of their layer.
pub fn ids(places: &[usize]) -> Vec<PerimeterId> {
    places.iter().copied().map(PerimeterId::new).collect()
}

pub fn at(x: f64, y: f64) -> Position {
    Wgs84Point::new(x, y).unwrap().into()
}

/// A star-shaped ring around a centre, one radius per spoke, degrees.
pub fn star(centre: (f64, f64), radii: &[f64]) -> LineString<f64> {
    let step = std::f64::consts::TAU / radii.len() as f64;
    let spokes = radii.iter().enumerate().map(|(spoke, radius)| {
        let angle = step * spoke as f64;
        (
            centre.0 + radius * angle.cos(),
            centre.1 + radius * angle.sin(),
        )
    });
    let mut ring: Vec<(f64, f64)> = spokes.collect();
    ring.push(ring[0]);
    ring.into()
}

/// Neighbourhoods with a hole, scattered over some kilometres around a town.
pub fn town() -> impl Strategy<Value = ((f64, f64), Vec<MultiPolygon<f64>>)> {
    let shape = (
        (-0.04..0.04f64, -0.04..0.04f64),
        prop::collection::vec(0.001..0.006f64, 3..40),
        0.0..0.8f64,
    );
    (0..TOWNS.len(), prop::collection::vec(shape, 1..12)).prop_map(|(town, shapes)| {
        let town = TOWNS[town];
        let outlines = shapes.into_iter().map(|((dx, dy), radii, hole)| {
            let centre = (town.0 + dx, town.1 + dy);
            let inner = radii.iter().map(|radius| radius * hole).collect::<Vec<_>>();
            let holes = if hole > 0.1 {
                vec![star(centre, &inner)]
            } else {
                vec![]
            };
            MultiPolygon(vec![Polygon::new(star(centre, &radii), holes)])
        });
        (town, outlines.collect())
    })
}
