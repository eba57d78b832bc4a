//! The first page: one A4 sheet in French, tagged for screen readers. The reasons of several programmes, or of one with many,
//! are on the pages after it (`programme_pages.rs`).
//!
//! Owns the layout. Promises: everything else fits one page, in smaller letters if it must, and what is cut even so ends with
//! an ellipsis; the zone is given by words and by a sign, never by colour alone. Refuses to choose
//! what is said.

use data_encoding::BASE64URL_NOPAD;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};
use qpv_engine::Zone;
use qpv_french::{Key, key, sentence};
use qrcode::{EcLevel, QrCode};

use super::content::Content;
use super::measures::{GAP, MARGIN, PAD, PAGE, Setting, WIDTH, heights};
use super::programme_box::{BoxShape, ProgrammeBox};
use super::programme_pages;
use super::verify::STATEMENT_MARK;
use crate::canvas::{
    BLACK, Canvas, GREY, PagePoint, Paragraph, Pen, TextStyle, WHITE, circle, rectangle, rings,
    segment,
};
use crate::plan::{Frame, Map, draw_building_sample, draw_sample, draw_target};

/// The map's side, and that of the QR code with its white border.
const MAP: f32 = 264.0;
const CODE: f32 = 138.0;
/// Modules of white around the code, as its standard asks.
const QUIET: usize = 4;
/// Labels of facts.
const LABEL: f32 = 72.0;
/// Settings tried, from the one wanted down.
const TRIED: [Setting; 7] = [
    Setting::new(1.0, 6),
    Setting::new(0.94, 6),
    Setting::new(0.88, 5),
    Setting::new(0.82, 4),
    Setting::new(0.76, 3),
    Setting::new(0.7, 2),
    SMALLEST,
];
/// The setting that always fits.
const SMALLEST: Setting = Setting::new(0.7, 1);

/// The number of settings that keep letters large: with smaller ones, many lines are better off on a page of their own.
const LARGE: usize = 3;

/// The page of a content, with the code of its signed statement.
pub(super) fn write(content: &Content, statement: &str, key_id: &str) -> Result<Vec<u8>, String> {
    // Level M recovers 15 % of the code, which stands a fold, and keeps modules large for phones.
    let code = QrCode::with_error_correction_level(statement, EcLevel::M)
        .map_err(|fault| fault.to_string())?;
    let layout = Layout::fitting(content, key_id);
    let mut document = Document::new_with(SerializeSettings::default());
    document.set_metadata(metadata(statement));
    let mut page =
        document.start_page_with(PageSettings::from_wh(PAGE.0, PAGE.1).ok_or("no page")?);
    let mut canvas = Canvas::new(page.surface());
    layout.draw(&mut canvas, &code);
    let mut tags = canvas.finish();
    page.finish();
    let shape = layout.programmes.shape;
    if shape.leaves_more() || !content.reviewed.is_empty() {
        tags =
            programme_pages::draw(&mut document, tags, content, shape, key_id).ok_or("no page")?;
    }
    document.set_tag_tree(tags);
    document.finish().map_err(|fault| format!("{fault:?}"))
}

fn metadata(statement: &str) -> Metadata {
    Metadata::new()
        .title(sentence(key::REPORT_TITLE, &[]))
        .language("fr-FR".into())
        .creator("qpv".into())
        .keywords(vec![format!(
            "{STATEMENT_MARK}{}",
            BASE64URL_NOPAD.encode(statement.as_bytes())
        )])
}

/// All texts of a page, cut into lines.
struct Layout<'a> {
    content: &'a Content,
    scale: f32,
    title: Paragraph,
    subtitles: [Paragraph; 2],
    notice: Option<Paragraph>,
    headline: Paragraph,
    sentences: Vec<Paragraph>,
    facts: Vec<(Paragraph, Paragraph)>,
    others: Vec<Paragraph>,
    programmes: ProgrammeBox,
    foot: Vec<Paragraph>,
}

