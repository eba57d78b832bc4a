//! The styles of added columns and of their titles.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::sheet_plan::{STYLE_START, SheetPlan};

/// Centimetres that a character takes.
const CHARACTER_CM: f64 = 0.22;
/// The widths of the columns of counts, which the sheet of counts needs too.
const COUNT_WIDTHS: [usize; 2] = [20, 40];

/// Styles under names that the book does not have.
#[derive(Debug)]
pub(super) struct AddedStyles {
    /// The beginning of their names.
    start: String,
    title: String,
    /// The width of each added column, in characters.
    widths: Vec<usize>,
}

impl AddedStyles {
    /// Creates those of columns of these widths.
    pub(super) fn new(plan: &SheetPlan, widths: &[usize]) -> Self {
        let is_free = |start: &String| {
            let taken = &plan.taken_styles;
            !taken.iter().any(|name| name.starts_with(start))
        };
        // One number more than there are names: one of them is free.
        let numbered =
            (2..=plan.taken_styles.len() + 2).map(|number| format!("{STYLE_START}{number}-"));
        let start = std::iter::once(STYLE_START.to_owned())
            .chain(numbered)
            .find(is_free)
            .expect("a book has finitely many styles");
        Self {
            title: format!("{start}title"),
            start,
            widths: widths.to_vec(),
        }
    }

    /// Returns the number of added columns.
    pub(super) fn columns(&self) -> u64 {
        self.widths.len() as u64
    }

    /// Returns the name of the style of titles.
    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// Writes a column of a width.
    pub(super) fn column_xml(&self, chars: usize) -> String {
        format!(
            "<table:table-column table:style-name=\"{}{chars}\"/>",
            self.start
        )
    }

    /// Writes the added columns.
    pub(super) fn columns_xml(&self) -> String {
        let columns = self.widths.iter().map(|chars| self.column_xml(*chars));
        columns.collect()
    }

    /// Writes the styles.
    pub(super) fn styles_xml(&self) -> String {
        let mut xml = format!(
            "<style:style style:name=\"{}\" style:family=\"table-cell\"><style:text-properties fo:font-weight=\"bold\"/>\
             </style:style>",
            self.title
        );
        let widths: BTreeSet<usize> = self.widths.iter().copied().chain(COUNT_WIDTHS).collect();
        for chars in widths {
            #[expect(clippy::cast_precision_loss, reason = "a column has few characters")]
            let centimetres = chars as f64 * CHARACTER_CM;
            let _ = write!(
                xml,
                "<style:style style:name=\"{}{chars}\" style:family=\"table-column\">\
                 <style:table-column-properties style:column-width=\"{centimetres:.2}cm\"/></style:style>",
                self.start
            );
        }
        xml
    }
}
