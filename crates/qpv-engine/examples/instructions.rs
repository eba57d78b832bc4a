//! Asks the same questions a number of times, for their instructions to be counted: `instructions JOB ROUNDS`, where
//! JOB is `membership` or `full`. `tests/python/check_instructions.py` runs it under callgrind with different numbers
//! of rounds; what they differ by is the cost of the questions alone, the same on every machine of one kind.
//!
//! 900 made-up perimeters and 20,000 points, half of them anywhere, half around a perimeter.
#![expect(
    clippy::unwrap_used,
    reason = "a measure that cannot start has nothing to tell"
)]

use geo_types::{LineString, MultiPolygon, Polygon};
use qpv_engine::{Location, Membership, PerimeterIndex, PointIndex};
use qpv_model::{Outline, Perimeter, Position, Territory, Vintage, VintageLayer, Wgs84Point};

const A_SIDE: u32 = 30;
const POINTS: u32 = 20_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [job, rounds] = arguments.as_slice() else {
        panic!("usage: instructions membership|full ROUNDS")
    };
    let (zones, points) = (zones(), points());
    let positions: Vec<Position> = points.iter().copied().map(Position::from).collect();
    let mut memberships = vec![Membership::NONE; points.len()];
    let mut answers = vec![Location::default(); points.len()];
    for _ in 0..rounds.parse::<u32>().unwrap() {
        match job.as_str() {
            "membership" => zones.memberships(&points, &mut memberships),
            "full" => zones.locate_all(&positions, &mut answers),
            other => panic!("no job {other}"),
        }
    }
    std::hint::black_box((memberships, answers));
}

/// A number in 0..1 for each index, spread evenly (Weyl's sequence).
fn spread(index: u32, step: f64) -> f64 {
    (f64::from(index) * step).fract()
}

/// Where a perimeter is centred: a crooked lattice over three degrees.
fn centre(index: u32) -> (f64, f64) {
    let (column, row) = (f64::from(index % A_SIDE), f64::from(index / A_SIDE));
    (
        1.0 + 0.1 * (column + 0.5 * spread(index, 0.618)),
        46.0 + 0.1 * (row + 0.5 * spread(index, 0.414)),
    )
}

fn zones() -> PerimeterIndex {
    let perimeters: Vec<Perimeter> = (0..A_SIDE * A_SIDE).map(perimeter).collect();
    let whole = [Territory::Metropole].into();
    let index = PointIndex::build(&perimeters);
    let layer = VintageLayer {
        vintage: Vintage::V2024,
        perimeters,
        official_band: vec![],
        precision_m: 1.0,
        whole,
    };
    PerimeterIndex::new(layer, |_, _| None).with_point_index(index)
}

/// A ring of 50 vertices, 200 to 600 m from its centre.
fn perimeter(index: u32) -> Perimeter {
    let (x, y) = centre(index);
    let vertices = (0..50).map(|vertex| {
        let radius = 0.002 + 0.004 * spread(50 * index + vertex, 0.382);
        let (sin, cos) = (std::f64::consts::TAU * f64::from(vertex) / 50.0).sin_cos();
        (x + radius * cos, y + radius * sin)
    });
    let mut ring: Vec<(f64, f64)> = vertices.collect();
    ring.push(ring[0]);
    Perimeter {
        vintage: Vintage::V2024,
        code_qp: format!("QN0{:02}{:02}N", 10 + index / 90, 10 + index % 90)
            .parse()
            .unwrap(),
        lib_qp: String::new(),
        insee_com: vec![],
        lib_com: vec![],
        insee_dep: String::new(),
        lib_dep: None,
        insee_reg: None,
        lib_reg: None,
        siren_epci: vec![],
        territory: Territory::Metropole,
        area_ha: 0.0,
        outline: Outline::on_wgs84(MultiPolygon(vec![Polygon::new(
            LineString::from(ring),
            vec![],
        )])),
    }
}

fn points() -> Vec<Wgs84Point> {
    let point = |index: u32| {
        let (a, b) = (spread(index, 0.754_877_666), spread(index, 0.569_840_29));
        let (x, y) = centre(index % (A_SIDE * A_SIDE));
        let (lon, lat) = if index.is_multiple_of(2) {
            (-4.0 + 13.0 * a, 42.5 + 8.5 * b)
        } else {
            (x + 0.04 * (a - 0.5), y + 0.03 * (b - 0.5))
        };
        Wgs84Point::new(lon, lat).unwrap()
    };
    (0..POINTS).map(point).collect()
}
