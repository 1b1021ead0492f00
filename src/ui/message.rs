//! An error, said in place, that can be put away.

use leptos::prelude::*;

use super::icon::{Icon, Sign};

/// Shows `text` where there is one. Emptying it is what putting it away means.
#[component]
pub fn Message(text: RwSignal<Option<String>>) -> impl IntoView {
    view! {
        <Show when=move || text.with(Option::is_some)>
            <div class="message" role="alert" data-testid="message">
                <Icon sign=Sign::Warning />
                <p>{move || text.get()}</p>
                <button
                    type="button"
                    class="plain"
                    aria-label="Dismiss"
                    on:click=move |_| text.set(None)
                >
                    <Icon sign=Sign::Close />
                </button>
            </div>
        </Show>
    }
}

/// An error in the place of what could not be loaded.
#[component]
pub fn Failure(text: String) -> impl IntoView {
    view! {
        <div class="message" role="alert" data-testid="message">
            <Icon sign=Sign::Warning />
            <p>{text}</p>
        </div>
    }
}
