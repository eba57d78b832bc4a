//! The vintages that are known: those of `geodata/vintages.toml`, and those a file adds.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use qpv_model::{KnownVintages, Territory, Vintage, VintageRecord};
use serde::Deserialize;
use toml::value::Datetime;

use crate::error::Error;

const BUILT_IN: &str = include_str!("../../../geodata/vintages.toml");
const FORMAT: u32 = 1;

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenVintages {
    format: u32,
    #[serde(rename = "vintage")]
    vintages: Vec<WrittenVintage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenVintage {
    id: Vintage,
    label: String,
    source: String,
    codes: qpv_model::CodeForm,
    predecessor: Option<Vintage>,
    valid_from: WrittenDays,
}

/// First days of force.
#[derive(Deserialize)]
struct WrittenDays {
    overseas: Option<Datetime>,
    #[serde(flatten)]
    territories: BTreeMap<Territory, Datetime>,
}

/// Returns the vintages built into the program (`geodata/vintages.toml`).
///
/// # Panics
/// Never: a test reads them.
#[must_use]
pub fn built_in() -> KnownVintages {
    let records = read("built in", BUILT_IN).expect("the vintages built in are well formed");
    KnownVintages::new(records).expect("the vintages built in follow each other")
}

/// Reads the vintages that a file describes.
///
/// # Errors
/// [`Error::Io`], [`Error::Vintages`] with the line.
pub fn read_file(path: &Path) -> Result<Vec<VintageRecord>, Error> {
    let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
    read(&path.display().to_string(), &text)
}

/// Reads the vintages that a text describes; `origin` names it in errors.
///
/// # Errors
/// [`Error::Vintages`] with the line.
pub fn read(origin: &str, text: &str) -> Result<Vec<VintageRecord>, Error> {
    let written: WrittenVintages =
        toml::from_str(text).map_err(|fault| unusable(origin, fault.to_string()))?;
    // A later format may mean something else by the same words.
    if written.format != FORMAT {
        let fault = format!("format {} is not known, only {FORMAT}", written.format);
        return Err(unusable(origin, fault));
    }
    written
        .vintages
        .into_iter()
        .map(|vintage| record(vintage).map_err(|fault| unusable(origin, fault)))
        .collect()
}

fn unusable(origin: &str, fault: String) -> Error {
    Error::Vintages {
        origin: origin.to_owned(),
        fault,
    }
}

fn record(written: WrittenVintage) -> Result<VintageRecord, String> {
    let WrittenVintage { id, .. } = written;
    let mut valid_from = BTreeMap::new();
    // Overseas decrees name no territory.
    if let Some(overseas) = written.valid_from.overseas {
        let first = day(id, &overseas)?;
        let territories = Territory::ALL.into_iter();
        valid_from.extend(
            territories
                .filter(|territory| territory.department().is_some())
                .map(|territory| (territory, first)),
        );
    }
    // After those of all overseas: a territory's own day goes before.
    for (territory, first) in &written.valid_from.territories {
        valid_from.insert(*territory, day(id, first)?);
    }
    // Both are printed in reports, where nothing would look like a fault of theirs.
    for (name, text) in [("label", &written.label), ("source", &written.source)] {
        if text.trim().is_empty() {
            return Err(format!("the `{name}` of the vintage {id} is empty"));
        }
    }
    Ok(VintageRecord {
        id,
        label: written.label,
        source: written.source,
        codes: written.codes,
        predecessor: written.predecessor,
        valid_from,
    })
}

fn day(id: Vintage, written: &Datetime) -> Result<Date, String> {
    // A time of day or an offset would be silently lost.
    let is_day = written.time.is_none() && written.offset.is_none();
    let parsed = written.to_string().parse().ok();
    parsed.filter(|_| is_day).ok_or_else(|| {
        format!(
            "a `valid_from` of the vintage {id} is `{written}`: write a day such as 2024-01-31, without quotes"
        )
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_vintages_built_in_follow_the_decrees() {
        let known = built_in();
        // Decrees 2014-1750, 2014-1751, 2023-1314 and 2024-1212.
        for (territory, day, expected) in [
            (Territory::Metropole, date(2014, 12, 31), None),
            (Territory::Metropole, date(2015, 1, 1), Some("2015")),
            (Territory::Metropole, date(2023, 12, 31), Some("2015")),
            (Territory::Metropole, date(2024, 1, 1), Some("2024")),
            (Territory::Mayotte, date(2024, 12, 31), Some("2015")),
            (
                Territory::PolynesieFrancaise,
                date(2025, 1, 1),
                Some("2024"),
            ),
        ] {
            let found = known.on(territory, day).map(|found| found.to_string());
            assert_eq!(found.as_deref(), expected, "{territory:?} {day}");
        }
        let validity = known
            .validity(Vintage::V2015, Territory::Reunion)
            .expect("2015 was in force there");
        assert_eq!(validity.valid_from, date(2015, 1, 1));
        assert_eq!(validity.valid_until, Some(date(2024, 12, 31)));
        assert_eq!(validity.next, Some(Vintage::V2024));
    }

    #[test]
    fn every_code_has_one_vintage() {
        let known = built_in();
        for (code, expected) in [
            ("QP061003", vec![Vintage::V2015]),
            ("QP02A001", vec![Vintage::V2015]),
            ("QN06103M", vec![Vintage::V2024]),
            ("QN97101I", vec![Vintage::V2024]),
            ("QN06103X", vec![]),
            ("QR061003", vec![]),
        ] {
            let code = code.parse().expect("a code");
            let found: Vec<Vintage> = known.of_code(code).collect();
            assert_eq!(found, expected, "{code}");
        }
    }

    fn described(id: &str, predecessor: &str, valid_from: &str) -> String {
        format!(
            "format = 1\n[[vintage]]\nid = \"{id}\"\nlabel = \"{id}\"\nsource = \"décret\"\ncodes = \"QR{{dep}}###\"\n\
             predecessor = \"{predecessor}\"\nvalid_from = {valid_from}\n"
        )
    }

    #[test]
    fn another_vintage_follows_and_a_territory_left_out_keeps_its_own() {
        let text = described(
            "2030",
            "2024",
            "{ metropole = 2030-01-01, overseas = 2031-01-01, mayotte = 2030-07-01 }",
        );
        let known = built_in()
            .with(&read("test", &text).expect("well formed"))
            .expect("it follows 2024");
        let metropole = known
            .validity(Vintage::V2024, Territory::Metropole)
            .expect("known");
        assert_eq!(metropole.valid_until, Some(date(2029, 12, 31)));
        let mayotte = known
            .validity(Vintage::V2024, Territory::Mayotte)
            .expect("known");
        assert_eq!(mayotte.valid_until, Some(date(2030, 6, 30)));
        assert_eq!(
            known.on(Territory::Guyane, date(2030, 12, 31)),
            Some(Vintage::V2024)
        );
        let metropole_only = described("2030", "2024", "{ metropole = 2030-01-01 }");
        let known = built_in()
            .with(&read("test", &metropole_only).expect("well formed"))
            .expect("it follows 2024");
        assert_eq!(
            known.on(Territory::Guyane, date(2050, 1, 1)),
            Some(Vintage::V2024)
        );
    }

    #[test]
    fn what_cannot_be_a_list_of_vintages_is_told() {
        let read_all = |text: &str| {
            let records = read("list.toml", text).map_err(|fault| fault.to_string())?;
            built_in().with(&records).map_err(|fault| fault.to_string())
        };
        for (text, told) in [
            (
                described("30", "2024", "{ metropole = 2030-01-01 }"),
                "expected a year",
            ),
            (
                described("2030", "2029", "{ metropole = 2030-01-01 }"),
                "replaces 2029",
            ),
            (
                described("2030", "2015", "{ metropole = 2030-01-01 }"),
                "2024 and 2030 replace the same",
            ),
            (
                described("2030", "2024", "{ metropole = 2023-01-01 }"),
                "only from 2024-01-01",
            ),
            (
                described("2030", "2024", "{ metropole = 2030-01-01T12:00:00 }"),
                "write a day",
            ),
            (described("2030", "2024", "{}"), "no `valid_from`"),
            (described("2030", "2024", "{ corse = 2030-01-01 }"), "corse"),
            (
                described("2030", "2024", "{ metropole = 2030-01-01 }")
                    .replace("QR{dep}###", "QR###"),
                "eight characters",
            ),
            (
                described("2030", "2024", "{ metropole = 2030-01-01 }")
                    .replace("\"décret\"", "\" \""),
                "`source`",
            ),
            (
                described("2030", "2024", "{ metropole = 2030-01-01 }")
                    .replace("format = 1", "format = 2"),
                "format 2",
            ),
            (
                described("2030", "2024", "{ metropole = 2030-01-01 }") + "colour = \"red\"\n",
                "colour",
            ),
        ] {
            let fault = read_all(&text).expect_err(&text);
            assert!(fault.contains(told), "{fault} does not say {told}");
        }
    }
}
