//! The list of keys, those of the page in sight among them.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::dialogue::Dialogue;
use super::keys::{keys_act, let_keys_act, printed};
use crate::ui::browser;

/// Keys that belong to no element of a page.
const EVERYWHERE: [(&str, &str); 4] = [
    ("Ctrl K", "Search commands, runs and data"),
    ("?", "Show this list"),
    ("j", "Next chart"),
    ("k", "Previous chart"),
];

/// Keys of a chart that has the focus.
const CHART: [(&str, &str); 6] = [
    ("← →", "Move"),
    ("+ −", "Zoom"),
    ("Shift ← →", "Read values"),
    ("Home", "Go to the beginning"),
    ("End", "Follow the end"),
    ("0", "Show everything"),
];

/// What shows the list until `close` is called.
#[cfg_attr(feature = "split", leptos::lazy)]
pub(super) async fn help(close: Callback<()>) -> ViewFn {
    ViewFn::from(move || view! { <Help close /> })
}

#[component]
fn Help(close: Callback<()>) -> impl IntoView {
    let acting = RwSignal::new(keys_act());
    let page = browser::commands().into_iter().filter_map(|command| {
        let key = command.key.filter(|key| key != "?")?;
        Some((printed(&key), command.name))
    });
    let row = |(key, what): (String, String)| {
        view! {
            <dt>
                <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
        }
        .into_any()
    };
    let page: Vec<_> = page.map(row).collect();
    let fixed = move |(key, what): (&str, &str)| row((key.to_owned(), what.to_owned()));
    let (everywhere, chart) = (
        Vec::from(EVERYWHERE.map(fixed)),
        Vec::from(CHART.map(fixed)),
    );
    let turn = move |_| {
        acting.update(|acting| *acting = !*acting);
        let_keys_act(acting.get_untracked());
    };
    view! {
        <Dialogue label="Keys" close>
            <div class="keys" data-testid="keys">
                <h2>"Keys"</h2>
                <dl>{everywhere} {page}</dl>
                <h3>"In a chart that has the focus"</h3>
                <dl>{chart}</dl>
                <label>
                    <input type="checkbox" prop:checked=acting on:change=turn />
                    "Single keys act. Ctrl K always does."
                </label>
                <button type="button" class="button" on:click=move |_: MouseEvent| close.run(())>
                    "Close"
                </button>
            </div>
        </Dialogue>
    }
    .into_any()
}
