//! The official correspondence list of two vintages, held against the perimeters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, bail};
use qpv_delimited::{RecordReader, StringRecord, TextHeader, delimiters};
use qpv_http::wire::DatasetRef;
use qpv_service::model::{Perimeter, QpvCode, Vintage};
use qpv_service::{Comparison, Snapshot, overlapping_perimeters};
use serde::Serialize;

use crate::output::{print, print_json};

/// Faults that an error names. All are counted.
const MAX_NAMED_FAULTS: usize = 10;
/// The longest list read, bytes: the official one has some 100 kB.
const MAX_LIST_BYTES: usize = 16 << 20;

/// A list of which perimeters became which.
#[derive(Debug, PartialEq)]
pub struct CorrespondenceList {
    pub from: Vintage,
    pub to: Vintage,
    /// Of each perimeter of the newer vintage, those it comes from; none for a new one.
    pub by_code: BTreeMap<QpvCode, BTreeSet<QpvCode>>,
}

/// The columns of a list: those of one vintage each.
struct ListColumns {
    from: Vintage,
    to: Vintage,
    to_column: usize,
    from_columns: Vec<usize>,
}

impl ListColumns {
    /// Recognises `QP2024` and `QP2015_1`, `QP2015_2`…
    fn recognise(names: &[String]) -> Option<Self> {
        let years: Vec<Option<(Vintage, bool)>> = names.iter().map(|name| year(name)).collect();
        let to_column = years.iter().position(|it| matches!(it, Some((_, false))))?;
        let (to, _) = years[to_column]?;
        let numbered = |it: &Option<(Vintage, bool)>| it.filter(|(_, numbered)| *numbered);
        let (from, _) = years.iter().find_map(numbered)?;
        let from_columns = (0..names.len()).filter(|&place| years[place] == Some((from, true)));
        Some(Self {
            from,
            to,
            to_column,
            from_columns: from_columns.collect(),
        })
    }
}

