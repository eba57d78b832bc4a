//! Options as Python gives them: vintages, days, names, one or several.

use jiff::civil::Date;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString};
use qpv_batch::AnswerVintages;
use qpv_http::problem::Problem;
use qpv_service::model::{CommuneCode, Vintage};
use qpv_service::{DefaultPlace, ErrorCode, FieldSelection, Snapshot, VintageSelector};

use crate::problems::{bad_parameter, raise, raise_coded};

/// The word that asks for all vintages.
const ALL: &str = "all";

/// A day: a text `YYYY-MM-DD`, or a `datetime.date`.
pub(crate) struct GivenDay(pub(crate) Date);

impl<'py> FromPyObject<'_, 'py> for GivenDay {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let text: String = if object.is_instance_of::<PyString>() {
            object.extract()?
        } else {
            object.call_method0("isoformat")?.extract()?
        };
        match text.parse() {
            Ok(day) => Ok(Self(day)),
            Err(_) => Err(bad_parameter(format!(
                "`on` must be YYYY-MM-DD, not `{text}`"
            ))),
        }
    }
}

/// A vintage: a text, or a year as a number.
pub(crate) struct GivenVintage(String);

impl<'py> FromPyObject<'_, 'py> for GivenVintage {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyInt>() {
            return Ok(Self(object.extract::<i64>()?.to_string()));
        }
        object.extract().map(Self)
    }
}

/// Names: one text with commas between them, or several texts.
#[derive(FromPyObject)]
pub(crate) enum GivenNames {
    /// One text.
    #[pyo3(transparent)]
    Text(String),
    /// Several texts.
    #[pyo3(transparent)]
    List(Vec<String>),
}

impl GivenNames {
    /// Returns the names, one by one.
    pub(crate) fn list(names: Option<Self>) -> Vec<String> {
        match names {
            None => vec![],
            Some(Self::Text(text)) => text
                .split(',')
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty())
                .collect(),
            Some(Self::List(names)) => names,
        }
    }

    /// Returns the names of the columns that are wanted; none for all.
    ///
    /// # Errors
    /// `bad_parameter` for a list without names, which a program that chooses them may come to.
    pub(crate) fn columns_out(names: Option<Self>) -> PyResult<Vec<String>> {
        let given = names.is_some();
        let names = Self::list(names);
        if given && names.is_empty() {
            return Err(bad_parameter(
                "`columns_out` names no column: give some, or None for all",
            ));
        }
        Ok(names)
    }

    /// Returns the names as the API takes them, with commas between them.
    pub(crate) fn joined(names: Option<Self>) -> String {
        Self::list(names).join(",")
    }
}

/// Returns the perimeters that answer: of a vintage, of `all`, or those in force on a day, today unless another is named.
///
/// # Errors
/// `unknown_vintage`; `vintage_and_date` for both.
pub(crate) fn answer_vintages(
    snapshot: &Snapshot,
    vintage: Option<GivenVintage>,
    on: Option<GivenDay>,
) -> PyResult<AnswerVintages> {
    if let (Some(GivenVintage(text)), None) = (&vintage, &on)
        && text == ALL
    {
        return Ok(AnswerVintages::Each(snapshot.known_vintages().ids()));
    }
    vintage_selector(snapshot, vintage, on).map(AnswerVintages::One)
}

/// Returns the perimeters that answer: of one vintage, or those in force on a day.
///
/// # Errors
/// Those of [`answer_vintages`].
pub(crate) fn vintage_selector(
    snapshot: &Snapshot,
    vintage: Option<GivenVintage>,
    on: Option<GivenDay>,
) -> PyResult<VintageSelector> {
    match (vintage, on) {
        (Some(_), Some(_)) => Err(raise(Problem::new(
            ErrorCode::VintageAndDate,
            "give `vintage` or `on`, not both",
        ))),
        (Some(given), None) => known_vintage(snapshot, &given).map(VintageSelector::Vintage),
        (None, Some(GivenDay(day))) => Ok(VintageSelector::InForce(day)),
        (None, None) => Ok(VintageSelector::today()),
    }
}

/// Returns a vintage that the dataset knows.
///
/// # Errors
/// `bad_parameter` for a text that is no year, `unknown_vintage`.
pub(crate) fn known_vintage(
    snapshot: &Snapshot,
    GivenVintage(text): &GivenVintage,
) -> PyResult<Vintage> {
    let vintage = text
        .parse()
        .map_err(|_| bad_parameter(format!("`{text}` is no vintage: give a year, such as 2024")))?;
    snapshot.check_vintage(vintage).map_err(raise_coded)?;
    Ok(vintage)
}

/// Returns the indicators asked for.
///
/// # Errors
/// `unknown_field`.
pub(crate) fn field_selection(
    snapshot: &Snapshot,
    names: Option<GivenNames>,
) -> PyResult<FieldSelection> {
    FieldSelection::parse(snapshot, &GivenNames::joined(names)).map_err(raise_coded)
}

/// Returns the place of addresses that name none.
///
/// # Errors
/// `bad_parameter`.
pub(crate) fn default_place(
    postcode: Option<&str>,
    citycode: Option<&str>,
) -> PyResult<DefaultPlace> {
    let postcode = postcode.map(|text| {
        let is_postcode = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
        let code = text.parse().ok().filter(|_| is_postcode);
        code.ok_or_else(|| bad_parameter(format!("`{text}` is no postcode of five digits")))
    });
    let citycode = citycode.map(known_commune);
    Ok(DefaultPlace {
        postcode: postcode.transpose()?,
        citycode: citycode.transpose()?,
    })
}

/// Returns the commune of an INSEE code.
///
/// # Errors
/// `bad_parameter`.
pub(crate) fn known_commune(text: &str) -> PyResult<CommuneCode> {
    text.parse()
        .map_err(|_| bad_parameter(format!("`{text}` is no INSEE code of a commune")))
}
