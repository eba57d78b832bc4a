//! The truth of a condition that is not made of others.

use qpv_model::{CommuneCode, Period, QpvCode, Slug};

use super::finding::ConditionFinding;
use crate::address_doubt::AddressDoubt;
use crate::age::{age_on, birthday};
use crate::asked::StatedFact;
use crate::boundary_fact::BoundaryFact;
use crate::condition::{Condition, RightDuration, ZoneName, one_of};
use crate::facts::{FootprintFact, HomeFacts, KnownFacts, SchoolFact};
use crate::place::{FootprintPart, PlaceCondition, PlaceDay};
use crate::programme::{BoundaryStreet, Programme, ProgrammeSubject, WhenUncertain};
use crate::truth::Truth;

/// Returns the truth and the finding of a condition that is not made of others; `favours` when a doubt may count for it.
pub(super) fn leaf_truth(
    programme: &Programme,
    condition: &Condition,
    facts: &KnownFacts,
    favours: bool,
) -> (Truth, ConditionFinding) {
    match condition {
        Condition::Age { from, to } => age(facts, *from, *to),
        Condition::Place(place) => at_place(programme, place, facts, favours),
        Condition::Communes(codes) => in_communes(programme, codes, facts),
        Condition::Zone(_) | Condition::Perimeters(_) => match &facts.home {
            Some(home) => at_home(programme, condition, home, favours),
            None => (Truth::Unknown, ConditionFinding::HomeMissing),
        },
        Condition::School { .. } => (
            condition.truth_of_school(&facts.school),
            school(&facts.school, &programme.school_list),
        ),
        Condition::Declared(name) => stated(facts, name, |fact| match fact {
            StatedFact::Declared(declared) => (*declared).into(),
            _ => Truth::Unknown,
        }),
        Condition::Number { name, range } => stated(facts, name, |fact| match fact {
            StatedFact::Number(number) => range.holds(*number).into(),
            _ => Truth::Unknown,
        }),
        Condition::Date { name, period } => stated(facts, name, |fact| match fact {
            StatedFact::Date(day) => period.holds(*day).into(),
            _ => Truth::Unknown,
        }),
        Condition::Running {
            name,
            starts,
            lasts,
        } => running(facts, name, starts, *lasts),
        Condition::All(_) | Condition::Any(_) | Condition::AtLeast(..) | Condition::Not(_) => {
            unreachable!("only leaves are looked at")
        }
    }
}

/// Returns the truth that a stated fact gives; unknown without it.
fn stated(
    facts: &KnownFacts,
    name: &Slug,
    truth: impl Fn(&StatedFact) -> Truth,
) -> (Truth, ConditionFinding) {
    match facts.stated.get(name) {
        Some(fact) => (truth(fact), ConditionFinding::Stated(*fact)),
        None => (
            Truth::Unknown,
            ConditionFinding::StatementMissing(name.clone()),
        ),
    }
}

/// Returns the truth of a right running on the day of the check.
fn running(
    facts: &KnownFacts,
    name: &Slug,
    starts: &Period,
    lasts: RightDuration,
) -> (Truth, ConditionFinding) {
    let Some(start) = facts.day(name) else {
        let missing = ConditionFinding::StatementMissing(name.clone());
        // Whenever it started: on such a day the last one has ended. Before the first its rule does not count.
        let has_ended = starts
            .valid_until
            .is_some_and(|until| lasts.last_day(until) < facts.on);
        let truth = if has_ended {
            Truth::NotMet
        } else {
            Truth::Unknown
        };
        return (truth, missing);
    };
    // Over or not yet begun, the finding gives both days.
    let last = lasts.last_day(start);
    let runs = starts.holds(start) && start <= facts.on && facts.on <= last;
    (runs.into(), ConditionFinding::Right { start, last })
}

fn age(facts: &KnownFacts, from: Option<i16>, to: Option<i16>) -> (Truth, ConditionFinding) {
    let Some(born) = facts.birth_date else {
        return (Truth::Unknown, ConditionFinding::BirthDateMissing);
    };
    // A birth date after the check is a slip, not an age of zero.
    let Some(years) = age_on(born, facts.on) else {
        return (Truth::Unknown, ConditionFinding::BirthDateAfter(born));
    };
    let is_old_enough = from.is_none_or(|from| from <= years);
    let is_young_enough = to.is_none_or(|to| years <= to);
    // The truth changes at the first birthday of the range, and at the one after its last.
    let turning = if is_old_enough {
        to.filter(|_| is_young_enough).map(|to| to + 1)
    } else {
        from
    };
    let changes_on = turning.and_then(|age| birthday(born, age));
    (
        Truth::from(is_old_enough && is_young_enough),
        ConditionFinding::Age { years, changes_on },
    )
}

