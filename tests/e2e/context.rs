//! What stands around the perimeters: outlines, statistics.

use serde_json::json;

use crate::harness::{Data, NATIONAL_2024, Server, real_data};

fn import(data: &Data, args: &[&str]) -> String {
    let ran = data.run(&[&["data", "import"], args].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.err
}

#[test]
fn statistics_are_shown_with_the_perimeters_and_told_in_the_status() {
    let (Some(perimeters), Some(figures)) = (
        real_data(NATIONAL_2024),
        real_data("statistics/qpv2024_indicators.csv"),
    ) else {
        return;
    };
    let data = Data::empty();
    let figures = figures.to_str().unwrap();
    let told = import(&data, &["--statistics", figures]);
    assert!(told.contains("no perimeters of 2024 are loaded"), "{told}");
    data.import("2024", &perimeters);
    let before = data.digest();
    let told = import(&data, &["--statistics", figures, "--year", "2020"]);
    for text in [
        "1 518 neighbourhoods",
        "population of 2020 from `popmuniqpv`",
        "152 on several rows",
        "91 perimeters loaded without any figure",
    ] {
        assert!(told.contains(text), "{text} is not in {told}");
    }
    assert_ne!(data.digest(), before);
    let status = data.run(&["data", "status"]).out;
    assert!(
        status.contains("statistics of 2024: 1 518 neighbourhoods, 1 518 with a population (2020)"),
        "{status}"
    );
    data.assert_intact();
    let server = Server::start(data.command());
    let (_, sheet) = server.get("/api/v1/perimeters/QN00101M");
    let properties = &sheet["properties"];
    // As INSEE writes them in its table.
    assert_eq!(
        (&properties["population"], &properties["population_year"]),
        (&json!(6399), &json!(2020)),
        "{sheet}"
    );
    assert_eq!(
        properties["lib_epci"],
        "Communauté d'agglomération du Bassin de Bourg-en-Bresse"
    );
    assert_eq!(sheet["predecessors"], json!(null), "2015 is not loaded");
    drop(server);
    assert_eq!(
        data.run(&["data", "remove", "--statistics", "2024"]).code,
        Some(0)
    );
    assert!(!data.run(&["data", "status"]).out.contains("statistics"));
}

#[test]
fn outlines_are_told_in_the_status_and_wrong_files_are_named() {
    let (Some(departments), Some(communes)) = (
        real_data("outlines/departements.geojson"),
        real_data("outlines/communes-61-orne.geojson"),
    ) else {
        return;
    };
    let data = Data::empty();
    let [departments, communes] = [&departments, &communes].map(|path| path.to_str().unwrap());
    import(&data, &["--outlines", "departements", departments]);
    let told = import(&data, &["--outlines", "communes", communes]);
    assert!(
        told.contains("389 outlines") && told.contains("of departments 61"),
        "{told}"
    );
    let before = data.digest();
    for (args, told) in [
        (
            &["--outlines", "communes", departments][..],
            "no column of codes",
        ),
        (
            &["--outlines", "regions", communes],
            "is no code of regions",
        ),
        (
            &["--outlines", "cantons", communes],
            "`cantons` is no level of administration",
        ),
        (&["--statistics", communes], "it is JSON"),
    ] {
        let ran = data.run(&[&["data", "import"], args].concat());
        assert!(
            ran.code == Some(1) && ran.err.contains(told),
            "{args:?}: {ran:?}"
        );
    }
    assert_eq!(data.digest(), before);
    let status = data.run(&["data", "status", "--details"]).out;
    for text in [
        "outlines, departements: 101",
        "outlines, communes of 61: 389",
        "from communes-61-orne.geojson",
    ] {
        assert!(status.contains(text), "{text} is not in {status}");
    }
    data.assert_intact();
    assert_eq!(
        data.run(&["data", "remove", "--outlines", "communes"]).code,
        Some(0)
    );
    let again = data.run(&["data", "remove", "--outlines", "communes"]);
    assert!(
        again.code == Some(1) && again.err.contains("departements"),
        "{again:?}"
    );
}
