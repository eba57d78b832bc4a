//! The check of an address: the zone that all it may be agree on, or the reason why there is none.

use qpv_addresses::{AddressKind, Candidate, NamedPlace, SearchFilter};
use qpv_engine::{CertaintyLevel, Leaning, PerimeterId, Zone};
use qpv_model::Vintage;

use crate::addresses::{AddressSearch, MAX_SCORE_BEHIND, MAX_WEIGHED, MIN_SCORE, search_addresses};
use crate::check::candidate_zone::{CandidateZone, locate_candidate};
use crate::check::remote_geocoder::{AddressService, RemoteCandidate, RemoteGeocoding};
use crate::check::subject::AddressQuestion;
use crate::error::{AddressError, QueryError};
use crate::place::VintageSelector;
use crate::snapshot::Snapshot;
use crate::standing::{PointAnswer, UndeterminedReason};
use crate::unloaded_place::{PlaceLoaded, place_named};

/// Candidates shown when none is like the address asked.
const MAX_UNLIKE_SHOWN: usize = 5;

/// A checked address.
#[derive(Debug, Clone, PartialEq)]
pub struct AddressCheck {
    /// The zone.
    pub zone: Zone,
    /// The reason why the zone is not determined, if it is not.
    pub doubt: Option<UndeterminedReason>,
    /// The perimeters it lies in, by index, when all that it may be agree on them and only its position may be in doubt.
    pub perimeters: Option<Vec<PerimeterId>>,
    /// The least sure level of all that it may be, in the same cases.
    pub level: Option<CertaintyLevel>,
    /// The addresses that the question may mean, likeliest first, each with its answer; empty when nothing was found.
    pub candidates: Vec<CheckedCandidate>,
    /// The remote geocoder that was asked too, if one was.
    pub remote: Option<RemoteGeocoding>,
}

/// A candidate and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedCandidate {
    /// The address.
    pub candidate: Candidate,
    /// The answer of its position, or the reason why there is none.
    pub standing: Result<PointAnswer, QueryError>,
}

/// The data and the perimeters that addresses are checked with.
#[derive(Debug, Clone, Copy)]
pub struct AddressChecker<'a> {
    /// The data.
    pub snapshot: &'a Snapshot,
    /// The remote geocoder, when the operator has set one up.
    pub geocoder: Option<&'a AddressService>,
    /// The perimeters that answer.
    pub vintage: VintageSelector,
}

impl AddressCheck {
    /// A check without a zone.
    fn undetermined(reason: UndeterminedReason, candidates: Vec<CheckedCandidate>) -> Self {
        Self {
            zone: Zone::Undetermined,
            doubt: Some(reason),
            perimeters: None,
            level: None,
            candidates,
            remote: None,
        }
    }

    /// Returns the one address that is meant, with what is known of its position; `None` where several may be, or it has none
    /// that is sure.
    #[must_use]
    pub fn only_place(&self) -> Option<(&Candidate, &PointAnswer)> {
        match (self.doubt, self.candidates.as_slice()) {
            (None | Some(UndeterminedReason::Position), [only]) => {
                Some((&only.candidate, only.standing.as_ref().ok()?))
            }
            _ => None,
        }
    }

    /// Returns the zone that its position leans to, when nothing but a line that is too near leaves its zone open.
    #[must_use]
    pub fn leaning(&self) -> Option<Leaning> {
        self.only_place()
            .and_then(|(_, standing)| standing.leaning())
    }

    /// Returns true when nothing like the address asked was found.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(
            self.doubt,
            Some(
                UndeterminedReason::NotFound
                    | UndeterminedReason::NotLoaded(_)
                    | UndeterminedReason::Unlike
            )
        )
    }
}

