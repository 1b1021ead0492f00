//! The runs that were deleted and can still be restored, shown when somebody looks for them.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Desk, restore};
use crate::api;
use crate::run::DeletedRun;
use crate::ui::Hydrated;
use crate::ui::viewer::barred;

/// A fold below the table; what is in it is fetched when it is opened.
#[component]
pub fn Bin(desk: Desk) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let open = RwSignal::new(false);
    let runs = RwSignal::new(Vec::<DeletedRun>::new());
    // Again after each deletion and each that was taken back.
    Effect::new(move |_| {
        desk.busy.track();
        if open.get() {
            spawn_local(async move {
                match api::deleted_runs().await {
                    Ok(found) => drop(runs.try_set(found)),
                    Err(error) => drop(desk.message.try_set(Some(error.to_string()))),
                }
            });
        }
    });
    view! {
        <section class="bin" hidden=move || !hydrated.get()>
            <button
                type="button"
                class="plain"
                data-testid="bin"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                "Deleted runs"
            </button>
            <Show when=move || open.get()>
                <p class="muted" hidden=move || !runs.with(Vec::is_empty)>
                    "None that could be restored."
                </p>
                <ul>
                    <For each=move || runs.get() key=|run| run.run_id.clone() let:run>
                        <Entry desk run />
                    </For>
                </ul>
            </Show>
        </section>
    }
    .into_any()
}

#[component]
fn Entry(desk: Desk, run: DeletedRun) -> impl IntoView {
    let (id, label) = (run.run_id.clone(), format!("Restore {}", run.name));
    let busy = move || desk.busy.with(|busy| busy.contains(&id));
    let left = match run.days_left {
        0 => "removed today".to_owned(),
        1 => "kept for 1 more day".to_owned(),
        days => format!("kept for {days} more days"),
    };
    let id = run.run_id.clone();
    let barred = barred();
    view! {
        <li data-testid="deleted-run">
            <span>{run.name} " " <span class="muted">{run.run_id.to_string()} ", " {left}</span></span>
            <button
                type="button"
                class="button"
                aria-label=label
                title=barred
                disabled=move || barred.is_some() || busy()
                on:click=move |_| restore(desk, id.clone())
            >
                "Restore"
            </button>
        </li>
    }
    .into_any()
}
