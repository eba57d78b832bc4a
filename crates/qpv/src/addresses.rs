//! Options and output that the commands on addresses share.

use std::io::Read;

use anyhow::{Context, bail};
use qpv_french::numbers::metres;
use qpv_http::wire::{AddressFeature, DatasetRef};
use qpv_service::{
    AddressError, AddressService, Candidate, CodedError, SearchFilter, Snapshot, UndeterminedReason,
};

use crate::args::AddressScope;
use crate::output::{print, remark};

/// Prints the notice of fictional data. It is part of the answer, quiet or not: such data means nothing for a real place.
pub fn show_notice(snapshot: &Snapshot) -> anyhow::Result<()> {
    DatasetRef::new(snapshot)
        .notice
        .iter()
        .try_for_each(|notice| print(notice))
}

/// Opens the remote geocoder named on the command line. The notice that addresses leave the machine is printed, quiet or
/// not.
pub fn address_service(url: Option<&str>) -> anyhow::Result<Option<AddressService>> {
    let service = url.map(AddressService::new).transpose()?;
    if let Some(service) = &service {
        remark(false, &service.notice());
    }
    Ok(service)
}

/// Longest text that is read from standard input, bytes: an address has at most 200 characters.
const MAX_INPUT_BYTES: u64 = 64 << 10;

/// Returns the address that the words of a command line make. `-` reads it from standard input: everybody on a machine sees
/// the words of a command in the list of processes.
pub fn address_text(words: &[String]) -> anyhow::Result<String> {
    if words != ["-"] {
        return Ok(words.join(" "));
    }
    let mut text = String::new();
    std::io::stdin()
        .take(MAX_INPUT_BYTES)
        .read_to_string(&mut text)
        .context("standard input")?;
    match text.trim() {
        lines if lines.contains('\n') => {
            bail!(
                "standard input has several lines; one address is taken, `qpv batch` answers for a list"
            )
        }
        line => Ok(line.to_owned()),
    }
}

/// Returns the filter of the options.
pub fn filter(scope: &AddressScope) -> SearchFilter {
    SearchFilter {
        postcode: scope.postcode,
        citycode: scope.citycode,
        ..SearchFilter::default()
    }
}

/// Returns the result, or fails with the message and the code of the error.
pub fn or_fail<T>(result: Result<T, AddressError>) -> anyhow::Result<T> {
    match result {
        Ok(found) => Ok(found),
        Err(error) => bail!("{} [{}]", error.message_fr(), error.code()),
    }
}

/// Prints an address on one line, and a number that its street lacks on a second one.
pub fn show(candidate: &Candidate) -> anyhow::Result<()> {
    let feature = AddressFeature::new(candidate);
    let (lon, lat) = (candidate.point.lon_deg(), candidate.point.lat_deg());
    let uncertainty = metres(candidate.uncertainty_m);
    print(&format!(
        "{:.3}  {}  ({lon:.6}, {lat:.6}, ± {uncertainty})",
        candidate.score, feature.properties.label
    ))?;
    if candidate.is_doubtful {
        print(&format!(
            "  {}",
            UndeterminedReason::DoubtfulPosition.message_fr()
        ))?;
    }
    match &feature.properties.missing_housenumber {
        Some(missing) => print(&format!("  {}", missing.message)),
        None => Ok(()),
    }
}
