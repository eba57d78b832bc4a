//! Rows counted by zone, doubt and error.

use std::collections::BTreeMap;

use qpv_engine::Zone;
use qpv_model::{QpvCode, Vintage};
use serde::Serialize;

use crate::change_counts::ChangeCounts;
use crate::row_count::RowCount;
use crate::row_error::RowError;
use crate::tally::Tally;

/// Rows per zone, per doubt and per error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AnswerCounts {
    /// The vintage, when both were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vintage: Option<Vintage>,
    /// Rows answered.
    pub zones: ZoneCounts,
    /// Addresses whose likeliest position lies in a perimeter, by its code, those to verify included.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub code_qp: BTreeMap<QpvCode, u64>,
    /// Why addresses are undetermined, by the code of the doubt.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub doubts: BTreeMap<&'static str, RowCount>,
    /// Rows without an answer, by error code.
    pub errors: BTreeMap<&'static str, RowCount>,
    /// Undetermined rows that a review settles, by its zone, when the list has reviews. [`AnswerCounts::zones`] counts them as
    /// undetermined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<ReviewCounts>,
    /// Reviews that are not taken, by the reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reviews_not_taken: BTreeMap<&'static str, RowCount>,
    /// People, when a programme was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<Tally>,
    /// People by their outcomes before and after, when two were compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<ChangeCounts>,
}

impl AnswerCounts {
    /// Adds what a block counted; `before` is the number of the line (or row) before its first one.
    pub(crate) fn add(&mut self, block: &Self, before: u64) {
        self.zones.add(block.zones);
        for (code, rows) in &block.code_qp {
            *self.code_qp.entry(*code).or_default() += rows;
        }
        if let Some(people) = &block.people {
            self.people.get_or_insert_default().add(people);
        }
        if let Some(outcomes) = &block.outcomes {
            self.outcomes.get_or_insert_default().add(outcomes, before);
        }
        if let Some(reviewed) = &block.reviewed {
            self.reviewed.get_or_insert_default().add(*reviewed);
        }
        for (totals, counted) in [
            (&mut self.reviews_not_taken, &block.reviews_not_taken),
            (&mut self.doubts, &block.doubts),
            (&mut self.errors, &block.errors),
        ] {
            for (code, count) in counted {
                totals.entry(code).or_default().add(count, before);
            }
        }
    }

    pub(crate) fn count_error(&mut self, code: RowError, line: u64) {
        self.errors.entry(code).or_default().count(line);
    }

    pub(crate) fn count_in(&mut self, code: QpvCode) {
        *self.code_qp.entry(code).or_default() += 1;
    }

    pub(crate) fn count_refused_review(&mut self, status: &'static str, line: u64) {
        self.reviews_not_taken
            .entry(status)
            .or_default()
            .count(line);
    }

    pub(crate) fn count_doubt(&mut self, code: &'static str, line: u64) {
        self.doubts.entry(code).or_default().count(line);
    }

    /// Returns whether every row was answered, and none with "undetermined". For people, eligibility counts, not the zone.
    pub(crate) fn all_determined(&self) -> bool {
        // A zone in doubt need not leave the eligibility open.
        let settled = match (&self.people, &self.outcomes) {
            (Some(people), _) => people.undetermined() == 0,
            (_, Some(outcomes)) => outcomes.undetermined() == 0,
            (None, None) => self.doubts.is_empty() && self.zones.undetermined == 0,
        };
        settled && self.errors.is_empty()
    }
}

/// Rows answered, by zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ZoneCounts {
    /// In a perimeter.
    pub qpv: u64,
    /// In none, at less than 300 m from one.
    pub band_300m: u64,
    /// Farther.
    pub outside: u64,
    /// Some doubt could change the answer.
    pub undetermined: u64,
    /// In no perimeter, where no distance was asked: in the band or farther.
    #[serde(skip_serializing_if = "is_zero")]
    pub not_qpv: u64,
}

/// Rows that reviews settle, by zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ReviewCounts {
    /// In a perimeter.
    pub qpv: u64,
    /// In none, at less than 300 m from one.
    pub band_300m: u64,
    /// Farther.
    pub outside: u64,
}

impl ReviewCounts {
    pub(crate) fn count(&mut self, zone: Zone) {
        match zone {
            Zone::Qpv => self.qpv += 1,
            Zone::Band300m => self.band_300m += 1,
            Zone::Outside => self.outside += 1,
            // No review leaves it open.
            Zone::Undetermined => {}
        }
    }

    fn add(&mut self, other: Self) {
        self.qpv += other.qpv;
        self.band_300m += other.band_300m;
        self.outside += other.outside;
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl ZoneCounts {
    pub(crate) fn count(&mut self, zone: Zone) {
        match zone {
            Zone::Qpv => self.qpv += 1,
            Zone::Band300m => self.band_300m += 1,
            Zone::Outside => self.outside += 1,
            Zone::Undetermined => self.undetermined += 1,
        }
    }

    pub(crate) fn count_membership(&mut self, is_inside: bool) {
        if is_inside {
            self.qpv += 1;
        } else {
            self.not_qpv += 1;
        }
    }

    fn add(&mut self, other: Self) {
        self.qpv += other.qpv;
        self.band_300m += other.band_300m;
        self.outside += other.outside;
        self.undetermined += other.undetermined;
        self.not_qpv += other.not_qpv;
    }
}
