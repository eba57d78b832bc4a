//! The limits of the certainty of answers: how exact the loaded lines and positions are, the weakest first.
//!
//! Owns what counts as a limit worth a sentence, and that sentence. Promises: shares are counted in the data loaded, not
//! assumed from its kind of file.

use qpv_french::numbers::metres;
use qpv_french::{Key, key, sentence};
use qpv_model::{PositionKind, Territory, Vintage};

use crate::place::today;
use crate::snapshot::Snapshot;

/// Lines known no better than this are no limit, metres: the import trusts none better, since streets are wider.
const SURVEYED_M: f64 = 1.0;
/// Positions exact to this are no limit, metres: those of doors and buildings.
const DOOR_M: f64 = 10.0;
/// Share of the addresses from which a kind of position is worth a sentence.
const MIN_SHARE: f64 = 0.05;

/// A limit of the certainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CertaintyLimit {
    /// The lines of a vintage are simplified, or their coordinates are rounded.
    Lines {
        /// The vintage.
        vintage: Vintage,
        /// The distance within which the true lines are, metres.
        precision_m: f64,
    },
    /// The positions of addresses mark something vaguer than a door, or nothing that is known.
    Positions {
        /// The object that they mark.
        kind: PositionKind,
        /// Their share of all addresses, from 0 to 1.
        share: f64,
        /// Their uncertainty, metres.
        uncertainty_m: f64,
    },
}

impl CertaintyLimit {
    /// Returns the part of the dataset, as `qpv data status` names it: `perimeters 2024`, `addresses`.
    #[must_use]
    pub fn part(&self) -> String {
        match self {
            Self::Lines { vintage, .. } => format!("perimeters {vintage}"),
            Self::Positions { .. } => "addresses".to_owned(),
        }
    }

    /// Returns the metres by which the line or the position may be off.
    #[must_use]
    pub fn metres(&self) -> f64 {
        match *self {
            Self::Lines { precision_m, .. } => precision_m,
            Self::Positions { uncertainty_m, .. } => uncertainty_m,
        }
    }

    /// Returns the share of the addresses that have it; `None` for lines.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        match *self {
            Self::Lines { .. } => None,
            Self::Positions { share, .. } => Some(share),
        }
    }

    /// Returns the metres that it adds to the doubt of an answer in the mean.
    fn mean_m(&self) -> f64 {
        self.metres() * self.share().unwrap_or(1.0)
    }

    /// Returns the limit and what to load instead, in English.
    #[must_use]
    pub fn message(&self) -> String {
        match *self {
            Self::Lines {
                vintage,
                precision_m,
            } => format!(
                "its lines are simplified or rounded, and known to {precision_m:.1} m: perimeters in full precision would settle \
                more (qpv data import --vintage {vintage} FILE)"
            ),
            Self::Positions {
                kind,
                share,
                uncertainty_m,
            } => {
                let what = if kind == PositionKind::Unknown {
                    "do not say what their position marks, which".to_owned()
                } else {
                    format!("have a position of the kind {}, which", kind.name())
                };
                format!(
                    "{:.0} % {what} counts as exact to {uncertainty_m:.0} m: a file with positions at doors and with \
                    cad_parcelles, and the land register, would settle more (qpv data import --addresses FILE, then --parcels FILE)",
                    share * 100.0
                )
            }
        }
    }

    /// Returns the same in French.
    #[must_use]
    pub fn message_fr(&self) -> String {
        let distance = metres(self.metres());
        let share = format!("{:.0}", self.share().unwrap_or_default() * 100.0);
        match *self {
            Self::Lines { vintage, .. } => sentence(
                key::CERTAINTY_LIMIT_LINES,
                &[("vintage", vintage.as_str()), ("distance", &distance)],
            ),
            Self::Positions {
                kind: PositionKind::Unknown,
                ..
            } => sentence(
                key::CERTAINTY_LIMIT_UNKNOWN,
                &[("share", &share), ("distance", &distance)],
            ),
            Self::Positions { kind, .. } => {
                let kind = Key::find(&format!("report.position.{}", kind.name()));
                let kind = kind.map_or_else(String::new, |kind| sentence(kind, &[]));
                sentence(
                    key::CERTAINTY_LIMIT_POSITIONS,
                    &[("share", &share), ("kind", &kind), ("distance", &distance)],
                )
            }
        }
    }
}

