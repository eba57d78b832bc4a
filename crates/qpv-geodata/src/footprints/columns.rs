//! The columns of parcels and buildings: which have an identifier, which are no building, or one without walls.
//!
//! Names are compared without regard to case. Only these columns are kept of a feature.

use std::fmt;

use geojson::{JsonObject, JsonValue};
use qpv_french::fold::fold_text;
use qpv_model::ParcelId;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::addresses::shown;
use crate::readers::geojson::attribute;
use crate::readers::{number, text};

/// The characters of an identifier of a building at most; a longer text is none.
const MAX_ID_CHARACTERS: usize = 100;

/// A column that says something on a parcel or a building.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FootprintColumn {
    /// An identifier of anything.
    Id,
    /// An identifier of a parcel, of 14 characters.
    ParcelId,
    /// The parts of one.
    Commune,
    InseeCode,
    Department,
    CommuneInDepartment,
    Prefix,
    Section,
    Number,
    /// Identifiers of buildings: of BD TOPO, of the national register, of OpenStreetMap.
    Cleabs,
    Rnb,
    OsmId,
    OsmWayId,
    OsmElement,
    OsmType,
    /// `01` and `02` in the State's cadastre, `way` or `relation` in OpenStreetMap.
    Type,
    Durability,
    Nature,
    LightConstruction,
    /// The state of an object in BD TOPO, and the short name of it, which other files use too.
    ObjectState,
    State,
    /// The tag of buildings in OpenStreetMap, and the class that it becomes in shapefiles.
    Building,
    Class,
}

use FootprintColumn as Column;

const COLUMNS: [(&str, FootprintColumn); 35] = [
    ("id", Column::Id),
    ("idu", Column::ParcelId),
    ("idpar", Column::ParcelId),
    ("id_parcelle", Column::ParcelId),
    ("commune", Column::Commune),
    ("code_insee", Column::InseeCode),
    ("insee_com", Column::InseeCode),
    ("code_commune", Column::InseeCode),
    ("codecommune", Column::InseeCode),
    ("code_dep", Column::Department),
    ("code_com", Column::CommuneInDepartment),
    ("prefixe", Column::Prefix),
    ("prefix", Column::Prefix),
    ("com_abs", Column::Prefix),
    ("section", Column::Section),
    ("numero", Column::Number),
    ("cleabs", Column::Cleabs),
    ("rnb", Column::Rnb),
    ("rnb_id", Column::Rnb),
    ("id_rnb", Column::Rnb),
    ("identifiants_rnb", Column::Rnb),
    ("osm_id", Column::OsmId),
    ("osm_way_id", Column::OsmWayId),
    ("@id", Column::OsmElement),
    ("@type", Column::OsmType),
    ("osm_type", Column::OsmType),
    ("type", Column::Type),
    ("dur", Column::Durability),
    ("nature", Column::Nature),
    ("construction_legere", Column::LightConstruction),
    ("leger", Column::LightConstruction),
    ("etat_de_l_objet", Column::ObjectState),
    ("etat", Column::State),
    ("building", Column::Building),
    ("fclass", Column::Class),
];
/// The number of columns.
const COUNT: usize = Column::Class as usize + 1;

/// Returns the column of this name.
pub(super) fn column(name: &str) -> Option<FootprintColumn> {
    COLUMNS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, column)| *column)
}

/// The values of a feature that matter.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct FootprintValues {
    values: [Option<String>; COUNT],
    /// True where the feature has the tag of buildings, if only to say that it is none.
    has_building: bool,
    /// The identifier beside the properties, as GeoJSON has it.
    pub(super) feature_id: Option<String>,
}

/// The part that a feature plays in a file of buildings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BuildingKind {
    /// A building.
    Building,
    /// One without walls of its own.
    Light,
    /// No building that stands today.
    Other,
    /// A parcel, or another part of the land register.
    Parcel,
}

impl FootprintValues {
    /// Keeps a value; the first one counts where names differ by case only.
    pub(super) fn set(&mut self, column: FootprintColumn, value: Option<String>) {
        // Set for `building=no` too, which shows a file of OpenStreetMap.
        self.has_building |= column == Column::Building;
        let place = &mut self.values[column as usize];
        if place.is_none() {
            *place = value;
        }
    }

    /// Keeps the values of properties that are read already.
    pub(super) fn set_all(&mut self, properties: &JsonObject) {
        for (name, value) in properties {
            match value.as_object() {
                // Tags of OpenStreetMap may stand one level down.
                Some(tags) if name == TAGS => self.set_all(tags),
                _ => {
                    if let Some(column) = column(name) {
                        self.set(column, attribute(value));
                    }
                }
            }
        }
    }

    fn get(&self, column: FootprintColumn) -> Option<&str> {
        self.values[column as usize].as_deref()
    }

