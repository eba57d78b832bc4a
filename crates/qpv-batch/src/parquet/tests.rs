//! Tables written and read back by the `parquet` crate.

use std::sync::LazyLock;

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::arrow::arrow_writer::ArrowWriterOptions;
use ::parquet::arrow::{ARROW_SCHEMA_META_KEY, ArrowWriter, encode_arrow_schema};
use ::parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use ::parquet::file::metadata::ParquetMetaDataWriter;
use ::parquet::file::properties::{WriterProperties, WriterVersion};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{
    Array, BinaryArray, DictionaryArray, Float64Array, Int64Array, LargeStringArray, ListArray,
    RecordBatch, StringArray, StringViewArray,
};
use proptest::prelude::*;

use super::*;
use crate::{AddressJob, AnswerVintages, PositionColumns, ResultColumn, ZoneColumns, ZoneJob};

use qpv_engine::PerimeterId;
use qpv_model::Vintage;
use qpv_service::VintageSelector;
use qpv_service::data;

static TOWN: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::new(data::sample().unwrap()));

fn options() -> ZoneJob {
    ZoneJob {
        positions: PositionColumns::default(),
        vintages: AnswerVintages::One(VintageSelector::Vintage(Vintage::V2024)),
        uncertainty_m: None,
        members_only: false,
        fields: qpv_service::FieldSelection::default(),
    }
}

fn file(columns: Vec<(&str, ArrayRef)>, properties: WriterProperties) -> bytes::Bytes {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut out = vec![];
    let mut writer = ArrowWriter::try_new(&mut out, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    out.into()
}

fn run(
    columns: Vec<(&str, ArrayRef)>,
    job: &impl Job,
) -> Result<(Vec<RecordBatch>, BatchSummary), BatchError> {
    let mut out = vec![];
    let input = file(columns, WriterProperties::default());
    let summary = answer(&TOWN, job, input, &mut out, &mut |_| ())?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(out))
        .unwrap()
        .build()
        .unwrap();
    Ok((reader.map(Result::unwrap).collect(), summary))
}

fn texts(batches: &[RecordBatch], name: &str) -> Vec<Option<String>> {
    let columns = batches
        .iter()
        .map(|batch| batch.column_by_name(name).unwrap().as_string::<i32>());
    columns
        .flat_map(|column| column.iter().map(|text| text.map(ToOwned::to_owned)))
        .collect()
}

