//! What the last reports say of the two networks, in a sentence above their charts.

use leptos::prelude::*;

use crate::event::TrainingUpdate;
use crate::run::stand;
use crate::ui::Live;
use crate::ui::chart::reported;
use crate::ui::icon::{Icon, Sign};

/// The sentence. Not read out by itself: it may change ten times a second.
#[component]
pub fn Words(live: Live) -> impl IntoView {
    let told = reported(live, TrainingUpdate::METRICS.map(str::to_owned).to_vec());
    let stand = Memo::new(move |_| {
        told.with(|_| ());
        live.view.with_untracked(|view| stand(&view.series))
    });
    let alarms = Memo::new(move |_| stand.with(|stand| stand.alarms));
    view! {
        <p class="stand" class:alarming=alarms data-testid="stand">
            <span hidden=move || !alarms.get()>
                <Icon sign=Sign::Warning />
            </span>
            {move || stand.with(|stand| stand.words.clone())}
        </p>
    }
    .into_any()
}
