//! Conditions of a rule, and the three-valued truth they have.

use qpv_model::{CommuneCode, PriorityNetwork, QpvCode, Slug};

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Met,
    /// It does not.
    NotMet,
    /// What is known does not tell.
    Unknown,
}

impl Truth {
    /// Its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn of(holds: bool) -> Self {
        if holds { Self::Met } else { Self::NotMet }
    }

    /// Met when all are, not met when one is not.
    pub(crate) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        truths
            .into_iter()
            .fold(Self::Met, |sum, truth| match (sum, truth) {
                (Self::NotMet, _) | (_, Self::NotMet) => Self::NotMet,
                (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
                _ => Self::Met,
            })
    }

    /// Met when one is, not met when none is.
    pub(crate) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        truths
            .into_iter()
            .fold(Self::NotMet, |sum, truth| match (sum, truth) {
                (Self::Met, _) | (_, Self::Met) => Self::Met,
                (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
                _ => Self::NotMet,
            })
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
    /// The home lies in the town's own layer of this name.
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
    /// Some part, or every part, of the building lies in a perimeter or at less than that from one.
    Footprint {
        /// Which part.
        part: Part,
        /// Metres to the perimeter; 0: inside.
        within_m: u16,
    },
    /// Something only people can tell, declared by who asks.
    Declared {
        /// What it is called in a question.
        name: Slug,
        /// What it means, in French.
        label: String,
    },
}

/// A zone that a rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneName {
    /// In a perimeter.
    Qpv,
    /// In none, at less than 300 m from one.
    #[serde(rename = "band_300m")]
    Band300m,
}

impl ZoneName {
    /// Its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Qpv => "qpv",
            Self::Band300m => "band_300m",
        }
    }
}

/// How much of a building is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Some point of it.
    Any,
    /// Every point of it.
    Every,
}

impl Part {
    /// Its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Every => "every",
        }
    }
}

impl Condition {
    /// The conditions that are not made of others, in order.
    pub fn leaves(&self) -> Vec<&Self> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::leaves).collect(),
            leaf => vec![leaf],
        }
    }

    /// The stable name of its kind.
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
