//! Reader of a table of communes: the columns of `geodata/communes.csv`, or those of INSEE's official geographic code
//! (`v_commune_2025.csv`: `TYPECOM`, `COM`, `LIBELLE`, `COMPARENT`).
//!
//! Promises: every row counts, or the whole table is refused with the line, the column and the value. What a file does not
//! say is kept from the table before it: departments without a row, columns that are not there, codes and names of the past.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use qpv_delimited::{ReadError, RecordReader, StringRecord};
use qpv_french::fold::fold_text;
use qpv_model::{CommuneCode, CommuneKind, CommuneRecord};
use serde::Serialize;

use crate::addresses::shown;
use crate::communes::table::CommuneTable;
use crate::error::Error;
use crate::headers::{KnownHeader, find_header, first_known};
use crate::readers::file_name;
use crate::source;

/// Names of each column as [`fold_text`] text, the first one present counts.
const CODE: [&str; 6] = [
    "code",
    "com",
    "code insee",
    "insee com",
    "code commune",
    "codgeo",
];
const NAME: [&str; 6] = ["name", "libelle", "nccenr", "nom", "nom commune", "lib com"];
const KIND: [&str; 3] = ["kind", "typecom", "type"];
const BELONGS_TO: [&str; 4] = ["belongs to", "comparent", "successor", "nouveau code"];
const EPCI: [&str; 4] = ["epci", "siren epci", "code epci", "siren"];
const EPCI_NAME: [&str; 4] = ["epci name", "nom epci", "lib epci", "libelle epci"];
const POSTCODES: [&str; 4] = ["postcodes", "codes postaux", "code postal", "codespostaux"];
/// Faults that an error names: a message must stay readable. All are counted.
const MAX_NAMED_FAULTS: usize = 10;

/// The report of reading a table of communes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommunesReport {
    /// Its file, without folder.
    pub file: String,
    /// Rows read.
    pub rows: usize,
    /// Rows without any value.
    pub blank: usize,
    /// Communes of today in the table that results.
    pub communes: usize,
    /// Departments without a row in the file, whose communes stay as they were.
    pub kept_departments: Vec<String>,
    /// Columns that stay as they were, for the file has none of them.
    pub kept_columns: Vec<&'static str>,
    /// Communes of before of whose code the file says nothing: nobody finds them any more.
    pub gone: Vec<CommuneCode>,
}

/// The places of the values in a row.
struct CommuneColumns {
    names: Vec<String>,
    code: usize,
    name: usize,
    kind: Option<usize>,
    belongs_to: Option<usize>,
    epci: Option<usize>,
    epci_name: Option<usize>,
    postcodes: Option<usize>,
}

/// A row of the table that results.
#[derive(Debug, Clone)]
struct CommuneRow {
    /// Its line in the file, from 1.
    line: u64,
    code: CommuneCode,
    name: String,
    kind: CommuneKind,
    belongs_to: Vec<CommuneCode>,
    epci: String,
    epci_name: String,
    postcodes: String,
}

/// Faults, all counted and the first ones named.
#[derive(Default)]
struct Faults {
    count: usize,
    named: Vec<String>,
}

impl Faults {
    fn add(&mut self, line: u64, fault: &str) {
        self.count += 1;
        if self.named.len() < MAX_NAMED_FAULTS {
            self.named.push(format!("line {line}: {fault}"));
        }
    }
}

/// Reads a table of communes, to replace `before`.
///
/// # Errors
/// [`Error::NotCommunes`] for a file that is none, or with any row that cannot be read; [`Error::Unreadable`] for a damaged
/// one, [`Error::Io`].
pub fn read_communes(
    file: &Path,
    before: &CommuneTable,
) -> Result<(CommuneTable, CommunesReport), Error> {
    let name = file_name(file);
    let head = source::open(file)?.head(file)?;
    let KnownHeader {
        delimiter,
        header,
        columns,
    } = find_header(&head, CommuneColumns::recognise).map_err(|fault| refused(&name, fault))?;
    let mut report = CommunesReport {
        file: name.clone(),
        rows: 0,
        blank: 0,
        communes: 0,
        kept_departments: Vec::new(),
        kept_columns: Vec::new(),
        gone: Vec::new(),
    };
    let mut faults = Faults::default();
    let mut rows = read_rows(
        file,
        (delimiter, header.line),
        &columns,
        &mut report,
        &mut faults,
    )?;
    check_repeated(&rows, &mut faults);
    // With faults alone, the faults say more.
    if rows.is_empty() && faults.count == 0 {
        return Err(refused(&name, "it holds no row".to_owned()));
    }
    keep_columns(&mut rows, &columns, before, &mut report);
    keep_departments(&mut rows, before, &mut report);
    check_successors(&rows, &mut faults);
    if faults.count > 0 {
        return Err(Error::NotCommunes {
            file: name,
            count: faults.count,
            faults: faults.named,
        });
    }
    keep_past(&mut rows, before, &mut report);
    report.communes = communes_of(&rows).len();
    Ok((table_of(&rows), report))
}

