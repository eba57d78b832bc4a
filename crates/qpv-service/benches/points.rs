//! Cost of one point on the national perimeters of 2024: membership, and the full answer (members, nearest perimeter,
//! signed distance, certainty), by the index for points and by the general path beside it.
//!
//! The points are those of `$QPV_POINTS`, a CSV file `id,lon,lat` (`zone_peers.py` writes one and times the peers on it;
//! `tests/python/bench_points.py` runs both), else drawn by the same recipe: half over metropolitan France, half around
//! perimeters. Perimeters come from `$QPV_REAL_DATA`, else `../shared/geodata`, else they are those of the fictional town.
#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot start has nothing to measure"
)]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "degrees made positive, in thousandths"
)]

use std::cell::LazyCell;
use std::hint::black_box;
use std::time::Duration;

use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use geo_types::Coord;
use qpv_engine::{Location, MAX_SEARCH_M, Membership, PerimeterIndex, PointIndex, classify};
use qpv_geodata::import::{ImportOptions, read_vintage};
use qpv_model::{Crs, Outline, Position, Vintage, VintageLayer, Wgs84Point};
use qpv_service::data;
use rayon::prelude::*;

#[path = "../../../tests/real_data.rs"]
mod real_data;
use real_data::{NATIONAL_2024, real};

const POINTS: usize = 1_000_000;

fn layer() -> VintageLayer {
    if let Some(file) = real(NATIONAL_2024) {
        return read_vintage(&[file], &ImportOptions::new(Vintage::V2024))
            .unwrap()
            .0;
    }
    eprintln!("no national data: the figures are those of the fictional town");
    data::sample().unwrap().layers.pop().unwrap()
}

/// A fixed sequence of numbers in 0..1 (`SplitMix64`), the same on every machine.
fn numbers() -> impl FnMut() -> f64 {
    let mut state = 7u64;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn points(layer: &VintageLayer) -> Vec<Wgs84Point> {
    if let Some(file) = std::env::var_os("QPV_POINTS") {
        let text = std::fs::read_to_string(file).unwrap();
        let point = |line: &str| {
            let mut fields = line.split(',').skip(1).map(|field| field.parse().unwrap());
            Wgs84Point::new(fields.next().unwrap(), fields.next().unwrap()).unwrap()
        };
        return text.lines().skip(1).map(point).collect();
    }
    let mut number = numbers();
    let drawn = (0..POINTS).map(|index| {
        let (a, b) = (number(), number());
        let (lon, lat) = if index % 2 == 0 {
            (-5.0 + 13.0 * a, 42.5 + 8.5 * b)
        } else {
            let perimeter = &layer.perimeters[index * 7919 % layer.perimeters.len()];
            let vertex = perimeter.outline.wgs84().0[0].exterior().0[0];
            // Normal, 700 m each way (Box and Muller).
            let (radius, angle) = (
                700.0 * (-2.0 * (1.0 - a).ln()).sqrt(),
                std::f64::consts::TAU * b,
            );
            let metres = 1.0 / 111_000.0;
            let lon = vertex.x + radius * angle.cos() * metres / vertex.y.to_radians().cos();
            (lon, vertex.y + radius * angle.sin() * metres)
        };
        Wgs84Point::new(lon, lat).unwrap()
    });
    drawn.collect()
}

/// The points along a curve through the squares of 1/1024°: what a file sorted by place looks like.
fn by_place(points: &[Wgs84Point]) -> Vec<Wgs84Point> {
    let spread = |v: u32| (0..20).fold(0u64, |key, bit| key | u64::from(v >> bit & 1) << (2 * bit));
    let place = |point: &Wgs84Point| {
        let [x, y] = [point.lon_deg() + 180.0, point.lat_deg() + 90.0]
            .map(|degrees| (degrees * 1024.0) as u32);
        spread(x) | spread(y) << 1
    };
    let mut sorted = points.to_vec();
    sorted.sort_by_cached_key(place);
    sorted
}

/// The layer `times` over, each copy moved a little, within some 300 km.
fn copies(layer: &VintageLayer, times: u32) -> VintageLayer {
    let mut number = numbers();
    let mut copies = layer.clone();
    for _ in 1..times {
        let (dx, dy) = (4.0 * number() - 2.0, 3.0 * number() - 1.5);
        let moved = |c: Coord<f64>| Coord {
            x: c.x + dx,
            y: c.y + dy,
        };
        copies
            .perimeters
            .extend(layer.perimeters.iter().map(|perimeter| {
                let outline = geo::MapCoords::map_coords(perimeter.outline.wgs84(), moved);
                qpv_model::Perimeter {
                    outline: Outline::on_wgs84(outline),
                    ..perimeter.clone()
                }
            }));
    }
    copies
}

fn project(crs: Crs, point: Wgs84Point) -> Option<Coord<f64>> {
    qpv_geodata::crs::project(crs, point).ok()
}

fn indexed(layer: VintageLayer) -> PerimeterIndex {
    let index = PointIndex::build(&layer.perimeters).unwrap();
    eprintln!(
        "index of {} perimeters: {:.1} MB",
        layer.perimeters.len(),
        index.bytes().len() as f64 / 1e6
    );
    PerimeterIndex::new(layer, project).with_point_index(Some(index))
}

/// An index that is built only if a bench that runs needs it.
type Lazy<'a> = LazyCell<PerimeterIndex, Box<dyn FnOnce() -> PerimeterIndex + 'a>>;

fn lazily<'a>(build: impl FnOnce() -> PerimeterIndex + 'a) -> Lazy<'a> {
    LazyCell::new(Box::new(build))
}

