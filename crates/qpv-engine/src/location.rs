//! The answer for a point: the perimeters that hold it and the one nearest to it.

use smallvec::SmallVec;

/// The place of a perimeter in its vintage, in code order.
///
/// It means nothing without that vintage, whose index gives the perimeter
/// ([`PerimeterIndex::perimeter`](crate::PerimeterIndex::perimeter)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PerimeterId(pub(crate) u32);

impl PerimeterId {
    /// Returns the identifier of the perimeter at a place in code order.
    ///
    /// # Panics
    /// If the place is 2³² or more, which no layer has.
    #[must_use]
    pub fn new(place: usize) -> Self {
        Self(u32::try_from(place).expect("a layer has fewer than 2^32 perimeters"))
    }

    /// Returns the place in code order.
    #[must_use]
    pub fn place(self) -> usize {
        self.0 as usize
    }
}

/// The members of a point: nearly always none or one, two where perimeters overlap.
pub type Members = SmallVec<[PerimeterId; 2]>;

/// Membership, distance and nearest perimeter of a point.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Location {
    /// Every perimeter that holds the point, boundary included, in code order.
    pub members: Members,
    /// Geodesic metres to the line, negative inside; `None` beyond [`MAX_SEARCH_M`](crate::MAX_SEARCH_M). In several
    /// perimeters, the distance to the line of the one it is deepest in.
    pub signed_distance_m: Option<f64>,
    /// The nearest perimeter, at 0 m when inside; `None` beyond [`MAX_SEARCH_M`](crate::MAX_SEARCH_M).
    pub nearest: Option<NearestPerimeter>,
    /// True when the imported official 300 m band layer holds the point; `None` when no such layer was imported for
    /// the territory, or no perimeter is within [`MAX_SEARCH_M`](crate::MAX_SEARCH_M).
    pub official_band: Option<bool>,
}

/// A perimeter and its distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearestPerimeter {
    /// The perimeter.
    pub perimeter: PerimeterId,
    /// Geodesic metres, 0 inside.
    pub distance_m: f64,
}

/// The perimeters that hold a point, in four bytes: the answer of a bulk query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership(u32);

impl Membership {
    /// In none.
    pub const NONE: Self = Self(u32::MAX);
    /// In more than one: [`PerimeterIndex::members`](crate::PerimeterIndex::members) lists them.
    pub const SEVERAL: Self = Self(u32::MAX - 1);

    /// Returns true when some perimeter holds the point.
    #[must_use]
    #[inline]
    pub fn is_inside(self) -> bool {
        self != Self::NONE
    }

    /// Returns the perimeter that holds the point, when there is exactly one.
    #[must_use]
    #[inline]
    pub fn only(self) -> Option<PerimeterId> {
        (self.0 < Self::SEVERAL.0).then_some(PerimeterId(self.0))
    }

    /// Adds a perimeter that holds the point.
    pub(crate) fn and(self, member: PerimeterId) -> Self {
        if self == Self::NONE {
            Self(member.0)
        } else {
            Self::SEVERAL
        }
    }
}