/// A table whose column `texte` has these bytes, which only the schema of Arrow beside it calls text.
fn file_of_unannotated_text(bytes: &[&[u8]], text: &DataType) -> bytes::Bytes {
    let (lon, lat, _) = vertex();
    let position = |value| Arc::new(Float64Array::from(vec![value; bytes.len()])) as ArrayRef;
    let raw = Arc::new(BinaryArray::from_iter_values(bytes)) as ArrayRef;
    let columns = [
        ("lon", position(lon)),
        ("lat", position(lat)),
        ("texte", raw),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut fields: Vec<Field> = batch
        .schema()
        .fields()
        .iter()
        .map(|field| (**field).clone())
        .collect();
    fields[2] = Field::new("texte", text.clone(), false);
    let believed = KeyValue::new(
        ARROW_SCHEMA_META_KEY.to_owned(),
        encode_arrow_schema(&Schema::new(fields)),
    );
    let properties = WriterProperties::builder().set_key_value_metadata(Some(vec![believed]));
    let options = ArrowWriterOptions::new()
        .with_properties(properties.build())
        .with_skip_arrow_metadata(true);
    let mut out = vec![];
    let mut writer = ArrowWriter::try_new_with_options(&mut out, batch.schema(), options).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    out.into()
}

#[test]
fn bytes_that_the_schema_alone_calls_text_are_checked() {
    for text in [DataType::Utf8, DataType::LargeUtf8, DataType::Utf8View] {
        let sound = file_of_unannotated_text(&["é".as_bytes(), b"b"], &text);
        answer(&TOWN, &options(), sound, vec![], &mut |_| ()).unwrap();
        for bytes in [&[b"a", &[0xff, b'b'][..]], &[&[0xc3][..], &[0xa9][..]]] {
            let damaged = file_of_unannotated_text(bytes, &text);
            let fault = answer(&TOWN, &options(), damaged, vec![], &mut |_| ()).unwrap_err();
            assert!(fault.to_string().contains("a damaged file"), "{fault}");
        }
    }
}

/// A vertex of the town, which belongs to its perimeter.
fn vertex() -> (f64, f64, String) {
    let perimeter = TOWN.perimeter(Vintage::V2024, PerimeterId::new(0));
    let vertex = perimeter.outline.wgs84().0[0].exterior().0[0];
    (vertex.x, vertex.y, perimeter.code_qp.to_string())
}

#[test]
fn coordinates_written_roughly_leave_the_zone_open() {
    use arrow_array::{Float32Array, Float64Array, StringArray};
    let columns: [(ArrayRef, ArrayRef, bool); 5] = [
        (
            Arc::new(Float64Array::from(vec![-3.61])),
            Arc::new(Float64Array::from(vec![46.2])),
            true,
        ),
        (
            Arc::new(Float32Array::from(vec![-3.61])),
            Arc::new(Float32Array::from(vec![46.2])),
            true,
        ),
        (
            Arc::new(StringArray::from(vec!["-3,61"])),
            Arc::new(StringArray::from(vec!["46,20"])),
            true,
        ),
        (
            Arc::new(StringArray::from(vec!["-3.610000"])),
            Arc::new(StringArray::from(vec!["46.200000"])),
            false,
        ),
        (
            Arc::new(Float64Array::from(vec![-3.610_51])),
            Arc::new(Float64Array::from(vec![46.203_047])),
            false,
        ),
    ];
    for (lon, lat, is_open) in columns {
        let (batches, _) = run(vec![("lon", lon), ("lat", lat)], &options()).unwrap();
        let zone = texts(&batches, "zone")[0].clone().unwrap();
        assert_eq!(zone == "undetermined", is_open, "{batches:?}");
    }
}

#[test]
fn columns_come_back_with_their_types_and_the_added_ones_behind() {
    let (lon, lat, code) = vertex();
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([
        Some(vec![Some(1), None]),
        None,
        Some(vec![]),
    ]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("list", Arc::new(lists)),
        (
            "Longitude",
            Arc::new(Float64Array::from(vec![Some(lon), None, Some(2.35)])),
        ),
        (
            "LATITUDE",
            Arc::new(Float64Array::from(vec![lat, lat, 48.85])),
        ),
        (
            "zone",
            Arc::new(LargeStringArray::from(vec![Some("é"), None, Some("")])),
        ),
    ];
    let (batches, summary) = run(columns.clone(), &options()).unwrap();
    let [batch] = &batches[..] else {
        panic!("{batches:?}")
    };
    for (index, (name, column)) in columns.iter().enumerate() {
        assert_eq!(
            (
                batch.schema().field(index).name().as_str(),
                batch.column(index)
            ),
            (*name, column)
        );
    }
    assert_eq!(
        texts(&batches, "zone_qpv"),
        [Some("qpv".to_owned()), None, None]
    );
    assert_eq!(texts(&batches, "code_qp_qpv"), [Some(code), None, None]);
    let error = |code: &str| Some(code.to_owned());
    assert_eq!(
        texts(&batches, "error_qpv"),
        [
            None,
            error("missing_coordinates"),
            error("outside_coverage")
        ]
    );
    let distances = batch
        .column_by_name("distance_to_boundary_m_qpv")
        .unwrap()
        .as_primitive::<Float64Type>();
    assert_eq!((distances.value(0), distances.null_count()), (0.0, 2));
    assert_eq!(summary.answers[0].errors["outside_coverage"].first, [3]);
    assert_eq!(summary.columns, ["Longitude", "LATITUDE"]);
}

#[test]
fn rows_keep_their_order_over_many_batches_and_both_vintages() {
    let (lon, lat, code) = vertex();
    let rows = i64::try_from(2 * parts::MAX_PART_ROWS + 7).unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(0..rows))),
        (
            "lon",
            Arc::new(Float64Array::from_iter_values(
                (0..rows).map(|row| if row % 2 == 0 { lon } else { f64::NAN }),
            )),
        ),
        (
            "lat",
            Arc::new(Float64Array::from_iter_values((0..rows).map(|_| lat))),
        ),
    ];
    let (batches, summary) = run(
        columns,
        &ZoneJob {
            vintages: AnswerVintages::Each(vec![Vintage::V2015, Vintage::V2024]),
            ..options()
        },
    )
    .unwrap();
    let ids = batches.iter().flat_map(|batch| {
        batch
            .column(0)
            .as_primitive::<arrow_array::types::Int64Type>()
            .values()
    });
    assert!(ids.copied().eq(0..rows));
    for (row, (found, error)) in texts(&batches, "code_qp_2024")
        .into_iter()
        .zip(texts(&batches, "error_2015"))
        .enumerate()
    {
        let expected = if row % 2 == 0 {
            (Some(code.clone()), None)
        } else {
            (None, Some("not_finite".to_owned()))
        };
        assert_eq!((found, error), expected, "row {row}");
    }
    assert_eq!(summary.rows, rows.unsigned_abs());
    assert_eq!(
        summary.answers[1].errors["not_finite"].first,
        [2, 4, 6, 8, 10]
    );
}

