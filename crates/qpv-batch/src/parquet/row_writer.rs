//! A Parquet table made of rows of another format.

use std::collections::HashSet;
use std::io::Write;
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::Compression;
use ::parquet::file::properties::WriterProperties;
use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Date32Builder, Float64Builder, StringBuilder,
    TimestampMillisecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use calamine::Data;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::writing;
use crate::cell::AddedColumn;
use crate::error::BatchError;
use crate::rows::{AddedCell, Row, RowWriter, written};

/// Rows and bytes of text that are put into columns together.
const ROWS_PER_BATCH: usize = 16_384;
const MAX_BATCH_TEXT_BYTES: usize = 8 << 20;
/// The largest row group, in rows and in bytes: what memory is bounded by.
const MAX_GROUP_ROWS: usize = 1 << 18;
const MAX_GROUP_BYTES: usize = 32 << 20;

/// The kind of values that a column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    Text,
    Number,
    Boolean,
    Day,
    Instant,
}

impl ColumnKind {
    /// Returns the kind of a value; `None` for nothing, which every column may have.
    fn new(value: &Data) -> Option<Self> {
        Some(match value {
            Data::Empty => return None,
            Data::Int(_) | Data::Float(_) => Self::Number,
            Data::Bool(_) => Self::Boolean,
            Data::DateTime(_) | Data::DateTimeIso(_) => match instant(value) {
                Some((_, true)) => Self::Day,
                Some((_, false)) => Self::Instant,
                None => Self::Text,
            },
            Data::String(_) | Data::DurationIso(_) | Data::Error(_) => Self::Text,
        })
    }

    fn with(self, other: Self) -> Self {
        match (self, other) {
            _ if self == other => self,
            (Self::Day, Self::Instant) | (Self::Instant, Self::Day) => Self::Instant,
            _ => Self::Text,
        }
    }

    fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Number => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Day => DataType::Date32,
            Self::Instant => DataType::Timestamp(TimeUnit::Millisecond, None),
        }
    }
}

/// The kinds of columns whose cells each have a type of their own.
#[derive(Debug, Default)]
pub(crate) struct ColumnKinds(Vec<Option<ColumnKind>>);

impl ColumnKinds {
    /// Takes a row into account. A column of values of several kinds has texts.
    pub(crate) fn add(&mut self, row: &Row) {
        if self.0.len() < row.values.len() {
            self.0.resize(row.values.len(), None);
        }
        for (kind, value) in self.0.iter_mut().zip(&row.values) {
            if let Some(found) = ColumnKind::new(value) {
                *kind = Some(kind.map_or(found, |kind| kind.with(found)));
            }
        }
    }

    fn get(&self, column: usize) -> ColumnKind {
        let kind = self.0.get(column).copied().flatten();
        kind.unwrap_or(ColumnKind::Text)
    }
}

/// Returns the milliseconds since 1970 of a day or an instant, and whether it is a whole day.
fn instant(value: &Data) -> Option<(i64, bool)> {
    let text = written(value)?;
    let instant = match text.parse::<Date>() {
        Ok(day) if text.len() == 10 => day.to_datetime(Time::midnight()),
        _ if text.contains('T') => text.parse::<DateTime>().ok()?,
        _ => return None,
    };
    // Some programs write the days of ODS with midnight behind, as XLSX has all of them.
    let is_day = instant.time() == Time::midnight();
    // Neither format has time zones: the hands of the clock are kept.
    let timestamp = TimeZone::UTC.to_timestamp(instant).ok()?;
    // What milliseconds do not hold stays a text.
    (timestamp.subsec_nanosecond() % 1_000_000 == 0).then(|| (timestamp.as_millisecond(), is_day))
}

