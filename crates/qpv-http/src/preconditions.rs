//! Conditional requests: `If-None-Match`, compared as RFC 9110 demands, for tiles, data and files alike.

use axum::http::{HeaderMap, HeaderValue};
use headers::{ETag, Header, HeaderMapExt, IfNoneMatch};

/// The entity tags that a client holds already, from `If-None-Match`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HeldTags(Option<IfNoneMatch>);

impl HeldTags {
    /// Reads the tags of a request. A malformed header counts as an absent one.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        Self(headers.typed_get())
    }

    /// Returns whether the client holds the representation with this tag, or any at all (`*`).
    pub(crate) fn contain(&self, tag: &HeaderValue) -> bool {
        // An absent header is not an empty one: nothing is held.
        let Some(held) = &self.0 else {
            return false;
        };
        ETag::decode(&mut std::iter::once(tag)).is_ok_and(|tag| !held.precondition_passes(&tag))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header;

    use super::*;

    fn held(lines: &[&'static str]) -> HeldTags {
        let lines = lines
            .iter()
            .map(|line| (header::IF_NONE_MATCH, HeaderValue::from_static(line)));
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value);
        }
        HeldTags::from_headers(&headers)
    }

    #[test]
    fn a_tag_is_found_among_those_held() {
        for (lines, expected) in [
            (&["W/\"abc-1\""][..], true),
            (&["\"abc-1\""], true),
            (&["\"x\", W/\"abc-1\""], true),
            (&["\"x\"", "\"y\",\"abc-1\""], true),
            (&["\"a,b\", \"abc-1\""], true),
            (&["*"], true),
            (&["\"abc\""], false),
            (&["w/\"abc-1\""], false),
            (&["abc-1"], false),
            (&[""], false),
            (&[], false),
        ] {
            for tag in ["W/\"abc-1\"", "\"abc-1\""] {
                let tag = HeaderValue::from_static(tag);
                assert_eq!(held(lines).contain(&tag), expected, "{lines:?} {tag:?}");
            }
        }
    }
}
