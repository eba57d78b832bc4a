//! Eligibility over HTTP, in process, on the fictional town: whose street "rue des Cordiers" is the line of a perimeter, odd
//! numbers inside, even numbers outside (`geodata/sample/README.md`).
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::io::Cursor;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use calamine::Reader;
use http_body_util::BodyExt;
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::Store;
use serde_json::{Value, json};
use tower::ServiceExt;

fn town() -> Router {
    let service = Service::open(Store::new("a folder that does not exist")).unwrap();
    router(Arc::new(service), Limits::default())
}

async fn answer(request: Request<Body>) -> (StatusCode, String, Vec<u8>) {
    let response = town().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let kind = headers
        .get(header::CONTENT_TYPE)
        .map_or("", |kind| kind.to_str().unwrap())
        .to_owned();
    (
        status,
        kind,
        response
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .to_vec(),
    )
}

async fn check(body: Value) -> (StatusCode, Value) {
    let request = Request::post("/api/v1/check")
        .body(Body::from(body.to_string()))
        .unwrap();
    let (status, _, bytes) = answer(request).await;
    (status, serde_json::from_slice(&bytes).unwrap())
}

const INSIDE: &str = "1 rue des Cordiers 00100 Port-Fictif";
const OUTSIDE: &str = "2 rue des Cordiers 00100 Port-Fictif";

