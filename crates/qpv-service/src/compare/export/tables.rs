//! What is told of changes, places and addresses, as rows: the same in every format.

use std::collections::BTreeSet;

use qpv_geodata::geopackage::ColumnKind;
use qpv_model::{CommuneCode, Letter, Perimeter};

use super::super::{
    AddressCounts, Changed, Comparison, Estimate, Moved, MovedAddress, MovedPlace, MovedWith,
    Population,
};
use super::ExportError;
use crate::batch::harmless;
use crate::{Standing, centimetres};

/// A table: columns by the names of the API, and rows.
pub(super) struct Table {
    pub(super) columns: &'static [(&'static str, ColumnKind)],
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
    Year(i16),
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
        value
            .filter(|text| !text.is_empty())
            .map_or(Self::Empty, Self::Text)
    }
}

/// Columns of [`changes`].
pub(super) const CHANGES: [(&str, ColumnKind); 32] = [
    ("class", ColumnKind::Text),
    ("from_code_qp", ColumnKind::Text),
    ("from_lib_qp", ColumnKind::Text),
    ("from_area_ha", ColumnKind::Real),
    ("to_code_qp", ColumnKind::Text),
    ("to_lib_qp", ColumnKind::Text),
    ("to_area_ha", ColumnKind::Real),
    ("insee_com", ColumnKind::Text),
    ("lib_com", ColumnKind::Text),
    ("shared_ha", ColumnKind::Real),
    ("gained_ha", ColumnKind::Real),
    ("lost_ha", ColumnKind::Real),
    ("overlap", ColumnKind::Real),
    ("moved_m", ColumnKind::Real),
    ("official_letter", ColumnKind::Text),
    ("agrees_with_letter", ColumnKind::Flag),
    ("addresses_kept", ColumnKind::Whole),
    ("addresses_gained", ColumnKind::Whole),
    ("addresses_gained_unsure", ColumnKind::Whole),
    ("addresses_lost", ColumnKind::Whole),
    ("addresses_lost_unsure", ColumnKind::Whole),
    ("addresses_from_other", ColumnKind::Whole),
    ("addresses_to_other", ColumnKind::Whole),
    ("inhabitants_from", ColumnKind::Whole),
    ("inhabitants_from_year", ColumnKind::Whole),
    ("inhabitants_to", ColumnKind::Whole),
    ("inhabitants_to_year", ColumnKind::Whole),
    ("inhabitants_gained_estimate", ColumnKind::Whole),
    ("inhabitants_gained_estimate_by", ColumnKind::Text),
    ("inhabitants_lost_estimate", ColumnKind::Whole),
    ("inhabitants_lost_estimate_by", ColumnKind::Text),
    ("undetermined_because", ColumnKind::Text),
];

/// A row for each change, then for each group that cannot be told, then for each perimeter that may be of the area.
pub(super) fn changes(comparison: &Comparison<'_>, moved: &Moved<'_>) -> Table {
    let changes = comparison
        .changes
        .iter()
        .zip(&moved.with)
        .map(|(changed, moved)| change(changed, moved));
    let untold = |from: &[&Perimeter], to: &[&Perimeter], reason: &'static str| {
        let mut row = vec![Cell::Name("compare.class", "undetermined")];
        row.extend(sides(from, to, [sum(from), sum(to)]));
        row.resize(CHANGES.len() - 1, Cell::Empty);
        row.push(Cell::Name("compare.undetermined", reason));
        row
    };
    let undetermined = comparison
        .undetermined
        .iter()
        .map(|it| untold(&it.from, &it.to, it.reason.as_str()));
    let reason = comparison.unmatched_reason().as_str();
    let unmatched = comparison.unmatched.iter().map(|&perimeter| {
        let (of_from, none): (&[&Perimeter], &[&Perimeter]) = (&[perimeter], &[]);
        let compared_from = perimeter.code_qp.vintage() == comparison.from;
        if compared_from {
            untold(of_from, none, reason)
        } else {
            untold(none, of_from, reason)
        }
    });
    Table {
        columns: &CHANGES,
        rows: changes.chain(undetermined).chain(unmatched).collect(),
    }
}

