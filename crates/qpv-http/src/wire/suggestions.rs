//! Suggestions of the search box on the wire.

use qpv_french::{key, sentence};
use qpv_service::model::{CommuneCode, CommuneKind, department_and_region};
use qpv_service::{
    PlaceInPerimeter, Snapshot, SuggestedCommune, SuggestedParcel, SuggestedPerimeter,
    SuggestedPlace, Suggestion, Suggestions,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AddressFeature, DatasetRef, centimetres};

/// The meanings that the words of a search box may have.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionList<'a> {
    /// The meanings, best first. Where one alone is `exact`, it is what the words mean.
    pub suggestions: Vec<SuggestionAnswer<'a>>,
    /// The dataset they come from.
    pub dataset: DatasetRef<'a>,
}

/// One meaning of the words: `kind` says which of the others it has.
// Each has its kind as a field of its own: generators of clients read no schema that is one with something added.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum SuggestionAnswer<'a> {
    /// An address.
    Address(AddressSuggestion<'a>),
    /// A commune.
    Commune(CommuneSuggestion<'a>),
    /// A perimeter.
    Perimeter(PerimeterSuggestion<'a>),
    /// A place of a list, such as a school.
    Place(PlaceSuggestion<'a>),
    /// A parcel of the land register.
    Parcel(ParcelSuggestion),
}

/// Defines the kind of a suggestion, which has one value.
macro_rules! kind {
    ($name:ident, $value:ident) => {
        /// The kind of a suggestion.
        #[derive(Debug, Clone, Copy, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            /// Its one value.
            $value,
        }
    };
}

kind!(AddressTag, Address);
kind!(CommuneTag, Commune);
kind!(PerimeterTag, Perimeter);
kind!(PlaceTag, Place);
kind!(ParcelTag, Parcel);

/// An address that words may mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddressSuggestion<'a> {
    /// Always `address`.
    pub kind: AddressTag,
    /// The address, as `/api/v1/search` gives it.
    pub address: Box<AddressFeature<'a>>,
}

/// A commune that words may mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommuneSuggestion<'a> {
    /// Always `commune`.
    pub kind: CommuneTag,
    /// True when the words are its name, its code or its postcode.
    pub exact: bool,
    /// Its INSEE code, of today or of the past.
    pub insee_com: String,
    /// Its name.
    pub lib_com: &'a str,
    /// The kind of the code, as in `/api/v1/communes`.
    pub code_kind: &'static str,
    /// The code of its department.
    pub insee_dep: String,
    /// The name of its department.
    pub lib_dep: Option<&'a str>,
    /// Its postcodes.
    pub postcodes: Vec<&'a str>,
    /// True when a perimeter of a vintage loaded lies in it; where none does, `/api/v1/communes` says whether that is sure.
    pub has_perimeters: bool,
}

/// A perimeter that words may mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerimeterSuggestion<'a> {
    /// Always `perimeter`.
    pub kind: PerimeterTag,
    /// True when the words are its name or its code.
    pub exact: bool,
    /// Official code.
    pub code_qp: &'a str,
    /// Official name.
    pub lib_qp: &'a str,
    /// The vintage.
    pub vintage: &'a str,
    /// INSEE codes of its communes.
    pub insee_com: Vec<&'a str>,
    /// Names of its communes.
    pub lib_com: &'a [String],
    /// The name of the place inside that it was found by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<&'a str>,
    /// The part of that place that lies inside, as in `place_names` of a perimeter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extent: Option<&'static str>,
}

/// A place of a list that words may mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceSuggestion<'a> {
    /// Always `place`.
    pub kind: PlaceTag,
    /// True when the words are its name or its identifier.
    pub exact: bool,
    /// The kind of the list, such as `schools`.
    pub list: String,
    /// Its identifier, where published.
    pub id: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// Its address, where published.
    pub address: Option<&'a str>,
    /// INSEE code of its commune, where published.
    pub insee_com: Option<String>,
    /// The name of its commune, where published.
    pub lib_com: Option<&'a str>,
    /// Its longitude, where its position is published.
    pub lon: Option<f64>,
    /// Its latitude.
    pub lat: Option<f64>,
}

/// A parcel that words mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParcelSuggestion {
    /// Always `parcel`.
    pub kind: ParcelTag,
    /// Always true: an identifier is one parcel's.
    pub exact: bool,
    /// The identifier, fourteen characters.
    pub id: String,
    /// INSEE code of its commune.
    pub insee_com: String,
    /// True when the parcel is among those loaded: only then has it a position.
    pub found: bool,
    /// Why it has none, in French.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Longitude of a point inside.
    pub lon: Option<f64>,
    /// Its latitude.
    pub lat: Option<f64>,
    /// Metres from that point within which the whole parcel lies.
    pub reach_m: Option<f64>,
}

