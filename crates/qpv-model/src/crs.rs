//! Reference systems that positions and layers may come in.
//!
//! A short closed list: the legal ones of each territory, those that official files really use, and the regional
//! conformal conics. Geographic systems of the French networks (RGF93, RGAF09, RGM04, …) coincide with WGS84 to well
//! under a metre; the published transformation to WGS84 is null, so they stand for [`Crs::WGS84`].

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A reference system of the known list, by its EPSG number.
///
/// ```
/// use qpv_model::{Crs, CrsKind};
/// let lambert: Crs = "EPSG:2154".parse().unwrap();
/// assert!(matches!(lambert.kind(), CrsKind::Projected { .. }));
/// assert_eq!("EPSG:4470".parse::<Crs>().unwrap(), Crs::WGS84); // RGM04 in degrees
/// assert!("EPSG:27700".parse::<Crs>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Crs(u32);

/// The kind of coordinates of a reference system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrsKind {
    /// Longitude and latitude in degrees.
    Geographic,
    /// Easting and northing in metres.
    Projected {
        /// The projection from longitude and latitude, as a PROJ definition.
        definition: &'static str,
    },
}

/// The text names no known reference system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown reference system `{0}`: known are {known}", known = Crs::list())]
pub struct CrsError(pub String);

const GEOGRAPHIC: &str = "";

/// EPSG number, name, PROJ definition (empty for geographic ones). Parameters: EPSG registry.
const KNOWN: &[(u32, &str, &str)] = &[
    (4326, "WGS 84", GEOGRAPHIC),
    // The legal projections of the territories: decree 2019-165, and the registry for French Polynesia.
    (
        2154,
        "RGF93 / Lambert-93",
        "+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 +ellps=GRS80",
    ),
    (5490, "RGAF09 / UTM 20N", "+proj=utm +zone=20 +ellps=GRS80"),
    (2972, "RGFG95 / UTM 22N", "+proj=utm +zone=22 +ellps=GRS80"),
    (
        2975,
        "RGR92 / UTM 40S",
        "+proj=utm +zone=40 +south +ellps=GRS80",
    ),
    (
        4471,
        "RGM04 / UTM 38S",
        "+proj=utm +zone=38 +south +ellps=GRS80",
    ),
    (4467, "RGSPM06 / UTM 21N", "+proj=utm +zone=21 +ellps=GRS80"),
    (
        3297,
        "RGPF / UTM 6S",
        "+proj=utm +zone=6 +south +ellps=GRS80",
    ),
    // The neighbouring zones, which the islands of French Polynesia reach into.
    (
        3296,
        "RGPF / UTM 5S",
        "+proj=utm +zone=5 +south +ellps=GRS80",
    ),
    (
        3298,
        "RGPF / UTM 7S",
        "+proj=utm +zone=7 +south +ellps=GRS80",
    ),
    // The same zones on WGS 84, which official files overseas use.
    (32620, "WGS 84 / UTM 20N", "+proj=utm +zone=20 +ellps=WGS84"),
    (32621, "WGS 84 / UTM 21N", "+proj=utm +zone=21 +ellps=WGS84"),
    (32622, "WGS 84 / UTM 22N", "+proj=utm +zone=22 +ellps=WGS84"),
    (
        32738,
        "WGS 84 / UTM 38S",
        "+proj=utm +zone=38 +south +ellps=WGS84",
    ),
    (
        32740,
        "WGS 84 / UTM 40S",
        "+proj=utm +zone=40 +south +ellps=WGS84",
    ),
    (
        32706,
        "WGS 84 / UTM 6S",
        "+proj=utm +zone=6 +south +ellps=WGS84",
    ),
    // The plane of web maps.
    (
        3857,
        "WGS 84 / Pseudo-Mercator",
        "+proj=webmerc +ellps=WGS84",
    ),
    // The regional conformal conics, one for each degree of latitude.
    (
        3942,
        "RGF93 / CC42",
        "+proj=lcc +lat_0=42 +lon_0=3 +lat_1=41.25 +lat_2=42.75 +x_0=1700000 +y_0=1200000 +ellps=GRS80",
    ),
    (
        3943,
        "RGF93 / CC43",
        "+proj=lcc +lat_0=43 +lon_0=3 +lat_1=42.25 +lat_2=43.75 +x_0=1700000 +y_0=2200000 +ellps=GRS80",
    ),
    (
        3944,
        "RGF93 / CC44",
        "+proj=lcc +lat_0=44 +lon_0=3 +lat_1=43.25 +lat_2=44.75 +x_0=1700000 +y_0=3200000 +ellps=GRS80",
    ),
    (
        3945,
        "RGF93 / CC45",
        "+proj=lcc +lat_0=45 +lon_0=3 +lat_1=44.25 +lat_2=45.75 +x_0=1700000 +y_0=4200000 +ellps=GRS80",
    ),
    (
        3946,
        "RGF93 / CC46",
        "+proj=lcc +lat_0=46 +lon_0=3 +lat_1=45.25 +lat_2=46.75 +x_0=1700000 +y_0=5200000 +ellps=GRS80",
    ),
    (
        3947,
        "RGF93 / CC47",
        "+proj=lcc +lat_0=47 +lon_0=3 +lat_1=46.25 +lat_2=47.75 +x_0=1700000 +y_0=6200000 +ellps=GRS80",
    ),
    (
        3948,
        "RGF93 / CC48",
        "+proj=lcc +lat_0=48 +lon_0=3 +lat_1=47.25 +lat_2=48.75 +x_0=1700000 +y_0=7200000 +ellps=GRS80",
    ),
    (
        3949,
        "RGF93 / CC49",
        "+proj=lcc +lat_0=49 +lon_0=3 +lat_1=48.25 +lat_2=49.75 +x_0=1700000 +y_0=8200000 +ellps=GRS80",
    ),
    (
        3950,
        "RGF93 / CC50",
        "+proj=lcc +lat_0=50 +lon_0=3 +lat_1=49.25 +lat_2=50.75 +x_0=1700000 +y_0=9200000 +ellps=GRS80",
    ),
];

