//! The measures that all pages of a report share, in points, and how its texts are cut into lines.

use crate::canvas::{Paragraph, TextStyle};

/// A4.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
pub(super) const MARGIN: f32 = 40.0;
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// Between two columns.
pub(super) const GAP: f32 = 14.0;
/// Between a frame and what is in it.
pub(super) const PAD: f32 = 9.0;

/// The scale of the texts of a page, and how many lines a text may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) scale: f32,
    pub(super) max_lines: usize,
}

impl Setting {
    pub(super) const fn new(scale: f32, max_lines: usize) -> Self {
        Self { scale, max_lines }
    }

    /// A text in a style that is scaled.
    pub(super) fn paragraph(
        self,
        text: &str,
        style: TextStyle,
        width: f32,
        most: usize,
    ) -> Paragraph {
        Paragraph::new(text, style.scaled(self.scale), width, most)
    }
}

/// The height of paragraphs below one another.
pub(super) fn heights(paragraphs: &[Paragraph]) -> f32 {
    paragraphs.iter().map(Paragraph::height).sum()
}
