//! Some of the columns that a job adds, in an order of their own.

use qpv_model::Crs;
use qpv_service::Snapshot;

use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::column_names::is_named;
use crate::column_titles::ColumnTitles;
use crate::counts::AnswerCounts;
use crate::error::{BatchError, ColumnsError};
use crate::geometry::RowGeometry;
use crate::house_numbers::ReadColumns;
use crate::job::Job;
use crate::list_rows::{ListColumns, REMARK};
use crate::progress::RowPoint;
use crate::row_error::RowError;
use crate::rows::AddedCell;
use crate::summary::BatchSummary;
use crate::summary_table::SummaryTable;

/// A job of which only some of the added columns are written.
#[derive(Debug)]
pub struct SelectedJob<'a, J> {
    job: &'a J,
    added: Vec<AddedColumn>,
    /// The place of each column of the job among those written.
    places: Vec<Option<usize>>,
    /// True when they are written in the order of the job.
    keeps_order: bool,
    /// True when the remarks of a list are written, which stand behind all.
    has_remarks: bool,
}

impl<'a, J: Job> SelectedJob<'a, J> {
    /// Selects columns by their names; one without the ending of a vintage stands for those of both.
    ///
    /// # Errors
    /// A name that is none of theirs, or is there twice.
    pub fn new(job: &'a J, names: &[String]) -> Result<Self, ColumnsError> {
        let known = job.added();
        let is_list = job
            .list_columns(&[], &[])
            .is_some_and(|columns| columns.remarks);
        let mut has_remarks = false;
        let mut selected = Vec::with_capacity(names.len());
        for name in names {
            let name = name.trim();
            if is_list && is_named(REMARK, name) && !has_remarks {
                has_remarks = true;
                continue;
            }
            let found: Vec<usize> = (0..known.len())
                .filter(|column| is_named(&known[*column].name, name))
                .collect();
            if found.is_empty() {
                return Err(ColumnsError::NoSuchAdded {
                    name: name.to_owned(),
                    known: known.into_iter().map(|column| column.name).collect(),
                });
            }
            // Two columns of one name could not be told from each other.
            if found.iter().any(|column| selected.contains(column)) {
                return Err(ColumnsError::AddedTwice(name.to_owned()));
            }
            selected.extend(found);
        }
        let places = (0..known.len())
            .map(|column| selected.iter().position(|chosen| *chosen == column))
            .collect();
        Ok(Self {
            job,
            added: selected
                .iter()
                .map(|column| known[*column].clone())
                .collect(),
            places,
            keeps_order: selected.is_sorted(),
            has_remarks,
        })
    }
}

