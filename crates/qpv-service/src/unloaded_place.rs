//! The place that a question names and whose addresses are not loaded: streets of other towns are then no candidates.
//!
//! Promises: a place is only named where the question names it and nothing loaded can be meant.

use std::collections::BTreeSet;

use qpv_addresses::{Candidate, NamedPlace, QuestionPlace, SearchFilter, commune_words};
use qpv_french::departments::of_department;
use qpv_french::{key, sentence};
use qpv_model::{CommuneCode, department_and_region, department_names};

use crate::addresses::MIN_SCORE;
use crate::snapshot::Snapshot;

/// The least score of a street whose name the words at the end of a question may be a part of: that of a believed one whose number does
/// not exist is 0.64.
const MIN_STREET_SCORE: f64 = 0.6;

/// A department, or one of its communes, whose addresses are not loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnloadedPlace {
    /// The INSEE code of the department.
    pub department: &'static str,
    /// The commune, when the question names one.
    pub commune: Option<CommuneCode>,
    /// True when other communes of the department are loaded.
    pub is_part: bool,
}

impl UnloadedPlace {
    /// Returns the sentence for an end user, in French.
    #[must_use]
    pub fn message_fr(&self, snapshot: &Snapshot) -> String {
        let commune = self.commune.filter(|_| self.is_part);
        let place = match commune {
            Some(code) => {
                let record = snapshot.commune_record(code);
                let name = record.map_or("", |record| record.name);
                sentence(
                    key::CHECK_UNLOADED_COMMUNE,
                    &[("name", name), ("code", code.as_str())],
                )
            }
            None => format!(
                "{} ({})",
                of_department(self.department_name()),
                self.department
            ),
        };
        sentence(key::CHECK_UNLOADED, &[("place", &place)])
    }

    /// Returns the command that loads the addresses.
    #[must_use]
    pub fn command(&self) -> String {
        format!("qpv data pull --addresses {}", self.department)
    }

    /// Returns the name of the department.
    #[must_use]
    pub fn department_name(&self) -> &'static str {
        department_and_region(self.department).map_or(self.department, |(name, _)| name)
    }

    /// Returns true if a candidate lies in it.
    pub(crate) fn holds(&self, candidate: &Candidate) -> bool {
        let code = candidate.citycode;
        match self.commune {
            Some(commune) => code == commune || code.whole_commune() == commune,
            None => code.department() == self.department,
        }
    }
}

/// The part of the place that a question names which is loaded.
pub(crate) enum PlaceLoaded {
    /// Its addresses, or it names none.
    Perhaps,
    /// Communes of its name or its postcode, whose streets the best candidate is none of: their departments, and they.
    There(BTreeSet<String>, Vec<CommuneCode>),
    /// Nothing of it.
    No(UnloadedPlace),
    /// Nothing of any commune of its name, and these lie in several departments.
    NoNamesake,
}

impl PlaceLoaded {
    fn there(communes: &[CommuneCode]) -> Self {
        let departments = communes.iter().map(|code| code.department().to_owned());
        Self::There(departments.collect(), communes.to_vec())
    }

    /// Keeps the candidates that a question may mean: of a place that is not loaded none of others; of a town that is, where no
    /// address is like the one asked, none of other departments, nor streets elsewhere that have its name.
    pub(crate) fn retain(&self, snapshot: &Snapshot, found: &mut Vec<Candidate>) {
        match self {
            Self::Perhaps => {}
            Self::There(departments, communes) => {
                let is_there = |it: &Candidate| departments.contains(it.citycode.department());
                let is_best_elsewhere = found.first().is_some_and(|best| {
                    best.score < MIN_SCORE || !is_there(best) && found.iter().any(is_there)
                });
                if is_best_elsewhere {
                    let streets = StreetsNamedLike::new(snapshot, communes);
                    found.retain(|it| is_there(it) && !streets.holds(it));
                }
            }
            Self::No(place) => found.retain(|it| place.holds(it)),
            Self::NoNamesake => found.clear(),
        }
    }
}

/// The streets elsewhere that are like a question by the name of its town alone: Rue de Belfort in Joncherey.
struct StreetsNamedLike<'s> {
    snapshot: &'s Snapshot,
    communes: &'s [CommuneCode],
    names: Vec<String>,
}

