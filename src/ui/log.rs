//! The last lines of a run, following their end until the reader scrolls up.

use leptos::html::Div;
use leptos::prelude::*;

use super::Live;
use super::icon::{Icon, Sign};
use super::log_view::LineText;
use crate::api::at;
use crate::event::{LogEntry, RunId};
use crate::run::{LogTail, format};

/// How far from the end, in pixels, still counts as the end.
const SLACK: i32 = 8;

/// The panel. Its rows hang from the bottom (`column-reverse` in the style sheet), so that
/// the browser itself keeps the end in sight, and scroll positions are negative above it.
#[component]
pub fn LogPanel(live: Live) -> impl IntoView {
    let run = Memo::new(move |_| live.view.with(|view| view.state.run_id.clone()));
    let lines = Memo::new(move |_| live.view.with(|view| view.state.lines));
    let following = RwSignal::new(true);
    let pane = NodeRef::<Div>::new();
    let scrolled = move |_| {
        if let Some(pane) = pane.get_untracked() {
            let follows = pane.scroll_top().abs() <= SLACK;
            if follows != following.get_untracked() {
                following.set(follows);
            }
        }
    };
    let follow = move |_| {
        if let Some(pane) = pane.get_untracked() {
            pane.set_scroll_top(0);
        }
    };
    view! {
        <section class="panel log">
            <header>
                <h2>"Log"</h2>
                <span class="muted">
                    {move || extent(lines.get())}
                </span>
                {move || {
                    let href = at(&format!("/runs/{}#log", run.get()?));
                    Some(view! { <a href=href>"Whole log"</a> })
                }}
                <button type="button" class="button" hidden=following on:click=follow>
                    <Icon sign=Sign::Down />
                    "Follow"
                </button>
            </header>
            // Not read out by itself: a trainer may write a hundred lines a second.
            <div
                class="pane"
                node_ref=pane
                on:scroll=scrolled
                tabindex="0"
                role="log"
                aria-live="off"
                aria-label="Log"
                data-testid="log"
            >
                {move || view! { <Lines live run=run.get() /> }}
            </div>
        </section>
    }
    .into_any()
}

/// How many lines there are, and how many of them are at hand.
pub fn extent(lines: u64) -> String {
    match lines {
        0 => "Nothing printed yet".into(),
        1 => "1 line".into(),
        lines if lines <= LogTail::KEPT as u64 => format!("{} lines", format::count(lines)),
        lines => format!(
            "the last {} of {} lines",
            LogTail::KEPT,
            format::count(lines)
        ),
    }
}

/// The rows of one run. They are told apart by line number alone; another run gets a new list.
#[component]
pub fn Lines(live: Live, run: Option<RunId>) -> impl IntoView {
    let numbers = Memo::new(move |_| {
        live.view.with(|view| {
            if view.state.run_id != run {
                return Vec::new();
            }
            view.log
                .0
                .iter()
                .map(|entry| entry.line)
                .collect::<Vec<_>>()
        })
    });
    let entry = move |number: u64| {
        live.view.with_untracked(|view| {
            let at = view
                .log
                .0
                .binary_search_by_key(&number, |entry| entry.line)
                .ok()?;
            view.log.0.get(at).cloned()
        })
    };
    view! {
        <ol>
            <For each=move || numbers.get() key=|number| *number let:number>
                {entry(number).map(|entry| view! { <Line entry /> })}
            </For>
        </ol>
    }
}

#[component]
fn Line(entry: LogEntry) -> impl IntoView {
    let LogEntry { line, level, .. } = entry;
    view! {
        <li data-line=line class=level.name()>
            <span class="number">{line}</span>
            <LineText entry query="" />
        </li>
    }
}
