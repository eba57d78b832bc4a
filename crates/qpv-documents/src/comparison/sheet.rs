//! A printed sheet for each commune: A4, landscape, in French, tagged for screen readers, in the manner of the annexes of the
//! contracts between towns and the State. Both outlines on a map, figures, a legend.
//!
//! Promises: nothing is left out; what finds no room beside the map goes on to further pages. Told by patterns, so legible
//! in black and white. Refuses background maps: none is at hand offline.

mod plan;

use std::collections::{BTreeMap, VecDeque};

use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::tagging::TagTree;
use krilla::{Document, SerializeSettings};
use qpv_engine::{ChangeClass, PerimeterChange};
use qpv_french::dates::day_in_digits;
use qpv_french::fold::fold_name;
use qpv_french::numbers::{count, hectares};
use qpv_french::{Key, key, sentence};
use qpv_model::{CommuneCode, Perimeter, QpvCode};

use super::notes::Notes;
use super::{ExportError, MAX_SHEETS};
use crate::canvas::{Canvas, GREY, PagePoint, Paragraph, Pen, TextStyle, segment};
use plan::Plan;
use qpv_service::PerimeterFilter;
use qpv_service::messages::comparison::{
    change_class, estimate_key, places_key, undetermined_key, unmatched_key,
};
use qpv_service::messages::perimeter;
use qpv_service::{
    AddressCounts, Changed, Comparison, Estimate, Moved, MovedPlace, MovedWith, Movement,
    Population,
};

/// A4, landscape.
const PAGE: (f32, f32) = (841.89, 595.28);
const MARGIN: f32 = 34.0;
/// Columns of a page without a map; on the first page the map takes the place of all but the last.
const COLUMNS: usize = 3;
/// Between columns.
const GAP: f32 = 16.0;
const COLUMN: f32 = (PAGE.0 - 2.0 * MARGIN - 2.0 * GAP) / 3.0;
/// The map.
const MAP: (f32, f32) = (2.0 * COLUMN + GAP, 412.0);
/// Above the map: title and subtitle.
const HEAD: f32 = 48.0;
const LEGEND_LINE: f32 = 13.0;
const LEGEND_COLUMNS: usize = 5;
/// Sources and what the sheet is not.
const FOOT: f32 = 28.0;

/// A commune: by its code, or where a perimeter of 2015 has none by department and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Town {
    Coded(CommuneCode),
    Named(String, String),
}

/// One commune's part of a comparison.
struct Sheet<'a, 'c> {
    comparison: &'c Comparison<'a>,
    town: Town,
    name: String,
    changes: Vec<NumberedChange<'a, 'c>>,
    untold: Vec<Untold<'a>>,
    /// Without those of the band, which are only counted.
    places: Vec<&'c MovedPlace<'a>>,
    in_band: usize,
    notes: Vec<String>,
}

/// A change on a sheet.
struct NumberedChange<'a, 'c> {
    /// Its number on the map.
    number: usize,
    changed: &'c Changed<'a>,
    moved: &'c MovedWith,
}

impl<'a> NumberedChange<'a, '_> {
    fn perimeters(&self) -> impl Iterator<Item = &'a Perimeter> {
        self.changed.from.iter().chain(&self.changed.to).copied()
    }
}

/// Perimeters whose counterpart is unknown.
#[derive(Clone)]
struct Untold<'a> {
    from: Vec<&'a Perimeter>,
    to: Vec<&'a Perimeter>,
    reason: Key,
}

impl<'a> Untold<'a> {
    fn perimeters(&self) -> impl Iterator<Item = &'a Perimeter> {
        self.from.iter().chain(&self.to).copied()
    }
}

/// Lines that stay together, the first of them a heading.
type Block = Vec<Paragraph>;

