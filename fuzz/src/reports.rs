//! Reports: their signed texts, and the files that hold them.

use std::sync::LazyLock;

use qpv_documents::report::{Outcome, Verification};
use qpv_documents::{Report, ReportRequest, Signer};
use qpv_geodata::store::Store;
use qpv_service::{AddressQuestion, CheckRequest, Service, Subject};
use tempfile::TempDir;

use crate::files::scratch_folder;
use crate::texts::VINTAGE;

/// Bytes of a change: where, in two of them, and to what.
const CHANGE_BYTES: usize = 3;

/// A report of the fictional town, and all that verifies it.
struct IssuedReport {
    report: Report,
    signer: Signer,
    service: Service,
    /// Removed with it.
    _folder: TempDir,
}

static ISSUED: LazyLock<IssuedReport> = LazyLock::new(issue);

fn issue() -> IssuedReport {
    let folder = scratch_folder();
    let service = Service::open(Store::new(folder.path())).expect("an empty folder has the sample");
    let signer = Signer::new(folder.path());
    let question = AddressQuestion {
        text: "1 rue des Cordiers, Port-Fictif".to_owned(),
        ..AddressQuestion::default()
    };
    let request = CheckRequest {
        vintage: VINTAGE,
        ..CheckRequest::new(Subject::Address(question))
    };
    let snapshot = service.snapshot();
    let outcome = service.check(&snapshot, &request);
    let outcome = outcome.expect("the sample has addresses");
    let report = signer.report(&snapshot, &outcome, &ReportRequest::now());
    IssuedReport {
        report: report.expect("a report can be made"),
        signer,
        service,
        _folder: folder,
    }
}

/// A text or a file that somebody says is a report; and a genuine one with changes: three bytes say where and what.
pub(crate) fn reports(input: &[u8]) {
    let issued = &*ISSUED;
    let found = verify(input);
    assert!(
        found.outcome != Outcome::Genuine || holds(input, issued.report.statement.as_bytes()),
        "genuine, and never signed"
    );
    let text = issued.report.statement.as_bytes();
    for genuine in [text, &issued.report.pdf] {
        let changed = with_changes(genuine, input);
        let found = verify(&changed);
        if changed == genuine {
            assert_eq!(found.outcome, Outcome::Genuine);
        } else if found.outcome == Outcome::Genuine {
            // Line ends that a telephone adds are no change of what was signed.
            let whole = verify(genuine);
            assert_eq!(found.statement, whole.statement, "a forged report");
        }
    }
}

fn verify(content: &[u8]) -> Verification {
    let issued = &*ISSUED;
    let found = issued.signer.verify(content, None, &issued.service);
    let found = found.expect("the key is there");
    if found.outcome != Outcome::Genuine {
        assert!(found.statement.is_empty(), "shown, and not genuine");
    }
    assert!(!found.message_fr().is_empty());
    found
}

fn holds(input: &[u8], statement: &[u8]) -> bool {
    input
        .windows(statement.len())
        .any(|window| window == statement)
}

fn with_changes(genuine: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut changed = genuine.to_vec();
    for change in changes.chunks_exact(CHANGE_BYTES) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]]));
        let at = at % changed.len();
        changed[at] = change[2];
    }
    changed
}
