//! Verification looks inside an index of addresses whose every sum is right.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::collections::BTreeMap;

use qpv_addresses::{AddressIndex, IndexBuilder};
use qpv_arrays::{ArrayFile, ArrayFileKind};
use qpv_geodata::addresses::AddressReport;
use qpv_geodata::store::{AddressComponent, DepartmentEntry};
use qpv_model::{Address, PositionKind, Wgs84Point};
use qpv_service::data::{self, Store};

/// What the arrays of an index are told by, its version read from its second word.
fn kind_of(index: &AddressIndex) -> ArrayFileKind {
    let version = u64::from_ne_bytes(index.bytes()[8..16].try_into().unwrap());
    ArrayFileKind {
        magic: *b"qpvaddrs",
        version,
        arrays: 32,
    }
}

/// The numbers 1 to 5 of a street in Belfort.
fn rows() -> Vec<Address> {
    let address = |number: u32| Address {
        id: String::new(),
        number: Some(number),
        suffix: String::new(),
        street: "Rue Haute".to_owned(),
        locality: String::new(),
        postcode: "90000".to_owned(),
        citycode: "90010".parse().unwrap(),
        city: "Belfort".to_owned(),
        old_city: String::new(),
        point: Wgs84Point::new(6.86 + 0.001 * f64::from(number), 47.63).unwrap(),
        position: PositionKind::Entrance,
        certified: true,
        parcels: Vec::new(),
    };
    (1..=5).map(address).collect()
}

fn index(rows: &[Address]) -> AddressIndex {
    let mut builder = IndexBuilder::new();
    for address in rows {
        builder.add(address);
    }
    builder.finish()
}

/// The index with one of its arrays changed, and its sum made anew.
fn altered(array: usize, change: fn(&mut Vec<u8>)) -> Vec<u8> {
    let sound = index(&rows());
    let kind = kind_of(&sound);
    let opened = ArrayFile::open(kind, Box::new(sound.bytes().to_vec())).unwrap();
    let mut arrays: Vec<Vec<u8>> = (0..kind.arrays)
        .map(|array| opened.array(array).to_vec())
        .collect();
    change(&mut arrays[array]);
    let slices: Vec<&[u8]> = arrays.iter().map(Vec::as_slice).collect();
    ArrayFile::write(kind, opened.count(), &slices)
        .bytes()
        .to_vec()
}

/// What verification finds when these bytes are published as the addresses of Belfort's department.
fn faults(index: &[u8], addresses: u64) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path());
    let departments =
        BTreeMap::from([("90".to_owned(), DepartmentEntry::now(addresses, Vec::new()))]);
    let report = AddressReport { files: Vec::new() };
    store
        .publish_addresses(&AddressComponent {
            index,
            departments,
            report,
            based_on: None,
        })
        .unwrap();
    assert!(store.verify(None).unwrap().is_sound(), "every sum is right");
    let report = data::verify(&store, None).unwrap();
    assert_eq!(report.addresses, addresses);
    report.faults.iter().map(ToString::to_string).collect()
}

#[test]
fn a_sound_index_has_no_fault() {
    assert_eq!(faults(index(&rows()).bytes(), 5), [""; 0]);
}

#[test]
fn an_index_must_hold_what_its_description_says() {
    let expected = "addresses: department 90 has 5 of them instead of 7; import their files again";
    assert_eq!(faults(index(&rows()).bytes(), 7), [expected]);
    let mut elsewhere = rows();
    elsewhere.push(Address {
        citycode: "52121".parse().unwrap(),
        postcode: "52000".to_owned(),
        ..rows().remove(0)
    });
    let expected =
        "addresses: 1 Rue Haute 52000 Belfort is in no department listed; import their files again";
    assert_eq!(faults(index(&elsewhere).bytes(), 5), [expected]);
}

#[test]
fn an_address_must_lie_in_the_territory_of_its_commune() {
    let mut moved = rows();
    moved[1].point = Wgs84Point::new(55.45, -20.88).unwrap();
    moved[2].point = Wgs84Point::new(-30.0, 40.0).unwrap();
    let expected = "addresses: 2 Rue Haute 90000 Belfort: the position is in La Réunion, commune 90010 in France \
        métropolitaine (1 more like it); import their files again";
    assert_eq!(faults(index(&moved).bytes(), 5), [expected]);
}

#[test]
fn an_address_must_be_found_by_its_own_words() {
    // By its street's signature, which sifts the streets.
    let blind = altered(7, |signatures| signatures.fill(0));
    let expected = "addresses: 1 Rue Haute 90000 Belfort is not found by its own words (4 more like it); import their \
        files again";
    assert_eq!(faults(&blind, 5), [expected]);
}

#[test]
fn rows_that_point_to_nothing_are_told() {
    let broken = altered(10, |suffixes| suffixes.fill(0xff));
    assert_eq!(
        faults(&broken, 5),
        ["addresses: its content was altered; import their files again"]
    );
}
