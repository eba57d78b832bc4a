//! The attribution of an archive in plain words: most are HTML with links, written for the corner of a map.

/// Characters kept: an attribution is a line on a map.
const MAX_CHARACTERS: usize = 400;

/// Returns the words of some HTML, without its tags; `None` when none are left.
#[must_use]
pub fn plain_words(html: &str) -> Option<String> {
    let mut words = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        words.push_str(&rest[..start]);
        let tag = &rest[start..];
        let is_tag =
            tag[1..].starts_with(|next: char| next.is_ascii_alphabetic() || "/!".contains(next));
        if let Some(end) = tag.find('>').filter(|_| is_tag) {
            rest = &tag[end + 1..];
        } else {
            // A sign of its own, as in « < 5 m ».
            words.push('<');
            rest = &tag[1..];
        }
    }
    words.push_str(rest);
    for (entity, sign) in [
        ("&copy;", "©"),
        ("&#169;", "©"),
        ("&#xa9;", "©"),
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&eacute;", "é"),
        ("&amp;", "&"),
    ] {
        words = words.replace(entity, sign);
    }
    let spaced: Vec<&str> = words.split_whitespace().collect();
    let plain: String = spaced.join(" ").chars().take(MAX_CHARACTERS).collect();
    (!plain.is_empty()).then_some(plain)
}
