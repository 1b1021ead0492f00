//! The head of the page: the run's name, how it stands, and what people say of it.

use leptos::html::Button;
use leptos::prelude::*;

use super::Page;
use crate::run::{RunDetail, RunRow};
use crate::ui::Hydrated;
use crate::ui::cards::status_word;
use crate::ui::icon::{Icon, Sign};
use crate::ui::run_editor::{Edited, RunEditor};
use crate::ui::viewer::barred;

/// Why an active run cannot be edited.
const ACTIVE: &str = "Name, tags and notes can be changed once the run has ended.";

/// The head, with the form for what can be changed.
#[component]
pub fn Head(page: Page) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let editing = RwSignal::new(false);
    let opener = NodeRef::<Button>::new();
    let barred = barred();
    let reason = move || barred.or(page.status.get().is_active().then_some(ACTIVE));
    let tags = move || {
        let tags = page.detail.with(|detail| detail.manifest.tags.clone());
        let tags: Vec<_> = tags
            .into_iter()
            .map(|tag| view! { <li>{tag}</li> })
            .collect();
        (!tags.is_empty()).then(|| {
            view! {
                <ul class="tags" aria-label="Tags" data-testid="tags">
                    {tags}
                </ul>
            }
        })
    };
    let notes = move || {
        let notes = page.detail.with(|detail| detail.manifest.notes.clone());
        (!notes.is_empty()).then(|| {
            view! {
                <p class="notes" data-testid="notes">
                    {notes}
                </p>
            }
        })
    };
    // Who has closed the form by a key goes on where it was opened.
    let close = Callback::new(move |changed: Option<RunRow>| {
        if let Some(row) = changed {
            page.detail.update(|detail| {
                let manifest = &mut detail.manifest;
                (manifest.name, manifest.tags, manifest.notes) = (row.name, row.tags, row.notes);
            });
        }
        editing.set(false);
        if let Some(opener) = opener.get_untracked() {
            // Fails only where the button has gone meanwhile.
            let _ = opener.focus();
        }
    });
    view! {
        <div class="run-head">
            <div class="title">
                <h1 data-testid="run-name">{move || page.name()}</h1>
                <span class="pill" data-state=move || page.status.get().name() data-testid="run-status">
                    {move || view! { <Icon sign=Sign::of(page.status.get()) /> }}
                    {move || status_word(page.status.get())}
                </span>
                <button
                    type="button"
                    class="button"
                    node_ref=opener
                    data-testid="edit"
                    data-command="Rename, tag, note"
                    title=reason
                    aria-describedby="edit-reason"
                    aria-expanded=move || editing.get().to_string()
                    disabled=move || !hydrated.get() || reason().is_some()
                    on:click=move |_| editing.update(|editing| *editing = !*editing)
                >
                    <Icon sign=Sign::Edit />
                    "Rename, tag, note"
                </button>
                <span id="edit-reason" class="muted">
                    {reason}
                </span>
            </div>
            {tags}
            {notes}
            {move || {
                editing.get().then(|| view! { <RunEditor run=page.detail.with_untracked(edited) close /> })
            }}
        </div>
    }
    .into_any()
}

/// The run as it is before it is edited.
fn edited(detail: &RunDetail) -> Edited {
    Edited {
        id: detail.run_id.clone(),
        name: detail.manifest.name.clone(),
        tags: detail.manifest.tags.clone(),
        notes: detail.manifest.notes.clone(),
    }
}
