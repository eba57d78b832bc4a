//! A printed sheet for each commune: A4, landscape, in French, tagged for screen readers, in the manner of the annexes of the
//! contracts between towns and the State. Both outlines on a map, figures, a legend.
//!
//! Promises: nothing is left out; what finds no room beside the map goes on to further pages. Told by patterns, so legible
//! in black and white. Refuses background maps: none is at hand offline.

mod plan;

use std::collections::BTreeMap;

use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::tagging::TagTree;
use krilla::{Document, SerializeSettings};
use qpv_engine::ChangeClass;
use qpv_model::{CommuneCode, Perimeter};

use super::super::{Changed, Comparison, Moved, MovedPlace, MovedWith, Movement, Population};
use super::workbook::notes;
use super::{ExportError, MOST_SHEETS};
use crate::report::canvas::{Canvas, GREY, Paragraph, Pen, Weight, segment};
use crate::wording::{count, day, hectares, say};
use plan::Plan;

/// A4, landscape.
const PAGE: (f32, f32) = (841.89, 595.28);
const MARGIN: f32 = 34.0;
/// Between columns.
const GAP: f32 = 16.0;
/// The map.
const MAP: (f32, f32) = (486.0, 414.0);
/// Above the map: title and subtitle.
const HEAD: f32 = 48.0;
const LEGEND_LINE: f32 = 13.0;
const LEGEND_COLUMNS: usize = 5;
/// Sources and what the sheet is not.
const FOOT: f32 = 28.0;
/// Columns of the pages that follow.
const COLUMNS: usize = 3;

/// One commune's part of a comparison.
struct Sheet<'a, 'c> {
    comparison: &'c Comparison<'a>,
    commune: CommuneCode,
    name: String,
    /// With what moved, and the number it has on the map.
    changes: Vec<(usize, &'c Changed<'a>, &'c MovedWith)>,
    places: Vec<&'c MovedPlace<'a>>,
    notes: Vec<String>,
}

/// Lines that stay together.
type Block = Vec<Paragraph>;

pub(super) fn write(comparison: &Comparison<'_>, moved: &Moved<'_>) -> Result<Vec<u8>, ExportError> {
    let sheets = sheets(comparison, moved);
    match sheets.len() {
        0 => return Err(ExportError::NoCommune),
        many if many > MOST_SHEETS => return Err(ExportError::TooManySheets(many)),
        _ => {}
    }
    let failed = |fault: &str| ExportError::Failed(fault.to_owned());
    let mut document = Document::new_with(SerializeSettings::default());
    let years = years(comparison);
    let title = say("compare.title", &[("from", years.0), ("to", years.1)]);
    document.set_metadata(Metadata::new().title(title).language("fr-FR".into()).creator("qpv".into()));
    let mut tags = TagTree::new().with_lang(Some("fr-FR".into()));
    for sheet in &sheets {
        tags = sheet.draw(&mut document, tags).ok_or_else(|| failed("no page"))?;
    }
    document.set_tag_tree(tags);
    document.finish().map_err(|fault| failed(&format!("{fault:?}")))
}

fn years<'a>(comparison: &'a Comparison<'_>) -> (&'a str, &'a str) {
    (comparison.from.as_str(), comparison.to.as_str())
}