/// Returns the vintage that a column is of, and whether it is one of several.
fn year(name: &str) -> Option<(Vintage, bool)> {
    let rest = name.trim().to_lowercase();
    let rest = rest.strip_prefix("qp")?;
    let (year, number) = match rest.split_once('_') {
        Some((year, number)) => (year, Some(number)),
        None => (rest, None),
    };
    let is_number = number.is_none_or(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    Some((year.parse().ok().filter(|_| is_number)?, number.is_some()))
}

impl CorrespondenceList {
    /// Reads a list.
    ///
    /// # Errors
    /// A file that is none; a row with something that is no code of its column's vintage, by line.
    pub fn read(snapshot: &Snapshot, file: &Path) -> anyhow::Result<Self> {
        let name = || file.display().to_string();
        let bytes = std::fs::read(file).with_context(name)?;
        if bytes.len() > MAX_LIST_BYTES {
            bail!("{}: no correspondence list is so long", name());
        }
        Self::parse(snapshot, &bytes).with_context(name)
    }

    fn parse(snapshot: &Snapshot, bytes: &[u8]) -> anyhow::Result<Self> {
        let mut candidates = delimiters(bytes, None).into_iter().filter_map(|delimiter| {
            let header = TextHeader::find(bytes, delimiter, |names| {
                ListColumns::recognise(names).is_some()
            });
            ListColumns::recognise(&header.names).map(|columns| (delimiter, header, columns))
        });
        let Some((delimiter, header, columns)) = candidates.next() else {
            bail!("it is no correspondence list: its columns must be QP2024, QP2015_1, QP2015_2…");
        };
        let mut list = Self {
            from: columns.from,
            to: columns.to,
            by_code: BTreeMap::new(),
        };
        let mut reader = RecordReader::new(bytes, delimiter);
        let mut record = StringRecord::default();
        reader.read_header_from(&mut record, header.line)?;
        let (mut faults, mut count) = (vec![], 0);
        while reader.read(&mut record)? {
            if record.fault().is_none() && record.is_empty() {
                continue;
            }
            if let Err(fault) = list.take(snapshot, &record, &columns) {
                count += 1;
                // All are counted, for ten say what kind of fault it is.
                if faults.len() < MAX_NAMED_FAULTS {
                    faults.push(format!("line {}: {fault}", record.line()));
                }
            }
        }
        if count > 0 {
            bail!("{count} rows cannot be read: {}", faults.join("; "));
        }
        if list.by_code.is_empty() {
            bail!("it has no row");
        }
        Ok(list)
    }

    fn take(
        &mut self,
        snapshot: &Snapshot,
        record: &StringRecord,
        columns: &ListColumns,
    ) -> Result<(), String> {
        if let Some(fault) = record.fault() {
            return Err(fault.to_string());
        }
        let to = code(snapshot, record.get(columns.to_column), columns.to)?;
        let mut from = BTreeSet::new();
        for &column in &columns.from_columns {
            from.extend(code(snapshot, record.get(column), columns.from)?);
        }
        // A perimeter that has gone has no newer one beside it: no pair.
        if let Some(to) = to {
            // A perimeter may have several rows, of one pair each.
            self.by_code.entry(to).or_default().extend(from);
        }
        Ok(())
    }
}

/// Reads a code of a vintage; `None` for an empty cell.
fn code(snapshot: &Snapshot, text: &str, vintage: Vintage) -> Result<Option<QpvCode>, String> {
    let text = text.trim();
    // Spreadsheets that people fill in have a dash where the official list has nothing.
    if text.is_empty() || text == "-" {
        return Ok(None);
    }
    let fault = || format!("`{text}` is no code of {vintage}");
    let code: QpvCode = text.to_uppercase().parse().map_err(|_| fault())?;
    let mut vintages = snapshot.known_vintages().of_code(code);
    vintages
        .any(|known| known == vintage)
        .then_some(Some(code))
        .ok_or_else(fault)
}

/// A list held against the perimeters.
#[derive(Debug, Serialize)]
pub struct CorrespondenceReport<'a> {
    from: Vintage,
    to: Vintage,
    /// Perimeters of which the list and the measure say the same.
    agree: usize,
    disagreements: Vec<Disagreement<'a>>,
    /// Perimeters compared that the list lacks.
    not_in_list: Vec<&'a str>,
    /// Codes of the list that no perimeter loaded has; of a comparison of the whole country only.
    not_loaded: Vec<QpvCode>,
    dataset: DatasetRef<'a>,
}

/// A perimeter of which the list and the measure differ.
#[derive(Debug, Serialize)]
struct Disagreement<'a> {
    code_qp: &'a str,
    lib_qp: &'a str,
    /// The perimeters it comes from by the list.
    official_from: Vec<QpvCode>,
    /// Those that overlap it by more than a sliver.
    measured_from: Vec<MeasuredOverlap>,
}

/// An older perimeter that overlaps a newer one.
#[derive(Debug, Serialize)]
struct MeasuredOverlap {
    code_qp: QpvCode,
    shared_ha: f64,
}

impl<'a> CorrespondenceReport<'a> {
    /// Holds a list against a comparison of its vintages.
    pub fn new(
        snapshot: &'a Snapshot,
        comparison: &Comparison<'a>,
        list: &CorrespondenceList,
        is_whole: bool,
    ) -> Self {
        let mut report = Self {
            from: list.from,
            to: list.to,
            agree: 0,
            disagreements: vec![],
            not_in_list: vec![],
            not_loaded: vec![],
            dataset: DatasetRef::new(snapshot),
        };
        for changed in &comparison.changes {
            for &perimeter in &changed.to {
                match list.by_code.get(&perimeter.code_qp) {
                    None => report.not_in_list.push(perimeter.code_qp.as_str()),
                    Some(official) => report.hold(snapshot, perimeter, official),
                }
            }
        }
        // In a part of the country most codes of the list are elsewhere, not missing.
        if is_whole {
            let codes = list.by_code.keys();
            let unknown = codes.filter(|code| snapshot.perimeter_of(**code).is_none());
            report.not_loaded = unknown.copied().collect();
        }
        report
    }

