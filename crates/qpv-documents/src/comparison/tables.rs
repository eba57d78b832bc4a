//! Changes, places and addresses as rows, the same in every format.

use std::collections::BTreeSet;

use qpv_delimited::{BYTE_ORDER_MARK, formula_injection, push_record};
use qpv_french::{Key, key};
use qpv_model::{CodeLetter, CommuneCode, Perimeter, Vintage};

use super::ExportError;
use crate::geopackage::ColumnKind;
use qpv_service::messages::comparison::{
    class_key, estimate_key, movement_key, side_key, undetermined_key, unmatched_key, zone_key,
};
use qpv_service::{
    AddressCounts, Changed, Comparison, Estimate, FieldSelection, Moved, MovedAddress, MovedPlace,
    MovedWith, Population,
};
use qpv_service::{CodedError, PointAnswer, centimetres};

/// A table: columns by the names of the API, and rows.
pub(super) struct Table {
    pub(super) columns: &'static [Column],
    /// Columns of published figures, behind the others.
    pub(super) figures: Vec<FigureColumn>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A column of figures on the perimeters of one side.
pub(super) struct FigureColumn {
    /// `from_` or `to_`, and the name of the indicator.
    pub(super) name: String,
    /// Its title for French readers.
    pub(super) title: String,
}

impl Table {
    fn new(columns: &'static [Column], rows: Vec<Vec<Cell>>) -> Self {
        Self {
            columns,
            figures: Vec::new(),
            rows,
        }
    }

    /// Adds the figures asked for to the rows of [`changes`]: those of each side, where its vintage has them.
    pub(super) fn with_figures(
        mut self,
        comparison: &Comparison<'_>,
        fields: &FieldSelection,
    ) -> Self {
        for (side, vintage) in [("from", comparison.from), ("to", comparison.to)] {
            let indicators = comparison.snapshot().indicators_of(vintage);
            // Only what the vintage has: an empty column would pass for figures that are secret.
            for key in fields.keys_of(vintage) {
                let label = indicators.iter().find(|it| it.key == *key);
                let label = label.map_or(key.as_str(), |it| &it.label);
                self.figures.push(FigureColumn {
                    name: format!("{side}_{key}"),
                    title: format!("{label} ({vintage})"),
                });
            }
        }
        for (row, [from, to]) in self.rows.iter_mut().zip(perimeters_of_rows(comparison)) {
            row.extend(figure_cells(comparison, fields, comparison.from, &from));
            row.extend(figure_cells(comparison, fields, comparison.to, &to));
        }
        self
    }

    /// The cell of a row in the column of this name.
    pub(super) fn cell<'r>(&self, row: &'r [Cell], name: &str) -> Option<&'r Cell> {
        let at = self.columns.iter().position(|column| column.name == name)?;
        row.get(at)
    }
}

/// A column of a table.
pub(super) struct Column {
    /// Its name in the API.
    pub(super) name: &'static str,
    pub(super) kind: ColumnKind,
    /// Its title for French readers.
    pub(super) title: Key,
}

