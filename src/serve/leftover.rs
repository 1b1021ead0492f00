//! What a client still sends when it has its answer already: taken in and thrown away, up to a bound.
//!
//! Many clients read nothing before they have sent all. Where a refusal cut the connection under them, they would see that
//! alone, and never why.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{Stream, StreamExt};
use tokio::time::timeout;

use crate::server::Limits;

/// Bytes that are thrown away of one request: as many as an upload may have where nothing else is configured.
const MOST: usize = 1 << 30;

/// Lets the rest of a body be thrown away when whoever answers the request reads no more of it.
pub async fn take_in(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let request = request.map(|body| match body.is_end_stream() {
        true => body,
        false => Body::from_stream(Whole {
            body: Some(body.into_data_stream()),
            patience: limits.body_time(),
        }),
    });
    next.run(request).await
}

/// A body that is read to its end, if not by who has it.
struct Whole {
    /// `None` behind its end.
    body: Option<BodyDataStream>,
    patience: Duration,
}

impl Stream for Whole {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let piece = body.poll_next_unpin(context);
        if matches!(piece, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        piece
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        let patience = self.patience;
        if let (Some(body), Ok(runtime)) = (self.body.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(throw_away(body, patience));
        }
    }
}

async fn throw_away(mut body: BodyDataStream, patience: Duration) {
    let mut left = MOST;
    // A client that pauses for longer than it may is not waited for, as by anybody who reads.
    while let Ok(Some(Ok(piece))) = timeout(patience, body.next()).await {
        match left.checked_sub(piece.len()) {
            Some(rest) => left = rest,
            None => break,
        }
    }
}
