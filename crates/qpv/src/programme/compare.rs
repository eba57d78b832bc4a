//! `qpv programme compare`: the people of a list whose result changes when a rule or a vintage does, and why.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::bail;
use clap::Args;
use jiff::civil::Date;
use qpv_batch::{AnswerCounts, BatchError, BatchSummary, ComparisonJob, ProgrammeOnDay};
use qpv_french::{key, sentence};
use qpv_service::programmes::{EligibilityOutcome, OutcomeChange, Programme, ProgrammeSubject};
use qpv_service::{Snapshot, VintageSelector};
use serde_json::{Value, json};

use super::read;
use crate::args::{DefaultPlaceArgs, Settings};
use crate::batch::wrong_usage;
use crate::output::{Outcome, print, remark, thousands};
use crate::people_options::PeopleOptions;
use crate::table::{TableOptions, TableTask};
use crate::table_summary::{describe, describe_faults, describe_rows, place_word};

/// The help after the options.
pub const AFTER_HELP: &str = "\
OLD and NEW are the id of a programme or a file of rules that need not be imported. They may be the same, on two days: a \
vintage that replaced another one.

Columns added with -o: change (result, reason, undetermined, none), changement (which condition is met no more, or now, with \
what was found before and after), result_before, result_after, then resultat, motifs, a_completer, verifie_au in _avant and \
_apres, age, zone, code_qp, lib_qp, distance_to_boundary_m, certainty, vintage in _before and _after, result_label, \
result_score, error. A result that is undetermined before and after may hide a change: it counts as \"undetermined\", \
never as \"none\". A spreadsheet gets a second sheet with the counts.

Exit codes: 0 every row is answered, 1 failed, 2 wrong usage, 3 some row is \"undetermined\" or has an error.

Examples:
  qpv programme compare pre-flers new-rules.toml children.xlsx -o changes.xlsx --changed-only
  qpv programme compare pre-national pre-national children.csv --old-on 2023-12-31 --new-on 2024-06-01 -o changes.csv
  qpv programme compare rules-2025.toml rules-2026.toml children.csv --on 2026-01-01";

/// Two programmes, their days, and a list.
#[derive(Debug, Args)]
#[command(mut_arg("check_date", |arg| arg.conflicts_with_all(["old_on", "new_on"])))]
pub struct CompareArgs {
    /// The programme before: its id, or a file of rules (TOML)
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The programme after: its id, or a file of rules (TOML)
    #[arg(value_name = "NEW")]
    pub new: String,
    /// A list as of qpv batch --programme: CSV, XLSX, ODS, XLS or Parquet, with a header, or `-` for CSV on standard input
    #[arg(value_name = "LIST")]
    pub list: PathBuf,
    /// Write the list with what changes to a file, in the format of its name (.xlsx, .parquet, else CSV), `-` for CSV on
    /// standard output; a file appears when it is complete [default: only the counts are shown]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write only the rows whose result changes, or its reason, and those of which that is not known: undetermined before and
    /// after, or not readable
    #[arg(long, requires = "output")]
    pub changed_only: bool,
    /// The day of both checks, whose perimeters in force answer, YYYY-MM-DD, for rows that name none [default: today]
    #[arg(long, value_name = "DATE", conflicts_with_all = ["old_on", "new_on"])]
    pub on: Option<Date>,
    /// The day of the check by OLD [default: today]; when the two days differ, no column of days is read
    #[arg(long, value_name = "DATE")]
    pub old_on: Option<Date>,
    /// The day of the check by NEW [default: today]
    #[arg(long, value_name = "DATE")]
    pub new_on: Option<Date>,
    /// Columns that make up an address, in order, a comma between them [default: recognised]
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    pub columns: Vec<String>,
    #[command(flatten)]
    pub default_place: DefaultPlaceArgs,
    #[command(flatten)]
    pub people: PeopleOptions,
    /// Write only these of the added columns, in this order, a comma between them
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "COLUMNS",
        requires = "output"
    )]
    pub columns_out: Vec<String>,
    #[command(flatten)]
    pub table: TableOptions,
}

/// Compares the results of the list and prints their counts.
pub fn run(settings: &Settings, args: &CompareArgs) -> anyhow::Result<Outcome> {
    let task = TableTask {
        input: &args.list,
        output: args.output.as_deref(),
        options: &args.table,
        columns_out: &args.columns_out,
        wants_places: args.default_place.place().is_empty(),
    };
    // Before a dataset is opened, so that a slip in a name costs no wait.
    if let Err(fault) = task.check() {
        return Ok(wrong_usage(&fault));
    }
    let snapshot = settings.service(args.table.dataset.as_deref())?.snapshot();
    let sides = match sides(&snapshot, args) {
        Ok(sides) => sides,
        Err(fault) => return Ok(wrong_usage(&fault)),
    };
    let [before, after] = sides.clone();
    let job = ComparisonJob::new(before, after, &args.people.columns(&args.columns))
        .with_default_place(args.default_place.place())
        .changed_only(args.changed_only);
    let started = Instant::now();
    let answered = task.write(|output| task.transform(settings, &snapshot, &job, output));
    let mut summary = match answered {
        Ok(summary) => summary,
        Err(error) => {
            let is_usage = error
                .downcast_ref::<BatchError>()
                .is_some_and(BatchError::is_usage);
            return if is_usage {
                Ok(wrong_usage(&error))
            } else {
                Err(error)
            };
        }
    };
    if args.output.is_none() {
        // Nothing was written that they could be left out of.
        summary.left_out_sheets.clear();
        summary.left_out_rows = 0;
    }
    let shown = if settings.json {
        serde_json::to_string_pretty(&in_json(&sides, &summary)?)?
    } else {
        let counts = describe(
            &summary,
            started.elapsed(),
            place_word(&args.list),
            describe_outcomes,
        );
        format!("{}\n{counts}", describe_sides(&sides))
    };
    show(settings, args, &shown, &summary)?;
    Ok(if summary.all_determined() {
        Outcome::Done
    } else {
        Outcome::Undetermined
    })
}

