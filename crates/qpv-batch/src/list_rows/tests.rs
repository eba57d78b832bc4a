//! Rows of no person and rows that stand twice, as people's lists have them.

use qpv_service::{Snapshot, data};

use super::*;
use crate::rows::AddedCell;
use crate::{ComparisonJob, Job, PeopleColumns, PeopleJob, ProgrammeOnDay};

const HEADER: &str = "N°;Nom;Prénom;Né(e) le;Adresse;CP;Commune;Classe";

fn list(header: &str, birth_date: Option<usize>, address: &[usize]) -> ListRows {
    let header: Vec<String> = header.split(';').map(ToOwned::to_owned).collect();
    let columns = ListColumns {
        birth_date,
        address: address.to_vec(),
        remarks: true,
    };
    ListRows::new(&header, columns)
}

fn children() -> ListRows {
    list(HEADER, Some(3), &[4, 5, 6])
}

fn marked(list: &mut ListRows, number: u64, row: &str) -> Option<RowMark> {
    let mut fields: Vec<Cow<'_, str>> = row.split(';').map(Cow::Borrowed).collect();
    fields.resize(list.header.len(), Cow::Borrowed(""));
    list.mark(number, &fields, true)
}

fn skipped(row: &str) -> Option<SkippedRow> {
    match marked(&mut children(), 2, row) {
        Some(RowMark::Skipped(reason)) => Some(reason),
        _ => None,
    }
}

#[test]
fn rows_of_no_person_are_told_by_their_kind() {
    for (reason, rows) in [
        (
            SkippedRow::Header,
            &[
                HEADER,
                "N°;NOM;PRENOM;NE(E) LE;ADRESSE;CP;COMMUNE;CLASSE",
                ";Nom;Prénom;;;;;",
                "N°;Nom;Prénom;Date de naissance;Adresse;Code postal;Commune;Classe",
            ][..],
        ),
        (
            SkippedRow::Total,
            &[
                "Total",
                "TOTAL;;;;;;;24",
                "TOTAL;24",
                ";Total : 24 élèves",
                ";Sous-total CP;12",
                ";;;;Total;24",
                ";;;;;;Total général;25",
                ";Effectif;24 élèves dont 12 filles",
                ";Nombre d'enfants;24",
                ";Total;;;;;Flers;12",
                ";Totaux;12;13;25",
            ],
        ),
        (
            SkippedRow::Section,
            &[
                "CP",
                ";CP",
                ";CE1 - CE2",
                ";Petite section",
                ";Moyenne et grande section",
                ";CM2 A;Mme Martin",
                ";Classe de Mme Martin",
                ";École Jean Moulin",
                ";GROUPE 3",
                ";6e B",
                ";;;;CE2",
                ";;;;;;;Maternelle",
                ";Enseignante : Mme Petit;24",
                ";Page 2",
                ";Liste d'attente",
                ";Les papillons :",
                ";LES PAPILLONS",
                ";;;;;;;arrivés en cours d'année",
            ],
        ),
        (
            SkippedRow::Empty,
            &["25", "25;;;;;;;", "26;-;-;-;-", ";-", ";...;..."],
        ),
    ] {
        for row in rows {
            assert_eq!(skipped(row), Some(reason), "{row}");
        }
    }
}

#[test]
fn people_are_never_skipped() {
    for row in [
        "1;Dupont;Léa;12/03/2015;12 rue A;61100;Flers;CP",
        // Something is missing: told, and counted.
        "1;Dupont;Léa",
        "1;Dupont;;12/03/2015",
        ";Dupont;;;12 rue A",
        ";;;12/03/2015;12 rue A;61100;Flers",
        ";;;;12 rue A;61100;Flers",
        ";;;;12 rue A 61100 Flers",
        ";;;;École des Pins;61100;Flers",
        ";;;;Le Bourg;;Flers",
        ";;;;Total Access route de Paris;61100;Flers",
        ";Total;Jean;12/03/2015",
        ";Total;Jean;;12 rue A;61100;Flers",
        ";Total;Jean",
        ";Grande;Léa;;3 rue B",
        ";Classe;Tom;01/02/2014;3 rue B",
        ";Dupont;Léa;;;;;CP",
        ";;Léa;;;;;CP",
        ";Section;Éric;;1 rue B;61100;Flers",
        ";Commune;Paul;01/02/2014;1 rue B;61100;Flers",
        "",
        ";;;;;;;",
    ] {
        assert_eq!(skipped(row), None, "{row}");
    }
    // A name in one column may be all that is known of a child.
    for (row, reason) in [
        ("DUPONT Léa;;;", None),
        ("Les Papillons;;;", None),
        ("CE1 Mme Martin;;;", Some(SkippedRow::Section)),
        ("CP;;;", Some(SkippedRow::Section)),
        ("Total;;;", Some(SkippedRow::Total)),
    ] {
        let mut list = list("Nom et prénom;Né(e) le;Adresse;CP", Some(1), &[2, 3]);
        let found = marked(&mut list, 2, row);
        assert_eq!(found, reason.map(RowMark::Skipped), "{row}");
    }
    // An identifier is somebody's.
    let mut list = list("INE;Nom;Prénom;Né(e) le;Adresse", Some(3), &[4]);
    assert_eq!(marked(&mut list, 2, "123456789AB"), None);
}

