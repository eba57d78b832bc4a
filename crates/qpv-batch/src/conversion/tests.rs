//! Tables from each format to each other one, read back by independent readers.

use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array,
    Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use calamine::{Data, Reader, Xlsx};
use proptest::prelude::*;
use qpv_delimited::Encoding;
use qpv_model::Vintage;
use qpv_service::{VintageSelector, data};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use std::fmt::Write as _;

use super::*;
use crate::spreadsheet::SpreadsheetKind;
use crate::{AnswerVintages, PositionColumns, ZoneJob};

static TOWN: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::new(data::sample().unwrap()));

fn job() -> ZoneJob {
    ZoneJob {
        positions: PositionColumns::default(),
        vintages: AnswerVintages::One(VintageSelector::Vintage(Vintage::V2024)),
        uncertainty_m: None,
        members_only: false,
        fields: qpv_service::FieldSelection::default(),
    }
}

fn output(format: TableTarget) -> TableOutput<Cursor<Vec<u8>>> {
    TableOutput {
        format,
        writer: Cursor::new(vec![]),
    }
}

const CSV: TableTarget = TableTarget::Delimited(DelimitedOptions {
    delimiter: None,
    encoding: Encoding::Auto,
    replaces: false,
    with_mark: false,
    with_numbers: false,
});

/// Runs a conversion, whose output is a buffer.
fn run(
    format: TableTarget,
    convert: impl FnOnce(TableOutput<&mut Cursor<Vec<u8>>>) -> Result<BatchSummary, BatchError>,
) -> Result<(Vec<u8>, BatchSummary), BatchError> {
    let mut out = output(format);
    let summary = convert(TableOutput {
        format,
        writer: &mut out.writer,
    })?;
    Ok((out.writer.into_inner(), summary))
}

fn from_csv(text: &[u8], format: TableTarget) -> Result<(Vec<u8>, BatchSummary), BatchError> {
    let options = DelimitedOptions::default();
    run(format, |out| {
        from_delimited(&TOWN, &job(), options, text, out, &mut |_| ())
    })
}

fn from_xlsx(book: Vec<u8>, format: TableTarget) -> Result<(Vec<u8>, BatchSummary), BatchError> {
    run(format, |out| {
        let book = ChosenBook {
            kind: SpreadsheetKind::Xlsx,
            sheet: None,
            input: Cursor::new(book),
        };
        from_spreadsheet(&TOWN, &job(), book, out, &mut |_| ())
    })
}

fn from_columns(
    columns: Vec<(&str, ArrayRef)>,
    format: TableTarget,
) -> Result<(Vec<u8>, BatchSummary), BatchError> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut table = vec![];
    let mut writer = ArrowWriter::try_new(&mut table, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let table = bytes::Bytes::from(table);
    run(format, |out| {
        from_parquet(&TOWN, &job(), table, out, &mut |_| ())
    })
}

fn sheet(book: &[u8]) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(Cursor::new(book)).unwrap();
    let range = book.worksheet_range("Liste").unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

fn records(text: &[u8]) -> Vec<Vec<String>> {
    let text = text
        .strip_prefix(b"\xef\xbb\xbf")
        .expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .from_reader(text);
    reader
        .records()
        .map(|record| record.unwrap().iter().map(ToOwned::to_owned).collect())
        .collect()
}

fn table(bytes: Vec<u8>) -> RecordBatch {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap();
    let schema = Arc::clone(builder.schema());
    let batches: Vec<RecordBatch> = builder.build().unwrap().map(Result::unwrap).collect();
    match &batches[..] {
        [] => RecordBatch::new_empty(schema),
        [batch] => batch.clone(),
        _ => panic!("a small table has one batch"),
    }
}

fn texts(batch: &RecordBatch, column: usize) -> Vec<Option<String>> {
    let column = batch.column(column).as_string::<i32>().iter();
    column.map(|text| text.map(ToOwned::to_owned)).collect()
}

fn string(text: &str) -> Data {
    Data::String(text.to_owned())
}

const LIST: &[u8] =
    b"id;lon;lat;note\n00123;-3,605000;46.201000;=1+1\n;x;46.2;\"\"\n\n2015-03-01;1\n4;5;6;7;8\n";

