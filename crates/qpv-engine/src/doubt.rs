//! From where a point stands to a zone, and how sure that is.

use qpv_model::PossibleZones;

use crate::{BAND_M, Located, REACH_M};

/// The zone of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// In a perimeter, its boundary included.
    Qpv,
    /// In none, at less than 300 m from one.
    Band300m,
    /// Farther.
    Outside,
    /// The doubt on the position could change the answer.
    Undetermined,
}

impl Zone {
    /// Every zone.
    pub const ALL: [Self; 4] = [Self::Qpv, Self::Band300m, Self::Outside, Self::Undetermined];

    /// Its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Qpv => "qpv",
            Self::Band300m => "band_300m",
            Self::Outside => "outside",
            Self::Undetermined => "undetermined",
        }
    }
}

/// How sure a zone is, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// No deciding line is within the doubt.
    Certain,
    /// A deciding line (the perimeter's, or the 300 m limit outside) is closer than the doubt.
    NearBoundary,
    /// The same, because the position itself is only roughly known.
    ImprecisePosition,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Certain, Self::NearBoundary, Self::ImprecisePosition];

    /// Its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::NearBoundary => "near_boundary",
            Self::ImprecisePosition => "imprecise_position",
        }
    }
}

/// A zone with its certainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// The zone, [`Zone::Undetermined`] only when the caller stated a doubt.
    pub zone: Zone,
    /// The zone of the very coordinates given, whatever the doubt.
    pub zone_as_given: Zone,
    /// How sure it is.
    pub level: Level,
    /// Metres to the nearest line that decides the zone; `None` when there is none within reach.
    pub gap_m: Option<f64>,
    /// The doubt counted against that gap: the position's and the published line's own, metres.
    pub doubt_m: f64,
}

/// From this doubt on the position, metres, it is the position that is imprecise rather than the line that is near:
/// beyond any door or parcel, a street or a commune.
const IMPRECISE_FROM_M: f64 = 50.0;

/// Judges where a point stands, given the position's uncertainty (`None`: not stated, the coordinates are taken as
/// exact) and the precision of the published lines, both in metres.
///
/// ```
/// use qpv_engine::{Level, Located, Zone, judge};
/// let near = Located { signed_distance_m: Some(12.0), ..Located::default() };
/// assert_eq!(judge(&near, None, 1.0).zone, Zone::Band300m);
/// assert_eq!(judge(&near, Some(15.0), 1.0).zone, Zone::Undetermined);
/// assert_eq!(judge(&near, Some(5.0), 1.0).level, Level::Certain);
/// ```
#[must_use]
pub fn judge(located: &Located, uncertainty_m: Option<f64>, precision_m: f64) -> Verdict {
    let distance_m = located.signed_distance_m;
    let inside = !located.members.is_empty();
    let zone_as_given = match distance_m {
        _ if inside => Zone::Qpv,
        Some(distance_m) if distance_m < BAND_M => Zone::Band300m,
        _ => Zone::Outside,
    };
    let gap_m = distance_m.map(|distance_m| {
        if inside {
            distance_m.abs()
        } else {
            distance_m.min((distance_m - BAND_M).abs())
        }
    });
    let doubt_m = uncertainty_m.unwrap_or(0.0) + precision_m;
    // Beyond reach nothing is known but that the band's limit is at least this far.
    let doubtful = doubt_m >= gap_m.unwrap_or(if inside { REACH_M } else { REACH_M - BAND_M });
    let level = match uncertainty_m {
        _ if !doubtful => Level::Certain,
        Some(uncertainty_m) if uncertainty_m >= IMPRECISE_FROM_M => Level::ImprecisePosition,
        _ => Level::NearBoundary,
    };
    let zone = if doubtful && uncertainty_m.is_some() {
        Zone::Undetermined
    } else {
        zone_as_given
    };
    Verdict {
        zone,
        zone_as_given,
        level,
        gap_m,
        doubt_m,
    }
}

