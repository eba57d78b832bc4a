//! The extents of the territories: a generous outline drawn for the project (land plus a few kilometres), one small file.

use std::sync::LazyLock;

use geo::coordinate_position::CoordPos;
use geo::{BoundingRect, Coord, CoordinatePosition, Intersects, LinesIter, MultiPolygon, Rect};
use qpv_model::{Territory, Wgs84Point};
use serde::Deserialize;

/// The outlines of all territories, WGS 84.
#[derive(Debug)]
pub struct TerritoryExtents(Vec<Extent>);

#[derive(Debug)]
struct Extent {
    territory: Territory,
    grid: Grid,
    outline: MultiPolygon<f64>,
    /// By row, then by column.
    cells: Vec<Cell>,
}

/// Bounds cut into cells.
#[derive(Debug)]
struct Grid(Rect<f64>);

/// The part of a territory that all points of a cell are in.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cell {
    Inside,
    Outside,
    /// An edge may pass through it, so the outline must be asked.
    Edge,
}

/// Rows and columns of cells of a territory: 64 leave few points to the outline and fill 4 KiB.
const GRID: usize = 64;

#[derive(Deserialize)]
struct Row {
    territory: Territory,
    #[serde(deserialize_with = "geojson::de::deserialize_geometry")]
    geometry: MultiPolygon<f64>,
}

static EMBEDDED: LazyLock<TerritoryExtents> = LazyLock::new(|| {
    TerritoryExtents::parse(include_str!("../../../geodata/territories.geojson"))
        .expect("the embedded outlines are well formed")
});

impl TerritoryExtents {
    /// Returns the outlines shipped with the program (`geodata/territories.geojson`).
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    fn parse(text: &str) -> Result<Self, geojson::Error> {
        let rows: Vec<Row> = geojson::de::deserialize_feature_collection_str_to_vec(text)?;
        let extents = rows
            .into_iter()
            .filter_map(|row| Extent::new(row.territory, row.geometry));
        Ok(Self(extents.collect()))
    }

    /// Returns the territory whose outline contains the point, its line included; `None` in the open sea and abroad.
    #[must_use]
    #[inline]
    pub fn containing(&self, point: Wgs84Point) -> Option<Territory> {
        let coord = point.coord();
        self.0
            .iter()
            .find(|extent| extent.contains(coord))
            .map(|extent| extent.territory)
    }
}

impl Extent {
    fn new(territory: Territory, outline: MultiPolygon<f64>) -> Option<Self> {
        let grid = Grid(outline.bounding_rect()?);
        let mut cells = vec![Cell::Outside; GRID * GRID];
        // Columns and rows grow with the coordinates, so an edge lies in the cells between those of its ends.
        for bounds in outline.lines_iter().map(|edge| edge.bounding_rect()) {
            for row in grid.row(bounds.min())..=grid.row(bounds.max()) {
                cells[row * GRID..][grid.column(bounds.min())..=grid.column(bounds.max())]
                    .fill(Cell::Edge);
            }
        }
        for index in 0..cells.len() {
            // Each row starts anew: the end of the row before lies on the other side of the
            // territory.
            let beside = if index % GRID == 0 {
                Cell::Edge
            } else {
                cells[index - 1]
            };
            cells[index] = match (cells[index], beside) {
                (Cell::Edge, _) => Cell::Edge,
                // No edge lies between the two.
                (_, Cell::Inside | Cell::Outside) => beside,
                // Only one cell of a run of free cells is tested: the next ones follow from it.
                (_, Cell::Edge) if outline.intersects(&grid.middle(index)) => Cell::Inside,
                (_, Cell::Edge) => Cell::Outside,
            };
        }
        Some(Self {
            territory,
            grid,
            outline,
            cells,
        })
    }

