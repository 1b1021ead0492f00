//! The path that a proxy puts before ours, taken away before a request finds its route.
//!
//! A proxy may pass it on or take it away itself; both are served alike.

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::middleware::{self, Next};

use crate::api::rest_below;

/// `router`, whose routes are also found below `root`.
pub fn below(root: &str, router: Router) -> Router {
    if root.is_empty() {
        return router;
    }
    let root = root.to_owned();
    let take_away = move |mut request: Request, next: Next| {
        if let Some(uri) = without(request.uri(), &root) {
            *request.uri_mut() = uri;
        }
        next.run(request)
    };
    // Around it, since what is laid upon a router comes after its choice of a route.
    Router::new()
        .fallback_service(router)
        .layer(middleware::from_fn(take_away))
}

/// `uri` without `root` before its path; `None` where that is not below it.
fn without(uri: &Uri, root: &str) -> Option<Uri> {
    let rest = rest_below(uri.path_and_query()?.as_str(), root)?;
    let rest = match rest.starts_with('/') {
        true => rest.to_owned(),
        false => format!("/{rest}"),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(rest).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_path_is_taken_away() {
        let without =
            |text: &str| without(&text.parse().unwrap(), "/gan").map(|uri| uri.to_string());
        assert_eq!(without("/gan/runs?a=b").as_deref(), Some("/runs?a=b"));
        assert_eq!(without("/gan").as_deref(), Some("/"));
        assert_eq!(without("/gan?run=1").as_deref(), Some("/?run=1"));
        assert_eq!(without("/gan//runs").as_deref(), Some("//runs"));
        assert_eq!(without("/gander"), None);
        assert_eq!(without("/runs/gan/"), None);
        assert_eq!(
            without("http://lab:3000/gan/x").as_deref(),
            Some("http://lab:3000/x")
        );
    }
}
