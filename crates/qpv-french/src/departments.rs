//! Names of departments after « de »: « de l'Orne », « du Calvados », « des Yvelines ».

/// Names of one form that their first letters do not tell.
const FEMININE: [&str; 33] = [
    "Charente",
    "Charente-Maritime",
    "Corrèze",
    "Corse-du-Sud",
    "Côte-d'Or",
    "Creuse",
    "Dordogne",
    "Drôme",
    "Gironde",
    "Guadeloupe",
    "Guyane",
    "Loire",
    "Loire-Atlantique",
    "Lozère",
    "Manche",
    "Marne",
    "Martinique",
    "Mayenne",
    "Meurthe-et-Moselle",
    "Meuse",
    "Moselle",
    "Nièvre",
    "Saône-et-Loire",
    "Sarthe",
    "Savoie",
    "Seine-Maritime",
    "Seine-et-Marne",
    "Seine-Saint-Denis",
    "Somme",
    "Vendée",
    "Vienne",
    "Polynésie française",
    "Nouvelle-Calédonie",
];
/// Names in the plural: these, and those that begin so.
const PLURAL: [&str; 12] = [
    "Alpes-",
    "Ardennes",
    "Bouches-",
    "Côtes-",
    "Deux-",
    "Hautes-",
    "Hauts-",
    "Landes",
    "Pyrénées-",
    "Terres australes",
    "Vosges",
    "Yvelines",
];
/// Names without an article.
const BARE: [&str; 7] = [
    "La Réunion",
    "Mayotte",
    "Paris",
    "Saint-Barthélemy",
    "Saint-Martin",
    "Saint-Pierre-et-Miquelon",
    "Wallis-et-Futuna",
];

/// Returns the name of a department after « de ».
///
/// ```
/// use qpv_french::departments::of_department;
/// assert_eq!(of_department("Orne"), "de l'Orne");
/// assert_eq!(of_department("Territoire de Belfort"), "du Territoire de Belfort");
/// ```
#[must_use]
pub fn of_department(name: &str) -> String {
    let is_elided = name.starts_with(['A', 'E', 'I', 'O', 'Y', 'H', 'É', 'Î'])
        // « la Haute-Loire », « le Haut-Rhin ».
        && !name.starts_with("Haut");
    let article = if BARE.contains(&name) {
        "de "
    } else if PLURAL.iter().any(|prefix| name.starts_with(prefix)) {
        "des "
    } else if is_elided {
        "de l'"
    } else if name.starts_with("Haute-") || FEMININE.contains(&name) {
        "de la "
    } else {
        "du "
    };
    format!("{article}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn departments_take_their_article() {
        // As the departmental councils write their names.
        for expected in [
            "de l'Ain",
            "des Alpes-de-Haute-Provence",
            "des Hautes-Alpes",
            "de l'Ardèche",
            "des Bouches-du-Rhône",
            "du Calvados",
            "de la Charente-Maritime",
            "de la Corse-du-Sud",
            "de la Haute-Corse",
            "de la Côte-d'Or",
            "des Côtes-d'Armor",
            "de la Haute-Garonne",
            "de l'Hérault",
            "de l'Ille-et-Vilaine",
            "de l'Isère",
            "du Loir-et-Cher",
            "de la Loire",
            "du Loiret",
            "du Nord",
            "de l'Orne",
            "du Pas-de-Calais",
            "des Pyrénées-Orientales",
            "du Bas-Rhin",
            "du Haut-Rhin",
            "de Paris",
            "des Yvelines",
            "des Deux-Sèvres",
            "de la Vendée",
            "de l'Yonne",
            "du Territoire de Belfort",
            "de l'Essonne",
            "des Hauts-de-Seine",
            "de la Seine-Saint-Denis",
            "du Val-d'Oise",
            "de la Guadeloupe",
            "de La Réunion",
            "de Mayotte",
        ] {
            let start = expected.find(|letter: char| letter.is_uppercase());
            let name = &expected[start.unwrap_or_default()..];
            assert_eq!(of_department(name), expected);
        }
    }
}
