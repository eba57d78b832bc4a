//! Two vintages side by side, on squares whose areas are arithmetic, in a projection where a degree is a hundred kilometres.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

mod common;

use common::ids;

use geo::{Area, BooleanOps, Euclidean, Length};
use geo_types::{Coord, LineString, MultiPolygon, Point, Polygon, Rect};
use proptest::prelude::*;
use qpv_engine::{
    ChangeClass, PerimeterChange, PerimeterGroup, PerimeterId, PerimeterIndex, TwoVintages,
    VintageComparison,
};
use qpv_model::{CodeLetter, Crs, Perimeter, Vintage, VintageLayer, Wgs84Point};

const M: f64 = 1e-5;

#[expect(clippy::unnecessary_wraps, reason = "a projection may fail")]
fn project(_: Crs, point: Wgs84Point) -> Option<Coord<f64>> {
    Some(Coord {
        x: point.lon_deg() / M,
        y: point.lat_deg() / M,
    })
}

/// A rectangle by its corner and size, metres.
fn block(x: f64, y: f64, width: f64, height: f64) -> MultiPolygon<f64> {
    let corner = |x: f64, y: f64| Coord { x: x * M, y: y * M };
    MultiPolygon(vec![
        Rect::new(corner(x, y), corner(x + width, y + height)).to_polygon(),
    ])
}

fn ring(corners: &[(f64, f64)]) -> MultiPolygon<f64> {
    let ring: LineString<f64> = corners.iter().map(|(x, y)| (x * M, y * M)).collect();
    MultiPolygon(vec![Polygon::new(ring, vec![])])
}

/// A vintage of perimeters numbered from 1, with the letters of 2024 in their order (`M` for those beyond).
fn vintage(vintage: Vintage, letters: &str, outlines: &[MultiPolygon<f64>]) -> PerimeterIndex {
    let letters = letters.chars().chain(std::iter::repeat('M'));
    let perimeter = |((order, outline), letter): ((usize, &MultiPolygon<f64>), char)| {
        let code = if vintage == Vintage::V2015 {
            format!("QP061{:03}", order + 1)
        } else {
            format!("QN061{:02}{letter}", order + 1)
        };
        Perimeter {
            vintage,
            code_qp: code.parse().unwrap(),
            ..common::perimeter(order, outline.clone())
        }
    };
    let perimeters = outlines
        .iter()
        .enumerate()
        .zip(letters)
        .map(perimeter)
        .collect();
    PerimeterIndex::new(
        VintageLayer {
            vintage,
            ..common::layer(perimeters)
        },
        project,
    )
}

fn compared(
    from: &[MultiPolygon<f64>],
    letters: &str,
    to: &[MultiPolygon<f64>],
) -> VintageComparison {
    let (from, to) = (
        vintage(Vintage::V2015, "", from),
        vintage(Vintage::V2024, letters, to),
    );
    TwoVintages {
        from: &from,
        to: &to,
        successive: true,
    }
    .all()
}

/// The only change.
fn only(from: &[MultiPolygon<f64>], letters: &str, to: &[MultiPolygon<f64>]) -> PerimeterChange {
    let VintageComparison {
        mut changes,
        unmeasured,
    } = compared(from, letters, to);
    assert!(
        changes.len() == 1 && unmeasured.is_empty(),
        "{changes:?} {unmeasured:?}"
    );
    changes.remove(0)
}

fn places(ids: &[PerimeterId]) -> Vec<usize> {
    ids.iter().map(|id| id.place()).collect()
}

/// Numbers of perimeters and class of each change.
fn classes(compared: &VintageComparison) -> Vec<(Vec<usize>, Vec<usize>, &'static str)> {
    let class = |change: &PerimeterChange| {
        (
            places(&change.group.from),
            places(&change.group.to),
            change.class.as_str(),
        )
    };
    compared.changes.iter().map(class).collect()
}

fn assert_near(found: f64, expected: f64, what: &str) {
    assert!(
        (found - expected).abs() < 1e-6,
        "{what}: {found}, not {expected}"
    );
}

