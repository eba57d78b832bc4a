//! Arcs of circles as short straight lines, none of which leaves its arc by more than a centimetre.
//!
//! An arc is given by three points: its start, a point on the way, its end. All three stay vertices, exactly as published.

use geo_types::Coord;

/// The greatest distance between an arc and the lines that stand for it, metres.
const MAX_DEVIATION_M: f64 = 0.01;
/// Metres in a degree of latitude, at most. A degree of longitude has fewer.
const MAX_DEGREE_M: f64 = 111_700.0;
/// Points that the arcs of one layer may become: 64 MiB of them.
const MAX_ARC_POINTS: usize = 1 << 22;
/// Points with a smaller sine at the start of an arc lie on one line: their circle would be wider than the Earth.
const MIN_SINE: f64 = 1e-10;

/// The points that the arcs of a layer may still become, so that a few bytes cannot fill memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ArcBudget {
    left: usize,
}

impl Default for ArcBudget {
    fn default() -> Self {
        Self {
            left: MAX_ARC_POINTS,
        }
    }
}

impl ArcBudget {
    fn take(&mut self, points: f64) -> Result<u32, String> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "conversions to integers saturate, and a count of points is positive"
        )]
        let (wanted, count) = (points as usize, points as u32);
        self.left = self.left.checked_sub(wanted).ok_or_else(|| {
            format!("its arcs are too wide to be drawn by {MAX_ARC_POINTS} points")
        })?;
        Ok(count)
    }
}

/// Appends the points of an arc after its start, which is the last of `line`.
pub(super) fn append_arc(
    line: &mut Vec<Coord<f64>>,
    way: Coord<f64>,
    end: Coord<f64>,
    budget: &mut ArcBudget,
) -> Result<(), String> {
    let Some(start) = line.last().copied() else {
        return Err("an arc without a start".to_owned());
    };
    if ![start, way, end]
        .iter()
        .all(|c| c.x.is_finite() && c.y.is_finite())
    {
        return Err("an arc with a coordinate that is no number".to_owned());
    }
    let Some(circle) = Circle::through(start, way, end)? else {
        line.extend([way, end]);
        return Ok(());
    };
    let deviation = deviation(&[start, way, end]);
    circle.append(line, way, deviation, budget)?;
    circle.append(line, end, deviation, budget)
}

/// Returns the allowed deviation in the unit of the points. No projected system of France has coordinates as small as degrees.
fn deviation(points: &[Coord<f64>]) -> f64 {
    if points
        .iter()
        .all(|c| c.x.abs() <= 360.0 && c.y.abs() <= 90.0)
    {
        MAX_DEVIATION_M / MAX_DEGREE_M
    } else {
        MAX_DEVIATION_M
    }
}

/// The circle of an arc, with the direction that the arc goes around it.
struct Circle {
    centre: Coord<f64>,
    radius: f64,
    counter_clockwise: bool,
}

impl Circle {
    /// Returns the circle through three points; `None` when they make a straight line.
    fn through(
        start: Coord<f64>,
        way: Coord<f64>,
        end: Coord<f64>,
    ) -> Result<Option<Self>, String> {
        // By the standard, an arc that ends where it starts is a whole circle, and the point on the way is opposite.
        if start == end {
            if start == way {
                return Ok(None);
            }
            let centre = start + (way - start) / 2.0;
            return Ok(Some(Self {
                centre,
                radius: length(way - centre),
                counter_clockwise: true,
            }));
        }
        // Relative to the start: squares of projected coordinates would lose the millimetres.
        let (to_way, to_end) = (way - start, end - start);
        let cross = to_way.x * to_end.y - to_way.y * to_end.x;
        if cross.abs() <= MIN_SINE * length(to_way) * length(to_end) {
            let along = to_way.x * to_end.x + to_way.y * to_end.y;
            let is_between = along >= 0.0 && length(to_way) <= length(to_end);
            return if is_between {
                Ok(None)
            } else {
                Err("an arc whose three points lie on one line, in no order".to_owned())
            };
        }
        let (way_squared, end_squared) = (squared(to_way), squared(to_end));
        let to_centre = Coord {
            x: (to_end.y * way_squared - to_way.y * end_squared) / (2.0 * cross),
            y: (to_way.x * end_squared - to_end.x * way_squared) / (2.0 * cross),
        };
        Ok(Some(Self {
            centre: start + to_centre,
            radius: length(to_centre),
            counter_clockwise: cross > 0.0,
        }))
    }

    /// Appends points from the last of `line` to `end`, at equal angles.
    fn append(
        &self,
        line: &mut Vec<Coord<f64>>,
        end: Coord<f64>,
        deviation: f64,
        budget: &mut ArcBudget,
    ) -> Result<(), String> {
        let start = line.last().copied().unwrap_or(end);
        let (from, to) = (self.angle(start), self.angle(end));
        let sweep = if self.counter_clockwise {
            (to - from).rem_euclid(std::f64::consts::TAU)
        } else {
            -(from - to).rem_euclid(std::f64::consts::TAU)
        };
        // A chord over the angle 2a leaves its arc by r (1 - cos a) = 2 r sin² (a / 2).
        let half = 2.0 * (deviation / (2.0 * self.radius)).sqrt().min(1.0).asin();
        let count = budget.take((sweep.abs() / (2.0 * half)).ceil().max(1.0))?;
        for step in 1..count {
            let angle = from + sweep * f64::from(step) / f64::from(count);
            line.push(Coord {
                x: self.centre.x + self.radius * angle.cos(),
                y: self.centre.y + self.radius * angle.sin(),
            });
        }
        line.push(end);
        Ok(())
    }

