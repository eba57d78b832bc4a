//! Addresses too near the line of a square, with and without numbers around them that settle their side.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use qpv_service::data::{self, Store, import::ImportOptions};
use qpv_service::model::Vintage;
use qpv_service::{
    AddressCheck, AddressChecker, AddressQuestion, CertaintyLevel, Place, SearchFilter, Service,
    Snapshot, UndeterminedReason, VintageSelector, Zone, home_of_address, locate, messages,
    street_profile_of,
};

const IN_2024: VintageSelector = VintageSelector::Vintage(Vintage::V2024);

/// A house: number, metres east of the eastern line of the square and north of its middle, the kind of its position.
type House = (u32, f64, f64, &'static str);

/// Houses of one kerb every 15 m, their numbers two apart.
fn kerb(from: u32, east_m: f64, kind: &'static str) -> Vec<House> {
    (0..12)
        .map(|at| (from + 2 * at, east_m, 15.0 * f64::from(at), kind))
        .collect()
}

/// Both kerbs of a street along the line: odd numbers, then even ones, whose positions are known to 20 m.
fn both(odd_m: f64, even_m: f64) -> Vec<House> {
    [kerb(1, odd_m, "parcelle"), kerb(2, even_m, "parcelle")].concat()
}

/// Streets by name. Number 11 is in the middle of its kerb in each, and too near the line for its position.
fn streets() -> Vec<(&'static str, Vec<House>)> {
    let mut two_places = both(-9.0, 9.0);
    two_places.push((11, -140.0, 20.0, "parcelle"));
    let mut crossing_kerb = both(-9.0, 9.0);
    crossing_kerb[8].1 = 9.0;
    let mut crossing_opposite = both(-9.0, 9.0);
    crossing_opposite[12 + 6].1 = -4.0;
    let mut set_back = [kerb(1, -9.0, "inconnue"), kerb(2, 9.0, "inconnue")].concat();
    set_back[5].1 = -29.0;
    // Around a yard, in no order.
    let mut court = both(-9.0, 9.0);
    for (house, north_m) in court.iter_mut().zip([
        60.0, 75.0, 45.0, 90.0, 30.0, 68.0, 85.0, 52.0, 37.0, 71.0, 58.0, 80.0,
    ]) {
        house.2 = north_m;
    }
    let mut scattered = both(-9.0, 9.0);
    for (at, house) in scattered.iter_mut().take(12).enumerate() {
        house.1 = if at % 2 == 0 { -1.5 } else { -14.0 };
    }
    vec![
        ("Rue des Tilleuls", both(-9.0, 9.0)),
        ("Rue des Platanes", both(-12.0, -30.0)),
        ("Rue des Ormes", both(12.0, 30.0)),
        ("Rue des Saules", both(-5.0, -23.0)),
        ("Rue des Charmes", kerb(1, -9.0, "parcelle")),
        (
            "Rue des Frênes",
            [kerb(1, -9.0, "segment"), kerb(2, 9.0, "segment")].concat(),
        ),
        ("Rue des Chênes", two_places),
        ("Rue des Hêtres", crossing_kerb),
        ("Rue des Cyprès", crossing_opposite),
        ("Rue des Bouleaux", set_back),
        ("Rue des Mélèzes", court),
        ("Rue des Sapins", scattered),
        // A wide way: the line may as well run behind one of its rows.
        ("Rue des Cèdres", both(-9.0, 40.0)),
        // A street across the line.
        (
            "Rue des Pins",
            (1..25)
                .map(|number| {
                    let side_m = if number % 2 == 0 { 8.0 } else { -8.0 };
                    (
                        number,
                        7.5 * f64::from(number) - 97.5,
                        300.0 + side_m,
                        "parcelle",
                    )
                })
                .collect(),
        ),
    ]
}

fn addresses() -> String {
    let mut text = String::from(
        "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat;type_position\n",
    );
    for (street, (name, houses)) in streets().iter().enumerate() {
        for (number, east_m, north_m, kind) in houses {
            // On WGS 84 at this latitude a degree measures 75.15 km and 111.18 km.
            let (lon, lat) = (6.87 + east_m / 75_155.0, 47.635 + north_m / 111_180.0);
            writeln!(
                text,
                "90010_{street:04}_{number:05};{number};;{name};90000;90010;Belfort;{lon:.7};{lat:.7};{kind}"
            )
            .unwrap();
        }
    }
    text
}

/// The square, and small perimeters in as many departments as the whole of metropolitan France has.
fn perimeters() -> String {
    let feature = |department: u32, lon: f64, lat: f64, size: f64| {
        let (east, north) = (lon + size, lat + size);
        format!(
            r#"{{"type":"Feature","properties":{{"code_qp":"QN0{department:02}01I","lib_qp":"Carré {department}",
            "insee_com":"{department:02}010","lib_com":"Ville {department}","insee_dep":"{department:02}"}},
            "geometry":{{"type":"Polygon","coordinates":[[[{lon},{lat}],[{east},{lat}],[{east},{north}],[{lon},{north}],[{lon},{lat}]]]}}}}"#
        )
    };
    let others = (1..=95).filter(|department| ![20, 90].contains(department));
    let features: Vec<String> =
        std::iter::once(feature(90, 6.86, 47.63, 0.01))
            .chain(others.map(|department| {
                feature(department, 2.0 + 0.02 * f64::from(department), 46.0, 0.001)
            }))
            .collect();
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

