//! From one row to a place: the known columns, the rules of each value, and the fault of a value that breaks them.

use std::collections::BTreeMap;

use geo_types::Coord;
use qpv_french::fold::fold_text;
use qpv_model::{
    CommuneCode, Crs, CrsKind, ListedPlace, MetricPoint, PriorityNetwork, Wgs84Point, place_id_key,
};

use crate::addresses::{commune_code, located, not_a_commune, shown, territory};
use crate::crs::unproject;
use crate::territories::TerritoryExtents;

/// Names of each column, in order of preference, as [`fold_text`] text: those of the two national lists (the directory, and
/// the addresses and positions), then others.
const ID: [&str; 8] = [
    "identifiant de l etablissement",
    "uai",
    "code uai",
    "numero uai",
    "code etablissement",
    "code rne",
    "identifiant",
    "id",
];
const NAME: [&str; 12] = [
    "nom etablissement",
    "nom de l etablissement",
    "appellation officielle",
    "nom",
    "name",
    "libelle",
    // Lists of places, such as the lieux-dits of the BAN, and of quarters.
    "nom lieu dit",
    "lieu dit",
    "toponyme",
    "nom quartier",
    "nom du quartier",
    "quartier",
];
const CITYCODE: [&str; 6] = [
    "code commune",
    "code insee",
    "insee com",
    "insee",
    "citycode",
    "commune insee",
];
const CITY: [&str; 6] = [
    "nom commune",
    "nom de la commune",
    "libelle commune",
    "lib com",
    "ville",
    "city",
];
/// Names of a column of either: a code begins with a digit, a name does not.
const COMMUNE: [&str; 1] = ["commune"];
const ADDRESS: [&str; 6] = [
    "adresse",
    "adresse 1",
    "adresse uai",
    "adresse postale",
    "address",
    "numero et voie",
];
const POSTCODE: [&str; 4] = ["code postal", "code postal uai", "postcode", "cp"];
const NETWORK: [&str; 4] = [
    "appartenance education prioritaire",
    "education prioritaire",
    "reseau",
    "network",
];
const LON: [&str; 3] = ["longitude", "lon", "lng"];
const LAT: [&str; 2] = ["latitude", "lat"];
/// Names of a text of latitude and longitude, `48.75, -0.57`.
const LAT_LON: [&str; 4] = [
    "position",
    "geo point 2d",
    "coordonnees gps",
    "geolocalisation",
];
/// Names of coordinates in the reference system that a column names.
const X: [&str; 3] = ["coordx origine", "coordonnee x", "coordx"];
const Y: [&str; 3] = ["coordy origine", "coordonnee y", "coordy"];
const EPSG: [&str; 2] = ["epsg origine", "epsg"];
/// Names of the state of a school: open, to be opened, to be closed, closed.
const STATE: [&str; 3] = ["etat", "etat etablissement libe", "etat etablissement"];

/// The places of the parts of a place in a row.
pub(super) struct PlaceColumns {
    names: Vec<String>,
    id: Option<usize>,
    name: usize,
    citycode: Option<usize>,
    city: Option<usize>,
    commune: Option<usize>,
    address: Option<usize>,
    postcode: Option<usize>,
    network: Option<usize>,
    lon_lat: Option<(usize, usize)>,
    lat_lon_text: Option<usize>,
    /// X, y, and the EPSG number of their reference system.
    x_y_epsg: Option<(usize, usize, usize)>,
    state: Option<usize>,
}

/// The values of a row.
pub(super) struct RowValues<'a> {
    /// Returns the value of a column, trimmed, empty when there is none.
    pub get: &'a dyn Fn(usize) -> &'a str,
    /// Longitude and latitude of the feature's geometry, which then replaces those of columns.
    pub lon_lat: Option<(f64, f64)>,
}

impl<'a> RowValues<'a> {
    /// Returns the value of a column; `None` if there is no such column, or no value in it.
    fn text(&self, column: Option<usize>) -> Option<&'a str> {
        column.map(self.get).filter(|text| !text.is_empty())
    }
}