/// Returns what limits the certainty of answers from a snapshot, the weakest first; empty where all is as exact as it can be.
#[must_use]
pub fn certainty_limits(snapshot: &Snapshot) -> Vec<CertaintyLimit> {
    let lines = snapshot
        .vintages()
        .map(|(vintage, zones)| CertaintyLimit::Lines {
            vintage,
            precision_m: zones.layer().precision_m,
        })
        // Better lines than those surveyed there are none to load.
        .filter(|limit| limit.metres() > SURVEYED_M);
    let mut limits: Vec<CertaintyLimit> = lines.collect();
    limits.extend(limits_of_positions(snapshot.position_counts()));
    limits.sort_by(|one, other| other.mean_m().total_cmp(&one.mean_m()));
    limits
}

/// Returns the same for answers of today: without the lines of vintages that are in force nowhere.
#[must_use]
pub fn certainty_limits_today(snapshot: &Snapshot) -> Vec<CertaintyLimit> {
    let today = today();
    let known = snapshot.known_vintages();
    let is_in_force = |asked: Vintage| {
        Territory::ALL
            .into_iter()
            .any(|territory| known.on(territory, today) == Some(asked))
    };
    let mut limits = certainty_limits(snapshot);
    // Coming lines are loaded for comparisons, former ones for days of the past.
    limits.retain(|limit| match limit {
        CertaintyLimit::Lines { vintage, .. } => is_in_force(*vintage),
        CertaintyLimit::Positions { .. } => true,
    });
    limits
}

/// Returns the kinds of positions that limit: the unknown one, and the most frequent one that is vaguer than a door.
fn limits_of_positions(counts: &[(PositionKind, u64)]) -> Vec<CertaintyLimit> {
    let all: u64 = counts.iter().map(|(_, count)| count).sum();
    let vague = counts
        .iter()
        .copied()
        .filter(|(kind, _)| kind.uncertainty_m() > DOOR_M);
    let (unknown, known): (Vec<_>, Vec<_>) =
        vague.partition(|(kind, _)| *kind == PositionKind::Unknown);
    let known = known.into_iter().max_by_key(|(_, count)| *count);
    unknown
        .into_iter()
        .chain(known)
        .map(|(kind, count)| CertaintyLimit::Positions {
            kind,
            // Without addresses there is nothing to divide by.
            share: count as f64 / all.max(1) as f64,
            uncertainty_m: kind.uncertainty_m(),
        })
        .filter(|limit| limit.share() >= Some(MIN_SHARE))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vaguest_positions_that_many_addresses_have_limit() {
        let of = |counts: &[(PositionKind, u64)]| {
            let limits = limits_of_positions(counts).into_iter();
            let named = limits.map(|limit| match limit {
                CertaintyLimit::Positions { kind, share, .. } => (kind, share),
                CertaintyLimit::Lines { .. } => unreachable!("positions only"),
            });
            named.collect::<Vec<_>>()
        };
        assert_eq!(of(&[]), []);
        assert_eq!(of(&[(PositionKind::Entrance, 100)]), []);
        // Four of a hundred are no matter.
        assert_eq!(
            of(&[(PositionKind::Entrance, 96), (PositionKind::Parcel, 4)]),
            []
        );
        assert_eq!(
            of(&[
                (PositionKind::Entrance, 10),
                (PositionKind::Parcel, 60),
                (PositionKind::Segment, 5),
                (PositionKind::Unknown, 25)
            ]),
            [(PositionKind::Unknown, 0.25), (PositionKind::Parcel, 0.6)]
        );
    }
}
