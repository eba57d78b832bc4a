//! The grid: from a longitude and a latitude to an element of flat arrays, in a few shifts.
//!
//! The world is cut four times. Squares of level 0 are 2° wide, those of level 1 1/16°, those of level 2 1/256° (430 m of
//! latitude), those of level 3, the cells, 1/2048° (54 m). A cell's borders are multiples of 2⁻¹¹ degree, hence exact in
//! floating point: a point falls in one cell and no rounding moves it to the next.

/// A square of level 2 has two to this power cells, a side.
const CELL_BITS: u32 = 3;
/// Cells of a square of level 2, a side.
pub(super) const CELLS_PER_LEVEL2_SIDE: u32 = 1 << CELL_BITS;
/// Squares of level 2 in one of level 1, a side.
pub(super) const LEVEL2_PER_LEVEL1_SIDE: u32 = 16;
/// Squares of level 1 in one of level 0, a side.
const LEVEL1_PER_LEVEL0_SIDE: u32 = 32;
/// Columns and rows of level 0; one more than 360/2 and 180/2, for longitude 180 and latitude 90 themselves.
const LEVEL0_SIDES: [u32; 2] = [181, 91];
/// Cells in a degree.
const CELLS_PER_DEGREE_U32: u32 = 256 << CELL_BITS;
/// The same, as a number to multiply by.
pub(super) const CELLS_PER_DEGREE: f64 = CELLS_PER_DEGREE_U32 as f64;
/// Cells of a square of level 2.
pub(super) const CELLS_PER_LEVEL2: usize = (CELLS_PER_LEVEL2_SIDE * CELLS_PER_LEVEL2_SIDE) as usize;
/// Squares of level 2 in one of level 1: the length of a block of them.
const LEVEL2_PER_LEVEL1: usize = (LEVEL2_PER_LEVEL1_SIDE * LEVEL2_PER_LEVEL1_SIDE) as usize;
/// Squares of level 1 in one of level 0: the length of a block of them.
const LEVEL1_PER_LEVEL0: usize = (LEVEL1_PER_LEVEL0_SIDE * LEVEL1_PER_LEVEL0_SIDE) as usize;
/// Bits of a cell's column or row below those of its square of level 1.
const LEVEL1_SHIFT: u32 = CELL_BITS + LEVEL2_PER_LEVEL1_SIDE.ilog2();
/// Bits of a cell's column or row below those of its square of level 0.
const LEVEL0_SHIFT: u32 = LEVEL1_SHIFT + LEVEL1_PER_LEVEL0_SIDE.ilog2();

/// A cell, by its column and row from longitude -180 and latitude -90.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    pub x: u32,
    pub y: u32,
}

impl Cell {
    /// Returns the cell of a point in degrees, which must be in range.
    #[inline]
    pub fn at(lon: f64, lat: f64) -> Self {
        Self {
            x: cells_from(lon, 180),
            y: cells_from(lat, 90),
        }
    }

    /// Returns the cell of a [`Cell::key`].
    pub fn from_key(key: u64) -> Self {
        let (path, cell) = split(key, CELLS_PER_LEVEL2);
        let (path, level2) = split(path, LEVEL2_PER_LEVEL1);
        let (level0, level1) = split(path, LEVEL1_PER_LEVEL0);
        let level0 = u32::try_from(level0).expect("there are few squares of level 0");
        let x = [
            level0 % LEVEL0_SIDES[0],
            level1 % LEVEL1_PER_LEVEL0_SIDE,
            level2 % LEVEL2_PER_LEVEL1_SIDE,
            cell % CELLS_PER_LEVEL2_SIDE,
        ];
        let y = [
            level0 / LEVEL0_SIDES[0],
            level1 / LEVEL1_PER_LEVEL0_SIDE,
            level2 / LEVEL2_PER_LEVEL1_SIDE,
            cell / CELLS_PER_LEVEL2_SIDE,
        ];
        Self {
            x: joined(x),
            y: joined(y),
        }
    }

    /// Returns its lower longitude and latitude, exactly.
    pub fn lower(self) -> [f64; 2] {
        [
            f64::from(self.x) / CELLS_PER_DEGREE - 180.0,
            f64::from(self.y) / CELLS_PER_DEGREE - 90.0,
        ]
    }

    /// Returns the place of its square of level 0.
    #[inline]
    fn level0(self) -> usize {
        ((self.y >> LEVEL0_SHIFT) * LEVEL0_SIDES[0] + (self.x >> LEVEL0_SHIFT)) as usize
    }