impl<'a> AddressChecker<'a> {
    /// A checker that uses the loaded addresses alone.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, vintage: VintageSelector) -> Self {
        Self {
            snapshot,
            geocoder: None,
            vintage,
        }
    }

    /// Checks an address. The remote geocoder is asked when no address like it is loaded, and waited for; never for
    /// fictional data.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn check(&self, address: &AddressQuestion) -> Result<AddressCheck, AddressError> {
        let search = AddressSearch {
            text: &address.text,
            is_prefix: false,
            filter: &address.filter,
            // One more than are weighed, which shows that some are left out.
            limit: MAX_WEIGHED + 1,
        };
        let here = search_addresses(self.snapshot, &search)
            .map(|found| self.judge_question(&address.text, &address.filter, found));
        let is_unknown = match &here {
            Ok(check) => check.is_unknown(),
            // Other errors are faults of the question or the index: asking elsewhere hides them.
            Err(error) => *error == AddressError::NotLoaded,
        };
        match self.geocoder {
            // No other service knows the addresses of the fictional town.
            Some(geocoder) if is_unknown && !self.snapshot.fictional() => {
                let here = here.unwrap_or_else(|_| self.check_nothing());
                Ok(self.ask(geocoder, address, here))
            }
            _ => here,
        }
    }

    /// Returns the check of an address of which nothing was found.
    pub(super) fn check_nothing(&self) -> AddressCheck {
        self.judge(vec![])
    }

    /// Asks the remote geocoder about an address that is unknown here.
    fn ask(
        &self,
        geocoder: &AddressService,
        address: &AddressQuestion,
        here: AddressCheck,
    ) -> AddressCheck {
        let (check, fault) = match geocoder.search(&address.text, &address.filter) {
            // A doubtful remote candidate does not replace those found here, which a person may choose from.
            Ok(Some(found)) if found.best.score >= MIN_SCORE || here.candidates.is_empty() => {
                (self.judge_remote(found), None)
            }
            Ok(_) => (here, None),
            Err(fault) => (here, Some(fault)),
        };
        let url = geocoder.url().to_owned();
        AddressCheck {
            remote: Some(RemoteGeocoding { url, fault }),
            ..check
        }
    }

    /// Judges the candidates of a question like [`judge`](Self::judge). Of a question that names a place whose addresses are not
    /// loaded, those of other places are none; nor are those of other departments than its town's, where none is like it.
    #[must_use]
    pub fn judge_question(
        &self,
        question: &str,
        filter: &SearchFilter,
        mut found: Vec<Candidate>,
    ) -> AddressCheck {
        let place = place_named(self.snapshot, question, filter, &found);
        place.retain(self.snapshot, &mut found);
        let place = match place {
            PlaceLoaded::Perhaps | PlaceLoaded::There(..) => return self.judge(found),
            PlaceLoaded::NoNamesake => {
                let reason = UndeterminedReason::NamesakesNotLoaded;
                return AddressCheck::undetermined(reason, Vec::new());
            }
            PlaceLoaded::No(place) => place,
        };
        AddressCheck {
            perimeters: None,
            level: None,
            zone: Zone::Undetermined,
            doubt: Some(UndeterminedReason::NotLoaded(place)),
            ..self.judge(found)
        }
    }

    /// Judges an address by the `MAX_WEIGHED` most similar candidates and one more: when there is a doubt, its zone is never
    /// silently that of the first.
    #[must_use]
    pub fn judge(&self, found: Vec<Candidate>) -> AddressCheck {
        let mut candidates: Vec<CheckedCandidate> = found
            .into_iter()
            .map(|candidate| CheckedCandidate {
                standing: locate_candidate(self.snapshot, &candidate, self.vintage),
                candidate,
            })
            .collect();
        let Some(best_score) = candidates.first().map(|best| best.candidate.score) else {
            return AddressCheck::undetermined(UndeterminedReason::NotFound, candidates);
        };
        // As many as score nearly like the best; they come likeliest first.
        let rivals = candidates
            .iter()
            .take_while(|other| other.candidate.score >= best_score - MAX_SCORE_BEHIND)
            .count();
        let zones: Vec<CandidateZone> = candidates[..rivals]
            .iter()
            .map(
                |CheckedCandidate {
                     candidate,
                     standing,
                 }| {
                    CandidateZone::new(self.snapshot, candidate, standing, self.vintage)
                },
            )
            .collect();
        for (checked, zone) in candidates.iter_mut().zip(&zones) {
            if let Ok(standing) = &mut checked.standing {
                *standing = zone.apply_to(standing.clone());
            }
        }
        let places: Vec<&Candidate> = candidates[..rivals]
            .iter()
            .map(|checked| &checked.candidate)
            .collect();
        let doubt = if best_score >= MIN_SCORE && self.snapshot.is_place_open(&places) {
            Some(UndeterminedReason::PlaceNotNamed)
        } else {
            doubt_of(&zones, best_score)
        };
        if doubt == Some(UndeterminedReason::Unlike) {
            // None is surely meant: those of the place asked are rather.
            candidates.sort_by_key(|checked| !is_in_named_place(&checked.candidate));
        }
        // Those far behind the best say nothing more, unless the best is doubtful itself.
        candidates.truncate(match doubt {
            Some(UndeterminedReason::Unlike) => MAX_UNLIKE_SHOWN.max(rivals),
            _ => rivals,
        });
        let Some(reason) = doubt else {
            return AddressCheck {
                zone: zones[0].zone,
                doubt: None,
                perimeters: common_perimeters(&zones),
                level: least_sure_level(&zones),
                candidates,
                remote: None,
            };
        };
        let is_position = reason == UndeterminedReason::Position;
        AddressCheck {
            perimeters: common_perimeters(&zones).filter(|_| is_position),
            level: least_sure_level(&zones).filter(|_| is_position),
            ..AddressCheck::undetermined(reason, candidates)
        }
    }

    /// Judges an address that the remote geocoder found.
    fn judge_remote(&self, found: RemoteCandidate) -> AddressCheck {
        let RemoteCandidate {
            best,
            next_score,
            asked,
        } = found;
        let has_rival = next_score.is_some_and(|next| next >= best.score - MAX_SCORE_BEHIND);
        // How far a place or a commune spreads is not known, nor where another address lies.
        let doubt = match best.kind {
            _ if !asked || best.score < MIN_SCORE => Some(UndeterminedReason::Unlike),
            _ if has_rival => Some(UndeterminedReason::Candidates),
            AddressKind::Municipality => Some(UndeterminedReason::Commune),
            AddressKind::Street | AddressKind::Locality => Some(UndeterminedReason::Street),
            AddressKind::Housenumber => None,
        };
        let check = self.judge(vec![best]);
        match doubt {
            Some(reason) => AddressCheck::undetermined(reason, check.candidates),
            None => check,
        }
    }
}