/// An output of a table.
pub(crate) struct ParquetWriter<W: Write + Send> {
    /// Until the columns are known.
    out: Option<W>,
    writer: Option<ArrowWriter<W>>,
    kinds: ColumnKinds,
    schema: SchemaRef,
    columns: Vec<ColumnBuilder>,
    rows: usize,
    text_bytes: usize,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Writes columns of these kinds to `out`.
    pub(crate) fn new(out: W, kinds: ColumnKinds) -> Self {
        Self {
            out: Some(out),
            writer: None,
            kinds,
            schema: Arc::new(Schema::empty()),
            columns: vec![],
            rows: 0,
            text_bytes: 0,
        }
    }

    /// Ends the output.
    pub(crate) fn finish(mut self) -> Result<(), BatchError> {
        self.write_batch()?;
        let closed = self.writer.map(ArrowWriter::close).transpose();
        closed.map(drop).map_err(writing)
    }

    fn write_batch(&mut self) -> Result<(), BatchError> {
        let columns = self.columns.iter_mut().map(ColumnBuilder::finish);
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns.collect());
        let batch = batch.expect("the columns are those of the schema");
        (self.rows, self.text_bytes) = (0, 0);
        let mut writer = self.writer.iter_mut();
        writer.try_for_each(|writer| writer.write(&batch).map_err(writing))
    }
}

impl<W: Write + Send> RowWriter for ParquetWriter<W> {
    fn row_above(&mut self, _: &Row) -> Result<(), BatchError> {
        Ok(())
    }

    fn header(
        &mut self,
        _: &Row,
        names: &[String],
        added: &[AddedColumn],
    ) -> Result<(), BatchError> {
        let mut kinds: Vec<ColumnKind> = (0..names.len())
            .map(|column| self.kinds.get(column))
            .collect();
        kinds.extend(added.iter().map(|column| {
            if column.number {
                ColumnKind::Number
            } else {
                ColumnKind::Text
            }
        }));
        let added = added.iter().map(|column| column.name.clone());
        let names: Vec<String> = unique_names(names).into_iter().chain(added).collect();
        let fields = names
            .iter()
            .zip(&kinds)
            .map(|(name, kind)| Field::new(name, kind.data_type(), true));
        self.schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        self.columns = kinds.into_iter().map(ColumnBuilder::new).collect();
        let properties = WriterProperties::builder()
            // The codec that readers of Parquet all know.
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(MAX_GROUP_ROWS))
            .set_max_row_group_bytes(Some(MAX_GROUP_BYTES))
            .build();
        // The writer needs the schema, which is known now.
        if let Some(out) = self.out.take() {
            let writer = ArrowWriter::try_new(out, Arc::clone(&self.schema), Some(properties));
            self.writer = Some(writer.map_err(writing)?);
        }
        Ok(())
    }

    fn row(&mut self, row: &Row, added: &[AddedCell]) -> Result<(), BatchError> {
        let columns = self.columns.len() - added.len();
        let (columns, added_columns) = self.columns.split_at_mut(columns);
        for (index, column) in columns.iter_mut().enumerate() {
            column.push(row.values.get(index).unwrap_or(&Data::Empty));
        }
        for (column, cell) in added_columns.iter_mut().zip(added) {
            column.push_added(cell);
        }
        self.rows += 1;
        self.text_bytes += row.text_bytes();
        if self.rows >= ROWS_PER_BATCH || self.text_bytes >= MAX_BATCH_TEXT_BYTES {
            self.write_batch()?;
        }
        Ok(())
    }
}

/// Returns names that are all there and all different, whatever their case, as programs that read Parquet expect.
fn unique_names(names: &[String]) -> Vec<String> {
    let given: HashSet<String> = names
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    let (mut unique, mut taken) = (vec![], HashSet::new());
    for (index, name) in names.iter().enumerate() {
        let name = match name.trim() {
            "" => format!("column_{}", index + 1),
            name => name.to_owned(),
        };
        let name = if taken.contains(&name.to_lowercase()) {
            // A number may make a name that another column has.
            let mut others = (2..).map(|number| format!("{name}_{number}"));
            others
                .find(|other| {
                    let other = other.to_lowercase();
                    !given.contains(&other) && !taken.contains(&other)
                })
                .expect("finitely many names cannot take infinitely many")
        } else {
            name
        };
        taken.insert(name.to_lowercase());
        unique.push(name);
    }
    unique
}