fn refused(name: &str, fault: String) -> Error {
    Error::NotCommunes {
        file: name.to_owned(),
        count: 1,
        faults: vec![fault],
    }
}

fn read_rows(
    file: &Path,
    (delimiter, header_line): (u8, u64),
    columns: &CommuneColumns,
    report: &mut CommunesReport,
    faults: &mut Faults,
) -> Result<Vec<CommuneRow>, Error> {
    let source = source::open(file)?;
    let fault = source.faults::<ReadError>(file);
    let mut reader = RecordReader::new(source, delimiter);
    let mut record = StringRecord::default();
    let mut rows = Vec::new();
    reader
        .read_header_from(&mut record, header_line)
        .map_err(&fault)?;
    while reader.read(&mut record).map_err(&fault)? {
        if record.fault().is_none() && record.is_empty() {
            report.blank += 1;
            continue;
        }
        report.rows += 1;
        let row = match record.fault() {
            Some(fault) => Err(fault.to_string()),
            None => columns.row(&record),
        };
        match row {
            Ok(row) => rows.push(row),
            Err(fault) => faults.add(record.line(), &fault),
        }
    }
    Ok(rows)
}

impl CommuneColumns {
    fn recognise(names: Vec<String>) -> Result<Self, String> {
        let known: Vec<String> = names.iter().map(|name| words(name)).collect();
        let code = first_known(&known, CODE).ok_or_else(|| missing("codes", &CODE, &names))?;
        let name = first_known(&known, NAME).ok_or_else(|| missing("names", &NAME, &names))?;
        Ok(Self {
            code,
            name,
            kind: first_known(&known, KIND),
            belongs_to: first_known(&known, BELONGS_TO),
            epci: first_known(&known, EPCI),
            epci_name: first_known(&known, EPCI_NAME),
            postcodes: first_known(&known, POSTCODES),
            names,
        })
    }

    /// Returns the row of a record; or the fault, with the column and the value.
    fn row(&self, record: &StringRecord) -> Result<CommuneRow, String> {
        let code = self.code(record, self.code, record.get(self.code))?;
        let mut belongs_to = Vec::new();
        if let Some(column) = self.belongs_to {
            for part in parts(record.get(column)) {
                belongs_to.push(self.code(record, column, part)?);
            }
        }
        let kind = self.kind(record, !belongs_to.is_empty())?;
        let name = record.get(self.name);
        match (kind, belongs_to.is_empty()) {
            (CommuneKind::Commune, false) => {
                return Err(format!("{code} is a commune and belongs to another one"));
            }
            (CommuneKind::Commune, true) | (_, false) => {}
            (_, true) => return Err(format!("{code} is no commune and belongs to none")),
        }
        if name.is_empty() && kind != CommuneKind::Ancienne {
            return Err(format!("{code} has no name in `{}`", self.names[self.name]));
        }
        let epci_name = self.epci_name.map_or("", |column| record.get(column));
        // The table is stored with semicolons and without quotes.
        if name.contains(';') || epci_name.contains(';') {
            return Err(format!("a name of {code} holds a semicolon"));
        }
        Ok(CommuneRow {
            line: record.line(),
            code,
            name: name.to_owned(),
            kind,
            belongs_to,
            epci: self.numbers(record, self.epci, 9)?,
            epci_name: epci_name.to_owned(),
            postcodes: self.numbers(record, self.postcodes, 5)?,
        })
    }

