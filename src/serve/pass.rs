//! How a request shows who sent it, and how one is asked that shows nothing.

use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::calls::refusal;
use crate::api::{ApiError, ErrorCode, at};

/// A cookie lasts so long; the tokens themselves have no end.
const COOKIE_SECONDS: u64 = 30 * 24 * 3600;

/// How a request shows who sent it.
pub enum Shown<'a> {
    Nothing,
    /// In the URL, as it was printed; it goes into a cookie.
    Link(&'a str),
    Bearer(&'a str),
    Cookie(&'a str),
}

impl<'a> Shown<'a> {
    /// The token, however it is shown.
    pub fn token(&self) -> Option<&'a str> {
        match *self {
            Self::Nothing => None,
            Self::Link(token) | Self::Bearer(token) | Self::Cookie(token) => Some(token),
        }
    }
}

/// The cookie in which a browser keeps its token.
pub struct Cookie {
    name: String,
}

impl Cookie {
    /// That of the server on `port`: those on other ports of one host get each other's.
    pub fn of(port: u16) -> Self {
        Self {
            name: format!("nashboard-{port}"),
        }
    }

    /// What a request shows: the most deliberate first.
    pub fn shown<'a>(&self, request: &'a Parts) -> Shown<'a> {
        // Another scheme is that of a proxy, which has asked for it itself.
        if let Some(value) = request.headers.get(header::AUTHORIZATION)
            && let Some((scheme, token)) = value.to_str().unwrap_or_default().split_once(' ')
            && scheme.eq_ignore_ascii_case("bearer")
        {
            return Shown::Bearer(token.trim());
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
        match cookies.find(|(name, _)| *name == self.name) {
            Some((_, token)) => Shown::Cookie(token),
            None => Shown::Nothing,
        }
    }

    /// Puts the token into a cookie, and sends the browser to the same page without it.
    pub fn remember(&self, token: &str, request: &Parts) -> Response {
        let rest: Vec<&str> = pairs(&request.uri)
            .filter(|pair| !pair.starts_with("token="))
            .collect();
        // With two slashes at its beginning it would be another site.
        let mut place = format!("/{}", request.uri.path().trim_start_matches(['/', '\\']));
        if !rest.is_empty() {
            place = format!("{place}?{}", rest.join("&"));
        }
        let mut answer = Redirect::to(&at(&place)).into_response();
        self.set(&mut answer, request, token, COOKIE_SECONDS);
        answer
    }

    /// Takes the cookie away: one of a token that is no longer known is of no use.
    pub fn forget(&self, answer: &mut Response, request: &Parts) {
        self.set(answer, request, "", 0);
    }

    fn set(&self, answer: &mut Response, request: &Parts, token: &str, seconds: u64) {
        // A proxy says so; whoever forges it has a cookie that their own browser withholds.
        let forwarded = request.headers.get("x-forwarded-proto");
        let secure = match forwarded.is_some_and(|proto| proto == "https") {
            true => "; Secure",
            false => "",
        };
        let cookie = format!(
            "{}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}",
            self.name
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}

/// 401, as a page for people and as JSON for everybody else.
pub fn ask(request: &Parts) -> Response {
    let for_people = request.headers.get(header::ACCEPT).is_some_and(|accept| {
        accept
            .to_str()
            .is_ok_and(|accept| accept.contains("text/html"))
    });
    let why = "This needs a token: open the address that the server printed when it was first \
               started, or send “Authorization: Bearer TOKEN”.";
    let mut answer = match for_people && !request.uri.path().starts_with("/api/") {
        true => {
            // Not a sandbox, as for other answers: the link in it has to be one of our own site,
            // or the browser would keep the cookie back again.
            let policy = (header::CONTENT_SECURITY_POLICY, ASK_POLICY);
            (StatusCode::UNAUTHORIZED, [policy], Html(ASK)).into_response()
        }
        false => refusal(ApiError::new(ErrorCode::Unauthorized, why)).into_response(),
    };
    let bearer = HeaderValue::from_static("Bearer realm=\"nashboard\"");
    answer
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, bearer);
    answer
}

/// What a browser shows that has no token. It holds nothing of the request.
const ASK: &str = "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width\"><title>Nashboard needs a token</title>\
<style>:root{color-scheme:light dark;--ground:#f4f5f7;--text:#1b1f26;--link:#4f56c9}\
@media(prefers-color-scheme:dark){:root{--ground:#101318;--text:#e3e7ed;--link:#9aa0ff}}\
body{display:grid;place-items:center;min-height:100vh;margin:0;background:var(--ground);color:var(--text);\
font:1rem/1.5 system-ui,sans-serif}main{max-width:34rem;padding:1rem}h1{font-size:1.25rem}\
a{color:var(--link)}</style>\
<main><h1>Nashboard needs a token</h1>\
<p>Open the address that the server printed when it was first started: it ends in “?token=…”.</p>\
<p>If you have done so already and came here by a link: <a href=\"\">go on</a>.</p></main></html>\n";

/// The style sheet of the other pages asks for a token too: this page brings the little it needs.
const ASK_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                          form-action 'none'; frame-ancestors 'none'";

/// The parts of a query.
pub fn pairs(uri: &Uri) -> impl Iterator<Item = &str> {
    uri.query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
}
