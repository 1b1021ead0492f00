//! A chart of a run's metrics: title, legend with the last values, and the picture.

mod hover;
mod legend;
mod picture;

use leptos::html::Canvas;
use leptos::prelude::*;

use crate::plot::Chart;
use crate::run::RunView;
pub use hover::Hover;
use legend::Legend;
pub use legend::swatch;
pub use picture::{Picture, keep_painted};

/// What a chart takes out of a run.
#[derive(Clone, Copy)]
struct Plan {
    view: RwSignal<RunView>,
    /// Metrics with their labels.
    lines: StoredValue<Vec<(String, String)>>,
    reference: Option<f64>,
    reference_label: &'static str,
    y_range: Option<(f64, f64)>,
}

impl Picture for Plan {
    fn with<T>(self, read: impl FnOnce(&Chart) -> T) -> T {
        self.view.with(|view| {
            let points = |(metric, _): &(String, String)| view.series.points(metric);
            read(&Chart {
                lines: self
                    .lines
                    .with_value(|lines| lines.iter().map(points).collect()),
                y_range: self.y_range,
                reference: self.reference,
                ..Chart::default()
            })
        })
    }

    fn labels(self) -> Vec<String> {
        self.lines
            .with_value(|lines| lines.iter().map(|(_, label)| label.clone()).collect())
    }
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
    view: RwSignal<RunView>,
) -> impl IntoView {
    let plan = Plan {
        view,
        lines: StoredValue::new(lines),
        reference,
        reference_label,
        y_range,
    };
    let canvas = NodeRef::<Canvas>::new();
    let points = Memo::new(move |_| plan.with(|chart| chart.points()));
    // A log line changes the view as well, but no picture.
    let shown = Memo::new(move |_| {
        view.with(|view| {
            let reported = |(metric, _): &(String, String)| {
                let series = view.series.0.get(metric);
                series.map_or(0, |series| series.reported)
            };
            let counts: Vec<u64> = plan
                .lines
                .with_value(|lines| lines.iter().map(reported).collect());
            (view.state.run_id.clone(), counts)
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
