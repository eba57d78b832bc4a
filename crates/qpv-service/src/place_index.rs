//! The places of one kind (schools), found by identifier or by name.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use qpv_french::fold::fold_name;
use qpv_model::{CommuneCode, ListedPlace, PlaceList, Wgs84Point, place_id_key, sites_by_place};

/// The places of one kind.
#[derive(Debug)]
pub struct Places {
    list: PlaceList,
    /// The sites of the place of an identifier.
    by_id: HashMap<String, Range<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    /// Looked for when first asked.
    positions: OnceLock<Vec<Option<PlacePosition>>>,
}

/// The position of a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlacePosition {
    /// The position.
    pub point: Wgs84Point,
    /// Its uncertainty, metres; `None` for a published one, which states none.
    pub uncertainty_m: Option<f64>,
}

impl PlacePosition {
    /// Returns true when it was found by the place's address, for none is published.
    #[must_use]
    pub fn is_by_address(&self) -> bool {
        self.uncertainty_m.is_some()
    }
}

impl Places {
    /// Indexes a list.
    #[must_use]
    pub fn new(list: PlaceList) -> Self {
        let (mut by_id, mut by_name) = (HashMap::new(), HashMap::<_, Vec<usize>>::new());
        let mut next = 0;
        for sites in sites_by_place(&list.places) {
            let all = next..next + sites.len();
            next = all.end;
            if let Some(id) = &sites[0].id {
                by_id.insert(place_id_key(id), all);
            }
        }
        for (index, site) in list.places.iter().enumerate() {
            by_name.entry(name_key(&site.name)).or_default().push(index);
        }
        Self {
            list,
            by_id,
            by_name,
            positions: OnceLock::new(),
        }
    }

    /// The positions of all their sites, in their order; looked for at the first call.
    pub(crate) fn positions_or_init(
        &self,
        find: impl FnOnce(&[ListedPlace]) -> Vec<Option<PlacePosition>>,
    ) -> &[Option<PlacePosition>] {
        self.positions.get_or_init(|| find(&self.list.places))
    }

    /// All their sites, in the order of [`PlaceList::places`].
    #[must_use]
    pub fn all(&self) -> &[ListedPlace] {
        &self.list.places
    }

    /// Returns true when the list names networks of priority education. Only then is a place
    /// without one in none.
    #[must_use]
    pub fn networks_told(&self) -> bool {
        self.list.networks_told
    }

    /// The sites of the place of an identifier, in either case and with or without blanks; none when it is not in the list.
    #[must_use]
    pub fn by_id(&self, id: &str) -> &[ListedPlace] {
        let sites = self.by_id.get(&place_id_key(id));
        sites.map_or(&[], |sites| &self.list.places[sites.clone()])
    }

    /// Every site of a name; case, accents, hyphens and `Saint` or `St` do not matter. More than one: the name alone does
    /// not tell which is meant.
    ///
    /// Within a commune, places of other communes are left out. Those whose commune is not known stay, for they may be of
    /// it; the code of Paris, Lyon or Marseille means their arrondissements too.
    #[must_use]
    pub fn named(&self, name: &str, commune: Option<CommuneCode>) -> Vec<&ListedPlace> {
        let found = self
            .by_name
            .get(&name_key(name))
            .into_iter()
            .flatten()
            .map(|&index| &self.list.places[index]);
        found
            .filter(|place| commune.is_none_or(|commune| may_lie_in(place, commune)))
            .collect()
    }
}

/// Returns true when a place lies in a commune, or its own commune is not known.
fn may_lie_in(place: &ListedPlace, commune: CommuneCode) -> bool {
    place.citycode.is_none_or(|of| {
        commune == of || commune == of.whole_commune() || commune.whole_commune() == of
    })
}

fn name_key(name: &str) -> String {
    fold_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: Option<&str>, name: &str, citycode: Option<&str>) -> ListedPlace {
        let citycode = citycode.map(|code| code.parse().unwrap());
        ListedPlace {
            id: id.map(str::to_owned),
            name: name.into(),
            point: None,
            citycode,
            city: None,
            address: None,
            network: None,
        }
    }

    fn schools() -> Places {
        Places::new(PlaceList {
            kind: "schools".parse().unwrap(),
            networks_told: false,
            places: vec![
                place(Some("0610001x"), "École Jules-Ferry", Some("61169")),
                place(Some("0750002Y"), "ECOLE JULES FERRY", Some("75120")),
                place(None, "école jules ferry", None),
                place(None, "École Saint-Jean", Some("61169")),
            ],
        })
    }

    #[test]
    fn an_identifier_is_found_in_either_case() {
        let schools = schools();
        for id in ["0610001X", " 0610001x ", "061 0001 x"] {
            assert_eq!(schools.by_id(id)[0].name, "École Jules-Ferry");
        }
        assert!(schools.by_id("0610001").is_empty() && schools.by_id("").is_empty());
    }

    #[test]
    fn a_name_gives_every_place_that_may_be_meant() {
        let schools = schools();
        let count = |name: &str, commune: Option<&str>| {
            schools
                .named(name, commune.map(|code| code.parse().unwrap()))
                .len()
        };
        assert_eq!(count("Ecole Jules Ferry", None), 3);
        // That of Flers, and the one whose commune is not named.
        assert_eq!(count("École Jules-Ferry", Some("61169")), 2);
        assert_eq!(
            [
                count("école jules ferry", Some("75056")),
                count("école jules ferry", Some("75120"))
            ],
            [2, 2]
        );
        assert_eq!(count("école jules ferry", Some("75119")), 1);
        assert_eq!(
            [
                count("ecole st jean", None),
                count("école", None),
                count("", None)
            ],
            [1, 0, 0]
        );
    }
}
