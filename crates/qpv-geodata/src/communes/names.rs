//! Matching commune names to INSEE codes, for layers published without codes (those of 2015).
//!
//! A name is compared without regard to case, accents, hyphens, apostrophes and blanks, with `Saint` as `St` and `sur` as
//! `s/`, within the department of the perimeter: with the communes of today, then with the names of the past, which give the
//! commune of today, then with the names that other layers publish. Arrondissements of Paris, Lyon and Marseille give the
//! code of the commune, as the perimeters of 2024 do. A name that two communes of the department share matches neither.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use qpv_french::fold::fold_text;
use qpv_model::{
    CommuneCode, CommuneKind, QpvCode, VintageLayer, department_and_region, department_names,
};

use crate::communes::table::CommuneTable;
use crate::report::UnmatchedCommune;

/// Communes that perimeters name by arrondissement: name, department, code.
const WITH_ARRONDISSEMENTS: [(&str, &str, &str); 3] = [
    ("paris", "75", "75056"),
    ("lyon", "69", "69123"),
    ("marseille", "13", "13055"),
];
/// Words in front of a name that do not belong to it.
const TITLES: [&str; 2] = ["commune de ", "ville de "];
/// Separators of a list of names, tried on a value that is no name as a whole.
const SEPARATORS: [&str; 7] = [" et ", " / ", "/", ";", " - ", " & ", " + "];

/// Fills in the commune codes of `target` from the table, and from the names and codes that `others` publish. Returns the
/// names that match none, each with the communes it may mean.
///
/// Only perimeters with fewer codes than names are changed, and the codes they have are kept: published ones are never
/// replaced.
pub fn match_communes(
    target: &mut VintageLayer,
    others: &[&VintageLayer],
    table: &CommuneTable,
) -> Vec<UnmatchedCommune> {
    let incomplete: BTreeSet<QpvCode> = target
        .perimeters
        .iter()
        .filter(|perimeter| perimeter.insee_com.len() < perimeter.lib_com.len())
        .map(|perimeter| perimeter.code_qp)
        .collect();
    // Perimeters of 2024 are published with their codes.
    if incomplete.is_empty() {
        return Vec::new();
    }
    let mut names = KnownNames::from_table(table, target, &incomplete);
    names.push(others.iter().flat_map(|layer| published_names(layer)));
    complete(target, &incomplete, &names, table)
}

/// Completes the commune codes of the perimeters with names in `missing`, which [`match_communes`] returned: by the names of
/// `sources`, that of the first source which has it. Returns those of them that still match none.
pub fn match_missing(
    target: &mut VintageLayer,
    missing: &[UnmatchedCommune],
    table: &CommuneTable,
    sources: Vec<Vec<(CommuneCode, &str)>>,
) -> Vec<UnmatchedCommune> {
    let incomplete: BTreeSet<QpvCode> = missing
        .iter()
        .filter_map(|commune| commune.code_qp.parse().ok())
        .collect();
    let mut names = KnownNames::from_table(table, target, &incomplete);
    for source in sources {
        names.push(source);
    }
    let mut unmatched = complete(target, &incomplete, &names, table);
    // A name that another layer settled is found in none of these sources.
    unmatched.retain(|name| {
        missing
            .iter()
            .any(|it| (&it.code_qp, &it.lib_com) == (&name.code_qp, &name.lib_com))
    });
    unmatched
}

/// Walks the pairs of code and name that a layer publishes, of perimeters with as many codes as names only: in others
/// nothing shows which belong together.
pub fn published_names(layer: &VintageLayer) -> impl Iterator<Item = (CommuneCode, &str)> {
    layer
        .perimeters
        .iter()
        .filter(|perimeter| perimeter.insee_com.len() == perimeter.lib_com.len())
        .flat_map(|perimeter| {
            std::iter::zip(
                perimeter.insee_com.iter().copied(),
                perimeter.lib_com.iter().map(String::as_str),
            )
        })
}

