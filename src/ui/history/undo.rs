//! The bar that takes a deletion back, for as long as somebody may want it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Desk, refresh_sight};
use crate::api;
use crate::run::RunRow;
use crate::ui::icon::{Icon, Sign};

/// Says what was deleted last, until it is taken back or put away.
#[component]
pub fn Undo(desk: Desk) -> impl IntoView {
    let restore = move |row: RunRow| {
        desk.busy.update(|busy| {
            busy.insert(row.run_id.clone());
        });
        spawn_local(async move {
            let answer = api::restore_run(row.run_id.to_string()).await;
            desk.busy.try_update(|busy| busy.remove(&row.run_id));
            match answer {
                Ok(_) => {
                    desk.deleted.try_set(None);
                    refresh_sight(desk);
                }
                Err(error) => drop(desk.message.try_set(Some(error.to_string()))),
            }
        });
    };
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
                        on:click=move |_| restore(row.clone())
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
