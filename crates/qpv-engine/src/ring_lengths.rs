//! Lengths along the rings of outlines: eight bytes a vertex, measured once when the index is made.

use qpv_model::Outline;

use crate::geodesy::LocalFrame;
use crate::outline_trees::index_u32;

/// The rings of a layer, in the order of their vertices.
#[derive(Debug)]
pub(crate) struct RingLengths {
    /// First vertex of each ring.
    first_vertices: Vec<u32>,
    /// Metres along its ring, for each vertex.
    along_m: Vec<f64>,
}

impl RingLengths {
    pub(crate) fn new<'a>(outlines: impl Iterator<Item = &'a Outline>) -> Self {
        let mut rings = Self {
            first_vertices: Vec::new(),
            along_m: Vec::new(),
        };
        for ring in outlines.flat_map(Outline::rings) {
            rings.first_vertices.push(index_u32(rings.along_m.len()));
            let mut along_m = 0.0;
            // The first vertex is paired with itself, so that it lies at 0 m.
            let before = ring.0.iter().take(1).chain(&ring.0);
            for (&before, &vertex) in before.zip(&ring.0) {
                along_m += LocalFrame::at_coord(before).distance_m(vertex);
                rings.along_m.push(along_m);
            }
        }
        // Kept as long as the dataset: a grown vector holds up to twice what it needs.
        rings.along_m.shrink_to_fit();
        rings
    }

    /// Returns the ring of a vertex.
    pub(crate) fn ring_of(&self, vertex: u32) -> usize {
        self.first_vertices
            // By bisection: a number for each vertex would take half as much as the lengths.
            .partition_point(|&first| first <= vertex)
            - 1
    }

    /// Returns the metres along its ring to a vertex.
    pub(crate) fn along_m(&self, vertex: u32) -> f64 {
        self.along_m[vertex as usize]
    }

    /// Returns the length of a whole ring, metres.
    pub(crate) fn length_m(&self, ring: usize) -> f64 {
        let end = self
            .first_vertices
            .get(ring + 1)
            .map_or(self.along_m.len(), |&next| next as usize);
        self.along_m[end - 1]
    }
}
