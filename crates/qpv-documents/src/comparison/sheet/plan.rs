//! The map of a sheet: ground kept, gained and lost, both outlines, numbers, places.

use geo::BoundingRect;
use geo_types::{Coord, MultiPolygon};
use krilla::geom::Path;
use qpv_engine::ChangeOutlines;
use qpv_french::{Key, key};
use qpv_model::Wgs84Point;
use qpv_tiles::label_point;

use super::Sheet;
use crate::canvas::{
    BLACK, Canvas, Color, GREY, Pen, WHITE, Weight, circle, rectangle, rings, segment, width,
};
use crate::palette::plan_color;
use crate::plan::{Metres, Plane, draw_north, draw_scale};
use qpv_service::Snapshot;
use qpv_service::{Changed, MovedWith, Movement};

const KEPT: Color = plan_color("kept");
const GAINED: Color = plan_color("gained");
const LOST: Color = plan_color("lost");
const OLD: Color = plan_color("old");
const NEW: Color = plan_color("new");
const HOUSES: Color = plan_color("houses");
/// Addresses on a map.
const MOST_HOUSES: usize = 12_000;
/// Between two lines of a pattern, points.
const HATCHING: f32 = 5.0;
/// Ground shown around the outlines, as a share of their extent, and the least extent, metres.
const AROUND: f64 = 0.08;
const LEAST_M: f64 = 400.0;

/// A map, in metres around the middle of what it shows.
pub(super) struct Plan {
    size: (f32, f32),
    /// Points for a metre.
    scale: f32,
    middle: Metres,
    /// The parts of each change.
    parts: Vec<[Polygons; 3]>,
    outlines: [Vec<Polygons>; 2],
    numbers: Vec<(usize, Metres)>,
    /// Addresses, as far as they are loaded: they show where houses are.
    houses: Vec<Metres>,
    places: Vec<(Movement, Metres, String)>,
}

/// Left, top, width, height.
type Around = (f32, f32, f32, f32);

/// Left, top, right, bottom.
type Covered = (f32, f32, f32, f32);

type Polygons = Vec<Vec<Vec<Metres>>>;

/// The signs of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Kept,
    Gained,
    Lost,
    From,
    To,
    Place(Movement),
    House,
}

impl Sign {
    pub(super) const ALL: [Self; 10] = [
        Self::Kept,
        Self::Gained,
        Self::Lost,
        Self::From,
        Self::To,
        Self::Place(Movement::Entered),
        Self::Place(Movement::Left),
        Self::Place(Movement::Stayed),
        Self::Place(Movement::Undetermined),
        Self::House,
    ];

    /// Its sentence in the legend.
    pub(super) fn legend(self) -> Key {
        match self {
            Self::Kept => key::COMPARE_LEGEND_KEPT,
            Self::Gained => key::COMPARE_LEGEND_GAINED,
            Self::Lost => key::COMPARE_LEGEND_LOST,
            Self::From => key::COMPARE_LEGEND_FROM,
            Self::To => key::COMPARE_LEGEND_TO,
            Self::Place(Movement::Entered) => key::COMPARE_LEGEND_ENTERED,
            Self::Place(Movement::Left) => key::COMPARE_LEGEND_LEFT,
            Self::Place(Movement::Stayed) => key::COMPARE_LEGEND_STAYED,
            Self::Place(Movement::Band) => key::COMPARE_PLACES_BAND,
            Self::Place(Movement::Undetermined) => key::COMPARE_LEGEND_UNDETERMINED,
            Self::House => key::COMPARE_LEGEND_ADDRESS,
        }
    }

    /// A sample for the legend, 15 points wide and 8 high.
    pub(super) fn draw_sample(self, canvas: &mut Canvas<'_>, (x, y): (f32, f32)) {
        let sample = rectangle(x, y, 15.0, 8.0);
        let middle = (x + 7.5, y + 4.0);
        let line = segment((x, y + 4.0), (x + 15.0, y + 4.0));
        match self {
            Self::Kept | Self::Gained | Self::Lost => {
                fill_part(canvas, self, &sample, (x, y, 15.0, 8.0));
            }
            Self::From => canvas.line(&line, pen_from()),
            Self::To => canvas.line(&line, pen_to()),
            Self::Place(movement) => draw_place(canvas, movement, middle),
            Self::House => canvas.fill(&rectangle(middle.0, middle.1, 1.2, 1.2), HOUSES),
        }
    }
}

fn pen_from() -> Pen {
    Pen {
        width: 1.1,
        dashed: true,
        ..Pen::new(OLD)
    }
}

fn pen_to() -> Pen {
    Pen {
        width: 1.6,
        ..Pen::new(NEW)
    }
}

