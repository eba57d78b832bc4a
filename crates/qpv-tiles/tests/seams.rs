//! Tiles decoded and put together again are the outline they were cut of.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::collections::HashMap;

use fast_mvt::{MvtGeometry, MvtReaderRef};
use geo::{Contains, Distance, Euclidean, MapCoords, Rotate, Validation};
use geo_types::{Coord, LineString, MultiPolygon, Point, Polygon, coord};
use proptest::prelude::*;
use qpv_tiles::{EXTENT, FeatureLayer, Tile, TileSource};

/// The outline on the grid of a zoom, by the formula of the web's map, every position rounded.
fn on_grid(outline: &MultiPolygon<f64>, zoom: u8) -> MultiPolygon<f64> {
    let side = f64::from(EXTENT) * f64::from(1_u32 << zoom);
    outline.map_coords(|Coord { x: lon, y: lat }| {
        let north = (std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0)
            .tan()
            .ln();
        coord! {
            x: ((lon + 180.0) / 360.0 * side).round(),
            y: ((0.5 - north / std::f64::consts::TAU) * side).round(),
        }
    })
}

/// The polygons of a tile, in its own units.
fn decoded(bytes: &[u8]) -> MultiPolygon<f64> {
    let reader = MvtReaderRef::new(bytes).unwrap();
    let features = reader.layers().flat_map(|layer| {
        layer
            .features()
            .map(|feature| feature.geometry().unwrap())
            .collect::<Vec<_>>()
    });
    let polygons = features.flat_map(|geometry| match geometry {
        MvtGeometry::Polygon(polygon) => vec![polygon],
        MvtGeometry::MultiPolygon(polygons) => polygons.0,
        other => panic!("{other:?}"),
    });
    polygons
        .map(|polygon| polygon.map_coords(|at| coord! { x: f64::from(at.x), y: f64::from(at.y) }))
        .collect()
}

/// All tiles of a zoom, decoded; each is valid and stays within its buffer.
fn tiles(layer: &FeatureLayer, zoom: u8) -> HashMap<(u32, u32), MultiPolygon<f64>> {
    let tiles = layer.tiles(zoom).into_iter().map(|tile| {
        let polygons = decoded(&layer.cut(tile));
        assert!(
            polygons.is_valid(),
            "{tile:?}: {:?}",
            polygons.check_validation()
        );
        let within = |at: &Coord<f64>| {
            [at.x, at.y]
                .into_iter()
                .all(|value| (-64.0..=4160.0).contains(&value))
        };
        assert!(
            polygons
                .iter()
                .flat_map(|polygon| &polygon.exterior().0)
                .all(within)
        );
        ((tile.x(), tile.y()), polygons)
    });
    tiles.collect()
}

/// Points a little more than a unit off the outline, all along it, on both sides.
fn beside(outline: &MultiPolygon<f64>) -> Vec<Point<f64>> {
    let rings = outline
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    let on = rings
        .flat_map(LineString::lines)
        .flat_map(|line| [0.0, 0.13, 0.5, 0.81].map(|t| line.start + line.delta() * t));
    let steps = [
        (1.1, 0.0),
        (-1.1, 0.0),
        (0.0, 1.1),
        (0.0, -1.1),
        (3.0, 2.0),
        (-3.0, 2.0),
        (2.0, -3.0),
        (-40.0, -7.0),
    ];
    on.flat_map(|at| steps.map(|(dx, dy)| Point::new(at.x + dx, at.y + dy)))
        .collect()
}

/// Whether each point beside the outline is on the same side of it in the tile that it lies in.
fn assert_no_seam(outline: &MultiPolygon<f64>, zoom: u8) {
    let (layer, expected) = (
        FeatureLayer::polygons("a", [(outline, vec![])]),
        on_grid(outline, zoom),
    );
    if !layer.zooms().contains(&zoom) {
        return;
    }
    let tiles = tiles(&layer, zoom);
    let nothing = MultiPolygon::new(vec![]);
    for point in beside(&expected) {
        let off = expected
            .iter()
            .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let off = off
            .map(|ring| Euclidean.distance(ring, &point))
            .fold(f64::MAX, f64::min);
        if off <= 1.0 {
            continue;
        }
        let side = f64::from(EXTENT);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "tiles have small whole numbers"
        )]
        let tile = ((point.x() / side) as u32, (point.y() / side) as u32);
        let local = Point::new(point.x().rem_euclid(side), point.y().rem_euclid(side));
        let found = tiles.get(&tile).unwrap_or(&nothing).contains(&local);
        // By the even-odd rule, as an outline is read that rounding made cross itself.
        let inside = expected
            .iter()
            .filter(|polygon| polygon.contains(&point))
            .count()
            % 2
            == 1;
        assert_eq!(
            found, inside,
            "zoom {zoom}, {off} units off the line, tile {tile:?}, {local:?}"
        );
    }
}

