//! What was started: the command and all that can tell one run from another.

use leptos::prelude::*;

use super::{Page, shell};
use crate::api::at;
use crate::run::{DataState, Host, Manifest, format};
use crate::ui::copy::CopyButton;
use crate::ui::sources::address;
use crate::ui::time::{Moment, clock};

/// The panel.
#[component]
pub fn Facts(page: Page) -> impl IntoView {
    let Manifest {
        id,
        trainer,
        command,
        working_directory,
        environment,
        parameters,
        epochs,
        data,
        host,
        started_at,
        resumed_from,
        ..
    } = page.detail.with_untracked(|detail| detail.manifest.clone());
    let command = (!command.is_empty()).then(|| {
        let line = shell::line(&command);
        let copied = line.clone();
        view! {
            <div class="command">
                // A long one scrolls, and what scrolls is to be reached by keys.
                <code data-testid="command" tabindex="0" role="region" aria-label="Command">
                    {line}
                </code>
                <CopyButton label="Copy the command" small=true text=move || Some(copied.clone()) />
            </div>
        }
    });
    let parameters: Vec<_> = parameters
        .into_iter()
        .map(|(name, value)| (name, format::json(&value)))
        .collect();
    let untouched = move || {
        page.detail
            .with(|detail| detail.data_state.and_then(data_now))
    };
    let state = move || {
        let state = page.detail.with(|detail| detail.data_state);
        state.map(DataState::name)
    };
    let data = data.map(|data| {
        let hash = data.sha256.clone();
        let parts = [
            data.rows.map(|rows| format!("{} rows", format::count(rows))),
            data.columns
                .map(|columns| format!("{} columns", format::count(columns))),
            Some(format::bytes(data.bytes)),
        ];
        let size = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        view! {
            {fact("Data", view! { <a href=at(&address(&data.source, None))>{data.name}</a> })}
            {fact("Data size", size)}
            <div hidden=move || untouched().is_none()>
                <dt>"Data now"</dt>
                <dd data-testid="data-state" data-state=state>
                    {untouched}
                </dd>
            </div>
            {fact(
                "SHA-256",
                view! {
                    <span class="hash">
                        <code data-testid="sha256">{data.sha256}</code>
                        <CopyButton label="Copy the SHA-256" small=true text=move || Some(hash.clone()) />
                    </span>
                },
            )}
        }
    });
    let ended = move || {
        let ended = page.live.view.with(|view| view.state.ended_at.clone())?;
        Some(fact("Ended", view! { <Moment utc=ended /> }))
    };
    view! {
        <section class="panel facts" data-testid="facts">
            <h2>"What was started"</h2>
            {command}
            <dl>
                {fact("Run", view! { <code>{id.to_string()}</code> })}
                {(!trainer.is_empty()).then(|| fact("Trainer", trainer))}
                {epochs.map(|epochs| fact("Epochs", format::count(epochs)))}
                {resumed_from
                    .map(|run| {
                        let run = run.to_string();
                        let page = at(&format!("/runs/{run}"));
                        fact("Goes on from", view! { <a href=page data-testid="resumed-from"><code>{run}</code></a> })
                    })}
                {(!parameters.is_empty()).then(|| fact("Parameters", pairs(parameters)))}
                {data}
                {(!working_directory.is_empty())
                    .then(|| fact("Folder", view! { <code>{working_directory}</code> }))}
                {(!environment.is_empty())
                    .then(|| fact("Environment", pairs(environment.into_iter().collect())))}
                {host.map(machine)}
                {fact("Started", view! { <Moment utc=started_at /> })}
                {ended}
                {fact("Duration", duration(page))}
            </dl>
        </section>
    }
    .into_any()
}

/// What became of the data since the run; nothing where they are the same.
fn data_now(state: DataState) -> Option<&'static str> {
    match state {
        DataState::Same => None,
        DataState::Changed => Some("Changed since: the file is not what this run was trained on"),
        DataState::Gone => Some("Gone: no such file is in the data folder"),
        DataState::Unknown => Some("It cannot be told whether the file is still the same"),
    }
}

/// A term and what is known of it.
fn fact(term: &'static str, known: impl IntoView + 'static) -> AnyView {
    view! {
        <div>
            <dt>{term}</dt>
            <dd>{known.into_any()}</dd>
        </div>
    }
    .into_any()
}

/// Names with their values, a line each.
fn pairs(pairs: Vec<(String, String)>) -> AnyView {
    let pair = |(name, value)| {
        view! { <li><code>{format!("{name}={value}")}</code></li> }
    };
    let pairs: Vec<_> = pairs.into_iter().map(pair).collect();
    view! { <ul>{pairs}</ul> }.into_any()
}

fn machine(host: Host) -> AnyView {
    let memory = host.memory_bytes.map_or(String::new(), |bytes| {
        format!(" · {} of memory", format::bytes(bytes))
    });
    let processors = match host.processors {
        1 => "1 processor".to_owned(),
        many => format!("{} processors", format::count(many)),
    };
    let words = format!(
        "{} · {} · {processors}{memory} · Nashboard {}",
        host.name, host.system, host.nashboard
    );
    fact("Machine", words)
}

/// How long the run took, or has taken so far.
fn duration(page: Page) -> impl IntoView {
    let now = clock();
    let spent = Memo::new(move |_| {
        let now = page.live.time(now.get());
        let elapsed = page.live.view.with(|view| view.state.elapsed(now));
        elapsed.map(format::duration)
    });
    move || spent.get().unwrap_or_else(|| "not known".into())
}
