//! Recognising the format of a file of addresses from its first bytes: the table of formats, which knows them all.

use std::path::Path;

use qpv_delimited::{TextHeader, delimiters};

use crate::addresses::header::HeaderNames;
use crate::addresses::layout::FileLayout;
use crate::addresses::{bal, ban, bano};
use crate::error::Error;
use crate::source::{ByteSource, refusal_as_text};

/// The formats with a header. The first one that a header has a telltale of is the one its faults are about.
const WITH_HEADER: [&HeaderNames; 2] = [&bal::NAMES, &ban::NAMES];

/// The advice on a file that is none of addresses.
const ADVICE: &str = "expected a BAN export (numero, nom_voie, code_insee, …), a Base Adresse Locale (numero, voie_nom, \
                      commune_insee, …) or BANO (8 columns, no header), as CSV text, gzipped or not: give such a file";

/// Returns the format of a file and its columns.
///
/// # Errors
/// Errors of [`super::read_addresses`].
pub(super) fn recognise(path: &Path, source: ByteSource) -> Result<FileLayout, Error> {
    // The head is read again with the rows: a gzipped file cannot be rewound.
    recognise_head(&source.head(path)?).map_err(|fault| Error::NotAddresses {
        file: path.display().to_string(),
        fault,
        advice: ADVICE,
    })
}

/// Returns the layout of a file that begins so; or the reason why it is none of addresses.
fn recognise_head(head: &[u8]) -> Result<FileLayout, String> {
    if let Some(refusal) = refusal_as_text(head) {
        return Err(refusal);
    }
    // A header of another format may still follow with another delimiter: only the first fault is kept.
    let mut faults = None;
    // A header split by the wrong delimiter is one long name, which is no column of any format.
    for delimiter in delimiters(head, None) {
        let header = TextHeader::find(head, delimiter, |header| {
            WITH_HEADER.iter().any(|names| names.are_in(header))
        });
        let wanted = WITH_HEADER.iter().find(|names| names.are_in(&header.names));
        let Some(names) = wanted else { continue };
        match names.columns(&header.names) {
            Ok(_) if !header.has_rows => return Err("it has a header and no row".to_owned()),
            Ok(columns) => {
                return Ok(FileLayout {
                    format: names.format,
                    delimiter,
                    header: Some(header),
                    columns,
                });
            }
            Err(missing) => {
                let (format, missing, header) =
                    (names.format, missing.join(", "), header.names.join(", "));
                faults.get_or_insert(format!(
                    "read as {format}, its header {missing}; its columns are {header}"
                ));
            }
        }
    }
    if let Some(fault) = faults {
        return Err(fault);
    }
    // Last, since BANO has no header to be recognised by.
    bano::recognise(head).ok_or_else(|| unknown(head))
}

fn unknown(head: &[u8]) -> String {
    let first = String::from_utf8_lossy(
        head.trim_ascii_start()
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default(),
    );
    let shown: String = first
        .trim_end()
        .chars()
        .take(80)
        // Control characters could change the terminal that shows the message.
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    format!("its first line is `{shown}`, which is no header of addresses and no address")
}
