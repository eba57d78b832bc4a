//! Temporary stand-in.

use qpv_model::VintageLayer;

use crate::report::UnmatchedCommune;

/// Temporary stand-in.
pub fn match_communes(_target: &mut VintageLayer, _others: &[&VintageLayer]) -> Vec<UnmatchedCommune> {
    Vec::new()
}
