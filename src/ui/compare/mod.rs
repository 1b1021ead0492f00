//! Runs side by side: their curves over each other, and what they differ in.

mod adding;
mod curves;
mod facts;
mod legend;
mod names;
mod table;

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::browser;
use super::chart::{Board, Way, keep_window};
use super::charts::Smoothing;
use super::header::{Bar, Place};
use super::message::{Failure, Message};
use crate::api::{self, at};
use crate::event::RunId;
use crate::run::{Axis, Compared, Comparison};
use crate::ui::asked::ask;
use crate::ui::focus::focus_if_lost;
use adding::Adding;
use curves::Curves;
use legend::Legend;
use table::Table;

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Desk {
    runs: RwSignal<Vec<Compared>>,
    axis: Memo<Axis>,
    /// Runs that are switched off.
    off: RwSignal<BTreeSet<RunId>>,
    /// The run that stands out.
    stands_out: RwSignal<Option<usize>>,
    board: Board,
}

/// `/compare?runs=a,b,c`, with `&axis=time`.
#[component]
pub fn ComparePage() -> impl IntoView {
    let query = use_query_map();
    let ids = Memo::new(move |_| query.with(|query| query.get("runs").unwrap_or_default()));
    let axis = Memo::new(move |_| query.with(|query| Axis::named(query.get("axis").as_deref())));
    let first = ask(move || ids.get(), |ids| api::compare(ids, None));
    // They stay when a run is taken out of the comparison.
    let kept = Kept {
        off: RwSignal::new(BTreeSet::new()),
        board: Board::new(),
        again: StoredValue::new(false),
    };
    keep_window(kept.board);
    view! {
        <Title text="Compare runs · Nashboard" />
        <Transition fallback=|| {
            view! { <p class="notice">"Loading…"</p> }
        }>
            {move || {
                first
                    .get()
                    .map(|answer| match answer {
                        Ok(comparison) => view! { <Side comparison ids axis kept /> }.into_any(),
                        Err(error) => {
                            view! {
                                <Bar place=Place::Runs>
                                    <h1 class="where">"Compare runs"</h1>
                                </Bar>
                                <main class="compare">
                                    <Failure text=error.to_string() />
                                    <p>
                                        <a href=at("/runs")>"Choose runs in the history"</a>
                                    </p>
                                </main>
                            }
                                .into_any()
                        }
                    })
            }}
        </Transition>
    }
}

/// How the runs of a comparison are looked at.
#[derive(Clone, Copy)]
struct Kept {
    off: RwSignal<BTreeSet<RunId>>,
    board: Board,
    /// A comparison was shown before.
    again: StoredValue<bool>,
}

#[component]
fn Side(comparison: Comparison, ids: Memo<String>, axis: Memo<Axis>, kept: Kept) -> impl IntoView {
    // A comparison that took the place of another took the focus with it.
    Effect::new(move |_| {
        if kept.again.get_value() {
            focus_if_lost("compare-add");
        }
        kept.again.set_value(true);
    });
    let desk = Desk {
        runs: RwSignal::new(comparison.runs),
        axis,
        off: kept.off,
        stands_out: RwSignal::new(None),
        board: kept.board,
    };
    // A window of epochs says nothing about hours.
    Effect::new(move |before: Option<Axis>| {
        if before.is_some_and(|before| before != axis.get()) {
            desk.board.reset();
        }
        axis.get()
    });
    let message = RwSignal::new(None);
    // What is over does not change; where all are, nobody listens.
    let active = Memo::new(move |_| {
        desk.runs
            .with(|runs| runs.iter().any(|run| run.row.status.is_active()))
    });
    Effect::new(move |_| {
        if active.get() {
            browser::on_news(move || refresh(desk, ids, message));
        }
    });
    let metrics = Memo::new(move |_| desk.runs.with(|runs| facts::metrics(runs)));
    let count = Memo::new(move |_| desk.runs.with(Vec::len));
    let switch = move |to: Axis, word: &'static str| {
        let href = move || at(&address(&ids.get(), to));
        view! {
            <a href=href data-noscroll="" aria-current=move || (axis.get() == to).then_some("true")>
                {word}
            </a>
        }
    };
    view! {
        <Bar place=Place::Runs>
            <h1 class="where">{move || format!("{} runs compared", count.get())}</h1>
        </Bar>
        <main class="compare">
            <Message text=message />
            <div class="tools">
                <Legend desk ids />
                <Adding desk ids />
                <Way board=desk.board named=true />
                <Smoothing board=desk.board />
                <nav class="places" aria-label="Axis">
                    {switch(Axis::Count, "By epoch")} {switch(Axis::Step, "By step")}
                    {switch(Axis::Time, "By time")}
                </nav>
            </div>
            <div class="charts">
                <For each=move || metrics.get() key=|metric| metric.clone() let:metric>
                    <Curves desk metric />
                </For>
            </div>
            <Table desk />
        </main>
    }
    .into_any()
}

/// The address of the comparison of the runs `ids` along `axis`.
fn address(ids: &str, axis: Axis) -> String {
    match axis {
        Axis::Count => format!("/compare?runs={ids}"),
        other => format!("/compare?runs={ids}&axis={}", other.name()),
    }
}

/// Fetches the runs anew.
fn refresh(desk: Desk, ids: Memo<String>, message: RwSignal<Option<String>>) {
    let Some(asked) = ids.try_get_untracked() else {
        return;
    };
    spawn_local(async move {
        let answer = api::compare(asked.clone(), None).await;
        if ids.try_get_untracked() != Some(asked) {
            return;
        }
        match answer {
            Ok(comparison) => {
                message.try_set(None);
                desk.runs.try_set(comparison.runs);
            }
            Err(error) => drop(message.try_set(Some(error.to_string()))),
        }
    });
}
