//! The connections: so many at once, none that dawdles, until the server ends.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::patient::Patient;
use crate::server::{Limits, Place, Places};

/// Who sent a request: the address at the other end of its connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Headers of one request: browsers send about twenty.
const HEADERS_MOST: usize = 100;
/// The buffer of a connection; at most twice as much is read ahead or waits to be written.
const BUFFER: usize = 64 * 1024;
/// How long to wait where a connection cannot be taken, as where no file can be opened.
const AGAIN: Duration = Duration::from_millis(200);

/// Serves `router` until `ended`, and then until every answer is at its end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &Limits,
    ended: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(limits.connections as usize));
    let of_one = Places::new(limits.connections_per_client);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = ended.cancelled() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(AGAIN).await;
                continue;
            }
        };
        let peer = Peer(peer.ip());
        // One client never has all of them.
        let Some(own_place) = of_one.take(peer.0) else {
            turn_away(
                stream,
                "connections_per_client",
                limits.connections_per_client,
            )
            .await;
            continue;
        };
        match Arc::clone(&places).try_acquire_owned() {
            Ok(place) => {
                let connection = Connection {
                    stream,
                    peer,
                    router: router.clone(),
                    ended: ended.clone(),
                    _places: (place, own_place),
                };
                tokio::spawn(connection.serve(limits.clone()));
            }
            Err(_) => turn_away(stream, "connections", limits.connections as usize).await,
        }
    }
    // All places are free when the last connection is over.
    let _ = places.acquire_many(limits.connections).await;
}

/// One client's connection.
struct Connection {
    stream: TcpStream,
    peer: Peer,
    router: Router,
    ended: CancellationToken,
    _places: (OwnedSemaphorePermit, Place),
}

impl Connection {
    async fn serve(self, limits: Limits) {
        // An event is small, and must not wait for the next.
        let _ = self.stream.set_nodelay(true);
        let io = TokioIo::new(Patient::new(self.stream, limits.unread_time()));
        let (router, peer) = (self.router, self.peer);
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            router.clone().call(request)
        });
        let mut connection = std::pin::pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(limits.header_time())
                .max_headers(HEADERS_MOST)
                .max_header_size(limits.header_bytes)
                .max_buf_size(BUFFER.max(limits.header_bytes))
                .serve_connection(io, service)
        );
        let over = tokio::select! {
            over = connection.as_mut() => over,
            () = self.ended.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = over {
            tracing::debug!(%error, "a connection broke off");
        }
    }
}

/// Says that there is no room. Whoever does not take so short an answer at once goes without.
async fn turn_away(mut stream: TcpStream, limit: &str, most: usize) {
    let told = format!(
        "{{\"error\":{{\"code\":\"too_many\",\"message\":\"As many connections are open as may be \
         ({most}, “{limit}” in [limits] of Leptos.toml); try again in a moment.\"}}}}"
    );
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nRetry-After: 1\r\nConnection: close\r\n\r\n{told}",
        told.len()
    );
    let _ = stream.try_write(answer.as_bytes());
    let _ = stream.shutdown().await;
}