    fn hold(
        &mut self,
        snapshot: &Snapshot,
        perimeter: &'a Perimeter,
        official: &BTreeSet<QpvCode>,
    ) {
        // The same overlaps as on the sheet of the perimeter: slivers are none.
        let overlaps = overlapping_perimeters(snapshot, perimeter, self.from).unwrap_or_default();
        let measured: BTreeSet<QpvCode> = overlaps.iter().map(|(it, _)| it.code_qp).collect();
        if measured == *official {
            self.agree += 1;
            return;
        }
        let measured_from = overlaps.into_iter().map(|(it, shared_ha)| MeasuredOverlap {
            code_qp: it.code_qp,
            shared_ha: (shared_ha * 1e4).round() / 1e4,
        });
        self.disagreements.push(Disagreement {
            code_qp: perimeter.code_qp.as_str(),
            lib_qp: &perimeter.lib_qp,
            official_from: official.iter().copied().collect(),
            measured_from: measured_from.collect(),
        });
    }

    /// Prints the report, as JSON or as a line for each disagreement.
    pub fn show(&self, as_json: bool) -> anyhow::Result<()> {
        if as_json {
            return print_json(self);
        }
        for one in &self.disagreements {
            print(&one.line())?;
        }
        for code in &self.not_in_list {
            print(&format!("{code} is not in the list"))?;
        }
        for code in &self.not_loaded {
            print(&format!("{code} of the list is not loaded"))?;
        }
        print(&format!(
            "{} perimeters of {} agree with the list, {} do not, {} are not in it",
            self.agree,
            self.to,
            self.disagreements.len(),
            self.not_in_list.len()
        ))
    }
}

impl Disagreement<'_> {
    fn line(&self) -> String {
        let mut text = format!("{} {}: the list has ", self.lib_qp, self.code_qp);
        let official: Vec<&str> = self.official_from.iter().map(QpvCode::as_str).collect();
        text.push_str(&listed(&official));
        text.push_str(", the perimeters ");
        let measured = self.measured_from.iter();
        let codes: Vec<&str> = measured.map(|it| it.code_qp.as_str()).collect();
        text.push_str(&listed(&codes));
        for overlap in &self.measured_from {
            let _ = write!(
                text,
                " ({} shares {:.2} ha)",
                overlap.code_qp, overlap.shared_ha
            );
        }
        text
    }
}

fn listed(codes: &[&str]) -> String {
    if codes.is_empty() {
        "none".to_owned()
    } else {
        codes.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use qpv_service::data::sample;

    use super::*;

    fn parse(text: &str) -> anyhow::Result<CorrespondenceList> {
        CorrespondenceList::parse(&Snapshot::new(sample().unwrap()), text.as_bytes())
    }

    #[test]
    fn the_official_layout_is_read() {
        let list = parse(
            "QP2024;Label_QP2024;Statut;QP2015_1;QP2015_2;QP2015_3\n\
            QN00006M;Les Tanneries;modifié;QP000006;QP000007;\nQN00011N;Rive Neuve;nouveau;;;\n\
            ;;sorti;QP000011;;\n",
        )
        .unwrap();
        assert_eq!((list.from, list.to), (Vintage::V2015, Vintage::V2024));
        let of = |code: &str| -> Vec<&str> {
            let from = &list.by_code[&code.parse().unwrap()];
            from.iter().map(QpvCode::as_str).collect()
        };
        assert_eq!(of("QN00006M"), ["QP000006", "QP000007"]);
        assert!(of("QN00011N").is_empty());
        assert_eq!(list.by_code.len(), 2);
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_line() {
        for (text, told) in [
            ("a;b\n1;2\n", "no correspondence list"),
            ("QP2024;QP2015_1\n", "it has no row"),
            (
                "QP2024;QP2015_1\nQN00006M;QP000006\nQP000006;QN00006M\n",
                "line 3: `QP000006` is no code of 2024",
            ),
            (
                "QP2024;QP2015_1\nQN00006M;QN00007M\n",
                "line 2: `QN00007M` is no code of 2015",
            ),
            (
                "QP2024;QP2015_1\nQN00006M;idem\n",
                "line 2: `idem` is no code",
            ),
        ] {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(error.contains(told), "{error}");
        }
    }
}