impl<'a> SuggestionList<'a> {
    /// Creates the list of what words may mean.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, found: &'a Suggestions<'a>) -> Self {
        Self {
            suggestions: found.all.iter().map(SuggestionAnswer::from).collect(),
            dataset: DatasetRef::new(snapshot),
        }
    }
}

impl<'a> From<&'a Suggestion<'a>> for SuggestionAnswer<'a> {
    fn from(found: &'a Suggestion<'a>) -> Self {
        match found {
            Suggestion::Address(candidate) => Self::Address(AddressSuggestion {
                kind: AddressTag::Address,
                address: Box::new(AddressFeature::new(candidate)),
            }),
            Suggestion::Commune(commune) => Self::Commune(commune.into()),
            Suggestion::Perimeter(perimeter) => Self::Perimeter(perimeter.into()),
            Suggestion::Place(place) => Self::Place(place.into()),
            Suggestion::Parcel(parcel) => Self::Parcel(parcel.into()),
        }
    }
}

impl<'a> From<&'a SuggestedCommune<'a>> for CommuneSuggestion<'a> {
    fn from(commune: &'a SuggestedCommune<'a>) -> Self {
        let insee_dep = commune.insee.department().to_owned();
        let record = commune.record;
        let postcodes = record.map_or("", |record| record.postcodes);
        Self {
            kind: CommuneTag::Commune,
            exact: commune.is_exact,
            insee_com: commune.insee.to_string(),
            lib_com: commune.name,
            code_kind: record
                .map_or(CommuneKind::Commune, |record| record.kind)
                .as_str(),
            lib_dep: department_and_region(&insee_dep).map(|(name, _)| name),
            insee_dep,
            postcodes: postcodes.split_whitespace().collect(),
            has_perimeters: commune.has_perimeters,
        }
    }
}

impl<'a> From<&'a SuggestedPerimeter<'a>> for PerimeterSuggestion<'a> {
    fn from(found: &'a SuggestedPerimeter<'a>) -> Self {
        let perimeter = found.perimeter;
        let place = found.place.map(|PlaceInPerimeter(place)| place);
        Self {
            kind: PerimeterTag::Perimeter,
            exact: found.is_exact,
            code_qp: perimeter.code_qp.as_str(),
            lib_qp: &perimeter.lib_qp,
            vintage: perimeter.vintage.as_str(),
            insee_com: perimeter
                .insee_com
                .iter()
                .map(CommuneCode::as_str)
                .collect(),
            lib_com: &perimeter.lib_com,
            place: place.map(|place| &*place.name),
            extent: place.map(|place| place.extent.into()),
        }
    }
}

impl<'a> From<&'a SuggestedPlace<'a>> for PlaceSuggestion<'a> {
    fn from(found: &'a SuggestedPlace<'a>) -> Self {
        let place = found.place;
        let (lon, lat) = place
            .point
            .map(|point| (point.lon_deg(), point.lat_deg()))
            .unzip();
        Self {
            kind: PlaceTag::Place,
            exact: found.is_exact,
            list: found.list.clone(),
            id: place.id.as_deref(),
            name: &place.name,
            address: place.address.as_deref(),
            insee_com: place.citycode.map(|code| code.to_string()),
            lib_com: place.city.as_deref(),
            lon,
            lat,
        }
    }
}

impl From<&SuggestedParcel> for ParcelSuggestion {
    fn from(parcel: &SuggestedParcel) -> Self {
        let (lon, lat) = parcel
            .position
            .map(|(point, _)| (point.lon_deg(), point.lat_deg()))
            .unzip();
        let message = if parcel.are_loaded {
            key::SUGGEST_PARCEL_UNKNOWN
        } else {
            key::SUGGEST_PARCELS_NOT_LOADED
        };
        Self {
            kind: ParcelTag::Parcel,
            exact: true,
            id: parcel.id.to_string(),
            insee_com: parcel.id.commune().to_string(),
            found: parcel.position.is_some(),
            message: parcel.position.is_none().then(|| {
                let values = [("parcel", parcel.id.as_str())];
                sentence(message, &values)
            }),
            lon,
            lat,
            reach_m: parcel.position.map(|(_, reach_m)| centimetres(reach_m)),
        }
    }
}
