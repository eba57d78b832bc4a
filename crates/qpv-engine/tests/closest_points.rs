//! The points of lines nearest to a position: as far as the line is, on it, and where along it they say.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use common::{at, town, zones};
use geo::{Distance, Geodesic, Length, Line, Point};
use geo_types::{Coord, MultiPolygon, polygon};
use proptest::prelude::*;

/// The place on the rings that a foot tells, found by walking there with Karney's geodesics.
fn walked(outlines: &[MultiPolygon<f64>], ring: u32, along_m: f64) -> Coord<f64> {
    let polygons = outlines.iter().flatten();
    let mut rings =
        polygons.flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    let ring = rings.nth(ring as usize).unwrap();
    let mut left_m = along_m;
    for edge in ring.lines() {
        let length_m = Geodesic.length(&edge);
        if left_m <= length_m {
            return edge.start
                + (edge.end - edge.start) * (left_m / length_m.max(f64::MIN_POSITIVE));
        }
        left_m -= length_m;
    }
    *ring.0.last().unwrap()
}

proptest! {
    #[test]
    fn feet_are_where_they_say(
        (centre, outlines) in town(),
        dx in -0.03..0.03f64,
        dy in -0.03..0.03f64,
    ) {
        let zones = zones(outlines.clone());
        let position = at(centre.0 + dx, centre.1 + dy);
        let feet = zones.closest_points(position.wgs84, 2_000.0);
        prop_assert!(feet.is_sorted_by_key(|foot| foot.perimeter));
        for foot in &feet {
            let (here, there) = (Point(position.wgs84.coord()), Point(foot.point));
            prop_assert!((Geodesic.distance(here, there) - foot.distance_m).abs() < 0.01, "{foot:?}");
            let walked = Point(walked(&outlines, foot.ring, foot.along_m));
            prop_assert!(Geodesic.distance(walked, there) < 0.05, "{foot:?} {walked:?}");
            prop_assert!(foot.along_m <= foot.ring_m + 1e-6);
        }
        // The nearest of them is as far as the line that `locate` measures.
        let located = zones.locate(&position);
        if located.members.len() <= 1
            && let Some(distance_m) = located.signed_distance_m.map(f64::abs).filter(|distance_m| *distance_m < 1_999.0)
        {
            let home = located.members.first();
            let of = feet.iter().filter(|foot| home.is_none_or(|home| foot.perimeter == *home));
            let least = of.map(|foot| foot.distance_m).fold(f64::INFINITY, f64::min);
            prop_assert!((least - distance_m).abs() < 1e-6, "{least} {distance_m}");
        }
    }
}

#[test]
fn every_line_within_reach_has_one_and_no_other() {
    let square = |x: f64| -> MultiPolygon<f64> {
        polygon![(x: x, y: 48.0), (x: x + 0.001, y: 48.0), (x: x + 0.001, y: 48.001), (x: x, y: 48.001)].into()
    };
    // Two squares ten metres apart, and one far away.
    let gap = 10.0 / Geodesic.length(&Line::new((2.0, 48.0), (2.01, 48.0))) * 0.01;
    let zones = zones(vec![square(2.0), square(2.001 + gap), square(2.1)]);
    let between = at(2.001 + 0.3 * gap, 48.0005);
    let feet = zones.closest_points(between.wgs84, 25.0);
    assert_eq!(
        feet.iter().map(|foot| foot.perimeter).collect::<Vec<_>>(),
        common::ids(&[0, 1])
    );
    assert!(
        (feet[0].distance_m - 3.0).abs() < 0.01 && (feet[1].distance_m - 7.0).abs() < 0.01,
        "{feet:?}"
    );
    let around = square(2.0).0[0].exterior().clone();
    assert!(
        (feet[0].ring_m - Geodesic.length(&around)).abs() < 0.01,
        "{feet:?}"
    );
    assert_eq!(zones.closest_points(between.wgs84, 5.0).len(), 1);
    assert!(zones.closest_points(at(2.05, 48.0).wgs84, 25.0).is_empty());
}
