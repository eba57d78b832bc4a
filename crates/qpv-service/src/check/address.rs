//! Addresses: the candidates of a question, those near a position, and the zone of an address.

use qpv_addresses::{AddressKind, Candidate, SearchFilter};
use qpv_engine::{CertaintyLevel, Classification, PerimeterId, Zone};
use qpv_french::{key, sentence};
use qpv_model::{Territory, Vintage, Wgs84Point};

use crate::check::remote_geocoder::{AddressService, RemoteCandidate, RemoteGeocoding};
use crate::check::subject::AddressQuestion;
use crate::error_code::{CodedError, ErrorCode};
use crate::place::{Place, QueryError, VintageSelector};
use crate::snapshot::Snapshot;
use crate::standing::{PointAnswer, UndeterminedReason};

/// Characters of a question; the national address API takes as many.
pub const MOST_CHARACTERS: usize = 200;
/// Candidates weighed in a check.
const WEIGHED: usize = 8;
/// Candidates shown when none is like what was asked.
const SHOWN: usize = 5;
/// Score from which an address is believed to be the one asked; see the calibration in `docs/addresses.md`.
pub const BELIEVED: f64 = 0.7;
/// How far the address nearest to a position may lie for its zone to be told, metres.
const NEAR_M: f64 = 100.0;
/// How much less than the best a candidate may score and still be the one meant.
pub(crate) const AS_GOOD: f64 = 0.08;

/// Why a question about addresses has no answer. None of these means "there is no such address".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No addresses were imported.
    #[error("no addresses are loaded: import some with `qpv data import --addresses FILE…`")]
    NotLoaded,
    /// The index cannot be read.
    #[error("the addresses loaded cannot be used: {0}; import the files again")]
    Unusable(String),
    /// Nothing to look for.
    #[error("the question has no letter or digit")]
    Empty,
    /// Too long.
    #[error("the question has {0} characters, and {MOST_CHARACTERS} at most are taken")]
    TooLong(usize),
}

impl CodedError for AddressError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotLoaded => ErrorCode::AddressesNotLoaded,
            Self::Unusable(_) => ErrorCode::AddressesUnusable,
            Self::Empty => ErrorCode::EmptyQuestion,
            Self::TooLong(_) => ErrorCode::QuestionTooLong,
        }
    }

    fn message_fr(&self) -> String {
        let (key, value) = match self {
            Self::NotLoaded => (key::ERROR_ADDRESSES_NOT_LOADED, String::new()),
            Self::Unusable(fault) => (key::ERROR_ADDRESSES_UNUSABLE, fault.clone()),
            Self::Empty => (key::ERROR_EMPTY_QUESTION, String::new()),
            Self::TooLong(length) => (key::ERROR_QUESTION_TOO_LONG, length.to_string()),
        };
        sentence(key, &[("value", &value)])
    }
}

/// In which zone an address lies.
#[derive(Debug, Clone, PartialEq)]
pub struct AddressCheck {
    /// The zone, [`Zone::Undetermined`] whenever something speaks against a flat answer.
    pub zone: Zone,
    /// What speaks against it, if anything does.
    pub doubt: Option<UndeterminedReason>,
    /// The perimeters it lies in, by index, when all that it may be agrees on them; not with another doubt than that of
    /// its position.
    pub perimeters: Option<Vec<PerimeterId>>,
    /// The least sure level of all that it may be, in the same cases.
    pub level: Option<CertaintyLevel>,
    /// What the question may mean, likeliest first, each with where it stands; empty when nothing was found.
    pub candidates: Vec<CheckedCandidate>,
    /// The remote geocoder that was asked too, if one was.
    pub remote: Option<RemoteGeocoding>,
}

/// A candidate, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedCandidate {
    /// The address.
    pub candidate: Candidate,
    /// Where it stands, or why that is not known.
    pub standing: Result<PointAnswer, QueryError>,
}

