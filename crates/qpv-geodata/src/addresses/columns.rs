//! One row made an address: what each value must be, and what is said of one that is not.

use std::collections::BTreeMap;

use qpv_model::{Address, CommuneCode, MetricPoint, PositionKind, Territory, Wgs84Point};

use super::bal;
use crate::crs;
use crate::records::Record;
use crate::territories::TerritoryExtents;

/// What stands for a number where a place has none: BAL's, which BAN takes over.
const NO_NUMBER: u32 = 99_999;
/// How many letters of a wrong value a fault shows.
const SHOWN: usize = 60;
/// How many different wrong values a remark names.
const NAMED: usize = 10;

/// Where the parts of an address are in a row. A column that is not there has no value.
#[derive(Debug)]
pub(super) struct Columns {
    /// Of all columns.
    pub names: Vec<String>,
    /// The first that has a value identifies the address.
    pub ids: Vec<usize>,
    pub number: usize,
    /// Whether the suffix follows the number in the same column.
    pub joined: bool,
    pub suffix: Option<usize>,
    pub street: usize,
    pub locality: Option<usize>,
    pub postcode: Option<usize>,
    pub commune: Option<usize>,
    /// A text that begins with the commune's code.
    pub key: Option<usize>,
    pub city: usize,
    pub old_city: Option<usize>,
    pub lon_lat: Option<(usize, usize)>,
    /// In the legal projection of the commune's territory.
    pub x_y: Option<(usize, usize)>,
    pub position: Option<usize>,
    pub certified: Option<usize>,
    /// The places are fictional: their positions are taken wherever they lie.
    pub fictional: bool,
}

/// Why a row is no address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rejected {
    Malformed(String),
    /// A place without numbers and without position, which BAL allows.
    Unplaced,
}

/// What was met in a file and is worth a remark.
#[derive(Debug, Default)]
pub(super) struct Notes {
    unknown_positions: BTreeMap<String, u64>,
    unknown_certifications: u64,
    decimal_commas: u64,
}

impl Columns {
    /// How many columns a row has.
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// The address in a row.
    pub(super) fn address(&self, row: &Record, notes: &mut Notes) -> Result<Address, Rejected> {
        let (number, suffix) = self.number(row)?;
        let street = self.required(row, self.street)?;
        let city = self.required(row, self.city)?;
        let citycode = self.commune(row)?;
        let postcode = self.postcode(row)?;
        let Some(point) = self.point(row, citycode, notes)? else {
            return Err(if number.is_none() {
                Rejected::Unplaced
            } else {
                self.no_position()
            });
        };
        let position = match number {
            Some(_) => notes.kind(optional(row, self.position)),
            None => PositionKind::Locality,
        };
        Ok(Address {
            id: self.id(row).to_owned(),
            number,
            suffix,
            street: street.to_owned(),
            locality: optional(row, self.locality).to_owned(),
            postcode: postcode.to_owned(),
            citycode,
            city: city.to_owned(),
            old_city: optional(row, self.old_city).to_owned(),
            point,
            position,
            certified: notes.certified(optional(row, self.certified)),
        })
    }

