//! The theme that the viewer chose, as the browser keeps it; `public/theme.js` sets it
//! on the next load before anything is painted.

use leptos::prelude::document;

use super::memory::{forget, keep, recall};

const KEY: &str = "theme";

/// The theme kept; `None` where the system decides, or the browser keeps nothing.
pub fn stored_theme() -> Option<String> {
    recall(KEY)
}

/// Shows `theme`, `light` or `dark`, from now on. A browser that keeps nothing forgets it with the page.
pub fn set_theme(theme: &str) {
    keep(KEY, theme);
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", theme);
    }
}

/// Lets the system decide again.
pub fn forget_theme() {
    forget(KEY);
    if let Some(root) = document().document_element() {
        let _ = root.remove_attribute("data-theme");
    }
}