/// Fills in the codes of these perimeters, in the order of their names.
fn complete(
    target: &mut VintageLayer,
    incomplete: &BTreeSet<QpvCode>,
    names: &KnownNames,
    table: &CommuneTable,
) -> Vec<UnmatchedCommune> {
    let mut unmatched = Vec::new();
    for perimeter in &mut target.perimeters {
        if !incomplete.contains(&perimeter.code_qp) {
            continue;
        }
        let department = perimeter.code_qp.department();
        let found: Vec<Found> = perimeter
            .lib_com
            .iter()
            .map(|name| names.find_listed(department, name))
            .collect();
        // Only a perimeter that is known to lie in its department may reach into the next one.
        let reaches = found.iter().any(|it| matches!(it, Found::Communes(_)));
        let mut codes: Vec<CommuneCode> = Vec::new();
        for (name, found) in perimeter.lib_com.iter().zip(found) {
            let found = match found {
                Found::Unknown if reaches => in_region(table, department, name),
                other => other,
            };
            let candidates = match found {
                Found::Communes(found) => {
                    push_new(&mut codes, found);
                    continue;
                }
                Found::Ambiguous(candidates) => candidates.into_iter().collect(),
                Found::Unknown => Vec::new(),
            };
            unmatched.push(UnmatchedCommune {
                code_qp: perimeter.code_qp.to_string(),
                lib_com: name.clone(),
                candidates,
            });
        }
        let published = std::mem::take(&mut perimeter.insee_com);
        push_new(&mut codes, published);
        perimeter.insee_com = codes;
    }
    unmatched
}

/// Appends the codes that are not there yet.
fn push_new(codes: &mut Vec<CommuneCode>, found: Vec<CommuneCode>) {
    for code in found {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
}

/// The communes that a name means.
enum Found {
    /// These: several for a list of names.
    Communes(Vec<CommuneCode>),
    /// One of these, and nothing shows which.
    Ambiguous(BTreeSet<CommuneCode>),
    Unknown,
}

/// Names of communes, a register for each source, that which goes first in front.
struct KnownNames {
    wanted: WantedNames,
    registers: Vec<Register>,
}

/// The sums ([`rough_key`]) of the names that perimeters may mean, by department and in order.
struct WantedNames(BTreeMap<String, Vec<u64>>);

impl WantedNames {
    fn new(target: &VintageLayer, incomplete: &BTreeSet<QpvCode>) -> Self {
        let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for perimeter in &target.perimeters {
            if incomplete.contains(&perimeter.code_qp) {
                let of_department = values.entry(perimeter.code_qp.department()).or_default();
                of_department.extend(perimeter.lib_com.iter().map(String::as_str));
            }
        }
        let sums = values.into_iter().map(|(department, values)| {
            let names = values.into_iter().flat_map(readings).flatten();
            let mut sums: Vec<u64> = names
                .flat_map(spellings)
                .map(|name| rough_key(&name))
                .collect();
            sums.sort_unstable();
            (department.to_owned(), sums)
        });
        Self(sums.collect())
    }

    fn holds(&self, department: &str, name: &str) -> bool {
        let sums = self.0.get(department);
        sums.is_some_and(|sums| sums.binary_search(&rough_key(name)).is_ok())
    }
}

/// Communes by department and key of the name.
#[derive(Default)]
struct Register(HashMap<String, HashMap<String, BTreeSet<CommuneCode>>>);

impl Register {
    fn add(
        &mut self,
        department: &str,
        name: &str,
        communes: impl IntoIterator<Item = CommuneCode>,
    ) {
        let known = self.0.entry(department.to_owned()).or_default();
        known.entry(name_key(name)).or_default().extend(communes);
    }

    fn get(&self, department: &str, key: &str) -> Option<&BTreeSet<CommuneCode>> {
        self.0.get(department)?.get(key)
    }
}

impl KnownNames {
    /// Returns the names of today, then those of the past, that the perimeters of `incomplete` may mean.
    fn from_table(
        table: &CommuneTable,
        target: &VintageLayer,
        incomplete: &BTreeSet<QpvCode>,
    ) -> Self {
        let wanted = WantedNames::new(target, incomplete);
        let (mut today, mut past) = (Register::default(), Register::default());
        for (department, sums) in &wanted.0 {
            // Folding the names of the whole country would take a third of the time of a start.
            for record in table.named(department, |name| {
                sums.binary_search(&rough_key(name)).is_ok()
            }) {
                let register = match record.kind {
                    CommuneKind::Commune => &mut today,
                    _ => &mut past,
                };
                register.add(department, record.name, record.communes_of_today());
            }
        }
        Self {
            wanted,
            registers: vec![today, past],
        }
    }

    /// Adds a source behind the others.
    fn push<'a>(&mut self, source: impl IntoIterator<Item = (CommuneCode, &'a str)>) {
        let mut register = Register::default();
        for (code, name) in source {
            // Layers name Paris, Lyon and Marseille with and without arrondissement: the city is compared.
            if self.wanted.holds(code.department(), name) {
                register.add(code.department(), name, [code.whole_commune()]);
            }
        }
        self.registers.push(register);
    }

    /// Returns the communes of a value: of a name, or of each name of a list.
    fn find_listed(&self, department: &str, value: &str) -> Found {
        let whole = self.find(department, value);
        if !matches!(whole, Found::Unknown) {
            return whole;
        }
        for parts in readings(value) {
            let found: Vec<Found> = parts
                .iter()
                .map(|part| self.find(department, part))
                .collect();
            // Only communes that are certain make a list.
            let mut codes = Vec::new();
            for part in &found {
                if let Found::Communes(part) = part {
                    codes.extend_from_slice(part);
                }
            }
            // All or none: a part that is no commune shows that the value is no list.
            if found.len() > 1 && codes.len() >= found.len() {
                return Found::Communes(codes);
            }
        }
        whole
    }

    fn find(&self, department: &str, name: &str) -> Found {
        if let Some(city) = by_arrondissement(department, name) {
            return Found::Communes(vec![city]);
        }
        for key in keys(name) {
            // The newest source goes first: a name of the past may be another commune's today.
            for register in &self.registers {
                let Some(communes) = register.get(department, &key) else {
                    continue;
                };
                return match communes.len() {
                    1 => Found::Communes(communes.iter().copied().collect()),
                    // A wrong code is worse than none.
                    _ => Found::Ambiguous(communes.clone()),
                };
            }
        }
        Found::Unknown
    }
}

