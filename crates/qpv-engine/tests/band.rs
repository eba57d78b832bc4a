//! The 300 m band as it is drawn, against the distances that decide.

mod common;

use std::collections::BTreeSet;

use geo::{Coord, CoordsIter, Distance, Geodesic, Intersects, Point};
use geo_types::{LineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use qpv_engine::{BAND_M, BandDrawing, IndexError, PerimeterIndex};
use qpv_model::{BandArea, Perimeter};

fn band(perimeters: &[Perimeter]) -> Vec<BandArea> {
    BandDrawing::build(perimeters).areas(perimeters)
}

fn square(lon: f64, lat: f64, size: f64) -> MultiPolygon<f64> {
    let corners = [
        (lon, lat),
        (lon + size, lat),
        (lon + size, lat + size),
        (lon, lat + size),
        (lon, lat),
    ];
    MultiPolygon(vec![Polygon::new(
        LineString::from(corners.to_vec()),
        vec![],
    )])
}

fn perimeters(outlines: &[MultiPolygon<f64>]) -> Vec<Perimeter> {
    outlines
        .iter()
        .enumerate()
        .map(|(order, outline)| common::perimeter(order, outline.clone()))
        .collect()
}

/// Every vertex of the line drawn, and the middle of every edge.
fn line(area: &BandArea) -> impl Iterator<Item = Coord<f64>> {
    let rings = area
        .outline
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    rings.flat_map(|ring| {
        ring.lines()
            .flat_map(|edge| [edge.start, (edge.start + edge.end) / 2.0])
    })
}

fn distance_m(zones: &PerimeterIndex, at: Coord<f64>) -> f64 {
    zones
        .locate(&common::at(at.x, at.y))
        .signed_distance_m
        .unwrap_or(f64::INFINITY)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_line_is_drawn_at_300_m_and_parts_what_is_nearer_from_what_is_farther(
        (town, outlines) in common::town(),
        points in prop::collection::vec((-0.06..0.06f64, -0.06..0.06f64), 50),
    ) {
        let perimeters = perimeters(&outlines);
        let (areas, zones) = (band(&perimeters), common::zones(outlines));
        for at in areas.iter().flat_map(line) {
            let distance_m = distance_m(&zones, at);
            prop_assert!((distance_m - BAND_M).abs() < 1.0, "{at:?} at {distance_m} m");
        }
        for (dx, dy) in points {
            let at = Coord { x: town.0 + dx, y: town.1 + dy };
            let holding: Vec<_> = areas.iter().filter(|area| area.outline.intersects(&at)).collect();
            let distance_m = distance_m(&zones, at);
            prop_assert!(holding.len() <= 1, "the areas are disjoint");
            if (distance_m - BAND_M).abs() > 1.0 {
                prop_assert_eq!(holding.len() == 1, distance_m < BAND_M, "{:?} at {} m", at, distance_m);
            }
            if let (Some(nearest), [area]) = (zones.locate(&common::at(at.x, at.y)).nearest, holding.as_slice()) {
                let code = perimeters[nearest.perimeter.place()].code_qp;
                prop_assert!(area.codes.contains(&code), "{code} is not of {:?}", area.codes);
            }
        }
        let codes: Vec<_> = areas.iter().flat_map(|area| &area.codes).copied().collect();
        prop_assert_eq!(codes.len(), perimeters.len());
        prop_assert_eq!(codes.into_iter().collect::<BTreeSet<_>>().len(), perimeters.len());
    }
}

#[test]
fn around_a_corner_the_line_is_at_300_m_by_karney_too() {
    // At both ends of Lambert-93, where its metres are furthest from true ones, and overseas.
    for (lon, lat) in [
        (2.37, 51.03),
        (8.74, 41.92),
        (-61.53, 16.24),
        (55.45, -20.88),
    ] {
        let outline = square(lon, lat, 0.005);
        let areas = band(&perimeters(std::slice::from_ref(&outline)));
        let beyond = |at: &Coord<f64>| at.x > lon + 0.005 && at.y > lat + 0.005;
        let around: Vec<_> = line(&areas[0]).filter(beyond).collect();
        assert!(around.len() > 40, "{}", around.len());
        for at in around {
            let distance_m = Geodesic.distance(Point(at), Point::new(lon + 0.005, lat + 0.005));
            assert!((distance_m - BAND_M).abs() < 1.0, "{at:?} {distance_m}");
        }
    }
}

#[test]
fn areas_are_those_of_neighbourhoods_that_are_linked() {
    // A and C lie far apart, B has a part near each; D is alone; E lies in the hole of the ring F without touching it.
    let [a, c, d] = [
        square(2.0, 48.0, 0.004),
        square(2.2, 48.0, 0.004),
        square(2.4, 48.0, 0.004),
    ];
    let b = MultiPolygon([square(2.005, 48.0, 0.004).0, square(2.205, 48.0, 0.004).0].concat());
    let e = square(2.65, 48.05, 0.001);
    let ring = |size| {
        square(2.65 - size, 48.05 - size, 2.0 * size)
            .0
            .remove(0)
            .exterior()
            .clone()
    };
    let f = MultiPolygon(vec![Polygon::new(ring(0.05), vec![ring(0.04)])]);
    let perimeters = perimeters(&[a, b, c, d, e, f]);
    let areas = band(&perimeters);
    let codes = |area: &BandArea| {
        area.codes
            .iter()
            .map(|code| code.as_str()[5..7].parse().unwrap())
            .collect::<Vec<u8>>()
    };
    assert_eq!(
        areas.iter().map(codes).collect::<Vec<_>>(),
        [vec![0, 1, 2], vec![3], vec![4], vec![5]]
    );
    let parts: Vec<_> = areas
        .iter()
        .map(|area| (area.outline.0.len(), area.outline.0[0].interiors().len()))
        .collect();
    assert_eq!(parts, [(2, 0), (1, 0), (1, 0), (1, 1)]);
}

#[test]
fn an_outline_that_encloses_nothing_has_a_band() {
    let point = (2.0, 48.0);
    for other in [point, (2.003, 48.001)] {
        let ring = LineString::from(vec![point, other, point, point]);
        let perimeters = perimeters(&[MultiPolygon(vec![Polygon::new(ring, vec![])])]);
        let zones = PerimeterIndex::new(common::layer(perimeters.clone()), common::no_projection);
        let areas = band(&perimeters);
        assert!(areas[0].outline.coords_count() > 90);
        for at in line(&areas[0]) {
            let distance_m = distance_m(&zones, at);
            assert!(
                (distance_m - BAND_M).abs() < 1.0,
                "{other:?} {at:?} {distance_m}"
            );
        }
    }
}

#[test]
fn a_band_is_read_back_for_its_own_perimeters_only() {
    let ours = perimeters(&[square(2.0, 48.0, 0.004), square(2.1, 48.0, 0.004)]);
    let bytes = BandDrawing::build(&ours).bytes().to_vec();
    // A vector of bytes need not begin on a multiple of eight.
    let aligned = |bytes: &[u8]| {
        let words: Vec<u64> = bytes
            .chunks(8)
            .map(|word| u64::from_ne_bytes(word.try_into().unwrap()))
            .collect();
        Box::new(Words(words))
    };
    let read = |bytes: &[u8], perimeters: &[Perimeter]| {
        BandDrawing::from_bytes(aligned(bytes), perimeters)
    };
    assert_eq!(read(&bytes, &ours).unwrap().areas(&ours), band(&ours));
    let mut moved = ours.clone();
    moved[1] = common::perimeter(1, square(2.1, 48.0, 0.004_000_1));
    assert_eq!(
        read(&bytes, &moved).unwrap_err(),
        IndexError::OtherPerimeters
    );
    assert_eq!(
        read(&bytes, &ours[..1]).unwrap_err(),
        IndexError::OtherPerimeters
    );
    let mut altered = bytes.clone();
    *altered.last_mut().unwrap() ^= 1;
    assert!(matches!(read(&altered, &ours), Err(IndexError::Arrays(_))));
}

struct Words(Vec<u64>);

impl AsRef<[u8]> for Words {
    fn as_ref(&self) -> &[u8] {
        bytemuck::cast_slice(&self.0)
    }
}
