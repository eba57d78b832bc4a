//! The review of an undetermined zone over the wire.

use qpv_service::ReviewedCheck;
use serde::Serialize;
use utoipa::ToSchema;

use super::{EligibilityAnswer, ZoneName};

/// The review of an undetermined zone, and what follows from it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewAnswer {
    /// The zone of the review: never `undetermined`.
    pub zone: ZoneName,
    /// The evidence.
    pub reason: String,
    /// The function of whoever reviewed.
    pub by: String,
    /// The message for end users, in French.
    pub message: String,
    /// The eligibility to the programme with this zone as a fact, when one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eligibility: Option<EligibilityAnswer>,
    /// The eligibility to each programme, when several were asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub eligibilities: Vec<EligibilityAnswer>,
}

impl ReviewAnswer {
    pub(super) fn new(reviewed: &ReviewedCheck<'_>) -> Self {
        let ReviewedCheck {
            review,
            assessments,
        } = reviewed;
        let answers = assessments.iter().map(EligibilityAnswer::new);
        let mut eligibilities: Vec<EligibilityAnswer> = answers.collect();
        // One programme has its own field, as beside the review.
        let eligibility = eligibilities.pop_if(|_| assessments.len() == 1);
        Self {
            zone: ZoneName(review.zone()),
            reason: review.reason().to_owned(),
            by: review.by().to_owned(),
            message: review.message_fr(),
            eligibility,
            eligibilities,
        }
    }
}
