//! The neighbourhoods of a commune, in every vintage, or an explicit "none".

use std::collections::{BTreeMap, BTreeSet};

use qpv_model::{CommuneCode, Perimeter, Territory, Vintage};

use crate::perimeters::{PerimeterFilter, list_perimeters};
use crate::snapshot::Snapshot;

/// The known facts of a commune.
#[derive(Debug, Clone)]
pub struct Commune<'a> {
    /// The code asked.
    pub insee: CommuneCode,
    /// True when the loaded data names this commune. A commune that is not known may still exist:
    /// it then has no neighbourhood in the data.
    pub known: bool,
    /// Its name, when known.
    pub lib_com: Option<&'a str>,
    /// Vintages that are loaded for the whole of its territory: only there does an empty list say there is none.
    pub complete: BTreeSet<Vintage>,
    /// Its perimeters in every vintage known, in code order.
    pub qpv: BTreeMap<Vintage, Vec<&'a Perimeter>>,
    /// Perimeters of its department whose commune could not be matched to a code: one of them may be of this commune,
    /// so an empty list above is certain only when this one is empty.
    pub unmatched: Vec<&'a Perimeter>,
}

/// Returns the neighbourhoods of a commune. Arrondissements of Paris, Lyon and Marseille answer for their commune.
#[must_use]
pub fn commune_perimeters(snapshot: &Snapshot, insee: CommuneCode) -> Commune<'_> {
    let whole = insee.whole_commune();
    let mut qpv: BTreeMap<Vintage, Vec<&Perimeter>> = BTreeMap::new();
    for vintage in snapshot.known_vintages().ids() {
        let filter = PerimeterFilter {
            vintage: Some(vintage),
            commune: Some(whole),
            ..PerimeterFilter::default()
        };
        qpv.insert(vintage, list_perimeters(snapshot, &filter));
    }
    let territory = Territory::from_department(whole.department());
    let complete = snapshot
        .vintages()
        .filter(|(_, zones)| zones.layer().whole.contains(&territory));
    let complete = complete.map(|(vintage, _)| vintage).collect();
    // The newest vintage first: a commune may have got another name.
    let lib_com = qpv
        .values()
        .rev()
        .flatten()
        .find_map(|perimeter| name_in(perimeter, whole));
    let department = PerimeterFilter {
        department: Some(whole.department().to_owned()),
        ..PerimeterFilter::default()
    };
    let mut unmatched = list_perimeters(snapshot, &department);
    // A neighbourhood may reach into a commune of the next department.
    let named = lib_com.map(|name| PerimeterFilter {
        text: Some(name.to_owned()),
        ..PerimeterFilter::default()
    });
    unmatched.extend(
        named
            .iter()
            .flat_map(|filter| list_perimeters(snapshot, filter)),
    );
    unmatched.retain(|perimeter| {
        snapshot.is_unmatched(perimeter) && !perimeter.insee_com.contains(&whole)
    });
    unmatched.sort_by_key(|perimeter| perimeter.code_qp);
    // The same perimeter may be found by its department and by its name.
    unmatched.dedup_by_key(|perimeter| perimeter.code_qp);
    Commune {
        insee,
        known: qpv.values().any(|list| !list.is_empty()),
        lib_com,
        complete,
        qpv,
        unmatched,
    }
}

/// The name a perimeter gives to a commune, where names and codes are published side by side.
fn name_in(perimeter: &Perimeter, insee: CommuneCode) -> Option<&str> {
    let index = perimeter.insee_com.iter().position(|code| *code == insee)?;
    // Lists of different lengths do not correspond item by item.
    let aligned = perimeter.insee_com.len() == perimeter.lib_com.len();
    perimeter
        .lib_com
        .get(index)
        .filter(|_| aligned)
        .map(String::as_str)
}
