//! Reference systems: recognising the one of a layer, and projecting.
//!
//! Owns `proj`. Projections come from the definitions of [`qpv_model::Crs`] and need no database; a definition in
//! well-known text is recognised by its effect: PROJ converts some of the layer's own coordinates with it, and the known
//! system that agrees best, to under a millimetre, is taken. PROJ is linked with its database inside, so a binary works
//! without the folder it was built in.

use std::cell::RefCell;
use std::collections::BTreeMap;

use geo::{Area, MapCoords};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use proj::Proj;
use qpv_model::{Crs, CrsKind, MetricPoint, Territory, Wgs84Point};

use crate::error::Error;
use crate::readers::DeclaredCrs;
use crate::territories::TerritoryExtents;

/// Longitude and latitude on WGS 84 as PROJ defines them without a database.
const LON_LAT: &str = "+proj=longlat +datum=WGS84 +no_defs +type=crs";
/// Two systems are the same when they agree to this, metres.
const SAME_SYSTEM_M: f64 = 0.001;
/// Distance that a straight edge on WGS 84 may stray from the published one, metres: half of the centimetre promised.
const EDGE_TOLERANCE_M: f64 = 0.005;
/// Edges up to this length stray less than 2 mm, metres: a straight projected line bends by at most `L² tan(lat) / 8R`
/// against longitude and latitude, for latitudes up to 60 degrees.
const SHORT_EDGE_M: f64 = 200.0;
/// Metres in a degree of latitude, near enough for tolerances.
const DEGREE_M: f64 = 111_320.0;

/// Converts between a known reference system and WGS 84.
///
/// Not `Sync`: PROJ contexts belong to one thread. Callers on any thread use [`project`] and [`unproject`].
pub struct Projector {
    crs: Crs,
    /// `None` for WGS 84 itself.
    proj: Option<Proj>,
}

impl Projector {
    /// Returns a converter for `crs`.
    ///
    /// # Errors
    /// [`Error::Projection`] if PROJ refuses the definition, which does not happen for the known list.
    pub fn new(crs: Crs) -> Result<Self, Error> {
        let proj = match crs.kind() {
            // Those of the French networks coincide with WGS 84: nothing is converted.
            CrsKind::Geographic => None,
            CrsKind::Projected { definition } => {
                let fault =
                    |error: proj::ProjCreateError| failed(crs, Coord::default(), error.to_string());
                Some(Proj::new(definition).map_err(fault)?)
            }
        };
        Ok(Self { crs, proj })
    }

    /// Returns longitude and latitude, degrees, of a point in the system of this converter.
    ///
    /// # Errors
    /// [`Error::Projection`] outside the projection's domain.
    pub fn to_wgs84(&self, x: f64, y: f64) -> Result<Coord<f64>, Error> {
        let Some(proj) = &self.proj else {
            return Ok(Coord { x, y });
        };
        let given = Coord { x, y };
        let (lon, lat) = proj
            .project((x, y), true)
            .map_err(|error| failed(self.crs, given, error.to_string()))?;
        finite(
            self.crs,
            given,
            Coord {
                x: lon.to_degrees(),
                y: lat.to_degrees(),
            },
        )
    }

    /// Returns the point in the system of this converter of a longitude and a latitude in degrees.
    ///
    /// # Errors
    /// [`Error::Projection`] outside the projection's domain.
    pub fn from_wgs84(&self, lon: f64, lat: f64) -> Result<Coord<f64>, Error> {
        let Some(proj) = &self.proj else {
            return Ok(Coord { x: lon, y: lat });
        };
        let given = Coord { x: lon, y: lat };
        let radians = (lon.to_radians(), lat.to_radians());
        let (x, y) = proj
            .project(radians, false)
            .map_err(|error| failed(self.crs, given, error.to_string()))?;
        finite(self.crs, given, Coord { x, y })
    }

    /// Applies [`Projector::to_wgs84`] to every vertex.
    ///
    /// # Errors
    /// [`Error::Projection`] at the first vertex outside the projection's domain.
    pub fn all_to_wgs84(&self, polygons: &MultiPolygon<f64>) -> Result<MultiPolygon<f64>, Error> {
        polygons.try_map_coords(|c| self.to_wgs84(c.x, c.y))
    }

