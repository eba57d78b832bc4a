//! The options of a server: its limits, the names it answers to, and what other sites may do with it.

use crate::cross_origin::CrossOrigins;
use crate::frame_ancestors::FrameAncestors;
use crate::hosts::Hosts;
use crate::limits::Limits;

/// The options of a server.
#[derive(Debug, Clone, Default)]
pub struct ServerOptions {
    /// Its limits.
    pub limits: Limits,
    /// The names that it answers to, beside loopback names and IP addresses.
    pub hosts: Hosts,
    /// The sites that may show its pages for frames.
    pub frame_ancestors: FrameAncestors,
    /// The sites whose pages may read its answers.
    pub cross_origins: CrossOrigins,
}

impl From<Limits> for ServerOptions {
    fn from(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }
}
