//! Tables written and read back by the `parquet` crate.

use std::sync::LazyLock;

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::file::metadata::ParquetMetaDataWriter;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{
    Array, DictionaryArray, Float64Array, Int64Array, LargeStringArray, ListArray, StringArray,
    StringViewArray,
};

use super::*;
use crate::{AddressJob, AnswerVintages, PositionColumns, ResultColumn, ZoneColumns, ZoneJob};
use ::parquet::file::metadata::KeyValue;
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
    let rows = i64::try_from(5 * ROWS_PER_BATCH + 7).unwrap();
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
            vintages: AnswerVintages::Both,
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
    for (codec, read) in [
        (CompressionCodec::SNAPPY, true),
        (CompressionCodec::LZ4_RAW, false),
        (CompressionCodec::LZ4, false),
        (CompressionCodec::BROTLI, false),
        (CompressionCodec::LZO, false),
    ] {
        let mut out = vec![];
        match answer(
            &TOWN,
            &options(),
            file_said_to_be(codec),
            &mut out,
            &mut |_| (),
        ) {
            Ok(summary) => assert!(read && summary.rows == 1, "{codec:?}"),
            Err(fault) => {
                assert!(
                    !read && fault.is_usage() && out.is_empty(),
                    "{codec:?}: {fault}"
                );
                let told = fault.to_string();
                assert!(
                    told.contains("altitude") && told.contains(&codec.to_string()),
                    "{told}"
                );
            }
        }
    }
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
            vintages: AnswerVintages::Both,
            prefix: "",
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
    for vintage in Vintage::ALL {
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
