//! Where the focus goes when what had it has gone.

use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use leptos::web_sys::wasm_bindgen::JsCast;

/// Puts the focus on the element with that id where it is nowhere: what had it has gone.
pub fn focus_if_lost(id: &'static str) {
    request_animation_frame(move || {
        let here = document()
            .active_element()
            .map(|element| element.tag_name());
        if here.is_none_or(|name| name == "BODY") {
            focus(id);
        }
    });
}

/// Puts the focus on the element with that id, once what is being rendered is there.
pub fn focus(id: impl Into<String>) {
    let id = id.into();
    request_animation_frame(move || {
        let element = document().get_element_by_id(&id);
        if let Some(Ok(element)) = element.map(JsCast::dyn_into::<HtmlElement>) {
            // One that cannot have it is still there to be clicked.
            let _ = element.focus();
        }
    });
}
