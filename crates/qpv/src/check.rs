//! `qpv check`: the zone of an address or a position, the eligibility to a programme there, and the report on both.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::Args;
use jiff::civil::Date;
use qpv_documents::{ReportRequest, Signer};
use qpv_french::{key, sentence};
use qpv_http::wire::{CheckAnswer, ZoningChoice};
use qpv_service::messages::{ReasonLine, RuleLines};
use qpv_service::model::{Vintage, WrittenCoordinate};
use qpv_service::programmes::Assessment;
use qpv_service::{
    AddressCheck, AddressQuestion, CheckError, CheckOutcome, CheckRequest, CheckedPlace,
    CodedError, EligibilityError, EligibilityRequest, HumanReview, PerimeterFilter, PointAnswer,
    ReviewError, Snapshot, StatedPerson, StatedPosition, StatedValue, StreetProfile, Subject,
    UndeterminedReason, UnloadedPlace, VintageSelector, Zone, ZonedPlace, list_perimeters,
    messages, zonings_at,
};

use crate::addresses::{address_service, address_text, filter, show, show_notice};
use crate::args::{AddressScope, Settings, choice, known};
use crate::output::{Outcome, check_files, print, print_json, remark, report_error};
use crate::output_file::OutputFile;

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The address; several words need no quotes; `-` reads it from standard input
    #[arg(required_unless_present = "at", value_name = "ADDRESS")]
    pub address: Vec<String>,
    /// A position placed by hand, WGS 84 degrees: instead of an address, or of where the door of the address truly is
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true, value_parser = lon_lat)]
    pub at: Option<(WrittenCoordinate, WrittenCoordinate)>,
    /// The doubt on that position, metres [default: 0, and 5 with an address]
    #[arg(long, requires = "at", value_name = "METRES")]
    pub uncertainty_m: Option<f64>,
    /// Whether somebody is eligible to this programme, e.g. pre-national; several with a comma between them, `*` for all;
    /// `qpv data status` names them
    #[arg(long, value_name = "ID", conflicts_with = "vintage")]
    pub programme: Option<String>,
    /// The person's birth date, YYYY-MM-DD
    #[arg(long, requires = "programme", value_name = "DATE")]
    pub birth_date: Option<jiff::civil::Date>,
    /// The person's school, by identifier (UAI) or name; `aucune` for none
    #[arg(long, requires = "programme", value_name = "SCHOOL")]
    pub school: Option<String>,
    /// Something that the programme asks to be declared: yes or no, a number, a day; PROGRAMME/NAME for one of several alone
    #[arg(long, requires = "programme", value_name = "NAME=VALUE", value_parser = declaration)]
    pub declare: Vec<(String, String)>,
    #[command(flatten)]
    pub scope: AddressScope,
    /// Answer from this vintage, such as 2015 [default: the one in force there]
    #[arg(long, conflicts_with = "on")]
    pub vintage: Option<Vintage>,
    /// Answer from the perimeters in force on that day, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
    /// Send an address that no loaded one is like to this service of the national address API, which then learns it
    #[arg(long, value_name = "URL")]
    pub address_service: Option<String>,
    /// Write a signed report (PDF) too, of one page, or more when several programmes are asked or a review changes
    /// a result; it appears when it is complete
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Who asks, printed and signed in the report
    #[arg(long, requires = "report", value_name = "TEXT")]
    pub asked_by: Option<String>,
    /// What or whom it is about, printed and signed in the report
    #[arg(long, requires = "report", value_name = "TEXT")]
    pub about: Option<String>,
    /// The zone found by whoever has the evidence, where the answer is undetermined: given back beside it, with the
    /// eligibility that follows from it, printed and signed in the report
    #[arg(long, requires_all = ["review_reason", "review_by"], value_name = "ZONE", value_parser = reviewed_zone)]
    pub review_zone: Option<Zone>,
    /// The evidence of the review, e.g. the lease
    #[arg(long, requires = "review_zone", value_name = "TEXT")]
    pub review_reason: Option<String>,
    /// The function of whoever reviewed
    #[arg(long, requires = "review_zone", value_name = "TEXT")]
    pub review_by: Option<String>,
    /// Replace a report that exists
    #[arg(long, short, requires = "report")]
    pub force: bool,
}

