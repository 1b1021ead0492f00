//! The sign of the page's tab.

use leptos::prelude::document;

use crate::api::at;

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
        None => at(USUAL),
    };
    let _ = link.set_attribute("href", &address);
}