const fn column(name: &'static str, kind: ColumnKind, title: Key) -> Column {
    Column { name, kind, title }
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Text, of the data or of the API.
    Text(String),
    /// A name of the API, and its sentence for French readers.
    Name(&'static str, Key),
    Whole(u64),
    Year(i16),
    /// Rounded already.
    Real(f64),
    /// A longitude or a latitude.
    Degrees(f64),
    /// As published.
    Figure(f64),
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
pub(super) const CHANGES: [Column; 32] = [
    column("class", ColumnKind::Text, key::COMPARE_COLUMN_CLASS),
    column(
        "from_code_qp",
        ColumnKind::Text,
        key::COMPARE_COLUMN_FROM_CODE_QP,
    ),
    column(
        "from_lib_qp",
        ColumnKind::Text,
        key::COMPARE_COLUMN_FROM_LIB_QP,
    ),
    column(
        "from_area_ha",
        ColumnKind::Real,
        key::COMPARE_COLUMN_FROM_AREA_HA,
    ),
    column(
        "to_code_qp",
        ColumnKind::Text,
        key::COMPARE_COLUMN_TO_CODE_QP,
    ),
    column("to_lib_qp", ColumnKind::Text, key::COMPARE_COLUMN_TO_LIB_QP),
    column(
        "to_area_ha",
        ColumnKind::Real,
        key::COMPARE_COLUMN_TO_AREA_HA,
    ),
    column("insee_com", ColumnKind::Text, key::COMPARE_COLUMN_INSEE_COM),
    column("lib_com", ColumnKind::Text, key::COMPARE_COLUMN_LIB_COM),
    column("shared_ha", ColumnKind::Real, key::COMPARE_COLUMN_SHARED_HA),
    column("gained_ha", ColumnKind::Real, key::COMPARE_COLUMN_GAINED_HA),
    column("lost_ha", ColumnKind::Real, key::COMPARE_COLUMN_LOST_HA),
    column("overlap", ColumnKind::Real, key::COMPARE_COLUMN_OVERLAP),
    column("moved_m", ColumnKind::Real, key::COMPARE_COLUMN_MOVED_M),
    column(
        "official_letter",
        ColumnKind::Text,
        key::COMPARE_COLUMN_OFFICIAL_LETTER,
    ),
    column(
        "agrees_with_letter",
        ColumnKind::Flag,
        key::COMPARE_COLUMN_AGREES_WITH_LETTER,
    ),
    column(
        "addresses_kept",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_ADDRESSES_KEPT,
    ),
    column(
        "addresses_gained",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_ADDRESSES_GAINED,
    ),
    column(
        "addresses_gained_unsure",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_ADDRESSES_GAINED_UNSURE,
    ),
    column(
        "addresses_lost",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_ADDRESSES_LOST,
    ),
    column(
        "addresses_lost_unsure",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_ADDRESSES_LOST_UNSURE,
    ),
    column(
        "addresses_from_other",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_ADDRESSES_FROM_OTHER,
    ),
    column(
        "addresses_to_other",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_ADDRESSES_TO_OTHER,
    ),
    column(
        "inhabitants_from",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_INHABITANTS_FROM,
    ),
    column(
        "inhabitants_from_year",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_INHABITANTS_FROM_YEAR,
    ),
    column(
        "inhabitants_to",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_INHABITANTS_TO,
    ),
    column(
        "inhabitants_to_year",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_INHABITANTS_TO_YEAR,
    ),
    column(
        "inhabitants_gained_estimate",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_INHABITANTS_GAINED_ESTIMATE,
    ),
    column(
        "inhabitants_gained_estimate_by",
        ColumnKind::Text,
        key::COMPARE_COLUMN_INHABITANTS_GAINED_ESTIMATE_BY,
    ),
    column(
        "inhabitants_lost_estimate",
        ColumnKind::Whole,
        key::COMPARE_COLUMN_INHABITANTS_LOST_ESTIMATE,
    ),
    column(
        "inhabitants_lost_estimate_by",
        ColumnKind::Text,
        key::COMPARE_COLUMN_INHABITANTS_LOST_ESTIMATE_BY,
    ),
    column(
        "undetermined_because",
        ColumnKind::Text,
        key::COMPARE_COLUMN_UNDETERMINED_BECAUSE,
    ),
];

/// A row for each change, then for each undetermined group, then for each perimeter that may be of
/// the area.
pub(super) fn changes(comparison: &Comparison<'_>, moved: &Moved<'_>) -> Table {
    let changes = comparison
        .changes
        .iter()
        .zip(&moved.with)
        .map(|(changed, moved)| change(changed, moved));
    let groups = comparison.undetermined.iter().map(|group| {
        let reason = Cell::Name(group.reason.as_str(), undetermined_key(group.reason));
        undetermined(&group.from, &group.to, reason)
    });
    let reason = comparison.unmatched_reason();
    let unmatched = comparison.unmatched.iter().map(|&perimeter| {
        let reason = Cell::Name(reason.as_str(), unmatched_key(reason));
        if perimeter.vintage == comparison.from {
            undetermined(&[perimeter], &[], reason)
        } else {
            undetermined(&[], &[perimeter], reason)
        }
    });
    Table::new(&CHANGES, changes.chain(groups).chain(unmatched).collect())
}

/// The perimeters of both sides of each row of [`changes`].
fn perimeters_of_rows<'c>(
    comparison: &'c Comparison<'_>,
) -> impl Iterator<Item = [Vec<&'c Perimeter>; 2]> {
    let changes = comparison.changes.iter().map(|it| [&it.from, &it.to]);
    let groups = comparison.undetermined.iter().map(|it| [&it.from, &it.to]);
    let sides = changes.chain(groups).map(|sides| sides.map(Clone::clone));
    let unmatched = comparison.unmatched.iter().map(|&perimeter| {
        if perimeter.vintage == comparison.from {
            [vec![perimeter], vec![]]
        } else {
            [vec![], vec![perimeter]]
        }
    });
    sides.chain(unmatched)
}

/// The figures of a side, a cell for each that its vintage has: a number of one perimeter; of several, all in one text in the
/// order of their codes, for the figures of shares have no sum.
fn figure_cells(
    comparison: &Comparison<'_>,
    fields: &FieldSelection,
    vintage: Vintage,
    perimeters: &[&Perimeter],
) -> Vec<Cell> {
    let snapshot = comparison.snapshot();
    let keys = fields.keys_of(vintage).iter();
    keys.map(|key| {
        let values = perimeters
            .iter()
            .map(|perimeter| fields.figures(snapshot, perimeter).value(key));
        let values: Vec<Option<f64>> = values.collect();
        match values.as_slice() {
            [only] => only.map_or(Cell::Empty, Cell::Figure),
            // Nothing known is an empty cell, as for one.
            all if all.iter().all(Option::is_none) => Cell::Empty,
            all => Cell::Text(
                all.iter()
                    .copied()
                    .map(known_or_not)
                    .collect::<Vec<_>>()
                    .join("; "),
            ),
        }
    })
    .collect()
}

/// A figure among others in one cell: what is not published keeps its place.
fn known_or_not(value: Option<f64>) -> String {
    value.map_or_else(|| "?".to_owned(), |value| value.to_string())
}

/// The row of perimeters without a class.
fn undetermined(from: &[&Perimeter], to: &[&Perimeter], reason: Cell) -> Vec<Cell> {
    let mut row = vec![Cell::Name("undetermined", key::COMPARE_CLASS_UNDETERMINED)];
    row.extend(sides(
        &Side::from_perimeters(from),
        &Side::from_perimeters(to),
    ));
    // Nothing is measured of a group without a class.
    row.resize(CHANGES.len() - 1, Cell::Empty);
    row.push(reason);
    row
}

fn change(Changed { change, from, to }: &Changed<'_>, moved: &MovedWith) -> Vec<Cell> {
    let mut row = vec![Cell::Name(change.class.as_str(), class_key(change.class))];
    row.extend(sides(
        &Side {
            perimeters: from,
            area_ha: Some(change.from_ha),
        },
        &Side {
            perimeters: to,
            area_ha: Some(change.to_ha),
        },
    ));
    row.extend([change.shared_ha, change.gained_ha, change.lost_ha].map(hectares));
    row.extend([
        Cell::Real((change.overlap * 1e4).round() / 1e4),
        // As everywhere: rounded twice, 8.65 m would be written as 8.6 here and as 8.7 in a sentence.
        change
            .moved_m
            .map_or(Cell::Empty, |metres| Cell::Real(centimetres(metres))),
        // A group with several letters has none of its own: those of its perimeters are listed.
        change.letter.map_or_else(
            || letters(to, from),
            |letter| Cell::Text(letter.as_str().to_owned()),
        ),
        change.agrees_with_letter.map_or(Cell::Empty, Cell::Flag),
    ]);
    row.extend(moved_with(moved));
    // The last column is the reason of rows without a class.
    row.push(Cell::Empty);
    row
}

/// Addresses, inhabitants and estimates of a change.
fn moved_with(moved: &MovedWith) -> Vec<Cell> {
    let mut row = Vec::from(address_counts(moved.addresses));
    for population in [moved.from, moved.to] {
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
    for estimate in [moved.gained, moved.lost] {
        row.push(
            estimate
                .map(|Estimate { inhabitants, .. }| inhabitants)
                .into(),
        );
        row.push(estimate.map_or(Cell::Empty, |it| {
            Cell::Name(it.by.as_str(), estimate_key(it.by))
        }));
    }
    row
}

/// Numbers of addresses, in the order of the columns.
fn address_counts(counts: Option<AddressCounts>) -> [Cell; 7] {
    let Some(AddressCounts {
        kept,
        gained,
        lost,
        from_other,
        to_other,
        gained_unsure,
        lost_unsure,
    }) = counts
    else {
        return [const { Cell::Empty }; 7];
    };
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

/// The perimeters of one vintage in a change.
struct Side<'a> {
    perimeters: &'a [&'a Perimeter],
    /// The area of all together, if it is known.
    area_ha: Option<f64>,
}

impl<'a> Side<'a> {
    /// A side whose area is not measured: the sum of those published, if all are.
    fn from_perimeters(perimeters: &'a [&'a Perimeter]) -> Self {
        Self {
            perimeters,
            area_ha: perimeters
                .iter()
                .map(|perimeter| perimeter.known_area_ha())
                .sum(),
        }
    }

    /// Codes, names and area.
    fn cells(&self) -> [Cell; 3] {
        let area = self
            .area_ha
            // A side without perimeters has no area, which is not 0 ha.
            .filter(|_| !self.perimeters.is_empty())
            .map_or(Cell::Empty, hectares);
        [
            self.joined(|perimeter| perimeter.code_qp.as_str()),
            self.joined(|perimeter| perimeter.lib_qp.as_str()),
            area,
        ]
    }

    /// A text of each perimeter, in one cell.
    fn joined(&self, text: impl Fn(&'a Perimeter) -> &'a str) -> Cell {
        let texts = self.perimeters.iter().map(|perimeter| text(perimeter));
        Cell::from(Some(texts.collect::<Vec<_>>().join("; ")))
    }
}

/// Codes, names and areas of both sides, and their communes.
fn sides(from: &Side<'_>, to: &Side<'_>) -> Vec<Cell> {
    // Of a perimeter of 2015 not every name has a code: codes and names are listed apart, each once.
    let (mut codes, mut names): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for perimeter in to.perimeters.iter().chain(from.perimeters) {
        codes.extend(perimeter.insee_com.iter().map(CommuneCode::as_str));
        names.extend(perimeter.lib_com.iter().map(String::as_str));
    }
    for texts in [&mut codes, &mut names] {
        let mut seen = BTreeSet::new();
        texts.retain(|text| seen.insert(*text));
    }
    let communes = [codes.join("; "), names.join("; ")].map(|text| Cell::from(Some(text)));
    from.cells()
        .into_iter()
        .chain(to.cells())
        .chain(communes)
        .collect()
}

fn letters(to: &[&Perimeter], from: &[&Perimeter]) -> Cell {
    let letters = to
        .iter()
        .chain(from)
        .filter_map(|perimeter| perimeter.code_qp.letter());
    Some(
        letters
            .map(CodeLetter::as_str)
            .collect::<Vec<_>>()
            .join("; "),
    )
    .into()
}

/// To the square metre.
pub(super) fn hectares(value_ha: f64) -> Cell {
    // Adding zero turns -0.0 into 0.0: its sign would be printed.
    Cell::Real((value_ha * 1e4).round() / 1e4 + 0.0)
}

/// Columns of [`places`].
pub(super) const PLACES: [Column; 17] = [
    column("kind", ColumnKind::Text, key::COMPARE_COLUMN_KIND),
    column("id", ColumnKind::Text, key::COMPARE_COLUMN_ID),
    column("name", ColumnKind::Text, key::COMPARE_COLUMN_NAME),
    column("citycode", ColumnKind::Text, key::COMPARE_COLUMN_CITYCODE),
    column("city", ColumnKind::Text, key::COMPARE_COLUMN_CITY),
    column("movement", ColumnKind::Text, key::COMPARE_COLUMN_MOVEMENT),
    column("sure", ColumnKind::Flag, key::COMPARE_COLUMN_SURE),
    column("from_zone", ColumnKind::Text, key::COMPARE_COLUMN_FROM_ZONE),
    column(
        "from_code_qp",
        ColumnKind::Text,
        key::COMPARE_COLUMN_FROM_CODE_QP,
    ),
    column(
        "from_distance_m",
        ColumnKind::Real,
        key::COMPARE_COLUMN_FROM_DISTANCE_M,
    ),
    column("to_zone", ColumnKind::Text, key::COMPARE_COLUMN_TO_ZONE),
    column(
        "to_code_qp",
        ColumnKind::Text,
        key::COMPARE_COLUMN_TO_CODE_QP,
    ),
    column(
        "to_distance_m",
        ColumnKind::Real,
        key::COMPARE_COLUMN_TO_DISTANCE_M,
    ),
    column("lon", ColumnKind::Real, key::COMPARE_COLUMN_LON),
    column("lat", ColumnKind::Real, key::COMPARE_COLUMN_LAT),
    column("position", ColumnKind::Text, key::COMPARE_COLUMN_POSITION),
    column("address", ColumnKind::Text, key::COMPARE_COLUMN_ADDRESS),
];

/// A row for each place, then for each whose position is not known.
pub(super) fn places(comparison: &Comparison<'_>, moved: &Moved<'_>) -> Table {
    let placed = moved.places.iter().map(|moved| place(comparison, moved));
    let unplaced = moved.unplaced.iter().map(|unplaced| {
        let place = unplaced.place;
        let mut row = named(unplaced.kind, place);
        row.push(Cell::Name("unplaced", key::COMPARE_MOVEMENT_UNPLACED));
        row.resize(PLACES.len() - 1, Cell::Empty);
        row.push(place.address.clone().into());
        row
    });
    Table::new(&PLACES, placed.chain(unplaced).collect())
}

fn named(kind: &str, place: &qpv_model::ListedPlace) -> Vec<Cell> {
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
        Cell::Name(moved.movement.as_str(), movement_key(moved.movement)),
        Cell::Flag(moved.is_sure()),
    ]);
    row.extend(standing(comparison, moved.from.as_ref()));
    row.extend(standing(comparison, moved.to.as_ref()));
    let point = moved.position.point;
    let position = if moved.position.is_by_address() {
        Cell::Name("address", key::COMPARE_POSITION_ADDRESS)
    } else {
        Cell::Name("published", key::COMPARE_POSITION_PUBLISHED)
    };
    row.extend([
        Cell::Degrees(point.lon_deg()),
        Cell::Degrees(point.lat_deg()),
        position,
        moved.place.address.clone().into(),
    ]);
    row
}

