//! What lies over the page until it is closed.

use leptos::html::Dialog;
use leptos::prelude::*;

/// A dialogue over the page, which the browser keeps the focus in. Escape, and a click beside it, close it.
#[component]
pub(super) fn Dialogue(
    label: &'static str,
    close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let dialogue = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialogue) = dialogue.get() {
            // Fails only for one that is open already.
            let _ = dialogue.show_modal();
        }
    });
    // Closing gives the focus back to what had it before; taking the element away does not.
    on_cleanup(move || {
        if let Some(Some(dialogue)) = dialogue.try_get_untracked() {
            dialogue.close();
        }
    });
    let beside = move |event: leptos::ev::MouseEvent| {
        // What is inside covers the dialogue: it is hit itself only by a click on its rim or beside it.
        if event.target() == event.current_target() {
            close.run(());
        }
    };
    view! {
        <dialog
            class="over"
            aria-label=label
            node_ref=dialogue
            // It may be told when it is closed already.
            on:close=move |_| _ = close.try_run(())
            on:click=beside
        >
            {children()}
        </dialog>
    }
    .into_any()
}
