//! The sites of places: rows of one identifier.
//!
//! The national directory gives a school a row for each of its sites, and exports repeat rows. A row that says nothing new is
//! left out and counted; any other is kept as a site. One that does not agree with the first on the name, the commune or the
//! network is reported with its row, since it may be a mistake of the file.

use std::collections::HashMap;

use qpv_french::fold::fold_name;
use qpv_model::{ListedPlace, PriorityNetwork, place_id_key};

use crate::addresses::shown;

/// A row that was read.
pub(super) struct SiteRow {
    /// Its place in the file: `line 3`.
    pub at: String,
    pub site: ListedPlace,
}

/// The rows of a file as the sites of places.
pub(super) struct ReadSites {
    /// In the order of the file; those of one identifier follow the first of them, and have its identifier.
    pub sites: Vec<ListedPlace>,
    /// The rows left out because another says all that they say.
    pub repeated: Vec<String>,
    /// The sites that do not agree with the first of their place.
    pub conflicts: Vec<String>,
}

impl ReadSites {
    pub(super) fn from_rows(rows: Vec<SiteRow>) -> Self {
        let mut places: Vec<Vec<SiteRow>> = Vec::new();
        let mut place_of_id: HashMap<String, usize> = HashMap::new();
        let mut repeated = Vec::new();
        for row in rows {
            let place = match &row.site.id {
                Some(id) => *place_of_id.entry(place_id_key(id)).or_insert(places.len()),
                // Places without an identifier are never joined: a name is shared by many schools.
                None => places.len(),
            };
            match places.get_mut(place) {
                Some(sites) => repeated.extend(add(sites, row)),
                None => places.push(vec![row]),
            }
        }
        let conflicts = places
            .iter()
            .flat_map(|sites| {
                sites[1..]
                    .iter()
                    .filter_map(|site| conflict(&sites[0], site))
            })
            .collect();
        Self {
            sites: places.into_iter().flat_map(with_one_id).collect(),
            repeated,
            conflicts,
        }
    }
}

/// Adds a row to the sites of its place; returns the row that is left out, if one of both says all that the other says.
fn add(sites: &mut Vec<SiteRow>, row: SiteRow) -> Option<String> {
    if sites
        .iter()
        .any(|known| says_all_of(&known.site, &row.site))
    {
        return Some(row.at);
    }
    // The row that says more stays, whichever came first.
    if let Some(known) = sites
        .iter_mut()
        .find(|known| says_all_of(&row.site, &known.site))
    {
        return Some(std::mem::replace(known, row).at);
    }
    sites.push(row);
    None
}

/// Returns true when a site has every value of another one. Its identifier is not compared.
fn says_all_of(site: &ListedPlace, other: &ListedPlace) -> bool {
    fold_name(&site.name) == fold_name(&other.name)
        // An empty network means none, so it is a value of its own.
        && site.network == other.network
        && (other.point.is_none() || site.point == other.point)
        && (other.citycode.is_none() || site.citycode == other.citycode)
        && (other.city.is_none() || folded(site.city.as_ref()) == folded(other.city.as_ref()))
        && (other.address.is_none()
            || folded(site.address.as_ref()) == folded(other.address.as_ref()))
}

fn folded(text: Option<&String>) -> Option<String> {
    text.map(|text| fold_name(text))
}

/// Returns how a site differs from the first of its place, as a sentence; `None` when both can be of one place.
fn conflict(first: &SiteRow, row: &SiteRow) -> Option<String> {
    let (site, of) = (&row.site, &first.site);
    let mut differences = Vec::new();
    if fold_name(&site.name) != fold_name(&of.name) {
        differences.push(difference("name", &shown(&site.name), &shown(&of.name)));
    }
    if let (Some(code), Some(other)) = (site.citycode, of.citycode)
        && code != other
    {
        differences.push(difference("commune", code.as_str(), other.as_str()));
    }
    if site.network != of.network {
        let (network, other) = (network(site.network), network(of.network));
        differences.push(difference("network", &network, &other));
    }
    let id = site.id.as_deref().unwrap_or_default();
    (!differences.is_empty()).then(|| {
        let (at, first_at) = (&row.at, &first.at);
        let differences = differences.join(", ");
        format!(
            "{at}: `{}` is another site of {first_at}, though {differences}",
            shown(id)
        )
    })
}

fn difference(what: &str, here: &str, first: &str) -> String {
    format!("its {what} is `{here}` and not `{first}`")
}

fn network(network: Option<PriorityNetwork>) -> String {
    network.map_or_else(|| "none".to_owned(), |network| network.to_string())
}

fn with_one_id(rows: Vec<SiteRow>) -> impl Iterator<Item = ListedPlace> {
    let id = rows[0].site.id.clone();
    rows.into_iter().map(move |row| ListedPlace {
        id: id.clone(),
        ..row.site
    })
}
