//! The catalogue of official files: addresses, licences, limits, and where to look for a file that moved.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use qpv_french::fold::fold_name;
use qpv_geodata::Error;
use qpv_geodata::store::is_sha256;
use qpv_model::{AdminLevel, Slug, Vintage, department_and_region, department_names};
use serde::{Deserialize, Serialize};

use crate::portal::{DataPortal, ResourcePattern};

const BUILT_IN: &str = include_str!("../../../geodata/sources.toml");
const FORMAT: u32 = 1;
/// The text in an address that a department's code replaces.
const DEPARTMENT: &str = "{department}";
/// The text that the code replaces where it has three characters, as in `061`.
const DEPARTMENT_3: &str = "{department_3}";
/// The text in an address that the filters of all departments replace.
const DEPARTMENTS: &str = "{departments}";
/// The text between two filters, as the portals of the ministries take it.
const FILTER_OR: &str = "%20OR%20";

/// A list of files that can be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceCatalogue {
    format: u32,
    /// The open-data portal that is asked for files that moved; without one, nothing is asked.
    #[serde(default)]
    portal: Option<String>,
    #[serde(rename = "source")]
    sources: Vec<CatalogueEntry>,
}

/// One file of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueEntry {
    /// Name to ask for it by.
    pub id: String,
    /// The kind of its content.
    pub kind: SourceKind,
    /// Which generation of perimeters; none for anything else.
    #[serde(default)]
    pub vintage: Option<Vintage>,
    /// The level of outlines.
    #[serde(default)]
    pub level: Option<AdminLevel>,
    /// The kind of places.
    #[serde(default)]
    pub places: Option<Slug>,
    /// The year of statistics, where the names of their columns do not give it.
    #[serde(default)]
    pub year: Option<i16>,
    /// The address of its publisher; `{department}` is replaced by an INSEE code where there is a file for each.
    #[serde(default)]
    pub url: Option<String>,
    /// The condition that stands for each department in place of `{departments}` in the address.
    #[serde(default)]
    pub filter: Option<String>,
    /// The dataset of the portal that holds it, by its identifier or its slug.
    #[serde(default)]
    pub dataset: Option<String>,
    /// The marks by which its file is found among those of the dataset.
    #[serde(default)]
    pub resource: Option<ResourcePattern>,
    /// Name to keep it under, and to look it up by in a mirror; no folder.
    pub file: String,
    /// Layers expected inside, or the tables to take from an archive.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Its publisher.
    pub producer: String,
    /// Its licence.
    pub licence: String,
    /// A page about it, for people.
    #[serde(default)]
    pub page: Option<String>,
    /// More bytes than this are refused.
    pub max_bytes: u64,
    /// SHA-256 of a file that never changes, lower-case hexadecimal.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Known facts and open questions about it.
    #[serde(default)]
    pub note: Option<String>,
    /// The department it is of, by INSEE code, where there is a file for each.
    #[serde(skip)]
    pub department: Option<String>,
}

/// The kinds of content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Perimeters of one vintage, in any format of the readers.
    Perimeters,
    /// Addresses of a department, or of the whole country.
    Addresses,
    /// The table of all communes.
    Communes,
    /// Outlines of regions, departments or communes.
    Outlines,
    /// Figures on neighbourhoods.
    Statistics,
    /// Places of one kind, such as schools.
    Places,
    /// The list that says which perimeters became which.
    Correspondence,
}

impl SourceCatalogue {
    /// Returns the catalogue built into the program (`geodata/sources.toml`).
    ///
    /// # Panics
    /// Never: a test reads it.
    #[must_use]
    pub fn built_in() -> Self {
        Self::parse("built in", BUILT_IN).expect("the catalogue built in is well formed")
    }

    /// Reads a catalogue from a file.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Catalogue`] naming the faulty line or source.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// Returns all sources, in the order of the file.
    #[must_use]
    pub fn sources(&self) -> &[CatalogueEntry] {
        &self.sources
    }

    /// Returns the perimeters of these ids or vintages (`perimeters-2024`, or `2024` for all of that year); all of them when the
    /// selection is empty. In the order of the file, each once.
    ///
    /// # Errors
    /// [`Error::UnknownSource`].
    pub fn select(&self, selection: &[String]) -> Result<Vec<&CatalogueEntry>, Error> {
        let perimeters: Vec<&CatalogueEntry> = self.of_kind(SourceKind::Perimeters).collect();
        if let Some(asked) = selection
            .iter()
            .find(|asked| !perimeters.iter().any(|source| source.is_named(asked)))
        {
            let known: Vec<_> = perimeters.iter().map(|source| source.id.as_str()).collect();
            return Err(Error::UnknownSource {
                asked: asked.clone(),
                known: known.join(", "),
            });
        }
        Ok(perimeters
            .into_iter()
            .filter(|source| {
                selection.is_empty() || selection.iter().any(|asked| source.is_named(asked))
            })
            .collect())
    }