/// Shared, gained and lost hectares, overlap, metres moved.
fn assert_measures(change: &PerimeterChange, [shared, gained, lost, overlap, moved]: [f64; 5]) {
    assert_near(change.shared_ha, shared, "shared");
    assert_near(change.gained_ha, gained, "gained");
    assert_near(change.lost_ha, lost, "lost");
    assert_near(change.overlap, overlap, "overlap");
    assert_near(change.moved_m.unwrap(), moved, "moved");
    assert_near(change.from_ha, shared + lost, "from");
    assert_near(change.to_ha, shared + gained, "to");
}

#[test]
fn one_to_one() {
    let old = block(0.0, 0.0, 300.0, 300.0);
    for (new, class, measures) in [
        (old.clone(), "identical", [9.0, 0.0, 0.0, 1.0, 0.0]),
        // 0.1 % of nine hectares is 0.3 m of one side.
        (
            block(0.2, 0.0, 300.0, 300.0),
            "identical",
            [8.994, 0.006, 0.006, 8.994 / 9.006, 0.2],
        ),
        (
            block(0.4, 0.0, 300.0, 300.0),
            "adjusted",
            [8.988, 0.012, 0.012, 8.988 / 9.012, 0.4],
        ),
        // 5 m along 1,200 m of line is 0.6 ha: 20 m of one side.
        (
            block(3.0, 0.0, 300.0, 300.0),
            "adjusted",
            [8.91, 0.09, 0.09, 8.91 / 9.09, 3.0],
        ),
        (
            block(19.0, 0.0, 300.0, 300.0),
            "adjusted",
            [8.43, 0.57, 0.57, 8.43 / 9.57, 19.0],
        ),
        (
            block(21.0, 0.0, 300.0, 300.0),
            "shifted",
            [8.37, 0.63, 0.63, 8.37 / 9.63, 21.0],
        ),
        (
            block(150.0, 0.0, 300.0, 300.0),
            "shifted",
            [4.5, 4.5, 4.5, 1.0 / 3.0, 150.0],
        ),
        (
            block(0.0, 0.0, 600.0, 300.0),
            "extended",
            [9.0, 9.0, 0.0, 0.5, 150.0],
        ),
        // 6.3 % lost, but no more than the line redrawn accounts for.
        (
            block(19.0, 0.0, 600.0, 300.0),
            "extended",
            [8.43, 9.57, 0.57, 8.43 / 18.57, 169.0],
        ),
        (
            block(21.0, 0.0, 600.0, 300.0),
            "shifted",
            [8.37, 9.63, 0.63, 8.37 / 18.63, 171.0],
        ),
        (
            block(100.0, 100.0, 100.0, 100.0),
            "reduced",
            [1.0, 0.0, 8.0, 1.0 / 9.0, 0.0],
        ),
    ] {
        let change = only(std::slice::from_ref(&old), "M", &[new]);
        assert_eq!(change.class.as_str(), class, "{measures:?}");
        assert_measures(&change, measures);
    }
}

#[test]
fn one_to_one_of_large_ones() {
    // 400 ha: tolerance 2 %, 8 ha, which is less than the 5 % that may be lost by one that was kept.
    let old = block(0.0, 0.0, 2_000.0, 2_000.0);
    for (new, class, measures) in [
        (
            block(39.0, 0.0, 2_000.0, 2_000.0),
            "adjusted",
            [392.2, 7.8, 7.8],
        ),
        (
            block(60.0, 0.0, 2_440.0, 2_000.0),
            "extended",
            [388.0, 100.0, 12.0],
        ),
        (
            block(120.0, 0.0, 2_380.0, 2_000.0),
            "shifted",
            [376.0, 100.0, 24.0],
        ),
        (
            block(1_000.0, 0.0, 1_060.0, 2_000.0),
            "shifted",
            [200.0, 12.0, 200.0],
        ),
        (
            block(1_000.0, 0.0, 1_040.0, 2_000.0),
            "reduced",
            [200.0, 8.0, 200.0],
        ),
        // Both sides are beyond tolerance, and 97 % of each is in the other.
        (
            block(60.0, 0.0, 2_000.0, 2_000.0),
            "shifted",
            [388.0, 12.0, 12.0],
        ),
    ] {
        let change = only(std::slice::from_ref(&old), "M", &[new]);
        assert_eq!(change.class.as_str(), class, "{measures:?}");
        let [shared, gained, lost] = measures;
        let moved_m = change.moved_m.unwrap();
        assert_measures(
            &change,
            [
                shared,
                gained,
                lost,
                shared / (shared + gained + lost),
                moved_m,
            ],
        );
    }
}

