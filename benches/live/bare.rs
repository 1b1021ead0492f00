//! The server that others are measured against: it hands each line of a child to every client, and does nothing else.
//!
//! No storing, no reading, no limits, no order beyond that of the channel: what is left is the cost of axum.

use std::convert::Infallible;
use std::io::Write;

use axum::Router;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use axum::serve::ListenerExt;
use futures_util::stream::unfold;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::broadcast::{self, Sender, error::RecvError};

/// Events that a client may be behind. As many as a flood has, so that none is lost there.
const BEHIND: usize = 1 << 17;

#[derive(Clone)]
struct Bare {
    events: Sender<Event>,
    child: Vec<String>,
}

/// Serves on a free port, which it prints; the child's arguments follow.
pub fn run(child: &[String]) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let flood = child.iter().any(|word| word == "flood");
    let bare = Bare {
        events: broadcast::channel(if flood { BEHIND } else { 1024 }).0,
        child: child.to_vec(),
    };
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        println!("Ready: http://{address}");
        std::io::stdout().flush().expect("a reader");
        let router = Router::new()
            .route("/healthz", get(|| async { "ok\n" }))
            .route("/start", get(start))
            .route("/events/logs", get(events))
            .with_state(bare);
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        axum::serve(listener, router).await.expect("served");
    });
}

async fn start(State(bare): State<Bare>) -> &'static str {
    let mut child = tokio::process::Command::new(std::env::current_exe().expect("a program"))
        .arg("child")
        .args(&bare.child)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("a child");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    tokio::spawn(async move {
        let mut number = 0_u64;
        while let Ok(Some(message)) = lines.next_line().await {
            number += 1;
            let event = serde_json::json!({
                "type": "log_entry",
                "run_id": "20250824-181433-a1b2",
                "data": {"line": number, "stream": "stdout", "level": "info", "message": message},
                "timestamp": "2025-08-24T18:14:33.734935Z",
            });
            let event = Event::default()
                .id(number.to_string())
                .data(event.to_string());
            let _ = bare.events.send(event);
        }
        let _ = child.wait().await;
    });
    "started\n"
}

async fn events(
    State(bare): State<Bare>,
) -> Sse<impl futures_util::Stream<Item = Result<Event, Infallible>>> {
    let stream = unfold(bare.events.subscribe(), |mut events| async {
        loop {
            match events.recv().await {
                Ok(event) => return Some((Ok(event), events)),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
