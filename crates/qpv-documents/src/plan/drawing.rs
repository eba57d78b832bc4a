//! The drawing of the map, in points on the page.

use krilla::geom::Path;
use qpv_engine::BAND_M;
use qpv_french::numbers::metres;

use super::{Map, Metres, Shape};
use crate::canvas::{
    BLACK, Canvas, Color, GREY, PageBox, PagePoint, Pen, TextStyle, WHITE, circle, rectangle,
    rings, segment, shortened, width,
};
use crate::palette::plan_color;

const BAND: Color = plan_color("band");
const BAND_LINE: Color = plan_color("band_line");
const INSIDE: Color = plan_color("inside");
const LINE: Color = plan_color("new");
/// Between two lines of the hatching.
const HATCHING: f32 = 5.0;
/// Cells in a row of the grid that the place of a name is looked for on.
const GRID: u16 = 14;
/// Size of the names of perimeters.
const NAME: f32 = 7.5;
const NUMBER: TextStyle = TextStyle::regular(4.6);
const STREET: TextStyle = TextStyle::regular(5.6);
/// Streets that are named.
const STREETS: usize = 9;

/// The square of the map on the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// Left.
    pub(crate) x: f32,
    /// Top.
    pub(crate) y: f32,
    /// Width and height.
    pub(crate) side: f32,
}

/// A map in its frame.
struct Drawing<'a> {
    map: &'a Map,
    frame: Frame,
    /// Points for a metre.
    scale: f32,
    /// Rectangles that texts and signs take.
    taken: Vec<PageBox>,
}

impl Map {
    /// Draws the map.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, frame: Frame) {
        let border = rectangle(frame.x, frame.y, frame.side, frame.side);
        let scale = frame.side / (2.0 * single(self.half_m));
        let mut drawing = Drawing {
            map: self,
            frame,
            scale,
            taken: Vec::new(),
        };
        canvas.within(&border, |canvas| drawing.draw(canvas));
        // Drawn last and unclipped, so that nothing covers half of its width.
        canvas.line(&border, Pen::new(BLACK));
    }
}

/// Coordinates on the page need no more digits.
#[expect(
    clippy::cast_possible_truncation,
    reason = "metres within a map, to a hundredth of a point"
)]
fn single(value: f64) -> f32 {
    value as f32
}

