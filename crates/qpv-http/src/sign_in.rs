//! Sessions of browsers: signing in with a key, once, and signing out.

use axum::extract::{FromRequest as _, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qpv_access::KeyRefusal;
use qpv_service::ErrorCode;
use serde::Deserialize;

use crate::access::{AccessControl, Permission, peer_of};
use crate::extract::RawBody;
use crate::problem::Problem;
use crate::sign_in_page::{
    SIGN_IN_PATH, SignInError, html, safe_path, sign_in_page, signed_in_page,
};
use crate::state::App;

/// The form that a browser sends.
#[derive(Deserialize)]
struct SignInForm {
    /// The key.
    key: String,
    /// The path of the page that was asked for, from the root of the service.
    #[serde(default)]
    next: String,
}

/// Returns the page, or the state of the session that is open.
pub(crate) async fn get_sign_in(
    State(app): State<App>,
    permission: Permission,
) -> Result<Response, Problem> {
    access_of(&app)?;
    Ok(match permission {
        Permission::Key(_) | Permission::User => html(StatusCode::OK, signed_in_page()),
        _ => html(StatusCode::OK, sign_in_page(SIGN_IN_PATH, "", None)),
    })
}

/// Begins a session for the key in a form, and leads to the page that was asked for.
pub(crate) async fn post_sign_in(
    State(app): State<App>,
    request: Request,
) -> Result<Response, Problem> {
    let access = access_of(&app)?;
    let (headers, peer) = (request.headers().clone(), peer_of(&request));
    let RawBody(body) = RawBody::from_request(request, &app).await?;
    let Ok(form) = serde_urlencoded::from_bytes::<SignInForm>(&body) else {
        let page = sign_in_page(SIGN_IN_PATH, "", Some(SignInError::Unreadable));
        return Ok(html(StatusCode::BAD_REQUEST, page));
    };
    let next = safe_path(&form.next);
    let error = match access.begin_session(&form.key, &headers)? {
        Ok(cookie) => return Ok(redirect(&format!("./{next}"), cookie)),
        Err(refusal) => refusal,
    };
    // Who has the secret of an expired key does not guess.
    if error == KeyRefusal::Unknown {
        access.pause_after_failure(peer).await?;
    }
    let page = sign_in_page(SIGN_IN_PATH, next, Some(SignInError::Refused(error)));
    Ok(html(StatusCode::UNAUTHORIZED, page))
}

/// Ends the session of a browser.
pub(crate) async fn post_sign_out(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let cookie = access_of(&app)?.end_session(&headers);
    Ok(redirect(&format!(".{SIGN_IN_PATH}"), cookie))
}

/// Returns who controls the access; nobody does on an open service, which has no such page.
fn access_of(app: &App) -> Result<&AccessControl, Problem> {
    app.access.as_deref().ok_or_else(|| {
        let detail = "this service asks for no key";
        Problem::new(ErrorCode::NotFound, detail)
    })
}

/// Leads to a path beside the page, which a proxy may serve under a path of its own.
fn redirect(path: &str, cookie: HeaderValue) -> Response {
    let location = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("./"));
    let headers = [(header::LOCATION, location), (header::SET_COOKIE, cookie)];
    (StatusCode::SEE_OTHER, headers).into_response()
}
