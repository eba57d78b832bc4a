//! The real files of addresses. The data is looked for at `$QPV_REAL_DATA`, else in `shared/geodata` beside the workspace.

use std::collections::BTreeMap;
use std::path::PathBuf;

use qpv_geodata::addresses::{AddressFileReport, AddressFormat, read_addresses};
use qpv_model::Address;

#[path = "../../../tests/real_data.rs"]
mod real_data;
use real_data::real;

fn read(files: &[PathBuf]) -> (Vec<Address>, Vec<AddressFileReport>) {
    let mut addresses = Vec::new();
    let report = read_addresses(files, &mut |address, _| addresses.push(address))
        .unwrap_or_else(|error| panic!("{error}"));
    (addresses, report.files)
}

#[test]
fn addresses_of_seven_departments_in_bano() {
    let departments = [
        ("04", 23_508),
        ("08", 53_587),
        ("48", 12_250),
        ("52", 36_370),
        ("90", 35_847),
        ("971", 45_841),
        ("973", 14_593),
    ];
    let files = departments
        .iter()
        .map(|(department, _)| real(&format!("addresses/bano-{department}.csv")));
    let Some(files) = files.collect::<Option<Vec<_>>>() else {
        return;
    };
    let (addresses, reports) = read(&files);
    assert_eq!(addresses.len(), 221_996);
    for (report, (department, count)) in reports.iter().zip(departments) {
        assert_eq!(
            (report.format, report.malformed, report.rows),
            (AddressFormat::Bano, 0, count)
        );
        assert_eq!(
            report.by_department,
            BTreeMap::from([(department.to_owned(), count)])
        );
        assert!(
            report.first_malformed.is_empty() && report.remarks.is_empty(),
            "{report:?}"
        );
    }
    assert!(
        addresses
            .iter()
            .all(|a| a.number.is_some() && a.postcode.len() == 5 && !a.street.is_empty())
    );
}

/// What two formats both say of the same address.
fn key(address: &Address) -> impl Ord + use<> {
    let bits = [address.point.lon_deg(), address.point.lat_deg()].map(f64::to_bits);
    let text = [
        &address.suffix,
        &address.street,
        &address.postcode,
        &address.city,
    ]
    .map(String::clone);
    (address.citycode, address.number, text, bits)
}

#[test]
fn addresses_are_the_same_in_ban_and_bano() {
    for department in ["52", "90", "971"] {
        let Some(ban) = real(&format!("addresses/adresses-{department}.csv.gz")) else {
            return;
        };
        let Some(bano) = real(&format!("addresses/bano-{department}.csv")) else {
            return;
        };
        let [ban, bano] = [ban, bano].map(|file| read(&[file]));
        assert_eq!(
            (ban.1[0].format, ban.1[0].malformed, ban.1[0].taken),
            (AddressFormat::Ban, 0, bano.1[0].taken)
        );
        let [mut from_ban, mut from_bano] =
            [ban.0, bano.0].map(|all| all.iter().map(key).collect::<Vec<_>>());
        from_ban.sort_unstable();
        from_bano.sort_unstable();
        assert!(from_ban == from_bano, "{department}");
    }
}
