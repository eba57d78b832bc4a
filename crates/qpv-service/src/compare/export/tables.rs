//! What is told of changes, places and addresses, as rows: the same in every format.

use qpv_model::{CommuneCode, Letter, Perimeter};

use super::super::{Changed, Comparison, Estimate, Moved, MovedPlace, MovedWith, Population};
use super::ExportError;
use crate::batch::harmless;
use crate::{Standing, centimetres};

/// A table: columns by the names of the API, and rows.
pub(super) struct Table {
    pub(super) columns: &'static [&'static str],
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Text, of the data or of the API.
    Text(String),
    /// A name of the API that has a French one: the key of its sentence begins with this.
    Name(&'static str, &'static str),
    Whole(u64),
    /// Rounded already.
    Real(f64),
    /// A longitude or a latitude.
    Degrees(f64),
    Flag(bool),
    /// Not known, or not there.
    Empty,
}

impl From<Option<u64>> for Cell {
    fn from(value: Option<u64>) -> Self {
        value.map_or(Self::Empty, Self::Whole)
    }
}

impl From<Option<String>> for Cell {
    fn from(value: Option<String>) -> Self {
        value.filter(|text| !text.is_empty()).map_or(Self::Empty, Self::Text)
    }
}

/// Columns of [`changes`].
pub(super) const CHANGES: [&str; 29] = [
    "class",
    "from_code_qp",
    "from_lib_qp",
    "from_area_ha",
    "to_code_qp",
    "to_lib_qp",
    "to_area_ha",
    "insee_com",
    "lib_com",
    "shared_ha",
    "gained_ha",
    "lost_ha",
    "overlap",
    "moved_m",
    "official_letter",
    "agrees_with_letter",
    "addresses_kept",
    "addresses_gained",
    "addresses_gained_unsure",
    "addresses_lost",
    "addresses_lost_unsure",
    "inhabitants_from",
    "inhabitants_from_year",
    "inhabitants_to",
    "inhabitants_to_year",
    "inhabitants_gained_estimate",
    "inhabitants_lost_estimate",
    "inhabitants_estimate_by",
    "undetermined_because",
];

/// A row for each change, then for each group that cannot be told.
pub(super) fn changes(comparison: &Comparison<'_>, moved: &Moved<'_>) -> Table {
    let changes = comparison.changes.iter().zip(&moved.with).map(|(changed, moved)| change(changed, moved));
    let undetermined = comparison.undetermined.iter().map(|group| {
        let mut row = vec![Cell::Name("compare.class", "undetermined")];
        row.extend(sides(&group.from, &group.to, [sum(&group.from), sum(&group.to)]));
        row.resize(CHANGES.len() - 1, Cell::Empty);
        row.push(Cell::Name("compare.undetermined", group.reason.as_str()));
        row
    });
    Table { columns: &CHANGES, rows: changes.chain(undetermined).collect() }
}

fn change(Changed { change, from, to }: &Changed<'_>, moved: &MovedWith) -> Vec<Cell> {
    let mut row = vec![Cell::Name("compare.class", change.class.as_str())];
    row.extend(sides(from, to, [change.from_ha, change.to_ha]));
    row.extend([change.shared_ha, change.gained_ha, change.lost_ha].map(hectares));
    row.extend([
        Cell::Real((change.overlap * 1e4).round() / 1e4),
        change.moved_m.map_or(Cell::Empty, |metres| Cell::Real((metres * 10.0).round() / 10.0)),
        change.letter.map_or_else(|| letters(to, from), |letter| Cell::Text(letter.as_str().to_owned())),
        change.agrees_with_letter.map_or(Cell::Empty, Cell::Flag),
    ]);
    let MovedWith { addresses, from, to, gained, lost } = moved;
    row.extend(match addresses {
        Some(counts) => {
            [counts.kept, counts.gained, counts.gained_unsure, counts.lost, counts.lost_unsure].map(Cell::Whole)
        }
        None => [const { Cell::Empty }; 5],
    });
    for population in [from, to] {
        row.push(population.map(|Population { inhabitants, .. }| inhabitants).into());
        row.push(population.and_then(|population| u64::try_from(population.year?).ok()).into());
    }
    row.extend([gained, lost].map(|estimate| Cell::from(estimate.map(|Estimate { inhabitants, .. }| inhabitants))));
    let by = gained.or(*lost).map(|estimate| estimate.by.as_str());
    row.push(by.map_or(Cell::Empty, |by| Cell::Name("compare.estimate", by)));
    row.push(Cell::Empty);
    row
}

/// Codes, names and areas of both sides, and their communes.
fn sides(from: &[&Perimeter], to: &[&Perimeter], [from_ha, to_ha]: [f64; 2]) -> Vec<Cell> {
    let side = |perimeters: &[&Perimeter], area_ha: f64| {
        let texts = |text: fn(&Perimeter) -> String| {
            let all: Vec<String> = perimeters.iter().map(|perimeter| text(perimeter)).collect();
            Cell::from(Some(all.join("; ")))
        };
        let area = if perimeters.is_empty() { Cell::Empty } else { hectares(area_ha) };
        [texts(|perimeter| perimeter.code_qp.to_string()), texts(|perimeter| perimeter.lib_qp.clone()), area]
    };
    let mut communes: Vec<(Option<&CommuneCode>, &str)> = Vec::new();
    for perimeter in to.iter().chain(from) {
        for (at, name) in perimeter.lib_com.iter().enumerate() {
            let code = perimeter.insee_com.get(at);
            let known = communes.iter().any(|(known, _)| code.is_some() && *known == code);
            if !known && !communes.iter().any(|(_, known)| *known == name) {
                communes.push((code, name));
            }
        }
    }
    let codes: Vec<&str> = communes.iter().filter_map(|(code, _)| code.map(CommuneCode::as_str)).collect();
    let names: Vec<&str> = communes.iter().map(|(_, name)| *name).collect();
    let communes = [codes.join("; "), names.join("; ")].map(|text| Cell::from(Some(text)));
    side(from, from_ha).into_iter().chain(side(to, to_ha)).chain(communes).collect()
}

