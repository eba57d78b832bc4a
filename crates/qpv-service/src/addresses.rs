//! The search of addresses: candidates for a question, and those near a position.

use qpv_addresses::{Candidate, SearchFilter};
use qpv_model::{Territory, Wgs84Point};

use crate::error::{AddressError, MAX_QUESTION_CHARACTERS};
use crate::snapshot::Snapshot;

/// Candidates that are weighed for the zone of an address.
pub(crate) const MAX_WEIGHED: usize = 8;
/// Score from which a candidate is taken for the address asked; see the calibration in `docs/addresses.md`.
pub(crate) const MIN_SCORE: f64 = 0.7;
/// Score that a candidate may lack to the best one and still be the one meant.
pub(crate) const MAX_SCORE_BEHIND: f64 = 0.08;

/// A question for addresses.
#[derive(Debug, Clone, Copy)]
pub struct AddressSearch<'q> {
    /// The address, as written.
    pub text: &'q str,
    /// True when the last word may be the beginning of one.
    pub is_prefix: bool,
    /// The addresses that are meant.
    pub filter: &'q SearchFilter,
    /// The most candidates to return.
    pub limit: usize,
}

/// Finds the addresses that a question may mean, likeliest first.
///
/// # Errors
/// [`AddressError`].
pub fn search_addresses(
    snapshot: &Snapshot,
    search: &AddressSearch<'_>,
) -> Result<Vec<Candidate>, AddressError> {
    check_question(search.text)?;
    Ok(snapshot
        .addresses()?
        .search(search.text, search.is_prefix, search.filter, search.limit))
}

/// Finds the candidates that matter for the zone of an address: those as good as the best, and one more than are weighed.
///
/// # Errors
/// [`AddressError`].
pub fn search_to_judge(
    snapshot: &Snapshot,
    question: &str,
    filter: &SearchFilter,
) -> Result<Vec<Candidate>, AddressError> {
    check_question(question)?;
    let index = snapshot.addresses()?;
    Ok(index.search_within(question, filter, MAX_WEIGHED + 1, MAX_SCORE_BEHIND))
}

/// Finds the addresses nearest to a point, nearest first.
///
/// # Errors
/// [`AddressError::NotLoaded`], [`AddressError::Unusable`].
pub fn nearest_addresses(
    snapshot: &Snapshot,
    point: Wgs84Point,
    filter: &SearchFilter,
    limit: usize,
) -> Result<Vec<Candidate>, AddressError> {
    Ok(snapshot.addresses()?.reverse(point, filter, limit))
}

/// Returns a candidate's position in the legal projection of its territory, metres.
#[must_use]
pub fn projected_position(candidate: &Candidate) -> Option<(f64, f64)> {
    let crs = Territory::from_department(candidate.citycode.department()).legal_crs();
    let projected = qpv_geodata::crs::project(crs, candidate.point).ok()?;
    Some((projected.x, projected.y))
}

fn check_question(question: &str) -> Result<(), AddressError> {
    // Characters and not bytes: accents must not shorten the question allowed.
    let length = question.chars().count();
    if length > MAX_QUESTION_CHARACTERS {
        return Err(AddressError::TooLong(length));
    }
    if question.chars().any(char::is_alphanumeric) {
        Ok(())
    } else {
        Err(AddressError::Empty)
    }
}