pub(super) fn write(
    comparison: &Comparison<'_>,
    moved: &Moved<'_>,
) -> Result<Vec<u8>, ExportError> {
    let sheets = sheets(comparison, moved);
    // Counted before anything is drawn: hundreds of pages would be drawn for nothing.
    match sheets.len() {
        0 => return Err(ExportError::NoCommune),
        many if many > MAX_SHEETS => return Err(ExportError::TooManySheets(many)),
        _ => {}
    }
    let mut document = Document::new_with(SerializeSettings::default());
    let years = years(comparison);
    let title = sentence(key::COMPARE_TITLE, &[("from", years.0), ("to", years.1)]);
    document.set_metadata(
        Metadata::new()
            .title(title)
            .language("fr-FR".into())
            .creator("qpv".into()),
    );
    let mut tags = TagTree::new().with_lang(Some("fr-FR".into()));
    for sheet in &sheets {
        tags = sheet
            .draw(&mut document, tags)
            .ok_or_else(|| ExportError::Failed("no page".to_owned()))?;
    }
    document.set_tag_tree(tags);
    document
        .finish()
        .map_err(|fault| ExportError::Failed(format!("{fault:?}")))
}

fn years<'a>(comparison: &'a Comparison<'_>) -> (&'a str, &'a str) {
    (comparison.from.as_str(), comparison.to.as_str())
}

impl Town {
    /// Returns the communes that a perimeter lies in.
    fn from_perimeter(perimeter: &Perimeter) -> Vec<Self> {
        if perimeter.insee_com.is_empty() {
            let names = perimeter.lib_com.iter();
            return names
                .map(|name| Self::Named(perimeter.insee_dep.clone(), fold_name(name)))
                .collect();
        }
        perimeter
            .insee_com
            .iter()
            .copied()
            .map(Self::Coded)
            .collect()
    }

    /// Returns whether a perimeter lies in it.
    fn has_perimeter(&self, perimeter: &Perimeter) -> bool {
        Self::from_perimeter(perimeter).contains(self)
    }

    /// Returns whether a code is its own, or that of one of its arrondissements.
    fn has_code(&self, code: CommuneCode) -> bool {
        *self == Self::Coded(code.whole_commune())
    }

    /// Returns its code in a title.
    fn code(&self) -> &str {
        match self {
            Self::Coded(code) => code.as_str(),
            Self::Named(department, _) => department,
        }
    }
}

/// A sheet for each commune of the area; in order of code.
fn sheets<'a, 'c>(comparison: &'c Comparison<'a>, moved: &'c Moved<'a>) -> Vec<Sheet<'a, 'c>> {
    let untold = untold(comparison);
    let towns = towns(comparison);
    towns
        .into_iter()
        .map(|(town, name)| Sheet::new(comparison, moved, &untold, town, name))
        .collect()
}

/// The communes asked for that have a perimeter, or may have one, with their names.
fn towns(comparison: &Comparison<'_>) -> BTreeMap<Town, String> {
    let mut perimeters = comparison.asked();
    // In 2015 perimeters name arrondissements, and communes that have merged since: the names of 2024 come first.
    perimeters.sort_by_key(|perimeter| std::cmp::Reverse(perimeter.vintage));
    let mut towns: BTreeMap<Town, String> = BTreeMap::new();
    for perimeter in perimeters {
        let found = Town::from_perimeter(perimeter);
        // Of a perimeter of 2015 not every name has a code.
        let told = found.len() == perimeter.lib_com.len();
        for (at, town) in found.into_iter().enumerate() {
            let name = perimeter
                .lib_com
                .get(at)
                .filter(|_| told)
                .cloned()
                .unwrap_or_default();
            let known = towns.entry(town).or_default();
            if known.is_empty() {
                *known = name;
            }
        }
    }
    towns.retain(|town, _| match town {
        Town::Coded(code) => comparison.asks_for(*code),
        // A name without a code cannot be compared with the codes asked for.
        Town::Named(..) => true,
    });
    towns
}

