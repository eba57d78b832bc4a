//! Membership, signed distances, bands and certainty of points and polygons among priority neighbourhoods.
//!
//! [`PerimeterIndex`] is the index over one vintage. It answers for points ([`PerimeterIndex::locate`],
//! [`PerimeterIndex::locate_all`]) and for polygons ([`PerimeterIndex::footprint`]). It finds the closest points on the
//! perimeters' lines ([`PerimeterIndex::closest_points`]) and the overlaps with a perimeter of another vintage
//! ([`PerimeterIndex::overlaps`]). [`TwoVintages`] compares all perimeters of two vintages. [`AreaIndex`] is the index
//! over a custom layer, [`BandDrawing`] the 300 m band as areas to draw. [`classify`] turns a [`Location`] into a
//! [`Zone`] with its certainty.
//!
//! ```
//! # use geo_types::polygon;
//! use qpv_engine::{PerimeterIndex, PointIndex, Zone, classify};
//! # use qpv_model::{Outline, Perimeter, Territory, Vintage, VintageLayer, Wgs84Point};
//! # let square = polygon![(x: 2.0, y: 48.0), (x: 2.01, y: 48.0), (x: 2.01, y: 48.01), (x: 2.0, y: 48.01)];
//! # let perimeter = Perimeter {
//! #     vintage: Vintage::V2024,
//! #     code_qp: "QN06101N".parse().unwrap(), lib_qp: "Le Carré".into(), insee_com: vec![], lib_com: vec![],
//! #     insee_dep: "61".into(), lib_dep: None, insee_reg: None, lib_reg: None, siren_epci: vec![],
//! #     territory: Territory::Metropole, area_ha: 0.0, outline: Outline::on_wgs84(square.into()),
//! # };
//! # let layer = VintageLayer {
//! #     vintage: Vintage::V2024, perimeters: vec![perimeter], official_band: vec![], precision_m: 1.0,
//! #     whole: [Territory::Metropole].into(),
//! # };
//! let points = PointIndex::build(&layer.perimeters);
//! let index = PerimeterIndex::new(layer, |_, _| None).with_point_index(points);
//! let location = index.locate(&Wgs84Point::new(2.005, 48.002).unwrap().into());
//! assert_eq!(classify(&location, Some(5.0), 1.0).zone, Zone::Qpv);
//! ```
//!
//! Promises: membership is exact on the published coordinates, and the boundary belongs to the perimeter. Distances are
//! geodesic metres on WGS 84, right to 5 cm up to [`MAX_SEARCH_M`]. Nothing is allocated per point. Refuses: input and
//! output, dates, wording.

mod area_index;
mod area_share;
mod band;
mod classification;
mod closest_points;
mod compare;
mod footprint;
mod geodesy;
mod leaning;
mod legal_plane;
mod limits;
mod location;
mod outline_trees;
mod overlaps;
mod perimeter_index;
mod point_index;
mod ring_lengths;

pub use area_index::{AreaIndex, AreaLocation};
pub use area_share::AreaShares;
pub use band::BandDrawing;
pub use classification::{CertaintyLevel, Classification, Zone, classify, possible_zones};
pub use closest_points::ClosestPoint;
pub use compare::change::{
    ChangeClass, ChangeOutlines, PerimeterChange, PerimeterGroup, TwoVintages, VintageComparison,
};
pub use footprint::{
    FootprintError, FootprintLocation, FootprintSide, MAX_FOOTPRINT_M, MAX_FOOTPRINT_VERTICES,
    PartsWithin,
};
pub use geodesy::LocalFrame;
pub use leaning::{DecidingLine, Leaning, WeakestLink, leaning};
pub use limits::{BAND_M, MAX_SEARCH_M, UNKNOWN_EXTENT_M, WIDE_BAND_M};
pub use location::{Location, Members, Membership, NearestPerimeter, PerimeterId};
pub use outline_trees::PointProjection;
pub use overlaps::PerimeterOverlap;
pub use perimeter_index::PerimeterIndex;
pub use point_index::{IndexError, PointIndex};
pub use qpv_arrays::ArraysError;
