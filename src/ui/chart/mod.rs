//! A chart of a run's metrics: title, legend with the last values, and the picture.

mod hover;
mod legend;

use leptos::html::Canvas;
use leptos::prelude::*;

use crate::plot::Chart;
use crate::run::RunView;
use hover::Hover;
use legend::Legend;

/// What a chart takes out of a run.
#[derive(Clone, Copy)]
struct Plan {
    lines: &'static [(&'static str, &'static str)],
    reference: Option<f64>,
    reference_label: &'static str,
    y_range: Option<(f64, f64)>,
}

impl Plan {
    fn chart<'a>(&self, view: &'a RunView) -> Chart<'a> {
        let points = |(metric, _): &(&str, &str)| view.series.points(metric);
        Chart {
            lines: self.lines.iter().map(points).collect(),
            y_range: self.y_range,
            reference: self.reference,
        }
    }
}

/// The `lines` of a run over its epochs. The server renders the figure with its numbers;
/// the picture itself appears in the browser.
#[component]
pub fn MetricChart(
    /// What tests and style sheets call it by, as in `loss-chart`.
    id: &'static str,
    title: &'static str,
    /// Metrics by name, each with a label for people, in the order of the series colours.
    lines: &'static [(&'static str, &'static str)],
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
        lines,
        reference,
        reference_label,
        y_range,
    };
    let canvas = NodeRef::<Canvas>::new();
    let points = Memo::new(move |_| view.with(|view| plan.chart(view).points()));
    #[cfg(feature = "hydrate")]
    keep_painted(canvas, plan, view);

    view! {
        <figure class="chart" data-testid=id data-points=move || points.get()>
            <figcaption>
                <span class="chart-title">{title}</span>
                <Legend plan view />
            </figcaption>
            <div class="chart-area">
                <canvas node_ref=canvas role="img" aria-label=title></canvas>
                <Hover canvas plan view />
                <p class="chart-empty" hidden=move || { points.get() > 0 }>
                    "No values reported yet"
                </p>
            </div>
        </figure>
    }
}

/// Paints the chart whenever its points change, for as long as the component lives.
#[cfg(feature = "hydrate")]
fn keep_painted(canvas: NodeRef<Canvas>, plan: Plan, view: RwSignal<RunView>) {
    use crate::client::canvas::LiveCanvas;

    let live = StoredValue::new_local(None::<LiveCanvas>);
    Effect::new(move |_| {
        let Some(element) = canvas.get() else {
            return;
        };
        let paint = move |paper: &_, look: &_| {
            let painted =
                view.try_with_untracked(|view| crate::plot::draw(paper, &plan.chart(view), look));
            painted.unwrap_or(Ok(()))
        };
        match LiveCanvas::new(element, paint) {
            Ok(painted) => live.set_value(Some(painted)),
            Err(error) => leptos::logging::error!("a chart cannot be shown: {error:?}"),
        }
    });

    // A log line changes the view as well, but no picture.
    let shown = Memo::new(move |_| {
        view.with(|view| {
            let reported = |(metric, _): &(&str, &str)| {
                let series = view.series.0.get(*metric);
                series.map_or(0, |series| series.reported)
            };
            let counts: Vec<u64> = plan.lines.iter().map(reported).collect();
            (view.state.run_id.clone(), counts)
        })
    });
    Effect::new(move |_| {
        // A memo that is tracked and never read follows nothing itself.
        shown.with(|_| ());
        live.with_value(|live| {
            if let Some(live) = live {
                live.repaint();
            }
        });
    });
}
