//! The index for points answers as the general path does, whatever the point.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use geo::MapCoords;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use qpv_engine::{
    ArraysError, IndexError, Location, MAX_SEARCH_M, Membership, PerimeterIndex, PointIndex,
};
use qpv_model::{Crs, MetricPoint, Outline, Perimeter, Position, Territory, Wgs84Point};

mod common;
use common::{TOWNS, at, layer, no_projection, perimeter, star, town, zones};

/// The side of a cell of the index, degrees.
const CELL: f64 = 1.0 / 2048.0;
/// The side of a twig, a square of cells that share a count, degrees.
const TWIG: f64 = 1.0 / 256.0;

fn indexed(plain: &PerimeterIndex, project: qpv_engine::PointProjection) -> PerimeterIndex {
    let layer = plain.layer().clone();
    let index = PointIndex::build(&layer.perimeters);
    assert!(index.is_some());
    PerimeterIndex::new(layer, project).with_point_index(index)
}

/// Both paths on the same positions: the same members, the same nearest perimeter, the same official band, the same
/// distance to a nanometre; and the same members when they are asked alone, unless coordinates were given in another
/// system, which that question does not take.
fn assert_same(
    plain: &PerimeterIndex,
    indexed: &PerimeterIndex,
    positions: &[Position],
) -> Result<(), TestCaseError> {
    assert_same_within(plain, indexed, positions, MAX_SEARCH_M)
}

/// [`assert_same`] with another reach.
fn assert_same_within(
    plain: &PerimeterIndex,
    indexed: &PerimeterIndex,
    positions: &[Position],
    reach_m: f64,
) -> Result<(), TestCaseError> {
    let mut answers = vec![Location::default(); positions.len()];
    indexed.locate_all_within(positions, reach_m, &mut answers);
    let mut expected = answers.clone();
    plain.locate_all_within(positions, reach_m, &mut expected);
    let points: Vec<Wgs84Point> = positions.iter().map(|position| position.wgs84).collect();
    let mut memberships = vec![Membership::NONE; positions.len()];
    indexed.memberships(&points, &mut memberships);
    for (((position, answer), expected), membership) in
        positions.iter().zip(answers).zip(expected).zip(memberships)
    {
        prop_assert_eq!(&answer.members, &expected.members, "{:?}", position);
        let (one, other) = (answer.signed_distance_m, expected.signed_distance_m);
        prop_assert!(
            one == other
                || one
                    .zip(other)
                    .is_some_and(|(one, other)| (one - other).abs() < 1e-9),
            "{:?} {:?} {:?}",
            position,
            one,
            other
        );
        prop_assert_eq!(
            answer.nearest.map(|nearest| nearest.perimeter),
            expected.nearest.map(|nearest| nearest.perimeter),
            "{:?}",
            position
        );
        prop_assert_eq!(
            answer.official_band,
            expected.official_band,
            "{:?}",
            position
        );
        if position.given.is_none() {
            prop_assert_eq!(
                membership.only(),
                (expected.members.len() == 1).then(|| expected.members[0])
            );
            prop_assert_eq!(
                membership == Membership::SEVERAL,
                expected.members.len() > 1
            );
            prop_assert_eq!(membership.is_inside(), !expected.members.is_empty());
        }
    }
    Ok(())
}

/// The point itself and its eight neighbours one unit in the last place away.
fn and_around(p: Coord<f64>) -> impl Iterator<Item = Position> {
    let near = |v: f64| [v.next_down(), v, v.next_up()];
    near(p.x)
        .into_iter()
        .flat_map(move |x| near(p.y).map(|y| at(x, y)))
}

fn rings(outline: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    outline
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
}

/// Vertices, points of edges, crossings of edges with the borders of cells, and corners of cells around them.
fn adversarial(outlines: &[MultiPolygon<f64>], along: f64) -> Vec<Position> {
    let mut points = Vec::new();
    let border = |v: f64| (v / CELL).round() * CELL;
    for edge in outlines.iter().flat_map(rings).flat_map(LineString::lines) {
        let middle = edge.start + edge.delta() * along;
        points.extend([
            edge.start,
            middle,
            Coord {
                x: border(middle.x),
                y: border(middle.y),
            },
        ]);
        points.extend([
            Coord {
                x: border(edge.start.x),
                y: middle.y,
            },
            Coord {
                x: middle.x,
                y: border(edge.start.y),
            },
        ]);
        let (x, y) = (border(middle.x), border(middle.y));
        points.push(Coord {
            x,
            y: edge.start.y + edge.dy() * ((x - edge.start.x) / edge.dx()),
        });
        points.push(Coord {
            x: edge.start.x + edge.dx() * ((y - edge.start.y) / edge.dy()),
            y,
        });
    }
    points.retain(|p| p.x.abs() < 179.0 && p.y.abs() < 89.0);
    points.into_iter().flat_map(and_around).collect()
}

