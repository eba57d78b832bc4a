//! The report of a verification.

use qpv_model::Vintage;
use serde::Serialize;

/// The findings of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// The dataset.
    pub digest: String,
    /// Files read and checked.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Perimeters checked.
    pub perimeters: usize,
    /// Addresses in the index whose sum was checked.
    pub addresses: u64,
    /// The faults found; empty for a sound dataset.
    pub faults: Vec<VerifyFault>,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifyFault {
    /// Its vintage, if known.
    pub vintage: Option<Vintage>,
    /// Its neighbourhood, if it is the fault of one.
    pub code_qp: Option<String>,
    /// The fault and its file.
    pub fault: String,
}

impl std::fmt::Display for VerifyFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(vintage) = self.vintage {
            write!(f, "{vintage}: ")?;
        }
        if let Some(code_qp) = &self.code_qp {
            write!(f, "{code_qp}: ")?;
        }
        f.write_str(&self.fault)
    }
}

impl VerifyReport {
    /// Adds a fault that is of no vintage.
    pub(super) fn add(&mut self, fault: String) {
        self.faults.push(VerifyFault {
            vintage: None,
            code_qp: None,
            fault,
        });
    }

    /// Returns true if no fault was found.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}