#[test]
fn groups() {
    let (west, east) = (
        block(0.0, 0.0, 300.0, 300.0),
        block(300.0, 0.0, 300.0, 300.0),
    );
    let (low, high) = (
        block(0.0, 0.0, 600.0, 150.0),
        block(0.0, 150.0, 600.0, 150.0),
    );
    let whole = block(0.0, 0.0, 600.0, 300.0);
    let two = [west.clone(), east.clone()];
    for (from, to, class, [shared, gained, lost]) in [
        (&[whole.clone()][..], &two[..], "split", [18.0, 0.0, 0.0]),
        (&two[..], &[whole.clone()][..], "merged", [18.0, 0.0, 0.0]),
        (
            &two[..],
            &[low.clone(), high][..],
            "regrouped",
            [18.0, 0.0, 0.0],
        ),
        (&two[..], &[low][..], "merged", [9.0, 0.0, 9.0]),
        (
            &[whole][..],
            &[west, block(500.0, 0.0, 300.0, 300.0)][..],
            "split",
            [12.0, 6.0, 6.0],
        ),
    ] {
        let change = only(from, "MM", to);
        assert_eq!((change.class.as_str(), change.moved_m), (class, None));
        assert_eq!(
            (change.group.from.len(), change.group.to.len()),
            (from.len(), to.len())
        );
        assert_near(change.shared_ha, shared, class);
        assert_near(change.gained_ha, gained, class);
        assert_near(change.lost_ha, lost, class);
    }
}

#[test]
fn what_two_of_a_vintage_both_hold_counts_once() {
    let from = [
        block(0.0, 0.0, 310.0, 300.0),
        block(300.0, 0.0, 300.0, 300.0),
    ];
    let change = only(&from, "M", &[block(0.0, 0.0, 600.0, 400.0)]);
    assert_eq!(change.class, ChangeClass::Merged);
    assert_near(change.from_ha, 18.0, "from");
    assert_near(change.gained_ha, 6.0, "gained");
}

/// Published outlines are drawn in either direction.
#[test]
fn a_group_is_whole_whichever_way_round_its_outlines_are_drawn() {
    let mut east = block(300.0, 0.0, 300.0, 300.0);
    east.0[0].exterior_mut(|ring| ring.0.reverse());
    let change = only(
        &[block(0.0, 0.0, 300.0, 300.0), east],
        "M",
        &[block(0.0, 0.0, 600.0, 300.0)],
    );
    assert_measures(
        &PerimeterChange {
            moved_m: Some(0.0),
            ..change
        },
        [18.0, 0.0, 0.0, 1.0, 0.0],
    );
}

#[test]
fn new_and_gone() {
    let found = compared(
        &[block(0.0, 0.0, 300.0, 300.0)],
        "N",
        &[block(2_000.0, 0.0, 300.0, 200.0)],
    );
    assert_eq!(
        classes(&found),
        [(vec![], vec![0], "new"), (vec![0], vec![], "gone")]
    );
    let measures = |change: &PerimeterChange| (change.shared_ha, change.overlap, change.moved_m);
    assert!(
        found
            .changes
            .iter()
            .all(|change| measures(change) == (0.0, 0.0, None))
    );
    assert_near(found.changes[0].gained_ha, 6.0, "new");
    assert_near(found.changes[1].lost_ha, 9.0, "gone");
    // Without ground in common, touching is nothing.
    let touching = compared(
        &[block(0.0, 0.0, 300.0, 300.0)],
        "N",
        &[block(300.0, 0.0, 300.0, 300.0)],
    );
    assert_eq!(touching.changes.len(), 2);
    assert_eq!(compared(&[], "", &[]), VintageComparison::default());
}

