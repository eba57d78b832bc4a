//! `qpv geocode`: what an address may be; and what commands on addresses share.

use anyhow::bail;
use qpv_french::numbers::metres;
use qpv_french::{key, sentence};
use qpv_http::wire::{AddressCollection, AddressFeature, DatasetRef};
use qpv_service::{AddressError, AddressService, Candidate, CodedError, SearchFilter, Snapshot};

use crate::args::{GeocodeArgs, Settings, Within};
use crate::output::{Outcome, print, print_json, remark};

pub fn geocode(settings: &Settings, args: &GeocodeArgs) -> anyhow::Result<Outcome> {
    let snapshot = settings.service(args.within.dataset.as_deref())?.snapshot();
    let (question, limit) = (args.address.join(" "), usize::from(args.limit));
    let found = or_fail(snapshot.search(&question, false, &filter(&args.within), limit))?;
    if settings.json {
        let features = found
            .iter()
            .map(|candidate| AddressFeature::new(&snapshot, candidate))
            .collect();
        print_json(&AddressCollection::new(
            &snapshot,
            features,
            Some(&question),
            limit,
        ))?;
    } else {
        for candidate in &found {
            show(&snapshot, candidate)?;
        }
        if found.is_empty() {
            print(&sentence(key::CHECK_DOUBT_NOT_FOUND, &[]))?;
        }
        show_notice(&snapshot)?;
    }
    Ok(if found.is_empty() {
        Outcome::Undetermined
    } else {
        Outcome::Done
    })
}

/// Part of the answer, quiet or not: fictional data means nothing for a real place.
pub fn show_notice(snapshot: &Snapshot) -> anyhow::Result<()> {
    DatasetRef::of(snapshot)
        .notice
        .iter()
        .try_for_each(|notice| print(notice))
}

/// The distant service named on the command line. What that means is said, quiet or not.
pub fn address_service(url: Option<&str>) -> anyhow::Result<Option<AddressService>> {
    let service = url.map(AddressService::new).transpose()?;
    if let Some(service) = &service {
        remark(false, &service.notice());
    }
    Ok(service)
}

pub fn filter(within: &Within) -> SearchFilter {
    SearchFilter {
        postcode: within.postcode,
        citycode: within.citycode,
        ..SearchFilter::default()
    }
}

pub fn or_fail<T>(result: Result<T, AddressError>) -> anyhow::Result<T> {
    match result {
        Ok(found) => Ok(found),
        Err(error) => bail!("{} [{}]", error.message_fr(), error.code()),
    }
}

pub fn show(snapshot: &Snapshot, candidate: &Candidate) -> anyhow::Result<()> {
    let feature = AddressFeature::new(snapshot, candidate);
    let (lon, lat) = (candidate.point.lon_deg(), candidate.point.lat_deg());
    let uncertainty = metres(candidate.uncertainty_m);
    print(&format!(
        "{:.3}  {}  ({lon:.6}, {lat:.6}, ± {uncertainty})",
        candidate.score, feature.properties.label
    ))?;
    match &feature.properties.missing_housenumber {
        Some(missing) => print(&format!("  {}", missing.message)),
        None => Ok(()),
    }
}
