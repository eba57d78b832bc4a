//! The names of places among addresses: *lieux-dits*, quarters, estates.

use qpv_model::CommuneCode;

use crate::abbreviations::is_thoroughfare;
use crate::box_query::AddressInBox;
use crate::index::{AddressIndex, IndexTables};
use crate::words::{WordClass, decode};

/// Words at the head of a name among which a kind of way makes it the name of a street: `Vieille Route`, `La Petite Rue`.
const HEAD_WORDS: usize = 3;

/// Addresses of one street, or of a place without numbers, that carry the name of a place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceAddresses<'a> {
    /// The name, as published.
    pub name: &'a str,
    /// The addresses; those whose position is doubtful are left out.
    pub addresses: Vec<AddressInBox<'a>>,
}

impl AddressIndex {
    /// Returns true if it has addresses of a commune, or of one of its arrondissements.
    #[must_use]
    pub fn has_commune(&self, commune: CommuneCode) -> bool {
        !self.tables().rows_of(commune).is_empty()
    }

    /// Walks the names of places in a commune and its arrondissements: the *lieu-dit* of numbers, places without numbers,
    /// and streets whose name is that of a place (`Cité des Goélands`, `Les Vergnes`). A name comes once for each street.
    pub fn places_in(&self, commune: CommuneCode) -> impl Iterator<Item = PlaceAddresses<'_>> {
        let tables = self.tables();
        tables
            .rows_of(commune)
            .into_iter()
            .flat_map(move |row| tables.streets_of(row))
            .flat_map(move |street| tables.places_of(street))
    }
}

impl<'a> IndexTables<'a> {
    /// Returns the rows of a commune, or of its arrondissements.
    fn rows_of(&self, commune: CommuneCode) -> Vec<u32> {
        // Perimeters name the whole city, addresses mostly the arrondissement.
        let codes = std::iter::once(commune).chain(commune.arrondissements());
        codes.filter_map(|code| self.commune_of(code)).collect()
    }

    /// Returns the places that a street's addresses name: their *lieu-dit*, and the street itself.
    fn places_of(self, street: usize) -> impl Iterator<Item = PlaceAddresses<'a>> {
        let locality = self.text(self.streets[street].locality);
        let own = self.is_place(street).then(|| self.name(street));
        // The lieu-dit first: it is the larger of the two.
        let names = (!locality.is_empty()).then_some(locality).into_iter();
        names.chain(own).map(move |name| PlaceAddresses {
            name,
            addresses: self
                .numbers_of(street)
                .filter_map(|address| self.address_in_box(street, u32::try_from(address).ok()?))
                .collect(),
        })
    }

    /// Returns true if the name of a street is that of a place.
    fn is_place(&self, street: usize) -> bool {
        let words = self.text(self.names[self.streets[street].name as usize].words);
        let mut head = decode(words).take(HEAD_WORDS);
        if head.clone().any(|(_, word)| is_kind_of_way(word)) {
            return false;
        }
        let Some((class, first)) = head.next() else {
            return false;
        };
        // Places without numbers come as rows of their own, whose streets have no number at all.
        let has_numbers = self
            .numbers_of(street)
            .any(|address| self.numbers[address].number().is_some());
        // A numbered street may have any name (`Anita`); with an article or a kind of place it is one where people live.
        !has_numbers
            || is_kind_of_place(first)
            || (class == WordClass::Link && matches!(first, "le" | "la" | "les" | "l"))
            || (matches!(first, "grand" | "grands")
                && head.next().is_some_and(|(_, next)| is_kind_of_place(next)))
    }
}

/// Returns true for the kinds of place where people live.
fn is_kind_of_place(word: &str) -> bool {
    matches!(
        word,
        "quartier"
            | "cite"
            | "cites"
            | "residence"
            | "residences"
            | "hameau"
            | "lotissement"
            | "village"
            | "domaine"
            | "hlm"
            | "zac"
            | "zup"
            | "lieu"
            | "ensemble"
            | "ensembles"
            | "bourg"
            | "coron"
    )
}

