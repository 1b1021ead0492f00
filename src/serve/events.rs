//! The routes of the event streams.

use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use futures_util::StreamExt;

use super::Site;
use super::calls::{Refusal, blocking, refusal};
use super::listen::Peer;
use super::query::Asked;
use crate::api::{ApiError, ErrorCode};
use crate::event::Channel;
use crate::server::{Feed, FeedQuery};

/// `/events`: all channels, or those that the URL names.
pub async fn all(
    State(site): State<Site>,
    Asked(query): Asked<FeedQuery>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    stream(site, None, query, peer, headers).await
}

/// `/events/training` and its like: one channel.
pub async fn one(
    State(site): State<Site>,
    Path(name): Path<String>,
    Asked(query): Asked<FeedQuery>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let channel = Channel::named(&name).ok_or_else(|| {
        refusal(ApiError::new(
            ErrorCode::NotFound,
            "There is no such channel; there are training, progress and logs.",
        ))
    })?;
    stream(site, Some(channel), query, peer, headers).await
}

async fn stream(
    site: Site,
    channel: Option<Channel>,
    query: FeedQuery,
    Peer(address): Peer,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let place = site.streams.take(address).ok_or_else(|| {
        refusal(ApiError::new(
            ErrorCode::TooMany,
            format!(
                "This address has {} event streams open already; close one, or raise \
                 “streams_per_client” in [limits] of Leptos.toml.",
                site.limits.streams_per_client
            ),
        ))
    })?;
    // The browser's own memory of the stream; what is no number is no event of ours.
    let last_seen = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.trim().parse().ok());
    let open = move || Feed::open(site.server, channel, &query, last_seen);
    let feed = blocking(open).await?;
    // The place is free again when the stream is dropped, however it ends.
    let stream = feed.into_stream().inspect(move |_| {
        let _ = &place;
    });
    let form = [(header::CONTENT_TYPE, "text/event-stream")];
    Ok((form, Body::from_stream(stream)))
}
