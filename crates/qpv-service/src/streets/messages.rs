//! The messages of a street's profile. `name` returns a perimeter's name and code.

use qpv_engine::{PerimeterId, Zone};
use qpv_french::numbers::metres;
use qpv_french::{key, sentence};

use super::{FollowedLine, NumberRange, StreetProfile};
use crate::street_numbers::Span;

impl NumberRange {
    /// Returns one line: the numbers, their zone, their distance from the line, rounded so that it stays true.
    #[must_use]
    pub fn message_fr(&self, name: impl Fn(PerimeterId) -> String) -> String {
        let names: Vec<String> = self
            .perimeters
            .iter()
            .map(|perimeter| name(*perimeter))
            .collect();
        let key = match &self.zone {
            Err(_) => key::STREET_RANGE_UNKNOWN,
            Ok(Zone::Qpv) => key::STREET_RANGE_QPV,
            Ok(Zone::Band300m) => key::STREET_RANGE_BAND_300M,
            Ok(Zone::Outside) if self.least_distance_m.is_none() => key::STREET_RANGE_OUTSIDE_FAR,
            Ok(Zone::Outside) => key::STREET_RANGE_OUTSIDE,
            Ok(Zone::Undetermined) => key::STREET_RANGE_UNDETERMINED,
        };
        let least = self.least_distance_m.map_or_else(String::new, below);
        // One metre more before rounding down, so that "less than" stays true.
        let greatest = self
            .greatest_distance_m
            .map_or_else(String::new, |greatest_m| below(greatest_m + 1.0));
        let numbers = self.span.message_fr();
        sentence(
            key,
            &[
                ("numbers", &numbers),
                ("qpv", &names.join(", ")),
                ("least", &least),
                ("greatest", &greatest),
            ],
        )
    }
}

/// Returns a distance rounded down, to metres or from 1 km to hundreds: « à plus de » it stays true.
fn below(value_m: f64) -> String {
    let step_m = if value_m < 1000.0 { 1.0 } else { 100.0 };
    metres((value_m / step_m).floor() * step_m)
}

impl FollowedLine {
    /// Returns the line that the street follows, its length, and the sides its numbers are on.
    #[must_use]
    pub fn message_fr(&self, name: impl Fn(PerimeterId) -> String) -> String {
        let key = if self.astride {
            key::STREET_ALONG_ASTRIDE
        } else {
            key::STREET_ALONG_ONE_SIDE
        };
        let numbers: Vec<String> = self.spans.iter().map(Span::message_fr).collect();
        let (qpv, length) = (name(self.perimeter), metres(self.length_m));
        sentence(
            key,
            &[
                ("qpv", &qpv),
                ("length", &length),
                ("numbers", &numbers.join(", ")),
            ],
        )
    }
}

impl StreetProfile {
    /// Returns a line each for the street, its ranges of numbers and the limits that it follows.
    #[must_use]
    pub fn message_fr(&self, name: impl Fn(PerimeterId) -> String) -> Vec<String> {
        let mut lines = vec![sentence(
            key::STREET_TITLE,
            &[("street", &self.name), ("city", &self.city)],
        )];
        lines.extend(self.ranges.iter().map(|range| range.message_fr(&name)));
        lines.extend(self.along.iter().map(|line| line.message_fr(&name)));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HouseNumber;
    use crate::street_numbers::Side;

    fn range(zone: Zone, count: usize, least_m: f64, greatest_m: f64) -> NumberRange {
        let number = |number| HouseNumber {
            number,
            suffix: String::new(),
        };
        NumberRange {
            span: Span {
                side: Side::Odd,
                from: number(1),
                to: number(51),
                count,
            },
            zone: Ok(zone),
            perimeters: vec![PerimeterId::new(0)],
            least_distance_m: Some(least_m),
            greatest_distance_m: Some(greatest_m),
        }
    }

    #[test]
    fn a_range_is_told_in_one_line_that_stays_true_when_rounded() {
        for (range, sentence) in [
            (
                range(Zone::Qpv, 9, 3.0, 20.0),
                "impairs 1 à 51 : dans le quartier prioritaire Q",
            ),
            (
                range(Zone::Band300m, 9, 3.0, 14.99),
                "impairs 1 à 51 : hors quartier, à moins de 15 m de la limite du quartier Q",
            ),
            (
                range(Zone::Band300m, 1, 3.0, 3.0),
                "numéro 1 : hors quartier, à moins de 4 m de la limite du quartier Q",
            ),
            (
                range(Zone::Outside, 9, 1299.0, 2000.0),
                "impairs 1 à 51 : hors quartier, à plus de 1,2 km de la limite du quartier Q",
            ),
        ] {
            assert_eq!(range.message_fr(|_| "Q".to_owned()), sentence);
        }
        let far = NumberRange {
            least_distance_m: None,
            perimeters: vec![],
            ..range(Zone::Outside, 9, 0.0, 0.0)
        };
        assert_eq!(
            far.message_fr(|_| String::new()),
            "impairs 1 à 51 : hors quartier, à plus de 5 km de tout quartier"
        );
    }
}
