//! Reader of lists of communes that make a zoning (ZRR, France ruralités revitalisation): one row a commune, with the days on
//! which it is part of it where they are given. Days and codes of the areas of a zoning are read by the same rules.
//!
//! Promises: every row counts, or the whole list is refused with the rows and what is wrong in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;
use qpv_delimited::{FileFormat, ReadError, RecordReader, StringRecord};
use qpv_french::dates::read_day;
use qpv_french::fold::fold_text;
use qpv_model::{CommuneCode, Period, ZonedCommune};
use serde::Serialize;

use crate::addresses::shown;
use crate::communes::CommuneTable;
use crate::error::Error;
use crate::headers::{KnownHeader, find_header, first_known};
use crate::readers::file_name;
use crate::source;

/// Names of each column as [`fold_text`] text.
const CODE: [&str; 12] = [
    "code insee",
    "insee com",
    "code commune",
    "codgeo",
    "depcom",
    "code insee commune",
    "code insee de la commune",
    "insee",
    "com",
    "citycode",
    "code com",
    "code",
];
const FIRST: [&str; 7] = [
    "valid from",
    // A shapefile cuts names after ten characters.
    "date d ent",
    "date debut",
    "debut",
    "date d entree",
    "date entree",
    "date de debut",
];
const LAST: [&str; 8] = [
    "valid until",
    "valid unti",
    "valid to",
    "date fin",
    "fin",
    "date de sortie",
    "date sortie",
    "date de fin",
];
/// Faults that an error names; all are counted.
const MAX_NAMED_FAULTS: usize = 10;

/// The report of reading a list of communes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ZonedCommunesReport {
    /// Its file, without folder.
    pub file: String,
    /// Rows read.
    pub rows: usize,
    /// Communes among them.
    pub communes: usize,
    /// Rows that repeat another one.
    pub repeated: usize,
    /// Plain sentences on what is worth knowing.
    pub remarks: Vec<String>,
}

struct ListColumns {
    names: Vec<String>,
    code: usize,
    days: PeriodColumns,
}

/// The columns of the first and the last day, where there are any.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PeriodColumns {
    first: Option<usize>,
    last: Option<usize>,
}

/// Returns whether a file is a text, which may be a list of communes and has no outlines.
///
/// # Errors
/// [`Error::Io`].
pub fn is_list(file: &Path) -> Result<bool, Error> {
    let head = source::open(file)?.head(file)?;
    Ok(FileFormat::sniff(&head) == FileFormat::Text)
}

/// Reads a list of communes.
///
/// # Errors
/// [`Error::NotZoning`] for a file that is none, or with any row that cannot be read: no commune's code, a day that is none, a
/// period that ends before it begins, or that overlaps another of the same commune; [`Error::Unreadable`], [`Error::Io`].
pub fn read_communes(file: &Path) -> Result<(Vec<ZonedCommune>, ZonedCommunesReport), Error> {
    let name = file_name(file);
    let head = source::open(file)?.head(file)?;
    let KnownHeader {
        delimiter,
        header,
        columns,
    } = find_header(&head, ListColumns::recognise).map_err(|fault| refused(&name, fault))?;
    let source = source::open(file)?;
    let fault = source.faults::<ReadError>(file);
    let mut reader = RecordReader::new(source, delimiter);
    let mut record = StringRecord::default();
    let mut report = ZonedCommunesReport {
        file: name.clone(),
        rows: 0,
        communes: 0,
        repeated: 0,
        remarks: header.remark().into_iter().collect(),
    };
    let mut periods: BTreeMap<CommuneCode, Vec<(u64, Period)>> = BTreeMap::new();
    let mut faults = Vec::new();
    reader
        .read_header_from(&mut record, header.line)
        .map_err(&fault)?;
    while reader.read(&mut record).map_err(&fault)? {
        if record.fault().is_none() && record.is_empty() {
            continue;
        }
        report.rows += 1;
        match columns.commune(&record) {
            Err(fault) => faults.push(format!("line {}: {fault}", record.line())),
            Ok(commune) => {
                let known = periods.entry(commune.code).or_default();
                match clash(known, &commune) {
                    Some(Ok(())) => report.repeated += 1,
                    Some(Err(fault)) => faults.push(format!("line {}: {fault}", record.line())),
                    None => known.push((record.line(), commune.period)),
                }
            }
        }
    }
    report.communes = periods.len();
    // Lines without any value are no rows, and a zoning without communes is rather the wrong export.
    if report.rows == 0 {
        faults.push("it holds no row".to_owned());
    }
    if !faults.is_empty() {
        let count = faults.len();
        // A message must stay readable; the number says how many there are.
        faults.truncate(MAX_NAMED_FAULTS);
        return Err(Error::NotZoning {
            file: name,
            count,
            faults,
        });
    }
    let communes = periods.into_iter().flat_map(|(code, periods)| {
        periods
            .into_iter()
            .map(move |(_, period)| ZonedCommune { code, period })
    });
    Ok((communes.collect(), report))
}

