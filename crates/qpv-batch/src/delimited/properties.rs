//! Rows in are rows out, in order and with the same fields, however they are quoted, ended, encoded and cut.

#[path = "../../../qpv-delimited/tests/text_style/mod.rs"]
mod text_style;

use std::sync::LazyLock;

use proptest::prelude::*;
use qpv_delimited::Encoding;
use qpv_model::Vintage;
use qpv_service::{VintageSelector, data};

use super::*;
use crate::positions::PositionColumns;
use crate::vintages::AnswerVintages;
use crate::zones::ZoneJob;
use text_style::{PiecewiseInput, TextStyle, style, written};

static TOWN: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::new(data::sample().unwrap()));

/// UTF-8 and the other encodings of lists.
const ENCODINGS: &[Encoding] = &[
    Encoding::Auto,
    Encoding::Windows1252,
    Encoding::Macintosh,
    Encoding::Cp850,
];

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
        style in style(ENCODINGS, false),
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
            fields: qpv_service::FieldSelection::default(),
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
            prop_assert_eq!(found.len(), 3 + style.surplus[1] + 10);
        }
        // Every row is answered, each from its own fields.
        for found in &found[1..] {
            prop_assert_eq!(&found[found.len() - 3], "");
        }
    }
}
