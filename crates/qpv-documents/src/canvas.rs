//! The drawing of a page: text that wraps, shapes, and the tags that screen readers follow.
//!
//! Units are points (1/72 inch), `y` downwards, as the PDF library has them. Promises: a [`Paragraph`] is as wide and as
//! high as it says, whatever its text. Refuses layout: that is [`super::page`].

use std::num::NonZeroU16;
use std::sync::LazyLock;

use krilla::Data;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{
    ContentTag, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};
use krilla::text::{Font, TextDirection};

/// A colour, red, green and blue.
pub(crate) type Color = (u8, u8, u8);

pub(crate) const BLACK: Color = (0, 0, 0);
pub(crate) const WHITE: Color = (255, 255, 255);
/// For what is said less loudly; still seven to one on white.
pub(crate) const GREY: Color = (70, 70, 70);

/// Height of a line, in sizes of its text.
const LEADING: f32 = 1.28;
/// From the top of a line to the feet of its letters, in sizes of its text.
const ASCENT: f32 = 0.98;

/// The weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Regular,
    Bold,
}

/// The weight and the size of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TextStyle {
    weight: Weight,
    size: f32,
}

impl TextStyle {
    pub(crate) const fn regular(size: f32) -> Self {
        Self {
            weight: Weight::Regular,
            size,
        }
    }

    pub(crate) const fn bold(size: f32) -> Self {
        Self {
            weight: Weight::Bold,
            size,
        }
    }

    pub(crate) const fn size(self) -> f32 {
        self.size
    }

    /// The same weight in a larger or smaller size.
    pub(crate) fn scaled(self, scale: f32) -> Self {
        Self {
            size: self.size * scale,
            ..self
        }
    }
}

/// A point of a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PagePoint {
    /// From the left edge.
    pub(crate) x: f32,
    /// From the upper edge.
    pub(crate) y: f32,
}

impl PagePoint {
    pub(crate) const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The point that lies so far to the right and so far down.
    pub(crate) fn shifted(self, right: f32, down: f32) -> Self {
        Self::new(self.x + right, self.y + down)
    }
}

/// A rectangle of a page, by its edges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PageBox {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

impl PageBox {
    pub(crate) fn from_middle(middle: PagePoint, half_width: f32, half_height: f32) -> Self {
        Self {
            left: middle.x - half_width,
            top: middle.y - half_height,
            right: middle.x + half_width,
            bottom: middle.y + half_height,
        }
    }

    /// Returns whether the two have no point in common.
    pub(crate) fn is_apart_from(&self, other: &Self) -> bool {
        self.left > other.right
            || self.right < other.left
            || self.top > other.bottom
            || self.bottom < other.top
    }

    /// Its outline.
    pub(crate) fn path(&self) -> Path {
        rectangle(
            self.left,
            self.top,
            self.right - self.left,
            self.bottom - self.top,
        )
    }
}

struct Face {
    font: Font,
    metrics: ttf_parser::Face<'static>,
}

fn face(weight: Weight) -> &'static Face {
    const REGULAR: &[u8] = include_bytes!("../fonts/OpenSans-Regular.ttf");
    const BOLD: &[u8] = include_bytes!("../fonts/OpenSans-Bold.ttf");
    // Parsed at the first use and kept: a page measures every word of its texts.
    static FACES: LazyLock<[Face; 2]> = LazyLock::new(|| {
        [REGULAR, BOLD].map(|bytes| Face {
            font: Font::new(Data::from(bytes), 0).expect("the fonts in the program are whole"),
            metrics: ttf_parser::Face::parse(bytes, 0).expect("the fonts in the program are whole"),
        })
    });
    &FACES[usize::from(weight == Weight::Bold)]
}

/// The width of a text on one line, points; a little more than drawn, where letters are drawn together.
pub(crate) fn width(text: &str, style: TextStyle) -> f32 {
    let metrics = &face(style.weight).metrics;
    let units: f32 = text.chars().map(|letter| advance(metrics, letter)).sum();
    units * style.size / f32::from(metrics.units_per_em())
}

/// The width of a letter, in units of its font.
fn advance(metrics: &ttf_parser::Face<'_>, letter: char) -> f32 {
    // A letter that the font lacks is drawn as glyph 0, so it is measured as that.
    let glyph = metrics.glyph_index(letter).unwrap_or_default();
    f32::from(metrics.glyph_hor_advance(glyph).unwrap_or_default())
}

/// A text cut into lines.
#[derive(Debug, Clone)]
pub(crate) struct Paragraph {
    lines: Vec<String>,
    style: TextStyle,
    color: Color,
}

