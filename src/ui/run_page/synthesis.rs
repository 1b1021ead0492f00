//! Fresh rows from the generator of a run, as many as are wanted.

use leptos::prelude::*;

use super::Page;
use crate::api::at;
use crate::run::SYNTHETIC_ROWS_MOST;
use crate::ui::icon::{Icon, Sign};

/// The form; where the run has left no checkpoint, there is nothing to draw from, and nothing is shown. A plain form, which
/// works before the page does.
#[component]
pub fn Synthesis(page: Page) -> impl IntoView {
    let run = page
        .detail
        .with_untracked(|detail| detail.run_id.to_string());
    let rows = page.detail.with_untracked(|detail| {
        let data = detail.manifest.data.as_ref();
        data.and_then(|data| data.rows)
            .unwrap_or(1_000)
            .clamp(1, SYNTHETIC_ROWS_MOST)
    });
    let without = move || !page.detail.with(|detail| detail.draws);
    view! {
        <section class="panel synthesis" data-testid="synthesis" hidden=without>
            <h2>"Synthetic rows"</h2>
            <form action=at("/api/synthetic_rows") method="get" class="synthesis-form">
                <input type="hidden" name="run_id" value=run />
                <label for="synthesis-rows">"Rows"</label>
                <input
                    id="synthesis-rows"
                    name="rows"
                    type="number"
                    inputmode="numeric"
                    required
                    min="1"
                    max=SYNTHETIC_ROWS_MOST.to_string()
                    value=rows.to_string()
                />
                <label for="synthesis-seed">"Seed"</label>
                <input
                    id="synthesis-seed"
                    name="seed"
                    type="number"
                    inputmode="numeric"
                    required
                    min="0"
                    max="4294967295"
                    value="0"
                    aria-describedby="synthesis-help"
                />
                <button type="submit" class="button">
                    <Icon sign=Sign::Down />
                    "Download CSV"
                </button>
            </form>
            <p class="muted" id="synthesis-help">
                "Drawn from the best checkpoint, in the columns of the data. The same seed draws the same rows."
            </p>
        </section>
    }
    .into_any()
}
