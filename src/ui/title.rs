//! The title of a page, which changes with what the page shows.

use leptos::prelude::*;

use super::samples::markup::escaped;

/// `text` as a title takes it. The server works it out at once: leptos_meta asks for titles after the rest is rendered, when the
/// signals of the page may be gone already. And it escapes it: leptos_meta writes it into the markup as it is.
pub fn title(text: impl Fn() -> String + Send + Sync + 'static) -> TextProp {
    if cfg!(feature = "ssr") {
        escaped(&untrack(text)).into()
    } else {
        text.into()
    }
}