fn change(Changed { change, from, to }: &Changed<'_>, moved: &MovedWith) -> Vec<Cell> {
    let mut row = vec![Cell::Name("compare.class", change.class.as_str())];
    row.extend(sides(from, to, [Some(change.from_ha), Some(change.to_ha)]));
    row.extend([change.shared_ha, change.gained_ha, change.lost_ha].map(hectares));
    row.extend([
        Cell::Real((change.overlap * 1e4).round() / 1e4),
        change.moved_m.map_or(Cell::Empty, |metres| {
            Cell::Real((metres * 10.0).round() / 10.0)
        }),
        change.letter.map_or_else(
            || letters(to, from),
            |letter| Cell::Text(letter.as_str().to_owned()),
        ),
        change.agrees_with_letter.map_or(Cell::Empty, Cell::Flag),
    ]);
    let MovedWith {
        addresses,
        from,
        to,
        gained,
        lost,
    } = moved;
    row.extend(match addresses {
        Some(counts) => {
            let AddressCounts {
                kept,
                gained,
                lost,
                from_other,
                to_other,
                gained_unsure,
                lost_unsure,
            } = *counts;
            [
                kept,
                gained,
                gained_unsure,
                lost,
                lost_unsure,
                from_other,
                to_other,
            ]
            .map(Cell::Whole)
        }
        None => [const { Cell::Empty }; 7],
    });
    for population in [from, to] {
        row.push(
            population
                .map(|Population { inhabitants, .. }| inhabitants)
                .into(),
        );
        row.push(
            population
                .and_then(|population| population.year)
                .map_or(Cell::Empty, Cell::Year),
        );
    }
    for estimate in [gained, lost] {
        row.push(
            estimate
                .map(|Estimate { inhabitants, .. }| inhabitants)
                .into(),
        );
        row.push(estimate.map_or(Cell::Empty, |it| {
            Cell::Name("compare.estimate", it.by.as_str())
        }));
    }
    row.push(Cell::Empty);
    row
}

/// Codes, names and areas of both sides, and their communes.
fn sides(from: &[&Perimeter], to: &[&Perimeter], [from_ha, to_ha]: [Option<f64>; 2]) -> Vec<Cell> {
    let side = |perimeters: &[&Perimeter], area_ha: Option<f64>| {
        let texts = |text: fn(&Perimeter) -> String| {
            let all: Vec<String> = perimeters.iter().map(|perimeter| text(perimeter)).collect();
            Cell::from(Some(all.join("; ")))
        };
        let area = area_ha
            .filter(|_| !perimeters.is_empty())
            .map_or(Cell::Empty, hectares);
        [
            texts(|perimeter| perimeter.code_qp.to_string()),
            texts(|perimeter| perimeter.lib_qp.clone()),
            area,
        ]
    };
    // Of a perimeter of 2015 not every name has a code: codes and names are listed apart, each once.
    let (mut codes, mut names): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for perimeter in to.iter().chain(from) {
        codes.extend(perimeter.insee_com.iter().map(CommuneCode::as_str));
        names.extend(perimeter.lib_com.iter().map(String::as_str));
    }
    for texts in [&mut codes, &mut names] {
        let mut seen = BTreeSet::new();
        texts.retain(|text| seen.insert(*text));
    }
    let communes = [codes.join("; "), names.join("; ")].map(|text| Cell::from(Some(text)));
    side(from, from_ha)
        .into_iter()
        .chain(side(to, to_ha))
        .chain(communes)
        .collect()
}

fn letters(to: &[&Perimeter], from: &[&Perimeter]) -> Cell {
    let letters = to
        .iter()
        .chain(from)
        .filter_map(|perimeter| perimeter.code_qp.letter());
    Some(letters.map(Letter::as_str).collect::<Vec<_>>().join("; ")).into()
}

/// `None` when that of one of them is not known.
fn sum(perimeters: &[&Perimeter]) -> Option<f64> {
    perimeters
        .iter()
        .map(|perimeter| perimeter.known_area_ha())
        .sum()
}

/// To the square metre.
pub(super) fn hectares(value_ha: f64) -> Cell {
    Cell::Real((value_ha * 1e4).round() / 1e4 + 0.0)
}

