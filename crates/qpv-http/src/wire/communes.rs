//! A commune on the wire.

use qpv_service::messages::commune_history;
use qpv_service::model::{CommuneKind, Territory, department_and_region};
use qpv_service::{Commune, CommuneOfToday, PlaceNearby, Snapshot};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::perimeters::PerimeterProperties;
use crate::wire::vintages::VintageAnswer;
use crate::wire::{DatasetRef, QpvRef, ZoneName, centimetres};

/// A commune and its neighbourhoods.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommuneAnswer<'a> {
    /// The INSEE code asked for.
    pub insee_com: String,
    /// The name of the commune today; of one that was split since, its name of then.
    pub lib_com: Option<&'a str>,
    /// Always true: a code that is no commune's, of today or of the past, is the error `unknown_commune`.
    pub known: bool,
    /// The kind of the code: `commune`, `arrondissement`, `deleguee`, `associee`, or `ancienne` for one of the past.
    pub kind: &'static str,
    /// The communes of today that answer: the commune itself; for another kind of code the one it leads to, or all of them
    /// where it was split.
    pub communes: Vec<CommuneOfTodayAnswer<'a>>,
    /// What became of the code, in French; absent for a commune of today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<String>,
    /// Its perimeters in each vintage, or empty lists.
    pub qpv: Vec<CommuneVintage<'a>>,
    /// The perimeters of the department with a commune name that matches no code: an empty list above is certain only when
    /// this one is empty.
    pub unmatched: Vec<QpvRef<'a>>,
    /// The dataset the answer comes from.
    pub dataset: DatasetRef<'a>,
}

/// The places in the perimeters of a commune or near them.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommunePlaces<'a> {
    /// The kinds of the lists loaded; of another kind nothing is known.
    pub lists: Vec<&'a str>,
    /// The places, by list and name.
    pub places: Vec<CommunePlace<'a>>,
}

/// A place in a perimeter of a commune or near one.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommunePlace<'a> {
    /// The kind of its list, such as `schools`.
    pub list: &'a str,
    /// Its identifier, where published.
    pub id: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// The name of its commune, where published.
    pub lib_com: Option<&'a str>,
    /// Its zone: `qpv`, `band_300m` or `undetermined`.
    pub zone: ZoneName,
    /// The code of the perimeter that it lies in, or of the nearest.
    pub code_qp: &'a str,
    /// The name of that perimeter.
    pub lib_qp: &'a str,
    /// Metres from that perimeter; 0 inside.
    pub distance_m: f64,
}

impl<'a> CommunePlaces<'a> {
    /// Creates the list of these places.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, found: &'a [PlaceNearby<'a>]) -> Self {
        Self {
            lists: snapshot.place_kinds().collect(),
            places: found.iter().map(CommunePlace::from).collect(),
        }
    }
}

impl<'a> From<&'a PlaceNearby<'a>> for CommunePlace<'a> {
    fn from(found: &'a PlaceNearby<'a>) -> Self {
        Self {
            list: found.list,
            id: found.place.id.as_deref(),
            name: &found.place.name,
            lib_com: found.place.city.as_deref(),
            zone: ZoneName(found.zone),
            code_qp: found.perimeter.code_qp.as_str(),
            lib_qp: &found.perimeter.lib_qp,
            distance_m: centimetres(found.distance_m),
        }
    }
}

/// A commune of today.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommuneOfTodayAnswer<'a> {
    /// Its INSEE code.
    pub insee_com: String,
    /// Its name.
    pub lib_com: Option<&'a str>,
    /// The code of its department.
    pub insee_dep: String,
    /// The name of its department.
    pub lib_dep: Option<&'a str>,
    /// The name of its region; a collectivity overseas gives its own name.
    pub lib_reg: Option<&'a str>,
    /// The SIREN number of its intercommunality, if it is in one.
    pub siren_epci: Option<&'a str>,
    /// The name of its intercommunality.
    pub lib_epci: Option<&'a str>,
    /// Its postcodes.
    pub postcodes: Vec<&'a str>,
}

/// The neighbourhoods of a commune in one vintage.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommuneVintage<'a> {
    /// The vintage.
    #[serde(flatten)]
    pub vintage: VintageAnswer,
    /// True if every perimeter of its territory is loaded in this vintage: only then does an empty list mean "none".
    pub complete: bool,
    /// Its perimeters, in code order.
    pub perimeters: Vec<PerimeterProperties<'a>>,
}

impl<'a> CommuneOfTodayAnswer<'a> {
    fn new(today: &CommuneOfToday<'a>) -> Self {
        let insee_dep = today.insee.department().to_owned();
        let (lib_dep, lib_reg) = department_and_region(&insee_dep).unzip();
        let record = today.record;
        Self {
            insee_com: today.insee.to_string(),
            lib_com: non_empty(today.name),
            insee_dep,
            lib_dep,
            lib_reg,
            siren_epci: record.and_then(|record| non_empty(record.epci)),
            lib_epci: record.and_then(|record| non_empty(record.epci_name)),
            postcodes: record
                .map(|record| record.postcodes.split_whitespace().collect())
                .unwrap_or_default(),
        }
    }
}

/// Returns a text of a table; `None` for an empty one, which is not known.
fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

impl<'a> CommuneAnswer<'a> {
    /// Creates the answer for a commune.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, commune: &Commune<'a>) -> Self {
        // A code of the past may be of another department than its commune of today.
        let insee = commune
            .today
            .first()
            .map_or(commune.insee, |today| today.insee);
        let territory = Territory::from_department(insee.department());
        let by_vintage = commune
            .qpv
            .iter()
            .map(|(&vintage, perimeters)| CommuneVintage {
                vintage: VintageAnswer::new(snapshot, vintage, territory),
                complete: commune.complete.contains(&vintage),
                perimeters: perimeters
                    .iter()
                    .map(|&it| PerimeterProperties::new(snapshot, it))
                    .collect(),
            });
        Self {
            insee_com: commune.insee.to_string(),
            lib_com: commune.name(),
            known: true,
            kind: commune
                .record
                .map_or(CommuneKind::Commune, |record| record.kind)
                .as_str(),
            communes: commune
                .today
                .iter()
                .map(CommuneOfTodayAnswer::new)
                .collect(),
            history: commune_history(commune),
            qpv: by_vintage.collect(),
            unmatched: commune
                .unmatched
                .iter()
                .map(|&perimeter| perimeter.into())
                .collect(),
            dataset: DatasetRef::new(snapshot),
        }
    }
}
