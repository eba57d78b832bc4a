//! The pages of a report after the first: a part for each programme, with all its reasons and texts.
//!
//! Promises: nothing is cut or left out, however many pages that takes; every page names the report it belongs to and its
//! number. Refuses to choose what is said.

use krilla::Document;
use krilla::page::PageSettings;
use krilla::tagging::TagTree;
use qpv_french::{key, sentence};
use qpv_service::messages::{ReasonLine, RuleLines};

use super::content::Content;
use super::measures::{GAP, MARGIN, PAD, PAGE, Setting, WIDTH};
use super::programme_box::{BoxShape, named, reason, sources};
use crate::canvas::{BLACK, Canvas, GREY, PagePoint, Paragraph, Pen, TextStyle, segment};

/// Nothing is cut: lines go on on the next page.
const WHOLE: Setting = Setting::new(1.08, usize::MAX);
/// The beginning of the texts of a page, below its head, and their end, above its foot.
const TOP: f32 = MARGIN + 30.0;
const BOTTOM: f32 = PAGE.1 - MARGIN - 22.0;
/// From the left edge of a result to that of its reasons.
const INDENT: f32 = 10.0;
/// Room below a heading without which it goes to the next page: a result and the first lines of its reasons.
const KEPT: f32 = 64.0;

/// A text in its place on a page.
struct PlacedLine {
    paragraph: Paragraph,
    x: f32,
    y: f32,
    /// True for the name of a programme.
    is_heading: bool,
}

/// The texts of pages, from the first down to the last.
#[derive(Default)]
struct PagedLines {
    pages: Vec<Vec<PlacedLine>>,
    /// The end of the last text of the last page.
    y: f32,
}

impl PagedLines {
    /// Sets the programmes whose reasons the first page has no room for, then those that a review changes.
    fn new(programmes: &[RuleLines], reviewed: &[RuleLines], shape: BoxShape) -> Self {
        // Those that the first page shows whole are not repeated.
        let programmes = if shape.leaves_more() { programmes } else { &[] };
        let mut paged = Self {
            pages: vec![Vec::new()],
            y: TOP,
        };
        if programmes.len() > 1 && shape == BoxShape::Next {
            paged.add_results(programmes);
        }
        for programme in programmes.iter().chain(reviewed) {
            paged.add_programme(programme);
        }
        paged
    }

    /// Adds the result of each programme in a line, when the first page has no room for them.
    fn add_results(&mut self, programmes: &[RuleLines]) {
        let title = sentence(key::REPORT_PROGRAMMES, &[]);
        self.heading(whole(&title, TextStyle::bold(11.0), WIDTH));
        for programme in programmes {
            let line = format!("{} : {}", named(programme), programme.result);
            self.add(whole(&line, TextStyle::regular(8.6), WIDTH), 0.0, 0.0);
        }
    }

    fn add_programme(&mut self, programme: &RuleLines) {
        let inner = WIDTH - INDENT;
        self.heading(whole(&named(programme), TextStyle::bold(11.0), WIDTH));
        self.add(
            whole(&programme.result, TextStyle::bold(9.8), WIDTH),
            0.0,
            0.0,
        );
        for line in programme.lines() {
            let above = match line {
                ReasonLine::Title(_) => 2.0,
                ReasonLine::Reason(_) => 0.0,
            };
            let paragraph = reason(line, WHOLE, inner, WHOLE.max_lines);
            self.add(paragraph, INDENT, above);
        }
        if !programme.sources.is_empty() {
            let sources = whole(&sources(programme), TextStyle::regular(7.8), WIDTH);
            self.add(sources.colored(GREY), 0.0, 2.0);
        }
    }

    /// Adds the name of a programme, with room for what follows it.
    fn heading(&mut self, paragraph: Paragraph) {
        if self.y > TOP {
            self.y += GAP;
        }
        if self.y + paragraph.height() + KEPT > BOTTOM {
            self.turn();
        }
        self.place(paragraph, 0.0, true);
    }