#[test]
fn fields_of_text_stay_texts_in_a_spreadsheet() {
    let (book, summary) = from_csv(LIST, TableTarget::Xlsx).unwrap();
    let rows = sheet(&book);
    assert_eq!(rows[0][..4], ["id", "lon", "lat", "note"].map(string));
    assert_eq!(
        rows[1][..4],
        ["00123", "-3,605000", "46.201000", "=1+1"].map(string)
    );
    // The blank line stays one; a row keeps what it has too much in its last column.
    assert!(rows[3].iter().all(|value| *value == Data::Empty));
    assert_eq!(rows[4][0], string("2015-03-01"));
    assert_eq!(rows[5][3], string("7;8"));
    assert_eq!(rows[5].iter().nth_back(2), Some(&string("bad_row")));
    assert_eq!(summary.rows, 4);
    assert_eq!(summary.answers[0].errors["bad_row"].first, [5, 6]);
    assert_eq!(summary.encoding, Some("utf-8"));
}

#[test]
fn fields_of_text_stay_texts_in_parquet() {
    let (bytes, _) = from_csv(LIST, TableTarget::Parquet).unwrap();
    let batch = table(bytes);
    assert_eq!(batch.num_rows(), 4);
    let of = |text: &str| Some(text.to_owned());
    assert_eq!(
        texts(&batch, 0),
        [of("00123"), None, of("2015-03-01"), of("4")]
    );
    // Nothing is null, and an empty text is one.
    assert_eq!(texts(&batch, 3), [of("=1+1"), of(""), None, of("7;8")]);
    let zones = batch.column_by_name("zone").unwrap().as_string::<i32>();
    assert!(zones.is_valid(0) && zones.is_null(1));
    let distances = batch.column_by_name("distance_to_boundary_m").unwrap();
    assert!(distances.as_primitive_opt::<Float64Type>().is_some());
}

/// A sheet with a title above its header, and another sheet.
fn book() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Points").unwrap();
    sheet.write(0, 0, "Relevé").unwrap();
    for (column, name) in (0..).zip(["lon", "lat", "né", "actif", "code", "mixte"]) {
        sheet.write(1, column, name).unwrap();
    }
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let born = ExcelDateTime::from_ymd(2015, 3, 1).unwrap();
    for row in 2..4 {
        sheet.write(row, 0, -3.605_123_456_789).unwrap();
        sheet.write(row, 1, 46.201).unwrap();
        sheet
            .write_datetime_with_format(row, 2, &born, &day)
            .unwrap();
        sheet.write(row, 3, row == 2).unwrap();
        sheet.write(row, 4, "00123").unwrap();
    }
    sheet.write(2, 5, 12.5).unwrap();
    sheet.write(3, 5, "=HYPERLINK(1)").unwrap();
    book.add_worksheet().set_name("Notes").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_spreadsheet_is_written_in_full_as_text() {
    let (text, summary) = from_xlsx(book(), CSV).unwrap();
    let rows = records(&text);
    assert_eq!(
        rows[1][..6],
        [
            "-3.605123456789",
            "46.201",
            "2015-03-01",
            "true",
            "00123",
            "12.5"
        ]
    );
    // It was no formula in the sheet, and must not become one.
    assert_eq!(rows[2][5], "'=HYPERLINK(1)");
    assert_eq!((rows.len(), rows[0].len()), (3, 16));
    assert_eq!(
        (summary.left_out_rows, &summary.left_out_sheets[..]),
        (1, &["Notes".to_owned()][..])
    );
}

#[test]
fn columns_of_a_spreadsheet_have_their_type_in_parquet() {
    let (bytes, _) = from_xlsx(book(), TableTarget::Parquet).unwrap();
    let batch = table(bytes);
    let longitudes = batch.column(0).as_primitive::<Float64Type>();
    assert_eq!(longitudes.values()[..], [-3.605_123_456_789; 2]);
    // 1 March 2015.
    assert_eq!(
        batch.column(2).as_primitive::<Date32Type>().value(0),
        16_495
    );
    let active = batch.column(3).as_boolean();
    assert!(active.value(0) && !active.value(1));
    let of = |text: &str| Some(text.to_owned());
    assert_eq!(texts(&batch, 4), [of("00123"), of("00123")]);
    assert_eq!(texts(&batch, 5), [of("12.5"), of("=HYPERLINK(1)")]);
}

