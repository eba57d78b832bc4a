//! The parts of answers that are the same for a whole dataset, written as JSON once.

use qpv_service::Snapshot;

use super::DatasetRef;
use super::zonings::ZoningTexts;

/// The JSON that is the same in all answers of a dataset: a [`DatasetRef`], and what its zonings say.
#[derive(Debug)]
pub(crate) struct DatasetJson {
    digest: String,
    text: String,
    zonings: ZoningTexts,
}

impl DatasetJson {
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        let text = serde_json::to_string(&DatasetRef::new(snapshot));
        Self {
            digest: snapshot.digest().to_owned(),
            text: text.expect("a reference has string keys and no failing field"),
            zonings: ZoningTexts::new(snapshot),
        }
    }

    /// Returns whether it is the JSON of this dataset.
    pub(crate) fn is_of(&self, snapshot: &Snapshot) -> bool {
        // The numbers of answers are those of one dataset, and mean others in the next.
        self.digest == snapshot.digest()
    }

    /// The texts of the zonings.
    pub(crate) fn zonings(&self) -> &ZoningTexts {
        &self.zonings
    }

    /// Writes the reference as the last member of the object that a text ends with.
    pub(crate) fn add_member(&self, text: &mut Vec<u8>) {
        // Put in as text, because it is the same in every answer of a dataset.
        let end = text.pop();
        debug_assert_eq!(end, Some(b'}'), "an answer is an object");
        text.extend_from_slice(b",\"dataset\":");
        text.extend_from_slice(self.text.as_bytes());
        text.push(b'}');
    }
}
