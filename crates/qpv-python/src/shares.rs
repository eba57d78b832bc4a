//! The shares of areas as a table: a row for each area and vintage, with the names of `/api/v1/share`.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{Field, Schema};
use qpv_http::wire::{CountFigures, ShareAnswer, VintageShareAnswer};

use crate::table::Table;

/// A column being made.
struct ShareColumn {
    name: String,
    values: ArrayRef,
}

impl ShareColumn {
    fn new(name: impl Into<String>, values: impl arrow_array::Array + 'static) -> Self {
        Self {
            name: name.into(),
            values: Arc::new(values),
        }
    }
}

/// A row: an area, by its place among those asked, in a vintage.
#[derive(Clone, Copy)]
struct ShareRow<'a> {
    area: usize,
    territory: &'a str,
    share: &'a VintageShareAnswer<'a>,
}

/// Returns the shares of areas, in their order.
pub(crate) fn share_table(answers: &[ShareAnswer<'_>]) -> Table {
    let rows: Vec<ShareRow<'_>> = answers
        .iter()
        .enumerate()
        .flat_map(|(area, answer)| {
            answer.vintages.iter().map(move |share| ShareRow {
                area,
                territory: answer.territory.into(),
                share,
            })
        })
        .collect();
    let mut columns = vec![
        ShareColumn::new(
            "area",
            rows.iter()
                .map(|row| i64::try_from(row.area).ok())
                .collect::<Int64Array>(),
        ),
        texts("territory", &rows, |row| Some(row.territory)),
        texts("vintage", &rows, |row| {
            Some(row.share.vintage.vintage.as_str())
        }),
        ShareColumn::new(
            "complete",
            rows.iter()
                .map(|row| Some(row.share.complete))
                .collect::<BooleanArray>(),
        ),
        hectares("hectares_total", &rows, |row| row.share.hectares.total),
        hectares("hectares_qpv", &rows, |row| row.share.hectares.qpv),
        hectares("hectares_band_300m", &rows, |row| {
            row.share.hectares.band_300m
        }),
        hectares("hectares_outside", &rows, |row| row.share.hectares.outside),
        texts("hectares_reason", &rows, |row| {
            Some(row.share.hectares.unknown.as_ref()?.reason)
        }),
    ];
    columns.extend(counts("addresses", &rows, |row| Some(&row.share.addresses)));
    columns.push(whole("inhabitants_qpv", &rows, |row| {
        row.share.inhabitants.qpv
    }));
    columns.push(texts("inhabitants_reason", &rows, |row| {
        Some(row.share.inhabitants.unknown.reason)
    }));
    let kinds: BTreeSet<&str> = rows
        .iter()
        .flat_map(|row| row.share.places.keys().copied())
        .collect();
    for kind in kinds {
        columns.extend(counts(kind, &rows, |row| row.share.places.get(kind)));
    }
    table(columns)
}

fn table(columns: Vec<ShareColumn>) -> Table {
    let fields = columns
        .iter()
        .map(|column| Field::new(&column.name, column.values.data_type().clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let values = columns.into_iter().map(|column| column.values).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), values)
        .expect("every column has a value for each row");
    Table::new(schema, vec![batch])
}

/// Returns the columns of figures that are counts.
fn counts<'a>(
    prefix: &str,
    rows: &[ShareRow<'a>],
    figures: impl Fn(&ShareRow<'a>) -> Option<&'a CountFigures>,
) -> Vec<ShareColumn> {
    vec![
        whole(format!("{prefix}_total"), rows, |row| figures(row)?.total),
        whole(format!("{prefix}_qpv"), rows, |row| figures(row)?.qpv),
        whole(format!("{prefix}_band_300m"), rows, |row| {
            figures(row)?.band_300m
        }),
        whole(format!("{prefix}_outside"), rows, |row| {
            figures(row)?.outside
        }),
        whole(format!("{prefix}_undetermined"), rows, |row| {
            figures(row)?.undetermined
        }),
        whole(format!("{prefix}_unsure"), rows, |row| figures(row)?.unsure),
        texts(format!("{prefix}_reason"), rows, |row| {
            Some(figures(row)?.unknown.as_ref()?.reason)
        }),
    ]
}

fn texts<'a>(
    name: impl Into<String>,
    rows: &[ShareRow<'a>],
    value: impl Fn(&ShareRow<'a>) -> Option<&'a str>,
) -> ShareColumn {
    ShareColumn::new(name, rows.iter().map(value).collect::<StringArray>())
}

fn hectares<'a>(
    name: &str,
    rows: &[ShareRow<'a>],
    value: impl Fn(&ShareRow<'a>) -> Option<f64>,
) -> ShareColumn {
    ShareColumn::new(name, rows.iter().map(value).collect::<Float64Array>())
}

fn whole<'a>(
    name: impl Into<String>,
    rows: &[ShareRow<'a>],
    value: impl Fn(&ShareRow<'a>) -> Option<u64>,
) -> ShareColumn {
    let values = rows
        .iter()
        .map(|row| i64::try_from(value(row)?).ok())
        .collect::<Int64Array>();
    ShareColumn::new(name, values)
}
