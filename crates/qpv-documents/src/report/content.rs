//! The content of a report, sentence by sentence, and its statement.
//!
//! Owns which facts a report gives and their order. Promises: a doubt comes before anything else,
//! and what to do about it; a zone is never stated flatly where the answer did not. Refuses layout and geometry.

use qpv_addresses::Candidate;
use qpv_engine::{Leaning, PerimeterId, Zone};
use qpv_french::dates::day_in_words;
use qpv_french::numbers::{metres, uncertainty};
use qpv_french::{key, sentence};
use qpv_model::{Perimeter, Vintage, Wgs84Point};
use qpv_programmes::{Assessment, EligibilityOutcome};

use super::ReportRequest;
use super::building::{self, OfBuilding};
use super::statement::{self, Statement};
use super::values::{
    coordinates, distance, french_coordinates, french_time, located_name, position_key,
    signed_metres, within,
};
use crate::plan::{Map, Spot};
use qpv_service::CorrectedAddress;
use qpv_service::HumanReview;
use qpv_service::RemoteGeocoding;
use qpv_service::Snapshot;
use qpv_service::messages::{self, RuleLines};
use qpv_service::{AddressCheck, CheckedCandidate};
use qpv_service::{AddressQuestion, CodedError};
use qpv_service::{CertaintyLimit, certainty_limits};
use qpv_service::{CheckOutcome, CheckedPlace, ReviewedCheck, one_line};
use qpv_service::{PointAnswer, UndeterminedReason, ZoningStanding};
use qpv_service::{QueryError, VintageSelector};

/// Positions shown when an address may be several.
const SHOWN: usize = 5;

/// Zonings shown one by one, so that a page holds them.
const SHOWN_ZONINGS: usize = 6;

/// The names of the lines with the programmes of each result, in order (docs/reports.md).
const SIGNED_OUTCOMES: [(EligibilityOutcome, &str); EligibilityOutcome::ALL.len()] = [
    (EligibilityOutcome::Eligible, "eligible"),
    (EligibilityOutcome::OutsideRulePossible, "possible"),
    (EligibilityOutcome::Undetermined, "indetermine"),
    (EligibilityOutcome::NotEligible, "non-eligible"),
];

/// The content of a report.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) zone: Zone,
    /// The zone in a few words.
    pub(super) headline: String,
    /// The sentences to read first: doubts, and what to do.
    pub(super) sentences: Vec<String>,
    /// When it was made.
    pub(super) established: String,
    /// The subject, if that was given.
    pub(super) about: Option<String>,
    /// A warning about the data.
    pub(super) notice: Option<String>,
    /// Label and value.
    pub(super) facts: Vec<(String, String)>,
    /// The other addresses it may be, numbered as on the map.
    pub(super) others: Vec<String>,
    /// The assessment of each programme asked, in order.
    pub(super) programmes: Vec<RuleLines>,
    /// The results that the zone of a review changes, with all their reasons.
    pub(super) reviewed: Vec<RuleLines>,
    pub(super) map: Option<Map>,
    /// The lines of the statement.
    pub(super) signed: Vec<(&'static str, String)>,
}

/// An answer, whatever it is about.
struct Answer<'a> {
    snapshot: &'a Snapshot,
    outcome: &'a CheckOutcome<'a>,
    request: &'a ReportRequest,
    zone: Zone,
    doubt: Option<UndeterminedReason>,
    candidate: Option<&'a Candidate>,
    point: Option<Wgs84Point>,
    standing: Option<Result<&'a PointAnswer, &'a QueryError>>,
}

