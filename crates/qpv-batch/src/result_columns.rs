//! The columns that the national address API adds to a table.

use std::str::FromStr;

use qpv_service::Candidate;
use qpv_service::projected_position;

use crate::cell::{AddedColumn, CellWriter};
use crate::row_error::RowError;

/// A column of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResultColumn {
    name: &'static str,
    value: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    Latitude,
    Longitude,
    Label,
    Score,
    NextScore,
    Kind,
    Id,
    Housenumber,
    Name,
    Street,
    Postcode,
    City,
    CityCode,
    OldCity,
    Context,
    Locality,
    X,
    Y,
    Importance,
    Distance,
    Position,
    Uncertainty,
    MissingNumber,
    Status,
    /// Known to that API, not to this index.
    Unknown,
}

const COLUMNS: [ResultColumn; 29] = {
    const fn column(name: &'static str, value: Value) -> ResultColumn {
        ResultColumn { name, value }
    }
    [
        column("latitude", Value::Latitude),
        column("longitude", Value::Longitude),
        column("result_latitude", Value::Latitude),
        column("result_longitude", Value::Longitude),
        column("result_label", Value::Label),
        column("result_score", Value::Score),
        column("result_score_next", Value::NextScore),
        column("result_type", Value::Kind),
        column("result_id", Value::Id),
        column("result_housenumber", Value::Housenumber),
        column("result_name", Value::Name),
        column("result_street", Value::Street),
        column("result_postcode", Value::Postcode),
        column("result_city", Value::City),
        column("result_citycode", Value::CityCode),
        column("result_context", Value::Context),
        column("result_oldcity", Value::OldCity),
        column("result_locality", Value::Locality),
        column("result_x", Value::X),
        column("result_y", Value::Y),
        column("result_importance", Value::Importance),
        column("result_distance", Value::Distance),
        column("result_position", Value::Position),
        column("result_position_uncertainty_m", Value::Uncertainty),
        column("result_missing_housenumber", Value::MissingNumber),
        column("result_status", Value::Status),
        column("result_oldcitycode", Value::Unknown),
        column("result_district", Value::Unknown),
        column("result_banId", Value::Unknown),
    ]
};

/// The columns of answers to addresses, in the order of the national address API.
const SEARCH: [&str; 15] = [
    "latitude",
    "longitude",
    "result_label",
    "result_score",
    "result_score_next",
    "result_type",
    "result_id",
    "result_housenumber",
    "result_name",
    "result_street",
    "result_postcode",
    "result_city",
    "result_citycode",
    "result_context",
    "result_status",
];

/// The columns of answers to positions.
const REVERSE: [&str; 14] = [
    "result_latitude",
    "result_longitude",
    "result_distance",
    "result_label",
    "result_type",
    "result_id",
    "result_housenumber",
    "result_name",
    "result_street",
    "result_postcode",
    "result_city",
    "result_citycode",
    "result_context",
    "result_status",
];

/// The columns that a check of addresses leads with.
const CHECK: [&str; 9] = [
    "latitude",
    "longitude",
    "result_label",
    "result_score",
    "result_score_next",
    "result_type",
    "result_missing_housenumber",
    "result_position_uncertainty_m",
    "result_status",
];

impl ResultColumn {
    /// Returns the columns that the national address API adds to a table of addresses.
    #[must_use]
    pub fn search() -> Vec<Self> {
        SEARCH.iter().filter_map(|name| name.parse().ok()).collect()
    }

    /// Returns the columns that it adds to a table of positions.
    #[must_use]
    pub fn reverse() -> Vec<Self> {
        REVERSE
            .iter()
            .filter_map(|name| name.parse().ok())
            .collect()
    }

    /// Returns the columns on an address that stand before those of its zone.
    #[must_use]
    pub fn check() -> Vec<Self> {
        CHECK.iter().filter_map(|name| name.parse().ok()).collect()
    }

    fn holds_numbers(self) -> bool {
        matches!(
            self.value,
            Value::Latitude
                | Value::Longitude
                | Value::Score
                | Value::NextScore
                | Value::X
                | Value::Y
                | Value::Importance
                | Value::Distance
                | Value::Uncertainty
        )
    }
}

