//! Making outlines valid, and converting them to WGS 84: the same for perimeters and for custom layers.

use geo_types::MultiPolygon;
use qpv_model::{Crs, Outline, QpvCode, Territory};

use crate::crs::{area_of, wgs84_of};
use crate::repair::{collapsed, fault, repair};
use crate::report::FeatureNote;

/// The remark on an outline that was simplified to a point or a line.
pub(super) const NOTHING_INSIDE: &str =
    "it encloses nothing and is kept as it stands: only distances to it can be told";

/// The layer that features come from, for the report on them.
pub(super) struct LayerOrigin {
    pub layer: String,
    pub crs: Crs,
}

/// A valid outline.
pub(super) struct ValidOutline {
    pub outline: MultiPolygon<f64>,
    /// The effect of the repair; `None` when it is as published.
    pub repaired: Option<FeatureNote>,
    /// True if it had no inside and is kept as it was: see [`collapsed`].
    pub collapsed: bool,
}

/// Returns the outline as published when it is valid, repaired otherwise; or the reason why it cannot be used. Areas are
/// measured in the legal projection of `territory`.
pub(super) fn valid(
    origin: &LayerOrigin,
    feature: usize,
    code: Option<QpvCode>,
    territory: Territory,
    outline: MultiPolygon<f64>,
) -> Result<ValidOutline, String> {
    let Some(fault) = fault(&outline) else {
        // Measured all the same: a vertex outside the projection's domain must be a fault here, not later.
        area_ha(territory, origin, &outline)?;
        return Ok(ValidOutline {
            outline,
            repaired: None,
            collapsed: false,
        });
    };
    let mut repaired = repair(&outline, origin.crs).map_err(|left| format!("{fault}; {left}"))?;
    // Generalised layers have perimeters that shrank to a point: dropping one would turn a yes into
    // a no.
    let nothing_inside = repaired.outline.0.is_empty();
    if nothing_inside {
        repaired.outline = collapsed(&outline).ok_or_else(|| fault.clone())?;
        repaired.notes.push(NOTHING_INSIDE.to_owned());
    }
    let note = FeatureNote {
        layer: origin.layer.clone(),
        feature,
        code_qp: code.map(|code| code.to_string()),
        fault: std::iter::once(fault)
            .chain(repaired.notes)
            .collect::<Vec<_>>()
            .join("; "),
        area_before_ha: Some(area_ha(territory, origin, &outline)?),
        area_after_ha: area_ha(territory, origin, &repaired.outline)?,
    };
    Ok(ValidOutline {
        outline: repaired.outline,
        repaired: Some(note),
        collapsed: nothing_inside,
    })
}

fn area_ha(
    territory: Territory,
    origin: &LayerOrigin,
    outline: &MultiPolygon<f64>,
) -> Result<f64, String> {
    area_of(territory, origin.crs, outline).map_err(|error| error.to_string())
}

/// Returns the outline with its counterpart on WGS 84.
pub(super) fn in_both(crs: Crs, published: MultiPolygon<f64>) -> Result<Outline, String> {
    if crs == Crs::WGS84 {
        return Ok(Outline::on_wgs84(published));
    }
    let wgs84 = wgs84_of(crs, &published).map_err(|error| error.to_string())?;
    Ok(Outline::projected(crs, published, wgs84))
}
