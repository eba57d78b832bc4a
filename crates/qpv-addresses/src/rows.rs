//! Rows that point into other arrays: texts, and the checks that what they point to exists.

use bytemuck::{Pod, Zeroable};

/// The place of a text among the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct TextAt {
    pub start: u32,
    pub length: u32,
}

impl TextAt {
    /// Returns true if it is a place among these texts.
    pub(crate) fn is_within(self, texts: &[u8]) -> bool {
        self.start as usize + self.length as usize <= texts.len()
    }
}

/// Returns the text at a place; an empty one if its bytes were altered.
pub(crate) fn text_at(texts: &[u8], at: TextAt) -> &str {
    let bytes = &texts[at.start as usize..][..at.length as usize];
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Returns true if all these rows exist in an array with `end` rows.
pub(crate) fn are_below(rows: &[u32], end: usize) -> bool {
    rows.iter().all(|row| (*row as usize) < end)
}

/// Returns true if these can be the starts of parts of an array with `end` rows.
pub(crate) fn are_offsets(mut firsts: impl Iterator<Item = u32> + Clone, end: usize) -> bool {
    let last = firsts.clone().last().map_or(0, |last| last as usize);
    firsts.clone().is_sorted() && firsts.next().is_none_or(|first| first == 0) && last <= end
}