    fn has(&self, column: FootprintColumn) -> bool {
        self.get(column).is_some()
    }

    /// Returns the identifier of the parcel.
    ///
    /// # Errors
    /// The fault, with the values that make none.
    pub(super) fn parcel_id(&self) -> Result<ParcelId, String> {
        let whole = [
            self.get(Column::ParcelId),
            self.get(Column::Id),
            self.feature_id.as_deref(),
        ];
        // The column `id` of some exports numbers the rows: the first that is an identifier counts.
        let mut given = whole.into_iter().flatten();
        if let Some(id) = given.clone().find_map(|text| text.parse().ok()) {
            return Ok(id);
        }
        // The parts are tried last, since prefixes are often left out of them.
        match (self.composed(), given.next()) {
            // Sheets of the register have a number in their section, as parcels have.
            (Some(composed), Some(id)) if is_of_a_sheet(id, &composed) => Err(format!(
                "its identifier `{}` is that of a sheet or a section, not of a parcel: expected fourteen characters",
                shown(id)
            )),
            (Some(composed), _) => composed
                .parse()
                .map_err(|error| format!("`{}` is {error}", shown(&composed))),
            (None, Some(id)) => match id.parse::<ParcelId>() {
                Ok(id) => Ok(id),
                Err(error) => Err(format!("its identifier `{}` is {error}", shown(id))),
            },
            (None, None) => Err(
                "it has no identifier of a parcel (`id`, `idu`, or `commune`, `prefixe`, `section` and `numero`)"
                    .to_owned(),
            ),
        }
    }

    /// Returns the identifier made of the columns of its parts; `None` when one is missing.
    fn composed(&self) -> Option<String> {
        let (section, number) = (self.get(Column::Section)?, self.get(Column::Number)?);
        let commune = self.commune()?;
        let prefix = self.get(Column::Prefix).unwrap_or("000");
        // Numbers lose their zeros in tables.
        Some(format!(
            "{commune:0>5}{prefix:0>3}{section:0>2}{number:0>4}"
        ))
    }

    /// Returns the code of the commune: whole, or from the department and the number within it.
    fn commune(&self) -> Option<String> {
        let whole = [Column::InseeCode, Column::Commune]
            .into_iter()
            .filter_map(|column| self.get(column))
            // That of the commune may hold a name instead.
            .find(|text| {
                (4..=5).contains(&text.len()) && text.ends_with(|c: char| c.is_ascii_digit())
            });
        if let Some(code) = whole {
            return Some(code.to_owned());
        }
        let part = self.get(Column::CommuneInDepartment)?;
        if part.len() >= 5 {
            return Some(part.to_owned());
        }
        let department = self.get(Column::Department)?;
        // Overseas the third digit stands in either, or in both.
        let (two, third) = department.split_at_checked(2).unwrap_or((department, ""));
        let rest = match (third, part.len()) {
            ("", _) => format!("{part:0>3}"),
            (_, 3) if part.starts_with(third) => part.to_owned(),
            _ => format!("{third}{part:0>2}"),
        };
        Some(format!("{two:0>2}{rest}"))
    }

    /// Returns the identifier of the building; empty when it has none.
    pub(super) fn building_id(&self) -> String {
        const IDS: [FootprintColumn; 6] = [
            Column::Id,
            Column::Cleabs,
            Column::Rnb,
            Column::OsmId,
            Column::OsmWayId,
            Column::OsmElement,
        ];
        let ids = IDS.into_iter().filter_map(|column| self.get(column));
        ids.chain(self.feature_id.as_deref())
            .find(|id| id.chars().count() <= MAX_ID_CHARACTERS && !id.chars().any(char::is_control))
            .unwrap_or_default()
            .to_owned()
    }

    /// Returns the identifier for a note on the feature, as good as it is.
    pub(super) fn noted_id(&self) -> String {
        self.parcel_id().map_or_else(
            |_| shown(&self.building_id()),
            |parcel| parcel.as_str().to_owned(),
        )
    }

    /// Returns true if only buildings have such values.
    pub(super) fn is_of_a_building(&self) -> bool {
        [
            Column::Cleabs,
            Column::Rnb,
            Column::Durability,
            Column::LightConstruction,
            Column::ObjectState,
            Column::Building,
        ]
        .into_iter()
        .any(|column| self.has(column))
            || self.cadastral_type().is_some()
    }

    /// Returns the part that the feature plays in a file of buildings.
    pub(super) fn building_kind(&self) -> BuildingKind {
        // A register of buildings may name the parcel of each. Sections have a prefix too.
        let is_in_register = self.has(Column::Prefix) || self.parcel_id().is_ok();
        if is_in_register && !self.is_of_a_building() {
            return BuildingKind::Parcel;
        }
        if self.is_no_standing_building() {
            BuildingKind::Other
        } else if self.is_light() {
            BuildingKind::Light
        } else {
            BuildingKind::Building
        }
    }

