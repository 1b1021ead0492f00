//! The bar at the top: which run is on show, and whether the page still hears the server.

use leptos::prelude::*;

use super::Live;
use super::connection::Connection;
use super::icon::Logo;
use super::theme::ThemeSwitch;
use super::time::Moment;

/// The bar of a page that shows a run, or that there is none yet.
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
    // A run without a name of its own is called by its id, which need not stand there twice.
    let id = move || {
        run.get()
            .map(|run| run.to_string())
            .filter(|id| name.with(|name| name != id))
    };
    view! {
        <header class="top">
            <a class="brand" href="/">
                <Logo />
                <span>"Nashboard"</span>
            </a>
            <div class="run" data-testid="run">
                <strong>{name}</strong>
                <code>{id}</code>
                {move || started.get().map(|utc| view! { <Moment utc /> })}
                {pinned.then(|| view! { <a href="/">"Show the latest run"</a> })}
            </div>
            <Connection live />
            <ThemeSwitch />
        </header>
    }
    .into_any()
}
