//! A commune: its name, what became of its code, and its neighbourhoods in every vintage, or an explicit "none".

use std::collections::{BTreeMap, BTreeSet};

use qpv_french::fold::fold_name;
use qpv_model::{CommuneCode, CommuneRecord, Perimeter, Territory, Vintage};

use crate::error::QueryError;
use crate::perimeters::{PerimeterFilter, list_perimeters};
use crate::snapshot::Snapshot;

/// The known facts of a commune.
#[derive(Debug, Clone)]
pub struct Commune<'a> {
    /// The code asked.
    pub insee: CommuneCode,
    /// The row of this code in the table of communes; `None` for a commune that only the data loaded has.
    pub record: Option<CommuneRecord<'a>>,
    /// The commune of today that the code leads to; several for one that was split.
    pub today: Vec<CommuneOfToday<'a>>,
    /// Vintages that are loaded for the whole of its territory: only there does an empty list say there is none.
    pub complete: BTreeSet<Vintage>,
    /// Its perimeters in every vintage known, in code order.
    pub qpv: BTreeMap<Vintage, Vec<&'a Perimeter>>,
    /// Perimeters with a commune name that matches no code, of its department or of that name: one of them may be of this
    /// commune, so an empty list above is certain only when this one is empty.
    pub unmatched: Vec<&'a Perimeter>,
}

/// A commune of today.
#[derive(Debug, Clone)]
pub struct CommuneOfToday<'a> {
    /// Its code.
    pub insee: CommuneCode,
    /// Its name; empty where the data loaded has only its code.
    pub name: &'a str,
    /// Its row in the table of communes, if it has it.
    pub record: Option<CommuneRecord<'a>>,
}

impl<'a> Commune<'a> {
    /// Returns its name: that of the commune of today, or that of before for a commune that was split.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        let name = match (self.today.as_slice(), self.record) {
            ([today], _) => today.name,
            // No single commune of today has the name asked for.
            (_, Some(record)) => record.name,
            _ => "",
        };
        (!name.is_empty()).then_some(name)
    }
}

impl<'a> CommuneOfToday<'a> {
    fn new(snapshot: &'a Snapshot, insee: CommuneCode) -> Self {
        let record = snapshot.commune_record(insee);
        let name = record
            .map(|record| record.name)
            .or_else(|| snapshot.name_in_data(insee));
        Self {
            insee,
            name: name.unwrap_or_default(),
            record,
        }
    }
}

/// Returns a commune with its neighbourhoods: of a code of the past those of the communes of today that it leads to, of an
/// arrondissement of Paris, Lyon or Marseille those of the city.
///
/// # Errors
/// [`QueryError::UnknownCommune`] for a code that neither the table of communes nor the data has.
pub fn commune_perimeters(
    snapshot: &Snapshot,
    insee: CommuneCode,
) -> Result<Commune<'_>, QueryError> {
    snapshot.check_commune(insee)?;
    // Several for a commune that was split: its perimeters may be in any of them.
    let codes = snapshot.communes_of_today(insee);
    let mut qpv: BTreeMap<Vintage, Vec<&Perimeter>> = BTreeMap::new();
    for vintage in snapshot.known_vintages().ids() {
        let filter = PerimeterFilter {
            vintage: Some(vintage),
            commune: Some(insee),
            ..PerimeterFilter::default()
        };
        qpv.insert(vintage, list_perimeters(snapshot, &filter));
    }
    let complete = snapshot.vintages().filter(|(_, zones)| {
        let mut codes = codes.iter();
        codes.all(|code| is_listed_whole(&zones.layer().whole, *code))
    });
    let complete = complete.map(|(vintage, _)| vintage).collect();
    let today: Vec<_> = codes
        .iter()
        .map(|code| CommuneOfToday::new(snapshot, *code))
        .collect();
    Ok(Commune {
        insee,
        record: snapshot.commune_record(insee),
        unmatched: unmatched(snapshot, &today),
        today,
        complete,
        qpv,
    })
}

/// Territories overseas that the decrees name perimeters in: 2014-1751 those of 2015, 2024-1212 those of 2024. Each is one list
/// of them all.
const LISTED_OVERSEAS: [Territory; 7] = [
    Territory::Guadeloupe,
    Territory::Martinique,
    Territory::Guyane,
    Territory::Reunion,
    Territory::Mayotte,
    Territory::SaintMartin,
    Territory::PolynesieFrancaise,
];

/// Returns true when all perimeters that a vintage may have in a commune are loaded: those of its territory; of a territory
/// that no decree names, such as Saint-Pierre-et-Miquelon or New Caledonia, the whole list overseas, which has none there.
fn is_listed_whole(whole: &BTreeSet<Territory>, commune: CommuneCode) -> bool {
    let department = commune.department();
    let territory = Territory::from_department(department);
    // Codes of three characters that are no territory's would count as metropolitan France.
    let is_nowhere = territory == Territory::Metropole && department.len() > 2;
    if !is_nowhere && whole.contains(&territory) {
        return true;
    }
    let is_unlisted = is_nowhere || territory == Territory::SaintPierreEtMiquelon;
    is_unlisted && LISTED_OVERSEAS.iter().all(|listed| whole.contains(listed))
}

/// The perimeters with a name that matches no code, in the departments of these communes or of their names, for a
/// neighbourhood may reach into a commune of the next department.
fn unmatched<'a>(snapshot: &'a Snapshot, communes: &[CommuneOfToday<'_>]) -> Vec<&'a Perimeter> {
    let codes: Vec<CommuneCode> = communes.iter().map(|commune| commune.insee).collect();
    let names: BTreeSet<String> = communes
        .iter()
        .map(|commune| fold_name(commune.name))
        .filter(|name| !name.is_empty())
        .collect();
    snapshot
        .unmatched_perimeters()
        .filter(|perimeter| !snapshot.lies_in(perimeter, &codes))
        .filter(|perimeter| {
            let mut own = codes.iter().map(CommuneCode::department);
            own.any(|department| department == perimeter.insee_dep)
                || perimeter
                    .lib_com
                    .iter()
                    .any(|name| names.contains(&fold_name(name)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_sure_where_all_that_the_decree_names_is_loaded() {
        let metropole = BTreeSet::from([Territory::Metropole]);
        let reunion = BTreeSet::from([Territory::Reunion]);
        let overseas = BTreeSet::from(LISTED_OVERSEAS);
        let all = overseas.union(&metropole).copied().collect();
        // Bayeux, Ajaccio, Saint-Denis, Saint-Pierre, Miquelon, Saint-Barthélemy, Nouméa, Uvea, the Crozet Islands.
        for (commune, expected) in [
            ("14047", [true, false, false, true]),
            ("2A004", [true, false, false, true]),
            ("97411", [false, true, true, true]),
            ("97502", [false, false, true, true]),
            ("97501", [false, false, true, true]),
            ("97701", [false, false, true, true]),
            ("98818", [false, false, true, true]),
            ("98613", [false, false, true, true]),
            ("98412", [false, false, true, true]),
            ("98735", [false, false, true, true]),
        ] {
            let code = commune.parse().unwrap();
            let found =
                [&metropole, &reunion, &overseas, &all].map(|whole| is_listed_whole(whole, code));
            assert_eq!(found, expected, "{commune}");
        }
    }
}
