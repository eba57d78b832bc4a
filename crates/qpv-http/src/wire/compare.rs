//! Comparisons over the wire: changes, their totals, and perimeters whose change is undetermined.

use std::collections::BTreeMap;

use qpv_service::model::{CodeLetter, Perimeter, Vintage};
use qpv_service::{
    ChangeClass, ChangeOutlines, ChangeTotals, Changed, Comparison, FieldSelection, SideTotals,
    Snapshot, TooManyAddresses, Totals, Undetermined, centimetres,
};
use serde::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::perimeters::square_metres;
use super::{DatasetRef, QpvRef, add_figures, names};
use crate::wire::compare::moved::{
    MovedAddressAnswer, MovedAnswer, MovedPlaceAnswer, MovedTotalsAnswer, UnplacedPlaceAnswer,
    listed, places,
};

mod moved;

/// The optional parts of an answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct CompareParts {
    /// The outlines of the areas kept, gained and lost.
    pub outlines: bool,
    /// The counts of addresses, inhabitants and places gained and lost.
    pub moved: bool,
    /// The list of addresses gained and lost.
    pub addresses: bool,
}

/// The comparison of the perimeters of an area.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompareAnswer<'a> {
    /// The vintage compared from.
    #[schema(value_type = String, example = "2015")]
    pub from: Vintage,
    /// The vintage compared to.
    #[schema(value_type = String, example = "2024")]
    pub to: Vintage,
    /// True if a perimeter of either vintage lies in the area; an unknown area has no neighbourhood in the data.
    pub known: bool,
    /// True if both vintages are loaded for the whole of the area's territories; otherwise changes may lack perimeters. False
    /// too for a department that does not exist or that the perimeters do not cover.
    pub complete: bool,
    /// The changes, by department, then by the number in the code.
    pub changes: Vec<ChangeAnswer<'a>>,
    /// The perimeters whose change is undetermined; they are in no total.
    pub undetermined: Vec<UndeterminedAnswer<'a>>,
    /// The perimeters, listed nowhere above, that may belong to the area: for communes, those of their departments whose
    /// commune has no known code; for an intercommunality, those whose own is unknown.
    pub unmatched: Vec<QpvRef<'a>>,
    /// The totals of the changes: whole groups, even where they reach beyond the area.
    pub totals: CompareTotals,
    /// The totals of what moved, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<MovedTotalsAnswer>,
    /// The kinds of the lists of places loaded, when `moved` is asked for; without any, `places` means nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_kinds: Option<Vec<&'a str>>,
    /// The places in a perimeter listed, or within 300 m of one that is or may be the nearest; when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub places: Option<Vec<MovedPlaceAnswer<'a>>>,
    /// The places of these communes, or of an unknown commune, whose position is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unplaced: Option<Vec<UnplacedPlaceAnswer<'a>>>,
    /// The dataset the answer comes from.
    pub dataset: DatasetRef<'a>,
}

/// One change. Areas are planar in the legal projection of the territory.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeAnswer<'a> {
    /// The class of the change.
    pub class: ClassName,
    /// The perimeters compared from, in code order; none for a new one.
    pub from: Vec<ComparedQpv<'a>>,
    /// The perimeters compared to, in code order; none for one that is gone.
    pub to: Vec<ComparedQpv<'a>>,
    /// The area in both vintages, hectares.
    pub shared_ha: f64,
    /// The area in `to` only, hectares.
    pub gained_ha: f64,
    /// The area in `from` only, hectares.
    pub lost_ha: f64,
    /// The area in both as a share of the area in either, from 0 to 1.
    pub overlap: f64,
    /// The distance between the centroids of the two perimeters, metres; null unless the change is one to one.
    pub moved_m: Option<f64>,
    /// The last letter of the codes of 2024: `N`, `M` or `I`; null when there is none, or several.
    #[schema(example = "M")]
    pub official_letter: Option<&'static str>,
    /// True if every letter fits the class; null when there is none.
    pub agrees_with_letter: Option<bool>,
    /// The outlines of the areas kept, gained and lost, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlines: Option<ChangeOutlinesAnswer>,
    /// The counts of what moved with the change, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<MovedAnswer>,
    /// The addresses gained and lost, when asked for; null where `moved.addresses` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addresses: Option<Option<Vec<MovedAddressAnswer>>>,
}

