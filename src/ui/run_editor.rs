//! The form for what people say of a run: its name, tags and notes.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::Input;
use leptos::prelude::*;

use super::message::Message;
use crate::api::EditRun;
use crate::event::RunId;
use crate::run::RunRow;

/// A run as it is before it is edited.
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    pub id: RunId,
    pub name: String,
    pub tags: Vec<String>,
    pub notes: String,
}

/// The form. `close` is called with the changed run when that is saved, and with nothing when its user has thought
/// better of it.
#[component]
pub fn RunEditor(run: Edited, close: Callback<Option<RunRow>>) -> impl IntoView {
    let title = format!("Edit {}", run.name);
    let name = RwSignal::new(run.name);
    let tags = RwSignal::new(run.tags.join(", "));
    let notes = RwSignal::new(run.notes);
    let message = RwSignal::new(None);
    let edit = ServerAction::<EditRun>::new();
    let saving = edit.pending();
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        message.set(None);
        edit.dispatch(EditRun {
            run_id: run.id.to_string(),
            name: Some(name.get_untracked().trim().to_owned()),
            tags: Some(tags.with_untracked(|text| parted(text))),
            notes: Some(notes.get_untracked()),
        });
    };
    Effect::new(move |_| match edit.value().get() {
        Some(Ok(row)) => close.run(Some(row)),
        Some(Err(error)) => message.set(Some(error.to_string())),
        None => {}
    });
    let first = NodeRef::<Input>::new();
    Effect::new(move |_| {
        if let Some(first) = first.get() {
            // Fails only where the field has gone meanwhile.
            let _ = first.focus();
            first.select();
        }
    });
    let pressed = move |event: KeyboardEvent| {
        // While a word is being composed, it takes back that alone.
        if event.key() == "Escape" && !event.is_composing() {
            close.run(None);
        }
    };
    view! {
        <form
            class="panel editor"
            data-testid="editor"
            aria-label=title
            on:submit=save
            on:keydown=pressed
        >
            <div class="field">
                <label for="edit-name">"Name"</label>
                <input
                    id="edit-name"
                    type="text"
                    required
                    maxlength="200"
                    autocomplete="off"
                    node_ref=first
                    prop:value=name
                    on:input=move |event| name.set(event_target_value(&event))
                />
            </div>
            <div class="field">
                <label for="edit-tags">"Tags"</label>
                <input
                    id="edit-tags"
                    type="text"
                    autocomplete="off"
                    aria-describedby="edit-tags-help"
                    prop:value=tags
                    on:input=move |event| tags.set(event_target_value(&event))
                />
                <small id="edit-tags-help">"With commas between."</small>
            </div>
            <div class="field">
                <label for="edit-notes">"Notes"</label>
                <textarea
                    id="edit-notes"
                    rows="4"
                    maxlength="20000"
                    prop:value=notes
                    on:input=move |event| notes.set(event_target_value(&event))
                ></textarea>
            </div>
            <Message text=message />
            <div class="buttons">
                <button type="submit" class="button primary" data-testid="save" disabled=saving>
                    {move || if saving.get() { "Saving…" } else { "Save" }}
                </button>
                <button type="button" class="button" on:click=move |_| close.run(None)>
                    "Cancel"
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// The tags that `text` names, each once.
fn parted(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',').map(str::trim) {
        if !tag.is_empty() && !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_parted_by_commas() {
        assert_eq!(parted(" good, two words ,,good,"), ["good", "two words"]);
        assert!(parted(" , ").is_empty());
    }
}