/// Returns what another row of the same commune says: the same, or days that overlap; `None` when there is none such.
fn clash(known: &[(u64, Period)], new: &ZonedCommune) -> Option<Result<(), String>> {
    let (line, period) = known
        .iter()
        .find(|(_, period)| period.overlaps(&new.period))?;
    Some(if *period == new.period {
        Ok(())
    } else {
        Err(format!(
            "{} is there on the same days by line {line}: give each commune periods that do not overlap",
            new.code
        ))
    })
}

fn refused(name: &str, fault: String) -> Error {
    Error::NotZoning {
        file: name.to_owned(),
        count: 1,
        faults: vec![fault],
    }
}

impl ListColumns {
    fn recognise(names: Vec<String>) -> Result<Self, String> {
        let known: Vec<String> = names.iter().map(|name| fold_text(name)).collect();
        let Some(code) = first_known(&known, CODE) else {
            return Err(format!(
                "it has no column of INSEE codes of communes ({}); its columns are {}",
                CODE.join(", "),
                names.join(", ")
            ));
        };
        Ok(Self {
            names,
            code,
            // Without days, a commune is part of the zoning for as long as it is in force.
            days: PeriodColumns::find(&known),
        })
    }

    fn commune(&self, record: &StringRecord) -> Result<ZonedCommune, String> {
        if let Some(fault) = record.fault() {
            return Err(fault.to_string());
        }
        let text = record.get(self.code).trim();
        // Spreadsheets take the first zero of `01053` away.
        let padded = format!("{text:0>5}");
        let code: CommuneCode = padded.parse().map_err(|_| {
            format!(
                "`{}`: `{}` is no INSEE code of a commune",
                self.names[self.code],
                shown(text)
            )
        })?;
        let period = self.days.period(&self.names, |column| record.get(column));
        let period = period.map_err(|fault| format!("{code}: {fault}"))?;
        Ok(ZonedCommune { code, period })
    }
}

impl PeriodColumns {
    /// Finds them among the names of columns, as [`fold_text`] text.
    pub(crate) fn find(known: &[String]) -> Self {
        Self {
            first: first_known(known, FIRST),
            last: first_known(known, LAST),
        }
    }

    /// Reads the period of a row by its values; the error has the column and the value.
    pub(crate) fn period<'v>(
        self,
        names: &[String],
        value: impl Fn(usize) -> &'v str,
    ) -> Result<Period, String> {
        let [first, last] = [self.first, self.last].map(|column| {
            column.map_or(Ok(None), |column| {
                day(value(column)).map_err(|fault| format!("`{}`: {fault}", names[column]))
            })
        });
        Period::new(first?, last?).map_err(|fault| fault.to_string())
    }
}

/// Reads a day; `None` for an empty field, which leaves its side open.
fn day(text: &str) -> Result<Option<Date>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = read_day(text)
        // A shapefile has its days in eight digits.
        .or_else(|| Date::strptime("%Y%m%d", text).ok());
    day.map(Some).ok_or_else(|| {
        format!(
            "`{}` is no day: write 2024-01-31 or 31/01/2024",
            shown(text)
        )
    })
}

/// Returns sentences on the codes of a list that are of the past, and on those that never were a commune's.
#[must_use]
pub fn code_remarks(communes: &[ZonedCommune], table: &CommuneTable) -> Vec<String> {
    let codes: BTreeSet<CommuneCode> = communes.iter().map(|commune| commune.code).collect();
    let (mut past, mut unknown) = (Vec::new(), Vec::new());
    let (arrondissements, codes): (Vec<_>, Vec<_>) = codes
        .into_iter()
        .partition(|code| code.arrondissement().is_some());
    for code in codes {
        match table.communes_of_today(code).as_slice() {
            [] => unknown.push(code.to_string()),
            today if today.contains(&code) => {}
            today => {
                let today: Vec<&str> = today.iter().map(CommuneCode::as_str).collect();
                past.push(format!("{code} (today {})", today.join(" ")));
            }
        }
    }
    let mut remarks = Vec::new();
    if !arrondissements.is_empty() {
        let named: Vec<String> = arrondissements.iter().map(ToString::to_string).collect();
        remarks.push(format!(
            "{} arrondissement(s): {}; a place known to lie in such a city, and not in which arrondissement, is undetermined",
            named.len(),
            first_named(&named)
        ));
    }
    if !past.is_empty() {
        remarks.push(format!(
            "{} code(s) of the past: {}; a commune of today is undetermined on days when the list has only a former part of it",
            past.len(),
            first_named(&past)
        ));
    }
    if !unknown.is_empty() {
        remarks.push(format!(
            "{} code(s) that no commune has or had by the table of communes: {}; no place is found in them",
            unknown.len(),
            first_named(&unknown)
        ));
    }
    remarks
}

