//! The map of a sheet: ground kept, gained and lost, both outlines, numbers, places.

use geo::BoundingRect;
use geo_types::{Coord, MultiPolygon};
use krilla::geom::Path;
use qpv_engine::ChangeOutlines;
use qpv_french::{Key, key};
use qpv_model::{Perimeter, Wgs84Point};
use qpv_tiles::label_point;

use super::Sheet;
use crate::canvas::{
    BLACK, Canvas, Color, GREY, PageBox, PagePoint, Pen, TextStyle, WHITE, circle, rectangle,
    rings, segment, width,
};
use crate::palette::plan_color;
use crate::plan::{Metres, Plane, draw_north, draw_scale};
use qpv_service::Snapshot;
use qpv_service::{Changed, Movement};

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
    pub(super) fn draw_sample(self, canvas: &mut Canvas<'_>, corner: PagePoint) {
        let PagePoint { x, y } = corner;
        let sample = rectangle(x, y, 15.0, 8.0);
        let middle = corner.shifted(7.5, 4.0);
        let line = segment(corner.shifted(0.0, 4.0), corner.shifted(15.0, 4.0));
        match self {
            Self::Kept | Self::Gained | Self::Lost => {
                fill_part(canvas, self, &sample, (x, y, 15.0, 8.0));
            }
            Self::From => canvas.line(&line, pen_from()),
            Self::To => canvas.line(&line, pen_to()),
            Self::Place(movement) => draw_place(canvas, movement, middle),
            Self::House => canvas.fill(&rectangle(middle.x, middle.y, 1.2, 1.2), HOUSES),
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

/// The ground that a map shows.
struct View {
    plane: Plane,
    /// Points for a metre.
    scale: f64,
    middle: Metres,
    /// West, south, east, north, degrees.
    bounds: [f64; 4],
}

impl View {
    /// The view of outlines of this extent, on a map of this size.
    fn new(extent: Extent, size: (f32, f32)) -> Self {
        let Extent {
            west,
            south,
            east,
            north,
        } = extent;
        let (width, height) = (f64::from(size.0), f64::from(size.1));
        let (lon, lat) = (f64::midpoint(west, east), f64::midpoint(south, north));
        let plane = Plane::around(
            Wgs84Point::new(lon, lat)
                .unwrap_or_else(|_| Wgs84Point::new(0.0, 0.0).expect("it is on the globe")),
        );
        let (left, bottom) = plane.place(west, south);
        let (right, top) = plane.place(east, north);
        let scale = (width / shown_m(left, right)).min(height / shown_m(bottom, top));
        // What the frame shows is more than the outlines' box, one way or the other.
        let (degree_east, degree_north) = plane.place(west + 1.0, south + 1.0);
        let half_lon = width / scale / (degree_east - left) / 2.0;
        let half_lat = height / scale / (degree_north - bottom) / 2.0;
        Self {
            plane,
            scale,
            middle: (f64::midpoint(left, right), f64::midpoint(bottom, top)),
            bounds: [
                lon - half_lon,
                lat - half_lat,
                lon + half_lon,
                lat + half_lat,
            ],
        }
    }
}

/// The metres that a map shows of outlines from `low_m` to `high_m`.
fn shown_m(low_m: f64, high_m: f64) -> f64 {
    ((high_m - low_m) * (1.0 + 2.0 * AROUND)).max(LEAST_M)
}

impl Plan {
    pub(super) fn new(sheet: &Sheet<'_, '_>, size: (f32, f32)) -> Self {
        let from: Vec<_> = sheet.perimeters_from().map(outline).collect();
        let to: Vec<_> = sheet.perimeters_to().map(outline).collect();
        let extent = Extent::from_outlines(from.iter().chain(&to).copied());
        let view = View::new(extent, size);
        let plane = &view.plane;
        Self {
            size,
            scale: single(view.scale),
            middle: view.middle,
            parts: sheet
                .changes
                .iter()
                .map(|change| {
                    parts(sheet.comparison.outlines(change.changed))
                        .map(|part| plane.polygons(&part))
                })
                .collect(),
            outlines: [from, to]
                .map(|side| side.iter().map(|outline| plane.polygons(outline)).collect()),
            numbers: sheet
                .changes
                .iter()
                .filter_map(|change| Some((change.number, number_place(change.changed, plane)?)))
                .collect(),
            houses: houses(sheet.comparison.snapshot(), view.bounds)
                .map(|house| plane.place(house.x, house.y))
                .collect(),
            places: sheet
                .places
                .iter()
                .map(|place| {
                    (
                        place.movement,
                        plane.place_point(place.position.point),
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

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, corner: PagePoint) {
        let border = rectangle(corner.x, corner.y, self.size.0, self.size.1);
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
            let (wide, high) = self.size;
            // What is drawn already is no room for names.
            let mut taken = vec![
                draw_scale(canvas, corner.shifted(0.0, high), wide * 0.25, self.scale),
                draw_north(canvas, corner.shifted(wide, 0.0)),
            ];
            for (movement, at, _) in &self.places {
                let at = self.place(*at, corner);
                draw_place(canvas, *movement, at);
                taken.push(PageBox::from_middle(at, 4.0, 4.0));
            }
            self.draw_numbers(canvas, corner, &mut taken);
            self.draw_names(canvas, corner, &mut taken);
        });
        canvas.line(&border, Pen::new(BLACK));
    }

    fn draw_ground(&self, canvas: &mut Canvas<'_>, corner: PagePoint) {
        for parts in &self.parts {
            for (part, sign) in parts.iter().zip([Sign::Kept, Sign::Gained, Sign::Lost]) {
                for (path, around) in self.paths(part, corner) {
                    fill_part(canvas, sign, &path, around);
                }
            }
        }
    }

    /// The numbers of the changes. What they cover is added to what is taken.
    fn draw_numbers(&self, canvas: &mut Canvas<'_>, corner: PagePoint, taken: &mut Vec<PageBox>) {
        // Many would hide what they name.
        let size = if self.numbers.len() > 12 { 6.0 } else { 9.0 };
        let style = TextStyle::bold(size);
        for (number, place) in &self.numbers {
            let at = self.beside_places(self.place(*place, corner), corner);
            let text = number.to_string();
            let (half, radius) = (width(&text, style) / 2.0, size * 0.83);
            canvas.fill(&circle(at, radius), WHITE);
            canvas.line(
                &circle(at, radius),
                Pen {
                    width: 0.13 * size,
                    ..Pen::new(NEW)
                },
            );
            canvas.text(&text, at.shifted(-half, size * 0.36), style, BLACK);
            taken.push(PageBox::from_middle(at, radius, radius));
        }
    }

    /// The names of the places that have room beside them.
    fn draw_names(&self, canvas: &mut Canvas<'_>, corner: PagePoint, taken: &mut Vec<PageBox>) {
        let style = TextStyle::regular(6.4);
        for (_, place, name) in &self.places {
            let at = self.place(*place, corner);
            let boxed = PageBox {
                left: at.x + 5.0,
                top: at.y - 4.0,
                right: at.x + 6.0 + width(name, style),
                bottom: at.y + 4.0,
            };
            let in_frame = boxed.right < corner.x + self.size.0
                && boxed.top > corner.y
                && boxed.bottom < corner.y + self.size.1
                && boxed.left > corner.x;
            if in_frame && taken.iter().all(|other| boxed.is_apart_from(other)) {
                canvas.text_on_white(name, PagePoint::new(boxed.left + 0.5, at.y + 2.2), style);
                taken.push(boxed);
            }
        }
    }

    /// The point of the page where a place is drawn, on the map with this upper left corner.
    fn place(&self, at: Metres, corner: PagePoint) -> PagePoint {
        let right = single(at.0 - self.middle.0) * self.scale;
        let down = single(self.middle.1 - at.1) * self.scale;
        PagePoint {
            x: corner.x + self.size.0 / 2.0 + right,
            y: corner.y + self.size.1 / 2.0 + down,
        }
    }

    /// Returns the place of a number, moved aside when a place is drawn there.
    fn beside_places(&self, at: PagePoint, corner: PagePoint) -> PagePoint {
        let mut places = self
            .places
            .iter()
            .map(|(_, place, _)| self.place(*place, corner));
        // A number has a radius of 7.5 points and a sign one of 4: nearer, they overlap.
        if places.any(|place| (place.x - at.x).hypot(place.y - at.y) < 12.0) {
            at.shifted(-11.0, -10.0)
        } else {
            at
        }
    }

    /// A path for each polygon, and the rectangle around it.
    fn paths(&self, polygons: &Polygons, corner: PagePoint) -> Vec<(Path, Around)> {
        polygons
            .iter()
            .filter_map(|polygon| self.path(polygon, corner))
            .collect()
    }

    /// The path of a polygon, and the rectangle around it; `None` for one without a line.
    fn path(&self, polygon: &[Vec<Metres>], corner: PagePoint) -> Option<(Path, Around)> {
        let placed: Vec<Vec<PagePoint>> = polygon
            .iter()
            .map(|ring| {
                ring.iter()
                    .map(|&vertex| self.place(vertex, corner))
                    .collect()
            })
            .collect();
        let path = rings(placed.iter().map(Vec::as_slice))?;
        Some((path, around(placed.iter().flatten())))
    }

    fn draw_houses(&self, canvas: &mut Canvas<'_>, corner: PagePoint) {
        let houses = self.houses.iter().map(|&house| self.place(house, corner));
        let squares: Vec<[PagePoint; 4]> = houses
            .map(|at| {
                [
                    at.shifted(-0.4, -0.4),
                    at.shifted(0.4, -0.4),
                    at.shifted(0.4, 0.4),
                    at.shifted(-0.4, 0.4),
                ]
            })
            .collect();
        // One path for all: a file of a tenth of the size.
        if let Some(path) = rings(squares.iter().map(<[PagePoint; 4]>::as_slice)) {
            canvas.fill(&path, HOUSES);
        }
    }
}

/// The rectangle around some points: left, top, width, height.
fn around<'a>(points: impl Iterator<Item = &'a PagePoint>) -> Around {
    let (mut left, mut top, mut right, mut bottom) = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
    for at in points {
        left = left.min(at.x);
        top = top.min(at.y);
        right = right.max(at.x);
        bottom = bottom.max(at.y);
    }
    (left, top, right - left, bottom - top)
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

/// The outline of a perimeter, degrees.
fn outline(perimeter: &Perimeter) -> &MultiPolygon<f64> {
    perimeter.outline.wgs84()
}

/// The parts of a change, in the order of their signs.
fn parts(outlines: ChangeOutlines) -> [MultiPolygon<f64>; 3] {
    let ChangeOutlines {
        shared,
        gained,
        lost,
    } = outlines;
    [shared, gained, lost]
}

/// The place of a change's number, in one of its perimeters.
fn number_place(changed: &Changed<'_>, plane: &Plane) -> Option<Metres> {
    let perimeter = changed.to.first().or(changed.from.first())?;
    let at = label_point(outline(perimeter))?;
    Some(plane.place(at.x, at.y))
}

/// The extent of some outlines, degrees; of nothing, a point.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Extent {
    fn from_outlines<'a>(outlines: impl Iterator<Item = &'a MultiPolygon<f64>>) -> Self {
        let boxes = outlines.filter_map(BoundingRect::bounding_rect);
        let extents = boxes.map(|around| Self {
            west: around.min().x,
            south: around.min().y,
            east: around.max().x,
            north: around.max().y,
        });
        let joined = extents.reduce(|one, other| Self {
            west: one.west.min(other.west),
            south: one.south.min(other.south),
            east: one.east.max(other.east),
            north: one.north.max(other.north),
        });
        joined.unwrap_or_default()
    }
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
        let (near, far) = (x + offset, x + offset - high);
        let (top, bottom) = if falling { (far, near) } else { (near, far) };
        let line = segment(PagePoint::new(top, y), PagePoint::new(bottom, y + high));
        canvas.line(&line, pen);
        offset += HATCHING;
    }
}

/// The sign of a place: a triangle for one that entered, a cross for one that left, a disc for one that stayed.
fn draw_place(canvas: &mut Canvas<'_>, movement: Movement, at: PagePoint) {
    match movement {
        Movement::Entered => {
            let corners = [
                at.shifted(0.0, -4.0),
                at.shifted(4.0, 3.0),
                at.shifted(-4.0, 3.0),
            ];
            if let Some(triangle) = rings([corners.as_slice()]) {
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
                canvas.line(&segment(at.shifted(-3.0, -3.0), at.shifted(3.0, 3.0)), pen);
                canvas.line(&segment(at.shifted(-3.0, 3.0), at.shifted(3.0, -3.0)), pen);
            }
        }
        Movement::Stayed => {
            canvas.fill(&circle(at, 3.6), WHITE);
            canvas.fill(&circle(at, 2.6), NEW);
        }
        Movement::Band | Movement::Undetermined => {
            canvas.fill(&circle(at, 3.2), WHITE);
            canvas.line(
                &circle(at, 2.6),
                Pen {
                    width: 1.0,
                    ..Pen::new(GREY)
                },
            );
        }
    }
}