/// A sheet for each commune that a change of the area touches and that was asked for, in order of code.
fn sheets<'a, 'c>(comparison: &'c Comparison<'a>, moved: &'c Moved<'a>) -> Vec<Sheet<'a, 'c>> {
    let mut communes: BTreeMap<CommuneCode, String> = BTreeMap::new();
    let perimeters = comparison.changes.iter().flat_map(|changed| changed.from.iter().chain(&changed.to));
    for perimeter in perimeters {
        for (at, code) in perimeter.insee_com.iter().enumerate() {
            let name = perimeter.lib_com.get(at).cloned().unwrap_or_default();
            communes.entry(*code).or_insert(name);
        }
    }
    communes.retain(|code, _| comparison.asks_for(*code));
    let notes = notes(comparison, moved);
    let sheet = |(commune, name): (CommuneCode, String)| {
        let here = |perimeter: &&Perimeter| perimeter.insee_com.contains(&commune);
        let changes = comparison.changes.iter().zip(&moved.with);
        let changes = changes.filter(|(changed, _)| changed.from.iter().chain(&changed.to).any(here));
        let changes: Vec<_> = changes.enumerate().map(|(at, (changed, with))| (at + 1, changed, with)).collect();
        let of_these = |place: &&MovedPlace<'_>| {
            place.codes(comparison).any(|code| {
                let mut perimeters = changes.iter().flat_map(|(_, changed, _)| changed.from.iter().chain(&changed.to));
                perimeters.any(|perimeter| perimeter.code_qp == code)
            })
        };
        let places = moved.places.iter().filter(|place| place.movement != Movement::Band).filter(of_these).collect();
        Sheet { comparison, commune, name, changes, places, notes: notes.clone() }
    };
    communes.into_iter().map(sheet).collect()
}

impl Sheet<'_, '_> {
    /// Draws its pages; their tags follow those given.
    fn draw(&self, document: &mut Document, tags: TagTree) -> Option<TagTree> {
        let column = PAGE.0 - 2.0 * MARGIN - MAP.0 - GAP;
        let later = (PAGE.0 - 2.0 * MARGIN - GAP * (COLUMNS as f32 - 1.0)) / COLUMNS as f32;
        let mut page = document.start_page_with(PageSettings::from_wh(PAGE.0, PAGE.1)?);
        let mut canvas = Canvas::following(page.surface(), tags);
        self.draw_head(&mut canvas);
        let top = MARGIN + HEAD;
        let plan = Plan::of(self.comparison.snapshot, &self.changes, &self.places, MAP);
        let description = say("compare.sheet.map", &[("name", &self.name)]);
        canvas.figure(&description, |canvas| plan.draw(canvas, (MARGIN, top)));
        self.draw_legend(&mut canvas, top + MAP.1 + 7.0);
        self.draw_foot(&mut canvas);
        let left = draw_blocks(&mut canvas, self.blocks(column), MARGIN + MAP.0 + GAP, top);
        let mut tags = canvas.finish();
        page.finish();
        // What is left is cut anew for the columns of further pages.
        let total = self.blocks(later).len();
        let mut rest: Vec<Block> = self.blocks(later).into_iter().skip(total - left.len()).collect();
        while !rest.is_empty() {
            let mut page = document.start_page_with(PageSettings::from_wh(PAGE.0, PAGE.1)?);
            let mut canvas = Canvas::following(page.surface(), tags);
            self.draw_head(&mut canvas);
            self.draw_foot(&mut canvas);
            for index in 0..COLUMNS {
                rest = draw_blocks(&mut canvas, rest, MARGIN + index as f32 * (later + GAP), top);
            }
            tags = canvas.finish();
            page.finish();
        }
        Some(tags)
    }

    fn draw_head(&self, canvas: &mut Canvas<'_>) {
        let width = PAGE.0 - 2.0 * MARGIN;
        let (from, to) = years(self.comparison);
        let values = [("name", self.name.as_str()), ("code", self.commune.as_str()), ("from", from), ("to", to)];
        let title = Paragraph::new(&say("compare.sheet.title", &values), Weight::Bold, 16.0, width, 1);
        let below = canvas.heading(1, &title, MARGIN, MARGIN - 10.0);
        let subtitle = say("compare.sheet.subtitle", &values);
        let subtitle = if self.comparison.snapshot.fictional() {
            Paragraph::new(&say("compare.note.fictional", &[]), Weight::Bold, 9.0, width, 1)
        } else {
            Paragraph::new(&subtitle, Weight::Regular, 9.0, width, 1).colored(GREY)
        };
        canvas.paragraph(&subtitle, MARGIN, below);
    }

