//! The use cases of `qpv`, where its parts meet.
//!
//! [`Service`] holds the dataset in use and swaps it when a new one is published; a [`Snapshot`] of it answers: where
//! a place stands ([`Snapshot::locate`], [`Snapshot::footprint`]), which perimeters there are ([`Snapshot::perimeters`],
//! [`Snapshot::commune`]), which addresses a question may mean ([`Snapshot::search`], [`Snapshot::reverse`]) and in which
//! zone they lie ([`Snapshot::check`]; [`Service::check`] may ask a distant [`AddressService`] besides). [`batch`] answers
//! for tables of positions and addresses. [`report`] makes a signed page of an answer. [`data`] holds the operator's use cases: import, pull, status, verification.
//! Every sentence an end user reads comes from one catalogue ([`wording`]).
//!
//! Promises: one question is answered from one dataset; no position or address is ever logged. Refuses: wire formats,
//! settings.

mod addresses;
pub mod batch;
mod communes;
pub mod data;
mod elsewhere;
mod query;
pub mod report;
mod snapshot;
pub mod wording;

mod service;

pub use addresses::{AddressError, Check, Checked, Doubt};
pub use communes::Commune;
pub use elsewhere::{AddressService, AddressServiceError, Elsewhere};
pub use qpv_addresses::{Candidate, Filter, Kind, Neighbours};
pub use qpv_engine::{BAND_M, Footprint, FootprintError, Level, Located, Nearest, Parts, Verdict, WIDE_BAND_M, Zone};
pub use qpv_model as model;
pub use query::{Choice, Place, QueryError};
pub use service::Service;
pub use snapshot::{PerimeterFilter, Snapshot, Standing, centimetres};
