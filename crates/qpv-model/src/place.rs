//! Places that a town lists: its schools, its social centres.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CommuneCode, Slug, Wgs84Point};

/// A list of places of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceList {
    /// What they are: `schools`, `social-centres`.
    pub kind: Slug,
    /// In the order of the file they come from; identifiers are unique, names need not be.
    pub places: Vec<Place>,
    /// Whether the list tells networks of priority education. Only then is a place without one in none.
    pub networks_told: bool,
}

/// A place of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Official identifier, where published: for a school its *UAI*, such as `0610001X`.
    pub id: Option<String>,
    /// Its name, never empty.
    pub name: String,
    /// Where it stands; `None` when that is not published.
    pub point: Option<Wgs84Point>,
    /// INSEE code of its commune (or arrondissement), where published.
    pub citycode: Option<CommuneCode>,
    /// Name of its commune, where published.
    pub city: Option<String>,
    /// Where it stands in words, where published: street, postcode and town, as one would search for it.
    pub address: Option<String>,
    /// The priority education network it belongs to; see [`PlaceList::networks_told`].
    pub network: Option<PriorityNetwork>,
}

/// Networks of priority education (*réseaux d'éducation prioritaire*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PriorityNetwork {
    /// REP.
    #[serde(rename = "REP")]
    Rep,
    /// REP+, the *réseau d'éducation prioritaire renforcé*.
    #[serde(rename = "REP+")]
    RepPlus,
}

impl fmt::Display for PriorityNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Rep => "REP",
            Self::RepPlus => "REP+",
        })
    }
}