/// A class of changes, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassName(pub ChangeClass);

/// A perimeter compared.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedQpv<'a> {
    /// The code, the name and the communes.
    #[serde(flatten)]
    pub qpv: QpvRef<'a>,
    /// The whole area, hectares; null when the outline is published as a point or a line.
    pub area_ha: Option<f64>,
    /// The letter of the code; absent in 2015.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "M")]
    pub official_letter: Option<&'static str>,
}

/// The areas of a change: GeoJSON `MultiPolygon`s on WGS 84, possibly empty.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeOutlinesAnswer {
    /// The area in both vintages.
    #[schema(value_type = Object)]
    pub shared: geojson::Geometry,
    /// The area in `to` only.
    #[schema(value_type = Object)]
    pub gained: geojson::Geometry,
    /// The area in `from` only.
    #[schema(value_type = Object)]
    pub lost: geojson::Geometry,
}

/// Perimeters whose change is undetermined.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndeterminedAnswer<'a> {
    /// The reason. `without_area`: one of them is published as a point or a line. `vintage_in_part`: the other vintage has nothing
    /// there, but is not loaded for the whole territory.
    #[schema(example = "without_area")]
    pub reason: &'static str,
    /// The perimeters compared from.
    pub from: Vec<ComparedQpv<'a>>,
    /// The perimeters compared to.
    pub to: Vec<ComparedQpv<'a>>,
}

/// The totals of a comparison.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompareTotals {
    /// The perimeters compared from.
    pub from: CompareSide,
    /// The perimeters compared to.
    pub to: CompareSide,
    /// The sums of all changes.
    #[serde(flatten)]
    pub all: ClassTotals,
    /// The sums by class, absent classes included.
    pub by_class: BTreeMap<&'static str, ClassTotals>,
}

/// The perimeters of one vintage.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompareSide {
    /// The count of perimeters.
    pub perimeters: usize,
    /// The count of communes that they name by code.
    pub communes: usize,
    /// The area, hectares.
    pub area_ha: f64,
}

/// The sums of some changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClassTotals {
    /// The count of changes.
    pub changes: usize,
    /// The count of perimeters compared from.
    pub perimeters_from: usize,
    /// The count of perimeters compared to.
    pub perimeters_to: usize,
    /// The area kept, hectares.
    pub shared_ha: f64,
    /// The area gained, hectares.
    pub gained_ha: f64,
    /// The area lost, hectares.
    pub lost_ha: f64,
    /// The count of changes that the letter of a code contradicts.
    pub disagreements: usize,
}

impl<'a> CompareAnswer<'a> {
    /// Creates the answer for a comparison, with the optional parts asked for.
    ///
    /// # Errors
    /// [`TooManyAddresses`], when their list is asked for.
    pub fn new(
        snapshot: &'a Snapshot,
        comparison: &Comparison<'a>,
        parts: CompareParts,
    ) -> Result<Self, TooManyAddresses> {
        let moved = parts.moved.then(|| comparison.moved());
        let mut addresses = parts
            .addresses
            .then(|| comparison.addresses())
            .transpose()?;
        let mut changes = Vec::with_capacity(comparison.changes.len());
        for (index, changed) in comparison.changes.iter().enumerate() {
            changes.push(ChangeAnswer {
                outlines: parts.outlines.then(|| comparison.outlines(changed).into()),
                moved: moved.as_ref().map(|moved| (&moved.with[index]).into()),
                addresses: addresses
                    .as_mut()
                    .map(|addresses| addresses[index].take().map(listed)),
                ..changed.into()
            });
        }
        Ok(Self {
            from: comparison.from,
            to: comparison.to,
            known: comparison.known,
            complete: comparison.complete,
            changes,
            undetermined: comparison.undetermined.iter().map(Into::into).collect(),
            unmatched: comparison
                .unmatched
                .iter()
                .map(|&perimeter| perimeter.into())
                .collect(),
            totals: (&comparison.totals).into(),
            moved: moved.as_ref().map(|moved| (&moved.totals).into()),
            places: moved.as_ref().map(|moved| places(snapshot, &moved.places)),
            place_kinds: moved.as_ref().map(|_| snapshot.place_kinds().collect()),
            unplaced: moved.map(|moved| moved.unplaced.into_iter().map(Into::into).collect()),
            dataset: DatasetRef::new(snapshot),
        })
    }
}