fn letters(to: &[&Perimeter], from: &[&Perimeter]) -> Cell {
    let letters = to.iter().chain(from).filter_map(|perimeter| perimeter.code_qp.letter());
    Some(letters.map(Letter::as_str).collect::<Vec<_>>().join("; ")).into()
}

fn sum(perimeters: &[&Perimeter]) -> f64 {
    perimeters.iter().map(|perimeter| perimeter.area_ha).sum()
}

/// To the square metre.
pub(super) fn hectares(value_ha: f64) -> Cell {
    Cell::Real((value_ha * 1e4).round() / 1e4 + 0.0)
}

/// Columns of [`places`].
pub(super) const PLACES: [&str; 17] = [
    "kind",
    "id",
    "name",
    "citycode",
    "city",
    "movement",
    "sure",
    "from_zone",
    "from_code_qp",
    "from_distance_m",
    "to_zone",
    "to_code_qp",
    "to_distance_m",
    "lon",
    "lat",
    "position",
    "address",
];

/// A row for each place, then for each whose position is not known.
pub(super) fn places(comparison: &Comparison<'_>, moved: &Moved<'_>) -> Table {
    let placed = moved.places.iter().map(|moved| place(comparison, moved));
    let unplaced = moved.unplaced.iter().map(|unplaced| {
        let place = unplaced.place;
        let mut row = named(unplaced.kind, place);
        row.push(Cell::Name("compare.movement", "unplaced"));
        row.resize(PLACES.len() - 1, Cell::Empty);
        row.push(place.address.clone().into());
        row
    });
    Table { columns: &PLACES, rows: placed.chain(unplaced).collect() }
}

fn named(kind: &str, place: &qpv_model::Place) -> Vec<Cell> {
    vec![
        Cell::Text(kind.to_owned()),
        place.id.clone().into(),
        Cell::Text(place.name.clone()),
        place.citycode.map(|code| code.to_string()).into(),
        place.city.clone().into(),
    ]
}

pub(super) fn place(comparison: &Comparison<'_>, moved: &MovedPlace<'_>) -> Vec<Cell> {
    let mut row = named(moved.kind, moved.place);
    row.extend([Cell::Name("compare.movement", moved.movement.as_str()), Cell::Flag(moved.is_sure())]);
    let standing = |standing: &Option<Standing>| {
        let Some(standing) = standing else { return [const { Cell::Empty }; 3] };
        let codes = standing.located.members.iter();
        let codes = codes.map(|&at| comparison.snapshot.perimeter(standing.vintage, at).code_qp.to_string());
        [
            Cell::Name("compare.zone", standing.verdict.zone.name()),
            Some(codes.collect::<Vec<_>>().join("; ")).into(),
            standing.located.signed_distance_m.map_or(Cell::Empty, |metres| Cell::Real(centimetres(metres))),
        ]
    };
    row.extend(standing(&moved.from));
    row.extend(standing(&moved.to));
    let point = moved.position.point;
    let position = if moved.position.is_by_address() { "address" } else { "published" };
    row.extend([
        Cell::Degrees(point.lon_deg()),
        Cell::Degrees(point.lat_deg()),
        Cell::Name("compare.position", position),
        moved.place.address.clone().into(),
    ]);
    row
}

/// Columns of [`addresses`].
pub(super) const ADDRESSES: [&str; 8] = ["side", "code_qp", "label", "citycode", "lon", "lat", "sure", "id"];

/// A row for each address gained or lost, by change. Changes whose addresses are not loaded have none: the table of changes
/// says which.
pub(super) fn addresses(comparison: &Comparison<'_>) -> Table {
    let listed = comparison.changes.iter().filter_map(|changed| comparison.addresses(changed)).flatten();
    let row = |moved: super::super::MovedAddress| {
        let (address, point) = (&moved.address, moved.address.point);
        vec![
            Cell::Name("compare.side", moved.side.as_str()),
            Cell::Text(moved.code_qp.to_string()),
            Cell::Text(address.label()),
            Cell::Text(address.citycode.to_string()),
            Cell::Degrees(point.lon_deg()),
            Cell::Degrees(point.lat_deg()),
            Cell::Flag(moved.sure),
            Some(address.id.clone()).into(),
        ]
    };
    Table { columns: &ADDRESSES, rows: listed.map(row).collect() }
}

/// The table as text.
pub(super) fn csv(table: &Table) -> Result<Vec<u8>, ExportError> {
    let failed = |fault: &dyn std::fmt::Display| ExportError::Failed(fault.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table.columns).map_err(|fault| failed(&fault))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(text)).map_err(|fault| failed(&fault))?;
    }
    writer.into_inner().map_err(|fault| failed(&fault))
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => harmless::text(text).into_owned(),
        Cell::Name(_, name) => (*name).to_owned(),
        Cell::Whole(whole) => whole.to_string(),
        Cell::Real(real) | Cell::Degrees(real) => real.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Empty => String::new(),
    }
}
