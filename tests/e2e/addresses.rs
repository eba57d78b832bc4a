//! Addresses, as typed.

use std::path::Path;

use crate::harness::{Data, NATIONAL_2024, Server, real_data};

/// With the national perimeters and the addresses of the Territoire de Belfort.
fn belfort() -> Option<Data> {
    let file = real_data("addresses/bano-90.csv")?;
    let data = Data::national()?;
    let ran = data.run(&["data", "import", "--addresses", file.to_str()?]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.err
            .contains("bano-90.csv (BANO): 35 847 addresses of 35 847 rows, departments 90"),
        "{ran:?}"
    );
    Some(data)
}

#[test]
fn an_address_is_found_and_has_a_zone() {
    let Some(data) = belfort() else { return };
    let found = data.json(&[
        "geocode", "16", "av", "du", "gal", "de", "gaulle", "belfort",
    ]);
    assert_eq!(
        found["features"][0]["properties"]["label"], "16 Avenue du Général de Gaulle 90000 Belfort",
        "{found}"
    );
    let ran = data.run(&["geocode", "12 bis av du gal de gaulle belfort"]);
    assert!(
        ran.out
            .contains("Le numéro 12 bis n'existe pas dans cette rue."),
        "{ran:?}"
    );
    // The very zone that the coordinates of the address have, judged with its uncertainty.
    let check = data.json(&["check", "5 rue de la paix 90000 belfort"]);
    let point = &check["candidates"][0]["geometry"]["coordinates"];
    let (lon, lat) = (point[0].to_string(), point[1].to_string());
    let located = data.json(&["locate", "--uncertainty-m", "30", "--", &lon, &lat]);
    assert_eq!(
        (&check["zone"], &located["zone"]),
        (&"outside".into(), &"outside".into()),
        "{check} {located}"
    );
    let status = data.run(&["data", "status"]);
    assert!(status.out.contains("addresses: 35 845"), "{status:?}");
    let details = data.run(&["data", "status", "--details"]);
    assert!(
        details
            .out
            .contains("bano-90.csv (BANO): 35 847 addresses of 35 847 rows"),
        "{details:?}"
    );
}

#[test]
fn a_doubt_ends_with_code_3_and_says_why() {
    let Some(data) = belfort() else { return };
    for (address, doubt) in [
        ("rue de la paix belfort", "pas connue au numéro près"),
        ("belfort", "connue qu'à la commune"),
        ("qsdfghjklm wxcvbn", "introuvable"),
    ] {
        let ran = data.run(&["check", address]);
        assert!(
            ran.code == Some(3) && ran.out.contains(doubt),
            "{address}: {ran:?}"
        );
    }
    for (address, code) in [
        ("?!", "empty_question"),
        (&*"rue ".repeat(2_500), "question_too_long"),
    ] {
        let ran = data.run(&["check", address]);
        assert!(
            ran.code == Some(1) && ran.err.contains(code),
            "{address}: {ran:?}"
        );
    }
}

#[test]
fn the_fictional_town_has_addresses_until_something_is_imported() {
    let data = Data::empty();
    let checked = |address: &str| data.run(&["check", "--vintage", "2024", address]);
    let ran = checked("1 rue des cordiers port-fictif");
    assert!(
        ran.code == Some(0) && ran.out.starts_with("Dans un quartier prioritaire"),
        "{ran:?}"
    );
    assert!(
        ran.out.contains("1 Rue des Cordiers 00100 Port-Fictif"),
        "{ran:?}"
    );
    let found = data.run(&["geocode", "rue des cordiers port-fictif"]);
    for ran in [&ran, &found] {
        assert!(
            ran.code == Some(0) && ran.out.contains("Données fictives"),
            "{ran:?}"
        );
    }
    let ran = checked("rue des cordiers port-fictif");
    assert_eq!(ran.code, Some(3), "a line runs along it");
    for said in [
        "impairs 1 à 33 : dans le quartier",
        "pairs 2 à 42 : hors quartier, à moins de 10 m",
        "longe la limite",
    ] {
        assert!(ran.out.contains(said), "{said}: {ran:?}");
    }
    let check = data.json(&["check", "--vintage", "2024", "rue des cordiers port-fictif"]);
    assert_eq!(
        (
            &check["profile"]["id"],
            &check["profile"]["runs_along_line"]
        ),
        (&"00001_0380".into(), &true.into())
    );
    let Some(perimeters) = real_data(NATIONAL_2024) else {
        return;
    };
    data.import("2024", &perimeters);
    let ran = checked("1 rue des cordiers port-fictif");
    assert!(
        ran.code == Some(1) && ran.err.contains("addresses_not_loaded"),
        "{ran:?}"
    );
}

