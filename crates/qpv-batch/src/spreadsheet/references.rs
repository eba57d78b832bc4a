//! References to cells as XLSX writes them: `B12`, `A1:F600`.

/// A cell, its row and column from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CellPlace {
    pub(super) row: u64,
    pub(super) column: u64,
}

/// Cells from the one at the top left to the one at the bottom right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CellRange {
    pub(super) first: CellPlace,
    pub(super) last: CellPlace,
}

impl CellPlace {
    /// Reads `B12` or `$B$12`; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // Called for every cell of a sheet: nothing is copied.
        let (mut column, mut row, mut digits) = (0u64, 0u64, 0);
        for sign in text.bytes().filter(|sign| *sign != b'$') {
            if sign.is_ascii_digit() {
                digits += 1;
                row = row.checked_mul(10)?.checked_add(u64::from(sign - b'0'))?;
            } else if sign.is_ascii_alphabetic() && digits == 0 {
                let letter = u64::from(sign.to_ascii_uppercase() - b'A') + 1;
                column = column.checked_mul(26)?.checked_add(letter)?;
            } else {
                return None;
            }
        }
        Some(Self {
            row: row.checked_sub(1)?,
            column: column.checked_sub(1)?,
        })
    }

    /// Returns `B12`.
    pub(super) fn text(self) -> String {
        format!("{}{}", column_letters(self.column), self.row + 1)
    }
}

impl CellRange {
    /// Reads `A1:F600`, or one cell.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        Some(Self {
            first: CellPlace::parse(first)?,
            last: CellPlace::parse(last)?,
        })
    }

    /// Returns `A1:F600`.
    pub(super) fn text(self) -> String {
        format!("{}:{}", self.first.text(), self.last.text())
    }

    /// Returns the range up to this column, unless it reaches farther.
    pub(super) fn up_to(self, column: u64) -> Self {
        let column = self.last.column.max(column);
        Self {
            last: CellPlace {
                column,
                ..self.last
            },
            ..self
        }
    }
}

/// Returns the letters of a column, from 0.
pub(super) fn column_letters(column: u64) -> String {
    let (mut rest, mut letters) = (column + 1, vec![]);
    while rest > 0 {
        let letter = ((rest - 1) % 26) as u8;
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_they_are_written() {
        for (text, row, column) in [
            ("A1", 0, 0),
            ("Z9", 8, 25),
            ("AA10", 9, 26),
            ("XFD1048576", 1_048_575, 16_383),
        ] {
            let place = CellPlace { row, column };
            assert_eq!(CellPlace::parse(text), Some(place), "{text}");
            assert_eq!(place.text(), text);
        }
        assert_eq!(CellPlace::parse("$B$12"), CellPlace::parse("b12"));
        for text in ["", "A", "12", "A0", "1A", "A1B", "É1"] {
            assert_eq!(CellPlace::parse(text), None, "{text}");
        }
        let range = CellRange::parse("A1:F600").unwrap();
        assert_eq!(range.up_to(8).text(), "A1:I600");
        assert_eq!(range.up_to(2).text(), "A1:F600");
        assert_eq!(CellRange::parse("C3").unwrap().text(), "C3:C3");
    }
}
