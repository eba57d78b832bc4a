//! The output of commands, and their exit codes.

use std::io::{ErrorKind, Write};

use anyhow::Context;
use qpv_french::{bounded, plain};
use qpv_service::Snapshot;
use serde::Serialize;

/// The end of a command that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// The answer is "undetermined", which scripts must not take for a no.
    Undetermined,
    /// Done, and the check found a fault.
    Faulty,
    /// Nothing done: the command line, or the file it names, is wrong.
    WrongUsage,
}

impl Outcome {
    /// Returns the exit code, as the help documents it.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Undetermined => 3,
            Self::Faulty => FAILED,
            Self::WrongUsage => 2,
        }
    }
}

/// The exit code of a command that failed.
pub const FAILED: u8 = 1;

/// Characters of an error: the file or the text at fault is quoted in it, however long.
const MAX_ERROR_CHARACTERS: usize = 4_000;

/// Prints lines on standard output, without characters that command a terminal: names come from imported files. A reader that
/// has gone (`| head`) is no error.
pub fn print(text: &str) -> anyhow::Result<()> {
    print_exactly(&plain(text))
}

/// Prints a text that programs read, every character as it is.
pub fn print_exactly(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("standard output"),
    }
}

/// Prints an object as indented JSON.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    print_exactly(&serde_json::to_string_pretty(value)?)
}

/// Prints a remark on standard error, unless quiet.
pub fn remark(quiet: bool, text: &str) {
    if !quiet {
        // A closed standard error leaves nobody to tell.
        let _ = writeln!(std::io::stderr(), "{}", plain(text));
    }
}

/// Checks the files that an answer comes from before it is printed, and says so while damage would not show yet.
///
/// # Errors
/// When they are damaged.
pub fn check_files(quiet: bool, snapshot: &Snapshot) -> anyhow::Result<()> {
    snapshot.check_files()?;
    // A list waits for the end of the check; one answer of the country's addresses comes before it.
    if snapshot.used_unchecked_addresses() {
        remark(
            quiet,
            "qpv: the addresses are not checked for damage yet; `qpv data verify` does it",
        );
    }
    Ok(())
}

/// Prints an error on standard error, with its causes.
pub fn report_error(error: &anyhow::Error) {
    // There is nowhere else to report a closed standard error.
    let text = format!("{error:#}");
    let text = bounded(&text, MAX_ERROR_CHARACTERS);
    let _ = writeln!(std::io::stderr(), "qpv: {}", plain(&text));
}

/// Formats a whole number with its thousands apart: `1 609`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).expect("digits are ASCII"))
        .collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(thousands),
            ["0", "999", "1 000", "1 234 567"]
        );
    }
}
