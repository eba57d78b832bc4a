//! The options of a server: its limits, and the sites that may show it in a frame.

use crate::frame_ancestors::FrameAncestors;
use crate::limits::Limits;

/// The options of a server.
#[derive(Debug, Clone, Default)]
pub struct ServerOptions {
    /// Its limits.
    pub limits: Limits,
    /// The sites that may show its pages for frames.
    pub frame_ancestors: FrameAncestors,
}

impl From<Limits> for ServerOptions {
    fn from(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }
}
