//! Columns of lists, recognised by the headers that French lists have.

use std::borrow::Cow;

use serde::Serialize;

use crate::column_names::{NO_COLUMN, listed, named};
use crate::error::ColumnsError;
use crate::header_words::{ColumnOwner, HeaderName, NameLikeness, matching_columns};
use crate::house_numbers::{
    BARE_NUMBER, ReadColumns, UnreadColumn, UnreadReason, is_order_name, unread_reason,
};
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
    "jour de naissance",
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
/// A number that only counts something is in `house_numbers`.
const HOUSE_NUMBER: &[&str] = &[
    "numero de voie",
    "numero dans la voie",
    "n de voie",
    "n dans la voie",
    "num voie",
    "no voie",
    "numero de rue",
    "n de rue",
    "num rue",
    "no rue",
    "numero adresse",
    "n adresse",
    "numero d habitation",
    "n d habitation",
    "no habitation",
    "num habitation",
    "numero du domicile",
    "n du domicile",
    "numero et indice",
    "n et indice",
    "numero et repetition",
    "n et bis",
    "numero de maison",
    "n de maison",
    "numero d immeuble",
    "house number",
    "housenumber",
    "street number",
];
const REPETITION: &[&str] = &[
    "bis ter",
    "bis ter quater",
    "rep",
    "repetition",
    "indice",
    "indice de repetition",
    "indice repetition",
    "btq",
    "suffixe",
];
const STREET_TYPE: &[&str] = &[
    "type de voie",
    "nature de voie",
    "libelle type de voie",
    "type rue",
];
const STREET: &[&str] = &[
    "adresse",
    "adresse postale",
    "adresse complete",
    "adresse du domicile",
    "adresse de l enfant",
    "adresse de la famille",
    "adresse des parents",
    "adresse 1",
    "adresse ligne 1",
    "ligne 1 adresse",
    "ligne adresse 1",
    "adresse postale 1",
    "adresse postale ligne 1",
    "adresse voie",
    "adresse rue",
    "adresse n et voie",
    "adresse numero et voie",
    "domicile",
    "voie",
    "rue",
    "nom de voie",
    "libelle de voie",
    "nom de rue",
    "nom de la rue",
    "numero et voie",
    "n et voie",
    "numero et rue",
    "n et rue",
    "numero et nom de la voie",
    "n et nom de la voie",
    "numero et libelle de la voie",
    "n et libelle de la voie",
    "numero type et libelle de la voie",
    "rue et numero",
    "voie et numero",
    "adr",
    "adr 1",
    "adr postale",
    "address",
];
const POSTCODE: &[&str] = &[
    "cp",
    "code postal",
    "code poste",
    "code post",
    "cod postal",
    "cod post",
    "codpost",
    "postcode",
    "c p",
    "cp commune",
    "cp ville",
    "cp et commune",
    "cp et ville",
    "code postal commune",
    "code postal ville",
    "code postal et commune",
    "code postal et ville",
];
const TOWN: &[&str] = &[
    "commune",
    "ville",
    "localite",
    "nom commune",
    "nom de la commune",
    "nom de la ville",
    "libelle de la commune",
    "commune postale",
    "libelle postal",
    "ll postal",
    "libelle acheminement",
    "bureau distributeur",
    "ville ou commune",
    "commune ou ville",
    "city",
];
/// The names among [`STREET`] of streets without their numbers.
const STREET_ALONE: &[&str] = &[
    "voie",
    "rue",
    "nom de voie",
    "libelle de voie",
    "nom de rue",
    "nom de la rue",
];
/// Names of streets that mean one beside a column of the kind of way alone.
const STREET_BESIDE_TYPE: &[&str] = &[
    "libelle",
    "intitule",
    "denomination",
    "nom voie",
    "designation",
];
/// Names of further lines of an address, which are not read.
const FURTHER_LINE: &[&str] = &[
    "adresse 2",
    "adresse 3",
    "adresse 4",
    "adresse ligne 2",
    "adresse ligne 3",
    "ligne 2 adresse",
    "ligne 3 adresse",
    "ligne adresse 2",
    "ligne adresse 3",
    "adresse postale 2",
    "adresse postale 3",
    "adr 2",
    "adr 3",
];
/// Parts of an address; whatever their order in the table, they are put together in this one.
const ADDRESS: [(&[&str], ColumnOwner); 6] = [
    // A number of a person is no number of a house.
    (HOUSE_NUMBER, ColumnOwner::Nobody),
    (REPETITION, ColumnOwner::Nobody),
    (STREET_TYPE, ColumnOwner::Home),
    (STREET, ColumnOwner::Home),
    (POSTCODE, ColumnOwner::Home),
    (TOWN, ColumnOwner::Home),
];
/// The parts of [`ADDRESS`] that are looked at by themselves.
const NUMBER_PART: usize = 0;
const STREET_TYPE_PART: usize = 2;
/// The one that a list must have.
const STREET_PART: usize = 3;

/// Returns whether a column holds postcodes, by its name.
pub(crate) fn holds_postcodes(name: &str) -> bool {
    matching_columns(&[HeaderName::new(name)], POSTCODE, ColumnOwner::Home).is_some()
}

