//! The log of a run, all of it: millions of lines, of which a few are in the page.

mod fetch;
mod filter;
mod hunt;
mod line;
mod pages;
mod pane;
mod parts;
mod scale;
mod sight;
mod tools;
mod viewer;
mod words;

use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::icon::{Icon, Sign};
use super::message::Message;
use super::{Hydrated, Live};
use crate::run::Link;
pub use line::LineText;
use pane::Pane;
use tools::Tools;
use viewer::Viewer;

/// The address of a line of a run.
fn address(run: &str, line: u64) -> String {
    format!("/runs/{run}?line={line}#log")
}

/// The viewer of the run that `live` shows. `?line=N` in the address leads to a line. The
/// server renders the last lines, which are all that there is without scripts.
#[component]
pub fn LogView(live: Live, run: String) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let viewer = Viewer::new(live, run.clone());
    lead(viewer);
    // A line that works again may bring what a broken one has not.
    let link = Memo::new(move |_| live.link());
    Effect::new(move |_| {
        if link.get() == Link::Connected {
            viewer.retry();
        }
    });

    // An address with `#log` leads here, also where the page came after its address.
    let section = NodeRef::<html::Section>::new();
    let hash = use_location().hash;
    Effect::new(move |done: Option<bool>| {
        let Some(section) = section.get().filter(|_| done != Some(true)) else {
            return done.unwrap_or(false);
        };
        if hash.with_untracked(|hash| hash.trim_start_matches('#') == "log") {
            // After the router has put a new page to its top.
            request_animation_frame(move || section.scroll_into_view());
        }
        true
    });

    let place = move || {
        let (top, scale) = (viewer.top.get(), viewer.scale.get());
        let rows = top as u64..((top + scale.seen()).floor() as u64).min(scale.rows);
        viewer
            .filter
            .with(|filter| words::place(rows, scale.rows, filter))
    };
    let (shown, of_pane) = (run.clone(), run.clone());
    let pane = move || {
        if hydrated.get() {
            view! { <Pane viewer run=of_pane.clone() /> }.into_any()
        } else {
            view! { <Last live /> }.into_any()
        }
    };
    view! {
        <section id="log" class="panel log log-view" node_ref=section>
            <header>
                <h2>"Log"</h2>
                <span id="log-place" class="muted" data-testid="log-place">
                    {move || if hydrated.get() { place() } else { lines(live) }}
                </span>
                <button
                    type="button"
                    class="button"
                    hidden=move || viewer.following.get() || viewer.scale.get().end() == 0.0
                    on:click=move |_| viewer.go(f64::INFINITY)
                >
                    <Icon sign=Sign::Down />
                    "Follow"
                </button>
            </header>
            <Tools viewer run=shown />
            <Message text=viewer.message />
            <button
                type="button"
                class="button again"
                hidden=move || !viewer.has_failed()
                on:click=move |_| viewer.retry()
            >
                "Try again"
            </button>
            {pane}
        </section>
    }
    .into_any()
}

/// Leads to the line that the address names, now and whenever it changes.
fn lead(viewer: Viewer) {
    let query = use_query_map();
    let line = Memo::new(move |_| {
        let number = query.with(|query| query.get("line"));
        number.and_then(|number| number.parse::<u64>().ok())
    });
    Effect::new(move |_| {
        if let Some(line) = line.get() {
            untrack(|| viewer.seek(line));
        }
    });
}

/// The last lines, as the server renders them. The browser leaves them as they are until the viewer takes their
/// place: bringing hundreds of lines to life would make the page wait for what is thrown away at once.
#[component]
fn Last(live: Live) -> impl IntoView {
    #[cfg(feature = "ssr")]
    let lines = {
        let run = live.view.with_untracked(|view| view.state.run_id.clone());
        view! { <super::log::Lines live run /> }.to_html()
    };
    #[cfg(not(feature = "ssr"))]
    let lines = {
        let _ = live;
        String::new()
    };
    view! {
        <div
            class="pane hanging"
            tabindex="0"
            role="region"
            aria-label="Log, the last lines"
            data-testid="log"
            inner_html=lines
        ></div>
    }
    .into_any()
}

/// How many lines there are, and how many of them the page has without scripts.
fn lines(live: Live) -> String {
    super::log::extent(live.view.with(|view| view.state.lines))
}
