//! The drawing of the map, in points on the page.

use krilla::geom::Path;
use qpv_engine::BAND_M;
use qpv_french::numbers::metres;

use super::{Map, Metres, Shape};
use crate::canvas::{
    BLACK, Canvas, Color, GREY, Pen, WHITE, Weight, circle, rectangle, rings, segment, shortened,
    width,
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
/// Sizes of texts.
const NAME: f32 = 7.5;
const NUMBER: f32 = 4.6;
const STREET: f32 = 5.6;
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

/// A rectangle that a text takes: left, top, right, bottom.
pub(crate) type Taken = (f32, f32, f32, f32);

/// A map in its frame.
struct Drawing<'a> {
    map: &'a Map,
    frame: Frame,
    /// Points for a metre.
    scale: f32,
    taken: Vec<Taken>,
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
        let shapes: Vec<Vec<Path>> = self
            .map
            .shapes
            .iter()
            .map(|shape| self.paths(shape))
            .collect();
        let all = || shapes.iter().flatten();
        // The band of one perimeter must not cover the ground of another.
        self.draw_band(canvas, &shapes);
        for path in all() {
            canvas.fill(path, INSIDE);
            canvas.within(path, |canvas| self.hatch(canvas));
        }
        // Lines come after all grounds, or the ground of a neighbour would cover them.
        all().for_each(|path| {
            canvas.line(
                path,
                Pen {
                    width: 1.6,
                    ..Pen::new(LINE)
                },
            );
        });
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
        // Noted before any text: what they cover is no room for names.
        self.taken
            .push(draw_scale(canvas, (x, y + side), side * 0.3, self.scale));
        self.taken.push(draw_north(canvas, (x + side, y)));
        // Positions matter most, then perimeters: later texts get the room that is left.
        self.draw_marks(canvas);
        self.name_shapes(canvas);
        self.name_neighbours(canvas);
    }

    fn place(&self, (east, north): Metres) -> (f32, f32) {
        let half = self.frame.side / 2.0;
        let (right, down) = (single(east) * self.scale, -single(north) * self.scale);
        (self.frame.x + half + right, self.frame.y + half + down)
    }

    /// One path for each polygon.
    fn paths(&self, shape: &Shape) -> Vec<Path> {
        let placed = |polygon: &Vec<Vec<Metres>>| {
            let placed: Vec<Vec<(f32, f32)>> = polygon
                .iter()
                .map(|ring| ring.iter().map(|&vertex| self.place(vertex)).collect())
                .collect();
            rings(placed.iter().map(Vec::as_slice))
        };
        shape.polygons.iter().filter_map(placed).collect()
    }

    /// All that is within 300 m of a line is what a pen 600 m wide covers; a slightly wider one first leaves its edge.
    fn draw_band(&self, canvas: &mut Canvas<'_>, shapes: &[Vec<Path>]) {
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
            shapes
                .iter()
                .flatten()
                .for_each(|path| canvas.line(path, pen));
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
            canvas.line(
                &segment((x + offset, y), (x + offset - 2.0 * side, y + 2.0 * side)),
                pen,
            );
            offset += HATCHING;
        }
    }

    /// The positions: the first with its doubt; numbered when there are several.
    fn draw_marks(&mut self, canvas: &mut Canvas<'_>) {
        // The first position is drawn last, over the others.
        for (index, mark) in self.map.marks.iter().enumerate().rev() {
            let (x, y) = self.place(mark.at);
            let radius = single(mark.uncertainty_m) * self.scale;
            // A smaller circle would disappear under the target.
            if radius > 4.0 {
                let around = circle((x, y), radius);
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
            draw_target(canvas, (x, y));
            self.taken.push((x - 6.0, y - 6.0, x + 6.0, y + 6.0));
            if self.map.marks.len() > 1 {
                // Away from the first one, which may hide it.
                let beside = if index > 0 && mark.at.0 < self.map.marks[0].at.0 {
                    x - 12.5
                } else {
                    x + 6.5
                };
                canvas.text_with_rim(&(index + 1).to_string(), beside, y + 3.0, Weight::Bold, 8.0);
                self.taken
                    .push((beside - 0.5, y - 5.0, beside + 6.5, y + 5.0));
            }
        }
    }

    fn name_shapes(&mut self, canvas: &mut Canvas<'_>) {
        for shape in &self.map.shapes {
            // A longer name would cover half of the map.
            let most = self.frame.side * 0.42;
            let too_wide = width(&shape.name, Weight::Bold, NAME) > most;
            let name = if too_wide {
                shortened(&shape.name, Weight::Bold, NAME, most)
            } else {
                shape.name.clone()
            };
            let wide =
                width(&name, Weight::Bold, NAME).max(width(&shape.code, Weight::Regular, NAME));
            // A name without room is left out: the facts beside the map list all of them.
            let Some((x, y)) = self.room_within(shape, wide / 2.0 + 2.0, NAME * 1.3) else {
                continue;
            };
            for (line, weight, down) in [
                (&name, Weight::Bold, -1.5),
                (&shape.code, Weight::Regular, NAME),
            ] {
                let left = x - width(line, weight, NAME) / 2.0;
                canvas.text_with_rim(line, left, y + down, weight, NAME);
            }
            self.taken.push((
                x - wide / 2.0,
                y - NAME * 1.3,
                x + wide / 2.0,
                y + NAME * 1.3,
            ));
        }
    }

    /// The place for a text of this half width and half height in a shape: free, and as far from the edges and from the
    /// position as can be.
    fn room_within(&self, shape: &Shape, half_width: f32, half_height: f32) -> Option<(f32, f32)> {
        let Frame {
            x: left,
            y: top,
            side,
        } = self.frame;
        // Inset by half the text, which stays in the frame at every place of the grid.
        let step = |index: u16, half: f32| {
            half + (side - 2.0 * half) * f32::from(index) / f32::from(GRID - 1)
        };
        let spots = (0..GRID).flat_map(|row| (0..GRID).map(move |column| (row, column)));
        let spots = spots.map(|(row, column)| {
            (
                left + step(column, half_width),
                top + step(row, half_height),
            )
        });
        let free = spots.filter(|&(x, y)| {
            self.is_free((
                x - half_width,
                y - half_height,
                x + half_width,
                y + half_height,
            ))
        });
        let inside = free.map(|spot| (self.depth(shape, spot, half_width, half_height), spot));
        let best = inside
            .filter(|(depth, _)| *depth > 0)
            .max_by_key(|(depth, _)| *depth);
        best.map(|(_, spot)| spot)
    }

    /// Counts the points of a text's rectangle, and of larger ones around it, that lie in the
    /// shape; 0 if its middle does not.
    fn depth(&self, shape: &Shape, (x, y): (f32, f32), half_width: f32, half_height: f32) -> usize {
        let holds =
            |dx: f32, dy: f32| shape.holds(self.metres(x + dx * half_width, y + dy * half_height));
        if !holds(0.0, 0.0) {
            return 0;
        }
        let around = [
            (-1.0, -1.0),
            (0.0, -1.0),
            (1.0, -1.0),
            (-1.0, 0.0),
            (1.0, 0.0),
            (-1.0, 1.0),
            (0.0, 1.0),
            (1.0, 1.0),
        ];
        let counted = |by: f32| {
            around
                .iter()
                .filter(|(dx, dy)| holds(dx * by, dy * by))
                .count()
        };
        // The text's own points weigh most: it should lie in its shape before it lies deep in it.
        1 + 4 * counted(1.0) + 2 * counted(1.6) + counted(2.4)
    }

    fn metres(&self, x: f32, y: f32) -> Metres {
        let half = self.frame.side / 2.0;
        let to_m = |points: f32| f64::from((points - half) / self.scale);
        (to_m(x - self.frame.x), -to_m(y - self.frame.y))
    }

    /// Each street once, at its nearest number, then as many numbers as there is room for.
    fn name_neighbours(&mut self, canvas: &mut Canvas<'_>) {
        // Streets come first, for a number without its street says little.
        let mut named: Vec<&str> = Vec::new();
        for neighbour in &self.map.neighbours {
            if named.len() == STREETS || named.contains(&neighbour.street.as_str()) {
                continue;
            }
            let (x, y) = self.place(neighbour.at);
            if self.write(canvas, &neighbour.street, (x + 2.5, y - 2.0), STREET) {
                named.push(&neighbour.street);
            }
        }
        for neighbour in &self.map.neighbours {
            let (x, y) = self.place(neighbour.at);
            self.write(canvas, &neighbour.number, (x + 1.6, y + 1.6), NUMBER);
        }
    }

    /// Writes a text beside a point if there is room for it.
    fn write(
        &mut self,
        canvas: &mut Canvas<'_>,
        text: &str,
        (x, feet): (f32, f32),
        size: f32,
    ) -> bool {
        let taken = (
            x,
            feet - size * 0.85,
            x + width(text, Weight::Regular, size),
            feet + size * 0.25,
        );
        if !self.is_free(taken) {
            return false;
        }
        canvas.text_on_white(text, x, feet, Weight::Regular, size);
        self.taken.push(taken);
        true
    }

    /// Returns whether a rectangle is in the frame and on no other text.
    fn is_free(&self, (left, top, right, bottom): Taken) -> bool {
        let Frame { x, y, side } = self.frame;
        let in_frame =
            left > x + 1.0 && top > y + 1.0 && right < x + side - 1.0 && bottom < y + side - 1.0;
        let apart =
            |other: &Taken| left > other.2 || right < other.0 || top > other.3 || bottom < other.1;
        in_frame && self.taken.iter().all(apart)
    }
}

