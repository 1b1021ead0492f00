//! Where page and calls live on their host: at its root, or below a path that a proxy puts before them.
//!
//! In the program an address begins at our own root, as a route does. What a browser is to ask for goes through
//! [`at`]; a way that the router goes does not, since that knows its base.

use std::sync::OnceLock;

/// Without a slash at its end; empty at the root of the host.
static ROOT: OnceLock<String> = OnceLock::new();

/// Says what stands before each address, once, before the first of them is asked for.
pub fn live_below(root: &str) {
    // Who says it again says the same.
    let _ = ROOT.set(root.to_owned());
}

/// What stands before each address.
pub fn root() -> &'static str {
    ROOT.get().map_or("", String::as_str)
}

/// Our `address`, which begins with a slash, as a browser has to ask for it.
pub fn at(address: &str) -> String {
    format!("{}{address}", root())
}

/// What is left of `address` below `root`; `None` where it does not lie there.
pub fn rest_below<'a>(address: &'a str, root: &str) -> Option<&'a str> {
    let rest = address.strip_prefix(root)?;
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
}

/// What stands before each route where the router sees it: nothing on the server, which takes it away before.
pub fn base() -> &'static str {
    if cfg!(feature = "ssr") { "" } else { root() }
}

/// Takes over where the server says that it lives. Whoever came past the proxy is at the root all the same.
#[cfg(feature = "hydrate")]
pub fn find_root() {
    use leptos::prelude::{document, window};
    let said = document()
        .document_element()
        .and_then(|html| html.get_attribute("data-root"));
    let path = window().location().pathname().unwrap_or_default();
    if let Some(root) = said.filter(|root| rest_below(&path, root).is_some()) {
        live_below(&root);
        leptos::server_fn::client::set_server_url(self::root());
    }
}
