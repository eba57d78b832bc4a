//! The groups of perimeters that belong together, and the measures of each.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use geo::{Area, BooleanOps, BoundingRect, Centroid, CoordsIter, Distance, Euclidean};
use geo_types::{MultiPolygon, Point};
use qpv_model::{CodeLetter, Perimeter};
use rayon::prelude::*;

use super::change::{ChangeClass, PerimeterChange, PerimeterGroup, TwoVintages, VintageComparison};
use crate::geodesy::LocalFrame;
use crate::legal_plane::{M2_PER_HA, PlanarOutline};
use crate::location::PerimeterId;
use crate::outline_trees::united;
use crate::perimeter_index::PerimeterIndex;

/// A perimeter of either vintage: those of `from` come first, then those of `to`.
type Node = usize;

/// Compares some perimeters, each with its group.
///
/// The work runs on rayon's pool: a caller on a thread of that pool must hold no lock that other tasks of it wait for.
pub(super) fn compare(two: TwoVintages<'_>, selected: &PerimeterGroup) -> VintageComparison {
    let mut links = Links::new(two);
    // To the end of each chain: a group cut short would turn a merger into an extension.
    links.follow(links.nodes(selected).collect());
    let mut groups = links.groups();
    groups.sort_by_key(|group| links.sort_key(group));
    let measured: Vec<Option<PerimeterChange>> = groups
        .par_iter()
        .map(|group| links.measured(group))
        .collect();
    let mut comparison = VintageComparison::default();
    for (change, group) in measured.into_iter().zip(groups) {
        match change {
            Some(change) => comparison.changes.push(change),
            None => comparison.unmeasured.push(group),
        }
    }
    comparison
}

/// The links found between perimeters.
struct Links<'a> {
    two: TwoVintages<'a>,
    /// By node, of those looked at.
    outlines: Vec<Option<PlanarOutline>>,
    /// The selected perimeters and those they are linked to.
    known: BTreeSet<Node>,
    /// Square metres that two linked perimeters share.
    shared_m2: BTreeMap<(Node, Node), f64>,
}

impl<'a> Links<'a> {
    fn new(two: TwoVintages<'a>) -> Self {
        let nodes = two.from.perimeters().len() + two.to.perimeters().len();
        Self {
            two,
            outlines: (0..nodes).map(|_| None).collect(),
            known: BTreeSet::new(),
            shared_m2: BTreeMap::new(),
        }
    }

    fn node_of_to(&self, to: PerimeterId) -> Node {
        self.two.from.perimeters().len() + to.place()
    }

    /// Returns the nodes of a group, those of `from` first.
    fn nodes(&self, group: &PerimeterGroup) -> impl Iterator<Item = Node> {
        let from = group.from.iter().map(|from| from.place());
        from.chain(group.to.iter().map(|&to| self.node_of_to(to)))
    }

    fn is_from(&self, node: Node) -> bool {
        node < self.two.from.perimeters().len()
    }

