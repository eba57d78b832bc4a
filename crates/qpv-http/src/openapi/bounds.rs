//! The bounds of what a request may say, in its description: forms of codes, days, numbers from and to.
//!
//! They stand here by the names of parameters and members, for the same name has the same form throughout; what a handler
//! refuses decides. `tests/python/check_schema.py` sends requests at their edges and beyond.

use std::collections::BTreeSet;

use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::schema::{ArrayItems, KnownFormat, Schema, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{Components, OpenApi, RefOr};

/// A bound of a value.
#[derive(Debug, Clone, Copy)]
enum Bound {
    /// A text of this form, a regular expression.
    Form(&'static str),
    /// A day, `YYYY-MM-DD`.
    Day,
    /// Most characters of a text.
    Characters(usize),
    /// A number from the first to the second.
    Between(usize, usize),
    /// A number from this one on.
    From(usize),
    /// Two items; of a list of lists, in each of these.
    Pair,
}

const YEAR: Bound = Bound::Form("^[0-9]{4}$");
const COMMUNE: Bound = Bound::Form("^([0-9]{5}|2[ABab][0-9]{3})$");
const COMMUNES: Bound = Bound::Form("^([0-9]{5}|2[ABab][0-9]{3})(,([0-9]{5}|2[ABab][0-9]{3}))*$");
const DEPARTMENT: Bound = Bound::Form("^([0-9]{2}|2[ABab]|97[0-9])$");
const REGION: Bound = Bound::Form("^[0-9]{2}$");
const SIREN: Bound = Bound::Form("^[0-9]{9}$");
const POSTCODE: Bound = Bound::Form("^[0-9]{5}$");
const TILE_ROW: Bound = Bound::Form("^[0-9]{1,9}([.](mvt|pbf))?$");

/// Members of bodies of JSON, and parameters of queries under `/api/v1`.
const BY_NAME: [(&str, Bound); 14] = [
    ("vintage", YEAR),
    ("from", YEAR),
    ("to", YEAR),
    ("on", Bound::Day),
    ("limit", Bound::Between(1, 100)),
    ("ring", Bound::Between(1, 4_000)),
    ("uncertainty_m", Bound::Between(0, 100_000)),
    ("q", Bound::Characters(200)),
    ("postcode", POSTCODE),
    ("citycode", COMMUNE),
    ("near", Bound::Pair),
    ("points", Bound::Pair),
    ("key", Bound::Form("^[0-9A-Fa-f]{64}$")),
    ("progress", Bound::Form("^[0-9A-Za-z-]{16,64}$")),
];

/// Fields of forms, in which `postcode` and the like are the names of columns.
const OF_FORMS: [(&str, Bound); 7] = [
    ("vintage", YEAR),
    ("on", Bound::Day),
    ("ring", Bound::Between(1, 4_000)),
    ("default_postcode", POSTCODE),
    ("default_citycode", COMMUNE),
    ("suppress_under", Bound::From(2)),
    ("progress", Bound::Form("^[0-9A-Za-z-]{16,64}$")),
];

/// Parameters of one resource.
const OF_RESOURCE: [(&str, &str, Bound); 19] = [
    ("/api/v1/communes/{insee}", "insee", COMMUNE),
    ("/api/v1/communes/{insee}/places", "insee", COMMUNE),
    ("/api/v1/compare", "insee", COMMUNES),
    ("/api/v1/compare", "epci", SIREN),
    ("/api/v1/compare", "departement", DEPARTMENT),
    ("/api/v1/compare", "region", REGION),
    (
        "/api/v1/compare",
        "table",
        Bound::Form("^(changes|places|addresses)$"),
    ),
    (
        "/api/v1/compare",
        "format",
        Bound::Form("^(csv|xlsx|geojson|gpkg|parquet|pdf)$"),
    ),
    ("/api/v1/perimeters", "insee", COMMUNE),
    ("/api/v1/perimeters", "departement", DEPARTMENT),
    (
        "/api/v1/perimeters",
        "format",
        Bound::Form("^(geojson|parquet)$"),
    ),
    ("/api/v1/share", "insee", COMMUNES),
    ("/api/v1/share", "epci", SIREN),
    ("/api/v1/share", "departement", DEPARTMENT),
    ("/api/v1/share", "region", REGION),
    ("/search", "limit", Bound::Between(1, 100)),
    ("/reverse", "limit", Bound::Between(1, 100)),
    ("/tiles/{layers}/{z}/{x}/{y}", "y", TILE_ROW),
    ("/tiles/ground/{name}/{z}/{x}/{y}", "y", TILE_ROW),
];

/// Parameters of queries under `/api/v1` that have a name of [`BY_NAME`] and another form.
const OTHER_FORMS: [(&str, &str); 2] = [
    // Any text is looked for.
    ("/api/v1/perimeters", "q"),
    // The key of the body counts where both are given.
    ("/api/v1/reports/verify", "key"),
];

/// Adds the bounds to a description.
pub(super) fn add(description: &mut OpenApi) {
    let mut bodies = Bodies::default();
    for (path, item) in &mut description.paths.paths {
        for operation in operations(item) {
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(parameter) = parameter {
                    bound_parameter(path, parameter);
                }
            }
            bodies.collect(operation);
        }
    }
    if let Some(components) = &mut description.components {
        bodies.bound(components);
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post].into_iter().flatten()
}

fn bound_parameter(path: &str, parameter: &mut Parameter) {
    let Some(RefOr::T(schema)) = &mut parameter.schema else {
        return;
    };
    let name = parameter.name.as_str();
    let of_resource = OF_RESOURCE
        .iter()
        .find(|(of, known, _)| *of == path && *known == name)
        .map(|(_, _, bound)| *bound);
    let is_plain = parameter.parameter_in == ParameterIn::Query
        && path.starts_with("/api/v1/")
        && !OTHER_FORMS.contains(&(path, name));
    if let Some(bound) = of_resource.or_else(|| named(&BY_NAME, name).filter(|_| is_plain)) {
        bound.set(schema);
    }
}

fn named(table: &[(&str, Bound)], name: &str) -> Option<Bound> {
    let found = table.iter().find(|(known, _)| *known == name);
    found.map(|(_, bound)| *bound)
}

/// The names of the schemas of bodies.
#[derive(Default)]
struct Bodies {
    json: BTreeSet<String>,
    forms: BTreeSet<String>,
}

impl Bodies {
    fn collect(&mut self, operation: &Operation) {
        let Some(RefOr::T(body)) = &operation.request_body else {
            return;
        };
        for (kind, content) in &body.content {
            let RefOr::T(content) = content else { continue };
            let Some(RefOr::Ref(reference)) = &content.schema else {
                continue;
            };
            let name = component(&reference.ref_location);
            if kind == "application/json" {
                self.json.insert(name);
            } else {
                self.forms.insert(name);
            }
        }
    }

    fn bound(mut self, components: &mut Components) {
        for name in &self.forms {
            if let Some(RefOr::T(schema)) = components.schemas.get_mut(name) {
                bound_members(schema, &OF_FORMS);
                forbid_null(schema);
            }
        }
        // A body may be one of several, each a schema of its own.
        for name in self.json.clone() {
            if let Some(RefOr::T(Schema::OneOf(several))) = components.schemas.get(&name) {
                self.json
                    .extend(several.items.iter().filter_map(|item| match item {
                        RefOr::Ref(reference) => Some(component(&reference.ref_location)),
                        RefOr::T(_) => None,
                    }));
            }
        }
        for name in &self.json {
            if let Some(RefOr::T(schema)) = components.schemas.get_mut(name) {
                bound_members(schema, &BY_NAME);
            }
        }
    }
}

/// Returns the name of the component that a reference leads to.
fn component(reference: &str) -> String {
    let name = reference.rsplit('/').next();
    name.unwrap_or(reference).to_owned()
}

fn bound_members(schema: &mut Schema, table: &[(&str, Bound)]) {
    match schema {
        Schema::Object(object) => {
            for (name, member) in &mut object.properties {
                if let (Some(bound), RefOr::T(member)) = (named(table, name), member) {
                    bound.set(member);
                }
            }
        }
        // A body that has the members of another one beside its own.
        Schema::AllOf(parts) => {
            for part in &mut parts.items {
                if let RefOr::T(part) = part {
                    bound_members(part, table);
                }
            }
        }
        _ => {}
    }
}

/// Takes the null off the members of a form, whose fields are texts.
fn forbid_null(schema: &mut Schema) {
    let Schema::Object(object) = schema else {
        return;
    };
    for member in object.properties.values_mut() {
        match member {
            RefOr::T(Schema::Object(member)) => without_null(&mut member.schema_type),
            RefOr::T(Schema::Array(member)) => without_null(&mut member.schema_type),
            _ => {}
        }
    }
}

fn without_null(types: &mut SchemaType) {
    let SchemaType::Array(several) = types else {
        return;
    };
    several.retain(|kind| *kind != Type::Null);
    if let [one] = several.as_slice() {
        *types = SchemaType::Type(one.clone());
    }
}

impl Bound {
    fn set(self, schema: &mut Schema) {
        match (self, schema) {
            (Self::Pair, Schema::Array(array)) => match &mut array.items {
                // A list of pairs.
                ArrayItems::RefOrSchema(items) if matches!(**items, RefOr::T(Schema::Array(_))) => {
                    if let RefOr::T(items) = &mut **items {
                        self.set(items);
                    }
                }
                _ => {
                    array.min_items = Some(2);
                    array.max_items = Some(2);
                }
            },
            (Self::Form(form), Schema::Object(object)) => object.pattern = Some(form.to_owned()),
            (Self::Day, Schema::Object(object)) => {
                object.format = Some(SchemaFormat::KnownFormat(KnownFormat::Date));
            }
            (Self::Characters(most), Schema::Object(object)) => object.max_length = Some(most),
            (Self::Between(least, most), Schema::Object(object)) => {
                object.minimum = Some(least.into());
                object.maximum = Some(most.into());
            }
            (Self::From(least), Schema::Object(object)) => object.minimum = Some(least.into()),
            // A reference, whose schema has bounds of its own.
            _ => {}
        }
    }
}
