//! The zone of a row, as a review of it needs it.

use qpv_model::PossibleZones;
use qpv_service::Zone;

/// The zone of a row, for a review of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZoneToReview {
    /// The data decides it.
    Known(Zone),
    /// It is undetermined: the zones that it may be.
    Open(PossibleZones),
}
