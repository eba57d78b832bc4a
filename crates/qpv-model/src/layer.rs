//! Layers as a dataset holds them: all perimeters of one vintage, and the custom layers of a town.

use std::collections::BTreeSet;

use crate::perimeter::{Outline, Outlined, Perimeter};
use crate::slug::Slug;
use crate::territory::Territory;
use crate::vintage::Vintage;
use crate::zoning::Period;

/// The perimeters of one vintage, in code order, with their known quality.
#[derive(Debug, Clone, PartialEq)]
pub struct VintageLayer {
    /// The generation they belong to.
    pub vintage: Vintage,
    /// The perimeters, sorted by `code_qp`, each code once.
    pub perimeters: Vec<Perimeter>,
    /// Outlines of the official 300 m band layer, when one was imported; empty otherwise.
    pub official_band: Vec<Outline>,
    /// Greatest distance, metres, of a published line from the true one: generalisation and rounding of the file.
    pub precision_m: f64,
    /// Territories whose every perimeter is here. Elsewhere the layer is only a part (one town, one region), and a
    /// point outside its perimeters gets no answer instead of "outside".
    pub whole: BTreeSet<Territory>,
}

impl VintageLayer {
    /// Returns the territories with at least one perimeter.
    #[must_use]
    pub fn territories(&self) -> BTreeSet<Territory> {
        self.perimeters
            .iter()
            .map(|perimeter| perimeter.territory)
            .collect()
    }
}

/// A layer that a town adds, such as the fragile territories that its programme names.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomLayer {
    /// Its name in rules.
    pub name: Slug,
    /// Its areas, in the order of the file.
    pub areas: Vec<CustomArea>,
    /// Greatest distance, metres, of a drawn line from the true one.
    pub precision_m: f64,
}

/// An area of a [`CustomLayer`].
#[derive(Debug, Clone, PartialEq)]
pub struct CustomArea {
    /// Its name, where the file gives one.
    pub name: Option<String>,
    /// Its code, where the file of a zoning gives one.
    pub code: Option<String>,
    /// The days on which it is part of a zoning, within those of the zoning; all days in other layers.
    pub period: Period,
    /// Its outline.
    pub outline: Outline,
}

impl Outlined for CustomArea {
    fn outline(&self) -> &Outline {
        &self.outline
    }
}

impl CustomArea {
    /// Creates an area without a code that is there on all days.
    #[must_use]
    pub fn new(name: Option<String>, outline: Outline) -> Self {
        Self {
            name,
            code: None,
            period: Period::default(),
            outline,
        }
    }
}
