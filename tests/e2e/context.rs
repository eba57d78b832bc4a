//! What stands around the perimeters: outlines, statistics, communes.

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
        "population of 2020 from `popMuniQPV`",
        "152 on several rows",
        "19 indicators: popMuniQPV, indiceJeunesse",
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
    let poverty = &properties["figures"]["taux_pauvrete_60"];
    assert_eq!(
        [&poverty["value"], &poverty["unit"], &poverty["year"]],
        [&json!(46), &json!("%"), &json!(2020)],
        "{poverty}"
    );
    let (_, list) = server.get("/api/v1/indicators");
    assert_eq!(list["indicators"].as_array().map(Vec::len), Some(19));
    // A point of the same perimeter, QN00101M.
    let inside = "/api/v1/zones?lon=5.22503&lat=46.21196&vintage=2024";
    let (_, bare) = server.get(inside);
    assert!(bare["qpv"][0].get("figures").is_none(), "{bare}");
    let (_, full) = server.get(&format!("{inside}&fields=popmuniqpv"));
    assert_eq!(
        full["qpv"][0]["figures"]["popMuniQPV"]["value"], 6399,
        "{full}"
    );
    let (status, refused) = server.get(&format!("{inside}&fields=popMuniQPV,revenu"));
    assert_eq!(
        (status, &refused["code"]),
        (400, &json!("unknown_field")),
        "{refused}"
    );
    assert!(refused["message"].as_str().unwrap().contains("RSA_socle"));
    drop(server);
    assert_eq!(
        data.run(&["data", "remove", "--statistics", "2024"]).code,
        Some(0)
    );
    let status = data.run(&["data", "status"]).out;
    assert!(!status.contains("statistics of 2024"), "{status}");
    assert!(
        status.contains("statistics 2024          not loaded"),
        "{status}"
    );
}

#[test]
fn a_table_with_a_figure_that_is_none_is_refused_and_years_stand_side_by_side() {
    let data = Data::empty();
    let file = data.path().join("figures.csv");
    let table = file.to_str().unwrap().to_owned();
    std::fs::write(&file, "qp;taux_x\nQP061003;1\nQP061004;2\nQP061001;<5\n").unwrap();
    let ran = data.run(&["data", "import", "--statistics", &table]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.err.contains("line 4: `taux_x`: `<5` is no number"),
        "{ran:?}"
    );
    assert_eq!(data.digest(), None);
    for (year, value) in [("2018", "s"), ("2020", "7,5")] {
        std::fs::write(
            &file,
            format!("qp;taux_x;pop\nQP061003;{value};\nQP061004;1;2\n"),
        )
        .unwrap();
        import(&data, &["--statistics", &table, "--year", year]);
    }
    let status = data.run(&["data", "status"]).out;
    assert!(status.contains("4 indicators"), "{status}");
    data.assert_intact();
}

#[test]
fn the_official_list_is_held_against_the_perimeters() {
    let Some(data) = Data::national() else {
        return;
    };
    let file = data.path().join("list.csv");
    // Pairs of La Réunion that the State's list has; the last one here is made up.
    let list = "QP2024;Label_QP2024;Statut;QP2015_1;QP2015_2;QP2015_3\n\
        QN97401I;;;QP974001;;\nQN97409M;;;QP974009;;\nQN97418M;;;QP974018;;\n\
        QN97421I;;;QP974021;;\nQN97425M;;;QP974025;;\nQN97402M;;;QP974050;;\n";
    std::fs::write(&file, list).unwrap();
    let list = file.to_str().unwrap();
    let args = ["compare", "--correspondence", list, "--departement", "974"];
    let found = data.json(&args);
    let differ = found["disagreements"].as_array().unwrap();
    let codes: Vec<_> = differ
        .iter()
        .map(|it| it["code_qp"].as_str().unwrap())
        .collect();
    assert_eq!(
        (&found["agree"], codes),
        (&json!(5), vec!["QN97402M"]),
        "{found}"
    );
    std::fs::write(&file, "QP2024;QP2015_1\nQN97401I;QN97409M\n").unwrap();
    let ran = data.run(&args);
    assert!(
        ran.code == Some(1) && ran.err.contains("line 2: `QN97409M` is no code of 2015"),
        "{ran:?}"
    );
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

/// The layout of INSEE's official geographic code, with an invented merger of Flers and Argentan.
const OF_THE_ORNE: &str = "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT
COM,61169,28,61,61D,611,0,FLERS ARGENTAN,Flers-Argentan,Flers-Argentan,6109,
COMD,61169,28,61,61D,611,0,FLERS,Flers,Flers,,61169
COMD,61006,28,61,61D,611,1,ARGENTAN,Argentan,Argentan,,61169
";

#[test]
fn communes_are_replaced_and_bad_rows_replace_nothing() {
    let data = Data::empty();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("v_commune.csv");
    let path = file.to_str().unwrap();
    std::fs::write(&file, OF_THE_ORNE).unwrap();
    let told = import(&data, &["--communes", path]);
    for text in [
        "communes: 34 589 of 3 rows of v_commune.csv",
        "departments kept as they were: 01, 02,",
        "kept from before, for the file has none: epci, postcodes",
        "of which the file says nothing: 61001",
    ] {
        assert!(told.contains(text), "{text} is not in {told}");
    }
    let before = data.digest();
    import(&data, &["--communes", path]);
    assert_eq!(
        data.digest(),
        before,
        "the same file gives the same dataset"
    );
    for (text, told) in [
        (
            "code;name\n1169;Flers\n",
            "line 2: `code`: `1169` is no code",
        ),
        (
            "code;name\n61169;Flers\n61169;Flers\n",
            "line 3: 61169 is at line 2 already",
        ),
        (
            "code;name;kind;belongs_to\n61169;Flers;COMD;61999\n",
            "which is no commune",
        ),
        ("{\"type\": \"FeatureCollection\"}", "it is JSON"),
        ("a;b\n1;2\n", "no column of codes"),
    ] {
        std::fs::write(&file, text).unwrap();
        let ran = data.run(&["data", "import", "--communes", path]);
        assert!(ran.code == Some(1) && ran.err.contains(told), "{ran:?}");
        assert!(ran.err.contains("nothing was imported"), "{ran:?}");
    }
    assert_eq!(data.digest(), before);
    let status = data.run(&["data", "status"]).out;
    assert!(status.contains("communes: 34 589"), "{status}");
    assert!(status.contains("from v_commune.csv"), "{status}");
    data.assert_intact();
    let server = Server::start(data.command());
    let (_, merged) = server.get("/api/v1/communes/61006");
    assert_eq!(
        (&merged["kind"], &merged["lib_com"]),
        (&json!("deleguee"), &json!("Flers-Argentan"))
    );
    assert_eq!(server.get("/api/v1/communes/61001").0, 404);
    assert_eq!(server.get("/api/v1/communes/14047").0, 200);
    drop(server);
    assert_eq!(data.run(&["data", "remove", "--communes"]).code, Some(0));
    assert_eq!(data.run(&["data", "remove", "--communes"]).code, Some(1));
    let server = Server::start(data.command());
    let (_, again) = server.get("/api/v1/communes/61006");
    assert_eq!(again["lib_com"], "Argentan");
}