#[test]
fn a_sliver_makes_no_chain() {
    // Two merge; the new line is drawn 6 m into the third one along 300 m, and the third one 6 m off along the same.
    let from = [
        block(0.0, 0.0, 300.0, 300.0),
        block(300.0, 0.0, 300.0, 300.0),
        block(600.0, 0.0, 300.0, 300.0),
    ];
    let to = [
        block(0.0, 0.0, 606.0, 300.0),
        block(594.0, 0.0, 306.0, 300.0),
    ];
    let found = compared(&from, "MI", &to);
    assert_eq!(
        classes(&found),
        [
            (vec![0, 1], vec![0], "merged"),
            (vec![2], vec![1], "adjusted")
        ]
    );
    // What is more than a sliver of it does link them.
    let found = compared(
        &from,
        "MM",
        &[
            block(0.0, 0.0, 630.0, 300.0),
            block(630.0, 0.0, 270.0, 300.0),
        ],
    );
    assert_eq!(classes(&found), [(vec![0, 1, 2], vec![0, 1], "regrouped")]);
}

#[test]
fn letters_are_held_against_what_is_measured() {
    let old = block(0.0, 0.0, 300.0, 300.0);
    let larger = block(0.0, 0.0, 600.0, 300.0);
    for (letter, new, agrees) in [
        ("I", &old, true),
        ("M", &old, false),
        ("N", &old, false),
        ("M", &larger, true),
        ("I", &larger, false),
    ] {
        let change = only(
            std::slice::from_ref(&old),
            letter,
            std::slice::from_ref(new),
        );
        assert_eq!(change.letter.map(CodeLetter::as_str), Some(letter));
        assert_eq!(
            change.agrees_with_letter,
            Some(agrees),
            "{letter} {}",
            change.class
        );
    }
    let far = block(5_000.0, 0.0, 300.0, 300.0);
    let found = compared(&[old], "M", &[far]);
    assert_eq!(
        found.changes[0].agrees_with_letter,
        Some(false),
        "said to be modified, and new"
    );
    assert_eq!(
        (found.changes[1].letter, found.changes[1].agrees_with_letter),
        (None, None),
        "gone"
    );
    // Several letters: told one by one with the perimeters, judged together.
    let halves = [
        block(0.0, 0.0, 300.0, 300.0),
        block(300.0, 0.0, 300.0, 300.0),
    ];
    let split = only(&[larger], "MN", &halves);
    assert_eq!(
        (split.letter, split.agrees_with_letter),
        (None, Some(false))
    );
}

#[test]
fn holes_are_no_part_of_it() {
    let mut with_hole = block(0.0, 0.0, 300.0, 300.0);
    with_hole.0[0].interiors_push(
        block(100.0, 100.0, 100.0, 100.0)
            .0
            .remove(0)
            .exterior()
            .clone(),
    );
    let change = only(&[with_hole], "M", &[block(0.0, 0.0, 300.0, 300.0)]);
    assert_measures(&change, [8.0, 1.0, 0.0, 8.0 / 9.0, 0.0]);
    assert_eq!(change.class, ChangeClass::Extended);
}

#[test]
fn of_one_without_an_area_nothing_is_claimed() {
    let point = |x: f64, y: f64| ring(&[(x, y), (x, y), (x, y), (x, y)]);
    let old = [
        block(0.0, 0.0, 300.0, 300.0),
        block(2_000.0, 0.0, 300.0, 300.0),
        block(4_000.0, 0.0, 300.0, 300.0),
    ];
    // In the first, 1.5 m beside the second (both lines are known to a metre), 50 m beside the third.
    let found = compared(
        &old,
        "III",
        &[
            point(10.0, 10.0),
            point(1_998.5, 10.0),
            point(3_950.0, 10.0),
        ],
    );
    assert_eq!(classes(&found), [(vec![2], vec![], "gone")]);
    let group = |from: &[usize], to: &[usize]| PerimeterGroup {
        from: ids(from),
        to: ids(to),
    };
    assert_eq!(
        found.unmeasured,
        [group(&[0], &[0]), group(&[1], &[1]), group(&[], &[2])]
    );
    let found = compared(&[point(0.0, 0.0)], "I", &[point(0.5, 0.0)]);
    assert_eq!(
        (found.changes.len(), found.unmeasured),
        (0, vec![group(&[0], &[0])])
    );
}