/// Geographic systems whose published transformation to WGS 84 is null: RGF93 in its three realisations, with heights and
/// longitude first too, RGAF09, RGFG95, RGR92, RGSPM06, RGM04, RGPF, RRAF91; WGS 84 with heights.
const SAME_AS_WGS84: &[u32] = &[
    4171, 4965, 7042, 7084, 9776, 9777, 9778, 9779, 9781, 9782, 9783, 9784, 5489, 4624, 4627, 4463,
    4470, 4687, 4558, 4979,
];

/// Returns the number of the list for a system that differs from it by centimetres: the projections of RGF93 v2 and v2b,
/// which the registry keeps apart from those of v1, and Lambert-93 with heights. Numbers: EPSG registry.
fn listed_number(epsg: u32) -> u32 {
    match epsg {
        9793 | 9794 | 5698 | 5699 | 10_497..=10_500 => 2154,
        9822..=9830 => epsg - 9822 + 3942,
        9842..=9850 => epsg - 9842 + 3942,
        _ if SAME_AS_WGS84.contains(&epsg) => 4326,
        _ => epsg,
    }
}

/// Returns the EPSG number of a code in the registry of IGN, in capitals: `LAMB93`, `RGF93V2BLAMB93`, `RGF93CC48.IGN69`.
fn ignf_number(code: &str) -> Option<u32> {
    // Heights stand behind a point.
    let plane = code.split('.').next()?;
    if plane == "LAMB93" {
        return Some(2154);
    }
    let system = plane.strip_prefix("RGF93");
    let system = system.map(|rest| {
        let mut versions = ["V2B", "V2", "V1"].into_iter();
        versions
            .find_map(|version| rest.strip_prefix(version))
            .unwrap_or(rest)
    });
    match system.or_else(|| plane.strip_prefix("WGS84"))? {
        "G" | "GDD" | "GEO" | "GEODD" => Some(4326),
        "LAMB93" if system.is_some() => Some(2154),
        zone => {
            let zone: u32 = zone.strip_prefix("CC")?.parse().ok()?;
            system.is_some().then_some(3900 + zone)
        }
    }
}

impl Crs {
    /// Longitude and latitude on WGS 84, in degrees, longitude first everywhere in this project.
    pub const WGS84: Self = Self(4326);

    /// Returns the reference system of this EPSG number, if it is on the list; [`Crs::WGS84`] for geographic systems that
    /// coincide with WGS 84, and that of RGF93 v1 for projections of its later realisations.
    #[must_use]
    pub fn known(epsg: u32) -> Option<Self> {
        // Stored under one number, so that a layer and a position of either compare equal.
        let epsg = listed_number(epsg);
        KNOWN
            .iter()
            .find(|(code, _, _)| *code == epsg)
            .map(|_| Self(epsg))
    }