#[tokio::test]
async fn a_child_is_checked_with_reasons() {
    let child = |q: &str, more: Value| {
        let mut body = json!({"q": q, "programme": "pre-national", "birth_date": "2016-05-04", "on": "2026-11-21"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    for (q, more, result) in [
        (INSIDE, json!({}), "eligible"),
        (OUTSIDE, json!({"school_id": "0000002C"}), "eligible"),
        (
            OUTSIDE,
            json!({"school": "Collège Ondine-Marchevague"}),
            "eligible",
        ),
        (
            OUTSIDE,
            json!({"school_id": "0000003D"}),
            "outside_rule_possible",
        ),
        (
            OUTSIDE,
            json!({"school": "aucune"}),
            "outside_rule_possible",
        ),
        (
            OUTSIDE,
            json!({"school": "Aucun établissement"}),
            "outside_rule_possible",
        ),
        (
            OUTSIDE,
            json!({"school": "pas encore scolarisé(e)"}),
            "outside_rule_possible",
        ),
        (OUTSIDE, json!({}), "undetermined"),
        (OUTSIDE, json!({"school": "École inconnue"}), "undetermined"),
        (
            INSIDE,
            json!({"birth_date": "2008-05-04"}),
            "outside_rule_possible",
        ),
        (INSIDE, json!({"birth_date": "2007-05-04"}), "not_eligible"),
        (
            "rue des Cordiers 00100 Port-Fictif",
            json!({"school": "aucune"}),
            "undetermined",
        ),
        (
            "999 chemin de nulle part",
            json!({"school": "aucune"}),
            "undetermined",
        ),
    ] {
        let (status, found) = check(child(q, more.clone())).await;
        assert_eq!(
            (status, &found["eligibility"]["result"]),
            (StatusCode::OK, &json!(result)),
            "{q} {more} {found}"
        );
        let missing = found["eligibility"]["missing"].as_array().unwrap();
        assert_eq!(
            missing.is_empty(),
            result != "undetermined",
            "{q} {more} {found}"
        );
    }
    let (_, found) = check(child(INSIDE, json!({}))).await;
    let eligibility = &found["eligibility"];
    let age = &eligibility["conditions"][0];
    assert_eq!(
        (&age["condition"], &age["truth"], &age["decisive"]),
        (&json!("age"), &json!("met"), &json!(true))
    );
    assert_eq!(
        age["message"],
        "10 ans : de 2 à 16 ans révolus. Ce ne sera plus le cas le 04/05/2033."
    );
    assert!(
        eligibility["rule"]["source"]["article"]
            .as_str()
            .unwrap()
            .contains("2 à 16 ans")
    );
    assert_eq!(eligibility["to_assess"].as_array().unwrap().len(), 2);
}

/// What needs a layer that nobody imported is not known; and a scheme that ended takes nobody.
#[tokio::test]
async fn what_is_missing_and_what_has_ended_is_said() {
    let child = json!({"programme": "pre-flers", "birth_date": "2022-05-04", "school": "aucune"});
    let flers = |home: Value| {
        let mut body = child.clone();
        body.as_object_mut()
            .unwrap()
            .extend(home.as_object().unwrap().clone());
        body
    };
    let (_, found) = check(flers(json!({"q": OUTSIDE}))).await;
    assert_eq!(
        found["eligibility"]["result"], "not_eligible",
        "another commune"
    );
    let (_, address) = check(json!({"q": OUTSIDE})).await;
    let at = &address["candidates"][0]["geometry"]["coordinates"];
    let (_, found) = check(flers(json!({"lon": at[0], "lat": at[1]}))).await;
    let layer = found["eligibility"]["conditions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["condition"] == "layer");
    let layer = layer.unwrap();
    assert_eq!(found["eligibility"]["result"], "undetermined");
    assert_eq!(
        (&layer["finding"], &layer["about"]),
        (
            &json!("layer_not_imported"),
            &json!("territoires-fragiles-flers")
        )
    );
    let ended = json!({"q": INSIDE, "programme": "emplois-francs", "on": "2027-12-31"});
    let (_, found) = check(ended).await;
    assert_eq!(found["eligibility"]["result"], "not_eligible");
    assert_eq!(
        found["eligibility"]["message"],
        "Non éligible : les entrées dans « Emplois francs » ont pris fin le 31/12/2024, et les derniers droits le 30/12/2027."
    );
}

/// The line follows the street's axis: with `both_sides` its even side counts as inside, with `axis` it does not.
#[tokio::test]
async fn both_kerbs_of_a_boundary_street_count_where_the_law_says_so() {
    let shop = |q: &str| json!({"q": q, "programme": "exoneration-commerces", "on": "2025-06-01", "declared": {"commerce": true, "creation": "2025-03-01"}});
    let (_, found) = check(shop(OUTSIDE)).await;
    assert_eq!(
        (&found["zone"], &found["eligibility"]["result"]),
        (&json!("band_300m"), &json!("eligible")),
        "{found}"
    );
    assert_eq!(
        found["eligibility"]["conditions"][1]["finding"],
        "boundary_street"
    );
    let declared = json!({"demandeur-emploi": true, "cdi": true, "signature": "2024-06-01"});
    let person = json!({"q": OUTSIDE, "programme": "emplois-francs", "on": "2024-06-01", "declared": declared});
    let (_, found) = check(person).await;
    assert_eq!(found["eligibility"]["result"], "not_eligible", "{found}");
}

#[tokio::test]
async fn a_position_and_a_building_are_checked_too() {
    let (_, address) = check(json!({"q": INSIDE})).await;
    let at = &address["candidates"][0]["geometry"]["coordinates"];
    let (lon, lat) = (at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
    let person = json!({"lon": lon, "lat": lat, "programme": "pre-national", "birth_date": "2016-05-04", "school": "aucune"});
    let (_, found) = check(person.clone()).await;
    assert_eq!(
        (&found["zone"], &found["eligibility"]["result"]),
        (&json!("qpv"), &json!("eligible")),
        "{found}"
    );
    let mut doubtful = person;
    doubtful["uncertainty_m"] = json!(25);
    let (_, found) = check(doubtful).await;
    assert_eq!(
        (&found["zone"], &found["doubt"]["code"]),
        (&json!("undetermined"), &json!("position"))
    );
    let missing = found["eligibility"]["missing"][0].as_str().unwrap();
    assert!(
        missing.contains("26 m") && missing.contains("vérifier sur place"),
        "{missing}"
    );

    let ring = [
        (0.0, 0.0),
        (2e-4, 0.0),
        (2e-4, 2e-4),
        (0.0, 2e-4),
        (0.0, 0.0),
    ]
    .map(|(x, y)| [lon + x, lat + y]);
    let outline = json!({"type": "Polygon", "coordinates": [ring]});
    let (status, found) = check(json!({"footprint": outline, "programme": "tva-accession"})).await;
    assert_eq!(
        (status, &found["eligibility"]["result"]),
        (StatusCode::OK, &json!("eligible")),
        "{found}"
    );
    assert_eq!(found["footprint"]["within_300m"]["every_part"], true);
}

/// A square of some 15 m, east of its corner; the line of the perimeter runs along -3.6107.
fn square(lon: f64, properties: &Value) -> Value {
    let ring = [
        (0.0, 0.0),
        (2e-4, 0.0),
        (2e-4, 1.4e-4),
        (0.0, 1.4e-4),
        (0.0, 0.0),
    ];
    let ring = ring.map(|(x, y)| [lon + x, 46.2028 + y]);
    json!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

fn project(features: &[Value]) -> Value {
    json!({"footprint": {"type": "FeatureCollection", "features": features},
        "programme": "tva-accession", "on": "2026-11-21", "declared": {"convention-npnru": false}})
}

/// Source: BOI-TVA-IMM-20-20-20 § 60.
/// A review stands beside the answer of the data, with the results that follow from it.
#[tokio::test]
async fn a_review_is_a_fact_for_programmes_beside_the_answer() {
    let body = json!({"q": "35 rue des Cordiers 00100 Port-Fictif", "on": "2026-11-21", "programme": "pre-national",
        "birth_date": "2016-05-04", "school": "aucune"});
    let (_, alone) = check(body.clone()).await;
    for (zone, result) in [("qpv", "eligible"), ("band_300m", "outside_rule_possible")] {
        let mut reviewed = body.clone();
        reviewed["review"] =
            json!({"zone": zone, "reason": "bail\ndu 3 mai", "by": "coordinatrice"});
        let (status, mut found) = check(reviewed).await;
        assert_eq!(status, StatusCode::OK, "{found}");
        let review = found.as_object_mut().unwrap().remove("review").unwrap();
        // Nothing of the answer itself is another.
        assert_eq!(found, alone);
        assert_eq!(
            (&review["zone"], &review["reason"], &review["by"]),
            (
                &json!(zone),
                &json!("bail du 3 mai"),
                &json!("coordinatrice")
            )
        );
        assert_eq!(review["eligibility"]["result"], result, "{review}");
        // The distance of a position that is on neither side for sure would contradict the review.
        assert!(
            !review["eligibility"].to_string().contains("8,4"),
            "{review}"
        );
    }
    assert_eq!(alone["eligibility"]["result"], "undetermined");
    let mut several = body.clone();
    several["programme"] = json!("pre-national,pre-argentan");
    several["review"] = json!({"zone": "qpv", "reason": "bail", "by": "coordinatrice"});
    let (_, found) = check(several).await;
    let results: Vec<&Value> = found["review"]["eligibilities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["result"])
        .collect();
    assert_eq!(results, ["eligible", "not_eligible"], "{found}");
    for (question, zone, reason) in [
        ("35 rue des Cordiers 00100 Port-Fictif", "outside", "bail"),
        ("35 rue des Cordiers 00100 Port-Fictif", "ici", "bail"),
        ("35 rue des Cordiers 00100 Port-Fictif", "qpv", " "),
        (INSIDE, "qpv", "bail"),
        (OUTSIDE, "qpv", "bail"),
    ] {
        let mut body = body.clone();
        body["q"] = json!(question);
        body["review"] = json!({"zone": zone, "reason": reason, "by": "coordinatrice"});
        let (status, problem) = check(body).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("bad_review")),
            "{question}, {zone}: {problem}"
        );
    }
}

#[tokio::test]
async fn annexes_of_a_project_count_apart() {
    // Two dwellings that share a wall, 140 m from the line; a car park beside them, another 400 m off, a shop inside.
    let dwellings = [square(-3.6125, &json!({})), square(-3.6123, &Value::Null)];
    let annexes = [
        square(-3.6130, &json!({"annex": true})),
        square(-3.6160, &json!({"annex": true, "name": "parking\u{9}nord"})),
        square(-3.6100, &json!({"annex": true, "name": null})),
    ];
    let (status, found) = check(project(&[&dwellings[..], &annexes[..]].concat())).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    let eligibility = &found["eligibility"];
    assert_eq!(eligibility["result"], "eligible", "{eligibility}");
    let results = eligibility["annexes"].as_array().unwrap().iter();
    let results: Vec<_> = results.map(|annex| &annex["result"]).collect();
    assert_eq!(
        results,
        ["eligible", "not_eligible", "eligible"],
        "{eligibility}"
    );
    let parking = &eligibility["annexes"][1];
    assert_eq!(parking["name"], "parking nord");
    assert!(
        parking["message"]
            .as_str()
            .unwrap()
            .starts_with("Annexe « parking nord » : non éligible"),
        "{parking}"
    );
    assert!(!parking["conditions"].as_array().unwrap().is_empty());
    // As a dwelling, it takes the rate from the others.
    let dwelling = square(-3.6160, &json!({"annex": false}));
    let (_, found) = check(project(&[&dwellings[..], &[dwelling]].concat())).await;
    assert_eq!(found["eligibility"]["result"], "not_eligible");
    // The convention may exist while nobody has said that it does not.
    let mut asked = project(&[&dwellings[..], &annexes[..]].concat());
    asked["declared"] = json!({});
    let (_, found) = check(asked).await;
    assert_eq!(found["eligibility"]["annexes"][1]["result"], "undetermined");
}

#[tokio::test]
async fn faults_of_a_project_name_the_feature() {
    let dwelling = square(-3.6125, &json!({}));
    let point = json!({"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2]}});
    let mut bow = square(-3.6125, &json!({}));
    bow["geometry"]["coordinates"] = json!([[
        [-3.61, 46.2],
        [-3.609, 46.201],
        [-3.609, 46.2],
        [-3.61, 46.201],
        [-3.61, 46.2]
    ]]);
    let many = vec![dwelling.clone(); 101];
    let mut paris = square(-3.6125, &json!({"annex": true}));
    paris["geometry"]["coordinates"] = json!([[
        [2.35, 48.85],
        [2.351, 48.85],
        [2.351, 48.851],
        [2.35, 48.85]
    ]]);
    let annex = square(-3.6125, &json!({"annex": true}));
    for (features, code, words) in [
        (vec![], "bad_body", "one building"),
        (vec![annex], "bad_body", "one building"),
        (vec![dwelling.clone(), point], "bad_body", "feature 2"),
        (
            vec![dwelling.clone(), square(-3.6125, &json!({"annex": "oui"}))],
            "bad_body",
            "feature 2",
        ),
        (
            vec![dwelling.clone(), square(-3.6125, &json!({"name": 3}))],
            "bad_body",
            "feature 2",
        ),
        (vec![dwelling.clone(), bow], "bad_footprint", "invalid"),
        (many, "bad_body", "100"),
        (vec![dwelling.clone(), paris], "outside_coverage", "annex 1"),
    ] {
        let (status, problem) = check(project(&features)).await;
        assert!(status.is_client_error(), "{problem}");
        assert_eq!(problem["code"], code, "{problem}");
        assert!(
            problem["detail"].as_str().unwrap().contains(words),
            "{words}: {problem}"
        );
    }
}

#[tokio::test]
async fn faults_of_a_question_have_their_codes() {
    for (body, code) in [
        (json!({}), "bad_body"),
        (json!({"q": INSIDE, "lon": 1.0, "lat": 2.0}), "bad_body"),
        (json!({"q": INSIDE, "uncertainty_m": 900}), "bad_body"),
        (
            json!({"lon": 1.0, "lat": 2.0, "postcode": "99999"}),
            "bad_body",
        ),
        (
            json!({"q": INSIDE, "programme": "pre-national", "school": "a", "school_id": "b"}),
            "bad_body",
        ),
        (
            json!({"q": INSIDE, "programme": "pre-national", "vintage": "2015"}),
            "bad_parameter",
        ),
        (json!({"q": INSIDE, "birth_date": "2016-05-04"}), "bad_body"),
        (
            json!({"q": INSIDE, "programme": "pre"}),
            "unknown_programme",
        ),
        (
            json!({"q": INSIDE, "programme": "pre-national", "birth_date": "04/05/2016"}),
            "bad_parameter",
        ),
        (
            json!({"q": INSIDE, "programme": "pre-national", "birth_date": "2036-05-04"}),
            "birth_date_after_check",
        ),
        (
            json!({"q": INSIDE, "programme": "pre-national", "birth_date": "1850-05-04"}),
            "birth_date_implausible",
        ),
        (
            json!({"q": INSIDE, "programme": "pre-national", "declared": {"x": true}}),
            "bad_parameter",
        ),
        (
            json!({"footprint": {"type": "Point", "coordinates": [1, 2]}}),
            "bad_body",
        ),
    ] {
        let (status, problem) = check(body.clone()).await;
        assert!(
            status.is_client_error() && problem["code"] == code,
            "{body} {problem}"
        );
    }
}

#[tokio::test]
async fn programmes_are_listed_with_what_they_need() {
    let (status, _, bytes) = answer(
        Request::get("/api/v1/programmes")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    let found: Value = serde_json::from_slice(&bytes).unwrap();
    let programmes = found["programmes"].as_array().unwrap();
    assert_eq!((status, programmes.len()), (StatusCode::OK, 12));
    let flers = programmes
        .iter()
        .find(|programme| programme["id"] == "pre-flers")
        .unwrap();
    assert_eq!(flers["until"], "2030-12-31");
    assert_eq!(
        flers["layers"],
        json!([{"name": "territoires-fragiles-flers", "imported": false}])
    );
    assert_eq!(
        flers["school_list"],
        json!({"name": "schools", "imported": true})
    );
}

async fn list(name: &str, table: &[u8], fields: &[(&str, &str)]) -> (StatusCode, String, Vec<u8>) {
    let mut form = vec![];
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"data\"; filename=\"{name}\"\r\n\r\n"
    );
    form.extend_from_slice(head.as_bytes());
    form.extend_from_slice(table);
    for (name, value) in fields {
        let part =
            format!("\r\n--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}");
        form.extend_from_slice(part.as_bytes());
    }
    form.extend_from_slice(b"\r\n--edge--\r\n");
    let request = Request::post("/api/v1/batch")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    answer(request.body(Body::from(form)).unwrap()).await
}

const CHILDREN: &str = "Nom;Né(e) le;Sexe;Adresse;Code postal;Commune;École;Note\r\n\
    Un;04/05/2016;F;1 rue des Cordiers;00100;Port-Fictif;;=1+1\r\n\
    Deux;4 mai 2016;M;2 rue des Cordiers;00100;Port-Fictif;0000002C;-3,5\r\n\
    Trois;31/02/2015;M;1 rue des Cordiers;00100;Port-Fictif;;+cmd|' /C calc'!A0\r\n\
    ;;;;;;;\r\n\
    Quatre;01/01/2015;;;;;;\"=\"2+2\r\n";

#[tokio::test]
async fn a_list_comes_back_with_results_and_counts() {
    let fields = [("programme", "pre-national"), ("on", "2026-11-21")];
    let (status, kind, body) = list("enfants.csv", CHILDREN.as_bytes(), &fields).await;
    assert_eq!(
        (status, kind.as_str()),
        (StatusCode::OK, "text/csv; charset=utf-8")
    );
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(&*body);
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let column = |name: &str| {
        rows.iter()
            .map(|row| row[at(name)].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(column("Nom"), ["Un", "Deux", "Trois", "", "Quatre"]);
    assert_eq!(
        column("result"),
        ["eligible", "eligible", "undetermined", "", "undetermined"]
    );
    assert_eq!(
        column("error"),
        ["", "", "bad_birth_date", "", "missing_address"]
    );
    assert_eq!(column("code_qp"), ["QN00001I", "", "QN00001I", "", ""]);
    // No spreadsheet runs what was in a field; numbers stay.
    assert_eq!(
        column("Note"),
        ["'=1+1", "-3,5", "'+cmd|' /C calc'!A0", "", "'\"=\"2+2"]
    );
    assert!(column("a_completer")[2].contains("31/02/2015"));

    let (_, kind, body) = list(
        "e.csv",
        CHILDREN.as_bytes(),
        &[fields[0], fields[1], ("output", "summary")],
    )
    .await;
    let summary: Value = serde_json::from_slice(&body).unwrap();
    assert!(kind.starts_with("application/json"));
    let all = &summary["answers"][0]["people"]["all"]["Ensemble"];
    assert_eq!(
        (&all["eligible"], &all["undetermined"]),
        (&json!(2), &json!(2)),
        "{summary}"
    );
    let text = summary.to_string();
    assert!(
        !text.contains("Trois") && !text.contains("Cordiers 001"),
        "{text}"
    );

    let under = [
        fields[0],
        ("output", "summary_csv"),
        ("suppress_under", "5"),
    ];
    let (_, _, body) = list("e.csv", CHILDREN.as_bytes(), &under).await;
    let text = String::from_utf8(body).unwrap();
    assert!(
        text.contains("< 5") && !text.contains(";2;") && !text.contains(";1;"),
        "{text}"
    );
}

/// A form names the column of a declaration, or says that there is none.
#[tokio::test]
async fn a_list_gives_declarations() {
    let table = "Adresse;Inscrit;Signature;CDI\n1 rue des Cordiers 00100 Port-Fictif;oui;01/06/2024;oui\n\
        1 rue des Cordiers 00100 Port-Fictif;non;01/06/2024;oui\n\
        1 rue des Cordiers 00100 Port-Fictif;;01/06/2024;oui\n";
    let results = async |declaration: &str| {
        let fields = [
            ("programme", "emplois-francs"),
            ("on", "2024-06-01"),
            ("output", "summary"),
            ("declaration", declaration),
        ];
        let (status, _, body) = list("list.csv", table.as_bytes(), &fields).await;
        let answer: Value = serde_json::from_slice(&body).unwrap();
        (status, answer)
    };
    let (status, named) = results("demandeur-emploi=Inscrit").await;
    let all =
        json!({"eligible": 1, "outside_rule_possible": 0, "undetermined": 1, "not_eligible": 1});
    let counts = &named["answers"][0]["people"]["all"];
    let counts = counts.as_object().unwrap().values().next().unwrap();
    assert_eq!((status, counts), (StatusCode::OK, &all), "{named}");
    let (status, absent) = results("demandeur-emploi=-").await;
    assert_eq!(status, StatusCode::OK, "{absent}");
    for (wrong, code) in [
        ("demandeur-emploi", "bad_parameter"),
        ("emploi=Inscrit", "unknown_column"),
        ("demandeur-emploi=Emploi", "unknown_column"),
    ] {
        let (status, problem) = results(wrong).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::BAD_REQUEST, &json!(code)),
            "{problem}"
        );
    }
}

/// Age, programme and perimeters are those of the row's own day.
#[tokio::test]
async fn a_row_may_have_a_day_of_its_own() {
    let table = "Naissance;Adresse;CP;Ville;Date de la demande\n\
        01/06/2010;1 rue des Cordiers;00100;Port-Fictif;12/03/2018\n\
        01/06/2010;1 rue des Cordiers;00100;Port-Fictif;\n\
        01/06/2010;1 rue des Cordiers;00100;Port-Fictif;2014-01-01\n\
        01/06/2010;1 rue des Cordiers;00100;Port-Fictif;un jour\n";
    let fields = [("programme", "pre-national"), ("on", "2026-11-21")];
    let (status, _, body) = list("e.csv", table.as_bytes(), &fields).await;
    assert_eq!(status, StatusCode::OK);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(&*body);
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let column = |name: &str| -> Vec<String> {
        let at = header.iter().position(|column| column == name).unwrap();
        rows.iter().map(|row| row[at].to_owned()).collect()
    };
    assert_eq!(
        column("verifie_au"),
        ["12/03/2018", "21/11/2026", "01/01/2014", ""]
    );
    assert_eq!(column("age"), ["7", "16", "3", ""]);
    assert_eq!(column("vintage"), ["2015", "2024", "", ""]);
    assert_eq!(
        column("result"),
        ["eligible", "eligible", "not_eligible", "undetermined"]
    );
    assert_eq!(column("error")[3], "bad_check_date");
}

/// A home of a list of people is open for the reason that the same address is open without a programme.
#[tokio::test]
async fn the_reason_why_a_home_is_open_stands_in_the_list() {
    let table = "Naissance;Adresse;CP;Ville\n\
        01/06/2016;1 rue des Cordiers;00100;Port-Fictif\n\
        01/06/2016;1 rue des Cordiers;;\n\
        01/06/2016;9 rue introuvable;00100;Port-Fictif\n\
        01/06/2016;;00100;Port-Fictif\n";
    let doubts = async |more: &[(&str, &str)]| -> Vec<String> {
        let columns = ["Adresse", "CP", "Ville"].map(|name| ("columns", name));
        let fields = [&columns[..], more].concat();
        let (status, _, body) = list("e.csv", table.as_bytes(), &fields).await;
        assert_eq!(status, StatusCode::OK);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .from_reader(&*body);
        let header = reader.headers().unwrap().clone();
        let at = header.iter().position(|name| name == "doubt").unwrap();
        reader
            .records()
            .map(|row| row.unwrap()[at].to_owned())
            .collect()
    };
    let of_people = doubts(&[("programme", "pre-national")]).await;
    assert_eq!(of_people, doubts(&[]).await);
    assert_eq!(of_people[0], "");
    // At least one of them is open, or the test would compare nothing.
    assert!(
        of_people.iter().any(|doubt| !doubt.is_empty()),
        "{of_people:?}"
    );
}

#[tokio::test]
async fn a_spreadsheet_gets_its_counts_on_a_second_sheet() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    // A title over merged cells, and groups of columns, one of which is named as a column could be.
    sheet
        .merge_range(
            0,
            0,
            0,
            2,
            "Liste du programme",
            &rust_xlsxwriter::Format::new(),
        )
        .unwrap();
    sheet.write_string(0, 3, "Adresse").unwrap();
    for (row, line) in CHILDREN.lines().enumerate() {
        for (column, field) in (0..).zip(line.split(';')) {
            sheet
                .write_string(u32::try_from(row).unwrap() + 1, column, field)
                .unwrap();
        }
    }
    sheet
        .write_formula(2, 7, rust_xlsxwriter::Formula::new("=1+1").set_result("2"))
        .unwrap();
    let content = book.save_to_buffer().unwrap();
    let (status, kind, body) =
        list("enfants.xlsx", &content, &[("programme", "pre-national")]).await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&body));
    assert!(kind.ends_with("spreadsheetml.sheet"), "{kind}");
    let mut book =
        calamine::open_workbook_from_rs::<calamine::Xlsx<_>, _>(Cursor::new(body)).unwrap();
    assert_eq!(book.sheet_names(), ["Sheet1", "Synthèse"]);
    let rows = book.worksheet_range("Sheet1").unwrap();
    let text = |row: u32, column: u32| {
        rows.get_value((row, column))
            .map_or_else(String::new, ToString::to_string)
    };
    assert_eq!(
        (text(0, 0), text(1, 0), text(2, 7)),
        ("Liste du programme".into(), "Nom".into(), "2".into())
    );
    assert_eq!(
        (text(1, 8), text(2, 8), text(4, 8)),
        (
            "Code du résultat".into(),
            "eligible".into(),
            "undetermined".into()
        )
    );
    let formulas = book.worksheet_formula("Sheet1").unwrap();
    // The book keeps its own; what is added has none.
    assert!(
        formulas
            .cells()
            .all(|(_, column, formula)| formula.is_empty() || column < 8)
    );
    let counts = book.worksheet_range("Synthèse").unwrap();
    assert!(counts.rows().any(|row| {
        row.first()
            .is_some_and(|cell| *cell == calamine::Data::String("Les Corderies (QN00001I)".into()))
    }));
}

#[tokio::test]
async fn lists_that_cannot_be_read_are_refused_with_the_reason() {
    let cut_off = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0];
    let programme = ("programme", "pre-national");
    for (table, fields, code, said) in [
        (&cut_off[..], &[programme][..], "bad_table", "cut off"),
        (b"PK\x03\x04 broken", &[programme], "bad_table", "XLSX"),
        (b"Nom;Age\nA;3\n", &[programme], "unknown_column", "adresse"),
        (b"", &[programme], "bad_table", "empty"),
        (
            CHILDREN.as_bytes(),
            &[("suppress_under", "5")],
            "bad_parameter",
            "programme",
        ),
        (
            CHILDREN.as_bytes(),
            &[("output", "summary_csv")],
            "bad_parameter",
            "programme",
        ),
        (
            CHILDREN.as_bytes(),
            &[programme, ("vintage", "2024")],
            "bad_parameter",
            "vintage",
        ),
        (
            CHILDREN.as_bytes(),
            &[("progress", "short")],
            "bad_parameter",
            "progress",
        ),
        (
            CHILDREN.as_bytes(),
            &[("programme", "none")],
            "unknown_programme",
            "pre-national",
        ),
        (
            CHILDREN.as_bytes(),
            &[("programme", "tva-accession")],
            "bad_parameter",
            "buildings",
        ),
        (
            CHILDREN.as_bytes(),
            &[programme, ("on", "demain")],
            "bad_parameter",
            "date",
        ),
        (
            CHILDREN.as_bytes(),
            &[programme, ("suppress_under", "1")],
            "bad_parameter",
            "suppress_under",
        ),
        (
            CHILDREN.as_bytes(),
            &[programme, ("suppress_under", "5"), ("output", "summary")],
            "bad_parameter",
            "summary_csv",
        ),
        (
            CHILDREN.as_bytes(),
            &[programme, ("output", "pdf")],
            "bad_parameter",
            "summary",
        ),
        (
            CHILDREN.as_bytes(),
            &[programme, ("birth_date", "Naissance")],
            "unknown_column",
            "Naissance",
        ),
    ] {
        let (status, _, body) = list("liste", table, fields).await;
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert!(
            status.is_client_error() && problem["code"] == code,
            "{problem}"
        );
        assert!(
            problem["detail"].as_str().unwrap().contains(said),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn several_programmes_answer_for_one_place() {
    let body = |programme: &str| json!({"q": INSIDE, "programme": programme, "birth_date": "2016-05-04", "on": "2026-11-21"});
    let (status, one) = check(body("pre-national")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(one["eligibilities"].is_null() && one["eligibility"]["result"] == "eligible");
    let (_, all) = check(body("*")).await;
    let all = all["eligibilities"].as_array().unwrap().clone();
    let national = all
        .iter()
        .find(|it| it["programme"] == "pre-national")
        .unwrap();
    assert_eq!(
        *national, one["eligibility"],
        "the same answer, alone or with others"
    );
    assert!(all.iter().all(|it| it["subject"] != "building"), "{all:?}");
    let (_, two) = check(body("pre-national, pre-flers")).await;
    assert_eq!(two["eligibilities"].as_array().unwrap().len(), 2);
    let (status, unknown) = check(body("pre-national,none")).await;
    assert_eq!(
        (status, &unknown["code"]),
        (StatusCode::BAD_REQUEST, &json!("unknown_programme"))
    );
}

#[tokio::test]
async fn what_is_declared_is_of_the_kind_asked() {
    let body = |declared: Value| json!({"q": INSIDE, "programme": "exoneration-commerces", "on": "2026-11-21", "declared": declared});
    for declared in [
        json!({"commerce": true, "creation": "2024-05-01"}),
        json!({"commerce": true, "creation": "01/05/2024"}),
    ] {
        let (status, answer) = check(body(declared)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let creation = answer["eligibility"]["conditions"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["condition"] == "running")
            .unwrap()
            .clone();
        assert_eq!(
            (&creation["truth"], &creation["about"]),
            (&json!("met"), &json!("creation"))
        );
    }
    for declared in [
        json!({"commerce": 1}),
        json!({"commerce": "peut-être"}),
        json!({"creation": true}),
        json!({"creation": "31/02/2024"}),
        json!({"creation": 2024}),
        json!({"commerces": true}),
    ] {
        let (status, answer) = check(body(declared.clone())).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{declared}: {answer}");
        // A date of birth or a name typed in the wrong field is personal: it is not said back.
        assert!(!answer.to_string().contains("peut-être"), "{answer}");
    }
    for declared in [json!({"commerce": null}), json!({"commerce": [true]})] {
        let (status, answer) = check(body(declared.clone())).await;
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{declared}: {answer}"
        );
    }
}