/// Zone, codes and distance of a place in one vintage.
fn standing(comparison: &Comparison<'_>, standing: Option<&PointAnswer>) -> [Cell; 3] {
    let Some(standing) = standing else {
        return [const { Cell::Empty }; 3];
    };
    let snapshot = comparison.snapshot();
    let codes: Vec<&str> = standing
        .located
        .members
        .iter()
        .map(|&member| {
            snapshot
                .perimeter(standing.vintage, member)
                .code_qp
                .as_str()
        })
        .collect();
    let zone = standing.verdict.zone;
    [
        Cell::Name(zone.name(), zone_key(zone)),
        Some(codes.join("; ")).into(),
        standing
            .located
            .signed_distance_m
            .map_or(Cell::Empty, |metres| Cell::Real(centimetres(metres))),
    ]
}

/// Columns of [`addresses`].
pub(super) const ADDRESSES: [Column; 8] = [
    column("side", ColumnKind::Text, key::COMPARE_COLUMN_SIDE),
    column("code_qp", ColumnKind::Text, key::COMPARE_COLUMN_CODE_QP),
    column("label", ColumnKind::Text, key::COMPARE_COLUMN_LABEL),
    column("citycode", ColumnKind::Text, key::COMPARE_COLUMN_CITYCODE),
    column("lon", ColumnKind::Real, key::COMPARE_COLUMN_LON),
    column("lat", ColumnKind::Real, key::COMPARE_COLUMN_LAT),
    column("sure", ColumnKind::Flag, key::COMPARE_COLUMN_SURE),
    column("id", ColumnKind::Text, key::COMPARE_COLUMN_ID),
];

