//! Against a local stand-in that keeps what it was sent.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::*;
use crate::check::CheckedPlace;
use crate::check::address::AddressCheck;
use crate::check::subject::{AddressQuestion, CheckRequest, Subject};
use crate::data::import::ImportOptions;
use crate::data::{self, Store};
use crate::{AddressKind, Service, UndeterminedReason, VintageSelector, Zone};
use qpv_model::Vintage;

const FOUND: &str = "q,cp,insee,latitude,longitude,result_label,result_score,result_score_next,result_type,result_id,\
    result_housenumber,result_name,result_street,result_postcode,result_city,result_citycode,result_context,result_status\n\
    x,,,47.635,6.865,12 Rue Perdue 90000 Belfort,0.95,0.5,housenumber,90010_1_12,12,12 Rue Perdue,Rue Perdue,90000,Belfort,\
    90010,\"90, Territoire de Belfort\",ok\n";
const NOT_FOUND: &str = "q,latitude,longitude,result_label,result_score,result_score_next,result_status\nx,,,,,,not-found\n";

/// A stand-in that gives one answer to every request, and the requests it got.
fn stand_in(status: &str, body: &str) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/geocodage", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let request = request(&mut stream);
            stream.write_all(answer.as_bytes()).unwrap();
            if sender.send(request).is_err() {
                return;
            }
        }
    });
    (url, receiver)
}

fn request(stream: &mut TcpStream) -> String {
    let (mut request, mut buffer) = (vec![], [0; 4096]);
    loop {
        let read = stream.read(&mut buffer).unwrap();
        request.extend_from_slice(&buffer[..read]);
        if read == 0 || request.ends_with(format!("--{EDGE}--\r\n").as_bytes()) {
            return String::from_utf8(request).unwrap();
        }
    }
}

/// A square at Belfort.
const PERIMETER: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code_qp":"QN09001I",
    "lib_qp":"Le Carré","insee_com":"90010","lib_com":"Belfort","insee_dep":"90"},"geometry":{"type":"Polygon",
    "coordinates":[[[6.86,47.63],[6.87,47.63],[6.87,47.64],[6.86,47.64],[6.86,47.63]]]}}]}"#;

/// A service over one perimeter and no addresses.
fn service(url: &str) -> (tempfile::TempDir, Service) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("data"));
    let perimeters = folder.path().join("qp.geojson");
    std::fs::write(&perimeters, PERIMETER).unwrap();
    let options = ImportOptions {
        partial: true,
        precision_m: Some(1.0),
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(&store, &[perimeters], &options).unwrap();
    let distant = AddressService::new(url).unwrap();
    (
        folder,
        Service::open(store)
            .unwrap()
            .with_address_service(Some(distant)),
    )
}

fn check(service: &Service, question: &str, filter: &SearchFilter) -> AddressCheck {
    let request = CheckRequest {
        vintage: VintageSelector::Vintage(Vintage::V2024),
        ..CheckRequest::new(Subject::Address(AddressQuestion {
            text: question.to_owned(),
            filter: filter.clone(),
        }))
    };
    let place = service.check(&service.snapshot(), &request).unwrap().place;
    let CheckedPlace::Address(check) = place else {
        panic!("{place:?}")
    };
    *check
}

#[test]
fn what_is_not_known_here_is_asked_elsewhere_in_a_body() {
    let (url, requests) = stand_in("200 OK", FOUND);
    let (_folder, service) = service(&format!("{url}/search/"));
    let filter = SearchFilter {
        postcode: Some(90000),
        ..SearchFilter::default()
    };
    let check = check(&service, "12 rue \"perdue\"\r\nbelfort", &filter);
    let best = &check.candidates[0].candidate;
    assert_eq!(
        (best.label(), best.kind),
        (
            "12 Rue Perdue 90000 Belfort".to_owned(),
            AddressKind::Housenumber
        )
    );
    assert_eq!(best.uncertainty_m, 30.0);
    assert_eq!(
        check.remote,
        Some(RemoteGeocoding {
            url: format!("{url}/search/csv"),
            fault: None
        })
    );
    assert_eq!((check.zone, check.doubt), (Zone::Qpv, None));
    let request = requests.recv().unwrap();
    assert!(
        request.starts_with("POST /geocodage/search/csv HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request.contains("\"12 rue  perdue   belfort\",90000,\r\n"),
        "{request}"
    );
    assert!(
        request.contains("name=\"postcode\"\r\n\r\ncp\r\n")
            && !request.contains("name=\"citycode\""),
        "{request}"
    );
}

