//! Answers as end users read them, in French: each function turns one kind of answer into a sentence.

pub mod comparison;
mod eligibility;
mod rule_lines;
mod site;

use qpv_addresses::{Candidate, SideNeighbours};
use qpv_engine::{CertaintyLevel, DecidingLine, Leaning, PerimeterId, WeakestLink, Zone};
use qpv_french::dates::day_in_words;
use qpv_french::numbers::{hectares, metres, uncertainty as written_uncertainty};
use qpv_french::{key, sentence};
use qpv_model::{CommuneKind, KnownVintages, Perimeter, Territory, Vintage, department_and_region};

use crate::check::CheckedPlace;
use crate::communes::Commune;
use crate::snapshot::Snapshot;
use crate::standing::{PointAnswer, UndeterminedReason};
use crate::zonings::{ZoningAnswer, ZoningDoubt, ZoningStanding};

pub use eligibility::{
    annex_name, annexes, assessment, finding, finding_with_birthday, outcome, reason_change, truth,
};
pub use rule_lines::{ReasonLine, RuleConditions, RuleLines};

/// Departments that a sentence lists; of more it gives the number.
const MAX_DEPARTMENTS: usize = 5;

/// Returns a perimeter by code, name and area: `QN06103M Saint Michel (38,83 ha)`.
#[must_use]
pub fn perimeter(perimeter: &Perimeter) -> String {
    let area = perimeter.known_area_ha();
    let area = area.map_or_else(
        || sentence(key::COMPARE_SHEET_NO_AREA, &[]),
        |area_ha| format!("{} ha", hectares(area_ha)),
    );
    format!("{} {} ({area})", perimeter.code_qp, perimeter.lib_qp)
}

/// Returns the message for a number that the street of a candidate does not have, with its nearest neighbours and those that
/// its position was interpolated between; `None` for a candidate that lacks no number.
#[must_use]
pub fn missing_number(candidate: &Candidate) -> Option<String> {
    let (asked, neighbours) = candidate.missing.as_ref()?;
    let mut text = sentence(key::CHECK_MISSING, &[("number", asked)]);
    if let Some(below) = &neighbours.below {
        text.extend([
            " ",
            &sentence(key::CHECK_MISSING_BELOW, &[("below", below)]),
        ]);
    }
    if let Some(above) = &neighbours.above {
        text.extend([
            " ",
            &sentence(key::CHECK_MISSING_ABOVE, &[("above", above)]),
        ]);
    }
    if let Some(SideNeighbours { below, above }) = &candidate.between {
        let (below, above) = (below.number.to_string(), above.number.to_string());
        text.extend([
            " ",
            &sentence(
                key::CHECK_MISSING_BETWEEN,
                &[("below", &below), ("above", &above)],
            ),
        ]);
    }
    Some(text)
}

/// Returns what became of the code of a commune: which one it leads to today; `None` for the code of a commune of today.
#[must_use]
pub fn commune_history(commune: &Commune<'_>) -> Option<String> {
    let record = commune.record?;
    let today: Vec<String> = commune
        .today
        .iter()
        .map(|today| format!("{} ({})", today.name, today.insee))
        .collect();
    let key = match record.kind {
        CommuneKind::Commune => return None,
        _ if today.len() > 1 => key::COMMUNE_SPLIT,
        CommuneKind::Arrondissement => key::COMMUNE_ARRONDISSEMENT,
        CommuneKind::Deleguee => key::COMMUNE_DELEGUEE,
        CommuneKind::Associee => key::COMMUNE_ASSOCIEE,
        CommuneKind::Ancienne => key::COMMUNE_ANCIENNE,
    };
    let name = if record.name.is_empty() {
        String::new()
    } else {
        format!(" ({})", record.name)
    };
    Some(sentence(
        key,
        &[
            ("code", record.code.as_str()),
            ("name", &name),
            ("today", &today.join(&sentence(key::COMMUNE_AND, &[]))),
        ],
    ))
}

