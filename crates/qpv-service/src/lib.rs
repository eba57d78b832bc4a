//! The use cases of `qpv`, where its parts meet.
//!
//! [`Service`] holds the dataset in use and swaps it when a new one is published; a [`Snapshot`] of it answers: where
//! a place stands ([`Snapshot::locate`], [`Snapshot::footprint`]), which perimeters there are ([`Snapshot::perimeters`],
//! [`Snapshot::commune`]), which addresses a question may mean ([`Snapshot::search`], [`Snapshot::reverse`]) and in which
//! zone they lie ([`Service::check`], which may ask a remote [`AddressService`] too), street by street
//! ([`Snapshot::street_profile`]), what a town added of its own ([`Snapshot::own_layer`], [`Snapshot::places`]), and whether
//! somebody is eligible to a programme ([`Snapshot::assess`]). What maps show is read when it is first asked for
//! ([`Snapshot::band`], [`Snapshot::outlines`]); what is published on a neighbourhood and what it was before comes from
//! [`Snapshot::statistics`] and [`Snapshot::overlapping`]; what became of all perimeters of an area, from
//! [`Snapshot::compare`]. [`layers::tiles`] cuts vector tiles of the layers, [`layers::collections`] lists what they show. [`data`] holds the operator's use
//! cases: import, pull, status,
//! verification.
//! Every sentence an end user reads comes from one catalogue ([`messages`]).
//!
//! Promises: one question is answered from one dataset; no position or address is ever logged. Refuses: wire formats,
//! settings.

mod basemap;
mod check;
mod communes;
mod compare;
pub mod data;
mod eligibility;
mod error_code;
mod layer_contract;
pub mod layers;
mod lazy_layers;
pub mod messages;
mod service;
mod snapshot;
mod standing;
mod streets;

pub use basemap::{Basemap, BasemapError, BasemapStyle};
pub use check::address::{
    AddressCheck, AddressChecker, AddressError, CheckedCandidate, MOST_CHARACTERS,
};
pub use check::building::{Building, is_near_limit, zone_of_footprint};
pub use check::corrected_position::CorrectedAddress;
pub use check::home::home_of_address;
pub use check::remote_geocoder::{AddressService, AddressServiceError, RemoteGeocoding};
pub use check::subject::{AddressQuestion, CheckRequest, StatedPosition, Subject};
pub use check::{CheckError, CheckOutcome, CheckedPlace, CheckedPosition};
pub use communes::Commune;
pub use compare::{
    AddressCounts, AddressSide, ChangeTotals, Changed, Comparison, Estimate, KnownSum, Moved,
    MovedAddress, MovedPlace, MovedTotals, MovedWith, Movement, Population, Scope, ScopeError,
    ScopeTexts, SharedOutOver, SideTotals, TooManyAddresses, Totals, UncomparedReason,
    Undetermined, UnmatchedReason, UnplacedPlace, department_code,
};
pub use eligibility::{
    Case, EligibilityError, EligibilityRequest, Home, Person, PersonError, StatedPerson,
    UnknownProgramme,
};
pub use error_code::{CodedError, ErrorCode};
pub use place::{Place, QueryError, VintageSelector};
pub use place::{Place, QueryError, VintageSelector, check_uncertainty};
pub use place_index::{PlacePosition, Places};
pub use qpv_addresses::{AddressKind, Candidate, HouseNumber, NumberNeighbours, SearchFilter};
pub use qpv_engine::{
    AreaIndex, AreaLocation, BAND_M, CertaintyLevel, ChangeClass, ChangeOutlines, Classification,
    FootprintError, FootprintLocation, Location, NearestPerimeter, PartsWithin, PerimeterChange,
    PerimeterId, WIDE_BAND_M, Zone,
};
pub use qpv_model as model;
pub use qpv_programmes as programmes;
pub use place::{Place, QueryError, VintageSelector, check_uncertainty, paris, today};
pub use service::Service;
pub use snapshot::{PerimeterFilter, Snapshot};
pub use standing::{PointAnswer, UndeterminedReason, centimetres};
pub use streets::{Followed, FollowedLine, NumberRange, Side, Span, StreetError, StreetProfile};