/// Returns the commune of this name in the other departments of the region.
fn in_region(table: &CommuneTable, department: &str, name: &str) -> Found {
    let Some((_, region)) = department_and_region(department) else {
        return Found::Unknown;
    };
    let key = name_key(name);
    let found: BTreeSet<CommuneCode> = department_names()
        .filter(|(other, _, of)| *of == region && *other != department)
        .flat_map(|(other, _, _)| table.starting_with(other))
        .filter(|record| name_key(record.name) == key)
        .flat_map(|record| record.communes_of_today().collect::<Vec<_>>())
        .collect();
    match found.len() {
        0 => Found::Unknown,
        1 => Found::Communes(found.into_iter().collect()),
        _ => Found::Ambiguous(found),
    }
}

/// Returns the city of a name such as `Marseille 11ème`.
fn by_arrondissement(department: &str, name: &str) -> Option<CommuneCode> {
    let (city, _, code) = WITH_ARRONDISSEMENTS
        .iter()
        .find(|(_, of, _)| *of == department)?;
    let name = fold_text(name);
    let mut words = name.split_whitespace();
    // `Marseille-en-Beauvaisis` is no arrondissement of Marseille.
    let is_city = words.next() == Some(city);
    let is_arrondissement = words
        .next()
        .is_none_or(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    (is_city && is_arrondissement).then(|| {
        code.parse()
            .expect("the codes of the three communes are well formed")
    })
}

/// Returns the ways to read a value: as one name, or as a list, by each separator.
fn readings(value: &str) -> impl Iterator<Item = Vec<&str>> {
    let lists = SEPARATORS.iter().map(move |separator| {
        let parts = value.split(separator);
        parts
            .filter(|part| !part.trim().is_empty())
            .collect::<Vec<_>>()
    });
    std::iter::once(vec![value]).chain(lists.filter(|parts| parts.len() > 1))
}

/// Returns the keys that a name is searched by.
fn keys(name: &str) -> impl Iterator<Item = String> {
    spellings(name).map(|spelling| name_key(&spelling))
}

/// Returns the ways to spell a name: as written, with the article of `Abymes (Les)` in front, without a title.
fn spellings(name: &str) -> impl Iterator<Item = String> {
    let folded = fold_text(name);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let with_article = words
        .split_last()
        .filter(|(last, rest)| ["l", "le", "la", "les"].contains(last) && !rest.is_empty())
        .map(|(last, rest)| format!("{last} {}", rest.join(" ")));
    let spaced = words.join(" ");
    let untitled = TITLES
        .iter()
        .find_map(|title| spaced.strip_prefix(title))
        .map(str::to_owned);
    [Some(spaced), with_article, untitled].into_iter().flatten()
}

/// Returns a sum of the letters of a name that no accent, ligature or abbreviation of [`name_key`] touches: names of one key
/// have the same, and few others do. It takes no memory.
fn rough_key(name: &str) -> u64 {
    name.bytes()
        .filter(|byte| SUMMED[usize::from(*byte)])
        .fold(0, |sum, byte| {
            let letter = u64::from(byte.to_ascii_lowercase());
            sum.wrapping_mul(31).wrapping_add(letter)
        })
}

/// The bytes that [`rough_key`] sums.
const SUMMED: [bool; 256] = {
    let letters = b"bdfgjklmpqvwxBDFGJKLMPQVWX";
    let mut summed = [false; 256];
    let mut at = 0;
    while at < letters.len() {
        summed[letters[at] as usize] = true;
        at += 1;
    }
    summed
};

/// Returns the letters and digits by which names are compared: in lower case, without accents or blanks, usual abbreviations
/// written one way.
fn name_key(name: &str) -> String {
    let folded = fold_text(name);
    let mut key = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        key.push_str(match word {
            // Files abbreviate these words or not.
            "saint" => "st",
            "sainte" => "ste",
            "s" => "sur",
            "ss" => "sous",
            // Names differ in these alone, and no two of one department do.
            "lez" => "les",
            other => other,
        });
    }
    key
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use geo_types::MultiPolygon;
    use qpv_model::{Outline, Perimeter, QpvCode, Vintage};

    use super::*;

    fn layer(perimeters: &[(&str, &[&str], &[&str])]) -> VintageLayer {
        let perimeter = |(code, insee, names): &(&str, &[&str], &[&str])| {
            let code_qp: QpvCode = code.parse().unwrap();
            Perimeter {
                vintage: Vintage::V2015,
                code_qp,
                lib_qp: String::new(),
                insee_com: insee.iter().map(|code| code.parse().unwrap()).collect(),
                lib_com: names.iter().map(|name| (*name).to_owned()).collect(),
                insee_dep: code_qp.department().to_owned(),
                lib_dep: None,
                insee_reg: None,
                lib_reg: None,
                siren_epci: Vec::new(),
                territory: code_qp.territory(),
                area_ha: 0.0,
                outline: Outline::on_wgs84(MultiPolygon(Vec::new())),
            }
        };
        VintageLayer {
            vintage: Vintage::V2015,
            perimeters: perimeters.iter().map(perimeter).collect(),
            official_band: Vec::new(),
            precision_m: 1.0,
            whole: BTreeSet::new(),
        }
    }

    fn codes(layer: &VintageLayer, perimeter: usize) -> Vec<String> {
        layer.perimeters[perimeter]
            .insee_com
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn names_match_whatever_their_spelling_within_their_department() {
        let known = layer(&[
            ("QN06101M", &["61006", "61169"], &["Argentan", "Flers"]),
            (
                "QN07601M",
                &["76681", "76575"],
                &["Sotteville-lès-Rouen", "Saint-Étienne-du-Rouvray"],
            ),
            ("QN05901M", &["59603"], &["Vieux-Condé"]),
            ("QN09401M", &["94038"], &["L'Haÿ-les-Roses"]),
        ]);
        let mut target = layer(&[
            ("QP061001", &[], &["ARGENTAN"]),
            (
                "QP076001",
                &[],
                &["Sotteville les Rouen", "St-Etienne-du-Rouvray"],
            ),
            ("QP062001", &[], &["Flers"]),
            ("QP094001", &[], &["L’Hay-les-Roses"]),
        ]);
        let unmatched = match_communes(&mut target, &[&known], &no_table());
        assert_eq!(codes(&target, 0), ["61006"]);
        assert_eq!(codes(&target, 1), ["76681", "76575"]);
        assert_eq!(codes(&target, 3), ["94038"]);
        assert!(codes(&target, 2).is_empty());
        assert_eq!(
            unmatched,
            [UnmatchedCommune {
                code_qp: "QP062001".to_owned(),
                lib_com: "Flers".to_owned(),
                candidates: Vec::new(),
            }]
        );
    }

    #[test]
    fn arrondissements_give_the_commune() {
        let known = layer(&[("QN01301M", &["13070"], &["La Penne-sur-Huveaune"])]);
        let mut target = layer(&[
            (
                "QP013001",
                &[],
                &["Marseille 11ème", "La Penne-sur-Huveaune"],
            ),
            (
                "QP013002",
                &[],
                &["Marseille 3ème, 1er, 2ème, 14ème, 6ème et 15ème arrondissements"],
            ),
            ("QP069001", &[], &["Lyon 9ème arrondissement"]),
            ("QP075001", &[], &["Paris 13ème arrondissement"]),
            ("QP013003", &[], &["Marseille"]),
            ("QP060001", &[], &["Marseille-en-Beauvaisis"]),
        ]);
        let unmatched = match_communes(&mut target, &[&known], &no_table());
        let found: Vec<_> = (0..6).map(|i| codes(&target, i)).collect();
        assert_eq!(found[0], ["13055", "13070"]);
        assert_eq!(found[1..5], [["13055"], ["69123"], ["75056"], ["13055"]]);
        assert!(found[5].is_empty());
        assert_eq!(unmatched.len(), 1);
    }

    fn no_table() -> CommuneTable {
        CommuneTable::from_text(String::new())
    }

    #[test]
    fn a_shared_name_matches_neither_and_what_is_published_stays() {
        let known = layer(&[
            ("QN06501M", &["65440"], &["Tarbes"]),
            ("QN06502M", &["65417"], &["Séméac"]),
        ]);
        let mut target = layer(&[
            ("QP065001", &["65440"], &["Séméac", "Tarbes"]),
            ("QP065002", &["65999"], &["Tarbes"]),
            ("QP065003", &[], &["Tarbes", "Nulle-Part"]),
        ]);
        let unmatched = match_communes(&mut target, &[&known], &no_table());
        assert_eq!(codes(&target, 0), ["65417", "65440"]);
        assert_eq!(codes(&target, 1), ["65999"]);
        assert_eq!(codes(&target, 2), ["65440"]);
        assert_eq!(unmatched.len(), 1);
        let addresses = vec![("65100".parse().unwrap(), "Nulle Part")];
        let still = match_missing(&mut target, &unmatched, &no_table(), vec![addresses]);
        assert!(still.is_empty(), "{still:?}");
        assert_eq!(codes(&target, 2), ["65100", "65440"]);
        let twins = layer(&[
            ("QN06501M", &["65001"], &["Bourg"]),
            ("QN06502M", &["65002"], &["Bourg"]),
        ]);
        let mut target = layer(&[("QP065001", &[], &["Bourg"])]);
        let unmatched = match_communes(&mut target, &[&twins], &no_table());
        assert_eq!(unmatched[0].candidates.len(), 2, "{unmatched:?}");
    }

    /// Names of the perimeters of 2015 as published, or written another way, and the commune of INSEE's code of today.
    #[test]
    fn the_table_knows_names_of_today_and_of_the_past() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("QP093044", "Saint-Ouen", &["93070"]),
            ("QP093045", "ST OUEN", &["93070"]),
            ("QP091016", "Courcouronnes", &["91228"]),
            ("QP091017", "Évry", &["91228"]),
            ("QP069040", "Grigny", &["69096"]),
            ("QP027011", "Saint-Germain-Village", &["27467"]),
            ("QP976025", "M'tsamboro", &["97612"]),
            ("QP987033", "Moorea", &["98729"]),
            ("QP050001", "Cherbourg-Octeville", &["50129"]),
            ("QP050002", "Tourlaville", &["50129"]),
            ("QP013001", "Marseille 11ème", &["13055"]),
            ("QP013002", "Marseille - 3e arrondissement", &["13055"]),
            ("QP071001", "Chalon s/ Saône", &["71076"]),
            ("QP971001", "Abymes (Les)", &["97101"]),
            ("QP094001", "HAY LES ROSES (L')", &["94038"]),
            ("QP063001", "Ville de Clermont Ferrand", &["63113"]),
            ("QP049001", "Trélazé et Angers", &["49353", "49007"]),
            ("QP059001", "Roubaix / Tourcoing", &["59512", "59599"]),
            ("QP02A001", "AJACCIO", &["2A004"]),
            ("QP974001", "St. Denis", &["97411"]),
            ("QP060001", "La Neuville-Garnier", &[]),
            ("QP061001", "Nulle-Part", &[]),
            ("QP061002", "Flers et Nulle-Part", &[]),
            ("QP062001", "Ostricourt", &[]),
        ];
        for (code_qp, name, expected) in cases {
            let mut target = layer(&[(code_qp, &[], &[name])]);
            let unmatched = match_communes(&mut target, &[], &CommuneTable::built_in());
            assert_eq!(codes(&target, 0), *expected, "{name}");
            assert_eq!(unmatched.is_empty(), !expected.is_empty(), "{name}");
        }
        let mut target = layer(&[("QP062040", &[], &["Évin-Malmaison", "Ostricourt"])]);
        assert!(match_communes(&mut target, &[], &CommuneTable::built_in()).is_empty());
        assert_eq!(codes(&target, 0), ["62321", "59452"]);
    }
}
