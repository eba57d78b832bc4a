//! The points of the perimeters' lines nearest to a position, and how far along its ring each lies.
//!
//! What tells whether a street follows a line needs the place on the line and not the distance alone. Lengths along the
//! rings are measured once, when the index is made: eight bytes a vertex.

use geo_types::Coord;
use qpv_model::{Outline, Wgs84Point};
use smallvec::SmallVec;

use super::Zones;
use crate::LocalFrame;
use crate::outlines::index_u32;

/// The point of a perimeter's line that is nearest to a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foot {
    /// Position in [`Zones::perimeters`].
    pub perimeter: u32,
    /// The point, WGS 84 degrees, longitude first.
    pub point: Coord<f64>,
    /// Geodesic metres from the position to it.
    pub distance_m: f64,
    /// Which ring of all the layer's it lies on: the same number, the same ring.
    pub ring: u32,
    /// Geodesic metres along the ring from where the published ring begins.
    pub along_m: f64,
    /// The whole ring's length, metres: a ring has no end, so [`Foot::along_m`] counts modulo this.
    pub ring_m: f64,
}

/// The rings, in the order of their vertices.
#[derive(Debug)]
pub(super) struct Rings {
    /// First vertex of each.
    firsts: Vec<u32>,
    /// Of each vertex, metres along its ring.
    along_m: Vec<f64>,
}

impl Rings {
    pub(super) fn of<'a>(outlines: impl Iterator<Item = &'a Outline>) -> Self {
        let mut rings = Self {
            firsts: Vec::new(),
            along_m: Vec::new(),
        };
        for polygon in outlines.flat_map(Outline::wgs84) {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                rings.firsts.push(index_u32(rings.along_m.len()));
                let mut along_m = 0.0;
                let before = ring.0.iter().take(1).chain(&ring.0);
                for (&before, &vertex) in before.zip(&ring.0) {
                    along_m += LocalFrame::at_coord(before).distance_m(vertex);
                    rings.along_m.push(along_m);
                }
            }
        }
        rings.along_m.shrink_to_fit();
        rings
    }

    /// The ring of a vertex.
    fn ring_of(&self, vertex: u32) -> usize {
        self.firsts.partition_point(|&first| first <= vertex) - 1
    }

    fn length_m(&self, ring: usize) -> f64 {
        let end = self
            .firsts
            .get(ring + 1)
            .map_or(self.along_m.len(), |&next| next as usize);
        self.along_m[end - 1]
    }
}

/// The nearest edge of a perimeter met so far: `vertices[edge]` and the next.
struct Nearest {
    perimeter: u32,
    edge: u32,
    distance2: f64,
}

impl Zones {
    /// Of each perimeter whose line is at most `within_m` metres (a few kilometres at most) from a point on WGS 84,
    /// inside or outside, the point of its line nearest to that point; in code order.
    ///
    /// Distances are those of [`Zones::locate`]: geodesic metres, right to 5 cm. Of two places of the line as near, the
    /// one that comes first in the published outline.
    ///
    /// ```
    /// # use geo_types::{Coord, polygon};
    /// # use qpv_engine::Zones;
    /// # use qpv_model::{Outline, Perimeter, Territory, Vintage, VintageLayer, Wgs84Point};
    /// let square = polygon![(x: 2.0, y: 48.0), (x: 2.01, y: 48.0), (x: 2.01, y: 48.01), (x: 2.0, y: 48.01)];
    /// # let perimeter = Perimeter {
    /// #     code_qp: "QN06101N".parse().unwrap(), lib_qp: "Le Carré".into(), insee_com: vec![], lib_com: vec![],
    /// #     insee_dep: "61".into(), lib_dep: None, insee_reg: None, lib_reg: None, siren_epci: vec![],
    /// #     territory: Territory::Metropole, area_ha: 0.0, outline: Outline::on_wgs84(square.into()),
    /// # };
    /// # let layer = VintageLayer {
    /// #     vintage: Vintage::V2024, perimeters: vec![perimeter], official_band: vec![], precision_m: 1.0,
    /// #     whole: [Territory::Metropole].into(),
    /// # };
    /// # let zones = Zones::new(layer, |_, _| None);
    /// // South of the square, opposite the middle of its southern side.
    /// let feet = zones.feet(Wgs84Point::new(2.005, 47.9999).unwrap(), 25.0);
    /// assert!((feet[0].point.x - 2.005).abs() < 1e-9 && feet[0].point.y == 48.0);
    /// assert!((feet[0].distance_m - 11.12).abs() < 0.01 && (feet[0].along_m - 373.1).abs() < 0.1);
    /// assert!(zones.feet(Wgs84Point::new(2.005, 47.999).unwrap(), 25.0).is_empty());
    /// ```
    #[must_use]
    pub fn feet(&self, point: Wgs84Point, within_m: f64) -> SmallVec<[Foot; 2]> {
        let frame = LocalFrame::at(point);
        let mut nearest = self.nearest_edges(&frame, point, within_m);
        nearest.sort_by_key(|found| found.perimeter);
        nearest
            .iter()
            .map(|found| self.foot(&frame, found))
            .filter(|foot| foot.distance_m <= within_m)
            .collect()
    }

    /// Of each perimeter with an edge in the box around a point, the nearest one.
    fn nearest_edges(
        &self,
        frame: &LocalFrame,
        point: Wgs84Point,
        within_m: f64,
    ) -> SmallVec<[Nearest; 2]> {
        let mut nearest: SmallVec<[Nearest; 2]> = SmallVec::new();
        let [half_lon, half_lat] = frame.half_widths_deg(within_m);
        let (lon, lat) = (point.lon_deg(), point.lat_deg());
        let (lower, upper) = (
            [lon - half_lon, lat - half_lat],
            [lon + half_lon, lat + half_lat],
        );
        self.lines
            .edges_near(lower, upper, |perimeter, edge, [a, b]| {
                let found = Nearest {
                    perimeter,
                    edge,
                    distance2: frame.segment_distance2(a, b),
                };
                match nearest
                    .iter_mut()
                    .find(|known| known.perimeter == perimeter)
                {
                    Some(known) if (found.distance2, edge) < (known.distance2, known.edge) => {
                        *known = found
                    }
                    Some(_) => {}
                    None => nearest.push(found),
                }
            });
        nearest
    }

    fn foot(&self, frame: &LocalFrame, nearest: &Nearest) -> Foot {
        let [a, b] = self.lines.edge(nearest.edge);
        let point = frame.segment_foot(a, b);
        let ring = self.rings.ring_of(nearest.edge);
        let before_m = self.rings.along_m[nearest.edge as usize];
        Foot {
            perimeter: nearest.perimeter,
            point,
            distance_m: nearest.distance2.sqrt(),
            ring: index_u32(ring),
            along_m: before_m + LocalFrame::at_coord(a).distance_m(point),
            ring_m: self.rings.length_m(ring),
        }
    }
}
