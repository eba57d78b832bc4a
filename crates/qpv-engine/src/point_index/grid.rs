//! The addresses of the grid: from a longitude and a latitude to a slot of flat arrays, in a few shifts.
//!
//! The world is cut four times: roots of 2°, branches of 1/16°, twigs of 1/256° (430 m of latitude), cells of 1/2048°
//! (54 m). A cell's borders are multiples of 2⁻¹¹ degree, hence exact in floating point: a point falls in one cell and
//! no rounding moves it to the next.

/// A twig has two to this power cells, a side.
const CELL_BITS: u32 = 3;
/// Cells in a twig, a side.
pub(super) const CELLS_A_SIDE: u32 = 1 << CELL_BITS;
/// Cells in a degree.
const CELLS_A_DEGREE: u32 = 256 << CELL_BITS;
/// The same, as a number to multiply by.
pub(super) const PER_DEGREE: f64 = CELLS_A_DEGREE as f64;
/// Columns and rows of roots; one more than 360/2 and 180/2, for longitude 180 and latitude 90 themselves.
const ROOTS: [u32; 2] = [181, 91];
/// Branches in a root, a side.
const BRANCHES: u32 = 32;
/// Twigs in a branch, a side.
const SIDE: u32 = 16;
/// Cells in a twig.
pub(super) const CELLS: usize = (CELLS_A_SIDE * CELLS_A_SIDE) as usize;
/// Slots of one block of branches, and of one block of twigs.
const BRANCH_BLOCK: usize = (BRANCHES * BRANCHES) as usize;
const TWIG_BLOCK: usize = (SIDE * SIDE) as usize;

/// A cell, by its column and row from longitude -180 and latitude -90.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    pub x: u32,
    pub y: u32,
}

impl Cell {
    /// The cell of a point in degrees, which must be in range.
    #[inline]
    pub fn at(lon: f64, lat: f64) -> Self {
        Self {
            x: count(lon, 180),
            y: count(lat, 90),
        }
    }

    /// The cell of a [`Cell::key`].
    pub fn of_key(key: u64) -> Self {
        let part = |place: usize, count: usize| {
            u32::try_from(key / place as u64 % count as u64).expect("it is below count")
        };
        let cell = part(1, CELLS);
        let twig = part(CELLS, TWIG_BLOCK);
        let branch = part(CELLS * TWIG_BLOCK, BRANCH_BLOCK);
        let root = part(
            CELLS * TWIG_BLOCK * BRANCH_BLOCK,
            (ROOTS[0] * ROOTS[1]) as usize,
        );
        let join = |root: u32, branch: u32, twig: u32, cell: u32| {
            root << (CELL_BITS + 9) | branch << (CELL_BITS + 4) | twig << CELL_BITS | cell
        };
        Self {
            x: join(
                root % ROOTS[0],
                branch % BRANCHES,
                twig % SIDE,
                cell % CELLS_A_SIDE,
            ),
            y: join(
                root / ROOTS[0],
                branch / BRANCHES,
                twig / SIDE,
                cell / CELLS_A_SIDE,
            ),
        }
    }

    /// Its lower longitude and latitude, exactly.
    pub fn lower(self) -> [f64; 2] {
        [
            f64::from(self.x) / PER_DEGREE - 180.0,
            f64::from(self.y) / PER_DEGREE - 90.0,
        ]
    }

    #[inline]
    fn root(self) -> usize {
        ((self.y >> (CELL_BITS + 9)) * ROOTS[0] + (self.x >> (CELL_BITS + 9))) as usize
    }

    #[inline]
    fn branch(self) -> usize {
        (((self.y >> (CELL_BITS + 4)) % BRANCHES) * BRANCHES
            + (self.x >> (CELL_BITS + 4)) % BRANCHES) as usize
    }

    #[inline]
    fn twig(self) -> usize {
        (((self.y >> CELL_BITS) % SIDE) * SIDE + (self.x >> CELL_BITS) % SIDE) as usize
    }

    /// Which cell of its twig.
    #[inline]
    pub fn within_twig(self) -> usize {
        ((self.y % CELLS_A_SIDE) * CELLS_A_SIDE + self.x % CELLS_A_SIDE) as usize
    }

    /// Orders cells so that those of a branch, and of a twig within it, follow each other.
    pub fn key(self) -> u64 {
        let path =
            ((self.root() * BRANCH_BLOCK + self.branch()) * TWIG_BLOCK + self.twig()) * CELLS;
        (path + self.within_twig()) as u64
    }
}

/// `floor(degrees × 2048)`, counted from `-from`.
///
/// Adding 1.5 × 2⁵² leaves the nearest integer in the lowest bits of the sum; it is one too many when it is above the
/// number. The product is exact, and so is the comparison. A conversion, which minds what does not fit, costs three
/// times more.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the lowest bits are what is wanted, in two's complement"
)]
fn count(degrees: f64, from: u32) -> u32 {
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    let scaled = degrees * PER_DEGREE;
    let shifted = scaled + SHIFT;
    let above = u32::from(shifted - SHIFT > scaled);
    (shifted.to_bits() as u32)
        .wrapping_add(from * CELLS_A_DEGREE)
        .wrapping_sub(above)
}

