//! The bar that takes a deletion back, for as long as somebody may want it.

use leptos::prelude::*;

use super::{Desk, restore};
use crate::ui::icon::{Icon, Sign};

/// Says what was deleted last, until it is taken back or put away.
#[component]
pub fn Undo(desk: Desk) -> impl IntoView {
    move || {
        desk.deleted.get().map(|row| {
            let (name, id) = (row.name.clone(), row.run_id.clone());
            let busy = move || desk.busy.with(|busy| busy.contains(&id));
            view! {
                <div class="undo" role="status" data-testid="undo">
                    <span>"Deleted " <strong>{name}</strong></span>
                    <button
                        type="button"
                        class="button"
                        disabled=busy
                        on:click=move |_| restore(desk, row.run_id.clone())
                    >
                        "Undo"
                    </button>
                    <button
                        type="button"
                        class="plain"
                        aria-label="Dismiss"
                        on:click=move |_| desk.deleted.set(None)
                    >
                        <Icon sign=Sign::Close />
                    </button>
                </div>
            }
        })
    }
}
