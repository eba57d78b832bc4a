//! Areas in well-known binary, curved ones included: ISO 13249-3 (dimensions by thousands in the type) and EWKB (by flags).
//!
//! Promises: a geometry is read whole or refused by its name; memory follows the bytes that are there, not the counts
//! they announce. Heights and measures are left out.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::arcs::{ArcBudget, append_arc};

/// Geometries in geometries at most: the standard needs four.
const MAX_DEPTH: usize = 16;
/// Parts of a curve may miss each other by this much, in degrees or metres: writers round them apart.
const MAX_GAP: f64 = 1e-8;

/// The flags of EWKB in a type.
const EWKB_Z: u32 = 0x8000_0000;
const EWKB_M: u32 = 0x4000_0000;
const EWKB_SRID: u32 = 0x2000_0000;

/// The polygons of a geometry.
#[derive(Debug, PartialEq)]
pub(super) struct Areas {
    pub polygons: MultiPolygon<f64>,
    /// The same through the published points only, when arcs lie between them.
    pub drawn: Option<MultiPolygon<f64>>,
}

/// Reads the polygons of a geometry; or returns the reason why it is none.
pub(super) fn areas(wkb: &[u8], budget: &mut ArcBudget) -> Result<Areas, String> {
    let mut reader = AreaReader::new(wkb, Some(*budget));
    let polygons = reader.areas()?;
    let drawn = if reader.has_arcs {
        Some(AreaReader::new(wkb, None).areas()?)
    } else {
        None
    };
    if let Some(left) = reader.budget {
        *budget = left;
    }
    Ok(Areas { polygons, drawn })
}

/// The header of a geometry.
#[derive(Debug, Clone, Copy)]
struct Header {
    /// The type without its dimensions.
    kind: u32,
    is_little_endian: bool,
    /// Numbers of a point.
    dimensions: usize,
}

struct AreaReader<'a> {
    left: &'a [u8],
    /// `None` to read arcs as lines through their points.
    budget: Option<ArcBudget>,
    has_arcs: bool,
    polygons: Vec<Polygon<f64>>,
}

impl<'a> AreaReader<'a> {
    fn new(wkb: &'a [u8], budget: Option<ArcBudget>) -> Self {
        Self {
            left: wkb,
            budget,
            has_arcs: false,
            polygons: Vec::new(),
        }
    }

    fn areas(&mut self) -> Result<MultiPolygon<f64>, String> {
        self.geometry(MAX_DEPTH)?;
        let polygons = std::mem::take(&mut self.polygons);
        if polygons.is_empty() {
            return Err("an empty geometry".to_owned());
        }
        Ok(MultiPolygon(polygons))
    }

    /// Reads a geometry of any type, and those in it.
    fn geometry(&mut self, depth: usize) -> Result<(), String> {
        let header = self.header()?;
        match header.kind {
            3 => {
                let rings = self.rings(header, Self::points)?;
                self.add(rings);
            }
            10 => {
                let rings = self.rings(header, |reader, _| reader.curve(MAX_DEPTH))?;
                self.add(rings);
            }
            6 | 7 | 12 => {
                let depth = depth.checked_sub(1).ok_or("geometries nested too deep")?;
                for _ in 0..self.count(header)? {
                    self.geometry(depth)?;
                }
            }
            other => {
                let advice = if other > 12 {
                    ": make it polygons first (ogr2ogr -nlt CONVERT_TO_LINEAR -nlt MULTIPOLYGON)"
                } else {
                    ""
                };
                return Err(format!(
                    "a {}, where a polygon is expected{advice}",
                    name(other)
                ));
            }
        }
        Ok(())
    }

    fn add(&mut self, rings: Vec<LineString<f64>>) {
        let mut rings = rings.into_iter();
        if let Some(exterior) = rings.next() {
            self.polygons.push(Polygon::new(exterior, rings.collect()));
        }
    }

    fn rings(
        &mut self,
        header: Header,
        mut ring: impl FnMut(&mut Self, Header) -> Result<Vec<Coord<f64>>, String>,
    ) -> Result<Vec<LineString<f64>>, String> {
        let mut rings = Vec::new();
        for _ in 0..self.count(header)? {
            rings.push(LineString(ring(self, header)?));
        }
        Ok(rings)
    }

    /// Reads a curve with its header, as a line.
    fn curve(&mut self, depth: usize) -> Result<Vec<Coord<f64>>, String> {
        let header = self.header()?;
        match header.kind {
            2 => self.points(header),
            8 => {
                let points = self.points(header)?;
                self.through_arcs(points)
            }
            9 => {
                let depth = depth.checked_sub(1).ok_or("geometries nested too deep")?;
                let mut line: Vec<Coord<f64>> = Vec::new();
                for _ in 0..self.count(header)? {
                    let part = self.curve(depth)?;
                    join(&mut line, part)?;
                }
                Ok(line)
            }
            other => Err(format!("a {}, where a ring is expected", name(other))),
        }
    }