/// Returns the reason why the zone of a place is not determined: of an address that stands on a line, what that is.
#[must_use]
pub fn doubt_of_place(
    snapshot: &Snapshot,
    place: &CheckedPlace,
    reason: UndeterminedReason,
) -> String {
    match place.standing() {
        // That the position is too near a line is then no news.
        Some(standing) if standing.site.is_some() => explanation(standing),
        _ => doubt(snapshot, reason),
    }
}

/// Returns the reason why a zone is not determined, and for a place that is not named which addresses are loaded.
#[must_use]
pub fn doubt(snapshot: &Snapshot, reason: UndeterminedReason) -> String {
    if let UndeterminedReason::NotLoaded(place) = reason {
        return place.message_fr(snapshot);
    }
    let coverage = snapshot.address_coverage();
    if reason != UndeterminedReason::PlaceNotNamed || coverage.is_whole_country() {
        return reason.message_fr();
    }
    let mut departments = coverage.departments().map(department_label);
    match departments.len() {
        _ if snapshot.fictional() => sentence(key::CHECK_DOUBT_PLACE_OF_SAMPLE, &[]),
        0 => reason.message_fr(),
        1 => sentence(
            key::CHECK_DOUBT_PLACE_OF_DEPARTMENT,
            &[("department", &departments.next().unwrap_or_default())],
        ),
        count if count <= MAX_DEPARTMENTS => {
            let listed = departments.collect::<Vec<_>>().join(", ");
            sentence(
                key::CHECK_DOUBT_PLACE_OF_DEPARTMENTS,
                &[("departments", &listed)],
            )
        }
        count => sentence(
            key::CHECK_DOUBT_PLACE_OF_MANY_DEPARTMENTS,
            &[("count", &count.to_string())],
        ),
    }
}

/// Returns a department by code and name: `90 (Territoire de Belfort)`.
fn department_label(code: &str) -> String {
    let name = department_and_region(code).map(|(name, _)| format!(" ({name})"));
    format!("{code}{}", name.unwrap_or_default())
}

/// Returns the certainty of an answer, in one sentence, and how exact its coordinates are when they are written roughly.
#[must_use]
pub fn explanation(standing: &PointAnswer) -> String {
    let mut text = certainty(standing);
    let notes = standing.site.iter().flat_map(|site| &site.notes);
    let notes: Vec<String> = notes.map(site::note).collect();
    let more = [
        (!notes.is_empty()).then(|| notes.join(" ")),
        standing.rounding_m.map(rounding),
        standing
            .future_day
            .map(|day| sentence(key::CERTAINTY_FUTURE_DAY, &[("day", &day_in_words(day))])),
    ];
    for remark in more.into_iter().flatten() {
        text.push(' ');
        text.push_str(&remark);
    }
    text
}

/// Returns that coordinates are written to that many metres only.
#[must_use]
pub fn rounding(rounding_m: f64) -> String {
    sentence(
        key::CERTAINTY_ROUNDING,
        &[("distance", &written_uncertainty(rounding_m))],
    )
}

