//! The part of the country whose addresses are loaded, and whether a question says in which commune its address lies.
//!
//! Owns one rule: an address found without its place stands for the one asked only where none of its name can lie outside
//! the loaded data. Promises: doubt on the place is never resolved by what happens to be loaded.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use qpv_addresses::{AddressIndex, Candidate, NamedPlace, partial_names, whole_names};
use qpv_geodata::communes::CommuneTable;
use qpv_model::{CommuneCode, CommuneKind, CommuneRecord, department_names};

/// Share of the communes of a department that must have addresses for it to count as whole. A few hamlets name no street, and
/// the newest mergers are not in every table; the address file of a town, or an extract, has far less.
const MIN_WHOLE_SHARE: f64 = 0.9;

/// Departments that are a region too; collectivities overseas lie in none.
pub(crate) const REGIONS_OVERSEAS: [&str; 5] = ["971", "972", "973", "974", "976"];

/// The communes of today that bear a name.
type CommunesByName = HashMap<String, Vec<CommuneCode>>;

/// The departments whose addresses are loaded.
#[derive(Debug, Default)]
pub(crate) struct AddressCoverage {
    /// The departments with any address, in order.
    departments: BTreeSet<String>,
    /// The communes with any address, by the codes of the files and by those of today that they lead to.
    communes: BTreeSet<CommuneCode>,
    /// The departments of which nearly all communes have addresses.
    whole: BTreeSet<String>,
    /// By the words of [`commune_words`](qpv_addresses::commune_words); made at the first name that may be another commune's.
    names: OnceLock<CommunesByName>,
    /// By parts of names that people write for the whole; made at the first question without a whole one.
    partial_names: OnceLock<CommunesByName>,
}

impl AddressCoverage {
    /// Counts the communes of an index against the table of all communes.
    pub(crate) fn new(index: &AddressIndex, table: &CommuneTable) -> Self {
        let mut loaded: BTreeMap<String, BTreeSet<CommuneCode>> = BTreeMap::new();
        for (code, _) in index.communes() {
            let communes = loaded.entry(code.department().to_owned()).or_default();
            communes.insert(code.whole_commune());
        }
        // Files may be older than a merger: 97127 of Guadeloupe is Saint-Martin, 97801, today.
        let codes = loaded.values().flatten();
        let communes = codes.flat_map(|code| {
            let today = table.communes_of_today(*code);
            today.into_iter().chain([*code])
        });
        let communes = communes.collect();
        let is_whole = |department: &str, communes: &BTreeSet<CommuneCode>| {
            let all = table.starting_with(department);
            let count = all
                .filter(|record| record.kind == CommuneKind::Commune)
                .count();
            // The fictional town is in no table, and in no department.
            count > 0 && communes.len() as f64 >= MIN_WHOLE_SHARE * count as f64
        };
        let whole = loaded
            .iter()
            .filter(|(department, communes)| is_whole(department, communes))
            .map(|(department, _)| department.clone());
        Self {
            whole: whole.collect(),
            communes,
            departments: loaded.into_keys().collect(),
            names: OnceLock::new(),
            partial_names: OnceLock::new(),
        }
    }

    /// The departments with addresses, in order of code.
    pub(crate) fn departments(&self) -> impl ExactSizeIterator<Item = &str> {
        self.departments.iter().map(String::as_str)
    }

    /// Returns true if addresses of a commune are loaded, also under a code that it had before a merger.
    pub(crate) fn has_commune(&self, commune: CommuneCode) -> bool {
        self.communes.contains(&commune)
    }

    /// Returns true if nearly all communes of a department have addresses.
    pub(crate) fn is_whole(&self, department: &str) -> bool {
        self.whole.contains(department)
    }

    /// Returns true if the addresses of all departments are loaded. Collectivities overseas, which lie in no region, may
    /// lack: most of them publish no addresses.
    pub(crate) fn is_whole_country(&self) -> bool {
        department_names()
            .filter(|(code, name, region)| name != region || REGIONS_OVERSEAS.contains(code))
            .all(|(code, _, _)| self.whole.contains(code))
    }

