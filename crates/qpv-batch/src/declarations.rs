//! Columns of declarations: facts of a programme that only people know, one column each.
//!
//! Promises: an empty field leaves the fact unknown; a field that says neither yes nor no is a fault of its row, and never
//! counts as "no".

use std::borrow::Cow;
use std::collections::BTreeMap;

use qpv_french::fold::fold_name;
use qpv_french::{key, sentence};
use qpv_model::Slug;
use qpv_programmes::Programme;

use crate::error::ColumnsError;
use crate::list_columns::{NO_COLUMN, single_column};
use crate::row_error::RowError;

/// The field of a declaration says neither yes nor no.
pub(crate) const BAD_DECLARATION: RowError = "bad_declaration";

// Folding leaves a space for the point of `1.0`, which is how a column of floating-point numbers writes 1.
const YES: [&str; 9] = ["oui", "o", "yes", "y", "vrai", "true", "x", "1", "1 0"];
const NO: [&str; 8] = ["non", "n", "no", "faux", "false", "0", "0 0", "0 00"];
/// Signs that folding removes.
const TICKS: [&str; 4] = ["✓", "✔", "☑", "☒"];

/// The columns of a programme's declarations in a list.
#[derive(Debug, Default)]
pub(crate) struct DeclarationColumns(Vec<DeclarationColumn>);

#[derive(Debug)]
struct DeclarationColumn {
    declaration: Slug,
    /// Its place in the list.
    column: usize,
    /// Its name in the list.
    name: String,
}

/// The declarations of a row, with the faults in its fields.
#[derive(Debug, Default)]
pub(crate) struct RowDeclarations {
    pub(crate) declared: BTreeMap<Slug, bool>,
    /// A sentence for each.
    pub(crate) faults: Vec<String>,
}

impl DeclarationColumns {
    /// Finds the column of every declaration that the programme asks: the one given for it, else the one that bears its name
    /// or its label.
    ///
    /// # Errors
    /// [`ColumnsError`], of columns given, or when two columns bear the name.
    pub(crate) fn find(
        given: &[(String, String)],
        programme: &Programme,
        header: &[String],
    ) -> Result<Self, ColumnsError> {
        check_names(given, programme)?;
        let mut found = vec![];
        for (declaration, label) in programme.declarations() {
            let column = given_column(given, declaration);
            let known = [fold_name(declaration.as_str()), fold_name(label)];
            let known = known.each_ref().map(String::as_str);
            if let Some(column) = single_column(header, column, &known)? {
                found.push(DeclarationColumn {
                    declaration: declaration.clone(),
                    column,
                    name: header[column].trim().to_owned(),
                });
            }
        }
        Ok(Self(found))
    }

    /// Returns the columns, in the order that fields are then given in.
    pub(crate) fn read(&self) -> Vec<usize> {
        self.0.iter().map(|found| found.column).collect()
    }

    /// Returns the number of these columns.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there is a column for a declaration.
    pub(crate) fn has(&self, declaration: &Slug) -> bool {
        self.0.iter().any(|found| found.declaration == *declaration)
    }

    /// Reads the fields of a row.
    pub(crate) fn declared(&self, fields: &[Cow<'_, str>]) -> RowDeclarations {
        let mut row = RowDeclarations::default();
        for (found, field) in self.0.iter().zip(fields) {
            let field = field.trim();
            match yes_or_no(field) {
                Some(value) => {
                    row.declared.insert(found.declaration.clone(), value);
                }
                // An empty field is no "no", even in a column of crosses.
                None if field.is_empty() => {}
                None => row.faults.push(sentence(
                    key::PEOPLE_BAD_DECLARATION,
                    &[("column", &found.name), ("value", field)],
                )),
            }
        }
        row
    }
}

/// Returns whether a list is said to have no column for a declaration.
pub(crate) fn is_absent(given: &[(String, String)], declaration: &Slug) -> bool {
    given_column(given, declaration) == Some(NO_COLUMN)
}

fn given_column<'g>(given: &'g [(String, String)], declaration: &Slug) -> Option<&'g str> {
    given
        .iter()
        .find(|(name, _)| name == declaration.as_str())
        .map(|(_, column)| column.as_str())
}

