use super::*;

fn table(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let lines = text.lines();
    let lines = lines.map(|line| line.split(';').map(ToOwned::to_owned).collect());
    let mut rows: Vec<Vec<String>> = lines.collect();
    (rows.remove(0), rows)
}

/// Returns the columns that are read, and those that are not with the reason.
fn found(text: &str) -> (Vec<usize>, Vec<(String, UnreadReason)>) {
    let (header, rows) = table(text);
    let columns = address_columns(&header, &rows).unwrap();
    let unread = columns.unread.into_iter();
    let unread = unread.map(|column| (column.name, column.reason));
    (columns.read, unread.collect())
}

#[test]
fn the_address_is_that_of_the_child() {
    const SCHOOL: &str = "22 rue de l'École;52100;Saint-Dizier";
    const HOME: &str = "7 rue Foch;90000;Belfort";
    for (header, row, read) in [
        (
            "Adresse;CP;Ville;Adresse élève;CP élève;Ville élève",
            format!("{SCHOOL};{HOME}"),
            vec![3, 4, 5],
        ),
        (
            "Adresse élève;CP élève;Ville élève;Adresse;CP;Ville",
            format!("{HOME};{SCHOOL}"),
            vec![0, 1, 2],
        ),
        (
            "École;Adresse;CP;Ville;Adresse famille;CP famille;Ville famille",
            format!("A;{SCHOOL};{HOME}"),
            vec![4, 5, 6],
        ),
        (
            "Parent;Adresse;CP;Ville;Domicile de l'enfant",
            format!("X;{SCHOOL};7 rue Foch 90000 Belfort"),
            vec![4],
        ),
        (
            "Adresse;CP;Ville;Adresse responsable;CP responsable;Ville responsable",
            format!("{HOME};{SCHOOL}"),
            vec![0, 1, 2],
        ),
        (
            "Adresse responsable 1;CP responsable 1;Ville responsable 1;Adresse;CP responsable 2;Ville",
            format!("{HOME};;;"),
            vec![0, 1, 2],
        ),
        (
            "RL1 Adresse;RL1 CP;RL1 Ville;RL2 Adresse;RL2 CP;RL2 Ville",
            format!("{HOME};{SCHOOL}"),
            vec![0, 1, 2],
        ),
        (
            "Adresse 2;CP 2;Ville 2;Adresse 1;CP 1;Ville 1",
            format!("{SCHOOL};{HOME}"),
            vec![3, 4, 5],
        ),
        // The place of another is none of the home.
        (
            "Adresse élève;Établissement;CP;Ville",
            "7 rue Foch;A;52100;Saint-Dizier".to_owned(),
            vec![0],
        ),
        (
            "Adresse;École;CP école;Ville",
            "7 rue Foch;A;52100;Saint-Dizier".to_owned(),
            vec![0],
        ),
        ("Adresse élève;CP;Ville", HOME.to_owned(), vec![0, 1, 2]),
        (
            "École;Ville;CP;Adresse",
            "A;Belfort;90000;7 rue Foch".to_owned(),
            vec![3, 2, 1],
        ),
        // Values decide.
        (
            "Adresse;Domicile",
            "a@laposte.net;7 rue Foch 90000 Belfort".to_owned(),
            vec![1],
        ),
        (
            "Adresse complète;N°;Voie;CP",
            ";7;rue Foch;90000".to_owned(),
            vec![1, 2, 3],
        ),
        (
            "Adresse;N° rue;Rue;CP",
            "Résidence A;7;rue Foch;90000".to_owned(),
            vec![1, 2, 3],
        ),
        (
            "Adresse;Code postal;Ville;CP;CE1",
            "7 rue Foch;90000;Belfort;x;".to_owned(),
            vec![0, 1, 2],
        ),
        (
            "Adresse;Ville;PS;CP;CE1",
            "7 rue Foch;Belfort;;1;".to_owned(),
            vec![0, 1],
        ),
    ] {
        assert_eq!(found(&format!("{header}\n{row}")).0, read, "{header}");
    }
}

