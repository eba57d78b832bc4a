//! The titles of added columns: the names of the API, or French ones for people who open a spreadsheet.

use std::str::FromStr;

use qpv_french::Key;
use qpv_model::Vintage;

/// The language of the titles of added columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColumnTitles {
    /// The names of the API: `code_qp`, `distance_to_boundary_m`.
    #[default]
    Api,
    /// French words: « Quartier », « Distance à la limite (m) ».
    French,
}

impl FromStr for ColumnTitles {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "api" => Ok(Self::Api),
            "fr" => Ok(Self::French),
            _ => Err("expected fr or api"),
        }
    }
}

impl ColumnTitles {
    /// Returns the title of a column of this name.
    pub(crate) fn title(self, name: &str) -> String {
        match self {
            Self::Api => name.to_owned(),
            Self::French => french_title(name),
        }
    }

    /// Returns the ending of titles that a list has already, for the first time or a later one.
    pub(crate) fn ending(self, number: u64) -> String {
        match (self, number) {
            (Self::Api, 1) => "_qpv".to_owned(),
            (Self::Api, number) => format!("_qpv{number}"),
            (Self::French, number) => format!(" ({})", number + 1),
        }
    }
}

/// Names whose columns hold sentences or names of places, which need room.
const SENTENCES: [&str; 11] = [
    "resultat",
    "motifs",
    "a_completer",
    "a_corriger",
    "result_label",
    "lib_qp",
    "revue",
    "resultat_apres_revue",
    "remarque",
    "areas",
    "adresse_corrigee",
];

/// Returns whether a column of this name holds sentences.
pub(crate) fn holds_sentences(name: &str) -> bool {
    let (name, _) = without_vintage(name);
    SENTENCES.iter().any(|known| {
        name.strip_suffix(known)
            .is_some_and(|before| before.is_empty() || before.ends_with('_'))
    })
}

/// Returns the French title of a column; its name where there is none, as for the indicators of others.
fn french_title(name: &str) -> String {
    // Whole first: a name may end in a year that is no vintage of a column.
    if let Some(title) = known_title(name) {
        return title;
    }
    let (plain, vintage) = without_vintage(name);
    let title = known_title(plain).or_else(|| title_of_one(plain));
    match (title, vintage) {
        (Some(title), Some(vintage)) => format!("{title}, {vintage}"),
        (Some(title), None) => title,
        // A name that nobody wrote a title for says more than none.
        (None, _) => name.to_owned(),
    }
}

/// Returns the title of a column of one programme or zoning, whose name begins with that of it: `pre-flers_result`.
fn title_of_one(name: &str) -> Option<String> {
    // The longest ending comes first: `distance_to_boundary_m`.
    let mut breaks = name.match_indices('_').map(|(at, _)| at);
    breaks.find_map(|at| {
        let title = known_title(&name[at + 1..])?;
        // Names of columns have underscores where those of programmes have hyphens.
        let of = name[..at].replace('_', "-");
        Some(format!("{title} – {of}"))
    })
}

fn known_title(name: &str) -> Option<String> {
    let title = Key::find(&format!("column.{name}"))?;
    Some(title.template().to_owned())
}

fn without_vintage(name: &str) -> (&str, Option<Vintage>) {
    match name.rsplit_once('_') {
        Some((plain, end)) => match end.parse() {
            Ok(vintage) => (plain, Some(vintage)),
            Err(_) => (name, None),
        },
        None => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PeopleColumns;
    use crate::list_rows::is_answer_name;

    fn titles() -> Vec<String> {
        let keys = Key::all().iter().map(|key| key.name());
        let names = keys.filter_map(|key| key.strip_prefix("column."));
        names.map(|name| ColumnTitles::French.title(name)).collect()
    }

    #[test]
    fn titles_are_those_of_the_name_its_vintage_and_its_programme() {
        for (name, title) in [
            ("code_qp", "Code du quartier"),
            ("code_qp_2015", "Code du quartier, 2015"),
            ("pre-flers_result", "Code du résultat – pre-flers"),
            (
                "zfu_te_distance_to_boundary_m",
                "Distance à la limite (m) – zfu-te",
            ),
            ("popMuniQPV_2024", "popMuniQPV_2024"),
        ] {
            assert_eq!(ColumnTitles::French.title(name), title);
            assert_eq!(ColumnTitles::Api.title(name), name);
        }
    }

    #[test]
    fn no_two_titles_are_alike() {
        let mut titles: Vec<String> = titles().iter().map(|title| title.to_lowercase()).collect();
        titles.sort();
        let count = titles.len();
        titles.dedup();
        assert_eq!(titles.len(), count);
        assert!(count > 30);
    }

    /// A list of answers is asked again: its answers are no addresses, birth dates or reviews.
    #[test]
    fn no_title_is_read_as_a_column_of_a_list() {
        for title in titles() {
            let header = [title.clone(), "Adresse".to_owned()];
            let (roles, _) = PeopleColumns::default().roles(&header, &[]).unwrap();
            assert_eq!(roles[0], None, "{title}");
        }
        for name in [
            "result",
            "resultat",
            "result_status",
            "remarque",
            "pre-flers_result",
        ] {
            let title = ColumnTitles::French.title(name);
            assert!(is_answer_name(&title), "{title}");
        }
    }
}
