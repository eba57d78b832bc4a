//! Columns of a list without a line of titles, by what is in them.
//!
//! Such a list gets a line of titles, so that its columns are recognised, chosen and written as those of any other. The
//! first row is a person then, and is answered.

use qpv_french::dates::read_day;
use qpv_french::fold::fold_name;

use crate::field_kinds::{
    has_several, is_data_row, is_kind_of_way, is_postcode, is_postcode_with_town, is_street,
};
use crate::house_numbers::{is_order, unread_reason};
use crate::list_rows::unknown_column;

/// Characters of a sex or a gender, folded.
const SEXES: &[&str] = &[
    "m", "f", "g", "h", "masculin", "feminin", "garcon", "fille", "homme", "femme", "male",
    "female",
];
/// Words that names of schools begin with, folded.
const SCHOOLS: &[&str] = &["ecole", "college", "lycee", "groupe scolaire", "maternelle"];

/// Ranks a row as the one that names the columns, the higher the better: a row of values has fewer claims than any other,
/// whatever it seems to name (`Rue` in the column of the kind of way).
pub(crate) fn header_rank(names: &[String], read: &[usize]) -> (bool, usize) {
    (!is_data_row(names), read.len())
}

/// Returns the titles of a row with those above where it has none, as cells merged over two rows have them: `Nom` beside
/// `Domicile`, below which stand `N°`, `Rue` and `Ville`. `None` where the row above has no titles to give.
pub(crate) fn filled_from_above(names: &[String], above: &[String]) -> Option<Vec<String>> {
    let filled: Vec<String> = names
        .iter()
        .zip(above)
        .map(|(name, above)| if name.trim().is_empty() { above } else { name })
        .cloned()
        .collect();
    let is_merged = has_several(names) && has_several(above) && filled != names;
    (is_merged && !is_data_row(above) && !is_data_row(names)).then_some(filled)
}

/// Returns whether a row of values names a column by nothing but a kind of way: a person, not the titles.
pub(crate) fn is_mistaken_header(names: &[String], read: &[usize]) -> bool {
    let [only] = read else { return false };
    is_data_row(names) && matches!(fold_name(&names[*only]).as_str(), "rue" | "voie")
}

fn is_words(text: &str) -> bool {
    let folded = fold_name(text);
    folded.chars().any(char::is_alphabetic) && !folded.bytes().any(|byte| byte.is_ascii_digit())
}

/// The values of a column.
struct Values<'a>(Vec<&'a str>);

impl<'a> Values<'a> {
    fn of(rows: &'a [Vec<String>], column: usize) -> Self {
        let fields = rows.iter().filter_map(|row| row.get(column));
        let filled = fields.map(|field| field.trim());
        Self(filled.filter(|field| !field.is_empty()).collect())
    }

    /// Returns how many are so.
    fn count(&self, is_so: impl Fn(&str) -> bool) -> usize {
        self.0.iter().filter(|value| is_so(value)).count()
    }

    /// Returns whether three of four are so, and one at least.
    fn are(&self, is_so: impl Fn(&str) -> bool) -> bool {
        !self.0.is_empty() && self.count(is_so) * 4 >= self.0.len() * 3
    }
}

/// Returns the titles of columns by their values: those of known content once each, others by their place.
pub(crate) fn titles(rows: &[Vec<String>]) -> Vec<String> {
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let columns: Vec<Values<'_>> = (0..width).map(|column| Values::of(rows, column)).collect();
    let mut titles: Vec<Option<&'static str>> = vec![None; width];
    let street = (0..width)
        .max_by_key(|column| {
            let streets = columns[*column].count(is_street);
            // Of columns that are as good, the first.
            (streets, width - column)
        })
        .filter(|column| {
            let values = &columns[*column];
            values.count(is_street) * 2 >= values.0.len().max(1)
        });
    // The kind of way in a column of its own, and its name in the next.
    let way = (0..width.saturating_sub(1))
        .filter(|_| street.is_none())
        .find(|column| columns[*column].are(is_kind_of_way) && !columns[*column + 1].0.is_empty());
    if let Some(street) = street {
        titles[street] = Some("Adresse");
    } else if let Some(way) = way {
        titles[way] = Some("Type de voie");
        titles[way + 1] = Some("Nom de voie");
    }
    let postcode = (0..width)
        .filter(|column| columns[*column].are(is_postcode))
        // Codes of communes have five digits too, and end in any.
        .max_by_key(|column| {
            (
                columns[*column].count(|text| text.ends_with('0')),
                width - column,
            )
        });
    let both = (0..width)
        .find(|column| titles[*column].is_none() && columns[*column].are(is_postcode_with_town));
    if let Some(postcode) = postcode {
        titles[postcode] = Some("Code postal");
        let beside = [Some(postcode + 1), postcode.checked_sub(1)];
        let town = beside.into_iter().flatten().find(|column| {
            *column < width && titles[*column].is_none() && columns[*column].are(is_words)
        });
        if let Some(town) = town {
            titles[town] = Some("Commune");
        }
    } else if let Some(both) = both {
        titles[both] = Some("CP / Ville");
    }
    let birth = (0..width)
        .filter(|column| columns[*column].are(|text| read_day(text).is_some()))
        .min_by_key(|column| {
            // People are born before they are entered in a list.
            let mut days: Vec<_> = columns[*column]
                .0
                .iter()
                .filter_map(|text| read_day(text))
                .collect();
            days.sort_unstable();
            days.get(days.len() / 2).copied()
        });
    if let Some(birth) = birth {
        titles[birth] = Some("Date de naissance");
    }
    let mut title_first = |title, is_so: &dyn Fn(&Values<'_>) -> bool| {
        let found = (0..width).find(|column| titles[*column].is_none() && is_so(&columns[*column]));
        if let Some(found) = found {
            titles[found] = Some(title);
        }
    };
    title_first("Sexe", &|values| {
        let is_all = values
            .0
            .iter()
            .all(|text| SEXES.contains(&fold_name(text).as_str()));
        is_all && !values.0.is_empty()
    });
    title_first("École", &|values| values.are(is_school));
    title_first("N°", &|values| is_order(&values.0, false));
    // A number beside a street without one.
    if let Some(street) = street.or(way)
        && let Some(number) = street.checked_sub(1)
        && titles[number].is_none()
        && !columns[number].0.is_empty()
        && unread_reason(&columns[number].0, &columns[street].0, true).is_none()
    {
        titles[number] = Some("N° de voie");
    }
    let titles = titles.into_iter().enumerate();
    titles
        .map(|(place, title)| title.map_or_else(|| unknown_column(place), ToOwned::to_owned))
        .collect()
}