/// Every group without a class, and every perimeter that may be of the area.
fn untold<'a>(comparison: &Comparison<'a>) -> Vec<Untold<'a>> {
    let groups = comparison.undetermined.iter();
    let groups = groups.map(|it| Untold {
        from: it.from.clone(),
        to: it.to.clone(),
        reason: undetermined_key(it.reason),
    });
    let unmatched = comparison.unmatched.iter().map(|&perimeter| {
        let (one, none) = (vec![perimeter], Vec::new());
        let (from, to) = if perimeter.vintage == comparison.from {
            (one, none)
        } else {
            (none, one)
        };
        Untold {
            from,
            to,
            reason: unmatched_key(comparison.unmatched_reason()),
        }
    });
    groups.chain(unmatched).collect()
}

/// Counts the perimeters of a commune, in either vintage, that the sheet does not show: the area
/// holds only a part of it.
fn left_out(comparison: &Comparison<'_>, town: &Town, told: &[QpvCode]) -> usize {
    // Without a code its perimeters cannot be looked up.
    let Town::Coded(code) = *town else { return 0 };
    let all = qpv_service::list_perimeters(
        comparison.snapshot(),
        &PerimeterFilter {
            commune: Some(code),
            ..PerimeterFilter::default()
        },
    );
    all.into_iter()
        .filter(|perimeter| !told.contains(&perimeter.code_qp))
        .count()
}

/// The changes of a commune, numbered from 1.
fn numbered_changes<'a, 'c>(
    comparison: &'c Comparison<'a>,
    moved: &'c Moved<'a>,
    town: &Town,
) -> Vec<NumberedChange<'a, 'c>> {
    let changes = comparison.changes.iter().zip(&moved.with);
    changes
        .filter(|(changed, _)| {
            let mut perimeters = changed.from.iter().chain(&changed.to);
            perimeters.any(|perimeter| town.has_perimeter(perimeter))
        })
        .zip(1..)
        .map(|((changed, moved), number)| NumberedChange {
            number,
            changed,
            moved,
        })
        .collect()
}

