//! What people see: the page, made of small parts, rendered on the server and kept alive in the browser.

mod apart;
mod asked;
mod balance;
mod browser;
mod cards;
mod chart;
mod charts;
mod columns;
mod comfort;
mod compare;
mod connection;
mod controls;
mod copy;
mod course;
mod focus;
mod fold;
mod gaps;
mod header;
mod history;
mod icon;
mod last_order;
mod live;
mod log;
mod log_view;
mod menu;
mod message;
mod metrics;
mod newest;
mod not_found;
mod parameters;
mod preview;
mod reading;
mod removal;
mod run_editor;
mod run_page;
mod samples;
mod shell;
mod sources;
mod sparkline;
mod start;
mod theme;
mod time;
mod title;
mod unread;
mod upload;
mod usage;
mod viewer;

use leptos::html::Span;
use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};

use crate::api::{at, base};
use crate::event::RunId;
use crate::run::{Axis, Link, RunView, Traffic, Usage};

use chart::Board;
pub use chart::MetricChart;
use comfort::{Keys, Over, Shelf, Toasts};
pub use shell::shell;
pub use viewer::OnlyLooks;

/// What the event stream keeps up to date. Signals are told once a frame, not once an event.
#[derive(Clone, Copy)]
pub struct Live {
    /// The run on show.
    pub view: RwSignal<RunView>,
    /// The state of the stream itself.
    pub traffic: RwSignal<Traffic>,
    /// What a run asks of the machine, as it was measured last.
    pub usage: RwSignal<Option<(RunId, Usage)>>,
    /// How often samples of active runs came, changed or went, or may have since the stream was opened.
    pub drawn: RwSignal<u64>,
    /// What the charts are laid over.
    pub axis: RwSignal<Axis>,
    /// What they share besides.
    pub board: Board,
}

impl Live {
    /// What is known at first.
    pub fn new(view: RunView) -> Self {
        let mut traffic = Traffic::default();
        traffic.compare_clocks(&view.told_at, browser::now());
        Self {
            view: RwSignal::new(view),
            traffic: RwSignal::new(traffic),
            usage: RwSignal::new(None),
            drawn: RwSignal::new(0),
            axis: RwSignal::new(Axis::default()),
            board: Board::new(),
        }
    }

    /// The server's time where the viewer's clock shows `now`; none while nobody knows what becomes of the run.
    pub fn time(self, now: Option<f64>) -> Option<f64> {
        self.traffic.with(|traffic| {
            let is_heard = traffic.link == Link::Connected;
            now.filter(|_| is_heard)
                .map(|now| now - traffic.ahead.unwrap_or_default())
        })
    }

    /// How the stream stands.
    pub fn link(self) -> Link {
        self.traffic.with(|traffic| traffic.link)
    }
}

/// The id of a page's last element.
const END: &str = "page-end";

/// Whether the browser has taken the page over: before, a click would be lost.
#[derive(Clone, Copy)]
pub struct Hydrated(pub RwSignal<bool>);

/// The application, the same on both sides.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    viewer::remember();
    let hydrated = Hydrated(RwSignal::new(false));
    provide_context(hydrated);
    let toasts = Toasts::new();
    provide_context(toasts);
    provide_context(Over(RwSignal::new(None)));
    // Told by the last element of the page: the code of a page may come late, and until then what it renders has
    // to be what the server rendered.
    let last = NodeRef::<Span>::new();
    Effect::new(move |_| {
        if last.get().is_none() {
            return;
        }
        hydrated.0.set(true);
        if let Some(body) = document().body() {
            // Only tests look for it.
            let _ = body.set_attribute("data-hydrated", "true");
        }
    });

    view! {
        <Stylesheet id="leptos" href=at("/pkg/nashboard.css") />
        <Title text="Nashboard" />
        <Router base=base()>
            <Routes fallback=not_found::NotFound>
                // Not streamed in parts: parts are put in place by scripts, and the state
                // of a run is to be readable without.
                <Route path=path!("/") view=live::LivePage ssr=SsrMode::Async />
                <Route path=path!("/runs") view={Lazy::<apart::History>::new()} ssr=SsrMode::Async />
                <Route path=path!("/runs/:id") view={Lazy::<apart::Run>::new()} ssr=SsrMode::Async />
                <Route path=path!("/reading") view={Lazy::<apart::Reading>::new()} ssr=SsrMode::Async />
                <Route path=path!("/compare") view={Lazy::<apart::Compare>::new()} ssr=SsrMode::Async />
            </Routes>
            <Keys toasts />
            <Shelf toasts />
        </Router>
        <span hidden id=END node_ref=last></span>
    }
}
