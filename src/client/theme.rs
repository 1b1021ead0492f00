//! The theme that the viewer chose, as the browser keeps it; `public/theme.js` sets it
//! on the next load before anything is painted.

use leptos::prelude::{document, window};
use web_sys::Storage;

const KEY: &str = "theme";

/// The theme kept; `None` where the system decides, or the browser keeps nothing.
pub fn stored_theme() -> Option<String> {
    storage()?.get_item(KEY).ok()?
}

/// Shows `theme`, `light` or `dark`, from now on. A browser that keeps nothing forgets it with the page.
pub fn set_theme(theme: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(KEY, theme);
    }
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", theme);
    }
}

/// Lets the system decide again.
pub fn forget_theme() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(KEY);
    }
    if let Some(root) = document().document_element() {
        let _ = root.remove_attribute("data-theme");
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}
