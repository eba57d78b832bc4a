//! The leaning of an undetermined zone, over the wire.

use qpv_service::model::Perimeter;
use qpv_service::{DecidingLine, PointAnswer, Snapshot, WeakestLink, centimetres, messages};
use serde::{Serialize, Serializer};
use utoipa::PartialSchema;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::{ZoneName, names};

/// The zone that an undetermined position leans to. It is neither a yes nor a no, and counts as neither.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeaningAnswer<'a> {
    /// The zone of the position as published; never `undetermined`.
    pub zone: ZoneName,
    /// The measured share of such positions that lie in that zone, from 0 to 1.
    pub probability: f64,
    /// Official code of the perimeter whose line, or whose 300 m limit, is too near.
    pub code_qp: &'a str,
    /// Official name of that perimeter.
    pub lib_qp: &'a str,
    /// The line that is too near: `perimeter`, or `band_300m` for the 300 m limit.
    pub line: LineName,
    /// Geodesic metres to that line.
    pub distance_m: f64,
    /// The uncertainty of the position, metres.
    pub uncertainty_m: f64,
    /// The precision of the published lines, metres.
    pub precision_m: f64,
    /// The less exact of the two: `position` or `lines`.
    pub weakest: LinkName,
    /// The headline for end users, in French.
    #[schema(
        example = "Probablement dans le quartier Saint Michel (QN06103M) : à 5 m de la limite, la position étant connue à 20 m près. À vérifier."
    )]
    pub message: String,
    /// The evidence that would settle it, in French.
    pub remedy: String,
}

/// The line that decides, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineName(pub DecidingLine);

/// The less exact of position and lines, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkName(pub WeakestLink);

impl<'a> LeaningAnswer<'a> {
    /// Creates the answer for a standing; `None` where it leans nowhere.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, standing: &PointAnswer) -> Option<Self> {
        let leaning = standing.leaning()?;
        let nearest = standing.located.nearest?;
        let Perimeter {
            code_qp, lib_qp, ..
        } = snapshot.perimeter(standing.vintage, nearest.perimeter);
        let message = messages::leaning(standing, |index| {
            messages::name(snapshot.perimeter(standing.vintage, index))
        })?;
        Some(Self {
            zone: ZoneName(leaning.zone),
            probability: leaning.probability,
            code_qp: code_qp.as_str(),
            lib_qp,
            line: LineName(leaning.line),
            distance_m: centimetres(leaning.gap_m),
            // Coordinates that are taken as exact have none.
            uncertainty_m: standing.uncertainty_m.unwrap_or(0.0),
            precision_m: standing.precision_m,
            weakest: LinkName(leaning.weakest),
            message,
            remedy: messages::leaning_remedy(&leaning),
        })
    }
}

impl Serialize for LineName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl PartialSchema for LineName {
    fn schema() -> RefOr<Schema> {
        names(
            "The line that decides a zone.",
            [DecidingLine::Perimeter, DecidingLine::Band].map(DecidingLine::name),
        )
    }
}

impl ToSchema for LineName {}

impl Serialize for LinkName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl PartialSchema for LinkName {
    fn schema() -> RefOr<Schema> {
        names(
            "The less exact of position and lines.",
            [WeakestLink::Position, WeakestLink::Lines].map(WeakestLink::name),
        )
    }
}

impl ToSchema for LinkName {}