#[test]
fn two_that_are_as_good_leave_a_doubt() {
    let (url, _requests) = stand_in("200 OK", &FOUND.replace(",0.5,", ",0.94,"));
    let (_folder, service) = service(&url);
    let check = check(&service, "12 rue perdue", &SearchFilter::default());
    assert_eq!(
        (check.zone, check.doubt),
        (Zone::Undetermined, Some(UndeterminedReason::Candidates))
    );
}

#[test]
fn less_than_the_number_asked_leaves_a_doubt() {
    for (answer, question, doubt) in [
        (
            FOUND.replace("housenumber,", "municipality,"),
            "belfort",
            UndeterminedReason::Commune,
        ),
        (
            FOUND.replace("housenumber,", "locality,"),
            "la ferme perdue",
            UndeterminedReason::Street,
        ),
        (
            FOUND.replace("housenumber,", "street,"),
            "rue perdue",
            UndeterminedReason::Street,
        ),
        (
            FOUND.to_owned(),
            "12 bis rue perdue",
            UndeterminedReason::Unlike,
        ),
        (
            FOUND.to_owned(),
            "14 rue perdue",
            UndeterminedReason::Unlike,
        ),
        (FOUND.to_owned(), "rue perdue", UndeterminedReason::Unlike),
        (
            FOUND.to_owned(),
            "12 rue perdue 25000 besancon",
            UndeterminedReason::Unlike,
        ),
        (
            FOUND.to_owned(),
            "12 rue perdue besancon",
            UndeterminedReason::Unlike,
        ),
        (
            FOUND.replace(",0.95,", ",0.4,"),
            "12 rue perdue",
            UndeterminedReason::Unlike,
        ),
    ] {
        let (url, _requests) = stand_in("200 OK", &answer);
        let (_folder, service) = service(&url);
        let check = check(&service, question, &SearchFilter::default());
        assert_eq!(
            (check.zone, check.doubt),
            (Zone::Undetermined, Some(doubt)),
            "{question}"
        );
        assert_eq!((check.perimeters, check.level), (None, None));
    }
}

#[test]
fn an_answer_is_bounded_in_time_and_bytes() {
    let (url, _requests) = stand_in("200 OK", &"x".repeat(1 << 20));
    let (_folder, large) = service(&url);
    let fault = check(&large, "12 rue perdue", &SearchFilter::default())
        .remote
        .unwrap()
        .fault
        .unwrap();
    assert!(
        matches!(fault, AddressServiceError::Unreachable(_)),
        "{fault}"
    );
    // It takes the connection and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (_folder, waiting) = service(&format!("http://{}", silent.local_addr().unwrap()));
    let fault = check(&waiting, "12 rue perdue", &SearchFilter::default())
        .remote
        .unwrap()
        .fault
        .unwrap();
    assert!(
        matches!(fault, AddressServiceError::Unreachable(_)),
        "{fault}"
    );
}

#[test]
fn an_address_that_nobody_knows_is_not_found() {
    let (url, _requests) = stand_in("200 OK", NOT_FOUND);
    let (_folder, service) = service(&url);
    let check = check(&service, "12 rue perdue", &SearchFilter::default());
    assert_eq!(
        (check.zone, check.doubt),
        (Zone::Undetermined, Some(UndeterminedReason::NotFound))
    );
    assert_eq!(check.remote.unwrap().fault, None);
}