/// The state that all rows of a file share.
#[derive(Default)]
pub(super) struct ReadContext {
    /// The places are fictional: their positions are accepted wherever they lie.
    pub fictional: bool,
    /// Coordinates met with a decimal comma.
    pub decimal_commas: usize,
    /// Positions left out because their reference system is not known, by the text that names it.
    pub unknown_systems: BTreeMap<String, usize>,
}

impl PlaceColumns {
    /// Finds the columns among those of a file; or returns the fault of its header.
    pub(super) fn recognise(names: &[String]) -> Result<Self, String> {
        let known: Vec<String> = names.iter().map(|name| words(name)).collect();
        let name = find(&known, &NAME)?;
        let (lon, lat) = (find(&known, &LON)?, find(&known, &LAT)?);
        let found = Self {
            names: names.to_vec(),
            id: find(&known, &ID)?,
            name: name.unwrap_or_default(),
            citycode: find(&known, &CITYCODE)?,
            city: find(&known, &CITY)?,
            commune: find(&known, &COMMUNE)?,
            address: find(&known, &ADDRESS)?,
            postcode: find(&known, &POSTCODE)?,
            network: find(&known, &NETWORK)?,
            lon_lat: lon.zip(lat),
            lat_lon_text: find(&known, &LAT_LON)?,
            x_y_epsg: find(&known, &X)?
                .zip(find(&known, &Y)?)
                .zip(find(&known, &EPSG)?)
                .map(|((x, y), epsg)| (x, y, epsg)),
            state: find(&known, &STATE)?,
        };
        if name.is_none() {
            return Err(format!(
                "it has no column of names (nom or name); its columns are {}",
                names.join(", ")
            ));
        }
        // One without the other is a misnamed column: ignoring it would lose all positions
        // silently.
        if lon.is_some() != lat.is_some() {
            return Err(format!(
                "it has a longitude or a latitude without the other; its columns are {}",
                names.join(", ")
            ));
        }
        Ok(found)
    }

    /// Returns true when a row says that its school is closed (`FERME`); one that will close is open.
    pub(super) fn is_closed(&self, values: &RowValues<'_>) -> bool {
        values
            .text(self.state)
            .is_some_and(|state| ["ferme", "fermee"].contains(&&*words(state)))
    }

    /// Returns true if there is a column of networks.
    pub(super) fn has_networks(&self) -> bool {
        self.network.is_some()
    }

    /// Returns the place in a row; or the fault, with the column and the value.
    pub(super) fn place(
        &self,
        values: &RowValues<'_>,
        context: &mut ReadContext,
    ) -> Result<ListedPlace, String> {
        let name = values
            .text(Some(self.name))
            .ok_or_else(|| format!("`{}` is empty", self.names[self.name]))?;
        let (citycode, city) = self.commune(values)?;
        let address = values.text(self.address).map(|street| {
            // The directory has street, postcode and town in three columns: one text is what the
            // geocoder reads.
            let town = [values.text(self.postcode), city.as_deref()]
                .into_iter()
                .flatten();
            std::iter::once(street)
                .chain(town)
                .collect::<Vec<_>>()
                .join(" ")
        });
        Ok(ListedPlace {
            id: values.text(self.id).map(official_id),
            name: name.to_owned(),
            point: self.point(values, citycode, context)?,
            citycode,
            city,
            address,
            network: self.network(values)?,
        })
    }

    fn commune(
        &self,
        values: &RowValues<'_>,
    ) -> Result<(Option<CommuneCode>, Option<String>), String> {
        let citycode = values.text(self.citycode).unwrap_or_default();
        let city = values.text(self.city).unwrap_or_default();
        let either = values.text(self.commune).unwrap_or_default();
        // Codes of Corsica, `2A004`, begin with a digit too.
        let either_is_code = either.starts_with(|c: char| c.is_ascii_digit());
        let (code, column) = match (citycode, either_is_code) {
            ("", true) => (either, self.commune),
            (code, _) => (code, self.citycode),
        };
        let city = match (city, either_is_code) {
            ("", false) => either,
            (city, _) => city,
        };
        let parsed = (!code.is_empty()).then(|| {
            commune_code(code).ok_or_else(|| self.fault(column, code, &not_a_commune(code)))
        });
        Ok((
            parsed.transpose()?,
            (!city.is_empty()).then(|| city.to_owned()),
        ))
    }

