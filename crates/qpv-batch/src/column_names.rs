//! Columns by their names: those that users name, and those of added columns.

use qpv_french::fold::fold_name;
use qpv_model::Vintage;

use crate::cell::AddedColumn;
use crate::column_titles::ColumnTitles;
use crate::error::ColumnsError;

/// The name for a column that the list does not have, whatever its headers look like.
pub const NO_COLUMN: &str = "-";

/// Returns added columns under titles that the header does not have. When it has one of theirs, whatever the case, they
/// all end with `_qpv`, then `_qpv2` and so on; French ones with ` (2)`, ` (3)`.
pub(crate) fn without_clash(
    header: &[String],
    added: Vec<AddedColumn>,
    titles: ColumnTitles,
) -> Vec<AddedColumn> {
    let mut added = added;
    for column in &mut added {
        column.name = titles.title(&column.name);
    }
    // Databases and GIS programs take `Zone` and `zone` for one column.
    let taken: Vec<String> = header
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    let mut endings = std::iter::once(String::new()).chain((1..).map(|at| titles.ending(at)));
    let ending = endings
        .find(|ending| {
            let mut names = added.iter().map(|column| &column.name);
            names.all(|name| !taken.contains(&format!("{name}{ending}").to_lowercase()))
        })
        .expect("a finite header cannot take infinitely many names");
    added
        .into_iter()
        .map(|column| AddedColumn {
            name: column.name + &ending,
            ..column
        })
        .collect()
}

/// Returns the first names of columns, cut, for a message.
pub(crate) fn listed(header: &[String]) -> String {
    // A message is read on one screen.
    const NAMES: usize = 50;
    const CHARACTERS: usize = 60;
    let names: Vec<String> = header
        .iter()
        .take(NAMES)
        .map(|name| name.chars().take(CHARACTERS).collect())
        .collect();
    let more = if header.len() > NAMES { ", …" } else { "" };
    names.join(", ") + more
}

/// Returns the column that a user named: under that very name, else whatever its case and accents.
pub(crate) fn named(header: &[String], name: &str) -> Result<usize, ColumnsError> {
    // The very name comes first, for a table may have both `Zone` and `zone`.
    if header.iter().any(|column| column.trim() == name.trim()) {
        let header: Vec<&str> = header.iter().map(|column| column.trim()).collect();
        return only(&header, name.trim());
    }
    let names: Vec<String> = header.iter().map(|column| fold_name(column)).collect();
    let wanted = fold_name(name);
    if names.contains(&wanted) {
        return only(&names, &wanted);
    }
    Err(ColumnsError::NoSuchColumn {
        name: name.to_owned(),
        found: listed(header),
    })
}

/// Returns whether a column has that name, whatever its case, apart from the ending of its vintage.
pub(crate) fn is_named(column: &str, name: &str) -> bool {
    let name = fold_name(name);
    let column = fold_name(column);
    column == name
        // Of each vintage there is a column, which ends with its year.
        || column
            .rsplit_once(' ')
            .is_some_and(|(start, end)| start == name && end.parse::<Vintage>().is_ok())
}

/// Returns the only column of this name.
pub(crate) fn only<T: AsRef<str>>(names: &[T], wanted: &str) -> Result<usize, ColumnsError> {
    let mut found = (0..names.len()).filter(|&index| names[index].as_ref() == wanted);
    match (found.next(), found.count()) {
        (Some(index), 0) => Ok(index),
        (_, more) => Err(ColumnsError::Ambiguous {
            name: wanted.to_owned(),
            count: more + 1,
        }),
    }
}
