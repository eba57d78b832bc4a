//! What end users read of an assessment.

use jiff::civil::Date;
use qpv_programmes::{
    AddressDoubt, Assessment, Condition, Finding, Footprint, Found, Outcome, Truth, ZoneName,
};

use super::{metres, say};

/// A day as a French reader writes it: `21/11/2026`.
///
/// ```
/// assert_eq!(qpv_service::messages::day(jiff::civil::date(2026, 3, 1)), "01/03/2026");
/// ```
#[must_use]
pub fn day(day: Date) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

/// An outcome, in a few words.
#[must_use]
pub fn outcome(outcome: Outcome) -> String {
    say(&format!("eligibility.{}", outcome.name()), &[])
}

/// The outcome of an assessment in one line, with the end or the beginning of the programme when that is the reason.
#[must_use]
pub fn assessment(assessment: &Assessment<'_>) -> String {
    let programme = assessment.programme;
    let name = ("programme", programme.name.as_str());
    match (programme.from, programme.until) {
        (_, Some(until)) if until < assessment.on => {
            say("eligibility.ended", &[name, ("day", &day(until))])
        }
        (Some(from), _) if assessment.on < from => {
            say("eligibility.not_started", &[name, ("day", &day(from))])
        }
        _ => outcome(assessment.outcome),
    }
}

/// What was found of a condition, in one sentence; what is missing when it does not tell.
#[must_use]
pub fn finding(found: &Found<'_>) -> String {
    let text = |key: &str, values: &[(&str, &str)]| say(&format!("finding.{key}"), values);
    let told = |kind: &str, values: &[(&str, &str)]| {
        text(&format!("{kind}.{}", found.truth.name()), values)
    };
    match &found.finding {
        Finding::Age { years, .. } => age(found, *years),
        Finding::BirthDateMissing => text("birth_date_missing", &[]),
        Finding::BirthDateAfter(born) => text("birth_date_after", &[("value", &day(*born))]),
        Finding::Home { distance_m, doubt } => home(found, *distance_m, doubt.as_ref()),
        Finding::HomeMissing => text("home_missing", &[]),
        Finding::BoundaryStreet(code) => text("boundary_street", &[("code", code.as_str())]),
        Finding::BoundaryStreetUnknown => text("boundary_street_unknown", &[]),
        Finding::BenefitOfDoubt => text("benefit_of_doubt", &[]),
        Finding::Layer(areas) => told(
            "layer",
            &[
                ("layer", &layer_name(found.condition)),
                ("areas", &listed(areas)),
            ],
        ),
        Finding::LayerMissing(name) => text("layer_missing", &[("layer", name.as_str())]),
        Finding::Commune(code) => told("commune", &[("code", code.as_str())]),
        Finding::CommuneUnknown => text("commune_unknown", &[]),
        Finding::School { name, network } => {
            let network = network.map_or_else(
                || text("school.no_network", &[]),
                |network| network.to_string(),
            );
            told("school", &[("school", name), ("network", &network)])
        }
        Finding::SchoolMissing => text("school_missing", &[]),
        Finding::NoSchool => text("no_school", &[]),
        Finding::SchoolNotFound => text("school_not_found", &[]),
        Finding::SchoolNetworkNotTold(name) => text("school_network_not_told", &[("school", name)]),
        Finding::SchoolAmbiguous => text("school_ambiguous", &[]),
        Finding::SchoolListMissing(list) => text("school_list_missing", &[("list", list.as_str())]),
        Finding::Footprint(footprint) => self::footprint(found, footprint),
        Finding::FootprintMissing => text("footprint_missing", &[]),
        Finding::Declared(_) => told("declared", &[("label", &label(found.condition))]),
        Finding::DeclarationMissing => {
            text("declaration_missing", &[("label", &label(found.condition))])
        }
    }
}

fn age(found: &Found<'_>, years: i16) -> String {
    let Condition::Age { from, to } = found.condition else {
        return String::new();
    };
    let key = format!("finding.age.{}", found.truth.name());
    let values = [
        ("years", years.to_string()),
        ("from", from.to_string()),
        ("to", to.to_string()),
    ];
    say(
        &key,
        &values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str())),
    )
}

/// What was found of a condition, and the birthday that will change it: it tells the birth date, as the person's own papers do.
#[must_use]
pub fn finding_with_birthday(found: &Found<'_>) -> String {
    let sentence = finding(found);
    match &found.finding {
        Finding::Age {
            changes_on: Some(on),
            ..
        } => {
            let key = format!("finding.age.changes.{}", found.truth.name());
            format!("{sentence} {}", say(&key, &[("day", &day(*on))]))
        }
        _ => sentence,
    }
}

fn home(found: &Found<'_>, distance_m: Option<f64>, doubt: Option<&AddressDoubt>) -> String {
    if found.truth == Truth::Unknown {
        return match doubt {
            Some(AddressDoubt::Position {
                uncertainty_m,
                line_m: Some(line_m),
            }) => say(
                "finding.position",
                &[
                    ("uncertainty", &metres(*uncertainty_m)),
                    ("line", &metres(*line_m)),
                ],
            ),
            Some(AddressDoubt::Position {
                uncertainty_m,
                line_m: None,
            }) => say(
                "finding.position_far",
                &[("uncertainty", &metres(*uncertainty_m))],
            ),
            Some(AddressDoubt::Other(name)) => say(&format!("check.doubt.{name}"), &[]),
            None => say("check.doubt.street", &[]),
        };
    }
    let kind = match found.condition {
        Condition::Zone(ZoneName::Qpv) => "zone",
        Condition::Zone(ZoneName::Band300m) => "band",
        _ => "qpv",
    };
    let at = distance_m.map_or_else(String::new, |distance_m| {
        let key = if distance_m < 0.0 {
            "finding.depth"
        } else {
            "finding.distance"
        };
        say(key, &[("distance", &metres(distance_m))])
    });
    let codes = match found.condition {
        Condition::Perimeters(codes) => codes
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        _ => String::new(),
    };
    say(
        &format!("finding.{kind}.{}", found.truth.name()),
        &[("at", &at), ("codes", &codes)],
    )
}

fn footprint(found: &Found<'_>, footprint: &Footprint) -> String {
    let Condition::Footprint { part, within_m } = found.condition else {
        return String::new();
    };
    let far = || say("finding.footprint.far", &[]);
    let told = |distance_m: Option<f64>| distance_m.map_or_else(far, metres);
    let key = format!("finding.footprint.{}.{}", part.name(), found.truth.name());
    let (nearest, farthest) = (told(footprint.nearest_m), told(footprint.farthest_m));
    let (limit, doubt) = (metres(f64::from(*within_m)), metres(footprint.doubt_m));
    say(
        &key,
        &[
            ("limit", &limit),
            ("nearest", &nearest),
            ("farthest", &farthest),
            ("doubt", &doubt),
        ],
    )
}

fn layer_name(condition: &Condition) -> String {
    match condition {
        Condition::Layer(name) => name.to_string(),
        _ => String::new(),
    }
}

fn label(condition: &Condition) -> String {
    match condition {
        Condition::Declared { label, .. } => label.clone(),
        _ => String::new(),
    }
}

/// ` (one, two)`, or nothing.
fn listed(names: &[String]) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!(" ({})", names.join(", "))
    }
}
