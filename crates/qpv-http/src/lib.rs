//! The HTTP interface of `qpv`: wire types, error table, limits, OpenAPI, documentation, embedded front end.
//!
//! [`router`] assembles it over a [`Service`]; [`serve`] runs it until asked to stop. A handler extracts, makes one
//! call to the service and converts the answer to a [`wire`] type, which the command line prints too.
//!
//! Promises: errors are `application/problem+json` with a stable `code` (table in [`problem`]); no position, address
//! or query string is logged; every answer names its dataset. Refuses: rules of the domain, file formats.

mod communes;
mod extract;
mod health;
mod http;
mod openapi;
mod perimeters;
pub mod problem;
mod web;
pub mod wire;
mod zones;

pub use http::{Limits, router, serve};
pub use openapi::document;

use std::sync::Arc;

use qpv_service::Service;
use tokio::sync::Semaphore;

/// What handlers share.
#[derive(Debug, Clone)]
pub(crate) struct App {
    service: Arc<Service>,
    /// One permit per heavy request under way.
    heavy: Arc<Semaphore>,
    limits: Limits,
}