impl Snapshot {
    /// The addresses a question may mean, likeliest first.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn search(
        &self,
        question: &str,
        begun: bool,
        filter: &SearchFilter,
        limit: usize,
    ) -> Result<Vec<Candidate>, AddressError> {
        check_question(question)?;
        Ok(self.addresses()?.search(question, begun, filter, limit))
    }

    /// What [`Snapshot::judge`] needs to know of a question.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn search_to_judge(
        &self,
        question: &str,
        filter: &SearchFilter,
    ) -> Result<Vec<Candidate>, AddressError> {
        check_question(question)?;
        Ok(self
            .addresses()?
            .search_within(question, filter, WEIGHED + 1, AS_GOOD))
    }

    /// The addresses nearest to a point, nearest first.
    ///
    /// # Errors
    /// [`AddressError::NotLoaded`], [`AddressError::Unusable`].
    pub fn reverse(
        &self,
        point: Wgs84Point,
        filter: &SearchFilter,
        limit: usize,
    ) -> Result<Vec<Candidate>, AddressError> {
        Ok(self.addresses()?.reverse(point, filter, limit))
    }

    /// Where a candidate stands, and what speaks against a flat answer: then the zone is undetermined. Its position is taken
    /// to be as inexact as its kind is, and as far as it lies from the position asked.
    ///
    /// # Errors
    /// Any [`QueryError`] of [`Snapshot::locate`].
    pub fn zone_of(
        &self,
        candidate: &Candidate,
        choice: VintageSelector,
    ) -> (Result<PointAnswer, QueryError>, Option<UndeterminedReason>) {
        let standing = self.stands(candidate, choice);
        let opinion = self.opinion(candidate, &standing, choice);
        (
            standing.map(|standing| opinion.applied(standing)),
            opinion.doubt,
        )
    }

    fn stands(
        &self,
        candidate: &Candidate,
        choice: VintageSelector,
    ) -> Result<PointAnswer, QueryError> {
        let place = place_of(candidate.point);
        let uncertainty_m = candidate
            .uncertainty_m
            .max(candidate.distance_m.unwrap_or_default());
        self.locate(place, choice, Some(uncertainty_m))
    }

    /// A candidate's position in the legal projection of its territory, metres.
    #[must_use]
    pub fn projected(&self, candidate: &Candidate) -> Option<(f64, f64)> {
        let crs = Territory::from_department(candidate.citycode.department()).legal_crs();
        qpv_geodata::crs::project(crs, candidate.point)
            .ok()
            .map(|projected| (projected.x, projected.y))
    }

    /// Judges an address by the [`WEIGHED`] likeliest candidates and one more: when there is a doubt, its zone is never
    /// silently that of the first.
    #[must_use]
    pub fn judge(&self, found: Vec<Candidate>, choice: VintageSelector) -> AddressCheck {
        let checked = |candidate: Candidate| CheckedCandidate {
            standing: self.stands(&candidate, choice),
            candidate,
        };
        let mut candidates: Vec<CheckedCandidate> = found.into_iter().map(checked).collect();
        let Some(best) = candidates.first().map(|best| best.candidate.score) else {
            let doubt = Some(UndeterminedReason::NotFound);
            return AddressCheck {
                zone: Zone::Undetermined,
                doubt,
                perimeters: None,
                level: None,
                candidates,
                remote: None,
            };
        };
        let as_good = candidates
            .iter()
            .take_while(|other| other.candidate.score >= best - AS_GOOD)
            .count();
        let opinion = |checked: &CheckedCandidate| {
            self.opinion(&checked.candidate, &checked.standing, choice)
        };
        let opinions: Vec<Opinion> = candidates[..as_good].iter().map(opinion).collect();
        for (checked, opinion) in candidates.iter_mut().zip(&opinions) {
            checked.standing = checked
                .standing
                .clone()
                .map(|standing| opinion.applied(standing));
        }
        let zone = opinions[0].zone;
        let doubt = if best < BELIEVED {
            Some(UndeterminedReason::Unlike)
        } else if as_good > WEIGHED || opinions.iter().any(|other| other.zone != zone) {
            Some(UndeterminedReason::Candidates)
        } else {
            opinions[0].doubt
        };
        let placed = matches!(doubt, None | Some(UndeterminedReason::Position));
        let same = |members: &&(Vintage, Vec<PerimeterId>)| {
            opinions
                .iter()
                .all(|other| other.members.as_ref() == Some(members))
        };
        let perimeters = opinions[0]
            .members
            .as_ref()
            .filter(|_| placed)
            .filter(same)
            .map(|(_, members)| members.clone());
        let level = opinions
            .iter()
            .filter_map(|opinion| opinion.level)
            .max()
            .filter(|_| placed);
        // Those far behind the best say nothing more, unless the best is doubtful itself.
        candidates.truncate(if doubt == Some(UndeterminedReason::Unlike) {
            SHOWN.max(as_good)
        } else {
            as_good
        });
        let zone = if doubt.is_some() {
            Zone::Undetermined
        } else {
            zone
        };
        AddressCheck {
            zone,
            doubt,
            perimeters,
            level,
            candidates,
            remote: None,
        }
    }

    /// Judges an address that the remote geocoder found.
    pub(crate) fn judge_remote(
        &self,
        found: RemoteCandidate,
        choice: VintageSelector,
    ) -> AddressCheck {
        let RemoteCandidate {
            best,
            next_score,
            asked,
        } = found;
        let rivalled = next_score.is_some_and(|next| next >= best.score - AS_GOOD);
        // How far a place or a commune spreads is not known, nor where another address lies.
        let doubt = match best.kind {
            _ if !asked || best.score < BELIEVED => Some(UndeterminedReason::Unlike),
            _ if rivalled => Some(UndeterminedReason::Candidates),
            AddressKind::Municipality => Some(UndeterminedReason::Commune),
            AddressKind::Street | AddressKind::Locality => Some(UndeterminedReason::Street),
            AddressKind::Housenumber => None,
        };
        let check = self.judge(vec![best], choice);
        match doubt {
            Some(_) => AddressCheck {
                zone: Zone::Undetermined,
                doubt,
                perimeters: None,
                level: None,
                ..check
            },
            None => check,
        }
    }

    /// What one candidate says. A street has the zone, and the perimeters, that all its numbers have.
    fn opinion(
        &self,
        candidate: &Candidate,
        standing: &Result<PointAnswer, QueryError>,
        choice: VintageSelector,
    ) -> Opinion {
        let undetermined = |doubt| Opinion {
            zone: Zone::Undetermined,
            doubt: Some(doubt),
            level: None,
            members: None,
        };
        let Ok(standing) = standing else {
            return undetermined(UndeterminedReason::Coverage);
        };
        let zone = standing.verdict.zone;
        match candidate.kind {
            // The zone of an address that is not there tells nothing of here.
            _ if candidate
                .distance_m
                .is_some_and(|distance_m| distance_m > NEAR_M) =>
            {
                undetermined(UndeterminedReason::Unlike)
            }
            AddressKind::Municipality if zone == Zone::Undetermined => {
                undetermined(UndeterminedReason::Commune)
            }
            // Beyond the numbers that are known, nothing tells where the one asked would be.
            AddressKind::Street | AddressKind::Locality if candidate.is_missing_outside() => {
                undetermined(UndeterminedReason::Street)
            }
            AddressKind::Street => {
                let street = self.opinion_of_street(candidate, choice);
                street.unwrap_or_else(|| undetermined(UndeterminedReason::Street))
            }
            _ => {
                let doubt = (zone == Zone::Undetermined).then_some(UndeterminedReason::Position);
                let members = Some((standing.vintage, standing.located.members.to_vec()));
                Opinion {
                    zone,
                    doubt,
                    level: Some(standing.verdict.level),
                    members,
                }
            }
        }
    }

    /// Every position that a checked address may have, each with how far it may be off, metres; `None` when it may be
    /// anywhere: nothing like it was found, or its number is beyond those that are known.
    pub(crate) fn positions_of(&self, check: &AddressCheck) -> Option<Vec<(Place, f64)>> {
        let unknown = matches!(
            check.doubt,
            Some(UndeterminedReason::NotFound | UndeterminedReason::Unlike)
        );
        if unknown || check.candidates.len() > WEIGHED {
            return None;
        }
        let mut positions = Vec::new();
        for CheckedCandidate { candidate, .. } in &check.candidates {
            let of_street = matches!(candidate.kind, AddressKind::Street | AddressKind::Locality);
            if of_street && candidate.is_missing_outside() {
                return None;
            }
            let own = positions.len();
            if candidate.kind == AddressKind::Street {
                let numbers = self.addresses().ok()?.numbers_of_street(candidate);
                positions.extend(
                    numbers.map(|(point, position)| (place_of(point), position.uncertainty_m())),
                );
            }
            if positions.len() == own {
                positions.push((place_of(candidate.point), candidate.uncertainty_m));
            }
        }
        Some(positions)
    }

    /// `None` when its numbers lie in different zones.
    fn opinion_of_street(&self, street: &Candidate, choice: VintageSelector) -> Option<Opinion> {
        let mut numbers =
            self.addresses()
                .ok()?
                .numbers_of_street(street)
                .map(|(point, position)| {
                    let standing = self
                        .locate(place_of(point), choice, Some(position.uncertainty_m()))
                        .ok()?;
                    (standing.verdict.zone != Zone::Undetermined).then_some(standing)
                });
        let first = numbers.next()??;
        let (zone, first_vintage) = (first.verdict.zone, first.vintage);
        let (mut level, mut members) = (first.verdict.level, Some(first.located.members));
        for number in numbers {
            let number = number?;
            if number.verdict.zone != zone {
                return None;
            }
            level = level.max(number.verdict.level);
            members = members.filter(|members| *members == number.located.members);
        }
        let members = members.map(|members| (first_vintage, members.to_vec()));
        Some(Opinion {
            zone,
            doubt: None,
            level: Some(level),
            members,
        })
    }
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

