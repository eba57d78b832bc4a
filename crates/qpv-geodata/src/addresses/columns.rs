//! From one row to an address: the rules of each value, and the fault of a value that breaks them.

use std::collections::BTreeMap;

use qpv_delimited::StringRecord;
use qpv_model::{
    Address, CommuneCode, MetricPoint, ParcelId, ParcelIdError, PositionKind, Territory, Wgs84Point,
};

use crate::crs;
use crate::territories::TerritoryExtents;

/// The number of a place that has none, in BAL and BAN.
const NO_NUMBER: u32 = 99_999;
/// Letters of a wrong value that a fault shows: enough to find it, and one line.
const SHOWN_LETTERS: usize = 60;
/// Different wrong values that a remark names: a column mapped wrongly has thousands.
const NAMED_VALUES: usize = 10;

/// The places of the parts of an address in a row. A column that is not there has no value.
#[derive(Debug)]
pub(super) struct AddressColumns {
    /// The names of all columns.
    pub names: Vec<String>,
    /// The first that has a value identifies the address.
    pub ids: Vec<IdColumn>,
    pub number: usize,
    /// True if the suffix follows the number in the same column.
    pub has_joined_suffix: bool,
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
    /// Coordinates in the legal projection of the commune's territory.
    pub x_y: Option<(usize, usize)>,
    pub position: Option<usize>,
    pub certified: Option<usize>,
    pub parcels: Option<usize>,
    /// The places are fictional: their positions are accepted wherever they lie.
    pub fictional: bool,
}

/// A column of identifiers.
#[derive(Debug, Clone, Copy)]
pub(super) struct IdColumn {
    pub column: usize,
    pub format: IdFormat,
}

/// The ways to write an identifier.
#[derive(Debug, Clone, Copy)]
pub(super) enum IdFormat {
    /// The value is the identifier.
    Plain,
    /// `uid_adresse` of BAL 1.3: the part that follows `@a:` (or `@a`) when it holds the three identifiers of the BAN, the
    /// whole otherwise.
    Uid,
}

impl IdFormat {
    fn extract(self, text: &str) -> &str {
        match self {
            Self::Plain => text,
            Self::Uid => text
                .split_whitespace()
                .find_map(|part| part.strip_prefix("@a"))
                .map_or(text, |part| part.trim_start_matches(':')),
        }
    }
}

/// The reasons for which a row is no address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RejectedRow {
    Malformed(String),
    /// A place without numbers and without position, which BAL allows.
    Unplaced,
}

/// Counts of what is worth a remark in a file.
#[derive(Debug, Default)]
pub(super) struct RowNotes {
    unknown_positions: BTreeMap<String, u64>,
    unknown_certifications: u64,
    unknown_parcels: u64,
    decimal_commas: u64,
}

