//! The form of calls and their answers: one error form, one status for each kind of error.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use crate::api::{ApiError, ErrorCode};
use crate::server::Limits;

/// The header by which a server function marks its answer as an error.
const ERROR_MARK: &str = "serverfnerror";
/// Bytes of an error, which is a sentence or two.
const ERROR_MOST: usize = 1 << 20;

/// Bounds the body of a call, lets an empty one stand for `{}`, and gives errors their
/// status: a server function knows the kind of its error, but not HTTP.
pub async fn shape(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let mut request = request;
    if request.method() == Method::HEAD {
        // Answered like GET, of which it gets the head alone; a server function knows its own method only.
        *request.method_mut() = Method::GET;
    }
    let request = match bounded(request, &limits).await {
        Ok(request) => request,
        Err(error) => return refusal(error).into_response(),
    };
    let response = next.run(request).await;
    if !response.headers().contains_key(ERROR_MARK) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, ERROR_MOST).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(error) = serde_json::from_slice::<ApiError>(&bytes) {
        parts.status = status(&error);
        let json = HeaderValue::from_static("application/json");
        parts.headers.insert(header::CONTENT_TYPE, json);
    }
    Response::from_parts(parts, Body::from(bytes))
}

async fn bounded(request: Request, limits: &Limits) -> Result<Request, ApiError> {
    if request.method() != Method::POST {
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    let most = limits.body_bytes;
    // A call's body is so small that all of it may take no longer than a pause.
    let bytes = timeout(limits.body_time(), to_bytes(body, most))
        .await
        .map_err(|_| too_slow(limits))?
        .map_err(|_| {
            ApiError::new(
                ErrorCode::TooLarge,
                format!("The body of a call may have at most {most} bytes."),
            )
        })?;
    if !bytes.is_empty() {
        return Ok(Request::from_parts(parts, Body::from(bytes)));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Request::from_parts(parts, Body::from("{}")))
}

/// What a client is told that stops in the middle of a body.
pub fn too_slow(limits: &Limits) -> ApiError {
    ApiError::new(
        ErrorCode::TooSlow,
        format!(
            "Nothing came for {} s in the middle of the request: send it again.",
            limits.body_seconds
        ),
    )
}

/// A path below `/api/` that is none of ours.
pub async fn unknown() -> impl IntoResponse {
    refusal(ApiError::new(ErrorCode::NotFound, "There is no such call."))
}

/// A call that is asked for by another method than its own.
pub async fn wrong_method() -> impl IntoResponse {
    refusal(ApiError::new(
        ErrorCode::NotAllowed,
        "This call is made by another method: what tells something by GET, what does something by POST.",
    ))
}

/// `error` as an answer.
pub fn refusal(error: ApiError) -> (StatusCode, Json<ApiError>) {
    (status(&error), Json(error))
}

fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
