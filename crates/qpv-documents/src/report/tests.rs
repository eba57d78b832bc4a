//! Reports on the fictional town, and their verification.

use qpv_model::Vintage;

use super::signer::Signer;
use super::*;
use qpv_service::data::Store;
use qpv_service::{AddressQuestion, CheckRequest, StatedPosition, Subject};
use qpv_service::{EligibilityRequest, StatedPerson};
use qpv_service::{Service, VintageSelector};

const AT: &str = "2026-11-21T22:05:03Z";
const VINTAGE: VintageSelector = VintageSelector::Vintage(Vintage::V2024);

/// A service on the fictional town, with a data folder of its own.
fn town() -> (tempfile::TempDir, Service) {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::open(Store::new(folder.path())).unwrap();
    (folder, service)
}

fn signer(service: &Service) -> Signer {
    Signer::new(service.store().folder())
}

fn request() -> ReportRequest {
    ReportRequest {
        at: AT.parse().unwrap(),
        ..ReportRequest::now()
    }
}

fn of_address(question: &str) -> CheckRequest {
    CheckRequest {
        vintage: VINTAGE,
        ..CheckRequest::new(Subject::Address(AddressQuestion {
            text: question.to_owned(),
            ..AddressQuestion::default()
        }))
    }
}

fn made(
    service: &Service,
    asked: &CheckRequest,
    request: &ReportRequest,
) -> Result<Report, ReportError> {
    let snapshot = service.snapshot();
    let checked = service.check(&snapshot, asked).unwrap();
    signer(service).report(&snapshot, &checked, request)
}

fn report(service: &Service, question: &str, request: &ReportRequest) -> Report {
    made(service, &of_address(question), request).unwrap()
}

fn outcome(service: &Service, content: &[u8]) -> Outcome {
    signer(service)
        .verify(content, None, service)
        .unwrap()
        .outcome
}

#[test]
fn a_report_is_genuine_as_a_file_and_as_a_text() {
    let (_folder, service) = town();
    let request = ReportRequest {
        asked_by: Some("Mairie de Port-Fictif".into()),
        ..request()
    };
    let report = report(&service, "1 rue des Cordiers Port-Fictif", &request);
    assert_eq!(report.zone, Zone::Qpv);
    for content in [report.pdf.as_slice(), report.statement.as_bytes()] {
        let verification = signer(&service).verify(content, None, &service).unwrap();
        assert_eq!(verification.outcome, Outcome::Genuine);
        assert_eq!(verification.reproducible, Some(true));
        let value = |name: &str| {
            verification
                .statement
                .iter()
                .find(|line| line.0 == name)
                .map(|line| line.1.as_str())
        };
        assert_eq!(value("date"), Some("2026-11-21T23:05:03+01:00"));
        assert_eq!(value("demandeur"), Some("Mairie de Port-Fictif"));
        assert_eq!(
            value("adresse"),
            Some("1 Rue des Cordiers 00100 Port-Fictif")
        );
        assert_eq!(
            (value("zone"), value("qpv")),
            (Some("qpv"), Some("QN00001I"))
        );
        assert_eq!(value("donnees"), Some(service.snapshot().digest()));
    }
}

#[test]
fn an_altered_byte_is_seen() {
    let (_folder, service) = town();
    let report = report(&service, "1 rue des Cordiers Port-Fictif", &request());
    for content in [report.pdf, report.statement.into_bytes()] {
        // Some all over it, and all of the end, where the signature is.
        for at in (0..content.len()).filter(|at| at % 211 == 0 || content.len() - at < 130) {
            let mut altered = content.clone();
            altered[at] ^= 1;
            assert_ne!(outcome(&service, &altered), Outcome::Genuine, "byte {at}");
        }
        for longer in [b"x".as_slice(), b"\n%%EOF\n"] {
            assert_ne!(
                outcome(&service, &[&content, longer].concat()),
                Outcome::Genuine
            );
        }
        assert_ne!(
            outcome(&service, &content[..content.len() - 2]),
            Outcome::Genuine
        );
    }
}

