//! Keeps other sites out: a dashboard that starts processes must not be steered by a web
//! page that happens to be open in the same browser.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};

/// Which requests are ours, for a server that listens on one address.
#[derive(Clone, Debug)]
pub struct Guard {
    port: u16,
    /// Nobody but this machine reaches the address.
    loopback: bool,
    /// Further names, as they stand in the address bar of a browser.
    hosts: Arc<[String]>,
}

/// Why a request is none of ours, said for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// It is meant for another host, or comes from another site.
    Foreign(&'static str),
    /// No route takes this method.
    Method,
    /// Its body has a form that any site can send.
    Form(&'static str),
}

use Stranger::{Foreign, Form};

/// The one path that takes a form with a file in it.
const UPLOAD: &str = "/api/upload_csv";

impl Guard {
    /// A guard for a server on `address` that is also reached under `hosts`.
    pub fn new(address: SocketAddr, hosts: &[String]) -> Self {
        Self {
            port: address.port(),
            loopback: address.ip().is_loopback(),
            hosts: hosts.iter().map(|host| host.to_lowercase()).collect(),
        }
    }

    /// Whether other machines may reach the server, so that it has to ask who they are. A
    /// further name tells of a proxy, whose clients may be anywhere.
    pub fn is_open(&self) -> bool {
        !self.loopback || !self.hosts.is_empty()
    }

    /// Whether a request is meant for us and comes from our own page or from a tool.
    ///
    /// A foreign Host is DNS rebinding: a site whose name was pointed at this machine. A
    /// foreign Origin is another site's script or form, and so is what a browser marks as
    /// sent by another site. Tools other than browsers send neither mark, and pass.
    ///
    /// # Errors
    /// Where it is not, and why.
    pub fn check(&self, request: &Parts) -> Result<(), Stranger> {
        let headers = &request.headers;
        let host = self.host(request)?;
        for origin in headers.get_all(header::ORIGIN) {
            if !self.is_own_origin(origin.to_str().unwrap_or_default(), &host) {
                return Err(Foreign("This request comes from another site."));
            }
        }
        check_site(request)?;
        let path = request.uri.path();
        match request.method {
            Method::GET | Method::HEAD => Ok(()),
            Method::POST if path == UPLOAD => match media_type(headers) {
                Some("multipart/form-data") => Ok(()),
                _ => Err(Form("Send the file as multipart/form-data.")),
            },
            // A site may send a form or plain text anywhere without being asked, but no JSON.
            Method::POST if path.starts_with("/api/") => match media_type(headers) {
                Some("application/json") => Ok(()),
                _ => Err(Form(
                    "A call takes JSON: send it with “Content-Type: application/json”.",
                )),
            },
            _ => Err(Stranger::Method),
        }
    }

    /// The Host of a request, which must be one of ours in every place that states it.
    fn host(&self, request: &Parts) -> Result<String, Stranger> {
        let refusal = Foreign(
            "The Host of this request is not this server; a further name is allowed by “hosts” \
             in [access] of Leptos.toml.",
        );
        let mut stated = request.headers.get_all(header::HOST).iter();
        let header = match (stated.next(), stated.next()) {
            (Some(host), None) => Some(host.to_str().map_err(|_| refusal)?),
            (None, _) => None,
            _ => return Err(refusal),
        };
        let in_line = request.uri.authority().map(|host| host.as_str());
        let mut hosts = [header, in_line].into_iter().flatten();
        let host = header.or(in_line).ok_or(refusal)?;
        match hosts.all(|host| self.is_ours(host)) {
            true => Ok(host.to_lowercase()),
            false => Err(refusal),
        }
    }

    /// Whether `host` (with its port) names this server.
    ///
    /// On an address of the network every number is ours: a rebound name is a name.
    fn is_ours(&self, host: &str) -> bool {
        if self.is_listed(host) {
            return true;
        }
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        let address = name
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        let is_number = address.is_ok_and(|address| !self.loopback || address.is_loopback());
        port == Some(self.port) && (is_number || name.eq_ignore_ascii_case("localhost"))
    }

    /// Whether the configuration names `host`; a name without a port stands for the usual
    /// ports and for our own.
    fn is_listed(&self, host: &str) -> bool {
        let host = host.to_lowercase();
        self.hosts.iter().any(|listed| {
            host == *listed
                || (!has_port(listed) && host.strip_prefix(listed) == Some(&self.port_part()))
        })
    }

    fn port_part(&self) -> String {
        format!(":{}", self.port)
    }

    /// Whether `origin` is the page that `host` serves. Only a proxy makes it one of HTTPS.
    fn is_own_origin(&self, origin: &str, host: &str) -> bool {
        match origin.split_once("://") {
            Some(("http", from)) => from.eq_ignore_ascii_case(host) || self.is_listed(from),
            Some(("https", from)) => self.is_listed(from),
            _ => false,
        }
    }
}

/// Refuses what the browser says another site sent, except a link to a page.
fn check_site(request: &Parts) -> Result<(), Stranger> {
    let said = |name: &str| {
        let value = request.headers.get(name)?;
        Some(value.to_str().unwrap_or_default())
    };
    match said("sec-fetch-site") {
        None | Some("same-origin" | "none") => return Ok(()),
        _ => {}
    }
    let path = request.uri.path();
    let is_page = !path.starts_with("/api") && !path.starts_with("/events");
    let is_link = said("sec-fetch-mode") == Some("navigate")
        && said("sec-fetch-dest") == Some("document")
        && request.method == Method::GET;
    match is_page && is_link {
        true => Ok(()),
        false => Err(Foreign("This request was sent by another site.")),
    }
}

/// The Content-Type without its parameters, where there is exactly one.
fn media_type(headers: &HeaderMap) -> Option<&str> {
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(kind), None) = (kinds.next(), kinds.next()) else {
        return None;
    };
    let kind = kind.to_str().ok()?.split(';').next()?.trim();
    ["application/json", "multipart/form-data"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(kind))
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':')
        .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
