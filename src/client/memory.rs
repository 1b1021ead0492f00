//! What the browser keeps of this page from one visit to the next.

use leptos::prelude::window;
use web_sys::Storage;

/// What is kept under `key`; `None` where nothing is, or the browser keeps nothing.
pub fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps `text` under `key`. A browser that keeps nothing forgets it with the page.
pub fn keep(key: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, text);
    }
}

/// Keeps nothing under `key` any more.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}
