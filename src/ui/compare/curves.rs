//! The curves of one metric, a line a run.

use leptos::prelude::*;

use super::Desk;
use super::names::{names, title};
use crate::plot::Chart;
use crate::run::seconds;
use crate::ui::chart::{Figure, Held, Lens, Picture, count, keep_detailed, spot};

/// The chart of `metric` over all runs that have it.
#[component]
pub fn Curves(desk: Desk, metric: String) -> impl IntoView {
    let (name, of_lens) = (metric.clone(), metric.clone());
    let lens = Lens::new(desk.axis.into(), move |tell| {
        desk.runs.with(|runs| {
            let off = desk.off.get();
            let shown = runs.iter().filter(|run| !off.contains(&run.row.run_id));
            for run in shown {
                let series = run.series.0.get(&of_lens);
                tell(Held {
                    run: run.row.run_id.as_str(),
                    start: seconds(&run.manifest.started_at),
                    series: series
                        .map(|it| (of_lens.as_str(), it))
                        .into_iter()
                        .collect(),
                });
            }
        });
    });
    let points = Memo::new(move |_| {
        let (axis, off) = (desk.axis.get(), desk.off.get());
        desk.runs.with(|runs| {
            // One that is switched off keeps its place, and with it the colours of the others.
            let points = runs.iter().map(|run| match off.contains(&run.row.run_id) {
                true => Vec::new(),
                false => {
                    let points = run.series.points(&name);
                    let points = lens.refine(run.row.run_id.as_str(), &name, points);
                    axis.lay(&points, &run.manifest.started_at, None)
                }
            });
            points.collect::<Vec<_>>()
        })
    });
    let show = move |read: &mut dyn FnMut(Chart)| {
        let count = count(desk.axis.get());
        points.with(|points| {
            read(Chart {
                lines: points.iter().map(Vec::as_slice).collect(),
                count,
                stands_out: desk.stands_out.get(),
                ..Chart::default()
            });
        });
    };
    let labels = move || desk.runs.with(|runs| names(runs));
    let changes = move || {
        // A memo that is tracked and never read follows nothing itself.
        points.with(|_| ());
        desk.stands_out.track();
    };
    let id = format!("compare-{metric}");
    let picture = Picture::new(desk.board, &id, show, labels, changes);
    keep_detailed(lens, picture);
    let spot = spot(picture);
    view! {
        <Figure
            picture
            spot=Some(spot)
            id=id
            title=title(&metric)
            metric=Some(metric)
            legend=().into_any()
            empty="No values to show"
        />
    }
    .into_any()
}
