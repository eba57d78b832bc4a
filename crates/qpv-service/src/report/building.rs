//! What a report on a building says: whether all of it, a part or none is in a neighbourhood, within 300 m, within 500 m.
//!
//! Promises: that a limit is too near to be settled is told before anything else. Source of the limits: CGI art. 278 sexies.

use qpv_engine::{BAND_M, Parts, WIDE_BAND_M, Zone};

use super::values::{coordinates, french_coordinates};
use crate::messages::{self, metres, say};
use crate::{Building, Snapshot, centimetres, is_near_limit};

/// A building that a report is about.
pub(super) struct OfBuilding<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) building: &'a Building,
}

impl OfBuilding<'_> {
    /// Which limits are too near, and how to read what follows.
    pub(super) fn sentences(&self, zone: Zone) -> Vec<String> {
        let near: Vec<String> = self
            .near_limits()
            .iter()
            .map(|limit_m| limit_name(*limit_m))
            .collect();
        let told = [
            ("limits", near.join(", ")),
            ("precision", metres(self.precision_m())),
        ];
        let told = told.each_ref().map(|(name, value)| (*name, value.as_str()));
        let near = (!near.is_empty()).then(|| say("report.building.near", &told));
        let parted = (zone == Zone::Undetermined).then(|| say("report.building.parted", &[]));
        near.into_iter()
            .chain(parted)
            .chain([say("report.building.rule", &[])])
            .collect()
    }

    /// Labels and values.
    pub(super) fn facts(&self) -> Vec<(String, String)> {
        let footprint = &self.building.footprint;
        let vertices = self.building.corners().to_string();
        let middle = self
            .building
            .middle()
            .map_or_else(String::new, french_coordinates);
        let outline = say(
            "report.building.outline",
            &[("vertices", &vertices), ("middle", &middle)],
        );
        let names = footprint.members.iter().map(|&member| {
            let perimeter = self.snapshot.perimeter(self.building.vintage, member);
            format!(
                "{}, {}",
                messages::name(perimeter),
                perimeter.lib_com.join(", ")
            )
        });
        let distance = |distance_m: Option<f64>| {
            distance_m.map_or_else(|| say("report.building.far", &[]), metres)
        };
        let (nearest, farthest) = (
            distance(footprint.nearest_m),
            distance(footprint.farthest_m),
        );
        let distances = say(
            "report.building.distances",
            &[("nearest", &nearest), ("farthest", &farthest)],
        );
        let fact = |name: &str, value: String| (say(&format!("report.fact.{name}"), &[]), value);
        vec![
            fact("outline", outline),
            fact("inside", parts(footprint.qpv)),
            fact("within_300m", parts(footprint.within_300m)),
            fact("within_500m", parts(footprint.within_500m)),
            fact("qpv", names.collect::<Vec<_>>().join(" ; ")),
            fact("distance", distances),
        ]
    }

    /// Lines of the statement.
    pub(super) fn signed(&self) -> Vec<(&'static str, String)> {
        let footprint = &self.building.footprint;
        let [lon, lat] = self
            .building
            .middle()
            .map_or_else(Default::default, coordinates);
        let code = |&member: &u32| {
            self.snapshot
                .perimeter(self.building.vintage, member)
                .code_qp
                .to_string()
        };
        let distance = |distance_m: Option<f64>| {
            distance_m.map_or_else(String::new, |it| centimetres(it).to_string())
        };
        let near: Vec<String> = self.near_limits().iter().map(ToString::to_string).collect();
        vec![
            ("position", "footprint".to_owned()),
            ("emprise", self.building.digest()),
            ("lon", lon),
            ("lat", lat),
            ("dans-qpv", parts_name(footprint.qpv).to_owned()),
            ("a-300m", parts_name(footprint.within_300m).to_owned()),
            ("a-500m", parts_name(footprint.within_500m).to_owned()),
            ("distance-min", distance(footprint.nearest_m)),
            ("distance-max", distance(footprint.farthest_m)),
            ("pres-limite", near.join(" ")),
            (
                "qpv",
                footprint
                    .members
                    .iter()
                    .map(code)
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
        ]
    }

    fn precision_m(&self) -> f64 {
        self.snapshot
            .zones(self.building.vintage)
            .map_or(0.0, |zones| zones.layer().precision_m)
    }

    /// The limits that the published lines cannot settle, metres from the perimeters.
    fn near_limits(&self) -> Vec<f64> {
        let limits = [0.0, BAND_M, WIDE_BAND_M].into_iter();
        limits
            .filter(|limit_m| is_near_limit(&self.building.footprint, *limit_m, self.precision_m()))
            .collect()
    }
}

/// Where all of a building lies, in a few words.
pub(super) fn headline(zone: Zone) -> String {
    say(&format!("report.building.{}", zone.name()), &[])
}

fn limit_name(limit_m: f64) -> String {
    if limit_m > 0.0 {
        metres(limit_m)
    } else {
        say("report.building.limit.qpv", &[])
    }
}

/// The stable name of how much of a building is meant.
fn parts_name(parts: Parts) -> &'static str {
    match parts {
        Parts { every: true, .. } => "every_part",
        Parts { any: true, .. } => "any_part",
        Parts { .. } => "no_part",
    }
}

fn parts(parts: Parts) -> String {
    say(&format!("report.building.{}", parts_name(parts)), &[])
}
