//! Properties of the index, on generated perimeters in every territory.

use geo::{Distance, Euclidean, Geodesic, Intersects, Point};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use qpv_engine::{BAND_M, Location, MAX_SEARCH_M, PerimeterId, PerimeterIndex, Zone, classify};
use qpv_model::{Outline, Position, Territory};

mod common;
use common::{TOWNS, at, ids, no_projection, perimeter, star, town, zones};

/// Every perimeter tested, every edge measured: no index, no local formula.
fn full_scan(outlines: &[MultiPolygon<f64>], p: Coord<f64>) -> (Vec<PerimeterId>, f64) {
    let members = outlines
        .iter()
        .enumerate()
        .filter(|(_, outline)| outline.intersects(&p))
        .map(|(place, _)| PerimeterId::new(place));
    let members: Vec<PerimeterId> = members.collect();
    let edges = |outline: &MultiPolygon<f64>| -> f64 {
        let rings = outline
            .iter()
            .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
        rings
            .flat_map(LineString::lines)
            .map(|edge| geodesic_to_edge_m(p, edge.start, edge.end))
            .fold(f64::MAX, f64::min)
    };
    let distance_m = if members.is_empty() {
        outlines.iter().map(edges).fold(f64::MAX, f64::min)
    } else {
        -members
            .iter()
            .map(|&member| edges(&outlines[member.place()]))
            .fold(0.0, f64::max)
    };
    (members, distance_m)
}