    /// Applies [`Projector::from_wgs84`] to every vertex.
    ///
    /// # Errors
    /// [`Error::Projection`] at the first vertex outside the projection's domain.
    pub fn all_from_wgs84(&self, polygons: &MultiPolygon<f64>) -> Result<MultiPolygon<f64>, Error> {
        polygons.try_map_coords(|c| self.from_wgs84(c.x, c.y))
    }
}

fn failed(crs: Crs, at: Coord<f64>, fault: String) -> Error {
    Error::Projection {
        crs,
        x: at.x,
        y: at.y,
        fault,
    }
}

fn finite(crs: Crs, at: Coord<f64>, result: Coord<f64>) -> Result<Coord<f64>, Error> {
    if result.x.is_finite() && result.y.is_finite() {
        Ok(result)
    } else {
        Err(failed(
            crs,
            at,
            "outside the projection's domain".to_owned(),
        ))
    }
}

/// Calls `with` with this thread's converter for `crs`, made on first use: making one takes longer than many projections.
fn on_this_thread<T>(
    crs: Crs,
    with: impl FnOnce(&Projector) -> Result<T, Error>,
) -> Result<T, Error> {
    thread_local! {
        // One set for each thread, since a PROJ context must not be shared.
        static CONVERTERS: RefCell<BTreeMap<Crs, Projector>> = const { RefCell::new(BTreeMap::new()) };
    }
    CONVERTERS.with_borrow_mut(|converters| {
        if let Some(projector) = converters.get(&crs) {
            return with(projector);
        }
        with(converters.entry(crs).or_insert(Projector::new(crs)?))
    })
}

/// Projects a point; can be called from any thread.
///
/// ```
/// let lambert = qpv_model::Crs::known(2154).unwrap();
/// let origin = qpv_model::Wgs84Point::new(3.0, 46.5).unwrap();
/// let projected = qpv_geodata::crs::project(lambert, origin).unwrap();
/// assert!((projected.x - 700_000.0).abs() < 1e-6 && (projected.y - 6_600_000.0).abs() < 1e-6);
/// ```
///
/// # Errors
/// [`Error::Projection`] outside the projection's domain.
pub fn project(crs: Crs, point: Wgs84Point) -> Result<Coord<f64>, Error> {
    on_this_thread(crs, |projector| {
        projector.from_wgs84(point.lon_deg(), point.lat_deg())
    })
}

/// Returns the longitude and latitude of a projected point; can be called from any thread.
///
/// # Errors
/// [`Error::Projection`] outside the projection's domain.
pub fn unproject(point: MetricPoint) -> Result<Wgs84Point, Error> {
    let crs = point.crs();
    let lon_lat = on_this_thread(crs, |projector| {
        projector.to_wgs84(point.x_m(), point.y_m())
    })?;
    Wgs84Point::new(lon_lat.x, lon_lat.y)
        .map_err(|error| failed(crs, point.coord(), error.to_string()))
}

/// Returns the area in hectares of polygons in `crs`, planar in the legal projection of `territory`, as the State publishes
/// areas: the vertices are reprojected, and edges are straight there. For an invalid outline this is the area of its shells
/// less that of its holes.
///
/// # Errors
/// [`Error::Projection`] when a vertex lies outside the domain of one of the projections.
pub(crate) fn area_of(
    territory: Territory,
    crs: Crs,
    polygons: &MultiPolygon<f64>,
) -> Result<f64, Error> {
    let legal = territory.legal_crs();
    // Coordinates published in the legal projection are measured as they are, without a round trip
    // through degrees.
    let metres = if crs == legal {
        polygons.unsigned_area()
    } else {
        let lon_lat = on_this_thread(crs, |projector| projector.all_to_wgs84(polygons))?;
        on_this_thread(legal, |projector| projector.all_from_wgs84(&lon_lat))?.unsigned_area()
    };
    Ok(metres / 10_000.0)
}

