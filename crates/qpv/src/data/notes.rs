//! The features that an import repaired, merged or refused.

use std::fmt::Write as _;

use qpv_service::data::FeatureNote;

/// Appends a list of features to the description of an import.
pub fn write_notes(text: &mut String, what: &str, notes: &[FeatureNote], details: bool) {
    if notes.is_empty() {
        return;
    }
    let _ = write!(text, "\n  {} {what}", notes.len());
    if !details {
        text.push_str(" (qpv data status --details lists them)");
    }
    for note in notes.iter().filter(|_| details) {
        let code = note.code_qp.as_deref().unwrap_or("no code");
        let before = note
            .area_before_ha
            .map_or("unknown".to_owned(), |area_ha| format!("{area_ha:.4} ha"));
        let _ = write!(
            text,
            "\n    {} feature {} ({code}): {}; {before} before, {:.4} ha after",
            note.layer, note.feature, note.fault, note.area_after_ha
        );
    }
}