impl Content {
    /// Returns the report on an answer.
    pub(super) fn new(
        snapshot: &Snapshot,
        outcome: &CheckOutcome<'_>,
        request: &ReportRequest,
    ) -> Self {
        let answer = Answer::new(snapshot, outcome, request);
        let map = answer.map();
        let mut facts = answer.facts();
        let seen = match map.as_ref().map(Map::names) {
            Some(names) if names.is_empty() => sentence(key::REPORT_NONE_ON_THE_MAP, &[]),
            names => names.unwrap_or_default().join(", "),
        };
        facts.push((sentence(key::REPORT_FACT_ON_THE_MAP, &[]), seen));
        // Facts that do not apply are empty: a label alone would look like a missing answer.
        facts.retain(|(_, value)| !value.is_empty());
        Self {
            zone: answer.zone,
            headline: answer.headline(),
            sentences: answer.sentences(),
            established: sentence(key::REPORT_ESTABLISHED, &[("at", &french_time(request.at))]),
            about: request.about.clone(),
            notice: snapshot
                .fictional()
                .then(|| sentence(key::DATA_FICTIONAL, &[])),
            facts,
            others: answer.others(),
            programmes: answer.programmes(),
            reviewed: answer.reviewed_programmes(),
            map,
            signed: answer.signed(),
        }
    }

    /// A content that says nothing, for tests.
    #[cfg(test)]
    pub(super) fn empty() -> Self {
        Self {
            zone: Zone::Outside,
            headline: String::new(),
            sentences: Vec::new(),
            established: String::new(),
            about: None,
            notice: None,
            facts: Vec::new(),
            others: Vec::new(),
            programmes: Vec::new(),
            reviewed: Vec::new(),
            map: None,
            signed: Vec::new(),
        }
    }

    /// The statement, to be signed.
    pub(super) fn statement(&self, request: &ReportRequest) -> Statement {
        let mut statement = Statement::new(request.at);
        self.signed
            .iter()
            .for_each(|(name, value)| statement.add(name, value));
        statement
    }
}

impl<'a> Answer<'a> {
    fn new(
        snapshot: &'a Snapshot,
        outcome: &'a CheckOutcome<'a>,
        request: &'a ReportRequest,
    ) -> Self {
        let (candidate, point, standing) = match &outcome.place {
            CheckedPlace::Address(check) => {
                let best = check.candidates.first();
                let candidate = best.map(|best| &best.candidate);
                let point = candidate.map(|candidate| candidate.point);
                (candidate, point, best.map(|best| best.standing.as_ref()))
            }
            CheckedPlace::CorrectedAddress(corrected) => {
                let best = corrected.check.candidates.first();
                let candidate = best.map(|best| &best.candidate);
                // The position placed by hand counts, not that of the address.
                (
                    candidate,
                    Some(corrected.point),
                    Some(Ok(&corrected.standing)),
                )
            }
            CheckedPlace::Position(position) => {
                (None, Some(position.point), Some(Ok(&position.standing)))
            }
            // A building has no single position.
            CheckedPlace::Building(_) => (None, None, None),
        };
        Self {
            snapshot,
            outcome,
            request,
            zone: outcome.zone(),
            doubt: outcome.place.undetermined_reason(),
            candidate,
            point,
            standing,
        }
    }

    /// The assessment of each programme, without the birthdays to come: they give the birth date away.
    fn programmes(&self) -> Vec<RuleLines> {
        let assessments = self.outcome.assessments.iter();
        assessments
            .map(|assessment| RuleLines::new(assessment, messages::finding))
            .collect()
    }

    /// The assessments that a review changes, their names saying so.
    fn reviewed_programmes(&self) -> Vec<RuleLines> {
        let changed = self.changed_by_review().into_iter();
        let lines = changed.map(|assessment| {
            let lines = RuleLines::new(assessment, messages::finding);
            let named = [("programme", lines.programme.as_str())];
            RuleLines {
                programme: sentence(key::REPORT_REVIEW_PROGRAMME, &named),
                ..lines
            }
        });
        lines.collect()
    }

    fn headline(&self) -> String {
        match &self.outcome.place {
            CheckedPlace::Building(_) => building::headline(self.zone),
            _ if let Some(leaning) = self.leaning() => messages::leaning_title(&leaning),
            place => messages::zone_of_place(place)
                .trim_end_matches('.')
                .to_owned(),
        }
    }

