//! The lines of a chart by colour and label, with the last value of each.

use leptos::prelude::*;

use super::Plan;
use crate::run::{RunView, format};

/// What stands for a value that was never reported.
const NO_VALUE: &str = "–";

/// The legend of a chart.
#[component]
pub(super) fn Legend(plan: Plan, view: RwSignal<RunView>) -> impl IntoView {
    let entry = move |(index, (metric, label)): (usize, &(&'static str, &'static str))| {
        let (metric, label) = (*metric, *label);
        let last = Memo::new(move |_| {
            view.with(|view| {
                let last = view.series.points(metric).last();
                last.map_or(NO_VALUE.to_owned(), |point| format::metric(point.value))
            })
        });
        view! {
            <li>
                <span class=swatch(index)></span>
                {label}
                " "
                <span class="value" data-metric=metric>
                    {last}
                </span>
            </li>
        }
    };
    let entries: Vec<_> = plan.lines.iter().enumerate().map(entry).collect();
    let reference = plan.reference.map(|value| {
        view! {
            <li>
                <span class="swatch dashed"></span>
                {format!("{} {}", plan.reference_label, format::number(value))}
            </li>
        }
    });
    view! { <ul class="chart-legend">{entries} {reference}</ul> }
}

/// The classes of a spot in the colour of the line `index`, counted from 0.
pub(super) fn swatch(index: usize) -> String {
    format!("swatch series-{}", index % 4 + 1)
}
