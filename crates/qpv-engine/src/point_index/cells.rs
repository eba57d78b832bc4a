//! Which perimeters hold a point: the grid down to cells of 54 m, each wholly outside, wholly inside, or cut.
//!
//! A cell cut by a perimeter names the chains of consecutive edges of that perimeter that can be met between the cell's
//! western border and the east *within the cell's row*; chains wholly east of the cell are crossed by an eastward ray
//! from anywhere in the cell the same number of times modulo two, which is counted once, at building. So the question
//! for a point is the textbook one, "is an eastward ray crossed an odd number of times", on two or three edges instead
//! of all, and its answer is exact.
//!
//! An outline published in a projected system is only known within a centimetre on WGS 84: its cut cells, widened by
//! [`MARGIN_DEG`], say that the published outline must be asked.

use bytemuck::{Pod, Zeroable};

use qpv_model::Wgs84Point;

use super::grid::{CELLS, Cell, PER_DEGREE, Tree, TreeBuilder};
use super::line::{Vertex, crosses};

/// How far the line of an outline published in a projected system can be from its counterpart on WGS 84, degrees:
/// five centimetres, where it is known within one.
const MARGIN_DEG: f64 = 5e-7;
/// Covers the rounding of an edge's crossing with a row's border, which only decides which cells ask it.
const ROUNDING_DEG: f64 = 1e-11;
/// Points looked up together.
const TOGETHER: usize = 128;

/// What a perimeter says of a cell. A cell's claims follow each other; so do those of one perimeter.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub(super) struct Claim {
    /// First vertex of a chain of edges to ask.
    start: u32,
    /// From the lowest bit on: four flags, eight bits for the number of edges (none when the cell is not cut), twenty
    /// for the perimeter.
    packed: u32,
}

/// The ray is crossed an odd number of times by what lies east of the cell.
const ODD: u32 = 1;
/// The published outline must be asked.
const ASK: u32 = 2;
/// The next claim is of the same perimeter.
const SAME_FOLLOWS: u32 = 4;
/// The next claim is of another perimeter, for the same cell.
const OTHER_FOLLOWS: u32 = 8;
/// Edges one claim can count.
const MOST_EDGES: u32 = 255;
/// Perimeters that can be numbered.
pub(super) const MOST_PERIMETERS: usize = 1 << 20;

impl Claim {
    fn new(owner: u32, start: u32, edges: u32) -> Self {
        Self {
            start,
            packed: owner << 12 | edges << 4,
        }
    }

    fn with(self, flags: u32) -> Self {
        Self {
            packed: self.packed | flags,
            ..self
        }
    }

    #[inline]
    fn is(self, flag: u32) -> bool {
        self.packed & flag != 0
    }

    #[inline]
    fn owner(self) -> u32 {
        self.packed >> 12
    }

    #[inline]
    fn edges(self) -> u32 {
        self.packed >> 4 & MOST_EDGES
    }

    /// Whether the cell is wholly inside the perimeter.
    fn is_whole(self) -> bool {
        self.edges() == 0 && self.is(ODD)
    }
}

/// The cells, as flat arrays.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells<'a> {
    pub tree: Tree<'a>,
    /// The claim before the first one of each twig; twig 0 is empty.
    pub firsts: &'a [u32],
    /// One for each cell of each twig: 0 for a cell wholly outside, else its first claim, counted from 1 in the twig.
    pub slots: &'a [u16],
    /// Claim 0 stands for "none".
    pub claims: &'a [Claim],
    pub vertices: &'a [Vertex],
}

