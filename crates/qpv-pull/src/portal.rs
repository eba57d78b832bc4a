//! The open-data portal: which files a dataset has today, and which of them is the one of the catalogue.
//!
//! The contract is that of udata, on which data.gouv.fr runs: `GET /api/1/datasets/{id or slug}/` answers a JSON object
//! whose `resources` are the files, each with its title, address, format, checksum and day. Only what is needed is read,
//! and a resource that cannot be read costs no other.

use std::cmp::Reverse;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use qpv_french::fold::fold_text;
use qpv_geodata::Error;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::download::Downloader;
use crate::partial::FileSum;
use crate::progress::TransferProgress;

/// Limit of a dataset's description, bytes: the longest have some thousand files.
const MAX_DESCRIPTION_BYTES: u64 = 20_000_000;
/// Titles of other files that an error names.
const MAX_NAMED_RESOURCES: usize = 8;

/// The marks of a file among those of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourcePattern {
    /// Words that all stand in its title or its file name; one entry for each wording, the preferred one first.
    pub titles: Vec<String>,
    /// Formats that can be read, the preferred one first.
    pub formats: Vec<String>,
    /// Words of other files of the dataset.
    #[serde(default)]
    pub without: Vec<String>,
}

impl ResourcePattern {
    /// Returns the same with each of its wordings changed.
    pub(crate) fn map_titles(&self, change: impl Fn(&str) -> String) -> Self {
        Self {
            titles: self.titles.iter().map(|title| change(title)).collect(),
            ..self.clone()
        }
    }
}

/// A portal of datasets, by its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataPortal {
    address: String,
}

/// A file of a dataset, as the portal describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct PortalResource {
    /// Its title.
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub title: String,
    /// Its address.
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub url: String,
    /// The address that leads to its latest version, if the portal keeps one.
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub latest: String,
    /// Its format, as its publisher wrote it.
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub format: String,
    /// `main` for data, else `documentation` and others.
    #[serde(default, rename = "type", deserialize_with = "text_or_nothing")]
    pub role: String,
    /// `file` where the portal keeps the file itself, `remote` elsewhere.
    #[serde(default, rename = "filetype", deserialize_with = "text_or_nothing")]
    pub hosting: String,
    /// The time of its last change.
    #[serde(default, deserialize_with = "time_or_nothing")]
    pub last_modified: Option<Timestamp>,
    #[serde(default)]
    checksum: Value,
}

/// Publishers leave fields out, or fill them with null.
fn text_or_nothing<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(value.as_str().unwrap_or_default().trim().to_owned())
}

fn time_or_nothing<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<Timestamp>, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(value.as_str().and_then(parse_time))
}

/// Parses a time of the portal, which may lack its offset: it is then that of Greenwich.
fn parse_time(text: &str) -> Option<Timestamp> {
    let utc = format!("{text}Z");
    text.parse().or_else(|_| utc.parse()).ok()
}

impl DataPortal {
    /// Returns the portal at this address.
    #[must_use]
    pub fn new(address: &str) -> Self {
        Self {
            address: address.trim_end_matches('/').to_owned(),
        }
    }

    /// Returns the files of a dataset that a pattern describes, the best one first.
    ///
    /// # Errors
    /// [`Error::Refused`] for a dataset that is gone, an answer that is none of a portal, or a dataset without such a file;
    /// [`Error::Unreachable`].
    pub(crate) fn find(
        &self,
        downloader: &Downloader,
        dataset: &str,
        pattern: &ResourcePattern,
        progress: &mut dyn TransferProgress,
    ) -> Result<Vec<PortalResource>, Error> {
        let url = format!("{}/api/1/datasets/{dataset}/", self.address);
        let text = downloader.text(&url, MAX_DESCRIPTION_BYTES, progress)?;
        let resources = parse_resources(&text).map_err(|fault| Error::Refused {
            url: url.clone(),
            fault,
            advice: "see the dataset's page, and correct `portal` or `dataset` in the catalogue (--catalogue FILE)",
        })?;
        let found = best_first(&resources, pattern);
        if found.is_empty() {
            return Err(Error::Refused {
                url,
                fault: no_such_resource(&resources, pattern),
                advice: "correct `resource` in the catalogue (--catalogue FILE), or import the file by hand",
            });
        }
        Ok(found.into_iter().map(|it| self.secured(it)).collect())
    }

