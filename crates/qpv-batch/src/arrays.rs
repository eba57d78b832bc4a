//! Columns of Arrow arrays in memory, answered on all cores: the added columns alone, as a table of Arrow arrays.
//!
//! Names and values are those that the same job adds to a Parquet table. Nothing of the input is copied.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use qpv_service::Snapshot;
use rayon::prelude::*;

use crate::arrow_rows::{ArrowRows, check_type, column_cells, read_row};
use crate::error::BatchError;
use crate::job::Job;
use crate::pipeline;
use crate::progress::Progress;
use crate::summary::{BatchSummary, names_of};

/// Rows of a part at most: few enough for its columns to stay in cache while they are written.
const MAX_PART_ROWS: usize = 1 << 16;
/// Rows of a part at least, unless the table has fewer: each part has dictionaries of its own.
const MIN_PART_ROWS: usize = 1 << 10;
/// Parts for each core, so that all end at about the same time and an interruption is soon noticed.
const PARTS_PER_CORE: usize = 16;

/// A column of the input.
#[derive(Debug, Clone)]
pub struct ArrayColumn {
    /// Its name.
    pub name: String,
    /// Its values, in pieces of one type.
    pub pieces: Vec<ArrayRef>,
}

/// The form of the added columns of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    /// Dictionaries, the same in all batches: for texts that come again and again, such as codes.
    Dictionary,
    /// Plain texts, for those that differ from row to row, such as addresses.
    Plain,
}

/// The added columns of a table.
#[derive(Debug)]
pub struct ArrayAnswers {
    /// Their names and types.
    pub schema: SchemaRef,
    /// Their values, in the order of the rows.
    pub batches: Vec<RecordBatch>,
    /// The counts of the table.
    pub summary: BatchSummary,
}

impl ArrayColumn {
    /// Returns the number of its values.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.pieces.iter().map(Array::len).sum()
    }
}

/// Answers every row of a table whose columns are of one length.
///
/// # Errors
/// [`BatchError`]: settings, columns, or an interruption by `progress`, which follows rows and not bytes.
pub fn answer(
    snapshot: &Snapshot,
    job: &impl Job,
    columns: &[ArrayColumn],
    form: TextForm,
    progress: &mut dyn Progress,
) -> Result<ArrayAnswers, BatchError> {
    job.check(snapshot)?;
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let read = job.columns(&names)?;
    let read_columns: Vec<&ArrayColumn> = read.iter().map(|column| &columns[*column]).collect();
    for column in &read_columns {
        for piece in &column.pieces {
            let field = Field::new(&column.name, piece.data_type().clone(), true);
            check_type(&field, job.required_values())?;
        }
    }
    // A job reads rows by the names of these columns alone.
    let names = names_of(&names, &read);
    let added = job.added();
    let asked = ArrowRows {
        snapshot,
        job,
        added: &added,
    };
    let mut summary = BatchSummary::new(snapshot, job.no_counts(), names.clone());
    let rows = columns.first().map_or(0, ArrayColumn::rows);
    let mut parts = parts(&read_columns, rows).into_iter();
    let mut answered_parts: Vec<Vec<ArrayRef>> = vec![];
    pipeline::in_order(
        || Ok(parts.next()),
        |part: TablePart| {
            let cells = column_cells(&part.columns);
            let mut answered = asked.answer(part.rows, |row| read_row(job, &names, &cells, row));
            let counts = answered.take_counts();
            let columns = answered.into_columns();
            // By the thread that answered, for its columns are in the cache.
            let columns: Vec<ArrayRef> = match form {
                TextForm::Dictionary => columns.collect(),
                TextForm::Plain => columns.map(plain).collect(),
            };
            (columns, counts, part.rows as u64)
        },
        |(columns, counts, rows)| {
            let before = summary.rows;
            summary.add(&counts, rows, before);
            answered_parts.push(columns);
            progress.report(0, rows, before, &[])
        },
    )?;
    let fields = added.iter().map(|column| {
        let texts = match form {
            TextForm::Dictionary => dictionary_type(),
            TextForm::Plain => DataType::Utf8,
        };
        let data_type = if column.number {
            DataType::Float64
        } else {
            texts
        };
        Field::new(&column.name, data_type, true)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    if form == TextForm::Dictionary {
        share_dictionaries(&mut answered_parts);
    }
    let batches = answered_parts
        .into_iter()
        .map(|columns| RecordBatch::try_new(Arc::clone(&schema), columns))
        .collect::<Result<Vec<_>, ArrowError>>()
        .expect("the columns of a job are those it names");
    Ok(ArrayAnswers {
        schema,
        batches,
        summary,
    })
}

/// Some rows of the columns that are read.
struct TablePart {
    rows: usize,
    columns: Vec<ArrayRef>,
}

/// Cuts columns into parts, none of which reaches beyond a piece of any column.
fn parts(columns: &[&ArrayColumn], rows: usize) -> Vec<TablePart> {
    let parts = rayon::current_num_threads() * PARTS_PER_CORE;
    let part_rows = (rows / parts).clamp(MIN_PART_ROWS, MAX_PART_ROWS);
    let mut ends: Vec<usize> = (part_rows..rows).step_by(part_rows).collect();
    ends.push(rows);
    for column in columns {
        let mut end = 0;
        for piece in &column.pieces {
            end += piece.len();
            ends.push(end);
        }
    }
    ends.sort_unstable();
    ends.dedup();
    let mut cursors: Vec<PieceCursor<'_>> = columns
        .iter()
        .map(|column| PieceCursor {
            pieces: &column.pieces,
            taken: 0,
        })
        .collect();
    let mut start = 0;
    let mut parts = Vec::with_capacity(ends.len());
    // An empty piece, or an empty table, ends where another part does.
    for end in ends.into_iter().filter(|end| *end > 0) {
        let rows = end - start;
        let columns = cursors.iter_mut().map(|cursor| cursor.take(rows));
        parts.push(TablePart {
            rows,
            columns: columns.collect(),
        });
        start = end;
    }
    parts
}

/// The pieces of a column that are not taken yet.
struct PieceCursor<'a> {
    pieces: &'a [ArrayRef],
    /// Rows of the first of them that are.
    taken: usize,
}

impl PieceCursor<'_> {
    /// Takes so many rows, which lie in one piece.
    fn take(&mut self, rows: usize) -> ArrayRef {
        while self.pieces[0].len() == self.taken {
            (self.pieces, self.taken) = (&self.pieces[1..], 0);
        }
        let taken = self.pieces[0].slice(self.taken, rows);
        self.taken += rows;
        taken
    }
}