/// Prints the counts: on standard error when the table has the standard output, or goes to a file, as for `qpv batch`.
fn show(
    settings: &Settings,
    args: &CompareArgs,
    shown: &str,
    summary: &BatchSummary,
) -> anyhow::Result<()> {
    if args.output.is_none() {
        print(shown)?;
    } else {
        remark(settings.quiet, shown);
    }
    if summary.fictional && !settings.json {
        // Part of the answer, quiet or not: fictional data means nothing for a real place.
        remark(false, &sentence(key::DATA_FICTIONAL, &[]));
    }
    Ok(())
}

/// Returns both programmes with their days.
fn sides(snapshot: &Snapshot, args: &CompareArgs) -> anyhow::Result<[ProgrammeOnDay; 2]> {
    let today = VintageSelector::today().day();
    Ok([
        ProgrammeOnDay {
            programme: programme(snapshot, &args.old)?,
            on: args.on.or(args.old_on).unwrap_or(today),
        },
        ProgrammeOnDay {
            programme: programme(snapshot, &args.new)?,
            on: args.on.or(args.new_on).unwrap_or(today),
        },
    ])
}

/// Finds a programme that lists are asked of: in a file, or by its id.
fn programme(snapshot: &Snapshot, name: &str) -> anyhow::Result<Programme> {
    let path = Path::new(name);
    let programme = if super::is_file(path) {
        read(path)?
    } else {
        snapshot.programme(name)?.clone()
    };
    if programme.subject == ProgrammeSubject::Building {
        bail!(
            "{} is asked of buildings, not of lists of addresses",
            programme.id
        );
    }
    Ok(programme)
}

fn describe_sides(sides: &[ProgrammeOnDay; 2]) -> String {
    let [before, after] = sides
        .each_ref()
        .map(|side| format!("{} on {}", side.programme.id, side.on));
    format!("before: {before}; after: {after}")
}

/// Adds the matrix of outcomes, a line an outcome before, then the first rows of each change.
fn describe_outcomes(text: &mut String, counts: &AnswerCounts, place_word: &str) {
    let Some(outcomes) = &counts.outcomes else {
        return;
    };
    let names = EligibilityOutcome::ALL.map(EligibilityOutcome::name);
    let first = names.map(str::len).into_iter().max().unwrap_or_default();
    let _ = write!(text, "\n{:<first$}", "before \\ after");
    for name in names {
        let _ = write!(text, "  {name:>9}");
    }
    for before in EligibilityOutcome::ALL {
        let _ = write!(text, "\n{:<first$}", before.name());
        for after in EligibilityOutcome::ALL {
            let width = after.name().len().max(9);
            let rows = thousands(outcomes.outcomes(before, after).rows);
            let _ = write!(text, "  {rows:>width$}");
        }
    }
    for before in EligibilityOutcome::ALL {
        for after in EligibilityOutcome::ALL {
            let count = outcomes.outcomes(before, after);
            if before != after && count.rows > 0 {
                let what = format!("{} -> {}", before.name(), after.name());
                describe_rows(text, &what, &count, place_word);
            }
        }
    }
    for (change, what) in [
        (OutcomeChange::Reason, "same result for another reason"),
        (
            OutcomeChange::Undetermined,
            "undetermined before and after, so that a change is not known",
        ),
    ] {
        let count = outcomes.changes(change);
        if count.rows > 0 {
            describe_rows(text, what, &count, place_word);
        }
    }
    describe_faults(text, counts, place_word);
}

/// Returns the counts as JSON: what was compared, what was read, the matrix, the kinds of change, the faults.
fn in_json(sides: &[ProgrammeOnDay; 2], summary: &BatchSummary) -> anyhow::Result<Value> {
    let [before, after] = sides
        .each_ref()
        .map(|side| json!({ "programme": side.programme.id.as_str(), "on": side.on.to_string() }));
    let mut written = serde_json::to_value(summary)?;
    let Some(fields) = written.as_object_mut() else {
        bail!("a summary is an object");
    };
    // One answer, whose zones are not counted.
    fields.remove("answers");
    fields.insert("before".to_owned(), before);
    fields.insert("after".to_owned(), after);
    if let Some(counts) = summary.answers.first() {
        let outcomes = serde_json::to_value(&counts.outcomes)?;
        for name in ["before_after", "change"] {
            fields.insert(name.to_owned(), outcomes[name].clone());
        }
        fields.insert("doubts".to_owned(), serde_json::to_value(&counts.doubts)?);
        fields.insert("errors".to_owned(), serde_json::to_value(&counts.errors)?);
    }
    Ok(written)
}
