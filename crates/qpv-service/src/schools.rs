//! The position of a school, or of another place of a list: the one published, or else that of its address.

use qpv_addresses::{AddressKind, SearchFilter};
use qpv_model::{ListedPlace, sites_by_place};
use rayon::prelude::*;

use crate::addresses::{MAX_SCORE_BEHIND, MIN_SCORE, search_to_judge};
use crate::place_index::PlacePosition;
use crate::snapshot::Snapshot;

/// A site of a place, and its position; `None` when that is not known.
pub(crate) type PlacedSite<'s> = (&'s ListedPlace, Option<&'s PlacePosition>);

/// Returns the sites of each place of a kind with their positions: that published, or else that of the address, when one
/// loaded is surely meant. Addresses are searched for once, at the first call.
pub(crate) fn placed_sites<'s>(
    snapshot: &'s Snapshot,
    kind: &str,
) -> impl Iterator<Item = Vec<PlacedSite<'s>>> {
    let places = snapshot.places(kind).into_iter();
    places.flat_map(|places| {
        let positions = places.positions_or_init(|all| {
            all.par_iter()
                .map(|place| position_of(snapshot, place))
                .collect()
        });
        let mut positions = positions.iter().map(Option::as_ref);
        sites_by_place(places.all())
            .map(move |sites| sites.iter().zip(positions.by_ref()).collect())
    })
}

fn position_of(snapshot: &Snapshot, place: &ListedPlace) -> Option<PlacePosition> {
    if let Some(point) = place.point {
        return Some(PlacePosition {
            point,
            uncertainty_m: None,
        });
    }
    let filter = SearchFilter {
        citycode: place.citycode,
        ..SearchFilter::default()
    };
    let found = search_to_judge(snapshot, place.address.as_deref()?, &filter).ok()?;
    let best = found.first()?;
    let has_rival = found
        .get(1)
        .is_some_and(|other| other.score >= best.score - MAX_SCORE_BEHIND);
    let is_sure = best.score >= MIN_SCORE
        && !snapshot.is_place_open(&[best])
        // The middle of a commune is no position of a school.
        && best.kind != AddressKind::Municipality
        && !best.is_missing_outside()
        && !best.is_doubtful
        && !has_rival;
    is_sure.then_some(PlacePosition {
        point: best.point,
        uncertainty_m: Some(best.uncertainty_m),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_without_a_position_stands_at_its_address() {
        let snapshot = Snapshot::new(crate::data::sample().unwrap());
        let at = |address: Option<&str>| {
            let address = address.map(str::to_owned);
            position_of(
                &snapshot,
                &ListedPlace {
                    id: None,
                    name: "École".into(),
                    point: None,
                    citycode: Some("00001".parse().unwrap()),
                    city: None,
                    address,
                    network: None,
                },
            )
        };
        // The first house of that street in `geodata/sample/addresses.csv`.
        let file = include_str!("../../../geodata/sample/addresses.csv");
        let row = file
            .lines()
            .find(|line| line.contains(";3;;Rue des Cordiers;00100;"))
            .unwrap();
        let cells: Vec<&str> = row.split(';').collect();
        let (lon, lat): (f64, f64) = (cells[12].parse().unwrap(), cells[13].parse().unwrap());
        let found = at(Some("3 rue des cordiers 00100 Port-Fictif")).unwrap();
        assert!(
            (found.point.lon_deg() - lon).abs() < 1e-6
                && (found.point.lat_deg() - lat).abs() < 1e-6
        );
        assert!(found.is_by_address());
        for unknown in [
            None,
            Some("Port-Fictif"),
            Some("3 rue qui n'existe pas 00100 Port-Fictif"),
            Some(""),
        ] {
            assert_eq!(at(unknown), None, "{unknown:?}");
        }
    }
}
