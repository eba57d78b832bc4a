//! The command line of `qpv`: settings, commands, progress. No rule of the domain lives here.
//!
//! The program and the Python package both call [`run_command_line`].

mod access_options;
mod addresses;
mod args;
mod batch;
mod check;
mod compare;
mod completions;
mod correspondence;
mod data;
mod geocode;
mod keys;
mod locate;
mod man;
mod output;
mod output_file;
mod people_options;
mod programme;
mod report;
mod serve;
mod share;
mod stop_signal;
mod table;
mod table_summary;
mod tiles;

use std::ffi::OsString;

use clap::{CommandFactory, Parser, Subcommand};
use qpv_service::QueryError;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub use crate::args::default_data_folder;

use crate::args::{CommonOptions, Settings};
use crate::batch::BatchArgs;
use crate::check::CheckArgs;
use crate::compare::CompareArgs;
use crate::completions::CompletionsArgs;
use crate::data::DataCommand;
use crate::geocode::GeocodeArgs;
use crate::keys::KeysCommand;
use crate::locate::LocateArgs;
use crate::man::ManArgs;
use crate::output::{FAILED, Outcome};
use crate::programme::ProgrammeCommand;
use crate::report::ReportCommand;
use crate::serve::ServeArgs;
use crate::share::ShareArgs;
use crate::tiles::TilesCommand;

/// Tells whether a French address lies in a priority neighbourhood (QPV), in its 300 m band, or outside.
#[derive(Debug, Parser)]
#[command(name = "qpv", version, propagate_version = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 answered \"undetermined\".")]
struct CommandLine {
    #[command(flatten)]
    common: CommonOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the service
    Serve(ServeArgs),
    /// Say where a point stands
    #[command(
        after_help = "A negative longitude needs two dashes before it:\n  qpv locate -- -0.570712 48.755301"
    )]
    Locate(LocateArgs),
    /// Find the addresses that a text may mean
    Geocode(GeocodeArgs),
    /// Say where an address stands
    Check(CheckArgs),
    /// Say what became of the neighbourhoods of an area between two vintages
    #[command(after_help = compare::AFTER_HELP)]
    Compare(CompareArgs),
    /// Measure how much of an area lies in neighbourhoods: hectares, addresses, inhabitants, schools
    #[command(after_help = share::AFTER_HELP)]
    Share(ShareArgs),
    /// Answer for every row of a table of positions or addresses
    #[command(after_help = batch::AFTER_HELP)]
    Batch(Box<BatchArgs>),
    /// Signed reports, which `qpv check --report` makes
    #[command(subcommand)]
    Report(ReportCommand),
    /// Files of eligibility rules: check them, try them, and compare two on a list of people
    #[command(subcommand)]
    Programme(Box<ProgrammeCommand>),
    /// Vector tiles
    #[command(subcommand)]
    Tiles(TilesCommand),
    /// API keys: who may ask a service that other machines reach
    #[command(subcommand)]
    Keys(KeysCommand),
    /// The datasets: fetch, import, look at, check
    #[command(subcommand)]
    Data(DataCommand),
    /// Print the script that completes commands and options in a shell
    Completions(CompletionsArgs),
    /// Write the pages of the manual, one for each command
    Man(ManArgs),
}

/// Runs a command line, whose first word is the name of the program, and returns the exit code.
pub fn run_command_line(words: impl IntoIterator<Item = OsString>) -> u8 {
    let args = match CommandLine::try_parse_from(words) {
        Ok(args) => args,
        // The help and the version come this way too. A reader that has gone is no error.
        Err(told) => {
            let _ = told.print();
            return u8::try_from(told.exit_code()).unwrap_or(FAILED);
        }
    };
    start_logs(args.common.quiet);
    let outcome =
        Settings::from_args(&args.common).and_then(|settings| run(&settings, args.command));
    match outcome {
        Ok(outcome) => outcome.exit_code(),
        Err(error) => {
            output::report_error(&error);
            match error.downcast_ref() {
                // Which years there are only the dataset tells; naming another is wrong usage all the same.
                Some(QueryError::UnknownVintage { .. }) => Outcome::WrongUsage.exit_code(),
                _ => FAILED,
            }
        }
    }
}

fn run(settings: &Settings, command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Serve(args) => serve::run(settings, &args),
        Command::Locate(args) => locate::run(settings, &args),
        Command::Geocode(args) => geocode::run(settings, &args),
        Command::Check(args) => check::run(settings, &args),
        Command::Compare(args) => compare::run(settings, &args),
        Command::Share(args) => share::run(settings, &args),
        Command::Batch(args) => batch::run(settings, &args),
        Command::Report(command) => report::run(settings, &command),
        Command::Programme(command) => programme::run(settings, &command),
        Command::Tiles(TilesCommand::Build(args)) => tiles::build(settings, &args),
        Command::Keys(command) => keys::run(settings, command),
        Command::Data(command) => data::run(settings, command),
        Command::Completions(args) => completions::run(CommandLine::command(), &args),
        Command::Man(args) => man::run(CommandLine::command(), &args),
    }
}

