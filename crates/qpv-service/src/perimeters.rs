//! The perimeters of a dataset: lists of them by filter, and those of another vintage that overlap one.

use std::collections::BTreeMap;

use qpv_engine::PerimeterIndex;
use qpv_french::fold::fold_name;
use qpv_model::{CommuneCode, Perimeter, Vintage, Wgs84Point};

use crate::place_name_index::{NameWords, PlaceName};
use crate::place_names::place_name_index;
use crate::snapshot::Snapshot;

/// A filter of perimeters; an empty one keeps them all.
#[derive(Debug, Clone, Default)]
pub struct PerimeterFilter {
    /// This vintage only.
    pub vintage: Option<Vintage>,
    /// This commune; an arrondissement counts as its commune, and a code of the past as those of today that it leads to.
    pub commune: Option<CommuneCode>,
    /// This department, as INSEE writes it (`61`, `2A`, `974`).
    pub department: Option<String>,
    /// This intercommunality, by SIREN number; perimeters that publish none count by their communes.
    pub epci: Option<String>,
    /// With this text in the code, the name or a commune's name, or with a place of this name inside; case, accents and
    /// articles do not matter.
    pub text: Option<String>,
}

/// A perimeter that a filter keeps, and why.
#[derive(Debug, Clone, Copy)]
pub struct FoundPerimeter<'s> {
    /// The perimeter.
    pub perimeter: &'s Perimeter,
    /// The name that the text was found in; `None` for a filter without text.
    pub matched: Option<MatchedName<'s>>,
}

/// The name that a text was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchedName<'s> {
    /// The code.
    Code(&'s str),
    /// The name of the perimeter.
    Perimeter(&'s str),
    /// The name of a commune.
    Commune(&'s str),
    /// The name of a place inside.
    Place(&'s PlaceName),
}

/// Lists the perimeters that a filter keeps, oldest vintage first, in code order.
#[must_use]
pub fn list_perimeters<'s>(snapshot: &'s Snapshot, filter: &PerimeterFilter) -> Vec<&'s Perimeter> {
    let found = search_perimeters(snapshot, filter).into_iter();
    found.map(|found| found.perimeter).collect()
}

/// Lists the perimeters that a filter keeps like [`list_perimeters`], each with the name that its text was found in. The
/// first search by text looks for the names of places in all perimeters.
#[must_use]
pub fn search_perimeters<'s>(
    snapshot: &'s Snapshot,
    filter: &PerimeterFilter,
) -> Vec<FoundPerimeter<'s>> {
    // Looked up once, for thousands of perimeters are compared.
    let communes = filter
        .commune
        .map(|commune| snapshot.communes_of_today(commune));
    let search = filter.text.as_deref().map(TextSearch::new);
    let epci = filter
        .epci
        .as_deref()
        .map(|siren| WantedEpci::new(snapshot, siren));
    snapshot
        .vintages()
        .filter(|(vintage, _)| filter.vintage.is_none_or(|wanted| wanted == *vintage))
        .flat_map(|(_, zones)| zones.perimeters())
        .filter(|perimeter| {
            communes
                .as_ref()
                .is_none_or(|communes| snapshot.lies_in(perimeter, communes))
        })
        .filter(|perimeter| filter.keeps(perimeter))
        .filter(|perimeter| epci.as_ref().is_none_or(|epci| epci.holds(perimeter)))
        .filter_map(|perimeter| {
            let matched = match &search {
                None => None,
                Some(search) => Some(search.find(snapshot, perimeter)?),
            };
            Some(FoundPerimeter { perimeter, matched })
        })
        .collect()
}