/// A row for each address gained or lost, by change; one of side `unknown` for each change whose addresses are not known.
pub(super) fn addresses(comparison: &Comparison<'_>) -> Result<Table, ExportError> {
    let listed = comparison.changes.iter().zip(comparison.addresses()?);
    let rows = listed.flat_map(|(changed, listed)| match listed {
        Some(listed) => listed.iter().map(address).collect(),
        // An empty list would say that no address moved.
        None => vec![unknown(changed)],
    });
    Ok(Table::new(&ADDRESSES, rows.collect()))
}

/// The same where other tables go with it: a row with the number stands for a list that is too
/// long.
pub(super) fn addresses_or_number(comparison: &Comparison<'_>) -> Result<Table, ExportError> {
    addresses(comparison).or_else(|error| match error {
        // The other tables are of use without this one.
        ExportError::TooManyAddresses(_) => {
            let mut row = vec![
                Cell::Name("not_listed", key::COMPARE_SIDE_NOT_LISTED),
                Cell::Empty,
                Cell::Text(error.message_fr()),
            ];
            row.resize(ADDRESSES.len(), Cell::Empty);
            Ok(Table::new(&ADDRESSES, vec![row]))
        }
        other => Err(other),
    })
}

fn address(moved: &MovedAddress) -> Vec<Cell> {
    let (address, point) = (&moved.address, moved.address.point);
    vec![
        Cell::Name(moved.side.as_str(), side_key(moved.side)),
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
        Cell::Name("unknown", key::COMPARE_SIDE_UNKNOWN),
        Cell::Text(codes.join("; ")),
    ];
    row.resize(ADDRESSES.len(), Cell::Empty);
    row
}

