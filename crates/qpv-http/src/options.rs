//! The options of a server: its limits, its certificate, its names, who may ask, its audit log, what other sites may do.

use std::sync::Arc;

use crate::access::AccessControl;
use crate::audit::AuditLog;
use crate::cross_origin::CrossOrigins;
use crate::frame_ancestors::FrameAncestors;
use crate::hosts::Hosts;
use crate::limits::Limits;
use crate::tls::TlsCertificate;

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
    /// The control of who may ask; everyone may without one.
    pub access: Option<Arc<AccessControl>>,
    /// The certificate of a server that answers by HTTPS.
    pub certificate: Option<Arc<TlsCertificate>>,
    /// The log of who asked, when one is kept.
    pub audit_log: Option<Arc<AuditLog>>,
}

impl From<Limits> for ServerOptions {
    fn from(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }
}
