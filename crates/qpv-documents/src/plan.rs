//! The map of a report: perimeters, band, position, neighbouring addresses. No background: none is at hand offline.
//!
//! Owns what is on it and how it is drawn. Promises: legible in black and white; nothing is drawn outside its frame. The
//! band is what lies within 300 m on the map's own plane, which is good for the eye and decides nothing.

mod drawing;

use geo_types::{LineString, MultiPolygon, Polygon};
use qpv_addresses::{AddressKind, SearchFilter};
use qpv_engine::{BAND_M, PerimeterIndex};
use qpv_model::{Perimeter, Vintage, Wgs84Point};

pub(crate) use drawing::{Frame, draw_building_sample, draw_sample, draw_target};
pub(crate) use drawing::{draw_north, draw_scale};

use qpv_service::nearest_addresses;
use qpv_service::{Building, PointAnswer, Snapshot};

/// East and north of the middle of the map, metres.
pub(crate) type Metres = (f64, f64);

/// A perimeter is looked at when its first vertex is within this many degrees, which no perimeter is wide.
const NEAR_DEG: f64 = 0.3;
/// Neighbouring addresses looked for, on a map no larger than this.
const NEIGHBOURS: usize = 150;
const NEIGHBOURS_M: f64 = 800.0;
/// From the middle of the map to its edges, metres.
const SMALLEST_M: f64 = 260.0;
const LARGEST_M: f64 = 6000.0;
/// The same when no line is near.
const WITHOUT_LINE_M: f64 = 1000.0;

/// A position to show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    /// The position, on WGS 84.
    pub(crate) point: Wgs84Point,
    /// The distance that the place may lie from it, metres.
    pub(crate) uncertainty_m: f64,
}

/// A map, in metres.
#[derive(Debug)]
pub(crate) struct Map {
    /// From the middle to the edges.
    half_m: f64,
    shapes: Vec<Shape>,
    marks: Vec<Mark>,
    neighbours: Vec<Neighbour>,
    /// The outline that it is about, if it is about one.
    building: Option<Shape>,
}

#[derive(Debug)]
struct Shape {
    name: String,
    code: String,
    /// One list of rings for each polygon.
    polygons: Vec<Vec<Vec<Metres>>>,
}

#[derive(Debug)]
struct Mark {
    at: Metres,
    uncertainty_m: f64,
}

#[derive(Debug)]
struct Neighbour {
    at: Metres,
    number: String,
    street: String,
}

/// Degrees to metres around a point, on WGS 84.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plane {
    origin: Wgs84Point,
    east_m: f64,
    north_m: f64,
}

impl Plane {
    pub(crate) fn around(origin: Wgs84Point) -> Self {
        // The ellipsoid of WGS 84.
        const RADIUS_M: f64 = 6_378_137.0;
        const FLATTENING: f64 = 1.0 / 298.257_223_563;
        let squared = FLATTENING * (2.0 - FLATTENING);
        let latitude = origin.lat_deg().to_radians();
        let root = (1.0 - squared * latitude.sin().powi(2)).sqrt();
        // Radii of curvature of the ellipsoid: a sphere would misplace lines by metres at the
        // edges.
        let east_m = (RADIUS_M / root * latitude.cos()).to_radians();
        let north_m = (RADIUS_M * (1.0 - squared) / root.powi(3)).to_radians();
        Self {
            origin,
            east_m,
            north_m,
        }
    }

    pub(crate) fn place(&self, lon_deg: f64, lat_deg: f64) -> Metres {
        (
            (lon_deg - self.origin.lon_deg()) * self.east_m,
            (lat_deg - self.origin.lat_deg()) * self.north_m,
        )
    }

    pub(crate) fn place_point(&self, point: Wgs84Point) -> Metres {
        self.place(point.lon_deg(), point.lat_deg())
    }

    fn ring(&self, ring: &LineString<f64>) -> Vec<Metres> {
        ring.coords()
            .map(|vertex| self.place(vertex.x, vertex.y))
            .collect()
    }

    pub(crate) fn polygons(&self, outline: &MultiPolygon<f64>) -> Vec<Vec<Vec<Metres>>> {
        outline.iter().map(|polygon| self.rings(polygon)).collect()
    }

