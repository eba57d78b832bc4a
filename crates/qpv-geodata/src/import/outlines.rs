//! Outlines made valid, and put on WGS 84 beside the system they were published in: of perimeters and of own layers alike.

use geo_types::MultiPolygon;
use qpv_model::{Crs, Outline, QpvCode, Territory};

use crate::crs::{area_of, wgs84_of};
use crate::repair::{collapsed, fault, repair};
use crate::report::FeatureNote;

/// What is said of an outline shrunk to a point or a line.
pub(super) const NOTHING_INSIDE: &str =
    "it encloses nothing and is kept as it stands: only distances to it can be told";

/// Where features come from, for what is reported of them.
pub(super) struct Origin {
    pub layer: String,
    pub crs: Crs,
}

/// A valid outline.
pub(super) struct Sound {
    pub outline: MultiPolygon<f64>,
    /// What repairing it changed; `None` when it is as published.
    pub repaired: Option<FeatureNote>,
    /// It had no inside and is kept as it was: see [`collapsed`].
    pub collapsed: bool,
}

/// The outline as published when it is valid, repaired otherwise; or why it cannot be used. `territory` decides in which
/// projection areas are measured.
pub(super) fn sound(
    origin: &Origin,
    feature: usize,
    code: Option<QpvCode>,
    territory: Territory,
    outline: MultiPolygon<f64>,
) -> Result<Sound, String> {
    let area = |outline: &MultiPolygon<f64>| {
        area_of(territory, origin.crs, outline).map_err(|error| error.to_string())
    };
    let Some(fault) = fault(&outline) else {
        area(&outline)?;
        return Ok(Sound {
            outline,
            repaired: None,
            collapsed: false,
        });
    };
    let mut repaired = repair(&outline, origin.crs).map_err(|left| format!("{fault}; {left}"))?;
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
        area_before_ha: Some(area(&outline)?),
        area_after_ha: area(&repaired.outline)?,
    };
    Ok(Sound {
        outline: repaired.outline,
        repaired: Some(note),
        collapsed: nothing_inside,
    })
}

/// The outline with its counterpart on WGS 84.
pub(super) fn in_both(crs: Crs, published: MultiPolygon<f64>) -> Result<Outline, String> {
    if crs == Crs::WGS84 {
        return Ok(Outline::on_wgs84(published));
    }
    let wgs84 = wgs84_of(crs, &published).map_err(|error| error.to_string())?;
    Ok(Outline::projected(crs, published, wgs84))
}
