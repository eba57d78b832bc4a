//! The zonings at a place, each with its certainty and its days, and the rings around perimeters and areas.
//!
//! Promises: a zoning that is not imported is not among the answers, and is never a no; a list of communes answers only
//! where the commune of the place is known, by its address or by the outlines imported.

use jiff::civil::Date;
use qpv_engine::{AreaIndex, MAX_SEARCH_M};
use qpv_model::{CommuneCode, Period, Position, ZoningRecord};

use crate::snapshot::Snapshot;
use crate::zoning_index::ZoningIndex;

/// The standing of a place in a zoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ZoningStanding {
    /// In one of its areas or communes.
    Inside,
    /// In none.
    Outside,
    /// Its line is too near for the position, or the commune of the place is not known.
    Undetermined,
    /// The zoning is not in force on the day asked.
    NotInForce,
}

impl ZoningStanding {
    /// Returns its name in answers and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The reason why a place is not determined in a zoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ZoningDoubt {
    /// A line is closer than the position is exact.
    Position,
    /// The zoning is a list of communes, and the commune of the place is not known.
    CommuneUnknown,
}

/// Where a place stands to a ring around areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum RingStanding {
    /// In the areas themselves.
    Inside,
    /// Outside, at less than the width of the ring.
    Ring,
    /// Farther.
    Outside,
    /// The position could be on either side of a deciding line.
    Undetermined,
}

impl RingStanding {
    /// Returns its name in answers and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Judges a ring of a width, metres, by the signed distance to the line of the areas, negative inside, `None` beyond
    /// [`MAX_SEARCH_M`], and the doubt on it when one counts.
    #[must_use]
    pub fn new(
        is_inside: bool,
        signed_distance_m: Option<f64>,
        width_m: f64,
        doubt_m: Option<f64>,
    ) -> Self {
        let distance_m = signed_distance_m.unwrap_or(MAX_SEARCH_M);
        let gap_m = if is_inside {
            distance_m.abs()
        } else {
            // Outside, the limit of the ring decides too.
            distance_m.min((distance_m - width_m).abs())
        };
        match doubt_m {
            // On the limit itself it is doubtful: a certain answer needs room to spare.
            Some(doubt_m) if doubt_m >= gap_m => Self::Undetermined,
            _ if is_inside => Self::Inside,
            // As for the 300 m band, the limit itself is outside.
            _ if distance_m < width_m => Self::Ring,
            _ => Self::Outside,
        }
    }
}

/// The place and the day that zonings are asked of.
#[derive(Debug, Clone, Copy)]
pub struct ZonedPlace {
    /// The position.
    pub position: Position,
    /// Its commune, where an address tells it.
    pub commune: Option<CommuneCode>,
    /// The uncertainty of the position, metres, when one counts.
    pub uncertainty_m: Option<f64>,
    /// The day.
    pub day: Date,
}

/// What a zoning says of a place.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoningAnswer<'s> {
    /// Its names, its source and its days.
    pub record: &'s ZoningRecord,
    /// Where the place stands.
    pub standing: ZoningStanding,
    /// The reason why that is not determined.
    pub doubt: Option<ZoningDoubt>,
    /// The names of the areas that hold the position as given; for a list of communes, the code of the commune.
    pub areas: Vec<&'s str>,
    /// The days of the area or the commune within those of the zoning.
    pub period: Period,
    /// Geodesic metres to the nearest line, negative inside; `None` beyond [`MAX_SEARCH_M`], and for lists of communes.
    pub signed_distance_m: Option<f64>,
    /// Where the place stands to the ring that was asked for; `None` for lists of communes.
    pub ring: Option<RingStanding>,
}

/// Answers for the zonings of these names, or for all when there are none, with a ring of this width around their areas.
#[must_use]
pub fn zonings_at<'s>(
    snapshot: &'s Snapshot,
    place: &ZonedPlace,
    names: &[String],
    ring_m: Option<f64>,
) -> Vec<ZoningAnswer<'s>> {
    let zonings = snapshot.zoning_indexes().iter();
    zonings
        .filter(|zoning| {
            names.is_empty() || names.iter().any(|name| name == zoning.record.name.as_str())
        })
        .filter_map(|zoning| {
            if let Some(communes) = &zoning.communes {
                return Some(in_communes(snapshot, zoning, communes, place));
            }
            let areas = snapshot.own_layer(zoning.record.name.as_str())?;
            Some(in_areas(&zoning.record, areas, place, ring_m))
        })
        .collect()
}