impl Drawing<'_> {
    fn draw(&mut self, canvas: &mut Canvas<'_>) {
        let perimeters: Vec<Path> = self
            .map
            .shapes
            .iter()
            .flat_map(|shape| self.paths(shape))
            .collect();
        // The band of one perimeter must not cover the ground of another.
        self.draw_band(canvas, &perimeters);
        for path in &perimeters {
            canvas.fill(path, INSIDE);
            canvas.within(path, |canvas| self.hatch(canvas));
        }
        let line = Pen {
            width: 1.6,
            ..Pen::new(LINE)
        };
        // Lines come after all grounds, or the ground of a neighbour would cover them.
        for path in &perimeters {
            canvas.line(path, line);
        }
        for neighbour in &self.map.neighbours {
            canvas.fill(&circle(self.place(neighbour.at), 0.9), GREY);
        }
        for path in self
            .map
            .building
            .iter()
            .flat_map(|building| self.paths(building))
        {
            draw_building(canvas, &path);
        }
        let Frame { x, y, side } = self.frame;
        let bottom_left = PagePoint::new(x, y + side);
        // Noted before any text: what they cover is no room for names.
        self.taken
            .push(draw_scale(canvas, bottom_left, side * 0.3, self.scale));
        self.taken
            .push(draw_north(canvas, PagePoint::new(x + side, y)));
        // Positions matter most, then perimeters: later texts get the room that is left.
        self.draw_marks(canvas);
        self.name_shapes(canvas);
        self.name_neighbours(canvas);
    }

    fn place(&self, (east, north): Metres) -> PagePoint {
        let half = self.frame.side / 2.0;
        let (right, down) = (single(east) * self.scale, -single(north) * self.scale);
        PagePoint::new(self.frame.x + half + right, self.frame.y + half + down)
    }

    /// One path for each polygon.
    fn paths(&self, shape: &Shape) -> Vec<Path> {
        shape
            .polygons
            .iter()
            .filter_map(|polygon| self.path(polygon))
            .collect()
    }

    /// The path of a polygon; `None` for one without a line.
    fn path(&self, polygon: &[Vec<Metres>]) -> Option<Path> {
        let placed: Vec<Vec<PagePoint>> = polygon
            .iter()
            .map(|ring| ring.iter().map(|&vertex| self.place(vertex)).collect())
            .collect();
        rings(placed.iter().map(Vec::as_slice))
    }

    /// All that is within 300 m of a line is what a pen 600 m wide covers; a slightly wider one first leaves its edge.
    fn draw_band(&self, canvas: &mut Canvas<'_>, perimeters: &[Path]) {
        let width = 2.0 * single(BAND_M) * self.scale;
        for pen in [
            Pen {
                width: width + 1.4,
                ..Pen::new(BAND_LINE)
            },
            Pen {
                width,
                ..Pen::new(BAND)
            },
        ] {
            for path in perimeters {
                canvas.line(path, pen);
            }
        }
    }

    fn hatch(&self, canvas: &mut Canvas<'_>) {
        let Frame { x, y, side } = self.frame;
        let pen = Pen {
            width: 0.45,
            ..Pen::new(LINE)
        };
        let mut offset = HATCHING;
        // Twice the side, so that the diagonals reach the lower right corner too.
        while offset < 2.0 * side {
            let from = PagePoint::new(x + offset, y);
            let to = PagePoint::new(x + offset - 2.0 * side, y + 2.0 * side);
            canvas.line(&segment(from, to), pen);
            offset += HATCHING;
        }
    }

    /// The positions: the first with its doubt; numbered when there are several.
    fn draw_marks(&mut self, canvas: &mut Canvas<'_>) {
        // The first position is drawn last, over the others.
        for (index, mark) in self.map.marks.iter().enumerate().rev() {
            let at = self.place(mark.at);
            let radius = single(mark.uncertainty_m) * self.scale;
            // A smaller circle would disappear under the target.
            if radius > 4.0 {
                let around = circle(at, radius);
                // White below black, so that the circle shows on hatching.
                canvas.line(
                    &around,
                    Pen {
                        width: 2.4,
                        ..Pen::new(WHITE)
                    },
                );
                canvas.line(
                    &around,
                    Pen {
                        width: 1.2,
                        dashed: true,
                        ..Pen::new(BLACK)
                    },
                );
            }
            draw_target(canvas, at);
            self.taken.push(PageBox::from_middle(at, 6.0, 6.0));
            if self.map.marks.len() > 1 {
                // Away from the first one, which may hide it.
                let is_left = index > 0 && mark.at.0 < self.map.marks[0].at.0;
                let left = at.x + if is_left { -12.5 } else { 6.5 };
                canvas.text_with_rim(
                    &(index + 1).to_string(),
                    PagePoint::new(left, at.y + 3.0),
                    TextStyle::bold(8.0),
                );
                self.taken.push(PageBox {
                    left: left - 0.5,
                    top: at.y - 5.0,
                    right: left + 6.5,
                    bottom: at.y + 5.0,
                });
            }
        }
    }

    fn name_shapes(&mut self, canvas: &mut Canvas<'_>) {
        let (bold, regular) = (TextStyle::bold(NAME), TextStyle::regular(NAME));
        for shape in &self.map.shapes {
            // A longer name would cover half of the map.
            let most = self.frame.side * 0.42;
            let name = if width(&shape.name, bold) > most {
                shortened(&shape.name, bold, most)
            } else {
                shape.name.clone()
            };
            let wide = width(&name, bold).max(width(&shape.code, regular));
            // A name without room is left out: the facts beside the map list all of them.
            let Some(middle) = self.room_within(shape, wide / 2.0 + 2.0, NAME * 1.3) else {
                continue;
            };
            for (line, style, down) in [(&name, bold, -1.5), (&shape.code, regular, NAME)] {
                let feet = middle.shifted(-(width(line, style) / 2.0), down);
                canvas.text_with_rim(line, feet, style);
            }
            self.taken
                .push(PageBox::from_middle(middle, wide / 2.0, NAME * 1.3));
        }
    }

    /// The place for a text of this half width and half height in a shape: free, and as far from the edges and from the
    /// position as can be.
    fn room_within(&self, shape: &Shape, half_width: f32, half_height: f32) -> Option<PagePoint> {
        let Frame { x, y, side } = self.frame;
        let cells = (0..GRID).flat_map(|row| (0..GRID).map(move |column| (row, column)));
        let texts = cells.map(|(row, column)| TextRoom {
            middle: PagePoint::new(
                x + grid_step(column, side, half_width),
                y + grid_step(row, side, half_height),
            ),
            half_width,
            half_height,
        });
        texts
            .filter(|text| self.is_free(&text.rectangle()))
            .map(|text| (self.depth(shape, text), text.middle))
            .filter(|(depth, _)| *depth > 0)
            .max_by_key(|(depth, _)| *depth)
            .map(|(_, middle)| middle)
    }

    /// Counts the points of a text's rectangle, and of larger ones around it, that lie in the
    /// shape; 0 if its middle does not.
    fn depth(&self, shape: &Shape, text: TextRoom) -> usize {
        if !shape.holds(self.metres(text.middle)) {
            return 0;
        }
        // The text's own points weigh most: it should lie in its shape before it lies deep in it.
        1 + 4 * self.points_within(shape, text)
            + 2 * self.points_within(shape, text.scaled(1.6))
            + self.points_within(shape, text.scaled(2.4))
    }

    /// Counts the corners of a text's rectangle, and the middles of its sides, that lie in the shape.
    fn points_within(&self, shape: &Shape, text: TextRoom) -> usize {
        const POINTS: [(f32, f32); 8] = [
            (-1.0, -1.0),
            (0.0, -1.0),
            (1.0, -1.0),
            (-1.0, 0.0),
            (1.0, 0.0),
            (-1.0, 1.0),
            (0.0, 1.0),
            (1.0, 1.0),
        ];
        POINTS
            .into_iter()
            .map(|(right, down)| {
                text.middle
                    .shifted(right * text.half_width, down * text.half_height)
            })
            .filter(|&point| shape.holds(self.metres(point)))
            .count()
    }

    /// The place on the map of a point of the page.
    fn metres(&self, at: PagePoint) -> Metres {
        let Frame { x, y, side } = self.frame;
        let (right, down) = (at.x - x - side / 2.0, at.y - y - side / 2.0);
        (f64::from(right / self.scale), -f64::from(down / self.scale))
    }

    /// Each street once, at its nearest number, then as many numbers as there is room for.
    fn name_neighbours(&mut self, canvas: &mut Canvas<'_>) {
        // Streets come first, for a number without its street says little.
        let mut named: Vec<&str> = Vec::new();
        for neighbour in &self.map.neighbours {
            if named.len() == STREETS || named.contains(&neighbour.street.as_str()) {
                continue;
            }
            let at = self.place(neighbour.at).shifted(2.5, -2.0);
            if self.write(canvas, &neighbour.street, at, STREET) {
                named.push(&neighbour.street);
            }
        }
        for neighbour in &self.map.neighbours {
            let at = self.place(neighbour.at).shifted(1.6, 1.6);
            self.write(canvas, &neighbour.number, at, NUMBER);
        }
    }

    /// Writes a text beside a point if there is room for it.
    fn write(
        &mut self,
        canvas: &mut Canvas<'_>,
        text: &str,
        at: PagePoint,
        style: TextStyle,
    ) -> bool {
        let taken = PageBox {
            left: at.x,
            top: at.y - style.size() * 0.85,
            right: at.x + width(text, style),
            bottom: at.y + style.size() * 0.25,
        };
        if !self.is_free(&taken) {
            return false;
        }
        canvas.text_on_white(text, at, style);
        self.taken.push(taken);
        true
    }

    /// Returns whether a rectangle is in the frame and on no other text.
    fn is_free(&self, text: &PageBox) -> bool {
        let Frame { x, y, side } = self.frame;
        let in_frame = text.left > x + 1.0
            && text.top > y + 1.0
            && text.right < x + side - 1.0
            && text.bottom < y + side - 1.0;
        in_frame && self.taken.iter().all(|other| text.is_apart_from(other))
    }
}

