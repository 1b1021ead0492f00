//! What an address shows that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use super::icon::Logo;
use crate::api::at;

/// The page for an unknown address; the server answers it with 404.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text="Not found · Nashboard" />
        <main class="notice">
            <Logo />
            <h1>"There is nothing at this address"</h1>
            <p>"The address may be mistyped, or what it led to was deleted."</p>
            <a class="button primary" href=at("/")>
                "Go to the latest run"
            </a>
        </main>
    }
}
