//! `qpv report verify` and `qpv report key`: signed reports.

use std::fs;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use qpv_documents::Signer;
use qpv_documents::report::Outcome as ReportOutcome;
use qpv_documents::report::PublicKey;
use qpv_http::wire::{ReportKeyAnswer, VerificationAnswer};
use qpv_service::Service;

use crate::args::Settings;
use crate::output::{Outcome, print, print_json, report_error};

#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Say whether a report is genuine
    #[command(after_help = "Exit codes: 0 genuine, 1 anything else, 2 wrong usage.")]
    Verify(VerifyReportArgs),
    /// Show the public key that reports of this data folder are signed with
    Key,
}

#[derive(Debug, Args)]
pub struct VerifyReportArgs {
    /// The report (PDF), a file with the text of its QR code, that text itself, or `-` for one of them on standard input
    #[arg(value_name = "FILE|TEXT")]
    pub report: String,
    /// Signed with this public key, as `qpv report key` prints it [default: that of the data folder]
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

/// Largest file that is read as a report: a report has some ten thousand bytes.
const MAX_REPORT_BYTES: u64 = 16 << 20;

/// Runs a command on reports.
pub fn run(settings: &Settings, command: &ReportCommand) -> anyhow::Result<Outcome> {
    match command {
        ReportCommand::Verify(args) => verify(settings, args),
        ReportCommand::Key => key(settings),
    }
}

/// Returns who signs with the key of the data folder.
fn signer(service: &Service) -> Signer {
    Signer::new(service.store().folder())
}

/// Verifies a report and prints its statement.
fn verify(settings: &Settings, args: &VerifyReportArgs) -> anyhow::Result<Outcome> {
    // A malformed key is wrong usage (2), distinct from a report that is not genuine (1).
    let key = match args.key.as_deref().map(str::parse::<PublicKey>).transpose() {
        Ok(key) => key,
        Err(fault) => {
            report_error(&fault.into());
            return Ok(Outcome::WrongUsage);
        }
    };
    let content = match content(&args.report) {
        Ok(content) => content,
        Err(fault) => {
            report_error(&fault);
            return Ok(Outcome::WrongUsage);
        }
    };
    let service = settings.service(None)?;
    let verification = signer(&service).verify(&content, key.as_ref(), &service)?;
    if settings.json {
        print_json(&VerificationAnswer::new(&verification))?;
    } else {
        print(&verification.message_fr())?;
        verification
            .statement
            .iter()
            .try_for_each(|(name, value)| print(&format!("  {name} : {value}")))?;
    }
    Ok(if verification.outcome == ReportOutcome::Genuine {
        Outcome::Done
    } else {
        Outcome::Faulty
    })
}

/// Reads the report to verify: a file if there is one of that name, else the text itself.
fn content(report: &str) -> anyhow::Result<Vec<u8>> {
    let mut content = Vec::new();
    if report == "-" {
        std::io::stdin()
            // One byte more shows that it is too large, without reading all of it.
            .take(MAX_REPORT_BYTES + 1)
            .read_to_end(&mut content)
            .context("standard input")?;
    } else if Path::new(report).is_file() {
        let file = fs::File::open(report).with_context(|| report.to_owned())?;
        file.take(MAX_REPORT_BYTES + 1)
            .read_to_end(&mut content)
            .with_context(|| report.to_owned())?;
    } else if report.contains(": ") {
        content = report.as_bytes().to_vec();
    } else {
        bail!("{report}: there is no such file, and it is not the text of a QR code");
    }
    if content.len() as u64 > MAX_REPORT_BYTES {
        bail!("this is too large to be a report");
    }
    Ok(content)
}

/// Prints the public key.
fn key(settings: &Settings) -> anyhow::Result<Outcome> {
    let service = settings.service(None)?;
    let signer = signer(&service);
    let key = signer.key()?.public();
    let shown = if settings.json {
        print_json(&ReportKeyAnswer::new(key))
    } else {
        print(&key.to_string())
    };
    shown.map(|()| Outcome::Done)
}
