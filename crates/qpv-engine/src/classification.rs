//! The zone of a located point, and its certainty.

use qpv_model::PossibleZones;
use strum::{EnumCount, IntoStaticStr, VariantArray};

use crate::limits::{BAND_M, MAX_SEARCH_M};
use crate::location::Location;

/// The zone of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumCount, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Zone {
    /// In a perimeter, its boundary included.
    Qpv,
    /// In none, at less than 300 m from one.
    #[strum(serialize = "band_300m")]
    Band300m,
    /// Farther.
    Outside,
    /// The stated uncertainty could change the answer.
    Undetermined,
}

impl Zone {
    /// Every zone.
    pub const ALL: [Self; Self::COUNT] = *Self::VARIANTS
        .first_chunk()
        .expect("COUNT is the number of VARIANTS");

    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The certainty of a zone, the surest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, EnumCount, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum CertaintyLevel {
    /// No deciding line is within the doubt.
    Certain,
    /// One is within that of a line alone, and the building of the address reaches clear of it, which a line does not run
    /// through. [`classify`] knows no buildings and never returns it.
    BuildingSide,
    /// One is, and the numbers of the street around it show on which side of it the address is. [`classify`] knows no
    /// addresses and never returns it.
    StreetSide,
    /// The position was interpolated between two house numbers, and the zone is the same around all of the line between
    /// them. [`classify`] knows no addresses and never returns it.
    Interpolated,
    /// A deciding line (the perimeter's, or the 300 m limit outside) is closer than the doubt.
    NearBoundary,
    /// The same, because the position itself is only roughly known.
    ImprecisePosition,
}

impl CertaintyLevel {
    /// Every level.
    pub const ALL: [Self; Self::COUNT] = *Self::VARIANTS
        .first_chunk()
        .expect("COUNT is the number of VARIANTS");

    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A zone with its certainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Classification {
    /// The zone, [`Zone::Undetermined`] only when the caller stated an uncertainty.
    pub zone: Zone,
    /// The zone of the very coordinates given, whatever their uncertainty.
    pub zone_as_given: Zone,
    /// Its certainty.
    pub level: CertaintyLevel,
    /// Metres to the nearest line that decides the zone; `None` when there is none within [`MAX_SEARCH_M`].
    pub gap_m: Option<f64>,
    /// The doubt counted against that gap: the position's and the published line's own, metres.
    pub doubt_m: f64,
}

/// Uncertainty of a position, metres, from which the position is called imprecise rather than the line near: beyond any
/// door or parcel, a street or a commune.
const IMPRECISE_FROM_M: f64 = 50.0;

/// Classifies a location, given the position's uncertainty and the precision of the published lines, both in metres.
///
/// An uncertainty of `None` means that none was stated: the coordinates are taken as exact.
///
/// ```
/// use qpv_engine::{CertaintyLevel, Location, Zone, classify};
/// let near = Location { signed_distance_m: Some(12.0), ..Location::default() };
/// assert_eq!(classify(&near, None, 1.0).zone, Zone::Band300m);
/// assert_eq!(classify(&near, Some(15.0), 1.0).zone, Zone::Undetermined);
/// assert_eq!(classify(&near, Some(5.0), 1.0).level, CertaintyLevel::Certain);
/// ```
#[must_use]
pub fn classify(
    location: &Location,
    uncertainty_m: Option<f64>,
    precision_m: f64,
) -> Classification {
    let distance_m = location.signed_distance_m;
    let inside = !location.members.is_empty();
    let zone_as_given = match distance_m {
        _ if inside => Zone::Qpv,
        // The law says "less than 300 metres": the limit itself is outside.
        Some(distance_m) if distance_m < BAND_M => Zone::Band300m,
        _ => Zone::Outside,
    };
    // Inside, only the perimeter's own line decides; outside, the limit of the band decides too.
    let gap_m = distance_m.map(|distance_m| {
        if inside {
            distance_m.abs()
        } else {
            distance_m.min((distance_m - BAND_M).abs())
        }
    });
    // Added, not squared and added: both errors can point the same way.
    let doubt_m = uncertainty_m.unwrap_or(0.0) + precision_m;
    // Beyond the search distance nothing is known but that the deciding line is at least this far.
    let least_gap_m = if inside {
        MAX_SEARCH_M
    } else {
        MAX_SEARCH_M - BAND_M
    };
    // On the limit itself it is doubtful: a certain answer needs room to spare.
    let doubtful = doubt_m >= gap_m.unwrap_or(least_gap_m);
    let level = match uncertainty_m {
        _ if !doubtful => CertaintyLevel::Certain,
        Some(uncertainty_m) if uncertainty_m >= IMPRECISE_FROM_M => {
            CertaintyLevel::ImprecisePosition
        }
        _ => CertaintyLevel::NearBoundary,
    };
    // Coordinates taken as exact always get a zone: the line's own precision alone lowers the level, not the answer.
    let zone = if doubtful && uncertainty_m.is_some() {
        Zone::Undetermined
    } else {
        zone_as_given
    };
    Classification {
        zone,
        zone_as_given,
        level,
        gap_m,
        doubt_m,
    }
}

/// Returns the zones a point may lie in, when it may be off by `doubt_m` metres, 0 or more.
///
/// The doubt is that on its position and the published lines' own precision together. There is more than one zone exactly
/// where [`classify`] answers [`Zone::Undetermined`] for a stated uncertainty.
///
/// ```
/// use qpv_engine::{Location, possible_zones};
/// use qpv_model::PossibleZones;
/// let near = Location { signed_distance_m: Some(290.0), ..Location::default() };
/// let zones = PossibleZones { qpv: false, band_300m: true, outside: true };
/// assert_eq!(possible_zones(&near, 15.0), zones);
/// ```
#[must_use]
pub fn possible_zones(location: &Location, doubt_m: f64) -> PossibleZones {
    let inside = !location.members.is_empty();
    // Beyond the search distance the line is at least that far.
    let distance_m =
        location
            .signed_distance_m
            .unwrap_or(if inside { -MAX_SEARCH_M } else { MAX_SEARCH_M });
    let (least_m, greatest_m) = (distance_m - doubt_m, distance_m + doubt_m);
    PossibleZones {
        // A limit exactly at the end of the doubt counts as possible, like in `classify`.
        qpv: inside || least_m <= 0.0,
        band_300m: if inside {
            greatest_m >= 0.0
        } else {
            least_m <= BAND_M
        },
        outside: greatest_m >= BAND_M,
    }
}

#[cfg(test)]
mod tests {
    use smallvec::smallvec;

