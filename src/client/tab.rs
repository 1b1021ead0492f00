//! The sign of the page's tab, drawn anew as a run goes on, and the page's address.

use leptos::prelude::{document, window};
use wasm_bindgen::JsValue;

/// The sign of a page that shows no run.
const USUAL: &str = "/favicon.svg";

/// Shows the SVG `picture` at the tab; `None` shows the usual sign.
pub fn set_icon(picture: Option<&str>) {
    let Ok(Some(link)) = document().query_selector("link[rel=icon]") else {
        return;
    };
    let address = match picture {
        Some(svg) => {
            let svg: String = js_sys::encode_uri_component(svg).into();
            format!("data:image/svg+xml,{svg}")
        }
        None => USUAL.to_owned(),
    };
    let _ = link.set_attribute("href", &address);
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