impl<'a> Layout<'a> {
    /// Returns the largest layout that fits the page.
    fn fitting(content: &'a Content, key_id: &str) -> Self {
        let shapes = BoxShape::fitting(&content.programmes);
        let mut layouts = shapes.iter().flat_map(|shape| {
            let settings = if shape.may_be_small() {
                &TRIED[..]
            } else {
                &TRIED[..LARGE]
            };
            settings
                .iter()
                .map(move |setting| Layout::new(content, key_id, *setting, *shape))
        });
        layouts
            .find(Layout::fits)
            // A test shows that the smallest layout holds the longest texts there may be.
            .unwrap_or_else(|| {
                let shape = shapes.last().copied().unwrap_or(BoxShape::Next);
                Layout::new(content, key_id, SMALLEST, shape)
            })
    }

    fn new(content: &'a Content, key_id: &str, setting: Setting, shape: BoxShape) -> Self {
        let Setting { scale, max_lines } = setting;
        let inner = WIDTH - SIGN - 3.0 * PAD;
        Self {
            content,
            scale,
            title: setting.paragraph(
                &sentence(key::REPORT_TITLE, &[]),
                TextStyle::bold(20.0),
                WIDTH,
                1,
            ),
            subtitles: [&sentence(key::REPORT_SUBTITLE, &[]), &content.established]
                .map(|line| setting.paragraph(line, TextStyle::regular(9.4), WIDTH, 1)),
            notice: content.notice.as_ref().map(|notice| {
                setting.paragraph(notice, TextStyle::bold(9.0), WIDTH - 2.0 * PAD, 2)
            }),
            headline: setting.paragraph(
                &content.headline,
                TextStyle::bold(17.0),
                inner,
                max_lines.min(2),
            ),
            sentences: content
                .sentences
                .iter()
                .map(|line| {
                    setting.paragraph(line, TextStyle::regular(9.4), inner, max_lines.min(3))
                })
                .collect(),
            facts: facts(content, setting),
            others: others(content, setting),
            programmes: ProgrammeBox::new(&content.programmes, shape, setting),
            foot: foot(key_id, setting),
        }
    }

    fn fits(&self) -> bool {
        let upper = self.upper_height() + self.body_height() + self.rule_height();
        MARGIN + upper + GAP <= PAGE.1 - MARGIN - self.foot_height()
    }

    /// From the title to the end of the frame with the zone.
    fn upper_height(&self) -> f32 {
        let notice = self
            .notice
            .as_ref()
            .map_or(0.0, |notice| notice.height() + 2.0 * PAD);
        self.title.height()
            + heights(&self.subtitles)
            + 2.0 * PAD
            + notice
            + self.zone_height()
            + GAP
    }

    fn zone_height(&self) -> f32 {
        (2.0 * PAD + self.headline.height() + heights(&self.sentences)).max(SIGN + 2.0 * PAD)
    }

    /// Facts beside the map.
    fn body_height(&self) -> f32 {
        let map = if self.content.map.is_some() {
            MAP + LEGEND
        } else {
            0.0
        };
        self.facts_height().max(map) + GAP
    }

    fn facts_height(&self) -> f32 {
        let facts = self
            .facts
            .iter()
            .map(|(label, value)| label.height().max(value.height()) + 2.5 * self.scale);
        facts.sum::<f32>() + heights(&self.others)
    }

    fn rule_height(&self) -> f32 {
        if self.content.programmes.is_empty() {
            0.0
        } else {
            self.programmes.height() + 2.0 * PAD + GAP
        }
    }

    fn foot_height(&self) -> f32 {
        heights(&self.foot).max(CODE)
    }

    fn draw(&self, canvas: &mut Canvas<'_>, code: &QrCode) {
        let mut y = canvas.heading(1, &self.title, MARGIN, MARGIN - 6.0);
        y = self
            .subtitles
            .iter()
            .fold(y, |y, line| canvas.paragraph(line, MARGIN, y))
            + PAD;
        if let Some(notice) = &self.notice {
            let height = notice.height() + PAD;
            canvas.decoration(|canvas| {
                canvas.line(&rectangle(MARGIN, y, WIDTH, height), Pen::new(BLACK));
            });
            canvas.paragraph(notice, MARGIN + PAD, y + PAD / 2.0);
            y += height + PAD;
        }
        y = self.draw_zone(canvas, y) + GAP;
        let facts = self.draw_facts(canvas, y);
        let map = self.draw_map(canvas, y);
        self.draw_rule(canvas, facts.max(map) + GAP / 2.0);
        self.draw_foot(canvas, code);
    }

