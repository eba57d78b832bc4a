//! What the words of the search box may mean: communes, perimeters, places of lists, parcels and addresses together.
//!
//! Promises: a meaning is `exact` only when the words are a whole name or code; several exact ones are for the person to
//! choose from. Nothing looks for the names of places inside perimeters while somebody types: see [`prepare_suggestions`].

use std::collections::BTreeSet;

use geo::{BoundingRect, Distance, Haversine, InteriorPoint};
use geo_types::{Coord, MultiPolygon, Point, Rect};
use qpv_addresses::{AddressKind, Candidate, SearchFilter, commune_words, partial_names};
use qpv_model::{
    CommuneCode, CommuneKind, CommuneRecord, FootprintKind, ListedPlace, ParcelId, Perimeter,
    Wgs84Point, department_and_region,
};

use crate::addresses::{AddressSearch, MIN_SCORE, check_question, search_addresses};
use crate::error::AddressError;
use crate::name_index::NameMatch;
use crate::place_name_index::PlaceName;
use crate::place_names::place_name_index;
use crate::snapshot::Snapshot;
use crate::unloaded_place::place_named;

/// The most suggestions of a kind that are exact: there are a dozen communes named Saint-Michel.
const MAX_EXACT: usize = 12;
/// The most suggestions of a kind whose names go on, or have the words within.
const MAX_LONGER: usize = 3;
/// The most communes of a postcode: the largest one has 46.
const MAX_OF_POSTCODE: usize = 50;
/// The most addresses, of which the first is mostly the one.
const MAX_ADDRESSES: usize = 8;
/// Suggestions that are kept for addresses where names have the words too.
const MIN_ADDRESSES: usize = 3;
/// Letters from which words are looked for within names; nearly every name has a shorter text.
const MIN_LETTERS: usize = 2;

/// What words may mean, best first.
#[derive(Debug, Default)]
pub struct Suggestions<'s> {
    /// The meanings.
    pub all: Vec<Suggestion<'s>>,
}

/// One meaning of words.
#[derive(Debug)]
pub enum Suggestion<'s> {
    /// An address.
    Address(Box<Candidate>),
    /// A commune.
    Commune(SuggestedCommune<'s>),
    /// A perimeter.
    Perimeter(SuggestedPerimeter<'s>),
    /// A place of a list, such as a school.
    Place(SuggestedPlace<'s>),
    /// A parcel of the land register.
    Parcel(SuggestedParcel),
}

/// A commune by its name, its code or its postcode.
#[derive(Debug)]
pub struct SuggestedCommune<'s> {
    /// Its code, of today or of the past.
    pub insee: CommuneCode,
    /// Its name.
    pub name: &'s str,
    /// Its row in the table of communes, if it has it.
    pub record: Option<CommuneRecord<'s>>,
    /// True when a commune of today that it leads to has a perimeter in a vintage loaded.
    pub has_perimeters: bool,
    /// True when the words are its name or a code of it.
    pub is_exact: bool,
}

/// A perimeter by its name, its code, or a place inside.
#[derive(Debug)]
pub struct SuggestedPerimeter<'s> {
    /// The perimeter.
    pub perimeter: &'s Perimeter,
    /// The place inside by whose name it was found.
    pub place: Option<PlaceInPerimeter<'s>>,
    /// True when the words are its name or its code.
    pub is_exact: bool,
}

/// A place inside a perimeter.
#[derive(Debug, Clone, Copy)]
pub struct PlaceInPerimeter<'s>(pub &'s PlaceName);

/// A place of a list, by its name or its identifier.
#[derive(Debug)]
pub struct SuggestedPlace<'s> {
    /// The kind of the list, such as `schools`.
    pub list: String,
    /// The place.
    pub place: &'s ListedPlace,
    /// True when the words are its name or its identifier.
    pub is_exact: bool,
}

