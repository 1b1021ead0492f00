//! The history of runs: found, sorted, annotated, chosen for comparison, deleted and restored.

mod bin;
mod chosen;
mod editor;
mod filters;
mod metrics;
mod order;
mod row;
mod shelf;
mod table;
mod wanted;

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::browser;
use super::header::{Bar, Place};
use super::message::{Failure, Message};
use crate::api::{self, at};
use crate::event::RunId;
use crate::run::{RunList, RunRow, format};
use crate::ui::asked::ask;
use crate::ui::comfort::Toasts;
use bin::Bin;
use chosen::Chosen;
use editor::Editor;
use filters::Filters;
use metrics::Columns;
use order::Order;
use shelf::Shelf;
use table::Table;
use wanted::{PAGE, Wanted};

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Desk {
    wanted: Memo<Wanted>,
    shelf: RwSignal<Shelf>,
    /// Metrics that are columns, as of the rows on the shelf.
    metrics: Memo<Vec<String>>,
    /// Runs that are chosen, in the order of the choice.
    chosen: RwSignal<Vec<RunId>>,
    /// The run that is being edited.
    edited: RwSignal<Option<RunRow>>,
    /// Where it is said what was deleted, and how it comes back.
    toasts: Toasts,
    /// Runs that are being deleted or restored at present.
    busy: RwSignal<BTreeSet<RunId>>,
    /// What went wrong with something that was asked for.
    message: RwSignal<Option<String>>,
    /// Why the list could not be brought up to date.
    stale: RwSignal<Option<String>>,
    /// Rows in sight: the first, and the one behind the last.
    sight: RwSignal<(u64, u64)>,
    /// How often the list began anew: the table then shows its beginning.
    turn: RwSignal<u64>,
}

