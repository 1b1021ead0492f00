//! Keeps other sites out: a dashboard that starts processes must not be steered by a web
//! page that happens to be open in the same browser.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, Uri, header};

/// Which requests are ours, for a server that listens on a loopback address.
#[derive(Clone, Debug)]
pub struct Guard {
    port: u16,
}

/// A guard for a server on `address`.
///
/// # Errors
/// Where `address` can be reached from other machines, which nothing protects yet.
pub fn guard(address: SocketAddr) -> Result<Guard, String> {
    if !address.ip().is_loopback() {
        return Err(format!(
            "{address} can be reached from other machines, and whoever reaches Nashboard can start \
             processes; listen on 127.0.0.1 and forward the port (ssh -L) instead"
        ));
    }
    Ok(Guard {
        port: address.port(),
    })
}

impl Guard {
    /// Whether a request with these headers is meant for us and comes from our own page,
    /// or a sentence that says why not.
    ///
    /// A foreign Host is DNS rebinding: a site whose name was pointed at this machine. A
    /// foreign Origin is another site's script or form. Tools other than browsers send no
    /// Origin, and pass.
    pub fn check(&self, headers: &HeaderMap, uri: &Uri) -> Result<(), String> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().unwrap_or_default(),
            (None, None) => uri.authority().map_or("", |authority| authority.as_str()),
            _ => "",
        };
        if !self.is_ours(host) {
            return Err("The Host of this request is not this machine.".into());
        }
        for origin in headers.get_all(header::ORIGIN) {
            let origin = origin.to_str().unwrap_or_default();
            if !origin
                .strip_prefix("http://")
                .is_some_and(|host| self.is_ours(host))
            {
                return Err("This request comes from another site.".into());
            }
        }
        Ok(())
    }

    /// Whether `host` (with its port) names this machine's loopback and our port.
    fn is_ours(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        let address = name
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        let is_loopback = address.is_ok_and(|address| address.is_loopback());
        port == Some(self.port) && (is_loopback || name.eq_ignore_ascii_case("localhost"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn verdict(host: &str, origin: Option<&str>) -> bool {
        let guard = guard("127.0.0.1:3000".parse().unwrap()).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        guard.check(&headers, &Uri::from_static("/")).is_ok()
    }

    #[test]
    fn our_own_names_pass() {
        for host in [
            "127.0.0.1:3000",
            "localhost:3000",
            "LOCALHOST:3000",
            "[::1]:3000",
        ] {
            assert!(verdict(host, None), "{host}");
            assert!(verdict(host, Some(&format!("http://{host}"))), "{host}");
        }
    }

    #[test]
    fn foreign_names_do_not() {
        for host in [
            "evil.example:3000",
            "127.0.0.1.evil.example:3000",
            "127.0.0.1:3001",
            "localhost",
            "10.0.0.1:3000",
            "",
        ] {
            assert!(!verdict(host, None), "{host}");
            assert!(
                !verdict("localhost:3000", Some(&format!("http://{host}"))),
                "{host}"
            );
        }
        for origin in [
            "null",
            "https://localhost:3000",
            "http://localhost:3000.evil",
            "",
        ] {
            assert!(!verdict("localhost:3000", Some(origin)), "{origin}");
        }
    }

    #[test]
    fn other_machines_are_not_let_in() {
        assert!(guard("0.0.0.0:3000".parse().unwrap()).is_err());
        assert!(guard("[::1]:3000".parse().unwrap()).is_ok());
    }
}