    /// Returns a resource with addresses that are as secure as the portal's own.
    fn secured(&self, mut resource: PortalResource) -> PortalResource {
        if self.address.starts_with("https://") {
            for url in [&mut resource.url, &mut resource.latest] {
                // Entries of the first years were never corrected; their servers answer both.
                if let Some(rest) = url.strip_prefix("http://") {
                    *url = format!("https://{rest}");
                }
            }
        }
        resource
    }
}

/// Reads the files of a dataset; the fault is the end of a sentence.
fn parse_resources(text: &str) -> Result<Vec<PortalResource>, String> {
    let dataset: Value = serde_json::from_str(text)
        .map_err(|_| "the answer is not that of an open-data portal".to_owned())?;
    // A dataset that was withdrawn may still be described.
    if let Some(day) = dataset["deleted"].as_str() {
        return Err(format!("the dataset was deleted ({day})"));
    }
    let resources = dataset["resources"]
        .as_array()
        .ok_or("the answer describes no files (`resources`)")?;
    Ok(resources
        .iter()
        .filter_map(|value| PortalResource::deserialize(value).ok())
        .collect())
}

fn no_such_resource(resources: &[PortalResource], pattern: &ResourcePattern) -> String {
    let titles: Vec<String> = resources
        .iter()
        .take(MAX_NAMED_RESOURCES)
        .map(|resource| format!("“{}” ({})", resource.title, resource.extension()))
        .collect();
    let has = if titles.is_empty() {
        "no files".to_owned()
    } else {
        titles.join(", ")
    };
    format!(
        "none of its {} files is named “{}” and in one of the formats {}: it has {has}",
        resources.len(),
        pattern.titles.join("” or “"),
        pattern.formats.join(", ")
    )
}

/// Returns the files that a pattern describes, the best one first: data before attachments, then the preferred wording, the
/// latest year in the title, the day of the last change, the preferred format.
fn best_first(resources: &[PortalResource], pattern: &ResourcePattern) -> Vec<PortalResource> {
    let mut found: Vec<_> = resources
        .iter()
        .filter_map(|resource| Some((resource.rank(pattern)?, resource)))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, it)| it.clone()).collect()
}

/// The order of resources: the smallest is the best.
type ResourceRank = (bool, usize, Reverse<u32>, Reverse<i64>, usize);

impl PortalResource {
    /// Returns the place of this file in the order of those that a pattern describes; `None` for any other.
    fn rank(&self, pattern: &ResourcePattern) -> Option<ResourceRank> {
        let is_address = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        if self.role == "documentation" || !is_address(&self.url) && !is_address(&self.latest) {
            return None;
        }
        let name = fold_text(&format!("{} {}", self.title, self.file_name()));
        if pattern
            .without
            .iter()
            .any(|word| has_word(&name, &fold_text(word)))
        {
            return None;
        }
        let title = pattern.titles.iter().position(|title| {
            fold_text(title)
                .split_whitespace()
                .all(|word| has_word(&name, word))
        })?;
        let format = self.format_rank(&pattern.formats)?;
        let is_attachment = !matches!(self.role.as_str(), "main" | "");
        // Files of one release are saved within the hour: only the day tells releases apart.
        let day = self
            .last_modified
            .map_or(0, |time| time.as_second() / 86_400);
        Some((
            is_attachment,
            title,
            Reverse(latest_year(&name)),
            Reverse(day),
            format,
        ))
    }

    /// Returns the place of its format among those wanted; publishers write any of `GeoJSON`, `geojson`, `json`, or nothing.
    fn format_rank(&self, formats: &[String]) -> Option<usize> {
        let (format, extension) = (self.format.to_ascii_lowercase(), self.extension());
        let rank = formats
            .iter()
            .position(|wanted| *wanted == extension || *wanted == format);
        // A file without any mark of its format may be the one: its content decides.
        let is_unmarked = format.is_empty() && extension.is_empty();
        rank.or_else(|| is_unmarked.then_some(formats.len()))
    }

