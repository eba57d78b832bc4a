//! `qpv programme`: checking, trying and comparing files of eligibility rules, for whoever writes them.

mod compare;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use qpv_service::messages::{self, RuleLines};
use qpv_service::model::{CommuneKind, Slug};
use qpv_service::programmes::{Programme, TruthTable, WrittenCase};
use qpv_service::{Snapshot, commune_perimeters};
use serde_json::json;

use crate::args::Settings;
use crate::output::{Outcome, print, print_json};

/// The JSON Schema of programmes, by which editors complete and check them.
const SCHEMA: &str = include_str!("../../../geodata/programmes/programme.schema.json");

/// An example for the help.
pub const AFTER_HELP: &str = "A case is written as in TOML, with commas between its facts:
  qpv programme try rules.toml --case 'on = 2026-09-01, age = 10, home = \"qpv\", school = \"rep\"'
docs/programmes.md names all facts.";

/// Programmes of eligibility rules, for whoever writes them
#[derive(Debug, Subcommand)]
pub enum ProgrammeCommand {
    /// Say whether files are programmes, and what they ask
    Check(CheckArgs),
    /// Judge a case by the rules of a file
    #[command(after_help = AFTER_HELP)]
    Try(TryArgs),
    /// Show whose result changes, and why, when a rule or a vintage does: on a list of people
    #[command(after_help = compare::AFTER_HELP)]
    Compare(Box<compare::CompareArgs>),
    /// Print the JSON Schema of programmes, for editors
    Schema,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Files of programmes (TOML)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct TryArgs {
    /// The file of a programme (TOML), or the id of a shipped or imported one
    #[arg(value_name = "FILE|ID")]
    pub programme: String,
    /// The facts of a case
    #[arg(long, value_name = "FACTS", required_unless_present = "cases")]
    pub case: Vec<String>,
    /// A table of cases with the outcome expected of each (TOML)
    #[arg(long, value_name = "FILE")]
    pub cases: Option<PathBuf>,
}

/// Runs a command on programmes.
pub fn run(settings: &Settings, command: &ProgrammeCommand) -> anyhow::Result<Outcome> {
    match command {
        ProgrammeCommand::Check(args) => check(settings, args),
        ProgrammeCommand::Try(args) => try_cases(settings, args),
        ProgrammeCommand::Compare(args) => compare::run(settings, args),
        ProgrammeCommand::Schema => print(SCHEMA.trim_end()).map(|()| Outcome::Done),
    }
}

/// Says of each file whether it is a programme; every faulty one is told, not the first alone.
fn check(settings: &Settings, args: &CheckArgs) -> anyhow::Result<Outcome> {
    // What is loaded here tells which zonings a programme would lack.
    let snapshot = settings.service(None)?.snapshot();
    let mut outcome = Outcome::Done;
    let mut answers = Vec::new();
    for file in &args.files {
        let read = read(file);
        let described = match &read {
            Ok(programme) => {
                let missing: Vec<&str> = programme
                    .layers()
                    .into_iter()
                    .filter(|name| !snapshot.has_zoning(name))
                    .map(Slug::as_str)
                    .collect();
                let mut lines = vec![describe(programme, &missing)];
                lines.extend(codes_of_the_past(&snapshot, programme));
                lines.join("\n")
            }
            Err(fault) => {
                outcome = Outcome::Faulty;
                format!("{fault:#}")
            }
        };
        if settings.json {
            answers.push(json!({
                "file": file, "is_programme": read.is_ok(), "message": described,
            }));
        } else {
            print(&described)?;
        }
    }
    if settings.json {
        print_json(&answers)?;
    }
    Ok(outcome)
}

/// Reads the file of a programme.
fn read(file: &Path) -> anyhow::Result<Programme> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    Programme::read(&text).with_context(|| file.display().to_string())
}

/// Says what a programme is and asks, and which zonings it names that are not loaded here.
fn describe(programme: &Programme, missing: &[&str]) -> String {
    let asked: Vec<String> = programme
        .asked
        .iter()
        .map(|fact| format!("{} ({})", fact.id, fact.kind.name()))
        .collect();
    let mut lines = vec![format!(
        "{}: a programme of {} rules on a subject `{}`",
        programme.id,
        programme.rules.len(),
        programme.subject.name()
    )];
    if !asked.is_empty() {
        lines.push(format!("  asks: {}", asked.join(", ")));
    }
    if !missing.is_empty() {
        lines.push(format!(
            "  not loaded here, so that what depends on them is undetermined: {}",
            missing.join(", ")
        ));
    }
    lines.join("\n")
}