#[test]
fn what_a_person_would_change_is_called_altered() {
    let (_folder, service) = town();
    let report = report(&service, "2 rue des Cordiers Port-Fictif", &request());
    assert_ne!(report.zone, Zone::Qpv);
    let altered = report
        .statement
        .replace(&format!("zone: {}", report.zone.name()), "zone: qpv");
    let verification = signer(&service)
        .verify(altered.as_bytes(), None, &service)
        .unwrap();
    assert_eq!(
        (verification.outcome, verification.statement.len()),
        (Outcome::Altered, 0)
    );
    let mut pdf = report.pdf.clone();
    pdf[report.pdf.len() / 2] ^= 1;
    assert_eq!(outcome(&service, &pdf), Outcome::Altered);
    let unsigned = report.pdf.len() - 110;
    assert_eq!(
        outcome(&service, &report.pdf[..unsigned]),
        Outcome::Altered,
        "its last line was taken off"
    );
}

#[test]
fn another_key_and_another_document_are_told_apart() {
    let (_folder, service) = town();
    let (_other_folder, other) = town();
    let report = report(&service, "1 rue des Cordiers Port-Fictif", &request());
    for content in [report.pdf.as_slice(), report.statement.as_bytes()] {
        assert_eq!(
            outcome(&other, content),
            Outcome::AnotherKey,
            "a folder without a key"
        );
    }
    signer(&other).key().unwrap();
    let key = signer(&service).key().unwrap().public();
    for content in [report.pdf.as_slice(), report.statement.as_bytes()] {
        let verification = signer(&other).verify(content, None, &other).unwrap();
        assert_eq!(verification.outcome, Outcome::AnotherKey);
        assert_eq!(verification.key_id, Some(key.id()));
        assert_eq!(
            signer(&other)
                .verify(content, Some(&key), &other)
                .unwrap()
                .outcome,
            Outcome::Genuine
        );
    }
    for content in [
        b"".as_slice(),
        b"bonjour",
        b"%PDF-1.7\n%%EOF\n",
        b"\xff\xfe",
    ] {
        assert_eq!(outcome(&service, content), Outcome::NotAReport);
    }
    assert_eq!(
        outcome(&service, b"compte-rendu-qpv: 1\nzone: qpv"),
        Outcome::Incomplete
    );
}