/// A column of each type that is converted.
fn columns() -> Vec<(&'static str, ArrayRef)> {
    // 2024-01-02T03:04:05.678901.
    let instant = 1_704_164_645_678_901;
    let decimals = Decimal128Array::from(vec![Some(1250), None]);
    vec![
        ("lon", Arc::new(Float64Array::from(vec![-3.605, 0.1 + 0.2]))),
        ("lat", Arc::new(Float64Array::from(vec![46.201, 46.2]))),
        ("n", Arc::new(Int64Array::from(vec![Some(i64::MAX), None]))),
        ("b", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("jour", Arc::new(Date32Array::from(vec![16_495, -1]))),
        (
            "instant",
            Arc::new(TimestampMicrosecondArray::from(vec![Some(instant), None])),
        ),
        (
            "zoné",
            Arc::new(TimestampMicrosecondArray::from(vec![0, instant]).with_timezone("UTC")),
        ),
        (
            "decimal",
            Arc::new(decimals.with_precision_and_scale(9, 2).unwrap()),
        ),
        (
            "octets",
            Arc::new(BinaryArray::from(vec![&b"\x00\xff"[..], b""])),
        ),
        ("texte", Arc::new(StringArray::from(vec![Some(""), None]))),
    ]
}

#[test]
fn values_of_parquet_are_written_in_full_as_text() {
    let (text, summary) = from_columns(columns(), CSV).unwrap();
    let written = String::from_utf8(text.clone()).unwrap();
    let rows = records(&text);
    assert_eq!(
        rows[1][..10],
        [
            "-3.605",
            "46.201",
            "9223372036854775807",
            "true",
            "2015-03-01",
            "2024-01-02T03:04:05.678901",
            "1970-01-01T00:00:00Z",
            "12.5",
            "00ff",
            ""
        ]
    );
    assert_eq!(rows[2][..3], ["0.30000000000000004", "46.2", ""]);
    assert_eq!(rows[2][4], "1969-12-31");
    // Quotes distinguish an empty text from null.
    assert!(written.contains(";00ff;\"\";"), "{written}");
    assert_eq!(summary.rows, 2);
}

#[test]
fn values_of_parquet_have_their_types_in_a_spreadsheet() {
    let (book, _) = from_columns(columns(), TableTarget::Xlsx).unwrap();
    let rows = sheet(&book);
    assert_eq!(rows[1][0], Data::Float(-3.605));
    // More digits than a number of a spreadsheet has.
    assert_eq!(rows[1][2], string("9223372036854775807"));
    assert_eq!(rows[1][3], Data::Bool(true));
    assert!(matches!(&rows[1][4], Data::DateTime(day) if day.to_ymd_hms_milli().0 == 2015));
    assert_eq!(rows[1][7], Data::Float(12.5));
    assert_eq!(rows[2][2], Data::Empty);
}

#[test]
fn what_the_output_cannot_hold_is_an_error_with_its_place() {
    let long = format!("lon;lat;a\n-3.6;46.2;b\n-3.6;46.2;{}\n", "é".repeat(32_768));
    let fault = from_csv(long.as_bytes(), TableTarget::Xlsx).unwrap_err();
    assert!(fault.is_usage());
    assert_eq!(
        fault.to_string(),
        "sheet Liste, row 3, column 3: more than 32,767 characters"
    );
    assert!(from_csv(long.as_bytes(), TableTarget::Parquet).is_ok());
    let rows = usize::try_from(MAX_SHEET_ROWS).unwrap();
    let many = vec![
        (
            "lon",
            Arc::new(Float64Array::from(vec![0.0; rows])) as ArrayRef,
        ),
        ("lat", Arc::new(Float64Array::from(vec![0.0; rows]))),
    ];
    let fault = from_columns(many, TableTarget::Xlsx).unwrap_err();
    assert!(fault.to_string().contains("1,048,576 rows"), "{fault}");
    let lists =
        arrow_array::ListArray::from_iter_primitive::<Float64Type, _, _>([Some([Some(1.0)])]);
    let nested = vec![
        ("lon", Arc::new(Float64Array::from(vec![0.0])) as ArrayRef),
        ("lat", Arc::new(Float64Array::from(vec![0.0]))),
        ("liste", Arc::new(lists)),
    ];
    let fault = from_columns(nested, CSV).unwrap_err();
    assert!(
        fault.to_string().starts_with("column liste holds"),
        "{fault}"
    );
}

/// Returns a `GeoParquet` table of points in well-known binary, with the column of their extents, as the format has them.
fn points_table(points: &[(f64, f64)]) -> bytes::Bytes {
    let wkb = points.iter().map(|(x, y)| {
        let kind = 1_u32.to_le_bytes();
        [&[1][..], &kind, &x.to_le_bytes(), &y.to_le_bytes()].concat()
    });
    let side = |axis: fn(&(f64, f64)) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(points.iter().map(axis)))
    };
    let (x, y) = (side(|point| point.0), side(|point| point.1));
    let sides = [("xmin", &x), ("ymin", &y), ("xmax", &x), ("ymax", &y)];
    let extents = arrow_array::StructArray::from(
        sides
            .map(|(name, values)| {
                let field = arrow_schema::Field::new(name, values.data_type().clone(), false);
                (Arc::new(field), Arc::clone(values))
            })
            .to_vec(),
    );
    let names: Vec<String> = (0..points.len()).map(|row| format!("n{row}")).collect();
    let batch = RecordBatch::try_from_iter([
        ("nom", Arc::new(StringArray::from(names)) as ArrayRef),
        ("bbox", Arc::new(extents)),
        ("geom", Arc::new(BinaryArray::from_iter_values(wkb))),
    ])
    .unwrap();
    let geo = r#"{"version":"1.1.0","primary_column":"geom","columns":{"geom":{"encoding":"WKB","geometry_types":[],
        "covering":{"bbox":{"xmin":["bbox","xmin"],"ymin":["bbox","ymin"],"xmax":["bbox","xmax"],"ymax":["bbox","ymax"]}}}}}"#;
    let entry = KeyValue::new("geo".to_owned(), geo.to_owned());
    let properties = WriterProperties::builder()
        .set_key_value_metadata(Some(vec![entry]))
        .build();
    let mut table = vec![];
    let mut writer = ArrowWriter::try_new(&mut table, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    table.into()
}