    /// Returns true if the question of some candidates, the likeliest first, leaves open in which commune the address lies.
    pub(crate) fn is_place_open(
        &self,
        index: &AddressIndex,
        table: &CommuneTable,
        candidates: &[&Candidate],
    ) -> bool {
        candidates.iter().any(|candidate| {
            let department = candidate.citycode.department();
            match &candidate.named_place {
                NamedPlace::Named => false,
                NamedPlace::Words(words) => self.is_name_elsewhere(table, words, candidate),
                NamedPlace::Department(words) => {
                    !self.whole.contains(department)
                        || self.is_name_elsewhere(table, words, candidate)
                }
                NamedPlace::Unnamed => {
                    let commune = candidates[0].citycode.whole_commune();
                    !self.is_whole_country()
                        || candidate.citycode.whole_commune() != commune
                        || index.is_name_of_several_communes(candidate)
                }
            }
        })
    }

    /// Returns true if words are the name of a commune of the country, of today or of the past.
    pub(crate) fn is_commune(&self, table: &CommuneTable, words: &str) -> bool {
        self.names(table).contains_key(words)
    }

    /// Returns the communes of today of a name, in the form of [`commune_words`](qpv_addresses::commune_words).
    pub(crate) fn communes_named(&self, table: &CommuneTable, words: &str) -> &[CommuneCode] {
        self.names(table).get(words).map_or(&[], Vec::as_slice)
    }

    /// Returns the communes of today that people call so, and that have another whole name: `cherbourg`.
    pub(crate) fn communes_called(&self, table: &CommuneTable, words: &str) -> &[CommuneCode] {
        let names = self.partial_names.get_or_init(|| {
            // Of villages of the past no half is remembered.
            let today = table
                .iter()
                .filter(|record| record.kind == CommuneKind::Commune);
            by_name(today.flat_map(|record| {
                let names = partial_names(record.name).into_iter();
                names.map(move |name| (name, record))
            }))
        });
        names.get(words).map_or(&[], Vec::as_slice)
    }

    /// Returns true if words are the name of another commune than a candidate's, and its addresses may not be loaded.
    fn is_name_elsewhere(&self, table: &CommuneTable, words: &str, candidate: &Candidate) -> bool {
        let own = candidate.citycode.whole_commune();
        let namesakes = self.names(table).get(words).into_iter().flatten();
        namesakes
            .filter(|code| **code != own)
            .any(|code| !self.whole.contains(code.department()))
    }

    fn names(&self, table: &CommuneTable) -> &CommunesByName {
        self.names.get_or_init(|| {
            let named = table.iter().filter(|record| !record.name.is_empty());
            // « Paris 18e » is a name of its arrondissement's city.
            by_name(named.flat_map(|record| {
                let names = whole_names(record.name, record.code).into_iter();
                names.map(move |name| (name, record))
            }))
        })
    }
}

/// Returns the communes of today of each name.
fn by_name<'t>(named: impl Iterator<Item = (String, CommuneRecord<'t>)>) -> CommunesByName {
    let mut names = CommunesByName::new();
    for (name, record) in named {
        let communes = names.entry(name).or_default();
        communes.extend(record.communes_of_today());
    }
    for communes in names.values_mut() {
        communes.sort_unstable();
        communes.dedup();
    }
    names
}

#[cfg(test)]
mod tests {
    use qpv_addresses::{IndexBuilder, SearchFilter};
    use qpv_model::{Address, PositionKind, Wgs84Point};

    use super::*;

    /// A town of each department, and more in some.
    fn towns() -> Vec<(String, String)> {
        let departments = department_names()
            .filter(|(code, name, region)| name != region || REGIONS_OVERSEAS.contains(code));
        let towns = departments.map(|(code, ..)| match code {
            "90" => ("90010".to_owned(), "Belfort".to_owned()),
            "38" => ("38544".to_owned(), "Vienne".to_owned()),
            code => (format!("{code:0<5}"), format!("Ville {code}")),
        });
        let others = [("25510", "Rougemont"), ("90089", "Rougemont-le-Château")];
        let others = others.map(|(code, name)| (code.to_owned(), name.to_owned()));
        towns.chain(others).collect()
    }

    fn table(towns: &[(String, String)]) -> CommuneTable {
        CommuneTable::from_records(towns.iter().map(|(code, name)| CommuneRecord {
            code: code.parse().unwrap(),
            name,
            kind: CommuneKind::Commune,
            belongs_to: "",
            epci: "",
            epci_name: "",
            postcodes: "",
        }))
    }

