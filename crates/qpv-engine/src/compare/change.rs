//! The terms of a comparison: two vintages, groups of perimeters, and the change of each group.

use geo_types::MultiPolygon;
use qpv_model::CodeLetter;

pub use super::change_class::ChangeClass;
use crate::location::PerimeterId;
use crate::perimeter_index::PerimeterIndex;

/// Two vintages to compare, each with its index. Cheap to copy.
///
/// Identifiers are those of each index. The order is the caller's: 2024 may be compared to 2015, and classes are then
/// mirrored (`new` becomes `gone`, `split` `merged`).
#[derive(Debug, Clone, Copy)]
pub struct TwoVintages<'a> {
    /// The perimeters before.
    pub from: &'a PerimeterIndex,
    /// The perimeters after.
    pub to: &'a PerimeterIndex,
    /// True when one vintage replaced the other: the letters of the codes declare what changed from the one replaced.
    pub successive: bool,
}

/// Perimeters of both vintages that belong together, in code order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PerimeterGroup {
    /// Perimeters of [`TwoVintages::from`].
    pub from: Vec<PerimeterId>,
    /// Perimeters of [`TwoVintages::to`].
    pub to: Vec<PerimeterId>,
}

/// The change of a group of perimeters. Hectares are planar in the legal projection of the territory.
#[derive(Debug, Clone, PartialEq)]
pub struct PerimeterChange {
    /// The kind of change.
    pub class: ChangeClass,
    /// The perimeters; none in `from` for a new one, none in `to` for one that is gone.
    pub group: PerimeterGroup,
    /// Area of all in `from` together, hectares: where two overlap, counted once.
    pub from_ha: f64,
    /// Area of all in `to` together, hectares.
    pub to_ha: f64,
    /// Area in both, hectares.
    pub shared_ha: f64,
    /// Area only in `to`, hectares: `to_ha` less `shared_ha`.
    pub gained_ha: f64,
    /// Area only in `from`, hectares: `from_ha` less `shared_ha`.
    pub lost_ha: f64,
    /// The shared area as a share of the area in either (intersection over union): 1 when nothing changed, 0 when nothing
    /// is shared.
    pub overlap: f64,
    /// Metres between the centroids, in the plane of the legal projection; of one-to-one changes only.
    pub moved_m: Option<f64>,
    /// The letter that the perimeters of the newer vintage carry; `None` when none is there, or when they carry several.
    pub letter: Option<CodeLetter>,
    /// True when every letter fits the class ([`ChangeClass::agrees_with`]); `None` when there is no letter, or none that speaks
    /// of these two vintages.
    pub agrees_with_letter: Option<bool>,
}

/// The result of a comparison, in the order of department and number in the codes: of the first perimeter in `to`, or in
/// `from` where there is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VintageComparison {
    /// Every group that could be measured.
    pub changes: Vec<PerimeterChange>,
    /// Groups with a perimeter that encloses nothing: their change is unknown.
    pub unmeasured: Vec<PerimeterGroup>,
}

/// The areas of a change, on WGS 84, degrees, longitude first. Valid, and possibly empty.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeOutlines {
    /// In both.
    pub shared: MultiPolygon<f64>,
    /// Only in `to`.
    pub gained: MultiPolygon<f64>,
    /// Only in `from`.
    pub lost: MultiPolygon<f64>,
}
