//! A chart for each metric that a trainer states beyond those of every GAN.

use leptos::prelude::*;

use crate::event::TrainingUpdate;
use crate::ui::Live;
use crate::ui::chart::MetricChart;

/// Charts that are shown; a trainer may state hundreds of values.
const SHOWN: usize = 24;

/// The charts, in the order of their names.
#[component]
pub fn Metrics(live: Live) -> impl IntoView {
    let names = Memo::new(move |_| {
        live.view.with(|view| {
            let names = view.series.0.keys();
            let further = names.filter(|name| !TrainingUpdate::METRICS.contains(&name.as_str()));
            further.cloned().collect::<Vec<_>>()
        })
    });
    let shown = move || names.get().into_iter().take(SHOWN);
    let more = move || {
        let more = names.with(|names| names.len().saturating_sub(SHOWN));
        (more > 0).then(|| {
            let words = format!(
                "{SHOWN} further metrics have a chart here; {more} more are in the export."
            );
            view! { <p class="muted">{words}</p> }
        })
    };
    let chart = move |name: String| {
        let lines = vec![(name.clone(), name.clone())];
        view! { <MetricChart id=format!("metric-{name}") title=name lines live /> }.into_any()
    };
    view! {
        <div class="charts" hidden=move || names.with(Vec::is_empty) data-testid="further-metrics">
            <For each=shown key=String::clone children=chart />
        </div>
        {more}
    }
    .into_any()
}
