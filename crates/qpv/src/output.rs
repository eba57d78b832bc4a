//! What commands print, and with which code they end.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use anyhow::Context;
use serde::Serialize;

/// How a command ended, when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Answered "undetermined": scripts must not take it for a no.
    Undetermined,
    /// Done, and what was checked is not right.
    Faulty,
    /// Nothing done: the command line, or the file it names, is not the right one.
    WrongUsage,
}

impl Outcome {
    /// 0, 3, 1 or 2.
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Done => ExitCode::SUCCESS,
            Self::Undetermined => ExitCode::from(3),
            Self::Faulty => ExitCode::FAILURE,
            Self::WrongUsage => ExitCode::from(2),
        }
    }
}

/// Prints lines on standard output. A reader that went away (`| head`) is no error.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("standard output"),
    }
}

/// Prints an object as indented JSON.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    print(&serde_json::to_string_pretty(value)?)
}

/// A remark on standard error, unless quiet.
pub fn remark(quiet: bool, text: &str) {
    if !quiet {
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}

/// An error on standard error, with its causes.
pub fn report_error(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "qpv: {error:#}");
}

/// A whole number with thousands apart: `1 609`.
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