impl<'s> StreetsNamedLike<'s> {
    fn new(snapshot: &'s Snapshot, communes: &'s [CommuneCode]) -> Self {
        let records = communes
            .iter()
            .filter_map(|code| snapshot.commune_record(*code));
        Self {
            snapshot,
            communes,
            names: records.map(|record| commune_words(record.name)).collect(),
        }
    }

    /// Returns true if a candidate lies in another commune, on a street that has the town's name.
    fn holds(&self, candidate: &Candidate) -> bool {
        let own = self
            .snapshot
            .communes_of_today(candidate.citycode.whole_commune());
        let is_there = own.iter().any(|code| self.communes.contains(code));
        let street = format!(" {} ", commune_words(&candidate.name()));
        let mut names = self.names.iter();
        !is_there && names.any(|name| street.contains(&format!(" {name} ")))
    }
}

/// Returns true if a question without postcode names another commune, whose name begins or ends with that of a candidate's:
/// Fontaine-lès-Dijon is not Fontaine, nor La Vraie-Croix Croix.
fn names_longer_commune(snapshot: &Snapshot, place: &QuestionPlace, candidate: &Candidate) -> bool {
    let Some(words) = place
        .commune
        .as_deref()
        .filter(|_| place.postcode.is_none())
    else {
        return false;
    };
    let city = commune_words(&candidate.city);
    let is_longer = words.len() > city.len()
        && (words.starts_with(&format!("{city} ")) || words.ends_with(&format!(" {city}")));
    let own = snapshot.communes_of_today(candidate.citycode.whole_commune());
    is_longer
        && !snapshot
            .communes_called(words)
            .iter()
            .any(|code| own.contains(code) || snapshot.has_addresses_of(*code))
}

/// Returns what is loaded of the place that a question names, by its words or by the filter of its search.
pub(crate) fn place_named(
    snapshot: &Snapshot,
    question: &str,
    filter: &SearchFilter,
    found: &[Candidate],
) -> PlaceLoaded {
    let coverage = snapshot.address_coverage();
    let best = found.first();
    // A town that is loaded was named: the most frequent case costs nothing.
    let placed = best
        .filter(|best| best.score >= MIN_SCORE && matches!(best.named_place, NamedPlace::Named));
    // Of the fictional town, everything is loaded.
    if snapshot.fictional() || coverage.is_whole_country() {
        return PlaceLoaded::Perhaps;
    }
    let Ok(index) = snapshot.addresses() else {
        return PlaceLoaded::Perhaps;
    };
    if placed.is_some() && (filter.postcode.is_some() || filter.citycode.is_some()) {
        return PlaceLoaded::Perhaps;
    }
    let mut place = index.question_place(question, |words| snapshot.is_commune_name(words));
    if let Some(placed) = placed
        && !names_longer_commune(snapshot, &place, placed)
    {
        return PlaceLoaded::Perhaps;
    }
    if place.commune.is_none() {
        // The half of a name, only where no whole one stands there.
        let called = index.question_place(question, |words| {
            !snapshot.communes_called(words).is_empty()
        });
        place = Some(called)
            .filter(|it| it.commune.is_some())
            .unwrap_or(place);
    }
    place.postcode = filter.postcode.or(place.postcode);
    let has_addresses = |code: &CommuneCode| snapshot.has_addresses_of(*code);
    let named = place.commune.as_deref();
    let named = named.map_or_else(Vec::new, |words| snapshot.communes_called(words));
    // A candidate that has all words of the question is rather the street asked.
    let is_street = best
        .is_some_and(|best| best.score >= MIN_STREET_SCORE && index.has_all_words(question, best));
    // A town that is loaded beside the postcode of one that is not: a digit is wrong rather than the name.
    if !named.is_empty() && named.iter().all(has_addresses) {
        let departments = named.iter().map(|code| code.department().to_owned());
        return if is_street {
            PlaceLoaded::Perhaps
        } else {
            PlaceLoaded::There(departments.collect(), named)
        };
    }
    if is_street {
        place.commune = None;
    }
    let code = filter
        .citycode
        .or_else(|| corsican_code(snapshot, question));
    let communes = match code {
        Some(code) => vec![code],
        None => communes_named(snapshot, &place),
    };
    let Some((department, commune)) = department_of(&communes, &place) else {
        let is_loaded = communes.iter().any(has_addresses);
        return if is_loaded && !is_street {
            PlaceLoaded::there(&communes)
        } else if communes.is_empty() || is_loaded {
            PlaceLoaded::Perhaps
        } else {
            PlaceLoaded::NoNamesake
        };
    };
    let is_part = coverage.departments().any(|loaded| loaded == department);
    let is_loaded = coverage.is_whole(department)
        // A department alone says nothing of a commune in it.
        || (is_part && commune.is_none())
        || communes.iter().any(has_addresses);
    if is_loaded {
        return match place.department {
            Some(department) if communes.is_empty() => {
                PlaceLoaded::There(BTreeSet::from([department.to_owned()]), Vec::new())
            }
            _ if is_street || communes.is_empty() => PlaceLoaded::Perhaps,
            _ => PlaceLoaded::there(&communes),
        };
    }
    PlaceLoaded::No(UnloadedPlace {
        department,
        commune,
        is_part,
    })
}

