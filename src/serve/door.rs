//! The door: every request passes it, and every answer leaves by it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::calls::refusal;
use super::headers;
use super::listen::Peer;
use crate::api::{ApiError, ErrorCode};
use crate::server::{Access, Allowance, Clients, Config, Guard, Patience, Role, Stranger};

/// Client addresses that are remembered.
const REMEMBERED: usize = 1024;
/// A cookie lasts so long; the tokens themselves have no end.
const COOKIE_SECONDS: u64 = 30 * 24 * 3600;

/// What decides on a request before anything is read of its body.
pub struct Door {
    guard: Guard,
    /// Where other machines reach the server.
    access: Option<Access>,
    cookie: String,
    wrong: Clients<Patience>,
    costly: Clients<Allowance>,
    costly_per_second: u32,
}

/// Looks at a request, and completes the answer.
pub async fn open(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let (parts, body) = request.into_parts();
    let mut answer = match door.admit(&parts, Instant::now()) {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(answer) => *answer,
    };
    headers::complete(&path, answer.headers_mut());
    answer
}

/// How a request shows who sent it.
enum Shown<'a> {
    Nothing,
    /// In the URL, as it was printed; it goes into a cookie.
    Link(&'a str),
    Bearer(&'a str),
    Cookie(&'a str),
}

type Admission<T> = Result<T, Box<Response>>;

impl Door {
    /// The door of a server on `address`.
    pub fn new(address: SocketAddr, config: &Config, access: Option<Access>) -> Self {
        Self {
            guard: Guard::new(address, &config.access.hosts),
            access,
            // Servers on other ports of one host get each other's cookies.
            cookie: format!("nashboard-{}", address.port()),
            wrong: Clients::new(REMEMBERED),
            costly: Clients::new(REMEMBERED),
            costly_per_second: config.limits.costly_per_second,
        }
    }

    fn admit(&self, request: &Parts, now: Instant) -> Admission<()> {
        self.guard.check(request).map_err(|stranger| {
            let (code, why) = match stranger {
                Stranger::Foreign(why) => (ErrorCode::Forbidden, why),
                Stranger::Form(why) => (ErrorCode::Unsupported, why),
                Stranger::Method => (
                    ErrorCode::NotAllowed,
                    "Pages and what is read take GET; what changes something takes POST below /api/.",
                ),
            };
            refused(code, why)
        })?;
        // Whether the server is alive is no secret.
        if request.uri.path() == "/healthz" {
            return Ok(());
        }
        if let Some(access) = &self.access {
            self.identify(access, request, now)?;
        }
        self.spare(request, now)
    }

    /// Finds out whose request it is, and whether they may.
    fn identify(&self, access: &Access, request: &Parts, now: Instant) -> Admission<()> {
        let shown = self.shown(request);
        let role = match shown {
            Shown::Nothing => None,
            Shown::Link(token) | Shown::Bearer(token) | Shown::Cookie(token) => access.role(token),
        };
        let peer = peer(request);
        match (role, shown) {
            (Some(_), Shown::Link(token)) if request.method == Method::GET => {
                self.wrong.forget(peer);
                Err(Box::new(self.remember(token, request)))
            }
            (Some(Role::Viewer), _) if request.method == Method::POST => Err(refused(
                ErrorCode::Forbidden,
                "This token is one for looking: it starts, stops and changes nothing.",
            )),
            (Some(_), _) => Ok(()),
            (None, Shown::Nothing) => Err(self.stranger(request)),
            (None, shown) => match self.wrong.with(peer, now, |patience| patience.wrong(now)) {
                // A cookie of a token that is no longer valid is worth forgetting.
                Ok(()) if matches!(shown, Shown::Cookie(_)) => {
                    let mut answer = self.stranger(request);
                    self.set_cookie(&mut answer, request, "", 0);
                    Err(answer)
                }
                Ok(()) => Err(self.stranger(request)),
                Err(wait) => Err(later(
                    "Too many wrong tokens came from this address; wait before you send another.",
                    wait,
                )),
            },
        }
    }

    /// What a request shows: the most deliberate first.
    fn shown<'a>(&self, request: &'a Parts) -> Shown<'a> {
        if let Some(value) = request.headers.get(header::AUTHORIZATION) {
            let value = value.to_str().unwrap_or_default();
            let (scheme, token) = value.split_once(' ').unwrap_or_default();
            return match scheme.eq_ignore_ascii_case("bearer") {
                true => Shown::Bearer(token.trim()),
                false => Shown::Nothing,
            };
        }
        if let Some(token) = pairs(&request.uri).find_map(|pair| pair.strip_prefix("token=")) {
            return Shown::Link(token);
        }
        let cookies = request.headers.get_all(header::COOKIE);
        let mut cookies = cookies
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='));
        match cookies.find(|(name, _)| *name == self.cookie) {
            Some((_, token)) => Shown::Cookie(token),
            None => Shown::Nothing,
        }
    }

    /// Puts the token into a cookie, and sends the browser to the same page without it.
    fn remember(&self, token: &str, request: &Parts) -> Response {
        let rest: Vec<&str> = pairs(&request.uri)
            .filter(|pair| !pair.starts_with("token="))
            .collect();
        // With two slashes at its beginning it would be another site.
        let mut place = format!("/{}", request.uri.path().trim_start_matches(['/', '\\']));
        if !rest.is_empty() {
            place = format!("{place}?{}", rest.join("&"));
        }
        let mut answer = axum::response::Redirect::to(&place).into_response();
        self.set_cookie(&mut answer, request, token, COOKIE_SECONDS);
        answer
    }

    fn set_cookie(&self, answer: &mut Response, request: &Parts, token: &str, seconds: u64) {
        // A proxy says so; whoever forges it has a cookie that their own browser withholds.
        let forwarded = request.headers.get("x-forwarded-proto");
        let secure = match forwarded.is_some_and(|proto| proto == "https") {
            true => "; Secure",
            false => "",
        };
        let cookie = format!(
            "{}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}",
            self.cookie
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }

    /// 401, as a page for people and as JSON for everybody else.
    fn stranger(&self, request: &Parts) -> Box<Response> {
        let for_people = request.headers.get(header::ACCEPT).is_some_and(|accept| {
            accept
                .to_str()
                .is_ok_and(|accept| accept.contains("text/html"))
        });
        let why = "This needs a token: open the address that the server printed when it was first \
                   started, or send “Authorization: Bearer TOKEN”.";
        let mut answer = match for_people && !request.uri.path().starts_with("/api/") {
            true => (axum::http::StatusCode::UNAUTHORIZED, Html(ASK)).into_response(),
            false => refusal(ApiError::new(ErrorCode::Unauthorized, why)).into_response(),
        };
        let bearer = HeaderValue::from_static("Bearer realm=\"nashboard\"");
        answer
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, bearer);
        Box::new(answer)
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

/// What a browser shows that has no token. It holds nothing of the request.
const ASK: &str = "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width\"><title>Nashboard needs a token</title>\
<h1>Nashboard needs a token</h1>\
<p>Open the address that the server printed when it was first started: it ends in “?token=…”.</p>\
<p>If you have done so already and came here by a link: <a href=\"\">go on</a>.</p></html>\n";

/// Whether an answer reads a whole file, starts a process or computes for long.
fn is_costly(uri: &Uri) -> bool {
    match uri.path() {
        "/api/preview_csv"
        | "/api/compare"
        | "/api/synthetic_rows"
        | "/api/start_training"
        | "/api/export"
        | "/api/log_file"
        | "/compare" => true,
        // The page with a preview in it.
        "/" => pairs(uri).any(|pair| pair.starts_with("source=")),
        _ => false,
    }
}

fn pairs(uri: &Uri) -> impl Iterator<Item = &str> {
    uri.query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
}

/// Where a request came from. One that came by no connection is a test's.
fn peer(request: &Parts) -> std::net::IpAddr {
    let unknown = std::net::Ipv4Addr::UNSPECIFIED.into();
    request
        .extensions
        .get::<Peer>()
        .map_or(unknown, |Peer(address)| *address)
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