/// A star around a place, with a hole of the same form, and a second star beside it.
fn stars(place: (f64, f64), radius: f64, turns: &[f64], angle: f64) -> MultiPolygon<f64> {
    let count = turns.len() as f64;
    let ring = |scale: f64, dx: f64| -> LineString<f64> {
        let points = (0_u32..).zip(turns).map(|(n, share)| {
            let at = f64::from(n) / count * std::f64::consts::TAU;
            (
                place.0 + dx + radius * scale * share * at.cos(),
                place.1 + radius * scale * share * at.sin(),
            )
        });
        let mut points: Vec<(f64, f64)> = points.collect();
        points.push(points[0]);
        points.into()
    };
    let first = Polygon::new(ring(1.0, 0.0), vec![ring(0.4, 0.0)]);
    MultiPolygon::new(vec![first, Polygon::new(ring(0.5, radius * 2.0), vec![])])
        .rotate_around_point(angle, place.into())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn pieces_make_the_whole(
        lon in -5.0..8.0_f64, lat in 42.0..51.0_f64, size in -4.0..-1.0_f64,
        turns in prop::collection::vec(0.2..1.0_f64, 5..60), angle in 0.0..360.0_f64,
    ) {
        let outline = stars((lon, lat), 10_f64.powf(size), &turns, angle);
        for zoom in [14, 13, 11, 9, 6] {
            assert_no_seam(&outline, zoom);
        }
    }
}

#[test]
fn a_big_outline_covers_the_tiles_within_it() {
    let ring: LineString<f64> = vec![
        (0.0, 45.0),
        (1.0, 45.0),
        (1.0, 46.0),
        (0.0, 46.0),
        (0.0, 45.0),
    ]
    .into();
    let layer = FeatureLayer::polygons(
        "a",
        [(&MultiPolygon::new(vec![Polygon::new(ring, vec![])]), vec![])],
    );
    let tile = Tile::within([0.5, 45.5, 0.5, 45.5], 14).next().unwrap();
    let polygons = decoded(&layer.cut(tile));
    let corners = [
        (-64.0, -64.0),
        (4160.0, -64.0),
        (4160.0, 4160.0),
        (-64.0, 4160.0),
    ];
    assert_eq!(polygons.0.len(), 1);
    assert!(
        corners
            .iter()
            .all(|corner| polygons.0[0].exterior().0.contains(&(*corner).into()))
    );
    assert!(
        layer
            .cut(Tile::within([2.0, 45.5, 2.0, 45.5], 14).next().unwrap())
            .is_empty()
    );
}

#[test]
fn what_is_drawn_at_a_zoom_is_drawn_at_all_deeper_ones() {
    // A strip a kilometre long and a metre wide: less than a unit at most zooms.
    let ring: LineString<f64> = vec![
        (2.0, 48.0),
        (2.013, 48.0),
        (2.013, 48.000_009),
        (2.0, 48.000_009),
        (2.0, 48.0),
    ]
    .into();
    let layer = FeatureLayer::polygons(
        "a",
        [(&MultiPolygon::new(vec![Polygon::new(ring, vec![])]), vec![])],
    );
    let first = *layer.zooms().start();
    assert!((5..=8).contains(&first), "{first}");
    for zoom in first..=14 {
        let found = layer
            .tiles(zoom)
            .into_iter()
            .filter(|tile| !layer.cut(*tile).is_empty())
            .count();
        assert!(found > 0, "zoom {zoom}");
    }
}

#[test]
fn points_are_in_one_tile_of_a_zoom() {
    let at = coord! { x: 0.0, y: 0.0 };
    let layer = FeatureLayer::clusters(
        "a",
        vec![qpv_tiles::PointFeature {
            at,
            properties: vec![],
        }],
    );
    for zoom in 1..=14_u8 {
        let half = 1 << (zoom - 1);
        let around = [
            (half - 1, half - 1),
            (half, half - 1),
            (half - 1, half),
            (half, half),
        ];
        let found = around.map(|(x, y)| !layer.cut(Tile::new(zoom, x, y).unwrap()).is_empty());
        assert_eq!(found, [false, false, false, true], "zoom {zoom}");
    }
}