/// Returns whether a text names a school, or is the identifier of one.
fn is_school(text: &str) -> bool {
    let folded = fold_name(text);
    let digits = folded.bytes().take_while(u8::is_ascii_digit).count();
    let is_uai = folded.len() == 8 && digits == 7 && folded.ends_with(char::is_alphabetic);
    is_uai || SCHOOLS.iter().any(|word| folded.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &str) -> Vec<Vec<String>> {
        let lines = table.lines();
        let rows = lines.map(|line| line.split(';').map(ToOwned::to_owned).collect());
        rows.collect()
    }

    #[test]
    fn titles_are_told_from_people() {
        for row in [
            "Dupont;Léa;12/03/2015;12 rue des Lilas;61100;Flers",
            "Dupont;12 rue des Lilas;Flers",
            "Dupont;61100",
            "Dupont;61100 Flers",
            "Dupont;2015-03-12",
            "12 bis, avenue de Paris 61100 Flers",
            "Dupont Léa;3 mars 2015",
            "1;Dupont;12/03/2015",
            "DUPONT;LEA;12.03.2015",
            "0610001X;61100;F",
        ] {
            assert!(is_data_row(&rows(row)[0]), "{row}");
        }
        for row in [
            "Nom;Prénom;Né(e) le;Adresse;CP;Commune",
            "Liste des enfants",
            "12/09/2024",
            "Édité le 12/09/2024;",
            "Lieu;Quand;Qui",
            "Rue;Ville",
            "2023;2024;2025",
            "N°;Voie",
            "École Jean Moulin;CP",
            "1;2;3",
        ] {
            assert!(!is_data_row(&rows(row)[0]), "{row}");
        }
    }

    #[test]
    fn columns_are_known_by_their_values() {
        for (table, expected) in [
            (
                "Dupont;Léa;12/03/2015;F;12 rue des Lilas;61100;Flers\nMartin;Tom;01/09/2014;M;3 avenue B;61100;Flers",
                "Colonne 1;Colonne 2;Date de naissance;Sexe;Adresse;Code postal;Commune",
            ),
            (
                "1;Dupont;12/03/2015;7;rue des Lilas;61100\n2;Martin;01/09/2014;12 bis;avenue B;61100\n3;Petit;1/2/2013;7;place C;61100",
                "N°;Colonne 2;Date de naissance;N° de voie;Adresse;Code postal",
            ),
            (
                "03/09/2024;Dupont;12/03/2015;12 rue A;61100 Flers\n04/09/2024;Petit;12/03/2014;1 rue B;61100 Flers",
                "Colonne 1;Colonne 2;Date de naissance;Adresse;CP / Ville",
            ),
            (
                "École Jean Moulin;Dupont;12 rue A;Flers;61100;61169\nÉcole Jean Moulin;Petit;1 rue B;Flers;61100;61169",
                "École;Colonne 2;Adresse;Commune;Code postal;Colonne 6",
            ),
            ("12 rue A 61100 Flers\n3 rue B 61100 Flers", "Adresse"),
            // One value of four that is something else.
            (
                "Dupont;12/03/2015;1 rue A;61100;Flers\nPetit;42064;2 rue B;61100;Flers\n\
                Martin;1/2/2013;3 rue C;2A004;Ajaccio\nDurand;3/4/2014;4 rue D;61100;Flers",
                "Colonne 1;Date de naissance;Adresse;Code postal;Commune",
            ),
            (
                "Dupont;12;rue;des Lilas;61100;Flers\nPetit;3 bis;Av.;de Paris;61100;Flers",
                "Colonne 1;N° de voie;Type de voie;Nom de voie;Code postal;Commune",
            ),
            (
                "Dupont;0601020304;12 rue A;;61100;FLERS\nPetit;0601020305;1 rue B;app. 3;61100;FLERS",
                "Colonne 1;Colonne 2;Adresse;Colonne 4;Code postal;Commune",
            ),
        ] {
            assert_eq!(titles(&rows(table)).join(";"), expected, "{table}");
        }
    }
}