impl Paragraph {
    /// A text no wider than `width`, in no more than `most` lines: what is left out shows as an ellipsis.
    pub(crate) fn new(text: &str, style: TextStyle, width: f32, most: usize) -> Self {
        let mut lines = wrapped(&tied(text), style, width);
        if lines.len() > most {
            lines.truncate(most);
            let last = lines.last_mut().expect("there are more lines than allowed");
            *last = shortened(last, style, width);
        }
        Self {
            lines,
            style,
            color: BLACK,
        }
    }

    /// The same in another colour.
    pub(crate) fn colored(self, color: Color) -> Self {
        Self { color, ..self }
    }

    /// Splits it into the lines that such a height holds and those after them.
    pub(crate) fn split_below(mut self, height: f32) -> (Self, Self) {
        let mut rest = self.clone();
        let line_height = self.style.size * LEADING;
        let held = (1..=self.lines.len())
            .take_while(|count| *count as f32 * line_height <= height)
            .count();
        rest.lines = self.lines.split_off(held);
        (self, rest)
    }

    /// Its height.
    pub(crate) fn height(&self) -> f32 {
        self.lines.len() as f32 * self.style.size * LEADING
    }
}

/// A text with an ellipsis, no wider than `width`.
pub(crate) fn shortened(text: &str, style: TextStyle, most: f32) -> String {
    let mut text = text.trim_end().to_owned();
    while !text.is_empty() && width(&format!("{text}…"), style) > most {
        text.pop();
    }
    format!("{}…", text.trim_end())
}

/// A text with unbreakable spaces where French wants no end of a line.
fn tied(text: &str) -> String {
    let ties = [" :", " ;", " ?", " !", " »", "« ", "n° "];
    ties.iter().fold(text.to_owned(), |text, tie| {
        text.replace(tie, &tie.replace(' ', "\u{a0}"))
    })
}

/// Lines no wider than `most`; words that are wider themselves are cut.
fn wrapped(text: &str, style: TextStyle, most: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    // An unbreakable space is no place to cut at.
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last_mut().expect("there is a line");
        let joined = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if width(&joined, style) <= most {
            *line = joined;
            continue;
        }
        // An address may hold a word longer than a line: cut, it stays inside its frame.
        let mut piece = String::new();
        let mut pieces = Vec::new();
        for letter in word.chars() {
            if !piece.is_empty()
                && width(&piece, style) + width(letter.encode_utf8(&mut [0; 4]), style) > most
            {
                pieces.push(std::mem::take(&mut piece));
            }
            piece.push(letter);
        }
        pieces.push(piece);
        // The empty line was meant for this word, which brings its own.
        if line.is_empty() {
            lines.pop();
        }
        lines.extend(pieces);
    }
    // A text of blanks leaves the first line empty, which must take no height.
    lines.retain(|line| !line.is_empty());
    lines
}

/// A page being drawn.
pub(crate) struct Canvas<'a> {
    surface: Surface<'a>,
    tags: TagTree,
}

impl<'a> Canvas<'a> {
    pub(crate) fn new(surface: Surface<'a>) -> Self {
        Self::following(surface, TagTree::new().with_lang(Some("fr-FR".into())))
    }

    /// A page of a document of several: its tags follow those of the pages before.
    pub(crate) fn following(surface: Surface<'a>, tags: TagTree) -> Self {
        Self { surface, tags }
    }

    /// Ends the page; what is left are its tags.
    pub(crate) fn finish(self) -> TagTree {
        self.surface.finish();
        self.tags
    }

    /// Draws a paragraph from its top left corner; gives where it ends.
    pub(crate) fn paragraph(&mut self, paragraph: &Paragraph, x: f32, y: f32) -> f32 {
        self.tagged(Tag::P, paragraph, x, y)
    }

    /// The same for the title of the page (level 1) or of a part of it.
    pub(crate) fn heading(&mut self, level: u16, paragraph: &Paragraph, x: f32, y: f32) -> f32 {
        let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        self.tagged(
            Tag::Hn(level, Some(paragraph.lines.join(" "))),
            paragraph,
            x,
            y,
        )
    }

    fn tagged(&mut self, tag: impl Into<TagKind>, paragraph: &Paragraph, x: f32, y: f32) -> f32 {
        // A tag without content would make a screen reader stop at nothing.
        if paragraph.lines.is_empty() {
            return y;
        }
        let content = self.content(paragraph, x, y);
        self.tags.push(TagGroup::with_children(tag, vec![content]));
        y + paragraph.height()
    }

