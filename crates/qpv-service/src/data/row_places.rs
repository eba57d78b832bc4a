//! The places of address rows in their files, for reports on addresses that only the whole index finds wrong.

use qpv_geodata::addresses::RowPlace;

/// The places of rows taken, by their rank. Of rows that follow each other line by line only the first is kept: a country has
/// 26 million.
#[derive(Debug, Default)]
pub(super) struct RowPlaces {
    runs: Vec<(u32, RowPlace)>,
    taken: u32,
}

impl RowPlaces {
    /// Adds the place of the next row.
    pub(super) fn push(&mut self, place: RowPlace) {
        // A malformed or blank row, or one of several lines, begins a new run.
        if self.place_at(self.taken) != Some(place) {
            self.runs.push((self.taken, place));
        }
        self.taken += 1;
    }

    /// Returns the place of a row; `None` beyond those taken.
    pub(super) fn get(&self, rank: u32) -> Option<RowPlace> {
        self.place_at(rank).filter(|_| rank < self.taken)
    }

    /// Returns the place of a row if it stands in the run that begins before it.
    fn place_at(&self, rank: u32) -> Option<RowPlace> {
        let after = self.runs.partition_point(|(first, _)| *first <= rank);
        let (first, place) = self.runs.get(after.checked_sub(1)?)?;
        Some(RowPlace {
            file: place.file,
            line: place.line + u64::from(rank - first),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_found_at_its_place() {
        let places = [
            (0, 2),
            (0, 3),
            (0, 7),
            (0, 8),
            (1, 9),
            (1, 10),
            (1, 11),
            (2, 1),
        ]
        .map(|(file, line)| RowPlace { file, line });
        let mut kept = RowPlaces::default();
        for place in places {
            kept.push(place);
        }
        let found: Vec<_> = (0..9).map(|rank| kept.get(rank)).collect();
        let mut expected = places.map(Some).to_vec();
        expected.push(None);
        assert_eq!(found, expected);
        assert_eq!(kept.runs.len(), 4);
    }
}