impl Plan {
    pub(super) fn new(sheet: &Sheet<'_, '_>, size: (f32, f32)) -> Self {
        let Sheet {
            comparison,
            changes,
            untold,
            places,
            ..
        } = sheet;
        let sides = |from: bool| {
            let told = changes
                .iter()
                .flat_map(move |(_, it, _)| if from { &it.from } else { &it.to });
            told.chain(
                untold
                    .iter()
                    .flat_map(move |it| if from { &it.from } else { &it.to }),
            )
        };
        let outlines = |from| {
            sides(from)
                .map(|perimeter| perimeter.outline.wgs84())
                .collect::<Vec<_>>()
        };
        let (from, to) = (outlines(true), outlines(false));
        let (west, south, east, north) = extent(from.iter().chain(&to).copied());
        let centre = Wgs84Point::new(f64::midpoint(west, east), f64::midpoint(south, north));
        let plane = Plane::around(
            centre.unwrap_or_else(|_| Wgs84Point::new(0.0, 0.0).expect("it is on the globe")),
        );
        let (left, bottom) = plane.place(west, south);
        let (right, top) = plane.place(east, north);
        let across = |low: f64, high: f64| ((high - low) * (1.0 + 2.0 * AROUND)).max(LEAST_M);
        let scale =
            (f64::from(size.0) / across(left, right)).min(f64::from(size.1) / across(bottom, top));
        let placed = |outlines: &[&MultiPolygon<f64>]| {
            outlines
                .iter()
                .map(|it| plane.polygons(it))
                .collect::<Vec<_>>()
        };
        let at = |c: Coord<f64>| plane.place(c.x, c.y);
        // What the frame shows is more than the outlines' box, one way or the other.
        let (degree_east, degree_north) = plane.place(west + 1.0, south + 1.0);
        let degrees = (degree_east - left, degree_north - bottom);
        let half = (
            f64::from(size.0) / scale / degrees.0 / 2.0,
            f64::from(size.1) / scale / degrees.1 / 2.0,
        );
        let (lon, lat) = (f64::midpoint(west, east), f64::midpoint(south, north));
        let houses = houses(
            comparison.snapshot(),
            [lon - half.0, lat - half.1, lon + half.0, lat + half.1],
        );
        let parts = changes.iter().map(|(_, changed, _)| {
            let ChangeOutlines {
                shared,
                gained,
                lost,
            } = comparison.outlines(changed);
            [shared, gained, lost].map(|part| plane.polygons(&part))
        });
        let number = |(number, changed, _): &(usize, &Changed<'_>, &MovedWith)| {
            let perimeter = changed.to.first().or(changed.from.first())?;
            Some((*number, at(label_point(perimeter.outline.wgs84())?)))
        };
        Self {
            size,
            scale: single(scale),
            middle: (f64::midpoint(left, right), f64::midpoint(bottom, top)),
            parts: parts.collect(),
            outlines: [placed(&from), placed(&to)],
            houses: houses.map(at).collect(),
            numbers: changes.iter().filter_map(number).collect(),
            places: places
                .iter()
                .map(|place| {
                    (
                        place.movement,
                        at(place.position.point.coord()),
                        place.place.name.clone(),
                    )
                })
                .collect(),
        }
    }

    /// The signs on it: none of houses or places where none are drawn, for that would say that
    /// there are none.
    pub(super) fn signs(&self) -> impl Iterator<Item = Sign> {
        Sign::ALL.into_iter().filter(|sign| match sign {
            Sign::House => !self.houses.is_empty(),
            Sign::Place(movement) => self.places.iter().any(|(of, _, _)| of == movement),
            _ => true,
        })
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, corner: (f32, f32)) {
        let (x, y) = corner;
        let border = rectangle(x, y, self.size.0, self.size.1);
        canvas.within(&border, |canvas| {
            // From the ground up, so that nothing hides signs and texts.
            self.draw_ground(canvas, corner);
            self.draw_houses(canvas, corner);
            for (outlines, pen) in self.outlines.iter().zip([pen_from(), pen_to()]) {
                for (path, _) in outlines
                    .iter()
                    .flat_map(|outline| self.paths(outline, corner))
                {
                    canvas.line(&path, pen);
                }
            }
            // What is drawn already is no room for names.
            let mut taken = vec![
                draw_scale(canvas, (x, y + self.size.1), self.size.0 * 0.25, self.scale),
                draw_north(canvas, (x + self.size.0, y)),
            ];
            for (movement, at, _) in &self.places {
                let at = self.place(*at, corner);
                draw_place(canvas, *movement, at);
                taken.push((at.0 - 4.0, at.1 - 4.0, at.0 + 4.0, at.1 + 4.0));
            }
            self.draw_numbers(canvas, corner, &mut taken);
            self.draw_names(canvas, corner, &mut taken);
        });
        canvas.line(&border, Pen::new(BLACK));
    }