impl<'a, 'c> Sheet<'a, 'c> {
    fn new(
        comparison: &'c Comparison<'a>,
        moved: &'c Moved<'a>,
        untold: &[Untold<'a>],
        town: Town,
        name: String,
    ) -> Self {
        let changes = numbered_changes(comparison, moved, &town);
        let untold: Vec<_> = untold
            .iter()
            .filter(|it| it.perimeters().any(|it| town.has_perimeter(it)))
            .cloned()
            .collect();
        let codes: Vec<_> = changes
            .iter()
            .flat_map(NumberedChange::perimeters)
            .chain(untold.iter().flat_map(Untold::perimeters))
            .map(|perimeter| perimeter.code_qp)
            .collect();
        let (in_band, places): (Vec<_>, Vec<_>) = moved
            .places
            .iter()
            .filter(|place| place.codes(comparison).any(|code| codes.contains(&code)))
            // Places of the band are many and in no perimeter: their number is enough.
            .partition(|place| place.movement == Movement::Band);
        let notes = Notes {
            undetermined: untold.len(),
            unplaced: moved
                .unplaced
                .iter()
                // A place without a commune may be in this one.
                .filter(|it| it.place.citycode.is_none_or(|code| town.has_code(code)))
                .count(),
            beyond: changes
                .iter()
                .filter(|change| !change.perimeters().all(|it| town.has_perimeter(it)))
                .count(),
            left_out: left_out(comparison, &town, &codes),
            ..Notes::from_changes(
                comparison,
                changes.iter().map(|change| (change.changed, change.moved)),
            )
        };
        let (in_band, notes) = (in_band.len(), notes.message_fr());
        Self {
            comparison,
            town,
            name,
            changes,
            untold,
            places,
            in_band,
            notes,
        }
    }

    /// Draws its pages; their tags follow those given.
    fn draw(&self, document: &mut Document, tags: TagTree) -> Option<TagTree> {
        let mut page = document.start_page_with(PageSettings::from_wh(PAGE.0, PAGE.1)?);
        let mut canvas = Canvas::following(page.surface(), tags);
        self.draw_head(&mut canvas);
        let top = MARGIN + HEAD;
        let plan = Plan::new(self, MAP);
        let description = sentence(key::COMPARE_SHEET_MAP, &[("name", &self.name)]);
        canvas.figure(&description, |canvas| {
            plan.draw(canvas, PagePoint::new(MARGIN, top));
        });
        self.draw_legend(&mut canvas, &plan, top + MAP.1 + 7.0);
        self.draw_foot(&mut canvas);
        let mut left = draw_blocks(&mut canvas, self.blocks().into(), MARGIN + MAP.0 + GAP, top);
        let mut tags = canvas.finish();
        page.finish();
        while !left.is_empty() {
            let mut page = document.start_page_with(PageSettings::from_wh(PAGE.0, PAGE.1)?);
            let mut canvas = Canvas::following(page.surface(), tags);
            self.draw_head(&mut canvas);
            self.draw_foot(&mut canvas);
            for index in 0..COLUMNS {
                left = draw_blocks(
                    &mut canvas,
                    left,
                    MARGIN + index as f32 * (COLUMN + GAP),
                    top,
                );
            }
            tags = canvas.finish();
            page.finish();
        }
        Some(tags)
    }

    fn draw_head(&self, canvas: &mut Canvas<'_>) {
        let width = PAGE.0 - 2.0 * MARGIN;
        let (from, to) = years(self.comparison);
        let values = [
            ("name", self.name.as_str()),
            ("code", self.town.code()),
            ("from", from),
            ("to", to),
        ];
        let title = Paragraph::new(
            &sentence(key::COMPARE_SHEET_TITLE, &values),
            TextStyle::bold(16.0),
            width,
            1,
        );
        let below = canvas.heading(1, &title, MARGIN, MARGIN - 10.0);
        let subtitle = sentence(key::COMPARE_SHEET_SUBTITLE, &values);
        // The warning takes the place of the subtitle, on every page.
        let subtitle = if self.comparison.snapshot().fictional() {
            Paragraph::new(
                &sentence(key::COMPARE_NOTE_FICTIONAL, &[]),
                TextStyle::bold(9.0),
                width,
                1,
            )
        } else {
            Paragraph::new(&subtitle, TextStyle::regular(9.0), width, 1).colored(GREY)
        };
        canvas.paragraph(&subtitle, MARGIN, below);
    }

    fn draw_foot(&self, canvas: &mut Canvas<'_>) {
        let top = PAGE.1 - MARGIN - FOOT + 14.0;
        canvas.decoration(|canvas| {
            canvas.line(
                &segment(
                    PagePoint::new(MARGIN, top - 3.0),
                    PagePoint::new(PAGE.0 - MARGIN, top - 3.0),
                ),
                Pen {
                    width: 0.6,
                    ..Pen::new(GREY)
                },
            );
        });
        let sources = self.comparison.snapshot().credits().join(" ; ");
        // Twelve digits identify a dataset, and leave room for the sources.
        let digest: String = self
            .comparison
            .snapshot()
            .digest()
            .chars()
            .take(12)
            .collect();
        let values = [
            ("sources", sources.as_str()),
            ("digest", &digest),
            ("day", &day_in_digits(qpv_service::today())),
        ];
        let foot = sentence(key::COMPARE_SHEET_FOOT, &values);
        let foot =
            Paragraph::new(&foot, TextStyle::regular(6.4), PAGE.0 - 2.0 * MARGIN, 3).colored(GREY);
        canvas.paragraph(&foot, MARGIN, top);
    }

    fn draw_legend(&self, canvas: &mut Canvas<'_>, plan: &Plan, y: f32) {
        let (from, to) = years(self.comparison);
        let each = MAP.0 / LEGEND_COLUMNS as f32;
        for (index, sign) in plan.signs().enumerate() {
            let (column, line) = (index % LEGEND_COLUMNS, index / LEGEND_COLUMNS);
            let (x, y) = (MARGIN + each * column as f32, y + LEGEND_LINE * line as f32);
            canvas.decoration(|canvas| sign.draw_sample(canvas, PagePoint::new(x, y)));
            let text = sentence(sign.legend(), &[("from", from), ("to", to)]);
            canvas.paragraph(
                &Paragraph::new(&text, TextStyle::regular(7.4), each - 24.0, 1),
                x + 20.0,
                y - 1.0,
            );
        }
    }

    /// The perimeters compared from, changed or without a class.
    fn perimeters_from(&self) -> impl Iterator<Item = &'a Perimeter> {
        let changed = self.changes.iter().flat_map(|it| &it.changed.from);
        let untold = self.untold.iter().flat_map(|it| &it.from);
        changed.chain(untold).copied()
    }