/// Returns the outline on WGS 84, degrees, with vertices added on long edges so that straight edges there stay within one
/// centimetre of the published ones.
///
/// # Errors
/// [`Error::Projection`] when a vertex lies outside the projection's domain.
pub fn wgs84_of(crs: Crs, published: &MultiPolygon<f64>) -> Result<MultiPolygon<f64>, Error> {
    if crs.kind() == CrsKind::Geographic {
        return Ok(published.clone());
    }
    on_this_thread(crs, |projector| {
        published
            .0
            .iter()
            .map(|polygon| densified_polygon(projector, polygon))
            .collect::<Result<Vec<_>, _>>()
            .map(MultiPolygon)
    })
}

fn densified_polygon(projector: &Projector, polygon: &Polygon<f64>) -> Result<Polygon<f64>, Error> {
    let holes: Result<Vec<_>, _> = polygon
        .interiors()
        .iter()
        .map(|hole| densified(projector, hole))
        .collect();
    Ok(Polygon::new(
        densified(projector, polygon.exterior())?,
        holes?,
    ))
}

/// Returns a ring on WGS 84 with vertices added on long edges.
fn densified(projector: &Projector, ring: &LineString<f64>) -> Result<LineString<f64>, Error> {
    let mut coords = Vec::with_capacity(ring.0.len());
    for line in ring.lines() {
        let pieces = pieces(projector, line.start, line.end)?;
        for piece in 0..pieces {
            let c = between(line.start, line.end, f64::from(piece) / f64::from(pieces));
            coords.push(projector.to_wgs84(c.x, c.y)?);
        }
    }
    // The ring is closed with its first point, bit for bit.
    coords.extend(coords.first().copied());
    Ok(LineString(coords))
}

/// Returns the number of pieces that an edge must be cut into: the gap shrinks with the square of their number.
fn pieces(projector: &Projector, start: Coord<f64>, end: Coord<f64>) -> Result<u32, Error> {
    // Nearly all published edges are short: they are spared five projections.
    if (end.x - start.x).hypot(end.y - start.y) <= SHORT_EDGE_M {
        return Ok(1);
    }
    let (a, b) = (
        projector.to_wgs84(start.x, start.y)?,
        projector.to_wgs84(end.x, end.y)?,
    );
    let mut gap_m: f64 = 0.0;
    // The gap of a projected line is greatest near its middle, but not always on it.
    for fraction in [0.25, 0.5, 0.75] {
        let c = between(start, end, fraction);
        gap_m = gap_m.max(near_m(
            projector.to_wgs84(c.x, c.y)?,
            between(a, b, fraction),
        ));
    }
    let pieces = (gap_m / EDGE_TOLERANCE_M)
        .sqrt()
        .ceil()
        .clamp(1.0, 10_000.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 1..=10000"
    )]
    Ok(pieces as u32)
}

fn between(a: Coord<f64>, b: Coord<f64>, fraction: f64) -> Coord<f64> {
    Coord {
        x: a.x + (b.x - a.x) * fraction,
        y: a.y + (b.y - a.y) * fraction,
    }
}

/// Returns the distance in metres of two near points on WGS 84, exact to a percent.
fn near_m(a: Coord<f64>, b: Coord<f64>) -> f64 {
    let dx = (a.x - b.x) * a.y.to_radians().cos();
    dx.hypot(a.y - b.y) * DEGREE_M
}

/// Returns the known reference system that a layer declares, checked against some of its own coordinates. The caller
/// checks the places where they fall.
///
/// # Errors
/// [`Error::ReferenceSystem`] when nothing is declared, when what is declared is not known, or when it is in degrees
/// and the coordinates cannot be.
pub fn identify(layer: &str, declared: &DeclaredCrs, sample: &[Coord<f64>]) -> Result<Crs, Error> {
    declared_crs(declared, sample).map_err(|fault| Error::ReferenceSystem {
        layer: layer.to_owned(),
        fault,
        advice: advice(&fitting(sample, |_| true), sample),
    })
}

