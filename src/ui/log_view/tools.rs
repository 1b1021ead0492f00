//! The tools above a log: search, levels, going to a line, following, downloading.

use std::time::Duration;

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::Input;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::filter::{Filter, Levels};
use super::viewer::Viewer;
use super::{address, words};
use crate::api::at;
use crate::ui::Hydrated;
use crate::ui::icon::{Icon, Sign};

/// How long a reader pauses in typing before the search begins.
const PAUSE: Duration = Duration::from_millis(250);

/// The row of tools.
#[component]
pub fn Tools(viewer: Viewer, run: String) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let download = at(&format!("/api/log_file?run_id={run}"));
    view! {
        <div class="log-tools">
            <Search viewer />
            <select
                aria-label="Levels"
                data-testid="log-level"
                disabled=move || !hydrated.get()
                on:change=move |event| {
                    if let Some(levels) = Levels::labelled(&event_target_value(&event)) {
                        viewer.show(Filter { levels, ..viewer.filter.get_untracked() });
                    }
                }
            >
                {Levels::ALL
                    .map(|levels| {
                        let chosen = move || viewer.filter.with(|filter| filter.levels == levels);
                        view! {
                            <option value=levels.label() prop:selected=chosen>
                                {levels.label()}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
            <GoTo viewer run />
            <a class="button" href=download download="" rel="external">
                <Icon sign=Sign::Down />
                "Download"
            </a>
        </div>
    }
    .into_any()
}

/// The search field: what matches is shown alone, and stepped through by Enter.
#[component]
fn Search(viewer: Viewer) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let field = NodeRef::<Input>::new();
    let search = move |query: String| {
        // The field may have been emptied by other means while the reader paused.
        let still = field
            .get_untracked()
            .is_some_and(|field| field.value() == query);
        if still {
            viewer.show(Filter {
                query,
                ..viewer.filter.get_untracked()
            });
        }
    };
    let mut typed = debounce(PAUSE, search);
    // Following a line's number leaves the search; the field says so.
    let shown = Memo::new(move |_| viewer.filter.with(|filter| filter.query.clone()));
    Effect::new(move |_| {
        let query = shown.get();
        if let Some(field) = field.get_untracked().filter(|field| field.value() != query) {
            field.set_value(&query);
        }
    });
    let pressed = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            let query = event_target_value(&event);
            if viewer.filter.with_untracked(|filter| filter.query != query) {
                search(query);
            } else {
                viewer.step(if event.shift_key() { -1 } else { 1 });
            }
        }
        "Escape" => {
            event.prevent_default();
            viewer.show(Filter {
                query: String::new(),
                ..viewer.filter.get_untracked()
            });
        }
        _ => {}
    };
    let unfiltered = Memo::new(move |_| viewer.filter.with(Filter::is_all));
    let idle = move || viewer.matching().unwrap_or(0) == 0 || unfiltered.get();
    view! {
        <div class="search" role="search">
            <input
                type="search"
                data-command="Search the log"
                data-key="l"
                node_ref=field
                placeholder="Search the log"
                aria-label="Search the log"
                autocomplete="off"
                spellcheck="false"
                maxlength="200"
                data-testid="log-search"
                disabled=move || !hydrated.get()
                on:input=move |event| typed(event_target_value(&event))
                on:keydown=pressed
            />
            <span class="count muted" role="status" data-testid="log-matches">
                {move || {
                    let current = viewer.current.get();
                    viewer.filter.with(|filter| words::matches(filter, viewer.matching(), current))
                }}
            </span>
            <button
                type="button"
                class="button"
                title="Previous match (Shift+Enter)"
                aria-label="Previous match"
                hidden=unfiltered
                disabled=idle
                on:click=move |_| viewer.step(-1)
            >
                <Icon sign=Sign::Up />
            </button>
            <button
                type="button"
                class="button"
                title="Next match (Enter)"
                aria-label="Next match"
                hidden=unfiltered
                disabled=idle
                on:click=move |_| viewer.step(1)
            >
                <Icon sign=Sign::Down />
            </button>
        </div>
    }
    .into_any()
}

/// A field that leads to a line by its number.
#[component]
fn GoTo(viewer: Viewer, run: String) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let number = RwSignal::new(String::new());
    let navigate = use_navigate();
    let go = move |event: SubmitEvent| {
        event.prevent_default();
        if let Ok(line) = number.get_untracked().trim().parse::<u64>() {
            let stay = NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&address(&run, line), stay);
            // Also where the address names the line already.
            viewer.seek(line);
        }
    };
    view! {
        <form class="go-to" on:submit=go>
            <input
                type="number"
                inputmode="numeric"
                min="1"
                step="1"
                placeholder="Line"
                aria-label="Go to line"
                data-testid="log-line"
                disabled=move || !hydrated.get()
                prop:value=number
                on:input=move |event| number.set(event_target_value(&event))
            />
            <button type="submit" class="button" disabled=move || !hydrated.get()>
                "Go"
            </button>
        </form>
    }
    .into_any()
}