    /// Returns the network of a place. Unknown words are refused: reading one as "none" would deny a pupil the network.
    fn network(&self, values: &RowValues<'_>) -> Result<Option<PriorityNetwork>, String> {
        let text = self.network.map(values.get).unwrap_or_default();
        let compact: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_uppercase)
            .collect();
        match compact.as_str() {
            "" | "HEP" | "HORSEP" => Ok(None),
            "REP" => Ok(Some(PriorityNetwork::Rep)),
            "REP+" | "REPPLUS" => Ok(Some(PriorityNetwork::RepPlus)),
            _ => Err(self.fault(
                self.network,
                text,
                "is no network known here: expected REP, REP+, hors EP or nothing",
            )),
        }
    }

    fn point(
        &self,
        values: &RowValues<'_>,
        commune: Option<CommuneCode>,
        context: &mut ReadContext,
    ) -> Result<Option<Wgs84Point>, String> {
        // The geometry of a feature is its position; columns may repeat it rounded.
        if let Some((lon, lat)) = values.lon_lat {
            let placed = placed(lon, lat, commune, context.fictional);
            return placed
                .map(Some)
                .map_err(|fault| format!("its point ({lon}, {lat}): {fault}"));
        }
        if let Some((lon, lat)) = self.published_degrees(values, context)? {
            let (lon_name, lat_name) = (&self.names[lon.column], &self.names[lat.column]);
            return placed(lon.value, lat.value, commune, context.fictional)
                .map(Some)
                .map_err(|fault| {
                    format!(
                        "`{lon_name}` {}, `{lat_name}` {}: {fault}",
                        lon.text, lat.text
                    )
                });
        }
        if let Some(text) = values.text(self.lat_lon_text)
            && let Some((lat, lon)) = pair(text)
        {
            return placed(lon, lat, commune, context.fictional)
                .map(Some)
                .map_err(|fault| self.fault(self.lat_lon_text, text, &fault));
        }
        self.metric_point(values, commune, context)
    }

    /// Returns the values of the columns of longitude and latitude; `None` when there are no such columns or both are empty.
    fn published_degrees(
        &self,
        values: &RowValues<'_>,
        context: &mut ReadContext,
    ) -> Result<Option<(Degrees, Degrees)>, String> {
        let Some((lon, lat)) = self.lon_lat else {
            return Ok(None);
        };
        let (lon_name, lat_name) = (&self.names[lon], &self.names[lat]);
        match ((values.get)(lon), (values.get)(lat)) {
            ("", "") => Ok(None),
            ("", _) => Err(format!("`{lon_name}` is empty, and `{lat_name}` is not")),
            (_, "") => Err(format!("`{lat_name}` is empty, and `{lon_name}` is not")),
            (lon_text, lat_text) => Ok(Some((
                self.degrees(lon, lon_text, context)?,
                self.degrees(lat, lat_text, context)?,
            ))),
        }
    }

    fn degrees(
        &self,
        column: usize,
        text: &str,
        context: &mut ReadContext,
    ) -> Result<Degrees, String> {
        Ok(Degrees {
            column,
            text: shown(text),
            value: self.decimal(column, text, context)?,
        })
    }

    /// Returns the point of x and y in the reference system that the row names. The national lists have it where they have
    /// no degrees.
    fn metric_point(
        &self,
        values: &RowValues<'_>,
        commune: Option<CommuneCode>,
        context: &mut ReadContext,
    ) -> Result<Option<Wgs84Point>, String> {
        let Some((x, y, epsg)) = self.x_y_epsg else {
            return Ok(None);
        };
        let (x_text, y_text, system) = ((values.get)(x), (values.get)(y), (values.get)(epsg));
        if [x_text, y_text, system].contains(&"") {
            return Ok(None);
        }
        let at = Coord {
            x: self.decimal(x, x_text, context)?,
            y: self.decimal(y, y_text, context)?,
        };
        // Both `EPSG:2154` and `2154` are published.
        let number = system.rsplit(':').next().unwrap_or_default().trim();
        let Some(crs) = number.parse().ok().and_then(Crs::known) else {
            let unknown = context.unknown_systems.entry(shown(system));
            *unknown.or_default() += 1;
            return Ok(None);
        };
        on_wgs84(crs, at)
            .and_then(|(lon, lat)| placed(lon, lat, commune, context.fictional))
            .map(Some)
            .map_err(|fault| {
                let (x_name, y_name) = (&self.names[x], &self.names[y]);
                let (x, y) = (shown(x_text), shown(y_text));
                format!("`{x_name}` {x}, `{y_name}` {y} in {crs}: {fault}")
            })
    }

    fn decimal(&self, column: usize, text: &str, context: &mut ReadContext) -> Result<f64, String> {
        context.decimal_commas += usize::from(text.contains(','));
        let value = text
            .replacen(',', ".", 1)
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite());
        value.ok_or_else(|| self.fault(Some(column), text, "is not a number"))
    }

    fn fault(&self, column: Option<usize>, text: &str, fault: &str) -> String {
        let name = column.map_or("", |column| &self.names[column]);
        format!("`{name}`: `{}` {fault}", shown(text))
    }
}