/// Tells the codes that a programme lists and that no home or school of today has: such a condition is never met by them.
pub fn codes_of_the_past(snapshot: &Snapshot, programme: &Programme) -> Vec<String> {
    let mut lines = Vec::new();
    for code in programme.communes() {
        let Ok(commune) = commune_perimeters(snapshot, code) else {
            lines.push(format!(
                "  {code} is the code of no commune, of today or of the past"
            ));
            continue;
        };
        // An arrondissement stands for the addresses in it.
        let is_arrondissement = commune
            .record
            .is_some_and(|record| record.kind == CommuneKind::Arrondissement);
        // Several for one that was split.
        let today: Vec<String> = commune
            .today
            .iter()
            .map(|today| format!("{} ({})", today.insee, today.name))
            .collect();
        if !is_arrondissement && commune.today.iter().all(|today| today.insee != code) {
            let today = today.join(", ");
            lines.push(format!(
                "  {code} is no commune of today, whose codes addresses have: list {today} instead"
            ));
        }
    }
    lines
}

fn try_cases(settings: &Settings, args: &TryArgs) -> anyhow::Result<Outcome> {
    let programme = found(settings, &args.programme)?;
    let mut outcome = Outcome::Done;
    for text in &args.case {
        let case = WrittenCase::read(text).with_context(|| format!("--case {text}"))?;
        show(settings, &programme, &case)?;
    }
    if let Some(file) = &args.cases {
        outcome = try_table(settings, &programme, file)?;
    }
    Ok(outcome)
}

/// Finds a programme: in a file, or by its id.
fn found(settings: &Settings, name: &str) -> anyhow::Result<Programme> {
    let path = Path::new(name);
    if is_file(path) {
        return read(path);
    }
    Ok(settings.service(None)?.snapshot().programme(name)?.clone())
}

/// Returns whether a programme is named by its file. It wins over an id: whoever names a path means it.
fn is_file(path: &Path) -> bool {
    // A folder may bear the id of a programme.
    path.exists() && !path.is_dir() || path.extension().is_some()
}

fn show(settings: &Settings, programme: &Programme, case: &WrittenCase) -> anyhow::Result<()> {
    // A fact under a name that nothing asks for would be unknown without a word.
    if let Some(unasked) = case.unasked(programme) {
        bail!(unasked);
    }
    let assessment = programme.evaluate(&case.facts());
    if settings.json {
        return print_json(&qpv_http::wire::EligibilityAnswer::new(&assessment));
    }
    let lines = RuleLines::new(&assessment, messages::finding_with_birthday);
    print(&format!("{}: {}", assessment.outcome.name(), lines.result))?;
    for found in &assessment.conditions {
        let mark = if found.decisive { '*' } else { ' ' };
        let sentence = messages::finding(found);
        print(&format!("  {mark} {}: {sentence}", found.truth.name()))?;
    }
    lines
        .sources
        .iter()
        .try_for_each(|source| print(&format!("  [{source}]")))
}

/// Judges every line of a table, and tells those that another answer is given to than the one expected.
fn try_table(settings: &Settings, programme: &Programme, file: &Path) -> anyhow::Result<Outcome> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let table = TruthTable::read(&text).with_context(|| file.display().to_string())?;
    // Every line would differ, or pass for a reason that its text does not give.
    if table.programme != programme.id {
        bail!(
            "{}: a table of the cases of `{}`, not of `{}`",
            file.display(),
            table.programme,
            programme.id
        );
    }
    let mut differing = Vec::new();
    for (number, line) in (1..).zip(&table.lines) {
        if let Some(difference) = line.difference(programme) {
            differing.push(json!({
                "case": number, "line": line.file_line, "cites": line.cites, "difference": difference,
            }));
        }
    }
    if settings.json {
        print_json(&json!({ "lines": table.lines.len(), "differing": differing }))?;
    } else {
        for line in &differing {
            print(&format!(
                "case {} (line {} of the file): {}: {}",
                line["case"],
                line["line"],
                line["difference"].as_str().unwrap_or_default(),
                line["cites"].as_str().unwrap_or_default()
            ))?;
        }
        let (all, wrong) = (table.lines.len(), differing.len());
        print(&format!("{all} cases, {wrong} with another answer"))?;
    }
    Ok(if differing.is_empty() {
        Outcome::Done
    } else {
        Outcome::Faulty
    })
}