#[test]
fn a_failure_is_told_and_the_service_left_alone() {
    let moved = "302 Found\r\nlocation: http://127.0.0.1:9/elsewhere";
    for (status, body, said) in [
        ("500 Internal Server Error", "", "status 500"),
        (
            "429 Too Many Requests\r\nretry-after: 120",
            "",
            "status 429",
        ),
        (moved, "", "status 302"),
    ] {
        let (url, _requests) = stand_in(status, body);
        let (_folder, service) = service(&url);
        let fault = |question| {
            let check = check(&service, question, &SearchFilter::default());
            assert_eq!(
                (check.zone, check.doubt),
                (Zone::Undetermined, Some(UndeterminedReason::NotFound))
            );
            check.remote.unwrap().fault.unwrap()
        };
        assert!(
            fault("12 rue perdue").to_string().contains(said),
            "{status}"
        );
        assert_eq!(
            fault("12 rue perdue"),
            AddressServiceError::Paused,
            "{status}"
        );
    }
    for (body, said) in [
        ("<html>maintenance</html>", "no row"),
        ("a,b\n1,2\n", "no result_label"),
        (
            &FOUND.replace("result_score_next", "other"),
            "no result_score_next",
        ),
        (&FOUND.replace("47.635", "147.635"), "out of range"),
        (&FOUND.replace("housenumber,", "planet,"), "result_type"),
        (&FOUND.replace("90010,\"", "9001,\""), "result_citycode"),
    ] {
        let (url, _requests) = stand_in("200 OK", body);
        let (_folder, service) = service(&url);
        let fault = check(&service, "12 rue perdue", &SearchFilter::default())
            .remote
            .unwrap()
            .fault
            .unwrap();
        assert!(fault.to_string().contains(said), "{fault}");
    }
}

#[test]
fn nobody_there_is_told_too() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (_folder, service) = service(&format!("http://{closed}"));
    let fault = check(&service, "12 rue perdue", &SearchFilter::default())
        .remote
        .unwrap()
        .fault
        .unwrap();
    assert!(
        matches!(fault, AddressServiceError::Unreachable(_)),
        "{fault}"
    );
    assert!(!fault.to_string().contains("perdue"));
}

#[test]
fn what_is_known_here_and_what_is_fictional_is_asked_nowhere() {
    let (url, requests) = stand_in("200 OK", FOUND);
    let sample = Service::open(Store::new("a folder that does not exist")).unwrap();
    let sample = sample.with_address_service(Some(AddressService::new(&url).unwrap()));
    assert_eq!(
        check(
            &sample,
            "rue que personne ne connaît",
            &SearchFilter::default()
        )
        .remote,
        None
    );
    let (_folder, service) = service(&url);
    let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    std::fs::write(
        file.path(),
        "900010003F-1,1,Rue des Lilas,90400,Andelnans,C+O,47.602108,6.866262\n",
    )
    .unwrap();
    data::import_addresses(service.store(), &[file.path().to_owned()]).unwrap();
    service.reload_if_changed().unwrap();
    assert_eq!(
        check(
            &service,
            "1 rue des lilas andelnans",
            &SearchFilter::default()
        )
        .remote,
        None
    );
    assert!(requests.recv_timeout(Duration::from_millis(200)).is_err());
}

#[test]
fn a_wrong_address_of_a_service_is_refused() {
    for url in [
        "",
        "data.geopf.fr",
        "ftp://data.geopf.fr",
        "https://",
        "https://a b",
        "https://host/search?q=1",
        "https://user:word@host",
    ] {
        assert!(AddressService::new(url).is_err(), "{url}");
    }
    assert_eq!(
        AddressService::new("https://host/geocodage/search")
            .unwrap()
            .url(),
        "https://host/geocodage/search/csv"
    );
}
