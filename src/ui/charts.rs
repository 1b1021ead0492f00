//! The two charts of every GAN: its losses, and what its discriminator makes of both kinds of samples.

use leptos::prelude::*;

use super::chart::MetricChart;
use super::{Hydrated, Live};
use crate::run::Axis;

/// The charts. Their types are erased here, as are those of all larger parts: spelt out,
/// the type of the page is more than the compiler bears.
#[component]
pub fn Charts(live: Live) -> impl IntoView {
    let lines = |lines: [(&str, &str); 2]| lines.map(|(a, b)| (a.into(), b.into())).to_vec();
    let losses = view! {
        <MetricChart
            id="loss-chart"
            title="Losses"
            lines=lines([("generator_loss", "Generator"), ("discriminator_loss", "Discriminator")])
            live
        />
    };
    let scores = view! {
        <MetricChart
            id="score-chart"
            title="Discriminator scores"
            lines=lines([("real_scores", "Real D(x)"), ("fake_scores", "Synthetic D(G(z))")])
            reference=0.5
            reference_label="equilibrium"
            y_range=(0.0, 1.0)
            live
        />
    };
    view! {
        <AxisSwitch live />
        <div class="charts">{losses.into_any()} {scores.into_any()}</div>
    }
    .into_any()
}

/// What all charts of the page are laid over.
#[component]
fn AxisSwitch(live: Live) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let choices = [
        (Axis::Count, "Epoch"),
        (Axis::Step, "Step"),
        (Axis::Time, "Time"),
    ];
    let buttons = choices.map(|(axis, word)| {
        let pressed = move || (live.axis.get() == axis).to_string();
        view! {
            <button
                type="button"
                aria-pressed=pressed
                disabled=move || !hydrated.get()
                on:click=move |_| live.axis.set(axis)
            >
                {word}
            </button>
        }
    });
    view! {
        <div class="axis-switch" role="group" aria-label="Charts by" data-testid="axis">
            {buttons.collect_view()}
        </div>
    }
    .into_any()
}
