//! What end users read, in French, from the one catalogue `fr.json` (which the web front end uses too).

mod eligibility;
mod tables;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use qpv_addresses::NumberNeighbours;
use qpv_engine::{Level, Zone};
use qpv_model::{Perimeter, Vintage};

use crate::Standing;

pub use eligibility::{assessment, day, finding, finding_with_birthday, outcome};
pub use tables::table_fault;

static CATALOGUE: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../fr.json")).expect("the catalogue is an object of texts")
});

/// The sentence of a key, its `{names}` replaced by values. A missing key shows itself, so that it is seen.
///
/// ```
/// let sentence = qpv_service::messages::say("error.unknown_crs", &[("value", "EPSG:1")]);
/// assert_eq!(sentence, "Système de coordonnées inconnu : « EPSG:1 ».");
/// ```
#[must_use]
pub fn say(key: &str, values: &[(&str, &str)]) -> String {
    let template = CATALOGUE.get(key).map_or(key, String::as_str);
    let mut pieces = template.split('{');
    let mut text = String::with_capacity(2 * template.len());
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => text.push_str(value),
            None => text.extend(["{", name, "}"]),
        }
        text.push_str(rest);
    }
    text
}

/// Metres as a French reader writes them: `0,4 m`, `41 m`, `1,3 km`.
///
/// ```
/// use qpv_service::messages::metres;
/// assert_eq!([metres(0.42), metres(41.27), metres(1299.0)], ["0,4 m", "41 m", "1,3 km"]);
/// ```
#[must_use]
pub fn metres(value_m: f64) -> String {
    match value_m.abs() {
        m if m < 9.95 => format!("{m:.1} m").replace('.', ","),
        m if m < 999.5 => format!("{m:.0} m"),
        m => format!("{:.1} km", m / 1000.0).replace('.', ","),
    }
}

/// Hectares as a French reader writes them: `1 234,50`, its space unbreakable.
///
/// ```
/// use qpv_service::messages::hectares;
/// assert_eq!([hectares(38.832), hectares(1234.5)], ["38,83", "1\u{a0}234,50"]);
/// ```
#[must_use]
pub fn hectares(value_ha: f64) -> String {
    // Nothing lost may come as a negative zero.
    let text = format!("{:.2}", value_ha + 0.0);
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    format!(
        "{},{cents}",
        whole.parse().map_or_else(|_| whole.to_owned(), count)
    )
}

/// A perimeter by code, name and area: `QN06103M Saint Michel (38,83 ha)`.
#[must_use]
pub fn perimeter(perimeter: &Perimeter) -> String {
    let area = perimeter.known_area_ha();
    let area = area.map_or_else(
        || say("compare.sheet.no_area", &[]),
        |area_ha| format!("{} ha", hectares(area_ha)),
    );
    format!("{} {} ({area})", perimeter.code_qp, perimeter.lib_qp)
}

/// A whole number as a French reader writes it, with unbreakable spaces: `1 234 567`.
///
/// ```
/// use qpv_service::messages::count;
/// assert_eq!([count(12), count(1_234_567)], ["12", "1\u{a0}234\u{a0}567"]);
/// ```
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| String::from_utf8_lossy(group));
    groups.collect::<Vec<_>>().join("\u{a0}")
}

/// What to say of a number that a street does not have.
#[must_use]
pub fn missing_number(asked: &str, neighbours: &NumberNeighbours) -> String {
    let mut text = say("check.missing", &[("number", asked)]);
    if let Some(below) = &neighbours.below {
        text.extend([" ", &say("check.missing.below", &[("below", below)])]);
    }
    if let Some(above) = &neighbours.above {
        text.extend([" ", &say("check.missing.above", &[("above", above)])]);
    }
    text
}

