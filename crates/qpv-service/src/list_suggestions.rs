//! Suggestions of one list alone, such as the schools, those near a commune first: for a field that takes nothing else.

use qpv_model::CommuneCode;

use crate::addresses::check_question;
use crate::error::AddressError;
use crate::snapshot::Snapshot;
use crate::suggestions::{AskedWords, SuggestedPlace, Suggestion, Suggestions, named_places};

/// The places of one list, by words of their names or an identifier.
#[derive(Debug, Clone, Copy)]
pub struct ListQuery<'q> {
    /// The words.
    pub text: &'q str,
    /// The kind of the list, such as `schools`.
    pub list: &'q str,
    /// The INSEE code of a commune or of a department: its places come first.
    pub near: Option<&'q str>,
    /// The most places to return.
    pub limit: usize,
}

/// Returns the places of a list that a text may mean: those of the commune asked, then those of its department, then others,
/// each the best first. None of a list that is not imported.
///
/// # Errors
/// [`AddressError::Empty`], [`AddressError::TooLong`].
pub fn suggest_of_list<'s>(
    snapshot: &'s Snapshot,
    query: &ListQuery<'_>,
) -> Result<Suggestions<'s>, AddressError> {
    check_question(query.text)?;
    let asked = AskedWords::new(query.text);
    let mut found: Vec<SuggestedPlace<'s>> = named_places(snapshot, &asked)
        .filter(|it| it.list == query.list)
        .collect();
    // Stable: within one distance, the order of the matches stays.
    found.sort_by_key(|it| nearness(it.place.citycode, query.near));
    found.truncate(query.limit);
    Ok(Suggestions {
        all: found.into_iter().map(Suggestion::Place).collect(),
    })
}

/// Returns the rank of a place by its commune: there, in its department, elsewhere.
fn nearness(commune: Option<CommuneCode>, near: Option<&str>) -> u8 {
    let (Some(commune), Some(near)) = (commune, near) else {
        return 2;
    };
    // A code of five characters is a commune's; a department's own has two or three.
    let department = near
        .parse::<CommuneCode>()
        .map_or_else(|_| near.to_owned(), |it| it.department().to_owned());
    match commune.as_str() {
        code if code == near => 0,
        _ if commune.department() == department => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_near_by_its_commune_then_by_its_department() {
        let flers = "61169".parse().ok();
        for (commune, near, expected) in [
            (flers, Some("61169"), 0),
            (flers, Some("61006"), 1),
            (flers, Some("61"), 1),
            (flers, Some("14"), 2),
            ("97411".parse().ok(), Some("974"), 1),
            ("2A004".parse().ok(), Some("2A"), 1),
            (flers, None, 2),
            (None, Some("61"), 2),
        ] {
            assert_eq!(nearness(commune, near), expected, "{commune:?}, {near:?}");
        }
    }
}
