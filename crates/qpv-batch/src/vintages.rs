//! The vintages whose perimeters answer.

use jiff::civil::Date;
use qpv_model::Vintage;
use qpv_service::{FieldSelection, VintageSelector};

use crate::counts::AnswerCounts;

/// One answer per row, or one of each vintage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerVintages {
    /// One answer.
    One(VintageSelector),
    /// From the perimeters of each of these, in their order.
    Each(Vec<Vintage>),
}

impl AnswerVintages {
    pub(crate) fn choices(&self) -> Vec<VintageSelector> {
        match self {
            Self::One(choice) => vec![*choice],
            Self::Each(vintages) => {
                let choices = vintages.iter().copied();
                choices.map(VintageSelector::Vintage).collect()
            }
        }
    }

    /// Returns the day that zonings are asked of: the one asked, else today.
    #[must_use]
    pub fn day(&self) -> Date {
        match self {
            Self::One(choice) => choice.day(),
            Self::Each(_) => VintageSelector::today().day(),
        }
    }

    /// Returns the ends of the names of the added columns, for each answer.
    pub(crate) fn suffixes(&self) -> Vec<String> {
        match self {
            Self::One(_) => vec![String::new()],
            Self::Each(vintages) => vintages
                .iter()
                .map(|vintage| format!("_{vintage}"))
                .collect(),
        }
    }

    /// Returns the figures that are added for the answer at an index: all asked for, or those its vintage has.
    pub(crate) fn field_keys<'f>(&self, fields: &'f FieldSelection, index: usize) -> &'f [String] {
        match self {
            // Which vintage answers depends on the place of each row.
            Self::One(_) => fields.keys(),
            Self::Each(vintages) => fields.keys_of(vintages[index]),
        }
    }

    pub(crate) fn no_counts(&self) -> Vec<AnswerCounts> {
        match self {
            Self::One(_) => vec![AnswerCounts::default()],
            Self::Each(vintages) => vintages
                .iter()
                .map(|vintage| AnswerCounts {
                    vintage: Some(*vintage),
                    ..AnswerCounts::default()
                })
                .collect(),
        }
    }
}