    use super::*;
    use crate::location::PerimeterId;

    fn outside(distance_m: f64) -> Location {
        Location {
            signed_distance_m: Some(distance_m),
            ..Location::default()
        }
    }

    fn inside(depth_m: f64) -> Location {
        Location {
            members: smallvec![PerimeterId(0)],
            signed_distance_m: Some(-depth_m),
            ..Location::default()
        }
    }

    /// Inside, farther from the line than lines are looked for.
    fn deep_inside() -> Location {
        Location {
            members: smallvec![PerimeterId(0)],
            ..Location::default()
        }
    }

    /// Files and answers that were written before are read by these names.
    #[test]
    fn names_never_change() {
        let zones = ["qpv", "band_300m", "outside", "undetermined"];
        assert_eq!(Zone::ALL.map(Zone::name), zones);
        let levels = [
            "certain",
            "building_side",
            "street_side",
            "interpolated",
            "near_boundary",
            "imprecise_position",
        ];
        assert_eq!(CertaintyLevel::ALL.map(CertaintyLevel::name), levels);
    }

    #[test]
    fn the_zone_follows_the_distance() {
        assert_eq!(classify(&inside(0.0), None, 0.0).zone, Zone::Qpv);
        assert_eq!(classify(&outside(0.01), None, 0.0).zone, Zone::Band300m);
        assert_eq!(classify(&outside(299.99), None, 0.0).zone, Zone::Band300m);
        assert_eq!(classify(&outside(300.0), None, 0.0).zone, Zone::Outside);
        assert_eq!(
            classify(&Location::default(), None, 0.0).zone,
            Zone::Outside
        );
    }

    #[test]
    fn both_lines_raise_a_doubt_outside_and_only_one_inside() {
        let level = |located: &Location, uncertainty_m| classify(located, uncertainty_m, 1.0).level;
        assert_eq!(level(&inside(20.0), Some(15.0)), CertaintyLevel::Certain);
        assert_eq!(
            level(&inside(16.0), Some(15.0)),
            CertaintyLevel::NearBoundary
        );
        assert_eq!(level(&inside(300.0), Some(15.0)), CertaintyLevel::Certain);
        assert_eq!(
            level(&outside(290.0), Some(15.0)),
            CertaintyLevel::NearBoundary
        );
        assert_eq!(
            level(&outside(310.0), Some(15.0)),
            CertaintyLevel::NearBoundary
        );
        assert_eq!(
            level(&outside(120.0), Some(150.0)),
            CertaintyLevel::ImprecisePosition
        );
        assert_eq!(
            level(&outside(3000.0), Some(150.0)),
            CertaintyLevel::Certain
        );
    }

    #[test]
    fn exact_coordinates_are_never_undetermined_but_the_level_tells() {
        let verdict = classify(&inside(0.5), None, 1.0);
        assert_eq!(
            (verdict.zone, verdict.level),
            (Zone::Qpv, CertaintyLevel::NearBoundary)
        );
        let verdict = classify(&inside(0.5), Some(0.0), 1.0);
        assert_eq!(
            (verdict.zone, verdict.zone_as_given),
            (Zone::Undetermined, Zone::Qpv)
        );
    }

    #[test]
    fn possible_zones_are_those_a_verdict_hesitates_between() {
        let mut points = vec![Location::default(), deep_inside()];
        for distance_m in [0.0, 0.5, 7.0, 20.0, 150.0, 299.0, 320.0, 900.0, 4_900.0] {
            points.extend([inside(distance_m), outside(distance_m + 1e-9)]);
        }
        for located in &points {
            for uncertainty_m in [0.0, 0.5, 15.0, 25.0, 310.0, 2_000.0, 4_800.0, 6_000.0] {
                let verdict = classify(located, Some(uncertainty_m), 1.0);
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

    /// Lines are looked for up to 5 km: outside, the limit of the band may lie 300 m nearer than that.
    #[test]
    fn beyond_reach_a_huge_doubt_still_counts() {
        for (located, uncertainty_m, expected) in [
            (Location::default(), 1_000.0, Zone::Outside),
            (Location::default(), 4_650.0, Zone::Outside),
            (Location::default(), 4_750.0, Zone::Undetermined),
            (Location::default(), 6_000.0, Zone::Undetermined),
            (deep_inside(), 4_950.0, Zone::Qpv),
            (deep_inside(), 5_050.0, Zone::Undetermined),
        ] {
            let found = classify(&located, Some(uncertainty_m), 1.0).zone;
            assert_eq!(found, expected, "{located:?} {uncertainty_m}");
        }
    }
}