fn membership(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    zones: &Lazy<'_>,
    points: &[Wgs84Point],
) {
    let mut answers = vec![Membership::NONE; points.len()];
    group.throughput(Throughput::Elements(points.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| zones.memberships(black_box(points), &mut answers));
    });
}

/// Every answer with its certainty, as the use cases need it.
fn answer_all(
    zones: &PerimeterIndex,
    positions: &[Position],
    reach_m: f64,
    answers: &mut [Location],
) -> usize {
    zones.locate_all_within(positions, reach_m, answers);
    answers
        .iter()
        .filter(|located| classify(located, Some(10.0), 1.0).zone == qpv_engine::Zone::Qpv)
        .count()
}

fn full(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    zones: &Lazy<'_>,
    positions: &[Position],
    reach_m: f64,
) {
    let mut answers = vec![Location::default(); positions.len()];
    group.throughput(Throughput::Elements(positions.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| answer_all(zones, black_box(positions), reach_m, &mut answers));
    });
}

fn benches(criterion: &mut Criterion) {
    let layer = layer();
    let points = points(&layer);
    let sorted = by_place(&points);
    let positions: Vec<Position> = points.iter().copied().map(Position::from).collect();
    let plain = lazily(|| PerimeterIndex::new(layer.clone(), project));
    let zones = lazily(|| indexed(layer.clone()));

    let mut group = criterion.benchmark_group("membership");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(2))
        .warm_up_time(Duration::from_millis(500));
    membership(&mut group, "random order", &zones, &points);
    membership(&mut group, "sorted by place", &zones, &sorted);
    membership(&mut group, "general path", &plain, &points);
    for times in [10, 100] {
        let many = lazily(|| indexed(copies(&layer, times)));
        membership(&mut group, &format!("perimeters x{times}"), &many, &points);
        full(
            &mut group,
            &format!("full answer, perimeters x{times}"),
            &many,
            &positions,
            MAX_SEARCH_M,
        );
    }
    group.finish();

    let mut group = criterion.benchmark_group("full answer");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(3))
        .warm_up_time(Duration::from_millis(500));
    full(&mut group, "5 km", &zones, &positions, MAX_SEARCH_M);
    full(&mut group, "1 km", &zones, &positions, 1_000.0);
    full(
        &mut group,
        "general path, 5 km",
        &plain,
        &positions,
        MAX_SEARCH_M,
    );
    let mut answers = vec![Location::default(); positions.len()];
    group.bench_function("5 km, every thread", |bencher| {
        let zones: &PerimeterIndex = &zones;
        bencher.iter(|| {
            let parts = positions
                .par_chunks(8_192)
                .zip(answers.par_chunks_mut(8_192));
            parts
                .map(|(positions, answers)| answer_all(zones, positions, MAX_SEARCH_M, answers))
                .sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
