//! The vintages whose perimeters answer.

use qpv_model::Vintage;
use qpv_service::VintageSelector;

use crate::counts::AnswerCounts;

/// One answer per row, or one of each vintage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerVintages {
    /// One answer.
    One(VintageSelector),
    /// From the perimeters of 2015, then from those of 2024.
    Both,
}

impl AnswerVintages {
    pub(crate) fn choices(self) -> Vec<VintageSelector> {
        match self {
            Self::One(choice) => vec![choice],
            Self::Both => Vintage::ALL.map(VintageSelector::Vintage).to_vec(),
        }
    }

    /// Returns the ends of the names of the added columns, for each answer.
    pub(crate) fn suffixes(self) -> Vec<String> {
        match self {
            Self::One(_) => vec![String::new()],
            Self::Both => Vintage::ALL.map(|vintage| format!("_{vintage}")).to_vec(),
        }
    }

    pub(crate) fn no_counts(self) -> Vec<AnswerCounts> {
        match self {
            Self::One(_) => vec![AnswerCounts::default()],
            Self::Both => Vintage::ALL
                .map(|vintage| AnswerCounts {
                    vintage: Some(vintage),
                    ..AnswerCounts::default()
                })
                .to_vec(),
        }
    }
}
