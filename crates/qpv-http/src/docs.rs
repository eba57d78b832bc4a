//! `/docs`: the documentation of the API, one plain page made from its description.
//!
//! Its own words are French; names and descriptions of the API are English, and marked so. It has no script: every resource, its
//! parameters, its answers and an example for the command line are there to read, by keyboard and on a telephone.

mod examples;
mod schemas;

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use qpv_french::{Key, key};
use serde_json::Value;

use crate::html::{END, escape, head, prose, words};
use crate::{openapi, public_url};

/// The groups of resources in the order of the page; a test finds every group of the description here.
const GROUPS: [(&str, Key); 11] = [
    ("zones", key::DOCS_TAG_ZONES),
    ("addresses", key::DOCS_TAG_ADDRESSES),
    ("programmes", key::DOCS_TAG_PROGRAMMES),
    ("reports", key::DOCS_TAG_REPORTS),
    ("perimeters", key::DOCS_TAG_PERIMETERS),
    ("compare", key::DOCS_TAG_COMPARE),
    ("share", key::DOCS_TAG_SHARE),
    ("tiles", key::DOCS_TAG_TILES),
    ("ogc", key::DOCS_TAG_OGC),
    ("sig_ville", key::DOCS_TAG_SIG_VILLE),
    ("service", key::DOCS_TAG_SERVICE),
];

/// The description of the API. It is a part of the program, so it is written once.
static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(openapi::document);
/// The same as it is read here.
static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    serde_json::to_value(&*DOCUMENT).expect("the description has string keys only")
});

/// One resource with one method.
struct Operation<'a> {
    method: String,
    path: &'a str,
    description: &'a Value,
}

impl Operation<'_> {
    /// Returns the name of its part of the page.
    fn anchor(&self) -> String {
        // A space or a brace would need an escape in a link.
        let path = self
            .path
            .replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        format!("{}{path}", self.method.to_lowercase())
    }

    fn is_in(&self, group: &str) -> bool {
        self.description["tags"][0] == group
    }
}

/// Returns the page.
pub(crate) async fn get_docs(headers: HeaderMap) -> Response {
    let html = page(&DESCRIPTION, &public_url::from_headers(&headers));
    // Another version of the program has another page under the same address.
    let no_cache = [(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    (no_cache, Html(html)).into_response()
}

/// Leads to the page without a slash at its end, by a relative address: a proxy may serve it under a path.
pub(crate) async fn redirect() -> Redirect {
    Redirect::permanent("../docs")
}

/// Returns the description for programs.
pub(crate) async fn get_description() -> Response {
    crate::json::json(&*DOCUMENT)
}

/// Writes the page for a service at this address.
fn page(description: &Value, service: &str) -> String {
    let operations = operations(description);
    let mut html = head("./", key::DOCS_TITLE);
    let _ = write!(
        html,
        "<a class=\"skip\" href=\"#resources\">{}</a>\n<header>\n<p><a href=\"./\">{}</a></p>\n<h1>{}</h1>\n<p>{}</p>\n<p>{}</p>\n<p>{}</p>\n\
        <p><a href=\"openapi.json\">{}</a></p>\n</header>\n<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">{}</h2>\n<ul>\n",
        words(key::DOCS_SKIP),
        words(key::DOCS_BACK),
        words(key::DOCS_TITLE),
        words(key::DOCS_INTRO),
        words(key::DOCS_KEYS),
        words(key::DOCS_PRIVACY),
        words(key::DOCS_OPENAPI),
        words(key::DOCS_CONTENTS),
    );
    for (group, name) in GROUPS {
        let _ = writeln!(html, "<li>{}<ul>", words(name));
        for operation in operations.iter().filter(|it| it.is_in(group)) {
            let _ = writeln!(
                html,
                "<li><a href=\"#{}\">{}</a></li>",
                operation.anchor(),
                name_of(operation)
            );
        }
        html.push_str("</ul></li>\n");
    }
    html.push_str("</ul>\n</nav>\n<main id=\"resources\" tabindex=\"-1\">\n");
    for (group, name) in GROUPS {
        let _ = writeln!(
            html,
            "<section aria-labelledby=\"group-{group}\">\n<h2 id=\"group-{group}\">{}</h2>",
            words(name)
        );
        for operation in operations.iter().filter(|it| it.is_in(group)) {
            write_operation(&mut html, operation, service);
        }
        html.push_str("</section>\n");
    }
    schemas::write_all(&mut html, description);
    html.push_str("</main>\n");
    html.push_str(END);
    html
}

/// Returns the resources of a description, in its order.
fn operations(description: &Value) -> Vec<Operation<'_>> {
    let paths = description["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(move |(method, description)| Operation {
                method: method.to_uppercase(),
                path,
                description,
            })
        })
        .collect()
}

