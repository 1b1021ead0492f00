//! The page: choose data, start, watch.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::asked::{Asked, ask};
use super::balance::Balance;
use super::cards::Cards;
use super::chart::{keep_axis, keep_window};
use super::charts::Charts;
use super::comfort::{Toasts, show_in_tab};
use super::controls::Controls;
use super::fold::{Fold, open_while_choosing};
use super::header::Header;
use super::icon::Logo;
use super::log::LogPanel;
use super::metrics::Metrics;
use super::newest::Newest;
use super::preview::PreviewPanel;
use super::sources::Sources;
use super::title::title;
use super::unread::Unread;
use super::{Live, browser};
use crate::api::{self, ApiError, at};
use crate::data::{DataSource, Preview};
use crate::event::{RunId, Status};
use crate::plot::Window;
use crate::run::{Link, RunView, TrainerInfo};

/// What the page was told by the server and what its address says.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The run, as of the moment of the load.
    pub view: Asked<Result<RunView, ApiError>>,
    pub sources: Asked<Result<Vec<DataSource>, ApiError>>,
    pub trainers: Asked<Result<Vec<TrainerInfo>, ApiError>>,
    /// Of the selected source, where one is selected.
    pub preview: Asked<Option<Result<Preview, ApiError>>>,
    /// Id of the source that the address names.
    pub selected: Memo<Option<String>>,
    /// Id of the run that the address names; `None` shows the latest.
    pub pinned: Memo<Option<String>>,
    /// Whether a training was started here, and is about to be on show.
    pub starts: StoredValue<bool>,
}

/// `/`, with `?source=ID` for a selected data source and `?run=ID` for a run other than the latest.
#[component]
pub fn LivePage() -> impl IntoView {
    let query = use_query_map();
    let named = move |key: &'static str| {
        Memo::new(move |_| query.with(|query| query.get(key).filter(|value| !value.is_empty())))
    };
    let (selected, pinned) = (named("source"), named("run"));
    let desk = Desk {
        view: ask(move || pinned.get(), api::view),
        sources: ask(|| (), |()| api::data_sources()),
        trainers: ask(|| (), |()| api::trainers()),
        preview: ask(
            move || selected.get(),
            async |selected| match selected {
                Some(source) => Some(api::preview_csv(source).await),
                None => None,
            },
        ),
        selected,
        pinned,
        starts: StoredValue::new(false),
    };
    view! {
        <Transition fallback=|| view! { <p class="notice">"Loading…"</p> }>
            {move || {
                desk.view
                    .get()
                    .map(|answer| match answer {
                        Ok(first) => view! { <Watch first desk /> }.into_any(),
                        Err(error) => view! { <Unreachable error /> }.into_any(),
                    })
            }}
        </Transition>
    }
}

/// The page of one run, or of each newest run, from its view `first` on.
#[component]
fn Watch(first: RunView, desk: Desk) -> impl IntoView {
    let live = Live::new(first);
    provide_context(live);
    let pinned = desk.pinned.get_untracked().is_some();
    Effect::new(move |_| {
        let data = move || {
            desk.sources.refetch();
            // What could not be had while the server was away.
            if desk
                .preview
                .with_untracked(|known| matches!(known, Some(Some(Err(_)))))
            {
                desk.preview.refetch();
            }
            if desk
                .trainers
                .with_untracked(|known| matches!(known, Some(Err(_))))
            {
                desk.trainers.refetch();
            }
        };
        browser::follow(
            live,
            pinned,
            move || desk.view.refetch(),
            Some(Box::new(data)),
        );
    });
    introduce(live.view, desk.starts);
    leave_window(live);
    keep_window(live.board);
    keep_axis(live.axis);
    show_in_tab(live.view);
    tell_the_end(live.view);
    let open = open_while_choosing(live);
    // An attempt to connect again is no connection yet.
    let lost = Memo::new(move |lost: Option<&bool>| match live.link() {
        Link::Disconnected => true,
        Link::Connecting => lost.copied().unwrap_or_default(),
        Link::Connected => false,
    });
    let words = move || {
        let words = live.view.with(tab_title);
        match lost.get() {
            true => format!("(not connected) {words}"),
            false => words,
        }
    };

    view! {
        <Title text=title(words) />
        <Header live pinned />
        <main class="page" data-link=move || live.link().name()>
            <h1 class="unseen">"Live training"</h1>
            <div class="desk" class:folded=move || !open.get()>
                <Fold live open />
                <Sources desk />
                <Controls live desk open />
            </div>
            <div class="watch">
                <Cards live />
                <PreviewPanel live desk />
                <Unread live />
                <Charts live />
                <Balance live />
                <Metrics live />
                <LogPanel live />
            </div>
            <Newest live />
        </main>
    }
    .into_any()
}