#[test]
fn metadata_of_others_is_kept() {
    let entry = KeyValue::new("geo".to_owned(), "{\"version\": \"1.1.0\"}".to_owned());
    let properties = WriterProperties::builder()
        .set_key_value_metadata(Some(vec![entry.clone()]))
        .set_compression(Compression::ZSTD(::parquet::basic::ZstdLevel::default()))
        .build();
    let column: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    let (mut out, mut told) = (vec![], 0);
    let input = file(
        vec![("lon", Arc::clone(&column)), ("lat", column)],
        properties,
    );
    let size = input.len() as u64;
    answer(&TOWN, &options(), input, &mut out, &mut |bytes| {
        told += bytes;
    })
    .unwrap();
    assert_eq!(told, size);
    let output = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(out)).unwrap();
    let entries = output
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .unwrap();
    assert_eq!(entries.iter().filter(|found| **found == entry).count(), 1);
    assert_eq!(
        entries
            .iter()
            .filter(|found| found.key == ARROW_SCHEMA_META_KEY)
            .count(),
        1
    );
}

/// A table whose metadata say that its last column is compressed with a codec, whatever it is.
fn file_said_to_be(codec: CompressionCodec) -> bytes::Bytes {
    let column: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    let columns = vec![
        ("lon", Arc::clone(&column)),
        ("lat", Arc::clone(&column)),
        ("altitude", column),
    ];
    let whole = file(
        columns,
        WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .build(),
    );
    let metadata = ParquetRecordBatchReaderBuilder::try_new(whole.clone())
        .unwrap()
        .metadata()
        .as_ref()
        .clone();
    let mut metadata = metadata.into_builder();
    let groups = metadata.take_row_groups().into_iter().map(|group| {
        let mut columns = group.columns().to_vec();
        let last = columns
            .pop()
            .unwrap()
            .into_builder()
            .set_compression_codec(codec)
            .build()
            .unwrap();
        columns.push(last);
        group
            .into_builder()
            .set_column_metadata(columns)
            .build()
            .unwrap()
    });
    let groups = groups.collect();
    let mut out = whole.to_vec();
    // What is read of the old metadata is their end, which is that of the new ones.
    ParquetMetaDataWriter::new(&mut out, &metadata.set_row_groups(groups).build())
        .finish()
        .unwrap();
    out.into()
}

#[test]
fn a_codec_that_is_not_read_is_refused_before_anything_is_written() {
    let mut out = vec![];
    let input = file_said_to_be(CompressionCodec::LZO);
    let fault = answer(&TOWN, &options(), input, &mut out, &mut |_| ()).unwrap_err();
    assert!(fault.is_usage() && out.is_empty(), "{fault}");
    let told = fault.to_string();
    assert!(told.contains("altitude") && told.contains("LZO"), "{told}");
}

/// Every codec that a table may be written with.
fn codecs() -> Vec<Compression> {
    vec![
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
    ]
}

