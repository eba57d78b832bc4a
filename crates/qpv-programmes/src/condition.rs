//! Conditions of a rule, and the three-valued truth they have.

use qpv_model::{CommuneCode, PriorityNetwork, QpvCode, Slug};
use strum::IntoStaticStr;

use crate::facts::SchoolFact;

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
        // One that is not met decides, whatever else is unknown.
        truths
            .into_iter()
            .fold(Self::Met, |sum, truth| match (sum, truth) {
                (Self::NotMet, _) | (_, Self::NotMet) => Self::NotMet,
                (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
                _ => Self::Met,
            })
    }

    /// Returns met when one is, not met when none is.
    pub(crate) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        // One that is met decides, whatever else is unknown.
        truths
            .into_iter()
            .fold(Self::NotMet, |sum, truth| match (sum, truth) {
                (Self::Met, _) | (_, Self::Met) => Self::Met,
                (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
                _ => Self::NotMet,
            })
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Met } else { Self::NotMet }
    }
}

/// A condition of a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Every one of these holds.
    All(Vec<Condition>),
    /// One of these holds.
    Any(Vec<Condition>),
    /// The person's age in completed years on the day of the check, both ends included.
    Age {
        /// Least age.
        from: i16,
        /// Greatest age: until the day before the next birthday.
        to: i16,
    },
    /// The home lies in this zone.
    Zone(ZoneName),
    /// The home lies in one of these perimeters.
    Perimeters(Vec<QpvCode>),
    /// The home lies in the custom layer of this name.
    Layer(Slug),
    /// The home lies in one of these communes.
    Communes(Vec<CommuneCode>),
    /// The person's school is of one of these networks.
    School {
        /// REP, REP+.
        networks: Vec<PriorityNetwork>,
        /// In these communes only; anywhere when empty.
        communes: Vec<CommuneCode>,
    },
    /// Some part, or every part, of the building lies in a perimeter or at less than a distance from one.
    Footprint {
        /// Some part or every part.
        part: FootprintPart,
        /// Metres to the perimeter; 0: inside.
        within_m: u16,
    },
    /// A fact that only people know, declared by the caller.
    Declared {
        /// Its name in a request.
        name: Slug,
        /// Its meaning, in French.
        label: String,
        /// Other names that its column has in lists.
        columns: Vec<String>,
    },
}

/// A zone that a rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ZoneName {
    /// In a perimeter.
    Qpv,
    /// In none, at less than 300 m from one.
    #[serde(rename = "band_300m")]
    #[strum(serialize = "band_300m")]
    Band300m,
}

impl ZoneName {
    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The part of a building that must satisfy a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FootprintPart {
    /// Some point of it.
    Any,
    /// Every point of it.
    Every,
}

impl FootprintPart {
    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Condition {
    /// Returns the conditions that are not made of others, in order.
    pub fn leaves(&self) -> Vec<&Self> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::leaves).collect(),
            leaf => vec![leaf],
        }
    }

    /// Returns whether it cannot be met as long as the conditions that `is_unknown` finds are unknown.
    pub(crate) fn depends_on(&self, is_unknown: &impl Fn(&Self) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().any(|part| part.depends_on(is_unknown)),
            Self::Any(parts) => parts.iter().all(|part| part.depends_on(is_unknown)),
            leaf => is_unknown(leaf),
        }
    }

    /// Returns the stable name of its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::All(_) => "all",
            Self::Any(_) => "any",
            Self::Age { .. } => "age",
            Self::Zone(_) => "zone",
            Self::Perimeters(_) => "qpv",
            Self::Layer(_) => "layer",
            Self::Communes(_) => "commune",
            Self::School { .. } => "school",
            Self::Footprint { .. } => "footprint",
            Self::Declared { .. } => "declared",
        }
    }

    /// Returns the truth of a condition on the school; unknown of any other condition.
    pub(crate) fn truth_of_school(&self, school: &SchoolFact) -> Truth {
        let Self::School {
            networks, communes, ..
        } = self
        else {
            return Truth::Unknown;
        };
        match school {
            // To go to no school is an answer, not a gap.
            SchoolFact::None => Truth::NotMet,
            SchoolFact::Known {
                commune, network, ..
            } => {
                let of_network = network.is_some_and(|network| networks.contains(&network));
                let there = match commune {
                    _ if communes.is_empty() => Truth::Met,
                    // A rule for Paris, Lyon or Marseille means their arrondissements too.
                    Some(commune) => Truth::from(
                        communes.contains(commune) || communes.contains(&commune.whole_commune()),
                    ),
                    None => Truth::Unknown,
                };
                Truth::all([of_network.into(), there])
            }
            // A list that does not name networks decides nothing, nor does a school that was not found.
            _ => Truth::Unknown,
        }
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
            for b in ALL {
                assert_eq!(rank(Truth::all([a, b])), rank(a).min(rank(b)));
                assert_eq!(rank(Truth::any([a, b])), rank(a).max(rank(b)));
            }
        }
    }
}