/// The column of that name.
impl FromStr for ResultColumn {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = COLUMNS.into_iter().find(|column| column.name == name);
        known.ok_or_else(|| {
            let names: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
            format!(
                "there is no column of results {name}; they are: {}",
                names.join(", ")
            )
        })
    }
}

/// Returns these columns, as they are added.
pub(crate) fn added_columns(columns: &[ResultColumn]) -> Vec<AddedColumn> {
    columns
        .iter()
        .map(|column| AddedColumn {
            name: column.name.to_owned(),
            number: column.holds_numbers(),
        })
        .collect()
}

/// The address found for a row, if any.
pub(crate) struct FoundAddress<'a> {
    pub(crate) best: Option<&'a Candidate>,
    pub(crate) next_score: Option<f64>,
}

/// Writes the cells of these columns. A row with nothing to ask, which is an error of the code `nothing`, is skipped.
pub(crate) fn write_results(
    columns: &[ResultColumn],
    found: Result<&FoundAddress<'_>, RowError>,
    nothing: &[RowError],
    cells: &mut impl CellWriter,
) {
    for column in columns {
        match (column.value, found) {
            (Value::Status, Ok(FoundAddress { best: Some(_), .. })) => cells.text("ok"),
            (Value::Status, Ok(_)) => cells.text("not-found"),
            // The national address API skips rows without a question: they are no errors.
            (Value::Status, Err(code)) if nothing.contains(&code) => cells.text("skipped"),
            (Value::Status, Err(code)) => cells.text(&format!("error: {code}")),
            (
                value,
                Ok(FoundAddress {
                    best: Some(best),
                    next_score,
                }),
            ) => {
                write_value(value, best, *next_score, cells);
            }
            _ => cells.empty(),
        }
    }
}

/// Decimals of degrees: about a decimetre.
const DEGREE_DECIMALS: usize = 6;
/// Decimals of scores, as many as the national address API gives.
const SCORE_DECIMALS: usize = 4;

fn write_value(
    value: Value,
    best: &Candidate,
    next_score: Option<f64>,
    cells: &mut impl CellWriter,
) {
    match value {
        Value::Latitude => cells.number(best.point.lat_deg(), DEGREE_DECIMALS),
        Value::Longitude => cells.number(best.point.lon_deg(), DEGREE_DECIMALS),
        Value::Label => cells.text(&best.label()),
        Value::Score => cells.number(best.score, SCORE_DECIMALS),
        Value::NextScore => cells.number_or_empty(next_score, SCORE_DECIMALS),
        Value::Kind => cells.text(best.kind.name()),
        Value::Id => cells.text(&best.id),
        Value::Housenumber => cells.text(best.housenumber.as_deref().unwrap_or_default()),
        Value::Name => cells.text(&best.name()),
        Value::Street => cells.text(&best.street),
        Value::Postcode => cells.text(&best.postcode),
        Value::City => cells.text(&best.city),
        Value::CityCode => cells.text(best.citycode.as_str()),
        Value::OldCity => cells.text(&best.old_city),
        Value::Context => cells.text(&best.context()),
        Value::Locality => cells.text(&best.locality),
        Value::X => cells.number_or_empty(projected_position(best).map(|(x, _)| x), 2),
        Value::Y => cells.number_or_empty(projected_position(best).map(|(_, y)| y), 2),
        Value::Importance => cells.number(best.importance, SCORE_DECIMALS),
        Value::Distance => cells.number_or_empty(best.distance_m, 0),
        Value::Position => cells.text(best.position.name()),
        Value::Uncertainty => cells.number(best.uncertainty_m, 0),
        Value::MissingNumber => cells.text(
            best.missing
                .as_ref()
                .map_or("", |(number, _)| number.as_str()),
        ),
        Value::Status | Value::Unknown => cells.empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_names_columns_that_are() {
        assert_eq!(ResultColumn::search().len(), SEARCH.len());
        assert_eq!(ResultColumn::reverse().len(), REVERSE.len());
        assert_eq!(ResultColumn::check().len(), CHECK.len());
        assert!(
            "result_nom"
                .parse::<ResultColumn>()
                .unwrap_err()
                .contains("result_name")
        );
    }
}
