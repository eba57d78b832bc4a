//! A temporary folder that cannot be used. It is the same for a whole process, hence a program of its own.

mod common;

use std::path::Path;
use std::sync::Arc;

use common::{answer, bytes, form};
use qpv_http::{Limits, router};
use qpv_service::Service;
use qpv_service::data::Store;

const FOLDER: &str = "/nowhere/at/all";

#[tokio::test]
async fn a_list_without_room_is_told_what_to_do() {
    let service = Service::open(Store::new("a folder that does not exist")).unwrap();
    let app = router(Arc::new(service), Limits::default());
    tempfile::env::override_temp_dir(Path::new(FOLDER)).unwrap();
    // The first is too long for the memory as it is sent, the second once it has answers.
    for rows in [150_000, 60_000] {
        let list = format!("lon,lat\n{}", "-3.6,46.2\n".repeat(rows));
        let request = form("/reverse/csv", list.as_bytes(), &[]);
        let (status, problem) = answer(&app, request).await;
        assert_eq!(status, 507, "{rows} rows: {problem}");
        assert_eq!(problem["code"], "temporary_folder_unusable");
        assert!(problem["detail"].as_str().unwrap().contains("TMPDIR"));
        let message = problem["message"].as_str().unwrap();
        assert!(message.contains("dossier temporaire"), "{message}");
        assert!(!problem.to_string().contains(FOLDER), "{problem}");
    }
    let short = form("/reverse/csv", b"lon,lat\n-3.6,46.2\n", &[]);
    assert_eq!(bytes(&app, short).await.0, 200);
}