    fn draw_foot(&self, canvas: &mut Canvas<'_>) {
        let top = PAGE.1 - MARGIN - FOOT + 14.0;
        canvas.decoration(|canvas| {
            canvas
                .line(&segment((MARGIN, top - 3.0), (PAGE.0 - MARGIN, top - 3.0)), Pen { width: 0.6, ..Pen::of(GREY) });
        });
        let sources = self.comparison.snapshot.sources().join(", ");
        let digest: String = self.comparison.snapshot.digest().chars().take(12).collect();
        let values = [("sources", sources.as_str()), ("digest", &digest), ("day", &day(crate::query::today()))];
        let foot = say("compare.sheet.foot", &values);
        let foot = Paragraph::new(&foot, Weight::Regular, 6.4, PAGE.0 - 2.0 * MARGIN, 3).colored(GREY);
        canvas.paragraph(&foot, MARGIN, top);
    }

    fn draw_legend(&self, canvas: &mut Canvas<'_>, y: f32) {
        let (from, to) = years(self.comparison);
        let each = MAP.0 / LEGEND_COLUMNS as f32;
        for (index, sign) in plan::Sign::ALL.into_iter().enumerate() {
            let (column, line) = (index % LEGEND_COLUMNS, index / LEGEND_COLUMNS);
            let (x, y) = (MARGIN + each * column as f32, y + LEGEND_LINE * line as f32);
            canvas.decoration(|canvas| sign.draw_sample(canvas, (x, y)));
            let text = say(&format!("compare.legend.{}", sign.name()), &[("from", from), ("to", to)]);
            canvas.paragraph(&Paragraph::new(&text, Weight::Regular, 7.4, each - 24.0, 1), x + 20.0, y - 1.0);
        }
    }

    /// All that is said beside the map: totals, each change, places, notes.
    fn blocks(&self, width: f32) -> Vec<Block> {
        let title = |text: &str| Paragraph::new(text, Weight::Bold, 9.0, width, 4);
        let line = |text: &str| Paragraph::new(text, Weight::Regular, 8.0, width, 40);
        let mut blocks = vec![self.totals(&title, &line)];
        blocks.extend(self.changes.iter().map(|(number, changed, with)| {
            let name = changed.to.first().or(changed.from.first()).map_or("", |perimeter| perimeter.lib_qp.as_str());
            let class = say(&format!("compare.class.{}", changed.change.class.as_str()), &[]);
            let mut block = vec![title(&format!("{number}. {name} : {class}"))];
            block.extend(figures(changed, with, years(self.comparison)).iter().map(|text| line(text)));
            block
        }));
        for movement in Movement::ALL {
            let of = self.places.iter().filter(|place| place.movement == movement);
            let names: Vec<String> = of.map(|place| place.place.name.clone()).collect();
            if !names.is_empty() {
                let heading = say(&format!("compare.places.{}", movement.as_str()), &[]);
                blocks.push(std::iter::once(title(&heading)).chain(names.iter().map(|name| line(name))).collect());
            }
        }
        let notes = self.notes.iter().map(|note| Paragraph::new(note, Weight::Regular, 7.0, width, 12).colored(GREY));
        blocks.push(std::iter::once(title(&say("compare.notes", &[]))).chain(notes).collect());
        blocks
    }

    fn totals(&self, title: &dyn Fn(&str) -> Paragraph, line: &dyn Fn(&str) -> Paragraph) -> Block {
        let changes = || self.changes.iter().map(|(_, changed, _)| &changed.change);
        let sum = |of: fn(&qpv_engine::Change) -> f64| hectares(changes().map(of).sum());
        let (from, to) = years(self.comparison);
        let values = [
            ("from", from),
            ("to", to),
            ("from_ha", &sum(|change| change.from_ha)),
            ("to_ha", &sum(|change| change.to_ha)),
            ("gained_ha", &sum(|change| change.gained_ha)),
            ("lost_ha", &sum(|change| change.lost_ha)),
        ];
        vec![title(&say("compare.sheet.together", &[])), line(&say("compare.sheet.totals", &values))]
    }
}