    fn id<'a>(&self, row: &'a Record) -> &'a str {
        let filled = self.ids.iter().find(|column| !row.get(**column).is_empty());
        filled.map_or("", |column| {
            let text = row.get(*column);
            if self.names[*column].starts_with("uid_") {
                bal::uid(text)
            } else {
                text
            }
        })
    }

    /// The number, `None` for a place without, and the suffix.
    fn number(&self, row: &Record) -> Result<(Option<u32>, String), Rejected> {
        let text = self.required(row, self.number)?;
        let end = text.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = text.split_at(end);
        if !self.joined && !rest.is_empty() {
            return Err(self.fault(self.number, text, "is not a whole number"));
        }
        let suffix = if self.joined {
            rest.trim_start()
        } else {
            optional(row, self.suffix)
        };
        match digits.parse::<u32>() {
            Ok(NO_NUMBER) => Ok((None, suffix.to_lowercase())),
            Ok(number) if number < NO_NUMBER => Ok((Some(number), suffix.to_lowercase())),
            Err(_) if digits.is_empty() => {
                Err(self.fault(self.number, text, "does not begin with a number"))
            }
            _ => Err(self.fault(self.number, text, "is larger than 99998")),
        }
    }

    /// The commune; of Paris, Lyon and Marseille the arrondissement, which some BALs only say in the key.
    fn commune(&self, row: &Record) -> Result<CommuneCode, Rejected> {
        let key = self.key.map_or("", |column| row.get(column));
        let in_key = key.get(..5).and_then(commune_code);
        match self.commune.map(|column| (column, row.get(column))) {
            Some((column, text)) if !text.is_empty() => {
                let code = commune_code(text).ok_or_else(|| {
                    let lost_zero =
                        text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
                    let hint = if lost_zero {
                        "; a spreadsheet may have taken its first zero"
                    } else {
                        ""
                    };
                    self.fault(
                        column,
                        text,
                        &format!("is not the INSEE code of a commune{hint}"),
                    )
                })?;
                Ok(in_key
                    .filter(|part| *part != code && part.whole_commune() == code)
                    .unwrap_or(code))
            }
            _ => in_key.ok_or_else(|| match self.key {
                Some(column) if !key.is_empty() => self.fault(
                    column,
                    key,
                    "does not begin with the INSEE code of a commune",
                ),
                _ => self.empty(self.commune.or(self.key).unwrap_or(0)),
            }),
        }
    }

    fn postcode<'a>(&self, row: &'a Record) -> Result<&'a str, Rejected> {
        let Some(column) = self.postcode else {
            return Ok("");
        };
        let text = row.get(column);
        let right =
            text.is_empty() || (text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()));
        if right {
            Ok(text)
        } else {
            Err(self.fault(column, text, "is not a postcode of five digits"))
        }
    }

    /// The position, `None` when none is published: longitude and latitude, or else x and y.
    fn point(
        &self,
        row: &Record,
        commune: CommuneCode,
        notes: &mut Notes,
    ) -> Result<Option<Wgs84Point>, Rejected> {
        let filled =
            |pair: &(usize, usize)| !row.get(pair.0).is_empty() && !row.get(pair.1).is_empty();
        if let Some((lon, lat)) = self.lon_lat.filter(filled) {
            let (lon, lat) = (
                self.decimal(row, lon, notes)?,
                self.decimal(row, lat, notes)?,
            );
            return self
                .located(lon, lat, commune)
                .map(Some)
                .map_err(|fault| self.at(self.lon_lat, row, &fault));
        }
        if let Some((x, y)) = self.x_y.filter(filled) {
            let (x, y) = (self.decimal(row, x, notes)?, self.decimal(row, y, notes)?);
            return self
                .unprojected(x, y, commune)
                .map(Some)
                .map_err(|fault| self.at(self.x_y, row, &fault));
        }
        let pairs = [self.lon_lat, self.x_y].into_iter().flatten();
        let mut half = pairs
            .flat_map(|(a, b)| [(a, b), (b, a)])
            .filter(|(_, other)| !row.get(*other).is_empty());
        half.next()
            .map_or(Ok(None), |(empty, _)| Err(self.empty(empty)))
    }

    /// The point, checked against the commune unless the places are fictional.
    fn located(&self, lon: f64, lat: f64, commune: CommuneCode) -> Result<Wgs84Point, String> {
        if self.fictional {
            Wgs84Point::new(lon, lat).map_err(|fault| fault.to_string())
        } else {
            located(lon, lat, commune)
        }
    }

    /// The point of coordinates in the legal projection of the commune's territory. French Polynesia has four zones, and
    /// only the legal one is tried: elsewhere the point falls outside the territory.
    fn unprojected(&self, x: f64, y: f64, commune: CommuneCode) -> Result<Wgs84Point, String> {
        let legal = territory(commune)
            .ok_or_else(|| unknown_territory(commune))?
            .legal_crs();
        let outside = |fault: String| format!("read in {legal} ({}), {fault}", legal.name());
        if x == 0.0 && y == 0.0 {
            return Err("zero stands for no position".to_owned());
        }
        let metric = MetricPoint::new(legal, x, y).map_err(|error| outside(error.to_string()))?;
        let point =
            crs::unproject(metric).map_err(|_| outside("the position is nowhere".to_owned()))?;
        self.located(point.lon_deg(), point.lat_deg(), commune)
            .map_err(outside)
    }

    fn decimal(&self, row: &Record, column: usize, notes: &mut Notes) -> Result<f64, Rejected> {
        let text = row.get(column);
        let comma = || {
            let value = text.replacen(',', ".", 1).parse().ok()?;
            notes.decimal_commas += 1;
            Some(value)
        };
        let value: Option<f64> = text.parse().ok().or_else(comma);
        value
            .filter(|value| value.is_finite())
            .ok_or_else(|| self.fault(column, text, "is not a number"))
    }

    fn required<'a>(&self, row: &'a Record, column: usize) -> Result<&'a str, Rejected> {
        let text = row.get(column);
        if text.is_empty() {
            Err(self.empty(column))
        } else {
            Ok(text)
        }
    }

    fn empty(&self, column: usize) -> Rejected {
        Rejected::Malformed(format!("`{}` is empty", self.names[column]))
    }

    fn fault(&self, column: usize, text: &str, fault: &str) -> Rejected {
        Rejected::Malformed(format!(
            "`{}`: `{}` {fault}",
            self.names[column],
            shown(text)
        ))
    }

    /// A fault of two coordinates.
    fn at(&self, pair: Option<(usize, usize)>, row: &Record, fault: &str) -> Rejected {
        let named = |column: usize| format!("`{}` {}", self.names[column], shown(row.get(column)));
        let both = pair.map_or(String::new(), |(a, b)| {
            format!("{}, {}", named(a), named(b))
        });
        Rejected::Malformed(format!("{both}: {fault}"))
    }

    fn no_position(&self) -> Rejected {
        let pairs = [self.lon_lat, self.x_y].into_iter().flatten();
        let names: Vec<_> = pairs
            .flat_map(|(a, b)| [a, b])
            .map(|column| format!("`{}`", self.names[column]))
            .collect();
        Rejected::Malformed(format!(
            "it has no position: {} are empty",
            names.join(", ")
        ))
    }
}

