//! `qpv check`: in which zone an address, or a position, lies, whether somebody is eligible to a programme there, and the
//! report that says so.

use std::collections::BTreeMap;

use anyhow::{anyhow, bail};
use qpv_http::wire::{CheckAnswer, EligibilityAnswer};
use qpv_service::programmes::{Assessment, Outcome as Assessed, Programme};
use qpv_service::report::{RuleLines, Subject};
use qpv_service::{
    AddressCheck, Case, Person, PointAnswer, Service, Snapshot, StreetProfile, VintageSelector,
    Zone, messages,
};

use crate::addresses::{address_service, filter, or_fail, show, show_notice};
use crate::args::{CheckArgs, Settings, choice};
use crate::output::{Outcome, print, print_json, remark, report_error};
use crate::report;

pub fn check(settings: &Settings, args: &CheckArgs) -> anyhow::Result<Outcome> {
    if let Some(path) = args
        .report
        .as_deref()
        .filter(|path| path.exists() && !args.force)
    {
        report_error(&anyhow!(
            "{} exists: give another name, or --force to replace it",
            path.display()
        ));
        return Ok(Outcome::WrongUsage);
    }
    let service = settings.service(args.within.dataset.as_deref())?;
    let service = service.with_address_service(address_service(args.address_service.as_deref())?);
    let snapshot = service.snapshot();
    let choice = choice(args.vintage, args.on);
    let programme = args
        .programme
        .as_deref()
        .map(|id| snapshot.programme(id))
        .transpose();
    let asked = programme
        .map_err(anyhow::Error::from)
        .and_then(|programme| {
            let person = programme
                .map(|programme| person(args, programme, choice))
                .transpose()?;
            Ok((programme, person))
        });
    let (programme, person) = match asked {
        Ok(asked) => asked,
        Err(fault) => {
            report_error(&fault);
            return Ok(Outcome::WrongUsage);
        }
    };
    let subject = subject(&service, &snapshot, args, choice)?;
    let home = snapshot.home_of(&subject);
    let assess = |programme, person| {
        snapshot.assess(
            programme,
            &Case {
                home: home.as_ref(),
                footprint: None,
                person,
            },
            choice,
        )
    };
    let assessment = programme
        .zip(person)
        .map(|(programme, person)| assess(programme, person));
    show_answer(settings, &snapshot, &subject, assessment.as_ref(), choice)?;
    if let Some(path) = &args.report {
        let rule = assessment
            .as_ref()
            .map(|assessment| RuleLines::of(assessment, messages::finding));
        report::write(settings, &service, &snapshot, &subject, rule, args, path)?;
    }
    let undetermined = match &assessment {
        Some(assessment) => assessment.outcome == Assessed::Undetermined,
        None => subject.zone() == Zone::Undetermined,
    };
    Ok(if undetermined {
        Outcome::Undetermined
    } else {
        Outcome::Done
    })
}

/// What is asked, answered.
fn subject(
    service: &Service,
    snapshot: &Snapshot,
    args: &CheckArgs,
    choice: VintageSelector,
) -> anyhow::Result<Subject> {
    let (question, filter) = (args.address.join(" "), filter(&args.within));
    if let Some(at) = args.at {
        if args.address.is_empty() {
            return Ok(Subject::by_hand(snapshot, at, choice, args.uncertainty_m)?);
        }
        let check = or_fail(service.check_to_place(snapshot, &question, &filter, choice))?;
        let placed = Box::new(snapshot.place(check, at, choice, args.uncertainty_m)?);
        return Ok(Subject::Placed {
            question,
            filter,
            placed,
        });
    }
    let check = or_fail(service.check(snapshot, &question, &filter, choice))?;
    Ok(Subject::Address {
        question,
        filter,
        check: Box::new(check),
    })
}

/// What is told of the person.
fn person(
    args: &CheckArgs,
    programme: &Programme,
    choice: VintageSelector,
) -> anyhow::Result<Person> {
    let known = programme.declarations();
    let mut declared = BTreeMap::new();
    for (name, value) in &args.declare {
        let Some((known, _)) = known.iter().find(|(known, _)| known.as_str() == name) else {
            let names: Vec<&str> = known.iter().map(|(known, _)| known.as_str()).collect();
            bail!(
                "--declare {name}: {} asks no such declaration; it asks: {}",
                programme.id,
                names.join(", ")
            );
        };
        declared.insert((*known).clone(), *value);
    }
    let person = Person {
        birth_date: args.birth_date,
        school: args.school.clone(),
        declared,
    };
    person.check(choice.day())?;
    Ok(person)
}