/// A place for a text.
#[derive(Debug, Clone, Copy)]
struct TextRoom {
    middle: PagePoint,
    half_width: f32,
    half_height: f32,
}

impl TextRoom {
    /// The rectangle that the text takes.
    fn rectangle(self) -> PageBox {
        PageBox::from_middle(self.middle, self.half_width, self.half_height)
    }

    /// The same place with a larger rectangle.
    fn scaled(self, scale: f32) -> Self {
        Self {
            middle: self.middle,
            half_width: self.half_width * scale,
            half_height: self.half_height * scale,
        }
    }
}

/// The distance of a step of the grid from the edge of the frame. Inset by half the text, which stays in the frame at every
/// place of the grid.
fn grid_step(index: u16, side: f32, half: f32) -> f32 {
    half + (side - 2.0 * half) * f32::from(index) / f32::from(GRID - 1)
}

impl Shape {
    /// Returns whether a point is in it, by the even-odd rule.
    fn holds(&self, point: Metres) -> bool {
        self.polygons.iter().any(|rings| {
            let crossed = rings.iter().map(|ring| crossings(ring, point));
            crossed.sum::<usize>() % 2 == 1
        })
    }
}

/// Counts the edges of a ring that the ray from a point to the east crosses.
fn crossings(ring: &[Metres], (x, y): Metres) -> usize {
    let crossed = ring.windows(2).filter(|edge| {
        let ((x1, y1), (x2, y2)) = (edge[0], edge[1]);
        (y1 > y) != (y2 > y) && x < x1 + (y - y1) / (y2 - y1) * (x2 - x1)
    });
    crossed.count()
}

