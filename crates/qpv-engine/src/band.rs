//! The 300 m band as areas to draw: the perimeters of one vintage, each widened by 300 m, dissolved where they touch.
//!
//! Each polygon is widened in a plane of its own, tangent at its middle, where metres are metres whatever the territory:
//! Lambert-93 stretches them by up to 0.3 %, which is most of a metre in 300. The line drawn lies between 299.4 m and
//! 300.4 m from the perimeters; the perimeters are not cut out. It is for maps: zones are decided by distances, which
//! approximate no corner ([`crate::PerimeterIndex`]).
//!
//! Stored like the point index: flat arrays beside the perimeters, made again when they are of another version or of
//! other perimeters.

mod drawing;

use bytemuck::cast_slice;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use qpv_arrays::{ArrayBytes, ArrayFile, ArrayFileKind};
use qpv_model::{BandArea, Perimeter};

use crate::outline_trees::index_u32;
use crate::point_index::IndexError;
use drawing::{DrawnArea, draw};

/// The file of a band. The version changes whenever the same perimeters give other bytes.
const KIND: ArrayFileKind = ArrayFileKind {
    magic: *b"qpv band",
    version: 2,
    arrays: 6,
};

/// The areas of the band, as they are stored. Perimeters are known by their place in the layer.
#[derive(Debug)]
pub struct BandDrawing(ArrayFile);

/// The arrays being filled. Each `…_ends` holds the end of each whole in the array of its parts.
#[derive(Default)]
struct BandArrays {
    vertices: Vec<[f64; 2]>,
    ring_ends: Vec<u32>,
    polygon_ends: Vec<u32>,
    area_ends: Vec<u32>,
    members: Vec<u32>,
    member_ends: Vec<u32>,
}

impl BandDrawing {
    /// Draws the band of a layer's perimeters: their outlines on WGS 84, whatever they were published in.
    ///
    /// # Panics
    /// If the drawing has more than 2³² vertices.
    #[must_use]
    pub fn build(perimeters: &[Perimeter]) -> Self {
        let mut flat = BandArrays::default();
        for area in draw(perimeters) {
            flat.add(&area);
        }
        let arrays: [&[u8]; KIND.arrays] = [
            cast_slice(&flat.vertices),
            cast_slice(&flat.ring_ends),
            cast_slice(&flat.polygon_ends),
            cast_slice(&flat.area_ends),
            cast_slice(&flat.members),
            cast_slice(&flat.member_ends),
        ];
        Self(ArrayFile::write(KIND, fingerprint(perimeters), &arrays))
    }

    /// Reads a band from the bytes of [`BandDrawing::bytes`], without copying them. They must begin on a multiple of eight, as
    /// a mapped file does. A sum guards them against accidents, nothing against forgery.
    ///
    /// # Errors
    /// [`IndexError`] when they are not the band of these perimeters.
    pub fn from_bytes(bytes: ArrayBytes, perimeters: &[Perimeter]) -> Result<Self, IndexError> {
        let band = Self(ArrayFile::open(KIND, bytes)?);
        // The band's own vertices are not those of the perimeters: a fingerprint of these is compared instead.
        if band.0.count() == fingerprint(perimeters) {
            Ok(band)
        } else {
            Err(IndexError::OtherPerimeters)
        }
    }

    /// Returns the bytes to store.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// Returns the areas, in the order of their first codes. They are disjoint, and each perimeter lies in one.
    ///
    /// # Panics
    /// If these are not the perimeters that the band was made of.
    #[must_use]
    pub fn areas(&self, perimeters: &[Perimeter]) -> Vec<BandArea> {
        let vertices = self.0.array::<[f64; 2]>(0);
        let rings: Vec<LineString<f64>> = parts(vertices, self.0.array(1)).map(ring).collect();
        let polygons: Vec<Polygon<f64>> = parts(&rings, self.0.array(2)).map(polygon).collect();
        let outlines =
            parts(&polygons, self.0.array(3)).map(|polygons| MultiPolygon(polygons.to_vec()));
        let members = parts(self.0.array::<u32>(4), self.0.array(5));
        members
            .zip(outlines)
            .map(|(members, outline)| BandArea {
                codes: members
                    .iter()
                    .map(|&member| perimeters[member as usize].code_qp)
                    .collect(),
                outline,
            })
            .collect()
    }
}

impl BandArrays {
    fn add(&mut self, DrawnArea { members, outline }: &DrawnArea) {
        for polygon in outline {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                self.vertices
                    .extend(ring.0.iter().map(|vertex| [vertex.x, vertex.y]));
                self.ring_ends.push(index_u32(self.vertices.len()));
            }
            self.polygon_ends.push(index_u32(self.ring_ends.len()));
        }
        self.area_ends.push(index_u32(self.polygon_ends.len()));
        self.members.extend(members);
        self.member_ends.push(index_u32(self.members.len()));
    }
}

fn ring(vertices: &[[f64; 2]]) -> LineString<f64> {
    LineString(vertices.iter().map(|&[x, y]| Coord { x, y }).collect())
}

fn polygon(rings: &[LineString<f64>]) -> Polygon<f64> {
    let (exterior, holes) = rings.split_first().expect("a polygon has a ring");
    Polygon::new(exterior.clone(), holes.to_vec())
}

/// Splits an array of parts into its wholes.
fn parts<'a, T>(all: &'a [T], ends: &'a [u32]) -> impl Iterator<Item = &'a [T]> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts
        .zip(ends)
        .map(|(start, &end)| &all[start as usize..end as usize])
}

/// Returns a number that other codes or outlines do not have, but by a chance of one in 2⁶⁴.
fn fingerprint(perimeters: &[Perimeter]) -> u64 {
    let mut words = Vec::new();
    for perimeter in perimeters {
        words.extend(perimeter.code_qp.as_str().bytes().map(u64::from));
        for ring in perimeter.outline.rings() {
            // The number of vertices keeps apart outlines that differ only by where one ring ends and the next begins.
            words.push(ring.0.len() as u64);
            words.extend(
                ring.0
                    .iter()
                    .flat_map(|vertex| [vertex.x.to_bits(), vertex.y.to_bits()]),
            );
        }
    }
    qpv_arrays::sum(&words)
}