    /// The perimeters compared to, changed or without a class.
    fn perimeters_to(&self) -> impl Iterator<Item = &'a Perimeter> {
        let changed = self.changes.iter().flat_map(|it| &it.changed.to);
        let untold = self.untold.iter().flat_map(|it| &it.to);
        changed.chain(untold).copied()
    }

    /// All that is said beside the map: totals, each change, what stays undetermined, places,
    /// notes.
    fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !self.changes.is_empty() {
            blocks.push(self.totals());
        }
        blocks.extend(self.changes.iter().map(|change| self.change_block(change)));
        blocks.extend(self.untold.iter().map(|untold| self.untold_block(untold)));
        let movements = Movement::ALL.into_iter();
        blocks.extend(movements.filter_map(|movement| self.places_block(movement)));
        if self.in_band > 0 {
            let said = sentence(
                key::COMPARE_SHEET_BAND,
                &[("count", &self.in_band.to_string())],
            );
            blocks.push(block(&sentence(key::COMPARE_PLACES_BAND, &[]), &[said]));
        }
        blocks.push(self.notes_block());
        blocks
    }

    /// A change under its number, name and class.
    fn change_block(&self, change: &NumberedChange<'_, '_>) -> Block {
        let NumberedChange {
            number,
            changed,
            moved,
        } = change;
        let name = name(&changed.from, &changed.to);
        let class = change_class(changed.change.class);
        let said = figures(changed, moved, years(self.comparison));
        block(&format!("{number}. {name} : {class}"), &said)
    }

    /// Perimeters without a class: the side that is known, and the reason.
    fn untold_block(&self, untold: &Untold<'_>) -> Block {
        let class = sentence(key::COMPARE_CLASS_UNDETERMINED, &[]);
        // Nothing is known of a side that has none, not even that it has none.
        let known = [&untold.from, &untold.to].map(|side| !side.is_empty());
        let mut said: Vec<String> = sides(&untold.from, &untold.to, years(self.comparison))
            .into_iter()
            .zip(known)
            .filter_map(|(line, known)| known.then_some(line))
            .collect();
        said.push(sentence(untold.reason, &[]));
        let name = name(&untold.from, &untold.to);
        block(&format!("{name} : {class}"), &said)
    }

    /// The places of a movement, if there are any.
    fn places_block(&self, movement: Movement) -> Option<Block> {
        let names: Vec<String> = self
            .places
            .iter()
            .filter(|place| place.movement == movement)
            .map(|place| place_name(place))
            .collect();
        (!names.is_empty()).then(|| block(&sentence(places_key(movement), &[]), &names))
    }

    /// The notes, under their heading.
    fn notes_block(&self) -> Block {
        let style = TextStyle::regular(7.0);
        let notes = self
            .notes
            .iter()
            .map(|note| Paragraph::new(note, style, COLUMN, 12).colored(GREY));
        std::iter::once(heading(&sentence(key::COMPARE_NOTES, &[])))
            .chain(notes)
            .collect()
    }

    fn totals(&self) -> Block {
        let (from, to) = years(self.comparison);
        let values = [
            ("from", from),
            ("to", to),
            ("from_ha", &self.sum_ha(|change| change.from_ha)),
            ("to_ha", &self.sum_ha(|change| change.to_ha)),
            ("gained_ha", &self.sum_ha(|change| change.gained_ha)),
            ("lost_ha", &self.sum_ha(|change| change.lost_ha)),
        ];
        block(
            &sentence(key::COMPARE_SHEET_TOGETHER, &[]),
            &[sentence(key::COMPARE_SHEET_TOTALS, &values)],
        )
    }

    /// An area of all changes together, in French.
    fn sum_ha(&self, area_ha: impl Fn(&PerimeterChange) -> f64) -> String {
        let areas = self.changes.iter().map(|it| area_ha(&it.changed.change));
        hectares(areas.sum())
    }
}

