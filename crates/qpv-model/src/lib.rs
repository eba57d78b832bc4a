//! The vocabulary of `qpv`: what every other crate speaks of.
//!
//! Owns the codes ([`QpvCode`], [`CommuneCode`]), the generations of perimeters ([`Vintage`]), the [`Territory`] they
//! are drawn in with its legal projection, positions in a named reference system ([`Wgs84Point`], [`MetricPoint`],
//! [`Position`]), [`Perimeter`]s and [`Address`]es, what a town adds of its own ([`CustomLayer`], [`Place`], under a [`Slug`]),
//! areas to be drawn ([`BandArea`], [`AdminArea`]), and the names of departments.
//!
//! Promises: a value that exists is valid, because it is checked once, where it is made; a position never loses its
//! reference system. Refuses: any input or output, any geometry computation, any wording for end users.

mod address;
mod area;
mod code;
mod crs;
mod department;
mod layer;
mod perimeter;
mod place;
mod position;
mod slug;
mod statistics;
mod territory;
mod vintage;
mod zones;

pub use address::{Address, PositionKind};
pub use area::{AdminArea, AdminLevel, AdminLevelError, BandArea};
pub use code::{CodeError, CommuneCode, Letter, QpvCode};
pub use crs::{Crs, CrsError, CrsKind};
pub use department::{department_and_region, departments_of_region};
pub use layer::{CustomArea, CustomLayer, VintageLayer};
pub use perimeter::{Outline, Perimeter};
pub use place::{Place, PlaceList, PriorityNetwork};
pub use position::{MetricPoint, Position, PositionError, Wgs84Point};
pub use slug::{Slug, SlugError};
pub use statistics::QpvStatistics;
pub use territory::Territory;
pub use vintage::{Vintage, VintageError};
pub use zones::PossibleZones;