fn name_of(operation: &Operation<'_>) -> String {
    format!(
        "<code>{} {}</code>",
        operation.method,
        escape(operation.path)
    )
}

fn write_operation(html: &mut String, operation: &Operation<'_>, service: &str) {
    let description = operation.description;
    let _ = writeln!(
        html,
        "<article>\n<h3 id=\"{}\">{}</h3>",
        operation.anchor(),
        name_of(operation)
    );
    for text in [&description["summary"], &description["description"]] {
        if let Some(text) = text.as_str() {
            let _ = writeln!(html, "<p lang=\"en\">{}</p>", prose(text));
        }
    }
    if let Some(parameters) = description["parameters"].as_array() {
        let _ = writeln!(html, "<h4>{}</h4>\n<dl>", words(key::DOCS_PARAMETERS));
        for parameter in parameters {
            write_parameter(html, parameter);
        }
        html.push_str("</dl>\n");
    }
    if let Some(content) = description["requestBody"]["content"].as_object() {
        let _ = writeln!(html, "<h4>{}</h4>\n<dl>", words(key::DOCS_BODY));
        for (kind, body) in content {
            let form = schemas::form(&body["schema"]);
            let _ = writeln!(
                html,
                "<dt><code>{}</code></dt>\n<dd>{form}</dd>",
                escape(kind)
            );
        }
        html.push_str("</dl>\n");
    }
    if let Some(example) = examples::command(&operation.method, operation.path, service) {
        // Lines of a command are not broken: what is longer than the screen is scrolled, by keyboard too.
        let _ = writeln!(
            html,
            "<h4>{0}</h4>\n<pre tabindex=\"0\" aria-label=\"{0}, {1} {2}\" role=\"region\"><code>{3}</code></pre>",
            words(key::DOCS_EXAMPLE),
            operation.method,
            escape(operation.path),
            escape(&example)
        );
    }
    if let Some(responses) = description["responses"].as_object() {
        let _ = writeln!(html, "<h4>{}</h4>\n<dl>", words(key::DOCS_RESPONSES));
        responses
            .iter()
            .for_each(|(status, response)| write_response(html, status, response));
        html.push_str("</dl>\n");
    }
    html.push_str("</article>\n");
}

fn write_parameter(html: &mut String, parameter: &Value) {
    let name = escape(parameter["name"].as_str().unwrap_or_default());
    let place = match parameter["in"].as_str() {
        Some("path") => key::DOCS_IN_PATH,
        Some("header") => key::DOCS_IN_HEADER,
        _ => key::DOCS_IN_QUERY,
    };
    let mut notes = vec![schemas::form(&parameter["schema"]), words(place)];
    if parameter["required"] == true {
        notes.push(words(key::DOCS_REQUIRED));
    }
    let notes = notes.join(", ");
    let text = prose(parameter["description"].as_str().unwrap_or_default());
    let _ = writeln!(
        html,
        "<dt><code>{name}</code> <small>{notes}</small></dt>\n<dd lang=\"en\">{text}</dd>"
    );
}

fn write_response(html: &mut String, status: &str, response: &Value) {
    let text = prose(response["description"].as_str().unwrap_or_default());
    let content = response["content"].as_object().into_iter().flatten();
    let forms: Vec<String> = content
        .map(|(kind, body)| {
            format!(
                "<code>{}</code> {}",
                escape(kind),
                schemas::form(&body["schema"])
            )
        })
        .collect();
    let forms = forms.join(", ");
    let _ = writeln!(
        html,
        "<dt><code>{}</code> <small>{forms}</small></dt>\n<dd lang=\"en\">{text}</dd>",
        escape(status)
    );
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_resource_stands_on_the_page_with_an_example() {
        let operations = operations(&DESCRIPTION);
        let html = page(&DESCRIPTION, "https://qpv.ville.fr");
        for operation in &operations {
            let anchor = operation.anchor();
            assert!(html.contains(&format!("<h3 id=\"{anchor}\">")), "{anchor}");
            assert!(
                examples::command(&operation.method, operation.path, "").is_some(),
                "{anchor} has no example"
            );
        }
        let anchors: BTreeSet<String> = operations.iter().map(Operation::anchor).collect();
        assert_eq!(
            anchors.len(),
            operations.len(),
            "two resources have one anchor"
        );
    }

    #[test]
    fn every_link_within_the_page_has_a_target() {
        let html = page(&DESCRIPTION, "https://qpv.ville.fr");
        let links = html
            .split("href=\"#")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        for target in links {
            assert!(html.contains(&format!(" id=\"{target}\"")), "#{target}");
        }
    }
}