impl<J: Job> Job for SelectedJob<'_, J> {
    type Question = J::Question;
    type Answers = J::Answers;

    fn check(&self, snapshot: &Snapshot) -> Result<(), BatchError> {
        self.job.check(snapshot)
    }

    fn columns(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        self.job.columns(header)
    }

    fn columns_by_rows(
        &self,
        header: &[String],
        rows: &[Vec<String>],
    ) -> Result<ReadColumns, ColumnsError> {
        self.job.columns_by_rows(header, rows)
    }

    fn knows_headers(&self) -> bool {
        self.job.knows_headers()
    }

    fn required_values(&self) -> Option<&'static str> {
        self.job.required_values()
    }

    fn added(&self) -> Vec<AddedColumn> {
        self.added.clone()
    }

    fn titles(&self) -> ColumnTitles {
        self.job.titles()
    }

    #[inline]
    fn read(&self, names: &[String], cells: &[Cell<'_>]) -> Result<J::Question, RowError> {
        self.job.read(names, cells)
    }

    fn takes_geometries(&self) -> bool {
        self.job.takes_geometries()
    }

    fn stated_crs(&self) -> Option<Crs> {
        self.job.stated_crs()
    }

    fn read_geometry(
        &self,
        geometry: RowGeometry,
        crs: Option<Crs>,
    ) -> Result<J::Question, RowError> {
        self.job.read_geometry(geometry, crs)
    }

    fn answer(&self, snapshot: &Snapshot, questions: &[J::Question]) -> J::Answers {
        self.job.answer(snapshot, questions)
    }

    #[inline]
    fn write(
        &self,
        snapshot: &Snapshot,
        answers: &J::Answers,
        row: Result<usize, RowError>,
        cells: &mut impl CellWriter,
    ) {
        // In the order of the job, cells need not be held until the row is complete.
        if self.keeps_order {
            let mut cells = SelectedCells {
                cells,
                places: self.places.iter(),
            };
            self.job.write(snapshot, answers, row, &mut cells);
        } else {
            let mut held = HeldCells {
                cells: vec![AddedCell::Empty; self.added.len()],
                places: self.places.iter(),
            };
            self.job.write(snapshot, answers, row, &mut held);
            held.cells.iter().for_each(|cell| cell.write(cells));
        }
    }

    fn leaves_rows_out(&self) -> bool {
        self.job.leaves_rows_out()
    }

    #[inline]
    fn keeps(&self, answers: &J::Answers, row: Result<usize, RowError>) -> bool {
        self.job.keeps(answers, row)
    }

    #[inline]
    fn count(
        &self,
        snapshot: &Snapshot,
        answers: &J::Answers,
        row: Result<usize, RowError>,
        line: u64,
        counts: &mut [AnswerCounts],
    ) {
        self.job.count(snapshot, answers, row, line, counts);
    }

    fn point(&self, snapshot: &Snapshot, answers: &J::Answers, row: usize) -> Option<RowPoint> {
        self.job.point(snapshot, answers, row)
    }

    fn no_counts(&self) -> Vec<AnswerCounts> {
        self.job.no_counts()
    }

    fn for_spreadsheets(&self) -> bool {
        self.job.for_spreadsheets()
    }

    fn list_columns(&self, header: &[String], read: &[usize]) -> Option<ListColumns> {
        let columns = self.job.list_columns(header, read)?;
        Some(ListColumns {
            remarks: columns.remarks && self.has_remarks,
            ..columns
        })
    }

    fn summary(&self, summary: &BatchSummary) -> Option<SummaryTable> {
        self.job.summary(summary)
    }
}

/// Passes the cells of selected columns on, which are in their order.
struct SelectedCells<'a, W> {
    cells: &'a mut W,
    places: std::slice::Iter<'a, Option<usize>>,
}

impl<W> SelectedCells<'_, W> {
    #[inline]
    fn is_selected(&mut self) -> bool {
        self.places.next().is_some_and(Option::is_some)
    }
}

impl<W: CellWriter> CellWriter for SelectedCells<'_, W> {
    #[inline]
    fn text(&mut self, text: &str) {
        if self.is_selected() {
            self.cells.text(text);
        }
    }

    #[inline]
    fn number(&mut self, value: f64, decimals: usize) {
        if self.is_selected() {
            self.cells.number(value, decimals);
        }
    }

    #[inline]
    fn empty(&mut self) {
        if self.is_selected() {
            self.cells.empty();
        }
    }
}

/// Holds the cells of a row until all are there, to be written in another order.
struct HeldCells<'a> {
    cells: Vec<AddedCell>,
    places: std::slice::Iter<'a, Option<usize>>,
}

impl HeldCells<'_> {
    fn hold(&mut self, cell: impl FnOnce() -> AddedCell) {
        if let Some(Some(place)) = self.places.next() {
            self.cells[*place] = cell();
        }
    }
}

