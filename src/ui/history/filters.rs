//! What narrows the list: a search field and the statuses. Both work without scripts, as a form.

use std::time::Duration;

use leptos::ev::SubmitEvent;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::Desk;
use super::wanted::Wanted;
use crate::api::at;
use crate::event::Status;

/// How long to wait after the last key before the list is searched.
const PAUSE: Duration = Duration::from_millis(250);

/// As one text, since a browser that runs scripts does not parse what is inside.
const WITHOUT_SCRIPTS: &str = "<button class=\"button\">Search</button>";

/// Statuses that can be asked for, with the word for them.
const STATUSES: [(&str, &str); 7] = [
    ("", "Any status"),
    ("running,stopping", "Active"),
    ("completed", "Completed"),
    ("failed", "Failed"),
    ("stopped", "Stopped"),
    ("lost", "Lost"),
    ("failed,lost", "Failed or lost"),
];

/// The search field and the list of statuses.
#[component]
pub fn Filters(desk: Desk) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |wanted: Wanted| {
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&wanted.address(), options);
    });
    let (query, status) = desk
        .wanted
        .with_untracked(|wanted| (wanted.query.clone(), wanted.status.clone()));
    let typed = RwSignal::new(query.clone());
    let picked = RwSignal::new(status.clone());
    let asked = StoredValue::new(query.clone());
    let ask = move || {
        let wanted = desk.wanted.get_untracked();
        asked.set_value(typed.get_untracked());
        go.run(Wanted {
            query: typed.get_untracked(),
            status: picked.get_untracked(),
            offset: 0,
            ..wanted
        });
    };
    let mut later = debounce(PAUSE, move |()| ask());
    let search = move |event| {
        typed.set(event_target_value(&event));
        later(());
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        ask();
    };
    // A link or the way back may ask for something else than the fields say.
    Effect::new(move |_| {
        let wanted = desk.wanted.get();
        picked.set(wanted.status);
        // What was asked for here may have been typed on since.
        if asked.get_value() != wanted.query {
            asked.set_value(wanted.query.clone());
            typed.set(wanted.query);
        }
    });
    let options = STATUSES.map(|(value, word)| {
        let selected = value == status;
        view! {
            <option value=value selected=selected>
                {word}
            </option>
        }
    });
    view! {
        <form class="filters" role="search" action=at("/runs") on:submit=submit>
            // For browsers without scripts.
            <input type="hidden" name="sort" value=move || desk.wanted.with(|wanted| wanted.sort.clone()) />
            <input type="hidden" name="metrics" value=move || desk.wanted.with(|wanted| wanted.metrics.clone()) />
            <label class="unseen" for="query">
                "Search runs"
            </label>
            <input
                id="query"
                name="query"
                type="search"
                data-command="Search runs"
                data-key="/"
                data-testid="query"
                placeholder="Name, tag, data, trainer, notes…"
                autocomplete="off"
                value=query
                prop:value=typed
                on:input=search
            />
            <label class="unseen" for="status">
                "Status"
            </label>
            <select
                id="status"
                name="status"
                data-testid="status"
                prop:value=picked
                on:change=move |event| {
                    picked.set(event_target_value(&event));
                    ask();
                }
            >
                {options}
            </select>
            <noscript inner_html=WITHOUT_SCRIPTS></noscript>
        </form>
    }
    .into_any()
}

/// What stands where no run is listed.
#[component]
pub fn Nothing(desk: Desk) -> impl IntoView {
    move || {
        let wanted = desk.wanted.get();
        if wanted.is_filtered() {
            let active = wanted.only(Status::Running) || wanted.status == "running,stopping";
            let words = match active && wanted.query.is_empty() {
                true => "No run is active at present.",
                false => "No run matches.",
            };
            view! {
                <p>{words}</p>
                <a class="button" href=at("/runs")>
                    "Show all runs"
                </a>
            }
            .into_any()
        } else {
            view! {
                <p>"No runs yet."</p>
                <p class="muted">
                    "Start one on the " <a href=at("/")>"live page"</a>
                    ", or record any command from a terminal: "
                    <code>"nashboard run -- COMMAND"</code>
                </p>
            }
            .into_any()
        }
    }
}
