//! Tiles of the fictional town, cut and kept. `tests/python/bench_tiles.py` has those of the country, as a client gets them.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use qpv_service::data::sample;
use qpv_service::layers::tiles::Tile;
use qpv_service::{DerivedData, Snapshot};
use qpv_tiles::{FeatureLayer, TileSource};

/// All layers of the town in the tiles that hold its middle; and one layer without what is kept.
fn tiles(bench: &mut Criterion) {
    let derived = DerivedData::new(Snapshot::new(sample().expect("the sample")));
    derived.prepare_tiles();
    let (snapshot, tiles) = (derived.snapshot(), derived.tiles());
    let all: Vec<&str> = tiles
        .layers()
        .iter()
        .map(|layer| layer.id.as_str())
        .collect();
    let chosen = tiles.choose(&all.join(",")).expect("the layers listed");
    for zoom in [8, 14] {
        let tile = Tile::within([-3.6, 46.2, -3.6, 46.2], zoom)
            .next()
            .expect("a tile");
        bench.bench_function(&format!("kept, zoom {zoom}"), |bench| {
            bench.iter(|| derived.cut_tile(black_box(&chosen), black_box(tile)));
        });
        let outlines = snapshot
            .vintages()
            .flat_map(|(_, zones)| zones.perimeters());
        let layer = FeatureLayer::polygons(
            "a",
            outlines.map(|perimeter| (perimeter.outline.wgs84(), vec![])),
        );
        layer.prepare(zoom);
        bench.bench_function(&format!("perimeters cut, zoom {zoom}"), |bench| {
            bench.iter(|| layer.cut(black_box(tile)));
        });
    }
}

criterion_group!(benches, tiles);
criterion_main!(benches);
