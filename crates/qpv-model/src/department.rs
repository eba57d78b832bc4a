//! Departments and regions, by name.

/// Returns a department's name and its region's, by INSEE code; `None` for a code that is none. Overseas collectivities, which
/// lie in no region, give their own name twice. Source: INSEE, *Code officiel géographique*.
///
/// ```
/// assert_eq!(qpv_model::department_and_region("61"), Some(("Orne", "Normandie")));
/// assert_eq!(qpv_model::department_and_region("20"), None);
/// ```
#[must_use]
pub fn department_and_region(code: &str) -> Option<(&'static str, &'static str)> {
    // Sorted, as a test checks.
    let at = NAMES
        .binary_search_by_key(&code, |(known, _, _)| known)
        .ok()?;
    Some((NAMES[at].1, NAMES[at].2))
}

/// Walks the departments and the collectivities overseas in order of code: code, name, name of the region. Source: INSEE,
/// *Code officiel géographique*.
pub fn department_names() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    NAMES.iter().copied()
}

/// Returns the departments of a region, in order, by the region's INSEE code (`28`, `01`); empty for a code that is none. Source:
/// INSEE, *Code officiel géographique*.
///
/// ```
/// assert_eq!(qpv_model::departments_of_region("28"), ["14", "27", "50", "61", "76"]);
/// assert_eq!(qpv_model::departments_of_region("04"), ["974"]);
/// ```
#[must_use]
pub fn departments_of_region(code: &str) -> Vec<&'static str> {
    let Some((_, name)) = REGIONS.iter().find(|(known, _)| *known == code) else {
        return Vec::new();
    };
    NAMES
        .iter()
        .filter(|(_, _, region)| region == name)
        .map(|(department, _, _)| *department)
        .collect()
}

const ARA: &str = "Auvergne-Rhône-Alpes";
const BFC: &str = "Bourgogne-Franche-Comté";
const BRE: &str = "Bretagne";
const CVL: &str = "Centre-Val de Loire";
const COR: &str = "Corse";
const GES: &str = "Grand Est";
const HDF: &str = "Hauts-de-France";
const IDF: &str = "Île-de-France";
const NOR: &str = "Normandie";
const NAQ: &str = "Nouvelle-Aquitaine";
const OCC: &str = "Occitanie";
const PDL: &str = "Pays de la Loire";
const PAC: &str = "Provence-Alpes-Côte d'Azur";

/// Regions, in order of code.
const REGIONS: [(&str, &str); 18] = [
    ("01", "Guadeloupe"),
    ("02", "Martinique"),
    ("03", "Guyane"),
    ("04", "La Réunion"),
    ("06", "Mayotte"),
    ("11", IDF),
    ("24", CVL),
    ("27", BFC),
    ("28", NOR),
    ("32", HDF),
    ("44", GES),
    ("52", PDL),
    ("53", BRE),
    ("75", NAQ),
    ("76", OCC),
    ("84", ARA),
    ("93", PAC),
    ("94", COR),
];