    fn angle(&self, point: Coord<f64>) -> f64 {
        let arm = point - self.centre;
        arm.y.atan2(arm.x)
    }
}

fn squared(arm: Coord<f64>) -> f64 {
    arm.x * arm.x + arm.y * arm.y
}

fn length(arm: Coord<f64>) -> f64 {
    arm.x.hypot(arm.y)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn c(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    fn arc(start: Coord<f64>, way: Coord<f64>, end: Coord<f64>) -> Result<Vec<Coord<f64>>, String> {
        let mut line = vec![start];
        append_arc(&mut line, way, end, &mut ArcBudget::default())?;
        Ok(line)
    }

    /// The greatest distance of the middles of the chords from the circle.
    fn worst(line: &[Coord<f64>], centre: Coord<f64>, radius: f64) -> f64 {
        line.windows(2)
            .map(|pair| (radius - length((pair[0] + pair[1]) / 2.0 - centre)).abs())
            .fold(0.0, f64::max)
    }

    #[test]
    fn a_half_circle_stays_within_a_centimetre() {
        let centre = c(437_600.0, 6_855_900.0);
        let line = arc(
            centre + c(-100.0, 0.0),
            centre + c(0.0, 100.0),
            centre + c(100.0, 0.0),
        )
        .unwrap();
        assert!(worst(&line, centre, 100.0) <= 0.01);
        assert!((100..140).contains(&line.len()), "{}", line.len());
        assert!(line.iter().all(|p| p.y >= centre.y), "the upper half");
        assert!(line.contains(&(centre + c(0.0, 100.0))));
        assert_eq!(line.last(), Some(&(centre + c(100.0, 0.0))));
        // The same, the other way around.
        let below = arc(
            centre + c(-100.0, 0.0),
            centre + c(0.0, -100.0),
            centre + c(100.0, 0.0),
        )
        .unwrap();
        assert!(below.iter().all(|p| p.y <= centre.y));
    }

    #[test]
    fn degrees_are_finer_than_metres() {
        let centre = c(-0.57, 48.75);
        let line = arc(
            centre + c(-0.001, 0.0),
            centre + c(0.0, 0.001),
            centre + c(0.001, 0.0),
        )
        .unwrap();
        assert!(worst(&line, centre, 0.001) * 111_320.0 <= 0.01);
        assert!(line.len() > 100);
    }

    #[test]
    fn an_arc_that_ends_where_it_starts_is_a_circle() {
        let (start, opposite) = (c(1000.0, 500.0), c(1200.0, 500.0));
        let line = arc(start, opposite, start).unwrap();
        assert!(worst(&line, c(1100.0, 500.0), 100.0) <= 0.01);
        let heights = line.iter().map(|p| p.y);
        assert!(heights.clone().fold(f64::MAX, f64::min) < 401.0);
        assert!(heights.fold(f64::MIN, f64::max) > 599.0);
    }

    #[test]
    fn points_on_a_line_are_a_line() {
        let (start, way, end) = (c(1000.0, 500.0), c(1001.0, 500.0), c(1003.0, 500.0));
        assert_eq!(arc(start, way, end).unwrap(), [start, way, end]);
        assert!(arc(start, end, way).unwrap_err().contains("one line"));
        assert!(arc(start, c(f64::NAN, 0.0), end).is_err());
    }

    #[test]
    fn a_few_bytes_do_not_fill_memory() {
        let (start, end) = (c(1e15, 0.0), c(-1e15, 0.0));
        let fault = arc(start, c(0.0, 1e15), end).unwrap_err();
        assert!(fault.contains("too wide"), "{fault}");
        let mut budget = ArcBudget { left: 10 };
        let mut line = vec![c(0.0, 1000.0)];
        let fault = append_arc(&mut line, c(1000.0, 0.0), c(0.0, -1000.0), &mut budget);
        assert!(fault.is_err());
    }

    proptest! {
        #[test]
        fn every_arc_passes_through_its_points_and_keeps_to_its_circle(
            radius in 0.1_f64..5000.0, from in 0.0_f64..6.2, first in 0.01_f64..3.1, second in 0.01_f64..3.1, back in any::<bool>(),
        ) {
            let centre = c(652_000.0, 6_862_000.0);
            let turn = if back { -1.0 } else { 1.0 };
            let at = |angle: f64| centre + c(radius * angle.cos(), radius * angle.sin());
            let (start, way, end) = (at(from), at(from + turn * first), at(from + turn * (first + second)));
            let line = arc(start, way, end).unwrap();
            prop_assert!(line.contains(&way) && line.last() == Some(&end));
            prop_assert!(worst(&line, centre, radius) <= 0.01 + 1e-5);
            let length: f64 = line.windows(2).map(|pair| super::length(pair[1] - pair[0])).sum();
            // As long as the arc, so that it went the right way around.
            let expected = radius * (first + second);
            prop_assert!(length <= expected * 1.0001 && length >= expected * 0.8, "{length} {expected}");
        }
    }
}
