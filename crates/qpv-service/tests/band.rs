//! The 300 m band drawn on the real perimeters: its line is at 300 m, and what it holds is what is near.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::collections::BTreeSet;

use geo::{BoundingRect, Intersects};
use geo_types::{Coord, LineString};
use qpv_engine::{BAND_M, BandDrawing, PerimeterId, PerimeterIndex};
use qpv_geodata::crs;
use qpv_geodata::import::{ImportOptions, read_vintage};
use qpv_model::{BandArea, Crs, Vintage, Wgs84Point};
use qpv_service::data::{self, Store};
use qpv_service::locate;
use qpv_service::{Place, Snapshot, VintageSelector, Zone};

#[path = "../../../tests/real_data.rs"]
mod real_data;
use real_data::{NATIONAL_2015, NATIONAL_2024, real};

fn project(crs: Crs, point: Wgs84Point) -> Option<Coord<f64>> {
    crs::project(crs, point).ok()
}

fn distance_m(zones: &PerimeterIndex, at: Coord<f64>) -> f64 {
    let position = Wgs84Point::new(at.x, at.y).unwrap().into();
    zones
        .locate(&position)
        .signed_distance_m
        .unwrap_or(f64::INFINITY)
}

fn rings(area: &BandArea) -> impl Iterator<Item = &LineString<f64>> {
    area.outline
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
}

fn assert_drawn_at_300_m(file: &str, vintage: Vintage) {
    let Some(path) = real(file) else { return };
    let layer = read_vintage(&[path], &ImportOptions::new(vintage))
        .unwrap()
        .0;
    let areas = BandDrawing::build(&layer.perimeters).areas(&layer.perimeters);
    let codes: Vec<_> = areas.iter().flat_map(|area| &area.codes).collect();
    assert_eq!(codes.len(), layer.perimeters.len());
    assert_eq!(
        codes.into_iter().collect::<BTreeSet<_>>().len(),
        layer.perimeters.len()
    );
    let zones = PerimeterIndex::new(layer, project);
    let (mut least, mut most) = (f64::INFINITY, 0f64);
    for edge in areas.iter().flat_map(rings).flat_map(LineString::lines) {
        for at in [edge.start, (edge.start + edge.end) / 2.0] {
            let distance_m = distance_m(&zones, at);
            (least, most) = (least.min(distance_m), most.max(distance_m));
        }
    }
    assert!(
        (least - BAND_M).abs() < 1.0 && (most - BAND_M).abs() < 1.0,
        "from {least} to {most} m"
    );
    assert_parts_near_from_far(&areas, &zones);
}

/// A grid of points over each area and its surroundings.
fn assert_parts_near_from_far(areas: &[BandArea], zones: &PerimeterIndex) {
    for area in areas {
        let bounds = area.outline.bounding_rect().unwrap();
        for step in 0..64 {
            let (column, row) = (f64::from(step % 8) / 7.0, f64::from(step / 8) / 7.0);
            let at = bounds.min()
                + Coord {
                    x: bounds.width() * column,
                    y: bounds.height() * row,
                };
            let (distance_m, inside) = (distance_m(zones, at), area.outline.intersects(&at));
            // Another area may hold a point that is near.
            if (distance_m - BAND_M).abs() > 1.0 && (inside || distance_m > BAND_M) {
                assert_eq!(
                    inside,
                    distance_m < BAND_M,
                    "{at:?} of {:?} is at {distance_m} m",
                    area.codes
                );
            } else if distance_m < BAND_M - 1.0 {
                assert!(
                    areas.iter().any(|area| area.outline.intersects(&at)),
                    "{at:?} is at {distance_m} m"
                );
            }
        }
    }
}

#[test]
fn around_the_perimeters_of_2015() {
    assert_drawn_at_300_m(NATIONAL_2015, Vintage::V2015);
}

#[test]
fn around_the_perimeters_of_2024() {
    assert_drawn_at_300_m(NATIONAL_2024, Vintage::V2024);
}

#[test]
fn an_import_stores_it_verification_compares_it_and_zones_agree() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path());
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../geodata/sample/perimeters-2024.geojson"
    );
    let options = ImportOptions {
        fictional: true,
        partial: true,
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(&store, &[sample.into()], &options).unwrap();
    let dataset = store.current().unwrap().unwrap();
    let stored = dataset.bands[0].as_ref().unwrap().as_ref().unwrap();
    assert_eq!(
        BandDrawing::build(&dataset.layers[0].perimeters).bytes(),
        stored.as_ref()
    );
    assert!(data::verify(&store, None).unwrap().is_sound());

    let snapshot = Snapshot::new(store.current().unwrap().unwrap());
    assert!(snapshot.band(Vintage::V2015).is_empty());
    let line = rings(&snapshot.band(Vintage::V2024)[0]).next().unwrap();
    let middle = snapshot
        .perimeter(Vintage::V2024, PerimeterId::new(0))
        .outline
        .wgs84()
        .bounding_rect()
        .unwrap()
        .center();
    for vertex in &line.0 {
        // Nearly two metres towards the middle and away from it, for these perimeters are compact.
        for (share, zone) in [(0.005, Zone::Band300m), (-0.005, Zone::Outside)] {
            let at = *vertex + (middle - *vertex) * share;
            let found = locate(
                &snapshot,
                Place::LonLat(at.x, at.y),
                VintageSelector::Vintage(Vintage::V2024),
                None,
            )
            .unwrap();
            assert_eq!(found.verdict.zone, zone, "{at:?} {:?}", found.located);
        }
    }

    // The band of the same perimeters in another order, its sum right.
    let mut reversed = dataset.layers[0].perimeters.clone();
    reversed.reverse();
    let component = data::VintageComponent {
        layer: dataset.layers[0].clone(),
        report: dataset.reports[0].clone(),
        sources: dataset.descriptor.vintages[0].sources.clone(),
        fictional: true,
        point_index: None,
        band: Some(BandDrawing::build(&reversed).bytes().to_vec()),
    };
    store.publish(&[component]).unwrap();
    let faults = data::verify(&store, None).unwrap().faults;
    assert!(
        faults.len() == 1 && faults[0].fault.contains("band drawn"),
        "{faults:?}"
    );
    // It is made again in memory.
    let again = Snapshot::new(store.current().unwrap().unwrap());
    assert_eq!(again.band(Vintage::V2024), snapshot.band(Vintage::V2024));
}