/// `/runs`, with `?query=`, `?status=`, `?sort=` and `?metrics=`.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.with(Wanted::of));
    // Fetched once: from then on the page keeps itself, and what is typed in it.
    let first = ask(|| (), move |()| fetch(wanted.get_untracked(), None));
    view! {
        <Title text="Runs · Nashboard" />
        <Transition fallback=|| {
            view! { <p class="notice">"Loading…"</p> }
        }>
            {move || {
                first
                    .get()
                    .map(|answer| match answer {
                        Ok(list) => view! { <History list wanted /> }.into_any(),
                        Err(error) => {
                            view! {
                                <Bar place=Place::Runs>""</Bar>
                                <main class="history">
                                    <Failure text=error.to_string() />
                                    <p>
                                        // The whole page is to be asked for anew.
                                        <a href=at("/runs") rel="external">"Show all runs"</a>
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

/// A page of what is wanted: the one that the address names, or page number `page`.
async fn fetch(wanted: Wanted, page: Option<u64>) -> Result<RunList, api::ApiError> {
    let some = |text: String| (!text.is_empty()).then_some(text);
    let offset = page.map_or(wanted.offset / PAGE * PAGE, |page| page * PAGE);
    api::runs(
        some(wanted.query),
        some(wanted.status),
        some(wanted.sort),
        some(wanted.metrics),
        Some(offset),
        Some(PAGE),
    )
    .await
}

#[component]
fn History(list: RunList, wanted: Memo<Wanted>) -> impl IntoView {
    let offset = wanted.with_untracked(|wanted| wanted.offset);
    let last = (offset + PAGE).min(list.total);
    let shelf = RwSignal::new(Shelf::new(
        list,
        offset,
        wanted.with_untracked(Wanted::names),
    ));
    let desk = Desk {
        wanted,
        shelf,
        metrics: Memo::new(move |_| shelf.with(|shelf| shelf.metrics.clone())),
        chosen: RwSignal::new(Vec::new()),
        edited: RwSignal::new(None),
        toasts: expect_context(),
        busy: RwSignal::default(),
        message: RwSignal::new(None),
        stale: RwSignal::new(None),
        sight: RwSignal::new((offset, last)),
        turn: RwSignal::new(0),
    };
    Effect::new(move |before: Option<Wanted>| {
        let wanted = desk.wanted.get();
        if before.is_some_and(|before| before != wanted) {
            start_over(desk);
        }
        wanted
    });
    // Pages that come into sight are fetched, and those in sight again when runs change.
    Effect::new(move |_| {
        let (from, upto) = desk.sight.get();
        for page in Shelf::pages_of(from, upto) {
            if !desk.shelf.with_untracked(|shelf| shelf.has(page)) {
                refresh(desk, page);
            }
        }
    });
    Effect::new(move |_| {
        browser::on_news(move || refresh_sight(desk));
    });
    let total = Memo::new(move |_| desk.shelf.with(|shelf| shelf.total));
    let reading = Memo::new(move |_| desk.shelf.with(|shelf| shelf.reading));
    view! {
        <Bar place=Place::Runs>
            <h1 class="where">
                "Runs " <span class="muted" data-testid="total">
                    {move || format::count(total.get())}
                </span>
            </h1>
        </Bar>
        <main class="history">
            <div class="tools">
                <Filters desk />
                <Columns desk />
                <Order desk />
                <Chosen desk />
            </div>
            {move || {
                reading
                    .get()
                    .map(|reading| {
                        let (done, total) = (reading.done, reading.total);
                        view! {
                            <p class="reading-folders" role="status">
                                <progress max=total value=done></progress>
                                {format!(
                                    "Reading run folders: {} of {}",
                                    format::count(done),
                                    format::count(total),
                                )}
                            </p>
                        }
                    })
            }}
            <Message text=desk.message />
            <Message text=desk.stale />
            <Editor desk />
            <Table desk />
            <Bin desk />
        </main>
    }
    .into_any()
}

/// Shows other runs, or the same in another order, from the first on.
fn start_over(desk: Desk) {
    let wanted = desk.wanted.get_untracked();
    spawn_local(async move {
        let answer = fetch(wanted.clone(), Some(0)).await;
        if desk.wanted.try_get_untracked().as_ref() != Some(&wanted) {
            return;
        }
        match answer {
            Ok(list) => {
                let last = PAGE.min(list.total);
                desk.stale.try_set(None);
                desk.shelf.try_set(Shelf::new(list, 0, wanted.names()));
                desk.sight.try_set((0, last));
                desk.turn.try_update(|turn| *turn += 1);
            }
            Err(error) => drop(desk.stale.try_set(Some(error.to_string()))),
        }
    });
}

/// Fetches a page anew.
fn refresh(desk: Desk, page: u64) {
    let wanted = desk.wanted.get_untracked();
    spawn_local(async move {
        let answer = fetch(wanted.clone(), Some(page)).await;
        // The address may have changed meanwhile, or the page be left.
        if desk.wanted.try_get_untracked() != Some(wanted) {
            return;
        }
        match answer {
            Ok(list) => {
                desk.stale.try_set(None);
                let is_news = desk.shelf.try_with_untracked(|shelf| {
                    let mut new = shelf.clone();
                    new.put(page, list);
                    (new != *shelf).then_some(new)
                });
                if let Some(Some(new)) = is_news {
                    desk.shelf.set(new);
                }
            }
            Err(error) => drop(desk.stale.try_set(Some(error.to_string()))),
        }
    });
}

/// Takes a deletion back.
fn restore(desk: Desk, id: RunId) {
    // The page may have been left since.
    desk.message.try_set(None);
    desk.busy.try_update(|busy| busy.insert(id.clone()));
    spawn_local(async move {
        let answer = api::restore_run(id.to_string()).await;
        match answer {
            Ok(_) => {
                refresh_sight(desk);
            }
            Err(error) => desk.toasts.say(error.to_string()),
        }
        desk.busy.try_update(|busy| busy.remove(&id));
    });
}

/// Fetches anew what is in sight; the rest is fetched when it comes into sight again.
fn refresh_sight(desk: Desk) {
    let Some((from, upto)) = desk.sight.try_get_untracked() else {
        return;
    };
    let pages = Shelf::pages_of(from, upto);
    desk.shelf
        .try_update_untracked(|shelf| shelf.keep_only(&pages));
    pages.for_each(|page| refresh(desk, page));
}