impl Cells<'_> {
    #[inline]
    fn twig(&self, cell: Cell) -> u32 {
        self.tree.twig(self.tree.branch(cell), cell)
    }

    /// The first claim on a cell of a twig; 0 when the cell is wholly outside.
    #[inline]
    fn first_claim(&self, twig: u32, cell: Cell) -> u32 {
        let slot = u32::from(self.slots[twig as usize * CELLS + cell.within_twig()]);
        let before = self.firsts[twig as usize];
        if slot == 0 { 0 } else { before + slot }
    }

    /// Calls `found` with each perimeter that holds the point, in order; `ask` settles what only a published outline can.
    #[inline]
    pub fn each_member(&self, point: Vertex, ask: impl Fn(u32) -> bool, found: impl FnMut(u32)) {
        let cell = Cell::at(point[0], point[1]);
        let first = self.first_claim(self.twig(cell), cell);
        if first != 0 {
            self.each_claimant(first as usize, point, ask, found);
        }
    }

    /// [`Cells::each_member`] of many points: `found` is told which of them.
    ///
    /// Step by step for some points at a time, so that their reads of memory, each of which would be waited for, wait
    /// together.
    pub fn each_member_of(
        &self,
        points: &[Wgs84Point],
        ask: impl Fn(usize, u32) -> bool,
        mut found: impl FnMut(usize, u32),
    ) {
        let mut cells = [Cell { x: 0, y: 0 }; TOGETHER];
        let mut twigs = [0; TOGETHER];
        let mut claimed = [(0, 0); TOGETHER];
        for (round, points) in points.chunks(TOGETHER).enumerate() {
            let (cells, twigs) = (&mut cells[..points.len()], &mut twigs[..points.len()]);
            for (cell, point) in cells.iter_mut().zip(points) {
                *cell = Cell::at(point.lon_deg(), point.lat_deg());
            }
            self.tree.twigs_of(cells, twigs);
            let mut count = 0;
            for ((index, &twig), &cell) in twigs.iter().enumerate().zip(cells.iter()) {
                let first = self.first_claim(twig, cell);
                claimed[count] = (index, first as usize);
                count += usize::from(first != 0);
            }
            for &(index, first) in &claimed[..count] {
                let (point, number) = (points[index], round * TOGETHER + index);
                let found = |owner| found(number, owner);
                self.each_claimant(
                    first,
                    [point.lon_deg(), point.lat_deg()],
                    |owner| ask(number, owner),
                    found,
                );
            }
        }
    }

    #[inline]
    fn each_claimant(
        &self,
        mut at: usize,
        point: Vertex,
        ask: impl Fn(u32) -> bool,
        mut found: impl FnMut(u32),
    ) {
        loop {
            let owner = self.claims[at].owner();
            let (inside, last) = self.one_owner(at, point, &ask);
            if inside {
                found(owner);
            }
            if !self.claims[last].is(OTHER_FOLLOWS) {
                return;
            }
            at = last + 1;
        }
    }

    /// Whether the perimeter whose claims begin at `at` holds the point, and its last claim.
    #[inline]
    fn one_owner(&self, mut at: usize, point: Vertex, ask: &impl Fn(u32) -> bool) -> (bool, usize) {
        let (mut odd, mut on_line) = (false, false);
        loop {
            let claim = self.claims[at];
            if claim.is(ASK) {
                return (ask(claim.owner()), at);
            }
            odd ^= claim.is(ODD);
            let start = claim.start as usize;
            match crosses(
                &self.vertices[start..=start + claim.edges() as usize],
                point,
            ) {
                Some(crossed) => odd ^= crossed,
                None => on_line = true,
            }
            if !claim.is(SAME_FOLLOWS) {
                return (odd || on_line, at);
            }
            at += 1;
        }
    }
}

/// [`Cells`] being made.
#[derive(Debug)]
pub(super) struct CellsBuilder {
    pub tree: TreeBuilder,
    pub firsts: Vec<u32>,
    pub slots: Vec<u16>,
    pub claims: Vec<Claim>,
}

/// Consecutive edges of a ring that meet one row, and how far west and east they get within it.
#[derive(Debug, Clone, Copy)]
struct Chain {
    start: u32,
    edges: u32,
    west: f64,
    east: f64,
}