    fn file_name(&self) -> &str {
        let path = self.url.split(['?', '#']).next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the lower-case extension of its file name, else its format.
    fn extension(&self) -> String {
        let name = self.file_name();
        let name = name.strip_suffix(".gz").unwrap_or(name);
        match name.rsplit_once('.') {
            Some((_, extension)) if extension.len() <= 8 => extension.to_ascii_lowercase(),
            _ => self.format.to_ascii_lowercase(),
        }
    }

    /// Returns its addresses, the file's own first.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &str> {
        let latest = Some(self.latest.as_str()).filter(|latest| *latest != self.url);
        std::iter::once(self.url.as_str())
            .chain(latest)
            .filter(|url| url.starts_with("http"))
    }

    /// Returns its checksum, where the portal keeps the file itself and the sum is of a kind that can be computed. That of a
    /// file elsewhere may be of an older version.
    pub(crate) fn sum(&self) -> Option<FileSum> {
        if self.hosting == "remote" {
            return None;
        }
        let kind = self.checksum["type"].as_str()?.to_ascii_lowercase();
        let value = self.checksum["value"].as_str()?.trim().to_ascii_lowercase();
        let bytes = HEXLOWER.decode(value.as_bytes()).ok()?.len();
        match (kind.replace('-', "").as_str(), bytes) {
            ("sha1", 20) => Some(FileSum::Sha1(value)),
            ("sha256" | "sha2", 32) => Some(FileSum::Sha256(value)),
            _ => None,
        }
    }
}

/// Returns true when a text holds a word; the digits at its ends are whole numbers, so that `61` is not in `2061`.
fn has_word(text: &str, word: &str) -> bool {
    let word = word.trim();
    text.match_indices(word).any(|(start, _)| {
        let end = start + word.len();
        !joins_digits(&text[..start], word) && !joins_digits(word, &text[end..])
    })
}

/// Returns true when one text ends and the next begins with a digit.
fn joins_digits(left: &str, right: &str) -> bool {
    left.ends_with(|c: char| c.is_ascii_digit()) && right.starts_with(|c: char| c.is_ascii_digit())
}