impl AddressChecker<'_> {
    /// Checks an address. The remote geocoder is asked when no address like it is loaded, and waited for; never for
    /// fictional data.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn check(&self, address: &AddressQuestion) -> Result<AddressCheck, AddressError> {
        let AddressQuestion { text, filter } = address;
        let found = self.snapshot.search(text, false, filter, WEIGHED + 1);
        let here = found.map(|found| self.snapshot.judge(found, self.vintage));
        let geocoder = self.geocoder.filter(|_| !self.snapshot.fictional());
        match geocoder {
            Some(geocoder) if is_unknown(&here) => {
                let here = here.unwrap_or_else(|_| self.check_nothing());
                Ok(self.ask(geocoder, address, here))
            }
            _ => here,
        }
    }

    /// Returns the check of an address of which nothing was found.
    pub(super) fn check_nothing(&self) -> AddressCheck {
        self.snapshot.judge(vec![], self.vintage)
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
            Ok(Some(found)) if found.best.score >= BELIEVED || here.candidates.is_empty() => {
                (self.snapshot.judge_remote(found, self.vintage), None)
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
}

/// Whether the loaded addresses have nothing like the address asked.
fn is_unknown(here: &Result<AddressCheck, AddressError>) -> bool {
    match here {
        Ok(check) => matches!(
            check.doubt,
            Some(UndeterminedReason::NotFound | UndeterminedReason::Unlike)
        ),
        Err(error) => *error == AddressError::NotLoaded,
    }
}

pub(crate) fn place_of(point: Wgs84Point) -> Place {
    Place::LonLat(point.lon_deg(), point.lat_deg())
}

fn check_question(question: &str) -> Result<(), AddressError> {
    let length = question.chars().count();
    if length > MOST_CHARACTERS {
        return Err(AddressError::TooLong(length));
    }
    if question.chars().any(char::is_alphanumeric) {
        Ok(())
    } else {
        Err(AddressError::Empty)
    }
}

/// What a candidate says of the zone.
struct Opinion {
    zone: Zone,
    doubt: Option<UndeterminedReason>,
    level: Option<CertaintyLevel>,
    /// The perimeters it stands in, by index in their vintage; `None` when that is not known.
    members: Option<(Vintage, Vec<PerimeterId>)>,
}

impl Opinion {
    /// A standing with what this one says of it.
    fn applied(&self, standing: PointAnswer) -> PointAnswer {
        let verdict = match self.zone {
            zone if zone == standing.verdict.zone => standing.verdict,
            // How far the lines are from the position tells nothing of the address.
            zone => Classification {
                zone,
                level: self.level.unwrap_or(CertaintyLevel::ImprecisePosition),
                gap_m: None,
                ..standing.verdict
            },
        };
        PointAnswer {
            verdict,
            ..standing
        }
    }
}