/// Returns the truth of lying in one of some communes.
fn in_communes(
    programme: &Programme,
    codes: &[CommuneCode],
    facts: &KnownFacts,
) -> (Truth, ConditionFinding) {
    let commune = if programme.subject == ProgrammeSubject::Building {
        facts.building.as_ref().map(|building| building.commune)
    } else {
        facts.home.as_ref().map(|home| home.commune)
    };
    match commune {
        Some(Some(commune)) => (one_of(commune, codes), ConditionFinding::Commune(commune)),
        Some(None) => (Truth::Unknown, ConditionFinding::CommuneUnknown),
        None if programme.subject == ProgrammeSubject::Building => {
            (Truth::Unknown, ConditionFinding::FootprintMissing)
        }
        None => (Truth::Unknown, ConditionFinding::HomeMissing),
    }
}

/// Returns the truth of lying in a zoning, or near it.
fn at_place(
    programme: &Programme,
    place: &PlaceCondition,
    facts: &KnownFacts,
    favours: bool,
) -> (Truth, ConditionFinding) {
    let Some(question) = place.question(&facts.stated) else {
        let PlaceDay::Asked(name) = &place.day else {
            unreachable!("every other day is known")
        };
        let missing = ConditionFinding::StatementMissing(name.clone());
        return (Truth::Unknown, missing);
    };
    let not_loaded = (
        Truth::Unknown,
        ConditionFinding::LayerMissing(place.zoning.clone()),
    );
    if let Some(part) = place.part {
        let Some(building) = &facts.building else {
            return (Truth::Unknown, ConditionFinding::FootprintMissing);
        };
        return building.places.get(&question).map_or(not_loaded, |found| {
            (
                within(found, part, place.within_m),
                ConditionFinding::Footprint(*found),
            )
        });
    }
    let Some(home) = &facts.home else {
        return (Truth::Unknown, ConditionFinding::HomeMissing);
    };
    // A zoning that is not imported is unknown, not empty.
    let Some(fact) = home.places.get(&question) else {
        return not_loaded;
    };
    let truth = fact.truth(place.within_m);
    let finding = if truth == Truth::Unknown {
        ConditionFinding::Home {
            distance_m: fact.signed_m(),
            doubt: fact.doubt.clone(),
        }
    } else {
        ConditionFinding::Place {
            areas: fact.areas.clone(),
            distance_m: fact.signed_m(),
        }
    };
    // Both kerbs are inside on that day too; a ring around them reaches no farther.
    let is_extended = programme.boundary_street == BoundaryStreet::BothSides
        && place.within_m == 0
        && truth != Truth::Met;
    let (truth, finding) = match &fact.boundary {
        BoundaryFact::Follows(codes) if is_extended => match codes.first() {
            Some(code) => (Truth::Met, ConditionFinding::BoundaryStreet(*code)),
            None => (truth, finding),
        },
        BoundaryFact::Unknown if is_extended => {
            (Truth::Unknown, ConditionFinding::BoundaryStreetUnknown)
        }
        _ => (truth, finding),
    };
    let doubt = fact.doubt.as_ref().filter(|_| favours);
    favoured(programme, doubt, truth, finding)
}

fn at_home(
    programme: &Programme,
    condition: &Condition,
    home: &HomeFacts,
    favours: bool,
) -> (Truth, ConditionFinding) {
    let truth = zone_truth(condition, home);
    // A doubt that leaves the truth as it is would only alarm.
    let doubt = home.doubt.clone().filter(|_| truth == Truth::Unknown);
    let stands = ConditionFinding::Home {
        distance_m: home.distance_m,
        doubt,
    };
    let (truth, finding) = match programme.boundary_street {
        BoundaryStreet::Axis => (truth, stands),
        BoundaryStreet::BothSides => at_boundary(condition, home, truth, stands),
    };
    // The band is outside: to be counted there is no favour.
    let inside = favours && !matches!(condition, Condition::Zone(ZoneName::Band300m));
    let doubt = home.doubt.as_ref().filter(|_| inside);
    favoured(programme, doubt, truth, finding)
}

/// Returns the truth of a condition on zones or perimeters, by the position alone.
fn zone_truth(condition: &Condition, home: &HomeFacts) -> Truth {
    let inside = surely(home, home.zones.qpv);
    match condition {
        Condition::Zone(ZoneName::Qpv) => inside,
        Condition::Zone(ZoneName::Band300m) => surely(home, home.zones.band_300m),
        Condition::Perimeters(codes) => in_perimeters(home, codes, inside),
        _ => unreachable!("the other conditions are not of zones"),
    }
}

/// Returns the truth of lying in one of some perimeters, given that of lying in any.
fn in_perimeters(home: &HomeFacts, codes: &[QpvCode], inside: Truth) -> Truth {
    match (&home.perimeters, &home.possible, inside) {
        (_, _, Truth::NotMet) => Truth::NotMet,
        (Some(known), _, Truth::Met) => Truth::from(known.iter().any(|code| codes.contains(code))),
        // The exact perimeter does not matter when none of the possible ones is listed.
        (_, Some(possible), _) if !possible.iter().any(|code| codes.contains(code)) => {
            Truth::NotMet
        }
        (_, Some(possible), Truth::Met) if possible.iter().all(|code| codes.contains(code)) => {
            Truth::Met
        }
        _ => Truth::Unknown,
    }
}