    fn draw_ground(&self, canvas: &mut Canvas<'_>, corner: (f32, f32)) {
        for parts in &self.parts {
            for (part, sign) in parts.iter().zip([Sign::Kept, Sign::Gained, Sign::Lost]) {
                for (path, around) in self.paths(part, corner) {
                    fill_part(canvas, sign, &path, around);
                }
            }
        }
    }

    /// The numbers of the changes. What they cover is added to what is taken.
    fn draw_numbers(&self, canvas: &mut Canvas<'_>, corner: (f32, f32), taken: &mut Vec<Covered>) {
        for (number, at) in &self.numbers {
            let (left, top) = self.beside_places(self.place(*at, corner), corner);
            let text = number.to_string();
            // Many would hide what they name.
            let size = if self.numbers.len() > 12 { 6.0 } else { 9.0 };
            let (half, radius) = (width(&text, Weight::Bold, size) / 2.0, size * 0.83);
            canvas.fill(&circle((left, top), radius), WHITE);
            canvas.line(
                &circle((left, top), radius),
                Pen {
                    width: 0.13 * size,
                    ..Pen::new(NEW)
                },
            );
            canvas.text(
                &text,
                left - half,
                top + size * 0.36,
                Weight::Bold,
                size,
                BLACK,
            );
            taken.push((left - radius, top - radius, left + radius, top + radius));
        }
    }

    /// The names of the places that have room beside them.
    fn draw_names(&self, canvas: &mut Canvas<'_>, corner: (f32, f32), taken: &mut Vec<Covered>) {
        let (x, y) = corner;
        for (_, at, name) in &self.places {
            let (left, top) = self.place(*at, corner);
            let wide = width(name, Weight::Regular, 6.4);
            let boxed = (left + 5.0, top - 4.0, left + 6.0 + wide, top + 4.0);
            let in_frame = boxed.2 < x + self.size.0
                && boxed.1 > y
                && boxed.3 < y + self.size.1
                && boxed.0 > x;
            let is_free = taken.iter().all(|other| {
                boxed.0 > other.2 || boxed.2 < other.0 || boxed.1 > other.3 || boxed.3 < other.1
            });
            if in_frame && is_free {
                canvas.text_on_white(name, boxed.0 + 0.5, top + 2.2, Weight::Regular, 6.4);
                taken.push(boxed);
            }
        }
    }

    fn place(&self, (east, north): Metres, (x, y): (f32, f32)) -> (f32, f32) {
        let right = single(east - self.middle.0) * self.scale;
        let down = single(self.middle.1 - north) * self.scale;
        (x + self.size.0 / 2.0 + right, y + self.size.1 / 2.0 + down)
    }

    /// Returns the place of a number, moved aside when a place is drawn there.
    fn beside_places(&self, at: (f32, f32), corner: (f32, f32)) -> (f32, f32) {
        let hidden = self
            .places
            .iter()
            .map(|(_, place, _)| self.place(*place, corner));
        // A number has a radius of 7.5 points and a sign one of 4: nearer, they overlap.
        let mut hidden = hidden.filter(|place| (place.0 - at.0).hypot(place.1 - at.1) < 12.0);
        if hidden.next().is_some() {
            (at.0 - 11.0, at.1 - 10.0)
        } else {
            at
        }
    }

    /// A path for each polygon, and the rectangle around it: left, top, width, height.
    fn paths(&self, polygons: &Polygons, corner: (f32, f32)) -> Vec<(Path, Around)> {
        let path = |polygon: &Vec<Vec<Metres>>| {
            let placed: Vec<Vec<(f32, f32)>> = polygon
                .iter()
                .map(|ring| {
                    ring.iter()
                        .map(|&vertex| self.place(vertex, corner))
                        .collect()
                })
                .collect();
            let mut around = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
            for &(x, y) in placed.iter().flatten() {
                around = (
                    around.0.min(x),
                    around.1.min(y),
                    around.2.max(x),
                    around.3.max(y),
                );
            }
            let (left, top, right, bottom) = around;
            Some((
                rings(placed.iter().map(Vec::as_slice))?,
                (left, top, right - left, bottom - top),
            ))
        };
        polygons.iter().filter_map(path).collect()
    }

    fn draw_houses(&self, canvas: &mut Canvas<'_>, corner: (f32, f32)) {
        let square = |&at: &Metres| {
            let (x, y) = self.place(at, corner);
            [
                (x - 0.4, y - 0.4),
                (x + 0.4, y - 0.4),
                (x + 0.4, y + 0.4),
                (x - 0.4, y + 0.4),
            ]
        };
        let squares: Vec<[(f32, f32); 4]> = self.houses.iter().map(square).collect();
        // One path for all: a file of a tenth of the size.
        if let Some(path) = rings(squares.iter().map(<[(f32, f32); 4]>::as_slice)) {
            canvas.fill(&path, HOUSES);
        }
    }
}