/// Draws blocks one below the other as long as there is room; gives those that are left. One that is higher than a
/// column is drawn alone at its top.
fn draw_blocks(canvas: &mut Canvas<'_>, blocks: Vec<Block>, x: f32, top: f32) -> Vec<Block> {
    let bottom = PAGE.1 - MARGIN - FOOT;
    let mut y = top;
    let mut blocks = blocks.into_iter();
    let mut left = Vec::new();
    for block in blocks.by_ref() {
        let height: f32 = block.iter().map(Paragraph::height).sum();
        if y + height > bottom && y > top {
            left.push(block);
            break;
        }
        for (index, line) in block.iter().enumerate() {
            y = if index == 0 { canvas.heading(2, line, x, y) } else { canvas.paragraph(line, x, y) };
        }
        y += 5.0;
    }
    left.extend(blocks);
    left
}

/// What is said of a change, in French.
fn figures(Changed { change, from, to }: &Changed<'_>, with: &MovedWith, years: (&str, &str)) -> Vec<String> {
    let named = |perimeters: &[&Perimeter]| {
        let one = |perimeter: &&Perimeter| {
            format!("{} {} ({} ha)", perimeter.code_qp, perimeter.lib_qp, hectares(perimeter.area_ha))
        };
        perimeters.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let nothing = || say("compare.sheet.nothing", &[]);
    let side = |year: &str, perimeters: &[&Perimeter]| {
        format!("{year} : {}", if perimeters.is_empty() { nothing() } else { named(perimeters) })
    };
    let mut lines = vec![side(years.0, from), side(years.1, to)];
    let [shared, gained, lost] = [change.shared_ha, change.gained_ha, change.lost_ha].map(hectares);
    if !matches!(change.class, ChangeClass::New | ChangeClass::Gone) {
        let values = [("shared", shared.as_str()), ("gained", &gained), ("lost", &lost)];
        lines.push(say("compare.sheet.ground", &values));
    }
    if let Some(counts) = with.addresses {
        let [kept, gained, lost] = [counts.kept, counts.gained, counts.lost].map(count);
        let values = [("kept", kept.as_str()), ("gained", &gained), ("lost", &lost)];
        lines.push(say("compare.sheet.addresses_moved", &values));
    }
    let population = |population: Population| match population.year {
        Some(year) => format!("{} ({year})", count(population.inhabitants)),
        None => count(population.inhabitants),
    };
    let unknown = || say("compare.unknown", &[]);
    if with.from.is_some() || with.to.is_some() {
        let of = |side: Option<Population>, perimeters: &[&Perimeter]| match side {
            _ if perimeters.is_empty() => nothing(),
            Some(known) => population(known),
            None => unknown(),
        };
        let (before, after) = (of(with.from, from), of(with.to, to));
        let values = [("from", years.0), ("to", years.1), ("before", &before), ("after", &after)];
        lines.push(say("compare.sheet.inhabitants", &values));
    }
    let estimates =
        [("gained", with.gained, gained_beyond(change.class)), ("lost", with.lost, lost_beyond(change.class))];
    for (name, estimate, _) in estimates.into_iter().filter(|(_, _, beyond)| *beyond) {
        if let Some(estimate) = estimate {
            let by = say(&format!("compare.estimate.{}", estimate.by.as_str()), &[]);
            let values = [("count", count(estimate.inhabitants)), ("by", by)];
            lines.push(say(
                &format!("compare.sheet.estimate_{name}"),
                &values.each_ref().map(|(n, v)| (*n, v.as_str())),
            ));
        }
    }
    if change.agrees_with_letter == Some(false) {
        lines.push(say("compare.sheet.disagrees", &[]));
    }
    lines
}

/// Whether what was gained is more than the drawing of the lines.
fn gained_beyond(class: ChangeClass) -> bool {
    !matches!(class, ChangeClass::Identical | ChangeClass::Adjusted | ChangeClass::New | ChangeClass::Gone)
        && class != ChangeClass::Reduced
}

fn lost_beyond(class: ChangeClass) -> bool {
    !matches!(class, ChangeClass::Identical | ChangeClass::Adjusted | ChangeClass::New | ChangeClass::Gone)
        && class != ChangeClass::Extended
}
