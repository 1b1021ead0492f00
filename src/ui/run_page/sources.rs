//! How each metric of a run was read: the rule, and the line that it was first found in.

use leptos::prelude::*;

use super::Page;
use crate::api::at;
use crate::run::{FoundValue, MetricSource, format};
use crate::ui::reading::Marked;

/// The panel; nothing where no metric was found.
#[component]
pub fn Sources(page: Page) -> impl IntoView {
    let sources = Memo::new(move |_| page.detail.with(|detail| detail.sources.clone()));
    let rows = move || sources.get().into_iter().map(row).collect_view();
    view! {
        <details class="panel how-read" data-testid="sources" hidden=move || sources.with(Vec::is_empty)>
            <summary>
                <h2>
                    {move || {
                        let count = format::count(sources.with(Vec::len) as u64);
                        format!("How the metrics were read ({count})")
                    }}
                </h2>
            </summary>
            <ul>{rows}</ul>
            <p class="muted">
                "Read wrongly? " <a href=at("/reading")>"Try out lines and a pattern"</a>
                ", and put the pattern into Leptos.toml."
            </p>
        </details>
    }
    .into_any()
}

fn row(source: MetricSource) -> impl IntoView {
    let (rule, why) = match source.example.found.first() {
        Some(FoundValue {
            rule, explanation, ..
        }) => (rule.clone(), explanation.clone()),
        None => Default::default(),
    };
    let line = format!("line {}", format::count(source.example.line));
    view! {
        <li data-metric=source.metric.clone()>
            <strong>{source.metric.clone()}</strong>
            <span class="muted">{format!("{rule} · {line}. {why}")}</span>
            <Marked line=source.example />
        </li>
    }
}
