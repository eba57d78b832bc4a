//! The request of a check: the place, the vintage that answers, the programme; and the defaults of all that is not stated.

use qpv_addresses::SearchFilter;
use qpv_model::WrittenCoordinate;

use crate::building_outlines::BuildingOutlines;
use crate::eligibility::EligibilityRequest;
use crate::place::{Place, VintageSelector};
use crate::review::HumanReview;
use crate::written_place::WrittenPlace;

/// A check, as asked.
#[derive(Debug, Clone)]
pub struct CheckRequest {
    /// The place.
    pub subject: Subject,
    /// The perimeters that answer.
    pub vintage: VintageSelector,
    /// The programmes and the person, when eligibility is asked.
    pub eligibility: Vec<EligibilityRequest>,
    /// The review of a zone that the data leaves open, by whoever has the evidence.
    pub review: Option<HumanReview>,
}

/// The place that a check is about.
#[derive(Debug, Clone)]
pub enum Subject {
    /// An address.
    Address(AddressQuestion),
    /// An address with the position where a person saw its true door.
    CorrectedAddress {
        /// The address.
        address: AddressQuestion,
        /// The position of its door.
        position: StatedPosition,
    },
    /// A position on its own.
    Position(StatedPosition),
    /// A building, or several of one project.
    Building(BuildingOutlines),
}

/// An address as a person writes it, and where to look for it.
#[derive(Debug, Clone, Default)]
pub struct AddressQuestion {
    /// The text.
    pub text: String,
    /// The postcode or commune that limits the search.
    pub filter: SearchFilter,
}

/// A position that a person states, WGS 84 degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatedPosition {
    /// Longitude.
    pub lon_deg: f64,
    /// Latitude.
    pub lat_deg: f64,
    /// The uncertainty of the position, metres; `None` for the default of its kind.
    pub uncertainty_m: Option<f64>,
    /// The metres to which its coordinates are written; `None` for exact ones. The larger of both counts.
    pub rounding_m: Option<f64>,
}

/// The defaults of a check, for every way of asking: HTTP, reports, command line.
///
/// A check always counts an uncertainty, so its zone is undetermined whenever a line that decides is within the doubt:
///
/// | subject | uncertainty counted |
/// |---|---|
/// | address | that of the kind of its position |
/// | corrected address | the one stated, else [`Self::CORRECTED_POSITION_UNCERTAINTY_M`] |
/// | position | the one stated, else [`Self::POSITION_UNCERTAINTY_M`] |
/// | building | none: its limits are reported one by one |
///
/// Coordinates written roughly are at least as uncertain as they are written. The precision of the published lines is added to it. [`locate`](crate::locate) and lists of
/// positions answer for coordinates instead: without a stated uncertainty they give the zone of those coordinates.
impl CheckRequest {
    /// Uncertainty of a position on its own, metres. The doubt that is left is that of the published lines.
    pub const POSITION_UNCERTAINTY_M: f64 = 0.0;
    /// Uncertainty of a corrected position, metres, unless one is stated: on a map without houses nobody sees the door. Where
    /// a plan, buildings, parcels or an aerial photograph are in sight, people point at it to 5 m, and state that.
    pub const CORRECTED_POSITION_UNCERTAINTY_M: f64 = 20.0;

    /// A check by the perimeters in force today, without a programme.
    #[must_use]
    pub fn new(subject: Subject) -> Self {
        Self {
            subject,
            vintage: VintageSelector::today(),
            eligibility: Vec::new(),
            review: None,
        }
    }

    /// The address asked, when the subject has one.
    #[must_use]
    pub fn address(&self) -> Option<&AddressQuestion> {
        match &self.subject {
            Subject::Address(address) | Subject::CorrectedAddress { address, .. } => Some(address),
            Subject::Position(_) | Subject::Building(_) => None,
        }
    }
}

impl StatedPosition {
    /// Returns the position to the seventh decimal of a degree: a centimetre, which is what reports print and sign, so
    /// that the same answer can be made again from them.
    pub(super) fn place(&self) -> WrittenPlace {
        WrittenPlace {
            place: Place::LonLat(rounded(self.lon_deg), rounded(self.lat_deg)),
            rounding_m: self.rounding_m,
        }
    }

    /// Creates a position from coordinates as they are written, with the uncertainty stated beside them.
    #[must_use]
    pub fn from_written(
        lon: WrittenCoordinate,
        lat: WrittenCoordinate,
        uncertainty_m: Option<f64>,
    ) -> Self {
        Self {
            lon_deg: lon.value,
            lat_deg: lat.value,
            uncertainty_m,
            rounding_m: WrittenPlace::new(None, lon, lat).rounding_m,
        }
    }
}

fn rounded(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}