    /// Returns the place of its square of level 1 in the block of that level.
    #[inline]
    fn level1(self) -> usize {
        (((self.y >> LEVEL1_SHIFT) % LEVEL1_PER_LEVEL0_SIDE) * LEVEL1_PER_LEVEL0_SIDE
            + (self.x >> LEVEL1_SHIFT) % LEVEL1_PER_LEVEL0_SIDE) as usize
    }

    /// Returns the place of its square of level 2 in the block of that level.
    #[inline]
    fn level2(self) -> usize {
        (((self.y >> CELL_BITS) % LEVEL2_PER_LEVEL1_SIDE) * LEVEL2_PER_LEVEL1_SIDE
            + (self.x >> CELL_BITS) % LEVEL2_PER_LEVEL1_SIDE) as usize
    }

    /// Returns its place in its square of level 2.
    #[inline]
    pub fn place_in_level2(self) -> usize {
        ((self.y % CELLS_PER_LEVEL2_SIDE) * CELLS_PER_LEVEL2_SIDE + self.x % CELLS_PER_LEVEL2_SIDE)
            as usize
    }

    /// Returns a number that orders cells so that those of a square of level 1, and of one of level 2 within it, follow
    /// each other.
    pub fn key(self) -> u64 {
        let path = (self.level0() * LEVEL1_PER_LEVEL0 + self.level1()) * LEVEL2_PER_LEVEL1;
        ((path + self.level2()) * CELLS_PER_LEVEL2 + self.place_in_level2()) as u64
    }
}

/// Splits the lowest digit, of a given base, off a number.
fn split(number: u64, base: usize) -> (u64, u32) {
    let base = base as u64;
    let digit = u32::try_from(number % base).expect("it is below the base");
    (number / base, digit)
}

/// Joins the places at levels 0 to 3 on one axis into a column or row of cells.
fn joined(places: [u32; 4]) -> u32 {
    let [level0, level1, level2, cell] = places;
    level0 << LEVEL0_SHIFT | level1 << LEVEL1_SHIFT | level2 << CELL_BITS | cell
}

/// Returns `floor(degrees × 2048)`, counted from `-from`.
///
/// Adding 1.5 × 2⁵² leaves the nearest integer in the lowest bits of the sum; it is one too many when it is above the
/// number. The product is exact, and so is the comparison. A conversion, which minds what does not fit, costs three
/// times more.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the lowest bits are what is wanted, in two's complement"
)]
fn cells_from(degrees: f64, from: u32) -> u32 {
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    let scaled = degrees * CELLS_PER_DEGREE;
    let shifted = scaled + SHIFT;
    let above = u32::from(shifted - SHIFT > scaled);
    (shifted.to_bits() as u32)
        .wrapping_add(from * CELLS_PER_DEGREE_U32)
        .wrapping_sub(above)
}

/// The values of levels 1 and 2, as flat arrays. Block 0 of either level is all zeros and stands for "nothing here", so
/// that a lookup takes no branch on the way.
#[derive(Debug, Clone, Copy)]
pub(super) struct GridTree<'a> {
    /// For each square of level 0, its block of `level1`.
    pub level0: &'a [u32],
    /// Blocks of values of level 1. A value may be a block of `level2`.
    pub level1: &'a [u32],
    /// Blocks of values of level 2.
    pub level2: &'a [u32],
}

impl GridTree<'_> {
    /// Returns the value of the cell's square of level 1.
    #[inline]
    pub fn level1_value(&self, cell: Cell) -> u32 {
        self.level1[self.level0[cell.level0()] as usize * LEVEL1_PER_LEVEL0 + cell.level1()]
    }

    /// Returns the value of the cell's square of level 2, in a block that a value of level 1 names.
    #[inline]
    pub fn level2_value(&self, block: u32, cell: Cell) -> u32 {
        self.level2[block as usize * LEVEL2_PER_LEVEL1 + cell.level2()]
    }

    /// [`GridTree::level2_value`] of each cell.
    #[inline]
    pub fn level2_values(&self, cells: &[Cell], values: &mut [u32]) {
        // Level by level, so that the reads of a level wait for memory together.
        for (value, cell) in values.iter_mut().zip(cells) {
            *value = self.level0[cell.level0()];
        }
        for (value, cell) in values.iter_mut().zip(cells) {
            *value = self.level1[*value as usize * LEVEL1_PER_LEVEL0 + cell.level1()];
        }
        for (value, cell) in values.iter_mut().zip(cells) {
            *value = self.level2_value(*value, *cell);
        }
    }
}

