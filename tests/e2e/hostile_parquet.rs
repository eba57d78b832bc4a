//! Parquet files whose pages claim or unpack to more than they hold, read by a program that may take 512 MB.

use std::io::Write;
use std::sync::Arc;

use flate2::write::GzEncoder;
use parquet::basic::{CompressionCodec, Encoding};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};

use crate::harness::{Data, Ran};
use crate::hostile::{LIST_KIB, run_within};

/// A page with the bytes that stand in the file and the bytes that it claims in memory.
struct HostilePage {
    page: Page,
    claimed_bytes: usize,
}

impl HostilePage {
    /// A data page of plain values, or of keys of a dictionary.
    fn data(packed: Vec<u8>, claimed_bytes: usize, values: u32, encoding: Encoding) -> Self {
        let page = Page::DataPage {
            buf: packed.into(),
            num_values: values,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        Self {
            page,
            claimed_bytes,
        }
    }

    fn dictionary(packed: Vec<u8>, claimed_bytes: usize, values: u32) -> Self {
        let page = Page::DictionaryPage {
            buf: packed.into(),
            num_values: values,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        };
        Self {
            page,
            claimed_bytes,
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![];
    brotli::CompressorWriter::new(&mut out, 1 << 16, 1, 22)
        .write_all(bytes)
        .unwrap();
    out
}

/// A block of Snappy: its length, and a literal.
fn snappy(bytes: [u8; 4]) -> Vec<u8> {
    [&[4, 3 << 2][..], &bytes].concat()
}

/// A column of a row group, written page by page.
fn column(
    description: ColumnDescPtr,
    codec: CompressionCodec,
    rows: u64,
    pages: Vec<HostilePage>,
) -> (bytes::Bytes, ColumnCloseResult) {
    let mut sink = TrackedWrite::new(Vec::new());
    let has_dictionary = pages[0].page.is_dictionary_page();
    let values: u32 = pages
        .iter()
        .filter(|page| page.page.is_data_page())
        .map(|page| page.page.num_values())
        .sum();
    let mut data_start = None;
    for HostilePage {
        page,
        claimed_bytes,
    } in pages
    {
        let is_data = page.is_data_page();
        let written = SerializedPageWriter::new(&mut sink)
            .write_page(CompressedPage::new(page, claimed_bytes))
            .unwrap();
        if is_data {
            data_start.get_or_insert(i64::try_from(written.offset).unwrap());
        }
    }
    let bytes = sink.into_inner().unwrap();
    let length = i64::try_from(bytes.len()).unwrap();
    let metadata = ColumnChunkMetaData::builder(description)
        .set_compression_codec(codec)
        .set_num_values(i64::from(values))
        .set_total_compressed_size(length)
        .set_total_uncompressed_size(length)
        .set_dictionary_page_offset(has_dictionary.then_some(0))
        .set_data_page_offset(data_start.unwrap())
        .build()
        .unwrap();
    let close = ColumnCloseResult {
        bytes_written: bytes.len() as u64,
        rows_written: rows,
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    (bytes.into(), close)
}

/// A table of positions with another column, whose pages are given.
fn table(last: &str, codec: CompressionCodec, rows: u32, pages: Vec<HostilePage>) -> Vec<u8> {
    let schema = parse_message_type(&format!(
        "message table {{ required double lon; required double lat; {last} }}"
    ))
    .unwrap();
    let schema = Arc::new(schema);
    let columns = SchemaDescriptor::new(Arc::clone(&schema));
    let mut out = vec![];
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(&mut out, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let coordinates = 1.0_f64.to_le_bytes().repeat(rows as usize);
    for axis in 0..2 {
        let length = coordinates.len();
        let page = HostilePage::data(coordinates.clone(), length, rows, Encoding::PLAIN);
        let codec = CompressionCodec::UNCOMPRESSED;
        let (bytes, close) = column(columns.column(axis), codec, rows.into(), vec![page]);
        group.append_column(&bytes, close).unwrap();
    }
    let (bytes, close) = column(columns.column(2), codec, rows.into(), pages);
    group.append_column(&bytes, close).unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    out
}

/// Keys of a dictionary that are all the first one: a run, after the width of a key.
fn first_keys(rows: u32) -> Vec<u8> {
    let (mut keys, mut run) = (vec![1], u64::from(rows) << 1);
    while run >= 0x80 {
        keys.push(u8::try_from(run & 0x7f).unwrap() | 0x80);
        run >>= 7;
    }
    keys.push(u8::try_from(run).unwrap());
    keys.push(0);
    keys
}

fn plain_text(bytes: usize) -> Vec<u8> {
    let mut text = u32::try_from(bytes).unwrap().to_le_bytes().to_vec();
    text.resize(bytes + 4, b'a');
    text
}

/// Lengths in the encoding `DELTA_BINARY_PACKED`: blocks of 128, in whole numbers of 32 bits.
fn delta_lengths(lengths: &[i32]) -> Vec<u8> {
    let deltas: Vec<i32> = lengths.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mut out = vec![0x80, 1, 4];
    push_varint(&mut out, u64::try_from(lengths.len()).unwrap());
    push_zigzag(&mut out, lengths[0]);
    for block in deltas.chunks(128) {
        let least = *block.iter().min().unwrap();
        push_zigzag(&mut out, least);
        out.extend([32; 4]);
        // Whole miniblocks of 32, and none that nothing is in.
        for index in 0..block.len().next_multiple_of(32) {
            let above = block.get(index).map_or(0, |delta| delta - least);
            out.extend(above.to_le_bytes());
        }
    }
    out
}

fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
}

fn push_zigzag(out: &mut Vec<u8>, value: i32) {
    let sign = u64::from(value < 0);
    push_varint(out, u64::from(value.unsigned_abs()) * 2 - sign);
}

/// A page of one text in so many rows, each of which repeats the one before it.
fn repeating_page(bytes: i32, rows: u32) -> HostilePage {
    let count = rows as usize;
    let (mut prefixes, mut suffixes) = (vec![bytes; count], vec![0; count]);
    (prefixes[0], suffixes[0]) = (0, bytes);
    let text = vec![b'a'; usize::try_from(bytes).unwrap()];
    let page = [delta_lengths(&prefixes), delta_lengths(&suffixes), text].concat();
    HostilePage::data(gzip(&page), page.len(), rows, Encoding::DELTA_BYTE_ARRAY)
}

/// A page whose header says that it has many more texts than rows.
fn counting_page(encoding: Encoding) -> HostilePage {
    let mut page = vec![0x80, 1, 4];
    push_varint(&mut page, 1 << 40);
    page.push(0);
    HostilePage::data(page.clone(), page.len(), 1, encoding)
}

/// Files that are refused, with a part of the error.
fn refused_tables() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let text = "required binary note (STRING);";
    let two_gigabytes = i32::MAX as usize;
    let zeros = vec![0; 600 << 20];
    let list = "required group list (LIST) { repeated group list { required int32 element; } }";
    vec![
        (
            "claims.parquet",
            table(
                text,
                CompressionCodec::SNAPPY,
                1,
                vec![HostilePage::data(
                    snappy(*b"abcd"),
                    two_gigabytes,
                    1,
                    Encoding::PLAIN,
                )],
            ),
            "note",
        ),
        (
            "dictionary.parquet",
            table(
                text,
                CompressionCodec::SNAPPY,
                1,
                vec![
                    HostilePage::dictionary(snappy(*b"abcd"), two_gigabytes, 1),
                    HostilePage::data(first_keys(1), 3, 1, Encoding::RLE_DICTIONARY),
                ],
            ),
            "note",
        ),
        (
            "gzip.parquet",
            table(
                text,
                CompressionCodec::GZIP,
                1,
                vec![HostilePage::data(gzip(&zeros), 1000, 1, Encoding::PLAIN)],
            ),
            "unpacks to more",
        ),
        (
            "brotli.parquet",
            table(
                text,
                CompressionCodec::BROTLI,
                1,
                vec![HostilePage::data(brotli(&zeros), 1000, 1, Encoding::PLAIN)],
            ),
            "unpacks to more",
        ),
        (
            "rows.parquet",
            table(
                text,
                CompressionCodec::UNCOMPRESSED,
                3,
                vec![HostilePage::data(
                    plain_text(4),
                    8,
                    i32::MAX as u32,
                    Encoding::PLAIN,
                )],
            ),
            "note",
        ),
        (
            "list.parquet",
            table(
                list,
                CompressionCodec::UNCOMPRESSED,
                1,
                vec![HostilePage::data(
                    vec![0; 64],
                    64,
                    1 << 30,
                    Encoding::RLE_DICTIONARY,
                )],
            ),
            "list",
        ),
    ]
}

/// Files of texts that are written as differences, which are refused, with a part of the error.
fn refused_differences() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let text = "required binary note (STRING);";
    vec![
        (
            "repeats.parquet",
            table(
                text,
                CompressionCodec::GZIP,
                600,
                vec![repeating_page(1 << 20, 600)],
            ),
            "column note has pages that take",
        ),
        (
            "counts.parquet",
            table(
                text,
                CompressionCodec::UNCOMPRESSED,
                1,
                vec![counting_page(Encoding::DELTA_BYTE_ARRAY)],
            ),
            "column note: lengths of texts",
        ),
        (
            "counts-of-lengths.parquet",
            table(
                text,
                CompressionCodec::UNCOMPRESSED,
                1,
                vec![counting_page(Encoding::DELTA_LENGTH_BYTE_ARRAY)],
            ),
            "column note: lengths of texts",
        ),
    ]
}

fn answer(data: &Data, name: &str, table: &[u8]) -> Ran {
    let file = data.path().join(name);
    std::fs::write(&file, table).unwrap();
    let output = file.with_extension("out.parquet");
    let [file, output] = [&file, &output].map(|path| path.to_str().unwrap());
    run_within(LIST_KIB, data, &["batch", file, "-o", output])
}

#[cfg(target_os = "linux")]
#[test]
fn pages_that_lie_are_refused_in_bounded_memory() {
    let data = Data::empty();
    for (name, table, told) in refused_tables().into_iter().chain(refused_differences()) {
        let ran = answer(&data, name, &table);
        assert!(matches!(ran.code, Some(1 | 2)), "{name}: {ran:?}");
        assert!(
            ran.err.contains(name) && ran.err.contains(told) && !ran.err.contains("panicked"),
            "{name}: {ran:?}"
        );
    }
}

/// A text of a mebibyte in 600 rows is more than a list may take, and a few kilobytes in the file.
#[cfg(target_os = "linux")]
#[test]
fn repeated_texts_are_answered_in_bounded_memory() {
    let data = Data::empty();
    let rows = 600;
    let text = plain_text(1 << 20);
    let keys = first_keys(rows);
    let pages = vec![
        HostilePage::dictionary(gzip(&text), text.len(), 1),
        HostilePage::data(gzip(&keys), keys.len(), rows, Encoding::RLE_DICTIONARY),
    ];
    let table = table(
        "required binary note (STRING);",
        CompressionCodec::GZIP,
        rows,
        pages,
    );
    let ran = answer(&data, "repeated.parquet", &table);
    // No row lies in the fictional town.
    assert_eq!(ran.code, Some(3), "{ran:?}");
}

/// Texts that repeat the one before, 50 MiB of them a page, and 600 in all.
#[cfg(target_os = "linux")]
#[test]
fn texts_of_differences_are_answered_in_bounded_memory() {
    let data = Data::empty();
    let pages = (0..12).map(|_| repeating_page(1 << 20, 50)).collect();
    let table = table(
        "required binary note (STRING);",
        CompressionCodec::GZIP,
        600,
        pages,
    );
    let ran = answer(&data, "differences.parquet", &table);
    assert_eq!(ran.code, Some(3), "{ran:?}");
}

/// Bytes overwritten anywhere: an answer, or one line that names the file.
#[cfg(target_os = "linux")]
#[test]
fn damaged_tables_are_refused_in_one_line() {
    let data = Data::empty();
    let page = repeating_page(100, 40);
    let text = "required binary note (STRING);";
    let whole = table(text, CompressionCodec::GZIP, 40, vec![page]);
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..80 {
        let mut damaged = whole.clone();
        for _ in 0..2 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            // The second half is mostly metadata.
            let at = usize::try_from(seed >> 33).unwrap() % (damaged.len() - 4) + 4;
            damaged[at] = u8::try_from(seed & 0xff).unwrap();
        }
        let ran = answer(&data, "damaged.parquet", &damaged);
        let is_refused = matches!(ran.code, Some(1 | 2));
        assert!(is_refused || matches!(ran.code, Some(0 | 3)), "{ran:?}");
        if is_refused {
            let lines: Vec<&str> = ran.err.trim_end().lines().collect();
            assert!(lines[0].contains("damaged.parquet"), "{ran:?}");
            // Columns whose names are damaged are not found: advice follows.
            assert!(
                lines.len() == 1 || lines[0].contains("is recognised"),
                "{ran:?}"
            );
        }
        drop(std::fs::remove_file(
            data.path().join("damaged.out.parquet"),
        ));
    }
}