#[test]
fn outlines_that_cross_themselves_are_measured_without_a_panic() {
    let bow = ring(&[
        (0.0, 0.0),
        (300.0, 300.0),
        (300.0, 0.0),
        (0.0, 300.0),
        (0.0, 0.0),
    ]);
    let nothing = MultiPolygon(vec![]);
    let spike = ring(&[
        (0.0, 0.0),
        (300.0, 0.0),
        (300.0, 300.0),
        (900.0, 300.0),
        (0.0, 300.0),
        (0.0, 0.0),
    ]);
    let square = block(0.0, 0.0, 300.0, 300.0);
    for one in [&bow, &nothing, &spike, &square] {
        for other in [&bow, &nothing, &spike, &square] {
            let found = compared(std::slice::from_ref(one), "M", std::slice::from_ref(other));
            assert!(
                found
                    .changes
                    .iter()
                    .all(|change| change.overlap.is_finite()),
                "{found:?}"
            );
        }
    }
}

#[test]
fn whoever_asks_for_one_gets_its_group() {
    let from = [
        block(0.0, 0.0, 300.0, 300.0),
        block(300.0, 0.0, 300.0, 300.0),
        block(3_000.0, 0.0, 300.0, 300.0),
    ];
    let to = [
        block(0.0, 0.0, 200.0, 300.0),
        block(200.0, 0.0, 400.0, 300.0),
        block(3_000.0, 0.0, 400.0, 300.0),
    ];
    let (from, to) = (
        vintage(Vintage::V2015, "", &from),
        vintage(Vintage::V2024, "MMM", &to),
    );
    let two = TwoVintages {
        from: &from,
        to: &to,
        successive: true,
    };
    let regrouped = (vec![0, 1], vec![0, 1], "regrouped");
    for asked in [
        PerimeterGroup {
            from: ids(&[0]),
            to: vec![],
        },
        PerimeterGroup {
            from: vec![],
            to: ids(&[0]),
        },
    ] {
        assert_eq!(
            classes(&two.around(&asked)),
            std::slice::from_ref(&regrouped)
        );
    }
    let asked = PerimeterGroup {
        from: ids(&[2]),
        to: ids(&[1]),
    };
    assert_eq!(two.around(&asked), two.all());
    assert_eq!(
        two.around(&PerimeterGroup::default()),
        VintageComparison::default()
    );
}

#[test]
fn outlines_are_those_that_were_measured() {
    let (from, to) = (
        [block(0.0, 0.0, 300.0, 300.0)],
        [block(100.0, 0.0, 300.0, 300.0)],
    );
    let (from, to) = (
        vintage(Vintage::V2015, "", &from),
        vintage(Vintage::V2024, "", &to),
    );
    let two = TwoVintages {
        from: &from,
        to: &to,
        successive: true,
    };
    let outlines = two.outlines(&two.all().changes[0].group);
    let ha =
        |outline: &MultiPolygon<f64>| (outline.unsigned_area() / M / M / 100.0).round() / 100.0;
    assert_eq!(
        [&outlines.shared, &outlines.gained, &outlines.lost].map(ha),
        [6.0, 3.0, 3.0]
    );
    let within = |outline: &MultiPolygon<f64>, x: f64| {
        geo::Intersects::intersects(outline, &Point::new(x * M, 1e-3))
    };
    assert!(
        within(&outlines.gained, 350.0)
            && within(&outlines.lost, 50.0)
            && within(&outlines.shared, 200.0)
    );
    let gone = two.outlines(&PerimeterGroup {
        from: ids(&[0]),
        to: vec![],
    });
    assert_eq!(
        (ha(&gone.lost), gone.gained.0.len(), gone.shared.0.len()),
        (9.0, 0, 0)
    );
}

#[test]
fn many_are_compared_as_few_are() {
    let row = |shift: f64| -> Vec<MultiPolygon<f64>> {
        (0..99)
            .map(|order| block(f64::from(order) * 300.0 + shift, 0.0, 300.0, 300.0))
            .collect()
    };
    let (from, to) = (
        vintage(Vintage::V2015, "", &row(0.0)),
        vintage(Vintage::V2024, "", &row(3.0)),
    );
    let two = TwoVintages {
        from: &from,
        to: &to,
        successive: true,
    };
    let all = two.all();
    assert_eq!(all.changes.len(), 99);
    for (position, change) in (0..).zip(&all.changes) {
        assert_eq!(
            two.around(&PerimeterGroup {
                from: ids(&[position]),
                to: vec![]
            })
            .changes,
            std::slice::from_ref(change)
        );
    }
}

