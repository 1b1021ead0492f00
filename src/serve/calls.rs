//! The form of calls and their answers: one error form, one status for each kind of error.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
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
    let mut answer = Response::from_parts(parts, Body::from(bytes));
    tell_when_to_ask_again(&mut answer);
    answer
}

async fn bounded(request: Request, limits: &Limits) -> Result<Request, ApiError> {
    if request.method() != Method::POST {
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    let most = limits.body_bytes;
    let too_large = || {
        ApiError::new(
            ErrorCode::TooLarge,
            format!("The body of a call may have at most {most} bytes."),
        )
    };
    // What says that it is too large is not waited for.
    if stated_length(&parts.headers) > most as u64 {
        return Err(too_large());
    }
    // A call's body is so small that all of it may take no longer than a pause.
    let bytes = timeout(limits.body_time(), to_bytes(body, most))
        .await
        .map_err(|_| {
            let most = limits.body_seconds;
            ApiError::new(
                ErrorCode::TooSlow,
                format!("The body of a call may take {most} s, and this one takes longer: send it again."),
            )
        })?
        .map_err(|_| too_large())?;
    if !bytes.is_empty() {
        return Ok(Request::from_parts(parts, Body::from(bytes)));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Request::from_parts(parts, Body::from("{}")))
}

/// How long a body is to be, where its sender says so.
fn stated_length(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or_default()
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

/// An error as an answer.
#[derive(Debug)]
pub struct Refusal(ApiError);

/// `error` as an answer.
pub fn refusal(error: impl Into<ApiError>) -> Refusal {
    Refusal(error.into())
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut answer = (status(&self.0), Json(self.0)).into_response();
        tell_when_to_ask_again(&mut answer);
        answer
    }
}

/// What is too much now may be none in a second.
fn tell_when_to_ask_again(answer: &mut Response) {
    if answer.status() == StatusCode::TOO_MANY_REQUESTS {
        let headers = answer.headers_mut();
        headers
            .entry(header::RETRY_AFTER)
            .or_insert(HeaderValue::from_static("1"));
    }
}

/// What `work` gives on a thread that may block: disks and databases wait there.
pub async fn blocking<T: Send + 'static, E: Into<ApiError> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| refusal(ApiError::new(ErrorCode::Internal, error.to_string())))?
        .map_err(refusal)
}

fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_may_be_asked_for_again_soon() {
        let answer = |code| refusal(ApiError::new(code, "no")).into_response();
        let later = answer(ErrorCode::TooMany);
        assert_eq!(later.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(later.headers()[header::RETRY_AFTER], "1");
        assert!(
            !answer(ErrorCode::Invalid)
                .headers()
                .contains_key(header::RETRY_AFTER)
        );
    }
}
