//! Which perimeters of two vintages belong together, and the measures of each group.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use geo::{Area, BooleanOps, BoundingRect, Centroid, CoordsIter, Distance, Euclidean};
use geo_types::{MultiPolygon, Point};
use qpv_model::{Letter, Perimeter};

use super::parallel;
use super::shape::{M2_PER_HA, Shape};
use super::{Change, ChangeClass, Compared, Group, TwoVintages};
use crate::outlines::{index_u32, united};
use crate::{LocalFrame, Zones};

/// The perimeters of both vintages in one row: those of `from`, then those of `to`.
type Node = usize;

/// Compares the perimeters asked for, each with its group.
pub(super) fn compare(two: TwoVintages<'_>, asked: &Group) -> Compared {
    let mut links = Links::new(two);
    let asked = asked
        .from
        .iter()
        .map(|&from| from as usize)
        .chain(asked.to.iter().map(|&to| links.to(to)));
    links.follow(asked.collect());
    let mut groups = links.groups();
    groups.sort_by_key(|group| links.key(group));
    let measured = parallel::each(&groups, |group| links.change(group));
    let mut compared = Compared::default();
    for (change, group) in measured.into_iter().zip(groups) {
        match change {
            Some(change) => compared.changes.push(change),
            None => compared.unmeasured.push(group),
        }
    }
    compared
}

/// What was found of who is linked to whom.
struct Links<'a> {
    two: TwoVintages<'a>,
    /// By node, of those looked at.
    shapes: Vec<Option<Shape>>,
    /// Those asked for, and those they are linked to.
    known: BTreeSet<Node>,
    /// Square metres that two that are linked share.
    shared_m2: BTreeMap<(Node, Node), f64>,
}

impl<'a> Links<'a> {
    fn new(two: TwoVintages<'a>) -> Self {
        let nodes = two.from.perimeters().len() + two.to.perimeters().len();
        Self {
            two,
            shapes: (0..nodes).map(|_| None).collect(),
            known: BTreeSet::new(),
            shared_m2: BTreeMap::new(),
        }
    }

    fn to(&self, position: u32) -> Node {
        self.two.from.perimeters().len() + position as usize
    }

