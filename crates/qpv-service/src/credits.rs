//! The credits of a dataset: producers and licences in words for people, and the files on demand.
//!
//! File names stand in no credit: they are the importer's own, may be of any length, and say nothing to a reader. The digest of
//! the dataset names the files exactly; [`Snapshot::files`](crate::Snapshot::files) lists them.

use qpv_french::{Key, key, sentence};
use qpv_geodata::store::{DatasetDescriptor, SourceFile};
use qpv_model::{FootprintKind, KnownVintages, Slug, Vintage};

use crate::data::loaded_parts::loaded_parts;

/// Most names that one credit lists. A town has some layers of its own; more are counted.
const MAX_CREDITED_NAMES: usize = 4;
/// Most characters of a name in a credit, the length of a long street name.
const MAX_NAME_CHARS: usize = 60;
/// The kind of places that the State publishes.
const SCHOOLS: &str = "schools";
/// Vintages whose perimeters the ANCT publishes.
const OF_THE_STATE: [Vintage; 2] = [Vintage::V2015, Vintage::V2024];

/// A file that a part of the dataset was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedFile<'a> {
    /// The part, as `qpv data status` names it.
    pub part: String,
    /// The file.
    pub file: &'a SourceFile,
}

/// Returns the files of a dataset, part by part.
#[must_use]
pub(crate) fn loaded_files(descriptor: &DatasetDescriptor) -> Vec<LoadedFile<'_>> {
    let parts = loaded_parts(descriptor).into_iter();
    let files = parts.flat_map(|loaded| {
        let part = loaded.part;
        let files = loaded.files.into_iter();
        files.map(move |file| LoadedFile {
            part: part.clone(),
            file,
        })
    });
    let programmes = descriptor.programmes.iter();
    let rules = programmes.map(|(id, entry)| LoadedFile {
        part: format!("programme {id}"),
        file: &entry.source,
    });
    files.chain(rules).collect()
}

/// Returns the producers and licences of what is loaded, one sentence for each kind of data.
pub(crate) fn credits(descriptor: &DatasetDescriptor, known: &KnownVintages) -> Vec<String> {
    // Whoever made up a town is owed no credit, and real producers must not be named for it.
    if descriptor.fictional {
        return vec![sentence(key::TILES_ATTRIBUTION_FICTIONAL, &[])];
    }
    let mut credits = perimeter_credits(descriptor, known);
    let schools = descriptor
        .places
        .keys()
        .any(|kind| kind.as_str() == SCHOOLS);
    for (is_loaded, credit) in [
        (
            descriptor.addresses.is_some(),
            key::TILES_ATTRIBUTION_ADDRESSES,
        ),
        (
            !descriptor.outlines.is_empty(),
            key::TILES_ATTRIBUTION_OUTLINES,
        ),
        (descriptor.communes.is_some(), key::CREDITS_COMMUNES),
        (!descriptor.statistics.is_empty(), key::CREDITS_STATISTICS),
        (schools, key::CREDITS_SCHOOLS),
        (
            has_footprints(descriptor, FootprintKind::Parcels),
            key::TILES_ATTRIBUTION_PARCELS,
        ),
        (
            has_footprints(descriptor, FootprintKind::Buildings),
            key::TILES_ATTRIBUTION_BUILDINGS,
        ),
    ] {
        if is_loaded {
            credits.push(sentence(credit, &[]));
        }
    }
    let places = descriptor.places.keys().map(Slug::as_str);
    let places: Vec<&str> = places.filter(|kind| *kind != SCHOOLS).collect();
    let layers: Vec<&str> = descriptor.layers.keys().map(Slug::as_str).collect();
    let zonings = descriptor
        .zonings
        .values()
        .map(|it| it.record.label.as_str());
    for (credit, names) in [
        (key::CREDITS_PLACES, places),
        (key::CREDITS_LAYERS, layers),
        (key::CREDITS_ZONINGS, zonings.collect()),
    ] {
        credits.extend(named(credit, &names));
    }
    credits
}

fn has_footprints(descriptor: &DatasetDescriptor, kind: FootprintKind) -> bool {
    descriptor.footprints.contains_key(&kind)
}

/// Returns the producers and licences of the addresses; empty without any.
pub(crate) fn address_credit(descriptor: &DatasetDescriptor) -> String {
    let key = if descriptor.fictional {
        key::TILES_ATTRIBUTION_FICTIONAL
    } else {
        key::TILES_ATTRIBUTION_ADDRESSES
    };
    let addresses = descriptor.addresses.as_ref();
    addresses.map_or_else(String::new, |_| sentence(key, &[]))
}

/// Returns the credits of the perimeters: one for those of the State together, one for each vintage that somebody described.
fn perimeter_credits(descriptor: &DatasetDescriptor, known: &KnownVintages) -> Vec<String> {
    let vintages = descriptor.vintages.iter().map(|entry| entry.vintage);
    let (official, described): (Vec<_>, Vec<_>) =
        vintages.partition(|vintage| OF_THE_STATE.contains(vintage));
    let mut credits = Vec::new();
    if !official.is_empty() {
        credits.push(sentence(key::TILES_ATTRIBUTION_PERIMETERS, &[]));
    }
    for record in described.iter().filter_map(|vintage| known.get(*vintage)) {
        let values = [
            ("label", &*shortened(&record.label)),
            ("source", &shortened(&record.source)),
        ];
        credits.push(sentence(key::CREDITS_DESCRIBED_PERIMETERS, &values));
    }
    credits
}

/// Returns a credit that lists names, of many the first; `None` without any.
fn named(credit: Key, names: &[&str]) -> Option<String> {
    if names.is_empty() {
        return None;
    }
    let mut listed: Vec<String> = names
        .iter()
        .take(MAX_CREDITED_NAMES)
        .map(|it| shortened(it))
        .collect();
    if names.len() > MAX_CREDITED_NAMES {
        listed.push(format!("+ {}", names.len() - MAX_CREDITED_NAMES));
    }
    Some(sentence(credit, &[("names", &listed.join(", "))]))
}

/// Returns the beginning of a name that is too long for a credit.
fn shortened(name: &str) -> String {
    if name.chars().count() <= MAX_NAME_CHARS {
        return name.to_owned();
    }
    let mut text: String = name.chars().take(MAX_NAME_CHARS - 1).collect();
    text.push('…');
    text
}
