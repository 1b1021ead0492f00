//! The last lines of a run, following their end until the reader scrolls up.

use leptos::html::Div;
use leptos::prelude::*;

use super::Live;
use super::icon::{Icon, Sign};
use crate::event::{Level, LogEntry, RunId, Stream};
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
                    {move || match lines.get() {
                        0 => "Nothing printed yet".into(),
                        1 => "1 line".into(),
                        lines if lines <= LogTail::KEPT as u64 => format!("{} lines", format::count(lines)),
                        lines => format!("the last {} of {} lines", LogTail::KEPT, format::count(lines)),
                    }}
                </span>
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

/// The rows of one run. They are told apart by line number alone; another run gets a new list.
#[component]
fn Lines(live: Live, run: Option<RunId>) -> impl IntoView {
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
    let urgent = matches!(entry.level, Level::Warning | Level::Error);
    view! {
        <li data-line=entry.line class=entry.level.name()>
            <span class="number">{entry.line}</span>
            <span class="text">
                {(entry.stream == Stream::Stderr).then(|| view! { <span class="mark">"stderr"</span> })}
                {urgent.then(|| view! { <span class="mark level">{entry.level.name()}</span> })}
                {entry.message}
            </span>
        </li>
    }
}