/// Returns whether a column may hold house numbers, by its name.
pub(crate) fn names_house_numbers(name: &str) -> bool {
    let name = [HeaderName::new(name)];
    [HOUSE_NUMBER, BARE_NUMBER]
        .into_iter()
        .any(|known| matching_columns(&name, known, ColumnOwner::Nobody).is_some())
}

/// Returns whether a column holds communes or postcodes, by its name.
#[must_use]
pub fn holds_places(name: &str) -> bool {
    holds_postcodes(name)
        || matching_columns(&[HeaderName::new(name)], TOWN, ColumnOwner::Home).is_some()
}

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
        let names = header_names(header);
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
                None => recognised(&names, known, ColumnOwner::Person).unwrap_or_default(),
            };
            if let Some(column) = column {
                roles[column] = Some(role);
            }
        }
        let address = match self.address.as_slice() {
            [] => address(&names, header, rows).unwrap_or_default(),
            given => given_address(header, given)?,
        };
        for column in address.read {
            roles[column] = Some(ColumnRole::Address);
        }
        Ok((roles, address.unread))
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
    /// The columns of numbers that are not read.
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
        let names = header_names(header);
        let address = match columns.address.as_slice() {
            [] => address(&names, header, rows)?,
            given => given_address(header, given)?,
        };
        Ok(Self {
            birth_date: single_column(header, columns.birth_date.as_deref(), BIRTH_DATE)?,
            sex: single_column(header, columns.sex.as_deref(), SEX)?,
            school: single_column(header, columns.school.as_deref(), SCHOOL)?,
            check_date: single_column(header, columns.check_date.as_deref(), CHECK_DATE)?,
            address: address.read,
            unread: address.unread,
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
    given: Option<&str>,
    known: &[&str],
) -> Result<Option<usize>, ColumnsError> {
    match given {
        Some(NO_COLUMN) => Ok(None),
        Some(name) => named(header, name).map(Some),
        None => recognised(&header_names(header), known, ColumnOwner::Person),
    }
}

fn header_names(header: &[String]) -> Vec<HeaderName> {
    header.iter().map(|name| HeaderName::new(name)).collect()
}

/// Returns the only column that is most like one of these names; the earlier names come first. Of several that are merely
/// like it none is taken: a person must choose.
fn recognised(
    names: &[HeaderName],
    known: &[&str],
    owner: ColumnOwner,
) -> Result<Option<usize>, ColumnsError> {
    let Some(found) = matching_columns(names, known, owner) else {
        return Ok(None);
    };
    match found.columns.as_slice() {
        [only] => Ok(Some(*only)),
        several if found.likeness == NameLikeness::Same => Err(ColumnsError::Ambiguous {
            name: found.known.to_owned(),
            count: several.len(),
        }),
        _ => Ok(None),
    }
}

/// Returns the column of the birth date, if it is recognised.
pub(crate) fn birth_date_column(header: &[String]) -> Option<usize> {
    recognised(&header_names(header), BIRTH_DATE, ColumnOwner::Person).unwrap_or_default()
}

/// Returns the columns of the address in a list, in the order of its parts, by the header and the first rows.
///
/// # Errors
/// [`ColumnsError`]: no address, or two columns that may be meant.
pub(crate) fn address_columns(
    header: &[String],
    rows: &[Vec<String>],
) -> Result<ReadColumns, ColumnsError> {
    let names = header_names(header);
    address(&names, header, rows)
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

fn address(
    names: &[HeaderName],
    header: &[String],
    rows: &[Vec<String>],
) -> Result<ReadColumns, ColumnsError> {
    let mut parts = ADDRESS
        .iter()
        .map(|(known, owner)| recognised(names, known, *owner))
        .collect::<Result<Vec<_>, _>>()?;
    // `libellé` says what of, beside the kind of way.
    if parts[STREET_PART].is_none() && parts[STREET_TYPE_PART].is_some() {
        parts[STREET_PART] = recognised(names, STREET_BESIDE_TYPE, ColumnOwner::Nobody)?;
    }
    // Postcodes and communes alone would find the middle of a town for everybody.
    let Some(street) = parts[STREET_PART] else {
        let wanted = "an address (adresse, domicile, voie, rue…)";
        return Err(ColumnsError::NotFound {
            wanted,
            found: listed(header),
        });
    };
    let has_whole_address = parts[STREET_TYPE_PART].is_none()
        && matching_columns(&names[street..=street], STREET_ALONE, ColumnOwner::Home).is_none();
    let streets = column_values(rows, street);
    let (mut houses, mut unread) = (vec![], vec![]);
    for (column, name) in header.iter().enumerate() {
        let is_bare =
            matching_columns(&names[column..=column], BARE_NUMBER, ColumnOwner::Nobody).is_some();
        let reason = if is_order_name(name) && !parts.contains(&Some(column)) {
            Some(UnreadReason::Order)
        } else if is_further_line(&names[column..=column], &column_values(rows, column)) {
            Some(UnreadReason::FurtherLine)
        } else if !is_bare {
            continue;
        } else if parts[NUMBER_PART].is_some() {
            Some(UnreadReason::OtherColumn)
        } else {
            unread_reason(&column_values(rows, column), &streets, has_whole_address)
        };
        match reason {
            Some(reason) => unread.push(UnreadColumn {
                name: name.trim().to_owned(),
                reason,
            }),
            None => houses.push(column),
        }
    }
    // Without rows nothing tells which of them counts the rows.
    if rows.is_empty() && houses.len() > 1 {
        unread.extend(houses.drain(..).map(|column| UnreadColumn {
            name: header[column].trim().to_owned(),
            reason: UnreadReason::OtherColumn,
        }));
    }
    if let [first, _, ..] = houses.as_slice() {
        return Err(ColumnsError::Ambiguous {
            name: header[*first].clone(),
            count: houses.len(),
        });
    }
    parts[NUMBER_PART] = parts[NUMBER_PART].or(houses.first().copied());
    Ok(ReadColumns {
        read: parts.into_iter().flatten().collect(),
        unread,
    })
}

/// Returns whether a column has further lines of addresses, by its name, and something in them.
fn is_further_line(name: &[HeaderName], values: &[&str]) -> bool {
    matching_columns(name, FURTHER_LINE, ColumnOwner::Home).is_some()
        && values.iter().any(|value| !value.trim().is_empty())
}

/// Returns the values of a column in the first rows.
fn column_values(rows: &[Vec<String>], column: usize) -> Vec<&str> {
    rows.iter()
        .map(|row| row.get(column).map_or("", String::as_str))
        .collect()
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
    fn numbers_are_house_numbers_by_their_name_or_by_their_values() {
        let found = |table: &str| {
            let mut rows: Vec<Vec<String>> = table
                .lines()
                .map(|line| line.split(';').map(ToOwned::to_owned).collect())
                .collect();
            let header = rows.remove(0);
            let columns = address_columns(&header, &rows).unwrap();
            let unread = columns.unread.into_iter();
            let unread: Vec<_> = unread.map(|column| (column.name, column.reason)).collect();
            (columns.read, unread)
        };
        let unread = |name: &str, reason| vec![(name.to_owned(), reason)];
        let order = |name: &str| unread(name, UnreadReason::Order);
        // By the name, whatever the values.
        for name in [
            "N° RUE",
            "n° voie",
            "numero voie",
            "N° de la rue",
            "Numéro dans la voie",
            "NUM_VOIE",
        ] {
            let table = format!("{name};RUE\n1;rue A\n2;rue B\n3;rue C");
            assert_eq!(found(&table), (vec![0, 1], vec![]), "{name}");
        }
        for name in ["N°", "No", "n°", "num", "Numéro", "numero"] {
            let counted = format!("{name};Rue\n1;rue A\n2;rue B\n3;rue C");
            assert_eq!(found(&counted), (vec![1], order(name)), "{name}");
            let houses = format!("{name};Rue\n12;rue A\n3 bis;rue B\n47;rue C");
            assert_eq!(found(&houses), (vec![0, 1], vec![]), "{name}");
            let whole = format!("{name};Adresse;CP\n12;4 rue A;1\n3;8 rue B;1");
            let reason = UnreadReason::AddressHasNumber;
            assert_eq!(found(&whole), (vec![1, 2], unread(name, reason)), "{name}");
            let parted = format!("{name};Adresse\n12;rue A\n3;rue B");
            assert_eq!(found(&parted), (vec![0, 1], vec![]), "{name}");
            let other = format!("{name};N° rue;Rue\n12;7;rue A\n3;8;rue B");
            let reason = UnreadReason::OtherColumn;
            assert_eq!(found(&other), (vec![1, 2], unread(name, reason)), "{name}");
        }
        let two = "N°;N°;Rue\n1;12;rue A\n2;3;rue B\n3;12;rue A";
        assert_eq!(found(two), (vec![1, 2], order("N°")));
        for name in [
            "N° habitation",
            "N° domicile",
            "N° et indice",
            "N° du domicile",
        ] {
            let table = format!("{name};Rue\n1;rue A\n2;rue B\n3;rue C");
            assert_eq!(found(&table), (vec![0, 1], vec![]), "{name}");
        }
        let lines = "Adresse 1;Adresse 2;Adresse 3;CP\nRésidence A;1 rue A;;1\nB;2 rue B;;1";
        let reason = UnreadReason::FurtherLine;
        assert_eq!(found(lines), (vec![0, 3], unread("Adresse 2", reason)));
        for name in ["ordre", "#", "Rang", "N° d'ordre"] {
            let table = format!("{name};Adresse\n12;4 rue A\n3;8 rue B");
            assert_eq!(found(&table), (vec![1], order(name)), "{name}");
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
    fn postcodes_are_known_by_their_header() {
        for name in [
            "cp",
            "Code postal (5 chiffres)*",
            "CODE_POSTAL",
            "CodePostal",
            "CP élève",
        ] {
            assert!(holds_postcodes(name), "{name}");
        }
        for name in ["Commune", "Code", "Code postal (naissance)", "Poste"] {
            assert!(!holds_postcodes(name), "{name}");
        }
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