/// One perimeter as rings of `vertices`.
pub(super) struct Rings<'a> {
    pub owner: u32,
    pub vertices: &'a [Vertex],
    /// First vertex and number of vertices of each ring, closed.
    pub places: &'a [(u32, u32)],
    /// Whether WGS 84 is what the outline was published in.
    pub as_published: bool,
}

impl CellsBuilder {
    /// Cells of perimeters given in order. `None` when a twig has more claims than can be counted: tens of thousands
    /// of edges within 430 m.
    pub fn new<'a>(perimeters: impl Iterator<Item = Rings<'a>>) -> Option<Self> {
        let mut claims = Vec::new();
        for rings in perimeters {
            rings.claim(&mut claims);
        }
        // Stable: the claims of one perimeter on one cell stay together and in order.
        claims.sort_by_key(|&(key, claim): &(u64, Claim)| (key, claim.owner()));
        let mut builder = Self {
            tree: TreeBuilder::new(),
            firsts: vec![0],
            slots: vec![0; CELLS],
            claims: vec![Claim::zeroed()],
        };
        for twig in claims.chunk_by(|a, b| a.0 / CELLS as u64 == b.0 / CELLS as u64) {
            builder.add_twig(twig)?;
        }
        Some(builder)
    }

    fn add_twig(&mut self, claims: &[(u64, Claim)]) -> Option<()> {
        let first = self.claims.len();
        let slots = self.slots.len();
        self.slots.resize(slots + CELLS, 0);
        *self.tree.twig_mut(Cell::of_key(claims[0].0)) = u32::try_from(self.firsts.len()).ok()?;
        self.firsts.push(u32::try_from(first - 1).ok()?);
        // Cells wholly inside one perimeter share a claim.
        let mut inside: Vec<(u32, u16)> = Vec::new();
        for cell in claims.chunk_by(|a, b| a.0 == b.0) {
            let alone = (cell.len() == 1 && cell[0].1.is_whole()).then_some(cell[0].1.owner());
            let known = alone.and_then(|owner| inside.iter().find(|(known, _)| *known == owner));
            let slot = match known {
                Some(&(_, slot)) => slot,
                None => u16::try_from(self.claims.len() - first + 1).ok()?,
            };
            if known.is_none() {
                inside.extend(alone.map(|owner| (owner, slot)));
                for (index, &(_, claim)) in cell.iter().enumerate() {
                    let follows = match cell.get(index + 1) {
                        Some((_, next)) if next.owner() == claim.owner() => SAME_FOLLOWS,
                        Some(_) => OTHER_FOLLOWS,
                        None => 0,
                    };
                    self.claims.push(claim.with(follows));
                }
            }
            self.slots[slots + Cell::of_key(cell[0].0).within_twig()] = slot;
        }
        Some(())
    }
}