/// Shows all of a newer run: places in the one before are none in it. Who follows the end goes on doing so.
fn leave_window(live: Live) {
    let run = Memo::new(move |_| live.view.with(|view| view.state.run_id.clone()));
    Effect::new(move |before: Option<Option<RunId>>| {
        let now = run.get();
        let turned = before.flatten().is_some_and(|before| Some(before) != now);
        if turned && matches!(live.board.window.get_untracked(), Window::Part { .. }) {
            live.board.reset();
        }
        now
    });
}

/// Fetches what was started, whenever the stream has turned the view to a newer run, and says so where it has taken the
/// place of another without being asked to: events tell what a run does, not what it is.
fn introduce(view: RwSignal<RunView>, starts: StoredValue<bool>) {
    let toasts = expect_context::<Toasts>();
    let shown = StoredValue::new(view.with_untracked(|view| view.state.run_id.clone()));
    let stranger = Memo::new(move |_| {
        view.with(|view| match view.manifest {
            Some(_) => None,
            None => view.state.run_id.clone(),
        })
    });
    Effect::new(move |_| {
        let Some(run) = stranger.get() else { return };
        let before = shown.try_update_value(|shown| shown.replace(run.clone()));
        let is_asked_for = starts.try_update_value(std::mem::take);
        let surprises = before.flatten().is_some() && is_asked_for == Some(false);
        spawn_local(async move {
            // Without an answer the run goes by its id.
            let Ok(detail) = api::run(run.to_string()).await else {
                return;
            };
            view.try_update(|view| {
                if view.state.run_id.as_ref() == Some(&run) {
                    if surprises {
                        let name = &detail.manifest.name;
                        toasts.say(format!("{name} has begun, and is on show now"));
                    }
                    view.state.started_at = Some(detail.manifest.started_at.clone());
                    view.manifest = Some(detail.manifest);
                }
            });
        });
    });
}

/// Says it when a run that the page has seen alive is over.
fn tell_the_end(view: RwSignal<RunView>) {
    let toasts = expect_context::<Toasts>();
    let stands =
        Memo::new(move |_| view.with(|view| (view.state.run_id.clone(), view.state.status)));
    Effect::new(move |before: Option<(Option<RunId>, Status)>| {
        let (run, status) = stands.get();
        if before.is_some_and(|(other, before)| other == run && before.is_active())
            && !status.is_active()
        {
            let name = view.with_untracked(|view| view.manifest.as_ref().map(|it| it.name.clone()));
            let name = name.or(run.as_ref().map(ToString::to_string));
            toasts.say(format!("{}: {}", name.unwrap_or_default(), status.name()));
        }
        (run, status)
    });
}

/// How the run stands, for the tab of a browser that shows something else.
fn tab_title(view: &RunView) -> String {
    let state = &view.state;
    let progress = match (state.status, state.percent()) {
        (Status::Idle, _) => return "Nashboard".into(),
        // Rounded down: 100 % is said when it is true.
        (Status::Running, Some(percent)) => format!("▶ {} %", percent.floor()),
        (Status::Running, None) => "▶ running".into(),
        (Status::Stopping, _) => "■ stopping".into(),
        (Status::Completed, _) => "✓ completed".into(),
        (Status::Failed, _) => "✕ failed".into(),
        (Status::Stopped, _) => "■ stopped".into(),
        (Status::Lost, _) => "? lost".into(),
    };
    format!("{progress} · Nashboard")
}

/// The page where the run cannot be had.
#[component]
fn Unreachable(error: ApiError) -> impl IntoView {
    view! {
        <Title text="Nothing to show · Nashboard" />
        <main class="notice">
            <Logo />
            <div role="alert" data-testid="message">
                <h1>"The run cannot be shown"</h1>
                <p>{error.to_string()}</p>
            </div>
            <p class="muted">
                "A training that was started goes on meanwhile: it needs neither this page nor the dashboard."
            </p>
            // Not by the router: the whole page is to be asked for anew.
            <a class="button primary" href=at("/") rel="external">
                "Try again with the latest run"
            </a>
        </main>
    }
    .into_any()
}