    /// Returns the sources of one kind, in the order of the file.
    pub fn of_kind(&self, kind: SourceKind) -> impl Iterator<Item = &CatalogueEntry> {
        self.sources
            .iter()
            .filter(move |source| source.kind == kind)
    }

    /// Returns true if the perimeters of this vintage can be fetched: a source names an address or a dataset for them.
    #[must_use]
    pub fn has_perimeters(&self, vintage: Vintage) -> bool {
        self.of_kind(SourceKind::Perimeters)
            .any(|source| source.vintage == Some(vintage) && source.has_address())
    }

    /// Returns the addresses of these departments, by INSEE code, each once; those of the whole country for `all`.
    ///
    /// # Errors
    /// [`Error::UnknownSource`] for a code of no department, or for a catalogue without addresses.
    pub fn addresses(&self, departments: &[String]) -> Result<Vec<CatalogueEntry>, Error> {
        let mut addresses = self.of_kind(SourceKind::Addresses);
        if departments.iter().any(|asked| asked == "all") {
            let whole = addresses.find(|source| !source.is_by_department());
            return whole
                .map(|source| vec![source.clone()])
                .ok_or_else(|| unknown("all", "departments, as 61"));
        }
        let template = addresses.find(|source| source.is_by_department());
        let template =
            template.ok_or_else(|| unknown("addresses", "no addresses in this catalogue"))?;
        let mut sources: Vec<CatalogueEntry> = Vec::new();
        for asked in departments {
            let source = template.for_department(&department_code(asked)?);
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        Ok(sources)
    }

    /// Returns all that the towns of these departments need, by INSEE code: what there is for each of them, else for the
    /// country. `loaded` are the departments whose places are kept beside theirs, where one file holds those of several.
    #[must_use]
    pub fn of_departments(&self, departments: &[String], loaded: &[String]) -> Vec<CatalogueEntry> {
        // Sorted and each once, so that the same departments make the same address.
        let all: BTreeSet<&String> = departments.iter().chain(loaded).collect();
        let mut sources: Vec<CatalogueEntry> = Vec::new();
        for source in &self.sources {
            if source.is_by_department() {
                sources.extend(departments.iter().map(|code| source.for_department(code)));
            } else if !self.sources.iter().any(|other| other.is_part_of(source)) {
                sources.push(source.for_all(&all));
            }
        }
        sources
    }

    /// Returns the portal that is asked for files that moved.
    #[must_use]
    pub fn portal(&self) -> Option<DataPortal> {
        self.portal.as_deref().map(DataPortal::new)
    }

    fn parse(origin: &str, text: &str) -> Result<Self, Error> {
        let catalogue: Self = toml::from_str(text).map_err(|e| unusable(origin, e.to_string()))?;
        if catalogue.format != FORMAT {
            return Err(unusable(
                origin,
                format!("format {} is not known, only {FORMAT}", catalogue.format),
            ));
        }
        if let Some(portal) = catalogue.portal.as_deref().filter(|it| !is_web(it)) {
            return Err(unusable(
                origin,
                format!("`portal` is `{portal}`: expected an https address"),
            ));
        }
        let (mut ids, mut files) = (HashSet::new(), HashSet::new());
        for source in &catalogue.sources {
            source
                .check()
                .map_err(|e| unusable(origin, format!("source `{}`: {e}", source.id)))?;
            // A file used twice would be overwritten by the second transfer.
            if !ids.insert(&source.id) || !files.insert(&source.file) {
                return Err(unusable(
                    origin,
                    format!("source `{}`: its id or its file is used twice", source.id),
                ));
            }
        }
        Ok(catalogue)
    }
}

fn unknown(asked: &str, known: &str) -> Error {
    Error::UnknownSource {
        asked: asked.into(),
        known: known.into(),
    }
}

fn unusable(origin: &str, fault: String) -> Error {
    Error::Catalogue {
        origin: origin.into(),
        fault,
    }
}

fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// Returns the INSEE code of a department as users write it: `61`, `2a`, `974`.
///
/// # Errors
/// [`Error::UnknownDepartment`], with the code that is rather meant where there is one.
pub fn department_code(asked: &str) -> Result<String, Error> {
    // Corsica is written either way.
    let code = asked.trim().to_uppercase();
    if department_and_region(&code).is_some() {
        return Ok(code);
    }
    let padded = format!("0{code}");
    let name = fold_name(asked);
    let meant = department_names().find(|(known, department, _)| {
        // Spreadsheets take the first zero away; people may give the name.
        *known == padded || fold_name(department) == name
    });
    let advice = match meant {
        // Postcodes of Corsica begin so.
        None if code == "20" => "Corsica is 2A and 2B".to_owned(),
        Some((known, department, _)) => format!("{department} is {known}"),
        None => "give INSEE codes, as 61, 2A or 974".to_owned(),
    };
    Err(Error::UnknownDepartment {
        asked: asked.to_owned(),
        advice,
    })
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

impl CatalogueEntry {
    /// Returns true if a user's word names this source: its id, or its vintage.
    fn is_named(&self, asked: &str) -> bool {
        self.id == asked
            || self
                .vintage
                .is_some_and(|vintage| vintage.to_string() == asked)
    }

    /// Returns true for a source that can be fetched without a mirror.
    fn has_address(&self) -> bool {
        self.url.is_some() || self.dataset.is_some()
    }

    fn is_by_department(&self) -> bool {
        self.file.contains(DEPARTMENT)
    }

    /// Returns true for a source by department of what the other holds for the country.
    fn is_part_of(&self, whole: &Self) -> bool {
        self.is_by_department() && self.part_key() == whole.part_key()
    }

    /// Returns what two sources have in common of which one can stand for the other.
    fn part_key(
        &self,
    ) -> (
        SourceKind,
        Option<Vintage>,
        Option<AdminLevel>,
        Option<&Slug>,
    ) {
        (self.kind, self.vintage, self.level, self.places.as_ref())
    }

    /// Returns the entry of one department.
    fn for_department(&self, code: &str) -> Self {
        Self {
            department: Some(code.to_owned()),
            id: with_department(&self.id, code),
            url: self.url.as_deref().map(|url| with_department(url, code)),
            file: with_department(&self.file, code),
            resource: self
                .resource
                .as_ref()
                .map(|pattern| pattern.map_titles(|text| with_department(text, code))),
            ..self.clone()
        }
    }

    /// Returns the entry of several departments in one file.
    fn for_all(&self, codes: &BTreeSet<&String>) -> Self {
        let filter = self.filter.as_deref().unwrap_or_default();
        let filters: Vec<String> = codes
            .iter()
            .map(|code| with_department(filter, code))
            .collect();
        let filters = filters.join(FILTER_OR);
        Self {
            url: self
                .url
                .as_deref()
                .map(|url| url.replace(DEPARTMENTS, &filters)),
            ..self.clone()
        }
    }

    fn check(&self) -> Result<(), String> {
        // Each of these decides which import a file goes to; a file of another kind has none.
        for (kind, field, has) in [
            (SourceKind::Perimeters, "vintage", self.vintage.is_some()),
            (SourceKind::Outlines, "level", self.level.is_some()),
            (SourceKind::Places, "places", self.places.is_some()),
        ] {
            if (self.kind == kind) != has {
                return Err(format!(
                    "{} have a `{field}`, and nothing else has",
                    kind.as_str()
                ));
            }
        }
        if self.year.is_some() && self.kind != SourceKind::Statistics {
            return Err("statistics may have a `year`, and nothing else".into());
        }
        self.check_places_to_look()?;
        let file = self.file.replace(DEPARTMENT, "");
        // The name becomes a path: it must not lead out of the folder.
        if !file.chars().all(is_plain) || file.is_empty() || self.file.starts_with('.') {
            return Err(format!(
                "`file` is `{}`: expected a plain name of letters, digits, `-`, `_`, `.`",
                self.file
            ));
        }
        if self.sha256.as_ref().is_some_and(|sum| !is_sha256(sum)) {
            return Err("`sha256` is not 64 lower-case hexadecimal digits".into());
        }
        Ok(())
    }

    /// Checks the address and the dataset.
    fn check_places_to_look(&self) -> Result<(), String> {
        if self.dataset.is_some() != self.resource.is_some() {
            return Err("`dataset` and `resource` stand together: a dataset has many files".into());
        }
        if self.url.is_none() && self.dataset.is_none() && self.page.is_none() {
            return Err("it has neither `url` nor `dataset` nor `page`".into());
        }
        // The name goes into an address: it must not lead to another one.
        if let Some(dataset) = self.dataset.as_ref().filter(|it| !it.chars().all(is_plain)) {
            return Err(format!(
                "`dataset` is `{dataset}`: expected an identifier or a slug"
            ));
        }
        let Some(url) = &self.url else {
            return Ok(());
        };
        if !is_web(url) {
            return Err(format!("`url` is `{url}`: expected an https address"));
        }
        // Otherwise two departments would be saved under one name.
        if (url.contains(DEPARTMENT) || url.contains(DEPARTMENT_3)) != self.is_by_department() {
            return Err(format!(
                "`{DEPARTMENT}` stands in both `url` and `file`, or in none"
            ));
        }
        if url.contains(DEPARTMENTS) != self.filter.is_some() {
            return Err(format!(
                "`{DEPARTMENTS}` in `url` and `filter` stand together"
            ));
        }
        Ok(())
    }
}

impl SourceKind {
    /// Returns the word of the catalogue: `perimeters`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Perimeters => "perimeters",
            Self::Addresses => "addresses",
            Self::Communes => "communes",
            Self::Outlines => "outlines",
            Self::Statistics => "statistics",
            Self::Places => "places",
            Self::Correspondence => "correspondence",
        }
    }

    /// Returns true for layers of areas, which readers take from archives by themselves.
    #[must_use]
    pub const fn is_layer(self) -> bool {
        matches!(self, Self::Perimeters | Self::Outlines)
    }
}

fn with_department(text: &str, code: &str) -> String {
    text.replace(DEPARTMENT_3, &format!("{code:0>3}"))
        .replace(DEPARTMENT, code)
}
