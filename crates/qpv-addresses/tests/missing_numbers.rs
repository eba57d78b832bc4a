//! Numbers that a street does not have: placed between their neighbours of the same side, or left at the street.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use qpv_addresses::{AddressIndex, AddressKind, Candidate, IndexBuilder, SearchFilter};
use qpv_model::{Address, PositionKind, Wgs84Point};

/// Metres in a degree of latitude near 48.5° on WGS 84 (IGN, `A` and `e²` of the ellipsoid).
const METRES_PER_DEGREE: f64 = 111_200.0;
/// Latitude of number 0 of the even side.
const SOUTH_DEG: f64 = 48.5;
const EVEN_LON_DEG: f64 = -0.57;
const ODD_LON_DEG: f64 = -0.569;

/// A number, its suffix, its degrees north of [`SOUTH_DEG`], the kind of its position.
type Door = (u32, &'static str, f64, PositionKind);

/// Even numbers on the west side; odd numbers, twice as many, on the east side.
const RUE_HAUTE: [Door; 10] = [
    (10, "", 0.000, PositionKind::Entrance),
    (14, "", 0.001, PositionKind::Entrance),
    (20, "", 0.002, PositionKind::Parcel),
    (1, "", 0.000, PositionKind::Entrance),
    (5, "", 0.001, PositionKind::Entrance),
    (5, "a", 0.0011, PositionKind::Entrance),
    (5, "quater", 0.0013, PositionKind::Entrance),
    (5, "ter", 0.0012, PositionKind::Entrance),
    (9, "", 0.002, PositionKind::Entrance),
    (31, "", 0.003, PositionKind::Entrance),
];

fn address(street: &str, (number, suffix, north_deg, position): Door) -> Address {
    let lon_deg = if number % 2 == 0 {
        EVEN_LON_DEG
    } else {
        ODD_LON_DEG
    };
    Address {
        id: String::new(),
        number: Some(number),
        suffix: suffix.to_owned(),
        street: street.to_owned(),
        locality: String::new(),
        postcode: "61100".to_owned(),
        citycode: "61169".parse().unwrap(),
        city: "Flers".to_owned(),
        old_city: String::new(),
        point: Wgs84Point::new(lon_deg, SOUTH_DEG + north_deg).unwrap(),
        position,
        certified: true,
        parcels: Vec::new(),
    }
}

fn index_of(street: &str, doors: &[Door]) -> AddressIndex {
    let mut builder = IndexBuilder::new();
    for door in doors {
        builder.add(&address(street, *door));
    }
    builder.finish()
}

fn best(index: &AddressIndex, question: &str) -> Candidate {
    let mut found = index.search(question, false, &SearchFilter::default(), 5);
    found.remove(0)
}

/// The numbers that the position of the number asked lies between.
fn between(found: &Candidate) -> Option<[String; 2]> {
    let between = found.between.as_ref()?;
    Some([&between.below, &between.above].map(|neighbour| neighbour.number.to_string()))
}

/// Returns true if the position of the number asked lies between these numbers.
fn is_between(found: &Candidate, neighbours: [&str; 2]) -> bool {
    between(found).is_some_and(|found| found == neighbours)
}

#[test]
fn a_number_lies_between_its_neighbours_in_proportion() {
    let index = index_of("Rue Haute", &RUE_HAUTE);
    // The position, and the larger of the two: the way to a neighbour and that neighbour's own uncertainty.
    for (number, lon_deg, north_deg, reach_deg, own_m, neighbours) in [
        ("12", EVEN_LON_DEG, 0.0005, 0.0005, 5.0, ["10", "14"]),
        ("16", EVEN_LON_DEG, 0.001_333, 0.000_667, 20.0, ["14", "20"]),
        ("18", EVEN_LON_DEG, 0.001_667, 0.000_667, 5.0, ["14", "20"]),
        ("3", ODD_LON_DEG, 0.0005, 0.0005, 5.0, ["1", "5"]),
        ("11", ODD_LON_DEG, 0.002_091, 0.000_909, 5.0, ["9", "31"]),
    ] {
        let found = best(&index, &format!("{number} rue haute 61100 Flers"));
        assert_eq!(
            (found.kind, found.housenumber.as_deref(), found.position),
            (AddressKind::Street, None, PositionKind::Interpolated),
            "{number}"
        );
        assert_eq!(found.missing.as_ref().unwrap().0, number);
        assert!(is_between(&found, neighbours), "{number}: {found:?}");
        let (east_deg, off_deg) = (
            found.point.lon_deg() - lon_deg,
            found.point.lat_deg() - SOUTH_DEG - north_deg,
        );
        assert!(
            east_deg.abs() < 1e-6 && off_deg.abs() < 1e-6,
            "{number}: {found:?}"
        );
        let least_m = reach_deg * METRES_PER_DEGREE + own_m;
        assert!(
            (least_m..least_m + 2.0).contains(&found.uncertainty_m),
            "{number}: {} for {least_m}",
            found.uncertainty_m
        );
    }
}

#[test]
fn a_suffix_lies_between_those_that_the_post_counts_around_it() {
    let index = index_of("Rue Haute", &RUE_HAUTE);
    for (asked, neighbours, north_deg) in [
        // A number with a suffix is beside the number without.
        ("10 quater", ["10", "14"], 0.0),
        ("5 quinquies", ["5 quater", "9"], 0.0013),
        // Between two suffixes of one number: halfway, and `bis` comes before `ter`, whatever the alphabet.
        ("5 bis", ["5 a", "5 ter"], 0.00115),
        ("9 bis", ["9", "31"], 0.002),
    ] {
        let found = best(&index, &format!("{asked} rue haute 61100 Flers"));
        assert!(is_between(&found, neighbours), "{asked}: {found:?}");
        let off_deg = found.point.lat_deg() - SOUTH_DEG - north_deg;
        assert!(off_deg.abs() < 1e-6, "{asked}: {found:?}");
    }
    // The number itself does not exist, one with a suffix does.
    let index = index_of(
        "Rue Basse",
        &[
            (2, "", 0.0, PositionKind::Entrance),
            (8, "bis", 0.003, PositionKind::Entrance),
            (10, "", 0.004, PositionKind::Entrance),
        ],
    );
    let found = best(&index, "8 rue basse 61100 Flers");
    assert!(is_between(&found, ["2", "8 bis"]), "{found:?}");
}

#[test]
fn a_side_that_does_not_go_on_places_nothing() {
    let index = index_of("Rue Haute", &RUE_HAUTE);
    for (number, is_outside) in [("8", false), ("22", false), ("33", true)] {
        let found = best(&index, &format!("{number} rue haute 61100 Flers"));
        assert_eq!(
            (between(&found), found.position, found.is_missing_outside()),
            (None, PositionKind::Street, is_outside),
            "{number}"
        );
    }
    for question in ["14 rue haute 61100 Flers", "rue haute 61100 Flers", "Flers"] {
        let found = best(&index, question);
        assert_eq!((between(&found), found.missing), (None, None), "{question}");
    }
}

#[test]
fn a_neighbour_at_two_places_places_nothing() {
    let doors = [
        (2, "", 0.0, PositionKind::Entrance),
        (2, "", 0.01, PositionKind::Entrance),
        (6, "", 0.001, PositionKind::Entrance),
        (10, "", 0.002, PositionKind::Entrance),
    ];
    let index = index_of("Rue Haute", &doors);
    let found = best(&index, "4 rue haute 61100 Flers");
    assert_eq!(
        (between(&found), found.position),
        (None, PositionKind::Street)
    );
    let found = best(&index, "8 rue haute 61100 Flers");
    assert!(is_between(&found, ["6", "10"]), "{found:?}");
}
