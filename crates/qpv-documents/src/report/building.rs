//! The content of a report on a building: whether all of it, a part or none is in a neighbourhood,
//! within 300 m, within 500 m.
//!
//! Promises: a limit too near to be settled comes before anything else. Source of the limits: CGI
//! art. 278 sexies.

use qpv_engine::{BAND_M, PartsWithin, WIDE_BAND_M, Zone};
use qpv_french::numbers::metres;
use qpv_french::{Key, key, sentence};
use qpv_model::Perimeter;

use super::values::{coordinates, french_coordinates, located_name, signed_metres};
use qpv_service::{
    Building, LocatedAnnex, Snapshot, corners, is_near_limit, messages, outline_digest,
};

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
        let near = (!near.is_empty()).then(|| sentence(key::REPORT_BUILDING_NEAR, &told));
        let parted =
            (zone == Zone::Undetermined).then(|| sentence(key::REPORT_BUILDING_PARTED, &[]));
        // The doubt comes first: what follows is read in its light.
        near.into_iter()
            .chain(parted)
            .chain([sentence(key::REPORT_BUILDING_RULE, &[])])
            .collect()
    }

    /// Labels and values.
    pub(super) fn facts(&self) -> Vec<(String, String)> {
        let footprint = &self.building.footprint;
        let vertices = corners(&self.building.outline).to_string();
        let middle = self
            .building
            .middle()
            .map_or_else(String::new, french_coordinates);
        let outline = sentence(
            key::REPORT_BUILDING_OUTLINE,
            &[("vertices", &vertices), ("middle", &middle)],
        );
        let names: Vec<String> = self.members().map(located_name).collect();
        let (nearest, farthest) = (
            french_distance(footprint.nearest_m),
            french_distance(footprint.farthest_m),
        );
        let distances = sentence(
            key::REPORT_BUILDING_DISTANCES,
            &[("nearest", &nearest), ("farthest", &farthest)],
        );
        let mut facts = vec![
            fact(key::REPORT_FACT_OUTLINE, outline),
            fact(key::REPORT_FACT_INSIDE, parts(footprint.qpv)),
            fact(key::REPORT_FACT_WITHIN_300M, parts(footprint.within_300m)),
            fact(key::REPORT_FACT_WITHIN_500M, parts(footprint.within_500m)),
            fact(key::REPORT_FACT_QPV, names.join(" ; ")),
            fact(key::REPORT_FACT_DISTANCE, distances),
        ];
        facts.extend(self.annexes());
        facts
    }

    /// The place of each annex.
    fn annexes(&self) -> impl Iterator<Item = (String, String)> {
        let annexes = self.building.annexes.iter().enumerate();
        annexes.map(|(index, LocatedAnnex { annex, footprint })| {
            let place = sentence(
                key::REPORT_BUILDING_ANNEX,
                &[
                    ("vertices", &corners(&annex.outline).to_string()),
                    ("nearest", &french_distance(footprint.nearest_m)),
                    ("farthest", &french_distance(footprint.farthest_m)),
                ],
            );
            (messages::annex_name(&annex.name, index + 1), place)
        })
    }

    /// Lines of the statement.
    pub(super) fn signed(&self) -> Vec<(&'static str, String)> {
        let footprint = &self.building.footprint;
        let [lon, lat] = self
            .building
            .middle()
            .map_or_else(Default::default, coordinates);
        let codes: Vec<&str> = self
            .members()
            .map(|perimeter| perimeter.code_qp.as_str())
            .collect();
        let near: Vec<String> = self.near_limits().iter().map(ToString::to_string).collect();
        let annexes = self.building.annexes.iter().map(|located| {
            let digest = outline_digest(&located.annex.outline);
            let distances = [located.footprint.nearest_m, located.footprint.farthest_m];
            let [nearest, farthest] = distances.map(signed_metres);
            format!("{digest} {nearest} {farthest}")
        });
        let annexes: Vec<String> = annexes.collect();
        let mut lines = vec![
            ("position", "footprint".to_owned()),
            ("emprise", outline_digest(&self.building.outline)),
            ("lon", lon),
            ("lat", lat),
            ("dans-qpv", parts_name(footprint.qpv).to_owned()),
            ("a-300m", parts_name(footprint.within_300m).to_owned()),
            ("a-500m", parts_name(footprint.within_500m).to_owned()),
            ("distance-min", signed_metres(footprint.nearest_m)),
            ("distance-max", signed_metres(footprint.farthest_m)),
            ("pres-limite", near.join(" ")),
            ("qpv", codes.join(" ")),
        ];
        if !annexes.is_empty() {
            lines.push(("annexes", annexes.join(" ; ")));
        }
        lines
    }

    /// The perimeters that hold a part of it.
    fn members(&self) -> impl Iterator<Item = &Perimeter> {
        let members = self.building.footprint.members.iter();
        members.map(|&member| self.snapshot.perimeter(self.building.vintage, member))
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

/// A distance to the perimeters in French; `None` when none is near.
fn french_distance(distance_m: Option<f64>) -> String {
    distance_m.map_or_else(|| sentence(key::REPORT_BUILDING_FAR, &[]), metres)
}

/// A label of the page and its value.
fn fact(label: Key, value: String) -> (String, String) {
    (sentence(label, &[]), value)
}

/// The location of all of a building, in a few words.
pub(super) fn headline(zone: Zone) -> String {
    let key = match zone {
        Zone::Qpv => key::REPORT_BUILDING_QPV,
        Zone::Band300m => key::REPORT_BUILDING_BAND_300M,
        Zone::Outside => key::REPORT_BUILDING_OUTSIDE,
        Zone::Undetermined => key::REPORT_BUILDING_UNDETERMINED,
    };
    sentence(key, &[])
}

fn limit_name(limit_m: f64) -> String {
    if limit_m > 0.0 {
        metres(limit_m)
    } else {
        sentence(key::REPORT_BUILDING_LIMIT_QPV, &[])
    }
}

/// The stable name of how much of a building is meant.
fn parts_name(parts: PartsWithin) -> &'static str {
    match parts {
        // Every part implies any part, so the stronger name is tried first.
        PartsWithin { every: true, .. } => "every_part",
        PartsWithin { any: true, .. } => "any_part",
        PartsWithin { .. } => "no_part",
    }
}

fn parts(parts: PartsWithin) -> String {
    let key = match parts {
        PartsWithin { every: true, .. } => key::REPORT_BUILDING_EVERY_PART,
        PartsWithin { any: true, .. } => key::REPORT_BUILDING_ANY_PART,
        PartsWithin { .. } => key::REPORT_BUILDING_NO_PART,
    };
    sentence(key, &[])
}