    /// Returns the type of a building in the State's cadastre, where the column is that of the cadastre.
    fn cadastral_type(&self) -> Option<&str> {
        let value = self.get(Column::Type)?;
        let is_known = matches!(value, "01" | "02")
            || (matches!(value, "1" | "2") && self.has(Column::Commune));
        is_known.then_some(value)
    }

    /// Returns a value without capitals and accents; empty when there is none.
    fn folded(&self, column: FootprintColumn) -> String {
        self.get(column).map(fold_text).unwrap_or_default()
    }

    fn is_light(&self) -> bool {
        let cadastral = self.cadastral_type().or(self.get(Column::Durability));
        matches!(cadastral, Some("02" | "2"))
            || matches!(
                self.folded(Column::LightConstruction).as_str(),
                "1" | "true" | "t" | "oui" | "o" | "vrai" | "yes" | "y"
            )
            || self.folded(Column::Nature) == "construction legere"
            // A roof on posts has no address, as a light construction of the cadastre has none.
            || matches!(self.get(Column::Building), Some("roof" | "carport"))
    }

    fn is_no_standing_building(&self) -> bool {
        if self.has(Column::ObjectState) && self.folded(Column::ObjectState) != "en service" {
            return true;
        }
        // A short name is that of other columns too: only the words of BD TOPO count.
        if matches!(
            self.folded(Column::State).as_str(),
            "en projet" | "en construction" | "en ruine"
        ) {
            return true;
        }
        // Tables have the column in each row, and a tag that is null in most.
        if self.has_building {
            return matches!(
                self.get(Column::Building),
                None | Some(
                    "no" | "proposed"
                        | "planned"
                        | "construction"
                        | "ruins"
                        | "collapsed"
                        | "demolished"
                        | "razed"
                )
            );
        }
        // Shapefiles of OpenStreetMap have a class in its place.
        if let Some(class) = self.get(Column::Class) {
            return class != "building";
        }
        // Elements of OpenStreetMap leave out the tags that they do not have.
        self.is_osm_element()
    }

    fn is_osm_element(&self) -> bool {
        let named = [
            self.get(Column::OsmType),
            self.get(Column::Type),
            self.get(Column::Id),
            self.feature_id.as_deref(),
        ];
        self.has(Column::OsmElement) || named.into_iter().flatten().any(names_osm_element)
    }
}

/// Returns true for the identifier of a sheet or a section: the beginning of that of a parcel, and shorter.
fn is_of_a_sheet(id: &str, composed: &str) -> bool {
    let section = composed.get(..10);
    section.is_some_and(|section| (10..14).contains(&id.len()) && id.starts_with(section))
}

/// Returns true for `way`, `relation/12` and the like.
fn names_osm_element(text: &str) -> bool {
    ["way", "relation", "node"].iter().any(|kind| {
        text.strip_prefix(kind)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// The property that may hold the tags of OpenStreetMap.
const TAGS: &str = "tags";

impl<'de> Deserialize<'de> for FootprintValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut values = Self::default();
        deserializer.deserialize_map(PropertiesVisitor(&mut values))?;
        Ok(values)
    }
}

/// Takes properties into the values, and lets those pass that do not matter.
struct PropertiesVisitor<'v>(&'v mut FootprintValues);

impl<'de> Visitor<'de> for PropertiesVisitor<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("properties")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(PropertyName)? {
            match key {
                PropertyKey::Known(column) => {
                    let MaybeText(value) = map.next_value()?;
                    self.0.set(column, value);
                }
                PropertyKey::Tags => {
                    if let JsonValue::Object(tags) = map.next_value()? {
                        self.0.set_all(&tags);
                    }
                }
                PropertyKey::Other => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(())
    }
}

enum PropertyKey {
    Known(FootprintColumn),
    Tags,
    Other,
}

/// Recognises the name of a property without a copy of it.
struct PropertyName;

impl<'de> DeserializeSeed<'de> for PropertyName {
    type Value = PropertyKey;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<PropertyKey, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for PropertyName {
    type Value = PropertyKey;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a property")
    }

    fn visit_str<E>(self, name: &str) -> Result<PropertyKey, E> {
        Ok(match column(name) {
            Some(column) => PropertyKey::Known(column),
            None if name == TAGS => PropertyKey::Tags,
            None => PropertyKey::Other,
        })
    }
}

/// A value as text, as tables have it; none for null, for a blank text, and for a list or an object.
pub(super) struct MaybeText(pub(super) Option<String>);

impl<'de> Deserialize<'de> for MaybeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Option<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(text(value))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(number(value))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}
