//! Published positions that are too far from the rest of their commune to be right.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use qpv_addresses::{BuiltIndex, Candidate, IndexBuilder, SearchFilter};
use qpv_model::{Address, PositionKind, Wgs84Point};

/// A number of a street at a place.
fn address(citycode: &str, street: &str, number: u32, lon: f64, lat: f64) -> Address {
    Address {
        id: format!("{citycode}_{street}_{number:05}"),
        number: Some(number),
        suffix: String::new(),
        street: street.to_owned(),
        locality: String::new(),
        postcode: "90400".to_owned(),
        citycode: citycode.parse().unwrap(),
        city: format!("Essai-{}", &citycode[2..]),
        old_city: String::new(),
        point: Wgs84Point::new(lon, lat).unwrap(),
        position: PositionKind::Entrance,
        certified: true,
        parcels: Vec::new(),
    }
}

/// Two streets of a commune; numbers 8 and 9 of the first were moved 89 km to the north.
fn with_moved_rows() -> Vec<Address> {
    let mut rows = Vec::new();
    for number in 1..=20 {
        let lat = 47.6 + 0.0004 * f64::from(number);
        let moved = if (8..10).contains(&number) { 0.8 } else { 0.0 };
        rows.push(address("90001", "Rue du Témoin", number, 6.86, lat + moved));
        rows.push(address("90001", "Rue du Constat", number, 6.865, lat));
    }
    rows
}

fn build(addresses: &[Address]) -> BuiltIndex {
    let mut builder = IndexBuilder::new();
    for address in addresses {
        builder.add(address);
    }
    builder.build()
}

fn search(built: &BuiltIndex, question: &str) -> Candidate {
    let found = built
        .index
        .search(question, false, &SearchFilter::default(), 5);
    found[0].clone()
}

#[test]
fn moved_rows_are_named_in_the_order_given() {
    let built = build(&with_moved_rows());
    let named: Vec<(u32, &str)> = built
        .doubtful
        .iter()
        .map(|position| (position.rank, position.name.as_str()))
        .collect();
    let expected = [
        (14, "8 Rue du Témoin, Essai-001"),
        (16, "9 Rue du Témoin, Essai-001"),
    ];
    assert_eq!(named, expected);
    let distance_m = built.doubtful[0].distance_m.unwrap();
    assert!((88_000.0..90_000.0).contains(&distance_m), "{distance_m}");
    built.index.check().unwrap();
    assert_eq!(built.index.len(), 40, "they stay in the index");
}

#[test]
fn a_candidate_says_that_its_position_is_doubtful() {
    let built = build(&with_moved_rows());
    assert!(search(&built, "8 rue du temoin essai 001").is_doubtful);
    assert!(!search(&built, "7 rue du temoin essai 001").is_doubtful);
    assert!(!search(&built, "8 rue du constat essai 001").is_doubtful);
    // One number of the street may be anywhere.
    assert!(search(&built, "rue du temoin essai 001").is_doubtful);
    assert!(!search(&built, "rue du constat essai 001").is_doubtful);
    assert!(!search(&built, "essai 001").is_doubtful);
}

#[test]
fn a_missing_number_is_doubtful_only_beside_one_that_is() {
    let mut rows = with_moved_rows();
    rows.retain(|address| ![6, 15].contains(&address.number.unwrap()));
    let built = build(&rows);
    // Between 4 and 8, which was moved; and between 13 and 17.
    for (question, is_doubtful) in [
        ("6 rue du temoin essai 001", true),
        ("15 rue du temoin essai 001", false),
        ("6 rue du constat essai 001", false),
    ] {
        let found = search(&built, question);
        assert!(found.between.is_some(), "{question}");
        assert_eq!(found.is_doubtful, is_doubtful, "{question}");
    }
}

#[test]
fn the_middle_of_a_street_and_of_a_commune_is_that_of_the_others() {
    let built = build(&with_moved_rows());
    for question in ["rue du temoin essai 001", "essai 001"] {
        let found = search(&built, question);
        assert!((found.point.lat_deg() - 47.604).abs() < 0.001, "{question}");
        assert!(
            found.uncertainty_m < 1_500.0,
            "{question}: {}",
            found.uncertainty_m
        );
    }
}

#[test]
fn the_place_where_such_a_row_stands_has_no_address_to_trust() {
    let built = build(&with_moved_rows());
    let there = Wgs84Point::new(6.86, 48.4032).unwrap();
    let found = built.index.reverse(there, &SearchFilter::default(), 3);
    assert!(!found.is_empty() && found.iter().all(|candidate| candidate.is_doubtful));
    assert_eq!(
        built.index.within([6.0, 48.0, 7.0, 49.0]).count(),
        0,
        "nothing for a map"
    );
    assert_eq!(built.index.within([6.0, 47.0, 7.0, 48.0]).count(), 38);
    let street = built
        .index
        .street_with(&search(&built, "rue du temoin essai 001"));
    let doubtful = street
        .unwrap()
        .numbers
        .iter()
        .filter(|number| number.is_doubtful)
        .count();
    assert_eq!(doubtful, 2);
}

#[test]
fn a_doubt_is_found_again_when_an_index_is_made_of_another() {
    let before = build(&with_moved_rows());
    let kept: Vec<Address> = before.index.addresses().collect();
    let after = build(&kept);
    assert_eq!(after.doubtful.len(), 2);
    // Once the rows are right, nothing is left of it.
    let right: Vec<Address> = with_moved_rows()
        .into_iter()
        .filter(|address| address.point.lat_deg() < 48.0)
        .collect();
    assert_eq!(build(&right).doubtful, []);
}

#[test]
fn a_street_in_the_midst_of_another_commune_is_doubtful() {
    let mut rows = with_moved_rows();
    rows.retain(|address| address.point.lat_deg() < 48.0);
    // The town 8 km to the north, and three rows of the first commune in it.
    for number in 1..=100 {
        let lat = 47.68 + 0.00005 * f64::from(number);
        rows.push(address("90002", "Rue de la Ville", number, 6.86, lat));
    }
    for number in 30..=32 {
        rows.push(address("90001", "Rue du Témoin", number, 6.8605, 47.682));
    }
    let built = build(&rows);
    assert_eq!(built.doubtful.len(), 3);
    assert!(search(&built, "31 rue du temoin essai 001").is_doubtful);
    assert!(!search(&built, "31 rue de la ville essai 002").is_doubtful);
    // Alone in the fields they may be a hamlet.
    rows.retain(|address| address.citycode.as_str() == "90001");
    assert_eq!(build(&rows).doubtful, []);
}
