//! What can be done with a run: again, stop, compare, export, link, delete.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::Page;
use super::again::Again;
use super::onward::Onward;
use crate::api::{self, DeleteRun, StopTraining, at};
use crate::ui::comfort::Toasts;
use crate::ui::copy::CopyButton;
use crate::ui::focus::focus;
use crate::ui::icon::{Icon, Sign};
use crate::ui::message::Message;
use crate::ui::viewer::barred;
use crate::ui::{Hydrated, browser};

/// The row of buttons, and what came of them.
#[component]
pub fn Actions(page: Page) -> impl IntoView {
    let message = RwSignal::new(None);
    let id = page
        .detail
        .with_untracked(|detail| detail.run_id.to_string());
    let export = |format: &str| at(&format!("/api/export?run_id={id}&format={format}"));
    let (csv, json) = (export("csv"), export("json"));
    let (compare, with) = match page.previous.get_value() {
        Some(previous) => (
            at(&format!("/compare?runs={id},{previous}")),
            "Compare with the run before on the same data",
        ),
        None => (
            at("/runs"),
            "No earlier run on the same data: choose runs in the history",
        ),
    };
    view! {
        <div class="actions">
            <Again page message />
            <Onward page message />
            <Stop page message />
            <a class="button" href=compare title=with data-testid="compare" data-command="Compare with another run">
                <Icon sign=Sign::Compare />
                "Compare"
            </a>
            <a class="button" href=csv download="" rel="external" data-command="Export the points as CSV">
                <Icon sign=Sign::Down />
                "Export CSV"
            </a>
            <a class="button" href=json download="" rel="external" data-command="Export the points as JSON">
                <Icon sign=Sign::Down />
                "Export JSON"
            </a>
            <CopyButton label="Copy link" named=true text=browser::page_address />
            <Delete page message />
            <Message text=message />
        </div>
    }
    .into_any()
}

/// Asks an active run to end.
#[component]
fn Stop(page: Page, message: RwSignal<Option<String>>) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let barred = barred();
    let stop = ServerAction::<StopTraining>::new();
    let stopping = stop.pending();
    let press = move |_| {
        message.set(None);
        let id = page
            .detail
            .with_untracked(|detail| detail.run_id.to_string());
        stop.dispatch(StopTraining { run_id: Some(id) });
    };
    Effect::new(move |_| {
        if let Some(Err(error)) = stop.value().get() {
            message.set(Some(error.to_string()));
        }
    });
    // Where it was needed once it keeps its place: a second click must not hit what stands beside it.
    let needed = Memo::new(move |needed: Option<&bool>| {
        needed.copied().unwrap_or_default() || page.status.get().is_active()
    });
    let over = move || !page.status.get().is_active();
    view! {
        <button
            type="button"
            class="button"
            data-testid="stop"
            data-command="Stop the run"
            data-key="X"
            title=move || barred.or(over().then_some("The run is over"))
            hidden=move || !needed.get()
            disabled=move || !hydrated.get() || barred.is_some() || stopping.get() || over()
            on:click=press
        >
            <Icon sign=Sign::Stopped />
            "Stop"
        </button>
    }
    .into_any()
}

/// Takes the run out of the history, once it was asked for twice.
#[component]
fn Delete(page: Page, message: RwSignal<Option<String>>) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let toasts = expect_context::<Toasts>();
    let delete = ServerAction::<DeleteRun>::new();
    let deleting = delete.pending();
    let asking = RwSignal::new(false);
    let active = move || page.status.get().is_active();
    const ACTIVE: &str = "An active run cannot be deleted: stop it first.";
    let barred = barred();
    let reason = move || barred.or(active().then_some(ACTIVE));
    let press = move |_| {
        message.set(None);
        let run_id = page
            .detail
            .with_untracked(|detail| detail.run_id.to_string());
        delete.dispatch(DeleteRun { run_id });
    };
    let navigate = use_navigate();
    Effect::new(move |_| match delete.value().get() {
        Some(Ok(_)) => {
            let id = page
                .detail
                .with_untracked(|detail| detail.run_id.to_string());
            // By then this page is left.
            toasts.offer(format!("Deleted {}", page.name()), move || {
                let id = id.clone();
                spawn_local(async move {
                    match api::restore_run(id).await {
                        Ok(_) => toasts.say("Restored"),
                        Err(error) => toasts.say(error.to_string()),
                    }
                });
            });
            navigate("/runs", NavigateOptions::default());
        }
        Some(Err(error)) => {
            asking.set(false);
            message.set(Some(error.to_string()));
        }
        None => {}
    });
    view! {
        <button
            type="button"
            class="button"
            id="delete"
            data-command="Delete the run"
            data-testid="delete"
            title=reason
            aria-describedby="delete-reason"
            hidden=asking
            disabled=move || !hydrated.get() || reason().is_some()
            on:click=move |_| {
                asking.set(true);
                focus("delete-sure");
            }
        >
            <Icon sign=Sign::Delete />
            "Delete"
        </button>
        <span id="delete-reason" class="unseen">
            {reason}
        </span>
        <span class="sure" role="group" aria-label="Delete this run?" hidden=move || !asking.get()>
            "Delete this run? Its folder is kept for some days."
            <button
                type="button"
                class="button danger"
                id="delete-sure"
                data-testid="delete-sure"
                disabled=deleting
                on:click=press
            >
                "Delete"
            </button>
            <button
                type="button"
                class="button"
                on:click=move |_| {
                    asking.set(false);
                    focus("delete");
                }
            >
                "Keep"
            </button>
        </span>
    }
    .into_any()
}
