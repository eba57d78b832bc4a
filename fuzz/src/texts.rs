//! Texts: files of addresses and of schools, programmes, questions and coordinates as people type them.

use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::Date;
use qpv_geodata::addresses::read_addresses;
use qpv_geodata::places::read_places;
use qpv_geodata::statistics::read_statistics;
use qpv_geodata::{communes::CommuneTable, vintages, zonings};
use qpv_model::{Crs, Slug, Vintage, WrittenCoordinate};
use qpv_programmes::{KnownFacts, Programme, ReadError, TruthTable, WrittenCase};
use qpv_service::{
    AddressChecker, AddressQuestion, AddressSearch, SearchFilter, Snapshot, VintageSelector,
    WrittenPlace, data, locate, read_date, read_number, search_addresses, suggest,
};

use crate::assert_readable;
use crate::files::with_file;

/// The fictional town.
pub(crate) static TOWN: LazyLock<Snapshot> =
    LazyLock::new(|| Snapshot::new(data::sample().expect("the sample is a dataset")));

/// The communes of the country.
static COMMUNES: LazyLock<CommuneTable> = LazyLock::new(CommuneTable::built_in);

/// The perimeters that answer.
pub(crate) const VINTAGE: VintageSelector = VintageSelector::Vintage(Vintage::V2024);

/// Addresses that are asked for while somebody types.
const SUGGESTED: usize = 10;

/// Tables of addresses, of schools, of figures and of communes: the same text, for all that reads such.
pub(crate) fn addresses(input: &[u8]) {
    with_file("table.csv", input, |path| {
        read_address_file(path);
        let schools = "schools".parse::<Slug>().expect("a name in small letters");
        if let Err(error) = read_places(schools, path) {
            assert_readable(&error.to_string());
        }
        if let Err(error) = read_statistics(path, Some(2024), &vintages::built_in()) {
            assert_readable(&error.to_string());
        }
        match zonings::read_communes(path) {
            Ok((communes, _)) => {
                let remarks = zonings::code_remarks(&communes, &COMMUNES);
                for remark in remarks {
                    assert_readable(&remark);
                }
            }
            Err(error) => assert_readable(&error.to_string()),
        }
    });
}

fn read_address_file(path: &Path) {
    let mut given = 0;
    let mut line_before = 0;
    let read = read_addresses(&[path.to_owned()], &mut |address, place| {
        given += 1;
        assert!(
            place.line >= line_before,
            "line {} after {line_before}",
            place.line
        );
        line_before = place.line;
        assert!(!address.city.is_empty(), "an address of no commune");
    });
    match read {
        Ok(report) => {
            let counted: u64 = report.files.iter().map(|file| file.taken).sum();
            assert_eq!(
                counted, given,
                "an address counted and not given, or the reverse"
            );
        }
        Err(error) => {
            let message = error.to_string();
            assert_readable(&message);
            assert!(
                message.contains("table.csv"),
                "an error without its file: {message}"
            );
        }
    }
}

/// A programme, the line of a truth table, the facts of a case.
pub(crate) fn programmes(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    match Programme::read(&text) {
        Ok(programme) => {
            for year in [2015, 2024, 2030] {
                let facts = KnownFacts::on(Date::constant(year, 6, 30));
                let assessment = programme.evaluate(&facts);
                // Nothing is known, so that nobody is told a yes.
                assert_readable(assessment.outcome.name());
            }
            assert!(programme.layers().len() <= text.len());
        }
        Err(error) => assert_placed(&error, &text),
    }
    if let Err(error) = TruthTable::read(&text) {
        assert_placed(&error, &text);
    }
    match WrittenCase::read(&text) {
        Ok(case) => {
            let facts = case.facts();
            for programme in qpv_programmes::shipped() {
                let _ = programme.evaluate(&facts);
            }
        }
        Err(error) => assert_placed(&error, &text),
    }
}

/// Asserts that an error names a line that the text has.
fn assert_placed(error: &ReadError, text: &str) {
    assert_readable(&error.fault);
    let lines = text.split('\n').count();
    assert!(
        (1..=lines).contains(&error.line),
        "line {} of {lines}: {}",
        error.line,
        error.fault
    );
    assert!(error.column >= 1);
}

/// A question as it is typed into the box.
pub(crate) fn questions(input: &[u8]) {
    let text = String::from_utf8_lossy(input).into_owned();
    let filter = SearchFilter::default();
    for is_prefix in [false, true] {
        let search = AddressSearch {
            text: &text,
            is_prefix,
            filter: &filter,
            limit: SUGGESTED,
        };
        match search_addresses(&TOWN, &search) {
            Ok(found) => {
                assert!(found.len() <= SUGGESTED);
                for candidate in found {
                    let score = candidate.score;
                    assert!((0.0..=1.0).contains(&score), "a score of {score}");
                    assert!(candidate.uncertainty_m >= 0.0);
                }
            }
            Err(error) => assert_readable(&error.to_string()),
        }
    }
    if let Err(error) = suggest(&TOWN, &text, SUGGESTED) {
        assert_readable(&error.to_string());
    }
    let question = AddressQuestion { text, filter };
    let checker = AddressChecker::new(&TOWN, VINTAGE);
    match checker.check(&question) {
        Ok(check) => {
            // The same question has the same answer.
            let again = checker.check(&question).expect("it was answered before");
            assert_eq!(again.zone, check.zone);
            assert_eq!(again.candidates.len(), check.candidates.len());
        }
        Err(error) => assert_readable(&error.to_string()),
    }
}

/// Coordinates as they are typed, the two of a position with a blank between them.
pub(crate) fn positions(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let _ = (read_number(&text), read_date(&text));
    let mut pieces = text.split_whitespace();
    let (Some(x), Some(y)) = (pieces.next(), pieces.next()) else {
        return;
    };
    let (Ok(x), Ok(y)) = (
        x.parse::<WrittenCoordinate>(),
        y.parse::<WrittenCoordinate>(),
    ) else {
        return;
    };
    let stated = pieces.next().and_then(|stated| stated.parse().ok());
    for crs in std::iter::once(None).chain(Crs::all().map(Some)) {
        let place = WrittenPlace::new(crs, x, y);
        if let Some(rounding_m) = place.rounding_m {
            assert!(rounding_m >= 0.0, "a rounding of {rounding_m} m");
        }
        match locate(&TOWN, place, VINTAGE, stated) {
            Ok(answer) => assert_readable(&qpv_service::messages::explanation(&answer)),
            Err(error) => assert_readable(&error.to_string()),
        }
    }
}
