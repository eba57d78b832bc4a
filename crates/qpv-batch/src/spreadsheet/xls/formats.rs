//! The formats of numbers, which alone distinguish a date from a number.

use std::collections::HashMap;

/// The kind of value that a format shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum FormatKind {
    #[default]
    Number,
    /// A day, an instant or a time of day.
    Date,
    /// Hours, minutes or seconds that are not taken for a time of day.
    Duration,
}

/// The formats of a book.
#[derive(Default)]
pub(super) struct NumberFormats {
    /// By number, of those that the book describes.
    described: HashMap<u16, FormatKind>,
    /// The number of the format of each kind of cell.
    cells: Vec<u16>,
}

impl NumberFormats {
    /// Adds the format of a number.
    pub(super) fn add_format(&mut self, id: u16, text: &str) {
        self.described.insert(id, described_kind(text));
    }

    /// Adds the next kind of cell, whose numbers have this format.
    pub(super) fn add_cell_format(&mut self, id: u16) {
        // Cells name no more of them.
        if u16::try_from(self.cells.len()).is_ok() {
            self.cells.push(id);
        }
    }

    /// Returns the kind of value in a kind of cell.
    pub(super) fn kind(&self, cell_format: u16) -> FormatKind {
        let Some(id) = self.cells.get(usize::from(cell_format)) else {
            return FormatKind::Number;
        };
        match self.described.get(id) {
            Some(kind) => *kind,
            None => built_in_kind(*id),
        }
    }
}

/// Returns the kind of the formats that are not described, \[MS-XLS\] 2.4.126 and, for other languages, ECMA-376 18.8.30.
fn built_in_kind(id: u16) -> FormatKind {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => FormatKind::Date,
        46 => FormatKind::Duration,
        _ => FormatKind::Number,
    }
}

/// Returns the kind of a format by its letters outside of quotes: `dd/mm/yyyy`, `[h]:mm`.
fn described_kind(format: &str) -> FormatKind {
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        match character {
            // The next character stands for itself, for its width, or fills the cell.
            '\\' | '_' | '*' => drop(characters.next()),
            '"' => drop(characters.by_ref().find(|character| *character == '"')),
            '[' => {
                let inner: String = characters.by_ref().take_while(|end| *end != ']').collect();
                let inner = inner.to_ascii_lowercase();
                let is_unit = ["h", "m", "s"]
                    .iter()
                    .any(|unit| !inner.is_empty() && inner.trim_start_matches(unit).is_empty());
                if is_unit {
                    return FormatKind::Duration;
                }
            }
            // Of positive numbers only.
            ';' => return FormatKind::Number,
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return FormatKind::Date,
            'G' | 'g'
                if characters
                    .as_str()
                    .to_ascii_lowercase()
                    .starts_with("eneral") =>
            {
                return FormatKind::Number;
            }
            _ => {}
        }
    }
    FormatKind::Number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_recognised_by_their_format() {
        for format in [
            "dd/mm/yyyy",
            "[$-40C]d mmmm yyyy;@",
            "YYYY-MM-DD",
            "jj/mm/aaaa",
            "[Red]d/m/yy",
            "hh:mm:ss",
            "h:mm AM/PM",
            "\"le \"dd/mm",
        ] {
            assert_eq!(described_kind(format), FormatKind::Date, "{format}");
        }
        for format in ["[h]:mm", "[hh]:mm:ss", "[mm]:ss", "[s]"] {
            assert_eq!(described_kind(format), FormatKind::Duration, "{format}");
        }
        for format in [
            "General",
            "GENERAL",
            "0.00",
            "#,##0 \"jours\"",
            "#,##0\\ \\d",
            "[$€-40C] 0.00",
            "0%",
            "@",
            "0;\"mois\"",
            "_-* #,##0.00_-",
            "",
        ] {
            assert_eq!(described_kind(format), FormatKind::Number, "{format}");
        }
    }
}
