//! The pieces of a folded text: runs of letters or of digits, which the rules of names are written for.

/// A run of letters or of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextPiece<'a> {
    pub text: &'a str,
    /// True if no space parts it from the piece before: the `bis` of `12bis`.
    pub is_glued: bool,
}

/// Cuts a folded text at its spaces, and where letters and digits meet.
pub(crate) fn split(folded: &str) -> Vec<TextPiece<'_>> {
    let mut pieces = Vec::new();
    for run in folded.split_ascii_whitespace() {
        let bytes = run.as_bytes();
        let mut start = 0;
        for at in 1..=bytes.len() {
            let is_end = at == bytes.len()
                || bytes[at].is_ascii_digit() != bytes[at - 1].is_ascii_digit()
                    && run.is_char_boundary(at);
            if is_end {
                pieces.push(TextPiece {
                    text: &run[start..at],
                    is_glued: start > 0,
                });
                start = at;
            }
        }
    }
    pieces
}

/// Returns the text of a piece; empty beyond the last.
pub(crate) fn text_at<'a>(pieces: &[TextPiece<'a>], at: usize) -> &'a str {
    pieces.get(at).map_or("", |piece| piece.text)
}

/// Returns true for a number in digits.
pub(crate) fn is_numeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