    /// The zone in large words, framed, with its sign.
    fn draw_zone(&self, canvas: &mut Canvas<'_>, y: f32) -> f32 {
        let height = self.zone_height();
        canvas.decoration(|canvas| {
            canvas.line(
                &rectangle(MARGIN, y, WIDTH, height),
                Pen {
                    width: 1.8,
                    ..Pen::new(BLACK)
                },
            );
            // The words beside it say the same, so a screen reader skips the sign.
            draw_sign(
                canvas,
                self.content.zone,
                PagePoint::new(MARGIN + PAD, y + (height - SIGN) / 2.0),
            );
        });
        let x = MARGIN + SIGN + 2.0 * PAD;
        let mut below = canvas.heading(2, &self.headline, x, y + PAD - 2.0);
        for sentence in &self.sentences {
            below = canvas.paragraph(sentence, x, below);
        }
        y + height
    }

    fn draw_facts(&self, canvas: &mut Canvas<'_>, mut y: f32) -> f32 {
        for (label, value) in &self.facts {
            canvas.paragraph(label, MARGIN, y + 0.4);
            canvas.paragraph(value, MARGIN + LABEL * self.scale + 6.0, y);
            y += label.height().max(value.height()) + 2.5 * self.scale;
        }
        self.others
            .iter()
            .fold(y, |y, line| canvas.paragraph(line, MARGIN, y))
    }

    fn draw_map(&self, canvas: &mut Canvas<'_>, y: f32) -> f32 {
        let Some(map) = &self.content.map else {
            return y;
        };
        let frame = Frame {
            x: PAGE.0 - MARGIN - MAP,
            y,
            side: MAP,
        };
        let names = map.names().join(", ");
        let values = [
            ("headline", self.content.headline.as_str()),
            ("names", &names),
        ];
        canvas.figure(&sentence(key::REPORT_MAP_DESCRIPTION, &values), |canvas| {
            map.draw(canvas, frame);
        });
        draw_legend(canvas, frame.x, y + MAP + 5.0, map);
        y + MAP + LEGEND
    }

    /// Draws the results of programmes, framed.
    fn draw_rule(&self, canvas: &mut Canvas<'_>, y: f32) {
        if self.content.programmes.is_empty() {
            return;
        }
        let height = self.programmes.height() + 2.0 * PAD;
        canvas.decoration(|canvas| {
            canvas.line(&rectangle(MARGIN, y, WIDTH, height), Pen::new(BLACK));
        });
        self.programmes
            .draw(canvas, PagePoint::new(MARGIN + PAD, y + PAD));
    }

    /// The code, and what to do with it, at the bottom of the page.
    fn draw_foot(&self, canvas: &mut Canvas<'_>, code: &QrCode) {
        let top = PAGE.1 - MARGIN - self.foot_height();
        canvas.decoration(|canvas| {
            canvas.line(
                &segment(
                    PagePoint::new(MARGIN, top - 4.0),
                    PagePoint::new(PAGE.0 - MARGIN, top - 4.0),
                ),
                Pen::new(BLACK),
            );
        });
        let text = MARGIN + CODE + GAP;
        self.foot
            .iter()
            .fold(top, |y, line| canvas.paragraph(line, text, y));
        let description = sentence(key::REPORT_QR_DESCRIPTION, &[]);
        canvas.figure(&description, |canvas| {
            // Moved left by about its white border, so that its modules stand flush with the text.
            draw_code(canvas, code, PagePoint::new(MARGIN - 6.0, top));
        });
    }
}

/// Side of the sign beside the zone.
const SIGN: f32 = 44.0;
/// Height of a line of the legend, and of the whole.
const LEGEND_LINE: f32 = 12.0;
const LEGEND: f32 = 4.0 * LEGEND_LINE;

/// The width of the facts, beside the map if there is one.
fn facts_width(content: &Content) -> f32 {
    if content.map.is_some() {
        WIDTH - MAP - GAP
    } else {
        WIDTH
    }
}

/// Labels and values.
fn facts(content: &Content, setting: Setting) -> Vec<(Paragraph, Paragraph)> {
    let most = setting.max_lines;
    let label_width = LABEL * setting.scale;
    let value_width = facts_width(content) - label_width - 6.0;
    let facts = content.facts.iter();
    facts
        .map(|(label, value)| {
            let label = setting.paragraph(label, TextStyle::regular(8.2), label_width, most.min(3));
            let value = setting.paragraph(value, TextStyle::bold(8.6), value_width, most);
            (label.colored(GREY), value)
        })
        .collect()
}

