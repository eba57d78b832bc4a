//! The HTTP interface of `qpv`: wire types, error codes, limits, OpenAPI, documentation, embedded front end.
//!
//! [`router()`] assembles it over a [`Service`](qpv_service::Service); [`serve`] runs it until asked to stop. A handler
//! extracts, makes one call to the service and converts the answer to a [`wire`] type, which the command line prints too.
//!
//! Promises: errors are `application/problem+json` with a stable `code` ([`problem`]); no position, address
//! or query string is logged; every answer names its dataset. Refuses: rules of the domain, file formats.

mod access;
mod addresses;
mod audit;
mod basemap;
mod building_outlines;
mod check;
mod client_presence;
mod communes;
mod compare;
mod connections;
mod cross_origin;
mod docs;
mod error_page;
mod examples;
mod extract;
mod frame_ancestors;
mod given_coordinate;
mod ground_tiles;
mod health;
mod hosts;
mod html;
mod indicators;
mod json;
mod limits;
mod list_progress;
mod lists;
mod memory;
mod metrics;
mod middleware;
mod ogc;
mod openapi;
mod options;
mod origin;
mod perimeters;
mod preconditions;
mod priority;
pub mod problem;
mod public_url;
mod reports;
mod request_counts;
mod request_rates;
mod router;
mod server;
mod share;
mod sig_ville;
mod sign_in;
mod sign_in_page;
mod sources;
mod state;
mod streets;
mod suggestions;
mod table_answer;
mod tiles;
mod tls;
mod upload;
mod vintages;
mod web;
pub mod wire;
mod workers;
mod zones;
mod zonings;

pub use access::{AccessControl, TrustedHeader, TrustedHeaderError, TrustedProxy};
pub use audit::{AuditLog, AuditedUser};
pub use cross_origin::CrossOrigins;
pub use frame_ancestors::FrameAncestors;
pub use hosts::{HostName, HostNameError, Hosts};
pub use limits::Limits;
pub use openapi::document;
pub use options::ServerOptions;
pub use origin::{Origin, OriginError};
pub use priority::make_lists_give_way;
pub use router::router;
pub use server::serve;
pub use tls::{TlsCertificate, TlsError, TlsFiles};
pub use zones::read_polygon;
