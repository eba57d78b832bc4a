//! `/api/v1/suggest`: what the words of a search box may mean, of all kinds together.

use axum::extract::State;
use axum::response::Response;
use qpv_service::{ListQuery, prepare_suggestions, suggest, suggest_of_list};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::addresses::checked_limit;
use crate::extract::JsonBody;
use crate::json::json;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::SuggestionList;
use crate::workers::run_maybe_blocking;

/// Suggestions without `limit`.
const DEFAULT_SUGGESTIONS: usize = 50;

/// The words of a search box.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuggestBody {
    /// The words as they are typed, 200 characters at most: the last may be the beginning of one.
    #[schema(example = "saint michel")]
    q: String,
    /// Number of suggestions, 100 at most. Default: 50, which all communes of a postcode need.
    limit: Option<usize>,
    /// Only the places of this list, such as `schools`.
    #[schema(example = "schools")]
    list: Option<String>,
    /// With `list`: the INSEE code of a commune or of a department, whose places come first.
    near: Option<String>,
}

/// Returns what words may mean: communes by name, code or postcode, perimeters by name, code or a place inside, places of
/// lists such as schools, parcels by identifier, addresses. Coordinates are none of them: a client reads these itself.
#[utoipa::path(post, path = "/api/v1/suggest", request_body = SuggestBody, tag = "addresses",
    responses((status = 200, description = "The meanings, best first", body = SuggestionList),
        ErrorResponses))]
pub(crate) async fn post_suggest(
    State(app): State<App>,
    JsonBody(body): JsonBody<SuggestBody>,
) -> Result<Response, Problem> {
    let limit = checked_limit(body.limit.unwrap_or(DEFAULT_SUGGESTIONS))?;
    let snapshot = app.service.snapshot();
    if snapshot.begin_preparation() {
        let snapshot = snapshot.clone();
        // Nobody waits for it: until it is done, suggestions lack the places inside perimeters.
        tokio::task::spawn_blocking(move || prepare_suggestions(&snapshot));
    }
    // The names of the whole country are searched through, which takes a millisecond or two.
    run_maybe_blocking(true, move || {
        let found = match &body.list {
            Some(list) => suggest_of_list(
                &snapshot,
                &ListQuery {
                    text: &body.q,
                    list,
                    near: body.near.as_deref(),
                    limit,
                },
            )?,
            None => suggest(&snapshot, &body.q, limit)?,
        };
        Ok(json(&SuggestionList::new(&snapshot, &found)))
    })
    .await
}
