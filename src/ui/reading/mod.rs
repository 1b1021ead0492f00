//! A place to paste lines of a trainer and see what is understood of them.

mod lines;

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::Hydrated;
use super::header::{Bar, Place};
use super::message::Failure;
use crate::api;
use crate::run::LineReading;
use crate::ui::asked::ask;
use lines::Lines;
pub use lines::Marked;

/// What stands in the field at first: forms that occur in many trainers.
const EXAMPLE: &str = "\
[12/25][340/782] Loss_D: 0.5213 Loss_G: 2.1043 D(x): 0.8127 D(G(z)): 0.1530 / 0.1287
Epoch 13/25:  45%|████▌     | 352/782 [00:41<00:50,  8.5it/s, g_loss=1.93, d_loss=0.62]
{\"epoch\": 14, \"generator_loss\": 1.87, \"lr\": 0.0002}
2025-08-24 18:14:33 INFO 192.168.0.7 saved checkpoint-14.pt (47.3 MB)
";

/// As one text, since a browser that runs scripts does not parse what is inside.
const WITHOUT_SCRIPTS: &str = "<p class=\"muted\">Trying out other lines needs JavaScript; \
                               nashboard parse does the same in a terminal.</p>";

/// How long to wait after the last key before the lines are read.
const PAUSE: Duration = Duration::from_millis(250);

/// Lines of a run that are taken over.
const MOST_LINES: usize = 40;

/// `/reading`, with `?run_id=ID` for the last lines of a run. Nothing of what is pasted here is stored.
#[component]
pub fn ReadingPage() -> impl IntoView {
    let query = use_query_map();
    let run = Memo::new(move |_| query.with(|query| query.get("run_id")));
    let first = ask(move || run.get(), first);
    view! {
        <Transition fallback=|| view! { <p class="notice">"Loading…"</p> }>
            {move || first.get().map(|first| view! { <Trial first /> })}
        </Transition>
    }
}

/// What stands in the field at first: the last lines of `run`, or an example.
async fn first(run: Option<String>) -> String {
    let lines = match run {
        Some(run) => api::view(Some(run))
            .await
            .map(|view| view.log.0)
            .unwrap_or_default(),
        None => Default::default(),
    };
    let begin = lines.len().saturating_sub(MOST_LINES);
    let last = lines.range(begin..);
    match last.len() {
        0 => EXAMPLE.to_owned(),
        _ => last.map(|line| format!("{}\n", line.message)).collect(),
    }
}

#[component]
fn Trial(first: String) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let (text, pattern) = (RwSignal::new(first.clone()), RwSignal::new(String::new()));
    // They are read on the server, so that the page says something without scripts.
    let asked = RwSignal::new((first.clone(), String::new()));
    let read = ask(
        move || asked.get(),
        |(text, pattern)| api::read_lines(text, Some(pattern)),
    );
    let mut later = debounce(PAUSE, move |typed| asked.set(typed));
    Effect::new(move |before: Option<()>| {
        let typed = (text.get(), pattern.get());
        if before.is_some() {
            later(typed);
        }
    });
    view! {
        <Title text="Read a log · Nashboard" />
        <Bar place=Place::Reading>
            <h1 class="where">"How a trainer is read"</h1>
        </Bar>
        <main class="reading">
            <section class="panel">
                <label for="lines">
                    <strong>"Lines of a trainer"</strong>
                    <span class="muted">" Nothing of this is stored."</span>
                </label>
                <textarea
                    id="lines"
                    data-testid="lines"
                    rows="12"
                    spellcheck="false"
                    disabled=move || !hydrated.get()
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                >
                    {first}
                </textarea>
                <label for="pattern">
                    <strong>"Pattern"</strong>
                    <span class="muted">
                        " Optional: a regular expression with named groups, as in Leptos.toml. It goes first."
                    </span>
                </label>
                <input
                    id="pattern"
                    data-testid="pattern"
                    type="text"
                    spellcheck="false"
                    autocomplete="off"
                    placeholder=r"(?P<epoch>\d+) .* G=(?P<generator_loss>\S+)"
                    disabled=move || !hydrated.get()
                    prop:value=pattern
                    on:input=move |event| pattern.set(event_target_value(&event))
                />
                <noscript inner_html=WITHOUT_SCRIPTS></noscript>
            </section>
            <section class="panel" aria-live="polite">
                <Transition fallback=|| {
                    view! { <p class="muted">"Reading…"</p> }
                }>{move || read.get().map(answer)}</Transition>
            </section>
        </main>
    }
    .into_any()
}

/// What was understood, or why nothing was read.
fn answer(read: Result<Vec<LineReading>, api::ApiError>) -> AnyView {
    match read {
        Ok(lines) => view! { <Lines lines /> }.into_any(),
        Err(error) => view! { <Failure text=error.to_string() /> }.into_any(),
    }
}
