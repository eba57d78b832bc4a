//! `qpv locate`: the zone of a point.

use anyhow::bail;
use clap::Args;
use qpv_http::wire::{DatasetRef, Located, ZoneAnswer, ZoningChoice};
use qpv_service::model::{Crs, Vintage, WrittenCoordinate};
use qpv_service::{
    CodedError, PointAnswer, Snapshot, WrittenPlace, Zone, ZonedPlace, messages, zonings_at,
};

use crate::args::{Settings, choice, known};
use crate::output::{Outcome, print, print_json};

#[derive(Debug, Args)]
pub struct LocateArgs {
    /// Longitude, WGS 84 degrees; the easting with --crs. A comma will do for the point
    #[arg(requires = "lat", conflicts_with_all = ["x", "y"], required_unless_present = "x", value_name = "LON")]
    pub lon: Option<WrittenCoordinate>,
    /// Latitude, WGS 84 degrees; the northing with --crs
    #[arg(value_name = "LAT")]
    pub lat: Option<WrittenCoordinate>,
    /// Reference system of the position, e.g. EPSG:2154
    #[arg(long)]
    pub crs: Option<Crs>,
    /// Easting, metres
    #[arg(long, requires_all = ["y", "crs"], allow_hyphen_values = true)]
    pub x: Option<WrittenCoordinate>,
    /// Northing, metres
    #[arg(long, requires_all = ["x", "crs"], allow_hyphen_values = true)]
    pub y: Option<WrittenCoordinate>,
    /// Answer from this vintage, such as 2015 [default: the one in force there]
    #[arg(long, conflicts_with = "on")]
    pub vintage: Option<Vintage>,
    /// Answer from the perimeters in force on that day, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
    /// The doubt on the position, metres; at least half a unit of the last decimal of its coordinates
    #[arg(long, value_name = "METRES")]
    pub uncertainty_m: Option<f64>,
    /// Answer from this dataset (its digest, or the beginning of it)
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

/// Locates the point and prints its zone.
pub fn run(settings: &Settings, args: &LocateArgs) -> anyhow::Result<Outcome> {
    let place = match (args.lon, args.lat, args.crs, args.x, args.y) {
        (Some(x), Some(y), crs, None, None) => WrittenPlace::new(crs, x, y),
        (_, _, Some(crs), Some(x), Some(y)) => WrittenPlace::new(Some(crs), x, y),
        _ => bail!("give a longitude and a latitude, or --crs with an easting and a northing"),
    };
    let choice = choice(args.vintage, args.on);
    let service = settings.service(args.dataset.as_deref())?;
    let snapshot = service.snapshot();
    known(&snapshot, args.vintage)?;
    let standing = match qpv_service::locate(&snapshot, place, choice, args.uncertainty_m) {
        Ok(standing) => standing,
        Err(error) => {
            // An error of fictional data means nothing for a real place either.
            let notice = DatasetRef::new(&snapshot)
                .notice
                .map(|notice| format!("\n{notice}"))
                .unwrap_or_default();
            bail!("{} [{}]{notice}", error.message_fr(), error.code())
        }
    };
    let zoned = ZonedPlace {
        position: place.place.position()?,
        commune: None,
        uncertainty_m: standing.uncertainty_m,
        day: choice.day(),
    };
    show(settings, &snapshot, &standing, &zoned)?;
    Ok(if standing.verdict.zone == Zone::Undetermined {
        Outcome::Undetermined
    } else {
        Outcome::Done
    })
}

fn show(
    settings: &Settings,
    snapshot: &Snapshot,
    standing: &PointAnswer,
    place: &ZonedPlace,
) -> anyhow::Result<()> {
    let dataset = DatasetRef::new(snapshot);
    if settings.json {
        return print_json(&Located {
            answer: ZoneAnswer::new(snapshot, standing).with_zonings(
                snapshot,
                standing,
                place,
                &ZoningChoice::default(),
            ),
            dataset,
        });
    }
    print(&messages::headline(standing, |index| {
        messages::name(snapshot.perimeter(standing.vintage, index))
    }))?;
    print(&messages::explanation(standing))?;
    if let Some(leaning) = standing.leaning() {
        print(&messages::leaning_remedy(&leaning))?;
    }
    for zoning in zonings_at(snapshot, place, &[], None) {
        print(&messages::zoning(&zoning))?;
    }
    print(&messages::origin(standing.vintage, snapshot.digest()))?;
    // Part of the answer, quiet or not: fictional data means nothing for a real place.
    dataset.notice.iter().try_for_each(|notice| print(notice))
}
