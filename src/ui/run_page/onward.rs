//! Going on with a training from where a run of the embedded trainer ended.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::Page;
use super::again::{order, watch_on};
use crate::api::StartTraining;
use crate::run::Manifest;
use crate::ui::Hydrated;
use crate::ui::focus::focus;
use crate::ui::icon::{Icon, Sign};
use crate::ui::viewer::barred;

/// Asks up to which epoch, and goes on in a run of its own; nothing where the run left no checkpoint to go on from.
#[component]
pub fn Onward(page: Page, message: RwSignal<Option<String>>) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let start = ServerAction::<StartTraining>::new();
    let starting = start.pending();
    let asking = RwSignal::new(false);
    let barred = barred();
    let most = page.live.view.with_untracked(|view| view.epochs_most);
    let trained = Memo::new(move |_| page.detail.with(|detail| detail.goes_on_from));
    // Typed by hand it stays, whatever comes from the server.
    let typed = RwSignal::new(None::<String>);
    let upto = move || {
        typed.get().or_else(|| {
            let trained = trained.get()?;
            let next = page
                .detail
                .with(|detail| next(&detail.manifest, trained, most));
            Some(next.to_string())
        })
    };
    let press = move |event: SubmitEvent| {
        event.prevent_default();
        message.set(None);
        let epochs = upto().and_then(|text| text.trim().parse::<f64>().ok());
        let asked = page.detail.with_untracked(|detail| {
            let order = order(&detail.manifest).ok()?;
            Some(StartTraining {
                epochs: epochs.map(|epochs| epochs as i64),
                resume: Some(detail.run_id.to_string()),
                ..order
            })
        });
        if let Some(order) = asked {
            start.dispatch(order);
        }
    };
    watch_on(start, message);
    view! {
        <button
            type="button"
            class="button"
            id="onward"
            data-testid="onward"
            data-command="Continue the training"
            title=barred
            hidden=move || asking.get() || trained.get().is_none()
            disabled=move || !hydrated.get() || barred.is_some()
            on:click=move |_| {
                asking.set(true);
                focus("onward-epochs");
            }
        >
            <Icon sign=Sign::Running />
            "Continue"
        </button>
        <form
            class="sure"
            aria-label="Continue this training"
            hidden=move || !asking.get() || trained.get().is_none()
            on:submit=press
        >
            <label for="onward-epochs">
                "It came to epoch " {move || trained.get()} ". Continue to"
            </label>
            <input
                id="onward-epochs"
                type="number"
                inputmode="numeric"
                required
                min=move || trained.get().map(|trained| trained + 1)
                max=most
                prop:value=upto
                on:input=move |event| typed.set(Some(event_target_value(&event)))
            />
            <button type="submit" class="button primary" data-testid="onward-sure" disabled=starting>
                "Continue"
            </button>
            <button
                type="button"
                class="button"
                on:click=move |_| {
                    asking.set(false);
                    focus("onward");
                }
            >
                "Cancel"
            </button>
        </form>
    }
    .into_any()
}

/// The epoch to go on to where nobody says another: the one that the run was to come to, or else as many as that further.
fn next(manifest: &Manifest, trained: u64, most: u64) -> u64 {
    let asked = manifest.epochs.unwrap_or(trained);
    let next = match asked > trained {
        true => asked,
        false => trained + asked.max(1),
    };
    next.min(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::RunId;

    #[test]
    fn a_run_goes_on_to_its_end_and_then_as_far_again() {
        let id = RunId::parse("20250824-181433-a1b2").unwrap();
        let of = |epochs| Manifest {
            epochs,
            ..Manifest::unreadable(id.clone())
        };
        assert_eq!(next(&of(Some(300)), 120, 1000), 300);
        assert_eq!(next(&of(Some(300)), 300, 1000), 600);
        assert_eq!(next(&of(None), 40, 1000), 80);
        assert_eq!(next(&of(Some(800)), 800, 1000), 1000);
    }
}