/// Starts the logs: on standard error, as text on a terminal and as JSON lines elsewhere. `RUST_LOG` sets the level
/// by target, as in `info,qpv_http=debug`.
fn start_logs(quiet: bool) {
    use std::io::IsTerminal;
    let default = if quiet { Level::ERROR } else { Level::INFO };
    let filter: Targets = std::env::var("RUST_LOG")
        .ok()
        .and_then(|levels| levels.parse().ok())
        .unwrap_or_else(|| Targets::new().with_default(default));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // A line that cannot be written is lost. Telling so would write to the same place, and panic.
        .log_internal_errors(false)
        .with_target(false);
    let logs = tracing_subscriber::registry().with(filter);
    // People read a terminal, collectors of logs read the rest.
    if std::io::stderr().is_terminal() {
        logs.with(lines.compact()).init();
    } else {
        logs.with(lines.json()).init();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn common_options_are_taken_after_the_command() {
        let args = CommandLine::parse_from([
            "qpv", "locate", "--json", "--data", "d", "--", "-0.57", "48.75",
        ]);
        assert!(args.common.json);
        let Command::Locate(locate) = args.command else {
            panic!("not locate")
        };
        let degrees = [locate.lon, locate.lat].map(|given| given.map(|written| written.value));
        assert_eq!(degrees, [Some(-0.57), Some(48.75)]);
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a list of command lines")]
    fn half_a_position_is_refused() {
        for line in [
            &["qpv", "locate"][..],
            &["qpv", "locate", "2.3"],
            &["qpv", "locate", "--x", "1", "--y", "2"],
            &["qpv", "locate", "--crs", "EPSG:2154", "--x", "1"],
            &[
                "qpv",
                "locate",
                "2.3",
                "48",
                "--x",
                "1",
                "--y",
                "2",
                "--crs",
                "EPSG:2154",
            ],
            &[
                "qpv",
                "locate",
                "2.3",
                "48",
                "--vintage",
                "2015",
                "--on",
                "2024-01-01",
            ],
            &["qpv", "locate", "2.3", "48", "--vintage", "19"],
            &[
                "qpv",
                "locate",
                "--crs",
                "EPSG:27572",
                "--x",
                "1",
                "--y",
                "2",
            ],
            &["qpv", "batch", "a.csv", "--lon", "a"],
            &["qpv", "batch", "a.csv", "--x", "a", "--y", "b"],
            &[
                "qpv",
                "batch",
                "a.csv",
                "--lon",
                "a",
                "--lat",
                "b",
                "--x",
                "a",
                "--y",
                "b",
                "--crs",
                "EPSG:2154",
            ],
            &["qpv", "batch", "a.csv", "--vintage", "19"],
            &[
                "qpv",
                "batch",
                "a.csv",
                "--vintage",
                "both",
                "--on",
                "2024-01-01",
            ],
            &["qpv", "batch", "a.csv", "--delimiter", "ab"],
            &["qpv", "batch", "a.csv", "--encoding", "utf-16"],
            &["qpv", "batch", "a.csv", "--birth-date", "b"],
            &["qpv", "batch", "a.csv", "--declaration", "b=c"],
            &["qpv", "data", "import", "--layer", "a"],
            &["qpv", "data", "import", "--layer", "a", "b", "c"],
            &[
                "qpv", "data", "import", "--layer", "a", "b", "--layer", "c", "d",
            ],
            &[
                "qpv", "data", "import", "--layer", "a", "b", "--places", "c", "d",
            ],
            &[
                "qpv",
                "data",
                "import",
                "--layer",
                "a",
                "b",
                "--vintage",
                "2024",
            ],
            &[
                "qpv",
                "data",
                "import",
                "--places",
                "a",
                "b",
                "--crs",
                "EPSG:2154",
            ],
            &[
                "qpv",
                "data",
                "import",
                "--programme",
                "a",
                "--addresses",
                "b",
            ],
            &["qpv", "data", "import", "--outlines", "communes"],
            &[
                "qpv",
                "data",
                "import",
                "--outlines",
                "communes",
                "b",
                "--precision-m",
                "2",
            ],
            &[
                "qpv",
                "data",
                "import",
                "--statistics",
                "a",
                "--vintage",
                "2024",
            ],
            &[
                "qpv",
                "data",
                "import",
                "--vintage",
                "2024",
                "a",
                "--year",
                "2020",
            ],
            &[
                "qpv",
                "data",
                "import",
                "--outlines",
                "communes",
                "b",
                "--year",
                "2020",
            ],
            &["qpv", "data", "remove"],
            &["qpv", "data", "remove", "--outlines", "cantons"],
            &["qpv", "data", "remove", "--layer", "A"],
            &["qpv", "data", "remove", "--layer", "a", "--places", "b"],
        ] {
            assert!(CommandLine::try_parse_from(line).is_err(), "{line:?}");
        }
    }

    #[test]
    fn a_town_imports_its_own() {
        for line in [
            &["--layer", "a", "b"][..],
            &[
                "--layer",
                "a",
                "b",
                "--crs",
                "EPSG:2154",
                "--precision-m",
                "20",
                "--details",
            ],
            &["--places", "schools", "b"],
            &["--programme", "b"],
            &["--outlines", "communes", "b", "--crs", "EPSG:2154"],
            &["--statistics", "b", "--year", "2020"],
            &["--addresses", "a", "b"],
            &["--vintage", "2024", "a", "b", "--precision-m", "20"],
        ] {
            let line = [&["qpv", "data", "import"], line].concat();
            CommandLine::try_parse_from(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
        }
    }
}
