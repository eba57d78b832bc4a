//! The vocabulary of `qpv`: the types that every other crate speaks in.
//!
//! Owns the codes ([`QpvCode`], [`CommuneCode`], [`ParcelId`]), the generations of perimeters ([`Vintage`], [`KnownVintages`]), the [`Territory`] they
//! are drawn in with its legal projection, positions in a named reference system ([`Wgs84Point`], [`MetricPoint`],
//! [`Position`]), [`Perimeter`]s, [`Address`]es, what they stand on ([`Footprint`]) and communes ([`CommuneRecord`]), the additions of a town ([`CustomLayer`], [`ListedPlace`], under a
//! [`Slug`]), areas to be drawn ([`BandArea`], [`AdminArea`]), and the names of departments.
//!
//! Promises: a value that exists is valid, because it is checked once, where it is made; a position never loses its
//! reference system. Refuses: any input or output, any geometry computation, any wording for end users.

mod address;
mod area;
mod code;
mod code_form;
mod commune;
mod crs;
mod department;
mod footprint;
mod known_vintages;
mod layer;
mod parcel;
mod perimeter;
mod place;
mod position;
mod possible_zones;
mod slug;
mod statistics;
mod territory;
mod vintage;
mod written;
mod zoning;

pub use address::{Address, AddressLabel, PositionKind};
pub use area::{AdminArea, AdminLevel, AdminLevelError, BandArea};
pub use code::{CodeError, CodeLetter, CommuneCode, QpvCode};
pub use code_form::{CodeForm, CodeFormError};
pub use commune::{CommuneKind, CommuneRecord};
pub use crs::{Crs, CrsError, CrsKind};
pub use department::{department_and_region, department_names, departments_of_region};
pub use footprint::{Footprint, FootprintKind};
pub use known_vintages::{KnownVintages, KnownVintagesError, Validity, VintageRecord};
pub use layer::{CustomArea, CustomLayer, VintageLayer};
pub use parcel::{ParcelId, ParcelIdError};
pub use perimeter::{Outline, Outlined, Perimeter, rings};
pub use place::{ListedPlace, PlaceList, PriorityNetwork, place_id_key, sites_by_place};
pub use position::{MetricPoint, Position, PositionError, Wgs84Point};
pub use possible_zones::PossibleZones;
pub use slug::{Slug, SlugError};
pub use statistics::{Indicator, QpvStatistics, StatisticsTable};
pub use territory::Territory;
pub use vintage::{Vintage, VintageError};
pub use written::WrittenCoordinate;
pub use zoning::{Period, PeriodError, ZonedCommune, ZoningRecord};
