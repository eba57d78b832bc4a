//! The catalogue of official files: addresses, licences, limits.

use std::collections::HashSet;
use std::path::Path;

use qpv_model::{Vintage, department_and_region};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::store::is_sha256;

const BUILT_IN: &str = include_str!("../../../../geodata/sources.toml");
const FORMAT: u32 = 1;
/// The text in an address that a department's code replaces.
const DEPARTMENT: &str = "{department}";

/// A list of files that can be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceCatalogue {
    format: u32,
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
    /// Which generation of perimeters; none for addresses.
    #[serde(default)]
    pub vintage: Option<Vintage>,
    /// The address of its publisher; `{department}` is replaced by an INSEE code where there is a file for each.
    pub url: String,
    /// Name to keep it under, and to look it up by in a mirror; no folder.
    pub file: String,
    /// Layers expected inside.
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
}

/// The kinds of content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Perimeters of one vintage, in any format of the readers.
    Perimeters,
    /// Addresses of a department, or of the whole country.
    Addresses,
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

    fn of_kind(&self, kind: SourceKind) -> impl Iterator<Item = &CatalogueEntry> {
        self.sources
            .iter()
            .filter(move |source| source.kind == kind)
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
            let code = asked.to_uppercase();
            if department_and_region(&code).is_none() {
                return Err(unknown(
                    asked,
                    "INSEE codes of departments, as 61, 2A or 974, and all",
                ));
            }
            let source = template.for_department(&code);
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        Ok(sources)
    }

    fn parse(origin: &str, text: &str) -> Result<Self, Error> {
        let catalogue: Self = toml::from_str(text).map_err(|e| unusable(origin, e.to_string()))?;
        if catalogue.format != FORMAT {
            return Err(unusable(
                origin,
                format!("format {} is not known, only {FORMAT}", catalogue.format),
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

    fn is_by_department(&self) -> bool {
        self.url.contains(DEPARTMENT)
    }

    /// Returns the entry of one department.
    fn for_department(&self, code: &str) -> Self {
        Self {
            id: self.id.replace(DEPARTMENT, code),
            url: self.url.replace(DEPARTMENT, code),
            file: self.file.replace(DEPARTMENT, code),
            ..self.clone()
        }
    }

    fn check(&self) -> Result<(), String> {
        // A vintage decides which import a file goes to; addresses are of no vintage.
        if (self.kind == SourceKind::Perimeters) != self.vintage.is_some() {
            return Err("perimeters have a `vintage`, and nothing else has".into());
        }
        // Otherwise two departments would be saved under one name.
        if self.url.contains(DEPARTMENT) != self.file.contains(DEPARTMENT) {
            return Err(format!(
                "`{DEPARTMENT}` stands in both `url` and `file`, or in none"
            ));
        }
        let file = self.file.replace(DEPARTMENT, "");
        // The name becomes a path: it must not lead out of the folder.
        if !file.chars().all(is_plain) || file.is_empty() || self.file.starts_with('.') {
            return Err(format!(
                "`file` is `{}`: expected a plain name of letters, digits, `-`, `_`, `.`",
                self.file
            ));
        }
        if !self.url.starts_with("https://") && !self.url.starts_with("http://") {
            return Err(format!(
                "`url` is `{}`: expected an https address",
                self.url
            ));
        }
        if self.sha256.as_ref().is_some_and(|sum| !is_sha256(sum)) {
            return Err("`sha256` is not 64 lower-case hexadecimal digits".into());
        }
        Ok(())
    }
}