/// A length to measure with, no longer than `longest` points, above the bottom left corner given; gives what it takes. `scale`
/// is points for a metre.
pub(crate) fn draw_scale(
    canvas: &mut Canvas<'_>,
    corner: PagePoint,
    longest: f32,
    scale: f32,
) -> PageBox {
    let longest_m = f64::from(longest / scale);
    // Round lengths, among them 300 m, the width of the band.
    let lengths_m = [
        50.0, 100.0, 200.0, 300.0, 500.0, 1000.0, 2000.0, 3000.0, 5000.0, 10_000.0,
    ];
    let length_m = lengths_m
        .into_iter()
        .rfind(|&length_m| length_m <= longest_m)
        .unwrap_or(lengths_m[0]);
    let length = single(length_m) * scale;
    let left = corner.shifted(8.0, -8.0);
    let right = left.shifted(length, 0.0);
    let taken = PageBox {
        left: corner.x,
        top: left.y - 14.0,
        right: right.x + 8.0,
        bottom: left.y + 8.0,
    };
    // A white ground keeps the scale legible on hatching.
    canvas.fill(&taken.path(), WHITE);
    for (from, to) in [
        (left, right),
        (left.shifted(0.0, -3.0), left),
        (right.shifted(0.0, -3.0), right),
    ] {
        canvas.line(&segment(from, to), Pen::new(BLACK));
    }
    canvas.text(
        &metres(length_m),
        left.shifted(0.0, -5.0),
        TextStyle::regular(6.5),
        BLACK,
    );
    taken
}

/// North is up: below the top right corner given; gives what it takes.
pub(crate) fn draw_north(canvas: &mut Canvas<'_>, corner: PagePoint) -> PageBox {
    let tip = corner.shifted(-12.0, 6.0);
    let taken = PageBox {
        left: tip.x - 8.0,
        top: corner.y,
        right: tip.x + 12.0,
        bottom: tip.y + 26.0,
    };
    canvas.fill(&taken.path(), WHITE);
    let arrow = [
        tip,
        tip.shifted(4.0, 11.0),
        tip.shifted(0.0, 8.5),
        tip.shifted(-4.0, 11.0),
    ];
    if let Some(arrow) = rings([arrow.as_slice()]) {
        canvas.fill(&arrow, BLACK);
    }
    canvas.text("N", tip.shifted(-2.7, 20.0), TextStyle::bold(7.5), BLACK);
    taken
}

/// A ring with a dot, black on white so that it is seen on anything.
pub(crate) fn draw_target(canvas: &mut Canvas<'_>, at: PagePoint) {
    canvas.fill(&circle(at, 5.6), WHITE);
    canvas.line(
        &circle(at, 4.2),
        Pen {
            width: 1.6,
            ..Pen::new(BLACK)
        },
    );
    canvas.fill(&circle(at, 1.7), BLACK);
}

/// The outline of a building, seen on anything.
fn draw_building(canvas: &mut Canvas<'_>, path: &Path) {
    canvas.line(
        path,
        Pen {
            width: 3.4,
            ..Pen::new(WHITE)
        },
    );
    canvas.line(
        path,
        Pen {
            width: 1.6,
            ..Pen::new(BLACK)
        },
    );
}

/// A sample of what stands for a building.
pub(crate) fn draw_building_sample(canvas: &mut Canvas<'_>, corner: PagePoint) {
    draw_building(canvas, &rectangle(corner.x + 2.0, corner.y, 11.0, 8.0));
}

/// A sample of what stands for a perimeter (hatched) or for the band.
pub(crate) fn draw_sample(canvas: &mut Canvas<'_>, corner: PagePoint, hatched: bool) {
    let PagePoint { x, y } = corner;
    let (wide, high) = (15.0, 8.0);
    let sample = rectangle(x, y, wide, high);
    canvas.fill(&sample, if hatched { INSIDE } else { BAND });
    if hatched {
        canvas.within(&sample, |canvas| {
            for offset in [4.0, 9.0, 14.0, 19.0] {
                let line = segment(
                    PagePoint::new(x + offset, y),
                    PagePoint::new(x + offset - high, y + high),
                );
                canvas.line(
                    &line,
                    Pen {
                        width: 0.45,
                        ..Pen::new(LINE)
                    },
                );
            }
        });
    }
    let pen = if hatched {
        Pen {
            width: 1.4,
            ..Pen::new(LINE)
        }
    } else {
        Pen {
            width: 0.7,
            ..Pen::new(BAND_LINE)
        }
    };
    canvas.line(&sample, pen);
}
