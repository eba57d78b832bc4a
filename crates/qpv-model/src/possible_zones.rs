//! The zones a place may lie in, when its position is not exact.

/// The zones a place may lie in: all those that the doubt leaves. One at least, unless nothing was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PossibleZones {
    /// In a perimeter, its boundary included.
    pub qpv: bool,
    /// In none, at less than 300 m from one.
    pub band_300m: bool,
    /// Farther.
    pub outside: bool,
}

impl PossibleZones {
    /// Every zone: nothing is known.
    pub const ANY: Self = Self {
        qpv: true,
        band_300m: true,
        outside: true,
    };

    /// Returns the zones of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            qpv: self.qpv || other.qpv,
            band_300m: self.band_300m || other.band_300m,
            outside: self.outside || other.outside,
        }
    }

    /// Returns true when only one is left.
    #[must_use]
    pub fn is_sure(self) -> bool {
        [self.qpv, self.band_300m, self.outside]
            .into_iter()
            .filter(|zone| *zone)
            .count()
            == 1
    }
}
