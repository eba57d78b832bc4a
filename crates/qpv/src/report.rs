//! `qpv check --report`, `qpv report verify` and `qpv report key`: signed reports.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, bail};
use qpv_http::wire::{ReportKeyAnswer, VerificationAnswer};
use qpv_service::report::{Outcome as Found, PublicKey, ReportRequest};
use qpv_service::{CheckOutcome, Service, Snapshot};

use crate::args::{CheckArgs, Settings, VerifyReportArgs};
use crate::batch::Target;
use crate::output::{Outcome, print, print_json, remark, report_error};

/// Bytes of a report to verify: ours have some ten thousand.
const MOST_BYTES: u64 = 16 << 20;

/// Writes the report on a check.
pub fn write(
    settings: &Settings,
    service: &Service,
    snapshot: &Snapshot,
    outcome: &CheckOutcome<'_>,
    args: &CheckArgs,
    path: &Path,
) -> anyhow::Result<()> {
    let request = ReportRequest {
        asked_by: args.asked_by.clone(),
        about: args.about.clone(),
        ..ReportRequest::now()
    };
    let report = service.report(snapshot, outcome, &request)?;
    let target = Target::beside(path)?;
    target
        .file()
        .write_all(&report.pdf)
        .with_context(|| path.display().to_string())?;
    target.keep(args.force)?;
    remark(settings.quiet, &format!("report: {}", path.display()));
    Ok(())
}

pub fn verify(settings: &Settings, args: &VerifyReportArgs) -> anyhow::Result<Outcome> {
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
    let verification = settings
        .service(None)?
        .verify_report(&content, key.as_ref())?;
    if settings.json {
        print_json(&VerificationAnswer::new(&verification))?;
    } else {
        print(&verification.message_fr())?;
        verification
            .statement
            .iter()
            .try_for_each(|(name, value)| print(&format!("  {name} : {value}")))?;
    }
    Ok(if verification.outcome == Found::Genuine {
        Outcome::Done
    } else {
        Outcome::Faulty
    })
}

/// What is to be verified: a file if there is one of that name, else the text itself.
fn content(report: &str) -> anyhow::Result<Vec<u8>> {
    let mut content = Vec::new();
    if report == "-" {
        std::io::stdin()
            .take(MOST_BYTES + 1)
            .read_to_end(&mut content)
            .context("standard input")?;
    } else if Path::new(report).is_file() {
        let file = fs::File::open(report).with_context(|| report.to_owned())?;
        file.take(MOST_BYTES + 1)
            .read_to_end(&mut content)
            .with_context(|| report.to_owned())?;
    } else if report.contains(": ") {
        content = report.as_bytes().to_vec();
    } else {
        bail!("{report}: there is no such file, and it is not the text of a QR code");
    }
    if content.len() as u64 > MOST_BYTES {
        bail!("this is too large to be a report");
    }
    Ok(content)
}

pub fn key(settings: &Settings) -> anyhow::Result<Outcome> {
    let service = settings.service(None)?;
    let key = service.report_key()?.public();
    let shown = if settings.json {
        print_json(&ReportKeyAnswer::new(key))
    } else {
        print(&key.to_string())
    };
    shown.map(|()| Outcome::Done)
}