    fn through_arcs(&mut self, points: Vec<Coord<f64>>) -> Result<Vec<Coord<f64>>, String> {
        if points.is_empty() {
            return Ok(points);
        }
        if points.len() < 3 || points.len().is_multiple_of(2) {
            return Err(format!(
                "a circular string of {} points, where arcs need 3, 5, 7…",
                points.len()
            ));
        }
        self.has_arcs = true;
        let Some(budget) = &mut self.budget else {
            return Ok(points);
        };
        let mut line = vec![points[0]];
        for arc in points[1..].chunks_exact(2) {
            append_arc(&mut line, arc[0], arc[1], budget)?;
        }
        Ok(line)
    }

    fn points(&mut self, header: Header) -> Result<Vec<Coord<f64>>, String> {
        let count = self.count(header)?;
        let stride = 8 * header.dimensions;
        // The count is checked before it reserves memory.
        let bytes = self.bytes(count.checked_mul(stride).ok_or_else(cut)?)?;
        let number = |bytes: &[u8]| {
            let bytes: [u8; 8] = bytes.try_into().unwrap_or_default();
            if header.is_little_endian {
                f64::from_le_bytes(bytes)
            } else {
                f64::from_be_bytes(bytes)
            }
        };
        Ok(bytes
            .chunks_exact(stride)
            .map(|point| Coord {
                x: number(&point[..8]),
                y: number(&point[8..16]),
            })
            .collect())
    }