fn dictionary_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn as_dictionary(column: &ArrayRef) -> Option<&DictionaryArray<Int32Type>> {
    column.as_dictionary_opt::<Int32Type>()
}

/// Returns a column without its dictionary, if it has one.
fn plain(column: ArrayRef) -> ArrayRef {
    let Some(dictionary) = as_dictionary(&column) else {
        return column;
    };
    let texts = dictionary
        .downcast_dict::<StringArray>()
        .expect("added columns hold texts");
    Arc::new(texts.into_iter().collect::<StringArray>())
}

/// The texts of a column, each once, by the place at which it was met first.
#[derive(Default)]
struct ColumnTexts {
    texts: Vec<String>,
    places: HashMap<String, i32>,
}

impl ColumnTexts {
    /// Returns the place of a text, which it gets now if it is new.
    fn place(&mut self, text: &str) -> i32 {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = i32::try_from(self.texts.len()).expect("a column has fewer texts");
        self.places.insert(text.to_owned(), place);
        self.texts.push(text.to_owned());
        place
    }
}

/// Gives all parts of each column the same dictionary: programs that read them need not join many.
fn share_dictionaries(parts: &mut [Vec<ArrayRef>]) {
    let columns = parts.first().map_or(0, Vec::len);
    for column in 0..columns {
        let mut shared = ColumnTexts::default();
        // None for a column of numbers, which all parts have as such.
        let places: Vec<Vec<i32>> = parts
            .iter()
            .filter_map(|part| as_dictionary(&part[column]))
            .map(|dictionary| {
                let texts = dictionary.values().as_string::<i32>().iter().flatten();
                texts.map(|text| shared.place(text)).collect()
            })
            .collect();
        let texts: ArrayRef = Arc::new(StringArray::from(shared.texts));
        parts.par_iter_mut().zip(places).for_each(|(part, places)| {
            part[column] = with_dictionary(&part[column], &places, &texts);
        });
    }
}