/// A coordinate as it was read.
struct Degrees {
    column: usize,
    text: String,
    value: f64,
}

/// Returns an identifier as the State writes it when it is that of a school, seven digits and a letter (`061 0001x` is
/// `0610001X`); any other as it is.
fn official_id(text: &str) -> String {
    let key = place_id_key(text);
    let is_uai = key.len() == 8
        && key.bytes().enumerate().all(|(place, byte)| match place {
            7 => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_digit(),
        });
    if is_uai { key } else { text.to_owned() }
}

/// Returns the two numbers of a text such as `48.75, -0.57`; `None` for another text.
fn pair(text: &str) -> Option<(f64, f64)> {
    let (first, second) = text.trim_matches(['[', ']', '(', ')']).split_once(',')?;
    let (first, second): (f64, f64) = (first.trim().parse().ok()?, second.trim().parse().ok()?);
    (first.is_finite() && second.is_finite()).then_some((first, second))
}

/// Returns longitude and latitude of a position in a reference system.
pub(super) fn on_wgs84(crs: Crs, c: Coord<f64>) -> Result<(f64, f64), String> {
    if crs.kind() == CrsKind::Geographic {
        return Ok((c.x, c.y));
    }
    let metric = MetricPoint::new(crs, c.x, c.y).map_err(|fault| fault.to_string())?;
    let point = unproject(metric).map_err(|fault| fault.to_string())?;
    Ok((point.lon_deg(), point.lat_deg()))
}

/// Returns the point if it can be that of a place of this commune. Communes of unknown territories keep the published
/// position: the national directory has schools there.
fn placed(
    lon: f64,
    lat: f64,
    commune: Option<CommuneCode>,
    fictional: bool,
) -> Result<Wgs84Point, String> {
    let known = commune.map(|commune| (commune, territory(commune)));
    match known {
        Some((commune, Some(_))) if !fictional => located(lon, lat, commune),
        // Without a commune nothing can be compared: any French place is accepted.
        None if !fictional => anywhere(lon, lat),
        _ => Wgs84Point::new(lon, lat).map_err(|fault| fault.to_string()),
    }
}

/// Returns the point if it lies in any territory.
fn anywhere(lon: f64, lat: f64) -> Result<Wgs84Point, String> {
    in_any_territory(lon, lat).ok_or_else(|| match in_any_territory(lat, lon) {
        Some(_) => "longitude and latitude are swapped".to_owned(),
        None => "the position is outside every territory known here".to_owned(),
    })
}

fn in_any_territory(lon: f64, lat: f64) -> Option<Wgs84Point> {
    let point = Wgs84Point::new(lon, lat).ok()?;
    TerritoryExtents::embedded()
        .containing(point)
        .map(|_| point)
}

/// Returns the column with the first of these names that is present.
fn find(known: &[String], wanted: &[&str]) -> Result<Option<usize>, String> {
    let Some(name) = wanted
        .iter()
        .find(|name| known.iter().any(|found| found == *name))
    else {
        return Ok(None);
    };
    let mut places = (0..known.len()).filter(|column| known[*column] == *name);
    let place = places.next();
    if places.next().is_some() {
        return Err(format!("it has the column `{name}` twice"));
    }
    Ok(place)
}

/// Returns a column's name as it is compared: without case, accents and underscores.
fn words(name: &str) -> String {
    fold_text(name)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