impl AddressColumns {
    /// Returns the number of columns of a row.
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// Returns the address in a row.
    pub(super) fn address(
        &self,
        row: &StringRecord,
        notes: &mut RowNotes,
    ) -> Result<Address, RejectedRow> {
        let (number, suffix) = self.number(row)?;
        let street = self.required(row, self.street)?;
        let city = self.required(row, self.city)?;
        let citycode = self.commune(row)?;
        let postcode = self.postcode(row)?;
        // The position comes after all other values: a row without one must be valid otherwise to
        // count as unplaced.
        let Some(point) = self.point(row, citycode, notes)? else {
            return Err(if number.is_none() {
                RejectedRow::Unplaced
            } else {
                self.no_position()
            });
        };
        let position = match number {
            Some(_) => notes.kind(optional(row, self.position)),
            // A place without number is located as a whole, even if its producer says otherwise.
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
            parcels: notes.parcels(optional(row, self.parcels)),
        })
    }

    fn id<'a>(&self, row: &'a StringRecord) -> &'a str {
        self.ids
            .iter()
            .find(|id| !row.get(id.column).is_empty())
            .map_or("", |id| id.format.extract(row.get(id.column)))
    }

    /// Returns the number, `None` for a place without, and the suffix.
    fn number(&self, row: &StringRecord) -> Result<(Option<u32>, String), RejectedRow> {
        let text = self.required(row, self.number)?;
        // `12bis` is a number and its suffix where a format has one column for both.
        let end = text.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = text.split_at(end);
        if !self.has_joined_suffix && !rest.is_empty() {
            return Err(self.fault(self.number, text, "is not a whole number"));
        }
        let suffix = if self.has_joined_suffix {
            rest.trim_start()
        } else {
            optional(row, self.suffix)
        };
        match digits.parse::<u32>() {
            Ok(NO_NUMBER) => Ok((None, suffix.to_lowercase())),
            // Greater numbers are codes of other registers: no street has a hundred thousand
            // numbers.
            Ok(number) if number < NO_NUMBER => Ok((Some(number), suffix.to_lowercase())),
            Err(_) if digits.is_empty() => {
                Err(self.fault(self.number, text, "does not begin with a number"))
            }
            _ => Err(self.fault(self.number, text, "is larger than 99998")),
        }
    }

    /// Returns the commune; of Paris, Lyon and Marseille the arrondissement, which some BALs have in the key only.
    fn commune(&self, row: &StringRecord) -> Result<CommuneCode, RejectedRow> {
        let key = self.key.map_or("", |column| row.get(column));
        let in_key = key.get(..5).and_then(commune_code);
        match self.commune.map(|column| (column, row.get(column))) {
            Some((column, text)) if !text.is_empty() => {
                let code = commune_code(text)
                    .ok_or_else(|| self.fault(column, text, &not_a_commune(text)))?;
                Ok(in_key
                    // The key is only believed where it is more exact than the column, not where it
                    // contradicts it.
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

    fn postcode<'a>(&self, row: &'a StringRecord) -> Result<&'a str, RejectedRow> {
        let Some(column) = self.postcode else {
            return Ok("");
        };
        let text = row.get(column);
        // An empty postcode is allowed: the index fills in that of the commune.
        let right =
            text.is_empty() || (text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()));
        if right {
            Ok(text)
        } else {
            Err(self.fault(column, text, "is not a postcode of five digits"))
        }
    }

    /// Returns the position, `None` when none is published: longitude and latitude, or else x and y.
    fn point(
        &self,
        row: &StringRecord,
        commune: CommuneCode,
        notes: &mut RowNotes,
    ) -> Result<Option<Wgs84Point>, RejectedRow> {
        if let Some((lon, lat)) = self.lon_lat.filter(|pair| is_filled(row, *pair)) {
            let (lon, lat) = (
                self.decimal(row, lon, notes)?,
                self.decimal(row, lat, notes)?,
            );
            return self
                .located(lon, lat, commune)
                .map(Some)
                .map_err(|fault| self.at(self.lon_lat, row, &fault));
        }
        if let Some((x, y)) = self.x_y.filter(|pair| is_filled(row, *pair)) {
            let (x, y) = (self.decimal(row, x, notes)?, self.decimal(row, y, notes)?);
            return self
                .unprojected(x, y, commune)
                .map(Some)
                .map_err(|fault| self.at(self.x_y, row, &fault));
        }
        // One coordinate without the other is a fault, not a place without position.
        let pairs = [self.lon_lat, self.x_y].into_iter().flatten();
        let mut half = pairs
            .flat_map(|(a, b)| [(a, b), (b, a)])
            .filter(|(_, other)| !row.get(*other).is_empty());
        half.next()
            .map_or(Ok(None), |(empty, _)| Err(self.empty(empty)))
    }

    /// Returns the point, checked against the commune unless the places are fictional.
    fn located(&self, lon: f64, lat: f64, commune: CommuneCode) -> Result<Wgs84Point, String> {
        if self.fictional {
            Wgs84Point::new(lon, lat).map_err(|fault| fault.to_string())
        } else {
            located(lon, lat, commune)
        }
    }

    /// Returns the point of coordinates in the legal projection of the commune's territory. French Polynesia has four zones,
    /// and only the legal one is tried: in the others the point falls outside the territory.
    fn unprojected(&self, x: f64, y: f64, commune: CommuneCode) -> Result<Wgs84Point, String> {
        let legal = territory(commune)
            .ok_or_else(|| unknown_territory(commune))?
            .legal_crs();
        // Producers write zeros where they know no position.
        if x == 0.0 && y == 0.0 {
            return Err("zero stands for no position".to_owned());
        }
        MetricPoint::new(legal, x, y)
            .map_err(|error| error.to_string())
            .and_then(|metric| {
                crs::unproject(metric).map_err(|_| "the position is nowhere".to_owned())
            })
            .and_then(|point| self.located(point.lon_deg(), point.lat_deg(), commune))
            .map_err(|fault| format!("read in {legal} ({}), {fault}", legal.name()))
    }

    fn decimal(
        &self,
        row: &StringRecord,
        column: usize,
        notes: &mut RowNotes,
    ) -> Result<f64, RejectedRow> {
        let text = row.get(column);
        let mut value: Option<f64> = text.parse().ok();
        if value.is_none() {
            // French spreadsheets write decimal commas.
            value = text.replacen(',', ".", 1).parse().ok();
            notes.decimal_commas += u64::from(value.is_some());
        }
        value
            .filter(|value| value.is_finite())
            .ok_or_else(|| self.fault(column, text, "is not a number"))
    }

    fn required<'a>(&self, row: &'a StringRecord, column: usize) -> Result<&'a str, RejectedRow> {
        let text = row.get(column);
        if text.is_empty() {
            Err(self.empty(column))
        } else {
            Ok(text)
        }
    }

    fn empty(&self, column: usize) -> RejectedRow {
        RejectedRow::Malformed(format!("`{}` is empty", self.names[column]))
    }

    fn fault(&self, column: usize, text: &str, fault: &str) -> RejectedRow {
        RejectedRow::Malformed(format!(
            "`{}`: `{}` {fault}",
            self.names[column],
            shown(text)
        ))
    }

    /// Returns the fault of two coordinates.
    fn at(&self, pair: Option<(usize, usize)>, row: &StringRecord, fault: &str) -> RejectedRow {
        let both = pair.map_or(String::new(), |(a, b)| {
            format!("{}, {}", self.named_value(a, row), self.named_value(b, row))
        });
        RejectedRow::Malformed(format!("{both}: {fault}"))
    }

    fn named_value(&self, column: usize, row: &StringRecord) -> String {
        format!("`{}` {}", self.names[column], shown(row.get(column)))
    }

    fn no_position(&self) -> RejectedRow {
        let pairs = [self.lon_lat, self.x_y].into_iter().flatten();
        let names: Vec<_> = pairs
            .flat_map(|(a, b)| [a, b])
            .map(|column| format!("`{}`", self.names[column]))
            .collect();
        RejectedRow::Malformed(format!(
            "it has no position: {} are empty",
            names.join(", ")
        ))
    }
}

