//! Notes to read before figures are quoted, the same in every format that people read.

use qpv_french::{key, sentence};

use qpv_service::{Changed, Comparison, Moved, MovedWith};

/// The number of cases that each note is about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Notes {
    pub(super) fictional: bool,
    pub(super) incomplete: bool,
    pub(super) undetermined: usize,
    pub(super) unmatched: usize,
    pub(super) disagreements: usize,
    pub(super) estimates: bool,
    pub(super) without_addresses: usize,
    /// Lists of places that are loaded.
    pub(super) place_lists: usize,
    pub(super) unplaced: usize,
    /// Changes that reach into other communes than the one the sheet is about.
    pub(super) beyond: usize,
    /// Perimeters of the sheet's commune that are not in the area.
    pub(super) left_out: usize,
}

impl Notes {
    /// Collects the notes of a whole comparison.
    pub(super) fn new(comparison: &Comparison<'_>, moved: &Moved<'_>) -> Self {
        let changes = comparison.changes.iter().zip(&moved.with);
        Self {
            undetermined: comparison.undetermined.len(),
            unplaced: moved.unplaced.len(),
            ..Self::from_changes(comparison, changes)
        }
    }

    /// Collects the notes of some of its changes.
    pub(super) fn from_changes<'c>(
        comparison: &Comparison<'_>,
        changes: impl Iterator<Item = (&'c Changed<'c>, &'c MovedWith)>,
    ) -> Self {
        let mut notes = Self {
            fictional: comparison.snapshot().fictional(),
            incomplete: !comparison.complete,
            unmatched: comparison.unmatched.len(),
            place_lists: comparison.snapshot().place_kinds().count(),
            ..Self::default()
        };
        for (changed, moved) in changes {
            notes.disagreements += usize::from(changed.change.agrees_with_letter == Some(false));
            notes.estimates |= moved.gained.is_some() || moved.lost.is_some();
            notes.without_addresses += usize::from(moved.addresses.is_none());
        }
        notes
    }

    /// As sentences.
    pub(super) fn message_fr(self) -> Vec<String> {
        // The first notes change the meaning of all figures, the last ones that of a few.
        let counted = [
            (key::COMPARE_NOTE_FICTIONAL, usize::from(self.fictional)),
            // Said of every comparison, whatever its figures.
            (key::COMPARE_NOTE_INDICATIVE, 1),
            (key::COMPARE_NOTE_INCOMPLETE, usize::from(self.incomplete)),
            (key::COMPARE_NOTE_UNDETERMINED, self.undetermined),
            (key::COMPARE_NOTE_UNMATCHED, self.unmatched),
            (key::COMPARE_NOTE_DISAGREEMENTS, self.disagreements),
            (key::COMPARE_NOTE_BEYOND, self.beyond),
            (key::COMPARE_NOTE_LEFT_OUT, self.left_out),
            (key::COMPARE_NOTE_ESTIMATES, usize::from(self.estimates)),
            (key::COMPARE_NOTE_NO_ADDRESSES, self.without_addresses),
            (
                key::COMPARE_NOTE_NO_PLACES,
                usize::from(self.place_lists == 0),
            ),
            (key::COMPARE_NOTE_UNPLACED, self.unplaced),
        ];
        let said = counted.into_iter().filter(|(_, count)| *count > 0);
        said.map(|(key, count)| sentence(key, &[("count", &count.to_string())]))
            .collect()
    }
}