impl<'a> CompareAnswer<'a> {
    /// Adds the figures asked for to the perimeters of both vintages.
    #[must_use]
    pub fn with_figures(
        mut self,
        snapshot: &'a Snapshot,
        fields: Option<&'a FieldSelection>,
    ) -> Self {
        let changed = self
            .changes
            .iter_mut()
            .flat_map(|it| it.from.iter_mut().chain(&mut it.to));
        // Figures are published whatever the class, and without one.
        let undetermined = self
            .undetermined
            .iter_mut()
            .flat_map(|it| it.from.iter_mut().chain(&mut it.to));
        for compared in changed.chain(undetermined) {
            add_figures(std::slice::from_mut(&mut compared.qpv), snapshot, fields);
        }
        add_figures(&mut self.unmatched, snapshot, fields);
        self
    }
}

impl<'a> From<&Changed<'a>> for ChangeAnswer<'a> {
    fn from(Changed { change, from, to }: &Changed<'a>) -> Self {
        Self {
            class: ClassName(change.class),
            from: compared(from),
            to: compared(to),
            shared_ha: square_metres(change.shared_ha),
            gained_ha: square_metres(change.gained_ha),
            lost_ha: square_metres(change.lost_ha),
            overlap: (change.overlap * 1e4).round() / 1e4,
            moved_m: change.moved_m.map(centimetres),
            official_letter: change.letter.map(CodeLetter::as_str),
            agrees_with_letter: change.agrees_with_letter,
            outlines: None,
            moved: None,
            addresses: None,
        }
    }
}

fn compared<'a>(perimeters: &[&'a Perimeter]) -> Vec<ComparedQpv<'a>> {
    perimeters
        .iter()
        .map(|&perimeter| ComparedQpv {
            qpv: perimeter.into(),
            area_ha: perimeter.known_area_ha().map(square_metres),
            official_letter: perimeter.code_qp.letter().map(CodeLetter::as_str),
        })
        .collect()
}

impl<'a> From<&Undetermined<'a>> for UndeterminedAnswer<'a> {
    fn from(Undetermined { reason, from, to }: &Undetermined<'a>) -> Self {
        Self {
            reason: reason.as_str(),
            from: compared(from),
            to: compared(to),
        }
    }
}

impl From<ChangeOutlines> for ChangeOutlinesAnswer {
    fn from(
        ChangeOutlines {
            shared,
            gained,
            lost,
        }: ChangeOutlines,
    ) -> Self {
        let [shared, gained, lost] =
            [shared, gained, lost].map(|outline| geojson::Geometry::from(&outline));
        Self {
            shared,
            gained,
            lost,
        }
    }
}

impl From<&Totals> for CompareTotals {
    fn from(
        Totals {
            from,
            to,
            all,
            by_class,
        }: &Totals,
    ) -> Self {
        let by_class = by_class
            .iter()
            .map(|(class, sum)| (class.as_str(), sum.into()))
            .collect();
        Self {
            from: from.into(),
            to: to.into(),
            all: all.into(),
            by_class,
        }
    }
}

impl From<&SideTotals> for CompareSide {
    fn from(
        &SideTotals {
            perimeters,
            communes,
            area_ha,
        }: &SideTotals,
    ) -> Self {
        Self {
            perimeters,
            communes,
            area_ha: square_metres(area_ha),
        }
    }
}

impl From<&ChangeTotals> for ClassTotals {
    fn from(sum: &ChangeTotals) -> Self {
        Self {
            changes: sum.changes,
            perimeters_from: sum.from,
            perimeters_to: sum.to,
            shared_ha: square_metres(sum.shared_ha),
            gained_ha: square_metres(sum.gained_ha),
            lost_ha: square_metres(sum.lost_ha),
            disagreements: sum.disagreements,
        }
    }
}

impl Serialize for ClassName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl PartialSchema for ClassName {
    fn schema() -> RefOr<Schema> {
        names(
            "The class of a change.",
            ChangeClass::ALL.map(ChangeClass::as_str),
        )
    }
}

impl ToSchema for ClassName {}