/// Checks the place and prints the answer, with a report if one is asked for.
pub fn run(settings: &Settings, args: &CheckArgs) -> anyhow::Result<Outcome> {
    // Refused before the check, which may send the address to another service.
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
    let service = settings.service(args.scope.dataset.as_deref())?;
    let service = service.with_address_service(address_service(args.address_service.as_deref())?);
    let snapshot = service.snapshot();
    known(&snapshot, args.vintage)?;
    let vintage = choice(args.vintage, args.on);
    let eligibility = match eligibility(&snapshot, args, vintage) {
        Ok(eligibility) => eligibility,
        Err(fault) => {
            report_error(&fault);
            return Ok(Outcome::WrongUsage);
        }
    };
    let review = match review(args).transpose() {
        Ok(review) => review,
        Err(fault) => {
            report_error(&fault.into());
            return Ok(Outcome::WrongUsage);
        }
    };
    let request = CheckRequest {
        subject: subject(args)?,
        vintage,
        eligibility,
        review,
    };
    let outcome = match service.check(&snapshot, &request) {
        Ok(outcome) => outcome,
        // The message about an address is for the person who asks, hence in French.
        Err(CheckError::Address(error)) => bail!("{} [{}]", error.message_fr(), error.code()),
        Err(CheckError::Query(error)) => return Err(error.into()),
        Err(CheckError::Review(error)) => {
            report_error(&error.into());
            return Ok(Outcome::WrongUsage);
        }
    };
    check_files(settings.quiet, &snapshot)?;
    if settings.json {
        let answer = CheckAnswer::new(&snapshot, &outcome);
        print_json(&answer.with_zonings(&snapshot, &outcome, &ZoningChoice::default()))?;
    } else {
        show_outcome(settings, &snapshot, &outcome)?;
    }
    if let Some(path) = &args.report {
        let request = ReportRequest {
            asked_by: args.asked_by.clone(),
            about: args.about.clone(),
            ..ReportRequest::now()
        };
        let signer = Signer::new(service.store().folder());
        let report = signer.report(&snapshot, &outcome, &request)?;
        write_report(&report.pdf, path, args.force)?;
        remark(settings.quiet, &format!("report: {}", path.display()));
    }
    Ok(if outcome.is_undetermined() {
        Outcome::Undetermined
    } else {
        Outcome::Done
    })
}

/// Returns the review given: the arguments go together.
fn review(args: &CheckArgs) -> Option<Result<HumanReview, ReviewError>> {
    let (reason, by) = (args.review_reason.as_ref()?, args.review_by.as_ref()?);
    Some(HumanReview::new(args.review_zone?, reason, by))
}

fn reviewed_zone(text: &str) -> Result<Zone, String> {
    let mut zones = Zone::ALL.into_iter();
    zones
        .find(|zone| zone.name() == text && *zone != Zone::Undetermined)
        .ok_or_else(|| "expected qpv, band_300m or outside".into())
}

/// Writes the file of a report.
fn write_report(pdf: &[u8], path: &Path, force: bool) -> anyhow::Result<()> {
    let file = OutputFile::new(path)?;
    file.file()
        .write_all(pdf)
        .with_context(|| path.display().to_string())?;
    file.keep(force)
}

/// Returns the place that the arguments name.
fn subject(args: &CheckArgs) -> anyhow::Result<Subject> {
    let address = AddressQuestion {
        text: address_text(&args.address)?,
        filter: filter(&args.scope),
    };
    let position = args
        .at
        .map(|(lon, lat)| StatedPosition::from_written(lon, lat, args.uncertainty_m));
    Ok(match position {
        Some(position) if args.address.is_empty() => Subject::Position(position),
        Some(position) => Subject::CorrectedAddress { address, position },
        None => Subject::Address(address),
    })
}

