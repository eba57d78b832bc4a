//! `qpv man`: a page of the manual for each command.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command};

use crate::output::Outcome;

#[derive(Debug, Args)]
pub struct ManArgs {
    /// The folder that the pages are written to; made if it is missing
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

/// Writes the pages of a command line: `qpv.1`, `qpv-serve.1`, `qpv-data-import.1` and so on.
pub fn run(command_line: Command, args: &ManArgs) -> anyhow::Result<Outcome> {
    let folder = &args.folder;
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command_line, folder))
        .with_context(|| format!("writing the manual to {}", folder.display()))?;
    Ok(Outcome::Done)
}
