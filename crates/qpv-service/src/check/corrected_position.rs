//! The position of an address, moved by hand to its true door.
//!
//! Owns what such a position changes: zone, certainty and eligibility are those of the position placed, and the answer says
//! so, with how far it was moved. Refuses to hide the address's own position, which is told too.

use qpv_addresses::{AddressKind, SearchFilter};
use qpv_engine::{LocalFrame, Zone};
use qpv_french::numbers::metres;
use qpv_french::{key, sentence};
use qpv_model::{PositionKind, Wgs84Point};

use crate::{
    AddressCheck, AddressError, Place, PointAnswer, QueryError, Service, Snapshot,
    UndeterminedReason, VintageSelector,
};

/// How far a door may lie from where a person placed it, metres, when nothing is said of it: as far as from an address's
/// position that marks its entrance. On a plan or an aerial photograph where houses are told apart, a door is pointed at to
/// a few metres.
pub const PLACED_UNCERTAINTY_M: f64 = 5.0;

/// An address whose position was placed by hand.
#[derive(Debug, Clone)]
pub struct CorrectedAddress {
    /// What the address itself was found to be.
    pub check: AddressCheck,
    /// Where it was placed, to the seventh decimal of a degree (a centimetre).
    pub point: Wgs84Point,
    /// Where that stands.
    pub standing: PointAnswer,
    /// The address's own position and what it marks; `None` when the address is not surely found, or is known to its street
    /// or commune only.
    pub own: Option<(Wgs84Point, PositionKind)>,
}

impl CorrectedAddress {
    /// The zone of the position placed.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.standing.verdict.zone
    }

    /// What speaks against a flat answer: only that a line is too near.
    #[must_use]
    pub fn doubt(&self) -> Option<UndeterminedReason> {
        (self.zone() == Zone::Undetermined).then_some(UndeterminedReason::Position)
    }

    /// Geodesic metres from the address's own position, if it has one.
    #[must_use]
    pub fn moved_m(&self) -> Option<f64> {
        self.own
            .map(|(own, _)| LocalFrame::at(self.point).distance_m(own.coord()))
    }

    /// Whether what was found is surely the address that was asked, if only to its street.
    pub(crate) fn is_found(&self) -> bool {
        !matches!(
            self.check.doubt,
            Some(
                UndeterminedReason::NotFound
                    | UndeterminedReason::Unlike
                    | UndeterminedReason::Candidates
            )
        )
    }

    /// That it was placed by hand, and how far from its own position, in French.
    #[must_use]
    pub fn message_fr(&self) -> String {
        match self.moved_m() {
            Some(moved_m) => sentence(key::PLACED_MOVED, &[("distance", &metres(moved_m))]),
            None => sentence(key::PLACED_WITHOUT_OWN, &[]),
        }
    }
}

impl Service {
    /// What an address is, as [`Service::check`] says, to be placed: it may be of a place whose addresses are not loaded.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn check_to_place(
        &self,
        snapshot: &Snapshot,
        question: &str,
        filter: &SearchFilter,
        choice: VintageSelector,
    ) -> Result<AddressCheck, AddressError> {
        match self.check(snapshot, question, filter, choice) {
            Err(AddressError::NotLoaded) => Ok(snapshot.judge(vec![], choice)),
            check => check,
        }
    }
}

impl Snapshot {
    /// A checked address at the position where a person placed it, WGS 84 degrees. Without `uncertainty_m` that is taken to
    /// be [`PLACED_UNCERTAINTY_M`] off at most.
    ///
    /// # Errors
    /// Any [`QueryError`] of [`Snapshot::locate`].
    pub fn place(
        &self,
        check: AddressCheck,
        (lon, lat): (f64, f64),
        choice: VintageSelector,
        uncertainty_m: Option<f64>,
    ) -> Result<CorrectedAddress, QueryError> {
        let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
        let place = Place::LonLat(rounded(lon), rounded(lat));
        let standing = self.locate(
            place,
            choice,
            Some(uncertainty_m.unwrap_or(PLACED_UNCERTAINTY_M)),
        )?;
        let known = !matches!(
            check.doubt,
            Some(
                UndeterminedReason::NotFound
                    | UndeterminedReason::Unlike
                    | UndeterminedReason::Candidates
                    | UndeterminedReason::Street
                    | UndeterminedReason::Commune
            )
        );
        let best = check.candidates.first().map(|best| &best.candidate);
        let own = best.filter(|best| {
            known && matches!(best.kind, AddressKind::Housenumber | AddressKind::Locality)
        });
        let own = own.map(|own| (own.point, own.position));
        Ok(CorrectedAddress {
            point: place.position()?.wgs84,
            standing,
            own,
            check,
        })
    }
}
