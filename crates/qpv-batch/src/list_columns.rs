//! Columns of lists, recognised by the headers that French lists have.

use std::borrow::Cow;

use qpv_french::fold::fold_name;
use serde::Serialize;

use crate::column_names::{listed, named};
use crate::error::ColumnsError;

const BIRTH_DATE: &[&str] = &[
    "date de naissance",
    "date naissance",
    "date de naissance de l enfant",
    "datenaissance",
    "naissance",
    "ne le",
    "nee le",
    "ne e le",
    "ne ou nee le",
    "ddn",
    "birth date",
    "birthdate",
];
const SEX: &[&str] = &["sexe", "genre", "sex", "sexe de l enfant", "f m", "m f"];
const SCHOOL: &[&str] = &[
    "ecole",
    "etablissement",
    "etablissement scolaire",
    "ecole college",
    "ecole ou college",
    "ecole ou etablissement",
    "ecole frequentee",
    "uai",
    "code uai",
    "rne",
    "school",
];
const CHECK_DATE: &[&str] = &[
    "date de verification",
    "date de la verification",
    "date de la demande",
    "date de demande",
    "date demande",
];
/// Parts of an address; whatever their order in the table, they are put together in this one.
const ADDRESS: [&[&str]; 5] = [
    &["numero", "n", "no", "num", "numero de voie"],
    &[
        "bis ter",
        "bis ter quater",
        "rep",
        "repetition",
        "indice",
        "indice de repetition",
        "indice repetition",
        "btq",
        "suffixe",
    ],
    &[
        "adresse",
        "adresse postale",
        "adresse complete",
        "adresse du domicile",
        "adresse de l enfant",
        "adresse de la famille",
        "adresse des parents",
        "adresse 1",
        "domicile",
        "voie",
        "rue",
        "nom de voie",
        "numero et voie",
        "n et voie",
        "address",
    ],
    &["cp", "code postal", "codepostal", "code poste", "postcode"],
    &[
        "commune",
        "ville",
        "localite",
        "nom commune",
        "nom de la commune",
        "city",
    ],
];
/// The part of [`ADDRESS`] that a list must have.
const STREET: usize = 2;

/// Columns named by hand; the others are recognised.
#[derive(Debug, Clone, Default)]
pub struct PeopleColumns {
    /// The columns that make up the address, in order.
    pub address: Vec<String>,
    /// The birth date.
    pub birth_date: Option<String>,
    /// The sex.
    pub sex: Option<String>,
    /// The school, by name or identifier.
    pub school: Option<String>,
    /// The day of the check.
    pub check_date: Option<String>,
}

/// The content of a column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnRole {
    /// The address, or a part of it.
    Address,
    /// The birth date.
    BirthDate,
    /// The sex.
    Sex,
    /// The school.
    School,
    /// The day of the check.
    CheckDate,
}

impl PeopleColumns {
    /// Returns the content of each column of a header: as named here, else as recognised; nothing where that is not sure, or for parts
    /// of an address without the one that must be there.
    ///
    /// # Errors
    /// [`ColumnsError`], of columns named here.
    pub(crate) fn roles(&self, header: &[String]) -> Result<Vec<Option<ColumnRole>>, ColumnsError> {
        let names: Vec<String> = header.iter().map(|name| fold_name(name)).collect();
        let mut roles = vec![None; header.len()];
        let singles = [
            (ColumnRole::BirthDate, &self.birth_date, BIRTH_DATE),
            (ColumnRole::Sex, &self.sex, SEX),
            (ColumnRole::School, &self.school, SCHOOL),
            (ColumnRole::CheckDate, &self.check_date, CHECK_DATE),
        ];
        for (role, given, known) in singles {
            let column = match given {
                Some(name) => Some(named(header, name)?),
                // In a preview, two columns that may be meant stay open: a person chooses between
                // them.
                None => recognised(&names, known).unwrap_or_default(),
            };
            if let Some(column) = column {
                roles[column] = Some(role);
            }
        }
        let address = match self.address.as_slice() {
            [] => address(&names, header).unwrap_or_default(),
            given => given
                .iter()
                .map(|name| named(header, name))
                .collect::<Result<_, _>>()?,
        };
        for column in address {
            roles[column] = Some(ColumnRole::Address);
        }
        Ok(roles)
    }
}

/// The columns that are read, by what they hold.
#[derive(Debug, Default)]
pub(crate) struct ListRoles {
    birth_date: Option<usize>,
    sex: Option<usize>,
    school: Option<usize>,
    check_date: Option<usize>,
    address: Vec<usize>,
}

impl ListRoles {
    /// # Errors
    /// [`ColumnsError`]: no address, or two columns that may be meant.
    pub(crate) fn find(columns: &PeopleColumns, header: &[String]) -> Result<Self, ColumnsError> {
        let names: Vec<String> = header.iter().map(|name| fold_name(name)).collect();
        let address = match columns.address.as_slice() {
            [] => address(&names, header)?,
            given => given
                .iter()
                .map(|name| named(header, name))
                .collect::<Result<_, _>>()?,
        };
        Ok(Self {
            birth_date: single_column(header, &names, columns.birth_date.as_deref(), BIRTH_DATE)?,
            sex: single_column(header, &names, columns.sex.as_deref(), SEX)?,
            school: single_column(header, &names, columns.school.as_deref(), SCHOOL)?,
            check_date: single_column(header, &names, columns.check_date.as_deref(), CHECK_DATE)?,
            address,
        })
    }