    /// The outer ring of a polygon, then its holes.
    fn rings(&self, polygon: &Polygon<f64>) -> Vec<Vec<Metres>> {
        std::iter::once(polygon.exterior())
            .chain(polygon.interiors())
            .map(|ring| self.ring(ring))
            .collect()
    }
}

impl Map {
    /// The surroundings of the first position, with the others, and what its address stands on; the line of its answer is to
    /// be seen, if there is any.
    pub(crate) fn new(snapshot: &Snapshot, standing: &PointAnswer, spots: &[Spot]) -> Option<Self> {
        let first = spots.first()?;
        let plane = Plane::around(first.point);
        // Without a name: it is drawn, and not listed among the neighbourhoods.
        let site = standing.site.as_ref().map(|site| Shape {
            name: String::new(),
            code: String::new(),
            polygons: site
                .decided_by()
                .iter()
                .flat_map(|footprint| plane.polygons(&footprint.outline))
                .collect(),
        });
        let marks: Vec<Mark> = spots
            .iter()
            .map(|spot| Mark {
                at: plane.place_point(spot.point),
                uncertainty_m: spot.uncertainty_m,
            })
            .collect();
        let half_m = half(&marks, standing.located.signed_distance_m);
        Some(Self {
            marks,
            building: site,
            ..Self::around(snapshot, standing.vintage, &plane, half_m)
        })
    }

    /// A building and its surroundings.
    pub(crate) fn from_building(snapshot: &Snapshot, building: &Building) -> Option<Self> {
        let plane = Plane::around(building.middle()?);
        let annexes = building.annexes.iter().map(|it| &it.annex.outline);
        let outlines = std::iter::once(&building.outline).chain(annexes);
        let shape = Shape {
            name: String::new(),
            code: String::new(),
            polygons: outlines
                .flat_map(|outline| plane.polygons(outline))
                .collect(),
        };
        let reach_m = shape
            .polygons
            .iter()
            .flatten()
            .flatten()
            .fold(0.0, |most: f64, at| most.max(at.0.abs()).max(at.1.abs()));
        // A fifth and 60 m beyond the line, so that it does not lie at the very edge.
        let line_m = building
            .footprint
            .nearest_m
            .map_or(WITHOUT_LINE_M, |nearest_m| nearest_m * 1.2 + 60.0);
        let half_m = (reach_m * 1.15 + line_m).clamp(SMALLEST_M, LARGEST_M);
        Some(Self {
            building: Some(shape),
            ..Self::around(snapshot, building.vintage, &plane, half_m)
        })
    }

    /// Returns true when an outline of a building or of a parcel is on it.
    pub(crate) fn shows_building(&self) -> bool {
        self.building.is_some()
    }

