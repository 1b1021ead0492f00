//! Metrics as columns: which ones the address names, and the menu that adds and removes them.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::Desk;
use super::wanted::Wanted;
use crate::api::at;
use crate::run::{COLUMNS_MOST, Which};
use crate::ui::browser;
use crate::ui::menu::Menu;

/// Under which the browser keeps the metrics that somebody chose last.
const KEPT: &str = "history-metrics";

/// Why no more can be chosen.
const FULL: &str = "As many metrics as can be are columns; remove one to add another";

/// How the column of a metric is headed: by the trainer's own name, but for those that everybody writes otherwise.
pub fn heading(column: &str) -> String {
    let (metric, which) = Which::of(column);
    let word = word(metric);
    match which {
        Which::Last => word.to_owned(),
        which => format!("{word}, {}", which.name()),
    }
}

fn word(metric: &str) -> &str {
    match metric {
        "real_scores" => "D(x)",
        "fake_scores" => "D(G(z))",
        other => other,
    }
}

/// The menu. Its entries are links, so that it serves without scripts and a choice can be passed on.
#[component]
pub fn Columns(desk: Desk) -> impl IntoView {
    remember(desk);
    // What is shown can be removed, also where no run in sight has it.
    let names = Memo::new(move |_| {
        let shown = desk.wanted.with(Wanted::names);
        let mut names = desk.shelf.with(|shelf| shelf.offered.clone());
        names.extend(shown.iter().map(|column| Which::of(column).0.to_owned()));
        names
    });
    let entry = move |name: String| {
        let choices =
            Which::ALL.map(|which| view! { <Choice desk column=which.column(&name) which /> });
        view! {
            <li>
                <span>{word(&name).to_owned()}</span>
                {choices}
            </li>
        }
    };
    view! {
        <Menu id="history-columns" words="Columns" test="columns">
            <p class="muted" hidden=move || names.with(|names| !names.is_empty())>
                "These runs report nothing besides the losses."
            </p>
            <ul class="choices" aria-label="Metrics as columns">
                <For each=move || names.get() key=Clone::clone children=entry />
            </ul>
        </Menu>
    }
    .into_any()
}

/// A link that adds a column, or takes it away.
#[component]
fn Choice(desk: Desk, column: String, which: Which) -> impl IntoView {
    let label = format!("{}, {}", word(Which::of(&column).0), which.name());
    let this = column.clone();
    let is_shown = Memo::new(move |_| desk.wanted.with(|wanted| wanted.names().contains(&this)));
    let turned = Memo::new(move |_| {
        desk.wanted
            .with(|wanted| wanted.with_metric(&column, !is_shown.get()))
    });
    let is_full = move || {
        !is_shown.get()
            && desk
                .wanted
                .with(|wanted| wanted.names().len() >= COLUMNS_MOST)
    };
    view! {
        <a
            href=move || (!is_full()).then(|| turned.with(|wanted| at(&wanted.address())))
            aria-label=label
            aria-current=move || is_shown.get().then_some("true")
            aria-disabled=move || is_full().then_some("true")
            title=move || is_full().then_some(FULL)
            data-noscroll=""
            on:click=move |_| {
                if !is_full() {
                    turned.with_untracked(|wanted| browser::keep(KEPT, &wanted.metrics));
                }
            }
        >
            {which.name()}
        </a>
    }
    .into_any()
}

/// Shows what was chosen last where the address does not choose.
fn remember(desk: Desk) {
    let navigate = use_navigate();
    Effect::new(move |_| {
        let wanted = desk.wanted.get();
        let metrics = browser::recall(KEPT).unwrap_or_default();
        if wanted.metrics.is_empty() && !metrics.is_empty() {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&Wanted { metrics, ..wanted }.address(), options);
        }
    });
}
