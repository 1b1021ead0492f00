//! The clipboard.

use js_sys::Reflect;
use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;

/// Puts `text` into the clipboard; whether the browser has let it in. A page that did not
/// come over HTTPS or from this machine has no clipboard.
pub async fn copy(text: String) -> bool {
    let navigator = window().navigator();
    let has = Reflect::get(&navigator, &"clipboard".into());
    if !has.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(&text))
        .await
        .is_ok()
}
