//! The lines of a chart by colour and label, with the last value of each.

use leptos::prelude::*;

use super::Plan;
use crate::run::format;

/// Colours that lines have before they come again.
const COLOURS: usize = 10;

/// What stands for a value that was never reported.
const NO_VALUE: &str = "–";

/// The legend of a chart.
#[component]
pub(super) fn Legend(plan: Plan) -> impl IntoView {
    let entry = move |(index, (metric, label)): (usize, (String, String))| {
        let name = metric.clone();
        let last = Memo::new(move |_| {
            plan.live.view.with(|view| {
                let last = view.series.points(&name).last();
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
    let lines = plan.lines.get_value();
    let entries: Vec<_> = lines.into_iter().enumerate().map(entry).collect();
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
pub fn swatch(index: usize) -> String {
    let again = if index < COLOURS { "" } else { " again" };
    format!("swatch series-{}{again}", index % COLOURS + 1)
}
