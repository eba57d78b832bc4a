//! The indicators that are loaded, and their figures on neighbourhoods.

use qpv_service::model::Vintage;
use qpv_service::{Figures, LoadedIndicator, Snapshot};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::DatasetRef;

/// Figures on a neighbourhood, by the name of their indicator.
#[derive(Debug)]
pub struct FiguresAnswer<'a>(pub Figures<'a>);

/// A figure, with what it says.
#[derive(Debug, Serialize, ToSchema)]
pub struct FigureAnswer<'a> {
    /// The figure; null when it is secret or not published, which is not 0.
    #[schema(value_type = Option<f64>, required = true)]
    pub value: FigureValue,
    /// Its unit, in French; null for a ratio, or when it is not known.
    #[schema(example = "habitants", required = true)]
    pub unit: Option<&'a str>,
    /// The name of the indicator for people, in French.
    #[schema(example = "Population municipale")]
    pub label: &'a str,
    /// The year; null when it is not known.
    #[schema(required = true)]
    pub year: Option<i16>,
    /// Its publisher, in French, or the file it was read from.
    #[schema(example = "Insee, recensement de la population")]
    pub source: &'a str,
}

/// A figure, whole numbers written without decimals.
#[derive(Debug, Clone, Copy)]
pub struct FigureValue(pub Option<f64>);

/// The indicators that are loaded.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorList<'a> {
    /// Those of the oldest vintage first, in the order of their tables.
    pub indicators: Vec<IndicatorAnswer<'a>>,
    /// The dataset that they come from.
    pub dataset: DatasetRef<'a>,
}

/// An indicator that is loaded.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorAnswer<'a> {
    /// The name to ask for it by in `fields`. A year is behind it where a table of a later year has the same indicator.
    #[schema(example = "taux_pauvrete_60")]
    pub name: &'a str,
    /// The vintage whose neighbourhoods it is about.
    #[schema(value_type = String, example = "2024")]
    pub vintage: Vintage,
    /// Its name for people, in French.
    pub label: &'a str,
    /// Its unit, in French; null for a ratio, or when it is not known.
    #[schema(required = true)]
    pub unit: Option<&'a str>,
    /// The year of its figures; null when it is not known.
    #[schema(required = true)]
    pub year: Option<i16>,
    /// Its publisher, in French, or the file it was read from.
    pub source: &'a str,
    /// The column of the table.
    #[schema(example = "taux_pauvrete_60%")]
    pub column: &'a str,
    /// The neighbourhoods with a figure.
    pub published: usize,
}

impl Serialize for FiguresAnswer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (indicator, value) in self.0.iter() {
            map.serialize_entry(&indicator.key, &FigureAnswer::new(indicator, value))?;
        }
        map.end()
    }
}

impl PartialSchema for FiguresAnswer<'_> {
    fn schema() -> RefOr<Schema> {
        let figure = Ref::from_schema_name(FigureAnswer::name());
        ObjectBuilder::new()
            .description(Some("Figures by the name of their indicator."))
            .additional_properties(Some(AdditionalProperties::RefOr(RefOr::Ref(figure))))
            .into()
    }
}

impl ToSchema for FiguresAnswer<'_> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((FigureAnswer::name().into_owned(), FigureAnswer::schema()));
    }
}

impl<'a> FigureAnswer<'a> {
    fn new(indicator: &'a LoadedIndicator, value: Option<f64>) -> Self {
        Self {
            value: FigureValue(value),
            unit: indicator.unit,
            label: &indicator.label,
            year: indicator.year,
            source: &indicator.source,
        }
    }
}

impl Serialize for FigureValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// The largest whole number that is exact.
        const MAX_WHOLE: f64 = (1_u64 << 53) as f64;
        match self.0 {
            #[expect(clippy::cast_possible_truncation, reason = "whole and in the range")]
            // `6399`, as the table has it: `6399.0` would look measured.
            Some(value) if value.fract() == 0.0 && value.abs() <= MAX_WHOLE => {
                serializer.serialize_i64(value as i64)
            }
            value => value.serialize(serializer),
        }
    }
}

impl<'a> IndicatorList<'a> {
    /// The indicators of a snapshot.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let all = snapshot.indicators().flat_map(|(vintage, indicators)| {
            indicators
                .iter()
                .map(move |indicator| IndicatorAnswer::new(vintage, indicator))
        });
        Self {
            indicators: all.collect(),
            dataset: DatasetRef::new(snapshot),
        }
    }
}

impl<'a> IndicatorAnswer<'a> {
    fn new(vintage: Vintage, indicator: &'a LoadedIndicator) -> Self {
        Self {
            name: &indicator.key,
            vintage,
            label: &indicator.label,
            unit: indicator.unit,
            year: indicator.year,
            source: &indicator.source,
            column: &indicator.column,
            published: indicator.published,
        }
    }
}
