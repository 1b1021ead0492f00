//! Files that the server keeps, fetched as text.

use gloo_net::http::Request;

use crate::api::{ApiError, ErrorCode};

/// The text of what is at `url`, a path of this server. What is not UTF-8 is shown as well as can be.
pub async fn fetch_text(url: String) -> Result<String, ApiError> {
    let unreachable = |_| {
        ApiError::new(
            ErrorCode::Unreachable,
            "The server does not answer; is it still running?",
        )
    };
    let answer = Request::get(&url).send().await.map_err(unreachable)?;
    if answer.ok() {
        return answer.text().await.map_err(unreachable);
    }
    let status = answer.status();
    let told = answer.json::<ApiError>().await;
    Err(told.unwrap_or_else(|_| {
        let what = format!("The file was refused with status {status}; reload the page.");
        ApiError::new(ErrorCode::Internal, what)
    }))
}
