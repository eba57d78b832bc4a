//! The box of a report's first page with the results of programmes: one with its reasons, or several in a table.
//!
//! Promises: what the box has no room for is on the pages after it, and the box says so. Refuses to choose what is said.

use qpv_french::{key, sentence};
use qpv_service::messages::{ReasonLine, RuleLines};

use super::measures::{PAD, Setting, WIDTH, heights};
use crate::canvas::{Canvas, PagePoint, Paragraph, TextStyle};

/// The lines of reasons that a page always has room for.
const REASONS: usize = 7;
/// The width of the names of programmes, of the width of the box.
const NAMES: f32 = 0.5;

const SMALL: TextStyle = TextStyle::regular(8.6);

/// The shape of the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BoxShape {
    /// The reasons of one programme, or nothing.
    Reasons,
    /// The same, more than there is always room for.
    ManyReasons,
    /// The results of several in a table: the reasons are on the pages after it.
    Table,
    /// The result of one, or none of several: the rest is on the pages after it.
    Next,
}

/// The texts of the box, cut into lines.
pub(super) struct ProgrammeBox {
    pub(super) shape: BoxShape,
    title: Vec<Paragraph>,
    /// Name and result of each programme.
    rows: Vec<(Paragraph, Paragraph)>,
    lines: Vec<Paragraph>,
    /// The place of the results beside the names.
    indent: f32,
}

impl BoxShape {
    /// Returns the shapes to try, the one wanted first; the last one always fits.
    pub(super) fn fitting(programmes: &[RuleLines]) -> &'static [Self] {
        match programmes {
            [only] if only.lines().count() > REASONS => &[Self::ManyReasons, Self::Next],
            [] | [_] => &[Self::Reasons],
            _ => &[Self::Table, Self::Next],
        }
    }

    /// Returns whether it is worth small letters: what another shape leaves to the next pages is not.
    pub(super) fn may_be_small(self) -> bool {
        matches!(self, Self::Reasons | Self::Next)
    }

    /// Returns whether pages follow, with the reasons.
    pub(super) fn leaves_more(self) -> bool {
        matches!(self, Self::Table | Self::Next)
    }
}

impl ProgrammeBox {
    /// Cuts the texts about these programmes into lines.
    pub(super) fn new(programmes: &[RuleLines], shape: BoxShape, setting: Setting) -> Self {
        // Of several, the conditions alone would fill the page.
        let [only] = programmes else {
            return Self::of_several(programmes, shape, setting);
        };
        let (width, most) = (WIDTH - 2.0 * PAD, setting.max_lines.min(2));
        let title = sentence(key::REPORT_RULE_TITLE, &[("programme", &only.programme)]);
        let title = vec![
            setting.paragraph(&title, TextStyle::bold(9.4), width, 1),
            setting.paragraph(&only.result, TextStyle::bold(11.0), width, most),
        ];
        let mut lines = Vec::new();
        if shape == BoxShape::Next {
            let text = sentence(key::REPORT_REASONS_NEXT, &[]);
            lines.push(setting.paragraph(&text, SMALL, width, 1));
        } else {
            lines.extend(only.lines().map(|line| reason(line, setting, width, most)));
        }
        if !only.sources.is_empty() {
            let sources = sources(only);
            lines.push(setting.paragraph(&sources, TextStyle::regular(7.8), width, most));
        }
        Self {
            shape,
            title,
            rows: Vec::new(),
            lines,
            indent: 0.0,
        }
    }

    /// Cuts a table of several programmes into lines, or says where it is.
    fn of_several(programmes: &[RuleLines], shape: BoxShape, setting: Setting) -> Self {
        let (width, most) = (WIDTH - 2.0 * PAD, setting.max_lines.min(2));
        let title = sentence(key::REPORT_PROGRAMMES, &[]);
        let is_shown = shape == BoxShape::Table;
        // In unreadable letters a table would be worth nothing: the next page has it line by line.
        let shown = if is_shown { programmes } else { &[] };
        let indent = width * NAMES;
        let rows = shown.iter().map(|programme| {
            let name = setting.paragraph(&named(programme), SMALL, indent - PAD, most);
            let style = TextStyle::bold(8.6);
            let result = setting.paragraph(&programme.result, style, width - indent, most);
            (name, result)
        });
        let next = if is_shown {
            sentence(key::REPORT_REASONS_NEXT, &[])
        } else {
            let count = programmes.len().to_string();
            sentence(key::REPORT_PROGRAMMES_NEXT, &[("count", &count)])
        };
        Self {
            shape,
            title: vec![setting.paragraph(&title, TextStyle::bold(9.4), width, 1)],
            rows: rows.collect(),
            lines: vec![setting.paragraph(&next, SMALL, width, 1)],
            indent,
        }
    }

    /// The height of what is in the box.
    pub(super) fn height(&self) -> f32 {
        let rows = self.rows.iter();
        // A name may take two lines beside a result of one.
        let rows = rows.map(|(name, result)| name.height().max(result.height()));
        heights(&self.title) + rows.sum::<f32>() + heights(&self.lines)
    }

    /// Draws what is in the box, from its top left corner.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, corner: PagePoint) {
        let PagePoint { x, mut y } = corner;
        for line in &self.title {
            y = canvas.paragraph(line, x, y);
        }
        if !self.rows.is_empty() {
            y = canvas.table(&self.rows, PagePoint::new(x, y), self.indent);
        }
        for line in &self.lines {
            y = canvas.paragraph(line, x, y);
        }
    }
}

/// Returns the name of a programme with the identifier that the signed text gives it.
pub(super) fn named(programme: &RuleLines) -> String {
    format!("{} ({})", programme.programme, programme.id)
}

/// Returns the texts that a result rests on, in a sentence.
pub(super) fn sources(programme: &RuleLines) -> String {
    let sources = programme.sources.join(" ; ");
    sentence(key::REPORT_RULE_SOURCES, &[("sources", &sources)])
}

/// Cuts a reason into lines, or the title of the rule that reasons belong to.
pub(super) fn reason(
    line: ReasonLine<'_>,
    setting: Setting,
    width: f32,
    max_lines: usize,
) -> Paragraph {
    match line {
        ReasonLine::Title(title) => {
            setting.paragraph(title, TextStyle::bold(8.6), width, max_lines)
        }
        ReasonLine::Reason(reason) => {
            setting.paragraph(&format!("– {reason}"), SMALL, width, max_lines)
        }
    }
}
