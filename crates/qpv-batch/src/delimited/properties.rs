//! Rows in are rows out, in order and with the same fields, however they are quoted, ended, encoded and cut.

use std::io::{self, Read};
use std::sync::LazyLock;

use proptest::prelude::*;
use qpv_delimited::Encoding;
use qpv_model::Vintage;
use qpv_service::{VintageSelector, data};

use super::*;
use crate::positions::PositionColumns;
use crate::vintages::AnswerVintages;
use crate::zones::ZoneJob;

static TOWN: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::new(data::sample().unwrap()));

/// Gives a few bytes at a time.
struct PiecewiseInput<'a>(&'a [u8], usize);

impl Read for PiecewiseInput<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.1.min(buffer.len());
        self.0.read(&mut buffer[..length])
    }
}

/// A way to write a text.
#[expect(clippy::struct_excessive_bools, reason = "each is drawn on its own")]
#[derive(Debug, Clone, Copy)]
struct TextStyle {
    delimiter: u8,
    line_end: &'static str,
    encoding: Encoding,
    has_mark: bool,
    always_quotes: bool,
    ends_last_line: bool,
    has_separator_line: bool,
    /// Empty fields behind each row but the header.
    surplus: usize,
}

fn style() -> impl Strategy<Value = TextStyle> {
    let encoding = prop_oneof![
        Just(Encoding::Auto),
        Just(Encoding::Windows1252),
        Just(Encoding::Macintosh),
        Just(Encoding::Cp850),
    ];
    let delimiter = proptest::sample::select(&b";\t|,"[..]);
    let line_end = proptest::sample::select(&["\n", "\r\n"][..]);
    (
        delimiter,
        line_end,
        encoding,
        any::<[bool; 4]>(),
        0..3_usize,
    )
        .prop_map(
            |(delimiter, line_end, encoding, [mark, quotes, last, separator], surplus)| TextStyle {
                delimiter,
                line_end,
                encoding,
                has_mark: mark && encoding == Encoding::Auto,
                always_quotes: quotes,
                ends_last_line: last,
                has_separator_line: separator,
                surplus,
            },
        )
}

/// Returns the bytes of a table.
fn written(rows: &[Vec<String>], style: TextStyle) -> Vec<u8> {
    let codec = qpv_delimited::Codec::detect(b"", true, style.encoding);
    let mut lines = vec![];
    if style.has_separator_line {
        lines.push(format!("sep={}", char::from(style.delimiter)).into_bytes());
    }
    for (index, row) in rows.iter().enumerate() {
        let mut line = vec![];
        for (column, field) in row.iter().enumerate() {
            if column > 0 {
                line.push(style.delimiter);
            }
            let bytes = codec.encode(field);
            if style.always_quotes {
                qpv_delimited::push_quoted(&mut line, &bytes);
            } else {
                qpv_delimited::push_field(&mut line, &bytes, style.delimiter);
            }
        }
        if index > 0 {
            line.resize(line.len() + style.surplus, style.delimiter);
        }
        lines.push(line);
    }
    let mut text = lines.join(style.line_end.as_bytes());
    if style.ends_last_line {
        text.extend(style.line_end.as_bytes());
    }
    if style.has_mark {
        text.splice(0..0, qpv_delimited::BYTE_ORDER_MARK.iter().copied());
    }
    text
}

/// Returns the fields of a table, as another reader has them.
fn fields(text: &[u8], style: TextStyle) -> Vec<Vec<String>> {
    let codec = qpv_delimited::Codec::detect(b"", true, style.encoding);
    let text = text
        .strip_prefix(qpv_delimited::BYTE_ORDER_MARK)
        .unwrap_or(text);
    let skipped = if style.has_separator_line {
        5 + style.line_end.len()
    } else {
        0
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(style.delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(&text[skipped..]);
    reader
        .byte_records()
        .map(|record| {
            let record = record.unwrap();
            let fields = record.iter().map(|field| codec.decode(field).into_owned());
            fields.collect()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn fields_come_back_in_order(
        names in proptest::collection::vec("[a-zéèà ;,\"\n']{1,8}", 1..30),
        style in style(),
        piece in 1..50_usize,
    ) {
        let mut rows = vec![["nom", "lon", "lat"].map(str::to_owned).to_vec()];
        // A first letter keeps a line of nothing from being no row.
        rows.extend(names.iter().map(|name| vec![format!("x{name}"), "-3.605000".into(), "46.201000".into()]));
        let text = written(&rows, style);
        let job = ZoneJob {
            positions: PositionColumns::default(),
            vintages: AnswerVintages::One(VintageSelector::Vintage(Vintage::V2024)),
            uncertainty_m: None,
            members_only: false,
        };
        let options = DelimitedOptions { encoding: style.encoding, ..DelimitedOptions::default() };
        let mut out = vec![];
        let input = PiecewiseInput(&text, piece);
        let summary = answer(&TOWN, &job, options, input, &mut out, &mut |_| ()).unwrap();
        prop_assert_eq!(summary.rows, names.len() as u64);
        let found = fields(&out, style);
        prop_assert_eq!(found.len(), rows.len());
        for (found, row) in found.iter().zip(&rows) {
            prop_assert_eq!(&found[..3], &row[..]);
            prop_assert_eq!(found.len(), 3 + style.surplus + 8);
        }
        // Every row is answered, each from its own fields.
        for found in &found[1..] {
            prop_assert_eq!(found.last().map(String::as_str), Some(""));
        }
    }
}