/// A [`GridTree`] being filled.
#[derive(Debug)]
pub(super) struct GridTreeBuilder {
    pub level0: Vec<u32>,
    pub level1: Vec<u32>,
    pub level2: Vec<u32>,
}

impl GridTreeBuilder {
    pub fn new() -> Self {
        Self {
            level0: vec![0; (LEVEL0_SIDES[0] * LEVEL0_SIDES[1]) as usize],
            // Block 0 is there from the start and stays zero: it stands for "nothing here".
            level1: vec![0; LEVEL1_PER_LEVEL0],
            level2: vec![0; LEVEL2_PER_LEVEL1],
        }
    }

    pub fn view(&self) -> GridTree<'_> {
        GridTree {
            level0: &self.level0,
            level1: &self.level1,
            level2: &self.level2,
        }
    }

    /// Returns the value of a cell's square of level 1, to be set.
    pub fn level1_mut(&mut self, cell: Cell) -> &mut u32 {
        let block = block(
            &mut self.level0[cell.level0()],
            &mut self.level1,
            LEVEL1_PER_LEVEL0,
        );
        &mut self.level1[block * LEVEL1_PER_LEVEL0 + cell.level1()]
    }

    /// Returns the value of a cell's square of level 2, to be set.
    pub fn level2_mut(&mut self, cell: Cell) -> &mut u32 {
        // Copied and written back: two levels of a tree cannot be borrowed at once.
        let mut value = *self.level1_mut(cell);
        let block = block(&mut value, &mut self.level2, LEVEL2_PER_LEVEL1);
        *self.level1_mut(cell) = value;
        &mut self.level2[block * LEVEL2_PER_LEVEL1 + cell.level2()]
    }
}

/// Returns the block that a value names, made when it names none.
fn block(value: &mut u32, blocks: &mut Vec<u32>, length: usize) -> usize {
    if *value == 0 {
        *value = u32::try_from(blocks.len() / length).expect("a grid has fewer than 2^32 blocks");
        blocks.resize(blocks.len() + length, 0);
    }
    *value as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_point_lies_in_its_cell(lon in -180.0..=180.0f64, lat in -90.0..=90.0f64, step in 0..5u8) {
            // On a border, or one unit in the last place off it, more often than chance would have it.
            let on_border = |degrees: f64| (degrees * CELLS_PER_DEGREE).round() / CELLS_PER_DEGREE;
            let (lon, lat) = match step {
                0 => (on_border(lon), on_border(lat)),
                1 => (on_border(lon).next_down().max(-180.0), on_border(lat).next_up().min(90.0)),
                2 => (on_border(lon).next_up().min(180.0), on_border(lat).next_down().max(-90.0)),
                _ => (lon, lat),
            };
            let cell = Cell::at(lon, lat);
            let lower = cell.lower();
            prop_assert!(lower[0] <= lon && lon < lower[0] + 1.0 / CELLS_PER_DEGREE);
            prop_assert!(lower[1] <= lat && lat < lower[1] + 1.0 / CELLS_PER_DEGREE);
            prop_assert_eq!(Cell::from_key(cell.key()), cell);
        }

        #[test]
        fn what_is_put_in_a_square_of_level_2_is_found_there(
            cells in prop::collection::vec((0u32..737_280, 0u32..368_640, 1u32..1000), 1..20)
        ) {
            let mut builder = GridTreeBuilder::new();
            let mut expected = std::collections::BTreeMap::new();
            for (x, y, value) in cells {
                let cell = Cell { x, y };
                *builder.level2_mut(cell) = value;
                expected.insert(cell.key() / CELLS_PER_LEVEL2 as u64, (cell, value));
            }
            let tree = builder.view();
            for &(cell, value) in expected.values() {
                prop_assert_eq!(tree.level2_value(tree.level1_value(cell), cell), value);
                // In another square of level 0, 1 or 2: what was put there, else nothing.
                for bit in [18, 9, 4, CELL_BITS] {
                    let other = Cell { x: (cell.x ^ (1 << bit)).min(737_279), y: cell.y };
                    let known = expected.get(&(other.key() / CELLS_PER_LEVEL2 as u64)).map_or(0, |(_, value)| *value);
                    prop_assert_eq!(tree.level2_value(tree.level1_value(other), other), known);
                }
            }
        }
    }
}
