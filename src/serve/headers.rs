//! The headers that tell a browser what it may do with an answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use leptos::nonce::use_nonce;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// Headers of every answer.
const ALWAYS: [(HeaderName, &str); 6] = [
    // What we call text is never guessed to be a page or a script.
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Addresses hold ids of runs, which other sites need not know.
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// What an answer may do that is no page of ours, opened on its own: nothing. A browser
/// shows pictures with a style of its own.
const NOTHING: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// Completes `headers` of an answer to a request for `path`.
pub fn complete(path: &str, headers: &mut HeaderMap) {
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(NOTHING));
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let cache = match path.starts_with("/api/") || path.starts_with("/events") {
        true => "no-store",
        false if is_page => "private, no-cache",
        // Styles and scripts are the same for everybody, but the parts of one build fit no other.
        false => "no-cache",
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
}

/// The policy of a page whose inline scripts bear `nonce`.
///
/// Attributes of style are allowed, since bars and lists are laid out by numbers that the
/// server knows; a style sheet is not, and neither is a script in any attribute.
fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'{reload}; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'",
        // While the program is being worked on, the page listens for a newer build.
        reload = match std::env::var_os("LEPTOS_WATCH") {
            Some(_) => " ws:",
            None => "",
        }
    )
}

/// Allows the page that is being rendered its own scripts, and nobody else's.
pub fn allow_own_scripts() {
    let (Some(nonce), Some(answer)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    if let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce.to_string())) {
        answer.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_runs_no_script_but_ours() {
        let policy = page_policy("abc");
        let scripts = policy
            .split(';')
            .find(|part| part.trim().starts_with("script-src"))
            .unwrap();
        assert!(scripts.contains("'nonce-abc'"), "{scripts}");
        for loose in ["'unsafe-inline'", "'unsafe-eval'", "*", "http:", "data:"] {
            assert!(!scripts.contains(loose), "{scripts}");
        }
        assert!(policy.starts_with("default-src 'none'"));
    }

    #[test]
    fn every_answer_is_completed_and_calls_are_not_kept() {
        for (path, kind, kept) in [
            ("/api/runs", "application/json", "no-store"),
            ("/events", "text/event-stream", "no-store"),
            ("/runs", "text/html; charset=utf-8", "private, no-cache"),
            ("/pkg/nashboard.js", "text/javascript", "no-cache"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            complete(path, &mut headers);
            let cache = headers.get(header::CACHE_CONTROL);
            assert_eq!(cache.unwrap().to_str().unwrap(), kept, "{path}");
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(headers[header::CONTENT_SECURITY_POLICY], NOTHING);
        }
    }
}