/// Karney's distance to the closest of points sampled ever more finely along an edge.
fn geodesic_to_edge_m(p: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> f64 {
    let distance_m = |t: f64| Geodesic.distance(Point(p), Point(a + (b - a) * t));
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
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_index_answers_as_a_full_scan(
        (town, outlines) in town(),
        asked in prop::collection::vec((-0.07..0.07f64, -0.07..0.07f64), 8),
    ) {
        let zones = zones(outlines.clone());
        let positions: Vec<Position> = asked.iter().map(|(dx, dy)| at(town.0 + dx, town.1 + dy)).collect();
        let mut answers = vec![Location::default(); positions.len()];
        zones.locate_all(&positions, &mut answers);
        for (position, answer) in positions.iter().zip(answers) {
            let (members, distance_m) = full_scan(&outlines, position.wgs84.coord());
            prop_assert_eq!(answer.members.as_slice(), members.as_slice());
            match answer.signed_distance_m {
                Some(found) => prop_assert!((found - distance_m).abs() < 0.05, "{} {}", found, distance_m),
                None => prop_assert!(distance_m > MAX_SEARCH_M - 0.05),
            }
        }
    }

    #[test]
    fn vertices_and_edges_belong_to_the_perimeter((_, outlines) in town()) {
        let zones = zones(outlines.clone());
        for (place, outline) in outlines.iter().enumerate() {
            for edge in outline.0[0].exterior().lines() {
                let vertex = zones.locate(&at(edge.start.x, edge.start.y));
                prop_assert!(vertex.members.contains(&PerimeterId::new(place)));
                if vertex.members.len() == 1 {
                    prop_assert_eq!(vertex.signed_distance_m.map(f64::to_bits), Some(0.0f64.to_bits()));
                }
            }
        }
    }

    #[test]
    fn crossing_the_line_changes_the_sign(radii in prop::collection::vec(0.001..0.006f64, 3..40), town in 0..TOWNS.len()) {
        let zones = zones(vec![MultiPolygon(vec![Polygon::new(star(TOWNS[town], &radii), vec![])])]);
        for edge in star(TOWNS[town], &radii).lines() {
            let middle = (edge.start + edge.end) * 0.5;
            let (dx, dy) = (edge.dy(), -edge.dx());
            let length = dx.hypot(dy);
            // Half a metre to the right of a counter-clockwise ring is outside, to the left inside.
            let step = 5e-6 / length;
            prop_assume!(Euclidean.distance(Point(middle), Point(edge.start)) > 2e-5);
            let outer = zones.locate(&at(middle.x + dx * step, middle.y + dy * step)).signed_distance_m.unwrap();
            let inner = zones.locate(&at(middle.x - dx * step, middle.y - dy * step)).signed_distance_m.unwrap();
            prop_assert!(outer > 0.0 && inner < 0.0, "{} {}", outer, inner);
        }
    }

    #[test]
    fn the_band_is_monotone_in_distance((town, outlines) in town(), towards in 0.0..std::f64::consts::TAU) {
        let zones = zones(outlines);
        let rays = (0..60).map(|step| f64::from(step) * 1e-3);
        let answers = rays.map(|r| zones.locate(&at(town.0 + r * towards.cos(), town.1 + r * towards.sin())));
        let rank = |located: &Location| match classify(located, None, 0.0).zone {
            Zone::Qpv => 0,
            Zone::Band300m => 1,
            _ => 2,
        };
        let mut by_distance: Vec<(f64, i32)> =
            answers.map(|located| (located.signed_distance_m.unwrap_or(MAX_SEARCH_M), rank(&located))).collect();
        by_distance.sort_by(|a, b| a.0.total_cmp(&b.0));
        prop_assert!(by_distance.is_sorted_by_key(|(_, rank)| *rank));
    }

    #[test]
    fn ring_order_and_direction_change_nothing(
        (town, outlines) in town(),
        turn in 0usize..7,
        building in prop::collection::vec(0.0001..0.004f64, 3..12),
        at_offset in (-0.05..0.05f64, -0.05..0.05f64),
    ) {
        let turned = |ring: &LineString<f64>| {
            let mut vertices = ring.0[1..].to_vec();
            let by = turn % vertices.len();
            vertices.rotate_left(by);
            vertices.reverse();
            vertices.push(vertices[0]);
            LineString(vertices)
        };
        let turn_all = |outline: &MultiPolygon<f64>| {
            let part = &outline.0[0];
            MultiPolygon(vec![Polygon::new(turned(part.exterior()), part.interiors().iter().map(turned).collect())])
        };
        let (one, other) = (zones(outlines.clone()), zones(outlines.iter().map(turn_all).collect()));
        let centre = (town.0 + at_offset.0, town.1 + at_offset.1);
        let footprint = MultiPolygon(vec![Polygon::new(star(centre, &building), vec![])]);
        let answers = [
            one.footprint(&footprint).unwrap(),
            one.footprint(&turn_all(&footprint)).unwrap(),
            other.footprint(&footprint).unwrap(),
        ];
        for answer in &answers[1..] {
            prop_assert_eq!(answer.qpv, answers[0].qpv);
            prop_assert_eq!(&answer.members, &answers[0].members);
            let close = |a: Option<f64>, b: Option<f64>| (a.unwrap_or(MAX_SEARCH_M) - b.unwrap_or(MAX_SEARCH_M)).abs() < 0.11;
            prop_assert!(close(answer.nearest_m, answers[0].nearest_m));
            prop_assert!(close(answer.farthest_m, answers[0].farthest_m));
        }
    }

    #[test]
    fn a_footprint_agrees_with_its_points(
        (town, outlines) in town(),
        building in prop::collection::vec(0.0002..0.004f64, 3..10),
        at_offset in (-0.03..0.03f64, -0.03..0.03f64),
    ) {
        let zones = zones(outlines);
        let centre = (town.0 + at_offset.0, town.1 + at_offset.1);
        let footprint = MultiPolygon(vec![Polygon::new(star(centre, &building), vec![])]);
        let answer = zones.footprint(&footprint).unwrap();
        prop_assert!(!answer.qpv.every || answer.qpv.any);
        prop_assert!(!answer.within_300m.every || answer.within_500m.every);
        for spoke in footprint.0[0].exterior().coords() {
            for share in [0.0, 0.3, 0.6, 0.999] {
                let p = (centre.0 + (spoke.x - centre.0) * share, centre.1 + (spoke.y - centre.1) * share);
                let located = zones.locate(&at(p.0, p.1));
                let distance_m = located.signed_distance_m.unwrap_or(MAX_SEARCH_M).max(0.0);
                prop_assert!(distance_m >= answer.nearest_m.unwrap_or(MAX_SEARCH_M) - 0.06);
                prop_assert!(distance_m <= answer.farthest_m.unwrap_or(MAX_SEARCH_M) + 0.001);
                prop_assert!(answer.qpv.any || located.members.is_empty());
                prop_assert!(!answer.qpv.every || !located.members.is_empty());
                prop_assert!(!answer.within_300m.every || distance_m < BAND_M);
            }
        }
    }
}

#[test]
fn a_courtyard_between_two_neighbourhoods_is_farthest_inside() {
    // Two bars some 210 m apart; a building spanning the gap touches both, its middle is farthest.
    let bar = |y: f64| {
        MultiPolygon::from(geo_types::Rect::new((2.0, y), (2.02, y + 0.0001)).to_polygon())
    };
    let zones = zones(vec![bar(48.0), bar(48.002)]);
    let footprint =
        MultiPolygon::from(geo_types::Rect::new((2.009, 48.00005), (2.011, 48.00205)).to_polygon());
    let answer = zones.footprint(&footprint).unwrap();
    let half_gap_m = 0.5 * Geodesic.distance(Point::new(2.01, 48.0001), Point::new(2.01, 48.002));
    assert!(
        (answer.farthest_m.unwrap() - half_gap_m).abs() < 0.06,
        "{answer:?} {half_gap_m}"
    );
    assert_eq!(
        (answer.nearest_m, answer.members),
        (Some(0.0), ids(&[0, 1]))
    );
    assert!(answer.qpv.any && !answer.qpv.every && answer.within_300m.every);
}

#[test]
fn a_footprint_over_two_touching_neighbourhoods_is_wholly_inside() {
    let half = |x: f64| {
        MultiPolygon::from(geo_types::Rect::new((x, 48.0), (x + 0.01, 48.01)).to_polygon())
    };
    let zones = zones(vec![half(2.0), half(2.01)]);
    let footprint =
        MultiPolygon::from(geo_types::Rect::new((2.005, 48.002), (2.015, 48.004)).to_polygon());
    assert!(zones.footprint(&footprint).unwrap().qpv.every);
}

#[test]
fn a_sliver_of_a_footprint_is_measured_too() {
    // Its corners are on one line but for the rounding of numbers: hardly a centre of a square is in it.
    let zones = zones(vec![MultiPolygon::from(
        geo_types::Rect::new((2.0, 48.0), (2.01, 48.01)).to_polygon(),
    )]);
    let corners = vec![
        (2.015, 48.001),
        (2.0175, 48.0035),
        (2.02, 48.006),
        (2.015, 48.001),
    ];
    let footprint = MultiPolygon(vec![Polygon::new(LineString::from(corners), vec![])]);
    let answer = zones.footprint(&footprint).unwrap();
    let to_side_m =
        |lon: f64, lat: f64| Geodesic.distance(Point::new(lon, lat), Point::new(2.01, lat));
    let (nearest_m, farthest_m) = (to_side_m(2.015, 48.001), to_side_m(2.02, 48.006));
    assert!(
        (answer.nearest_m.unwrap() - nearest_m).abs() < 0.06,
        "{answer:?} {nearest_m}"
    );
    assert!(
        (answer.farthest_m.unwrap() - farthest_m).abs() < 0.06,
        "{answer:?} {farthest_m}"
    );
}

#[test]
fn overlapping_neighbourhoods_are_both_returned_in_code_order() {
    let square = |x: f64| {
        MultiPolygon::from(geo_types::Rect::new((x, 48.0), (x + 0.01, 48.01)).to_polygon())
    };
    let zones = zones(vec![square(2.005), square(2.0)]);
    let located = zones.locate(&at(2.007, 48.005));
    assert_eq!(located.members.as_slice(), ids(&[0, 1]));
    // Deepest in the second: 3 thousandths of a degree from its eastern side, 2 from the western side of the first.
    assert_eq!(
        located
            .nearest
            .map(|nearest| (nearest.perimeter, nearest.distance_m)),
        Some((PerimeterId::new(1), 0.0))
    );
}

#[test]
fn the_official_band_speaks_only_for_its_territory() {
    let square = |x: f64, side: f64| {
        MultiPolygon::from(geo_types::Rect::new((x, 48.0), (x + side, 48.0 + side)).to_polygon())
    };
    let mut layer = zones(vec![square(2.0, 0.01)]).layer().clone();
    let mut overseas = perimeter(
        1,
        MultiPolygon::from(geo_types::Rect::new((55.4, -20.9), (55.41, -20.89)).to_polygon()),
    );
    overseas.territory = Territory::Reunion;
    layer.perimeters.push(overseas);
    layer.official_band = vec![Outline::on_wgs84(square(1.99, 0.03))];
    let zones = PerimeterIndex::new(layer, no_projection);
    assert_eq!(zones.locate(&at(2.005, 48.005)).official_band, Some(true));
    assert_eq!(zones.locate(&at(2.015, 48.005)).official_band, Some(true));
    assert_eq!(zones.locate(&at(2.025, 48.005)).official_band, Some(false));
    assert_eq!(zones.locate(&at(55.405, -20.895)).official_band, None);
    assert_eq!(zones.locate(&at(-1.0, 46.0)).official_band, None);
}

#[test]
fn a_polygon_across_two_neighbours_is_inside_whichever_way_round_they_are_drawn() {
    let block = |west: f64| geo_types::Rect::new((west, 48.0), (west + 0.01, 48.01)).to_polygon();
    let mut east = block(2.01);
    east.exterior_mut(|ring| ring.0.reverse());
    let zones = zones(vec![
        MultiPolygon(vec![block(2.0)]),
        MultiPolygon(vec![east]),
    ]);
    let across = MultiPolygon(vec![
        geo_types::Rect::new((2.008, 48.004), (2.012, 48.006)).to_polygon(),
    ]);
    assert!(
        zones
            .footprint(&across)
            .is_ok_and(|found| found.qpv.every && found.members.len() == 2)
    );
}
