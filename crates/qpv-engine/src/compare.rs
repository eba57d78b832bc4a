//! Two vintages side by side: which perimeters became which, and what was gained and lost.
//!
//! Perimeters are matched by the ground they share, never by their codes. Two are linked when what they share is more than a
//! sliver ([`shape`]), and all that are linked, directly or through others, are one group; a group becomes one [`Change`].
//! A neighbour that only shares a redrawn street is not linked, so it does not turn a merger into a regrouping. A group is
//! never cut: whoever asks for one perimeter gets the whole group it belongs to, wherever the others lie.
//!
//! Areas are planar in the legal projection of the territory, as the State publishes them. A perimeter that generalisation
//! shrank to a point encloses nothing that could be measured; its group has no class ([`Compared::unmeasured`]), for "new"
//! or "gone" would be made up.
//!
//! Owns matching, measures and classes. Refuses: which perimeters are asked for, wording, formats.

mod class;
mod groups;
mod parallel;
pub(crate) mod shape;

use geo::BooleanOps;
use geo_types::MultiPolygon;
use qpv_model::Letter;

use crate::Zones;
use crate::outlines::{index_u32, united};

pub use class::ChangeClass;

/// Two vintages to compare, each with its index. Cheap to copy.
///
/// Positions are those of [`Zones::perimeters`], of the earlier one for `from` and of the later one for `to`. The order is
/// the caller's: 2024 may be compared to 2015, and classes are then mirrored (`new` becomes `gone`, `split` `merged`).
#[derive(Debug, Clone, Copy)]
pub struct TwoVintages<'a> {
    /// What was.
    pub from: &'a Zones,
    /// What became of it.
    pub to: &'a Zones,
}

/// Perimeters of both vintages that belong together. Positions in code order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// Positions in [`TwoVintages::from`].
    pub from: Vec<u32>,
    /// Positions in [`TwoVintages::to`].
    pub to: Vec<u32>,
}

/// What became of a group of perimeters. Hectares are planar in the legal projection of the territory.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What kind of change it is.
    pub class: ChangeClass,
    /// The perimeters it is about; none in `from` for a new one, none in `to` for one that is gone.
    pub group: Group,
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
    /// The letter that the perimeters of 2024 carry; `None` when none of them is there, or when they carry several.
    pub letter: Option<Letter>,
    /// Whether every letter fits the class ([`ChangeClass::agrees_with`]); `None` when there is no letter.
    pub agrees_with_letter: Option<bool>,
}

/// What a comparison found. In the order of department and number in the codes: of the first
/// perimeter in `to`, or in `from` where there is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Compared {
    /// Every group that could be measured.
    pub changes: Vec<Change>,
    /// Groups with a perimeter that encloses nothing: what became of it cannot be told.
    pub unmeasured: Vec<Group>,
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

impl TwoVintages<'_> {
    /// Compares all perimeters.
    #[must_use]
    pub fn all(self) -> Compared {
        let positions = |zones: &Zones| (0..index_u32(zones.perimeters().len())).collect();
        self.around(&Group {
            from: positions(self.from),
            to: positions(self.to),
        })
    }

    /// Compares the perimeters asked for, each with the whole group it belongs to.
    ///
    /// # Panics
    /// If a position is beyond [`Zones::perimeters`].
    #[must_use]
    pub fn around(self, asked: &Group) -> Compared {
        groups::compare(self, asked)
    }

    /// The areas gained, lost and kept by a group, for maps: overlaid on WGS 84. Their areas are within the rounding of
    /// [`Change`]'s, slivers included.
    ///
    /// # Panics
    /// If a position is beyond [`Zones::perimeters`].
    #[must_use]
    pub fn outlines(self, group: &Group) -> ChangeOutlines {
        let union = |zones: &Zones, positions: &[u32]| {
            united(
                positions
                    .iter()
                    .map(|&position| zones.perimeters()[position as usize].outline.wgs84()),
            )
        };
        let (from, to) = (union(self.from, &group.from), union(self.to, &group.to));
        ChangeOutlines {
            shared: from.intersection(&to),
            gained: to.difference(&from),
            lost: from.difference(&to),
        }
    }
}
