//! The search of addresses: candidates for a question, and those near a position.

use qpv_addresses::{Candidate, NamedPlace, SearchFilter};
use qpv_model::{CommuneCode, Territory, Wgs84Point};

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

/// The place of the addresses of a list that name none, as its author states it once for all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DefaultPlace {
    /// The postcode.
    pub postcode: Option<u32>,
    /// The INSEE code of the commune.
    pub citycode: Option<CommuneCode>,
}

impl DefaultPlace {
    /// Returns true if none is stated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Checks that addresses of the place are loaded: a slip in a code would leave every row without an answer.
    ///
    /// # Errors
    /// [`AddressError::NoPlace`], and those of [`Snapshot::addresses`].
    pub fn check(&self, snapshot: &Snapshot) -> Result<(), AddressError> {
        if self.is_empty()
            || snapshot
                .addresses()?
                .has_place(self.postcode, self.citycode)
        {
            return Ok(());
        }
        let postcode = self.postcode.map(|postcode| format!("{postcode:05}"));
        let citycode = self.citycode.map(|citycode| citycode.to_string());
        let place = postcode.into_iter().chain(citycode);
        Err(AddressError::NoPlace(place.collect::<Vec<_>>().join(", ")))
    }
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

/// Finds the same in a default place, where the question and its filter name none.
///
/// # Errors
/// [`AddressError`].
pub fn search_to_judge_in(
    snapshot: &Snapshot,
    question: &str,
    filter: &SearchFilter,
    default: &DefaultPlace,
) -> Result<Vec<Candidate>, AddressError> {
    let found = search_to_judge(snapshot, question, filter)?;
    let names_place = filter.postcode.is_some()
        || filter.citycode.is_some()
        || found
            .first()
            .is_some_and(|best| best.named_place != NamedPlace::Unnamed)
        || snapshot.addresses()?.has_postcode_or_area(question);
    if default.is_empty() || names_place {
        return Ok(found);
    }
    let filter = SearchFilter {
        postcode: default.postcode,
        citycode: default.citycode,
        ..filter.clone()
    };
    let there = search_to_judge(snapshot, question, &filter)?;
    // A commune may be named that is not loaded: the default is not its place.
    let is_elsewhere = there
        .first()
        .is_none_or(|best| snapshot.names_another_commune(question, best));
    Ok(if is_elsewhere { found } else { there })
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

pub(crate) fn check_question(question: &str) -> Result<(), AddressError> {
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
