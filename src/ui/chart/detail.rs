//! The points of a part of a run, fetched where the page itself holds a thinned series.

use std::borrow::Cow;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Picture;
use super::metric::{Plan, length};
use crate::api;
use crate::event::RunId;
use crate::plot::{Extent, Window};
use crate::run::{Axis, MetricSeries, Point, seconds, time_unit};

/// How long a window stands still before its points are asked for.
const PAUSE: Duration = Duration::from_millis(180);

/// Points that are asked for a metric: two a pixel column of a wide screen.
const POINTS: u64 = 4000;

/// So much more is fetched on either side, as a part of the window: a small move needs no call.
const MARGIN: f64 = 0.5;

/// All points of some metrics of a run between two places, or so many that a screen shows no
/// difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    run: String,
    axis: Axis,
    /// The places, in the trainer's own count.
    range: Extent,
    /// How far apart the places are that were in sight, when this was fetched.
    seen: f64,
    series: Vec<MetricSeries>,
}

impl Detail {
    /// Whether it is of the run `run`, and can be laid over `axis`.
    pub fn is_of(&self, run: Option<&RunId>, axis: Axis) -> bool {
        run.is_some_and(|run| *run.as_str() == *self.run) && axis == self.axis
    }

    /// The points of `metric`: within the range those that were fetched, and around it, and after
    /// the last of them, those that the page holds.
    pub fn refine<'a>(&self, metric: &str, held: &'a [Point]) -> Cow<'a, [Point]> {
        let fetched = self.series.iter().find(|series| series.metric == metric);
        let points = match fetched {
            Some(MetricSeries { points, .. }) if !points.is_empty() => points,
            _ => return Cow::Borrowed(held),
        };
        // Where a run went back, places do not tell what comes after what.
        let ascends = |points: &[Point]| points.windows(2).all(|pair| pair[0].x <= pair[1].x);
        if !ascends(held) || !ascends(points) {
            return Cow::Borrowed(held);
        }
        let (first, last) = (&points[0], &points[points.len() - 1]);
        let before = held.partition_point(|point| point.x < first.x);
        let after = held.partition_point(|point| point.x <= last.x);
        Cow::Owned([&held[..before], points, &held[after..]].concat())
    }

    /// Whether what was fetched is fine enough for a range.
    fn serves(&self, (from, to): Extent) -> bool {
        let whole = |series: &MetricSeries| series.total == series.points.len() as u64;
        let fine = self.seen <= 2.0 * (to - from) || self.series.iter().all(whole);
        self.range.0 <= from && to <= self.range.1 && fine
    }
}

/// Fetches what a window lacks, soon after it stands still.
pub(super) fn keep_detailed(plan: Plan, picture: Picture) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(Some(handle)) = waiting.try_update_value(Option::take) {
            handle.clear();
        }
    };
    Effect::new(move |_| {
        let window = picture.board.window.get();
        plan.live.axis.track();
        stop();
        if matches!(window, Window::Part { .. } | Window::Tail { .. }) {
            let handle = set_timeout_with_handle(move || fetch(plan, picture), PAUSE);
            waiting.set_value(handle.ok());
        }
    });
    on_cleanup(stop);
}

/// Whether the page holds only a part of what was reported of a metric of `plan`, and between
/// which places of the trainer's count the window lies.
fn lacking(plan: Plan, picture: Picture) -> Option<(String, Extent)> {
    untrack(|| {
        let run = plan.live.view.with(|view| view.state.run_id.clone())?;
        let thinned = plan.live.view.with(|view| {
            plan.lines.with_value(|lines| {
                lines.iter().any(|(metric, _)| {
                    let series = view.series.0.get(metric);
                    series.is_some_and(|series| series.reported > series.points.len() as u64)
                })
            })
        });
        let (low, high) = picture.with(|chart| chart.x_range())??;
        let range = match plan.live.axis.get() {
            Axis::Count => (low, high),
            // Steps that begin anew in each epoch are counted on from the first of all points.
            Axis::Step => return None,
            Axis::Time => places(plan, (low, high))?,
        };
        thinned.then(|| (run.to_string(), range))
    })
}

/// Between which places of the trainer's count a stretch of the time axis lies.
fn places(plan: Plan, (low, high): Extent) -> Option<Extent> {
    plan.live.view.with(|view| {
        let unit = time_unit(length(view));
        let start = seconds(view.state.started_at.as_deref()?)?;
        plan.lines.with_value(|lines| {
            let held = lines
                .iter()
                .flat_map(|(metric, _)| view.series.points(metric));
            let inside = held.filter(|point| {
                let at = point.time.map(|at| (at.seconds() - start) / unit.1);
                at.is_some_and(|at| low <= at && at <= high)
            });
            inside.fold(None, |range: Option<Extent>, point| {
                let (from, to) = range.unwrap_or((point.x, point.x));
                Some((from.min(point.x), to.max(point.x)))
            })
        })
    })
}

fn fetch(plan: Plan, picture: Picture) {
    let Some((run, (low, high))) = lacking(plan, picture) else {
        return;
    };
    let axis = plan.live.axis.get_untracked();
    let served = plan.detail.with_untracked(|detail| {
        detail.as_ref().is_some_and(|detail| {
            detail.run == run && detail.axis == axis && detail.serves((low, high))
        })
    });
    if served {
        return;
    }
    let margin = MARGIN * (high - low);
    let range = (low - margin, high + margin);
    let metrics = plan.lines.with_value(|lines| {
        let names: Vec<&str> = lines.iter().map(|(metric, _)| metric.as_str()).collect();
        names.join(",")
    });
    spawn_local(async move {
        let answer = api::series(
            run.clone(),
            Some(metrics),
            Some(range.0),
            Some(range.1),
            Some(POINTS),
        )
        .await;
        // Without an answer the thinned line stays, which is true as well.
        let Ok(answer) = answer else { return };
        plan.detail.try_set(Some(Detail {
            run,
            axis,
            range,
            seen: high - low,
            series: answer.series,
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Value;

    fn points(places: &[f64], value: f64) -> Vec<Point> {
        let point = |x: &f64| Point {
            x: *x,
            value: Value(value),
            epoch: None,
            step: None,
            time: None,
        };
        places.iter().map(point).collect()
    }

    fn detail(total: u64) -> Detail {
        Detail {
            run: "r".into(),
            axis: Axis::Count,
            range: (20.0, 40.0),
            seen: 10.0,
            series: vec![MetricSeries {
                metric: "loss".into(),
                total,
                points: points(&[20.0, 25.0, 30.0, 35.0, 40.0], 2.0),
            }],
        }
    }

    #[test]
    fn what_was_fetched_stands_among_what_is_held() {
        let held = points(&[0.0, 15.0, 30.0, 45.0], 1.0);
        let detail = detail(5);
        let refined = detail.refine("loss", &held);
        let places: Vec<f64> = refined.iter().map(|point| point.x).collect();
        assert_eq!(places, [0.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0]);
        assert_eq!(refined[4].value, Value(2.0));
        assert_eq!(detail.refine("other", &held).len(), 4);
        let back = points(&[0.0, 15.0, 5.0], 1.0);
        assert_eq!(detail.refine("loss", &back).len(), 3);
    }

    #[test]
    fn a_closer_look_needs_more_unless_there_is_no_more() {
        assert!(detail(500).serves((22.0, 38.0)));
        assert!(!detail(500).serves((30.0, 32.0)));
        assert!(detail(5).serves((30.0, 32.0)));
        assert!(!detail(5).serves((30.0, 41.0)));
    }
}