fn optional(row: &StringRecord, column: Option<usize>) -> &str {
    column.map_or("", |column| row.get(column))
}

fn is_filled(row: &StringRecord, pair: (usize, usize)) -> bool {
    !row.get(pair.0).is_empty() && !row.get(pair.1).is_empty()
}

/// Says that a text is no code of a commune, and that a spreadsheet may be the reason.
pub(crate) fn not_a_commune(text: &str) -> String {
    let lost_zero = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let hint = if lost_zero {
        "; a spreadsheet may have taken its first zero"
    } else {
        ""
    };
    format!("is not the INSEE code of a commune{hint}")
}

/// Returns a value shortened for a message.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN_LETTERS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// Parses a code in either case: keys are published in lower case (`2a004_0010_00001`).
pub(crate) fn commune_code(text: &str) -> Option<CommuneCode> {
    text.parse()
        .or_else(|_| text.to_ascii_uppercase().parse())
        .ok()
}

/// Returns the territory of a commune; `None` for the overseas departments and collectivities that the project does not know.
pub(crate) fn territory(commune: CommuneCode) -> Option<Territory> {
    let department = commune.department();
    let territory = Territory::from_department(department);
    (territory != Territory::Metropole || department.len() == 2).then_some(territory)
}

fn unknown_territory(commune: CommuneCode) -> String {
    format!("commune {commune} is in none of the territories known here")
}