fn certainty(standing: &PointAnswer) -> String {
    let verdict = standing.verdict;
    if let Some(told) = standing
        .site
        .as_ref()
        .and_then(|site| site::certainty(standing, site))
    {
        return told;
    }
    let doubt = metres(verdict.doubt_m);
    let uncertainty = written_uncertainty(standing.uncertainty_m.unwrap_or(0.0));
    let gap = verdict.gap_m.map(metres);
    match (verdict.level, gap) {
        (CertaintyLevel::Certain, Some(gap)) => {
            let key = if standing.is_testimony {
                key::CERTAINTY_TESTIMONY
            } else {
                key::CERTAINTY_CERTAIN
            };
            sentence(key, &[("gap", &gap), ("doubt", &doubt)])
        }
        // Nothing is within the search distance: there is no gap to name.
        (CertaintyLevel::Certain, None) if standing.located.nearest.is_none() => {
            let key = if standing.is_testimony {
                key::CERTAINTY_TESTIMONY_FAR
            } else {
                key::CERTAINTY_CERTAIN_FAR
            };
            sentence(key, &[])
        }
        // A line is near the middle of the street, and all its numbers agree nevertheless.
        (CertaintyLevel::Certain, None) => sentence(key::CERTAINTY_CERTAIN_STREET, &[]),
        // Told by the ground of the address.
        (CertaintyLevel::BuildingSide, _) => String::new(),
        (CertaintyLevel::StreetSide, gap) => {
            street_side(standing, &gap.unwrap_or_default(), &doubt)
        }
        (CertaintyLevel::Interpolated, _) => sentence(key::CERTAINTY_INTERPOLATED, &[]),
        (CertaintyLevel::NearBoundary, gap) => sentence(
            key::CERTAINTY_NEAR_BOUNDARY,
            &[("gap", &gap.unwrap_or_default()), ("doubt", &doubt)],
        ),
        (CertaintyLevel::ImprecisePosition, Some(gap)) => sentence(
            key::CERTAINTY_IMPRECISE_POSITION,
            &[("gap", &gap), ("uncertainty", &uncertainty)],
        ),
        (CertaintyLevel::ImprecisePosition, None) => sentence(
            key::CERTAINTY_IMPRECISE_POSITION_FAR,
            &[("uncertainty", &uncertainty)],
        ),
    }
}

/// Returns the numbers that settle a zone which the position alone leaves open, at a gap within a doubt.
fn street_side(standing: &PointAnswer, gap: &str, doubt: &str) -> String {
    let (own, opposite, is_across) = standing.street_side.as_ref().map_or_else(
        || (String::new(), String::new(), true),
        |side| {
            (
                side.own.message_fr(),
                side.opposite.message_fr(),
                side.is_across,
            )
        },
    );
    let key = if is_across {
        key::CERTAINTY_STREET_SIDE_ACROSS
    } else {
        key::CERTAINTY_STREET_SIDE_BOTH
    };
    sentence(
        key,
        &[
            ("own", &own),
            ("opposite", &opposite),
            ("gap", gap),
            ("doubt", doubt),
        ],
    )
}

/// Returns the zone that a position leans to, with its distance from the line and how exactly the weakest of both is known;
/// `None` for a zone that is determined, or open for another reason.
#[must_use]
pub fn leaning(
    standing: &PointAnswer,
    perimeter: impl Fn(PerimeterId) -> String,
) -> Option<String> {
    let leaning = standing.leaning()?;
    let nearest = standing.located.nearest?;
    let key = match (leaning.line, leaning.zone) {
        (DecidingLine::Perimeter, _) if !leaning.is_probable() => key::LEANING_OPEN,
        (DecidingLine::Band, _) if !leaning.is_probable() => key::LEANING_OPEN_BAND,
        (DecidingLine::Perimeter, Zone::Qpv) => key::LEANING_QPV,
        (DecidingLine::Perimeter, _) => key::LEANING_NOT_QPV,
        (DecidingLine::Band, Zone::Band300m) => key::LEANING_BAND,
        (DecidingLine::Band, _) => key::LEANING_NOT_BAND,
    };
    // The better one of the two would settle nothing more.
    let known = match leaning.weakest {
        WeakestLink::Position => sentence(
            key::LEANING_KNOWN_POSITION,
            &[("distance", &written_uncertainty(standing.uncertainty_m?))],
        ),
        WeakestLink::Lines => sentence(
            key::LEANING_KNOWN_LINES,
            &[("distance", &metres(standing.precision_m))],
        ),
    };
    let (qpv, gap) = (perimeter(nearest.perimeter), metres(leaning.gap_m));
    Some(sentence(
        key,
        &[("qpv", &qpv), ("gap", &gap), ("known", &known)],
    ))
}