    fn perimeter(&self, node: Node) -> &'a Perimeter {
        let from = self.two.from.perimeters();
        from.get(node)
            .unwrap_or_else(|| &self.two.to.perimeters()[node - from.len()])
    }

    /// The vintage a node is of.
    fn zones(&self, node: Node) -> &'a Zones {
        if node < self.two.from.perimeters().len() {
            self.two.from
        } else {
            self.two.to
        }
    }

    fn shape(&self, node: Node) -> &Shape {
        self.shapes[node]
            .as_ref()
            .expect("shapes are made before they are compared")
    }

    /// Links the nodes asked for to all that share ground with them, and these to others, until no more are met.
    fn follow(&mut self, asked: BTreeSet<Node>) {
        let (mut met, mut tried) = (asked, BTreeSet::new());
        while !met.is_empty() {
            let near = met.iter().flat_map(|&node| self.near(node));
            let pairs: BTreeSet<(Node, Node)> = near.filter(|pair| tried.insert(*pair)).collect();
            self.make_shapes(
                met.iter()
                    .copied()
                    .chain(pairs.iter().flat_map(|&(from, to)| [from, to]))
                    .collect(),
            );
            self.known.append(&mut met);
            let pairs: Vec<(Node, Node)> = pairs.into_iter().collect();
            let shared = parallel::each(&pairs, |&(from, to)| self.linked_m2(from, to));
            let linked = pairs
                .into_iter()
                .zip(shared)
                .filter_map(|(pair, shared_m2)| Some((pair, shared_m2?)));
            for ((from, to), shared_m2) in linked {
                met.extend(
                    [from, to]
                        .into_iter()
                        .filter(|node| !self.known.contains(node)),
                );
                self.shared_m2.insert((from, to), shared_m2);
            }
        }
    }

    /// The pairs of a node and those of the other vintage whose boxes come near its own.
    fn near(&self, node: Node) -> Vec<(Node, Node)> {
        let Some(bounds) = self.perimeter(node).outline.wgs84().bounding_rect() else {
            return Vec::new();
        };
        let [lon, lat] = LocalFrame::at_coord(bounds.center()).half_widths_deg(self.precision_m());
        let (lower, upper) = (bounds.min(), bounds.max());
        let (lower, upper) = (
            [lower.x - lon, lower.y - lat],
            [upper.x + lon, upper.y + lat],
        );
        if std::ptr::eq(self.zones(node), self.two.from) {
            let near = self.two.to.perimeters_near(lower, upper);
            near.into_iter().map(|to| (node, self.to(to))).collect()
        } else {
            let near = self.two.from.perimeters_near(lower, upper);
            near.into_iter().map(|from| (from as usize, node)).collect()
        }
    }

    /// How far apart, in metres, the published lines may be of perimeters that touch.
    fn precision_m(&self) -> f64 {
        self.two.from.layer().precision_m + self.two.to.layer().precision_m
    }

    fn make_shapes(&mut self, nodes: BTreeSet<Node>) {
        let missing: Vec<Node> = nodes
            .into_iter()
            .filter(|&node| self.shapes[node].is_none())
            .collect();
        let made = parallel::each(&missing, |&node| {
            Shape::of(self.perimeter(node), self.zones(node).projection())
        });
        for (node, shape) in missing.into_iter().zip(made) {
            self.shapes[node] = Some(shape);
        }
    }

    /// Square metres that two perimeters share, if that is more than a sliver; of one that encloses nothing, zero if it
    /// lies in the other or as near to it as lines are drawn.
    fn linked_m2(&self, from: Node, to: Node) -> Option<f64> {
        if self.perimeter(from).territory != self.perimeter(to).territory {
            return None;
        }
        let (from, to) = (self.shape(from), self.shape(to));
        let near = |one: &Shape, other: &Shape| {
            one.plane
                .coords_iter()
                .any(|c| Euclidean.distance(&Point(c), &other.plane) <= self.precision_m())
        };
        match (from.has_area(), to.has_area()) {
            (true, true) => from.shared_m2(to),
            (false, _) => near(from, to).then_some(0.0),
            (true, false) => near(to, from).then_some(0.0),
        }
    }

    fn groups(&self) -> Vec<Group> {
        // By node, another one of its group; itself for the first.
        let mut heads: BTreeMap<Node, Node> = self.known.iter().map(|&node| (node, node)).collect();
        for &(from, to) in self.shared_m2.keys() {
            let (from, to) = (head(&heads, from), head(&heads, to));
            heads.insert(from.max(to), from.min(to));
        }
        let mut groups = BTreeMap::<Node, Group>::new();
        let from = self.two.from.perimeters().len();
        for &node in &self.known {
            let group = groups.entry(head(&heads, node)).or_default();
            if node < from {
                group.from.push(index_u32(node))
            } else {
                group.to.push(index_u32(node - from))
            }
        }
        groups.into_values().collect()
    }

    fn nodes(&self, group: &Group) -> (Vec<Node>, Vec<Node>) {
        let to = group.to.iter().map(|&to| self.to(to));
        (
            group.from.iter().map(|&from| from as usize).collect(),
            to.collect(),
        )
    }

    /// What groups are listed by: department and number in the first code; what is gone comes last.
    fn key(&self, group: &Group) -> (&'a str, u32, bool) {
        let (from, to) = self.nodes(group);
        let code = to
            .first()
            .or(from.first())
            .map_or("", |&node| self.perimeter(node).code_qp.as_str());
        // Two letters, three characters of the department, then two digits and a letter, or three digits.
        let (department, number) = (
            code.get(2..5).unwrap_or_default(),
            code.get(5..).unwrap_or_default(),
        );
        (
            department,
            number
                .trim_end_matches(char::is_alphabetic)
                .parse()
                .unwrap_or(u32::MAX),
            to.is_empty(),
        )
    }

    /// The measures of a group; `None` when one of its perimeters encloses nothing.
    fn change(&self, group: &Group) -> Option<Change> {
        let (from, to) = self.nodes(group);
        if !from
            .iter()
            .chain(&to)
            .all(|&node| self.shape(node).has_area())
        {
            return None;
        }
        let (before, after) = (self.union(&from), self.union(&to));
        let (from_m2, to_m2) = (before.unsigned_area(), after.unsigned_area());
        let shared_m2 = match (from.as_slice(), to.as_slice()) {
            ([], _) | (_, []) => 0.0,
            ([from], [to]) => self.shared_m2[&(*from, *to)],
            _ => before.intersection(after.as_ref()).unsigned_area(),
        };
        let shared_m2 = shared_m2.min(from_m2).min(to_m2);
        let class = ChangeClass::by_numbers(from.len(), to.len()).unwrap_or_else(|| {
            ChangeClass::one_to_one(self.shape(from[0]), self.shape(to[0]), shared_m2)
        });
        let (letter, agrees_with_letter) = self.letter(class, from.iter().chain(&to));
        let one_to_one = from.len() == 1 && to.len() == 1;
        Some(Change {
            class,
            group: group.clone(),
            from_ha: from_m2 / M2_PER_HA,
            to_ha: to_m2 / M2_PER_HA,
            shared_ha: shared_m2 / M2_PER_HA,
            gained_ha: (to_m2 - shared_m2) / M2_PER_HA,
            lost_ha: (from_m2 - shared_m2) / M2_PER_HA,
            overlap: shared_m2 / (from_m2 + to_m2 - shared_m2),
            moved_m: one_to_one.then(|| moved_m(&before, &after)).flatten(),
            letter,
            agrees_with_letter,
        })
    }

    /// The one letter of some perimeters, and whether all their letters fit a class.
    fn letter<'n>(
        &self,
        class: ChangeClass,
        nodes: impl Iterator<Item = &'n Node>,
    ) -> (Option<Letter>, Option<bool>) {
        let backwards = self.two.from.layer().vintage > self.two.to.layer().vintage;
        let class = if backwards { class.mirrored() } else { class };
        let letters: BTreeSet<Letter> = nodes
            .filter_map(|&node| self.perimeter(node).code_qp.letter())
            .collect();
        let one = letters.first().filter(|_| letters.len() == 1).copied();
        (
            one,
            (!letters.is_empty()).then(|| letters.iter().all(|&letter| class.agrees_with(letter))),
        )
    }

    fn union(&self, nodes: &[Node]) -> Cow<'_, MultiPolygon<f64>> {
        match nodes {
            [only] => Cow::Borrowed(&self.shape(*only).plane),
            several => Cow::Owned(united(several.iter().map(|&node| &self.shape(node).plane))),
        }
    }
}

/// The first node of a group.
fn head(heads: &BTreeMap<Node, Node>, mut node: Node) -> Node {
    while heads[&node] != node {
        node = heads[&node];
    }
    node
}

fn moved_m(before: &MultiPolygon<f64>, after: &MultiPolygon<f64>) -> Option<f64> {
    Some(Euclidean.distance(before.centroid()?, after.centroid()?))
}