/// The name of a group of perimeters: that of the first compared to, else of the first compared from.
fn name<'p>(from: &[&'p Perimeter], to: &[&'p Perimeter]) -> &'p str {
    to.first()
        .or(from.first())
        .map_or("", |perimeter| perimeter.lib_qp.as_str())
}

fn heading(text: &str) -> Paragraph {
    Paragraph::new(text, TextStyle::bold(9.0), COLUMN, 4)
}

fn block(title: &str, lines: &[String]) -> Block {
    let lines = lines
        .iter()
        .map(|text| Paragraph::new(text, TextStyle::regular(8.0), COLUMN, 40));
    std::iter::once(heading(title)).chain(lines).collect()
}

/// The name of a place, with a mark when a line is too near to it.
fn place_name(place: &MovedPlace<'_>) -> String {
    let name = &place.place.name;
    if place.is_sure() {
        name.clone()
    } else {
        sentence(key::COMPARE_SHEET_UNSURE_PLACE, &[("name", name)])
    }
}

/// Draws blocks one below the other as long as there is room; gives those that are left. One that is higher than a column
/// goes on in the next, under its heading.
fn draw_blocks(
    canvas: &mut Canvas<'_>,
    mut blocks: VecDeque<Block>,
    x: f32,
    top: f32,
) -> VecDeque<Block> {
    let bottom = PAGE.1 - MARGIN - FOOT;
    let mut y = top;
    while let Some(block) = blocks.pop_front() {
        let height: f32 = block.iter().map(Paragraph::height).sum();
        if y + height <= bottom {
            y = draw_block(canvas, &block, x, y);
            continue;
        }
        let (mut below, mut fitting) = (y, 0);
        while fitting < block.len() && below + block[fitting].height() <= bottom {
            below += block[fitting].height();
            fitting += 1;
        }
        // Moved on whole when it fits a column, or when only its heading would stay behind.
        if top + height <= bottom || fitting < 2 {
            blocks.push_front(block);
        } else {
            draw_block(canvas, &block[..fitting], x, y);
            blocks.push_front(
                block[..1]
                    .iter()
                    .chain(&block[fitting..])
                    .cloned()
                    .collect(),
            );
        }
        break;
    }
    blocks
}

/// Draws a block; gives where the next one begins.
fn draw_block(canvas: &mut Canvas<'_>, block: &[Paragraph], x: f32, mut y: f32) -> f32 {
    for (index, line) in block.iter().enumerate() {
        y = if index == 0 {
            canvas.heading(2, line, x, y)
        } else {
            canvas.paragraph(line, x, y)
        };
    }
    y + 5.0
}

/// The perimeters of either vintage.
fn sides(from: &[&Perimeter], to: &[&Perimeter], years: (&str, &str)) -> Vec<String> {
    vec![side(years.0, from), side(years.1, to)]
}

/// The perimeters of one vintage, after its year.
fn side(year: &str, perimeters: &[&Perimeter]) -> String {
    let said = if perimeters.is_empty() {
        sentence(key::COMPARE_SHEET_NOTHING, &[])
    } else {
        let names: Vec<String> = perimeters.iter().map(|it| perimeter(it)).collect();
        names.join(", ")
    };
    format!("{year} : {said}")
}

/// Returns the lines on a change, in French.
fn figures(
    Changed { change, from, to }: &Changed<'_>,
    moved: &MovedWith,
    years: (&str, &str),
) -> Vec<String> {
    let mut lines = sides(from, to, years);
    let is_alone = matches!(change.class, ChangeClass::New | ChangeClass::Gone);
    // A perimeter alone shares no ground, and its area is on the lines above.
    if !is_alone {
        let [shared, gained, lost] =
            [change.shared_ha, change.gained_ha, change.lost_ha].map(hectares);
        let values = [
            ("shared", shared.as_str()),
            ("gained", &gained),
            ("lost", &lost),
        ];
        lines.push(sentence(key::COMPARE_SHEET_GROUND, &values));
    }
    // A line left out would read as no address.
    lines.push(moved.addresses.map_or_else(
        || sentence(key::COMPARE_SHEET_ADDRESSES_UNKNOWN, &[]),
        addresses,
    ));
    lines.push(if moved.from.is_none() && moved.to.is_none() {
        sentence(key::COMPARE_SHEET_INHABITANTS_UNKNOWN, &[])
    } else {
        let (before, after) = (inhabitants(moved.from, from), inhabitants(moved.to, to));
        let values = [
            ("from", years.0),
            ("to", years.1),
            ("before", &before),
            ("after", &after),
        ];
        sentence(key::COMPARE_SHEET_INHABITANTS, &values)
    });
    // All of one that is new or gone is published; nobody moved with lines that were only drawn anew.
    if !is_alone && !matches!(change.class, ChangeClass::Identical | ChangeClass::Adjusted) {
        let estimates = [
            (key::COMPARE_SHEET_ESTIMATE_GAINED, moved.gained),
            (key::COMPARE_SHEET_ESTIMATE_LOST, moved.lost),
        ];
        lines.extend(
            estimates
                .into_iter()
                .filter_map(|(key, estimate)| Some(estimated(key, estimate?))),
        );
    }
    if change.agrees_with_letter == Some(false) {
        lines.push(sentence(key::COMPARE_SHEET_DISAGREES, &[]));
    }
    lines
}

fn addresses(counts: AddressCounts) -> String {
    let AddressCounts {
        kept,
        gained,
        lost,
        from_other,
        to_other,
        gained_unsure,
        lost_unsure,
    } = counts;
    let mut said = counted(
        key::COMPARE_SHEET_ADDRESSES_MOVED,
        &[("kept", kept), ("gained", gained), ("lost", lost)],
    );
    for (key, value) in [
        (
            key::COMPARE_SHEET_ADDRESSES_UNSURE,
            gained_unsure + lost_unsure,
        ),
        (key::COMPARE_SHEET_ADDRESSES_OTHER, from_other + to_other),
    ] {
        // Sentences about none of them would only lengthen the sheet.
        if value > 0 {
            said = format!("{said} {}", counted(key, &[("count", value)]));
        }
    }
    said
}

/// A sentence whose values are counts.
fn counted(key: Key, counts: &[(&str, u64)]) -> String {
    let texts: Vec<(&str, String)> = counts
        .iter()
        .map(|(name, value)| (*name, count(*value)))
        .collect();
    let values: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    sentence(key, &values)
}

/// The inhabitants published of the perimeters of a side.
fn inhabitants(population: Option<Population>, perimeters: &[&Perimeter]) -> String {
    match population {
        // A side without perimeters has nothing to count, which is not unknown.
        _ if perimeters.is_empty() => sentence(key::COMPARE_SHEET_NOTHING, &[]),
        Some(Population {
            inhabitants,
            year: Some(year),
        }) => format!("{} ({year})", count(inhabitants)),
        Some(Population {
            inhabitants,
            year: None,
        }) => count(inhabitants),
        None => sentence(key::COMPARE_UNKNOWN, &[]),
    }
}

fn estimated(key: Key, Estimate { inhabitants, by }: Estimate) -> String {
    let by = sentence(estimate_key(by), &[]);
    sentence(key, &[("count", &count(inhabitants)), ("by", &by)])
}
