//! The routes of the event streams.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::response::sse::{KeepAlive, Sse};

use super::query::Asked;
use super::{Site, calls};
use crate::api::{ApiError, ErrorCode};
use crate::event::Channel;
use crate::server::{Feed, FeedQuery};

/// A comment is sent after so long a silence, so that nobody on the way hangs up.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

type Refusal = (StatusCode, Json<ApiError>);

/// `/events`: all channels, or those that the URL names.
pub async fn all(
    State(site): State<Site>,
    Asked(query): Asked<FeedQuery>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    stream(site, None, query, headers).await
}

/// `/events/training` and its like: one channel.
pub async fn one(
    State(site): State<Site>,
    Path(name): Path<String>,
    Asked(query): Asked<FeedQuery>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let channel = Channel::named(&name).ok_or_else(|| {
        calls::refusal(ApiError::new(
            ErrorCode::NotFound,
            "There is no such channel; there are training, progress and logs.",
        ))
    })?;
    stream(site, Some(channel), query, headers).await
}

async fn stream(
    site: Site,
    channel: Option<Channel>,
    query: FeedQuery,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    // The browser's own memory of the stream; what is no number is no event of ours.
    let last_seen = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.trim().parse().ok());
    let open = move || Feed::open(site.server, channel, &query, last_seen, site.ended);
    let feed = tokio::task::spawn_blocking(open)
        .await
        .map_err(|error| calls::refusal(ApiError::new(ErrorCode::Internal, error.to_string())))?
        .map_err(|error| calls::refusal(error.into()))?;
    Ok(Sse::new(feed.into_stream()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}
