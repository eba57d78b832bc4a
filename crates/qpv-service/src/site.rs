//! The ground of an address: its parcels and buildings, and what they say of its zone. How they are found: `joining`.

use qpv_engine::{DecidingLine, Members, Zone};
use qpv_model::{Footprint, FootprintKind, ParcelId};

/// The ground of an address.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The way it was found.
    pub join: SiteJoin,
    /// The parcels.
    pub parcels: Vec<Footprint>,
    /// The buildings on them, or at the position where no parcels are loaded.
    pub buildings: Vec<Footprint>,
    /// The kind that was decided by.
    pub basis: FootprintKind,
    /// Its word on the zone.
    pub finding: SiteFinding,
    /// The obstacles met, and what is worth knowing.
    pub notes: Vec<SiteNote>,
}

/// The way an address was joined to its parcels or buildings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteJoin {
    /// The address file names its parcels.
    Identifier,
    /// They hold its position, which is published as one on the plot.
    Holding,
    /// They come within the uncertainty of its position: one of them is the right one.
    Nearest,
}

/// The word of parcels and buildings on the zone.
#[derive(Debug, Clone, PartialEq)]
pub enum SiteFinding {
    /// All of them lie in a zone, clear of every line.
    Clear(SettledGround),
    /// All of the buildings reach clear of the line on one side, and the line drawn enters none of them by more than it may be
    /// off.
    Reaches(SettledGround),
    /// A line runs through one of them, or between two.
    Cut(DecidingLine),
    /// A line is nearer to one of them than it is exact.
    Near {
        /// The line.
        line: DecidingLine,
        /// Metres to it.
        gap_m: f64,
    },
    /// Nothing, for the reason in the notes.
    Nothing,
}

/// The zone of parcels and buildings that say the same.
#[derive(Debug, Clone, PartialEq)]
pub struct SettledGround {
    /// The zone.
    pub zone: Zone,
    /// The perimeters they lie in.
    pub members: Members,
    /// Metres to the nearest line that decides; infinite when there is none.
    pub gap_m: f64,
    /// Metres to it from the part that is farthest on its side, the least of those of all of them.
    pub reach_m: f64,
    /// Signed distance of the nearest or deepest point, metres.
    pub least_m: f64,
    /// The same of the farthest, or least deep.
    pub greatest_m: f64,
}

/// Something about the ground of an address that people should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteNote {
    /// The parcels that the address file names and the land register loaded does not have.
    UnknownParcels(Vec<ParcelId>),
    /// The parcels that it names lie elsewhere than the position.
    FarParcels(Vec<ParcelId>),
    /// A building stands on other parcels too, and was taken whole.
    SpansParcels,
    /// No building is loaded that stands on the parcels.
    NoBuilding,
    /// An outline cannot be measured.
    Unusable,
    /// The stored parcels or buildings are damaged.
    Damaged,
}

impl Site {
    /// Returns the parcels or the buildings that it was decided by.
    #[must_use]
    pub fn decided_by(&self) -> &[Footprint] {
        match self.basis {
            FootprintKind::Parcels => &self.parcels,
            FootprintKind::Buildings => &self.buildings,
        }
    }
}

impl SiteJoin {
    /// Returns its name in every answer.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::Holding => "holding",
            Self::Nearest => "nearest",
        }
    }
}

impl SiteFinding {
    /// Returns the zone that it gives, with what it rests on.
    #[must_use]
    pub fn settled(&self) -> Option<&SettledGround> {
        match self {
            Self::Clear(ground) | Self::Reaches(ground) => Some(ground),
            Self::Cut(_) | Self::Near { .. } | Self::Nothing => None,
        }
    }

    /// Returns its name in every answer.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Clear(_) => "clear",
            Self::Reaches(_) => "reaches",
            Self::Cut(_) => "cut",
            Self::Near { .. } => "near",
            Self::Nothing => "none",
        }
    }
}

impl SiteNote {
    /// Returns its name in every answer.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::UnknownParcels(_) => "unknown_parcels",
            Self::FarParcels(_) => "far_parcels",
            Self::SpansParcels => "spans_parcels",
            Self::NoBuilding => "no_building",
            Self::Unusable => "unusable",
            Self::Damaged => "damaged",
        }
    }
}
