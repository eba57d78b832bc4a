//! One perimeter while an index is built: its rings, as ranges of the vertices of all.

use super::ray_crossing::Vertex;

/// One perimeter as rings of `vertices`.
pub(super) struct PerimeterRings<'a> {
    /// Its place in the layer.
    pub perimeter: u32,
    /// The vertices of all perimeters.
    pub vertices: &'a [Vertex],
    /// First vertex and number of vertices of each ring, closed.
    pub ranges: &'a [(u32, u32)],
    /// True when WGS 84 is the system that the outline was published in.
    pub on_wgs84: bool,
}

impl PerimeterRings<'_> {
    /// Returns every vertex.
    pub fn all_vertices(&self) -> impl Iterator<Item = &Vertex> {
        self.ranges
            .iter()
            .flat_map(|&(start, count)| &self.vertices[start as usize..(start + count) as usize])
    }

    /// Returns the lower and the upper corner of its envelope; inside out without any vertex.
    pub fn envelope(&self) -> [Vertex; 2] {
        envelope(self.all_vertices())
    }
}

/// Returns the lower and the upper corner of the envelope of some vertices; inside out without any.
pub(super) fn envelope<'a>(vertices: impl IntoIterator<Item = &'a Vertex>) -> [Vertex; 2] {
    // Inside out, so that the first vertex becomes both corners.
    let empty = [[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]];
    vertices.into_iter().fold(empty, |[lower, upper], vertex| {
        [
            [lower[0].min(vertex[0]), lower[1].min(vertex[1])],
            [upper[0].max(vertex[0]), upper[1].max(vertex[1])],
        ]
    })
}
