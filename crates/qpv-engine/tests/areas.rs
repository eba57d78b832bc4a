//! The areas of a town's own layer, against a scan of all of them.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use geo::{Distance, Geodesic, Intersects, Point};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use qpv_engine::{AreaIndex, AreaLocation, MAX_SEARCH_M, PointIndex};
use qpv_model::{Crs, CustomArea, CustomLayer, MetricPoint, Outline, Position, Wgs84Point};

mod common;
use common::{at, no_projection, star, town};

fn layer(outlines: Vec<Outline>) -> CustomLayer {
    let areas = outlines
        .into_iter()
        .zip([Some("Nord"), None].into_iter().cycle());
    let areas = areas
        .map(|(outline, name)| CustomArea::new(name.map(str::to_owned), outline))
        .collect();
    CustomLayer {
        name: "territoires-fragiles".parse().unwrap(),
        areas,
        precision_m: 1.0,
    }
}

/// Karney's distance to points sampled ever more finely along every edge: no index, no local formula.
fn to_line_m(outline: &MultiPolygon<f64>, p: Coord<f64>) -> f64 {
    let rings = outline
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    let edge_m = |edge: geo_types::Line<f64>| {
        let distance_m = |t: f64| Geodesic.distance(Point(p), Point(edge.start + edge.delta() * t));
        let (mut low, mut high) = (0.0, 1.0);
        while high - low > 1e-6 {
            let (one, two) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if distance_m(one) < distance_m(two) {
                high = two;
            } else {
                low = one;
            }
        }
        distance_m(0.0)
            .min(distance_m(1.0))
            .min(distance_m(0.5 * (low + high)))
    };
    rings
        .flat_map(LineString::lines)
        .map(edge_m)
        .fold(f64::MAX, f64::min)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_index_answers_as_a_full_scan(
        (town, outlines) in town(),
        asked in prop::collection::vec((-0.07..0.07f64, -0.07..0.07f64), 8),
    ) {
        let indexed = |outlines: Vec<MultiPolygon<f64>>| {
            AreaIndex::new(layer(outlines.into_iter().map(Outline::on_wgs84).collect()), no_projection)
        };
        let (areas, with_points) = (indexed(outlines.clone()), indexed(outlines.clone()));
        let points = PointIndex::build(&areas.layer().areas);
        prop_assert!(points.is_some());
        let with_points = with_points.with_point_index(points);
        let only_even = indexed(outlines.iter().step_by(2).cloned().collect());
        for (dx, dy) in asked {
            let position = at(town.0 + dx, town.1 + dy);
            let p = position.wgs84.coord();
            let found = areas.locate(&position);
            let by_points = with_points.locate(&position);
            prop_assert_eq!(&by_points.members, &found.members);
            let mut together = vec![AreaLocation::default(); 3];
            with_points.locate_all(&[position, at(town.0, town.1), position], &mut together);
            prop_assert_eq!([&together[0], &together[2]], [&by_points, &by_points]);
            let both = [by_points.signed_distance_m, found.signed_distance_m].map(|it| it.unwrap_or(MAX_SEARCH_M));
            prop_assert!((both[0] - both[1]).abs() < 0.001, "{:?}", both);
            // Some of the areas answer as if there were no others.
            let even = areas.locate_among(&position, |area| area % 2 == 0);
            let alone = only_even.locate(&position);
            let doubled: Vec<u32> = alone.members.iter().map(|member| member * 2).collect();
            prop_assert_eq!((even.members.as_slice(), even.signed_distance_m), (doubled.as_slice(), alone.signed_distance_m));
            let members: Vec<u32> =
                (0u32..).zip(&outlines).filter(|(_, outline)| outline.intersects(&p)).map(|(index, _)| index).collect();
            prop_assert_eq!(found.members.as_slice(), members.as_slice());
            let depths = members.iter().map(|&member| to_line_m(&outlines[member as usize], p));
            let expected = if members.is_empty() {
                outlines.iter().map(|outline| to_line_m(outline, p)).fold(f64::MAX, f64::min)
            } else {
                -depths.fold(0.0, f64::max)
            };
            match found.signed_distance_m {
                Some(distance_m) => prop_assert!((distance_m - expected).abs() < 0.05, "{} {}", distance_m, expected),
                None => prop_assert!(expected.abs() > MAX_SEARCH_M - 0.05),
            }
            prop_assert_eq!(areas.names(&found).count(), members.iter().filter(|&member| member % 2 == 0).count());
        }
    }

    #[test]
    fn the_boundary_belongs_to_the_area((_, outlines) in town()) {
        let areas = AreaIndex::new(layer(outlines.iter().cloned().map(Outline::on_wgs84).collect()), no_projection);
        for (index, outline) in (0u32..).zip(&outlines) {
            for vertex in &outline.0[0].exterior().0 {
                let found = areas.locate(&at(vertex.x, vertex.y));
                prop_assert!(found.members.contains(&index));
                if found.members.len() == 1 {
                    prop_assert_eq!(found.signed_distance_m.map(f64::to_bits), Some(0.0f64.to_bits()));
                }
            }
        }
    }
}

#[test]
fn a_projected_area_is_tested_on_the_coordinates_given() {
    // Edges that are straight in Lambert-93: a point on one is inside, whatever its longitude and latitude round to.
    let crs = Crs::known(2154).unwrap();
    let (x, y) = (437_609.0, 6_855_920.0);
    let corners = [
        (x, y),
        (x + 900.0, y + 300.0),
        (x + 600.0, y + 1200.0),
        (x, y),
    ];
    let published = MultiPolygon(vec![Polygon::new(
        LineString::from(corners.to_vec()),
        vec![],
    )]);
    let wgs84 = MultiPolygon(vec![Polygon::new(
        star((-0.57, 48.755), &[0.01; 8]),
        vec![],
    )]);
    let areas = AreaIndex::new(
        layer(vec![Outline::projected(crs, published, wgs84)]),
        no_projection,
    );
    let asked = |dx: f64, dy: f64| {
        let given = MetricPoint::new(crs, x + dx, y + dy).unwrap();
        areas
            .locate(&Position {
                wgs84: Wgs84Point::new(-0.57, 48.755).unwrap(),
                given: Some(given),
            })
            .members
            .len()
    };
    assert_eq!(
        [asked(300.0, 100.0), asked(300.0, 99.0), asked(300.0, 101.0)],
        [1, 0, 1]
    );
}

#[test]
fn far_inside_there_is_no_distance_and_far_outside_neither() {
    let wide = MultiPolygon(vec![Polygon::new(star((2.0, 48.0), &[0.3; 12]), vec![])]);
    let areas = AreaIndex::new(layer(vec![Outline::on_wgs84(wide)]), no_projection);
    let (inside, outside) = (areas.locate(&at(2.0, 48.0)), areas.locate(&at(4.0, 48.0)));
    assert_eq!(
        (inside.members.as_slice(), inside.signed_distance_m),
        (&[0][..], None)
    );
    assert_eq!(
        (outside.members.as_slice(), outside.signed_distance_m),
        (&[][..], None)
    );
    assert_eq!(areas.names(&inside).collect::<Vec<_>>(), ["Nord"]);
}