/// Tables of a few hundred rows, cut and written in any way.
#[derive(Debug, Clone)]
struct AnyTable {
    /// In tenths of the way from one corner of the town to the other; `None` for no coordinate.
    places: Vec<Option<(u16, u16)>>,
    /// Places where a row group ends.
    cuts: Vec<usize>,
    codec: Compression,
    rows_per_page: usize,
    has_dictionaries: bool,
    is_second_version: bool,
    /// The type of the coordinates.
    kind: usize,
}

fn any_table() -> impl Strategy<Value = AnyTable> {
    let place = proptest::option::weighted(0.9, (0..200_u16, 0..200_u16));
    (
        proptest::collection::vec(place, 1..300),
        proptest::collection::vec(0..300_usize, 0..8),
        proptest::sample::select(codecs()),
        1..100_usize,
        any::<bool>(),
        any::<bool>(),
        0..4_usize,
    )
        .prop_map(
            |(places, cuts, codec, rows_per_page, has_dictionaries, is_second_version, kind)| {
                AnyTable {
                    places,
                    cuts,
                    codec,
                    rows_per_page,
                    has_dictionaries,
                    is_second_version,
                    kind,
                }
            },
        )
}

impl AnyTable {
    /// The coordinates, exact as texts of seven decimals.
    fn position(&self, row: usize) -> Option<(String, String)> {
        let (lon, lat, _) = vertex();
        let (x, y) = self.places[row]?;
        Some((
            format!("{:.7}", lon + (f64::from(x) - 100.0) * 1e-4),
            format!("{:.7}", lat + (f64::from(y) - 100.0) * 1e-4),
        ))
    }

    fn coordinates(&self, axis: impl Fn((String, String)) -> String) -> ArrayRef {
        let texts: Vec<Option<String>> = (0..self.places.len())
            .map(|row| self.position(row).map(&axis))
            .collect();
        match self.kind {
            0 => Arc::new(
                texts
                    .iter()
                    .map(|text| text.as_ref().map(|text| text.parse::<f64>().unwrap()))
                    .collect::<Float64Array>(),
            ),
            1 => Arc::new(StringArray::from(texts)),
            2 => Arc::new(StringViewArray::from_iter(texts)),
            _ => Arc::new(
                texts
                    .iter()
                    .map(Option::as_deref)
                    .collect::<DictionaryArray<Int32Type>>(),
            ),
        }
    }

    fn batch(&self) -> RecordBatch {
        let rows = self.places.len();
        let notes = (0..rows).map(|row| (row % 3 > 0).then(|| "n".repeat(row % 7)));
        let lists = (0..rows).map(|row| (row % 4 > 0).then(|| vec![Some(1); row % 5]));
        let lists = ListArray::from_iter_primitive::<Int32Type, _, _>(lists);
        RecordBatch::try_from_iter_with_nullable(vec![
            (
                "id",
                Arc::new(Int64Array::from_iter_values(
                    0..i64::try_from(rows).unwrap(),
                )) as ArrayRef,
                false,
            ),
            ("lon", self.coordinates(|(lon, _)| lon), true),
            ("note", Arc::new(notes.collect::<StringArray>()), true),
            ("list", Arc::new(lists), true),
            ("lat", self.coordinates(|(_, lat)| lat), true),
        ])
        .unwrap()
    }

