//! Against a local stand-in.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::json;

use super::*;

/// A stand-in that answers paths with bodies, and everything else with 404; `{base}` in a body becomes its own address.
fn stand_in(answers: &[(&'static str, Value)]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let answers: BTreeMap<_, _> = answers
        .iter()
        .map(|(path, body)| (*path, body.to_string().replace("{base}", &base)))
        .collect();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 2048];
            let read = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default();
            let (status, body) = answers
                .get(path)
                .map_or(("404 Not Found", ""), |body| ("200 OK", body.as_str()));
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            )
            .unwrap();
        }
    });
    base
}

fn style(source: &Value) -> Value {
    json!({"version": 8, "glyphs": "https://glyphs.example/{fontstack}/{range}.pbf", "sprite": "{base}/sprite",
        "sources": {"plan": source}, "layers": [{"id": "background", "type": "background"}]})
}

#[test]
fn a_style_comes_with_the_tiles_of_its_sources_and_the_origins_of_all_it_loads() {
    let tiles = json!({"tilejson": "3.0.0", "tiles": ["https://tiles.example/{z}/{x}/{y}.pbf"], "maxzoom": 18,
        "attribution": "IGN", "vector_layers": []});
    let source = json!({"type": "vector", "url": "{base}/plan.json", "maxzoom": 12});
    let base = stand_in(&[("/style.json", style(&source)), ("/plan.json", tiles)]);
    let map = Basemap::new(&format!("{base}/style.json")).unwrap();
    assert_eq!(map.style(), None);
    map.fetch().unwrap();
    let fetched = map.style().unwrap();
    let expected = json!({"type": "vector", "tiles": ["https://tiles.example/{z}/{x}/{y}.pbf"], "maxzoom": 12, "attribution": "IGN"});
    assert_eq!(fetched.style["sources"]["plan"], expected);
    let origins: Vec<&str> = fetched.origins.iter().map(String::as_str).collect();
    assert_eq!(
        origins,
        [
            base.as_str(),
            "https://glyphs.example",
            "https://tiles.example"
        ]
    );
}

#[test]
fn what_does_not_answer_or_is_no_style_is_told_and_leaves_nothing() {
    let no_tiles = style(&json!({"type": "vector", "url": "{base}/missing.json"}));
    let relative = style(&json!({"type": "vector", "tiles": ["tiles/{z}/{x}/{y}"]}));
    let base = stand_in(&[
        ("/a", no_tiles),
        ("/b", json!({"version": 7})),
        ("/c", json!([])),
        ("/d", relative),
    ]);
    let fault = |path: &str| {
        let map = Basemap::new(&format!("{base}{path}")).unwrap();
        let fault = map.fetch().unwrap_err();
        assert_eq!(map.style(), None);
        fault.to_string()
    };
    assert!(fault("/a").starts_with(&format!("{base}/missing.json does not answer")));
    assert!(fault("/b").contains("version 8"));
    assert!(fault("/c").contains("version 8"));
    assert!(fault("/d").contains("`tiles/{z}/{x}/{y}` is not a whole address"));
    assert!(fault("/e").contains("does not answer"));
}

#[test]
fn only_addresses_on_the_web_are_taken_and_nothing_slips_into_a_policy() {
    assert!(Basemap::new("https://data.geopf.fr/standard.json").is_ok());
    for bad in [
        "",
        "standard.json",
        "file:///etc/passwd",
        "https://",
        "https://a b/",
        "https://a;script-src/",
        "https://u@h/",
    ] {
        assert_eq!(
            Basemap::new(bad).unwrap_err(),
            BasemapError::BadUrl(bad.to_owned())
        );
    }
    assert_eq!(
        origin("http://127.0.0.1:8080/a?b"),
        Some("http://127.0.0.1:8080")
    );
}
