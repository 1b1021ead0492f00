//! Nashboard trains GANs and shows the training live in a browser.
//!
//! The floors of this crate, from the words at the bottom to the page at the top, are
//! described in `docs/architecture.md`; the gates between server and browser stand here
//! and nowhere else.

// The type of a page is as deep as its tree of elements.
#![recursion_limit = "256"]

pub mod api;
pub mod data;
pub mod event;
pub mod plot;
pub mod run;
pub mod ui;

#[cfg(feature = "hydrate")]
pub mod client;

#[cfg(feature = "ssr")]
pub mod reader;
#[cfg(feature = "ssr")]
pub mod recorder;
#[cfg(feature = "ssr")]
pub mod serve;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod trainer;

/// Takes over the server's HTML in the browser.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    api::find_root();
    leptos::mount::hydrate_lazy(ui::App);
}
