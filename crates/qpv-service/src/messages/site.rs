//! The parcels and buildings of an address, in words.

use qpv_engine::DecidingLine;
use qpv_french::numbers::metres;
use qpv_french::{Key, key, sentence};
use qpv_model::{FootprintKind, ParcelId};

use crate::site::{Site, SiteFinding, SiteJoin, SiteNote};
use crate::standing::PointAnswer;

/// Returns what the ground of an address says of its zone; `None` where it says nothing.
pub(super) fn certainty(standing: &PointAnswer, site: &Site) -> Option<String> {
    // The sentence names what decided, not all that was found.
    let is_building = site.basis == FootprintKind::Buildings;
    let what = what(site);
    let told = match &site.finding {
        SiteFinding::Clear(ground) if ground.gap_m.is_finite() => {
            let key = if is_building {
                key::CERTAINTY_SITE_BUILDING
            } else {
                key::CERTAINTY_SITE_PARCEL
            };
            let (gap, doubt) = (metres(ground.gap_m), metres(standing.precision_m));
            sentence(key, &[("what", &what), ("gap", &gap), ("doubt", &doubt)])
        }
        SiteFinding::Reaches(ground) => {
            let (reach, doubt) = (metres(ground.reach_m), metres(standing.precision_m));
            sentence(
                key::CERTAINTY_SITE_REACHES,
                &[("what", &what), ("reach", &reach), ("doubt", &doubt)],
            )
        }
        SiteFinding::Cut(line) => {
            let key = match (line, is_building) {
                (DecidingLine::Perimeter, true) if site.buildings.len() > 1 => {
                    key::CERTAINTY_SITE_CUT_BUILDINGS
                }
                (DecidingLine::Perimeter, true) => key::CERTAINTY_SITE_CUT_BUILDING,
                (DecidingLine::Perimeter, false) => key::CERTAINTY_SITE_CUT_PARCEL,
                (DecidingLine::Band, true) => key::CERTAINTY_SITE_CUT_BUILDING_BAND,
                (DecidingLine::Band, false) => key::CERTAINTY_SITE_CUT_PARCEL_BAND,
            };
            sentence(key, &[("what", &what)])
        }
        SiteFinding::Near { gap_m, .. } if standing.street_side.is_none() => {
            let (gap, doubt) = (metres(*gap_m), metres(standing.precision_m));
            sentence(
                key::CERTAINTY_SITE_NEAR,
                &[("what", &what), ("gap", &gap), ("doubt", &doubt)],
            )
        }
        SiteFinding::Clear(_) | SiteFinding::Near { .. } | SiteFinding::Nothing => return None,
    };
    Some(told)
}

/// Returns the parcels or buildings, and how they were found.
fn what(site: &Site) -> String {
    let count = match site.basis {
        FootprintKind::Buildings => site.buildings.len(),
        FootprintKind::Parcels => site.parcels.len(),
    };
    let is_one = count == 1;
    let key = match (site.basis, is_one) {
        (FootprintKind::Buildings, true) => key::SITE_BUILDING,
        (FootprintKind::Buildings, false) => key::SITE_BUILDINGS,
        (FootprintKind::Parcels, true) => key::SITE_PARCEL,
        (FootprintKind::Parcels, false) => key::SITE_PARCELS,
    };
    let parcels: Vec<&str> = site
        .parcels
        .iter()
        .map(|parcel| parcel.id.as_str())
        .collect();
    let parcels = written(&parcels);
    let how = match (site.join, site.parcels.is_empty()) {
        (SiteJoin::Identifier, _) => sentence(key::SITE_BY_IDENTIFIER, &[("parcels", &parcels)]),
        (SiteJoin::Holding, true) => sentence(key::SITE_BY_HOLDING_BUILDING, &[]),
        (SiteJoin::Holding, false) => sentence(key::SITE_BY_HOLDING, &[("parcels", &parcels)]),
        (SiteJoin::Nearest, _) => sentence(key::SITE_BY_NEAREST, &[]),
    };
    sentence(key, &[("how", &how)])
}

/// Returns something about the ground of an address that people should know.
pub(super) fn note(note: &SiteNote) -> String {
    match note {
        SiteNote::UnknownParcels(parcels) => of_parcels(key::SITE_NOTE_UNKNOWN_PARCELS, parcels),
        SiteNote::FarParcels(parcels) => of_parcels(key::SITE_NOTE_FAR_PARCELS, parcels),
        SiteNote::SpansParcels => sentence(key::SITE_NOTE_SPANS_PARCELS, &[]),
        SiteNote::NoBuilding => sentence(key::SITE_NOTE_NO_BUILDING, &[]),
        SiteNote::Damaged => sentence(key::SITE_NOTE_DAMAGED, &[]),
        SiteNote::Unusable => sentence(key::SITE_NOTE_UNUSABLE, &[]),
    }
}

fn of_parcels(key: Key, parcels: &[ParcelId]) -> String {
    let parcels: Vec<&str> = parcels.iter().map(ParcelId::as_str).collect();
    sentence(key, &[("parcels", &written(&parcels))])
}

/// Returns the identifiers of some parcels, few of them.
fn written(parcels: &[&str]) -> String {
    /// Identifiers that are written out.
    const SHOWN: usize = 4;
    let mut text = parcels[..parcels.len().min(SHOWN)].join(", ");
    if parcels.len() > SHOWN {
        text.push_str(", …");
    }
    text
}