impl Shape {
    /// Returns whether a point is in it, by the even-odd rule.
    fn holds(&self, (x, y): Metres) -> bool {
        let crossed = |ring: &Vec<Metres>| {
            let edges = ring.windows(2).filter(|edge| {
                let ((x1, y1), (x2, y2)) = (edge[0], edge[1]);
                (y1 > y) != (y2 > y) && x < x1 + (y - y1) / (y2 - y1) * (x2 - x1)
            });
            edges.count()
        };
        self.polygons
            .iter()
            .any(|rings| rings.iter().map(crossed).sum::<usize>() % 2 == 1)
    }
}

/// A length to measure with, no longer than `longest` points, above the bottom left corner given; gives what it takes. `scale`
/// is points for a metre.
pub(crate) fn draw_scale(
    canvas: &mut Canvas<'_>,
    (left, bottom): (f32, f32),
    longest: f32,
    scale: f32,
) -> Taken {
    let longest_m = f64::from(longest / scale);
    // Round lengths, among them 300 m, the width of the band.
    let lengths_m = [
        50.0, 100.0, 200.0, 300.0, 500.0, 1000.0, 2000.0, 3000.0, 5000.0, 10_000.0,
    ];
    let length_m = lengths_m
        .into_iter()
        .rfind(|&length_m| length_m <= longest_m)
        .unwrap_or(lengths_m[0]);
    let (x, y, length) = (left + 8.0, bottom - 8.0, single(length_m) * scale);
    let taken = (left, y - 14.0, x + length + 8.0, y + 8.0);
    // A white ground keeps the scale legible on hatching.
    canvas.fill(
        &rectangle(taken.0, taken.1, taken.2 - taken.0, taken.3 - taken.1),
        WHITE,
    );
    for (from, to) in [
        ((x, y), (x + length, y)),
        ((x, y - 3.0), (x, y)),
        ((x + length, y - 3.0), (x + length, y)),
    ] {
        canvas.line(&segment(from, to), Pen::new(BLACK));
    }
    canvas.text(&metres(length_m), x, y - 5.0, Weight::Regular, 6.5, BLACK);
    taken
}

