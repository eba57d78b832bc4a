//! From one row to a place: the known columns, the rules of each value, and the fault of a value that breaks them.

use qpv_french::fold::fold_text;
use qpv_model::{CommuneCode, ListedPlace, PriorityNetwork, Wgs84Point};

use crate::addresses::{commune_code, located, not_a_commune, shown, territory};
use crate::territories::TerritoryExtents;

/// Names of each column, in order of preference, as [`fold_text`] text: those of the national directory, then others.
const ID: [&str; 6] = [
    "identifiant de l etablissement",
    "uai",
    "code uai",
    "numero uai",
    "identifiant",
    "id",
];
const NAME: [&str; 5] = [
    "nom etablissement",
    "nom de l etablissement",
    "nom",
    "name",
    "libelle",
];
const CITYCODE: [&str; 6] = [
    "code commune",
    "code insee",
    "insee com",
    "insee",
    "citycode",
    "commune insee",
];
const CITY: [&str; 5] = [
    "nom commune",
    "nom de la commune",
    "lib com",
    "ville",
    "city",
];
/// Names of a column of either: a code begins with a digit, a name does not.
const COMMUNE: [&str; 1] = ["commune"];
const ADDRESS: [&str; 5] = [
    "adresse",
    "adresse 1",
    "adresse postale",
    "address",
    "numero et voie",
];
const POSTCODE: [&str; 3] = ["code postal", "postcode", "cp"];
const NETWORK: [&str; 4] = [
    "appartenance education prioritaire",
    "education prioritaire",
    "reseau",
    "network",
];
const LON: [&str; 3] = ["longitude", "lon", "lng"];
const LAT: [&str; 2] = ["latitude", "lat"];

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
pub(super) struct ReadContext {
    /// The places are fictional: their positions are accepted wherever they lie.
    pub fictional: bool,
    /// Coordinates met with a decimal comma.
    pub decimal_commas: usize,
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

    /// Returns the name that the file gives the column of identifiers.
    pub(super) fn id_name(&self) -> &str {
        self.id.map_or("id", |column| &self.names[column])
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
            id: values.text(self.id).map(str::to_owned),
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
        let Some((lon, lat)) = self.lon_lat else {
            return Ok(None);
        };
        match ((values.get)(lon), (values.get)(lat)) {
            ("", "") => Ok(None),
            ("", _) => Err(format!(
                "`{}` is empty, and `{}` is not",
                self.names[lon], self.names[lat]
            )),
            (_, "") => Err(format!(
                "`{}` is empty, and `{}` is not",
                self.names[lat], self.names[lon]
            )),
            (lon_text, lat_text) => {
                let x = self.decimal(lon, lon_text, context)?;
                let y = self.decimal(lat, lat_text, context)?;
                placed(x, y, commune, context.fictional)
                    .map(Some)
                    .map_err(|fault| {
                        let (lon, lat) = (&self.names[lon], &self.names[lat]);
                        let (x, y) = (shown(lon_text), shown(lat_text));
                        format!("`{lon}` {x}, `{lat}` {y}: {fault}")
                    })
            }
        }
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
