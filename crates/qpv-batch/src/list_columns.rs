//! Columns of lists, recognised by the headers that French lists have.

use std::borrow::Cow;

use qpv_french::dates::{FirstPart, first_part};
use serde::Serialize;

use crate::address_columns::address_columns;
use crate::column_names::{NO_COLUMN, named};
use crate::error::ColumnsError;
use crate::header_words::{ColumnOwner, NamedOwner, header_names, matching_columns, only_among};
use crate::house_numbers::{ReadColumns, UnreadColumn, UnreadReason};
use crate::list_rows::ListColumns;
use crate::review_columns::ReviewColumns;

/// Names of columns, folded, the likeliest first. They are compared by their words (`header_words`). Among them are those of
/// the exports of SIECLE, ONDE, Base élèves and the CAF.
const BIRTH_DATE: &[&str] = &[
    "date de naissance",
    "date naissance",
    "date de naissance de l enfant",
    "naissance",
    "ne le",
    "nee le",
    "ne e le",
    "ne ou nee le",
    "ne nee le",
    "ddn",
    "date de naiss",
    "date naiss",
    "date nais",
    "dt naissance",
    "dt naiss",
    "d naissance",
    "birth date",
    "date of birth",
];
const SEX: &[&str] = &[
    "sexe",
    "genre",
    "sex",
    "sexe de l enfant",
    "code sexe",
    "libelle sexe",
    "sexe m f",
    "sexe f m",
    "sexe g f",
    "sexe f g",
    "sexe h f",
    "sexe f h",
    "sexe m ou f",
    "sexe f ou m",
    "f m",
    "m f",
];
const SCHOOL: &[&str] = &[
    "ecole",
    "etablissement",
    "etablissement scolaire",
    "ecole college",
    "ecole ou college",
    "ecole ou etablissement",
    "ecole etablissement",
    "ecole frequentee",
    "etablissement frequente",
    "ecole d inscription",
    "etablissement d inscription",
    "uai",
    "code uai",
    "numero uai",
    "n uai",
    "uai etablissement",
    "uai ecole",
    "rne",
    "code rne",
    "nom de l ecole",
    "nom de l etablissement",
    "libelle etablissement",
    "libelle ecole",
    "code etablissement",
    "school",
];
const CHECK_DATE: &[&str] = &[
    "date de verification",
    "date de la verification",
    "date de la demande",
    "date de demande",
    "date demande",
];
/// Columns named by hand; the others are recognised. [`NO_COLUMN`] says that there is none.
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
    /// The declarations of the programme, by the names that it gives, with the column of each.
    pub declarations: Vec<(String, String)>,
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
    /// The zone of a review.
    ReviewZone,
    /// The evidence of a review.
    ReviewReason,
    /// The function of whoever reviewed.
    ReviewBy,
}

impl PeopleColumns {
    /// Returns the content of each column of a header, judged by the first rows too: as named here, else as recognised; nothing
    /// where that is not sure, or for parts of an address without the one that must be there. With it the columns that
    /// number something and are not read.
    ///
    /// # Errors
    /// [`ColumnsError`], of columns named here.
    pub(crate) fn roles(
        &self,
        header: &[String],
        rows: &[Vec<String>],
    ) -> Result<(Vec<Option<ColumnRole>>, Vec<UnreadColumn>), ColumnsError> {
        let mut roles = vec![None; header.len()];
        // Two columns of zones stay open in a preview, too.
        if let Ok(Some(places)) = ReviewColumns::default().find(header) {
            for (role, column) in [
                (ColumnRole::ReviewZone, Some(places.zone)),
                (ColumnRole::ReviewReason, places.reason),
                (ColumnRole::ReviewBy, places.by),
            ] {
                if let Some(column) = column {
                    roles[column] = Some(role);
                }
            }
        }
        let singles = [
            (ColumnRole::BirthDate, &self.birth_date, BIRTH_DATE),
            (ColumnRole::Sex, &self.sex, SEX),
            (ColumnRole::School, &self.school, SCHOOL),
            (ColumnRole::CheckDate, &self.check_date, CHECK_DATE),
        ];
        for (role, given, known) in singles {
            let column = match given {
                Some(name) if name == NO_COLUMN => None,
                Some(name) => Some(named(header, name)?),
                // In a preview, two columns that may be meant stay open: a person chooses between
                // them.
                None if role == ColumnRole::BirthDate => birth_date_column(header, rows),
                None => recognised(header, rows, known).unwrap_or_default(),
            };
            if let Some(column) = column {
                roles[column] = Some(role);
            }
        }
        let address = match self.address.as_slice() {
            [] => address_columns(header, rows).unwrap_or_default(),
            given => given_address(header, given)?,
        };
        for column in address.read {
            roles[column] = Some(ColumnRole::Address);
        }
        let mut unread = address.unread;
        unread.extend(other_children(header));
        Ok((roles, unread))
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
    /// The columns that may seem to be wanted and are not read.
    pub(crate) unread: Vec<UnreadColumn>,
}

impl ListRoles {
    /// Finds the columns by the header and the first rows.
    ///
    /// # Errors
    /// [`ColumnsError`]: no address, or two columns that may be meant.
    pub(crate) fn find(
        columns: &PeopleColumns,
        header: &[String],
        rows: &[Vec<String>],
    ) -> Result<Self, ColumnsError> {
        let address = match columns.address.as_slice() {
            [] => address_columns(header, rows)?,
            given => given_address(header, given)?,
        };
        let single =
            |given: &Option<String>, known| single_column(header, rows, given.as_deref(), known);
        let birth_date = single(&columns.birth_date, BIRTH_DATE)?;
        let is_recognised = birth_date.is_some() || columns.birth_date.is_some();
        let mut unread = address.unread;
        unread.extend(other_children(header));
        Ok(Self {
            birth_date: if is_recognised {
                birth_date
            } else {
                first_child_birth_date(header)
            },
            sex: single(&columns.sex, SEX)?,
            school: single(&columns.school, SCHOOL)?,
            check_date: single(&columns.check_date, CHECK_DATE)?,
            address: address.read,
            unread,
        })
    }