/// The other addresses it may be, under their title.
fn others(content: &Content, setting: Setting) -> Vec<Paragraph> {
    if content.others.is_empty() {
        return Vec::new();
    }
    let (width, most) = (facts_width(content), setting.max_lines.min(2));
    let title = sentence(key::REPORT_OTHERS, &[]);
    let title = setting.paragraph(&title, TextStyle::bold(8.6), width, most);
    let lines = content
        .others
        .iter()
        .map(|line| setting.paragraph(line, TextStyle::regular(8.4), width, most));
    std::iter::once(title).chain(lines).collect()
}

/// The lines beside the code.
fn foot(key_id: &str, setting: Setting) -> Vec<Paragraph> {
    const LINES: [(Key, TextStyle); 5] = [
        (key::REPORT_FOOT_NOT_LEGAL, TextStyle::bold(10.5)),
        (key::REPORT_FOOT_NOT_LEGAL_WHY, TextStyle::regular(8.6)),
        (key::REPORT_FOOT_VERIFY, TextStyle::bold(9.4)),
        (key::REPORT_FOOT_VERIFY_HOW, TextStyle::regular(8.6)),
        (key::REPORT_FOOT_KEY, TextStyle::regular(8.6)),
    ];
    let width = WIDTH - CODE - GAP;
    LINES
        .into_iter()
        .map(|(text, style)| {
            let text = sentence(text, &[("key", key_id)]);
            setting.paragraph(&text, style, width, 7)
        })
        .collect()
}

/// A sign for a zone: a full disc in a square, a disc beside it, an empty square, a question mark.
fn draw_sign(canvas: &mut Canvas<'_>, zone: Zone, corner: PagePoint) {
    let PagePoint { x, y } = corner;
    let middle = corner.shifted(SIGN / 2.0, SIGN / 2.0);
    let heavy = Pen {
        width: 2.6,
        ..Pen::new(BLACK)
    };
    let square = rectangle(x + 6.0, y + 6.0, SIGN - 12.0, SIGN - 12.0);
    match zone {
        Zone::Qpv => {
            canvas.fill(&square, BLACK);
            canvas.fill(&circle(middle, 8.5), WHITE);
        }
        Zone::Band300m => {
            canvas.line(
                &rectangle(x + 2.0, y + 2.0, SIGN - 4.0, SIGN - 4.0),
                Pen {
                    dashed: true,
                    ..heavy
                },
            );
            canvas.fill(
                &rectangle(x + 13.0, y + 13.0, SIGN - 26.0, SIGN - 26.0),
                BLACK,
            );
        }
        Zone::Outside => {
            canvas.line(&square, heavy);
            canvas.line(
                &segment(
                    PagePoint::new(x + 8.0, y + SIGN - 8.0),
                    PagePoint::new(x + SIGN - 8.0, y + 8.0),
                ),
                heavy,
            );
        }
        Zone::Undetermined => {
            let (top, bottom) = (y + 3.0, y + SIGN - 5.0);
            let triangle = [
                PagePoint::new(middle.x, top),
                PagePoint::new(x + SIGN - 1.0, bottom),
                PagePoint::new(x + 1.0, bottom),
            ];
            if let Some(triangle) = rings([triangle.as_slice()]) {
                canvas.line(&triangle, heavy);
            }
            let feet = PagePoint::new(middle.x - 6.6, bottom - 5.0);
            canvas.text("?", feet, TextStyle::bold(24.0), BLACK);
        }
    }
}

