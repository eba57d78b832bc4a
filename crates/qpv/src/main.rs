//! The `qpv` program: settings, commands, progress. No rule of the domain lives here.

mod addresses;
mod args;
mod batch;
mod check;
mod compare;
mod context;
mod data;
mod locate;
mod output;
mod own;
mod report;
mod serve;
mod tiles;

use std::process::ExitCode;

use args::{Command, DataCommand, ReportCommand, Settings, TilesCommand};
use clap::Parser;
use output::Outcome;

fn main() -> ExitCode {
    let args = args::Args::parse();
    start_logs(args.common.quiet);
    let outcome =
        Settings::from_args(&args.common).and_then(|settings| run(&settings, args.command));
    match outcome {
        Ok(outcome) => outcome.exit_code(),
        Err(error) => {
            output::report_error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(settings: &Settings, command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Serve(args) => serve::run(settings, &args),
        Command::Locate(args) => locate::run(settings, &args),
        Command::Geocode(args) => addresses::geocode(settings, &args),
        Command::Check(args) => check::check(settings, &args),
        Command::Compare(args) => compare::run(settings, &args),
        Command::Batch(args) => batch::run(settings, &args),
        Command::Report(ReportCommand::Verify(args)) => report::verify(settings, &args),
        Command::Report(ReportCommand::Key) => report::key(settings),
        Command::Tiles(TilesCommand::Build(args)) => tiles::build(settings, &args),
        Command::Data(DataCommand::Import(args)) => data::import(settings, &args),
        Command::Data(DataCommand::Remove(args)) => own::remove(settings, args),
        Command::Data(DataCommand::Pull(args)) => data::pull(settings, &args),
        Command::Data(DataCommand::Status(args)) => data::status(settings, &args),
        Command::Data(DataCommand::Verify(args)) => data::verify(settings, &args),
        Command::Data(DataCommand::List) => data::list(settings),
        Command::Data(DataCommand::Prune) => data::prune(settings),
    }
}

/// Logs go to standard error, as text on a terminal and as JSON lines elsewhere; `RUST_LOG` chooses what.
fn start_logs(quiet: bool) {
    use std::io::IsTerminal;
    let default = if quiet { "error" } else { "info" };
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| default.into());
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    if std::io::stderr().is_terminal() {
        logs.compact().init()
    } else {
        logs.json().init()
    }
}
