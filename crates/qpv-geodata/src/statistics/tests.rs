use super::*;

fn read(text: &str) -> Result<(VintageStatistics, StatisticsReport), Error> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("figures.csv");
    std::fs::write(&file, text).unwrap();
    read_statistics(&file, None, &crate::vintages::built_in())
}

#[test]
fn both_layouts_are_read() {
    let (found, report) =
        read("qp;nom_qp;epci1;population_municipale_2013\nQP061003;Saint Michel;1;1 234\nQP061004;\"a;b\";;s\n")
            .unwrap();
    assert_eq!(
        (found.vintage, found.population_year),
        (Vintage::V2015, Some(2013))
    );
    let of = |code: &str| found.table.by_code[&code.parse().unwrap()].clone();
    assert_eq!(
        (of("QP061003").population, of("QP061003").population_year),
        (Some(1234), Some(2013))
    );
    assert_eq!(
        (of("QP061004").population, of("QP061004").population_year),
        (None, None)
    );
    assert_eq!(
        report
            .without_population
            .iter()
            .map(QpvCode::as_str)
            .collect::<Vec<_>>(),
        ["QP061004"]
    );

    let (found, report) = read(
        "COG,lib_com,codeQPV,lib_qp,lib_epci,popMuniQPV\n\
        2571,Omissy,QN00201M,V,CA de Béthune-Bruay; Artois-Lys Romane,5822\n\
        2691,Saint-Quentin,QN00201M,V,CC d'à côté,5822.0\n",
    )
    .unwrap();
    let figures = &found.table.by_code[&"QN00201M".parse().unwrap()];
    assert_eq!(
        (found.vintage, figures.population, figures.population_year),
        (Vintage::V2024, Some(5822), None)
    );
    assert_eq!(
        figures.lib_epci.as_deref(),
        Some("CA de Béthune-Bruay; Artois-Lys Romane; CC d'à côté")
    );
    assert_eq!(
        (report.rows, report.neighbourhoods, report.on_several_rows),
        (2, 1, 1)
    );
}

#[test]
fn what_cannot_be_read_is_named_with_its_line_and_column() {
    for (text, told) in [
        ("a;b\n1;2\n", "no column of codes"),
        ("codeQPV;lib_qp\nQN00201M;2\n", "no column of figures"),
        (
            "codeQPV;b\nQN00201M;x\n",
            "none of its columns holds numbers",
        ),
        (
            "codeQPV;taux_pauvrete_60%\nQN00201M;<5\nQN00202M;oui\n",
            "line 2: `taux_pauvrete_60%`: `<5` is no number",
        ),
        (
            "codeQPV;part\nQN00201M;5\nQN00202M;6\nQN00203M;environ 7\n",
            "line 4: `part`: `environ 7` is no number",
        ),
        (
            "codeQPV;part;p2\nQN00201M;5;1\nQN00201M;5;s\n",
            "line 3: `p2`: `s`: QN00201M has 1 at line 2",
        ),
        (
            "codeQPV;taux%;Taux\nQN00201M;5;6\n",
            "the columns `taux%` and `Taux` are one indicator, Taux",
        ),
        ("codeQPV;popMuniQPV\n", "a header and no row"),
        (
            "codeQPV;popMuniQPV\nQN00201M;12,5\n",
            "line 2: `popMuniQPV`: `12,5` is no number of inhabitants",
        ),
        (
            "codeQPV;popMuniQPV\n\nQN00201M;-3\n",
            "line 3: `popMuniQPV`: `-3`",
        ),
        (
            "codeQPV;popMuniQPV\n01053;3\n",
            "line 2: `codeQPV`: `01053` is no code of a QPV",
        ),
        (
            "codeQPV;popMuniQPV\nQN00201M;3;4\n",
            "line 2: it has 3 columns",
        ),
        (
            "codeQPV;popMuniQPV\nQN00201M;3\nQN00201M;4\n",
            "line 3: `popMuniQPV`: `4`: QN00201M has 3 at line 2",
        ),
        (
            "codeQPV;popMuniQPV\nQN00201M;3\nQP061003;4\n",
            "line 3: QP061003 is of 2015 and QN00201M of 2024",
        ),
        ("{}", "it is JSON"),
    ] {
        let message = read(text).unwrap_err().to_string();
        assert!(
            message.starts_with("figures.csv: ") && message.contains(told),
            "{message}"
        );
    }
}

#[test]
fn all_figures_are_kept_and_what_is_left_out_is_said() {
    let (found, report) = read(
        "COG,codeQPV,lib_qp,popMuniQPV,taux_pauvrete_60%,part_x_2019,remarque,vide,01,siren_epci\n\
        1053,QN00101M,A,6399,46.0,\"1,5\",3,,5,200071751\n\
        1053,QN00102M,B,2339,,s,voir note,,6,200071751\n",
    )
    .unwrap();
    let names: Vec<_> = found
        .table
        .indicators
        .iter()
        .map(|it| (it.name.as_str(), it.year))
        .collect();
    assert_eq!(
        names,
        [
            ("popMuniQPV", None),
            ("taux_pauvrete_60", None),
            ("part_x", Some(2019)),
            ("01", None)
        ]
    );
    let of = |code: &str| &found.table.by_code[&code.parse().unwrap()].figures;
    assert_eq!(
        of("QN00101M"),
        &[Some(6399.0), Some(46.0), Some(1.5), Some(5.0)]
    );
    assert_eq!(of("QN00102M"), &[Some(2339.0), None, None, Some(6.0)]);
    let left: Vec<_> = report
        .left_out
        .iter()
        .map(|it| (it.column.as_str(), it.reason))
        .collect();
    assert_eq!(
        left,
        [
            ("COG", "it holds names or codes"),
            ("lib_qp", "it holds names or codes"),
            ("siren_epci", "it holds names or codes"),
            ("remarque", "most of its values are no numbers"),
            ("vide", "it has no value"),
        ]
    );
    let poverty = &report.indicators[1];
    assert_eq!((poverty.published, poverty.missing), (1, 1));
}

#[test]
fn a_table_without_population_is_kept_and_a_year_holds_for_columns_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("figures.csv");
    std::fs::write(&file, "codeQPV;a;b_2019\nQN00101M;1;2\n").unwrap();
    let (found, report) = read_statistics(&file, Some(2021), &crate::vintages::built_in()).unwrap();
    let years: Vec<_> = found.table.indicators.iter().map(|it| it.year).collect();
    assert_eq!(years, [Some(2021), Some(2019)]);
    assert_eq!(
        (report.population_column, report.without_population),
        (None, vec![])
    );
}