fn optional(row: &Record, column: Option<usize>) -> &str {
    column.map_or("", |column| row.get(column))
}

pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// A code in either case: keys are published in lower case (`2a004_0010_00001`).
pub(crate) fn commune_code(text: &str) -> Option<CommuneCode> {
    text.parse()
        .or_else(|_| text.to_ascii_uppercase().parse())
        .ok()
}

/// The territory of a commune; `None` for the overseas departments and collectivities that the project does not know.
pub(crate) fn territory(commune: CommuneCode) -> Option<Territory> {
    let department = commune.department();
    let territory = Territory::of_department(department);
    (territory != Territory::Metropole || department.len() == 2).then_some(territory)
}

fn unknown_territory(commune: CommuneCode) -> String {
    format!("commune {commune} is in none of the territories known here")
}

/// The point, if it lies in the territory of its commune; or why not.
///
/// # Errors
/// What is wrong, as a part of a sentence.
pub fn located(lon: f64, lat: f64, commune: CommuneCode) -> Result<Wgs84Point, String> {
    let expected = territory(commune).ok_or_else(|| unknown_territory(commune))?;
    let containing = |lon, lat| {
        let point = Wgs84Point::new(lon, lat).ok()?;
        Some((point, TerritoryExtents::embedded().containing(point)?))
    };
    let found = containing(lon, lat);
    match found {
        Some((point, territory)) if agrees(expected, territory) => Ok(point),
        _ if lon == 0.0 && lat == 0.0 => Err("zero stands for no position".to_owned()),
        _ if containing(lat, lon).is_some_and(|(_, territory)| agrees(expected, territory)) => {
            Err("longitude and latitude are swapped".to_owned())
        }
        Some((_, territory)) => Err(format!(
            "the position is in {}, commune {commune} in {}",
            territory.name(),
            expected.name()
        )),
        None if lon.abs() > 180.0 || lat.abs() > 90.0 => {
            Err("out of range (±180 and ±90 degrees); these may be x and y".to_owned())
        }
        None => Err("the position is outside every territory known here".to_owned()),
    }
}

