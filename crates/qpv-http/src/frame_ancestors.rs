//! The sites that may show a part of this service in a frame: `/embed` for a town's site, `/grist` for its tables.

use axum::http::HeaderValue;

use crate::origin::Origin;

/// Most origins of one service. The header that names them goes with each page.
const MAX_ORIGINS: usize = 50;

/// The origins that may show the pages for frames; none by default.
#[derive(Debug, Clone, Default)]
pub struct FrameAncestors(Vec<Origin>);

impl FrameAncestors {
    /// Creates the list of these origins, of which the first ones count.
    #[must_use]
    pub fn new(mut origins: Vec<Origin>) -> Self {
        origins.truncate(MAX_ORIGINS);
        Self(origins)
    }

    /// Returns the origins as texts.
    pub(crate) fn as_texts(&self) -> Vec<&str> {
        self.0.iter().map(Origin::as_str).collect()
    }

    /// Returns a page's policy with these origins in place of none; the same policy for a page that is for no frame.
    pub(crate) fn allow(&self, path: &str, policy: HeaderValue) -> HeaderValue {
        if self.0.is_empty() || !is_for_frames(path) {
            return policy;
        }
        let Ok(strict) = policy.to_str() else {
            return policy;
        };
        let origins = self.as_texts().join(" ");
        let allowed = strict.replace(
            "frame-ancestors 'none'",
            &format!("frame-ancestors {origins}"),
        );
        // Origins are ASCII; were one not, no frame is the safe answer.
        HeaderValue::try_from(allowed).unwrap_or(policy)
    }
}

/// Returns whether a path is one of the pages for frames.
pub(crate) fn is_for_frames(path: &str) -> bool {
    matches!(path, "/embed" | "/grist")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_allowed_on_their_pages_and_for_these_origins_only() {
        let strict = || HeaderValue::from_static("default-src 'self'; frame-ancestors 'none'");
        let none = FrameAncestors::default();
        assert_eq!(none.allow("/embed", strict()), strict());
        let town = FrameAncestors::new(vec![
            "https://ville.fr".parse().expect("an origin"),
            "https://grist.ville.fr".parse().expect("an origin"),
        ]);
        for path in [
            "/",
            "/index.html",
            "/embed/",
            "/embed.html",
            "/docs",
            "/api/v1/zones",
        ] {
            assert_eq!(town.allow(path, strict()), strict(), "{path}");
        }
        for path in ["/embed", "/grist"] {
            assert_eq!(
                town.allow(path, strict()),
                "default-src 'self'; frame-ancestors https://ville.fr https://grist.ville.fr"
            );
        }
    }
}
