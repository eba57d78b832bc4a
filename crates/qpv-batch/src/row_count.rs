//! Numbers of rows, with the places of the first ones.

use serde::Serialize;

/// Lines an error is reported with.
const FIRST_LINES: usize = 5;

/// Rows with something in common, such as a doubt or an error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RowCount {
    /// Their number.
    pub rows: u64,
    /// The first ones: lines of a text file (the header is line 1), rows of a table.
    pub first: Vec<u64>,
}

impl RowCount {
    pub(crate) fn count(&mut self, line: u64) {
        self.rows += 1;
        if self.first.len() < FIRST_LINES {
            self.first.push(line);
        }
    }

    /// Adds the count of a later block, whose numbers start after `before`.
    pub(crate) fn add(&mut self, other: &Self, before: u64) {
        let room = FIRST_LINES.saturating_sub(self.first.len());
        self.rows += other.rows;
        self.first
            .extend(other.first.iter().take(room).map(|line| line + before));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lines_of_an_error_are_kept() {
        let mut total = RowCount::default();
        total.add(
            &RowCount {
                rows: 4,
                first: vec![1, 2, 5, 9],
            },
            10,
        );
        total.add(
            &RowCount {
                rows: 1000,
                first: vec![1, 2, 3],
            },
            100,
        );
        assert_eq!(
            total,
            RowCount {
                rows: 1004,
                first: vec![11, 12, 15, 19, 101]
            }
        );
    }
}
