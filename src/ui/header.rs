//! The bar at the top of every page: the name, where else to go, and what the page puts between.

use leptos::prelude::*;

use super::comfort::{Opened, Over};
use super::connection::Connection;
use super::icon::{Icon, Logo, Sign};
use super::theme::ThemeSwitch;
use super::time::Moment;
use super::{Hydrated, Live};
use crate::api::at;

/// The places that the bar leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Choosing, starting, watching.
    Live,
    /// The history, and all that is about a run in it.
    Runs,
    /// Trying out how lines are read.
    Reading,
}

/// The bar, with the content of the page's own between its links and the theme.
#[component]
pub fn Bar(
    /// Where the page belongs.
    place: Place,
    children: Children,
) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let Over(over) = expect_context();
    let link = move |to: Place, href: &'static str, word: &'static str| {
        let current = (to == place).then_some("page");
        view! {
            <a href=at(href) aria-current=current data-command=format!("Go to {word}")>
                {word}
            </a>
        }
    };
    view! {
        <header class="top">
            <a class="brand" href=at("/")>
                <Logo />
                <span>"Nashboard"</span>
            </a>
            <nav class="places" aria-label="Pages">
                {link(Place::Live, "/", "Live")} {link(Place::Runs, "/runs", "Runs")}
                {link(Place::Reading, "/reading", "Reader")}
            </nav>
            {children()}
            <button
                type="button"
                class="plain"
                title="Commands, runs and data (Ctrl K)"
                aria-label="Commands, runs and data"
                disabled=move || !hydrated.get()
                on:click=move |_| over.set(Some(Opened::Palette))
            >
                <Icon sign=Sign::Search />
            </button>
            <ThemeSwitch />
        </header>
    }
    .into_any()
}

/// The bar of the page that shows the latest run, or one that its address names.
#[component]
pub fn Header(
    live: Live,
    /// Whether the address names the run.
    pinned: bool,
) -> impl IntoView {
    let run = Memo::new(move |_| live.view.with(|view| view.state.run_id.clone()));
    let started = Memo::new(move |_| live.view.with(|view| view.state.started_at.clone()));
    let name = Memo::new(move |_| {
        live.view.with(|view| match &view.manifest {
            Some(manifest) => manifest.name.clone(),
            None if view.state.run_id.is_some() => String::new(),
            None => "No run yet".into(),
        })
    });
    // Beside it stands a form for the next one, which may say otherwise.
    let made_of = Memo::new(move |_| {
        live.view.with(|view| {
            let manifest = view.manifest.as_ref()?;
            let data = manifest.data.as_ref().map(|data| data.name.clone());
            let parts = [Some(manifest.trainer.clone()), data].into_iter().flatten();
            Some(
                parts
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · "),
            )
        })
    });
    let others = Memo::new(move |_| {
        live.view.with(|view| {
            let shown = view.state.run_id.as_ref();
            let others = view.active.iter().filter(|run| Some(*run) != shown);
            others.cloned().collect::<Vec<_>>()
        })
    });
    let page = move || run.get().map(|run| at(&format!("/runs/{run}")));
    view! {
        <Bar place=Place::Live>
            <div class="run" data-testid="run">
                <strong>
                    <a href=page>{name}</a>
                </strong>
                <span class="made-of" title=move || run.get().map(|run| run.to_string())>
                    {made_of}
                </span>
                {move || started.get().map(|utc| view! { <Moment utc /> })}
                {move || {
                    let (to, words) = match others.get().as_slice() {
                        [] if pinned => ("/".to_owned(), "Show the latest run".to_owned()),
                        [] => return None,
                        [one] => (format!("/?run={one}"), "1 other is active".to_owned()),
                        many => {
                            ("/runs?status=running,stopping".to_owned(), format!("{} others are active", many.len()))
                        }
                    };
                    Some(view! { <a class="others" href=at(&to)>{words}</a> })
                }}
            </div>
            <Connection live />
        </Bar>
    }
    .into_any()
}