/// Returns true for the kinds of way that no place is named by.
fn is_kind_of_way(word: &str) -> bool {
    is_thoroughfare(word)
        || matches!(
            word,
            "rues"
                | "allees"
                | "square"
                | "ruelle"
                | "passage"
                | "promenade"
                | "sentier"
                | "sente"
                | "esplanade"
                | "chaussee"
                | "venelle"
                | "rampe"
                | "rond"
                | "carrefour"
                | "placette"
                | "escalier"
                | "pont"
                | "passerelle"
        )
}

#[cfg(test)]
mod tests {
    use qpv_model::{Address, PositionKind, Wgs84Point};

    use crate::builder::IndexBuilder;

    fn address(number: Option<u32>, street: &str, locality: &str, citycode: &str) -> Address {
        Address {
            id: String::new(),
            number,
            suffix: String::new(),
            street: street.into(),
            locality: locality.into(),
            postcode: "63100".into(),
            citycode: citycode.parse().unwrap(),
            city: "Clermont-Ferrand".into(),
            old_city: String::new(),
            point: Wgs84Point::new(3.1, 45.8).unwrap(),
            position: number.map_or(PositionKind::Locality, |_| PositionKind::Entrance),
            certified: false,
            parcels: Vec::new(),
        }
    }

    fn places(addresses: &[Address], commune: &str) -> Vec<(String, usize)> {
        let mut builder = IndexBuilder::new();
        for address in addresses {
            builder.add(address);
        }
        let index = builder.finish();
        let mut found: Vec<_> = index
            .places_in(commune.parse().unwrap())
            .map(|place| (place.name.to_owned(), place.addresses.len()))
            .collect();
        found.sort();
        found
    }

    #[test]
    fn names_of_places_are_told_from_names_of_streets() {
        for (number, name, is_place) in [
            (Some(12), "Les Vergnes", true),
            (Some(12), "Cité des Goélands", true),
            (Some(12), "RES LES ACACIAS", true),
            (Some(12), "Qrt Saint-Jean", true),
            (Some(12), "Grand Ensemble de la Plaine", true),
            (Some(12), "L'Orée du Bois", true),
            (Some(12), "HLM du Stade", true),
            (Some(12), "Anita", false),
            (Some(12), "Rue des Vergnes", false),
            (Some(12), "La Grande Rue", false),
            (Some(12), "L'Esplanade", false),
            (Some(12), "Grand Rue", false),
            (Some(12), "D 940", false),
            (None, "Saint-Jean", true),
            (None, "Moulin à Vent", true),
            (None, "Rue des Lilas", false),
            (None, "Vieux Chemin de Blanzat", false),
            (None, "Av. de la République", false),
            (None, "RN 9", false),
        ] {
            let found = places(&[address(number, name, "", "63113")], "63113");
            assert_eq!(!found.is_empty(), is_place, "{number:?} {name}");
        }
    }

    #[test]
    fn the_lieu_dit_of_numbers_counts_with_its_street() {
        let addresses = [
            address(Some(1), "Rue du Torpilleur Sirocco", "Les Vergnes", "63113"),
            address(Some(3), "Rue du Torpilleur Sirocco", "Les Vergnes", "63113"),
            address(None, "Les Vergnes", "", "63113"),
            address(None, "Les Vergnes", "", "63014"),
        ];
        let vergnes = |count| ("Les Vergnes".to_owned(), count);
        assert_eq!(places(&addresses, "63113"), [vergnes(1), vergnes(2)]);
    }

    #[test]
    fn a_city_has_the_places_of_its_arrondissements() {
        let addresses = [address(None, "La Castellane", "", "13216")];
        assert_eq!(places(&addresses, "13055").len(), 1);
        assert_eq!(places(&addresses, "13216").len(), 1);
        assert!(places(&addresses, "13215").is_empty());
    }
}
