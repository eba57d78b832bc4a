//! `qpv completions`: the script that completes commands and options in a shell.

use clap::{Args, Command};
use clap_complete::{Shell, generate};

use crate::output::{Outcome, print_exactly};

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// Prints the script of a shell for this command line.
pub fn run(mut command_line: Command, args: &CompletionsArgs) -> anyhow::Result<Outcome> {
    let name = command_line.get_name().to_owned();
    // Into memory first: `generate` panics when its writer fails, as a closed pipe does.
    let mut script = vec![];
    generate(args.shell, &mut command_line, name, &mut script);
    let script = String::from_utf8(script).expect("scripts are made of the texts of the help");
    print_exactly(script.trim_end())?;
    Ok(Outcome::Done)
}