    /// The zone that the position leans to, when a line that is too near is all that leaves it open.
    fn leaning(&self) -> Option<Leaning> {
        self.outcome.place.standing()?.leaning()
    }

    fn standing(&self) -> Option<&'a PointAnswer> {
        self.standing.and_then(Result::ok)
    }

    fn check(&self) -> Option<&'a AddressCheck> {
        match &self.outcome.place {
            CheckedPlace::Address(check) => Some(check),
            CheckedPlace::CorrectedAddress(corrected) => Some(&corrected.check),
            CheckedPlace::Building(_) | CheckedPlace::Position(_) => None,
        }
    }

    /// The further facts of a building.
    fn building(&self) -> Option<OfBuilding<'a>> {
        match &self.outcome.place {
            CheckedPlace::Building(building) => Some(OfBuilding {
                snapshot: self.snapshot,
                building,
            }),
            _ => None,
        }
    }

    /// The address, when its position was corrected by hand.
    fn corrected(&self) -> Option<&'a CorrectedAddress> {
        match &self.outcome.place {
            CheckedPlace::CorrectedAddress(corrected) => Some(corrected),
            _ => None,
        }
    }

    /// The candidate, when its position is the one shown.
    fn positioned(&self) -> Option<&'a Candidate> {
        self.candidate.filter(|_| self.corrected().is_none())
    }

    /// Returns whether the position is that of the place asked.
    fn is_position_known(&self) -> bool {
        // All other doubts are about which place is meant.
        matches!(self.doubt, None | Some(UndeterminedReason::Position))
    }

    /// The uncertainty of the position; `None` for one that is taken as exact.
    fn uncertainty_m(&self) -> Option<f64> {
        match self.positioned() {
            Some(candidate) => Some(candidate.uncertainty_m),
            None => self
                .standing()
                .and_then(|standing| standing.uncertainty_m)
                // An uncertainty of 0 declares a point exact.
                .filter(|uncertainty_m| *uncertainty_m > 0.0),
        }
    }

    /// Returns the sentences beside the zone: the location of the line, or the doubt and what to
    /// do.
    fn sentences(&self) -> Vec<String> {
        if let Some(building) = self.building() {
            let sentences = building.sentences(self.zone).into_iter();
            return sentences.chain(self.reviewed()).collect();
        }
        let mut sentences: Vec<String> = self
            .doubt
            .iter()
            // What the address stands on is explained below.
            .filter(|_| {
                self.standing()
                    .is_none_or(|standing| standing.site.is_none())
            })
            .map(|doubt| messages::doubt(self.snapshot, *doubt))
            .collect();
        sentences.extend(self.corrected().map(CorrectedAddress::message_fr));
        match self.standing {
            Some(Ok(standing)) if self.is_position_known() => {
                // While the zone is open, the headline of the position alone would contradict it.
                if let Some(leaning) = self.leaning() {
                    sentences.extend(messages::leaning(standing, |member| {
                        messages::name(self.perimeter(standing, member))
                    }));
                    sentences.push(messages::leaning_remedy(&leaning));
                } else if self.zone != Zone::Undetermined {
                    let headline = messages::headline(standing, |member| {
                        messages::name(self.perimeter(standing, member))
                    });
                    sentences.push(format!("{headline}."));
                }
                sentences.push(messages::explanation(standing));
                if self.zone == Zone::Band300m {
                    sentences.push(sentence(key::WEB_ANSWER_NOTE_BAND, &[]));
                }
            }
            Some(Err(fault)) => sentences.push(fault.message_fr()),
            _ => {}
        }
        let remote = self.check().and_then(|check| check.remote.as_ref());
        sentences.extend(remote.map(RemoteGeocoding::message_fr));
        if self.outcome.reviewed.is_some() {
            sentences.extend(self.reviewed());
        } else if self.zone == Zone::Undetermined {
            sentences.push(sentence(key::REPORT_UNDETERMINED, &[]));
        }
        sentences
    }

    /// Returns what a review found, and which results of programmes follow from it, in a sentence each.
    fn reviewed(&self) -> Vec<String> {
        let Some(ReviewedCheck {
            review,
            assessments,
        }) = &self.outcome.reviewed
        else {
            return Vec::new();
        };
        let mut sentences = vec![review.message_fr()];
        // The name of one programme stands in its box; of several, only what changes is worth the room.
        match assessments.as_slice() {
            [] => {}
            [only] => {
                let result = messages::assessment(only);
                sentences.push(sentence(key::REPORT_REVIEW_RESULT, &[("result", &result)]));
            }
            _ => {
                let changed = self.changed_by_review().into_iter();
                let results: Vec<String> = changed
                    .map(|after| format!("{} ({})", after.programme.id, outcome_name(after)))
                    .collect();
                sentences.push(if results.is_empty() {
                    sentence(key::REPORT_REVIEW_RESULTS_SAME, &[])
                } else {
                    let results = results.join(" ; ");
                    sentence(key::REPORT_REVIEW_RESULTS, &[("results", &results)])
                });
            }
        }
        sentences
    }

    /// Returns the assessments that are others with the zone of a review.
    fn changed_by_review(&self) -> Vec<&'a Assessment<'a>> {
        let outcome = self.outcome;
        let after = outcome.reviewed.iter().flat_map(|it| &it.assessments);
        outcome
            .assessments
            .iter()
            .zip(after)
            .filter(|(before, after)| before.outcome != after.outcome)
            .map(|(_, after)| after)
            .collect()
    }

    fn facts(&self) -> Vec<(String, String)> {
        let ReportRequest {
            asked_by, about, ..
        } = self.request;
        let mut facts = vec![
            (
                sentence(key::REPORT_FACT_ASKED_BY, &[]),
                asked_by.clone().unwrap_or_default(),
            ),
            (
                sentence(key::REPORT_FACT_ABOUT, &[]),
                about.clone().unwrap_or_default(),
            ),
        ];
        facts.extend(self.building().iter().flat_map(OfBuilding::facts));
        facts.extend(self.facts_of_address());
        facts.extend(self.facts_of_position());
        facts.extend(self.facts_of_zonings());
        facts.extend(self.facts_of_data());
        facts
    }

    fn facts_of_address(&self) -> Vec<(String, String)> {
        let Some(AddressQuestion { text, filter }) = self.outcome.request.address() else {
            return Vec::new();
        };
        let mut facts = vec![
            (sentence(key::REPORT_FACT_ASKED, &[]), one_line(text)),
            (sentence(key::REPORT_FACT_WITHIN, &[]), within(filter)),
        ];
        if let Some(candidate) = self.candidate {
            let doubt = self.check().and_then(|check| check.doubt);
            // The label must not claim that an address was understood when another may be meant.
            let refused = matches!(
                doubt,
                Some(
                    UndeterminedReason::Unlike
                        | UndeterminedReason::NotLoaded(_)
                        | UndeterminedReason::Candidates
                        | UndeterminedReason::PlaceNotNamed
                )
            );
            let label = if refused {
                key::REPORT_FACT_LIKELIEST
            } else {
                key::REPORT_FACT_UNDERSTOOD
            };
            let score = format!("{:.0}", candidate.score * 100.0);
            let value = sentence(
                key::REPORT_UNDERSTOOD,
                &[("label", &candidate.label()), ("score", &score)],
            );
            facts.push((sentence(label, &[]), value));
            facts.push((
                sentence(key::REPORT_FACT_NUMBER, &[]),
                messages::missing_number(candidate).unwrap_or_default(),
            ));
        }
        facts
    }

    fn facts_of_position(&self) -> Vec<(String, String)> {
        let Some(point) = self.point else {
            return Vec::new();
        };
        let kind = self
            .positioned()
            .map_or(key::REPORT_POSITION_BY_HAND, |candidate| {
                position_key(candidate.position)
            });
        let kind = match self.corrected().and_then(CorrectedAddress::moved_m) {
            Some(moved_m) => sentence(
                key::REPORT_POSITION_MOVED,
                &[("distance", &metres(moved_m))],
            ),
            None => sentence(kind, &[]),
        };
        let position = match self.uncertainty_m() {
            Some(uncertainty_m) => format!(
                "{kind}, {}",
                sentence(
                    key::REPORT_WITHIN,
                    &[("distance", &uncertainty(uncertainty_m))]
                )
            ),
            None => format!("{kind}, {}", sentence(key::REPORT_EXACT, &[])),
        };
        let mut facts = vec![
            (sentence(key::REPORT_FACT_POSITION, &[]), position),
            (
                sentence(key::REPORT_FACT_COORDINATES, &[]),
                french_coordinates(point),
            ),
        ];
        if let Some((own, kind)) = self.corrected().and_then(|corrected| corrected.own) {
            let kind = sentence(position_key(kind), &[]);
            let own = sentence(
                key::REPORT_OWN_POSITION,
                &[("kind", &kind), ("coordinates", &french_coordinates(own))],
            );
            facts.push((sentence(key::REPORT_FACT_OWN_POSITION, &[]), own));
        }
        // Distances of a place that may be the wrong one would mislead.
        if let Some(standing) = self.standing().filter(|_| self.is_position_known()) {
            facts.push((sentence(key::REPORT_FACT_QPV, &[]), self.members(standing)));
            facts.push((sentence(key::REPORT_FACT_DISTANCE, &[]), distance(standing)));
        }
        facts
    }

    /// The answers of the zonings loaded, each in the sentence that the page has.
    fn facts_of_zonings(&self) -> Vec<(String, String)> {
        let day = self.outcome.request.vintage.day();
        let mut answers = self.outcome.place.zonings(self.snapshot, &[], None, day);
        let more = answers.len().saturating_sub(SHOWN_ZONINGS);
        if more > 0 {
            // What the place is in, or may be in, must not be the one left out.
            answers.sort_by_key(|answer| {
                matches!(
                    answer.standing,
                    ZoningStanding::Outside | ZoningStanding::NotInForce
                )
            });
        }
        let shown = answers.iter().take(SHOWN_ZONINGS).map(messages::zoning);
        let count = more.to_string();
        let rest = (more > 0).then(|| sentence(key::REPORT_MORE_ZONINGS, &[("count", &count)]));
        // The label stands once, for all the lines under it.
        let labels = std::iter::once(sentence(key::WEB_ANSWER_ZONINGS, &[]))
            .chain(std::iter::repeat_with(String::new));
        labels.zip(shown.chain(rest)).collect()
    }

    /// The perimeters that hold the position, with their communes; else the nearest.
    fn members(&self, standing: &PointAnswer) -> String {
        let located = &standing.located;
        if located.members.is_empty() {
            // No perimeter is within 5 km, which the distance says.
            return located.nearest.map_or_else(String::new, |nearest| {
                let name = located_name(self.perimeter(standing, nearest.perimeter));
                sentence(key::REPORT_NEAREST, &[("qpv", &name)])
            });
        }
        let names: Vec<String> = located
            .members
            .iter()
            .map(|&member| located_name(self.perimeter(standing, member)))
            .collect();
        let names = names.join(" ; ");
        if self.zone == Zone::Undetermined {
            sentence(key::WEB_ANSWER_GIVEN_IN, &[("names", &names)])
        } else {
            names
        }
    }

    /// The perimeter of this number in the vintage of an answer.
    fn perimeter(&self, standing: &PointAnswer, id: PerimeterId) -> &'a Perimeter {
        self.snapshot.perimeter(standing.vintage, id)
    }

    fn facts_of_data(&self) -> Vec<(String, String)> {
        let (chosen, how) = match self.outcome.request.vintage {
            VintageSelector::InForce(day) => (
                None,
                sentence(key::REPORT_IN_FORCE, &[("day", &day_in_words(day))]),
            ),
            VintageSelector::Vintage(vintage) => (Some(vintage), sentence(key::REPORT_CHOSEN, &[])),
        };
        // An address that was not found still has the vintage that the query named.
        let vintage = self.outcome.place.vintage().or(chosen);
        let perimeters = match vintage {
            Some(vintage) => {
                let territory = self.outcome.place.territory();
                let known = self.snapshot.known_vintages();
                format!("{} ; {how}", messages::vintage(known, vintage, territory))
            }
            None => how,
        };
        let record = vintage.and_then(|vintage| self.snapshot.known_vintages().get(vintage));
        let rule = record.map(|record| sentence(key::REPORT_RULE, &[("source", &record.source)]));
        vec![
            (sentence(key::REPORT_FACT_PERIMETERS, &[]), perimeters),
            (
                sentence(key::REPORT_FACT_RULE, &[]),
                rule.unwrap_or_default(),
            ),
            (
                sentence(key::REPORT_FACT_SOURCES, &[]),
                self.snapshot.credits().join(" ; "),
            ),
            (
                sentence(key::REPORT_FACT_LIMIT, &[]),
                self.limit(vintage)
                    .map_or_else(String::new, |limit| limit.message_fr()),
            ),
            (
                sentence(key::REPORT_FACT_DATASET, &[]),
                self.snapshot.digest().to_owned(),
            ),
        ]
    }

    /// Returns what limits the certainty of this answer most, in the data that it was taken from.
    fn limit(&self, answered_by: Option<Vintage>) -> Option<CertaintyLimit> {
        // A position that was stated or placed by hand is not one of the file's.
        let position = self.positioned().map(|candidate| candidate.position);
        let mut limits = certainty_limits(self.snapshot).into_iter();
        limits.find(|limit| match limit {
            CertaintyLimit::Lines { vintage, .. } => Some(*vintage) == answered_by,
            // Of other kinds, the share that there is says nothing of this address.
            CertaintyLimit::Positions { kind, .. } => Some(*kind) == position,
        })
    }

    /// Returns the candidates that the address may be, when that is in doubt.
    fn several(&self) -> &'a [CheckedCandidate] {
        // A position placed by hand no longer depends on the candidate.
        match self.check().filter(|_| self.corrected().is_none()) {
            Some(check)
                if matches!(
                    check.doubt,
                    Some(
                        UndeterminedReason::Candidates
                            | UndeterminedReason::NotLoaded(_)
                            | UndeterminedReason::PlaceNotNamed
                            | UndeterminedReason::Unlike
                    )
                ) =>
            {
                &check.candidates[..check.candidates.len().min(SHOWN)]
            }
            _ => &[],
        }
    }

    fn others(&self) -> Vec<String> {
        let shown = self.several();
        let mut others: Vec<String> = (1..)
            .zip(shown)
            .map(|(number, checked)| numbered_candidate(number, checked))
            .collect();
        let more = self
            .check()
            .map_or(0, |check| check.candidates.len())
            .saturating_sub(shown.len());
        if !shown.is_empty() && more > 0 {
            others.push(sentence(key::REPORT_MORE, &[("count", &more.to_string())]));
        }
        others
    }

    fn map(&self) -> Option<Map> {
        if let Some(OfBuilding { snapshot, building }) = self.building() {
            return Map::from_building(snapshot, building);
        }
        let (point, standing) = (self.point?, self.standing()?);
        // The first position is the middle of the map.
        let first = Spot {
            point,
            uncertainty_m: self.uncertainty_m().unwrap_or_default(),
        };
        let others = self
            .several()
            .iter()
            .skip(1)
            .map(|checked| &checked.candidate);
        let others = others.map(|it| Spot {
            point: it.point,
            uncertainty_m: it.uncertainty_m,
        });
        let own = self.corrected().and_then(|corrected| corrected.own);
        let own = own.map(|(point, _)| Spot {
            point,
            // Shown for comparison: a circle around it would crowd the map.
            uncertainty_m: 0.0,
        });
        let spots: Vec<Spot> = std::iter::once(first).chain(others).chain(own).collect();
        Map::new(self.snapshot, standing, &spots)
    }

    /// The lines of the statement.
    fn signed(&self) -> Vec<(&'static str, String)> {
        let ReportRequest {
            asked_by, about, ..
        } = self.request;
        let (question, within) = self
            .outcome
            .request
            .address()
            .map(|AddressQuestion { text, filter }| (text.clone(), within(filter)))
            .unzip();
        let [lon, lat] = self.point.map_or_else(Default::default, coordinates);
        // Beside a position that was placed, an address of which nothing is sure would look as if it were.
        let candidate = self
            .candidate
            .filter(|_| self.corrected().is_none_or(CorrectedAddress::is_found));
        let label = candidate.map(Candidate::label);
        let score = candidate.map(|candidate| format!("{:.2}", candidate.score));
        let position = self.positioned().map(|candidate| candidate.position.name());
        let position = position.or(self.point.is_some().then_some("by_hand"));
        // The order is part of the format (docs/reports.md).
        let mut lines = vec![
            ("demandeur", asked_by.clone().unwrap_or_default()),
            ("objet", about.clone().unwrap_or_default()),
            ("demande", question.unwrap_or_default()),
            ("dans", within.unwrap_or_default()),
            ("adresse", label.unwrap_or_default()),
            ("score", score.unwrap_or_default()),
            ("position", position.unwrap_or_default().to_owned()),
            ("lon", lon),
            ("lat", lat),
            ("incertitude", signed_metres(self.uncertainty_m())),
            ("zone", self.zone.name().to_owned()),
            (
                "doute",
                self.doubt.map_or("", UndeterminedReason::name).to_owned(),
            ),
            (
                "penche",
                self.leaning().map_or_else(String::new, signed_leaning),
            ),
        ];
        let is_testimony = self.standing().is_some_and(|it| it.is_testimony);
        if is_testimony {
            lines.push(("reserve", sentence(key::PLACED_RESERVATION, &[])));
        }
        lines.extend(self.building().iter().flat_map(OfBuilding::signed));
        lines.extend(self.signed_site());
        lines.extend(self.signed_move());
        lines.extend(self.signed_standing());
        lines.extend(self.signed_annexes());
        if let Some(reviewed) = &self.outcome.reviewed {
            lines.extend(signed_review(reviewed.review));
            lines.push(("revue-resultat", self.signed_review_result(reviewed)));
        }
        lines
    }

    /// The parcels or buildings of the address and what they say, where its position alone leaves its zone open.
    fn signed_site(&self) -> Option<(&'static str, String)> {
        let site = self.standing()?.site.as_ref()?;
        let parcels = site.parcels.iter().map(|parcel| parcel.id.as_str());
        let words: Vec<&str> = [site.finding.name(), site.basis.name(), site.join.name()]
            .into_iter()
            .chain(parcels)
            .collect();
        Some(("bati", words.join(" ")))
    }

    /// The result of the programme with the zone of a review; of several, those that it changes.
    fn signed_review_result(&self, reviewed: &ReviewedCheck<'_>) -> String {
        if let [only] = reviewed.assessments.as_slice() {
            return messages::assessment(only);
        }
        let changed = self.changed_by_review().into_iter();
        let results =
            changed.map(|after| format!("{} {}", after.programme.id, after.outcome.name()));
        results.collect::<Vec<_>>().join(" ; ")
    }

    /// The result of each annex, when the programme counts them apart.
    fn signed_annexes(&self) -> Option<(&'static str, String)> {
        let apart = self.outcome.assessments.iter();
        let apart = apart.filter(|assessment| !assessment.annexes.is_empty());
        let lines: Vec<String> = apart
            .map(|assessment| {
                let annexes = assessment.annexes.iter();
                let results: Vec<&str> = annexes.map(|annex| annex.outcome.name()).collect();
                format!("{} {}", assessment.programme.id, results.join(" "))
            })
            .collect();
        (!lines.is_empty()).then(|| ("resultat-annexes", lines.join(" ; ")))
    }

    /// From where to how far the position was moved.
    fn signed_move(&self) -> Vec<(&'static str, String)> {
        let Some((corrected, (own, kind))) = self
            .corrected()
            .and_then(|corrected| corrected.own.map(|own| (corrected, own)))
        else {
            return Vec::new();
        };
        let [lon, lat] = coordinates(own);
        vec![
            ("deplacement", signed_metres(corrected.moved_m())),
            ("position-adresse", kind.name().to_owned()),
            ("lon-adresse", lon),
            ("lat-adresse", lat),
        ]
    }

    fn signed_standing(&self) -> Vec<(&'static str, String)> {
        let standing = self.standing().filter(|_| self.is_position_known());
        let codes = standing.map(|standing| {
            let members = standing.located.members.iter();
            members
                .map(|&member| self.perimeter(standing, member).code_qp.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        });
        let distance_m = standing.and_then(|standing| standing.located.signed_distance_m);
        let (day, chosen) = match self.outcome.request.vintage {
            VintageSelector::InForce(day) => (day.to_string(), None),
            VintageSelector::Vintage(vintage) => (String::new(), Some(vintage)),
        };
        let vintage = self.outcome.place.vintage().or(chosen);
        let mut lines = vec![
            ("qpv", codes.unwrap_or_default()),
            ("distance", signed_metres(distance_m)),
            ("jour", day),
            (
                "perimetres",
                vintage.map_or_else(String::new, |vintage| vintage.to_string()),
            ),
            // With it the report can be made again, as long as the dataset is kept.
            (statement::DATASET, self.snapshot.digest().to_owned()),
        ];
        lines.extend(self.signed_programmes());
        lines
    }

    /// The result of the programme asked; of several, the identifiers of those with each result, which fit a QR code.
    fn signed_programmes(&self) -> Vec<(&'static str, String)> {
        if let [assessment] = &self.outcome.assessments[..] {
            return vec![
                ("programme", assessment.programme.name.clone()),
                ("resultat", messages::assessment(assessment)),
            ];
        }
        let lines = SIGNED_OUTCOMES.iter().map(|(outcome, name)| {
            let assessments = self.outcome.assessments.iter();
            let ids: Vec<&str> = assessments
                .filter(|assessment| assessment.outcome == *outcome)
                .map(|assessment| assessment.programme.id.as_str())
                .collect();
            (*name, ids.join(" "))
        });
        lines.collect()
    }
}

/// The lines of a review.
fn signed_review(review: &HumanReview) -> [(&'static str, String); 3] {
    [
        ("revue-zone", review.zone().name().to_owned()),
        ("revue-motif", review.reason().to_owned()),
        ("revue-par", review.by().to_owned()),
    ]
}

/// Returns an outcome in a word or two, in the middle of a sentence.
fn outcome_name(assessment: &Assessment<'_>) -> String {
    let outcome = messages::outcome(assessment.outcome);
    outcome.trim_end_matches('.').to_lowercase()
}

/// A leaning as it is signed: the zone, and its probability.
fn signed_leaning(leaning: Leaning) -> String {
    format!("{} {:.2}", leaning.zone.name(), leaning.probability)
}

/// A candidate with its number on the map and its zone.
fn numbered_candidate(number: usize, checked: &CheckedCandidate) -> String {
    let zone = checked
        .standing
        .as_ref()
        .map(|standing| standing.verdict.zone);
    let zone = zone.map_or_else(QueryError::message_fr, messages::zone);
    format!("{number}. {} : {zone}", checked.candidate.label())
}
