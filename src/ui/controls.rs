//! Starting and stopping.

use leptos::prelude::*;
use leptos::web_sys::Element;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::icon::{Icon, Sign};
use super::last_order::LastOrder;
use super::live::Desk;
use super::message::{Failure, Message};
use super::parameters::{Parameters, Typed, asked};
use super::sources::address;
use super::viewer::barred;
use super::{Hydrated, Live};
use crate::api::{StartTraining, StopTraining};
use crate::event::{Status, number};
use crate::run::{EPOCHS_DEFAULT, Link, TrainerInfo};

/// As one text: a browser that runs scripts does not parse what is inside, and hydration
/// would look for its elements in vain.
const WITHOUT_SCRIPTS: &str = "<p class=\"muted\">Starting and stopping need JavaScript. State, preview \
                               and log are shown without, as of the moment the page was loaded.</p>";

/// The panel with what a run is started with, and the two buttons.
#[component]
pub fn Controls(
    live: Live,
    desk: Desk,
    /// Whether the fields are seen, where the page is narrow.
    open: RwSignal<bool>,
) -> impl IntoView {
    // What the run on show is made of stands in the bar; this is about another.
    let active = Memo::new(move |_| live.view.with(|view| view.state.status.is_active()));
    view! {
        <section class="panel">
            <h2>{move || if active.get() { "Next training" } else { "Training" }}</h2>
            <Transition fallback=|| {
                view! { <p class="muted">"Loading…"</p> }
            }>
                {move || {
                    desk.trainers
                        .get()
                        .map(|answer| match answer {
                            Ok(trainers) => view! { <Order trainers live desk open /> }.into_any(),
                            Err(error) => view! { <Failure text=error.to_string() /> }.into_any(),
                        })
                }}
            </Transition>
            <noscript inner_html=WITHOUT_SCRIPTS></noscript>
        </section>
    }
    .into_any()
}

