//! The 300 m band as areas to draw: the perimeters of one vintage, each widened by 300 m, dissolved where they touch.
//!
//! Each polygon is widened in a plane of its own, tangent at its middle, where metres are metres whatever the territory:
//! Lambert-93 stretches them by up to 0.3 %, which is most of a metre in 300. The line drawn lies between 299.4 m and
//! 300.4 m from the perimeters; the perimeters are not cut out. It is for maps: where a point stands is told by distances,
//! which approximate no corner ([`crate::Zones`]).
//!
//! Stored like the point index: flat arrays beside the perimeters, made again when they are of another version or of
//! other perimeters.

mod draw;

use bytemuck::cast_slice;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use qpv_arrays::{ArrayBytes, Arrays, Kind};
use qpv_model::{BandArea, Perimeter};

use crate::IndexError;
use crate::outlines::index_u32;
use draw::{Drawn, draw};

/// The version changes whenever the same perimeters give other bytes.
const KIND: Kind = Kind {
    magic: *b"qpv band",
    version: 2,
    arrays: 6,
};

/// The areas of the band, as they are stored. Perimeters are known by their position in the layer.
#[derive(Debug)]
pub struct Band(Arrays);

/// The arrays being filled. Each `…_ends` says where the parts of a whole end, in the array of the parts.
#[derive(Default)]
struct Flat {
    vertices: Vec<[f64; 2]>,
    ring_ends: Vec<u32>,
    polygon_ends: Vec<u32>,
    area_ends: Vec<u32>,
    members: Vec<u32>,
    member_ends: Vec<u32>,
}

impl Band {
    /// Draws the band of a layer's perimeters: their outlines on WGS 84, whatever they were published in.
    ///
    /// # Panics
    /// If the drawing has more than 2³² vertices.
    #[must_use]
    pub fn build(perimeters: &[Perimeter]) -> Self {
        let mut flat = Flat::default();
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
        Self(Arrays::write(KIND, fingerprint(perimeters), &arrays))
    }

    /// Reads a band from the bytes of [`Band::bytes`], without copying them. They must begin on a multiple of eight, as
    /// a mapped file does. A sum guards them against accidents, nothing against forgery.
    ///
    /// # Errors
    /// [`IndexError`] when they are not the band of these perimeters.
    pub fn from_bytes(bytes: ArrayBytes, perimeters: &[Perimeter]) -> Result<Self, IndexError> {
        let band = Self(Arrays::open(KIND, bytes)?);
        if band.0.count() == fingerprint(perimeters) {
            Ok(band)
        } else {
            Err(IndexError::OtherPerimeters)
        }
    }

    /// The bytes to store.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// The areas, in the order of their first codes. They are disjoint, and each perimeter lies in one.
    ///
    /// # Panics
    /// If these are not the perimeters that the band was made of.
    #[must_use]
    pub fn areas(&self, perimeters: &[Perimeter]) -> Vec<BandArea> {
        let vertices = self.0.array::<[f64; 2]>(0);
        let ring =
            |ring: &[[f64; 2]]| LineString(ring.iter().map(|&[x, y]| Coord { x, y }).collect());
        let rings: Vec<_> = parts(vertices, self.0.array(1)).map(ring).collect();
        let polygon = |rings: &[LineString<f64>]| {
            let (exterior, holes) = rings.split_first().expect("a polygon has a ring");
            Polygon::new(exterior.clone(), holes.to_vec())
        };
        let polygons: Vec<_> = parts(&rings, self.0.array(2)).map(polygon).collect();
        let outlines =
            parts(&polygons, self.0.array(3)).map(|polygons| MultiPolygon(polygons.to_vec()));
        let members = parts(self.0.array::<u32>(4), self.0.array(5));
        let codes = members.map(|members| {
            members
                .iter()
                .map(|&member| perimeters[member as usize].code_qp)
                .collect()
        });
        codes
            .zip(outlines)
            .map(|(codes, outline)| BandArea { codes, outline })
            .collect()
    }
}

impl Flat {
    fn add(&mut self, Drawn { members, outline }: &Drawn) {
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

/// The wholes of an array of parts.
fn parts<'a, T>(all: &'a [T], ends: &'a [u32]) -> impl Iterator<Item = &'a [T]> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts
        .zip(ends)
        .map(|(start, &end)| &all[start as usize..end as usize])
}

/// A number that other codes or outlines do not have, but by a chance of one in 2⁶⁴.
fn fingerprint(perimeters: &[Perimeter]) -> u64 {
    let mut words = Vec::new();
    for perimeter in perimeters {
        words.extend(perimeter.code_qp.as_str().bytes().map(u64::from));
        let polygons = perimeter.outline.wgs84().iter();
        for ring in polygons
            .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
        {
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