#[test]
fn official_addresses_come_from_a_mirror_as_they_would_from_the_network() {
    let Some(file) = real_data("addresses/adresses-90.csv.gz") else {
        return;
    };
    let mirror = file.parent().and_then(Path::to_str).unwrap();
    let data = Data::empty();
    let ran = data.run(&["data", "pull", "--addresses", "90,971", "--mirror", mirror]);
    assert!(
        ran.code == Some(0) && ran.err.contains("adresses-971.csv.gz (BAN)"),
        "{ran:?}"
    );
    // The certified kind of position of the national address base is told.
    let found = data.json(&["geocode", "1 rue des balastieres 90400 andelnans"]);
    assert_eq!(
        found["features"][0]["properties"]["position"], "parcel",
        "{found}"
    );
    let ran = data.run(&["data", "pull", "--addresses", "20", "--mirror", mirror]);
    assert!(ran.code == Some(1) && ran.err.contains("2A"), "{ran:?}");
}

#[test]
fn a_file_that_holds_no_addresses_is_told_from_one_that_does() {
    let data = Data::empty();
    let file = data.path().join("notes.csv");
    std::fs::write(&file, "nom;prénom\nDupont;Jeanne\n").unwrap();
    let ran = data.run(&["data", "import", "--addresses", file.to_str().unwrap()]);
    assert!(
        ran.code == Some(1) && ran.err.contains("notes.csv"),
        "{ran:?}"
    );
    assert!(!data.path().join("manifest.json").exists());
    let ran = data.run(&["data", "import"]);
    assert!(
        ran.code == Some(2) && ran.err.contains("--vintage"),
        "{ran:?}"
    );
}

#[test]
fn a_distant_service_is_announced_before_it_is_asked() {
    let data = Data::empty();
    let ran = data.run(&[
        "check",
        "--address-service",
        "ftp://host",
        "1 rue des Cordiers Port-Fictif",
    ]);
    assert!(
        ran.code == Some(1) && ran.err.contains("ftp://host"),
        "{ran:?}"
    );
    let ran = data.run(&[
        "check",
        "--quiet",
        "--address-service",
        "https://host/geocodage",
        "1 rue des Cordiers Port-Fictif",
    ]);
    assert!(
        ran.err
            .contains("sont envoyées à https://host/geocodage/search/csv"),
        "{ran:?}"
    );
    assert!(
        ran.out.contains("1 Rue des Cordiers 00100 Port-Fictif"),
        "{ran:?}"
    );
}

/// A form with a table of addresses.
fn form(table: &str) -> Vec<u8> {
    let head =
        "--edge\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.csv\"\r\n\r\n";
    let zones = "\r\n--edge\r\nContent-Disposition: form-data; name=\"zones\"\r\n\r\n1";
    format!("{head}{table}{zones}\r\n--edge--\r\n").into_bytes()
}

#[test]
fn the_same_table_gives_the_same_bytes_on_one_thread_and_on_many() {
    let sample = include_str!("../../geodata/sample/addresses.csv");
    let mut table = "adresse\n".to_owned();
    // Without their commune, and the first letter of the street left out every second time: many have rivals.
    for (row, line) in sample.lines().skip(1).enumerate() {
        let fields: Vec<&str> = line.split(';').collect();
        let street = &fields[4][row % 2..];
        table.extend([fields[2], " ", fields[3], " ", street, "\n"]);
    }
    let mut answers = Vec::new();
    for threads in ["1", "2", "8"] {
        let data = Data::empty();
        let mut command = data.command();
        command.env("RAYON_NUM_THREADS", threads);
        let server = Server::start(command);
        for _ in 0..5 {
            let kind = "multipart/form-data; boundary=edge";
            let (status, answer) = server.post_bytes("/search/csv", kind, &form(&table));
            assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
            answers.push(answer);
        }
    }
    assert!(answers[0].len() > table.len());
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}