    /// Returns the columns by which the rows are judged.
    pub(crate) fn list_columns(&self) -> ListColumns {
        ListColumns {
            birth_date: self.birth_date,
            address: self.address.clone(),
            remarks: true,
        }
    }

    /// Returns whether there is a birth date.
    pub(crate) fn has_birth_date(&self) -> bool {
        self.birth_date.is_some()
    }

    /// Returns whether birth dates of these rows have the month first, and none the day.
    pub(crate) fn has_months_first(&self, rows: &[Vec<String>]) -> bool {
        let column = self.birth_date;
        let dates = rows.iter().filter_map(|row| first_part(row.get(column?)?));
        let dates: Vec<FirstPart> = dates.collect();
        let has_day_first = dates.contains(&FirstPart::Day);
        dates.contains(&FirstPart::Month) && !has_day_first
    }

    /// Returns whether there is a school.
    pub(crate) fn has_school(&self) -> bool {
        self.school.is_some()
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

/// Returns the column given, else the one that is recognised by one of these names, folded; none for [`NO_COLUMN`].
///
/// # Errors
/// [`ColumnsError`]: no such column, or two that may be meant.
pub(crate) fn single_column(
    header: &[String],
    rows: &[Vec<String>],
    given: Option<&str>,
    known: &[&str],
) -> Result<Option<usize>, ColumnsError> {
    match given {
        Some(NO_COLUMN) => Ok(None),
        Some(name) => named(header, name).map(Some),
        None => recognised(header, rows, known),
    }
}

/// Returns the column that is recognised by one of these names: of several, one that says that it is the child's comes first
/// (a bare `Date de naissance` may be a parent's), then one with something in the first rows.
fn recognised(
    header: &[String],
    rows: &[Vec<String>],
    known: &[&str],
) -> Result<Option<usize>, ColumnsError> {
    let names = header_names(header);
    let all: Vec<usize> = (0..names.len()).collect();
    let child: Vec<usize> = all
        .iter()
        .copied()
        .filter(|column| names[*column].owner() == NamedOwner::Child)
        .collect();
    let [filled_child, filled] = [&child, &all].map(|columns| {
        let columns = columns.iter().copied();
        let filled = columns.filter(|column| {
            let mut values = rows.iter().filter_map(|row| row.get(*column));
            values.any(|value| !value.trim().is_empty())
        });
        filled.collect::<Vec<_>>()
    });
    for among in [filled_child, child, filled, all] {
        let found = only_among(&names, &among, known, ColumnOwner::Person)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Returns the column of the birth date, if it is recognised.
pub(crate) fn birth_date_column(header: &[String], rows: &[Vec<String>]) -> Option<usize> {
    let found = recognised(header, rows, BIRTH_DATE).unwrap_or_default();
    found.or_else(|| first_child_birth_date(header))
}

/// Returns the column of the birth date of the first of several children of a row: `Né le 1`.
fn first_child_birth_date(header: &[String]) -> Option<usize> {
    numbered_birth_dates(header).find_map(|(column, number)| (number == 1).then_some(column))
}

/// Returns the birth dates of further children of a row: each child is asked in a row of their own.
fn other_children(header: &[String]) -> impl Iterator<Item = UnreadColumn> {
    let others = numbered_birth_dates(header).filter(|(_, number)| *number >= 2);
    others.map(|(column, _)| UnreadColumn {
        name: header[column].trim().to_owned(),
        reason: UnreadReason::OtherChild,
    })
}

/// Returns the columns of birth dates that end with a number, with it.
fn numbered_birth_dates(header: &[String]) -> impl Iterator<Item = (usize, u32)> {
    let names = header_names(header).into_iter().enumerate();
    names.filter_map(|(column, name)| {
        let number = name.number()?;
        let plain = [name.without_number()];
        matching_columns(&plain, BIRTH_DATE, ColumnOwner::Person).map(|_| (column, number))
    })
}

fn given_address(header: &[String], given: &[String]) -> Result<ReadColumns, ColumnsError> {
    Ok(ReadColumns {
        read: given
            .iter()
            .map(|name| named(header, name))
            .collect::<Result<_, _>>()?,
        unread: vec![],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(header: &str) -> Result<ListRoles, ColumnsError> {
        let header: Vec<String> = header.split(';').map(ToOwned::to_owned).collect();
        ListRoles::find(&PeopleColumns::default(), &header, &[])
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
    fn headers_of_official_exports_are_recognised() {
        for (header, single, address) in [
            (
                "Nom de famille*;Premier prénom*;Date de naissance (jj/mm/aaaa)*;Sexe (M/F)*;Adresse (n° et voie)*;\
                 Code postal (5 chiffres)*;Commune*",
                [Some(2), Some(3), None, None],
                vec![4, 5, 6],
            ),
            (
                "NOM;PRÉNOM;Date naissance (AAAA-MM-JJ);Sexe; Adresse;Code postal;Commune",
                [Some(2), Some(3), None, None],
                vec![4, 5, 6],
            ),
            (
                "NOM;PRENOM;NE(E) LE;SEXE;CLASSE;LIGNE1_ADRESSE;LIGNE2_ADRESSE;CODE_POSTAL;LIBELLE_POSTAL;COMMUNE_NAISSANCE",
                [Some(2), Some(3), None, None],
                vec![5, 7, 8],
            ),
            (
                "Nom élève;Prénom élève;Date naissance;Sexe;INE;Niveau;Classe;Nom école;Adresse;CP;Commune;Commune de naissance",
                [Some(2), Some(3), Some(7), None],
                vec![8, 9, 10],
            ),
            (
                "Matricule;Nom allocataire;Date naissance allocataire;Date naissance enfant;Sexe enfant;Numéro voie;Type voie;\
                 Nom voie;Code postal;Commune",
                [Some(3), Some(4), None, None],
                vec![5, 6, 7, 8, 9],
            ),
            (
                "N° allocataire;DATENAISSANCE;NUMVOIE;NATUREVOIE;LIBELLEVOIE;CODEPOSTAL;BUREAU DISTRIBUTEUR",
                [Some(1), None, None, None],
                vec![2, 3, 4, 5, 6],
            ),
            (
                "Nom;Né(e) le :;Sexe (F/G);Établissement (UAI);Adresse responsable 1;Adresse responsable 2;Code postal;Ville",
                [Some(1), Some(2), Some(3), None],
                vec![4, 6, 7],
            ),
            (
                "dateNaissance;adressePostale;codePostal;ville",
                [Some(0), None, None, None],
                vec![1, 2, 3],
            ),
            (
                "Date de naissance de l'élève*;Adresse de l'élève*;Code postal de l'élève*;Ville de l'élève*;Ville de l'école",
                [Some(0), None, None, None],
                vec![1, 2, 3],
            ),
            (
                "Naissance [jj.mm.aaaa];Numéro et voie;CP / Ville;Date de la demande (jj/mm/aaaa)",
                [Some(0), None, None, Some(3)],
                vec![1, 2],
            ),
            (
                "Adresse mail;Adresse (complément);Adresse du domicile;Code postal domicile;Commune domicile;DDN",
                [Some(5), None, None, None],
                vec![2, 3, 4],
            ),
        ] {
            let roles = found(header).unwrap();
            assert_eq!(
                (roles.single(), roles.address),
                (single, address),
                "{header}"
            );
        }
    }

    #[test]
    fn of_columns_that_may_be_meant_none_is_taken() {
        let roles = found("Adresse;Date de naissance (père);Date de naissance (mère)").unwrap();
        assert_eq!(roles.birth_date, None);
        assert!(found("Adresse (domicile);Adresse (vacances)").is_err());
        assert_eq!(found("Adresse;Adresse (vacances)").unwrap().address, [0]);
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
