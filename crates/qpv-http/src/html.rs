//! Plain pages for people, written by the service itself: no script, one style sheet, in French.

use std::fmt::Write as _;

use qpv_french::{Key, sentence};

/// Returns the path from a page back to the root of the service, which a proxy may serve under a path of its own.
pub(crate) fn path_to_root(path: &str) -> String {
    match path.trim_start_matches('/').matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}

/// Returns the beginning of a page, up to the content of its body.
pub(crate) fn head(root: &str, title: Key) -> String {
    let title = escape(&sentence(title, &[]));
    format!(
        "<!doctype html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\">\
        <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
        <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · qpv</title>\
        <link rel=\"icon\" href=\"{root}favicon.ico\"><link rel=\"stylesheet\" href=\"{root}plain.css\"></head>\n<body>\n"
    )
}

/// The end of a page.
pub(crate) const END: &str = "</body></html>\n";

/// Returns a sentence of the catalogue as HTML.
pub(crate) fn words(key: Key) -> String {
    let text = sentence(key, &[]);
    // French sets a space before these signs, which must not begin a line.
    let text = text.replace(" :", "\u{a0}:").replace(" ;", "\u{202f};");
    escape(&text)
}

/// Returns a text as HTML, its marks of code (`…`) as elements.
pub(crate) fn prose(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 32);
    for (index, piece) in text.split('`').enumerate() {
        // Between two marks, each odd piece is code; without a second mark the last one is text too.
        if index % 2 == 1 {
            let _ = write!(html, "<code>{}</code>", escape(piece));
        } else {
            html.push_str(&escape(piece));
        }
    }
    html
}

/// Returns a text that HTML shows as it is, in attributes too.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_at_any_depth_find_the_root() {
        for (path, root) in [
            ("/", "./"),
            ("/docs", "./"),
            ("/docs/", "../"),
            ("/a/b/c", "../../"),
        ] {
            assert_eq!(path_to_root(path), root, "{path}");
        }
    }

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            prose("<b>`a&b` \"'</b>"),
            "&lt;b&gt;<code>a&amp;b</code> &quot;&#39;&lt;/b&gt;"
        );
    }
}
