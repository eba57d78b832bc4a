//! `qpv data`: the datasets of the data folder.

mod admin;
mod custom;
mod datasets;
mod fetch;
mod footprints;
mod grounds;
mod import;
mod notes;
mod piped;
mod pull;
mod status;
mod zonings;

use clap::Subcommand;

use crate::args::Settings;
use crate::data::custom::RemoveArgs;
use crate::data::datasets::VerifyArgs;
use crate::data::fetch::FetchArgs;
use crate::data::import::ImportArgs;
use crate::data::pull::PullArgs;
use crate::data::status::StatusArgs;
use crate::output::Outcome;

#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Read published files, or a town's own, into the dataset
    Import(Box<ImportArgs>),
    /// Take a layer, a list of places, a programme, outlines, statistics or a map out of the dataset
    Remove(RemoveArgs),
    /// Fetch the official files and import them
    Pull(PullArgs),
    /// Take a dataset from another installation, by its digest
    Fetch(FetchArgs),
    /// What is loaded: vintages, addresses, layers, places, programmes, outlines, statistics, maps, with counts, sources and dates; the digest
    Status(StatusArgs),
    /// Read everything again and check it
    Verify(VerifyArgs),
    /// All datasets of the folder
    List,
    /// Remove all datasets but the current one
    Prune,
}

/// Runs a command on the datasets.
pub fn run(settings: &Settings, command: DataCommand) -> anyhow::Result<Outcome> {
    match command {
        DataCommand::Import(args) => import::run(settings, &args),
        DataCommand::Remove(args) => custom::remove(settings, args),
        DataCommand::Pull(args) => pull::run(settings, &args),
        DataCommand::Fetch(args) => fetch::run(settings, &args),
        DataCommand::Status(args) => status::run(settings, &args),
        DataCommand::Verify(args) => datasets::verify(settings, &args),
        DataCommand::List => datasets::list(settings),
        DataCommand::Prune => datasets::prune(settings),
    }
}