    fn code(
        &self,
        record: &StringRecord,
        column: usize,
        text: &str,
    ) -> Result<CommuneCode, String> {
        text.parse().map_err(|_| {
            // Spreadsheets take codes for numbers.
            let advice = if is_number(text, 4) {
                format!(": write five characters, `0{text}`")
            } else {
                String::new()
            };
            format!(
                "{} is no code of a commune{advice}",
                self.shown(record, column)
            )
        })
    }

    /// Returns the kind that a row gives; without a column of it, what belongs to another commune is of the past.
    fn kind(&self, record: &StringRecord, belongs: bool) -> Result<CommuneKind, String> {
        let by_parent = if belongs {
            CommuneKind::Ancienne
        } else {
            CommuneKind::Commune
        };
        let Some(column) = self.kind else {
            return Ok(by_parent);
        };
        Ok(match words(record.get(column)).as_str() {
            "" => by_parent,
            "com" | "commune" | "commune actuelle" => CommuneKind::Commune,
            "arm" | "arrondissement" | "arrondissement municipal" => CommuneKind::Arrondissement,
            "comd" | "deleguee" | "commune deleguee" => CommuneKind::Deleguee,
            "coma" | "associee" | "commune associee" => CommuneKind::Associee,
            "ancienne" | "ancienne commune" | "ancien code" => CommuneKind::Ancienne,
            _ => {
                return Err(format!(
                    "{} is no kind of a commune: COM, ARM, COMD, COMA, or as in geodata/communes.csv",
                    self.shown(record, column)
                ));
            }
        })
    }

    /// Returns the numbers of that many digits in a column, one blank between them.
    fn numbers(
        &self,
        record: &StringRecord,
        column: Option<usize>,
        digits: usize,
    ) -> Result<String, String> {
        let Some(column) = column else {
            return Ok(String::new());
        };
        let numbers: Vec<&str> = parts(record.get(column)).collect();
        if numbers.iter().all(|number| is_number(number, digits)) {
            return Ok(numbers.join(" "));
        }
        let shown = self.shown(record, column);
        Err(format!("{shown} is no number of {digits} digits"))
    }

    /// Returns a column and its value, for a fault.
    fn shown(&self, record: &StringRecord, column: usize) -> String {
        format!("`{}`: `{}`", self.names[column], shown(record.get(column)))
    }
}

