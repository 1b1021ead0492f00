//! A chart of a run's metrics: title, legend with the last values, and the picture.

mod hover;
mod legend;
mod picture;

use std::borrow::Cow;

use leptos::html::Canvas;
use leptos::prelude::*;

use super::Live;
use crate::plot::Chart;
use crate::run::{Axis, Point, RunView, seconds, time_unit};
pub use hover::Hover;
use legend::Legend;
pub use legend::swatch;
pub use picture::{Picture, keep_painted};

/// What a chart takes out of a run.
#[derive(Clone, Copy)]
struct Plan {
    live: Live,
    /// Metrics with their labels.
    lines: StoredValue<Vec<(String, String)>>,
    reference: Option<f64>,
    reference_label: &'static str,
    y_range: Option<(f64, f64)>,
}

impl Picture for Plan {
    fn with<T>(self, read: impl FnOnce(&Chart) -> T) -> T {
        let axis = self.live.axis.get();
        self.live.view.with(|view| {
            let unit = time_unit(length(view));
            let started_at = view.state.started_at.as_deref().unwrap_or_default();
            let laid: Vec<Cow<'_, [Point]>> = self.lines.with_value(|lines| {
                let points = |(metric, _): &(String, String)| view.series.points(metric);
                let lay = |points| match axis {
                    Axis::Count => Cow::Borrowed(points),
                    _ => Cow::Owned(axis.lay(points, started_at, unit)),
                };
                lines.iter().map(points).map(lay).collect()
            });
            read(&Chart {
                lines: laid.iter().map(AsRef::as_ref).collect(),
                y_range: self.y_range,
                reference: self.reference,
                x_label: axis.label(unit),
                ..Chart::default()
            })
        })
    }

    fn labels(self) -> Vec<String> {
        self.lines
            .with_value(|lines| lines.iter().map(|(_, label)| label.clone()).collect())
    }
}

/// Seconds from a run's start to its last word.
fn length(view: &RunView) -> f64 {
    let at = |time: &Option<String>| time.as_deref().and_then(seconds);
    let (start, end) = (at(&view.state.started_at), at(&view.state.heard_at));
    start.zip(end).map_or(0.0, |(start, end)| end - start)
}

/// The `lines` of a run over its epochs. The server renders the figure with its numbers;
/// the picture itself appears in the browser.
#[component]
pub fn MetricChart(
    /// What tests and style sheets call it by, as in `loss-chart`.
    #[prop(into)]
    id: String,
    #[prop(into)] title: String,
    /// Metrics by name, each with a label for people, in the order of the series colours.
    lines: Vec<(String, String)>,
    /// A value to compare with, drawn as a dashed line.
    #[prop(optional)]
    reference: Option<f64>,
    /// What the reference means, in a word.
    #[prop(optional)]
    reference_label: &'static str,
    /// Values to show at least; the range grows where data leaves it.
    #[prop(optional)]
    y_range: Option<(f64, f64)>,
    live: Live,
) -> impl IntoView {
    let plan = Plan {
        live,
        lines: StoredValue::new(lines),
        reference,
        reference_label,
        y_range,
    };
    let canvas = NodeRef::<Canvas>::new();
    let points = Memo::new(move |_| plan.with(|chart| chart.points()));
    // A log line changes the view as well, but no picture.
    let shown = Memo::new(move |_| {
        let axis = live.axis.get();
        live.view.with(|view| {
            let reported = |(metric, _): &(String, String)| {
                let series = view.series.0.get(metric);
                series.map_or(0, |series| series.reported)
            };
            let counts: Vec<u64> = plan
                .lines
                .with_value(|lines| lines.iter().map(reported).collect());
            (view.state.run_id.clone(), axis, counts)
        })
    });
    keep_painted(canvas, plan, shown);

    view! {
        <figure class="chart" data-testid=id data-points=move || points.get()>
            <figcaption>
                <span class="chart-title">{title.clone()}</span>
                <Legend plan />
            </figcaption>
            <div class="chart-area">
                <canvas node_ref=canvas role="img" aria-label=title></canvas>
                <Hover canvas picture=plan />
                <p class="chart-empty" hidden=move || { points.get() > 0 }>
                    "No values reported yet"
                </p>
            </div>
        </figure>
    }
}