    fn header(&mut self) -> Result<Header, String> {
        let is_little_endian = match self.bytes(1)?[0] {
            0 => false,
            1 => true,
            other => return Err(format!("its geometry is damaged (byte order {other})")),
        };
        let code = self.word(is_little_endian)?;
        if code & EWKB_SRID != 0 {
            self.word(is_little_endian)?;
        }
        let flags = usize::from(code & EWKB_Z != 0) + usize::from(code & EWKB_M != 0);
        let code = code & !(EWKB_Z | EWKB_M | EWKB_SRID);
        let by_thousands = match code / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(format!("its geometry is damaged (type {code})")),
        };
        Ok(Header {
            kind: code % 1000,
            is_little_endian,
            dimensions: 2 + flags.max(by_thousands),
        })
    }

    fn count(&mut self, header: Header) -> Result<usize, String> {
        let count = self.word(header.is_little_endian)?;
        usize::try_from(count).map_err(|_| cut())
    }

    fn word(&mut self, is_little_endian: bool) -> Result<u32, String> {
        let bytes: [u8; 4] = self.bytes(4)?.try_into().map_err(|_| cut())?;
        Ok(if is_little_endian {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8], String> {
        let (taken, left) = self.left.split_at_checked(count).ok_or_else(cut)?;
        self.left = left;
        Ok(taken)
    }
}

fn cut() -> String {
    "its geometry is damaged (it is cut)".to_owned()
}

/// Appends a part of a curve, which begins where the one before ends.
fn join(line: &mut Vec<Coord<f64>>, part: Vec<Coord<f64>>) -> Result<(), String> {
    let gap = match (line.last(), part.first()) {
        (Some(end), Some(start)) => *start - *end,
        _ => Coord { x: 0.0, y: 0.0 },
    };
    if gap.x.abs().max(gap.y.abs()) > MAX_GAP {
        return Err("a compound curve whose parts do not join".to_owned());
    }
    let repeats_the_end = !line.is_empty();
    line.extend(part.into_iter().skip(usize::from(repeats_the_end)));
    Ok(())
}

/// Returns the name of a type.
fn name(kind: u32) -> String {
    let known = match kind {
        1 => "point",
        2 => "line",
        3 => "polygon",
        4 => "set of points",
        5 => "set of lines",
        6 => "set of polygons",
        7 => "collection of geometries",
        8 => "circular string (CIRCULARSTRING)",
        9 => "compound curve (COMPOUNDCURVE)",
        10 => "curve polygon (CURVEPOLYGON)",
        11 => "set of curves (MULTICURVE)",
        12 => "set of surfaces (MULTISURFACE)",
        13 => "curve (CURVE)",
        14 => "surface (SURFACE)",
        15 => "polyhedral surface (POLYHEDRALSURFACE)",
        16 => "triangulated surface (TIN)",
        17 => "triangle (TRIANGLE)",
        other => return format!("geometry of the unknown type {other}"),
    };
    known.to_owned()
}

#[cfg(test)]
pub(super) mod tests {
    use geo::Area;
    use proptest::prelude::*;

    use super::*;

    /// A geometry of this type in little endian, of `count` parts.
    pub fn wkb(code: u32, count: usize, parts: &[u8]) -> Vec<u8> {
        let mut bytes = vec![1];
        bytes.extend(code.to_le_bytes());
        bytes.extend(u32::try_from(count).unwrap().to_le_bytes());
        bytes.extend(parts);
        bytes
    }

    pub fn points(coords: &[(f64, f64)]) -> Vec<u8> {
        coords
            .iter()
            .flat_map(|(x, y)| [x.to_le_bytes(), y.to_le_bytes()].concat())
            .collect()
    }

    fn line(code: u32, coords: &[(f64, f64)]) -> Vec<u8> {
        wkb(code, coords.len(), &points(coords))
    }

    /// A ring without a header, as a POLYGON has it.
    fn bare(coords: &[(f64, f64)]) -> Vec<u8> {
        line(2, coords)[5..].to_vec()
    }

    /// A square of 1000 m in Lambert-93.
    const SQUARE: [(f64, f64); 5] = [
        (437_000.0, 6_855_000.0),
        (438_000.0, 6_855_000.0),
        (438_000.0, 6_856_000.0),
        (437_000.0, 6_856_000.0),
        (437_000.0, 6_855_000.0),
    ];
    /// A circle of 100 m in the middle of it.
    const CIRCLE: [(f64, f64); 5] = [
        (437_400.0, 6_855_500.0),
        (437_500.0, 6_855_600.0),
        (437_600.0, 6_855_500.0),
        (437_500.0, 6_855_400.0),
        (437_400.0, 6_855_500.0),
    ];
    const CIRCLE_M2: f64 = std::f64::consts::PI * 10_000.0;

    fn read(wkb: &[u8]) -> Result<MultiPolygon<f64>, String> {
        areas(wkb, &mut ArcBudget::default()).map(|areas| areas.polygons)
    }

    /// Less than a centimetre all along the circle.
    fn is_circle(area: f64) -> bool {
        (CIRCLE_M2 - area).abs() < 0.01 * std::f64::consts::TAU * 100.0
    }

    #[test]
    fn straight_rings_are_kept_exactly() {
        let polygon = wkb(3, 1, &bare(&SQUARE));
        let curved = wkb(10, 1, &line(2, &SQUARE));
        let compound = wkb(
            10,
            1,
            &wkb(
                9,
                2,
                &[line(2, &SQUARE[..3]), line(2, &SQUARE[2..])].concat(),
            ),
        );
        let expected = read(&polygon).unwrap();
        assert_eq!(expected.0[0].exterior().0.len(), 5);
        assert_eq!(expected.unsigned_area(), 1e6);
        for same in [
            curved.clone(),
            compound,
            wkb(12, 1, &polygon),
            wkb(12, 1, &curved),
            wkb(6, 1, &polygon),
            wkb(7, 1, &wkb(12, 1, &curved)),
        ] {
            assert_eq!(read(&same).unwrap(), expected);
            assert_eq!(areas(&same, &mut ArcBudget::default()).unwrap().drawn, None);
        }
    }

    #[test]
    fn a_surface_of_both_kinds_keeps_both_parts() {
        let far: Vec<_> = SQUARE.iter().map(|(x, y)| (x + 5000.0, *y)).collect();
        let both = [wkb(3, 1, &bare(&SQUARE)), wkb(10, 1, &line(2, &far))].concat();
        let polygons = read(&wkb(12, 2, &both)).unwrap();
        assert_eq!(polygons.0.len(), 2);
        assert_eq!(polygons.unsigned_area(), 2e6);
    }

    #[test]
    fn arcs_and_holes_are_drawn_within_a_centimetre() {
        let circle = line(8, &CIRCLE);
        let disc = read(&wkb(10, 1, &circle)).unwrap();
        assert!(is_circle(disc.unsigned_area()), "{}", disc.unsigned_area());
        let holed = areas(
            &wkb(10, 2, &[line(2, &SQUARE), circle].concat()),
            &mut ArcBudget::default(),
        )
        .unwrap();
        assert_eq!(holed.polygons.0[0].interiors().len(), 1);
        assert!(is_circle(1e6 - holed.polygons.unsigned_area()));
        let drawn = holed.drawn.unwrap();
        assert_eq!(drawn.0[0].interiors()[0].0.len(), 5);
        // A half circle closed by its diameter.
        let half = wkb(
            9,
            2,
            &[line(8, &CIRCLE[..3]), line(2, &[CIRCLE[2], CIRCLE[0]])].concat(),
        );
        let area = read(&wkb(10, 1, &half)).unwrap().unsigned_area();
        assert!(is_circle(2.0 * area), "{area}");
    }

    #[test]
    fn heights_and_measures_are_left_out_in_both_dialects() {
        let expected = read(&wkb(10, 1, &line(8, &CIRCLE))).unwrap();
        let with = |extra: &[f64]| -> Vec<u8> {
            CIRCLE
                .iter()
                .flat_map(|c| {
                    let mut point = points(&[*c]);
                    point.extend(extra.iter().flat_map(|value| value.to_le_bytes()));
                    point
                })
                .collect()
        };
        for (dimensions, extra) in [
            (1000, vec![1.0]),
            (2000, vec![1.0]),
            (3000, vec![1.0, 2.0]),
            (EWKB_Z, vec![1.0]),
            (EWKB_M, vec![1.0]),
            (EWKB_Z | EWKB_M, vec![1.0, 2.0]),
            (EWKB_Z + 1000, vec![1.0]),
        ] {
            let ring = wkb(8 + dimensions, 5, &with(&extra));
            let surface = wkb(12 + dimensions, 1, &wkb(10 + dimensions, 1, &ring));
            assert_eq!(read(&surface).unwrap(), expected, "{dimensions:#x}");
        }
        let mut srid = vec![1];
        srid.extend((0xa | EWKB_SRID).to_le_bytes());
        srid.extend(2154_u32.to_le_bytes());
        srid.extend(1_u32.to_le_bytes());
        srid.extend(line(8, &CIRCLE));
        assert_eq!(read(&srid).unwrap(), expected);
    }

    #[test]
    fn big_endian() {
        let mut bytes = vec![0, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 5];
        for (x, y) in SQUARE {
            bytes.extend(x.to_be_bytes());
            bytes.extend(y.to_be_bytes());
        }
        assert_eq!(read(&bytes).unwrap().unsigned_area(), 1e6);
    }

    #[test]
    fn a_part_that_is_no_area_refuses_the_whole() {
        let square = wkb(3, 1, &bare(&SQUARE));
        let beside = |other: Vec<u8>| wkb(7, 2, &[square.clone(), other].concat());
        for (geometry, words) in [
            (beside(line(2, &SQUARE)), "a line"),
            (beside(wkb(11, 1, &line(8, &CIRCLE))), "MULTICURVE"),
            (beside(line(8, &CIRCLE)), "CIRCULARSTRING"),
            (beside(wkb(16, 0, &[])), "TIN"),
            (beside(wkb(99, 0, &[])), "unknown type 99"),
            (
                wkb(
                    12,
                    2,
                    &[square.clone(), wkb(10, 1, &line(8, &CIRCLE[..4]))].concat(),
                ),
                "a circular string of 4 points",
            ),
            (
                wkb(
                    10,
                    1,
                    &wkb(9, 2, &[line(2, &SQUARE[..2]), line(8, &CIRCLE)].concat()),
                ),
                "do not join",
            ),
            (wkb(10, 1, &square), "where a ring is expected"),
            (wkb(6, 0, &[]), "empty"),
            (vec![7, 3, 0, 0, 0], "damaged"),
        ] {
            let fault = read(&geometry).unwrap_err();
            assert!(fault.contains(words), "{fault}");
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let mut geometry = wkb(3, 1, &bare(&SQUARE));
        let mut curve = line(2, &SQUARE);
        for _ in 0..MAX_DEPTH {
            geometry = wkb(7, 1, &geometry);
            curve = wkb(9, 1, &curve);
        }
        assert!(read(&geometry).is_ok() && read(&wkb(10, 1, &curve)).is_ok());
        for deeper in [wkb(7, 1, &geometry), wkb(10, 1, &wkb(9, 1, &curve))] {
            assert!(read(&deeper).unwrap_err().contains("nested"));
        }
    }

    #[test]
    fn cut_and_lying_bytes_are_refused() {
        let whole = wkb(10, 2, &[line(2, &SQUARE), line(8, &CIRCLE)].concat());
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "cut at {length}");
        }
        for lie in [
            wkb(12, 1, &[])[..5]
                .iter()
                .copied()
                .chain([255; 4])
                .collect::<Vec<_>>(),
            wkb(3, 1, &[255; 4]),
            wkb(10, 1, &[1, 8, 0, 0, 0, 255, 255, 255, 255]),
        ] {
            assert!(read(&lie).unwrap_err().contains("damaged"));
        }
    }

    proptest! {
        #[test]
        fn damage_never_panics(changes in prop::collection::vec((0_usize..400, any::<u8>()), 1..6)) {
            let mut bytes = wkb(12, 1, &wkb(10, 2, &[line(2, &SQUARE), line(8, &CIRCLE)].concat()));
            for (at, value) in changes {
                let at = at % bytes.len();
                bytes[at] = value;
            }
            let _ = read(&bytes);
        }
    }
}