/// The form. Its fields are disabled until the browser has taken over, so that nothing typed is lost.
#[component]
fn Order(
    trainers: Vec<TrainerInfo>,
    live: Live,
    desk: Desk,
    open: RwSignal<bool>,
) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let barred = barred();
    let (start, stop) = (
        ServerAction::<StartTraining>::new(),
        ServerAction::<StopTraining>::new(),
    );
    let (starting, stopping) = (start.pending(), stop.pending());
    let message = RwSignal::new(None);
    let trainers = StoredValue::new(trainers);
    let trainer =
        RwSignal::new(trainers.with_value(|all| all.first().map(|first| first.name.clone())));
    let epochs_most = live.view.with_untracked(|view| view.epochs_most);
    let epochs_first = EPOCHS_DEFAULT.min(epochs_most);
    let epochs = RwSignal::new(epochs_first.to_string());
    let name = RwSignal::new(String::new());
    let typed = RwSignal::new(Typed::new());

    // A trainer may be gone from the configuration since, and with it what it was told.
    Effect::new(move |_| {
        let Some(last) = LastOrder::recall() else {
            return;
        };
        let is_there = trainers.with_value(|all| {
            all.iter()
                .any(|one| Some(&one.name) == last.trainer.as_ref())
        });
        if is_there {
            typed.set(last.typed);
            trainer.set(last.trainer);
            epochs.set(last.epochs);
        }
    });

    let specs = move || {
        let trainer = trainer.get();
        trainers.with_value(|all| {
            let chosen = all.iter().find(|one| Some(&one.name) == trainer.as_ref());
            chosen
                .map(|chosen| (chosen.about.clone(), chosen.parameters.clone()))
                .unwrap_or_default()
        })
    };
    let status = Memo::new(move |_| live.view.with(|view| view.state.status));
    let full = Memo::new(move |_| {
        live.view.with(|view| {
            (view.active.len() as u64 >= view.active_most).then_some(view.active.len())
        })
    });
    let lacks_rows = Memo::new(move |_| {
        desk.preview
            .with(|known| matches!(known, Some(Some(Ok(preview))) if preview.rows == 0))
    });
    // What stands in the way of a start.
    let obstacle = Memo::new(move |_| {
        if barred.is_some() {
            barred
        } else if !hydrated.get() {
            Some("The page is getting ready.")
        } else if starting.get() {
            Some("Starting…")
        } else if full.get().is_some() && status.get() == Status::Stopping {
            Some("The trainer is about to end.")
        } else if let Some(count) = full.get() {
            Some(match count {
                0 | 1 => "A training is active: stop it, or wait for its end.",
                _ => "The limit of active trainings is reached: stop one, or wait for an end.",
            })
        } else if desk.selected.with(Option::is_none) {
            Some("Choose a data source first.")
        } else if lacks_rows.get() {
            Some("The selected data has no row to train on.")
        } else {
            None
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(data_source) = desk.selected.get_untracked() else {
            return;
        };
        if obstacle.with_untracked(Option::is_some) {
            return;
        }
        // A browser takes `1e3` for a whole number too, and `1000.0`.
        let Some(count) =
            number(epochs.get_untracked().trim()).filter(|count| count.fract() == 0.0)
        else {
            return message.set(Some("The epochs have to be a whole number.".into()));
        };
        message.set(None);
        let text = name.get_untracked().trim().to_owned();
        let (_, specs) = untrack(specs);
        desk.starts.set_value(true);
        LastOrder {
            trainer: trainer.get_untracked(),
            epochs: epochs.get_untracked(),
            typed: typed.get_untracked(),
        }
        .keep();
        start.dispatch(StartTraining {
            data_source,
            trainer: trainer.get_untracked(),
            epochs: Some(count as i64),
            name: (!text.is_empty()).then_some(text),
            parameters: Some(typed.with_untracked(|typed| asked(&specs, typed))),
            resume: None,
        });
    };
    let halt = move |_| {
        message.set(None);
        let run_id = live
            .view
            .with_untracked(|view| view.state.run_id.as_ref().map(ToString::to_string));
        stop.dispatch(StopTraining { run_id });
    };

    let navigate = use_navigate();
    Effect::new(move |_| match start.value().get() {
        Some(Err(error)) => {
            desk.starts.set_value(false);
            message.set(Some(error.to_string()));
        }
        // Another run is on show, by its address or because it goes on: the new one is what the user wants to see now.
        Some(Ok(started)) => {
            let pinned = desk.pinned.with_untracked(Option::is_some);
            let other = live.view.with_untracked(|view| {
                view.state.status.is_active() && view.state.run_id.as_ref() != Some(&started.run_id)
            });
            if pinned || other {
                let source = desk.selected.get_untracked().unwrap_or_default();
                let run = (!pinned).then(|| started.run_id.to_string());
                let to = address(&source, run.as_deref());
                navigate(&to, NavigateOptions::default());
            }
        }
        None => {}
    });
    // What was said while the server was away is over when it is back.
    let link = Memo::new(move |_| live.link());
    Effect::new(move |away: Option<bool>| match link.get() {
        Link::Disconnected => true,
        Link::Connecting => away.unwrap_or_default(),
        Link::Connected => {
            if away == Some(true) {
                message.set(None);
            }
            false
        }
    });
    Effect::new(move |_| {
        if let Some(Err(error)) = stop.value().get() {
            message.set(Some(error.to_string()));
        }
    });

    view! {
        // A browser says at a field what is wrong in it, which it cannot where the field is folded away.
        <form on:submit=submit on:invalid:capture=move |event| {
            open.set(true);
            let around = event_target::<Element>(&event).closest("details");
            if let Ok(Some(around)) = around {
                // Fails for no element.
                let _ = around.set_attribute("open", "");
            }
        }>
            <fieldset class="fields" disabled=move || !hydrated.get() || barred.is_some()>
                <div class="field">
                    <label for="trainer">"Trainer"</label>
                    <select
                        id="trainer"
                        prop:value=move || trainer.get().unwrap_or_default()
                        on:change=move |event| {
                            typed.set(Typed::new());
                            trainer.set(Some(event_target_value(&event)));
                        }
                    >
                        {trainers
                            .get_value()
                            .into_iter()
                            .map(|one| view! { <option value=one.name.clone()>{one.name.clone()}</option> })
                            .collect_view()}
                    </select>
                    <small>{move || specs().0}</small>
                </div>
                <div class="field">
                    <label for="epochs">"Epochs"</label>
                    <input
                        id="epochs"
                        type="number"
                        inputmode="numeric"
                        required
                        min="1"
                        max=epochs_most
                        step="1"
                        prop:value=epochs
                        value=epochs_first
                        on:input=move |event| epochs.set(event_target_value(&event))
                    />
                </div>
                <div class="field">
                    <label for="run-name">"Name"</label>
                    <input
                        id="run-name"
                        type="text"
                        maxlength="200"
                        placeholder="optional"
                        autocomplete="off"
                        prop:value=name
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                </div>
                {move || {
                    let (_, specs) = specs();
                    (!specs.is_empty()).then(|| view! { <Parameters specs typed /> })
                }}
            </fieldset>
            <Message text=message />
            <div class="buttons">
                <button
                    type="submit"
                    class="button primary"
                    data-testid="start"
                    data-command="Start training"
                    data-key="s"
                    aria-describedby="start-reason"
                    disabled=move || obstacle.with(Option::is_some)
                >
                    <Icon sign=Sign::Running />
                    "Start Training"
                </button>
                <button
                    type="button"
                    class="button"
                    data-testid="stop"
                    data-command="Stop the run"
                    data-key="X"
                    title=move || barred.or((!status.get().is_active()).then_some("No training is active"))
                    disabled=move || {
                        !hydrated.get() || barred.is_some() || stopping.get() || !status.get().is_active()
                    }
                    on:click=halt
                >
                    <Icon sign=Sign::Stopped />
                    "Stop"
                </button>
            </div>
            <p id="start-reason" class="muted" data-testid="start-reason" aria-live="polite">
                {move || obstacle.get().unwrap_or("Ready to train on the selected data.")}
            </p>
        </form>
    }
    .into_any()
}