/// Returns the point if it lies in the territory of its commune.
///
/// # Errors
/// The fault, as a part of a sentence.
pub fn located(lon: f64, lat: f64, commune: CommuneCode) -> Result<Wgs84Point, String> {
    let expected = territory(commune).ok_or_else(|| unknown_territory(commune))?;
    match in_territory(lon, lat) {
        Some((point, territory)) if agrees(expected, territory) => Ok(point),
        // Zeros lie in no territory, and are the commonest fault: they get a sentence of their own.
        _ if lon == 0.0 && lat == 0.0 => Err("zero stands for no position".to_owned()),
        // Swapping is reported only if it would put the point in its territory: then it is certain.
        _ if in_territory(lat, lon).is_some_and(|(_, territory)| agrees(expected, territory)) => {
            Err("longitude and latitude are swapped".to_owned())
        }
        Some((_, territory)) => Err(format!(
            "the position is in {}, commune {commune} in {}",
            territory.name(),
            expected.name()
        )),
        // Metres in columns of degrees: the usual effect of a wrong export.
        None if lon.abs() > 180.0 || lat.abs() > 90.0 => {
            Err("out of range (±180 and ±90 degrees); these may be x and y".to_owned())
        }
        None => Err("the position is outside every territory known here".to_owned()),
    }
}

/// Returns the point of a longitude and a latitude, and the territory it lies in.
fn in_territory(lon: f64, lat: f64) -> Option<(Wgs84Point, Territory)> {
    let point = Wgs84Point::new(lon, lat).ok()?;
    Some((point, TerritoryExtents::embedded().containing(point)?))
}

/// Returns true if a position may be in a territory that is not the commune's: Saint-Martin was a commune of Guadeloupe,
/// 97127, and older files still have that code.
pub(crate) fn agrees(expected: Territory, found: Territory) -> bool {
    expected == found || (expected == Territory::Guadeloupe && found == Territory::SaintMartin)
}

impl RowNotes {
    fn kind(&mut self, text: &str) -> PositionKind {
        known_kind(text)
            .or_else(|| known_kind(&plain(text)))
            .unwrap_or_else(|| {
                let named = shown(text);
                // The names come from the file, and a free-text column could have as many as rows.
                let full = self.unknown_positions.len() >= NAMED_VALUES
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
                let is_yes = is_one_of(text, &["true", "oui"]);
                let is_no = is_one_of(text, &["false", "non"]);
                self.unknown_certifications += u64::from(!is_yes && !is_no);
                is_yes
            }
        }
    }

    /// Returns the parcels of a list; none where one of them cannot be read. The address is worth keeping without them.
    fn parcels(&mut self, text: &str) -> Vec<ParcelId> {
        let mut parcels = Vec::new();
        let unknown_before = self.unknown_parcels;
        for part in text.split('|').filter(|part| !part.trim().is_empty()) {
            match part.parse() {
                Ok(parcel) => parcels.push(parcel),
                Err(ParcelIdError) => self.unknown_parcels += 1,
            }
        }
        // The home may stand on the one that is missing: the others would answer for it.
        if self.unknown_parcels > unknown_before {
            parcels.clear();
        }
        parcels
    }

    /// Returns the remarks, with those on what the reader has counted.
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
        if self.unknown_parcels > 0 {
            remarks.push(format!(
                "{} parcel(s) are no identifier of fourteen characters: all parcels of their addresses are left out",
                self.unknown_parcels
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

fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Returns the kind of place that a position marks, as BAN and BAL write it in lower case.
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

/// Returns a text in lower case, without accents that are written as characters of their own, as macOS writes
/// them.
fn plain(text: &str) -> String {
    text.to_lowercase().replace(['\u{301}', '\u{302}'], "")
}
