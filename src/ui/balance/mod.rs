//! How the two networks stand to each other: in a sentence, the ratio of their losses, their way through the plane of both,
//! and how the discriminator's last scores are spread.

mod phase;
mod ratio;
mod spread;
mod words;

use leptos::prelude::*;

use super::Live;
use crate::run::LOSSES;
use phase::Phase;
use ratio::Ratio;
use spread::Spread;
use words::Words;

/// Both scores.
const SCORES: [&str; 2] = ["real_scores", "fake_scores"];

/// The sentence and the three charts; they exist where there is something to show.
#[component]
pub fn Balance(live: Live) -> impl IntoView {
    let any = |names: [&'static str; 2]| {
        Memo::new(move |_| {
            live.view.with(|view| {
                let mut counts = names.iter().map(|name| view.series.points(name).len());
                counts.all(|count| count > 0)
            })
        })
    };
    let losses = any(LOSSES);
    let scores = any(SCORES);
    view! {
        <section
            class="balance"
            class:two=move || !scores.get()
            aria-label="Balance of the two networks"
            hidden=move || !losses.get() && !scores.get()
            data-testid="balance"
        >
            <Words live />
            <Show when=move || losses.get()>
                <Ratio live />
                <Phase live />
            </Show>
            <Show when=move || scores.get()>
                <Spread live />
            </Show>
        </section>
    }
    .into_any()
}