    /// Draws a table of two columns, the first of which names its rows, from its top left corner; `indent` is the place of the
    /// second. Returns where it ends.
    pub(crate) fn table(
        &mut self,
        rows: &[(Paragraph, Paragraph)],
        corner: PagePoint,
        indent: f32,
    ) -> f32 {
        let PagePoint { x, mut y } = corner;
        let mut table = TagGroup::new(Tag::Table);
        for (name, value) in rows {
            let name_tag = Tag::TH(TableHeaderScope::Row);
            let cells = [
                TagGroup::with_children(name_tag, vec![self.content(name, x, y)]),
                TagGroup::with_children(Tag::TD, vec![self.content(value, x + indent, y)]),
            ];
            table.push(TagGroup::with_children(
                Tag::TR,
                cells.map(Node::from).into(),
            ));
            y += name.height().max(value.height());
        }
        self.tags.push(table);
        y
    }

    /// Draws the lines of a paragraph, to be put under a tag.
    fn content(&mut self, paragraph: &Paragraph, x: f32, y: f32) -> Node {
        let content = self
            .surface
            .start_tagged(ContentTag::Span(SpanTag::empty()));
        for (index, line) in paragraph.lines.iter().enumerate() {
            let feet = y + paragraph.style.size * (ASCENT + index as f32 * LEADING);
            self.text(
                line,
                PagePoint::new(x, feet),
                paragraph.style,
                paragraph.color,
            );
        }
        self.surface.end_tagged();
        content.into()
    }

    /// Draws what means nothing by itself: lines, frames.
    pub(crate) fn decoration(&mut self, draw: impl FnOnce(&mut Self)) {
        // Screen readers skip artifacts.
        self.surface
            .start_tagged(ContentTag::Artifact(krilla::tagging::Artifact::default()));
        draw(self);
        self.surface.end_tagged();
    }

    /// Draws a figure, which a screen reader replaces by a text.
    pub(crate) fn figure(&mut self, description: &str, draw: impl FnOnce(&mut Self)) {
        let content = self.surface.start_tagged(ContentTag::Other);
        draw(self);
        self.surface.end_tagged();
        self.tags.push(TagGroup::with_children(
            Tag::Figure(Some(description.to_owned())),
            vec![content.into()],
        ));
    }

    /// Draws a text from the foot of its first letter.
    pub(crate) fn text(&mut self, text: &str, at: PagePoint, style: TextStyle, color: Color) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill(color, FillRule::NonZero)));
        let font = face(style.weight).font.clone();
        self.surface.draw_text(
            Point::from_xy(at.x, at.y),
            font,
            style.size,
            text,
            false,
            TextDirection::LeftToRight,
        );
    }

    /// The same on whatever lies below, which a white rim keeps off.
    pub(crate) fn text_with_rim(&mut self, text: &str, at: PagePoint, style: TextStyle) {
        let rim = Pen {
            width: style.size * 0.35,
            ..Pen::new(WHITE)
        };
        // The rim goes below the text: drawn over it, it would eat into the letters.
        self.surface.set_stroke(Some(rim.stroke()));
        self.surface.set_fill(None);
        let font = face(style.weight).font.clone();
        self.surface.draw_text(
            Point::from_xy(at.x, at.y),
            font,
            style.size,
            text,
            // As shapes: as text it would be read and copied twice.
            true,
            TextDirection::LeftToRight,
        );
        self.text(text, at, style, BLACK);
    }

    /// The same on a white ground: lighter to draw than a rim, for small texts.
    pub(crate) fn text_on_white(&mut self, text: &str, at: PagePoint, style: TextStyle) {
        let ground = rectangle(
            at.x - 0.6,
            at.y - style.size * 0.82,
            width(text, style) + 1.2,
            style.size * 1.05,
        );
        self.fill(&ground, WHITE);
        self.text(text, at, style, BLACK);
    }

    /// Fills a shape by the even-odd rule.
    pub(crate) fn fill(&mut self, path: &Path, color: Color) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill(color, FillRule::EvenOdd)));
        self.surface.draw_path(path);
    }

    /// Draws the line of a shape.
    pub(crate) fn line(&mut self, path: &Path, pen: Pen) {
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(pen.stroke()));
        self.surface.draw_path(path);
    }

    /// Draws only what falls into a shape.
    pub(crate) fn within(&mut self, shape: &Path, draw: impl FnOnce(&mut Self)) {
        self.surface.push_clip_path(shape, &FillRule::EvenOdd);
        draw(self);
        self.surface.pop();
    }
}

