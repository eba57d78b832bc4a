//! The point index on the real perimeters: the answers of the general path, at every vertex and around; and the index
//! that is stored is the one that answers.

use geo_types::Coord;
use qpv_engine::{Location, Membership, PerimeterIndex, PointIndex};
use qpv_geodata::import::{ImportOptions, read_vintage};
use qpv_model::{Crs, Position, Vintage, Wgs84Point};
use qpv_service::data::{self, Store};

#[path = "../../../tests/real_data.rs"]
mod real_data;
use real_data::{NATIONAL_2015, NATIONAL_2024, real};

const LAMBERT_2015: &str = "perimeters-2015/QP_METROPOLE_LB93.shp";

fn project(crs: Crs, point: Wgs84Point) -> Option<Coord<f64>> {
    qpv_geodata::crs::project(crs, point).ok()
}

/// Every vertex, and for each a point up to some hundred metres off, the same at each run.
fn around_vertices(zones: &PerimeterIndex) -> Vec<Position> {
    let mut state = 1u64;
    let mut number = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1u32 << 24) - 0.5
    };
    let rings = zones
        .perimeters()
        .iter()
        .flat_map(|perimeter| perimeter.outline.wgs84());
    let rings = rings.flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    let vertices = rings.flat_map(|ring| ring.0.iter());
    let points = vertices.flat_map(|v| {
        let step = 10f64.powf(-2.0 - 6.0 * (number() + 0.5));
        [(v.x, v.y), (v.x + step * number(), v.y + step * number())]
    });
    points
        .map(|(x, y)| Wgs84Point::new(x, y).expect("it is in France").into())
        .collect()
}

fn assert_same_answers(file: &str, vintage: Vintage) {
    let Some(path) = real(file) else { return };
    let layer = read_vintage(&[path], &ImportOptions::new(vintage))
        .expect("it is read in other tests")
        .0;
    let plain = PerimeterIndex::new(layer.clone(), project);
    let index = PointIndex::build(&layer.perimeters).expect("these outlines are not too dense");
    let indexed = PerimeterIndex::new(layer, project).with_point_index(Some(index));
    let positions = around_vertices(&plain);
    let points: Vec<Wgs84Point> = positions.iter().map(|position| position.wgs84).collect();
    let (mut answers, mut expected) = (
        vec![Location::default(); positions.len()],
        vec![Location::default(); positions.len()],
    );
    let mut memberships = vec![Membership::NONE; positions.len()];
    indexed.locate_all(&positions, &mut answers);
    indexed.memberships(&points, &mut memberships);
    plain.locate_all(&positions, &mut expected);
    for (((position, answer), expected), membership) in positions
        .iter()
        .zip(&answers)
        .zip(&expected)
        .zip(memberships)
    {
        assert_eq!(answer.members, expected.members, "{position:?}");
        let distances = (answer.signed_distance_m, expected.signed_distance_m);
        let same = distances
            .0
            .zip(distances.1)
            .is_some_and(|(one, other)| (one - other).abs() < 1e-6);
        assert!(
            same || distances == (None, None),
            "{position:?} {distances:?}"
        );
        assert_eq!(
            membership.only(),
            (expected.members.len() == 1).then(|| expected.members[0]),
            "{position:?}"
        );
        assert_eq!(
            membership.is_inside(),
            !expected.members.is_empty(),
            "{position:?}"
        );
    }
}

#[test]
fn on_the_perimeters_of_2015() {
    assert_same_answers(NATIONAL_2015, Vintage::V2015);
}

#[test]
fn on_the_perimeters_of_2024() {
    assert_same_answers(NATIONAL_2024, Vintage::V2024);
}

#[test]
fn on_perimeters_published_in_lambert_93() {
    assert_same_answers(LAMBERT_2015, Vintage::V2015);
}

#[test]
fn an_import_stores_the_index_and_verification_compares_it() {
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
    let imported = data::import_files(&store, &[sample.into()], &options).unwrap();
    let dataset = store.open(&imported.digest).unwrap();
    let stored = dataset.point_indexes[0]
        .as_ref()
        .expect("the import stores it")
        .as_ref()
        .unwrap();
    let layer = &dataset.layers[0];
    assert_eq!(
        PointIndex::build(&layer.perimeters).unwrap().bytes(),
        stored.as_ref()
    );
    assert!(data::verify(&store, None).unwrap().is_sound());

    // The index of the same perimeters in another order, its sum right.
    let mut reversed = layer.perimeters.clone();
    reversed.reverse();
    let other = PointIndex::build(&reversed).map(|index| index.bytes().to_vec());
    let report = dataset.reports[0].clone();
    let sources = dataset.descriptor.vintages[0].sources.clone();
    let component = data::VintageComponent {
        layer: layer.clone(),
        report,
        sources,
        fictional: true,
        point_index: other,
        band: None,
    };
    assert_eq!(store.publish(&[component]).unwrap(), imported.digest);
    let faults = data::verify(&store, None).unwrap().faults;
    assert!(
        faults.len() == 1 && faults[0].fault.contains("point index"),
        "{faults:?}"
    );
    // Importing again puts it right.
    data::import_files(&store, &[sample.into()], &options).unwrap();
    assert!(data::verify(&store, None).unwrap().is_sound());
}