fn in_areas<'s>(
    record: &'s ZoningRecord,
    areas: &'s AreaIndex,
    place: &ZonedPlace,
    ring_m: Option<f64>,
) -> ZoningAnswer<'s> {
    let found = areas.locate(&place.position);
    let is_inside = !found.members.is_empty();
    let doubt_m = place
        .uncertainty_m
        .map(|uncertainty_m| uncertainty_m + areas.layer().precision_m);
    // Beyond the search distance the line is at least that far.
    let gap_m = found.signed_distance_m.map_or(MAX_SEARCH_M, f64::abs);
    let (standing, doubt) = match doubt_m {
        // Where the place lies does not matter on such a day.
        _ if !record.period.holds(place.day) => (ZoningStanding::NotInForce, None),
        Some(doubt_m) if doubt_m >= gap_m => {
            (ZoningStanding::Undetermined, Some(ZoningDoubt::Position))
        }
        _ if is_inside => (ZoningStanding::Inside, None),
        _ => (ZoningStanding::Outside, None),
    };
    let names = found
        .members
        .iter()
        .filter_map(|&member| areas.layer().areas[member as usize].name.as_deref());
    ZoningAnswer {
        record,
        standing,
        doubt,
        areas: names.collect(),
        period: record.period,
        signed_distance_m: found.signed_distance_m,
        ring: ring_m
            .map(|width_m| RingStanding::new(is_inside, found.signed_distance_m, width_m, doubt_m)),
    }
}

fn in_communes<'s>(
    snapshot: &'s Snapshot,
    zoning: &'s ZoningIndex,
    communes: &'s [(CommuneCode, Period)],
    place: &ZonedPlace,
) -> ZoningAnswer<'s> {
    let record = &zoning.record;
    let commune = place
        .commune
        .map(|commune| commune.whole_commune())
        .or_else(|| snapshot.commune_at(&place.position, place.uncertainty_m.unwrap_or(0.0)));
    let (standing, doubt, period) = match commune {
        _ if !record.period.holds(place.day) => (ZoningStanding::NotInForce, None, record.period),
        None => (
            ZoningStanding::Undetermined,
            Some(ZoningDoubt::CommuneUnknown),
            record.period,
        ),
        Some(commune) => {
            // The commune is sure here: by its address, or by outlines whose line is far.
            let (standing, period) = commune_standing(communes, commune, place.day);
            (standing, None, period.unwrap_or(record.period))
        }
    };
    let code = commune
        .and_then(|commune| {
            communes
                .binary_search_by_key(&commune, |(code, _)| *code)
                .ok()
        })
        .map(|at| communes[at].0.as_str());
    ZoningAnswer {
        record,
        standing,
        doubt,
        areas: code.into_iter().collect(),
        period,
        signed_distance_m: None,
        ring: None,
    }
}

/// Returns where a commune stands on a day, and the period that says so.
fn commune_standing(
    communes: &[(CommuneCode, Period)],
    commune: CommuneCode,
    day: Date,
) -> (ZoningStanding, Option<Period>) {
    // Sorted by code: the periods of one commune stand together.
    let first = communes.partition_point(|(code, _)| *code < commune);
    let own: Vec<Period> = communes[first..]
        .iter()
        .take_while(|(code, _)| *code == commune)
        .map(|(_, period)| *period)
        .collect();
    match own.iter().find(|period| period.holds(day)) {
        Some(period) => (ZoningStanding::Inside, Some(*period)),
        // It was part of the zoning, or will be.
        None => match own.last() {
            Some(period) => (ZoningStanding::NotInForce, Some(*period)),
            None => (ZoningStanding::Outside, None),
        },
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn rings_are_judged_by_both_lines_that_decide() {
        use RingStanding::{Inside, Outside, Ring, Undetermined};
        for (inside, distance_m, width_m, doubt_m, expected) in [
            (true, Some(-40.0), 500.0, None, Inside),
            (true, Some(-40.0), 500.0, Some(50.0), Undetermined),
            (false, Some(499.9), 500.0, None, Ring),
            (false, Some(500.0), 500.0, None, Outside),
            (false, Some(490.0), 500.0, Some(15.0), Undetermined),
            (false, Some(250.0), 500.0, Some(15.0), Ring),
            (false, Some(10.0), 500.0, Some(15.0), Undetermined),
            (false, None, 500.0, Some(15.0), Outside),
        ] {
            let found = RingStanding::new(inside, distance_m, width_m, doubt_m);
            assert_eq!(found, expected, "{distance_m:?} {width_m} {doubt_m:?}");
        }
    }

    #[test]
    fn a_commune_counts_on_its_own_days() {
        let commune = |code: &str| code.parse().expect("a code");
        let period = |first, last| Period::new(first, last).expect("in order");
        let communes = [
            (commune("61006"), Period::default()),
            (
                commune("61169"),
                period(Some(date(2018, 1, 1)), Some(date(2020, 12, 31))),
            ),
            (commune("61169"), period(Some(date(2024, 7, 1)), None)),
        ];
        for (code, day, expected) in [
            ("61006", date(1990, 1, 1), ZoningStanding::Inside),
            ("61169", date(2019, 1, 1), ZoningStanding::Inside),
            ("61169", date(2022, 1, 1), ZoningStanding::NotInForce),
            ("61169", date(2024, 7, 1), ZoningStanding::Inside),
            ("14047", date(2024, 7, 1), ZoningStanding::Outside),
        ] {
            let found = commune_standing(&communes, commune(code), day).0;
            assert_eq!(found, expected, "{code} {day}");
        }
    }
}
