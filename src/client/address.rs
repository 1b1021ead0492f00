//! The address of the page: read, and written without loading anything.

use leptos::prelude::window;
use wasm_bindgen::JsValue;

/// The address of the page as the browser shows it.
pub fn page_address() -> Option<String> {
    window().location().href().ok()
}

/// What the page's address says behind its `?`.
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// Writes `address`, a path with what follows, in the place of the page's own; nothing is loaded.
pub fn rewrite_address(address: &str) {
    if let Ok(history) = window().history() {
        // The router's own notes on the entry stay.
        let state = history.state().unwrap_or(JsValue::NULL);
        let _ = history.replace_state_with_url(&state, "", Some(address));
    }
}

/// The page's path with its query and its place.
pub fn path_and_place() -> (String, String) {
    let location = window().location();
    (
        location.pathname().unwrap_or_default(),
        location.hash().unwrap_or_default(),
    )
}