/// Returns the evidence that would settle a leaning: of the weakest of position and lines.
#[must_use]
pub fn leaning_remedy(leaning: &Leaning) -> String {
    sentence(
        match leaning.weakest {
            WeakestLink::Position => key::LEANING_SETTLE_POSITION,
            WeakestLink::Lines => key::LEANING_SETTLE_LINES,
        },
        &[],
    )
}

/// Returns a leaning in a few words, for the head of a page.
#[must_use]
pub fn leaning_title(leaning: &Leaning) -> String {
    let key = match (leaning.zone, leaning.line) {
        _ if !leaning.is_probable() => key::LEANING_TITLE_OPEN,
        (Zone::Qpv, _) => key::LEANING_TITLE_QPV,
        (_, DecidingLine::Perimeter) => key::LEANING_TITLE_NOT_QPV,
        (Zone::Band300m, _) => key::LEANING_TITLE_BAND,
        _ => key::LEANING_TITLE_NOT_BAND,
    };
    sentence(key, &[])
}

/// Returns the zone of a place, and whose word it rests on when that is not a published address.
#[must_use]
pub fn zone_of_place(place: &CheckedPlace) -> String {
    let line = zone(place.zone());
    match place {
        CheckedPlace::CorrectedAddress(corrected) => testified(&line, &corrected.standing),
        CheckedPlace::Position(position) => testified(&line, &position.standing),
        CheckedPlace::Address(_) | CheckedPlace::Building(_) => line,
    }
}

/// Returns that a zone is that of a position which whoever asks has stated, when it is.
#[must_use]
pub fn testified(headline: &str, standing: &PointAnswer) -> String {
    if standing.is_testimony && standing.verdict.zone != Zone::Undetermined {
        // Sentences end with a full stop, headlines do not.
        let zone = headline.trim_end_matches('.');
        let end = &headline[zone.len()..];
        sentence(key::PLACED_TESTIMONY, &[("answer", zone)]) + end
    } else {
        headline.to_owned()
    }
}

/// Returns the zone in one line, of an undetermined one the leaning; the doubt about it is left to [`explanation`].
#[must_use]
pub fn headline(standing: &PointAnswer, perimeter: impl Fn(PerimeterId) -> String) -> String {
    // A leaning says whose word it is below: it is no answer that could be taken for sure.
    leaning(standing, &perimeter)
        .unwrap_or_else(|| testified(&zone_line(standing, perimeter), standing))
}

fn zone_line(standing: &PointAnswer, perimeter: impl Fn(PerimeterId) -> String) -> String {
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
            sentence(key::ZONE_QPV, &[("qpv", &names.join(", "))])
        }
        Zone::Band300m => sentence(
            key::ZONE_BAND_300M,
            &[("distance", &distance), ("qpv", &nearest)],
        ),
        Zone::Outside if located.nearest.is_none() => sentence(key::ZONE_OUTSIDE_FAR, &[]),
        Zone::Outside => sentence(
            key::ZONE_OUTSIDE,
            &[("distance", &distance), ("qpv", &nearest)],
        ),
        Zone::Undetermined => sentence(key::ZONE_UNDETERMINED, &[]),
    }
}

/// Returns the zone of an address, in a few words.
#[must_use]
pub fn zone(zone: Zone) -> String {
    let key = match zone {
        Zone::Qpv => key::CHECK_ZONE_QPV,
        Zone::Band300m => key::CHECK_ZONE_BAND_300M,
        Zone::Outside => key::CHECK_ZONE_OUTSIDE,
        Zone::Undetermined => key::CHECK_ZONE_UNDETERMINED,
    };
    sentence(key, &[])
}

/// Returns the vintage and the dataset of an answer; 12 digits of the digest identify it in practice.
#[must_use]
pub fn origin(vintage: Vintage, digest: &str) -> String {
    let short = digest.get(..12).unwrap_or(digest);
    sentence(
        key::ANSWER_ORIGIN,
        &[("vintage", vintage.as_str()), ("digest", short)],
    )
}

