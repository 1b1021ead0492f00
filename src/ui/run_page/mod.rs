//! The page of one run: how it stands or ended, what it was made of, what it drew and printed.

mod actions;
mod again;
mod ending;
mod facts;
mod head;
mod onward;
mod samples;
mod shell;
mod sources;
mod synthesis;
mod table;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};

use super::balance::Balance;
use super::cards::{Cards, status_word};
use super::chart::{Subject, keep_axis, keep_window};
use super::charts::Charts;
use super::comfort::show_in_tab;
use super::connection::Connection;
use super::header::{Bar, Place};
use super::icon::Logo;
use super::log_view::LogView;
use super::message::Failure;
use super::metrics::Metrics;
use super::samples::SampleViewer;
use super::title::title;
use super::unread::Unread;
use super::{Live, browser};
use crate::api::{self, ApiError, at};
use crate::event::{RunId, Status};
use crate::run::{RunDetail, RunView};
use crate::ui::asked::{Asked, ask};
use actions::Actions;
use ending::Ending;
use facts::Facts;
use head::Head;
use samples::Samples;
use sources::Sources;
use synthesis::Synthesis;

/// Runs on the same data among which the one before is looked for.
const NEIGHBOURS: u64 = 100;

/// What the server knows of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    view: RunView,
    detail: RunDetail,
    /// The last run before this one on the same data.
    previous: Option<RunId>,
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    live: Live,
    detail: RwSignal<RunDetail>,
    previous: StoredValue<Option<RunId>>,
    status: Memo<Status>,
}

impl Page {
    fn name(self) -> String {
        self.detail.with(|detail| detail.manifest.name.clone())
    }
}

/// `/runs/ID`, with `?line=N` for a line of its log.
#[component]
pub fn RunPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let known = ask(move || id.get(), know);
    view! {
        <Transition fallback=|| view! { <p class="notice">"Loading…"</p> }>
            {move || {
                known
                    .get()
                    .map(|answer| match answer {
                        Ok(first) => view! { <Shown first known /> }.into_any(),
                        Err(error) => view! { <Unknown error /> }.into_any(),
                    })
            }}
        </Transition>
    }
}

/// All that the page needs of the run `id`.
async fn know(id: String) -> Result<Known, ApiError> {
    let view = api::view(Some(id.clone())).await?;
    let detail = api::run(id).await?;
    let previous = previous(&detail).await;
    Ok(Known {
        view,
        detail,
        previous,
    })
}

/// The last run before this one on the same data; none where that cannot be told.
async fn previous(detail: &RunDetail) -> Option<RunId> {
    let data = detail.manifest.data.as_ref()?;
    let newest = Some("-started_at".into());
    let list = api::runs(
        Some(data.name.clone()),
        None,
        newest,
        None,
        None,
        Some(NEIGHBOURS),
    )
    .await;
    let mut runs = list.ok()?.runs.into_iter();
    // The ids of runs sort by time.
    let found = runs.find(|row| {
        let same = row.data_source.as_ref();
        row.run_id < detail.run_id && same.is_some_and(|name| *name == data.name)
    });
    found.map(|row| row.run_id)
}

/// The page from what the server knew when it was loaded.
#[component]
fn Shown(first: Known, known: Asked<Result<Known, ApiError>>) -> impl IntoView {
    let Known {
        view,
        detail,
        previous,
    } = first;
    provide_context(Subject(detail.run_id.clone()));
    let id = detail.run_id.to_string();
    let live = Live::new(view);
    let page = Page {
        live,
        detail: RwSignal::new(detail),
        previous: StoredValue::new(previous),
        status: Memo::new(move |_| live.view.with(|view| view.state.status)),
    };
    Effect::new(move |_| browser::follow(live, true, move || known.refetch(), None));
    renew(page);
    keep_window(live.board);
    keep_axis(live.axis);
    show_in_tab(live.view);

    let words = move || {
        let word = status_word(page.status.get());
        format!("{} · {word} · Nashboard", page.name())
    };
    let samples = Signal::derive(move || page.detail.with(|detail| detail.samples.clone()));
    let sampled = id.clone();
    let damage = move || {
        let damage = page.detail.with(|detail| detail.damage.clone());
        damage.map(|text| {
            view! {
                <div data-testid="damage">
                    <Failure text />
                </div>
            }
        })
    };
    view! {
        <Title text=title(words) />
        <Bar place=Place::Runs>
            <div class="run" data-testid="run">
                <strong>{move || page.name()}</strong>
            </div>
            <Connection live />
        </Bar>
        <main class="run-page" data-link=move || live.link().name()>
            <Head page />
            <Actions page />
            {damage}
            <Cards live />
            <Ending page />
            <Unread live />
            <Charts live />
            <Balance live />
            <Metrics live />
            // What the training is for comes before what it was started with.
            <SampleViewer run=sampled samples />
            <Synthesis page />
            <div class="run-halves">
                <Facts page />
                <Samples page />
            </div>
            <Sources page />
            <LogView live run=id />
        </main>
    }
    .into_any()
}

/// Fetches the details anew when the status changes, and when samples come, change or go.
fn renew(page: Page) {
    // Answers may overtake each other: an older one never takes the place of a newer.
    let (asked, shown) = (StoredValue::new(0u64), StoredValue::new(0u64));
    let fetch = move || {
        let Some(id) = page
            .detail
            .try_with_untracked(|detail| detail.run_id.to_string())
        else {
            return;
        };
        asked.update_value(|number| *number += 1);
        let number = asked.get_value();
        spawn_local(async move {
            // Without an answer the page keeps what it has; the badges tell of a broken line.
            if let Ok(detail) = api::run(id).await
                && shown.try_get_value().is_some_and(|shown| shown < number)
            {
                shown.try_set_value(number);
                page.detail.try_set(detail);
            }
        });
    };
    Effect::new(move |before: Option<Status>| {
        let status = page.status.get();
        page.live.drawn.track();
        if before.is_some_and(|before| before != status || status.is_active()) {
            fetch();
        }
        status
    });
}

/// The page where the run cannot be had.
#[component]
fn Unknown(error: ApiError) -> impl IntoView {
    view! {
        <Title text="No such run · Nashboard" />
        <Bar place=Place::Runs>
            <div class="run"></div>
        </Bar>
        <main class="notice">
            <Logo />
            <div role="alert" data-testid="message">
                <h1>"The run cannot be shown"</h1>
                <p>{error.to_string()}</p>
            </div>
            <a class="button primary" href=at("/runs")>
                "Go to the history"
            </a>
        </main>
    }
    .into_any()
}