/// A column being filled.
enum ColumnBuilder {
    Text(StringBuilder),
    Number(Float64Builder),
    Boolean(BooleanBuilder),
    Day(Date32Builder),
    Instant(TimestampMillisecondBuilder),
}

impl ColumnBuilder {
    fn new(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Self::Text(StringBuilder::new()),
            ColumnKind::Number => Self::Number(Float64Builder::new()),
            ColumnKind::Boolean => Self::Boolean(BooleanBuilder::new()),
            ColumnKind::Day => Self::Day(Date32Builder::new()),
            ColumnKind::Instant => Self::Instant(TimestampMillisecondBuilder::new()),
        }
    }

    fn push(&mut self, value: &Data) {
        match self {
            Self::Text(column) => column.append_option(written(value)),
            // A value of another kind would have made it a column of texts.
            Self::Number(column) => column.append_option(match value {
                Data::Int(number) => Some(*number as f64),
                Data::Float(number) => Some(*number),
                _ => None,
            }),
            Self::Boolean(column) => column.append_option(match value {
                Data::Bool(value) => Some(*value),
                _ => None,
            }),
            Self::Day(column) => column.append_option(
                instant(value)
                    .and_then(|(millis, _)| i32::try_from(millis.div_euclid(86_400_000)).ok()),
            ),
            Self::Instant(column) => column.append_option(instant(value).map(|(millis, _)| millis)),
        }
    }

    fn push_added(&mut self, cell: &AddedCell) {
        match (self, cell) {
            (Self::Text(column), AddedCell::Text(text)) => column.append_value(text),
            (Self::Number(column), AddedCell::Number(number, _)) => column.append_value(*number),
            (column, _) => column.push(&Data::Empty),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        let column: &mut dyn ArrayBuilder = match self {
            Self::Text(column) => column,
            Self::Number(column) => column,
            Self::Boolean(column) => column,
            Self::Day(column) => column,
            Self::Instant(column) => column,
        };
        column.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_unique() {
        let names = ["nom", "", "NOM", "nom_2", " ", "a "].map(ToOwned::to_owned);
        assert_eq!(
            unique_names(&names),
            ["nom", "column_2", "NOM_3", "nom_2", "column_5", "a"]
        );
    }

    #[test]
    fn values_of_several_kinds_make_a_column_of_texts() {
        let day = Data::DateTimeIso("2015-03-01".into());
        let noon = Data::DateTimeIso("2015-03-01T12:00:00".into());
        let midnight = Data::DateTimeIso("2015-03-02T00:00:00".into());
        for (values, kind) in [
            (
                vec![Data::Float(1.0), Data::Empty, Data::Int(2)],
                ColumnKind::Number,
            ),
            (vec![day.clone(), Data::Empty], ColumnKind::Day),
            (vec![day.clone(), midnight], ColumnKind::Day),
            (vec![day.clone(), noon], ColumnKind::Instant),
            (vec![day, Data::Float(1.0)], ColumnKind::Text),
            (
                vec![Data::Bool(true), Data::Bool(false)],
                ColumnKind::Boolean,
            ),
            (
                vec![Data::Bool(true), Data::String("x".into())],
                ColumnKind::Text,
            ),
            (vec![Data::Empty], ColumnKind::Text),
            (
                vec![Data::DateTimeIso("2015-03-01T12:00:00.0001".into())],
                ColumnKind::Text,
            ),
        ] {
            let mut kinds = ColumnKinds::default();
            for value in &values {
                kinds.add(&Row::new(0, vec![value.clone()]));
            }
            assert_eq!(kinds.get(0), kind, "{values:?}");
        }
        // 1 March 2015 is 16,495 days after 1 January 1970.
        let millis = 16_495 * 86_400_000;
        let day = Data::DateTimeIso("2015-03-01".into());
        assert_eq!(instant(&day), Some((millis, true)));
    }
}