    /// Returns all of them, in the order that fields are then given in: those there are of birth date, sex, school, day of the
    /// check, then the address.
    pub(crate) fn read(&self) -> Vec<usize> {
        self.single()
            .into_iter()
            .flatten()
            .chain(self.address.iter().copied())
            .collect()
    }

    fn single(&self) -> [Option<usize>; 4] {
        [self.birth_date, self.sex, self.school, self.check_date]
    }

    /// Returns the field of the role of this place in [`ListRoles::single`], unless it is empty.
    fn field<'f>(&self, role: usize, fields: &'f [Cow<'_, str>]) -> Option<&'f str> {
        let single = self.single();
        single[role]?;
        let at = single[..role].iter().flatten().count();
        Some(fields[at].trim()).filter(|text| !text.is_empty())
    }

    pub(crate) fn birth_date<'f>(&self, fields: &'f [Cow<'_, str>]) -> Option<&'f str> {
        self.field(0, fields)
    }

    pub(crate) fn sex(&self, fields: &[Cow<'_, str>]) -> Option<String> {
        self.field(1, fields).map(ToOwned::to_owned)
    }

    pub(crate) fn school(&self, fields: &[Cow<'_, str>]) -> Option<String> {
        self.field(2, fields).map(ToOwned::to_owned)
    }

    pub(crate) fn check_date<'f>(&self, fields: &'f [Cow<'_, str>]) -> Option<&'f str> {
        self.field(3, fields)
    }

    /// Returns the names and the fields of the address.
    pub(crate) fn address<'n, 'f, T>(
        &self,
        names: &'n [String],
        fields: &'f [T],
    ) -> (&'n [String], &'f [T]) {
        let before = fields.len() - self.address.len();
        (&names[before..], &fields[before..])
    }
}

/// Returns the column of this name, else the one that is recognised.
fn single_column(
    header: &[String],
    names: &[String],
    given: Option<&str>,
    known: &[&str],
) -> Result<Option<usize>, ColumnsError> {
    match given {
        Some(name) => named(header, name).map(Some),
        None => recognised(names, known),
    }
}

/// Returns the only column of one of these names; the earlier names come first.
fn recognised(names: &[String], known: &[&str]) -> Result<Option<usize>, ColumnsError> {
    for known in known {
        let found: Vec<usize> = (0..names.len())
            .filter(|&column| names[column] == *known)
            .collect();
        match found.as_slice() {
            [] => {}
            [only] => return Ok(Some(*only)),
            several => {
                return Err(ColumnsError::Ambiguous {
                    name: (*known).to_owned(),
                    count: several.len(),
                });
            }
        }
    }
    Ok(None)
}

/// Returns the columns of the address in a list, in the order of its parts.
///
/// # Errors
/// [`ColumnsError`]: no address, or two columns that may be meant.
pub(crate) fn address_columns(header: &[String]) -> Result<Vec<usize>, ColumnsError> {
    let names: Vec<String> = header.iter().map(|name| fold_name(name)).collect();
    address(&names, header)
}

fn address(names: &[String], header: &[String]) -> Result<Vec<usize>, ColumnsError> {
    let parts = ADDRESS
        .iter()
        .map(|known| recognised(names, known))
        .collect::<Result<Vec<_>, _>>()?;
    // Postcodes and communes alone would find the middle of a town for everybody.
    if parts[STREET].is_none() {
        let wanted = "an address (adresse, domicile, voie, rue…)";
        return Err(ColumnsError::NotFound {
            wanted,
            found: listed(header),
        });
    }
    Ok(parts.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(header: &str) -> Result<ListRoles, ColumnsError> {
        let header: Vec<String> = header.split(';').map(ToOwned::to_owned).collect();
        ListRoles::find(&PeopleColumns::default(), &header)
    }

    #[test]
    fn french_headers_are_recognised() {
        let header = "Nom;Prénom;Né(e) le;Sexe;Adresse;Code Postal;Commune;École;Date de la demande;Remarques";
        let roles = found(header).unwrap();
        assert_eq!(roles.single(), [Some(2), Some(3), Some(7), Some(8)]);
        assert_eq!(roles.address, [4, 5, 6]);
        assert_eq!(roles.read(), [2, 3, 7, 8, 4, 5, 6]);
        let roles = found("VILLE;CP;DATE DE NAISSANCE;N°;RUE;Bis/Ter;Date d'entrée").unwrap();
        assert_eq!(
            (roles.single(), roles.address),
            ([Some(2), None, None, None], vec![3, 5, 4, 1, 0])
        );
    }

    #[test]
    fn a_list_without_an_address_is_refused_with_its_columns() {
        let error = found("Nom;Prénom;Naissance").unwrap_err();
        assert!(
            error.to_string().contains("Nom, Prénom, Naissance"),
            "{error}"
        );
        assert!(matches!(
            found("adresse;adresse"),
            Err(ColumnsError::Ambiguous { count: 2, .. })
        ));
    }

    #[test]
    fn fields_are_those_of_their_roles() {
        let roles = found("adresse;sexe;ville;uai").unwrap();
        let fields = ["F", " 0610001X ", "1 rue A", "Flers"].map(Cow::Borrowed);
        let names = ["sexe", "uai", "adresse", "ville"].map(ToOwned::to_owned);
        assert_eq!(roles.birth_date(&fields), None);
        assert_eq!(
            (roles.sex(&fields), roles.school(&fields)),
            (Some("F".into()), Some("0610001X".into()))
        );
        assert_eq!(roles.address(&names, &fields), (&names[2..], &fields[2..]));
    }
}
