//! One row made a place: which columns are known, what each value must be, and what is said of one that is not.

use qpv_french::fold::fold_text;
use qpv_model::{CommuneCode, Place, PriorityNetwork, Wgs84Point};

use crate::addresses::{commune_code, located, shown, territory};
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
/// Of either: a code begins with a digit, a name does not.
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

/// Where the parts of a place are in a row.
pub(super) struct Columns {
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
pub(super) struct Values<'a> {
    /// Of a column, trimmed, empty when there is none.
    pub get: &'a dyn Fn(usize) -> &'a str,
    /// Longitude and latitude of the feature's geometry, which then stands for those of columns.
    pub lon_lat: Option<(f64, f64)>,
}

/// What rows have in common.
pub(super) struct Context {
    /// The places are fictional: their positions are taken wherever they lie.
    pub fictional: bool,
    /// Coordinates met with a decimal comma.
    pub decimal_commas: usize,
}

impl Columns {
    /// Finds the columns among those of a file; or says what is missing.
    pub(super) fn recognise(names: &[String]) -> Result<Self, String> {
        let known: Vec<String> = names.iter().map(|name| words(name)).collect();
        let listed = || names.join(", ");
        let mut twice = None;
        let mut find = |wanted: &[&str]| {
            let name = wanted
                .iter()
                .find(|name| known.iter().any(|found| found == *name))?;
            let mut places = (0..known.len()).filter(|column| known[*column] == *name);
            let place = places.next();
            if places.next().is_some() {
                twice.get_or_insert(format!("it has the column `{name}` twice"));
            }
            place
        };
        let (id, name, citycode, city) = (find(&ID), find(&NAME), find(&CITYCODE), find(&CITY));
        let (commune, network, lon, lat) = (find(&COMMUNE), find(&NETWORK), find(&LON), find(&LAT));
        let (address, postcode) = (find(&ADDRESS), find(&POSTCODE));
        if let Some(fault) = twice {
            return Err(fault);
        }
        let name = name.ok_or_else(|| {
            format!(
                "it has no column of names (nom or name); its columns are {}",
                listed()
            )
        })?;
        if lon.is_some() != lat.is_some() {
            return Err(format!(
                "it has a longitude or a latitude without the other; its columns are {}",
                listed()
            ));
        }
        let names = names.to_vec();
        Ok(Self {
            names,
            id,
            name,
            citycode,
            city,
            commune,
            address,
            postcode,
            network,
            lon_lat: lon.zip(lat),
        })
    }

    /// How many columns a row has.
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// What the file calls the column of identifiers.
    pub(super) fn id_name(&self) -> &str {
        self.id.map_or("id", |column| &self.names[column])
    }

    /// Whether there is a column of networks.
    pub(super) fn tell_networks(&self) -> bool {
        self.network.is_some()
    }

    /// The place in a row; or what is wrong, with the column and the value.
    pub(super) fn place(
        &self,
        values: &Values<'_>,
        context: &mut Context,
    ) -> Result<Place, String> {
        let text = |column: Option<usize>| column.map(values.get).filter(|text| !text.is_empty());
        let name =
            text(Some(self.name)).ok_or_else(|| format!("`{}` is empty", self.names[self.name]))?;
        let (citycode, city) = self.commune(values)?;
        let address = text(self.address).map(|street| {
            let town = [text(self.postcode), city.as_deref()].into_iter().flatten();
            std::iter::once(street)
                .chain(town)
                .collect::<Vec<_>>()
                .join(" ")
        });
        Ok(Place {
            id: text(self.id).map(str::to_owned),
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
        values: &Values<'_>,
    ) -> Result<(Option<CommuneCode>, Option<String>), String> {
        let text = |column: Option<usize>| column.map(values.get).unwrap_or_default();
        let either = text(self.commune);
        let either_is_code = either.starts_with(|c: char| c.is_ascii_digit());
        let (code, column) = match (text(self.citycode), either_is_code) {
            ("", true) => (either, self.commune),
            (code, _) => (code, self.citycode),
        };
        let city = match (text(self.city), either_is_code) {
            ("", false) => either,
            (city, _) => city,
        };
        let parsed = (!code.is_empty()).then(|| {
            let lost_zero = code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit());
            let hint = if lost_zero {
                "; a spreadsheet may have taken its first zero"
            } else {
                ""
            };
            commune_code(code).ok_or_else(|| {
                self.fault(
                    column,
                    code,
                    &format!("is not the INSEE code of a commune{hint}"),
                )
            })
        });
        Ok((
            parsed.transpose()?,
            (!city.is_empty()).then(|| city.to_owned()),
        ))
    }

    /// Unknown words are refused: taking one for "none" would make a pupil of a network one of no network.
    fn network(&self, values: &Values<'_>) -> Result<Option<PriorityNetwork>, String> {
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
        values: &Values<'_>,
        commune: Option<CommuneCode>,
        context: &mut Context,
    ) -> Result<Option<Wgs84Point>, String> {
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
                let named = || {
                    let (lon, lat) = (&self.names[lon], &self.names[lat]);
                    format!("`{lon}` {}, `{lat}` {}", shown(lon_text), shown(lat_text))
                };
                let placed = placed(x, y, commune, context.fictional);
                placed
                    .map(Some)
                    .map_err(|fault| format!("{}: {fault}", named()))
            }
        }
    }

    fn decimal(&self, column: usize, text: &str, context: &mut Context) -> Result<f64, String> {
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

/// The point, if it can be that of a place of this commune. Communes of territories that the project does not know keep
/// what is published: the national directory has schools there.
fn placed(
    lon: f64,
    lat: f64,
    commune: Option<CommuneCode>,
    fictional: bool,
) -> Result<Wgs84Point, String> {
    let known = commune.map(|commune| (commune, territory(commune)));
    match known {
        Some((commune, Some(_))) if !fictional => located(lon, lat, commune),
        None if !fictional => anywhere(lon, lat),
        _ => Wgs84Point::new(lon, lat).map_err(|fault| fault.to_string()),
    }
}

/// The point, if it lies in any territory.
fn anywhere(lon: f64, lat: f64) -> Result<Wgs84Point, String> {
    let inside = |lon, lat| {
        let point = Wgs84Point::new(lon, lat).ok()?;
        TerritoryExtents::embedded()
            .containing(point)
            .map(|_| point)
    };
    inside(lon, lat).ok_or_else(|| match inside(lat, lon) {
        Some(_) => "longitude and latitude are swapped".to_owned(),
        None => "the position is outside every territory known here".to_owned(),
    })
}

/// A column's name as it is compared: without case, accents and underscores.
fn words(name: &str) -> String {
    fold_text(name)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
