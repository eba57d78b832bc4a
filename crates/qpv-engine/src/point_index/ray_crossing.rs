//! Crossings of a ray with a chain of edges, by exact predicates.

/// `[longitude, latitude]`, degrees on WGS 84.
pub(super) type Vertex = [f64; 2];

/// Returns true when an eastward ray from a point crosses a chain an odd number of times; `None` when the point is on the
/// chain.
///
/// An edge counts when exactly one of its ends is north of the point, so that a vertex shared by two edges counts once.
/// Sides are decided by the exact orientation predicate of Shewchuk (1997): no rounding decides.
#[inline]
#[expect(
    clippy::needless_bitwise_bool,
    reason = "a branch for each edge would be mispredicted every other time"
)]
pub(super) fn is_odd_crossing(chain: &[Vertex], [x, y]: Vertex) -> Option<bool> {
    // Without a branch for each edge, as long as rounding cannot decide and no vertex is level with the point.
    let (mut odd, mut sure) = (false, true);
    for edge in chain.windows(2) {
        let [a, b] = [edge[0], edge[1]];
        // Strictly north: a vertex level with the ray belongs to the edge below it alone.
        let (a_north, b_north) = (a[1] > y, b[1] > y);
        let (determinant, bound) = determinant(a, b, [x, y]);
        let crossed = a_north != b_north;
        odd ^= crossed & ((determinant > 0.0) == b_north);
        sure &= (!crossed | (determinant.abs() > bound)) & (a[1] != y) & (b[1] != y);
    }
    if sure {
        Some(odd)
    } else {
        is_odd_crossing_exactly(chain, [x, y])
    }
}

/// The same by exact orientations alone, for the points close to an edge or level with a vertex.
#[cold]
fn is_odd_crossing_exactly(chain: &[Vertex], [x, y]: Vertex) -> Option<bool> {
    let mut odd = false;
    for edge in chain.windows(2) {
        let [a, b] = [edge[0], edge[1]];
        let (a_north, b_north) = (a[1] > y, b[1] > y);
        if a_north == b_north {
            // The chain can still touch the point from below: at a summit, or along a level edge.
            if !a_north && (a[1] == y || b[1] == y) && touches(a, b, [x, y]) {
                return None;
            }
            continue;
        }
        let side = orientation(a, b, [x, y]);
        if side == 0.0 {
            return None;
        }
        odd ^= (side > 0.0) == b_north;
    }
    Some(odd)
}

/// Returns true when a point level with the upper end of an edge is on that edge.
fn touches(a: Vertex, b: Vertex, [x, y]: Vertex) -> bool {
    match (a[1] == y, b[1] == y) {
        (true, true) => a[0].min(b[0]) <= x && x <= a[0].max(b[0]),
        (true, false) => a[0] == x,
        _ => b[0] == x,
    }
}

/// Returns a number that is positive when `p` is to the left of the way from `a` to `b`, negative to the right, zero on
/// the line; and the bound above which its sign is that of the exact one (Shewchuk's `ccwerrboundA`).
#[inline]
fn determinant(a: Vertex, b: Vertex, p: Vertex) -> (f64, f64) {
    const ERROR_BOUND: f64 = (3.0 + 16.0 * f64::EPSILON / 2.0) * f64::EPSILON / 2.0;
    let left = (a[0] - p[0]) * (b[1] - p[1]);
    let right = (a[1] - p[1]) * (b[0] - p[0]);
    (left - right, ERROR_BOUND * (left.abs() + right.abs()))
}

/// Returns a number of the exact sign: see [`determinant`].
fn orientation(a: Vertex, b: Vertex, p: Vertex) -> f64 {
    robust::orient2d(robust_coord(a), robust_coord(b), robust_coord(p))
}

fn robust_coord([x, y]: Vertex) -> robust::Coord<f64> {
    robust::Coord { x, y }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [Vertex; 5] = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]];

    #[test]
    fn inside_outside_and_on_the_line() {
        assert_eq!(is_odd_crossing(&SQUARE, [0.5, 0.5]), Some(true));
        for outside in [
            [-0.5, 0.5],
            [1.5, 0.5],
            [0.5, 1.5],
            [-1.0, 1.0],
            [2.0, 0.0],
            [0.5, -0.5],
        ] {
            assert_eq!(
                is_odd_crossing(&SQUARE, outside),
                Some(false),
                "{outside:?}"
            );
        }
        for on in [
            [0.0, 0.0],
            [1.0, 1.0],
            [0.5, 0.0],
            [0.5, 1.0],
            [0.0, 0.3],
            [1.0, 0.7],
            [0.0, 1.0],
        ] {
            assert_eq!(is_odd_crossing(&SQUARE, on), None, "{on:?}");
        }
    }

    #[test]
    fn a_summit_is_on_the_line() {
        let hill = [[0.0, 0.0], [1.0, 1.0], [2.0, 0.0], [0.0, 0.0]];
        assert_eq!(is_odd_crossing(&hill, [1.0, 1.0]), None);
        assert_eq!(is_odd_crossing(&hill, [0.5, 1.0]), Some(false));
    }

    #[test]
    fn one_unit_in_the_last_place_decides() {
        let slope = [[0.0, 0.0], [0.3, 0.1], [1.0, 0.0], [0.0, 0.0]];
        let foot: Vertex = [0.15, 0.05];
        // 0.15 / 0.05 is not exactly 3 in binary: the predicate finds the side, whichever it is, and it flips.
        assert_eq!(
            is_odd_crossing(&slope, [foot[0].next_down().next_down(), foot[1]]),
            Some(false)
        );
        assert_eq!(
            is_odd_crossing(&slope, [foot[0].next_up().next_up(), foot[1]]),
            Some(true)
        );
    }
}