    /// Returns every known reference system, WGS 84 first, then the legal projections.
    pub fn all() -> impl Iterator<Item = Self> {
        KNOWN.iter().map(|(code, _, _)| Self(*code))
    }

    /// Returns the EPSG number.
    #[must_use]
    pub fn epsg(self) -> u32 {
        self.0
    }

    /// Returns the name in the EPSG registry, shortened.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().1
    }

    /// Returns the kind of its coordinates: degrees, or metres with the projection's definition.
    #[must_use]
    pub fn kind(self) -> CrsKind {
        match self.entry().2 {
            GEOGRAPHIC => CrsKind::Geographic,
            definition => CrsKind::Projected { definition },
        }
    }

    fn entry(self) -> &'static (u32, &'static str, &'static str) {
        KNOWN
            .iter()
            .find(|(code, _, _)| *code == self.0)
            .expect("a Crs is on the list by construction")
    }

    fn list() -> String {
        Self::all()
            .map(|crs| crs.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EPSG:{}", self.0)
    }
}

impl fmt::Debug for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Crs {
    type Err = CrsError;

    /// Accepts `EPSG:2154`, `2154`, `urn:ogc:def:crs:EPSG::2154`, `IGNF:LAMB93`, `CRS84` and its URN, in any case.
    fn from_str(text: &str) -> Result<Self, CrsError> {
        let upper = text.trim().to_ascii_uppercase();
        // CRS 84 is WGS 84 with the longitude first, which is the order everywhere here.
        if upper.ends_with("CRS84") {
            return Ok(Self::WGS84);
        }
        if let Some((_, code)) = upper.split_once("IGNF:") {
            let number = ignf_number(code.trim_start_matches(':'));
            return number
                .and_then(Self::known)
                .ok_or_else(|| CrsError(text.to_owned()));
        }
        // The number is last in every spelling; the version of a URN, between two colons, does not matter.
        let number = upper.rsplit(':').next().unwrap_or_default();
        let authority = &upper[..upper.len() - number.len()];
        let authority_known = authority.is_empty()
            || authority == "EPSG:"
            || authority.starts_with("URN:OGC:DEF:CRS:EPSG:");
        number
            .parse()
            .ok()
            .filter(|_| authority_known)
            .and_then(Self::known)
            .ok_or_else(|| CrsError(text.to_owned()))
    }
}

impl TryFrom<String> for Crs {
    type Error = CrsError;

    fn try_from(text: String) -> Result<Self, CrsError> {
        text.parse()
    }
}

impl From<Crs> for String {
    fn from(crs: Crs) -> Self {
        crs.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for text in [
            "EPSG:2154",
            "epsg:2154",
            "2154",
            "urn:ogc:def:crs:EPSG::2154",
            "urn:ogc:def:crs:EPSG:9.9.1:2154",
        ] {
            assert_eq!(text.parse::<Crs>().unwrap().epsg(), 2154, "{text}");
        }
        for text in [
            "OGC:CRS84",
            "urn:ogc:def:crs:OGC:1.3:CRS84",
            "EPSG:4171",
            "4326",
        ] {
            assert_eq!(text.parse::<Crs>().unwrap(), Crs::WGS84, "{text}");
        }
        // Numbers and codes: registries of EPSG and IGN.
        for text in [
            "EPSG:9793",
            "EPSG:9794",
            "EPSG:5698",
            "IGNF:LAMB93",
            "ignf:rgf93lamb93",
            "IGNF:RGF93v2LAMB93",
            "IGNF:RGF93V2BLAMB93.IGN69",
            "urn:ogc:def:crs:IGNF::LAMB93",
        ] {
            assert_eq!(text.parse::<Crs>().unwrap().epsg(), 2154, "{text}");
        }
        for text in ["EPSG:3948", "EPSG:9828", "EPSG:9848", "IGNF:RGF93CC48"] {
            assert_eq!(text.parse::<Crs>().unwrap().epsg(), 3948, "{text}");
        }
        for text in ["IGNF:RGF93G", "IGNF:WGS84GDD", "EPSG:9781", "EPSG:4979"] {
            assert_eq!(text.parse::<Crs>().unwrap(), Crs::WGS84, "{text}");
        }
        for text in [
            "",
            "EPSG:",
            "EPSG:27572",
            "IGNF:2154",
            "IGNF:LAMBE",
            "IGNF:RGF93CC51",
            "IGNF:WGS84LAMB93",
            "lambert",
        ] {
            assert!(text.parse::<Crs>().is_err(), "{text}");
        }
    }
}