#[test]
fn geometries_are_asked_and_written_as_text() {
    let points = [(-3.605_123_4, 46.201_234_5), (-3.9, 46.0)];
    let converted = |format| {
        let input = points_table(&points);
        let (out, _) = run(format, |out| {
            from_parquet(&TOWN, &job(), input, out, &mut |_| ())
        })
        .unwrap();
        out
    };
    let columns = ["lon", "lat"].map(|axis| {
        let values = points
            .iter()
            .map(|(x, y)| if axis == "lon" { *x } else { *y });
        let values: ArrayRef = Arc::new(Float64Array::from_iter_values(values));
        (axis, values)
    });
    let (numbers, _) = from_columns(columns.to_vec(), CSV).unwrap();
    let (numbers, rows) = (records(&numbers), records(&converted(CSV)));
    assert_eq!(rows[0][..3], ["nom", "geom", "zone"]);
    assert_eq!(rows[1][..2], ["n0", "POINT (-3.6051234 46.2012345)"]);
    assert_eq!(rows[1][2], "qpv");
    for (row, numbers) in rows.iter().zip(&numbers) {
        assert_eq!(row[2..], numbers[2..]);
    }
    let book = sheet(&converted(TableTarget::Xlsx));
    assert_eq!(book[2][1], string("POINT (-3.9 46)"));
}