/// Returns the known reference system of a declaration; or the fault of it.
fn declared_crs(declared: &DeclaredCrs, sample: &[Coord<f64>]) -> Result<Crs, String> {
    let crs = match declared {
        DeclaredCrs::Rfc7946 => Crs::WGS84,
        DeclaredCrs::Undeclared => {
            return Err("it declares no reference system".to_owned());
        }
        DeclaredCrs::Code(code) => match code.parse() {
            Ok(crs) => crs,
            // PROJ knows many more codes than the known list, and some are another name of a known
            // system.
            Err(_) => by_behaviour(code, sample)?,
        },
        DeclaredCrs::Wkt(wkt) => by_behaviour(wkt, sample)?,
    };
    let beyond = sample.iter().find(|c| is_beyond_degrees(**c));
    match beyond {
        Some(c) if crs.kind() == CrsKind::Geographic => {
            let said = if *declared == DeclaredCrs::Rfc7946 {
                "it declares no reference system, so "
            } else {
                ""
            };
            Err(format!(
                "{said}its coordinates should be degrees, but one is ({}, {})",
                c.x, c.y
            ))
        }
        _ => Ok(crs),
    }
}

/// Returns whether a position cannot be longitude and latitude in degrees.
pub(crate) fn is_beyond_degrees(c: Coord<f64>) -> bool {
    c.x.abs() > 180.0 || c.y.abs() > 90.0
}

/// Returns the known system that converts `sample` as `definition` (well-known text or a code) does.
fn by_behaviour(definition: &str, sample: &[Coord<f64>]) -> Result<Crs, String> {
    // The first quoted text of well-known text is the name of the system.
    let name = definition.split('"').nth(1).unwrap_or(definition);
    let declared = Proj::new_known_crs(definition, LON_LAT, None)
        .map_err(|error| not_understood(name, &error))?;
    let mut expected = Vec::with_capacity(sample.len());
    for c in sample {
        let (lon, lat) = declared
            .convert((c.x, c.y))
            .map_err(|error| not_understood(name, &error))?;
        expected.push(Coord { x: lon, y: lat });
    }
    Crs::all()
        .filter_map(|crs| Some((crs, disagreement_m(crs, sample, &expected)?)))
        // Old systems differ from the known ones by metres at least: a wrong match would move
        // perimeters.
        .filter(|(_, gap_m)| *gap_m < SAME_SYSTEM_M)
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(crs, _)| crs)
        .ok_or_else(|| format!("its reference system `{name}` is none of the known ones"))
}

fn not_understood(name: &str, error: &dyn std::fmt::Display) -> String {
    format!(
        "its reference system `{name}` is not understood ({})",
        error.to_string().trim()
    )
}

/// Returns the greatest distance from the sample in `crs` to its expected places, metres; `None` outside its domain.
fn disagreement_m(crs: Crs, sample: &[Coord<f64>], expected: &[Coord<f64>]) -> Option<f64> {
    std::iter::zip(sample, expected).try_fold(0.0, |worst, (c, e)| {
        let placed = on_this_thread(crs, |projector| projector.to_wgs84(c.x, c.y)).ok()?;
        let gap_m = near_m(placed, *e);
        gap_m.is_finite().then_some(f64::max(worst, gap_m))
    })
}

/// Returns the point of a coordinate of `crs`; `None` when it is nowhere on Earth.
pub(crate) fn wgs84_point(crs: Crs, c: Coord<f64>) -> Option<Wgs84Point> {
    let lon_lat = on_this_thread(crs, |projector| projector.to_wgs84(c.x, c.y)).ok()?;
    Wgs84Point::new(lon_lat.x, lon_lat.y).ok()
}

/// Returns the territory that a coordinate of `crs` falls in.
pub(crate) fn place(crs: Crs, c: Coord<f64>) -> Option<Territory> {
    TerritoryExtents::embedded().containing(wgs84_point(crs, c)?)
}

/// Returns the known systems in which the whole sample falls in French territories that `accept` takes.
pub(crate) fn fitting(sample: &[Coord<f64>], accept: impl Fn(Territory) -> bool) -> Vec<Crs> {
    // An empty sample would fit all of them, which is no advice.
    Crs::all()
        .filter(|_| !sample.is_empty())
        .filter(|crs| sample.iter().all(|c| place(*crs, *c).is_some_and(&accept)))
        .collect()
}