/// From a cell to the value of its branch and of its twig. Block 0 of either is all zeros and stands for "nothing
/// here", so that looking up asks no question on the way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tree<'a> {
    pub roots: &'a [u32],
    pub branches: &'a [u32],
    pub twigs: &'a [u32],
}

impl Tree<'_> {
    /// The value of the cell's branch.
    #[inline]
    pub fn branch(&self, cell: Cell) -> u32 {
        self.branches[self.roots[cell.root()] as usize * BRANCH_BLOCK + cell.branch()]
    }

    /// The value of the cell's twig, whose branch names a block of twigs.
    #[inline]
    pub fn twig(&self, block: u32, cell: Cell) -> u32 {
        self.twigs[block as usize * TWIG_BLOCK + cell.twig()]
    }
}

impl Tree<'_> {
    /// [`Tree::twig`] of each cell: level by level, so that the reads of a level wait for memory together.
    #[inline]
    pub fn twigs_of(&self, cells: &[Cell], twigs: &mut [u32]) {
        for (value, cell) in twigs.iter_mut().zip(cells) {
            *value = self.roots[cell.root()];
        }
        for (value, cell) in twigs.iter_mut().zip(cells) {
            *value = self.branches[*value as usize * BRANCH_BLOCK + cell.branch()];
        }
        for (value, cell) in twigs.iter_mut().zip(cells) {
            *value = self.twig(*value, *cell);
        }
    }
}

/// A [`Tree`] being filled.
#[derive(Debug)]
pub(super) struct TreeBuilder {
    pub roots: Vec<u32>,
    pub branches: Vec<u32>,
    pub twigs: Vec<u32>,
}

impl TreeBuilder {
    pub fn new() -> Self {
        let roots = vec![0; (ROOTS[0] * ROOTS[1]) as usize];
        Self {
            roots,
            branches: vec![0; BRANCH_BLOCK],
            twigs: vec![0; TWIG_BLOCK],
        }
    }

    /// The branch of a cell.
    pub fn branch_mut(&mut self, cell: Cell) -> &mut u32 {
        let block = block(
            &mut self.roots[cell.root()],
            &mut self.branches,
            BRANCH_BLOCK,
        );
        &mut self.branches[block * BRANCH_BLOCK + cell.branch()]
    }

    /// The twig of a cell.
    pub fn twig_mut(&mut self, cell: Cell) -> &mut u32 {
        let mut slot = *self.branch_mut(cell);
        let block = block(&mut slot, &mut self.twigs, TWIG_BLOCK);
        *self.branch_mut(cell) = slot;
        &mut self.twigs[block * TWIG_BLOCK + cell.twig()]
    }
}

/// The block a slot names, made when it names none.
fn block(slot: &mut u32, blocks: &mut Vec<u32>, length: usize) -> usize {
    if *slot == 0 {
        *slot = u32::try_from(blocks.len() / length).expect("a grid has fewer than 2^32 blocks");
        blocks.resize(blocks.len() + length, 0);
    }
    *slot as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_point_lies_in_its_cell(lon in -180.0..=180.0f64, lat in -90.0..=90.0f64, step in 0..5u8) {
            // On a border, or one unit in the last place off it, more often than chance would have it.
            let on_border = |degrees: f64| (degrees * PER_DEGREE).round() / PER_DEGREE;
            let (lon, lat) = match step {
                0 => (on_border(lon), on_border(lat)),
                1 => (on_border(lon).next_down().max(-180.0), on_border(lat).next_up().min(90.0)),
                2 => (on_border(lon).next_up().min(180.0), on_border(lat).next_down().max(-90.0)),
                _ => (lon, lat),
            };
            let cell = Cell::at(lon, lat);
            let lower = cell.lower();
            prop_assert!(lower[0] <= lon && lon < lower[0] + 1.0 / PER_DEGREE);
            prop_assert!(lower[1] <= lat && lat < lower[1] + 1.0 / PER_DEGREE);
            prop_assert_eq!(Cell::of_key(cell.key()), cell);
        }

        #[test]
        fn what_is_put_in_a_twig_is_found_there(
            cells in prop::collection::vec((0u32..737_280, 0u32..368_640, 1u32..1000), 1..20)
        ) {
            let mut builder = TreeBuilder::new();
            let mut expected = std::collections::BTreeMap::new();
            for (x, y, value) in cells {
                let cell = Cell { x, y };
                *builder.twig_mut(cell) = value;
                expected.insert(cell.key() / CELLS as u64, (cell, value));
            }
            let tree = Tree { roots: &builder.roots, branches: &builder.branches, twigs: &builder.twigs };
            for &(cell, value) in expected.values() {
                prop_assert_eq!(tree.twig(tree.branch(cell), cell), value);
                // In another root, branch or twig: what was put there, else nothing.
                for bit in [18, 9, 4, CELL_BITS] {
                    let other = Cell { x: (cell.x ^ (1 << bit)).min(737_279), y: cell.y };
                    let known = expected.get(&(other.key() / CELLS as u64)).map_or(0, |(_, value)| *value);
                    prop_assert_eq!(tree.twig(tree.branch(other), other), known);
                }
            }
        }
    }
}