    /// Adds a text below the last one, or at the top of the next page.
    fn add(&mut self, mut paragraph: Paragraph, indent: f32, above: f32) {
        self.y += above;
        // A text longer than a page goes on on the next.
        while paragraph.height() > BOTTOM - TOP {
            let (first, rest) = paragraph.split_below(BOTTOM - self.y);
            self.place(first, indent, false);
            self.turn();
            paragraph = rest;
        }
        if self.y + paragraph.height() > BOTTOM {
            self.turn();
        }
        self.place(paragraph, indent, false);
    }

    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    fn place(&mut self, paragraph: Paragraph, indent: f32, is_heading: bool) {
        let (x, y) = (MARGIN + indent, self.y);
        self.y += paragraph.height();
        if let Some(page) = self.pages.last_mut() {
            page.push(PlacedLine {
                paragraph,
                x,
                y,
                is_heading,
            });
        }
    }
}

/// A text of which nothing is cut.
fn whole(text: &str, style: TextStyle, width: f32) -> Paragraph {
    WHOLE.paragraph(text, style, width, WHOLE.max_lines)
}

/// Draws the pages after one with a box of this shape; their tags follow those given. `None` when a page cannot be made.
pub(super) fn draw(
    document: &mut Document,
    mut tags: TagTree,
    content: &Content,
    shape: BoxShape,
    key_id: &str,
) -> Option<TagTree> {
    let paged = PagedLines::new(&content.programmes, &content.reviewed, shape);
    let count = paged.pages.len() + 1;
    for (number, lines) in (2..).zip(&paged.pages) {
        let mut page = document.start_page_with(PageSettings::from_wh(PAGE.0, PAGE.1)?);
        let mut canvas = Canvas::following(page.surface(), tags);
        draw_head(&mut canvas, content, number, count);
        for line in lines {
            if line.is_heading {
                canvas.heading(2, &line.paragraph, line.x, line.y);
            } else {
                canvas.paragraph(&line.paragraph, line.x, line.y);
            }
        }
        draw_foot(&mut canvas, key_id);
        tags = canvas.finish();
        page.finish();
    }
    Some(tags)
}

/// The report that a page belongs to, and its number: sheets of paper come apart.
fn draw_head(canvas: &mut Canvas<'_>, content: &Content, number: usize, count: usize) {
    let [page, pages] = [number, count].map(|number| number.to_string());
    let values = [
        ("title", &*sentence(key::REPORT_TITLE, &[])),
        ("established", &content.established),
        ("page", &page),
        ("pages", &pages),
    ];
    let style = TextStyle::regular(8.6);
    let head = Paragraph::new(&sentence(key::REPORT_PAGE, &values), style, WIDTH, 1);
    let y = canvas.paragraph(&head.colored(GREY), MARGIN, MARGIN - PAD);
    if let Some(about) = &content.about {
        let about = format!("{} : {about}", sentence(key::REPORT_FACT_ABOUT, &[]));
        let about = Paragraph::new(&about, style, WIDTH, 1);
        canvas.paragraph(&about.colored(GREY), MARGIN, y);
    }
    draw_line(canvas, TOP - PAD);
}

fn draw_foot(canvas: &mut Canvas<'_>, key_id: &str) {
    draw_line(canvas, BOTTOM + PAD);
    let texts = [
        sentence(key::REPORT_FOOT_NOT_LEGAL, &[]),
        sentence(key::REPORT_FOOT_KEY, &[("key", key_id)]),
    ];
    let foot = Paragraph::new(&texts.join(" "), TextStyle::regular(8.6), WIDTH, 1);
    canvas.paragraph(&foot.colored(GREY), MARGIN, BOTTOM + 1.5 * PAD);
}

fn draw_line(canvas: &mut Canvas<'_>, y: f32) {
    canvas.decoration(|canvas| {
        let line = segment(
            PagePoint::new(MARGIN, y),
            PagePoint::new(PAGE.0 - MARGIN, y),
        );
        canvas.line(&line, Pen::new(BLACK));
    });
}
