//! Places that a town lists: its schools, its social centres.

use serde::{Deserialize, Serialize};
use strum::Display;

use crate::code::CommuneCode;
use crate::position::Wgs84Point;
use crate::slug::Slug;

/// A list of places of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceList {
    /// The kind of places: `schools`, `social-centres`.
    pub kind: Slug,
    /// In the order of the file they come from, one for each site: those of one identifier follow the first of them and are
    /// the sites of one place. Names need not be unique.
    pub places: Vec<ListedPlace>,
    /// True when the list gives networks of priority education. Only then is a place without one in none.
    pub networks_told: bool,
}

impl PlaceList {
    /// Returns the number of places that have a site with this property; each is counted once, whatever its number of sites.
    #[must_use]
    pub fn count(&self, has: impl Fn(&ListedPlace) -> bool) -> usize {
        sites_by_place(&self.places)
            .filter(|sites| sites.iter().any(&has))
            .count()
    }
}

/// Splits sites, in the order of [`PlaceList::places`], into those of each place.
pub fn sites_by_place(sites: &[ListedPlace]) -> impl Iterator<Item = &[ListedPlace]> {
    sites.chunk_by(ListedPlace::is_site_with)
}

/// Returns an identifier as it is compared: without blanks and without regard to case, since spreadsheets and people write
/// `061 0001 x`.
#[must_use]
pub fn place_id_key(id: &str) -> String {
    id.split_whitespace().collect::<String>().to_uppercase()
}

/// A place of a list, or one of its sites.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedPlace {
    /// Official identifier, where published: for a school its *UAI*, such as `0610001X`.
    pub id: Option<String>,
    /// Its name, never empty.
    pub name: String,
    /// Its position; `None` when that is not published.
    pub point: Option<Wgs84Point>,
    /// INSEE code of its commune (or arrondissement), where published.
    pub citycode: Option<CommuneCode>,
    /// Name of its commune, where published.
    pub city: Option<String>,
    /// Its address, where published: street, postcode and town, as one would search for it.
    pub address: Option<String>,
    /// The priority education network it belongs to; see [`PlaceList::networks_told`].
    pub network: Option<PriorityNetwork>,
}

impl ListedPlace {
    /// Returns true when both are sites of one place, for they have one identifier.
    #[must_use]
    pub fn is_site_with(&self, other: &Self) -> bool {
        self.id.is_some() && self.id == other.id
    }
}

/// Networks of priority education (*réseaux d'éducation prioritaire*).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Display,
)]
pub enum PriorityNetwork {
    /// REP.
    #[serde(rename = "REP")]
    #[strum(serialize = "REP")]
    Rep,
    /// REP+, the *réseau d'éducation prioritaire renforcé*.
    #[serde(rename = "REP+")]
    #[strum(serialize = "REP+")]
    RepPlus,
}