/// The reason against a zone, by the candidates that may be the one meant and the score of the best.
fn doubt_of(zones: &[CandidateZone], best_score: f64) -> Option<UndeterminedReason> {
    let first = &zones[0];
    if best_score < MIN_SCORE {
        Some(UndeterminedReason::Unlike)
    } else if zones.len() > MAX_WEIGHED || zones.iter().any(|other| other.zone != first.zone) {
        // With more than are weighed, those left out may lie in another zone.
        Some(UndeterminedReason::Candidates)
    } else {
        // All agree on the zone, so the doubt of the first stands for all.
        first.doubt
    }
}

/// Returns true if a candidate lies in a place that the question names.
fn is_in_named_place(candidate: &Candidate) -> bool {
    candidate.named_place != NamedPlace::Unnamed
}

/// The perimeters that all candidates lie in.
fn common_perimeters(zones: &[CandidateZone]) -> Option<Vec<PerimeterId>> {
    let first: &(Vintage, Vec<PerimeterId>) = zones[0].members.as_ref()?;
    let is_common = zones
        .iter()
        .all(|other| other.members.as_ref() == Some(first));
    is_common.then(|| first.1.clone())
}

fn least_sure_level(zones: &[CandidateZone]) -> Option<CertaintyLevel> {
    // Levels are ordered, the surest first.
    zones.iter().filter_map(|zone| zone.level).max()
}