/// Which zones a point may lie in, when it may be off by `doubt_m` metres (the doubt on its position and the published lines'
/// own precision together). There is more than one exactly where [`judge`] answers [`Zone::Undetermined`] for a stated doubt.
///
/// ```
/// use qpv_engine::{Located, possible_zones};
/// use qpv_model::PossibleZones;
/// let near = Located { signed_distance_m: Some(290.0), ..Located::default() };
/// let zones = PossibleZones { qpv: false, band_300m: true, outside: true };
/// assert_eq!(possible_zones(&near, 15.0), zones);
/// ```
#[must_use]
pub fn possible_zones(located: &Located, doubt_m: f64) -> PossibleZones {
    let inside = !located.members.is_empty();
    // Beyond reach the line is at least that far.
    let distance_m = located
        .signed_distance_m
        .unwrap_or(if inside { -REACH_M } else { REACH_M });
    let (least_m, greatest_m) = (distance_m - doubt_m, distance_m + doubt_m);
    PossibleZones {
        qpv: inside || least_m <= 0.0,
        band_300m: if inside {
            greatest_m >= 0.0
        } else {
            distance_m < BAND_M || least_m <= BAND_M
        },
        outside: (!inside && distance_m >= BAND_M) || greatest_m >= BAND_M,
    }
}

#[cfg(test)]
mod tests {
    use smallvec::smallvec;

    use super::*;

    fn outside(distance_m: f64) -> Located {
        Located {
            signed_distance_m: Some(distance_m),
            ..Located::default()
        }
    }

    fn inside(depth_m: f64) -> Located {
        Located {
            members: smallvec![0],
            signed_distance_m: Some(-depth_m),
            ..Located::default()
        }
    }

    #[test]
    fn the_zone_follows_the_distance() {
        assert_eq!(judge(&inside(0.0), None, 0.0).zone, Zone::Qpv);
        assert_eq!(judge(&outside(0.01), None, 0.0).zone, Zone::Band300m);
        assert_eq!(judge(&outside(299.99), None, 0.0).zone, Zone::Band300m);
        assert_eq!(judge(&outside(300.0), None, 0.0).zone, Zone::Outside);
        assert_eq!(judge(&Located::default(), None, 0.0).zone, Zone::Outside);
    }

    #[test]
    fn both_lines_raise_a_doubt_outside_and_only_one_inside() {
        let level = |located: &Located, uncertainty_m| judge(located, uncertainty_m, 1.0).level;
        assert_eq!(level(&inside(20.0), Some(15.0)), Level::Certain);
        assert_eq!(level(&inside(16.0), Some(15.0)), Level::NearBoundary);
        assert_eq!(level(&inside(300.0), Some(15.0)), Level::Certain);
        assert_eq!(level(&outside(290.0), Some(15.0)), Level::NearBoundary);
        assert_eq!(level(&outside(310.0), Some(15.0)), Level::NearBoundary);
        assert_eq!(
            level(&outside(120.0), Some(150.0)),
            Level::ImprecisePosition
        );
        assert_eq!(level(&outside(3000.0), Some(150.0)), Level::Certain);
    }

    #[test]
    fn exact_coordinates_are_never_undetermined_but_the_level_tells() {
        let verdict = judge(&inside(0.5), None, 1.0);
        assert_eq!(
            (verdict.zone, verdict.level),
            (Zone::Qpv, Level::NearBoundary)
        );
        let verdict = judge(&inside(0.5), Some(0.0), 1.0);
        assert_eq!(
            (verdict.zone, verdict.zone_as_given),
            (Zone::Undetermined, Zone::Qpv)
        );
    }

    #[test]
    fn possible_zones_are_those_a_verdict_hesitates_between() {
        let mut points = vec![Located::default()];
        for distance_m in [0.0, 0.5, 7.0, 20.0, 150.0, 299.0, 320.0, 900.0, 4_900.0] {
            points.extend([inside(distance_m), outside(distance_m + 1e-9)]);
        }
        for located in &points {
            for uncertainty_m in [0.0, 0.5, 15.0, 25.0, 310.0, 2_000.0, 6_000.0] {
                let verdict = judge(located, Some(uncertainty_m), 1.0);
                let zones = possible_zones(located, verdict.doubt_m);
                assert_eq!(
                    zones.is_sure(),
                    verdict.zone != Zone::Undetermined,
                    "{located:?} {uncertainty_m}"
                );
                let as_given = match verdict.zone_as_given {
                    Zone::Qpv => zones.qpv,
                    Zone::Band300m => zones.band_300m,
                    _ => zones.outside,
                };
                assert!(as_given, "{located:?} {uncertainty_m}");
            }
        }
    }

    #[test]
    fn beyond_reach_a_huge_doubt_still_counts() {
        assert_eq!(
            judge(&Located::default(), Some(1_000.0), 1.0).zone,
            Zone::Outside
        );
        assert_eq!(
            judge(&Located::default(), Some(6_000.0), 1.0).zone,
            Zone::Undetermined
        );
    }
}