/// A parcel by its identifier.
#[derive(Debug)]
pub struct SuggestedParcel {
    /// The identifier.
    pub id: ParcelId,
    /// True when parcels are loaded, of this commune or of others.
    pub are_loaded: bool,
    /// A point inside, and the metres to its farthest corner, when it is among those loaded.
    pub position: Option<(Wgs84Point, f64)>,
}

/// The words of a question, and the codes in it.
pub(crate) struct AskedWords<'q> {
    text: &'q str,
    /// In the form of names, without the postcode.
    words: String,
    /// Five digits beside other words, or alone.
    postcode: Option<&'q str>,
    /// A number at the beginning and words behind, or a kind of way first: an address rather than a name.
    is_address: bool,
}

/// Finds the names of places inside perimeters, which takes seconds for the whole country: suggestions have them from then on.
pub fn prepare_suggestions(snapshot: &Snapshot) {
    snapshot.search_names();
    place_name_index(snapshot);
}

/// Returns what a text may mean, best first.
///
/// # Errors
/// [`AddressError::Empty`], [`AddressError::TooLong`].
pub fn suggest<'s>(
    snapshot: &'s Snapshot,
    text: &str,
    limit: usize,
) -> Result<Suggestions<'s>, AddressError> {
    check_question(text)?;
    if let Ok(id) = text.parse::<ParcelId>() {
        let parcel = Suggestion::Parcel(find_parcel(snapshot, id));
        let addresses = find_addresses(snapshot, text);
        return Ok(Suggestions {
            all: std::iter::once(parcel).chain(addresses).collect(),
        });
    }
    let asked = AskedWords::new(text);
    let communes = find_communes(snapshot, &asked);
    let perimeters = find_perimeters(snapshot, &asked);
    let places = find_places(snapshot, &asked);
    let mut addresses = find_addresses(snapshot, text);
    let has_exact = [&communes, &perimeters, &places]
        .into_iter()
        .any(|found| found.iter().any(Suggestion::is_exact));
    addresses.retain(|found| match found {
        // Of a town, its sheet says more than the middle of it.
        Suggestion::Address(it) if it.kind == AddressKind::Municipality => communes.is_empty(),
        // Beside a name that is the very one, streets that are only like it are noise.
        Suggestion::Address(it) => !has_exact || it.score >= MIN_SCORE,
        _ => true,
    });
    let named = [communes, perimeters, places];
    Ok(Suggestions {
        all: ranked(named, addresses, &asked, limit),
    })
}

/// Orders suggestions: exact names first, then addresses or names that go on, as the words rather are the one or the other.
fn ranked<'s>(
    named: [Vec<Suggestion<'s>>; 3],
    addresses: Vec<Suggestion<'s>>,
    asked: &AskedWords<'_>,
    limit: usize,
) -> Vec<Suggestion<'s>> {
    let (mut all, mut longer) = (Vec::new(), Vec::new());
    for found in named {
        let (exact, others): (Vec<_>, Vec<_>) = found.into_iter().partition(Suggestion::is_exact);
        all.extend(exact);
        longer.extend(others.into_iter().take(MAX_LONGER));
    }
    let kept = addresses.len().min(MIN_ADDRESSES);
    // Where there is perhaps no room for all, those where there is a neighbourhood come first.
    all.sort_by_key(|found| matches!(found, Suggestion::Commune(it) if !it.has_perimeters));
    all.truncate(limit.saturating_sub(kept));
    if !asked.is_address {
        let room = limit.saturating_sub(all.len() + kept);
        all.extend(longer.drain(..room.min(longer.len())));
    }
    all.extend(addresses);
    all.extend(longer);
    all.truncate(limit);
    all
}

impl Suggestion<'_> {
    /// Returns true when the words are all of a name, or a code; never for an address, which a check weighs.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        match self {
            Self::Address(_) => false,
            Self::Commune(commune) => commune.is_exact,
            Self::Perimeter(perimeter) => perimeter.is_exact,
            Self::Place(place) => place.is_exact,
            Self::Parcel(_) => true,
        }
    }
}