/// Draws the legend of the map.
fn draw_legend(canvas: &mut Canvas<'_>, x: f32, y: f32, map: &Map) {
    let half = MAP / 2.0;
    let marks: &[Key] = match (map.shows_position(), map.shows_building()) {
        // An address with its house needs both signs.
        (true, true) => &[
            key::REPORT_MAP_POINT,
            key::REPORT_MAP_DOUBT,
            key::REPORT_MAP_SITE,
        ],
        (_, true) => &[key::REPORT_MAP_BUILDING],
        _ => &[key::REPORT_MAP_POINT, key::REPORT_MAP_DOUBT],
    };
    let texts = [key::REPORT_MAP_QPV, key::REPORT_MAP_BAND]
        .iter()
        .chain(marks)
        .chain(&[key::REPORT_MAP_NEIGHBOURS]);
    for (index, &text) in texts.enumerate() {
        let x = x + half * 0.86 * (index % 2) as f32;
        let y = y + LEGEND_LINE * (index / 2) as f32;
        let corner = PagePoint::new(x, y);
        canvas.decoration(|canvas| match text {
            key::REPORT_MAP_QPV => draw_sample(canvas, corner, true),
            key::REPORT_MAP_BAND => draw_sample(canvas, corner, false),
            key::REPORT_MAP_BUILDING | key::REPORT_MAP_SITE => draw_building_sample(canvas, corner),
            key::REPORT_MAP_POINT => draw_target(canvas, corner.shifted(7.5, 4.5)),
            key::REPORT_MAP_DOUBT => canvas.line(
                &circle(corner.shifted(7.5, 4.0), 4.5),
                Pen {
                    dashed: true,
                    ..Pen::new(BLACK)
                },
            ),
            _ => canvas.fill(&circle(corner.shifted(7.5, 4.0), 0.9), GREY),
        });
        let text = sentence(text, &[]);
        let text = Paragraph::new(&text, TextStyle::regular(7.4), half + 10.0, 1);
        canvas.paragraph(&text, x + 20.0, y - 0.8);
    }
}

/// A QR code with its white border, each row's dark modules in as few rectangles as can be.
fn draw_code(canvas: &mut Canvas<'_>, code: &QrCode, corner: PagePoint) {
    let (modules, colors) = (code.width(), code.to_colors());
    let side = CODE / (modules + 2 * QUIET) as f32;
    canvas.fill(&rectangle(corner.x, corner.y, CODE, CODE), WHITE);
    let mut corners = Vec::new();
    for (row, line) in colors.chunks(modules).enumerate() {
        let mut column = 0;
        for run in line.chunk_by(|one, other| one == other) {
            if run[0] == qrcode::Color::Dark {
                let (left, right) = (edge(column, side), edge(column + run.len(), side));
                let (top, bottom) = (edge(row, side), edge(row + 1, side));
                corners.push([
                    corner.shifted(left, top),
                    corner.shifted(right, top),
                    corner.shifted(right, bottom),
                    corner.shifted(left, bottom),
                ]);
            }
            column += run.len();
        }
    }
    // One path, so that no seam shows between two rows.
    if let Some(modules) = rings(corners.iter().map(<[_; 4]>::as_slice)) {
        canvas.fill(&modules, BLACK);
    }
}

/// The left or upper edge of a module of a QR code, from that of its white border. `side` is that of a module.
fn edge(index: usize, side: f32) -> f32 {
    (index + QUIET) as f32 * side
}

#[cfg(test)]
mod tests {
    use super::*;
    use qpv_service::messages::RuleLines;

    /// The longest texts there may be, words without an end among them.
    fn overfull(programmes: usize) -> Content {
        let long =
            "Établissement public Mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm "
                .repeat(20);
        let rule = RuleLines {
            id: "programme".into(),
            programme: long.clone(),
            result: long.clone(),
            reasons: vec![long.clone(); 30],
            rules: Vec::new(),
            sources: vec![long.clone(); 9],
        };
        Content {
            headline: long.clone(),
            sentences: vec![long.clone(); 4],
            facts: vec![(long.clone(), long.clone()); 20],
            others: vec![long; 6],
            programmes: vec![rule; programmes],
            notice: Some("Données fictives".into()),
            ..Content::empty()
        }
    }

    #[test]
    fn what_is_usual_is_written_in_the_size_wanted() {
        let content = Content::empty();
        let layout = Layout::fitting(&content, "0123456789abcdef");
        assert!((layout.scale - TRIED[0].scale).abs() < f32::EPSILON);
    }

    #[test]
    fn the_fullest_page_is_still_written() {
        for programmes in [1, 2, 12, 13, 40] {
            let content = overfull(programmes);
            let layout = Layout::fitting(&content, "0123456789abcdef");
            assert!(layout.fits(), "{programmes}");
            let pdf = write(&content, &"x".repeat(1000), "0123456789abcdef").unwrap();
            assert!(pdf.starts_with(b"%PDF-"));
        }
    }
}