fn show_answer(
    settings: &Settings,
    snapshot: &Snapshot,
    subject: &Subject,
    assessment: Option<&Assessment<'_>>,
    choice: VintageSelector,
) -> anyhow::Result<()> {
    let profile = match subject {
        Subject::Address { check, .. } => snapshot.profile_to_show(check, choice),
        Subject::Placed { .. } | Subject::Building(_) | Subject::ByHand { .. } => None,
    };
    if settings.json {
        let mut answer = match subject {
            Subject::Address { check, .. } => {
                CheckAnswer::new(snapshot, check).with_profile(snapshot, profile.as_ref())
            }
            Subject::Placed { placed, .. } => CheckAnswer::placed(snapshot, placed),
            Subject::Building(building) => {
                CheckAnswer::of_building(snapshot, building.vintage, &building.footprint)
            }
            Subject::ByHand { standing, .. } => CheckAnswer::at(snapshot, standing),
        };
        answer.eligibility = assessment.map(EligibilityAnswer::new);
        return print_json(&answer);
    }
    assessment.map(show_assessment).transpose()?;
    match subject {
        Subject::Address { check, .. } => show_check(settings, snapshot, check, profile.as_ref())?,
        Subject::Placed { placed, .. } => {
            print(&messages::zone(placed.zone()))?;
            print(&placed.message_fr())?;
            show_standing(snapshot, &placed.standing)?;
        }
        Subject::Building(_) => print(&messages::zone(subject.zone()))?,
        Subject::ByHand { standing, .. } => {
            print(&messages::zone(standing.verdict.zone))?;
            show_standing(snapshot, standing)?;
        }
    }
    show_notice(snapshot)
}

fn show_assessment(assessment: &Assessment<'_>) -> anyhow::Result<()> {
    let RuleLines {
        programme,
        result,
        reasons,
        sources,
    } = RuleLines::of(assessment, messages::finding_with_birthday);
    print(&format!("{programme} ({})", assessment.programme.id))?;
    print(&result)?;
    reasons
        .iter()
        .try_for_each(|reason| print(&format!("  - {reason}")))?;
    sources
        .iter()
        .try_for_each(|source| print(&format!("  [{source}]")))
}

fn show_check(
    settings: &Settings,
    snapshot: &Snapshot,
    check: &AddressCheck,
    profile: Option<&StreetProfile>,
) -> anyhow::Result<()> {
    print(&messages::zone(check.zone))?;
    if let Some(doubt) = check.doubt {
        print(&doubt.message_fr())?;
    }
    if let Some(elsewhere) = &check.elsewhere {
        print(&elsewhere.message_fr())?;
        elsewhere
            .fault
            .iter()
            .for_each(|fault| remark(settings.quiet, &format!("qpv: {}: {fault}", elsewhere.url)));
    }
    let shown = if check.doubt.is_some() {
        check.candidates.len()
    } else {
        1
    };
    for checked in check.candidates.iter().take(shown) {
        show(snapshot, &checked.candidate)?;
        match &checked.standing {
            Ok(standing) => show_standing(snapshot, standing)?,
            Err(error) => print(&format!("  {}", error.message_fr()))?,
        }
    }
    if let Some(profile) = profile {
        let name = |index| messages::name(snapshot.perimeter(profile.vintage, index));
        profile
            .message_fr(name)
            .iter()
            .try_for_each(|line| print(line))?;
    }
    Ok(())
}

fn show_standing(snapshot: &Snapshot, standing: &PointAnswer) -> anyhow::Result<()> {
    let name = |index| messages::name(snapshot.perimeter(standing.vintage, index));
    print(&format!("  {}", messages::headline(standing, name)))?;
    print(&format!("  {}", messages::explanation(standing)))?;
    print(&format!(
        "  {}",
        messages::origin(standing.vintage, snapshot.digest())
    ))
}