impl<'q> AskedWords<'q> {
    pub(crate) fn new(text: &'q str) -> Self {
        let text = text.trim();
        let mut parts =
            text.split(|letter: char| letter.is_whitespace() || ",;()".contains(letter));
        let is_code = |part: &&str| part.len() == 5 && part.bytes().all(|it| it.is_ascii_digit());
        let postcode = parts.find(is_code);
        let rest = postcode.map_or_else(|| text.to_owned(), |code| text.replacen(code, " ", 1));
        let words = commune_words(&rest);
        let first = words.split(' ').next().unwrap_or_default();
        let is_number = first.bytes().next().is_some_and(|it| it.is_ascii_digit());
        let has_more = words.contains(' ');
        Self {
            text,
            is_address: has_more && (is_number || is_way(first)),
            words,
            postcode,
        }
    }

    /// Returns the words, where there are enough of them to be looked for within names.
    fn searched(&self) -> &str {
        if self.words.len() < MIN_LETTERS {
            ""
        } else {
            &self.words
        }
    }

    /// The text as a code is written: without blanks, in capitals.
    fn as_code(&self) -> String {
        let letters = self.text.chars().filter(|letter| !letter.is_whitespace());
        letters.flat_map(char::to_uppercase).collect()
    }
}

/// Returns true for the kinds of ways that addresses begin with, as they are written out.
fn is_way(word: &str) -> bool {
    matches!(
        word,
        "rue"
            | "avenue"
            | "boulevard"
            | "allee"
            | "allees"
            | "chemin"
            | "impasse"
            | "place"
            | "square"
            | "route"
            | "quai"
            | "cours"
            | "passage"
            | "sentier"
            | "ruelle"
            | "promenade"
            | "esplanade"
    )
}

fn find_communes<'s>(snapshot: &'s Snapshot, asked: &AskedWords<'_>) -> Vec<Suggestion<'s>> {
    let names = snapshot.search_names();
    let code = asked.as_code();
    let mut found: Vec<SuggestedCommune<'s>> = Vec::new();
    let is_number = (2..=5).contains(&code.len()) && code.bytes().all(|it| it.is_ascii_digit());
    if is_number {
        let under = names.communes_under(&code).take(MAX_OF_POSTCODE);
        found.extend(under.filter_map(|insee| commune_of_code(snapshot, insee, code.len() == 5)));
    }
    // At a counter, five digits are a postcode before they are a code of the official list.
    if let Ok(insee) = code.parse::<CommuneCode>() {
        found.extend(commune_of_code(snapshot, insee, found.is_empty()));
    }
    let mut named = names.find_communes(asked.searched());
    // « Saint-Denis (93) » says which.
    if named.is_empty()
        && let Some((name, department)) = asked.words.rsplit_once(' ')
        && department_and_region(&department.to_uppercase()).is_some()
    {
        named = names.find_communes(name);
        named.retain(|(it, _)| it.insee.department().eq_ignore_ascii_case(department));
    }
    let named = named
        .into_iter()
        .filter(|(_, matched)| !asked.is_address || *matched == NameMatch::Whole)
        .filter(|(it, _)| {
            asked
                .postcode
                .is_none_or(|postcode| has_postcode(snapshot, it.insee, postcode))
        })
        // Thousands begin with « Saint »: rows of the table are read of the first alone.
        .take(MAX_EXACT + MAX_LONGER);
    found.extend(named.filter_map(|(it, matched)| {
        let mut named = commune(snapshot, it.insee, it.has_perimeters, false)?;
        named.is_exact =
            matched == NameMatch::Whole || is_called(named.name, &asked.words, it.has_perimeters);
        Some(named)
    }));
    let mut seen = BTreeSet::new();
    // A name of the past beside the commune of today that has it would be chosen between for nothing.
    found.retain(|it| seen.insert((it.name, snapshot.communes_of_today(it.insee))));
    found.into_iter().map(Suggestion::Commune).collect()
}

