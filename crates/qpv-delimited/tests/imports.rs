//! Rows of imports: those written are those read, in order, however they are quoted, ended, encoded, filled up and cut.

mod text_style;

use proptest::prelude::*;
use qpv_delimited::{Encoding, RecordReader, StringRecord};

use text_style::{PiecewiseInput, style, written};

/// UTF-8 and the other encoding that imports read.
const ENCODINGS: &[Encoding] = &[Encoding::Auto, Encoding::Windows1252];

proptest! {
    #[test]
    fn rows_of_an_import_are_those_written(
        names in proptest::collection::vec("[a-zéèà ;,\"\n']{0,8}", 0..20),
        style in style(ENCODINGS, true),
        piece in 1..40_usize,
    ) {
        let mut rows = vec![["id", "nom"].map(str::to_owned).to_vec()];
        rows.extend(names.iter().zip(1..).map(|(name, id)| vec![id.to_string(), name.clone()]));
        let text = written(&rows, style);
        let mut reader = RecordReader::new(PiecewiseInput(&text, piece), style.delimiter);
        let (mut record, mut found) = (StringRecord::default(), vec![]);
        prop_assert!(reader.read_header(&mut record).unwrap());
        prop_assert_eq!(&record.iter().take(2).collect::<Vec<_>>(), &["id", "nom"]);
        while reader.read(&mut record).unwrap() {
            prop_assert_eq!(record.fault(), None);
            found.push([record.get(0).to_owned(), record.get(1).to_owned()]);
        }
        // No value of an import has several lines, or blanks around it.
        let expected: Vec<[String; 2]> = rows[1..]
            .iter()
            .map(|row| [row[0].clone(), row[1].replace('\n', " ").trim().to_owned()])
            .collect();
        prop_assert_eq!(found, expected);
    }
}
