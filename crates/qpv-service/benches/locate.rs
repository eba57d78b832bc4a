//! Cost of one point: membership alone, and the full answer (zone, nearest perimeter, signed distance, certainty).
//!
//! On the national perimeters of 2024 (`$QPV_REAL_DATA`, else `../shared/geodata`), or on the fictional town. Half of
//! the points are spread over metropolitan France, half lie around perimeters.
#![expect(clippy::unwrap_used, reason = "a bench that cannot start has nothing to measure")]

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use qpv_engine::{Located, Zones};
use qpv_geodata::import::{ImportOptions, read_vintage};
use qpv_model::{Position, Vintage, VintageLayer, Wgs84Point};
use qpv_service::data;

const POINTS: usize = 100_000;

fn layer() -> VintageLayer {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/geodata");
    let folder = std::env::var_os("QPV_REAL_DATA").map_or(shared, PathBuf::from);
    let file = folder.join("perimeters-2024/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson");
    if file.exists() {
        return read_vintage(&[file], &ImportOptions::new(Vintage::V2024)).unwrap().0;
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

fn points(layer: &VintageLayer) -> Vec<Position> {
    let mut number = numbers();
    let around = |index: usize| {
        let perimeter = &layer.perimeters[index * 7919 % layer.perimeters.len()];
        perimeter.outline.wgs84().0[0].exterior().0[0]
    };
    let drawn = (0..POINTS).map(|index| {
        let (a, b) = (number(), number());
        let (lon, lat) = if index % 2 == 0 {
            (-5.0 + 13.0 * a, 42.5 + 8.5 * b)
        } else {
            let vertex = around(index);
            (vertex.x + 0.03 * (a - 0.5), vertex.y + 0.02 * (b - 0.5))
        };
        Wgs84Point::new(lon, lat).unwrap().into()
    });
    drawn.collect()
}

fn locate(criterion: &mut Criterion) {
    let zones = Zones::new(layer(), |crs, point| qpv_geodata::crs::project(crs, point).ok());
    let points = points(zones.layer());
    let mut group = criterion.benchmark_group("points");
    group.throughput(Throughput::Elements(POINTS as u64)).sample_size(20);
    group.bench_function("members", |bencher| {
        bencher.iter(|| points.iter().map(|point| zones.members(black_box(point)).len()).sum::<usize>());
    });
    let mut answers = vec![Located::default(); POINTS];
    group.bench_function("locate", |bencher| bencher.iter(|| zones.locate_all(black_box(&points), &mut answers)));
    group.finish();
}

criterion_group!(benches, locate);
criterion_main!(benches);
