//! A priority neighbourhood as published: its official attributes and its outline.

use geo_types::{LineString, MultiPolygon};

use crate::code::{CommuneCode, QpvCode};
use crate::crs::Crs;
use crate::territory::Territory;
use crate::vintage::Vintage;

/// A priority neighbourhood. Fields named as in the official files keep their official meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct Perimeter {
    /// The generation it belongs to.
    pub vintage: Vintage,
    /// Official code; its form depends on the vintage.
    pub code_qp: QpvCode,
    /// Official name.
    pub lib_qp: String,
    /// INSEE codes of its communes. Published in 2024; for 2015 matched by name, and empty while unmatched.
    pub insee_com: Vec<CommuneCode>,
    /// Names of its communes, as published, in the same order as `insee_com` when that is published.
    pub lib_com: Vec<String>,
    /// Department code as INSEE writes it; taken from `code_qp` when not published.
    pub insee_dep: String,
    /// Department name, where published.
    pub lib_dep: Option<String>,
    /// Region code, where published.
    pub insee_reg: Option<String>,
    /// Region name, where published.
    pub lib_reg: Option<String>,
    /// SIREN numbers of its intercommunalities (EPCI), where published; a few neighbourhoods straddle two.
    pub siren_epci: Vec<String>,
    /// The territory it lies in; decides the legal projection and the dates of force.
    pub territory: Territory,
    /// Planar area in the territory's legal projection, hectares; 0 for an outline that is published as a point or a line.
    pub area_ha: f64,
    /// The published outline.
    pub outline: Outline,
}

impl Perimeter {
    /// Returns its area, hectares; `None` when it is published as a point or a line, which has no known area.
    #[must_use]
    pub fn known_area_ha(&self) -> Option<f64> {
        (self.area_ha > 0.0).then_some(self.area_ha)
    }
}

/// An outline in the reference system it was published in, and on WGS 84.
///
/// Membership is decided on `published`, whose edges are straight in `crs`; distances and maps use
/// [`Outline::wgs84`]. The two are one and the same when the layer was published on WGS 84.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    crs: Crs,
    published: MultiPolygon<f64>,
    wgs84: Option<MultiPolygon<f64>>,
}

/// Something with an outline, which an index can be built of.
pub trait Outlined {
    /// Returns its outline.
    fn outline(&self) -> &Outline;
}

impl Outlined for Perimeter {
    fn outline(&self) -> &Outline {
        &self.outline
    }
}

impl Outline {
    /// Makes an outline published on WGS 84, degrees, longitude first.
    #[must_use]
    pub fn on_wgs84(published: MultiPolygon<f64>) -> Self {
        Self {
            crs: Crs::WGS84,
            published,
            wgs84: None,
        }
    }

    /// Makes an outline published in a projected system, with its counterpart on WGS 84 (edges densified by the caller so
    /// that straight edges there stay within a centimetre of the published ones).
    #[must_use]
    pub fn projected(crs: Crs, published: MultiPolygon<f64>, wgs84: MultiPolygon<f64>) -> Self {
        Self {
            crs,
            published,
            wgs84: Some(wgs84),
        }
    }

    /// Returns the reference system of [`Outline::published`].
    #[must_use]
    pub fn crs(&self) -> Crs {
        self.crs
    }

    /// Returns the outline on the published coordinates, valid, in [`Outline::crs`].
    #[must_use]
    pub fn published(&self) -> &MultiPolygon<f64> {
        &self.published
    }

    /// Returns the outline on WGS 84, degrees, longitude first.
    #[must_use]
    pub fn wgs84(&self) -> &MultiPolygon<f64> {
        self.wgs84.as_ref().unwrap_or(&self.published)
    }

    /// Returns the rings of the outline on WGS 84, polygon by polygon, the exterior first.
    pub fn rings(&self) -> impl Iterator<Item = &LineString<f64>> {
        rings(self.wgs84())
    }
}

/// Returns the rings of some polygons, polygon by polygon, the exterior first.
pub fn rings(polygons: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    polygons
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
}
