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
    /// In the order of the file they come from; identifiers are unique, names need not be.
    pub places: Vec<ListedPlace>,
    /// True when the list gives networks of priority education. Only then is a place without one in none.
    pub networks_told: bool,
}

/// A place of a list.
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
