//! Another run for the comparison: searched among all that there are.

use std::time::Duration;

use leptos::html::Input;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Desk;
use crate::api::{self, ApiError, at};
use crate::run::RunRow;
use crate::ui::Hydrated;
use crate::ui::cards::status_word;
use crate::ui::menu::Menu;
use crate::ui::time::Moment;

/// Runs that are compared at most.
const MOST: usize = 20;
/// Runs that are offered; a longer search finds the others.
const OFFERED: usize = 8;
/// How long a user pauses in typing before runs are looked for.
const PAUSE: Duration = Duration::from_millis(150);

/// The menu, its entries links to the comparison with one run more.
#[component]
pub fn Adding(desk: Desk, ids: Memo<String>) -> impl IntoView {
    let open = RwSignal::new(false);
    let is_full = Memo::new(move |_| desk.runs.with(|runs| runs.len() >= MOST));
    view! {
        <Show
            when=move || !is_full.get()
            fallback=|| {
                view! {
                    <button
                        type="button"
                        class="button"
                        disabled
                        title="As many runs as can be are compared; remove one to add another"
                    >
                        "Add a run"
                    </button>
                }
            }
        >
            <Menu id="compare-add" words="Add a run" test="add-run" open>
                <Search desk ids open />
            </Menu>
        </Show>
    }
    .into_any()
}

/// The search, and what it finds.
#[component]
fn Search(desk: Desk, ids: Memo<String>, open: RwSignal<bool>) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let query = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Result<Vec<RunRow>, ApiError>>);
    let field = NodeRef::<Input>::new();
    let find = move |text: String| {
        spawn_local(async move {
            let asked = Some(text.clone()).filter(|text| !text.trim().is_empty());
            // As many more as may be in the comparison already.
            let most = Some((MOST + OFFERED) as u64);
            let answer = api::runs(asked, None, None, None, None, most).await;
            if query.try_get_untracked() == Some(text) {
                found.try_set(Some(answer.map(|list| list.runs)));
            }
        });
    };
    Effect::new(move |_| {
        if open.get() {
            find(query.get_untracked());
            if let Some(field) = field.get_untracked() {
                let _ = field.focus();
            }
        }
    });
    let mut later = debounce(PAUSE, find);
    let typed = move |event| {
        query.set(event_target_value(&event));
        later(query.get_untracked());
    };
    let rows = move || {
        let ids = ids.get();
        let words = |text: String| view! { <p class="muted">{text}</p> }.into_any();
        let offered = match found.get() {
            None => return words("Looking for runs…".into()),
            Some(Err(error)) => return words(error.to_string()),
            Some(Ok(runs)) => {
                let is_new =
                    |run: &RunRow| !ids.split(',').any(|id| id.trim() == run.run_id.as_str());
                let others = runs.into_iter().filter(is_new);
                others.take(OFFERED).collect::<Vec<_>>()
            }
        };
        if offered.is_empty() {
            return words("No other run answers to that.".into());
        }
        let entry = |run: RunRow| {
            let to = super::address(&format!("{ids},{}", run.run_id), desk.axis.get());
            view! {
                <li>
                    <a href=at(&to) data-noscroll="">
                        {run.name}
                        <span class="muted">
                            {status_word(run.status)} " · " <Moment utc=run.started_at />
                        </span>
                    </a>
                </li>
            }
        };
        view! { <ul aria-label="Runs to add">{offered.into_iter().map(entry).collect_view()}</ul> }
            .into_any()
    };
    view! {
        <input
            type="search"
            aria-label="Search runs"
            placeholder="Name, tag, note or id"
            autocomplete="off"
            node_ref=field
            disabled=move || !hydrated.get()
            on:input=typed
        />
        {rows}
    }
    .into_any()
}