#[test]
fn singles_are_as_uncertain_in_every_output() {
    let perimeter = TOWN.perimeter(Vintage::V2024, qpv_engine::PerimeterId::new(0));
    // On the line, but for the spacing of singles: 0.2 m there.
    let vertices = perimeter.outline.wgs84().0[0].exterior().0.iter();
    let singles = |axis: fn(&geo_types::Coord<f64>) -> f64| -> Vec<f32> {
        #[expect(clippy::cast_possible_truncation, reason = "the singles of the test")]
        let values = vertices.clone().map(|vertex| axis(vertex) as f32);
        values.collect()
    };
    let (lon, lat) = (singles(|vertex| vertex.x), singles(|vertex| vertex.y));
    let zones = |lon: ArrayRef, lat: ArrayRef| {
        let columns = vec![("lon", lon), ("lat", lat)];
        let csv = records(&from_columns(columns.clone(), CSV).unwrap().0);
        let book = sheet(&from_columns(columns.clone(), TableTarget::Xlsx).unwrap().0);
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let (mut input, mut out) = (vec![], vec![]);
        let mut writer = ArrowWriter::try_new(&mut input, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let input = bytes::Bytes::from(input);
        crate::parquet::answer(&TOWN, &job(), input, &mut out, &mut |_| ()).unwrap();
        let column: Vec<String> = csv[1..].iter().map(|row| row[2].clone()).collect();
        let cells: Vec<String> = book[1..].iter().map(|row| row[2].to_string()).collect();
        let typed = texts(&table(out), 2).into_iter().flatten();
        assert_eq!((&column, column.clone()), (&cells, typed.collect()));
        column
    };
    let doubles = |values: &[f32]| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(
            values.iter().map(|value| f64::from(*value)),
        ))
    };
    let exact = zones(doubles(&lon), doubles(&lat));
    let rounded = zones(
        Arc::new(Float32Array::from(lon)),
        Arc::new(Float32Array::from(lat)),
    );
    assert!(
        rounded.iter().all(|zone| zone == "undetermined"),
        "{rounded:?}"
    );
    assert!(exact.iter().any(|zone| zone != "undetermined"), "{exact:?}");
}

#[test]
fn days_before_march_1900_are_texts_in_a_spreadsheet() {
    // Days from 1970-01-01, as Python counts them.
    let days = [
        (-25_568, "1899-12-31"),
        (-25_567, "1900-01-01"),
        (-25_509, "1900-02-28"),
        (-141_427, "1582-10-15"),
        (-719_162, "0001-01-01"),
    ];
    let numbers = days.iter().map(|(day, _)| *day).chain([-25_508]);
    let count = days.len() + 1;
    let position = |value: f64| -> ArrayRef { Arc::new(Float64Array::from(vec![value; count])) };
    let columns = vec![
        ("lon", position(-3.605)),
        ("lat", position(46.2)),
        (
            "jour",
            Arc::new(Date32Array::from_iter_values(numbers)) as ArrayRef,
        ),
    ];
    let rows = sheet(&from_columns(columns, TableTarget::Xlsx).unwrap().0);
    for (row, (_, day)) in rows[1..].iter().zip(days) {
        assert_eq!(row[2], string(day));
    }
    // The first day behind the one that the format has and the calendar has not: number 61.
    assert!(matches!(&rows[count][2], Data::DateTime(day) if day.as_f64() == 61.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Fields of text, through each format and back to text.
    #[test]
    fn texts_are_the_same_in_every_format(
        rows in proptest::collection::vec(("([a-zé0][a-zé0 ;\"\n]{0,5})?", "[0-9,.é]{0,5}"), 0..20),
        blank in proptest::option::of(0..20_usize),
    ) {
        let mut text = String::from("lon;lat;a;b\n");
        for (index, (a, b)) in rows.iter().enumerate() {
            if blank == Some(index) {
                text.push('\n');
            }
            let quoted = a.replace('"', "\"\"");
            writeln!(text, "-3.605000;46.201000;\"{quoted}\";{b}").unwrap();
        }
        let expected: Vec<[String; 2]> =
            rows.iter().map(|(a, b)| [a.clone(), b.clone()]).collect();

        let (book, summary) = from_csv(text.as_bytes(), TableTarget::Xlsx).unwrap();
        prop_assert_eq!(summary.rows, rows.len() as u64);
        let (again, _) = from_xlsx(book, CSV).unwrap();
        let found: Vec<[String; 2]> =
            records(&again)[1..].iter().map(|row| [row[2].clone(), row[3].clone()]).collect();
        prop_assert_eq!(&found, &expected);

        let (bytes, _) = from_csv(text.as_bytes(), TableTarget::Parquet).unwrap();
        let batch = table(bytes);
        let of = |column| texts(&batch, column).into_iter().map(Option::unwrap_or_default);
        let found: Vec<[String; 2]> = of(2).zip(of(3)).map(|(a, b)| [a, b]).collect();
        prop_assert_eq!(&found, &expected);
    }
}
