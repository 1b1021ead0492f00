//! The button that deletes an upload, and what takes that back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::Hydrated;
use super::comfort::Toasts;
use super::icon::{Icon, Sign};
use super::live::Desk;
use super::viewer::barred;
use crate::api;
use crate::data::DataSource;

/// The button of the upload `source`.
#[component]
pub fn Removal(source: DataSource, desk: Desk) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let toasts = expect_context::<Toasts>();
    let barred = barred();
    let busy = RwSignal::new(false);
    let label = format!("Delete {}", source.name);
    let navigate = use_navigate();
    let leave = move || {
        let to = desk.pinned.with_untracked(|run| match run {
            Some(run) => format!("/?run={}", super::sources::escaped(run)),
            None => "/".to_owned(),
        });
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&to, options);
    };
    let delete = move |_| {
        let (id, leave) = (source.id.to_string(), leave.clone());
        busy.set(true);
        spawn_local(async move {
            let answer = api::delete_source(id.clone()).await;
            busy.try_set(false);
            match answer {
                Ok(deleted) => {
                    let is_chosen = desk.selected.try_get_untracked().flatten();
                    if is_chosen.as_ref() == Some(&id) {
                        leave();
                    }
                    desk.sources.refetch();
                    let undo = move || restore(id.clone(), desk, toasts);
                    toasts.offer(format!("Deleted {}", deleted.name), undo);
                }
                Err(error) => toasts.say(error.to_string()),
            }
        });
    };
    view! {
        <button
            type="button"
            class="plain removal"
            aria-label=label
            title=barred.unwrap_or("Delete; this can be undone")
            disabled=move || barred.is_some() || !hydrated.get() || busy.get()
            on:click=delete
        >
            <Icon sign=Sign::Delete />
        </button>
    }
    .into_any()
}

fn restore(id: String, desk: Desk, toasts: Toasts) {
    spawn_local(async move {
        match api::restore_source(id).await {
            Ok(_) => desk.sources.refetch(),
            Err(error) => toasts.say(error.to_string()),
        }
    });
}