/// Outlines without their holes, rounded to the borders of cells, or to a part of them: those that this leaves valid. In
/// the others "inside" has no meaning to agree on.
fn rounded(outlines: &[MultiPolygon<f64>], step: f64) -> Vec<MultiPolygon<f64>> {
    let round = |v: f64| (v / step).round() * step;
    let rounded = without_holes(outlines).into_iter();
    let rounded = rounded.map(|outline| {
        outline.map_coords(|c| Coord {
            x: round(c.x),
            y: round(c.y),
        })
    });
    rounded.filter(geo::Validation::is_valid).collect()
}

/// Perimeters of two territories in turn, with an official band around those of the first one only.
fn with_band(outlines: Vec<MultiPolygon<f64>>) -> PerimeterIndex {
    let mut layer = zones(outlines).layer().clone();
    for (order, perimeter) in layer.perimeters.iter_mut().enumerate() {
        if order % 2 == 0 {
            let corner = perimeter.outline.wgs84().0[0].exterior().0[0];
            layer.official_band.push(Outline::on_wgs84(square(
                corner.x - 0.004,
                corner.y - 0.004,
                0.008,
            )));
        } else {
            perimeter.territory = Territory::Reunion;
        }
    }
    PerimeterIndex::new(layer, no_projection)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_point_gets_the_answer_of_the_general_path(
        (town, outlines) in town(),
        step in prop::sample::select(vec![0.0, CELL, CELL / 16.0]),
        along in 0.0..1.0f64,
        asked in prop::collection::vec((-0.12..0.12f64, -0.12..0.12f64), 64),
    ) {
        let outlines = if step > 0.0 { rounded(&outlines, step) } else { outlines };
        prop_assume!(!outlines.is_empty());
        let plain = with_band(outlines.clone());
        let indexed = indexed(&plain, no_projection);
        assert_same(&plain, &indexed, &adversarial(&outlines, along))?;
        let anywhere: Vec<Position> = asked.iter().map(|(dx, dy)| at(town.0 + dx, town.1 + dy)).collect();
        assert_same(&plain, &indexed, &anywhere)?;
    }

    #[test]
    fn a_smaller_reach_is_the_same_on_both_paths(
        (town, outlines) in town(),
        asked in prop::collection::vec((-0.05..0.05f64, -0.05..0.05f64), 256),
        along in 0.0..1.0f64,
    ) {
        let plain = with_band(outlines.clone());
        let indexed = indexed(&plain, no_projection);
        let mut positions: Vec<Position> = asked.iter().map(|(dx, dy)| at(town.0 + dx, town.1 + dy)).collect();
        positions.extend(adversarial(&outlines, along).iter().step_by(31));
        for reach_m in [100.0, 400.0, 1_000.0] {
            assert_same_within(&plain, &indexed, &positions, reach_m)?;
            let mut answers = vec![Location::default(); positions.len()];
            plain.locate_all_within(&positions, reach_m, &mut answers);
            let distances = answers.iter().filter_map(|answer| answer.signed_distance_m);
            prop_assert!(distances.into_iter().all(|distance_m| distance_m.abs() <= reach_m));
        }
    }

    #[test]
    fn an_outline_published_in_another_system_is_asked_there(
        (_, outlines) in town(),
        seed in any::<u64>(),
        along in 0.0..1.0f64,
    ) {
        // What stands on WGS 84 is about a centimetre off what was published.
        let near = |c: Coord<f64>| Coord { x: c.x + jitter(c.x, seed), y: c.y + jitter(c.y, seed) };
        let perimeters = outlines.iter().enumerate().map(|(order, outline)| {
            let outline_of_both = Outline::projected(lambert(), outline.map_coords(scaled), outline.map_coords(near));
            Perimeter { outline: outline_of_both, ..perimeter(order, outline.clone()) }
        });
        let perimeters: Vec<Perimeter> = perimeters.collect();
        let plain = PerimeterIndex::new(layer(perimeters), |_, point| Some(scaled(point.coord())));
        let indexed = indexed(&plain, |_, point| Some(scaled(point.coord())));
        let points = adversarial(&outlines, along);
        assert_same(&plain, &indexed, &points)?;
        // The very numbers published, with a position on WGS 84 that says otherwise: the numbers decide.
        let given = points.iter().step_by(7).map(|position| {
            let c = scaled(position.wgs84.coord());
            let off = Wgs84Point::new(position.wgs84.lon_deg() + 5e-8, position.wgs84.lat_deg()).unwrap();
            Position { wgs84: off, given: Some(MetricPoint::new(lambert(), c.x, c.y).unwrap()) }
        });
        let given: Vec<Position> = given.collect();
        for position in &given {
            prop_assert_eq!(indexed.members(position), plain.members(position));
        }
    }
}

