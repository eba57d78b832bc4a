//! The report of a verification.

use qpv_model::Vintage;
use serde::Serialize;

/// What `data verify` found.
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
    /// What is wrong; empty when all is well.
    pub faults: Vec<VerifyFault>,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifyFault {
    /// The vintage it is in, when known.
    pub vintage: Option<Vintage>,
    /// The neighbourhood, when it is one's.
    pub code_qp: Option<String>,
    /// What is wrong, and in which file.
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
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}
