//! The comparison of two vintages: matching their perimeters, and measuring gains and losses.
//!
//! Perimeters are matched by the ground they share, never by their codes. Two are linked when the shared area is more
//! than a sliver ([`crate::legal_plane`]). All that are linked, directly or through others, are one group; a group
//! becomes one [`PerimeterChange`](change::PerimeterChange). A neighbour that only shares a redrawn street is not linked, so it does not turn a
//! merger into a regrouping. A group is never cut: a query for one perimeter returns its whole group, wherever the others
//! lie.
//!
//! Areas are planar in the legal projection of the territory, as the State publishes them. A perimeter that
//! generalisation shrank to a point encloses nothing that could be measured. Its group has no class
//! ([`VintageComparison::unmeasured`]), for "new" or "gone" would be made up.
//!
//! Owns matching, measures and classes. Refuses: the choice of perimeters, wording, formats.

pub(crate) mod change;
mod change_class;
mod groups;

use geo::BooleanOps;
use geo_types::MultiPolygon;

use crate::location::PerimeterId;
use crate::outline_trees::united;
use crate::perimeter_index::PerimeterIndex;
use change::{ChangeOutlines, PerimeterGroup, TwoVintages, VintageComparison};

impl TwoVintages<'_> {
    /// Compares all perimeters.
    #[must_use]
    pub fn all(self) -> VintageComparison {
        self.around(&PerimeterGroup {
            from: all_ids(self.from),
            to: all_ids(self.to),
        })
    }

    /// Compares some perimeters, each with the whole group it belongs to.
    ///
    /// # Panics
    /// If an identifier is not of its vintage.
    #[must_use]
    pub fn around(self, selected: &PerimeterGroup) -> VintageComparison {
        groups::compare(self, selected)
    }

    /// Returns the areas gained, lost and kept by a group, for maps: overlaid on WGS 84. Their sums differ from those of
    /// [`PerimeterChange`](change::PerimeterChange) by the rounding only, slivers included.
    ///
    /// # Panics
    /// If an identifier is not of its vintage.
    #[must_use]
    pub fn outlines(self, group: &PerimeterGroup) -> ChangeOutlines {
        let from = united_outline(self.from, &group.from);
        let to = united_outline(self.to, &group.to);
        ChangeOutlines {
            shared: from.intersection(&to),
            gained: to.difference(&from),
            lost: from.difference(&to),
        }
    }
}

/// Returns the identifiers of all perimeters.
fn all_ids(index: &PerimeterIndex) -> Vec<PerimeterId> {
    (0..index.perimeters().len())
        .map(PerimeterId::new)
        .collect()
}

/// Unites the outlines of some perimeters on WGS 84.
fn united_outline(index: &PerimeterIndex, perimeters: &[PerimeterId]) -> MultiPolygon<f64> {
    united(
        perimeters
            .iter()
            .map(|&id| index.perimeter(id).outline.wgs84()),
    )
}
