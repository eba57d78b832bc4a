//! The classes of changes, and the rules that decide them from areas.

use qpv_model::CodeLetter;
use strum::{EnumCount, IntoStaticStr, VariantArray};

use crate::legal_plane::PlanarOutline;

/// The kind of a change. Each [`super::change::PerimeterChange`] has exactly one.
///
/// By the number of perimeters: none before is *new*, none after is *gone*, one to several is *split*, several to one is
/// *merged*, several to several is *regrouped*. One to one is decided by what was lost and what was gained. Losses are
/// compared with the old perimeter, gains with the new one; each has its tolerance, the larger of 2 % of its area and 5 m
/// along its line, but at most half of its area. In this order:
///
/// 1. *identical*: less than 0.1 % lost, and less than 0.1 % gained;
/// 2. *adjusted*: both within tolerance;
/// 3. *extended*: the gain is beyond tolerance, and the old one was kept: the loss is within tolerance or under 5 %;
/// 4. *reduced*: the mirror: the loss is beyond tolerance, and the gain is within it or under 5 %;
/// 5. *shifted*: all else, so both are beyond. A large one that meets 3 and 4, with both between tolerance and 5 %, is
///    shifted too: neither outweighs the other.
///
/// Exchanging old and new mirrors the class ([`ChangeClass::mirrored`]).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, EnumCount, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum ChangeClass {
    /// The same outline.
    Identical,
    /// The same neighbourhood, its line redrawn.
    Adjusted,
    /// Kept, and more.
    Extended,
    /// Less than before.
    Reduced,
    /// In part elsewhere.
    Shifted,
    /// Several became one.
    Merged,
    /// One became several.
    Split,
    /// Several became several.
    Regrouped,
    /// Was none.
    New,
    /// Is none any more.
    Gone,
}

/// Share of an area under which losses and gains leave it identical.
const IDENTICAL_SHARE: f64 = 0.001;
/// Share of an area that may be lost while it counts as kept.
const KEPT_LOSS_SHARE: f64 = 0.05;

impl ChangeClass {
    /// All of them, in the order they are listed in.
    pub const ALL: [Self; Self::COUNT] = *Self::VARIANTS
        .first_chunk()
        .expect("COUNT is the number of VARIANTS");

    /// Returns the stable name used in answers and files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Returns the class of the same change seen from the other side.
    ///
    /// ```
    /// use qpv_engine::ChangeClass;
    /// assert_eq!(ChangeClass::Extended.mirrored(), ChangeClass::Reduced);
    /// assert_eq!(ChangeClass::Shifted.mirrored(), ChangeClass::Shifted);
    /// ```
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Extended => Self::Reduced,
            Self::Reduced => Self::Extended,
            Self::Merged => Self::Split,
            Self::Split => Self::Merged,
            Self::New => Self::Gone,
            Self::Gone => Self::New,
            same => same,
        }
    }

    /// Returns true when a change from one vintage to the next fits the letter of a code of the newer.
    ///
    /// `N` fits a new one, `I` one that is identical or adjusted, `M` all else but gone, adjusted ones included. An
    /// adjusted one fits both because its lines differ by no more than drawing and generalisation (10 m in the national
    /// file of 2024) account for.
    #[must_use]
    pub fn agrees_with(self, letter: CodeLetter) -> bool {
        match letter {
            CodeLetter::New => self == Self::New,
            CodeLetter::Identical => matches!(self, Self::Identical | Self::Adjusted),
            CodeLetter::Modified => !matches!(self, Self::New | Self::Gone | Self::Identical),
        }
    }

    /// Returns the class of a group by its numbers of perimeters; `None` for one-to-one.
    pub(super) fn by_numbers(from: usize, to: usize) -> Option<Self> {
        match (from, to) {
            (1, 1) => None,
            (0, _) => Some(Self::New),
            (_, 0) => Some(Self::Gone),
            (1, _) => Some(Self::Split),
            (_, 1) => Some(Self::Merged),
            _ => Some(Self::Regrouped),
        }
    }

    /// Returns the class of a one-to-one change, by the area shared, square metres.
    pub(super) fn one_to_one(from: &PlanarOutline, to: &PlanarOutline, shared_m2: f64) -> Self {
        let (loss, gain) = (
            UnsharedPart::new(from, shared_m2),
            UnsharedPart::new(to, shared_m2),
        );
        // Before the tolerances: a large identical perimeter is not "adjusted".
        if loss.share < IDENTICAL_SHARE && gain.share < IDENTICAL_SHARE {
            return Self::Identical;
        }
        let extended = !gain.is_small && (loss.is_small || loss.share <= KEPT_LOSS_SHARE);
        let reduced = !loss.is_small && (gain.is_small || gain.share <= KEPT_LOSS_SHARE);
        match (extended, reduced) {
            _ if loss.is_small && gain.is_small => Self::Adjusted,
            (true, false) => Self::Extended,
            (false, true) => Self::Reduced,
            // Both, of a large one that lost and gained under 5 %: neither outweighs the other.
            _ => Self::Shifted,
        }
    }
}

/// The part of a perimeter that is not shared.
struct UnsharedPart {
    /// As a share of its area.
    share: f64,
    /// Within the perimeter's tolerance.
    is_small: bool,
}

impl UnsharedPart {
    fn new(outline: &PlanarOutline, shared_m2: f64) -> Self {
        // An overlay rounds: the shared area can exceed the whole by a hair.
        let part_m2 = (outline.area_m2 - shared_m2).max(0.0);
        Self {
            share: part_m2 / outline.area_m2,
            is_small: part_m2 <= outline.tolerance_m2,
        }
    }
}

impl std::fmt::Display for ChangeClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_name_and_its_mirror() {
        let mut names: Vec<&str> = ChangeClass::ALL.map(ChangeClass::as_str).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ChangeClass::ALL.len());
        for class in ChangeClass::ALL {
            assert_eq!(class.mirrored().mirrored(), class);
        }
    }

    #[test]
    fn letters() {
        use ChangeClass::{Adjusted, Extended, Gone, Identical, New, Split};
        let fitting = |letter| {
            [Identical, Adjusted, Extended, Split, New, Gone].map(|class| class.agrees_with(letter))
        };
        assert_eq!(
            fitting(CodeLetter::New),
            [false, false, false, false, true, false]
        );
        assert_eq!(
            fitting(CodeLetter::Identical),
            [true, true, false, false, false, false]
        );
        assert_eq!(
            fitting(CodeLetter::Modified),
            [false, true, true, true, false, false]
        );
    }
}
