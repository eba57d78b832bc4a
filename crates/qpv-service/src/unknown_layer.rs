//! The error of a layer of the map that is not there.

use qpv_french::{key, sentence};

use crate::error_code::{CodedError, ErrorCode};

/// No layer has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no layer `{asked}`; those of this dataset are {known}")]
pub struct UnknownLayer {
    /// The name asked.
    pub asked: String,
    /// The names there are, a comma between them.
    pub known: String,
}

impl CodedError for UnknownLayer {
    fn code(&self) -> ErrorCode {
        ErrorCode::UnknownLayer
    }

    fn message_fr(&self) -> String {
        sentence(
            key::ERROR_UNKNOWN_LAYER,
            &[("value", &self.asked), ("known", &self.known)],
        )
    }
}
