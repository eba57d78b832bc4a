//! Addresses by the parcels of the land register that they stand on.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use qpv_addresses::{AddressIndex, IndexBuilder, SearchFilter};
use qpv_model::{Address, ParcelId, PositionKind, Wgs84Point};

/// A number of the Rue du Cadastre, on some parcels, in a commune of the department 90.
fn address(citycode: &str, number: u32, parcels: &[&str]) -> Address {
    Address {
        id: format!("{citycode}_0010_{number:05}"),
        number: Some(number),
        suffix: String::new(),
        street: "Rue du Cadastre".to_owned(),
        locality: String::new(),
        postcode: "90000".to_owned(),
        citycode: citycode.parse().unwrap(),
        city: format!("Essai-{}", &citycode[2..]),
        old_city: String::new(),
        point: Wgs84Point::new(6.86, f64::from(47_600 + 2 * number) / 1000.0).unwrap(),
        position: PositionKind::Parcel,
        certified: false,
        parcels: parcels.iter().map(|text| text.parse().unwrap()).collect(),
    }
}

fn given() -> Vec<Address> {
    vec![
        address("90010", 1, &["90010000AB0123"]),
        address("90010", 2, &["90010000AB0123", "90010000AB0124"]),
        address("90010", 3, &[]),
        address("90010", 4, &["900101230B0007"]),
        // On a parcel of the neighbouring commune.
        address("90011", 5, &["90012000ZA0001"]),
        address("90012", 6, &["90012000ZA0002"]),
    ]
}

fn index_of(addresses: &[Address]) -> AddressIndex {
    let mut builder = IndexBuilder::new();
    for address in addresses {
        builder.add(address);
    }
    builder.finish()
}

/// The numbers found, each with its score.
fn found(index: &AddressIndex, question: &str, filter: &SearchFilter) -> Vec<(String, f64)> {
    index
        .search(question, false, filter, 10)
        .into_iter()
        .map(|candidate| (candidate.housenumber.unwrap_or_default(), candidate.score))
        .collect()
}

#[test]
fn a_parcel_finds_its_addresses_in_every_spelling() {
    let index = index_of(&given());
    let both = [("1".to_owned(), 1.0), ("2".to_owned(), 1.0)];
    for question in [
        "90010000AB0123",
        "90010000ab0123",
        "90010 000 AB 0123",
        " 90010-000-AB-0123",
    ] {
        assert_eq!(
            found(&index, question, &SearchFilter::default()),
            both,
            "{question}"
        );
    }
    for (question, number) in [
        ("90010000AB0124", "2"),
        ("90010 123 0B 0007", "4"),
        ("90012000ZA0001", "5"),
        ("90012000ZA0002", "6"),
    ] {
        let expected = [(number.to_owned(), 1.0)];
        assert_eq!(
            found(&index, question, &SearchFilter::default()),
            expected,
            "{question}"
        );
    }
}

#[test]
fn a_parcel_without_addresses_finds_none() {
    let index = index_of(&given());
    for question in ["90010000AB0999", "90010000AC0123", "68010000AB0123"] {
        let found = found(&index, question, &SearchFilter::default());
        assert!(
            found.iter().all(|(_, score)| *score < 0.7),
            "{question}: {found:?}"
        );
    }
}

#[test]
fn a_filter_holds_for_parcels_too() {
    let index = index_of(&given());
    let elsewhere = SearchFilter {
        citycode: Some("90012".parse().unwrap()),
        ..SearchFilter::default()
    };
    let here = SearchFilter {
        citycode: Some("90010".parse().unwrap()),
        ..SearchFilter::default()
    };
    assert_eq!(found(&index, "90010000AB0124", &here).len(), 1);
    let found = found(&index, "90010000AB0124", &elsewhere);
    assert!(found.iter().all(|(_, score)| *score < 0.7), "{found:?}");
}

#[test]
fn parcels_are_kept_when_an_index_is_made_of_another() {
    let mut expected = given();
    let mut again = index_of(&expected);
    for _ in 0..2 {
        let kept: Vec<Address> = again.addresses().collect();
        again = index_of(&kept);
    }
    again.check().unwrap();
    let mut kept: Vec<Address> = again.addresses().collect();
    kept.sort_by_key(|address| address.number);
    expected.sort_by_key(|address| address.number);
    assert_eq!(kept, expected);
}

#[test]
fn an_address_given_twice_has_the_parcels_of_both() {
    let mut twice = given();
    twice.push(Address {
        certified: true,
        ..address("90010", 3, &["90010000AB0200"])
    });
    twice.push(address("90010", 3, &["90010000AB0200", "90010000AB0201"]));
    let index = index_of(&twice);
    assert_eq!(index.len(), 6);
    let third = index.addresses().find(|address| address.number == Some(3));
    let expected: Vec<ParcelId> = ["90010000AB0200", "90010000AB0201"]
        .map(|text| text.parse().unwrap())
        .to_vec();
    assert_eq!(third.unwrap().parcels, expected);
}

#[test]
fn a_parcel_costs_twelve_bytes() {
    let with = |parcels: &[&str]| {
        let addresses: Vec<Address> = (1..=1000).map(|at| address("90010", at, parcels)).collect();
        index_of(&addresses).bytes().len()
    };
    let spent = with(&["90010000AB0123"]) - with(&[]);
    assert!(spent.abs_diff(12_000) < 16, "{spent}");
}
