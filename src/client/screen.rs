//! Lets a part of the page fill the screen.

use leptos::prelude::document;
use web_sys::Element;

/// Lets the nearest `of` around `inside` fill the screen, or takes it back. Where the browser
/// refuses, nothing changes, which the viewer sees.
pub fn turn_full_screen(inside: &Element, of: &str) {
    if document().fullscreen_element().is_some() {
        document().exit_fullscreen();
    } else if let Ok(Some(part)) = inside.closest(of) {
        let _ = part.request_fullscreen();
    }
}
