//! Where a point or a polygon stands: membership, signed distance, bands, doubt.
//!
//! [`Zones`] is the index over one vintage: it answers for points ([`Zones::locate`], [`Zones::locate_all`]) and for
//! polygons ([`Zones::footprint`]), tells where on their lines a point is opposite ([`Zones::feet`]), and what they share with
//! a perimeter of another vintage ([`Zones::overlaps`]). [`TwoVintages`] tells what became of the perimeters of one in another.
//! [`Areas`] is the index over a layer of a town's own; [`Band`] the 300 m band as areas to draw. [`judge`] turns where a point stands into a [`Zone`] and says how sure that is.
//!
//! Promises: membership is exact on the published coordinates, the boundary belongs to the perimeter; distances are
//! geodesic metres on WGS 84, right to 5 cm up to [`REACH_M`]; nothing is allocated per point. Refuses: input and
//! output, dates, wording.

mod areas;
mod band;
mod compare;
mod doubt;
mod footprint;
mod geodesy;
mod outlines;
mod point_index;
mod zones;

pub use areas::{Areas, InAreas};
pub use band::Band;
pub use compare::{Change, ChangeClass, ChangeOutlines, Compared, Group, TwoVintages};
pub use doubt::{Level, Verdict, Zone, judge, possible_zones};
pub use footprint::{Footprint, FootprintError, MAX_FOOTPRINT_M, MAX_FOOTPRINT_VERTICES, Parts};
pub use geodesy::LocalFrame;
pub use outlines::Projection;
pub use point_index::{IndexError, PointIndex};
pub use qpv_arrays::ArraysError;
pub use zones::{Foot, Located, Membership, Nearest, Overlap, REACH_M, Zones};

/// Width of the band around a neighbourhood, metres. Source: CGI art. 278 sexies.
pub const BAND_M: f64 = 300.0;

/// The wider distance of the urban-renewal case, metres. Source: CGI art. 278 sexies, BOI-TVA-IMM-20-20-20.
pub const WIDE_BAND_M: f64 = 500.0;
