//! A background map of the operator's choice: the address of a `MapLibre` style, fetched here and handed to the page.
//!
//! The service reads the style itself, with the descriptions of its sources, so that the page never
//! learns of one that does not answer, and so that the page's security policy can name the origins
//! it loads from, and no other. Promises: no redirect is followed, answers are bounded in time and
//! bytes. The tiles themselves are fetched by browsers.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use qpv_geodata::http_client::{HttpClient, HttpError};
use serde_json::{Map, Value};

/// Time that one answer may take: a page waits for it.
const ANSWER_TIME: Duration = Duration::from_secs(5);
/// Limit of a style or of the description of a source, bytes.
const MAX_ANSWER_BYTES: u64 = 4 << 20;

/// A background map, perhaps not fetched yet.
#[derive(Debug)]
pub struct Basemap {
    url: String,
    client: HttpClient,
    fetched: ArcSwapOption<BasemapStyle>,
}

/// A style whose sources name their tiles.
#[derive(Debug, PartialEq)]
pub struct BasemapStyle {
    /// The style, in the `MapLibre` style specification.
    pub style: Value,
    /// The origins it loads from, as a security policy names them: `https://data.geopf.fr`.
    pub origins: BTreeSet<String>,
}

/// Why there is no background map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BasemapError {
    /// Not an address on the web.
    #[error(
        "`{0}` is no address of a style: give e.g. https://data.geopf.fr/annexes/ressources/vectorTiles/styles/PLAN.IGN/standard.json"
    )]
    BadUrl(String),
    /// No connection, no answer in time, or another status than 200.
    #[error("{url} does not answer: {fault}")]
    Unreachable {
        /// The address requested.
        url: String,
        /// The fault.
        fault: String,
    },
    /// An answer that is no style.
    #[error("{url} is not understood: {fault}")]
    NotUnderstood {
        /// The address requested.
        url: String,
        /// The part that is missing.
        fault: String,
    },
}

impl Basemap {
    /// The background map of a style; nothing is fetched yet.
    ///
    /// # Errors
    /// [`BasemapError::BadUrl`].
    pub fn new(url: &str) -> Result<Self, BasemapError> {
        let url = url.trim();
        origin(url).ok_or_else(|| BasemapError::BadUrl(url.to_owned()))?;
        Ok(Self {
            url: url.to_owned(),
            client: HttpClient::for_answers(ANSWER_TIME),
            fetched: ArcSwapOption::empty(),
        })
    }

    /// The address of the style.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The style, once [`Basemap::fetch`] has had it.
    #[must_use]
    pub fn style(&self) -> Option<Arc<BasemapStyle>> {
        self.fetched.load_full()
    }

    /// Fetches the style and keeps it. Waits for it.
    ///
    /// # Errors
    /// [`BasemapError::Unreachable`], [`BasemapError::NotUnderstood`]; what was kept before stays.
    pub fn fetch(&self) -> Result<(), BasemapError> {
        let mut style = self.get(&self.url)?;
        // The only version of the specification that MapLibre reads.
        if style.get("version") != Some(&Value::from(8))
            || !style.get("layers").is_some_and(Value::is_array)
        {
            let fault = "a style of version 8 with layers is needed";
            return Err(not_understood(&self.url, fault));
        }
        let sources = style
            .get_mut("sources")
            .and_then(Value::as_object_mut)
            .ok_or_else(|| not_understood(&self.url, "no sources"))?;
        for source in sources.values_mut().filter_map(Value::as_object_mut) {
            self.describe(source)?;
        }
        let mut origins = BTreeSet::new();
        for url in addresses(&style) {
            let origin = origin(url).ok_or_else(|| {
                not_understood(&self.url, format!("`{url}` is not a whole address"))
            })?;
            origins.insert(origin.to_owned());
        }
        // Kept at the end, all or nothing: a style read in part would draw holes.
        self.fetched
            .store(Some(Arc::new(BasemapStyle { style, origins })));
        Ok(())
    }

    /// Puts what the description of a source says into the source itself.
    fn describe(&self, source: &mut Map<String, Value>) -> Result<(), BasemapError> {
        let Some(Value::String(url)) = source.remove("url") else {
            return Ok(());
        };
        let Value::Object(description) = self.get(&url)? else {
            return Err(not_understood(&url, "not a description of tiles"));
        };
        for name in [
            "tiles",
            "minzoom",
            "maxzoom",
            "bounds",
            "attribution",
            "scheme",
        ] {
            // The style's own value wins over that of the description, as in MapLibre.
            if let Some(value) = description.get(name).filter(|_| !source.contains_key(name)) {
                source.insert(name.to_owned(), value.clone());
            }
        }
        Ok(())
    }

    fn get(&self, url: &str) -> Result<Value, BasemapError> {
        let answer = self
            .client
            .get(url)
            .map_err(|error| unreachable(url, &error))?;
        if answer.status() != 200 {
            return Err(BasemapError::Unreachable {
                url: url.to_owned(),
                fault: format!("http status: {}", answer.status()),
            });
        }
        let text = answer
            .into_bytes(MAX_ANSWER_BYTES)
            .map_err(|error| unreachable(url, &error))?;
        serde_json::from_slice(&text).map_err(|fault| not_understood(url, fault.to_string()))
    }
}

fn not_understood(url: &str, fault: impl Into<String>) -> BasemapError {
    BasemapError::NotUnderstood {
        url: url.to_owned(),
        fault: fault.into(),
    }
}

fn unreachable(url: &str, error: &HttpError) -> BasemapError {
    BasemapError::Unreachable {
        url: url.to_owned(),
        fault: error.to_string(),
    }
}

/// Everything a style loads: tiles, data, images, glyphs.
fn addresses(style: &Value) -> impl Iterator<Item = &str> {
    let sources = style
        .get("sources")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::values);
    let of_sources =
        sources.flat_map(|source| ["tiles", "data", "urls"].map(|name| source.get(name)));
    let sprites = match style.get("sprite") {
        Some(Value::Array(sprites)) => sprites.iter().map(|sprite| sprite.get("url")).collect(),
        sprite => vec![sprite],
    };
    let all = of_sources
        .chain(sprites)
        .chain([style.get("glyphs")])
        .flatten();
    all.flat_map(|value| match value {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        Value::String(one) => vec![one.as_str()],
        _ => vec![],
    })
}

/// The scheme and host of an address; none for anything that a security policy could not name.
fn origin(url: &str) -> Option<&str> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| url.starts_with(scheme))?;
    let host = url[scheme.len()..].split(['/', '?', '#']).next()?;
    // A space or a semicolon in a host would add directives to the security policy.
    (!host.is_empty() && host.bytes().all(is_host_byte)).then(|| &url[..scheme.len() + host.len()])
}

/// Returns true for the bytes of a name or an IP address, with a port.
fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte)
}

#[cfg(test)]
mod tests;