/// Returns the programme that the arguments name, with the person.
fn eligibility(
    snapshot: &Snapshot,
    args: &CheckArgs,
    vintage: VintageSelector,
) -> anyhow::Result<Vec<EligibilityRequest>> {
    let Some(id) = &args.programme else {
        return Ok(Vec::new());
    };
    let programmes = snapshot.programmes_of(id, false)?;
    let person = StatedPerson {
        birth_date: args.birth_date,
        school: args.school.clone(),
        declared: args
            .declare
            .iter()
            .map(|(name, value)| (name.clone(), StatedValue::Text(value.clone())))
            .collect(),
    };
    match EligibilityRequest::for_each(&programmes, &person, vintage) {
        Ok(requests) => Ok(requests),
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
    show_results(&outcome.assessments)?;
    outcome.assessments.iter().try_for_each(show_assessment)?;
    print(&messages::zone_of_place(&outcome.place))?;
    if let Some(reason) = outcome.place.undetermined_reason() {
        print(&messages::doubt_of_place(snapshot, &outcome.place, reason))?;
        if let UndeterminedReason::NotLoaded(place) = reason {
            show_unloaded(snapshot, place)?;
        }
    }
    match &outcome.place {
        CheckedPlace::Address(check) => {
            show_check(settings, snapshot, check, outcome.request.vintage.day())?;
        }
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
    if let Some(reviewed) = &outcome.reviewed {
        print("")?;
        print(&reviewed.review.message_fr())?;
        show_results(&reviewed.assessments)?;
        reviewed.assessments.iter().try_for_each(show_assessment)?;
    }
    show_notice(snapshot)
}

/// Prints one line for each of several programmes, what a person is entitled to at a glance.
fn show_results(assessments: &[Assessment<'_>]) -> anyhow::Result<()> {
    if assessments.len() < 2 {
        return Ok(());
    }
    for assessment in assessments {
        let id = &assessment.programme.id;
        print(&format!("{id} : {}", messages::assessment(assessment)))?;
    }
    print("")
}

fn show_assessment(assessment: &Assessment<'_>) -> anyhow::Result<()> {
    let lines = RuleLines::new(assessment, messages::finding_with_birthday);
    print(&format!(
        "{} ({})",
        lines.programme, assessment.programme.id
    ))?;
    print(&lines.result)?;
    for line in lines.lines() {
        match line {
            ReasonLine::Title(title) => print(&format!("  {title}"))?,
            ReasonLine::Reason(reason) => print(&format!("  - {reason}"))?,
        }
    }
    lines
        .sources
        .iter()
        .try_for_each(|source| print(&format!("  [{source}]")))
}

/// Shows the command that loads the addresses of a place, and the neighbourhoods of its commune, which are known without.
fn show_unloaded(snapshot: &Snapshot, place: UnloadedPlace) -> anyhow::Result<()> {
    print(&sentence(
        key::CHECK_UNLOADED_COMMAND,
        &[("command", &place.command())],
    ))?;
    let Some(commune) = place.commune else {
        return Ok(());
    };
    let perimeters = list_perimeters(
        snapshot,
        &PerimeterFilter {
            commune: Some(commune),
            ..PerimeterFilter::default()
        },
    );
    perimeters.into_iter().try_for_each(|perimeter| {
        let name = messages::perimeter(perimeter);
        print(&format!("  {} {name}", perimeter.vintage))
    })
}

fn show_check(
    settings: &Settings,
    snapshot: &Snapshot,
    check: &AddressCheck,
    day: Date,
) -> anyhow::Result<()> {
    if let Some(remote) = &check.remote {
        print(&remote.message_fr())?;
        if let Some(fault) = &remote.fault {
            remark(settings.quiet, &format!("qpv: {}: {fault}", remote.url));
        }
    }
    // In doubt, every candidate may be the one that is meant.
    let shown = if check.doubt.is_some() {
        check.candidates.len()
    } else {
        1
    };
    for checked in check.candidates.iter().take(shown) {
        show(&checked.candidate)?;
        match &checked.standing {
            Ok(standing) => {
                show_standing(snapshot, standing)?;
                let place = ZonedPlace {
                    position: checked.candidate.point.into(),
                    commune: Some(checked.candidate.citycode),
                    uncertainty_m: standing.uncertainty_m,
                    day,
                };
                for zoning in zonings_at(snapshot, &place, &[], None) {
                    print(&format!("  {}", messages::zoning(&zoning)))?;
                }
            }
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
    let headline = messages::headline(standing, |index| {
        messages::name(snapshot.perimeter(standing.vintage, index))
    });
    print(&format!("  {headline}"))?;
    print(&format!("  {}", messages::explanation(standing)))?;
    if let Some(leaning) = standing.leaning() {
        print(&format!("  {}", messages::leaning_remedy(&leaning)))?;
    }
    print(&format!(
        "  {}",
        messages::origin(standing.vintage, snapshot.digest())
    ))
}

fn lon_lat(text: &str) -> Result<(WrittenCoordinate, WrittenCoordinate), String> {
    let numbers = text
        .split_once(',')
        .and_then(|(lon, lat)| Some((lon.trim().parse().ok()?, lat.trim().parse().ok()?)));
    numbers.ok_or_else(|| {
        "expected longitude and latitude, a comma between them, e.g. -0.57,48.75".into()
    })
}

fn declaration(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "expected NAME=VALUE, such as NAME=yes".into())
}
