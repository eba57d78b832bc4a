//! `qpv check`: in which zone an address, or a position, lies, whether somebody is eligible to a programme there, and the
//! report that says so.

use anyhow::{anyhow, bail};
use qpv_http::wire::CheckAnswer;
use qpv_service::programmes::Assessment;
use qpv_service::report::RuleLines;
use qpv_service::{
    AddressCheck, AddressQuestion, CheckError, CheckOutcome, CheckRequest, CheckedPlace,
    CodedError, EligibilityError, EligibilityRequest, PointAnswer, Snapshot, StatedPerson,
    StatedPosition, StreetProfile, Subject, VintageSelector, messages,
};

use crate::addresses::{address_service, filter, show, show_notice};
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
    let vintage = choice(args.vintage, args.on);
    let eligibility = match eligibility(&snapshot, args, vintage) {
        Ok(eligibility) => eligibility,
        Err(fault) => {
            report_error(&fault);
            return Ok(Outcome::WrongUsage);
        }
    };
    let request = CheckRequest {
        subject: subject(args),
        vintage,
        eligibility,
    };
    let outcome = match service.check(&snapshot, &request) {
        Ok(outcome) => outcome,
        // Of an address, what is wrong is told to the person who asks, in French.
        Err(CheckError::Address(error)) => bail!("{} [{}]", error.message_fr(), error.code()),
        Err(CheckError::Query(error)) => return Err(error.into()),
    };
    if settings.json {
        print_json(&CheckAnswer::new(&snapshot, &outcome))?;
    } else {
        show_outcome(settings, &snapshot, &outcome)?;
    }
    if let Some(path) = &args.report {
        report::write(settings, &service, &snapshot, &outcome, args, path)?;
    }
    Ok(if outcome.is_undetermined() {
        Outcome::Undetermined
    } else {
        Outcome::Done
    })
}

/// The place that the arguments name.
fn subject(args: &CheckArgs) -> Subject {
    let address = AddressQuestion {
        text: args.address.join(" "),
        filter: filter(&args.within),
    };
    let position = args.at.map(|(lon_deg, lat_deg)| StatedPosition {
        lon_deg,
        lat_deg,
        uncertainty_m: args.uncertainty_m,
    });
    match position {
        Some(position) if args.address.is_empty() => Subject::Position(position),
        Some(position) => Subject::CorrectedAddress { address, position },
        None => Subject::Address(address),
    }
}

/// The programme that the arguments name, with the person.
fn eligibility(
    snapshot: &Snapshot,
    args: &CheckArgs,
    vintage: VintageSelector,
) -> anyhow::Result<Option<EligibilityRequest>> {
    let Some(id) = &args.programme else {
        return Ok(None);
    };
    let person = StatedPerson {
        birth_date: args.birth_date,
        school: args.school.clone(),
        declared: args.declare.iter().cloned().collect(),
    };
    match EligibilityRequest::new(snapshot.programme(id)?, person, vintage) {
        Ok(request) => Ok(Some(request)),
        Err(EligibilityError::UnknownDeclaration {
            programme,
            name,
            known,
        }) => bail!("--declare {name}: {programme} asks no such declaration; it asks: {known}"),
        Err(fault) => Err(fault.into()),
    }
}

fn show_outcome(
    settings: &Settings,
    snapshot: &Snapshot,
    outcome: &CheckOutcome<'_>,
) -> anyhow::Result<()> {
    if let Some(assessment) = &outcome.assessment {
        show_assessment(assessment)?;
    }
    print(&messages::zone(outcome.zone()))?;
    if let Some(reason) = outcome.place.undetermined_reason() {
        print(&reason.message_fr())?;
    }
    match &outcome.place {
        CheckedPlace::Address(check) => show_check(settings, snapshot, check)?,
        CheckedPlace::CorrectedAddress(corrected) => {
            print(&corrected.message_fr())?;
            show_standing(snapshot, &corrected.standing)?;
        }
        CheckedPlace::Position(position) => show_standing(snapshot, &position.standing)?,
        CheckedPlace::Building(_) => {}
    }
    if let Some(profile) = &outcome.profile {
        show_profile(snapshot, profile)?;
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
) -> anyhow::Result<()> {
    if let Some(remote) = &check.remote {
        print(&remote.message_fr())?;
        if let Some(fault) = &remote.fault {
            remark(settings.quiet, &format!("qpv: {}: {fault}", remote.url));
        }
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
    Ok(())
}

fn show_profile(snapshot: &Snapshot, profile: &StreetProfile) -> anyhow::Result<()> {
    profile
        .message_fr(|index| messages::name(snapshot.perimeter(profile.vintage, index)))
        .iter()
        .try_for_each(|line| print(line))
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
