//! Where the outline of a building stands to areas and communes, by points of it that lie close together.
//!
//! Promises: no point of the outline is farther than a step from one that was looked at.

use geo::{BoundingRect, Contains};
use geo_types::{Coord, LineString, MultiPolygon, Point};
use qpv_engine::AreaLocation;
use qpv_model::{CommuneCode, Position, rings};

use crate::place::Place;
use crate::snapshot::Snapshot;

/// Greatest distance between the points that a building is looked at, metres, unless it is so large that there would be more
/// than [`MAX_POINTS`] of them.
const STEP_M: f64 = 2.0;
/// The points that a building is looked at, at most.
const MAX_POINTS: f64 = 20_000.0;
/// Metres of a degree of latitude, at most (at the poles of WGS 84: 111.69 km).
const DEGREE_M: f64 = 111_700.0;

/// Where a building stands to areas.
#[derive(Debug)]
pub(crate) struct OutlineMeasure {
    /// The least signed distance of its points to the line of the areas, metres, negative inside; infinite where none is near.
    pub(crate) nearest_m: f64,
    /// The greatest.
    pub(crate) farthest_m: f64,
    /// The distance of its points from each other, metres: none of it is farther from one.
    pub(crate) step_m: f64,
    /// The areas that hold some of it, in order.
    pub(crate) members: Vec<u32>,
}

impl OutlineMeasure {
    /// Measures an outline, WGS 84 degrees, longitude first, that was judged.
    pub(crate) fn new(
        outline: &MultiPolygon<f64>,
        locate: impl Fn(&Position) -> AreaLocation,
    ) -> Self {
        let step_m = step_m(outline);
        let mut measure = Self {
            nearest_m: f64::INFINITY,
            farthest_m: f64::NEG_INFINITY,
            step_m,
            members: Vec::new(),
        };
        // Distances are measured from points: areas have no index of edges against polygons.
        for at in points_of(outline, step_m) {
            if let Ok(position) = Place::LonLat(at.x, at.y).position() {
                measure.add(&locate(&position));
            }
        }
        measure.members.sort_unstable();
        measure
    }

    fn add(&mut self, found: &AreaLocation) {
        let signed_m = match (found.signed_distance_m, found.members.is_empty()) {
            (Some(signed_m), _) => signed_m,
            (None, true) => f64::INFINITY,
            (None, false) => f64::NEG_INFINITY,
        };
        self.nearest_m = self.nearest_m.min(signed_m);
        self.farthest_m = self.farthest_m.max(signed_m);
        for member in &found.members {
            if !self.members.contains(member) {
                self.members.push(*member);
            }
        }
    }
}

/// Returns the distance of the points that an outline is looked at, metres.
fn step_m(outline: &MultiPolygon<f64>) -> f64 {
    let bounds = outline
        .bounding_rect()
        .expect("a building that was checked has corners");
    // Of its envelope: that of the building is smaller, so the points are too.
    let area_m2 = bounds.width() * bounds.height() * DEGREE_M * DEGREE_M;
    STEP_M.max((area_m2 / MAX_POINTS).sqrt())
}

/// Returns points of the lines and of the inside of an outline, none of it farther than a step from one.
fn points_of(outline: &MultiPolygon<f64>, step_m: f64) -> Vec<Coord<f64>> {
    let step_deg = step_m / DEGREE_M;
    let mut points = Vec::new();
    for ring in rings(outline) {
        for line in ring.lines() {
            let longest_deg = line.dx().abs().max(line.dy().abs());
            // In degrees of either axis: a degree of longitude is never longer than one of latitude.
            let count = (longest_deg / step_deg).ceil().max(1.0);
            let mut passed = 0.0;
            while passed < count {
                points.push(line.start + line.delta() * (passed / count));
                passed += 1.0;
            }
        }
    }
    let Some(bounds) = outline.bounding_rect() else {
        return points;
    };
    let mut y = bounds.min().y;
    while y < bounds.max().y {
        let mut x = bounds.min().x;
        while x < bounds.max().x {
            if outline.contains(&Point::new(x, y)) {
                points.push(Coord { x, y });
            }
            x += step_deg;
        }
        y += step_deg;
    }
    points
}

/// Returns the communes of the corners of an outline, each once; `None` when that of one is not known.
pub(crate) fn communes_of(
    snapshot: &Snapshot,
    outline: &MultiPolygon<f64>,
) -> Option<Vec<CommuneCode>> {
    let mut communes = Vec::new();
    for at in rings(outline).flat_map(LineString::coords) {
        let position = Place::LonLat(at.x, at.y).position().ok()?;
        let commune = snapshot.commune_at(&position, 0.0)?;
        if !communes.contains(&commune) {
            communes.push(commune);
        }
    }
    Some(communes)
}