/// Departments with their names and those of their regions, in order of code.
const NAMES: [(&str, &str, &str); 109] = [
    ("01", "Ain", ARA),
    ("02", "Aisne", HDF),
    ("03", "Allier", ARA),
    ("04", "Alpes-de-Haute-Provence", PAC),
    ("05", "Hautes-Alpes", PAC),
    ("06", "Alpes-Maritimes", PAC),
    ("07", "Ardèche", ARA),
    ("08", "Ardennes", GES),
    ("09", "Ariège", OCC),
    ("10", "Aube", GES),
    ("11", "Aude", OCC),
    ("12", "Aveyron", OCC),
    ("13", "Bouches-du-Rhône", PAC),
    ("14", "Calvados", NOR),
    ("15", "Cantal", ARA),
    ("16", "Charente", NAQ),
    ("17", "Charente-Maritime", NAQ),
    ("18", "Cher", CVL),
    ("19", "Corrèze", NAQ),
    ("21", "Côte-d'Or", BFC),
    ("22", "Côtes-d'Armor", BRE),
    ("23", "Creuse", NAQ),
    ("24", "Dordogne", NAQ),
    ("25", "Doubs", BFC),
    ("26", "Drôme", ARA),
    ("27", "Eure", NOR),
    ("28", "Eure-et-Loir", CVL),
    ("29", "Finistère", BRE),
    ("2A", "Corse-du-Sud", COR),
    ("2B", "Haute-Corse", COR),
    ("30", "Gard", OCC),
    ("31", "Haute-Garonne", OCC),
    ("32", "Gers", OCC),
    ("33", "Gironde", NAQ),
    ("34", "Hérault", OCC),
    ("35", "Ille-et-Vilaine", BRE),
    ("36", "Indre", CVL),
    ("37", "Indre-et-Loire", CVL),
    ("38", "Isère", ARA),
    ("39", "Jura", BFC),
    ("40", "Landes", NAQ),
    ("41", "Loir-et-Cher", CVL),
    ("42", "Loire", ARA),
    ("43", "Haute-Loire", ARA),
    ("44", "Loire-Atlantique", PDL),
    ("45", "Loiret", CVL),
    ("46", "Lot", OCC),
    ("47", "Lot-et-Garonne", NAQ),
    ("48", "Lozère", OCC),
    ("49", "Maine-et-Loire", PDL),
    ("50", "Manche", NOR),
    ("51", "Marne", GES),
    ("52", "Haute-Marne", GES),
    ("53", "Mayenne", PDL),
    ("54", "Meurthe-et-Moselle", GES),
    ("55", "Meuse", GES),
    ("56", "Morbihan", BRE),
    ("57", "Moselle", GES),
    ("58", "Nièvre", BFC),
    ("59", "Nord", HDF),
    ("60", "Oise", HDF),
    ("61", "Orne", NOR),
    ("62", "Pas-de-Calais", HDF),
    ("63", "Puy-de-Dôme", ARA),
    ("64", "Pyrénées-Atlantiques", NAQ),
    ("65", "Hautes-Pyrénées", OCC),
    ("66", "Pyrénées-Orientales", OCC),
    ("67", "Bas-Rhin", GES),
    ("68", "Haut-Rhin", GES),
    ("69", "Rhône", ARA),
    ("70", "Haute-Saône", BFC),
    ("71", "Saône-et-Loire", BFC),
    ("72", "Sarthe", PDL),
    ("73", "Savoie", ARA),
    ("74", "Haute-Savoie", ARA),
    ("75", "Paris", IDF),
    ("76", "Seine-Maritime", NOR),
    ("77", "Seine-et-Marne", IDF),
    ("78", "Yvelines", IDF),
    ("79", "Deux-Sèvres", NAQ),
    ("80", "Somme", HDF),
    ("81", "Tarn", OCC),
    ("82", "Tarn-et-Garonne", OCC),
    ("83", "Var", PAC),
    ("84", "Vaucluse", PAC),
    ("85", "Vendée", PDL),
    ("86", "Vienne", NAQ),
    ("87", "Haute-Vienne", NAQ),
    ("88", "Vosges", GES),
    ("89", "Yonne", BFC),
    ("90", "Territoire de Belfort", BFC),
    ("91", "Essonne", IDF),
    ("92", "Hauts-de-Seine", IDF),
    ("93", "Seine-Saint-Denis", IDF),
    ("94", "Val-de-Marne", IDF),
    ("95", "Val-d'Oise", IDF),
    // Overseas: departments, then collectivities, which lie in no region.
    ("971", "Guadeloupe", "Guadeloupe"),
    ("972", "Martinique", "Martinique"),
    ("973", "Guyane", "Guyane"),
    ("974", "La Réunion", "La Réunion"),
    (
        "975",
        "Saint-Pierre-et-Miquelon",
        "Saint-Pierre-et-Miquelon",
    ),
    ("976", "Mayotte", "Mayotte"),
    ("977", "Saint-Barthélemy", "Saint-Barthélemy"),
    ("978", "Saint-Martin", "Saint-Martin"),
    (
        "984",
        "Terres australes et antarctiques françaises",
        "Terres australes et antarctiques françaises",
    ),
    ("986", "Wallis-et-Futuna", "Wallis-et-Futuna"),
    ("987", "Polynésie française", "Polynésie française"),
    ("988", "Nouvelle-Calédonie", "Nouvelle-Calédonie"),
    ("989", "La Passion-Clipperton", "La Passion-Clipperton"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order() {
        assert!(NAMES.is_sorted_by(|one, other| one.0 < other.0));
        assert!(REGIONS.is_sorted_by(|one, other| one.0 < other.0));
    }

    #[test]
    fn every_department_is_in_one_region() {
        let all: Vec<&str> = REGIONS
            .iter()
            .flat_map(|(code, _)| departments_of_region(code))
            .collect();
        assert_eq!(all.len(), 96 + 5);
    }
}