/// The addresses around, if they are few enough to be distinguished.
fn houses(snapshot: &Snapshot, bounds: [f64; 4]) -> impl Iterator<Item = Coord<f64>> {
    let found = snapshot
        .addresses()
        .ok()
        .into_iter()
        .flat_map(move |index| index.within(bounds));
    // One more than allowed shows that they are too many, without reading them all.
    let few: Vec<Coord<f64>> = found
        .map(|address| address.point.coord())
        .take(MOST_HOUSES + 1)
        .collect();
    // A part of them would make the rest look like empty ground.
    if few.len() > MOST_HOUSES {
        Vec::new()
    } else {
        few
    }
    .into_iter()
}

/// West, south, east, north of some outlines; of nothing, a point.
fn extent<'a>(outlines: impl Iterator<Item = &'a MultiPolygon<f64>>) -> (f64, f64, f64, f64) {
    let boxes = outlines.filter_map(BoundingRect::bounding_rect);
    let boxes = boxes.map(|around| {
        (
            around.min().x,
            around.min().y,
            around.max().x,
            around.max().y,
        )
    });
    let joined = boxes.reduce(|one, other| {
        (
            one.0.min(other.0),
            one.1.min(other.1),
            one.2.max(other.2),
            one.3.max(other.3),
        )
    });
    joined.unwrap_or_default()
}

/// Coordinates on the page need no more digits.
#[expect(
    clippy::cast_possible_truncation,
    reason = "metres within a commune, to a hundredth of a point"
)]
fn single(value: f64) -> f32 {
    value as f32
}

/// Fills a shape by its part: plain, rising lines, crossed lines. `around` is a rectangle that
/// holds it.
fn fill_part(canvas: &mut Canvas<'_>, sign: Sign, path: &Path, around: Around) {
    match sign {
        Sign::Gained => canvas.within(path, |canvas| hatch(canvas, around, GAINED, false)),
        Sign::Lost => canvas.within(path, |canvas| {
            hatch(canvas, around, LOST, false);
            hatch(canvas, around, LOST, true);
        }),
        _ => canvas.fill(path, KEPT),
    }
    // A narrow sliver falls between two lines of hatching: its outline still shows it.
    if matches!(sign, Sign::Gained | Sign::Lost) {
        let color = if sign == Sign::Gained { GAINED } else { LOST };
        canvas.line(
            path,
            Pen {
                width: 0.4,
                ..Pen::new(color)
            },
        );
    }
}

fn hatch(canvas: &mut Canvas<'_>, (x, y, wide, high): Around, color: Color, falling: bool) {
    let pen = Pen {
        width: 0.6,
        ..Pen::new(color)
    };
    let mut offset = 0.0;
    while offset < wide + high {
        let (from, to) = if falling {
            ((x + offset - high, y), (x + offset, y + high))
        } else {
            ((x + offset, y), (x + offset - high, y + high))
        };
        canvas.line(&segment(from, to), pen);
        offset += HATCHING;
    }
}

/// The sign of a place: a triangle for one that entered, a cross for one that left, a disc for one that stayed.
fn draw_place(canvas: &mut Canvas<'_>, movement: Movement, (x, y): (f32, f32)) {
    match movement {
        Movement::Entered => {
            if let Some(triangle) =
                rings([[(x, y - 4.0), (x + 4.0, y + 3.0), (x - 4.0, y + 3.0)].as_slice()])
            {
                // A white rim sets the sign off from hatching.
                canvas.line(
                    &triangle,
                    Pen {
                        width: 2.2,
                        ..Pen::new(WHITE)
                    },
                );
                canvas.fill(&triangle, GAINED);
            }
        }
        Movement::Left => {
            for pen in [
                Pen {
                    width: 4.0,
                    ..Pen::new(WHITE)
                },
                Pen {
                    width: 1.8,
                    ..Pen::new(LOST)
                },
            ] {
                canvas.line(&segment((x - 3.0, y - 3.0), (x + 3.0, y + 3.0)), pen);
                canvas.line(&segment((x - 3.0, y + 3.0), (x + 3.0, y - 3.0)), pen);
            }
        }
        Movement::Stayed => {
            canvas.fill(&circle((x, y), 3.6), WHITE);
            canvas.fill(&circle((x, y), 2.6), NEW);
        }
        Movement::Band | Movement::Undetermined => {
            canvas.fill(&circle((x, y), 3.2), WHITE);
            canvas.line(
                &circle((x, y), 2.6),
                Pen {
                    width: 1.0,
                    ..Pen::new(GREY)
                },
            );
        }
    }
}
