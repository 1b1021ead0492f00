//! What is open while somebody chooses what to train, and closed while it trains: then the course of the run is
//! what the page is for.

use leptos::prelude::*;

use super::icon::{Icon, Sign};
use super::{Hydrated, Live};
use crate::event::Status;

/// Whether such a part is open. It closes when a training begins; who opens it again keeps it open, and nothing
/// moves when the training ends.
pub fn open_while_choosing(live: Live) -> RwSignal<bool> {
    let active = Memo::new(move |_| live.view.with(|view| view.state.status.is_active()));
    let open = RwSignal::new(!active.get_untracked());
    Effect::new(move |before: Option<bool>| {
        let active = active.get();
        if active && before == Some(false) {
            open.set(false);
        }
        active
    });
    open
}

/// Opens and closes the list of data and the fields of the form, where the page is too narrow to have them beside
/// the charts; elsewhere it is not seen. Before the first run there is nothing else to look at.
#[component]
pub fn Fold(live: Live, open: RwSignal<bool>) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let idle = Memo::new(move |_| live.view.with(|view| view.state.status == Status::Idle));
    view! {
        <button
            type="button"
            class="opener fold"
            aria-expanded=move || open.get().to_string()
            hidden=idle
            disabled=move || !hydrated.get()
            on:click=move |_| open.update(|open| *open = !*open)
            data-testid="fold"
        >
            <Icon sign=Sign::Open />
            "Data and settings"
        </button>
    }
    .into_any()
}