#[test]
fn addresses_that_are_not_read_are_named() {
    let other = |name: &str| (name.to_owned(), UnreadReason::OtherAddress);
    for (header, row, unread) in [
        (
            "Adresse élève;Adresse",
            "7 rue Foch;2 rue A",
            vec![other("Adresse")],
        ),
        (
            "Adresse;Adresse école;Adresse mail",
            "7 rue Foch;2 rue A;a@b.fr",
            vec![other("Adresse école")],
        ),
        (
            "Adresse;Adresse père;Adresse mère",
            "7 rue Foch;;2 rue A",
            vec![other("Adresse mère")],
        ),
        (
            "Adresse 1;CP 1;Adresse 2;CP 2",
            "7 rue Foch;90000;2 rue A;90000",
            vec![other("Adresse 2")],
        ),
        (
            "Adresse 1;Adresse 2;CP",
            "7 rue Foch;2 rue A;90000",
            vec![other("Adresse 2")],
        ),
    ] {
        assert_eq!(found(&format!("{header}\n{row}")).1, unread, "{header}");
    }
}

#[test]
fn titles_of_registers_and_forms_are_recognised() {
    for (header, row, read) in [
        (
            "Adr. N°;Adr. bis;Adr. voie;Adr. complément;Adr. CP;Adr. Ville",
            "7;;rue Foch;;90000;Belfort",
            vec![0, 1, 2, 4, 5],
        ),
        (
            "Dom.;C.P.;Localité",
            "7 rue Foch;90000;Belfort",
            vec![0, 1, 2],
        ),
        (
            "adr_l1;adr_cp;adr_ville",
            "7 rue Foch;90000;Belfort",
            vec![0, 1, 2],
        ),
        (
            "NO VOIE;LIB VOIE;LIB COMMUNE",
            "7;rue Foch;Belfort",
            vec![0, 1, 2],
        ),
        (
            "Quelle est votre adresse ? (numéro et rue);Code postal;Dans quelle ville habitez-vous ?",
            "7 rue Foch;90000;Belfort",
            vec![0, 1, 2],
        ),
        (
            "Horodateur;Adresse postale complète",
            "x;7 rue Foch 90000 Belfort",
            vec![1],
        ),
        ("Adresse + CP + Ville", "7 rue Foch 90000 Belfort", vec![0]),
        // By the values.
        ("Coordonnées;CP", "7 rue Foch;90000", vec![0, 1]),
        (
            "Nom;Lieu d'habitation",
            "A;7 rue Foch 90000 Belfort",
            vec![1],
        ),
        (
            "Nom;Adresse de la mère",
            "A;7 rue Foch 90000 Belfort",
            vec![1],
        ),
    ] {
        assert_eq!(found(&format!("{header}\n{row}")).0, read, "{header}");
    }
    let (header, rows) = table("Adresse père;Adresse mère\n7 quartier A;2 rue A");
    let names = vec!["Adresse père".to_owned(), "Adresse mère".to_owned()];
    assert_eq!(
        address_columns(&header, &rows),
        Err(ColumnsError::SeveralHomes { names })
    );
    // None of the others is taken in place of two that are the child's.
    let (header, rows) = table("Adresse;Adresse élève;Adresse de l'élève\n1 rue A;7 rue B;2 rue C");
    assert!(matches!(
        address_columns(&header, &rows),
        Err(ColumnsError::SeveralHomes { .. })
    ));
    for other in ["Adresse de l'école", "Lieu de travail", "Commune"] {
        let (header, rows) = table(&format!("Nom;{other}\nA;7 rue Foch"));
        assert!(address_columns(&header, &rows).is_err(), "{other}");
    }
}

