//! The running service.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{
    Data, NATIONAL_2015, NATIONAL_2024, Server, a_vertex_per_territory, real_data,
};

#[test]
fn every_territory_with_perimeters_answers() {
    let Some(data) = Data::national() else { return };
    let server = Server::start(data.command());
    let vertices = a_vertex_per_territory(&server);
    assert_eq!(
        vertices.len(),
        8,
        "Saint-Pierre-et-Miquelon has no perimeter: {vertices:?}"
    );
    for (territory, lon, lat) in vertices {
        let (status, answer) = server.get(&format!(
            "/api/v1/zones?vintage=2024&lon={lon:.8}&lat={lat:.8}"
        ));
        assert_eq!(
            (status, &answer["zone"]),
            (200, &json!("qpv")),
            "{territory}: {answer}"
        );
        // 0 on the line, unless an overlapping neighbourhood holds the point deeper.
        assert!(
            answer["distance_to_boundary_m"].as_f64().unwrap() <= 0.0,
            "{territory}: {answer}"
        );
    }
    let (status, answer) = server.get("/api/v1/zones?lon=-56.1733&lat=46.7811");
    assert_eq!(
        (status, &answer["code"]),
        (422, &json!("vintage_not_loaded"))
    );
}

#[test]
fn a_new_dataset_is_served_without_dropping_a_request() {
    let (Some(old), Some(new)) = (real_data(NATIONAL_2015), real_data(NATIONAL_2024)) else {
        return;
    };
    let data = Data::empty();
    data.import("2024", &new);
    let server = Server::start(data.command());
    let before = data.digest().unwrap();
    let (stop, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let (status, answer) = server.get("/api/v1/zones?lon=2.3522&lat=48.8566");
                assert_eq!(status, 200, "{answer}");
                asked.fetch_add(1, Ordering::Relaxed);
            }
        });
        data.import("2015", &old);
        let after = data.digest().unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        let current = || {
            server.get("/ready").1["dataset"]["digest"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        while current() != after && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(100));
        }
        stop.store(true, Ordering::Relaxed);
        assert_eq!(current(), after, "still {before}");
    });
    assert!(asked.load(Ordering::Relaxed) > 20, "{asked:?}");
}

#[test]
fn positions_never_reach_the_log() {
    let Some(data) = Data::national() else { return };
    let mut command = data.command();
    command.env("RUST_LOG", "trace");
    let server = Server::start(command);
    assert_eq!(
        server.get("/api/v1/zones?lon=-0.577351&lat=48.757351").0,
        200
    );
    assert_eq!(server.get("/api/v1/zones?lon=577351&lat=757351").0, 400);
    let (status, _) = server.post(
        "/api/v1/zones",
        &json!({"points": [[-0.577_351, 48.757_351], [577_351, 1]]}),
    );
    assert_eq!(status, 200);
    let log = server.stop();
    assert!(log.contains("/api/v1/zones"), "the route is logged: {log}");
    assert!(!log.contains("77351") && !log.contains("57351"), "{log}");
}

#[test]
fn on_the_fictional_town_every_answer_says_so() {
    let server = Server::start(Data::empty().command());
    let (_, ready) = server.get("/ready");
    assert_eq!(ready["dataset"]["fictional"], true);
    let (territory, lon, lat) = a_vertex_per_territory(&server).remove(0);
    let (status, answer) = server.get(&format!(
        "/api/v1/zones?vintage=2024&lon={lon:.8}&lat={lat:.8}"
    ));
    assert_eq!(
        (status, &answer["zone"]),
        (200, &json!("qpv")),
        "{territory}: {answer}"
    );
    assert!(
        answer["dataset"]["notice"]
            .as_str()
            .unwrap()
            .contains("qpv data pull"),
        "{answer}"
    );
}

#[test]
fn a_commune_without_neighbourhood_gets_an_explicit_none() {
    let Some(data) = Data::national() else { return };
    let server = Server::start(data.command());
    // Published: Bayeux has none, in either vintage; Flers has two in each.
    for (insee, count) in [("14047", 0), ("61169", 2)] {
        let (status, answer) = server.get(&format!("/api/v1/communes/{insee}"));
        assert_eq!(status, 200);
        for (index, vintage) in ["2015", "2024"].into_iter().enumerate() {
            let one = &answer["qpv"][index];
            assert_eq!(
                (&one["vintage"], &one["complete"]),
                (&json!(vintage), &json!(true)),
                "{answer}"
            );
            assert_eq!(
                one["perimeters"].as_array().unwrap().len(),
                count,
                "{insee}: {answer}"
            );
        }
    }
    // Flers is in Flers Agglo: perimeters of 2015 publish no EPCI, and are found by their communes.
    let (_, flers) = server.get("/api/v1/perimeters/QN06103M");
    let epci = flers["properties"]["siren_epci"][0].as_str().unwrap();
    let (_, old) = server.get(&format!(
        "/api/v1/perimeters?vintage=2015&geometry=false&epci={epci}"
    ));
    assert_eq!(old["features"].as_array().unwrap().len(), 2, "{old}");
    assert_eq!(
        server
            .get("/api/v1/perimeters?departement=2a&geometry=false")
            .1["features"][0]["properties"]["insee_dep"],
        "2A"
    );
    assert_eq!(server.get("/api/v1/perimeters?departement=calvados").0, 400);
}
