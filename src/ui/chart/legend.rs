//! The lines of a chart by colour and label, each with its last value, or that at the crosshair.

use leptos::prelude::*;

use super::hover::Spot;
use super::metric::Plan;
use crate::plot::Look;
use crate::run::format;
use crate::ui::Hydrated;

/// What stands for a value that was never reported.
const NO_VALUE: &str = "–";

/// The legend of a chart. Where there are several lines, each can be switched off and on.
#[component]
pub(super) fn Legend(plan: Plan, spot: Memo<Option<Spot>>) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let lines = plan.lines.get_value();
    let several = lines.len() > 1;
    let entry = |(index, (metric, label)): (usize, (String, String))| {
        let name = metric.clone();
        let shown = Memo::new(move |_| {
            if let Some(read) = spot.with(|spot| {
                let spot = spot.as_ref()?;
                Some(spot.reading.values.get(index).copied().flatten())
            }) {
                return read.map_or(NO_VALUE.to_owned(), format::metric);
            }
            plan.live.view.with(|view| {
                let last = view.series.points(&name).last();
                last.map_or(NO_VALUE.to_owned(), |point| format::metric(point.value))
            })
        });
        let value = view! {
            <span class="value" data-metric=metric>
                {shown}
            </span>
        };
        if !several {
            return view! {
                <li>
                    <span class=swatch(index)></span>
                    {value}
                </li>
            }
            .into_any();
        }
        let on = move || plan.off.with(|off| !off.contains(&index));
        let turn = move |_| {
            plan.off.update(|off| {
                if !off.remove(&index) {
                    off.insert(index);
                }
            });
        };
        view! {
            <li>
                <button
                    type="button"
                    aria-pressed=move || on().to_string()
                    title="Show or hide this line"
                    disabled=move || !hydrated.get()
                    on:click=turn
                >
                    <span class=swatch(index)></span>
                    {label}
                    " "
                    {value}
                </button>
            </li>
        }
        .into_any()
    };
    let entries: Vec<_> = lines.into_iter().enumerate().map(entry).collect();
    let reference = plan.reference.map(|value| {
        view! {
            <li hidden=move || !plan.fits.get()>
                <span class="swatch dashed"></span>
                {format!("{} {}", plan.reference_label, format::number(value))}
            </li>
        }
    });
    view! { <ul class="chart-legend">{entries} {reference}</ul> }.into_any()
}

/// The classes of a spot in the colour of the line `index`, counted from 0.
pub fn swatch(index: usize) -> String {
    let again = if index < Look::COLOURS { "" } else { " again" };
    format!("swatch series-{}{again}", index % Look::COLOURS + 1)
}