    #[inline]
    fn contains(&self, point: Coord<f64>) -> bool {
        self.grid.holds(point)
            && match self.cells[self.grid.row(point) * GRID + self.grid.column(point)] {
                Cell::Inside => true,
                Cell::Outside => false,
                // Part by part: for all at once their envelope would be computed again, for every point.
                Cell::Edge => self
                    .outline
                    .iter()
                    .any(|part| part.coordinate_position(&point) != CoordPos::Outside),
            }
    }
}

impl Grid {
    /// Returns whether a point lies within the bounds, their lines included.
    #[inline]
    fn holds(&self, point: Coord<f64>) -> bool {
        let (min, max) = (self.0.min(), self.0.max());
        // Compared here: every point is, with the bounds of every territory.
        min.x <= point.x && point.x <= max.x && min.y <= point.y && point.y <= max.y
    }

    fn column(&self, point: Coord<f64>) -> usize {
        cell(point.x - self.0.min().x, self.0.width())
    }

    fn row(&self, point: Coord<f64>) -> usize {
        cell(point.y - self.0.min().y, self.0.height())
    }

    fn middle(&self, index: usize) -> Coord<f64> {
        let (column, row) = ((index % GRID) as f64, (index / GRID) as f64);
        self.0.min()
            + Coord {
                x: (column + 0.5) / GRID as f64 * self.0.width(),
                y: (row + 0.5) / GRID as f64 * self.0.height(),
            }
    }
}

/// Returns the row or column of a point this far into bounds this wide.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a negative number counts as zero"
)]
fn cell(offset: f64, width: f64) -> usize {
    ((offset / width * GRID as f64) as usize).min(GRID - 1)
}

#[cfg(test)]
mod tests {
    use geo::CoordsIter;

    use super::*;

    #[test]
    fn prefectures_lie_in_their_territory() {
        // Town halls, from the communes' own published addresses.
        for (territory, lon, lat) in [
            (Territory::Metropole, 2.3522, 48.8566),
            (Territory::Metropole, 8.7376, 41.9267),
            (Territory::Metropole, -5.0957, 48.4570),
            (Territory::Guadeloupe, -61.7269, 15.9985),
            (Territory::Martinique, -61.0588, 14.6037),
            (Territory::Guyane, -52.3336, 4.9385),
            (Territory::Reunion, 55.4504, -20.8789),
            (Territory::SaintPierreEtMiquelon, -56.1733, 46.7811),
            (Territory::Mayotte, 45.2279, -12.7806),
            (Territory::SaintMartin, -63.0823, 18.0675),
            (Territory::PolynesieFrancaise, -149.5696, -17.5390),
        ] {
            let point = Wgs84Point::new(lon, lat).unwrap();
            assert_eq!(
                TerritoryExtents::embedded().containing(point),
                Some(territory),
                "{lon} {lat}"
            );
        }
    }

    #[test]
    fn cells_answer_as_the_outlines() {
        for extent in &TerritoryExtents::embedded().0 {
            let (min, width, height) = (
                extent.grid.0.min(),
                extent.grid.0.width(),
                extent.grid.0.height(),
            );
            let part = |step: i32| f64::from(step) / 150.0 - 0.01;
            for (column, row) in (0..154).flat_map(|column| (0..154).map(move |row| (column, row)))
            {
                let coord = min
                    + Coord {
                        x: part(column) * width,
                        y: part(row) * height,
                    };
                assert_eq!(
                    extent.contains(coord),
                    extent.outline.intersects(&coord),
                    "{coord:?}"
                );
            }
            assert!(
                extent
                    .outline
                    .coords_iter()
                    .all(|vertex| extent.contains(vertex)),
                "{:?}",
                extent.territory
            );
        }
    }

    #[test]
    fn foreign_towns_lie_in_none() {
        for (lon, lat) in [
            (-0.1276, 51.5072),
            (4.3517, 50.8503),
            (7.6869, 45.0703),
            (2.1686, 41.3874),
            (-25.0, 30.0),
        ] {
            assert_eq!(
                TerritoryExtents::embedded().containing(Wgs84Point::new(lon, lat).unwrap()),
                None,
                "{lon} {lat}"
            );
        }
    }
}
