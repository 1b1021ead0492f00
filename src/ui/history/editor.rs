//! The fields in which a run gets its name, tags and notes.

use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Desk, refresh_sight};
use crate::api;
use crate::run::RunRow;

/// The fields of the run that is being edited; nothing where none is.
#[component]
pub fn Editor(desk: Desk) -> impl IntoView {
    move || desk.edited.get().map(|row| view! { <Fields desk row /> })
}

#[component]
fn Fields(desk: Desk, row: RunRow) -> impl IntoView {
    let name = RwSignal::new(row.name.clone());
    let tags = RwSignal::new(row.tags.join(", "));
    let notes = RwSignal::new(row.notes.clone());
    let first = NodeRef::<Input>::new();
    Effect::new(move |_| {
        if let Some(field) = first.get() {
            // A field that cannot have the focus is still there to be clicked.
            let _ = field.focus();
            field.select();
        }
    });
    let close = move || desk.edited.set(None);
    let id = row.run_id.to_string();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let id = id.clone();
        desk.message.set(None);
        let tags = tags.get_untracked().split(',').map(str::to_owned).collect();
        let (name, notes) = (name.get_untracked(), notes.get_untracked());
        spawn_local(async move {
            match api::edit_run(id, Some(name), Some(tags), Some(notes)).await {
                Ok(row) => {
                    desk.shelf.try_update(|shelf| shelf.replace(&row));
                    desk.edited.try_set(None);
                    refresh_sight(desk);
                }
                Err(error) => drop(desk.message.try_set(Some(error.to_string()))),
            }
        });
    };
    let title = format!("Edit {}", row.name);
    view! {
        <form
            class="panel editor"
            data-testid="editor"
            aria-label=title
            on:submit=save
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    close();
                }
            }
        >
            <label for="edit-name">"Name"</label>
            <input
                id="edit-name"
                node_ref=first
                type="text"
                required
                maxlength="200"
                autocomplete="off"
                prop:value=name
                on:input=move |event| name.set(event_target_value(&event))
            />
            <label for="edit-tags">"Tags"</label>
            <input
                id="edit-tags"
                type="text"
                placeholder="with commas between"
                autocomplete="off"
                prop:value=tags
                on:input=move |event| tags.set(event_target_value(&event))
            />
            <label for="edit-notes">"Notes"</label>
            <textarea
                id="edit-notes"
                rows="3"
                maxlength="20000"
                prop:value=notes
                on:input=move |event| notes.set(event_target_value(&event))
            ></textarea>
            <div class="buttons">
                <button type="submit" class="button primary">
                    "Save"
                </button>
                <button type="button" class="button" on:click=move |_| close()>
                    "Cancel"
                </button>
            </div>
        </form>
    }
    .into_any()
}
