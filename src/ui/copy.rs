//! A button that puts a text into the clipboard, and says whether it got there.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icon::{Icon, Sign};
use super::{Hydrated, browser};

/// How long the button tells of its success.
const SAID: Duration = Duration::from_secs(2);

/// What became of the last press.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    None,
    Copied,
    Refused,
}

/// The button. `text` is asked for at the press.
#[component]
pub fn CopyButton(
    /// What the button says, as in `Copy link`.
    label: &'static str,
    /// Whether the sign alone is shown, and the label only read out.
    #[prop(optional)]
    small: bool,
    /// Whether the palette offers it, where there is one such on the page.
    #[prop(optional)]
    named: bool,
    text: impl Fn() -> Option<String> + 'static,
) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let outcome = RwSignal::new(Outcome::None);
    let press = move |_| {
        let text = text().unwrap_or_default();
        spawn_local(async move {
            let copied = browser::copy(text).await;
            // The button may have gone meanwhile.
            outcome.try_set(if copied {
                Outcome::Copied
            } else {
                Outcome::Refused
            });
            set_timeout(
                move || {
                    outcome.try_set(Outcome::None);
                },
                SAID,
            );
        });
    };
    let said = move || match outcome.get() {
        Outcome::None => None,
        Outcome::Copied => Some("Copied"),
        Outcome::Refused => Some("Not allowed by the browser"),
    };
    view! {
        <button
            type="button"
            class="button copy"
            class:small=small
            data-command=named.then_some(label)
            title=move || small.then(|| said().unwrap_or(label))
            disabled=move || !hydrated.get()
            on:click=press
        >
            {move || {
                let sign = match outcome.get() {
                    Outcome::None => Sign::Copy,
                    Outcome::Copied => Sign::Completed,
                    Outcome::Refused => Sign::Warning,
                };
                view! { <Icon sign /> }
            }}
            <span class:unseen=small aria-live="polite">
                {move || said().unwrap_or(label)}
            </span>
        </button>
    }
    .into_any()
}
