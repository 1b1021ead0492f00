//! The picture that the server renders: there before any script runs, and where none does.

use leptos::prelude::*;

use super::Picture;

/// A still picture, until the canvas before it is painted.
#[component]
pub fn Still(picture: Picture) -> impl IntoView {
    #[cfg(feature = "ssr")]
    let still = {
        let query = leptos_router::hooks::use_query_map();
        // What else an address asks for is known to the browser alone.
        let whole = query.with_untracked(|query| {
            super::link::NAMES
                .iter()
                .all(|name| query.get(name).is_none())
        });
        let still = untrack(|| picture.with(crate::plot::still));
        still.flatten().filter(|_| whole).unwrap_or_default()
    };
    // The browser leaves it as it is.
    #[cfg(not(feature = "ssr"))]
    let still = {
        let _ = picture;
        String::new()
    };
    view! { <div class="still" aria-hidden="true" inner_html=still></div> }.into_any()
}
