//! A list that lies over the page while it is open, and goes when one looks elsewhere.

use leptos::html::Details;
use leptos::prelude::*;
use leptos::web_sys::wasm_bindgen::JsCast;
use leptos::web_sys::{FocusEvent, KeyboardEvent, Node};

use super::focus::focus;

/// The menu behind a button that says `words`; scripts or not, it opens and closes.
#[component]
pub fn Menu(
    /// The id of what opens it.
    id: &'static str,
    words: &'static str,
    /// What tests call it by.
    test: &'static str,
    /// Whether it is open.
    #[prop(optional)]
    open: RwSignal<bool>,
    children: Children,
) -> impl IntoView {
    let menu = NodeRef::<Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let left = move |event: FocusEvent| {
        let next = event.related_target();
        let next = next.and_then(|target| target.dyn_into::<Node>().ok());
        if let Some(menu) = menu.get_untracked()
            && !menu.contains(next.as_ref())
        {
            close();
        }
    };
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            close();
            focus(id);
        }
    };
    let turned = move |_| {
        if let Some(menu) = menu.get_untracked() {
            open.set(menu.open());
        }
    };
    view! {
        <details
            class="menu"
            node_ref=menu
            on:focusout=left
            on:keydown=pressed
            on:toggle=turned
            data-testid=test
        >
            <summary class="button" id=id>
                {words}
            </summary>
            <div class="entries" tabindex="-1">
                {children()}
            </div>
        </details>
    }
    .into_any()
}
