//! All that can be done or gone to from here, found by typing.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

use super::dialogue::Dialogue;
use super::keys::{Early, printed};
use crate::api;
use crate::run::answers;
use crate::ui::browser;
use crate::ui::sources::address;

/// Entries that are shown; typing more finds the others.
const SHOWN: usize = 12;
/// Runs that are asked for.
const RUNS: u64 = 6;
/// How long a user pauses in typing before runs are looked for.
const PAUSE: Duration = Duration::from_millis(150);

/// What a choice does.
#[derive(Clone, Debug, PartialEq)]
enum Act {
    Command(browser::Command),
    Go(String),
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    name: String,
    /// What kind of thing it is, or which key gives it.
    hint: String,
    enabled: bool,
    act: Act,
}

/// What shows the palette until `close` is called. It begins with what was typed `early`.
#[cfg_attr(feature = "split", leptos::lazy)]
pub(super) async fn palette(close: Callback<()>, early: StoredValue<Early>) -> ViewFn {
    ViewFn::from(move || view! { <Palette close early /> })
}

#[component]
fn Palette(close: Callback<()>, early: StoredValue<Early>) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0usize);
    let field = NodeRef::<Input>::new();
    // Enter that was pressed early waits until something is found, or something else is typed.
    let entered = RwSignal::new(false);
    // The page stands still below: what it offers is gathered once.
    let offered = StoredValue::new(browser::commands().into_iter().map(of_command).collect());
    let data = RwSignal::new(Vec::new());
    // With what they were found by.
    let runs = RwSignal::new((String::new(), Vec::new()));
    let find = move |text: String| {
        spawn_local(async move {
            let asked = (!text.is_empty()).then(|| text.clone());
            // Without an answer the commands are still there.
            let found = api::runs(asked, None, None, None, None, Some(RUNS)).await;
            if query.try_get_untracked().is_some_and(|now| now == text) {
                let found = found.map(|list| list.runs).unwrap_or_default();
                let entries = found.into_iter().map(|run| {
                    let word = format!("Run · {}", run.status.name());
                    going(run.name, word, format!("/runs/{}", run.run_id))
                });
                runs.try_set((text, entries.collect()));
            }
        });
    };
    spawn_local(async move {
        let found = api::data_sources().await.unwrap_or_default();
        let entries = found.into_iter().map(|source| {
            going(
                source.name,
                "Data".into(),
                address(source.id.as_str(), None),
            )
        });
        data.try_set(entries.collect::<Vec<_>>());
    });
    let mut later = debounce(PAUSE, find);
    let entries = Memo::new(move |_| {
        let text = query.get();
        let of = |all: &Vec<Entry>| -> Vec<Entry> {
            let found = all.iter().filter(|entry| answers(&entry.name, &text));
            found.cloned().collect()
        };
        let mut found = offered.with_value(of);
        // The server finds runs by more than their names. Until it answers, those of before are shown as far as
        // they fit: none is gone to that was not asked for.
        runs.with(|(asked, runs)| match *asked == text {
            true => found.extend(runs.iter().cloned()),
            false => found.extend(of(runs)),
        });
        found.extend(data.with(of));
        found.truncate(SHOWN);
        found
    });
    let navigate = StoredValue::new(use_navigate());
    let take = move |at: usize| {
        let Some(entry) = entries.with_untracked(|entries| entries.get(at).cloned()) else {
            return;
        };
        if !entry.enabled {
            return;
        }
        close.run(());
        match entry.act {
            // After the dialogue has given the focus back.
            Act::Command(command) => set_timeout(move || command.give(), Duration::ZERO),
            Act::Go(to) => navigate.with_value(|navigate| navigate(&to, Default::default())),
        }
    };
    let key = move |event: KeyboardEvent| {
        // These keys are still about the word that is being composed.
        if event.is_composing() {
            return;
        }
        let last = entries.with_untracked(Vec::len).saturating_sub(1);
        let here = chosen.get_untracked().min(last);
        match event.key().as_str() {
            "ArrowDown" => chosen.set(if here == last { 0 } else { here + 1 }),
            "ArrowUp" => chosen.set(if here == 0 { last } else { here - 1 }),
            // What answers to it may be on its way.
            "Enter" if entries.with_untracked(Vec::is_empty) => entered.set(true),
            "Enter" => take(here),
            _ => return,
        }
        event.prevent_default();
    };
    let typed = move |event| {
        let text = event_target_value(&event);
        chosen.set(0);
        entered.set(false);
        query.set(text.clone());
        later(text);
    };
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let Early { text, is_entered } = early.get_value();
            query.set(text.clone());
            find(text);
            entered.set(is_entered);
            let _ = field.focus();
        }
    });
    Effect::new(move |_| {
        if entered.get() && entries.with(|entries| !entries.is_empty()) {
            entered.set(false);
            take(0);
        }
    });
    let here = move || chosen.get().min(entries.with(Vec::len).saturating_sub(1));
    let rows = move || {
        let here = here();
        let entries = entries.get().into_iter().enumerate();
        let rows = entries.map(|(at, entry)| {
            view! {
                <li
                    id=format!("palette-{at}")
                    role="option"
                    aria-selected=(at == here).to_string()
                    aria-disabled=(!entry.enabled).to_string()
                    on:click=move |_| take(at)
                >
                    <span>{entry.name}</span>
                    <span class="muted">{entry.hint}</span>
                </li>
            }
            .into_any()
        });
        rows.collect::<Vec<_>>()
    };
    view! {
        <Dialogue label="Commands" close>
            <div class="palette" data-testid="palette">
                <input
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-activedescendant=move || {
                        (!entries.with(Vec::is_empty)).then(|| format!("palette-{}", here()))
                    }
                    aria-label="Search commands, runs and data"
                    placeholder="Search commands, runs and data"
                    autocomplete="off"
                    spellcheck="false"
                    node_ref=field
                    prop:value=query
                    on:input=typed
                    on:keydown=key
                />
                <ul id="palette-list" role="listbox" aria-label="Found">
                    {rows}
                </ul>
                <p class="muted" hidden=move || !entries.with(Vec::is_empty)>
                    "Nothing here has a name like that."
                </p>
            </div>
        </Dialogue>
    }
    .into_any()
}

fn of_command(command: browser::Command) -> Entry {
    let hint = match (command.enabled, &command.key) {
        (false, _) => "not possible now".to_owned(),
        (true, Some(key)) => printed(key),
        (true, None) => String::new(),
    };
    Entry {
        name: command.name.clone(),
        hint,
        enabled: command.enabled,
        act: Act::Command(command),
    }
}

fn going(name: String, hint: String, to: String) -> Entry {
    Entry {
        name,
        hint,
        enabled: true,
        act: Act::Go(to),
    }
}
