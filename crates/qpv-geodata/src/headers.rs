//! Headers of delimited tables: the line that names the columns, and the column of a value.

use qpv_delimited::{TextHeader, delimiters};

use crate::source::refusal_as_text;

/// A header with the columns recognised in it.
pub(crate) struct KnownHeader<C> {
    pub(crate) delimiter: u8,
    pub(crate) header: TextHeader,
    pub(crate) columns: C,
}

/// Finds the header of a table that begins with `head`; `recognise` takes the names of its columns, or says what is missing.
///
/// # Errors
/// The reason why a file is no such table: what it is instead, the column that is missing, or that no row follows.
pub(crate) fn find_header<C>(
    head: &[u8],
    recognise: impl Fn(Vec<String>) -> Result<C, String>,
) -> Result<KnownHeader<C>, String> {
    if let Some(refusal) = refusal_as_text(head) {
        return Err(refusal);
    }
    let mut first_fault = None;
    for delimiter in delimiters(head, None) {
        let header = TextHeader::find(head, delimiter, |names| recognise(names.to_vec()).is_ok());
        match recognise(header.names.clone()) {
            // A header alone is rather the wrong export than a table without rows.
            Ok(_) if !header.has_rows => return Err("it has a header and no row".to_owned()),
            Ok(columns) => {
                return Ok(KnownHeader {
                    delimiter,
                    header,
                    columns,
                });
            }
            // The delimiter that makes most columns comes first: it is the one that was meant.
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    Err(first_fault.unwrap_or_default())
}

/// Returns the place of the first of these names among the columns.
pub(crate) fn first_known<'n>(
    columns: &[String],
    wanted: impl IntoIterator<Item = &'n str>,
) -> Option<usize> {
    wanted
        .into_iter()
        .find_map(|name| columns.iter().position(|column| column == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_wanted_counts_and_not_the_first_column() {
        let columns = ["nom", "code", "code insee"].map(str::to_owned);
        assert_eq!(first_known(&columns, ["code insee", "code"]), Some(2));
        assert_eq!(first_known(&columns, ["codgeo"]), None);
    }

    #[test]
    fn a_header_is_found_under_titles_and_with_any_delimiter() {
        let code = |names: Vec<String>| {
            first_known(&names, ["code"]).ok_or_else(|| format!("no code in {}", names.join(" ")))
        };
        for (text, delimiter, line) in [
            ("code;nom\n1;a\n", b';', 1),
            ("Zonage 2024\n\nnom,code\na,1\n", b',', 3),
        ] {
            let found =
                find_header(text.as_bytes(), code).unwrap_or_else(|fault| panic!("{fault}"));
            assert_eq!(
                (found.delimiter, found.header.line),
                (delimiter, line),
                "{text}"
            );
        }
        for (text, told) in [
            ("code;nom\n", "no row"),
            ("nom;dep\na;61\n", "no code in nom dep"),
        ] {
            let fault = find_header(text.as_bytes(), code).err().unwrap_or_default();
            assert!(fault.contains(told), "{fault}");
        }
    }
}