#[test]
fn of_the_lines_of_an_address_the_one_with_the_street_is_read() {
    let names = ["LIGNE1_ADRESSE", "LIGNE2_ADRESSE", "Complément", "CP"].map(ToOwned::to_owned);
    for (parts, others) in [
        (["Chez Mme Durand", "7 rue Foch", "", "90000"], vec![0]),
        (["7 rue Foch", "Bât 3", "", "90000"], vec![1]),
        (["Résidence A", "", "7 bis rue Foch", "90000"], vec![0]),
        (["Chez M. X", "rue Foch", "appt 3", "90000"], vec![0, 2]),
        (["", "7 rue Foch", "", "90000"], vec![]),
        (["Le Bourg", "", "", "90000"], vec![]),
        (["rue Foch", "", "n° 12", "90000"], vec![2]),
    ] {
        assert_eq!(other_lines(&names, &parts), others, "{parts:?}");
    }
}

#[test]
fn numbers_are_house_numbers_by_their_name_or_by_their_values() {
    let unread = |name: &str, reason| vec![(name.to_owned(), reason)];
    let order = |name: &str| unread(name, UnreadReason::Order);
    // By the name, whatever the values.
    for name in [
        "N° RUE",
        "n° voie",
        "numero voie",
        "N° de la rue",
        "Numéro dans la voie",
        "NUM_VOIE",
    ] {
        let table = format!("{name};RUE\n1;rue A\n2;rue B\n3;rue C");
        assert_eq!(found(&table), (vec![0, 1], vec![]), "{name}");
    }
    for name in ["N°", "No", "n°", "num", "Numéro", "numero"] {
        let counted = format!("{name};Rue\n1;rue A\n2;rue B\n3;rue C");
        assert_eq!(found(&counted), (vec![1], order(name)), "{name}");
        let houses = format!("{name};Rue\n12;rue A\n3 bis;rue B\n47;rue C");
        assert_eq!(found(&houses), (vec![0, 1], vec![]), "{name}");
        let whole = format!("{name};Adresse;CP\n12;4 rue A;61100\n3;8 rue B;61100");
        let reason = UnreadReason::AddressHasNumber;
        assert_eq!(found(&whole), (vec![1, 2], unread(name, reason)), "{name}");
        let parted = format!("{name};Adresse\n12;rue A\n3;rue B");
        assert_eq!(found(&parted), (vec![0, 1], vec![]), "{name}");
        let other = format!("{name};N° rue;Rue\n12;7;rue A\n3;8;rue B");
        let reason = UnreadReason::OtherColumn;
        assert_eq!(found(&other), (vec![1, 2], unread(name, reason)), "{name}");
    }
    let two = "N°;N°;Rue\n1;12;rue A\n2;3;rue B\n3;12;rue A";
    assert_eq!(found(two), (vec![1, 2], order("N°")));
    for name in [
        "N° habitation",
        "N° domicile",
        "N° et indice",
        "N° du domicile",
    ] {
        let table = format!("{name};Rue\n1;rue A\n2;rue B\n3;rue C");
        assert_eq!(found(&table), (vec![0, 1], vec![]), "{name}");
    }
    let lines = "Adresse 1;Adresse 2;Adresse 3;CP\nRésidence A;1 rue A;;61100\nB;2 rue B;;61100";
    assert_eq!(found(lines), (vec![0, 1, 3], vec![]));
    for name in ["ordre", "#", "Rang", "N° d'ordre"] {
        let table = format!("{name};Adresse\n12;4 rue A\n3;8 rue B");
        assert_eq!(found(&table), (vec![1], order(name)), "{name}");
    }
}

#[test]
fn postcodes_are_known_by_their_header() {
    for name in [
        "cp",
        "Code postal (5 chiffres)*",
        "CODE_POSTAL",
        "CodePostal",
        "CP élève",
    ] {
        assert!(holds_postcodes(name), "{name}");
    }
    for name in ["Commune", "Code", "Code postal (naissance)", "Poste"] {
        assert!(!holds_postcodes(name), "{name}");
    }
}
