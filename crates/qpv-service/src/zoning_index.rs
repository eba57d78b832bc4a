//! A zoning as a snapshot holds it.

use qpv_model::{CommuneCode, Period, ZoningRecord};

/// A zoning of a snapshot.
#[derive(Debug)]
pub(crate) struct ZoningIndex {
    pub(crate) record: ZoningRecord,
    /// The communes of a list with their periods, in code order; `None` for areas, which are a layer of the same name.
    pub(crate) communes: Option<Vec<(CommuneCode, Period)>>,
}
