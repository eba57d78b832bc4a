//! The columns of the address in a list, all of one home.
//!
//! A list may hold several addresses: the child's, a parent's, that of the school. The one that is named as the child's is read,
//! then the family's, then one that names nobody, last that of an adult; its postcode and commune are never those of another.
//! Values decide where names do not: a column of addresses with none in it is not read beside one that has them, nor is `CP` as
//! the postcode where it names a class. The addresses that are not read are named.

use crate::column_names::listed;
use crate::error::ColumnsError;
use crate::field_kinds::{has_several, is_data_row, is_street};
use crate::header_words::{
    ColumnOwner, HeaderName, NamedOwner, header_names, matching_columns, only_among,
};
use crate::house_numbers::{
    BARE_NUMBER, ReadColumns, UnreadColumn, UnreadReason, have_numbers, is_order_name, own_number,
    unread_reason,
};

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
    "adresse numero",
    "adresse n",
    "adresse no",
    "adresse num",
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
    "b t q",
    "bis",
    "adresse bis",
    "adresse rep",
    "suffixe",
];
const STREET_TYPE: &[&str] = &[
    "type de voie",
    "nature de voie",
    "libelle type de voie",
    "type rue",
    "adresse type de voie",
    "adresse type voie",
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
    "adresse l 1",
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
    "adresse cp ville",
    "adresse cp commune",
    "adresse code postal ville",
    "adresse code postal commune",
    "adresse et code postal",
    "adresse avec code postal",
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
    "adresse cp",
    "adresse code postal",
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
    "ville commune",
    "commune ville",
    "adresse ville",
    "adresse commune",
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
/// Names of further lines of an address: of a row, the one with the street is read.
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
    "adresse l 2",
    "adresse l 3",
    "ligne 4 adresse",
    "adresse ligne 4",
    "complement",
    "complement adresse",
    "adresse complement",
    "complement d adresse",
    "complement adresse 1",
    "complement adresse 2",
    "suite adresse",
    "adresse suite",
];
/// Words of addresses that are nobody's home in the list, or not any more.
const OTHER_PLACES: &[&str] = &[
    "ecole",
    "etablissement",
    "college",
    "lycee",
    "creche",
    "centre",
    "travail",
    "employeur",
    "structure",
    "association",
    "organisme",
    "entreprise",
    "professionnelle",
    "naissance",
    "facturation",
    "ancien",
    "ancienne",
    "precedente",
];
/// Words of addresses.
const ADDRESS_WORDS: &[&str] = &["adresse", "address", "domicile"];
/// Parts of an address; whatever their order in the table, they are put together in this one.
const ADDRESS: [(&[&str], ColumnOwner); 6] = [
    (HOUSE_NUMBER, ColumnOwner::Home),
    (REPETITION, ColumnOwner::Home),
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
const POSTCODE_PART: usize = 4;
const TOWN_PART: usize = 5;

/// Returns whether a column holds postcodes, by its name.
pub(crate) fn holds_postcodes(name: &str) -> bool {
    is_named(name, POSTCODE)
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
    holds_postcodes(name) || is_named(name, TOWN)
}

/// Returns the columns of the address in a list, in the order of its parts, by the header and the first rows.
///
/// # Errors
/// [`ColumnsError`]: no address, or several that may be meant.
pub(crate) fn address_columns(
    header: &[String],
    rows: &[Vec<String>],
) -> Result<ReadColumns, ColumnsError> {
    let table = AddressTable {
        header,
        names: header_names(header),
        rows,
    };
    table.find()
}

/// A list, as the columns of its address are looked for.
struct AddressTable<'t> {
    header: &'t [String],
    names: Vec<HeaderName>,
    /// The first ones.
    rows: &'t [Vec<String>],
}