/// Returns the truth of lying in a zone, given that it may lie there: sure when it may lie in no other.
fn surely(home: &HomeFacts, may: bool) -> Truth {
    match may {
        false => Truth::NotMet,
        true if home.zones.is_sure() => Truth::Met,
        true => Truth::Unknown,
    }
}

/// Returns the truth and the finding when both kerbs of a boundary street count as inside.
fn at_boundary(
    condition: &Condition,
    home: &HomeFacts,
    truth: Truth,
    stands: ConditionFinding,
) -> (Truth, ConditionFinding) {
    // Inside already: the street adds nothing.
    if truth == Truth::Met && !matches!(condition, Condition::Zone(ZoneName::Band300m)) {
        return (truth, stands);
    }
    match (condition, &home.boundary) {
        (Condition::Zone(ZoneName::Qpv), BoundaryFact::Follows(codes)) => match codes.first() {
            Some(code) => (Truth::Met, ConditionFinding::BoundaryStreet(*code)),
            None => (truth, stands),
        },
        (Condition::Perimeters(listed), BoundaryFact::Follows(codes)) => {
            match codes.iter().find(|code| listed.contains(code)) {
                Some(code) => (Truth::Met, ConditionFinding::BoundaryStreet(*code)),
                None => (truth, stands),
            }
        }
        // A home that counts as inside is not in the band.
        (Condition::Zone(ZoneName::Band300m), BoundaryFact::Follows(codes)) => {
            match codes.first() {
                Some(code) => (Truth::NotMet, ConditionFinding::BoundaryStreet(*code)),
                None => (truth, stands),
            }
        }
        (Condition::Zone(_) | Condition::Perimeters(_), BoundaryFact::Unknown)
            if surely(home, home.zones.qpv) != Truth::Met =>
        {
            (Truth::Unknown, ConditionFinding::BoundaryStreetUnknown)
        }
        _ => (truth, stands),
    }
}

/// Counts a home as inside when it may be, if the programme gives the benefit of the doubt on positions.
fn favoured(
    programme: &Programme,
    doubt: Option<&AddressDoubt>,
    truth: Truth,
    finding: ConditionFinding,
) -> (Truth, ConditionFinding) {
    // Only a doubt in metres: an address that was not found may be anywhere.
    let of_position = matches!(doubt, Some(AddressDoubt::Position { .. }));
    let favours = programme.when_uncertain == WhenUncertain::BenefitOfDoubt;
    // A home that is surely outside gets no benefit of a doubt.
    if favours && of_position && truth == Truth::Unknown {
        (Truth::Met, ConditionFinding::BenefitOfDoubt)
    } else {
        (truth, finding)
    }
}

fn school(school: &SchoolFact, list: &Slug) -> ConditionFinding {
    match school {
        SchoolFact::NotGiven => ConditionFinding::SchoolMissing,
        SchoolFact::None => ConditionFinding::NoSchool,
        SchoolFact::NoList => ConditionFinding::SchoolListMissing(list.clone()),
        SchoolFact::NotFound => ConditionFinding::SchoolNotFound,
        SchoolFact::Ambiguous => ConditionFinding::SchoolAmbiguous,
        SchoolFact::NetworkNotTold { name } => ConditionFinding::SchoolNetworkNotTold(name.clone()),
        SchoolFact::Known { name, network, .. } => ConditionFinding::School {
            name: name.clone(),
            network: *network,
        },
    }
}

/// Returns the truth of a part of a building lying in a perimeter or at less than a distance from one: unknown while the
/// limit is within the error of the distance.
fn within(footprint: &FootprintFact, part: FootprintPart, within_m: u16) -> Truth {
    if !footprint.is_measured {
        return match (footprint.inside, within_m) {
            (true, _) => Truth::Met,
            (false, 0) => Truth::NotMet,
            (false, _) => Truth::Unknown,
        };
    }
    let distance_m = match part {
        FootprintPart::Any => footprint.nearest_m,
        FootprintPart::Every => footprint.farthest_m,
    };
    // Beyond 5 km, which is beyond every limit.
    let Some(distance_m) = distance_m else {
        return Truth::NotMet;
    };
    if within_m == 0 {
        // How deep it lies inside is not measured: what is inside as drawn counts.
        return match part {
            FootprintPart::Every if footprint.inside => Truth::Met,
            FootprintPart::Any if distance_m == 0.0 => Truth::Met,
            _ if distance_m <= footprint.doubt_m => Truth::Unknown,
            _ => Truth::NotMet,
        };
    }
    let gap_m = f64::from(within_m) - distance_m;
    // The limit itself is outside, as "less than" says.
    match gap_m {
        _ if gap_m > footprint.doubt_m => Truth::Met,
        _ if gap_m <= -footprint.doubt_m => Truth::NotMet,
        _ => Truth::Unknown,
    }
}
