//! Three-valued truth, which combines as in Kleene's strong logic.

use strum::IntoStaticStr;

/// The three-valued truth of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Truth {
    /// It holds.
    Met,
    /// It does not hold.
    NotMet,
    /// The known facts do not decide it.
    Unknown,
}

impl Truth {
    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns met when all are, not met when one is not.
    pub(crate) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        // Of no conditions all hold: a list whose parts do not count on a day asks nothing.
        let truths: Vec<Self> = truths.into_iter().collect();
        Self::at_least(truths.len(), truths)
    }

    /// Returns met when so many are, not met when so many cannot be any more.
    pub(crate) fn at_least(count: usize, truths: impl IntoIterator<Item = Self>) -> Self {
        let (mut met, mut possible) = (0, 0);
        for truth in truths {
            met += usize::from(truth == Self::Met);
            possible += usize::from(truth != Self::NotMet);
        }
        // Enough that hold decide, whatever else is unknown; so do too few that may.
        if met >= count {
            Self::Met
        } else if possible < count {
            Self::NotMet
        } else {
            Self::Unknown
        }
    }

    /// Returns the truth of the contrary; the contrary of unknown is unknown.
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Met => Self::NotMet,
            Self::NotMet => Self::Met,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Met } else { Self::NotMet }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Truth; 3] = [Truth::Met, Truth::NotMet, Truth::Unknown];

    /// Kleene's strong logic: *all* is the least, *any* the greatest, with not met < unknown < met.
    #[test]
    fn truths_combine_as_in_kleenes_logic() {
        let rank = |truth| match truth {
            Truth::NotMet => 0,
            Truth::Unknown => 1,
            Truth::Met => 2,
        };
        for a in ALL {
            assert_eq!(rank(a.negated()), 2 - rank(a));
            for b in ALL {
                assert_eq!(rank(Truth::all([a, b])), rank(a).min(rank(b)));
                assert_eq!(rank(Truth::at_least(1, [a, b])), rank(a).max(rank(b)));
            }
        }
    }

    /// "At least n" holds when it does in every completion of what is unknown, and fails when it does in none.
    #[test]
    fn a_count_is_sure_when_every_completion_agrees() {
        for a in ALL {
            for b in ALL {
                for c in ALL {
                    for count in 1..=3 {
                        let expected = sure(count, &[a, b, c]);
                        assert_eq!(Truth::at_least(count, [a, b, c]), expected);
                    }
                }
            }
        }
    }

    fn sure(count: usize, truths: &[Truth]) -> Truth {
        let mut outcomes = Vec::new();
        for completion in 0..8_u8 {
            let holding = truths.iter().enumerate().filter(|(at, truth)| match truth {
                Truth::Met => true,
                Truth::NotMet => false,
                Truth::Unknown => completion & (1 << at) != 0,
            });
            outcomes.push(holding.count() >= count);
        }
        match (outcomes.contains(&true), outcomes.contains(&false)) {
            (true, false) => Truth::Met,
            (false, true) => Truth::NotMet,
            _ => Truth::Unknown,
        }
    }
}