    /// Returns true when a position is on it.
    pub(crate) fn shows_position(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Returns the perimeters and neighbouring addresses, which every map shows.
    fn around(snapshot: &Snapshot, vintage: Vintage, plane: &Plane, half_m: f64) -> Self {
        let middle = plane.origin;
        let zones = snapshot.zones(vintage);
        let near = zones
            .into_iter()
            .flat_map(PerimeterIndex::perimeters)
            // A cheap test first: to project every outline of a vintage would take long.
            .filter(|it| is_near(it, middle));
        let shapes = near
            .map(|perimeter| Shape::new(perimeter, plane))
            // A perimeter outside the frame still throws its band into it.
            .filter(|shape| shape.touches(half_m + BAND_M));
        // Only house numbers stand at doors: the point of a street would mislead.
        let filter = SearchFilter {
            kinds: vec![AddressKind::Housenumber].into_iter().collect(),
            ..SearchFilter::default()
        };
        // On a larger map the numbers would be illegible.
        let few = if half_m > NEIGHBOURS_M { 0 } else { NEIGHBOURS };
        // Without loaded addresses the map goes without them.
        let found = nearest_addresses(snapshot, middle, &filter, few).unwrap_or_default();
        let neighbours = found.into_iter().map(|address| Neighbour {
            at: plane.place_point(address.point),
            number: address.housenumber.unwrap_or_default(),
            street: address.street,
        });
        let neighbours = neighbours
            .filter(|neighbour| within(neighbour.at, half_m))
            .collect();
        Self {
            half_m,
            shapes: shapes.collect(),
            marks: vec![],
            neighbours,
            building: None,
        }
    }

    /// Names and codes of the perimeters on it.
    pub(crate) fn names(&self) -> Vec<String> {
        let seen = self
            .shapes
            .iter()
            .filter(|shape| shape.touches(self.half_m));
        seen.map(|shape| format!("{} ({})", shape.name, shape.code))
            .collect()
    }
}

/// Returns half the width of the map: the line, the doubt and every position are on it, as far as
/// that leaves anything legible.
fn half(marks: &[Mark], distance_m: Option<f64>) -> f64 {
    let line_m = distance_m.map_or(WITHOUT_LINE_M, |distance_m| distance_m.abs() * 1.2 + 60.0);
    let doubt_m = marks
        .first()
        .map_or(0.0, |first| first.uncertainty_m * 1.25);
    let spread = marks
        .iter()
        .map(|mark| mark.at.0.abs().max(mark.at.1.abs()) * 1.15);
    // A candidate in another town would make the map too coarse to read: it is left off.
    let spread_m = spread
        .filter(|&spread_m| spread_m <= LARGEST_M)
        .fold(0.0, f64::max);
    line_m
        .max(doubt_m)
        .max(spread_m)
        .clamp(SMALLEST_M, LARGEST_M)
}

fn is_near(perimeter: &Perimeter, point: Wgs84Point) -> bool {
    // One vertex stands for the outline, since no perimeter is as wide as `NEAR_DEG`.
    let first = perimeter
        .outline
        .wgs84()
        .0
        .first()
        .and_then(|polygon| polygon.exterior().0.first());
    first.is_some_and(|vertex| {
        (vertex.x - point.lon_deg()).abs() < NEAR_DEG
            && (vertex.y - point.lat_deg()).abs() < NEAR_DEG
    })
}

fn within((east, north): Metres, half_m: f64) -> bool {
    east.abs() <= half_m && north.abs() <= half_m
}

impl Shape {
    fn new(perimeter: &Perimeter, plane: &Plane) -> Self {
        let polygons = plane.polygons(perimeter.outline.wgs84());
        Self {
            name: perimeter.lib_qp.clone(),
            code: perimeter.code_qp.to_string(),
            polygons,
        }
    }

    /// Returns whether its bounding rectangle meets the square of this half width around the
    /// middle.
    fn touches(&self, half_m: f64) -> bool {
        self.meets(half_m, |vertex| vertex.0) && self.meets(half_m, |vertex| vertex.1)
    }

    /// Returns whether its span along an axis meets that of the square.
    fn meets(&self, half_m: f64, axis: impl Fn(&Metres) -> f64) -> bool {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for vertex in self.polygons.iter().flatten().flatten() {
            low = low.min(axis(vertex));
            high = high.max(axis(vertex));
        }
        low <= half_m && high >= -half_m
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths of a degree from the tables of the National Geospatial-Intelligence Agency, to the metre.
    #[test]
    fn degrees_have_their_published_lengths() {
        for (latitude, east_m, north_m) in
            [(0.0, 111_319.5, 110_574.3), (45.0, 78_846.8, 111_131.7)]
        {
            let plane = Plane::around(Wgs84Point::new(2.0, latitude).unwrap());
            assert!((plane.east_m - east_m).abs() < 1.0, "{}", plane.east_m);
            assert!((plane.north_m - north_m).abs() < 1.0, "{}", plane.north_m);
        }
    }

    #[test]
    fn the_map_shows_the_line_and_the_doubt() {
        let mark = |east: f64, uncertainty_m: f64| Mark {
            at: (east, 0.0),
            uncertainty_m,
        };
        assert_eq!(half(&[mark(0.0, 5.0)], Some(-12.0)), SMALLEST_M);
        assert!(half(&[mark(0.0, 5.0)], Some(1000.0)) > 1000.0);
        assert!(half(&[mark(0.0, 2000.0)], Some(3.0)) > 2000.0);
        assert!(half(&[mark(0.0, 5.0), mark(900.0, 5.0)], Some(3.0)) > 900.0);
        assert_eq!(
            half(&[mark(0.0, 5.0), mark(90_000.0, 5.0)], None),
            WITHOUT_LINE_M
        );
    }
}