/// Returns true if words that are not all of a commune's name are what people call it: an arrondissement without that word
/// (`Paris 18e`); the half of a name, of a commune with perimeters: at a counter, `Charleville` is rather the one of the
/// Ardennes, beside a village of that very name.
fn is_called(name: &str, words: &str, has_perimeters: bool) -> bool {
    commune_words(name).strip_suffix(" arrondissement") == Some(words)
        || has_perimeters && partial_names(name).iter().any(|part| part == words)
}

/// Returns the commune of a code that was typed, or of a postcode.
fn commune_of_code(
    snapshot: &Snapshot,
    insee: CommuneCode,
    is_exact: bool,
) -> Option<SuggestedCommune<'_>> {
    let has_perimeters = snapshot.search_names().has_perimeters(insee);
    commune(snapshot, insee, has_perimeters, is_exact)
}

fn commune(
    snapshot: &Snapshot,
    insee: CommuneCode,
    has_perimeters: bool,
    is_exact: bool,
) -> Option<SuggestedCommune<'_>> {
    let record = snapshot.commune_record(insee);
    let name = match record {
        Some(record) => record.name,
        None => snapshot.name_in_data(insee)?,
    };
    Some(SuggestedCommune {
        insee,
        name,
        record,
        has_perimeters,
        is_exact,
    })
}

fn has_postcode(snapshot: &Snapshot, insee: CommuneCode, postcode: &str) -> bool {
    let there = snapshot.search_names().communes_of(postcode);
    // Mostly a commune of today: only codes of the past are looked up.
    there.contains(&insee)
        || snapshot.commune_record(insee).is_some_and(|record| {
            let mut today = record.communes_of_today();
            record.kind != CommuneKind::Commune && today.any(|code| there.contains(&code))
        })
}

fn find_perimeters<'s>(snapshot: &'s Snapshot, asked: &AskedWords<'_>) -> Vec<Suggestion<'s>> {
    let code = asked.as_code();
    let has_digit = code.bytes().any(|it| it.is_ascii_digit());
    if code.starts_with('Q') && has_digit {
        let perimeters = snapshot
            .vintages()
            .flat_map(|(_, zones)| zones.perimeters());
        let coded = perimeters.filter(|it| it.code_qp.as_str().starts_with(&code));
        let coded = coded.map(|perimeter| SuggestedPerimeter {
            perimeter,
            place: None,
            is_exact: perimeter.code_qp.as_str() == code,
        });
        return coded.map(Suggestion::Perimeter).collect();
    }
    let names = snapshot.search_names();
    let found = names.find_perimeters(asked.searched()).into_iter();
    let found = found.filter(|(_, _, matched)| !asked.is_address || *matched == NameMatch::Whole);
    let mut found: Vec<(NameMatch, SuggestedPerimeter<'s>)> = found
        .map(|(vintage, id, matched)| {
            let perimeter = SuggestedPerimeter {
                perimeter: snapshot.perimeter(vintage, id),
                place: None,
                is_exact: matched == NameMatch::Whole,
            };
            (matched, perimeter)
        })
        .collect();
    // The newest first: it is mostly the one in force.
    found.sort_by_key(|(matched, it)| (*matched, std::cmp::Reverse(it.perimeter.vintage)));
    let mut found: Vec<SuggestedPerimeter<'s>> = found.into_iter().map(|(_, it)| it).collect();
    if !asked.is_address {
        found.extend(perimeters_of_places(snapshot, asked.searched()));
    }
    found.into_iter().map(Suggestion::Perimeter).collect()
}

/// Returns the perimeters that hold a place of a name; none before [`prepare_suggestions`].
fn perimeters_of_places<'s>(
    snapshot: &'s Snapshot,
    words: &str,
) -> impl Iterator<Item = SuggestedPerimeter<'s>> {
    let index = snapshot.place_names_if_found();
    let found = index.map(|index| index.search(words)).unwrap_or_default();
    found
        .into_iter()
        // Those of lists are suggested themselves.
        .filter(|(_, _, place)| place.is_of_addresses())
        .map(|(vintage, id, place)| SuggestedPerimeter {
            perimeter: snapshot.perimeter(vintage, id),
            place: Some(PlaceInPerimeter(place)),
            is_exact: false,
        })
}

