//! An example of each resource for the command line, with `curl`.

/// The data of an example's request.
#[derive(Debug, Clone, Copy)]
enum Sent {
    /// Nothing: a GET.
    Nothing,
    /// A body of JSON.
    Json(&'static str),
    /// A form with a file.
    Form(&'static str),
    /// Fields of a form without files.
    Fields(&'static str),
}
use Sent::{Fields, Form, Json, Nothing};

/// The place of a building that examples send.
const SHARE: &str = r#"{"points": [[6.845, 47.63], [6.86, 47.64]], "vintage": "2024"}"#;

/// The examples: method, path of the description, the address to call, what is sent.
const EXAMPLES: &[(&str, &str, &str, Sent)] = &[
    (
        "GET",
        "/api/v1",
        "/api/v1?type_adresse=WSA&adresse=5+rue+de+la+paix+belfort",
        Nothing,
    ),
    (
        "GET",
        "/api/v2.json",
        "/api/v2.json?type_adresse=WSA&adresse=5+rue+de+la+paix+belfort",
        Nothing,
    ),
    (
        "GET",
        "/api/xy.json",
        "/api/xy.json?x=-0.5707&y=48.7553&type_quartier=QP",
        Nothing,
    ),
    (
        "GET",
        "/service/georeferenceur.json",
        "/service/georeferenceur.json?type_quartier=QP&type_adresse=WSA&adresse=5+rue+de+la+paix+belfort",
        Nothing,
    ),
    (
        "POST",
        "/service/georeferenceur.json",
        "/service/georeferenceur.json",
        Fields("type_quartier=QP&type_adresse=WSA&adresse=5 rue de la paix belfort"),
    ),
    (
        "GET",
        "/api/v1/zones",
        "/api/v1/zones?lon=-0.5707&lat=48.7553",
        Nothing,
    ),
    (
        "POST",
        "/api/v1/zones",
        "/api/v1/zones",
        Json(r#"{"points": [[-0.5707, 48.7553]]}"#),
    ),
    ("GET", "/api/v1/zonings", "/api/v1/zonings", Nothing),
    (
        "GET",
        "/search",
        "/search?q=5+rue+de+la+paix+belfort&limit=3",
        Nothing,
    ),
    (
        "GET",
        "/reverse",
        "/reverse?lon=6.8628&lat=47.6388",
        Nothing,
    ),
    (
        "POST",
        "/search/csv",
        "/search/csv",
        Form("data=@adresses.csv"),
    ),
    (
        "POST",
        "/reverse/csv",
        "/reverse/csv",
        Form("data=@positions.csv"),
    ),
    (
        "POST",
        "/api/v1/suggest",
        "/api/v1/suggest",
        Json(r#"{"q": "saint michel"}"#),
    ),
    (
        "POST",
        "/api/v1/search",
        "/api/v1/search",
        Json(r#"{"q": "5 rue de la paix belfort"}"#),
    ),
    (
        "POST",
        "/api/v1/reverse",
        "/api/v1/reverse",
        Json(r#"{"lon": 6.8628, "lat": 47.6388}"#),
    ),
    (
        "GET",
        "/api/v1/streets/{id}/profile",
        "/api/v1/streets/61169_0040/profile",
        Nothing,
    ),
    (
        "POST",
        "/api/v1/check",
        "/api/v1/check",
        Json(r#"{"q": "5 rue de la paix belfort", "programme": "*"}"#),
    ),
    ("GET", "/api/v1/programmes", "/api/v1/programmes", Nothing),
    (
        "POST",
        "/api/v1/batch",
        "/api/v1/batch",
        Form("data=@enfants.xlsx"),
    ),
    (
        "GET",
        "/api/v1/batch/progress/{id}",
        "/api/v1/batch/progress/ma-liste",
        Nothing,
    ),
    (
        "POST",
        "/api/v1/reports",
        "/api/v1/reports",
        Json(r#"{"q": "5 rue de la paix belfort", "about": "Dossier 12"}"#),
    ),
    (
        "POST",
        "/api/v1/reports/verify",
        "/api/v1/reports/verify",
        Json(r#"{"text": "compte-rendu-qpv: 1…"}"#),
    ),
    ("GET", "/api/v1/reports/key", "/api/v1/reports/key", Nothing),
    (
        "GET",
        "/api/v1/perimeters",
        "/api/v1/perimeters?insee=61169&geometry=false",
        Nothing,
    ),
    (
        "GET",
        "/api/v1/perimeters/{code}",
        "/api/v1/perimeters/QN06103M",
        Nothing,
    ),
    (
        "GET",
        "/api/v1/communes/{insee}",
        "/api/v1/communes/61169",
        Nothing,
    ),
    (
        "GET",
        "/api/v1/communes/{insee}/places",
        "/api/v1/communes/61169/places",
        Nothing,
    ),
    ("GET", "/api/v1/vintages", "/api/v1/vintages", Nothing),
    ("GET", "/api/v1/indicators", "/api/v1/indicators", Nothing),
    (
        "GET",
        "/api/v1/compare",
        "/api/v1/compare?insee=61169",
        Nothing,
    ),
    (
        "GET",
        "/api/v1/share",
        "/api/v1/share?departement=90",
        Nothing,
    ),
    ("POST", "/api/v1/share", "/api/v1/share", Json(SHARE)),
    ("GET", "/tiles", "/tiles", Nothing),
    ("GET", "/tiles/style.json", "/tiles/style.json", Nothing),
    ("GET", "/tiles/{layers}", "/tiles/qpv-2024", Nothing),
    (
        "GET",
        "/tiles/{layers}/{z}/{x}/{y}",
        "/tiles/qpv-2024/9/254/177",
        Nothing,
    ),
    ("GET", "/tiles/ground/{name}", "/tiles/ground/plan", Nothing),
    (
        "GET",
        "/tiles/ground/{name}/{z}/{x}/{y}",
        "/tiles/ground/plan/9/254/177",
        Nothing,
    ),
    ("GET", "/ogc", "/ogc", Nothing),
    ("GET", "/ogc/conformance", "/ogc/conformance", Nothing),
    ("GET", "/ogc/collections", "/ogc/collections", Nothing),
    (
        "GET",
        "/ogc/collections/{id}",
        "/ogc/collections/qpv-2024",
        Nothing,
    ),
    (
        "GET",
        "/ogc/collections/{id}/items",
        "/ogc/collections/qpv-2024/items?insee_com=61169&limit=10",
        Nothing,
    ),
    (
        "GET",
        "/ogc/collections/{id}/items/{feature}",
        "/ogc/collections/qpv-2024/items/QN06103M",
        Nothing,
    ),
    ("GET", "/api/v1/sources", "/api/v1/sources", Nothing),
    ("GET", "/api/v1/examples", "/api/v1/examples", Nothing),
    ("GET", "/health", "/health", Nothing),
    ("GET", "/ready", "/ready", Nothing),
];

/// Returns the command that calls a resource of a service; `None` for one without example.
pub(super) fn command(method: &str, path: &str, service: &str) -> Option<String> {
    let (_, _, address, sent) = EXAMPLES
        .iter()
        .find(|(of, at, _, _)| *of == method && *at == path)?;
    let url = format!("'{service}{address}'");
    Some(match sent {
        Nothing => format!("curl {url}"),
        Json(body) => {
            format!("curl {url} \\\n  -H 'content-type: application/json' \\\n  -d '{body}'")
        }
        Form(field) => format!("curl {url} \\\n  -F {field}"),
        Fields(fields) => format!("curl {url} \\\n  -d '{fields}'"),
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode, header};
    use qpv_service::Service;
    use qpv_service::data::Store;
    use std::sync::Arc;
    use tower::ServiceExt;

    use super::*;
    use crate::{Limits, router};

    /// Data that is not loaded may be missing, but no example is malformed.
    #[tokio::test]
    async fn every_example_is_understood() {
        // A report makes a key, which must not stay behind.
        let folder = tempfile::tempdir().expect("a folder");
        let service = Service::open(Store::new(folder.path())).expect("the sample");
        let app = router(Arc::new(service), Limits::default());
        for (method, path, address, sent) in EXAMPLES {
            let (kind, body) = match sent {
                Nothing => ("text/plain", ""),
                Json(body) => ("application/json", *body),
                Fields(fields) => ("application/x-www-form-urlencoded", *fields),
                // Files are the reader's own.
                Form(_) => continue,
            };
            let request = Request::builder().method(*method).uri(*address);
            let request = request.header(header::CONTENT_TYPE, kind);
            let request = request.body(Body::from(
                body.replace(' ', if kind.ends_with("json") { " " } else { "+" }),
            ));
            let response = app.clone().oneshot(request.expect("a request")).await;
            let status = response.expect("infallible").status();
            let is_understood = status.is_success()
                || [StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY].contains(&status);
            assert!(is_understood, "{method} {path}: {status}");
        }
    }
}
