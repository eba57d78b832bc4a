//! The forms of data on the page of the documentation: each schema of the description, and links to them.

use std::fmt::Write as _;

use qpv_french::key;
use serde_json::Value;

use crate::html::{escape, prose, words};

/// Beginning of a reference to a schema of the description.
const REFERENCE: &str = "#/components/schemas/";
/// Most levels of a schema written in place; a deeper one is named by its type alone.
const MAX_DEPTH: usize = 3;

/// Writes the part of the page with all schemas, each folded.
pub(super) fn write_all(html: &mut String, description: &Value) {
    let _ = writeln!(
        html,
        "<section aria-labelledby=\"schemas\">\n<h2 id=\"schemas\">{}</h2>",
        words(key::DOCS_SCHEMAS)
    );
    let schemas = description["components"]["schemas"].as_object();
    for (name, schema) in schemas.into_iter().flatten() {
        let name = escape(name);
        // The target of links is inside: browsers unfold what they jump to.
        let _ = writeln!(
            html,
            "<details>\n<summary><code>{name}</code></summary>\n<div id=\"schema-{name}\">"
        );
        if let Some(text) = schema["description"].as_str() {
            let _ = writeln!(html, "<p lang=\"en\">{}</p>", prose(text));
        }
        write_members(html, schema, MAX_DEPTH);
        html.push_str("</div>\n</details>\n");
    }
    html.push_str("</section>\n");
}

/// Writes the members of an object, those of its parts too; of anything else its form.
fn write_members(html: &mut String, schema: &Value, depth: usize) {
    let parts = schema["allOf"].as_array().filter(|_| depth > 0);
    if let Some(parts) = parts {
        for part in parts {
            write_members(html, part, depth - 1);
        }
    }
    // A schema that is no object has a form and no members.
    let Some(members) = schema["properties"].as_object() else {
        if parts.is_none() {
            let _ = writeln!(html, "<p>{}</p>", form(schema));
        }
        return;
    };
    html.push_str("<dl>\n");
    for (name, member) in members {
        let is_required = schema["required"]
            .as_array()
            .is_some_and(|required| required.iter().any(|it| it == name));
        let mut notes = form(member);
        if is_required {
            let _ = write!(notes, ", {}", words(key::DOCS_REQUIRED));
        }
        let text = prose(member["description"].as_str().unwrap_or_default());
        let name = escape(name);
        let _ = writeln!(
            html,
            "<dt><code>{name}</code> <small>{notes}</small></dt>\n<dd lang=\"en\">{text}</dd>"
        );
    }
    html.push_str("</dl>\n");
}

/// Returns the form of a schema in a few words, with links to those it names.
pub(super) fn form(schema: &Value) -> String {
    form_within(schema, MAX_DEPTH)
}

/// Returns the forms of the parts of a schema, with a sign between them.
fn joined_forms(parts: &[Value], between: &str, depth: usize) -> String {
    let forms: Vec<String> = parts.iter().map(|part| form_within(part, depth)).collect();
    forms.join(between)
}

fn form_within(schema: &Value, depth: usize) -> String {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|it| it.strip_prefix(REFERENCE))
    {
        let name = escape(name);
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    if depth > 0 {
        for (name, between) in [("oneOf", " | "), ("anyOf", " | "), ("allOf", " + ")] {
            if let Some(parts) = schema[name].as_array() {
                return joined_forms(parts, between, depth - 1);
            }
        }
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let item = schema
        .get("items")
        .filter(|item| item.is_object() && depth > 0);
    if let Some(item) = item {
        return format!("array ({})", form_within(item, depth - 1));
    }
    if kinds.is_empty() {
        return "any".to_owned();
    }
    escape(&kinds.join(" | "))
}