fn find_places<'s>(snapshot: &'s Snapshot, asked: &AskedWords<'_>) -> Vec<Suggestion<'s>> {
    // The name of a street that a school bears is rather the street, after a number.
    let found = named_places(snapshot, asked).filter(|it| !asked.is_address || it.is_exact);
    let found = found.take(MAX_EXACT + MAX_LONGER);
    found.map(Suggestion::Place).collect()
}

/// Walks the places of all lists that words may mean, by identifier, then by name, the best first.
pub(crate) fn named_places<'s>(
    snapshot: &'s Snapshot,
    asked: &AskedWords<'_>,
) -> impl Iterator<Item = SuggestedPlace<'s>> {
    let code = asked.as_code();
    let by_id = snapshot.place_kinds().flat_map(|kind| {
        let sites = snapshot
            .places(kind)
            .map_or(&[][..], |list| list.by_id(&code));
        sites.iter().map(move |place| (kind, place, true))
    });
    let names = snapshot.search_names();
    let named = names.find_places(asked.searched()).into_iter();
    let named = named.filter_map(|(kind, at, matched)| {
        let place = snapshot.places(kind)?.all().get(at)?;
        Some((kind, place, matched == NameMatch::Whole))
    });
    // Collected, for the code is of this function alone; the places of an identifier are a few sites.
    let by_id: Vec<_> = by_id.collect();
    by_id
        .into_iter()
        .chain(named)
        .map(|(kind, place, is_exact)| SuggestedPlace {
            list: kind.to_owned(),
            place,
            is_exact,
        })
}

/// Finds addresses; none where none are loaded.
fn find_addresses<'s>(snapshot: &Snapshot, text: &str) -> Vec<Suggestion<'s>> {
    let search = AddressSearch {
        text,
        is_prefix: true,
        filter: &SearchFilter::default(),
        limit: MAX_ADDRESSES,
    };
    let mut found = search_addresses(snapshot, &search).unwrap_or_default();
    place_named(snapshot, text, search.filter, &found).retain(snapshot, &mut found);
    let found = found.into_iter().map(Box::new);
    found.map(Suggestion::Address).collect()
}

/// Finds a parcel among those loaded.
fn find_parcel(snapshot: &Snapshot, id: ParcelId) -> SuggestedParcel {
    let ground = snapshot.ground();
    let world = Rect::new(
        Coord {
            x: -180.0,
            y: -90.0,
        },
        Coord { x: 180.0, y: 90.0 },
    );
    // A file that is damaged is told by the check of an address.
    let found = ground.within(FootprintKind::Parcels, world, |known| known == id.as_str());
    let parcel = found.ok().and_then(|found| found.into_iter().next());
    SuggestedParcel {
        id,
        are_loaded: ground.has(FootprintKind::Parcels),
        position: parcel.and_then(|parcel| middle(&parcel.outline)),
    }
}

/// Returns a point inside an outline, and the metres to its farthest corner.
fn middle(outline: &MultiPolygon<f64>) -> Option<(Wgs84Point, f64)> {
    let inside = outline.interior_point()?;
    let bounds = outline.bounding_rect()?;
    let (low, high) = (bounds.min(), bounds.max());
    let corners = [
        Point::from(low),
        Point::from(high),
        Point::new(low.x, high.y),
        Point::new(high.x, low.y),
    ];
    // The corners of its envelope are no nearer than its own.
    let reach_m = corners
        .into_iter()
        .map(|corner| Haversine.distance(inside, corner))
        .fold(0.0, f64::max);
    Some((Wgs84Point::new(inside.x(), inside.y()).ok()?, reach_m))
}