/// Finds the perimeters of another vintage that really overlap one, with the hectares they share (planar in the legal
/// projection), those that share most first. `None` when the other vintage is not loaded for the whole of its territory, for
/// a perimeter that is missing may overlap it too, and when this one was published without area, or when it overlaps
/// none and one beside it was. See
/// [`PerimeterIndex::overlaps`](qpv_engine::PerimeterIndex::overlaps).
#[must_use]
pub fn overlapping_perimeters<'s>(
    snapshot: &'s Snapshot,
    perimeter: &Perimeter,
    other: Vintage,
) -> Option<Vec<(&'s Perimeter, f64)>> {
    let zones = snapshot.zones(other)?;
    perimeter.known_area_ha()?;
    if !snapshot.knows_all(zones, perimeter.territory) {
        return None;
    }
    let overlaps = zones.overlaps(perimeter);
    if overlaps.is_empty() && is_near_one_without_area(zones, perimeter) {
        return None;
    }
    let found = overlaps.into_iter().map(|overlap| {
        let other = zones.perimeter(overlap.perimeter);
        (other, overlap.shared_ha)
    });
    Some(found.collect())
}

/// Returns whether a perimeter published without area may overlap one.
fn is_near_one_without_area(zones: &PerimeterIndex, perimeter: &Perimeter) -> bool {
    let vertices = perimeter.outline.rings().flatten();
    let mut vertices = vertices.filter_map(|vertex| Wgs84Point::new(vertex.x, vertex.y).ok());
    vertices.any(|vertex| zones.without_area_near(vertex).is_some())
}

impl PerimeterFilter {
    fn keeps(&self, perimeter: &Perimeter) -> bool {
        self.department
            .as_ref()
            .is_none_or(|department| *department == perimeter.insee_dep)
    }
}

/// An intercommunality, by its number, and the one of each commune that perimeters place in one alone.
struct WantedEpci<'f> {
    snapshot: &'f Snapshot,
    siren: &'f str,
    published: BTreeMap<CommuneCode, &'f str>,
}

impl<'f> WantedEpci<'f> {
    fn new(snapshot: &'f Snapshot, siren: &'f str) -> Self {
        let mut published = BTreeMap::new();
        for (_, zones) in snapshot.vintages() {
            for perimeter in zones.perimeters() {
                // A perimeter in two of them does not say which of its communes is in which.
                if let [only] = perimeter.siren_epci.as_slice() {
                    let communes = perimeter.insee_com.iter();
                    published.extend(communes.map(|code| (*code, only.as_str())));
                }
            }
        }
        Self {
            snapshot,
            siren,
            published,
        }
    }

    fn holds(&self, perimeter: &Perimeter) -> bool {
        // Perimeters of 2015 publish no intercommunality: their communes decide.
        if perimeter.siren_epci.is_empty() {
            let mut communes = perimeter.insee_com.iter();
            communes.any(|code| self.holds_commune(*code))
        } else {
            perimeter.siren_epci.iter().any(|siren| siren == self.siren)
        }
    }

    fn holds_commune(&self, code: CommuneCode) -> bool {
        match self.published.get(&code) {
            Some(published) => *published == self.siren,
            // The table of communes may be of another year than the perimeters, so it goes second.
            None => self
                .snapshot
                .commune_record(code)
                .is_some_and(|record| record.epci == self.siren),
        }
    }
}

/// A text that perimeters are searched for.
struct TextSearch {
    folded: String,
    words: NameWords,
}

impl TextSearch {
    fn new(text: &str) -> Self {
        Self {
            folded: fold_name(text),
            words: NameWords::new(text),
        }
    }

    /// Returns the name of a perimeter that has the text: its own names before those of places inside.
    fn find<'s>(
        &self,
        snapshot: &'s Snapshot,
        perimeter: &'s Perimeter,
    ) -> Option<MatchedName<'s>> {
        let code = perimeter.code_qp.as_str();
        if fold_name(code).contains(&self.folded) {
            return Some(MatchedName::Code(code));
        }
        if self.is_in(&perimeter.lib_qp) {
            return Some(MatchedName::Perimeter(&perimeter.lib_qp));
        }
        let mut communes = perimeter.lib_com.iter();
        if let Some(commune) = communes.find(|name| self.is_in(name)) {
            return Some(MatchedName::Commune(commune));
        }
        // Last, for a name of its own says more than that of a place inside.
        let places = place_name_index(snapshot);
        let place = places.find(perimeter.vintage, snapshot.id_of(perimeter)?, &self.words);
        place.map(MatchedName::Place)
    }

    fn is_in(&self, name: &str) -> bool {
        fold_name(name).contains(&self.folded) || NameWords::new(name).hold(&self.words)
    }
}
