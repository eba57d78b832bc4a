//! All perimeters of one vintage, as a dataset holds them.

use std::collections::BTreeSet;

use crate::{Outline, Perimeter, Territory, Vintage};

/// The perimeters of one vintage, in code order, with what is known of their quality.
#[derive(Debug, Clone, PartialEq)]
pub struct VintageLayer {
    /// The generation they belong to.
    pub vintage: Vintage,
    /// The perimeters, sorted by `code_qp`, each code once.
    pub perimeters: Vec<Perimeter>,
    /// Outlines of the official 300 m band layer, when one was imported; empty otherwise.
    pub official_band: Vec<Outline>,
    /// How far, in metres, a published line may lie from the true one: generalisation and rounding of the file.
    pub precision_m: f64,
    /// Territories whose every perimeter is here. Elsewhere the layer is only a part (one town, one region), and a
    /// point outside its perimeters gets no answer instead of "outside".
    pub whole: BTreeSet<Territory>,
}

impl VintageLayer {
    /// Territories with at least one perimeter.
    #[must_use]
    pub fn territories(&self) -> BTreeSet<Territory> {
        self.perimeters.iter().map(|perimeter| perimeter.territory).collect()
    }
}
