//! Matching commune names to INSEE codes, for layers published without codes (those of 2015).
//!
//! A name is compared without regard to case, accents, hyphens, apostrophes and spaces, `Saint` and `St` being the same,
//! within the department of the perimeter. Arrondissements of Paris, Lyon and Marseille give the code of the commune,
//! as the perimeters of 2024 do. A name that two communes of the department share matches neither.

use std::collections::BTreeMap;

use qpv_french::fold::fold_name;
use qpv_model::{CommuneCode, VintageLayer};

use crate::report::UnmatchedCommune;

/// Communes that perimeters name by arrondissement: name, department, code.
const WITH_ARRONDISSEMENTS: [(&str, &str, &str); 3] = [
    ("paris", "75", "75056"),
    ("lyon", "69", "69123"),
    ("marseille", "13", "13055"),
];

/// Fills in the commune codes of `target` from the names and codes that `others` publish. See [`match_names`].
pub fn match_communes(
    target: &mut VintageLayer,
    others: &[&VintageLayer],
) -> Vec<UnmatchedCommune> {
    match_names(
        target,
        others.iter().flat_map(|layer| published_names(layer)),
    )
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

/// Fills in the commune codes of `target` by name, and returns the names that match none.
///
/// Only perimeters with fewer codes than names are changed, and the codes they have are kept: published ones are never
/// replaced, and a second run with more `known` communes completes the missing ones.
pub fn match_names<'a>(
    target: &mut VintageLayer,
    known: impl IntoIterator<Item = (CommuneCode, &'a str)>,
) -> Vec<UnmatchedCommune> {
    let register = register(known);
    let mut unmatched = Vec::new();
    for perimeter in &mut target.perimeters {
        // Published codes are complete: nothing is to be found.
        if perimeter.insee_com.len() >= perimeter.lib_com.len() {
            continue;
        }
        let mut codes: Vec<CommuneCode> = Vec::new();
        for name in &perimeter.lib_com {
            match find(&register, perimeter.code_qp.department(), name) {
                Some(code) if codes.contains(&code) => {}
                Some(code) => codes.push(code),
                None => {
                    unmatched.push(UnmatchedCommune {
                        code_qp: perimeter.code_qp.to_string(),
                        lib_com: name.clone(),
                    });
                }
            }
        }
        let published = std::mem::take(&mut perimeter.insee_com);
        codes.extend(
            published
                .into_iter()
                .filter(|code| !codes.contains(code))
                .collect::<Vec<_>>(),
        );
        perimeter.insee_com = codes;
    }
    unmatched
}

/// Codes by department and folded name; `None` for a name that several communes share.
type Register = BTreeMap<(String, String), Option<CommuneCode>>;

fn register<'a>(known: impl IntoIterator<Item = (CommuneCode, &'a str)>) -> Register {
    let mut register = Register::new();
    for (code, name) in known {
        // Layers name Paris, Lyon and Marseille with and without arrondissement: the city is compared.
        let code = code.whole_commune();
        register
            .entry((code.department().to_owned(), fold_name(name)))
            // A name of two communes in one department matches neither: a wrong code is worse than
            // none.
            .and_modify(|found| *found = found.filter(|other| *other == code))
            .or_insert(Some(code));
    }
    register
}

fn find(register: &Register, department: &str, name: &str) -> Option<CommuneCode> {
    let name = fold_name(name);
    let by_arrondissement = WITH_ARRONDISSEMENTS.iter().find(|(commune, of, _)| {
        let rest = name
            .strip_prefix(commune)
            .and_then(|rest| rest.strip_prefix(' '));
        *of == department
            && (name == *commune
                || rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())))
    });
    match by_arrondissement {
        Some((_, _, code)) => Some(
            code.parse()
                .expect("the codes of the three communes are well formed"),
        ),
        None => register
            .get(&(department.to_owned(), name))
            .copied()
            .flatten(),
    }
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
        let unmatched = match_communes(&mut target, &[&known]);
        assert_eq!(codes(&target, 0), ["61006"]);
        assert_eq!(codes(&target, 1), ["76681", "76575"]);
        assert_eq!(codes(&target, 3), ["94038"]);
        assert!(codes(&target, 2).is_empty());
        assert_eq!(
            unmatched,
            [UnmatchedCommune {
                code_qp: "QP062001".to_owned(),
                lib_com: "Flers".to_owned()
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
        let unmatched = match_communes(&mut target, &[&known]);
        let found: Vec<_> = (0..6).map(|i| codes(&target, i)).collect();
        assert_eq!(found[0], ["13055", "13070"]);
        assert_eq!(found[1..5], [["13055"], ["69123"], ["75056"], ["13055"]]);
        assert!(found[5].is_empty());
        assert_eq!(unmatched.len(), 1);
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
        let unmatched = match_communes(&mut target, &[&known]);
        assert_eq!(codes(&target, 0), ["65417", "65440"]);
        assert_eq!(codes(&target, 1), ["65999"]);
        assert_eq!(codes(&target, 2), ["65440"]);
        assert_eq!(unmatched.len(), 1);
        let before = target.clone();
        assert_eq!(match_communes(&mut target, &[&known]).len(), 1);
        assert_eq!(target, before, "matching again changes nothing");
        let twins = [
            ("65001".parse().unwrap(), "Bourg"),
            ("65002".parse().unwrap(), "Bourg"),
        ];
        let mut target = layer(&[("QP065001", &[], &["Bourg"])]);
        assert_eq!(match_names(&mut target, twins).len(), 1);
    }
}
