//! The slider over the steps of a run, and the button that goes through them.

use std::time::Duration;

use leptos::prelude::*;

use super::Stage;
use crate::ui::Hydrated;
use crate::ui::icon::{Icon, Sign};

/// How long each step is shown, at least.
const PAUSE: Duration = Duration::from_millis(900);

/// Buttons and slider; nothing to slide over where there is one step.
#[component]
pub(super) fn Player(stage: Stage) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let playing = RwSignal::new(false);
    let count = move || stage.count();
    let last = move || stage.at() + 1 >= count();
    let advance = move || {
        // A step that is not there yet is waited for.
        if stage.loading.get_untracked() {
            return;
        }
        stage.go(stage.at() + 1);
        if last() {
            playing.set(false);
        }
    };
    Effect::new(move |timer: Option<Option<IntervalHandle>>| {
        if let Some(timer) = timer.flatten() {
            timer.clear();
        }
        let timer = playing
            .get()
            .then(|| set_interval_with_handle(move || untrack(advance), PAUSE).ok());
        let timer = timer.flatten();
        if let Some(timer) = timer {
            on_cleanup(move || timer.clear());
        }
        timer
    });
    let play = move |_| {
        let start = !playing.get_untracked();
        if start && untrack(last) {
            // From the beginning again.
            stage.chosen.set(Some(0));
        }
        playing.set(start);
    };
    let to = move |step: isize| {
        playing.set(false);
        stage.go(untrack(|| stage.at()).saturating_add_signed(step));
    };
    let label = move || stage.step().map(|step| step.label).unwrap_or_default();
    let slide = move |event| {
        playing.set(false);
        if let Ok(at) = event_target_value(&event).parse() {
            stage.go(at);
        }
    };
    view! {
        <div
            class="player"
            data-testid="player"
            data-state=move || if playing.get() { "playing" } else { "still" }
            hidden=move || count() < 2
        >
            <button
                type="button"
                class="button play"
                aria-label=move || if playing.get() { "Pause" } else { "Play the steps" }
                disabled=move || !hydrated.get()
                on:click=play
            >
                {move || {
                    let sign = if playing.get() { Sign::Stopped } else { Sign::Running };
                    view! { <Icon sign /> }
                }}
            </button>
            <button
                type="button"
                class="button"
                disabled=move || !hydrated.get() || stage.at() == 0
                on:click=move |_| to(-1)
            >
                "Back"
            </button>
            <input
                type="range"
                min="0"
                max=move || count().saturating_sub(1).to_string()
                prop:value=move || stage.at().to_string()
                value=move || stage.at().to_string()
                aria-label="Step of the training"
                aria-valuetext=label
                disabled=move || !hydrated.get()
                on:input=slide
            />
            <button
                type="button"
                class="button"
                disabled=move || !hydrated.get() || last()
                on:click=move |_| to(1)
            >
                "Next"
            </button>
            <output data-testid="step">
                {move || format!("{} ({} of {})", label(), stage.at() + 1, count())}
            </output>
        </div>
    }
    .into_any()
}