impl CellWriter for HeldCells<'_> {
    fn text(&mut self, text: &str) {
        self.hold(|| AddedCell::Text(text.to_owned()));
    }

    fn number(&mut self, value: f64, decimals: usize) {
        self.hold(|| AddedCell::Number(value, decimals));
    }

    fn empty(&mut self) {
        self.hold(|| AddedCell::Empty);
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::sync::LazyLock;

    use qpv_engine::PerimeterId;
    use qpv_model::Vintage;
    use qpv_service::data;

    use super::*;
    use crate::{AnswerVintages, DelimitedOptions, PositionColumns, ZoneJob, delimited};

    static TOWN: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::new(data::sample().unwrap()));

    fn job(vintages: AnswerVintages) -> ZoneJob {
        ZoneJob {
            positions: PositionColumns::default(),
            vintages,
            uncertainty_m: None,
            members_only: false,
            fields: qpv_service::FieldSelection::default(),
        }
    }

    /// Positions in and around a perimeter, then some without an answer.
    fn table() -> String {
        let perimeter = TOWN.perimeter(Vintage::V2024, PerimeterId::new(0));
        let vertex = perimeter.outline.wgs84().0[0].exterior().0[0];
        let mut table = "lon,lat\n".to_owned();
        for step in 0..400 {
            let (x, y) = (f64::from(step % 20 - 10), f64::from(step / 20 - 10));
            writeln!(
                table,
                "{:.7},{:.7}",
                vertex.x + x * 5e-4,
                vertex.y + y * 5e-4
            )
            .unwrap();
        }
        table + "2.35,48.85\nx,1\n,\n46.2,-3.6\n"
    }

    /// The added columns of each row, by name.
    fn answered(job: &impl Job) -> Vec<Vec<(String, String)>> {
        let mut out = vec![];
        let options = DelimitedOptions::default();
        delimited::answer(
            &TOWN,
            job,
            options,
            table().as_bytes(),
            &mut out,
            &mut |_| (),
        )
        .unwrap();
        let mut rows = csv::Reader::from_reader(&out[..]);
        let names: Vec<String> = rows.headers().unwrap().iter().map(Into::into).collect();
        rows.records()
            .map(|row| {
                let cells = row.unwrap();
                let cells = cells.iter().map(ToOwned::to_owned);
                names.iter().cloned().zip(cells).skip(2).collect()
            })
            .collect()
    }

    fn names(text: &str) -> Vec<String> {
        text.split(',').map(ToOwned::to_owned).collect()
    }

    #[test]
    fn selected_columns_hold_what_the_full_answer_holds() {
        for vintages in [
            AnswerVintages::One(qpv_service::VintageSelector::Vintage(Vintage::V2024)),
            AnswerVintages::Each(vec![Vintage::V2015, Vintage::V2024]),
        ] {
            let full = answered(&job(vintages.clone()));
            assert!(full.iter().any(|row| !row[1].1.is_empty()));
            for chosen in [
                "code_qp",
                "vintage,code_qp",
                "error,lib_qp",
                "zone",
                "certainty,zone,code_qp",
                "error,vintage,certainty,nearest_code_qp,distance_to_boundary_m,lib_qp,code_qp,zone",
            ] {
                let chosen = names(chosen);
                let narrow = job(vintages.clone()).for_columns(&chosen);
                assert_eq!(
                    narrow.members_only,
                    chosen
                        .iter()
                        .all(|name| ["code_qp", "lib_qp", "vintage", "error"].contains(&&**name))
                );
                let found = answered(&SelectedJob::new(&narrow, &chosen).unwrap());
                assert_eq!(found.len(), full.len());
                for (found, full) in found.iter().zip(&full) {
                    assert_eq!(found.len(), chosen.len() * vintages.suffixes().len());
                    for cell in found {
                        assert!(full.contains(cell), "{cell:?} of {chosen:?} in {full:?}");
                    }
                    let order: Vec<&str> = found.iter().map(|(name, _)| &**name).collect();
                    let expected: Vec<String> = chosen
                        .iter()
                        .flat_map(|name| {
                            vintages
                                .suffixes()
                                .into_iter()
                                .map(move |end| name.clone() + &end)
                        })
                        .collect();
                    assert_eq!(order, expected);
                }
            }
        }
    }

    #[test]
    fn a_column_that_is_not_added_is_refused_with_those_that_are() {
        let job = job(AnswerVintages::Each(vec![Vintage::V2015, Vintage::V2024]));
        let fault = SelectedJob::new(&job, &names("zone,code")).unwrap_err();
        let told = fault.to_string();
        assert!(
            told.contains("code is added") && told.contains("code_qp_2015"),
            "{told}"
        );
        for twice in ["zone,zone", "zone,zone_2024"] {
            let fault = SelectedJob::new(&job, &names(twice)).unwrap_err();
            assert!(matches!(fault, ColumnsError::AddedTwice(_)), "{fault}");
        }
        let one = SelectedJob::new(&job, &names("Zone_2024, CODE_QP")).unwrap();
        let added: Vec<String> = one.added().into_iter().map(|column| column.name).collect();
        assert_eq!(added, ["zone_2024", "code_qp_2015", "code_qp_2024"]);
    }
}