/// Returns true for a number of that many digits.
fn is_number(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns a text in words, without case or accents.
fn words(text: &str) -> String {
    fold_text(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Splits a list of codes or numbers.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', '|', '/'])
        .filter(|part| !part.is_empty())
}

fn missing(what: &str, wanted: &[&str], names: &[String]) -> String {
    format!(
        "it has no column of {what} ({}); its columns are {}",
        wanted.join(", "),
        names.join(", ")
    )
}

/// Finds communes of one code on two rows, and rows that repeat another one.
fn check_repeated(rows: &[CommuneRow], faults: &mut Faults) {
    // A name of the past may have the code of a commune, so the two are apart.
    let mut communes = BTreeMap::new();
    let mut others = BTreeMap::new();
    for row in rows {
        let first = match row.kind {
            CommuneKind::Commune => communes.insert(row.code, row.line),
            _ => others.insert((row.code, row.name.as_str()), row.line),
        };
        if let Some(first) = first {
            faults.add(
                row.line,
                &format!("{} is at line {first} already", row.code),
            );
        }
    }
}

/// Takes the columns that the file lacks from the table before.
fn keep_columns(
    rows: &mut [CommuneRow],
    columns: &CommuneColumns,
    before: &CommuneTable,
    report: &mut CommunesReport,
) {
    let kept = [("epci", columns.epci), ("postcodes", columns.postcodes)];
    report.kept_columns = kept
        .iter()
        .filter(|(_, column)| column.is_none())
        .map(|(name, _)| *name)
        .collect();
    // Arrondissements and communes of the past have neither.
    for row in rows.iter_mut().filter(|row| row.belongs_to.is_empty()) {
        let Some(known) = before.get(row.code) else {
            continue;
        };
        if columns.epci.is_none() {
            known.epci.clone_into(&mut row.epci);
            known.epci_name.clone_into(&mut row.epci_name);
        }
        if columns.postcodes.is_none() {
            known.postcodes.clone_into(&mut row.postcodes);
        }
    }
}

/// Adds the rows of departments that the file does not have.
fn keep_departments(
    rows: &mut Vec<CommuneRow>,
    before: &CommuneTable,
    report: &mut CommunesReport,
) {
    let given: BTreeSet<String> = rows
        .iter()
        .map(|row| row.code.department().to_owned())
        .collect();
    // Codes of the past follow once it is known where they lead to.
    let kept: Vec<CommuneRow> = before
        .iter()
        .filter(|record| record.kind == CommuneKind::Commune)
        .filter(|record| !given.contains(record.code.department()))
        .map(CommuneRow::from_record)
        .collect();
    let departments: BTreeSet<&str> = kept.iter().map(|row| row.code.department()).collect();
    report.kept_departments = departments.into_iter().map(str::to_owned).collect();
    rows.extend(kept);
}

/// Finds rows that belong to what is no commune.
fn check_successors(rows: &[CommuneRow], faults: &mut Faults) {
    let communes = communes_of(rows);
    for row in rows {
        for successor in &row.belongs_to {
            if !communes.contains(successor) {
                faults.add(
                    row.line,
                    &format!("{} belongs to {successor}, which is no commune", row.code),
                );
            }
        }
    }
}

/// Adds the codes and names of the past that the table before has and the file does not, and notes those that lead nowhere.
fn keep_past(rows: &mut Vec<CommuneRow>, before: &CommuneTable, report: &mut CommunesReport) {
    let mut today: BTreeMap<CommuneCode, Vec<CommuneCode>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.belongs_to.is_empty()) {
        today.insert(row.code, row.belongs_to.clone());
    }
    // Last: a commune goes before a name of the past of the same code.
    today.extend(communes_of(rows).into_iter().map(|code| (code, vec![code])));
    // The file goes first where it names the same code.
    let named: BTreeSet<(CommuneCode, String)> = rows
        .iter()
        .map(|row| (row.code, row.name.clone()))
        .collect();
    for record in before.iter() {
        let is_named = named.contains(&(record.code, record.name.to_owned()));
        if is_named || record.name.is_empty() && today.contains_key(&record.code) {
            continue;
        }
        let successors: BTreeSet<CommuneCode> = record
            .communes_of_today()
            .flat_map(|code| today.get(&code).cloned().unwrap_or_default())
            .collect();
        match (record.kind, successors.is_empty()) {
            (CommuneKind::Commune, true) => report.gone.push(record.code),
            // It led to a commune that is gone, which is noted by itself.
            (_, true) => {}
            (kind, false) => rows.push(CommuneRow {
                // A commune that was renamed or merged leaves its name.
                kind: match kind {
                    CommuneKind::Commune => CommuneKind::Ancienne,
                    other => other,
                },
                belongs_to: successors.into_iter().collect(),
                epci: String::new(),
                epci_name: String::new(),
                ..CommuneRow::from_record(record)
            }),
        }
    }
}

fn communes_of(rows: &[CommuneRow]) -> BTreeSet<CommuneCode> {
    rows.iter()
        .filter(|row| row.kind == CommuneKind::Commune)
        .map(|row| row.code)
        .collect()
}

impl CommuneRow {
    fn from_record(record: CommuneRecord<'_>) -> Self {
        let belongs_to = record.belongs_to.split_whitespace();
        Self {
            line: 0,
            code: record.code,
            name: record.name.to_owned(),
            kind: record.kind,
            belongs_to: belongs_to.filter_map(|code| code.parse().ok()).collect(),
            epci: record.epci.to_owned(),
            epci_name: record.epci_name.to_owned(),
            postcodes: record.postcodes.to_owned(),
        }
    }
}

fn table_of(rows: &[CommuneRow]) -> CommuneTable {
    let successors: Vec<String> = rows
        .iter()
        .map(|row| {
            let codes: Vec<&str> = row.belongs_to.iter().map(CommuneCode::as_str).collect();
            codes.join(" ")
        })
        .collect();
    CommuneTable::from_records(rows.iter().zip(&successors).map(|(row, belongs_to)| {
        CommuneRecord {
            code: row.code,
            name: &row.name,
            kind: row.kind,
            belongs_to,
            epci: &row.epci,
            epci_name: &row.epci_name,
            postcodes: &row.postcodes,
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(CommuneTable, CommunesReport), Error> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("communes.csv");
        std::fs::write(&file, text).unwrap();
        read_communes(&file, &CommuneTable::built_in())
    }

    fn today(table: &CommuneTable, code: &str) -> Vec<String> {
        table
            .communes_of_today(code.parse().unwrap())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    const INSEE: &str = "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n";

    #[test]
    fn the_table_built_in_replaces_itself() {
        let (table, report) = read(CommuneTable::built_in().as_str()).unwrap();
        assert_eq!(table.as_str(), CommuneTable::built_in().as_str());
        assert_eq!((report.communes, report.gone.len()), (34_969, 0));
    }

    #[test]
    fn a_file_of_insee_keeps_what_it_does_not_say() {
        // Flers and Argentan as published, a merger that is not, all other communes of the Orne left out.
        let (table, report) = read(&format!(
            "{INSEE}COM,61169,28,61,61D,611,0,FLERS,Flers,Flers-en-Bocage,6109,\n\
             COM,61006,28,61,61D,611,1,ARGENTAN,Argentan,Argentan,6104,\n\
             COMD,61483,28,61,61D,611,0,X,X,Bagnoles,,61169\n"
        ))
        .unwrap();
        assert_eq!(today(&table, "61169"), ["61169"]);
        let flers = table.get("61169".parse().unwrap()).unwrap();
        assert_eq!((flers.name, flers.postcodes), ("Flers-en-Bocage", "61100"));
        assert_eq!(flers.epci, "200035814");
        // The name of before is one of the past now.
        assert_eq!(table.starting_with("61169").count(), 2);
        assert_eq!(today(&table, "61483"), ["61169"]);
        assert_eq!(today(&table, "14047"), ["14047"]);
        assert!(today(&table, "61001").is_empty());
        assert!(report.gone.contains(&"61001".parse().unwrap()));
        assert!(!report.kept_departments.contains(&"61".to_owned()));
        assert!(report.kept_departments.contains(&"987".to_owned()));
        assert_eq!(report.kept_columns, ["epci", "postcodes"]);
    }

    #[test]
    fn bad_rows_are_told_by_line_and_nothing_is_read() {
        for (text, told) in [
            ("a,b\n1,2\n", "no column of codes"),
            ("code,siren\n61169,1\n", "no column of names"),
            ("code;name\n", "a header and no row"),
            (
                "code;name\n1001;Flers\n",
                "line 2: `code`: `1001` is no code of a commune: write five characters, `01001`",
            ),
            (
                "code;name\n61169;Flers\n2C001;X\n",
                "line 3: `code`: `2C001`",
            ),
            ("code;name\n61169;\n", "line 2: 61169 has no name"),
            (
                "code;name\n61169;Flers\n61006;Argentan\n61169;Flers\n",
                "line 4: 61169 is at line 2 already",
            ),
            (
                "code;name;kind;belongs_to\n61169;Flers;COM;61006\n",
                "line 2: 61169 is a commune and belongs",
            ),
            (
                "code;name;kind;belongs_to\n61169;Flers;COMD;\n",
                "line 2: 61169 is no commune and belongs to none",
            ),
            (
                "code;name;kind;belongs_to\n61169;Flers;COMD;61999\n",
                "line 2: 61169 belongs to 61999, which is no commune",
            ),
            (
                "code;name;kind\n61169;Flers;ville\n",
                "line 2: `kind`: `ville` is no kind",
            ),
            (
                "code;name;epci\n61169;Flers;20003581\n",
                "line 2: `epci`: `20003581` is no number of 9 digits",
            ),
            (
                "code;name;postcodes\n61169;Flers;6110\n",
                "line 2: `postcodes`: `6110` is no number of 5 digits",
            ),
            (
                "code;name\n61169;Flers;7\n",
                "line 2: it has 3 columns, where 2 are expected",
            ),
            (
                "code,name\n61169,\"Fl;ers\"\n",
                "line 2: a name of 61169 holds a semicolon",
            ),
            ("PK\u{3}\u{4}", "it is"),
            ("", "it is empty"),
        ] {
            let fault = read(text).expect_err(text).to_string();
            assert!(fault.contains(told), "{text}: {fault}");
            assert!(fault.contains("nothing was imported"), "{fault}");
        }
        let rows: String = (0..30).map(|_| "1;x\n").collect();
        let fault = read(&format!("code;name\n{rows}")).unwrap_err().to_string();
        assert!(fault.contains("20 more"), "{fault}");
    }
}
