//! The curves of one metric, a line a run.

use leptos::html::Canvas;
use leptos::prelude::*;

use super::Desk;
use crate::plot::Chart;
use crate::run::{Compared, Point, Unit, time_unit};
use crate::ui::chart::{Hover, Picture, keep_painted};

/// The points of a metric, run by run.
#[derive(Clone, Copy)]
struct Lines {
    desk: Desk,
    points: Memo<Vec<Vec<Point>>>,
}

impl Picture for Lines {
    fn with<T>(self, read: impl FnOnce(&Chart) -> T) -> T {
        let axis = self.desk.axis.get();
        let label = self.desk.runs.with(|runs| axis.label(unit(runs)));
        self.points.with(|points| {
            read(&Chart {
                lines: points.iter().map(Vec::as_slice).collect(),
                x_label: label,
                stands_out: self.desk.stands_out.get(),
                ..Chart::default()
            })
        })
    }

    fn labels(self) -> Vec<String> {
        self.desk
            .runs
            .with(|runs| runs.iter().map(|run| run.row.name.clone()).collect())
    }
}

/// The chart of `metric` over all runs that have it.
#[component]
pub fn Curves(desk: Desk, metric: String) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let name = metric.clone();
    let points = Memo::new(move |_| {
        let (axis, off) = (desk.axis.get(), desk.off.get());
        desk.runs.with(|runs| {
            let unit = unit(runs);
            // One that is switched off keeps its place, and with it the colours of the others.
            let points = runs.iter().map(|run| match off.contains(&run.row.run_id) {
                true => Vec::new(),
                false => axis.lay(run.series.points(&name), &run.manifest.started_at, unit),
            });
            points.collect::<Vec<_>>()
        })
    });
    let lines = Lines { desk, points };
    let count =
        Memo::new(move |_| points.with(|points| points.iter().map(Vec::len).sum::<usize>()));
    let changed = Memo::new(move |_| (points.get(), desk.stands_out.get()));
    keep_painted(canvas, lines, changed);
    let title = title(&metric);
    view! {
        <figure class="chart" data-testid="compare-chart" data-metric=metric data-points=move || count.get()>
            <figcaption>
                <span class="chart-title">{title.clone()}</span>
            </figcaption>
            <div class="chart-area">
                <canvas node_ref=canvas role="img" aria-label=title></canvas>
                <Hover canvas picture=lines />
                <p class="chart-empty" hidden=move || { count.get() > 0 }>
                    "No values to show"
                </p>
            </div>
        </figure>
    }
    .into_any()
}

/// The unit of time for all of the runs.
fn unit(runs: &[Compared]) -> Unit {
    let lengths = runs.iter().filter_map(|run| run.row.elapsed_seconds);
    time_unit(lengths.fold(0.0, f64::max))
}

/// A metric as people call it; others by the trainer's own name.
fn title(metric: &str) -> String {
    match metric {
        "generator_loss" => "Generator loss".into(),
        "discriminator_loss" => "Discriminator loss".into(),
        "real_scores" => "D(x) of real samples".into(),
        "fake_scores" => "D(G(z)) of synthetic samples".into(),
        other => other.into(),
    }
}
