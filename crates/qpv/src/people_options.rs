//! The columns of a list of people, where they are not recognised.

use clap::Args;
use qpv_batch::PeopleColumns;

/// Columns of facts on people, besides those of their addresses.
#[derive(Debug, Args)]
pub struct PeopleOptions {
    /// Column of the birth date, `-` if there is none [default: recognised: date de naissance, né(e) le…]
    #[arg(long, value_name = "COLUMN")]
    pub birth_date: Option<String>,
    /// Column of the school, by name or identifier, `-` if there is none [default: recognised: école, établissement, UAI…]
    #[arg(long, value_name = "COLUMN")]
    pub school: Option<String>,
    /// Column of the day of the check, whose perimeters in force answer [default: recognised: date de la demande…]
    #[arg(long, value_name = "COLUMN")]
    pub check_date: Option<String>,
    /// Column of a declaration of the programme (oui, non, 1, 0, vrai, faux, x…), NAME=- if there is none [default:
    /// recognised by the name or label that the programme gives]
    #[arg(long, value_name = "NAME=COLUMN", value_parser = declaration_column)]
    pub declaration: Vec<(String, String)>,
}

impl PeopleOptions {
    /// Returns these columns, with those that make up an address.
    pub fn columns(&self, address: &[String]) -> PeopleColumns {
        PeopleColumns {
            address: address.to_vec(),
            birth_date: self.birth_date.clone(),
            sex: None,
            school: self.school.clone(),
            check_date: self.check_date.clone(),
            declarations: self.declaration.clone(),
        }
    }
}

fn declaration_column(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, column)) if !name.is_empty() && !column.is_empty() => {
            Ok((name.into(), column.into()))
        }
        _ => Err("expected NAME=COLUMN, or NAME=- for no such column".into()),
    }
}