impl AddressTable<'_> {
    fn find(&self) -> Result<ReadColumns, ColumnsError> {
        let street = match self.street()? {
            Some(street) => street,
            None => self.street_by_values()?,
        };
        let home = self.names[street].owner();
        let mut parts = vec![];
        for (part, (known, owner)) in ADDRESS.iter().enumerate() {
            parts.push(match part {
                STREET_PART => Some(street),
                _ => self.part_of(home, street, part, known, *owner)?,
            });
        }
        let lines = self.further_lines(street);
        let mut unread = self.other_addresses(street, &lines);
        let house = self.bare_number(street, &parts, &mut unread)?;
        parts[NUMBER_PART] = parts[NUMBER_PART].or(house);
        let mut read = vec![];
        for (part, column) in parts.into_iter().enumerate() {
            read.extend(column);
            if part == STREET_PART {
                read.extend(&lines);
            }
        }
        Ok(ReadColumns { read, unread })
    }

    /// Returns the column of the street, of the home that comes first.
    fn street(&self) -> Result<Option<usize>, ColumnsError> {
        let (known, owner) = ADDRESS[STREET_PART];
        let candidates = self.candidates(known, owner);
        let filled = candidates
            .iter()
            .copied()
            .filter(|column| self.may_hold_streets(*column));
        let filled: Vec<usize> = filled.collect();
        for among in [&filled, &candidates] {
            for home in [
                NamedOwner::Child,
                NamedOwner::Family,
                NamedOwner::Unnamed,
                NamedOwner::Guardian,
            ] {
                let mut columns = self.owned_by(home, among);
                // Beside a column of house numbers the street is the one that lacks them, not the name of a residence.
                if columns
                    .iter()
                    .any(|column| self.is_street_with_number_apart(*column))
                {
                    columns.retain(|column| {
                        self.is_street_with_number_apart(*column)
                            || have_numbers(&self.values(*column))
                    });
                }
                if let Some(found) = only_among(&self.names, &columns, known, owner)? {
                    return Ok(Some(found));
                }
                // Those of another home come never before them.
                if !columns.is_empty() {
                    return Err(self.several_homes(&columns));
                }
            }
        }
        let type_owner = ADDRESS[STREET_TYPE_PART];
        if self.candidates(type_owner.0, type_owner.1).is_empty() {
            return Ok(None);
        }
        // `libellé` says what of, beside the kind of way.
        let columns = self.candidates(STREET_BESIDE_TYPE, ColumnOwner::Nobody);
        only_among(
            &self.names,
            &columns,
            STREET_BESIDE_TYPE,
            ColumnOwner::Nobody,
        )
    }

    /// Returns the columns whose names are like known ones.
    fn candidates(&self, known: &[&str], owner: ColumnOwner) -> Vec<usize> {
        let columns = 0..self.names.len();
        columns
            .filter(|column| self.is_like(*column, known, owner))
            .collect()
    }

    fn is_like(&self, column: usize, known: &[&str], owner: ColumnOwner) -> bool {
        matching_columns(&self.names[column..=column], known, owner).is_some()
    }

    fn owned_by(&self, owner: NamedOwner, among: &[usize]) -> Vec<usize> {
        let columns = among.iter().copied();
        columns
            .filter(|column| self.names[*column].owner() == owner)
            .collect()
    }

    /// Returns the values of a column in the first rows.
    fn values(&self, column: usize) -> Vec<&str> {
        let rows = self.rows.iter();
        rows.map(|row| row.get(column).map_or("", |value| value.trim()))
            .collect()
    }

    /// Returns the values that are not empty.
    fn filled(&self, column: usize) -> Vec<&str> {
        let mut values = self.values(column);
        values.retain(|value| !value.is_empty());
        values
    }

    /// Returns whether a column may hold streets: one without any is empty, or holds mails or telephone numbers.
    fn may_hold_streets(&self, column: usize) -> bool {
        let filled = self.filled(column);
        let others = filled
            .iter()
            .filter(|value| value.contains('@') || !value.contains(char::is_alphabetic));
        self.rows.is_empty() || others.count() * 2 < filled.len()
    }

    /// Returns whether a column holds streets without their numbers, which stand in one of their own.
    fn is_street_with_number_apart(&self, column: usize) -> bool {
        let (known, owner) = ADDRESS[NUMBER_PART];
        self.is_like(column, STREET_ALONE, ColumnOwner::Home)
            && !self.filled(column).is_empty()
            && self
                .candidates(known, owner)
                .iter()
                .any(|number| !self.filled(*number).is_empty())
    }

    /// Returns the column of a part of the address of a home, whose street is in this column.
    fn part_of(
        &self,
        home: NamedOwner,
        street: usize,
        part: usize,
        known: &[&str],
        owner: ColumnOwner,
    ) -> Result<Option<usize>, ColumnsError> {
        let mut candidates = self.candidates(known, owner);
        candidates.retain(|column| *column != street);
        if part == POSTCODE_PART {
            candidates.retain(|column| self.may_hold_postcodes(*column));
        }
        let filled: Vec<usize> = candidates
            .iter()
            .copied()
            .filter(|column| !self.filled(*column).is_empty())
            .collect();
        let homes = match home {
            NamedOwner::Unnamed => [home, NamedOwner::Family, NamedOwner::Child],
            _ => [home, NamedOwner::Family, NamedOwner::Unnamed],
        };
        for among in [&filled, &candidates] {
            for whose in homes {
                let mut columns = self.owned_by(whose, among);
                if whose == NamedOwner::Unnamed {
                    columns.retain(|column| !self.is_behind_other_place(*column, home));
                }
                let found = only_among(&self.names, &columns, known, owner)?;
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
        Ok(None)
    }

    /// Returns whether a column that may hold postcodes holds any: `CP` may be the name of a class, with a cross below it.
    fn may_hold_postcodes(&self, column: usize) -> bool {
        let filled = self.filled(column);
        let numbers = filled
            .iter()
            .filter(|value| value.bytes().filter(u8::is_ascii_digit).count() >= 2);
        numbers.count() * 2 >= filled.len()
    }

    /// Returns whether a part of an address that names nobody stands behind a column of another place, of a school or of another
    /// home, and belongs to that.
    fn is_behind_other_place(&self, column: usize, home: NamedOwner) -> bool {
        let before = (0..column).rev().find(|column| {
            self.names[*column].owner() != NamedOwner::Unnamed || !self.is_place(*column)
        });
        let Some(before) = before else {
            return false;
        };
        let name = &self.names[before];
        let is_part = ADDRESS.iter().any(|(known, owner)| {
            matching_columns(&[name.clone().without_words(OTHER_PLACES)], known, *owner).is_some()
        });
        let is_of_other_place = name.has_word(OTHER_PLACES);
        // A school alone stands in front of the child's town as often as of its own.
        is_of_other_place && (is_part || home != NamedOwner::Unnamed)
            || home != NamedOwner::Unnamed
                && is_part
                && name.owner() != home
                && name.owner() != NamedOwner::Family
    }

    /// Returns whether the name of a column is that of postcodes or communes.
    fn is_place(&self, column: usize) -> bool {
        let places = [ADDRESS[POSTCODE_PART], ADDRESS[TOWN_PART]];
        let mut places = places.iter();
        places.any(|(known, owner)| self.is_like(column, known, *owner))
    }

    /// Returns the columns with further lines of the address whose street is in this column. Two homes are no lines of one.
    fn further_lines(&self, street: usize) -> Vec<usize> {
        let lines = self.candidates(FURTHER_LINE, ColumnOwner::Home);
        let lines = lines.into_iter().filter(|column| {
            let name = &self.names[*column];
            let is_same_home =
                name.owner() != NamedOwner::Guardian && !self.has_place_of_number(name.number());
            is_same_home && !self.filled(*column).is_empty() && !self.are_two_homes(street, *column)
        });
        lines.filter(|column| *column != street).collect()
    }

    /// Returns whether a postcode or a commune has this number, from 2: of the second home, `CP 2`.
    fn has_place_of_number(&self, number: Option<u32>) -> bool {
        let Some(number) = number.filter(|number| *number >= 2) else {
            return false;
        };
        self.names.iter().any(|name| {
            let plain = [name.without_number()];
            let parts = [ADDRESS[POSTCODE_PART], ADDRESS[TOWN_PART]];
            name.number() == Some(number)
                && parts
                    .iter()
                    .any(|(known, owner)| matching_columns(&plain, known, *owner).is_some())
        })
    }

    /// Returns whether two columns have the number of a house each, in a quarter of the rows that have both.
    fn are_two_homes(&self, street: usize, line: usize) -> bool {
        let streets = self.values(street);
        let lines = self.values(line);
        let pairs = streets
            .into_iter()
            .zip(lines)
            .filter(|(_, line)| !line.is_empty());
        let numbered = pairs.clone().filter(|(street, line)| {
            own_number(street).is_some() && own_number(line).is_some() && is_street(line)
        });
        numbered.count() * 4 > pairs.count()
    }

    /// Returns the columns of addresses that are not read.
    fn other_addresses(&self, street: usize, lines: &[usize]) -> Vec<UnreadColumn> {
        let (known, owner) = ADDRESS[STREET_PART];
        let columns =
            (0..self.names.len()).filter(|column| *column != street && !lines.contains(column));
        let homes = columns.filter(|column| {
            let is_named = self.names[*column].has_word(ADDRESS_WORDS);
            (is_named || self.is_like(*column, known, owner))
                && self.filled(*column).iter().any(|value| is_address(value))
        });
        homes
            .map(|column| self.unread(column, UnreadReason::OtherAddress))
            .collect()
    }

    fn unread(&self, column: usize, reason: UnreadReason) -> UnreadColumn {
        UnreadColumn {
            name: self.header[column].trim().to_owned(),
            reason,
        }
    }

    /// Returns the only column of numbered streets that names no other place, where no name tells the street.
    fn street_by_values(&self) -> Result<usize, ColumnsError> {
        // Values name nothing, nor does the title of the whole list.
        let are_titles = has_several(self.header) && !is_data_row(self.header);
        let columns = (0..self.names.len()).filter(|column| {
            let is_named = self.header[*column].contains(char::is_alphabetic);
            are_titles && is_named && !self.is_place(*column)
        });
        let columns = columns.filter(|column| !self.names[*column].has_word(OTHER_PLACES));
        let streets = columns.filter(|column| {
            let filled = self.filled(*column);
            let is_named = self.names[*column].has_word(ADDRESS_WORDS);
            let numbered = filled
                .iter()
                .filter(|value| own_number(value).is_some() && (is_named || is_street(value)));
            !filled.is_empty() && numbered.count() * 2 > filled.len()
        });
        match *streets.collect::<Vec<_>>() {
            [only] => Ok(only),
            // Postcodes and communes alone would find the middle of a town for everybody.
            [] => Err(ColumnsError::NotFound {
                wanted: "an address (adresse, domicile, voie, rue…)",
                found: listed(self.header),
            }),
            ref several => Err(self.several_homes(several)),
        }
    }

    fn several_homes(&self, columns: &[usize]) -> ColumnsError {
        let names = columns.iter().map(|column| self.header[*column].trim());
        ColumnsError::SeveralHomes {
            names: names.map(ToOwned::to_owned).collect(),
        }
    }

    /// Returns the column without a further name (`N°`) that holds the numbers of houses, and names those that do not.
    fn bare_number(
        &self,
        street: usize,
        parts: &[Option<usize>],
        unread: &mut Vec<UnreadColumn>,
    ) -> Result<Option<usize>, ColumnsError> {
        let is_street_alone = self.is_like(street, STREET_ALONE, ColumnOwner::Home);
        let has_whole_address = parts[STREET_TYPE_PART].is_none() && !is_street_alone;
        let streets = self.values(street);
        let mut houses = vec![];
        for (column, name) in self.header.iter().enumerate() {
            let reason = if is_order_name(name) && !parts.contains(&Some(column)) {
                Some(UnreadReason::Order)
            } else if !self.is_like(column, BARE_NUMBER, ColumnOwner::Nobody) {
                continue;
            } else if parts[NUMBER_PART].is_some() {
                Some(UnreadReason::OtherColumn)
            } else {
                unread_reason(&self.values(column), &streets, has_whole_address)
            };
            match reason {
                Some(reason) => unread.push(self.unread(column, reason)),
                None => houses.push(column),
            }
        }
        // Without rows nothing tells which of them counts the rows.
        if self.rows.is_empty() && houses.len() > 1 {
            let none = houses.drain(..);
            unread.extend(none.map(|column| self.unread(column, UnreadReason::OtherColumn)));
        }
        match *houses {
            [first, _, ..] => Err(ColumnsError::Ambiguous {
                name: self.header[first].clone(),
                count: houses.len(),
            }),
            _ => Ok(houses.first().copied()),
        }
    }
}

/// Chooses the line of an address in which a row has its street, of those of its columns that are such lines: the first with the
/// number of a house, else the first with a street, else the first with something in it. Returns the places of the others.
pub(crate) fn other_lines<T: AsRef<str>>(names: &[String], parts: &[T]) -> Vec<usize> {
    let filled = (0..parts.len()).map(|at| (at, parts[at].as_ref().trim()));
    let filled = filled.filter(|(_, text)| !text.is_empty());
    // Names are compared for the few rows and lists that have further lines.
    let mut further = filled
        .clone()
        .filter(|(at, _)| may_name_a_further_line(&names[*at]))
        .filter(|(at, _)| is_named(&names[*at], FURTHER_LINE));
    if further.next().is_none() {
        return vec![];
    }
    let street = ADDRESS[STREET_PART].0;
    let lines: Vec<(usize, &str)> = filled
        .filter(|(at, _)| is_named(&names[*at], FURTHER_LINE) || is_named(&names[*at], street))
        .collect();
    let chosen = lines
        .iter()
        // `n° 12` beside a street is no street.
        .find(|line| {
            own_number(line.1).is_some() && (lines.first() == Some(line) || is_street(line.1))
        })
        .or_else(|| lines.iter().find(|(_, text)| is_street(text)))
        .or(lines.first())
        .copied();
    let others = lines.into_iter().filter(|line| Some(*line) != chosen);
    others.map(|(at, _)| at).collect()
}

/// Returns whether a column has one of these names, of somebody's home or not.
fn is_named(name: &str, known: &[&str]) -> bool {
    matching_columns(&[HeaderName::new(name)], known, ColumnOwner::Home).is_some()
}

/// Returns whether a value may be an address, with the word of a street or not: `22 quartier du Crassier`.
fn is_address(value: &str) -> bool {
    let letters = value.chars().filter(|letter| letter.is_alphabetic());
    is_street(value) || own_number(value).is_some() && letters.count() >= 3
}

/// Returns whether a name has what all names of further lines have.
fn may_name_a_further_line(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains(['2', '3', '4']) || name.contains("compl") || name.contains("suite")
}

#[cfg(test)]
mod tests;