static TOWN: LazyLock<Arc<Snapshot>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("data"));
    let file = folder.path().join("qp.geojson");
    std::fs::write(&file, perimeters()).unwrap();
    let options = ImportOptions {
        precision_m: Some(1.0),
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(&store, &[file], &options).unwrap();
    let file = folder.path().join("adresses-90.csv");
    std::fs::write(&file, addresses()).unwrap();
    data::import_addresses(&store, &[file]).unwrap();
    Service::open(store).unwrap().snapshot()
});

fn check(text: &str) -> AddressCheck {
    let question = AddressQuestion {
        text: format!("{text} 90000 Belfort"),
        filter: SearchFilter::default(),
    };
    AddressChecker::new(&TOWN, IN_2024)
        .check(&question)
        .unwrap()
}

#[test]
fn the_numbers_of_both_kerbs_settle_those_between_them() {
    for (text, zone, own, opposite, is_across) in [
        (
            "11 rue des tilleuls",
            Zone::Qpv,
            ("3", "19"),
            ("4", "20"),
            true,
        ),
        (
            "12 rue des tilleuls",
            Zone::Band300m,
            ("4", "20"),
            ("3", "19"),
            true,
        ),
        (
            "11 rue des platanes",
            Zone::Qpv,
            ("3", "19"),
            ("4", "20"),
            false,
        ),
        (
            "11 rue des ormes",
            Zone::Band300m,
            ("3", "19"),
            ("4", "20"),
            false,
        ),
    ] {
        let checked = check(text);
        assert_eq!((checked.zone, checked.doubt), (zone, None), "{text}");
        assert_eq!(checked.level, Some(CertaintyLevel::StreetSide), "{text}");
        let standing = checked.candidates[0].standing.as_ref().unwrap();
        let side = standing.street_side.as_ref().unwrap();
        assert_eq!(side.is_across, is_across, "{text}");
        assert_eq!(
            (
                side.own.from.to_string().as_str(),
                side.own.to.to_string().as_str()
            ),
            own,
            "{text}"
        );
        assert_eq!(
            (
                side.opposite.from.to_string().as_str(),
                side.opposite.to.to_string().as_str()
            ),
            opposite,
            "{text}"
        );
        let said = messages::explanation(standing);
        assert!(said.contains(&side.own.message_fr()), "{said}");
        assert_eq!(standing.leaning(), None);
    }
}

#[test]
fn nothing_else_settles_a_number() {
    for text in [
        // The ends of a kerb.
        "1 rue des tilleuls",
        "23 rue des tilleuls",
        "11 rue des saules",
        "11 rue des charmes",
        "11 rue des frênes",
        "11 rue des chênes",
        "11 rue des hêtres",
        "11 rue des cyprès",
        "11 rue des bouleaux",
        "11 rue des mélèzes",
        "11 rue des sapins",
        "11 rue des cèdres",
        "11 rue des pins",
        "13 rue des pins",
    ] {
        let checked = check(text);
        assert_eq!(checked.zone, Zone::Undetermined, "{text}");
        if text != "11 rue des chênes" {
            assert_eq!(checked.doubt, Some(UndeterminedReason::Position), "{text}");
            let leaning = checked.leaning().unwrap();
            assert_ne!(leaning.zone, Zone::Undetermined, "{text}");
        }
    }
}

#[test]
fn bare_coordinates_are_settled_by_no_street() {
    let checked = check("11 rue des tilleuls");
    let place = Place::from(checked.candidates[0].candidate.point);
    let standing = locate(&TOWN, place, IN_2024, Some(20.0)).unwrap();
    assert_eq!(standing.verdict.zone, Zone::Undetermined);
    assert_eq!(standing.street_side, None);
}

#[test]
fn programmes_and_profiles_see_the_zone_that_the_street_settles() {
    for (text, in_qpv) in [
        ("11 rue des tilleuls", true),
        ("12 rue des tilleuls", false),
    ] {
        let checked = check(text);
        let zones = home_of_address(&TOWN, &checked).possible_zones(&TOWN, IN_2024);
        assert_eq!(
            (zones.qpv, zones.band_300m, zones.outside),
            (in_qpv, !in_qpv, false)
        );
        let profile = street_profile_of(&TOWN, &checked.candidates[0].candidate, IN_2024).unwrap();
        let number = if in_qpv { 11 } else { 12 };
        let range = profile
            .ranges
            .iter()
            .find(|range| {
                range.span.from.number <= number
                    && number <= range.span.to.number
                    && range.span.from.number % 2 == number % 2
            })
            .unwrap();
        assert_eq!(range.zone, Ok(checked.zone), "{text}");
    }
    // The ends of the row stay open in the profile too.
    let first = check("1 rue des tilleuls");
    let zones = home_of_address(&TOWN, &first).possible_zones(&TOWN, IN_2024);
    assert!(!zones.is_sure());
}