    /// The addresses of some of the towns: a street of the same name in each, and in Belfort one of its own.
    fn index(towns: &[(String, String)], is_loaded: impl Fn(&str) -> bool) -> AddressIndex {
        let mut builder = IndexBuilder::new();
        for (code, city) in towns.iter().filter(|(code, _)| is_loaded(code)) {
            let streets = match code.as_str() {
                "90010" => &["Rue de l'Église", "Rue de la Miotte"][..],
                _ => &["Rue de l'Église"],
            };
            for street in streets {
                builder.add(&Address {
                    id: String::new(),
                    number: Some(1),
                    suffix: String::new(),
                    street: (*street).to_owned(),
                    locality: String::new(),
                    postcode: format!("{}000", &code[..2]),
                    citycode: code.parse().unwrap(),
                    city: city.clone(),
                    old_city: String::new(),
                    point: Wgs84Point::new(6.86, 47.63).unwrap(),
                    position: PositionKind::Entrance,
                    certified: true,
                    parcels: Vec::new(),
                });
            }
        }
        builder.finish()
    }

    /// Returns whether each question leaves its place open, by the addresses loaded.
    fn open(is_loaded: impl Fn(&str) -> bool, questions: &[&str]) -> Vec<bool> {
        let towns = towns();
        let (index, table) = (index(&towns, is_loaded), table(&towns));
        let coverage = AddressCoverage::new(&index, &table);
        let is_open = |question: &&str| {
            let found = index.search_within(question, &SearchFilter::default(), 9, 0.08);
            assert!(!found.is_empty(), "{question}");
            let found: Vec<&Candidate> = found.iter().collect();
            coverage.is_place_open(&index, &table, &found)
        };
        questions.iter().map(is_open).collect()
    }

    const PLACED: [&str; 7] = [
        "1 rue de la Miotte Belfort",
        "1 rue de la Miotte, 90000 Belfort",
        "1 rue de l'église 90000",
        "1 rue de l'église, Belfort",
        "Belfort",
        "1 rue de l'église Rougemont-le-Château",
        "1 rue de l'église 90000 Rougemont",
    ];

    #[test]
    fn a_part_of_the_country_needs_the_place() {
        let in_90 = |code: &str| code.starts_with("90");
        assert_eq!(open(in_90, &PLACED), [false; 7]);
        let unplaced = [
            "1 rue de l'église",
            "église",
            "1 rue de l'église, France",
            "1 rue de l'église, Bourgogne-Franche-Comté",
            // Another department than that of the addresses loaded.
            "1 rue de l'église, Doubs",
            "1 rue de l'église, 25",
            // A commune of the Doubs has this whole name.
            "1 rue de l'église Rougemont",
            "1 rue de l'église 25680 Rougemont",
        ];
        assert_eq!(open(in_90, &unplaced), [true; 8]);
        let of_department = [
            "1 rue de l'église, Territoire de Belfort",
            "1 rue de l'église, 90",
        ];
        assert_eq!(open(in_90, &of_department), [false; 2]);
        // The file of one town is no department.
        let in_belfort = |code: &str| code == "90010";
        assert_eq!(open(in_belfort, &of_department), [true; 2]);
    }

    #[test]
    fn the_name_of_a_department_may_be_that_of_a_commune_elsewhere() {
        let question = ["1 rue de l'église, Vienne"];
        assert_eq!(open(|code| code.starts_with("86"), &question), [true]);
        // With that commune loaded, it is the one named.
        let both = |code: &str| code.starts_with("86") || code.starts_with("38");
        assert_eq!(open(both, &question), [false]);
    }

    #[test]
    fn with_the_whole_country_a_name_of_one_commune_stands() {
        let questions = ["1 rue de l'église", "1 rue de la Miotte"];
        assert_eq!(open(|_| true, &questions), [true, false]);
        assert_eq!(open(|code| code != "75000", &questions), [true, true]);
    }

    #[test]
    fn departments_are_known_by_their_communes() {
        let towns = towns();
        let coverage = AddressCoverage::new(&index(&towns, |code| code == "90010"), &table(&towns));
        assert_eq!(coverage.departments().collect::<Vec<_>>(), ["90"]);
        assert!(coverage.whole.is_empty());
        assert!(!AddressCoverage::default().is_whole_country());
    }
}