    /// Returns the vintage of a node.
    fn index(&self, node: Node) -> &'a PerimeterIndex {
        if self.is_from(node) {
            self.two.from
        } else {
            self.two.to
        }
    }

    fn id(&self, node: Node) -> PerimeterId {
        if self.is_from(node) {
            PerimeterId::new(node)
        } else {
            PerimeterId::new(node - self.two.from.perimeters().len())
        }
    }

    fn perimeter(&self, node: Node) -> &'a Perimeter {
        self.index(node).perimeter(self.id(node))
    }

    fn outline(&self, node: Node) -> &PlanarOutline {
        self.outlines[node]
            .as_ref()
            .expect("outlines are projected before they are compared")
    }

    /// Links the selected nodes to all that share ground with them, and these to others, until no more are met.
    fn follow(&mut self, selected: BTreeSet<Node>) {
        let (mut met, mut tried) = (selected, BTreeSet::new());
        while !met.is_empty() {
            let near = met.iter().flat_map(|&node| self.near(node));
            let pairs: Vec<(Node, Node)> = near
                .filter(|pair| tried.insert(*pair))
                // In order, so that the outcome is the same whatever the order of the search tree.
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
            let ends = pairs.iter().flat_map(|&(from, to)| [from, to]);
            // Projected once, though a perimeter may be in several pairs.
            self.project(met.iter().copied().chain(ends).collect());
            self.known.append(&mut met);
            let shared: Vec<Option<f64>> = pairs
                .par_iter()
                .map(|&(from, to)| self.linked_m2(from, to))
                .collect();
            for ((from, to), shared_m2) in pairs.into_iter().zip(shared) {
                let Some(shared_m2) = shared_m2 else { continue };
                let ends = [from, to].into_iter();
                met.extend(ends.filter(|node| !self.known.contains(node)));
                self.shared_m2.insert((from, to), shared_m2);
            }
        }
    }

    /// Returns the pairs of a node and those of the other vintage whose envelopes come near its own.
    fn near(&self, node: Node) -> Vec<(Node, Node)> {
        let Some(bounds) = self.perimeter(node).outline.wgs84().bounding_rect() else {
            return Vec::new();
        };
        // A perimeter shrunk to a point may lie off the other's envelope by as much as the lines are off the ground.
        let [lon, lat] = LocalFrame::at_coord(bounds.center()).half_widths_deg(self.precision_m());
        let (lower, upper) = (bounds.min(), bounds.max());
        let lower = [lower.x - lon, lower.y - lat];
        let upper = [upper.x + lon, upper.y + lat];
        if self.is_from(node) {
            let near = self.two.to.perimeters_near(lower, upper).into_iter();
            near.map(|to| (node, self.node_of_to(to))).collect()
        } else {
            let near = self.two.from.perimeters_near(lower, upper).into_iter();
            near.map(|from| (from.place(), node)).collect()
        }
    }

    /// Returns the largest distance, metres, between the published lines of perimeters that touch.
    fn precision_m(&self) -> f64 {
        self.two.from.layer().precision_m + self.two.to.layer().precision_m
    }

    /// Projects the outlines of nodes that are not projected yet.
    fn project(&mut self, nodes: BTreeSet<Node>) {
        let missing: Vec<Node> = nodes
            .into_iter()
            .filter(|&node| self.outlines[node].is_none())
            .collect();
        let projected: Vec<PlanarOutline> = missing
            .par_iter()
            .map(|&node| PlanarOutline::new(self.perimeter(node), self.index(node).projection()))
            .collect();
        for (node, outline) in missing.into_iter().zip(projected) {
            self.outlines[node] = Some(outline);
        }
    }

    /// Returns the square metres that two perimeters share; `None` when that is a sliver. One that encloses nothing is
    /// linked by zero when it lies in the other, or as near to it as lines are drawn.
    fn linked_m2(&self, from: Node, to: Node) -> Option<f64> {
        // Areas of two projections cannot be compared, and no perimeter crosses territories.
        if self.perimeter(from).territory != self.perimeter(to).territory {
            return None;
        }
        let (from, to) = (self.outline(from), self.outline(to));
        match (from.has_area(), to.has_area()) {
            (true, true) => from.shared_m2(to),
            // Linked all the same: its counterpart would otherwise count as new or gone.
            (false, _) => self.is_near(from, to).then_some(0.0),
            (true, false) => self.is_near(to, from).then_some(0.0),
        }
    }

    /// Returns true when a vertex of one outline is as near to another as lines are drawn.
    fn is_near(&self, one: &PlanarOutline, other: &PlanarOutline) -> bool {
        one.plane
            .coords_iter()
            .any(|c| Euclidean.distance(&Point(c), &other.plane) <= self.precision_m())
    }

    /// Returns the connected components of the links.
    fn groups(&self) -> Vec<PerimeterGroup> {
        // By node, another one of its group; itself for the first.
        let mut parents: BTreeMap<Node, Node> =
            self.known.iter().map(|&node| (node, node)).collect();
        for &(from, to) in self.shared_m2.keys() {
            let (from, to) = (first_of_group(&parents, from), first_of_group(&parents, to));
            // The lower node leads: groups then come out in the order of their first perimeters.
            parents.insert(from.max(to), from.min(to));
        }
        let mut groups = BTreeMap::<Node, PerimeterGroup>::new();
        for &node in &self.known {
            let group = groups.entry(first_of_group(&parents, node)).or_default();
            if self.is_from(node) {
                group.from.push(self.id(node));
            } else {
                group.to.push(self.id(node));
            }
        }
        groups.into_values().collect()
    }

    /// Returns the key that groups are listed by: department and number in the first code; what is gone comes last.
    fn sort_key(&self, group: &PerimeterGroup) -> (&'a str, u32, bool) {
        let first = match (group.to.first(), group.from.first()) {
            (Some(&to), _) => Some(self.two.to.perimeter(to)),
            (None, Some(&from)) => Some(self.two.from.perimeter(from)),
            (None, None) => None,
        };
        let code = first.map_or("", |perimeter| perimeter.code_qp.as_str());
        // Two letters, three characters of the department, then two digits and a letter, or three digits.
        let department = code.get(2..5).unwrap_or_default();
        let number = code
            .get(5..)
            .unwrap_or_default()
            // The letter goes, so that `QN06102M` and `QP061002` are listed by the number alone.
            .trim_end_matches(char::is_alphabetic);
        (
            department,
            number.parse().unwrap_or(u32::MAX),
            group.to.is_empty(),
        )
    }

    /// Measures the change of a group; `None` when one of its perimeters encloses nothing.
    fn measured(&self, group: &PerimeterGroup) -> Option<PerimeterChange> {
        let (from, to): (Vec<Node>, Vec<Node>) =
            self.nodes(group).partition(|&node| self.is_from(node));
        if !from
            .iter()
            .chain(&to)
            .all(|&node| self.outline(node).has_area())
        {
            return None;
        }
        let (before, after) = (self.united(&from), self.united(&to));
        let (from_m2, to_m2) = (before.unsigned_area(), after.unsigned_area());
        let shared_m2 = match (from.as_slice(), to.as_slice()) {
            ([], _) | (_, []) => 0.0,
            // Measured already, when the two were linked.
            ([from], [to]) => self.shared_m2[&(*from, *to)],
            _ => before.intersection(after.as_ref()).unsigned_area(),
        };
        // An overlay rounds: the shared area can exceed either by a hair, and no loss is negative.
        let shared_m2 = shared_m2.min(from_m2).min(to_m2);
        let class = ChangeClass::by_numbers(from.len(), to.len()).unwrap_or_else(|| {
            ChangeClass::one_to_one(self.outline(from[0]), self.outline(to[0]), shared_m2)
        });
        let letters = self.letters(group);
        // Of several perimeters the centroid of their union moves with whichever is added.
        let one_to_one = from.len() == 1 && to.len() == 1;
        Some(PerimeterChange {
            class,
            group: group.clone(),
            from_ha: from_m2 / M2_PER_HA,
            to_ha: to_m2 / M2_PER_HA,
            shared_ha: shared_m2 / M2_PER_HA,
            gained_ha: (to_m2 - shared_m2) / M2_PER_HA,
            lost_ha: (from_m2 - shared_m2) / M2_PER_HA,
            // Never a division by zero: a group with a perimeter without area has left above.
            overlap: shared_m2 / (from_m2 + to_m2 - shared_m2),
            moved_m: one_to_one.then(|| moved_m(&before, &after)).flatten(),
            letter: letters.first().filter(|_| letters.len() == 1).copied(),
            agrees_with_letter: self.agreement(class, &letters),
        })
    }

    /// Returns the letters in the codes of a group, of the newer vintage.
    fn letters(&self, group: &PerimeterGroup) -> BTreeSet<CodeLetter> {
        let newer = self
            .two
            .from
            .layer()
            .vintage
            .max(self.two.to.layer().vintage);
        self.nodes(group)
            .map(|node| self.perimeter(node))
            .filter(|perimeter| perimeter.vintage == newer)
            .filter_map(|perimeter| perimeter.code_qp.letter())
            .collect()
    }

    /// Returns true when a class fits all letters; `None` when there is none.
    fn agreement(&self, class: ChangeClass, letters: &BTreeSet<CodeLetter>) -> Option<bool> {
        // Letters speak of the way from the older vintage to the newer: a comparison backwards is mirrored first.
        let backwards = self.two.from.layer().vintage > self.two.to.layer().vintage;
        let class = if backwards { class.mirrored() } else { class };
        (self.two.successive && !letters.is_empty())
            .then(|| letters.iter().all(|&letter| class.agrees_with(letter)))
    }

    fn united(&self, nodes: &[Node]) -> Cow<'_, MultiPolygon<f64>> {
        match nodes {
            [only] => Cow::Borrowed(&self.outline(*only).plane),
            several => Cow::Owned(united(
                several.iter().map(|&node| &self.outline(node).plane),
            )),
        }
    }
}

/// Returns the first node of a node's group.
fn first_of_group(parents: &BTreeMap<Node, Node>, mut node: Node) -> Node {
    while parents[&node] != node {
        node = parents[&node];
    }
    node
}

/// Returns the metres between two centroids.
fn moved_m(before: &MultiPolygon<f64>, after: &MultiPolygon<f64>) -> Option<f64> {
    Some(Euclidean.distance(before.centroid()?, after.centroid()?))
}
