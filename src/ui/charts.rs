//! The two charts of every GAN: its losses, and what its discriminator makes of both kinds of samples.

use leptos::prelude::*;

use super::chart::{Board, MetricChart, Way};
use super::usage::UsageLine;
use super::{Hydrated, Live};
use crate::run::{Axis, Layout};

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
        <div class="chart-bar">
            <UsageLine live />
            <Way board=live.board named=true />
            <Smoothing board=live.board />
            <AxisSwitch live />
        </div>
        <div class="charts">{losses.into_any()} {scores.into_any()}</div>
    }
    .into_any()
}

/// How strongly all curves are smoothed.
#[component]
pub fn Smoothing(board: Board) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let strength = move || board.layout.with(|layout| layout.smoothing);
    let turn = move |event| {
        let strength = event_target_value(&event).parse().unwrap_or_default();
        board.layout.update(|layout| layout.smoothing = strength);
    };
    let words = move || match strength() {
        0 => "off".to_owned(),
        strength => format!("{strength} %"),
    };
    view! {
        <label class="smoothing" title="Each value becomes an average of those before it; the line itself stays, faint">
            "Smoothing"
            <input
                type="range"
                min="0"
                value="0"
                max=Layout::SMOOTHEST.to_string()
                disabled=move || !hydrated.get()
                aria-valuetext=words
                prop:value=move || strength().to_string()
                on:input=turn
                data-testid="smoothing"
            />
            <output>{words}</output>
        </label>
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
    let steps = Memo::new(move |_| live.view.with(|view| view.state.step.is_some()));
    // Where no epochs are stated, steps are what is counted.
    let by_steps = Memo::new(move |_| live.view.with(|view| view.state.is_by_steps()));
    let buttons = choices.map(|(axis, word)| {
        // Without steps there is nothing to lay over them; who is there already finds back.
        let lacks = move || axis == Axis::Step && !steps.get() && live.axis.get() != axis;
        let pressed = move || {
            let drawn = live.axis.get();
            let counted = by_steps.get() && drawn == Axis::Count && axis == Axis::Step;
            (drawn == axis || counted).to_string()
        };
        let turn = move |_| {
            // A window of epochs says nothing about hours.
            live.board.reset();
            live.axis.set(axis);
        };
        view! {
            <button
                type="button"
                aria-pressed=pressed
                data-command=format!("Charts by {}", word.to_lowercase())
                title=move || lacks().then_some("The run states no steps")
                hidden=move || axis == Axis::Count && by_steps.get()
                disabled=move || !hydrated.get() || lacks()
                on:click=turn
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
