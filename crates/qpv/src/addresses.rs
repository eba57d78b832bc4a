//! `qpv geocode` and `qpv check`: what an address may be, and where it stands.

use anyhow::bail;
use qpv_http::wire::{AddressCollection, AddressFeature, CheckAnswer, DatasetRef};
use qpv_service::{AddressError, AddressService, Candidate, Filter, Snapshot, StreetProfile, Zone, wording};

use crate::args::{CheckArgs, GeocodeArgs, Settings, Within, choice};
use crate::output::{Outcome, print, print_json, remark};

pub fn geocode(settings: &Settings, args: &GeocodeArgs) -> anyhow::Result<Outcome> {
    let snapshot = settings.service(args.within.dataset.as_deref())?.snapshot();
    let (question, limit) = (args.address.join(" "), usize::from(args.limit));
    let found = or_fail(snapshot.search(&question, false, &filter(&args.within), limit))?;
    if settings.json {
        let features = found.iter().map(|candidate| AddressFeature::new(&snapshot, candidate)).collect();
        print_json(&AddressCollection::new(&snapshot, features, Some(&question), limit))?;
    } else {
        for candidate in &found {
            show(&snapshot, candidate)?;
        }
        if found.is_empty() {
            print(&wording::say("check.doubt.not_found", &[]))?;
        }
        show_notice(&snapshot)?;
    }
    Ok(if found.is_empty() { Outcome::Undetermined } else { Outcome::Done })
}

pub fn check(settings: &Settings, args: &CheckArgs) -> anyhow::Result<Outcome> {
    let service = settings.service(args.within.dataset.as_deref())?;
    let service = service.with_address_service(address_service(args.address_service.as_deref())?);
    let snapshot = service.snapshot();
    let choice = choice(args.vintage, args.on);
    let check = or_fail(service.check(&snapshot, &args.address.join(" "), &filter(&args.within), choice))?;
    let outcome = if check.zone == Zone::Undetermined { Outcome::Undetermined } else { Outcome::Done };
    let profile = snapshot.profile_to_show(&check, choice);
    if settings.json {
        print_json(&CheckAnswer::new(&snapshot, &check).with_profile(&snapshot, profile.as_ref()))?;
        return Ok(outcome);
    }
    print(&wording::zone(check.zone))?;
    if let Some(doubt) = check.doubt {
        print(&doubt.french())?;
    }
    if let Some(elsewhere) = &check.elsewhere {
        print(&elsewhere.french())?;
        elsewhere.fault.iter().for_each(|fault| remark(settings.quiet, &format!("qpv: {}: {fault}", elsewhere.url)));
    }
    let shown = if check.doubt.is_some() { check.candidates.len() } else { 1 };
    for checked in check.candidates.iter().take(shown) {
        show(&snapshot, &checked.candidate)?;
        match &checked.standing {
            Ok(standing) => {
                let name = |index| wording::name(snapshot.perimeter(standing.vintage, index));
                print(&format!("  {}", wording::headline(standing, name)))?;
                print(&format!("  {}", wording::explanation(standing)))?;
                print(&format!("  {}", wording::origin(standing.vintage, snapshot.digest())))?;
            }
            Err(error) => print(&format!("  {}", error.french()))?,
        }
    }
    profile.iter().try_for_each(|profile| show_profile(&snapshot, profile))?;
    show_notice(&snapshot)?;
    Ok(outcome)
}

/// Which numbers of the street are where.
fn show_profile(snapshot: &Snapshot, profile: &StreetProfile) -> anyhow::Result<()> {
    let name = |index| wording::name(snapshot.perimeter(profile.vintage, index));
    profile.french(name).iter().try_for_each(|line| print(line))
}

/// Part of the answer, quiet or not: fictional data means nothing for a real place.
fn show_notice(snapshot: &Snapshot) -> anyhow::Result<()> {
    DatasetRef::of(snapshot).notice.iter().try_for_each(|notice| print(notice))
}

/// The distant service named on the command line. What that means is said, quiet or not.
pub fn address_service(url: Option<&str>) -> anyhow::Result<Option<AddressService>> {
    let service = url.map(AddressService::new).transpose()?;
    if let Some(service) = &service {
        remark(false, &service.notice());
    }
    Ok(service)
}

fn filter(within: &Within) -> Filter {
    Filter { postcode: within.postcode, citycode: within.citycode, ..Filter::default() }
}

fn or_fail<T>(result: Result<T, AddressError>) -> anyhow::Result<T> {
    match result {
        Ok(found) => Ok(found),
        Err(error) => bail!("{} [{}]", error.french(), error.code()),
    }
}

fn show(snapshot: &Snapshot, candidate: &Candidate) -> anyhow::Result<()> {
    let feature = AddressFeature::new(snapshot, candidate);
    let (lon, lat) = (candidate.point.lon_deg(), candidate.point.lat_deg());
    let uncertainty = wording::metres(candidate.uncertainty_m);
    print(&format!("{:.3}  {}  ({lon:.6}, {lat:.6}, ± {uncertainty})", candidate.score, feature.properties.label))?;
    match &feature.properties.missing_housenumber {
        Some(missing) => print(&format!("  {}", missing.message)),
        None => Ok(()),
    }
}
