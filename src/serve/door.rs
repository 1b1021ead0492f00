//! The door: every request passes it, and every answer leaves by it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::calls::refusal;
use super::headers;
use super::listen::Peer;
use super::pass::{self, Cookie, Shown};
use crate::api::{ApiError, ErrorCode};
use crate::server::{Access, Allowance, Clients, Config, Guard, Patience, Role, Stranger};

/// Client addresses that are remembered.
const REMEMBERED: usize = 1024;

/// What decides on a request before anything is read of its body.
pub struct Door {
    guard: Guard,
    /// Where other machines reach the server.
    access: Option<Access>,
    cookie: Cookie,
    wrong: Clients<Patience>,
    costly: Clients<Allowance>,
    costly_per_second: u32,
}

/// Looks at a request, and completes the answer.
pub async fn open(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let (mut parts, body) = request.into_parts();
    let mut answer = match door.admit(&parts, Instant::now()) {
        Ok(role) => {
            // The page shows a viewer no control that would be refused.
            if let Some(role) = role {
                parts.extensions.insert(role);
            }
            next.run(Request::from_parts(parts, body)).await
        }
        Err(answer) => *answer,
    };
    headers::complete(&path, answer.headers_mut());
    answer
}

type Admission<T> = Result<T, Box<Response>>;

impl Door {
    /// The door of a server on `address`.
    pub fn new(address: SocketAddr, config: &Config, access: Option<Access>) -> Self {
        Self {
            guard: Guard::new(address, &config.access.hosts),
            access,
            cookie: Cookie::of(address.port()),
            wrong: Clients::new(REMEMBERED),
            costly: Clients::new(REMEMBERED),
            costly_per_second: config.limits.costly_per_second,
        }
    }

    /// Whether a request may pass, and whose it is where that is asked.
    fn admit(&self, request: &Parts, now: Instant) -> Admission<Option<Role>> {
        self.guard.check(request).map_err(turned_back)?;
        // Whether the server is alive is no secret.
        if request.uri.path() == "/healthz" {
            return Ok(None);
        }
        let role = match &self.access {
            Some(access) => Some(self.identify(access, request, now)?),
            None => None,
        };
        self.spare(request, now).map(|()| role)
    }

    /// Finds out whose request it is, and whether they may.
    fn identify(&self, access: &Access, request: &Parts, now: Instant) -> Admission<Role> {
        let shown = self.cookie.shown(request);
        let role = shown.token().and_then(|token| access.role(token));
        let peer = peer(request);
        match (role, shown) {
            (Some(_), Shown::Link(token)) if request.method == Method::GET => {
                self.wrong.forget(peer);
                Err(Box::new(self.cookie.remember(token, request)))
            }
            (Some(Role::Viewer), _) if changes_something(request) => Err(refused(
                ErrorCode::Forbidden,
                "This token is one for looking: it starts, stops and changes nothing.",
            )),
            (Some(role), _) => Ok(role),
            (None, Shown::Nothing) => Err(Box::new(pass::ask(request))),
            (None, shown) => match self.wrong.with(peer, now, |patience| patience.wrong(now)) {
                Ok(()) => {
                    tracing::warn!(%peer, "a token is not known");
                    let mut answer = pass::ask(request);
                    if matches!(shown, Shown::Cookie(_)) {
                        self.cookie.forget(&mut answer, request);
                    }
                    Err(Box::new(answer))
                }
                Err(wait) => Err(later(
                    "Too many wrong tokens came from this address; wait before you send another.",
                    wait,
                )),
            },
        }
    }

    /// Bounds how often one client asks for what costs much.
    fn spare(&self, request: &Parts, now: Instant) -> Admission<()> {
        if !is_costly(&request.uri) {
            return Ok(());
        }
        let rate = f64::from(self.costly_per_second);
        let taken = self
            .costly
            .with(peer(request), now, |left| left.take(rate, now));
        taken.map_err(|wait| {
            later(
                "This address asks for more than the server can spare (“costly_per_second” in \
                 [limits] of Leptos.toml); ask again in a moment.",
                wait,
            )
        })
    }
}

/// Whether a viewer is to be kept from it. What is tried out at `/reading` is sent by POST for its length, and kept nowhere.
fn changes_something(request: &Parts) -> bool {
    request.method == Method::POST && request.uri.path() != "/api/read_lines"
}

/// Whether an answer reads a whole file, starts a process or computes for long.
fn is_costly(uri: &Uri) -> bool {
    match uri.path() {
        "/api/preview_csv"
        | "/api/sample_view"
        | "/api/compare"
        | "/api/synthetic_rows"
        | "/api/start_training"
        | "/api/upload_csv"
        | "/api/read_lines"
        | "/api/export"
        | "/api/log_file"
        | "/api/series"
        | "/compare" => true,
        // A search reads all of it.
        "/api/log" => names(uri, "query"),
        // The page with a preview in it.
        "/" => names(uri, "source"),
        // The page of a run with a sample laid beside its data.
        path if path.starts_with("/runs/") => names(uri, "sample"),
        _ => false,
    }
}

/// Whether the address has a pair with that key, however it is written. One that cannot be read may hold it.
fn names(uri: &Uri, key: &str) -> bool {
    Query::<Vec<(String, String)>>::try_from_uri(uri).map_or(true, |Query(pairs)| {
        pairs.iter().any(|(name, _)| name == key)
    })
}

/// Where a request came from. One that came by no connection is a test's.
fn peer(request: &Parts) -> std::net::IpAddr {
    let unknown = std::net::Ipv4Addr::UNSPECIFIED.into();
    request
        .extensions
        .get::<Peer>()
        .map_or(unknown, |Peer(address)| *address)
}

/// The answer to a request that is none of ours.
fn turned_back(stranger: Stranger) -> Box<Response> {
    match stranger {
        Stranger::Foreign(why) => refused(ErrorCode::Forbidden, why),
        Stranger::Form(why) => refused(ErrorCode::Unsupported, why),
        Stranger::Method => {
            let mut answer = refused(
                ErrorCode::NotAllowed,
                "Pages and what is read take GET; what changes something takes POST below /api/.",
            );
            let allowed = HeaderValue::from_static("GET, HEAD, POST");
            answer.headers_mut().insert(header::ALLOW, allowed);
            answer
        }
    }
}

fn refused(code: ErrorCode, why: &str) -> Box<Response> {
    Box::new(refusal(ApiError::new(code, why)).into_response())
}

fn later(why: &str, wait: Duration) -> Box<Response> {
    let mut answer = refused(ErrorCode::TooMany, why);
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    answer
        .headers_mut()
        .insert(header::RETRY_AFTER, seconds.into());
    answer
}

#[cfg(test)]
mod tests;