/// The delimiter of French spreadsheets, which open a text with commas in one column.
const DELIMITER: u8 = b';';
const LINE_END: &[u8] = b"\r\n";

/// Returns the table as text, as lists are written: UTF-8 with a mark, semicolons. The last column names the dataset: a file
/// of text has no other place for it.
pub(super) fn csv(table: &Table, comparison: &Comparison<'_>) -> Vec<u8> {
    let mut written = BYTE_ORDER_MARK.to_vec();
    let names = table.columns.iter().map(|column| column.name);
    let figures = table.figures.iter().map(|column| column.name.as_str());
    let names = names.chain(figures).chain(["dataset"]);
    push_record(&mut written, names, DELIMITER);
    written.extend_from_slice(LINE_END);
    // In a column that every row has, so that no excerpt loses the warning.
    let fictional = if comparison.snapshot().fictional() {
        "fictional-"
    } else {
        ""
    };
    let dataset = format!("{fictional}{}", comparison.snapshot().digest());
    for row in &table.rows {
        let cells = row.iter().map(text).chain([dataset.clone()]);
        push_record(&mut written, cells, DELIMITER);
        written.extend_from_slice(LINE_END);
    }
    written
}

fn text(cell: &Cell) -> String {
    match cell {
        // Names come from the files of others: a spreadsheet must not run them.
        Cell::Text(text) => formula_injection::neutralised(text).into_owned(),
        Cell::Name(name, _) => (*name).to_owned(),
        Cell::Whole(whole) => whole.to_string(),
        Cell::Year(year) => year.to_string(),
        Cell::Real(real) | Cell::Degrees(real) | Cell::Figure(real) => real.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Empty => String::new(),
    }
}
