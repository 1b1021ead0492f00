//! What can be done with the runs that are chosen.

use leptos::prelude::*;

use super::Desk;
use crate::api::at;
use crate::run::format;

/// How many runs can stand side by side.
const LEAST: usize = 2;
const MOST: usize = 20;

/// A link to their comparison, or why there is none.
#[component]
pub fn Chosen(desk: Desk) -> impl IntoView {
    let count = Memo::new(move |_| desk.chosen.with(Vec::len));
    let href = move || {
        let ids: Vec<String> = desk
            .chosen
            .with(|chosen| chosen.iter().map(ToString::to_string).collect());
        at(&format!("/compare?runs={}", ids.join(",")))
    };
    let reason = move || match count.get() {
        0 => "Choose 2 to 20 runs to compare them".to_owned(),
        1 => "Choose one more to compare".to_owned(),
        many if many > MOST => format!("At most {MOST} can be compared"),
        many => format!("{} chosen", format::count(many as u64)),
    };
    view! {
        <div class="chosen">
            <span class="muted" data-testid="chosen" aria-live="polite">
                {reason}
            </span>
            <Show when=move || { count.get() > 0 }>
                <button type="button" class="button" on:click=move |_| desk.chosen.set(Vec::new())>
                    "Clear"
                </button>
            </Show>
            <Show
                when=move || (LEAST..=MOST).contains(&count.get())
                fallback=|| {
                    view! {
                        <button type="button" class="button primary" disabled=true data-testid="compare">
                            "Compare"
                        </button>
                    }
                }
            >
                <a class="button primary" href=href data-testid="compare">
                    "Compare"
                </a>
            </Show>
        </div>
    }
    .into_any()
}