/// How sure an answer is, in one sentence.
#[must_use]
pub fn explanation(standing: &Standing) -> String {
    let verdict = standing.verdict;
    let doubt = || metres(verdict.doubt_m);
    let uncertainty = || metres(standing.uncertainty_m.unwrap_or(0.0));
    let gap = verdict.gap_m.map(metres);
    match (verdict.level, gap) {
        (Level::Certain, Some(gap)) => {
            say("certainty.certain", &[("gap", &gap), ("doubt", &doubt())])
        }
        (Level::Certain, None) if standing.located.nearest.is_none() => {
            say("certainty.certain_far", &[])
        }
        // A line is near the middle of the street, and all its numbers agree nevertheless.
        (Level::Certain, None) => say("certainty.certain_street", &[]),
        (Level::NearBoundary, gap) => say(
            "certainty.near_boundary",
            &[("gap", &gap.unwrap_or_default()), ("doubt", &doubt())],
        ),
        (Level::ImprecisePosition, Some(gap)) => say(
            "certainty.imprecise_position",
            &[("gap", &gap), ("uncertainty", &uncertainty())],
        ),
        (Level::ImprecisePosition, None) => say(
            "certainty.imprecise_position_far",
            &[("uncertainty", &uncertainty())],
        ),
    }
}

/// The zone, in one line; for an undetermined one, what the coordinates alone would say is left to [`explanation`].
#[must_use]
pub fn headline(standing: &Standing, perimeter: impl Fn(u32) -> String) -> String {
    let located = &standing.located;
    let distance = located.signed_distance_m.map_or_else(String::new, metres);
    let nearest = located
        .nearest
        .map_or_else(String::new, |nearest| perimeter(nearest.perimeter));
    match standing.verdict.zone {
        Zone::Qpv => {
            let names: Vec<String> = located
                .members
                .iter()
                .map(|&member| perimeter(member))
                .collect();
            say("zone.qpv", &[("qpv", &names.join(", "))])
        }
        Zone::Band300m => say(
            "zone.band_300m",
            &[("distance", &distance), ("qpv", &nearest)],
        ),
        Zone::Outside if located.nearest.is_none() => say("zone.outside_far", &[]),
        Zone::Outside => say(
            "zone.outside",
            &[("distance", &distance), ("qpv", &nearest)],
        ),
        Zone::Undetermined => say("zone.undetermined", &[]),
    }
}

/// The zone of an address, in a few words.
#[must_use]
pub fn zone(zone: Zone) -> String {
    let key = match zone {
        Zone::Qpv => "check.zone.qpv",
        Zone::Band300m => "check.zone.band_300m",
        Zone::Outside => "check.zone.outside",
        Zone::Undetermined => "check.zone.undetermined",
    };
    say(key, &[])
}

/// Which perimeters and which data answered; the digest is cut to what identifies it in practice.
#[must_use]
pub fn origin(vintage: Vintage, digest: &str) -> String {
    let short = digest.get(..12).unwrap_or(digest);
    say(
        "answer.origin",
        &[("vintage", vintage.as_str()), ("digest", short)],
    )
}

/// A perimeter's name and code: `Saint Michel (QN06103M)`.
#[must_use]
pub fn name(perimeter: &Perimeter) -> String {
    format!("{} ({})", perimeter.lib_qp, perimeter.code_qp)
}

#[cfg(test)]
mod tests {
    use qpv_engine::{Located, Verdict};

    use super::*;

    #[test]
    fn a_street_that_answers_as_one_is_not_said_to_be_far_from_any_line() {
        let nearest = qpv_engine::Nearest {
            perimeter: 0,
            distance_m: 375.0,
        };
        let told = |nearest| {
            let verdict = Verdict {
                zone: Zone::Outside,
                zone_as_given: Zone::Outside,
                level: Level::Certain,
                gap_m: None,
                doubt_m: 1.0,
            };
            let located = Located {
                nearest,
                ..Located::default()
            };
            let vintage = Vintage::V2024;
            explanation(&Standing {
                vintage,
                located,
                verdict,
                uncertainty_m: Some(500.0),
                precision_m: 1.0,
            })
        };
        assert!(told(None).contains("à moins de 5 km"), "{}", told(None));
        assert!(
            told(Some(nearest)).contains("tous les numéros"),
            "{}",
            told(Some(nearest))
        );
    }

    #[test]
    fn the_catalogue_is_sorted_and_balanced() {
        let keys: Vec<&str> = include_str!("../fr.json")
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"'))
            .collect();
        assert!(keys.is_sorted(), "keep the catalogue sorted");
        for (key, text) in CATALOGUE.iter() {
            assert_eq!(
                text.matches('{').count(),
                text.matches('}').count(),
                "{key}"
            );
        }
    }
}
