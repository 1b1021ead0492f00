//! A chart of a run's metrics: its lines, and a legend with the last values.

use std::borrow::Cow;
use std::collections::BTreeSet;

use leptos::prelude::*;

use super::detail::{Held, Lens, keep_detailed};
use super::legend::Legend;
use super::{Figure, Picture, hover};
use crate::event::{RunId, Status};
use crate::plot::{Chart, Count};
use crate::run::{Axis, Point, RunView, seconds};
use crate::ui::Live;

/// What a chart takes out of a run.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub live: Live,
    /// Metrics with their labels.
    pub lines: StoredValue<Vec<(String, String)>>,
    /// Lines that are switched off, by their place.
    pub off: RwSignal<BTreeSet<usize>>,
    lens: Lens,
    pub reference: Option<f64>,
    pub reference_label: &'static str,
    pub y_range: Option<(f64, f64)>,
    /// Whether all values lie in that range: a critic's scores are no probabilities, and have no equilibrium.
    pub fits: Memo<bool>,
}

impl Plan {
    fn show(self, read: &mut dyn FnMut(Chart)) {
        let axis = self.live.axis.get();
        self.live.view.with(|view| {
            let run = run_id(view);
            let off = self.off.read();
            let laid: Vec<Cow<'_, [Point]>> = self.lines.with_value(|lines| {
                let lay = |(index, (metric, _)): (usize, &(String, String))| {
                    if off.contains(&index) {
                        return Cow::Borrowed(&[][..]);
                    }
                    let points = view.series.points(metric);
                    let points = self.lens.refine(run, metric, points);
                    match axis {
                        Axis::Count => points,
                        _ => Cow::Owned(view.lay(axis, &points)),
                    }
                };
                lines.iter().enumerate().map(lay).collect()
            });
            read(Chart {
                lines: laid.iter().map(AsRef::as_ref).collect(),
                y_range: self.y_range.filter(|_| self.fits.get()),
                reference: self.reference.filter(|_| self.fits.get()),
                count: count(axis),
                ..Chart::default()
            });
        });
    }

    fn labels(self) -> Vec<String> {
        self.lines
            .with_value(|lines| lines.iter().map(|(_, label)| label.clone()).collect())
    }
}

/// The metrics called `lines` of the run on show.
fn lens(live: Live, lines: StoredValue<Vec<(String, String)>>) -> Lens {
    Lens::new(live.axis.into(), move |tell| {
        live.view.with(|view| {
            lines.with_value(|lines| {
                let series = |(metric, _): &'_ (String, String)| {
                    view.series.0.get_key_value(metric.as_str())
                };
                let held = lines.iter().filter_map(series);
                tell(Held {
                    run: run_id(view),
                    start: view.state.started_at.as_deref().and_then(seconds),
                    series: held.map(|(name, series)| (name.as_str(), series)).collect(),
                });
            });
        });
    })
}

/// The run on show; none has an empty id.
fn run_id(view: &RunView) -> &str {
    view.state.run_id.as_ref().map_or("", |run| run.as_str())
}

/// What positions along `axis` are.
pub fn count(axis: Axis) -> Count {
    match axis {
        Axis::Count => Count::Told,
        Axis::Step => Count::Named("step"),
        Axis::Time => Count::Seconds,
    }
}

/// A run, an axis, and how many reports there are of each of some metrics.
type Reported = (Option<RunId>, Axis, Vec<u64>);

/// What a picture of `metrics` changes with. A log line changes the view as well, but no picture.
pub fn reported(live: Live, metrics: Vec<String>) -> Memo<Reported> {
    Memo::new(move |_| {
        let axis = live.axis.get();
        live.view.with(|view| {
            let count = |metric: &String| {
                let series = view.series.0.get(metric);
                series.map_or(0, |series| series.reported)
            };
            let counts = metrics.iter().map(count).collect();
            (view.state.run_id.clone(), axis, counts)
        })
    })
}

/// The `lines` of a run over its epochs.
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
    /// Whether the metric can be pinned before the others.
    #[prop(optional)]
    pins: bool,
    live: Live,
) -> impl IntoView {
    let metric = match lines.as_slice() {
        [(metric, _)] => Some(metric.clone()),
        _ => None,
    };
    let names = lines.iter().map(|(metric, _)| metric.clone()).collect();
    let shown = reported(live, names);
    let lines = StoredValue::new(lines);
    let fits = Memo::new(move |_| {
        shown.with(|_| ());
        let Some((low, high)) = y_range else {
            return true;
        };
        let inside = |point: &Point| !(point.value.0 < low || point.value.0 > high);
        live.view.with_untracked(|view| {
            lines.with_value(|lines| {
                let mut series = lines.iter().map(|(metric, _)| view.series.points(metric));
                series.all(|points| points.iter().all(inside))
            })
        })
    });
    let plan = Plan {
        live,
        lines,
        off: RwSignal::new(BTreeSet::new()),
        lens: lens(live, lines),
        reference,
        reference_label,
        y_range,
        fits,
    };
    let active = Memo::new(move |_| {
        // Before the first run, too, there may be some later.
        let status = live.view.with(|view| view.state.status);
        status.is_active() || status == Status::Idle
    });
    let changes = move || {
        // A memo that is tracked and never read follows nothing itself.
        shown.with(|_| ());
        plan.off.track();
        plan.lens.track();
    };
    let picture = Picture::new(
        live.board,
        &id,
        move |read| plan.show(read),
        move || plan.labels(),
        changes,
    );
    keep_detailed(plan.lens, picture);
    let spot = hover::spot(picture);
    let legend = view! { <Legend plan spot /> }.into_any();
    view! {
        <Figure
            picture
            spot=Some(spot)
            id
            title
            metric
            pins
            legend
            empty=Signal::derive(move || match active.get() {
                true => "No values reported yet",
                false => "No values were reported",
            })
        />
    }
    .into_any()
}
