//! The columns of a row that say which addresses are meant.

use std::borrow::Cow;

use qpv_model::CommuneCode;

use super::ColumnsError;
use super::job::{RowError, named};
use qpv_service::{AddressKind, SearchFilter};

/// Which addresses are meant, row by row.
#[derive(Debug, Clone, Default)]
pub struct FilterColumns {
    /// The column of a postcode that the address must be in.
    pub postcode: Option<String>,
    /// The column of the INSEE code of a commune that it must be in.
    pub citycode: Option<String>,
    /// The kinds of places that are meant in every row; none for all.
    pub kinds: Vec<AddressKind>,
}

impl FilterColumns {
    /// How many columns are read.
    pub(super) fn len(&self) -> usize {
        self.names().count()
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        self.postcode.iter().chain(&self.citycode)
    }

    /// Finds them by the names of all columns.
    pub(super) fn find(&self, header: &[String]) -> Result<Vec<usize>, ColumnsError> {
        self.names().map(|name| named(header, name)).collect()
    }

    /// What the fields of these columns say. An empty one says nothing.
    pub(super) fn read(&self, fields: &[Cow<'_, str>]) -> Result<SearchFilter, RowError> {
        let mut given = fields
            .iter()
            .map(|field| Some(field.trim()).filter(|text| !text.is_empty()));
        let mut next = |asked: &Option<String>| asked.as_ref().and_then(|_| given.next()).flatten();
        let postcode = next(&self.postcode)
            .map(|text| postcode(text).ok_or("bad_postcode"))
            .transpose()?;
        let citycode = next(&self.citycode)
            .map(|text| citycode(text).ok_or("bad_citycode"))
            .transpose()?;
        Ok(SearchFilter {
            kinds: self.kinds.clone(),
            postcode,
            citycode,
            near: None,
        })
    }
}

/// Five digits; or four, where a spreadsheet took `01000` for a number.
pub(super) fn postcode(text: &str) -> Option<u32> {
    let digits = matches!(text.len(), 4 | 5) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// A code, with the zero that a spreadsheet may have taken away.
fn citycode(text: &str) -> Option<CommuneCode> {
    if text.len() == 4 {
        format!("0{text}").parse().ok()
    } else {
        text.parse().ok()
    }
}