#[test]
fn people_who_stand_twice_are_told_by_the_first_row() {
    let mut list = children();
    let person = |of| Some(RowMark::Duplicate(of, Likeness::Person));
    let moved = |of| Some(RowMark::Duplicate(of, Likeness::OtherAddress));
    for (number, row, expected) in [
        (2, "1;Dupont;Léa;12/03/2015;12 rue A;61100;Flers;CP", None),
        (3, "2;Dupont;Tom;12/03/2015;12 rue A;61100;Flers;CP", None),
        (
            4,
            "3;DUPONT;LEA;2015-03-12;12, Rue A;61100;FLERS;CE1",
            person(2),
        ),
        (
            5,
            "4;Léa;Dupont;12 mars 2015;12 rue A;61100;Flers",
            person(2),
        ),
        (6, "5;Dupont;Léa;12/03/2015;3 rue B;61100;Flers", moved(2)),
        (7, "6;Dupont;Léa;12/03/2014;12 rue A;61100;Flers", None),
        (8, "7;Petit;Zoé;;3 rue B;61100;Flers", None),
        (9, "8;PETIT;ZOE;;3 rue B;61100;Flers", person(8)),
        (10, "9;Petit;Zoé;;4 rue B;61100;Flers", None),
        (11, "10;Petit;Zoé", None),
        (12, "11;Petit;Zoé", None),
        (13, ";;;01/02/2014;4 rue B;61100;Flers", None),
        (
            14,
            ";;;01/02/2014;4 RUE B;61100;Flers",
            Some(RowMark::Duplicate(13, Likeness::Home)),
        ),
        (15, ";;;02/02/2014;4 rue B;61100;Flers", None),
        // A family.
        (16, ";;;;4 rue B;61100;Flers", None),
        (17, ";;;;4 rue B;61100;Flers", None),
        (18, "CP", Some(RowMark::Skipped(SkippedRow::Section))),
        (19, "CP", Some(RowMark::Skipped(SkippedRow::Section))),
    ] {
        assert_eq!(marked(&mut list, number, row), expected, "{row}");
    }
    assert_eq!(list.duplicates.rows, 5);
    let first = list.duplicates.first.iter().map(|row| (row.row, row.of));
    assert_eq!(
        first.collect::<Vec<_>>(),
        [(4, 2), (5, 2), (6, 2), (9, 8), (14, 13)]
    );
    assert_eq!(list.skipped["section"].first, [18, 19]);
}

#[test]
fn without_titles_what_is_unknown_tells_twins_apart() {
    let header = "N°;Colonne 2;Colonne 3;Date de naissance;Adresse;Code postal;Commune";
    let mut list = list(header, Some(3), &[4, 5, 6]);
    let twins = [
        "1;Dupont;Léa;12/03/2015;12 rue A;61100;Flers",
        "2;Dupont;Tom;12/03/2015;12 rue A;61100;Flers",
    ];
    for (number, row) in (1..).zip(twins) {
        assert_eq!(marked(&mut list, number, row), None);
    }
    let again = marked(&mut list, 3, "3;Dupont;Léa;12/03/2015;12 rue A;61100;Flers");
    assert_eq!(again, Some(RowMark::Duplicate(1, Likeness::Person)));
}

#[test]
fn remarks_name_the_row() {
    let remark = RowMark::Duplicate(12, Likeness::Person).remark();
    assert!(remark.contains("ligne 12"), "{remark}");
    let remark = RowMark::Skipped(SkippedRow::Total).remark();
    assert!(remark.contains("total"), "{remark}");
}

#[test]
fn a_skipped_row_has_a_cell_for_each_added_column() {
    let town = Snapshot::new(data::sample().unwrap());
    let programmes = |ids| {
        let found = town.programmes_of(ids, false).unwrap();
        found.into_iter().cloned().collect::<Vec<_>>()
    };
    let day = jiff::civil::date(2026, 11, 21);
    let one = PeopleJob::new(programmes("pre-national"), PeopleColumns::default(), day);
    let several = PeopleJob::new(
        programmes("pre-national,adultes-relais"),
        PeopleColumns::default(),
        day,
    );
    for job in [one, several] {
        let mut cells: Vec<AddedCell> = vec![];
        job.write(&town, &vec![], Err(SKIPPED), &mut cells);
        assert_eq!(cells.len(), job.added().len());
        assert_eq!(cells[0], AddedCell::Text("skipped".to_owned()));
        let skipped = cells.iter().filter(|cell| **cell == cells[0]).count();
        assert_eq!(
            skipped,
            job.added()
                .iter()
                .filter(|column| column.name.ends_with("result"))
                .count()
        );
    }
    let sides = [day, jiff::civil::date(2020, 11, 21)].map(|on| ProgrammeOnDay {
        programme: programmes("pre-national").remove(0),
        on,
    });
    let [before, after] = sides;
    let job = ComparisonJob::new(before, after, &PeopleColumns::default());
    let mut cells: Vec<AddedCell> = vec![];
    job.write(&town, &vec![], Err(SKIPPED), &mut cells);
    assert_eq!(cells.len(), job.added().len());
}