fn ha_of(outlines: &[MultiPolygon<f64>], perimeters: &[PerimeterId]) -> f64 {
    let first = MultiPolygon(vec![]);
    let united = perimeters
        .iter()
        .fold(first, |united, id| united.union(&outlines[id.place()]));
    united.unsigned_area() / M / M / 1e4
}

/// What two drawings of one outline may differ by: the larger of 2 % and 5 m along the line, at most half.
fn sliver_m2(outline: &MultiPolygon<f64>) -> f64 {
    let area_m2 = outline.unsigned_area() / M / M;
    let length_m: f64 = outline
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
        .map(|ring| Euclidean.length(ring) / M)
        .sum();
    (0.02 * area_m2).max(5.0 * length_m).min(0.5 * area_m2)
}

/// The changes as sets, their measures to the square metre.
fn told(
    compared: &VintageComparison,
    mirrored: bool,
) -> Vec<(PerimeterGroup, ChangeClass, [i64; 3])> {
    #[expect(clippy::cast_possible_truncation, reason = "areas of a town")]
    let rounded = |ha: f64| (ha * 1e4).round() as i64;
    let one = |change: &PerimeterChange| {
        let PerimeterChange {
            group,
            class,
            shared_ha,
            gained_ha,
            lost_ha,
            ..
        } = change.clone();
        let [shared, gained, lost] = [shared_ha, gained_ha, lost_ha].map(rounded);
        if mirrored {
            (
                PerimeterGroup {
                    from: group.to,
                    to: group.from,
                },
                class.mirrored(),
                [shared, lost, gained],
            )
        } else {
            (group, class, [shared, gained, lost])
        }
    };
    let mut told: Vec<_> = compared.changes.iter().map(one).collect();
    told.sort_by_key(|(group, ..)| (group.from.clone(), group.to.clone()));
    told
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn everything_is_somewhere_once_and_areas_add_up(
        (at, old) in common::town(),
        (other, new) in common::town(),
        shift in (-0.01..0.01f64, -0.01..0.01f64),
    ) {
        // The second town where the first one is.
        let by = Coord { x: at.0 - other.0 + shift.0, y: at.1 - other.1 + shift.1 };
        let new: Vec<MultiPolygon<f64>> =
            new.iter().map(|outline| geo::MapCoords::map_coords(outline, |c| c + by)).collect();
        let (from, to) = (vintage(Vintage::V2015, "", &old), vintage(Vintage::V2024, "", &new));
        let found = TwoVintages { from: &from, to: &to, successive: true }.all();
        prop_assert!(found.unmeasured.is_empty());
        let mut seen: Vec<PerimeterId> = found.changes.iter().flat_map(|change| change.group.to.clone()).collect();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..new.len()).map(PerimeterId::new).collect::<Vec<_>>());
        for change in &found.changes {
            let (from_ha, to_ha) = (ha_of(&old, &change.group.from), ha_of(&new, &change.group.to));
            prop_assert!((change.shared_ha + change.gained_ha - to_ha).abs() < 1e-4, "{:?} {}", change, to_ha);
            prop_assert!((change.shared_ha + change.lost_ha - from_ha).abs() < 1e-4, "{:?} {}", change, from_ha);
            prop_assert!(change.gained_ha >= 0.0 && change.lost_ha >= 0.0 && (0.0..=1.0).contains(&change.overlap));
        }
        // Exchanging the vintages mirrors everything.
        let back = TwoVintages { from: &to, to: &from, successive: true }.all();
        prop_assert_eq!(told(&back, true), told(&found, false));
        // Two of different groups share no more than a sliver of one of them.
        for (one, change) in found.changes.iter().enumerate() {
            for (_, apart) in found.changes.iter().enumerate().filter(|(other, _)| *other != one) {
                for (&from, &to) in change.group.from.iter().flat_map(|from| apart.group.to.iter().map(move |to| (from, to))) {
                    let (old, new) = (&old[from.place()], &new[to.place()]);
                    let shared_m2 = old.intersection(new).unsigned_area() / M / M;
                    prop_assert!(shared_m2 <= sliver_m2(old).min(sliver_m2(new)) + 1e-3);
                }
            }
        }
    }
}