/// Returns the first names of a list, and how many more there are.
fn first_named(names: &[String]) -> String {
    let first = names[..names.len().min(MAX_NAMED_FAULTS)].join(", ");
    match names.len().saturating_sub(MAX_NAMED_FAULTS) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Returns a sentence on places of a zoning that have no day within those of the zoning itself; `None` without any.
pub fn idle_remark<'p>(
    zoning: &Period,
    periods: impl IntoIterator<Item = &'p Period>,
) -> Option<String> {
    let periods = periods.into_iter();
    let idle = periods.filter(|period| !zoning.overlaps(period)).count();
    (idle > 0).then(|| {
        format!("{idle} period(s) lie wholly outside the days of the zoning, and never count")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Vec<ZonedCommune>, ZonedCommunesReport), String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("it can be written");
        read_communes(file.path()).map_err(|fault| fault.to_string())
    }

    fn codes(communes: &[ZonedCommune]) -> Vec<String> {
        communes
            .iter()
            .map(|commune| commune.code.to_string())
            .collect()
    }

    #[test]
    fn lists_as_ministries_publish_them() {
        for (text, expected) in [
            (
                "CODGEO;LIBGEO\n61169;Flers\n01053;Bourg\n",
                vec!["01053", "61169"],
            ),
            (
                "Code INSEE,Nom\n1053,Bourg\n2A004,Ajaccio\n",
                vec!["01053", "2A004"],
            ),
            (
                "Zonage FRR au 1er juillet 2024;;\n;;\ncode_insee;nom;x\n97411;Saint-Denis;1\n",
                vec!["97411"],
            ),
            ("com\n75101\n75102\n", vec!["75101", "75102"]),
        ] {
            let (communes, report) = read(text).expect(text);
            assert_eq!(codes(&communes), expected, "{text}");
            assert_eq!(report.communes, expected.len());
        }
    }

    #[test]
    fn periods_of_one_commune_follow_each_other() {
        let (communes, _) = read(
            "code;valid_from;valid_until\n61169;20180101;2024-06-30\n61169;01/07/2024;\n61006;;\n",
        )
        .expect("well formed");
        let on = |day: &str| -> Vec<String> {
            let day = day.parse().expect("a day");
            let held = communes.iter().filter(|commune| commune.period.holds(day));
            held.map(|commune| commune.code.to_string()).collect()
        };
        assert_eq!(on("2017-12-31"), ["61006"]);
        assert_eq!(on("2024-06-30"), ["61006", "61169"]);
        assert_eq!(on("2024-07-01"), ["61006", "61169"]);
    }

    #[test]
    fn every_fault_is_told_by_its_line_and_nothing_is_taken() {
        for (text, told) in [
            (
                "code;nom\n61169;Flers\n6116;Flers\n611690;Flers\n",
                "line 4",
            ),
            ("code;fin\n61169;31/02/2024\n", "is no day"),
            (
                "code;debut;fin\n61169;2024-02-01;2024-01-31\n",
                "before it begins",
            ),
            (
                "code;debut\n61169;2024-01-01\n61169;2025-01-01\n",
                "by line 2",
            ),
            ("nom;departement\nFlers;61\n", "no column of INSEE codes"),
            ("code\n", "a header and no row"),
            ("code;nom\n61169;Flers;7\n", "3 columns"),
        ] {
            let fault = read(text).expect_err(text);
            assert!(fault.contains(told), "{fault}");
        }
    }

    #[test]
    fn codes_of_the_past_and_of_no_commune_are_told() {
        // Saint-Cornier-des-Landes (61377) became a part of Tinchebray-Bocage (61486) in 2015.
        let (communes, _) = read("code\n61377\n61169\n61999\n").expect("well formed");
        let remarks = code_remarks(&communes, &CommuneTable::built_in());
        assert!(remarks[0].contains("61377 (today 61486)"), "{remarks:?}");
        assert!(remarks[1].contains(": 61999;"), "{remarks:?}");
        assert_eq!(remarks.len(), 2);
        let (communes, _) = read("code\n13214\n").expect("well formed");
        let remarks = code_remarks(&communes, &CommuneTable::built_in());
        assert!(
            matches!(remarks.as_slice(), [only] if only.starts_with("1 arrondissement(s): 13214;")),
            "{remarks:?}"
        );
    }

    #[test]
    fn periods_outside_those_of_the_zoning_are_counted() {
        let period = |text: &str| text.parse().map(|day| Period::new(Some(day), None));
        let early = Period::new(None, "2001-12-31".parse().ok()).expect("in order");
        let zoning = period("2024-07-01").expect("a day").expect("in order");
        assert!(idle_remark(&zoning, [&early, &zoning]).is_some_and(|it| it.starts_with('1')));
        assert_eq!(idle_remark(&zoning, [&zoning, &Period::default()]), None);
    }

    #[test]
    fn rows_that_repeat_are_counted() {
        let (communes, report) = read("code\n61169\n61169\n").expect("well formed");
        assert_eq!((communes.len(), report.rows, report.repeated), (1, 2, 1));
    }
}