/// Returns the advice on a layer's reference system, given those that would fit. Swapped coordinates are looked for too.
pub(crate) fn advice(fitting: &[Crs], sample: &[Coord<f64>]) -> String {
    let swapped: Vec<Coord<f64>> = sample.iter().map(|c| Coord { x: c.y, y: c.x }).collect();
    match fitting {
        // Only when nothing else fits: swapped coordinates of one territory can fall in another.
        [] if !self::fitting(&swapped, |_| true).is_empty() => {
            "longitude and latitude (or x and y) are swapped: export the file with x, or longitude, first".to_owned()
        }
        [] => "give the right one with --crs, for example --crs EPSG:2154".to_owned(),
        [one] => format!("its coordinates would fit {one} ({}): give --crs {one}", one.name()),
        several => {
            let list: Vec<String> = several.iter().map(|crs| format!("{crs} ({})", crs.name())).collect();
            format!("its coordinates would fit {}: give the right one, e.g. --crs {}", list.join(", "), several[0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EPSG number, longitude, latitude, x, y: computed with pyproj 3 (PROJ with its own database), each from the
    /// geographic system of the projected one.
    const POINTS: [(u32, f64, f64, f64, f64); 25] = [
        (2154, -0.57, 48.75, 437_609.268_5, 6_855_919.992_7),
        (5490, -61.5329, 16.2411, 656_792.275_8, 1_796_166.329_0),
        (2972, -52.3336, 4.9385, 352_137.694_8, 546_014.344_6),
        (2975, 55.4504, -20.8789, 338_807.609_4, 7_690_477.745_4),
        (4471, 45.2279, -12.7806, 524_735.374_7, 8_587_115.811_5),
        (4467, -56.1733, 46.7811, 563_106.441_9, 5_181_170.800_1),
        (3297, -149.5696, -17.539, 227_201.990_2, 8_058_972.167_1),
        (3296, -151.75, -16.5, 633_410.747_7, 8_175_342.744_2),
        (3298, -145.6, -14.9, 4_771.642_8, 8_347_614.664_4),
        (32620, -61.5329, 16.2411, 656_792.275_8, 1_796_166.329_0),
        (32621, -56.1733, 46.7811, 563_106.441_9, 5_181_170.800_2),
        (32622, -52.3336, 4.9385, 352_137.694_8, 546_014.344_6),
        (32738, 45.2279, -12.7806, 524_735.374_7, 8_587_115.811_5),
        (32740, 55.4504, -20.8789, 338_807.609_4, 7_690_477.745_3),
        (32706, -149.5696, -17.539, 227_201.990_2, 8_058_972.167_0),
        (3857, 2.35, 48.85, 261_600.803_4, 6_249_447.752_8),
        (3942, 2.35, 42.1, 1_646_236.430_3, 1_211_310.550_5),
        (3943, 2.35, 43.1, 1_647_089.372_1, 2_211_313.120_4),
        (3944, 2.35, 44.1, 1_647_958.523_7, 3_211_315.445_9),
        (3945, 2.35, 45.1, 1_648_843.626_2, 4_211_317.523_9),
        (3946, 2.35, 46.1, 1_649_744.415_6, 5_211_319.351_9),
        (3947, 2.35, 47.1, 1_650_660.622_9, 6_211_320.927_7),
        (3948, 2.35, 48.1, 1_651_591.973_8, 7_211_322.249_2),
        (3949, 2.35, 49.1, 1_652_538.189_5, 8_211_323.314_9),
        (3950, 2.35, 50.1, 1_653_498.986_1, 9_211_324.123_3),
    ];

    const LAMBERT_ESRI: &str = r#"PROJCS["RGF93_Lambert_93",GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",700000.0],PARAMETER["False_Northing",6600000.0],PARAMETER["Central_Meridian",3.0],PARAMETER["Standard_Parallel_1",44.0],PARAMETER["Standard_Parallel_2",49.0],PARAMETER["Latitude_Of_Origin",46.5],UNIT["Meter",1.0]]"#;
    const NTF_ESRI: &str = r#"PROJCS["NTF_Paris_Lambert_Zone_II",GEOGCS["GCS_NTF_Paris",DATUM["Nouvelle_Triangulation_Francaise_(Paris)",SPHEROID["Clarke_1880_IGN",6378249.2,293.466021293627]],PRIMEM["Paris",2.33722917],UNIT["Grad",0.0157079632679489]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",600000.0],PARAMETER["False_Northing",2200000.0],PARAMETER["Central_Meridian",0.0],PARAMETER["Standard_Parallel_1",52.0],PARAMETER["Scale_Factor",0.99987742],PARAMETER["Latitude_Of_Origin",52.0],UNIT["Meter",1.0]]"#;
    const UTM_20N_ESRI: &str = r#"PROJCS["UTM_20N",GEOGCS["GCS",DATUM["D_any",SPHEROID[{}]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-63.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;
    const ETRS_ESRI: &str = r#"GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

    fn flers() -> Vec<Coord<f64>> {
        vec![
            Coord {
                x: 437_609.0,
                y: 6_855_919.0,
            },
            Coord {
                x: 437_700.0,
                y: 6_856_000.0,
            },
        ]
    }

    fn degrees() -> Vec<Coord<f64>> {
        vec![Coord { x: -0.57, y: 48.75 }]
    }

    fn wkt(text: &str) -> DeclaredCrs {
        DeclaredCrs::Wkt(text.to_owned())
    }

    #[test]
    fn every_known_projection_agrees_with_the_registry() {
        assert_eq!(
            POINTS.len() + 1,
            Crs::all().count(),
            "each known system but WGS 84 has its point"
        );
        for (epsg, lon, lat, x, y) in POINTS {
            let crs = Crs::known(epsg).unwrap();
            let projected = project(crs, Wgs84Point::new(lon, lat).unwrap()).unwrap();
            assert!(
                (projected.x - x).hypot(projected.y - y) < 1e-3,
                "{crs}: {projected:?}"
            );
            let back = unproject(MetricPoint::new(crs, x, y).unwrap()).unwrap();
            assert!(
                near_m(back.coord(), Coord { x: lon, y: lat }) < 1e-3,
                "{crs}: {back:?}"
            );
        }
    }

    #[test]
    fn positions_outside_the_domain_are_errors() {
        let lambert = Crs::known(2154).unwrap();
        let error = project(lambert, Wgs84Point::new(3.0, -90.0).unwrap())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("EPSG:2154") && error.contains("(3, -90)"),
            "{error}"
        );
    }

    #[test]
    fn definitions_are_recognised_by_what_they_do() {
        let lambert = Crs::known(2154).unwrap();
        assert_eq!(
            identify("l", &wkt(LAMBERT_ESRI), &flers()).unwrap(),
            lambert
        );
        let renamed = LAMBERT_ESRI
            .replace("RGF93_Lambert_93", "custom")
            .replace("D_RGF_1993", "D_unknown");
        assert_eq!(identify("l", &wkt(&renamed), &flers()).unwrap(), lambert);
        assert_eq!(
            identify("l", &wkt(ETRS_ESRI), &degrees()).unwrap(),
            Crs::WGS84
        );
        assert_eq!(
            identify("l", &DeclaredCrs::Code("EPSG:2154".to_owned()), &flers()).unwrap(),
            lambert
        );
        assert_eq!(
            identify("l", &DeclaredCrs::Code("EPSG:9794".to_owned()), &flers()).unwrap(),
            lambert
        );
        assert_eq!(
            identify("l", &DeclaredCrs::Rfc7946, &degrees()).unwrap(),
            Crs::WGS84
        );
        // Same projection on two ellipsoids, a tenth of a millimetre apart: the nearer one.
        let sample = [Coord {
            x: 656_792.0,
            y: 1_796_166.0,
        }];
        for (epsg, spheroid) in [
            (5490, "\"GRS_1980\",6378137.0,298.257222101"),
            (32620, "\"WGS_1984\",6378137.0,298.257223563"),
        ] {
            let text = UTM_20N_ESRI.replace("{}", spheroid);
            assert_eq!(identify("l", &wkt(&text), &sample).unwrap().epsg(), epsg);
        }
    }

    #[test]
    fn what_is_not_known_says_which_would_fit() {
        let message = |declared: &DeclaredCrs, sample: &[Coord<f64>]| {
            identify("QP.shp", declared, sample)
                .unwrap_err()
                .to_string()
        };
        let other = message(&wkt(NTF_ESRI), &flers());
        assert!(
            other.contains("QP.shp") && other.contains("NTF_Paris_Lambert_Zone_II"),
            "{other}"
        );
        let silent = message(&DeclaredCrs::Undeclared, &flers());
        assert!(
            silent.contains("declares no reference system") && silent.contains("--crs EPSG:2154"),
            "{silent}"
        );
        let projected = message(&DeclaredCrs::Rfc7946, &flers());
        assert!(
            projected.contains("437609") && projected.contains("--crs EPSG:2154"),
            "{projected}"
        );
        let nonsense = message(&wkt("PROJCS[\"cut"), &flers());
        assert!(nonsense.contains("`cut` is not understood"), "{nonsense}");
        let swapped = message(&DeclaredCrs::Undeclared, &[Coord { x: 48.75, y: -0.57 }]);
        assert!(swapped.contains("swapped"), "{swapped}");
    }

    /// Between the vertices of the densified outline, the published straight edge is never more than a centimetre off.
    #[test]
    fn long_edges_stay_within_a_centimetre() {
        for (epsg, x, y) in [
            (2154, 200_000.0, 6_800_000.0),
            (2154, 1_150_000.0, 6_200_000.0),
            (5490, 500_000.0, 1_990_000.0),
        ] {
            let crs = Crs::known(epsg).unwrap();
            let corners = [
                (x, y),
                (x + 30_000.0, y + 100.0),
                (x + 15_000.0, y + 9_000.0),
                (x + 40.0, y + 60.0),
                (x, y),
            ];
            let published = MultiPolygon(vec![Polygon::new(
                LineString::from(corners.to_vec()),
                vec![],
            )]);
            let outline = wgs84_of(crs, &published).unwrap();
            let projector = Projector::new(crs).unwrap();
            let back = outline.0[0].exterior().lines().map(|line| {
                // The middle of each straight piece on WGS 84, projected, against the published edges.
                let middle = between(line.start, line.end, 0.5);
                let c = projector.from_wgs84(middle.x, middle.y).unwrap();
                published.0[0]
                    .exterior()
                    .lines()
                    .map(|edge| to_segment(c, edge.start, edge.end))
                    .fold(f64::MAX, f64::min)
            });
            let worst = back.fold(0.0, f64::max);
            assert!(worst < 0.01, "{crs}: {worst} m");
            assert!(
                outline.0[0].exterior().0.len() > 20,
                "{crs}: long edges gained vertices"
            );
            for (corner, vertex) in std::iter::zip([0, 3], [0, outline.0[0].exterior().0.len() - 2])
            {
                let expected = projector
                    .to_wgs84(corners[corner].0, corners[corner].1)
                    .unwrap();
                assert_eq!(outline.0[0].exterior().0[vertex], expected);
            }
        }
    }

    fn to_segment(c: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> f64 {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let along = (((c.x - a.x) * dx + (c.y - a.y) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
        (c.x - a.x - along * dx).hypot(c.y - a.y - along * dy)
    }

    #[test]
    fn areas_are_planar_in_the_legal_projection() {
        let lambert = Crs::known(2154).unwrap();
        let square = [
            (700_000.0, 6_600_000.0),
            (700_100.0, 6_600_000.0),
            (700_100.0, 6_600_100.0),
            (700_000.0, 6_600_100.0),
        ];
        let published = MultiPolygon(vec![Polygon::new(
            LineString::from(square.to_vec()),
            vec![],
        )]);
        let wgs84 = wgs84_of(lambert, &published).unwrap();
        assert!((area_of(Territory::Metropole, lambert, &published).unwrap() - 1.0).abs() < 1e-12);
        assert!((area_of(Territory::Metropole, Crs::WGS84, &wgs84).unwrap() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn converters_work_on_every_thread() {
        let lambert = Crs::known(2154).unwrap();
        let threads: Vec<_> = (0..4)
            .map(|i| {
                std::thread::spawn(move || {
                    project(lambert, Wgs84Point::new(3.0, 46.5 + f64::from(i)).unwrap())
                        .unwrap()
                        .x
                })
            })
            .collect();
        for thread in threads {
            assert!((thread.join().unwrap() - 700_000.0).abs() < 1e-6);
        }
    }
}
