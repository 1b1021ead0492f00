//! Gives the viewer files that the page itself has made.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Saves `text` as a file called `name` of the MIME type `kind`.
pub fn save_text(name: &str, kind: &str, text: &str) {
    let saved = || -> Result<(), JsValue> {
        let parts = js_sys::Array::of1(&JsValue::from_str(text));
        let options = BlobPropertyBag::new();
        options.set_type(kind);
        let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        save(name, &url)?;
        Url::revoke_object_url(&url)
    };
    if let Err(error) = saved() {
        leptos::logging::error!("{name} could not be saved: {error:?}");
    }
}

/// Saves what is at `url` as a file called `name`.
pub(super) fn save(name: &str, url: &str) -> Result<(), JsValue> {
    let link: HtmlAnchorElement = document().create_element("a")?.dyn_into()?;
    link.set_href(url);
    // A slash would begin a folder.
    link.set_download(&name.replace(['/', '\\'], "-"));
    link.click();
    Ok(())
}
