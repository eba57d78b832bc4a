//! The points of the perimeters' lines closest to a position, and their places along their rings.
//!
//! A street follows a line when its numbers lie opposite successive places of it. Their distances alone cannot show that.

use geo_types::Coord;
use qpv_model::Wgs84Point;
use smallvec::SmallVec;

use crate::geodesy::LocalFrame;
use crate::location::PerimeterId;
use crate::outline_trees::index_u32;
use crate::perimeter_index::PerimeterIndex;

/// The point of a perimeter's line that is closest to a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClosestPoint {
    /// The perimeter.
    pub perimeter: PerimeterId,
    /// The point, WGS 84 degrees, longitude first.
    pub point: Coord<f64>,
    /// Geodesic metres from the position to it.
    pub distance_m: f64,
    /// Number of the ring among all rings of the layer.
    pub ring: u32,
    /// Geodesic metres along the ring, from the first vertex published.
    pub along_m: f64,
    /// The whole ring's length, metres: a ring has no end, so [`ClosestPoint::along_m`] counts modulo this.
    pub ring_m: f64,
}

/// The nearest edge of a perimeter met so far: `vertices[edge]` and the next.
struct NearestEdge {
    perimeter: u32,
    edge: u32,
    distance2: f64,
}

impl PerimeterIndex {
    /// Returns the closest point of each perimeter whose line is at most `within_m` metres away, in code order.
    ///
    /// The point may lie inside or outside; `within_m` is a few kilometres at most. Distances are those of
    /// [`PerimeterIndex::locate`]: geodesic metres, right to 5 cm. Of two places of the line at the same distance, the
    /// one that comes first in the published outline is returned.
    ///
    /// ```
    /// # use geo_types::{Coord, polygon};
    /// # use qpv_engine::PerimeterIndex;
    /// # use qpv_model::{Outline, Perimeter, Territory, Vintage, VintageLayer, Wgs84Point};
    /// let square = polygon![(x: 2.0, y: 48.0), (x: 2.01, y: 48.0), (x: 2.01, y: 48.01), (x: 2.0, y: 48.01)];
    /// # let perimeter = Perimeter {
    /// #     vintage: Vintage::V2024,
    /// #     code_qp: "QN06101N".parse().unwrap(), lib_qp: "Le Carré".into(), insee_com: vec![], lib_com: vec![],
    /// #     insee_dep: "61".into(), lib_dep: None, insee_reg: None, lib_reg: None, siren_epci: vec![],
    /// #     territory: Territory::Metropole, area_ha: 0.0, outline: Outline::on_wgs84(square.into()),
    /// # };
    /// # let layer = VintageLayer {
    /// #     vintage: Vintage::V2024, perimeters: vec![perimeter], official_band: vec![], precision_m: 1.0,
    /// #     whole: [Territory::Metropole].into(),
    /// # };
    /// # let index = PerimeterIndex::new(layer, |_, _| None);
    /// // South of the square, opposite the middle of its southern side.
    /// let points = index.closest_points(Wgs84Point::new(2.005, 47.9999).unwrap(), 25.0);
    /// assert!((points[0].point.x - 2.005).abs() < 1e-9 && points[0].point.y == 48.0);
    /// assert!((points[0].distance_m - 11.12).abs() < 0.01 && (points[0].along_m - 373.1).abs() < 0.1);
    /// assert!(index.closest_points(Wgs84Point::new(2.005, 47.999).unwrap(), 25.0).is_empty());
    /// ```
    #[must_use]
    pub fn closest_points(&self, point: Wgs84Point, within_m: f64) -> SmallVec<[ClosestPoint; 2]> {
        let frame = LocalFrame::at(point);
        let mut nearest = self.nearest_edges(&frame, point, within_m);
        // The search tree finds edges in no order.
        nearest.sort_by_key(|found| found.perimeter);
        nearest
            .iter()
            .map(|found| self.closest_point(&frame, found))
            // The search envelope has corners farther away than its half-width.
            .filter(|closest| closest.distance_m <= within_m)
            .collect()
    }

    /// Returns the nearest edge of each perimeter with an edge in the envelope around a point.
    fn nearest_edges(
        &self,
        frame: &LocalFrame,
        point: Wgs84Point,
        within_m: f64,
    ) -> SmallVec<[NearestEdge; 2]> {
        let mut nearest: SmallVec<[NearestEdge; 2]> = SmallVec::new();
        let [half_lon, half_lat] = frame.half_widths_deg(within_m);
        let (lon, lat) = (point.lon_deg(), point.lat_deg());
        let lower = [lon - half_lon, lat - half_lat];
        let upper = [lon + half_lon, lat + half_lat];
        self.edges()
            .edges_near(lower, upper, |perimeter, edge, [a, b]| {
                let found = NearestEdge {
                    perimeter,
                    edge,
                    distance2: frame.segment_distance2(a, b),
                };
                match nearest
                    .iter_mut()
                    .find(|known| known.perimeter == perimeter)
                {
                    // The edge breaks ties: the tree visits runs in no order.
                    Some(known) if (found.distance2, edge) < (known.distance2, known.edge) => {
                        *known = found;
                    }
                    Some(_) => {}
                    None => nearest.push(found),
                }
            });
        nearest
    }

    fn closest_point(&self, frame: &LocalFrame, nearest: &NearestEdge) -> ClosestPoint {
        let [a, b] = self.edges().edge(nearest.edge);
        let point = frame.closest_on_segment(a, b);
        let rings = self.ring_lengths();
        let ring = rings.ring_of(nearest.edge);
        ClosestPoint {
            perimeter: PerimeterId(nearest.perimeter),
            point,
            distance_m: nearest.distance2.sqrt(),
            ring: index_u32(ring),
            // A frame measures from its origin only, hence one at the first end of the edge.
            along_m: rings.along_m(nearest.edge) + LocalFrame::at_coord(a).distance_m(point),
            ring_m: rings.length_m(ring),
        }
    }
}