/// North is up: below the top right corner given; gives what it takes.
pub(crate) fn draw_north(canvas: &mut Canvas<'_>, (right, top): (f32, f32)) -> Taken {
    let (x, y) = (right - 12.0, top + 6.0);
    let taken = (x - 8.0, top, x + 12.0, y + 26.0);
    canvas.fill(
        &rectangle(taken.0, taken.1, taken.2 - taken.0, taken.3 - taken.1),
        WHITE,
    );
    let arrow = [
        (x, y),
        (x + 4.0, y + 11.0),
        (x, y + 8.5),
        (x - 4.0, y + 11.0),
    ];
    if let Some(arrow) = rings([arrow.as_slice()]) {
        canvas.fill(&arrow, BLACK);
    }
    canvas.text("N", x - 2.7, y + 20.0, Weight::Bold, 7.5, BLACK);
    taken
}

/// A ring with a dot, black on white so that it is seen on anything.
pub(crate) fn draw_target(canvas: &mut Canvas<'_>, at: (f32, f32)) {
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
pub(crate) fn draw_building_sample(canvas: &mut Canvas<'_>, (x, y): (f32, f32)) {
    draw_building(canvas, &rectangle(x + 2.0, y, 11.0, 8.0));
}

/// A sample of what stands for a perimeter (hatched) or for the band.
pub(crate) fn draw_sample(canvas: &mut Canvas<'_>, (x, y): (f32, f32), hatched: bool) {
    let (wide, high) = (15.0, 8.0);
    let sample = rectangle(x, y, wide, high);
    canvas.fill(&sample, if hatched { INSIDE } else { BAND });
    if hatched {
        canvas.within(&sample, |canvas| {
            for offset in [4.0, 9.0, 14.0, 19.0] {
                let line = segment((x + offset, y), (x + offset - high, y + high));
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