impl Rings<'_> {
    /// Every vertex.
    pub fn all(&self) -> impl Iterator<Item = &Vertex> {
        let ring =
            |&(start, count): &(u32, u32)| &self.vertices[start as usize..(start + count) as usize];
        self.places.iter().flat_map(ring)
    }

    /// Adds what this perimeter says of every cell it meets.
    fn claim(&self, claims: &mut Vec<(u64, Claim)>) {
        let margin = if self.as_published {
            ROUNDING_DEG
        } else {
            MARGIN_DEG
        };
        let Some((first_row, rows)) = self.rows(margin) else {
            return;
        };
        for (row, chains) in (first_row..).zip(rows) {
            let column = |lon: f64| Cell::at(lon.clamp(-180.0, 180.0), 0.0).x;
            let west = chains
                .iter()
                .map(|chain| chain.west)
                .fold(f64::INFINITY, f64::min);
            let east = chains
                .iter()
                .map(|chain| chain.east)
                .fold(f64::NEG_INFINITY, f64::max);
            for x in column(west)..=column(east) {
                self.claim_cell(Cell { x, y: row }, &chains, claims);
            }
        }
    }

    fn claim_cell(&self, cell: Cell, chains: &[Chain], claims: &mut Vec<(u64, Claim)>) {
        let [west, south] = cell.lower();
        let (east, middle) = (west + 1.0 / PER_DEGREE, south + 0.5 / PER_DEGREE);
        let key = cell.key();
        let mut odd = false;
        let before = claims.len();
        for chain in chains.iter().filter(|chain| chain.east >= west) {
            if chain.west <= east || (self.as_published && self.ends_within(chain, south)) {
                claims.extend(self.chain_claims(chain).map(|claim| (key, claim)));
            } else {
                let [first, last] =
                    [chain.start, chain.start + chain.edges].map(|end| self.vertices[end as usize]);
                odd ^= (first[1] > middle) != (last[1] > middle);
            }
        }
        let whole = Claim::new(self.owner, 0, 0);
        if claims.len() == before {
            claims.extend(odd.then_some((key, whole.with(ODD))));
        } else if !self.as_published {
            claims.truncate(before);
            claims.push((key, whole.with(ASK)));
        } else if odd {
            claims[before].1 = claims[before].1.with(ODD);
        }
    }

    /// Whether a chain begins or ends within the row, where the ring's description begins: how often it is crossed then
    /// depends on the point.
    fn ends_within(&self, chain: &Chain, south: f64) -> bool {
        let within = |vertex: u32| {
            let lat = self.vertices[vertex as usize][1];
            lat >= south && lat <= south + 1.0 / PER_DEGREE
        };
        within(chain.start) || within(chain.start + chain.edges)
    }

    fn chain_claims(&self, chain: &Chain) -> impl Iterator<Item = Claim> {
        let end = chain.start + chain.edges;
        let starts = (chain.start..end).step_by(MOST_EDGES as usize);
        starts.map(move |start| Claim::new(self.owner, start, (end - start).min(MOST_EDGES)))
    }

    /// The chains of each row from the first on; `None` without any vertex.
    fn rows(&self, margin: f64) -> Option<(u32, Vec<Vec<Chain>>)> {
        let row = |lat: f64| Cell::at(0.0, lat.clamp(-90.0, 90.0)).y;
        let (south, north) = self
            .all()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                (low.min(v[1]), high.max(v[1]))
            });
        if south > north {
            return None;
        }
        let first_row = row(south - margin);
        let mut rows = vec![Vec::<Chain>::new(); (row(north + margin) - first_row + 1) as usize];
        for &(start, count) in self.places {
            for edge in start..start + count - 1 {
                let [a, b] = [edge, edge + 1].map(|end| self.vertices[end as usize]);
                for y in row(a[1].min(b[1]) - margin)..=row(a[1].max(b[1]) + margin) {
                    let [_, low] = Cell { x: 0, y }.lower();
                    let (west, east) =
                        extent(a, b, [low - margin, low + 1.0 / PER_DEGREE + margin]);
                    let (west, east) = (west - margin, east + margin);
                    let chains = &mut rows[(y - first_row) as usize];
                    match chains.last_mut() {
                        Some(chain) if chain.start + chain.edges == edge => {
                            chain.edges += 1;
                            (chain.west, chain.east) = (chain.west.min(west), chain.east.max(east));
                        }
                        _ => chains.push(Chain {
                            start: edge,
                            edges: 1,
                            west,
                            east,
                        }),
                    }
                }
            }
        }
        Some((first_row, rows))
    }
}

/// How far west and east an edge gets between two latitudes.
fn extent(a: Vertex, b: Vertex, [south, north]: [f64; 2]) -> (f64, f64) {
    let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
    let at = |lat: f64| {
        let rise = high[1] - low[1];
        let along = if rise > 0.0 {
            ((lat - low[1]) / rise).clamp(0.0, 1.0)
        } else {
            0.0
        };
        low[0] + along * (high[0] - low[0])
    };
    if high[1] == low[1] {
        return (a[0].min(b[0]), a[0].max(b[0]));
    }
    let (one, two) = (at(south), at(north));
    (one.min(two), one.max(two))
}