/// The colour, width and dashes of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pen {
    pub(crate) color: Color,
    pub(crate) width: f32,
    pub(crate) dashed: bool,
}

impl Pen {
    /// One point wide.
    pub(crate) fn new(color: Color) -> Self {
        Self {
            color,
            width: 1.0,
            dashed: false,
        }
    }

    fn stroke(self) -> Stroke {
        let dash = self.dashed.then(|| StrokeDash {
            array: vec![3.0, 2.0],
            offset: 0.0,
        });
        // Round caps reach half a width beyond each dash and would close the short gaps.
        let (line_cap, line_join) = (
            if self.dashed {
                LineCap::Butt
            } else {
                LineCap::Round
            },
            LineJoin::Round,
        );
        Stroke {
            paint: paint(self.color).into(),
            width: self.width,
            line_cap,
            line_join,
            dash,
            ..Stroke::default()
        }
    }
}

fn paint((red, green, blue): Color) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn fill(color: Color, rule: FillRule) -> Fill {
    Fill {
        paint: paint(color).into(),
        opacity: NormalizedF32::ONE,
        rule,
    }
}

/// A rectangle by its top left corner.
pub(crate) fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Path {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height).expect("widths and heights are positive"));
    path.finish().expect("a rectangle has a line")
}

/// A closed line, or several; `None` when no two points differ.
pub(crate) fn rings<'a>(rings: impl IntoIterator<Item = &'a [PagePoint]>) -> Option<Path> {
    let mut path = PathBuilder::new();
    // Two points enclose nothing.
    for ring in rings.into_iter().filter(|ring| ring.len() > 2) {
        path.move_to(ring[0].x, ring[0].y);
        ring[1..].iter().for_each(|at| path.line_to(at.x, at.y));
        path.close();
    }
    path.finish()
}

/// An open line.
pub(crate) fn segment(from: PagePoint, to: PagePoint) -> Path {
    let mut path = PathBuilder::new();
    path.move_to(from.x, from.y);
    path.line_to(to.x, to.y);
    path.finish().expect("a segment has a line")
}

/// A circle.
pub(crate) fn circle(middle: PagePoint, radius: f32) -> Path {
    let PagePoint { x, y } = middle;
    // How far the handles of a quarter of a circle lie from its ends, in radii.
    let handle = 0.552_285 * radius;
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.cubic_to(
        x + radius,
        y + handle,
        x + handle,
        y + radius,
        x,
        y + radius,
    );
    path.cubic_to(
        x - handle,
        y + radius,
        x - radius,
        y + handle,
        x - radius,
        y,
    );
    path.cubic_to(
        x - radius,
        y - handle,
        x - handle,
        y - radius,
        x,
        y - radius,
    );
    path.cubic_to(
        x + handle,
        y - radius,
        x + radius,
        y - handle,
        x + radius,
        y,
    );
    path.close();
    path.finish().expect("a circle has a line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_asked_and_no_word_is_lost() {
        let text = "Résidence de l’Œuvre, 12 bis avenue du Général-de-Gaulle, Bâtiment Œ, anticonstitutionnellement ñ Ÿ";
        let style = TextStyle::bold(10.0);
        for most in [30.0, 80.0, 200.0, 900.0] {
            let paragraph = Paragraph::new(text, style, most, 99);
            assert!(
                paragraph
                    .lines
                    .iter()
                    .all(|line| width(line, style) <= most),
                "{most}"
            );
            let letters = |text: &str| {
                text.chars()
                    .filter(|letter| !letter.is_whitespace())
                    .collect::<String>()
            };
            assert_eq!(letters(&paragraph.lines.concat()), letters(text));
        }
    }

    #[test]
    fn what_does_not_fit_is_seen_to_be_cut() {
        let style = TextStyle::regular(10.0);
        let paragraph = Paragraph::new(&"mot ".repeat(50), style, 100.0, 2);
        assert_eq!(paragraph.lines.len(), 2);
        assert!(paragraph.lines[1].ends_with('…') && width(&paragraph.lines[1], style) <= 100.0);
    }

    #[test]
    fn the_fonts_have_every_letter_of_french() {
        let letters = "àâäæçéèêëîïôöœùûüÿÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ«»’…–—°±≤×€²\u{a0}ñáíóúßåøčšžłőı";
        for weight in [Weight::Regular, Weight::Bold] {
            let missing: String = letters
                .chars()
                .filter(|&c| face(weight).metrics.glyph_index(c).is_none())
                .collect();
            assert_eq!(missing, "");
        }
    }
}