    fn file(&self) -> bytes::Bytes {
        let batch = self.batch();
        let version = if self.is_second_version {
            WriterVersion::PARQUET_2_0
        } else {
            WriterVersion::PARQUET_1_0
        };
        let properties = WriterProperties::builder()
            .set_compression(self.codec)
            .set_writer_version(version)
            .set_dictionary_enabled(self.has_dictionaries)
            .set_data_page_row_count_limit(self.rows_per_page)
            .set_write_batch_size(self.rows_per_page)
            .build();
        let mut cuts: Vec<usize> = self
            .cuts
            .iter()
            .map(|cut| cut % self.places.len())
            .collect();
        cuts.extend([0, self.places.len()]);
        cuts.sort_unstable();
        let mut out = vec![];
        let mut writer = ArrowWriter::try_new(&mut out, batch.schema(), Some(properties)).unwrap();
        for cut in cuts.windows(2) {
            writer.write(&batch.slice(cut[0], cut[1] - cut[0])).unwrap();
            writer.flush().unwrap();
        }
        writer.close().unwrap();
        out.into()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_row_comes_out_in_its_place(table in any_table(), part_rows in 1..120_usize) {
        let mut out = vec![];
        let job = options();
        answer_in_parts(&TOWN, &job, table.file(), &mut out, &mut |_| (), part_rows).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(out)).unwrap();
        let batches: Vec<RecordBatch> =
            reader.with_batch_size(1000).build().unwrap().map(Result::unwrap).collect();
        let [found] = &batches[..] else { panic!("{} batches", batches.len()) };
        let given = table.batch();
        for column in 0..given.num_columns() {
            let schemas = (given.schema(), found.schema());
            prop_assert_eq!(schemas.0.field(column), schemas.1.field(column));
            // Dictionaries of several row groups may be in another order: texts are compared.
            let texts = |batch: &RecordBatch| -> Vec<String> {
                let cells = ColumnCells::new(batch.column(column));
                (0..batch.num_rows()).map(|row| cells.get(row).text().into_owned()).collect()
            };
            prop_assert_eq!(texts(&given), texts(found));
        }
        prop_assert_eq!(given.column(3), found.column(3));
        for row in 0..given.num_rows() {
            let codes = found.column_by_name("code_qp").unwrap().as_string::<i32>();
            let errors = found.column_by_name("error").unwrap().as_string::<i32>();
            let (code, error) = match table.position(row) {
                None => (String::new(), "missing_coordinates"),
                Some((lon, lat)) => {
                    let place = qpv_service::Place::LonLat(lon.parse().unwrap(), lat.parse().unwrap());
                    let choice = VintageSelector::Vintage(Vintage::V2024);
                    match qpv_service::locate(&TOWN, place, choice, None) {
                        Ok(answer) => (code_of(&answer), ""),
                        Err(fault) => (String::new(), qpv_service::CodedError::code(&fault).as_str()),
                    }
                }
            };
            let text = |cells: &StringArray| {
                if cells.is_null(row) { String::new() } else { cells.value(row).to_owned() }
            };
            prop_assert_eq!((text(codes), text(errors)), (code, error.to_owned()), "row {}", row);
        }
    }
}

fn code_of(answer: &qpv_service::PointAnswer) -> String {
    let codes = answer
        .located
        .members
        .iter()
        .map(|member| TOWN.perimeter(Vintage::V2024, *member).code_qp.to_string());
    codes.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_no_table_of_positions_is_refused() {
    let fault = answer(
        &TOWN,
        &options(),
        bytes::Bytes::from("lon,lat\n1,2\n"),
        vec![],
        &mut |_| (),
    )
    .unwrap_err();
    assert!(fault.is_usage(), "{fault}");
    let booleans: ArrayRef = Arc::new(arrow_array::BooleanArray::from(vec![true]));
    let fault = run(
        vec![("lon", Arc::clone(&booleans)), ("lat", booleans)],
        &options(),
    )
    .unwrap_err();
    assert!(
        fault.is_usage() && fault.to_string().contains("Boolean"),
        "{fault}"
    );
    let names: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let fault = run(vec![("nom", names)], &options()).unwrap_err();
    assert!(
        fault.is_usage() && fault.to_string().contains("nom"),
        "{fault}"
    );
}

#[test]
fn addresses_of_any_type_of_column_are_read() {
    let streets: ArrayRef = Arc::new(
        vec!["rue des Cordiers", ""]
            .into_iter()
            .collect::<DictionaryArray<Int32Type>>(),
    );
    let numbers: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.0), None]));
    let cities: ArrayRef = Arc::new(StringViewArray::from(vec![Some("Port-Fictif"), None]));
    let job = AddressJob {
        columns: ["numero", "voie", "ville"].map(ToOwned::to_owned).to_vec(),
        results: ResultColumn::check(),
        zones: Some(ZoneColumns {
            vintages: AnswerVintages::Each(vec![Vintage::V2015, Vintage::V2024]),
            prefix: "",
            fields: qpv_service::FieldSelection::default(),
        }),
        ..AddressJob::default()
    };
    let columns = vec![("voie", streets), ("numero", numbers), ("ville", cities)];
    let (batches, summary) = run(columns.clone(), &job).unwrap();
    let text = |value: &str| Some(value.to_owned());
    assert_eq!(
        texts(&batches, "result_label"),
        [text("1 Rue des Cordiers 00100 Port-Fictif"), None]
    );
    assert_eq!(
        texts(&batches, "result_status"),
        [text("ok"), text("skipped")]
    );
    let latitude = batches[0]
        .column_by_name("latitude")
        .unwrap()
        .as_primitive::<Float64Type>();
    assert!((46.1..46.3).contains(&latitude.value(0)) && latitude.is_null(1));
    for vintage in [Vintage::V2015, Vintage::V2024] {
        assert!(texts(&batches, &format!("zone_{vintage}"))[0].is_some());
        assert_eq!(texts(&batches, &format!("zone_{vintage}"))[1], None);
    }
    assert_eq!(
        (&*summary.columns, summary.answers.len()),
        (&job.columns[..], 2)
    );
    let lists: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>([Some(
        vec![Some(1)],
    )]));
    let fault = run(
        vec![("voie", lists)],
        &AddressJob {
            columns: vec!["voie".into()],
            ..job
        },
    )
    .unwrap_err();
    assert!(
        fault.to_string().contains("addresses must be texts"),
        "{fault}"
    );
}