/// Saint-Martin was a commune of Guadeloupe, 97127, and older files still say so.
fn agrees(expected: Territory, found: Territory) -> bool {
    expected == found || (expected == Territory::Guadeloupe && found == Territory::SaintMartin)
}

impl Notes {
    fn kind(&mut self, text: &str) -> PositionKind {
        known_kind(text)
            .or_else(|| known_kind(&plain(text)))
            .unwrap_or_else(|| {
                let named = shown(text);
                let full = self.unknown_positions.len() >= NAMED
                    && !self.unknown_positions.contains_key(&named);
                let key = if full { "others".to_owned() } else { named };
                *self.unknown_positions.entry(key).or_default() += 1;
                PositionKind::Unknown
            })
    }

    fn certified(&mut self, text: &str) -> bool {
        match text {
            "1" => true,
            "" | "0" => false,
            _ => {
                let (yes, no) = (["true", "oui"], ["false", "non"]);
                let said =
                    |words: [&str; 2]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
                self.unknown_certifications += u64::from(!said(yes) && !said(no));
                said(yes)
            }
        }
    }

    /// The remarks, with what others have counted.
    pub(super) fn remarks(self, unplaced: u64, windows_1252_rows: u64) -> Vec<String> {
        let mut remarks = Vec::new();
        if windows_1252_rows > 0 {
            remarks.push(format!(
                "{windows_1252_rows} row(s) are no UTF-8 and were read as Windows-1252"
            ));
        }
        if unplaced > 0 {
            remarks.push(format!(
                "{unplaced} place(s) without numbers have no position and are left out"
            ));
        }
        if self.decimal_commas > 0 {
            remarks.push(format!(
                "{} coordinate(s) have a decimal comma, read as a point",
                self.decimal_commas
            ));
        }
        if !self.unknown_positions.is_empty() {
            let kinds: Vec<_> = self
                .unknown_positions
                .iter()
                .map(|(kind, rows)| format!("`{kind}` ({rows})"))
                .collect();
            let kinds = kinds.join(", ");
            remarks.push(format!(
                "kinds of position that are none of the format's count as not published: {kinds}"
            ));
        }
        if self.unknown_certifications > 0 {
            let rows = self.unknown_certifications;
            remarks.push(format!(
                "{rows} row(s) say neither 0 nor 1 for the certification and count as not certified"
            ));
        }
        remarks
    }
}

/// What a position marks, as BAN and BAL write it in lower case.
fn known_kind(text: &str) -> Option<PositionKind> {
    Some(match text {
        "" => PositionKind::Unknown,
        "entrée" | "entree" => PositionKind::Entrance,
        "bâtiment" | "batiment" => PositionKind::Building,
        "cage d’escalier" | "cage d'escalier" => PositionKind::Staircase,
        "logement" => PositionKind::Unit,
        "service technique" => PositionKind::TechnicalService,
        "délivrance postale" | "delivrance postale" => PositionKind::PostalDelivery,
        "parcelle" => PositionKind::Parcel,
        "segment" => PositionKind::Segment,
        _ => return None,
    })
}

/// In lower case, without accents that are written as characters of their own.
fn plain(text: &str) -> String {
    text.to_lowercase().replace(['\u{301}', '\u{302}'], "")
}