#[test]
fn a_report_can_be_made_again() {
    let (_folder, service) = town();
    let first = report(&service, "1 rue des Cordiers Port-Fictif", &request());
    let same = report(&service, "1 rue des Cordiers Port-Fictif", &request());
    assert!(first.pdf == same.pdf && first.statement == same.statement);
    let later = ReportRequest {
        at: "2027-03-01T08:00:00Z".parse().unwrap(),
        ..request()
    };
    let later = report(&service, "1 rue des Cordiers Port-Fictif", &later);
    let facts = |report: &Report| {
        let lines = report
            .statement
            .lines()
            .filter(|line| !line.starts_with("date: ") && !line.starts_with("signature: "));
        lines.map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(facts(&first), facts(&later));
    assert_ne!(first.statement, later.statement);
}

#[test]
fn a_doubt_gives_a_report_too() {
    let (_folder, service) = town();
    for (question, doubt) in [
        ("Port-Fictif", "commune"),
        ("rue des Cordiers Port-Fictif", "street"),
        ("qsdfghjklm wxcvbn", "not_found"),
    ] {
        let report = report(&service, question, &request());
        assert_eq!(report.zone, Zone::Undetermined, "{question}");
        let said = [
            "zone: undetermined".to_owned(),
            format!("doute: {doubt}"),
            format!("demande: {question}"),
        ];
        assert!(
            said.iter()
                .all(|line| report.statement.lines().any(|other| other == line)),
            "{}",
            report.statement
        );
        assert_eq!(outcome(&service, &report.pdf), Outcome::Genuine);
    }
}

#[test]
fn a_point_placed_by_hand_is_taken_as_it_is_printed() {
    let (_folder, service) = town();
    let at = |lon_deg, lat_deg| CheckRequest {
        vintage: VINTAGE,
        ..CheckRequest::new(Subject::Position(StatedPosition {
            lon_deg,
            lat_deg,
            uncertainty_m: None,
            rounding_m: None,
        }))
    };
    let point = at(-3.600_123_456_789, 46.200_987_654_321);
    let report = made(&service, &point, &request()).unwrap();
    assert!(
        report
            .statement
            .contains("\nposition: by_hand\nlon: -3.6001235\nlat: 46.2009877\n"),
        "{}",
        report.statement
    );
    let again = at(-3.600_123_5, 46.200_987_7);
    assert_eq!(
        made(&service, &again, &request()).unwrap().statement,
        report.statement
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let (_folder, service) = town();
    let length = |question: &str, asked_by: String, about: String| {
        let request = ReportRequest {
            asked_by: Some(asked_by),
            about: Some(about),
            ..request()
        };
        made(&service, &of_address(question), &request).map(|report| report.statement.len())
    };
    let longest = |letter: &str| {
        (
            letter.repeat(MAX_ASKED_BY_CHARS),
            letter.repeat(MAX_ABOUT_CHARS),
        )
    };
    let question = format!("1 rue des Cordiers Port-Fictif {}", "x".repeat(160));
    let (asked_by, about) = longest("W");
    let longest_bytes = length(&question, asked_by.clone(), about.clone()).unwrap();
    assert!(longest_bytes <= MAX_STATEMENT_BYTES, "{longest_bytes}");
    let fault = length(&question, format!("{asked_by}W"), about.clone()).unwrap_err();
    assert!(
        matches!(
            fault,
            ReportError::TextTooLong {
                name: "asked_by",
                length: 81,
                most: 80
            }
        ),
        "{fault}"
    );
    let (asked_by, about) = longest("字");
    assert!(matches!(
        length(&question, asked_by, about),
        Err(ReportError::TooMuch { .. })
    ));
}

#[test]
fn a_programme_is_printed_and_signed() {
    let (_folder, service) = town();
    let programme = service
        .snapshot()
        .programme("pre-national")
        .unwrap()
        .clone();
    let day = VintageSelector::InForce(jiff::civil::date(2026, 11, 21));
    let person = StatedPerson {
        birth_date: Some(jiff::civil::date(2018, 6, 30)),
        ..StatedPerson::default()
    };
    let asked = CheckRequest {
        vintage: day,
        eligibility: vec![EligibilityRequest::new(&programme, &person, day).unwrap()],
        ..of_address("1 rue des Cordiers Port-Fictif")
    };
    let report = made(&service, &asked, &request()).unwrap();
    let signed = format!("\nprogramme: {}\nresultat: ", programme.name);
    assert!(report.statement.contains(&signed), "{}", report.statement);
}

/// The programmes of persons, of one who is 10 and of whom nothing else is known.
fn asked_of_all(service: &Service, day: VintageSelector) -> CheckRequest {
    let snapshot = service.snapshot();
    let programmes = snapshot.programmes_of("*", false).unwrap();
    let person = StatedPerson {
        birth_date: Some(jiff::civil::date(2016, 5, 4)),
        ..StatedPerson::default()
    };
    CheckRequest {
        vintage: day,
        eligibility: EligibilityRequest::for_each(&programmes, &person, day).unwrap(),
        ..of_address("1 rue des Cordiers Port-Fictif")
    }
}

#[test]
fn several_programmes_are_signed_by_result() {
    let (_folder, service) = town();
    let day = VintageSelector::InForce(jiff::civil::date(2026, 11, 21));
    let mut asked = asked_of_all(&service, day);
    let request = ReportRequest {
        asked_by: Some("Mairie de Port-Fictif, service de l'enfance".into()),
        about: Some("Dossier 12".into()),
        ..request()
    };
    let report = made(&service, &asked, &request).unwrap();
    let snapshot = service.snapshot();
    let checked = service.check(&snapshot, &asked).unwrap();
    for assessment in &checked.assessments {
        let name = match assessment.outcome.name() {
            "eligible" => "eligible",
            "outside_rule_possible" => "possible",
            "undetermined" => "indetermine",
            _ => "non-eligible",
        };
        let id = assessment.programme.id.as_str();
        let line = report
            .statement
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let ids: Vec<&str> = line.unwrap_or_default().split(' ').collect();
        assert!(ids.contains(&id), "{id}: {}", report.statement);
    }
    assert!(!report.statement.contains("\nprogramme: "));
    for content in [report.pdf.as_slice(), report.statement.as_bytes()] {
        assert_eq!(outcome(&service, content), Outcome::Genuine);
    }
    let altered = report.statement.replace("non-eligible: ", "eligible: ");
    assert_eq!(outcome(&service, altered.as_bytes()), Outcome::Altered);
    // More programmes than a QR code holds are refused, not left out.
    let more: Vec<_> = asked.eligibility.iter().cycle().take(90).cloned().collect();
    asked.eligibility = more;
    assert!(matches!(
        made(&service, &asked, &request),
        Err(ReportError::TooMuch { .. })
    ));
}
