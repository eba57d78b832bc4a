//! Texts of columns that Parquet itself does not call text.
//!
//! The reader (`parquet` 60) checks that bytes are UTF-8 in columns that are annotated as such alone, and believes the schema of
//! Arrow, which a file may carry too, for all others. Text that is none would be undefined behaviour in whatever reads it.

use ::parquet::arrow::arrow_reader::ArrowReaderMetadata;
use ::parquet::basic::{ConvertedType, Type};
use arrow_array::ArrayRef;
use arrow_schema::{ArrowError, DataType};

/// Checks the texts of a column that the reader has not checked.
///
/// # Errors
/// A text is not UTF-8.
pub(crate) fn check_text(
    metadata: &ArrowReaderMetadata,
    column: usize,
    pieces: &[ArrayRef],
) -> Result<(), ArrowError> {
    let schema = metadata.parquet_schema();
    let mut leaves = (0..schema.num_columns())
        .filter(|leaf| schema.get_column_root_idx(*leaf) == column)
        .map(|leaf| schema.column(leaf));
    let is_unchecked = leaves.any(|leaf| {
        matches!(
            leaf.physical_type(),
            Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY
        ) && leaf.converted_type() != ConvertedType::UTF8
    });
    if !is_unchecked || !holds_text(metadata.schema().field(column).data_type()) {
        return Ok(());
    }
    pieces
        .iter()
        .try_for_each(|piece| piece.to_data().validate_full())
}

/// Returns whether values of a type have texts in them.
fn holds_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => holds_text(values),
        DataType::Struct(fields) => fields.iter().any(|field| holds_text(field.data_type())),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _)
        | DataType::Map(field, _)
        | DataType::RunEndEncoded(_, field) => holds_text(field.data_type()),
        _ => false,
    }
}
