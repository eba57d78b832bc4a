//! The zone of one position, for callers who ask one at a time.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use qpv_batch::{AnswerVintages, CellWriter, Job, PositionColumns, ZoneAnswers, ZoneJob};
use qpv_service::{FieldSelection, Snapshot, VintageSelector, WrittenPlace, locate};

use crate::problems::raise_coded;

/// The zone of a position. Cells are written when they are asked for, for a caller seldom wants all.
#[pyclass(frozen, module = "qpv")]
pub(crate) struct Zone {
    snapshot: Arc<Snapshot>,
    choice: VintageSelector,
    /// One answer, in the form that jobs write.
    answers: Vec<ZoneAnswers>,
}

/// A cell of an answer.
#[derive(Debug, Clone, PartialEq, IntoPyObject)]
enum ZoneCell {
    Text(String),
    Number(f64),
    Nothing(Option<f64>),
}

/// The cells of an answer, in the order of the columns.
#[derive(Default)]
struct ZoneCells(Vec<ZoneCell>);

impl CellWriter for ZoneCells {
    fn text(&mut self, text: &str) {
        self.0.push(if text.is_empty() {
            ZoneCell::Nothing(None)
        } else {
            ZoneCell::Text(text.to_owned())
        });
    }

    fn number(&mut self, value: f64, _: usize) {
        self.0.push(ZoneCell::Number(value));
    }

    fn empty(&mut self) {
        self.0.push(ZoneCell::Nothing(None));
    }
}

impl Zone {
    /// Locates a position, by the rules of a table of one row.
    ///
    /// # Errors
    /// The error that such a row would have.
    pub(crate) fn new(
        snapshot: &Arc<Snapshot>,
        place: WrittenPlace,
        choice: VintageSelector,
        uncertainty_m: Option<f64>,
    ) -> PyResult<Self> {
        // Not by the job, which hands even one row to other threads: that takes longer than the answer.
        let answer = locate(snapshot, place, choice, uncertainty_m).map_err(raise_coded)?;
        Ok(Self {
            snapshot: Arc::clone(snapshot),
            choice,
            answers: vec![ZoneAnswers::Positions(vec![Ok(answer)])],
        })
    }

    /// Returns the names and the cells of the columns of zones, without that of the error.
    fn cells(&self) -> Vec<(String, ZoneCell)> {
        let job = ZoneJob {
            positions: PositionColumns::default(),
            vintages: AnswerVintages::One(self.choice),
            uncertainty_m: None,
            members_only: false,
            fields: FieldSelection::default(),
        };
        let mut cells = ZoneCells::default();
        // The cells of a table, so that both say the same.
        job.write(&self.snapshot, &self.answers, Ok(0), &mut cells);
        let names = job.added().into_iter().map(|column| column.name);
        names
            .zip(cells.0)
            // An error is an exception here.
            .filter(|(name, _)| name != "error")
            .collect()
    }

    fn cell(&self, wanted: &str) -> ZoneCell {
        let cells = self.cells().into_iter();
        let found = cells.into_iter().find(|(name, _)| name == wanted);
        found.map_or(ZoneCell::Nothing(None), |(_, cell)| cell)
    }
}

#[pymethods]
impl Zone {
    #[getter]
    fn zone(&self) -> ZoneCell {
        self.cell("zone")
    }

    #[getter]
    fn code_qp(&self) -> ZoneCell {
        self.cell("code_qp")
    }

    #[getter]
    fn lib_qp(&self) -> ZoneCell {
        self.cell("lib_qp")
    }

    #[getter]
    fn distance_to_boundary_m(&self) -> ZoneCell {
        self.cell("distance_to_boundary_m")
    }

    #[getter]
    fn nearest_code_qp(&self) -> ZoneCell {
        self.cell("nearest_code_qp")
    }

    #[getter]
    fn certainty(&self) -> ZoneCell {
        self.cell("certainty")
    }

    #[getter]
    fn vintage(&self) -> ZoneCell {
        self.cell("vintage")
    }

    #[getter]
    fn leaning(&self) -> ZoneCell {
        self.cell("leaning")
    }

    #[getter]
    fn leaning_probability(&self) -> ZoneCell {
        self.cell("leaning_probability")
    }

    fn as_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let cells = PyDict::new(py);
        for (name, cell) in self.cells() {
            cells.set_item(name, cell)?;
        }
        Ok(cells)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("qpv.Zone({})", self.as_dict(py)?.repr()?))
    }
}
