//! What perimeters of two vintages share, in a projection where a degree is a hundred kilometres.

mod common;

use geo_types::{Coord, MultiPolygon, Rect};
use qpv_engine::PerimeterIndex;
use qpv_model::{Crs, Wgs84Point};

const M: f64 = 1e-5;

#[expect(clippy::unnecessary_wraps, reason = "a projection may fail")]
fn project(_: Crs, point: Wgs84Point) -> Option<Coord<f64>> {
    Some(Coord {
        x: point.lon_deg() / M,
        y: point.lat_deg() / M,
    })
}

/// A rectangle by its corners, metres.
fn block(x: f64, y: f64, width: f64, height: f64) -> MultiPolygon<f64> {
    let corner = |x: f64, y: f64| Coord { x: x * M, y: y * M };
    MultiPolygon(vec![
        Rect::new(corner(x, y), corner(x + width, y + height)).to_polygon(),
    ])
}

/// Perimeter and hectares of each overlap, to the square metre.
fn overlaps(others: &[MultiPolygon<f64>], of: MultiPolygon<f64>) -> Vec<(usize, f64)> {
    let perimeters = others
        .iter()
        .enumerate()
        .map(|(order, outline)| common::perimeter(order, outline.clone()));
    let zones = PerimeterIndex::new(common::layer(perimeters.collect()), project);
    let found = zones.overlaps(&common::perimeter(99, of));
    found
        .into_iter()
        .map(|overlap| {
            (
                overlap.perimeter.place(),
                (overlap.shared_ha * 1e4).round() / 1e4,
            )
        })
        .collect()
}

#[test]
fn those_that_share_most_come_first_and_those_that_only_touch_not_at_all() {
    let others = [
        block(0.0, 0.0, 200.0, 200.0),
        block(200.0, 0.0, 400.0, 200.0),
        block(600.0, 0.0, 9.0, 9.0),
        block(0.0, 5e3, 9.0, 9.0),
    ];
    assert_eq!(
        overlaps(&others, block(100.0, 0.0, 500.0, 200.0)),
        [(1, 8.0), (0, 2.0)]
    );
    assert_eq!(overlaps(&others, block(0.0, 1e3, 100.0, 100.0)), []);
}

#[test]
fn slivers_along_a_street_are_left_out_and_small_neighbourhoods_are_not() {
    // 300 m of common line drawn 6 m apart: 0.18 ha, where the tolerance is 5 m along 1,200 m of line, 0.6 ha.
    assert_eq!(
        overlaps(
            &[block(0.0, 0.0, 300.0, 300.0)],
            block(294.0, 0.0, 300.0, 300.0)
        ),
        []
    );
    // The same area, all of a small neighbourhood.
    let small = block(100.0, 100.0, 60.0, 30.0);
    assert_eq!(
        overlaps(std::slice::from_ref(&small), block(0.0, 0.0, 300.0, 300.0)),
        [(0, 0.18)]
    );
    assert_eq!(
        overlaps(&[block(0.0, 0.0, 300.0, 300.0)], small),
        [(0, 0.18)]
    );
    // A strip thinner than the tolerance, kept as it was.
    let strip = block(0.0, 0.0, 400.0, 8.0);
    assert_eq!(
        overlaps(std::slice::from_ref(&strip), strip.clone()),
        [(0, 0.32)]
    );
    // A large one: 2 % of 400 ha is 8 ha, more than 5 m along 8 km.
    let large = block(0.0, 0.0, 2e3, 2e3);
    assert_eq!(
        overlaps(std::slice::from_ref(&large), block(1970.0, 0.0, 2e3, 2e3)),
        []
    );
    assert_eq!(
        overlaps(&[large], block(1950.0, 0.0, 2e3, 2e3)),
        [(0, 10.0)]
    );
}

#[test]
fn holes_are_not_shared() {
    let mut ring = block(0.0, 0.0, 300.0, 300.0);
    ring.0[0].interiors_push(
        block(100.0, 100.0, 100.0, 100.0)
            .0
            .remove(0)
            .exterior()
            .clone(),
    );
    assert_eq!(overlaps(&[ring], block(0.0, 0.0, 300.0, 300.0)), [(0, 8.0)]);
}