/// Any byte changed gives an answer or an error, never a panic.
#[test]
fn damaged_tables_are_errors() {
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "lon",
            Arc::new(Float64Array::from(vec![-3.6, 2.35])) as ArrayRef,
        ),
        ("lat", Arc::new(Float64Array::from(vec![46.2, 48.85]))),
        ("nom", Arc::new(StringArray::from(vec!["é", "b"]))),
    ];
    let whole = file(columns, WriterProperties::default());
    let mut panics = 0;
    for at in 0..whole.len() {
        for value in [0, 0x41, 0x80, 0xff] {
            let mut damaged = whole.to_vec();
            damaged[at] = value;
            let damaged = bytes::Bytes::from(damaged);
            let answered = answer(&TOWN, &options(), damaged, vec![], &mut |_| ());
            if let Err(error) = answered
                && error.to_string().contains("a damaged file")
            {
                assert!(!error.is_usage(), "{error}");
                panics += 1;
            }
        }
    }
    assert!(
        panics > 0,
        "the reader checks all it reads: catch it no more"
    );
}

#[test]
fn reviews_of_a_table_come_back() {
    let texts_of =
        |texts: [Option<&str>; 3]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
    let columns = vec![
        (
            "adresse",
            texts_of([
                Some("35 rue des Cordiers Port-Fictif"),
                Some("1 rue des Cordiers Port-Fictif"),
                Some("35 rue des Cordiers Port-Fictif"),
            ]),
        ),
        ("revue_zone", texts_of([Some("oui"), Some("non"), None])),
        ("revue_motif", texts_of([Some("bail"), Some("bail"), None])),
        ("revue_fonction", texts_of([Some("agent"), None, None])),
    ];
    let job = AddressJob {
        columns: vec!["adresse".into()],
        results: ResultColumn::check(),
        zones: Some(ZoneColumns {
            vintages: AnswerVintages::One(VintageSelector::Vintage(Vintage::V2024)),
            prefix: "",
            fields: qpv_service::FieldSelection::default(),
        }),
        ..AddressJob::default()
    };
    let job = crate::ReviewedJob::new(job, crate::ReviewColumns::default());
    let (batches, summary) = run(columns, &job).unwrap();
    let column = |name| -> Vec<String> {
        let texts = texts(&batches, name).into_iter();
        texts.map(Option::unwrap_or_default).collect()
    };
    assert_eq!(column("review_status"), ["applied", "contradicts", ""]);
    assert_eq!(column("zone_after_review"), ["qpv", "", ""]);
    assert_eq!(column("zone"), ["undetermined", "qpv", "undetermined"]);
    assert_eq!(column("revue_motif"), ["bail", "bail", ""]);
    assert_eq!(summary.answers[0].reviewed.unwrap().qpv, 1);
}