fn lambert() -> Crs {
    Crs::known(2154).unwrap()
}

/// Stands for a projection: a power of two, so that it rounds nothing.
fn scaled(c: Coord<f64>) -> Coord<f64> {
    Coord {
        x: c.x * 65_536.0,
        y: c.y * 65_536.0,
    }
}

/// About a centimetre, the same for the same coordinate.
fn jitter(v: f64, seed: u64) -> f64 {
    let mixed = (v.to_bits() ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    (mixed as f64 / f64::from(1 << 24) - 0.5) * 1.6e-7
}

fn without_holes(outlines: &[MultiPolygon<f64>]) -> Vec<MultiPolygon<f64>> {
    let whole = |part: &Polygon<f64>| Polygon::new(part.exterior().clone(), vec![]);
    outlines
        .iter()
        .map(|outline| MultiPolygon(outline.iter().map(whole).collect()))
        .collect()
}

fn square(x: f64, y: f64, side: f64) -> MultiPolygon<f64> {
    MultiPolygon::from(geo_types::Rect::new((x, y), (x + side, y + side)).to_polygon())
}

#[test]
fn squares_on_the_very_borders_of_cells() {
    // Sides on the borders of a cell, of a twig, of a branch and of a root; side by side, one in the other, far away.
    let outlines = vec![
        square(2.0, 48.0, CELL),
        square(2.0 + CELL, 48.0, CELL),
        square(2.0 + 4.0 * CELL, 48.0 + 4.0 * CELL, CELL / 2.0),
        square(2.0, 48.0 - 1.0 / 16.0, 1.0 / 16.0),
        square(1.99, 47.99, 0.02),
        square(-180.0, -17.0, 0.01),
        square(179.99, -17.0, 0.01),
        square(2.2, 48.0, 1.0 / 256.0),
    ];
    let plain = with_band(outlines.clone());
    let indexed = indexed(&plain, no_projection);
    let inner: Vec<MultiPolygon<f64>> = outlines
        .iter()
        .filter(|o| o.0[0].exterior().0[0].x.abs() < 100.0)
        .cloned()
        .collect();
    assert_same(&plain, &indexed, &adversarial(&inner, 0.5)).unwrap();
    let edges_of_the_world = [
        (-180.0, -17.0),
        (-180.0, -16.995),
        (180.0, -16.995),
        (180.0, 90.0),
        (-180.0, -90.0),
    ];
    assert_same(&plain, &indexed, &edges_of_the_world.map(|(x, y)| at(x, y))).unwrap();
}

#[test]
fn a_star_of_a_thousand_edges_inside_one_cell() {
    let radii: Vec<f64> = (0..1000)
        .map(|spoke| CELL * if spoke % 2 == 0 { 0.45 } else { 0.1 })
        .collect();
    let centre = (2.0 + CELL / 2.0, 48.0 + CELL / 2.0);
    let outline = MultiPolygon(vec![Polygon::new(star(centre, &radii), vec![])]);
    let plain = with_band(vec![outline.clone()]);
    let indexed = indexed(&plain, no_projection);
    assert_same(&plain, &indexed, &adversarial(&[outline], 0.37)).unwrap();
    let within =
        (0..40).flat_map(|dx| (0..40).map(move |dy| (f64::from(dx) / 39.0, f64::from(dy) / 39.0)));
    let within: Vec<Position> = within
        .map(|(dx, dy)| at(2.0 + dx * CELL, 48.0 + dy * CELL))
        .collect();
    assert_same(&plain, &indexed, &within).unwrap();
}

/// A comb over one twig and a little more: its teeth are as wide as the gaps between them, and reach across every row.
fn comb(teeth: u32) -> MultiPolygon<f64> {
    let (west, south, north) = (2.0 + TWIG / 64.0, 48.0 - TWIG / 8.0, 48.0 + TWIG * 1.1);
    let mut ring = vec![(west, south - TWIG / 8.0)];
    for tooth in 0..teeth {
        let (from, to) = (
            tooth_at(tooth, teeth),
            tooth_at(tooth, teeth) + tooth_width(teeth),
        );
        ring.extend([(from, south), (from, north), (to, north), (to, south)]);
    }
    ring.push((tooth_at(teeth, teeth), south - TWIG / 8.0));
    ring.push(ring[0]);
    MultiPolygon(vec![Polygon::new(ring.into(), vec![])])
}

/// Where a tooth begins, and how wide it is, degrees.
fn tooth_at(tooth: u32, teeth: u32) -> f64 {
    2.0 + TWIG / 64.0 + f64::from(tooth) * 2.0 * tooth_width(teeth)
}

fn tooth_width(teeth: u32) -> f64 {
    TWIG * 31.0 / 32.0 / f64::from(2 * teeth)
}

/// The middle of some teeth and of the gaps after them, at some heights, with whether a tooth is there.
fn in_teeth_and_gaps(teeth: u32) -> Vec<(Position, bool)> {
    let some = (0..teeth).step_by(teeth as usize / 40);
    let heights = [0.01, 0.3, 0.5, 0.77, 1.05].map(|height| 48.0 + TWIG * height);
    let across = some.flat_map(|tooth| [(tooth, 0.5, true), (tooth, 1.5, false)]);
    let points = across.flat_map(|(tooth, widths, inside)| {
        heights.map(|lat| {
            (
                at(tooth_at(tooth, teeth) + widths * tooth_width(teeth), lat),
                inside,
            )
        })
    });
    points.collect()
}

#[test]
fn a_dense_comb() {
    let outline = comb(400);
    let plain = with_band(vec![outline.clone()]);
    let indexed = indexed(&plain, no_projection);
    for (position, inside) in in_teeth_and_gaps(400) {
        assert_eq!(
            indexed.locate(&position).members.is_empty(),
            !inside,
            "{position:?}"
        );
    }
    let positions: Vec<Position> = adversarial(&[outline], 0.6)
        .into_iter()
        .step_by(5)
        .collect();
    assert_same(&plain, &indexed, &positions).unwrap();
}

#[test]
fn outlines_too_dense_for_the_index_are_left_to_the_general_path() {
    const TEETH: u32 = 5_000;
    let plain = zones(vec![comb(TEETH)]);
    assert!(PointIndex::build(&plain.layer().perimeters).is_none());
    let without = plain.with_point_index(None);
    let (positions, expected): (Vec<Position>, Vec<bool>) =
        in_teeth_and_gaps(TEETH).into_iter().unzip();
    let mut answers = vec![Location::default(); positions.len()];
    without.locate_all(&positions, &mut answers);
    let points: Vec<Wgs84Point> = positions.iter().map(|position| position.wgs84).collect();
    let mut memberships = vec![Membership::NONE; positions.len()];
    without.memberships(&points, &mut memberships);
    for ((answer, membership), inside) in answers.iter().zip(memberships).zip(expected) {
        assert_eq!(
            (!answer.members.is_empty(), membership.is_inside()),
            (inside, inside)
        );
        // Half the width of a tooth is 1.4 cm.
        assert!(
            answer
                .signed_distance_m
                .is_some_and(|distance_m| distance_m.abs() < 0.015)
        );
    }
}

#[test]
fn outlines_without_an_inside_only_have_distances() {
    let point = MultiPolygon(vec![Polygon::new(
        LineString::from(vec![(2.0, 48.0); 4]),
        vec![],
    )]);
    let line = MultiPolygon(vec![Polygon::new(
        LineString::from(vec![(2.01, 48.0), (2.02, 48.01), (2.01, 48.0)]),
        vec![],
    )]);
    let plain = zones(vec![point, line]);
    let indexed = indexed(&plain, no_projection);
    for (x, y) in [
        (2.001, 48.0),
        (2.0, 48.001),
        (2.015, 48.006),
        (2.012, 48.001),
    ] {
        assert_eq!(indexed.locate(&at(x, y)), plain.locate(&at(x, y)));
    }
}

#[test]
fn no_perimeter_is_near_nothing() {
    let indexed = indexed(&zones(vec![]), no_projection);
    assert_eq!(indexed.locate(&at(2.0, 48.0)), Location::default());
}

#[test]
fn the_nearest_is_found_in_every_territory_up_to_the_reach() {
    for town in TOWNS {
        let plain = zones(vec![
            square(town.0, town.1, 0.004),
            square(town.0 + 0.03, town.1 - 0.02, 0.001),
        ]);
        let indexed = indexed(&plain, no_projection);
        let around = (-80..80)
            .flat_map(|dx| (-80..80).map(move |dy| (f64::from(dx) * 1e-3, f64::from(dy) * 1e-3)));
        let positions: Vec<Position> = around
            .map(|(dx, dy)| at(town.0 + dx, town.1 + dy))
            .collect();
        assert_same(&plain, &indexed, &positions).unwrap();
    }
}

#[test]
fn bytes_are_read_back_and_checked() {
    let outlines: Vec<MultiPolygon<f64>> = (0..3)
        .map(|k| square(2.0 + 0.02 * f64::from(k), 48.0, 0.01))
        .collect();
    let plain = zones(outlines.clone());
    let built = PointIndex::build(&plain.layer().perimeters).unwrap();
    let read = |bytes: &[u8], perimeters: &[Perimeter]| {
        let mut words = vec![0u64; bytes.len().div_ceil(8)];
        bytemuck::cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
        PointIndex::from_bytes(Box::new(Aligned(words, bytes.len())), perimeters)
    };
    let perimeters = &plain.layer().perimeters[..];
    let again = PerimeterIndex::new(plain.layer().clone(), no_projection)
        .with_point_index(read(built.bytes(), perimeters).ok());
    assert!(again.point_index().is_some());
    assert_same(&plain, &again, &adversarial(&outlines, 0.3)).unwrap();
    assert_eq!(
        read(&built.bytes()[..50], perimeters).unwrap_err(),
        IndexError::Arrays(ArraysError::OtherVersion)
    );
    let mut altered = built.bytes().to_vec();
    altered[built.bytes().len() / 2] ^= 1;
    assert_eq!(
        read(&altered, perimeters).unwrap_err(),
        IndexError::Arrays(ArraysError::Altered)
    );
    // The same perimeters give the same bytes.
    assert_eq!(
        PointIndex::build(perimeters).unwrap().bytes(),
        built.bytes()
    );
    // Others are told apart: fewer, more, in another order, or one vertex off by one unit in the last place.
    let mut others = vec![
        perimeters[..2].to_vec(),
        [perimeters, &perimeters[..1]].concat(),
    ];
    others.push(perimeters.iter().rev().cloned().collect());
    let mut moved = outlines;
    moved[1].0[0].exterior_mut(|ring| ring.0[2].y = ring.0[2].y.next_up());
    others.push(zones(moved).layer().perimeters.clone());
    for other in others {
        assert_eq!(
            read(built.bytes(), &other).unwrap_err(),
            IndexError::OtherPerimeters
        );
    }
}

/// Indexes are stored: whoever changes what is in them must have the old ones left aside.
#[test]
fn a_version_stands_for_the_same_bytes() {
    let hole = Polygon::new(
        square(2.1, 48.1, 0.02).0[0].exterior().clone(),
        vec![square(2.105, 48.105, 0.005).0[0].exterior().clone()],
    );
    let triangle = LineString::from(vec![
        (2.11, 48.13),
        (2.14, 48.135),
        (2.12, 48.15),
        (2.11, 48.13),
    ]);
    let plain = zones(vec![
        MultiPolygon(vec![hole]),
        MultiPolygon(vec![Polygon::new(triangle, vec![])]),
        square(2.125, 48.11, 0.0125),
        square(-61.5, 16.25, 0.004),
    ]);
    let built = PointIndex::build(&plain.layer().perimeters).unwrap();
    // Words 1 and 3 of the head: the version, and the sum of what follows.
    let word =
        |at: usize| u64::from_ne_bytes(built.bytes()[8 * at..8 * at + 8].try_into().unwrap());
    assert_eq!(
        (word(1), word(3), built.bytes().len()),
        (4, 10_184_132_841_557_122_249, 192_720),
        "the same perimeters give other bytes than before: raise the version in KIND (point_index.rs), then write the \
        new version, sum and length here"
    );
}

struct Aligned(Vec<u64>, usize);

impl AsRef<[u8]> for Aligned {
    fn as_ref(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.0)[..self.1]
    }
}