/// Columns of [`places`].
pub(super) const PLACES: [(&str, ColumnKind); 17] = [
    ("kind", ColumnKind::Text),
    ("id", ColumnKind::Text),
    ("name", ColumnKind::Text),
    ("citycode", ColumnKind::Text),
    ("city", ColumnKind::Text),
    ("movement", ColumnKind::Text),
    ("sure", ColumnKind::Flag),
    ("from_zone", ColumnKind::Text),
    ("from_code_qp", ColumnKind::Text),
    ("from_distance_m", ColumnKind::Real),
    ("to_zone", ColumnKind::Text),
    ("to_code_qp", ColumnKind::Text),
    ("to_distance_m", ColumnKind::Real),
    ("lon", ColumnKind::Real),
    ("lat", ColumnKind::Real),
    ("position", ColumnKind::Text),
    ("address", ColumnKind::Text),
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
    Table {
        columns: &PLACES,
        rows: placed.chain(unplaced).collect(),
    }
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
    row.extend([
        Cell::Name("compare.movement", moved.movement.as_str()),
        Cell::Flag(moved.is_sure()),
    ]);
    let standing = |standing: &Option<Standing>| {
        let Some(standing) = standing else {
            return [const { Cell::Empty }; 3];
        };
        let codes = standing.located.members.iter();
        let codes = codes.map(|&at| {
            comparison
                .snapshot
                .perimeter(standing.vintage, at)
                .code_qp
                .to_string()
        });
        [
            Cell::Name("compare.zone", standing.verdict.zone.name()),
            Some(codes.collect::<Vec<_>>().join("; ")).into(),
            standing
                .located
                .signed_distance_m
                .map_or(Cell::Empty, |metres| Cell::Real(centimetres(metres))),
        ]
    };
    row.extend(standing(&moved.from));
    row.extend(standing(&moved.to));
    let point = moved.position.point;
    let position = if moved.position.is_by_address() {
        "address"
    } else {
        "published"
    };
    row.extend([
        Cell::Degrees(point.lon_deg()),
        Cell::Degrees(point.lat_deg()),
        Cell::Name("compare.position", position),
        moved.place.address.clone().into(),
    ]);
    row
}

/// Columns of [`addresses`].
pub(super) const ADDRESSES: [(&str, ColumnKind); 8] = [
    ("side", ColumnKind::Text),
    ("code_qp", ColumnKind::Text),
    ("label", ColumnKind::Text),
    ("citycode", ColumnKind::Text),
    ("lon", ColumnKind::Real),
    ("lat", ColumnKind::Real),
    ("sure", ColumnKind::Flag),
    ("id", ColumnKind::Text),
];

/// A row for each address gained or lost, by change; one of side `unknown` for each change whose addresses are not known.
pub(super) fn addresses(comparison: &Comparison<'_>) -> Result<Table, ExportError> {
    let listed = comparison.changes.iter().zip(comparison.addresses()?);
    let rows = listed.flat_map(|(changed, listed)| match listed {
        Some(listed) => listed.iter().map(address).collect(),
        None => vec![unknown(changed)],
    });
    Ok(Table {
        columns: &ADDRESSES,
        rows: rows.collect(),
    })
}

/// The same where other tables go with it: what is too long to be listed is told in its place.
pub(super) fn addresses_or_number(comparison: &Comparison<'_>) -> Result<Table, ExportError> {
    addresses(comparison).or_else(|error| match error {
        ExportError::TooManyAddresses(_) => {
            let mut row = vec![
                Cell::Name("compare.side", "not_listed"),
                Cell::Empty,
                Cell::Text(error.message_fr()),
            ];
            row.resize(ADDRESSES.len(), Cell::Empty);
            Ok(Table {
                columns: &ADDRESSES,
                rows: vec![row],
            })
        }
        other => Err(other),
    })
}

fn address(moved: &MovedAddress) -> Vec<Cell> {
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
}

fn unknown(Changed { from, to, .. }: &Changed<'_>) -> Vec<Cell> {
    let codes: Vec<&str> = to
        .iter()
        .chain(from)
        .map(|perimeter| perimeter.code_qp.as_str())
        .collect();
    let mut row = vec![
        Cell::Name("compare.side", "unknown"),
        Cell::Text(codes.join("; ")),
    ];
    row.resize(ADDRESSES.len(), Cell::Empty);
    row
}

/// The table as text. The last column tells the dataset, for a file of text has no other place to tell it.
pub(super) fn csv(table: &Table, comparison: &Comparison<'_>) -> Result<Vec<u8>, ExportError> {
    let failed = |fault: &dyn std::fmt::Display| ExportError::Failed(fault.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = table
        .columns
        .iter()
        .map(|(name, _)| *name)
        .chain(["dataset"]);
    writer.write_record(names).map_err(|fault| failed(&fault))?;
    let fictional = if comparison.snapshot.fictional() {
        "fictional-"
    } else {
        ""
    };
    let dataset = format!("{fictional}{}", comparison.snapshot.digest());
    for row in &table.rows {
        let cells = row.iter().map(text).chain([dataset.clone()]);
        writer.write_record(cells).map_err(|fault| failed(&fault))?;
    }
    writer.into_inner().map_err(|fault| failed(&fault))
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => harmless::text(text).into_owned(),
        Cell::Name(_, name) => (*name).to_owned(),
        Cell::Whole(whole) => whole.to_string(),
        Cell::Year(year) => year.to_string(),
        Cell::Real(real) | Cell::Degrees(real) => real.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Empty => String::new(),
    }
}