/// Checks that the programme asks every declaration that a column is given for.
fn check_names(given: &[(String, String)], programme: &Programme) -> Result<(), ColumnsError> {
    let known = programme.declarations();
    let unknown = given
        .iter()
        .find(|(name, _)| !known.iter().any(|(known, _)| known.as_str() == name));
    let Some((name, _)) = unknown else {
        return Ok(());
    };
    let mut known: Vec<&str> = known.iter().map(|(known, _)| known.as_str()).collect();
    if known.is_empty() {
        known.push("–");
    }
    Err(ColumnsError::UnknownDeclaration {
        name: name.clone(),
        programme: programme.id.to_string(),
        known: known.join(", "),
    })
}

fn yes_or_no(field: &str) -> Option<bool> {
    let folded = fold_name(field);
    if YES.contains(&&*folded) || TICKS.contains(&field) {
        Some(true)
    } else if NO.contains(&&*folded) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use qpv_programmes::shipped;

    use super::*;

    fn programme() -> Programme {
        let mut all = shipped().iter();
        all.find(|programme| programme.id.as_str() == "emplois-francs")
            .unwrap()
            .clone()
    }

    fn find(header: &str, given: &[(&str, &str)]) -> Result<Vec<usize>, ColumnsError> {
        let header: Vec<String> = header.split(';').map(ToOwned::to_owned).collect();
        let given: Vec<(String, String)> = given
            .iter()
            .map(|(name, column)| ((*name).to_owned(), (*column).to_owned()))
            .collect();
        DeclarationColumns::find(&given, &programme(), &header).map(|found| found.read())
    }

    #[test]
    fn a_column_bears_the_name_or_the_label_or_is_given() {
        for header in [
            "Adresse;demandeur-emploi",
            "Adresse;Demandeur d'emploi",
            "Adresse;DEMANDEUR EMPLOI (oui/non)",
            "Adresse;la personne est demandeuse d'emploi ou suivie par une mission locale",
        ] {
            assert_eq!(find(header, &[]), Ok(vec![1]), "{header}");
        }
        let given = [("demandeur-emploi", "Inscrit")];
        assert_eq!(find("Inscrit;Demandeur d'emploi", &given), Ok(vec![0]));
        let absent = [("demandeur-emploi", "-")];
        assert_eq!(find("Adresse;Demandeur d'emploi", &absent), Ok(vec![]));
        assert_eq!(find("Adresse;Emploi", &[]), Ok(vec![]));
        assert!(matches!(
            find("Adresse", &[("emploi", "Adresse")]),
            Err(ColumnsError::UnknownDeclaration { name, .. }) if name == "emploi"
        ));
        assert!(matches!(
            find("Adresse", &given),
            Err(ColumnsError::NoSuchColumn { .. })
        ));
    }

    #[test]
    fn fields_say_yes_no_or_nothing() {
        let header = ["Inscrit".to_owned()];
        let given = [("demandeur-emploi".to_owned(), "Inscrit".to_owned())];
        let columns = DeclarationColumns::find(&given, &programme(), &header).unwrap();
        let read = |field: &str| {
            let row = columns.declared(&[Cow::Borrowed(field)]);
            (row.declared.values().next().copied(), row.faults.len())
        };
        for field in [
            "Oui", " OUI ", "o", "VRAI", "true", "x", "X", "1", "1.0", "1,0", "✓", "yes",
        ] {
            assert_eq!(read(field), (Some(true), 0), "{field}");
        }
        for field in ["Non", "n", "FAUX", "False", "0", "0.0", "no"] {
            assert_eq!(read(field), (Some(false), 0), "{field}");
        }
        for field in ["", "  ", "\u{a0}"] {
            assert_eq!(read(field), (None, 0), "{field:?}");
        }
        for field in [
            "peut-être",
            "2",
            "-",
            "?",
            "oui mais",
            "10",
            "NC",
            "12/03/2020",
        ] {
            assert_eq!(read(field), (None, 1), "{field}");
        }
    }
}
