//! `qpv locate`: where a point stands.

use anyhow::bail;
use qpv_http::wire::{DatasetRef, Located, ZoneAnswer};
use qpv_service::{CodedError, Place, PointAnswer, Snapshot, Zone, messages};

use crate::args::{LocateArgs, Settings, choice};
use crate::output::{Outcome, print, print_json};

pub fn run(settings: &Settings, args: &LocateArgs) -> anyhow::Result<Outcome> {
    let place = match (args.lon, args.lat, args.crs, args.x, args.y) {
        (Some(lon), Some(lat), ..) => Place::LonLat(lon, lat),
        (_, _, Some(crs), Some(x), Some(y)) => Place::Projected { crs, x, y },
        _ => bail!("give a longitude and a latitude, or --crs with --x and --y"),
    };
    let choice = choice(args.vintage, args.on);
    let service = settings.service(args.dataset.as_deref())?;
    let snapshot = service.snapshot();
    let standing = match snapshot.locate(place, choice, args.uncertainty_m) {
        Ok(standing) => standing,
        Err(error) => {
            let notice = DatasetRef::of(&snapshot)
                .notice
                .map(|notice| format!("\n{notice}"))
                .unwrap_or_default();
            bail!("{} [{}]{notice}", error.message_fr(), error.code())
        }
    };
    show(settings, &snapshot, &standing)?;
    Ok(if standing.verdict.zone == Zone::Undetermined {
        Outcome::Undetermined
    } else {
        Outcome::Done
    })
}

fn show(settings: &Settings, snapshot: &Snapshot, standing: &PointAnswer) -> anyhow::Result<()> {
    let dataset = DatasetRef::of(snapshot);
    if settings.json {
        return print_json(&Located {
            answer: ZoneAnswer::new(snapshot, standing),
            dataset,
        });
    }
    let name = |index| messages::name(snapshot.perimeter(standing.vintage, index));
    print(&messages::headline(standing, name))?;
    print(&messages::explanation(standing))?;
    print(&messages::origin(standing.vintage, snapshot.digest()))?;
    // Part of the answer, quiet or not: it means nothing for a real place.
    dataset.notice.iter().try_for_each(|notice| print(notice))
}
