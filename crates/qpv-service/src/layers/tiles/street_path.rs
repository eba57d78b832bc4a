//! The line of a street on a map, drawn through its numbers. It is for looking: the line that answers follow is in
//! [`crate::streets`].
//!
//! Odd numbers stand on one side and even ones on the other: the line runs midway between both, and along the houses where only one
//! side has any.

use geo_types::Coord;

/// Metres between two numbers that a line joins, at most: beyond, a street may turn or end between them.
const MAX_GAP_M: f64 = 200.0;
/// Metres across a street, at most; what is farther is no other side.
const MAX_WIDTH_M: f64 = 60.0;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_320.0;

/// Returns the lines through the numbers of a street; none where no two lie near each other.
pub(super) fn street_paths(numbers: &[(u32, Coord<f64>)]) -> Vec<Vec<Coord<f64>>> {
    let Some((_, origin)) = numbers.first() else {
        return Vec::new();
    };
    // A degree of longitude is shorter than one of latitude: on this plane metres are the same both ways.
    let scale = Coord {
        x: DEGREE_M * origin.y.to_radians().cos(),
        y: DEGREE_M,
    };
    let [odd, even] = [1, 0].map(|parity| side(numbers, parity, *origin, scale));
    let (main, other) = if odd.len() >= even.len() {
        (odd, even)
    } else {
        (even, odd)
    };
    let paths = split(&centred(&main, &other));
    paths
        .into_iter()
        .map(|path| {
            path.iter()
                .map(|at| Coord {
                    x: origin.x + at.x / scale.x,
                    y: origin.y + at.y / scale.y,
                })
                .collect()
        })
        .collect()
}

/// A number with its position, metres from the first one of its street.
type PlacedNumber = (u32, Coord<f64>);

/// Returns one side of the street, in the order of its numbers, each once.
fn side(
    numbers: &[(u32, Coord<f64>)],
    parity: u32,
    origin: Coord<f64>,
    scale: Coord<f64>,
) -> Vec<PlacedNumber> {
    let of_side = numbers.iter().filter(|(number, _)| number % 2 == parity);
    let mut placed: Vec<PlacedNumber> = of_side
        .map(|(number, at)| {
            let off = *at - origin;
            let metres = Coord {
                x: off.x * scale.x,
                y: off.y * scale.y,
            };
            (*number, metres)
        })
        .collect();
    placed.sort_by_key(|(number, _)| *number);
    // `12 bis` stands beside 12.
    placed.dedup_by_key(|(number, _)| *number);
    placed
}

/// Returns the middle of the street at each number of the side with most of them, and the numbers of the other side beyond.
fn centred(main: &[PlacedNumber], other: &[PlacedNumber]) -> Vec<Coord<f64>> {
    let (Some((first, _)), Some((last, _))) = (main.first(), main.last()) else {
        return Vec::new();
    };
    let before = other.iter().filter(|(number, _)| number < first);
    let beyond = other.iter().filter(|(number, _)| number > last);
    let middle = main.iter().map(|(_, at)| {
        let across = nearest(*at, other);
        across.map_or(*at, |across| (*at + across) / 2.0)
    });
    before
        .map(|(_, at)| *at)
        .chain(middle)
        .chain(beyond.map(|(_, at)| *at))
        .collect()
}

/// Returns the nearest point of a side, on the lines between its numbers; `None` when it is no other side of the street.
fn nearest(at: Coord<f64>, side: &[PlacedNumber]) -> Option<Coord<f64>> {
    let corners = side.iter().map(|(_, corner)| *corner);
    let along = side.windows(2).filter_map(|pair| {
        let (from, to) = (pair[0].1, pair[1].1);
        // Where the side itself has a gap, nothing is known between.
        (distance_m(from, to) <= MAX_GAP_M).then(|| foot(at, from, to))
    });
    corners
        .chain(along)
        .min_by(|one, other| distance_m(*one, at).total_cmp(&distance_m(*other, at)))
        .filter(|found| distance_m(*found, at) <= MAX_WIDTH_M)
}

/// Returns the point of a segment nearest to another.
fn foot(at: Coord<f64>, from: Coord<f64>, to: Coord<f64>) -> Coord<f64> {
    let (along, off) = (to - from, at - from);
    let length = along.x * along.x + along.y * along.y;
    if length == 0.0 {
        return from;
    }
    let share = ((off.x * along.x + off.y * along.y) / length).clamp(0.0, 1.0);
    from + along * share
}

fn distance_m(one: Coord<f64>, other: Coord<f64>) -> f64 {
    (one.x - other.x).hypot(one.y - other.y)
}

/// Splits a line where two of its points are far apart.
fn split(line: &[Coord<f64>]) -> Vec<Vec<Coord<f64>>> {
    let pieces = line.chunk_by(|one, other| distance_m(*one, *other) <= MAX_GAP_M);
    let pieces = pieces.filter(|piece| piece.len() > 1);
    pieces.map(<[Coord<f64>]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number `along` metres east and `across` metres north of a place.
    fn number(number: u32, along: f64, across: f64) -> (u32, Coord<f64>) {
        let lat: f64 = 48.75;
        let at = Coord {
            x: -0.57 + along / (DEGREE_M * lat.to_radians().cos()),
            y: lat + across / DEGREE_M,
        };
        (number, at)
    }

    /// Metres north of the place.
    fn across_m(at: Coord<f64>) -> f64 {
        (at.y - 48.75) * DEGREE_M
    }

    #[test]
    fn a_line_runs_between_both_sides() {
        let numbers: Vec<_> = (1..=20)
            .map(|n| number(n, f64::from(n) * 10.0, if n % 2 == 1 { 0.0 } else { 16.0 }))
            .collect();
        let paths = street_paths(&numbers);
        assert_eq!(paths.len(), 1);
        for at in &paths[0][1..paths[0].len() - 1] {
            assert!((across_m(*at) - 8.0).abs() < 0.1, "{}", across_m(*at));
        }
    }

    #[test]
    fn a_line_follows_the_only_side_and_stops_at_gaps() {
        let numbers = [
            number(2, 0.0, 0.0),
            number(4, 50.0, 0.0),
            number(6, 500.0, 0.0),
            number(8, 550.0, 0.0),
            number(99, 2_000.0, 0.0),
        ];
        let paths = street_paths(&numbers);
        assert_eq!(paths.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
        assert!(street_paths(&[]).is_empty());
        assert!(street_paths(&numbers[..1]).is_empty());
    }

    #[test]
    fn one_position_for_all_numbers_is_no_line_to_nowhere() {
        let numbers: Vec<_> = (1..5).map(|n| number(n, 0.0, 0.0)).collect();
        for at in street_paths(&numbers).concat() {
            assert!(across_m(at).abs() < 0.01);
        }
    }
}
