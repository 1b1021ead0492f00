//! The form for the run that is being edited, and what becomes of its row.

use leptos::prelude::*;

use super::{Desk, refresh_sight};
use crate::event::RunId;
use crate::ui::focus::focus;
use crate::ui::run_editor::{Edited, RunEditor};

/// The form; nothing where no run is edited.
#[component]
pub fn Editor(desk: Desk) -> impl IntoView {
    move || {
        desk.edited.get().map(|row| {
            let id = row.run_id.clone();
            let close = Callback::new(move |changed| {
                if let Some(row) = changed {
                    desk.shelf.update(|shelf| shelf.replace(&row));
                    refresh_sight(desk);
                }
                desk.edited.set(None);
                focus(opener(&id));
            });
            let run = Edited {
                id: row.run_id,
                name: row.name,
                tags: row.tags,
                notes: row.notes,
            };
            view! { <RunEditor run close /> }
        })
    }
}

/// The id of the button that opens the form for a run.
pub fn opener(id: &RunId) -> String {
    format!("edit-{id}")
}