/// Returns a column with another dictionary, in which its texts are at these places.
fn with_dictionary(column: &ArrayRef, places: &[i32], texts: &ArrayRef) -> ArrayRef {
    let dictionary = as_dictionary(column).expect("a column of texts is a dictionary in all parts");
    let keys = dictionary.keys().unary::<_, Int32Type>(|key| {
        // The key of a null is any number, of no text.
        let key = usize::try_from(key).unwrap_or(usize::MAX);
        places.get(key).copied().unwrap_or_default()
    });
    Arc::new(DictionaryArray::new(keys, Arc::clone(texts)))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::LazyLock;

    use arrow_array::Float64Array;
    use qpv_model::Vintage;
    use qpv_service::{FieldSelection, VintageSelector, data};

    use super::*;
    use crate::error::ColumnsError;
    use crate::{AnswerVintages, PositionColumns, ZoneJob};

    static TOWN: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::new(data::sample().unwrap()));

    /// In the fictional town, near it, and outside any territory.
    const POINTS: [[f64; 2]; 3] = [[-3.60, 46.20], [-3.57, 46.22], [0.0, 0.0]];

    fn job() -> ZoneJob {
        ZoneJob {
            positions: PositionColumns::default(),
            vintages: AnswerVintages::One(VintageSelector::Vintage(Vintage::V2024)),
            uncertainty_m: None,
            members_only: false,
            fields: FieldSelection::default(),
        }
    }

    /// The points again and again, cut where it is said.
    fn column(name: &str, axis: usize, cuts: &[usize]) -> ArrayColumn {
        let pieces = cuts.iter().scan(0, |start, rows| {
            let values = (*start..*start + rows).map(|row| POINTS[row % 3][axis]);
            *start += rows;
            Some(Arc::new(values.collect::<Float64Array>()) as ArrayRef)
        });
        ArrayColumn {
            name: name.to_owned(),
            pieces: pieces.collect(),
        }
    }

    fn answered(columns: &[ArrayColumn], form: TextForm) -> ArrayAnswers {
        answer(&TOWN, &job(), columns, form, &mut |_| ()).unwrap()
    }

    fn texts(answers: &ArrayAnswers, name: &str) -> Vec<Option<String>> {
        let index = answers.schema.index_of(name).unwrap();
        let columns = answers
            .batches
            .iter()
            .map(|batch| plain(Arc::clone(batch.column(index))));
        columns
            .flat_map(|column| {
                let texts: Vec<Option<String>> = column
                    .as_string::<i32>()
                    .iter()
                    .map(|text| text.map(ToOwned::to_owned))
                    .collect();
                texts
            })
            .collect()
    }

    #[test]
    fn rows_keep_their_places_however_columns_are_cut() {
        let whole = answered(
            &[column("lon", 0, &[9000]), column("lat", 1, &[9000])],
            TextForm::Plain,
        );
        let cut = [
            column("lon", 0, &[0, 1, 4000, 4999]),
            column("lat", 1, &[5000, 0, 3000, 1000]),
        ];
        let cut = answered(&cut, TextForm::Dictionary);
        assert_eq!(cut.summary.rows, 9000);
        for name in ["zone", "code_qp", "error", "vintage"] {
            let rows = texts(&cut, name);
            assert_eq!(rows, texts(&whole, name), "{name}");
            assert_eq!(rows.len(), 9000);
            // The same three points return.
            assert!(rows.chunks(3).all(|three| three == &rows[..3]), "{name}");
        }
        assert_eq!(texts(&cut, "error")[2].as_deref(), Some("outside_coverage"));
    }

    #[test]
    fn all_batches_have_one_dictionary() {
        let answers = answered(
            &[column("lon", 0, &[1, 2, 6000]), column("lat", 1, &[6003])],
            TextForm::Dictionary,
        );
        assert!(answers.batches.len() > 2);
        let index = answers.schema.index_of("error").unwrap();
        let mut dictionaries = answers
            .batches
            .iter()
            .map(|batch| Arc::clone(as_dictionary(batch.column(index)).unwrap().values()));
        let first = dictionaries.next().unwrap();
        assert!(dictionaries.all(|values| Arc::ptr_eq(&values, &first)));
    }

    #[test]
    fn an_empty_table_has_its_columns() {
        let answers = answered(
            &[column("lon", 0, &[]), column("lat", 1, &[0])],
            TextForm::Plain,
        );
        assert_eq!(answers.schema.field(0).name(), "zone");
        assert!(answers.batches.is_empty());
    }

    #[test]
    fn a_column_that_is_not_there_is_refused() {
        let result = answer(
            &TOWN,
            &job(),
            &[column("lon", 0, &[3])],
            TextForm::Plain,
            &mut |_| (),
        );
        assert!(matches!(
            result,
            Err(BatchError::Columns(ColumnsError::NotFound { .. }))
        ));
    }

    #[test]
    fn whoever_waits_may_stop() {
        struct Impatient;
        impl Progress for Impatient {
            fn done(&mut self, _: u64, _: u64) -> io::Result<()> {
                Err(io::ErrorKind::Interrupted.into())
            }
        }
        let columns = [column("lon", 0, &[9000]), column("lat", 1, &[9000])];
        let result = answer(&TOWN, &job(), &columns, TextForm::Plain, &mut Impatient);
        assert!(matches!(result, Err(BatchError::Write(_))));
    }
}
