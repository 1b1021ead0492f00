//! Keeps what answers a request apart from the page that is being rendered on the same thread.
//!
//! While leptos renders a page, that one's owner stays the current one of the thread, between two polls too. Whatever else is
//! asked for there meanwhile would become a part of the page: a file would be sent with the page's headers, which the page
//! then lacks, and a call would lose its context as soon as the page is done.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use leptos::prelude::Owner;
use leptos::reactive::computed::ScopedFuture;

/// How the paths of pages begin. A page has an owner of its own, at the root.
const PAGES: [&str; 4] = ["", "compare", "reading", "runs"];

/// Lets a request for anything but a page be answered under an owner of its own.
pub async fn apart(request: Request, next: Next) -> Response {
    if is_page(request.uri().path()) {
        return next.run(request).await;
    }
    let before = Owner::current();
    let owner = Owner::new_root(None);
    match before {
        // It is made the current one, whose place is that of the page.
        Some(page) => page.set(),
        None => owner.clone().unset(),
    }
    owner
        .with(|| ScopedFuture::new_untracked(next.run(request)))
        .await
}

fn is_page(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next();
    first.is_some_and(|first| PAGES.contains(&first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::App;
    use leptos_axum::generate_route_list;

    #[test]
    fn every_page_is_known_as_one() {
        for route in generate_route_list(App) {
            let path = route.path().to_owned();
            assert!(is_page(&path), "{path}");
        }
        for path in ["/pkg/nashboard.css", "/api/runs", "/favicon.svg", "/events"] {
            assert!(!is_page(path), "{path}");
        }
    }
}