/// Returns the perimeters of a vintage with their days of force in a territory, and what comes after them if that is known.
#[must_use]
pub fn vintage(known: &KnownVintages, vintage: Vintage, territory: Option<Territory>) -> String {
    let label = known
        .get(vintage)
        .map_or(vintage.as_str(), |record| &record.label);
    let days = territory.and_then(|territory| known.validity(vintage, territory));
    let Some(days) = days else {
        return label.to_owned();
    };
    let first = day_in_words(days.valid_from);
    match days.valid_until.map(day_in_words) {
        Some(last) => sentence(
            key::VINTAGE_UNTIL,
            &[("label", label), ("first", &first), ("last", &last)],
        ),
        None => sentence(key::VINTAGE_SINCE, &[("label", label), ("first", &first)]),
    }
}

/// Returns what a zoning says of a place, with the days that it counts.
#[must_use]
pub fn zoning(answer: &ZoningAnswer<'_>) -> String {
    let key = match (answer.standing, answer.doubt) {
        (ZoningStanding::Inside, _) => key::ZONING_INSIDE,
        (ZoningStanding::Outside, _) => key::ZONING_OUTSIDE,
        (ZoningStanding::NotInForce, _) => key::ZONING_NOT_IN_FORCE,
        (_, Some(ZoningDoubt::CommuneUnknown)) => key::ZONING_COMMUNE_UNKNOWN,
        (_, Some(ZoningDoubt::PartOfCommune)) => key::ZONING_PART_OF_COMMUNE,
        (_, Some(ZoningDoubt::Address)) => key::ZONING_ADDRESS,
        (_, Some(ZoningDoubt::Building)) => key::ZONING_BUILDING,
        _ => key::ZONING_UNDETERMINED,
    };
    let mut text = sentence(key, &[("label", &answer.record.label)]);
    // Areas without a name have nothing to say here.
    let areas = answer.areas().collect::<Vec<_>>().join(", ");
    if answer.standing == ZoningStanding::Inside && !areas.is_empty() {
        text.push_str(&sentence(key::ZONING_AREAS, &[("areas", &areas)]));
    }
    let days = [
        (key::ZONING_FROM, answer.period.valid_from),
        (key::ZONING_UNTIL, answer.period.valid_until),
    ];
    // Of a zoning that the place is not in, its days say nothing to a counter.
    let counts = !matches!(
        answer.standing,
        ZoningStanding::Outside | ZoningStanding::Undetermined
    );
    for (key, day) in days {
        if let Some(day) = day.filter(|_| counts) {
            text.push_str(&sentence(key, &[("day", &day_in_words(day))]));
        }
    }
    text.push('.');
    text
}

/// Returns a perimeter's name and code: `Saint Michel (QN06103M)`.
#[must_use]
pub fn name(perimeter: &Perimeter) -> String {
    format!("{} ({})", perimeter.lib_qp, perimeter.code_qp)
}

#[cfg(test)]
mod tests {
    use qpv_engine::{Classification, Location};

    use super::*;

    #[test]
    fn a_street_that_answers_as_one_is_not_said_to_be_far_from_any_line() {
        let nearest = qpv_engine::NearestPerimeter {
            perimeter: PerimeterId::new(0),
            distance_m: 375.0,
        };
        let told = |nearest| {
            let verdict = Classification {
                zone: Zone::Outside,
                zone_as_given: Zone::Outside,
                level: CertaintyLevel::Certain,
                gap_m: None,
                doubt_m: 1.0,
            };
            let located = Location {
                nearest,
                ..Location::default()
            };
            explanation(&PointAnswer {
                vintage: Vintage::V2024,
                territory: Territory::Metropole,
                future_day: None,
                located,
                verdict,
                uncertainty_m: Some(500.0),
                rounding_m: None,
                precision_m: 1.0,
                is_testimony: false,
                street_side: None,
                site: None,
            })
        };
        assert!(told(None).contains("à moins de 5 km"), "{}", told(None));
        assert!(
            told(Some(nearest)).contains("tous les numéros"),
            "{}",
            told(Some(nearest))
        );
    }
}