/// Returns the latest year that stands in a name, from 1990 to 2099; 0 without one.
fn latest_year(name: &str) -> u32 {
    let numbers = name.split(|c: char| !c.is_ascii_digit());
    let years = numbers
        .filter_map(|digits| digits.parse().ok())
        .filter(|year| (1990..2100).contains(year));
    years.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(titles: &[&str], formats: &[&str], without: &[&str]) -> ResourcePattern {
        let [titles, formats, without] =
            [titles, formats, without].map(|list| list.iter().map(ToString::to_string).collect());
        ResourcePattern {
            titles,
            formats,
            without,
        }
    }

    /// Titles of the files found, the best one first.
    fn found(resources: &Value, pattern: &ResourcePattern) -> Vec<String> {
        let text = serde_json::json!({ "resources": resources }).to_string();
        let resources = parse_resources(&text).unwrap();
        best_first(&resources, pattern)
            .into_iter()
            .map(|resource| resource.title)
            .collect()
    }

    #[test]
    fn the_latest_data_file_in_the_preferred_format_comes_first() {
        let resources = serde_json::json!([
            {"title": "QP 2024 notice", "type": "documentation", "format": "zip", "url": "https://h/a.zip"},
            {"title": "Liste des QP 2024", "type": "main", "format": "csv", "url": "https://h/liste.csv"},
            {"title": "Liste QP 2024 (zip)", "type": "main", "format": "zip", "url": "https://h/liste.zip"},
            {"title": "QP2015", "type": "main", "format": "zip", "url": "https://h/qp2015.zip"},
            {"title": "QP2024 shp", "type": "main", "format": "shp", "url": "https://h/b.shp", "last_modified": "2025-02-01T10:00:00"},
            {"title": "QP2024 geojson", "type": "main", "format": "GeoJSON", "url": "https://h/c.geojson", "last_modified": "2025-02-01T09:00:00.123000+00:00"},
            {"title": "QP2024 old", "type": "main", "format": "geojson", "url": "https://h/d.geojson", "last_modified": "2024-06-01T09:00:00+00:00"},
            {"title": null, "type": "main", "format": null, "url": "https://h/qp-2024", "checksum": null, "last_modified": "no time"},
            {"title": "QP 2024 update", "type": "update", "format": "geojson", "url": "https://h/e.geojson", "last_modified": "2026-01-01T00:00:00Z"},
            {"title": "QP 2024 elsewhere", "type": "main", "format": "geojson", "url": "ftp://h/f.geojson"},
            "no resource at all",
        ]);
        let pattern = pattern(&["qp 2024"], &["geojson", "zip", "shp"], &["liste"]);
        assert_eq!(
            found(&resources, &pattern),
            [
                "QP2024 geojson",
                "QP2024 shp",
                "QP2024 old",
                "",
                "QP 2024 update"
            ]
        );
    }

    #[test]
    fn the_year_of_a_title_goes_before_its_day() {
        let resources = serde_json::json!([
            {"title": "Millésime 2025 : Liste des communes", "format": "csv", "url": "https://h/1.csv", "last_modified": "2026-05-01T00:00:00Z"},
            {"title": "Millésime 2026 : Liste des communes", "format": "csv", "url": "https://h/2.csv", "last_modified": "2026-02-24T00:00:00Z"},
            {"title": "Millésime 2026 : Liste des cantons", "format": "csv", "url": "https://h/3.csv"},
        ]);
        let pattern = pattern(&["liste des communes"], &["csv"], &[]);
        assert_eq!(
            found(&resources, &pattern),
            [
                "Millésime 2026 : Liste des communes",
                "Millésime 2025 : Liste des communes"
            ]
        );
    }

    #[test]
    fn numbers_are_whole_numbers() {
        for (text, word, is_in) in [
            ("adresses 61 csv gz", "61", true),
            ("communes 2061", "61", false),
            ("qp2024 cog2024", "2024", true),
            ("communes 610", "61", false),
            ("adresses 2a csv", "2a", true),
            ("adresses 12a csv", "2a", false),
        ] {
            assert_eq!(has_word(text, word), is_in, "{text} {word}");
        }
        assert_eq!(latest_year("qp2024 qp2015 20240131"), 2024);
    }

    #[test]
    fn sums_are_used_where_the_portal_keeps_the_file() {
        let sum = |filetype: &str, kind: &str, value: &str| {
            let value = serde_json::json!({
                "title": "a", "url": "https://h/a", "filetype": filetype,
                "checksum": {"type": kind, "value": value}
            });
            PortalResource::deserialize(&value).unwrap().sum()
        };
        // SHA-1 of `abc`, from FIPS 180-2, appendix A.1.
        let abc = "a9993e364706816aba3e25717850c26c9cd0d89d";
        assert_eq!(
            sum("file", "sha1", abc),
            Some(FileSum::Sha1(abc.to_owned()))
        );
        assert_eq!(
            sum("file", "SHA-1", &abc.to_uppercase()),
            sum("file", "sha1", abc)
        );
        for (filetype, kind, value) in [
            ("remote", "sha1", abc),
            ("file", "md5", "00"),
            ("file", "sha1", "xyz"),
        ] {
            assert_eq!(sum(filetype, kind, value), None, "{filetype} {kind}");
        }
    }

    #[test]
    fn an_answer_that_is_none_is_told() {
        for (text, told) in [
            ("<html>", "not that of an open-data portal"),
            ("{}", "no files"),
            (r#"{"resources": {"href": "…"}}"#, "no files"),
            (
                r#"{"deleted": "2026-01-01", "resources": []}"#,
                "deleted (2026-01-01)",
            ),
        ] {
            let fault = parse_resources(text).unwrap_err();
            assert!(fault.contains(told), "{fault}");
        }
    }

    #[test]
    fn a_secure_portal_names_no_insecure_address() {
        let resource = PortalResource {
            url: "http://static.example/a.zip".to_owned(),
            ..PortalResource::default()
        };
        let [secure, local] = ["https://portal.example", "http://127.0.0.1:1/"]
            .map(|portal| DataPortal::new(portal).secured(resource.clone()).url);
        assert_eq!(
            [&*secure, &*local],
            [
                "https://static.example/a.zip",
                "http://static.example/a.zip"
            ]
        );
    }
}