/// Returns the commune of today of Corsica whose code of the official list stands in place of a postcode: `2A004`. Other
/// codes may be postcodes as well, of a CEDEX.
fn corsican_code(snapshot: &Snapshot, question: &str) -> Option<CommuneCode> {
    let parts = question.split(|letter: char| !letter.is_alphanumeric());
    let mut codes = parts.filter_map(|part| part.parse::<CommuneCode>().ok());
    let code = codes.find(|code| {
        matches!(code.department(), "2A" | "2B") && snapshot.commune_record(*code).is_some()
    })?;
    snapshot.communes_of_today(code).first().copied()
}

/// Returns the communes of today that a question may mean, by its postcode or by a name.
fn communes_named(snapshot: &Snapshot, place: &QuestionPlace) -> Vec<CommuneCode> {
    let named = place.commune.as_deref();
    let named = named.map_or_else(Vec::new, |words| snapshot.communes_called(words));
    let Some(postcode) = place.postcode else {
        let of_department = named.iter().filter(|code| {
            place
                .department
                .is_none_or(|department| code.department() == department)
        });
        return of_department.copied().collect();
    };
    let there = snapshot.communes_of_postcode(postcode);
    if there.is_empty() {
        // That of a large office: the name alone says the commune, of the department of its first digits.
        let digits = format!("{postcode:05}");
        let there = named
            .iter()
            .filter(|code| digits.starts_with(&code.as_str()[..2]));
        return there.copied().collect();
    }
    let both: Vec<CommuneCode> = there
        .iter()
        .filter(|code| named.contains(code))
        .copied()
        .collect();
    if both.is_empty() {
        there.to_vec()
    } else {
        both
    }
}

/// Returns the department of communes, or the one named, and the commune when it is one alone; `None` for several departments.
fn department_of(
    communes: &[CommuneCode],
    place: &QuestionPlace,
) -> Option<(&'static str, Option<CommuneCode>)> {
    let Some((first, others)) = communes.split_first() else {
        // Postcodes of large offices are in no table: their first digits are a department's.
        let postcode = place.postcode.map(|postcode| format!("{postcode:05}"));
        let digits = postcode.as_deref().and_then(department_of_postcode);
        return Some((digits.or(place.department)?, None));
    };
    let department = static_code(first.department())?;
    let is_shared = others.iter().any(|code| code.department() != department);
    (!is_shared).then_some((department, Some(*first).filter(|_| others.is_empty())))
}

/// Returns the department whose code begins a postcode; Corsica has two, which the postcode does not tell apart.
fn department_of_postcode(postcode: &str) -> Option<&'static str> {
    let length = if postcode.starts_with("97") || postcode.starts_with("98") {
        3
    } else {
        2
    };
    static_code(&postcode[..length])
}

fn static_code(department: &str) -> Option<&'static str> {
    department_names()
        .map(|(code, ..)| code)
        .find(|code| *code == department)
}
