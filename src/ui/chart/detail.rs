//! The points of a part of a run, fetched where the page itself holds a thinned series.

use std::borrow::Cow;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Picture;
use crate::api;
use crate::plot::{Extent, Window};
use crate::run::{Axis, MetricSeries, Point, Series};

/// How long a window stands still before its points are asked for.
const PAUSE: Duration = Duration::from_millis(180);

/// Points that are asked for a metric: two a pixel column of a wide screen. Several runs share them, down to a least.
const POINTS: u64 = 4000;
const POINTS_LEAST: u64 = 500;

/// So much more is fetched on either side, as a part of the window: a small move needs no call.
const MARGIN: f64 = 0.5;

/// A run of which a chart shows some metrics.
pub struct Held<'a> {
    pub run: &'a str,
    /// When it began, in seconds.
    pub start: Option<f64>,
    /// Metrics by name, as the page holds them.
    pub series: Vec<(&'a str, &'a Series)>,
}

type Holds = dyn Fn(&mut dyn FnMut(Held<'_>)) + Send + Sync;

/// What a chart looks at runs through: what the page holds of them, and more of it where that is thinned.
#[derive(Clone, Copy)]
pub struct Lens {
    axis: Signal<Axis>,
    /// A finer part of each run that lacked one.
    parts: RwSignal<Vec<Detail>>,
    holds: StoredValue<Box<Holds>>,
    /// How often was asked for more: what an earlier window lacked is wanted no more.
    turn: StoredValue<u32>,
}

impl Lens {
    /// Looks along `axis` at the runs that `holds` tells one after the other.
    pub fn new(
        axis: Signal<Axis>,
        holds: impl Fn(&mut dyn FnMut(Held<'_>)) + Send + Sync + 'static,
    ) -> Self {
        Self {
            axis,
            parts: RwSignal::default(),
            holds: StoredValue::new(Box::new(holds)),
            turn: StoredValue::new(0),
        }
    }

    /// Follows what is fetched.
    pub fn track(self) {
        self.parts.track();
    }

    /// Whether the page holds a series that is thinned.
    fn is_thin(self) -> bool {
        let mut found = false;
        self.holds.with_value(|holds| {
            holds(&mut |held| found |= held.series.iter().any(|(_, series)| is_thin(series)));
        });
        found
    }

    /// The points of a run's `metric`: those that the page holds, and where finer ones were fetched, those.
    pub fn refine<'a>(self, run: &str, metric: &str, held: &'a [Point]) -> Cow<'a, [Point]> {
        let axis = self.axis.get();
        self.parts.with(|parts| {
            let part = parts.iter().find(|part| part.is_of(run, axis));
            part.map_or(Cow::Borrowed(held), |part| part.refine(metric, held))
        })
    }
}

/// All points of some metrics of a run between two places, or so many that a screen shows no
/// difference.
#[derive(Clone, Debug, PartialEq)]
struct Detail {
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
    fn is_of(&self, run: &str, axis: Axis) -> bool {
        run == self.run && axis == self.axis
    }

    /// The points of `metric`: within the range those that were fetched, and around it, and after
    /// the last of them, those that the page holds.
    fn refine<'a>(&self, metric: &str, held: &'a [Point]) -> Cow<'a, [Point]> {
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
        // What a trainer made anew since is not what was fetched.
        if held[..after]
            .last()
            .is_some_and(|held| held.time > last.time)
        {
            return Cow::Borrowed(held);
        }
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
pub fn keep_detailed(lens: Lens, picture: Picture) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(Some(handle)) = waiting.try_update_value(Option::take) {
            handle.clear();
        }
    };
    // A run that grows may be thinned while nobody touches the window.
    let thin = Memo::new(move |_| lens.is_thin());
    Effect::new(move |_| {
        let window = picture.board.window.get();
        lens.axis.track();
        thin.get();
        stop();
        if matches!(window, Window::Part { .. } | Window::Tail { .. }) {
            let handle = set_timeout_with_handle(move || fetch(lens, picture), PAUSE);
            waiting.set_value(handle.ok());
        }
    });
    on_cleanup(stop);
}

/// What a window lacks of one run.
struct Lack {
    run: String,
    /// With commas between.
    metrics: String,
    /// Between which places of the trainer's count the window lies.
    range: Extent,
}

/// What the window lacks that `picture` shows.
fn lacking(lens: Lens, picture: Picture) -> Vec<Lack> {
    untrack(|| {
        let Some(window) = picture.with(|chart| chart.x_range()).flatten() else {
            return Vec::new();
        };
        let (axis, mut lacks) = (lens.axis.get(), Vec::new());
        lens.holds.with_value(|holds| {
            holds(&mut |held| {
                if !held.series.iter().any(|(_, series)| is_thin(series)) {
                    return;
                }
                if let Some(range) = places(&held, axis, window) {
                    let names: Vec<&str> = held.series.iter().map(|(name, _)| *name).collect();
                    lacks.push(Lack {
                        run: held.run.to_owned(),
                        metrics: names.join(","),
                        range,
                    });
                }
            });
        });
        lens.parts.with(|parts| {
            let served = |lack: &Lack| {
                let part = parts.iter().find(|part| part.is_of(&lack.run, axis));
                part.is_some_and(|part| part.serves(lack.range))
            };
            lacks.retain(|lack| !served(lack));
        });
        lacks
    })
}

fn is_thin(series: &Series) -> bool {
    series.reported > series.points.len() as u64
}

/// Between which places of the trainer's count a stretch of `axis` lies: from the last point that the page holds
/// before it to the first behind it.
fn places(held: &Held<'_>, axis: Axis, (low, high): Extent) -> Option<Extent> {
    let at = |point: &Point| match axis {
        Axis::Count => Some(point.x),
        Axis::Step => point.step.map(|step| step as f64),
        Axis::Time => Some(point.time?.seconds() - held.start?),
    };
    if axis == Axis::Count {
        return Some((low, high));
    }
    let (mut from, mut to) = (None::<f64>, None::<f64>);
    let (mut first, mut last) = (None::<f64>, None::<f64>);
    for (_, series) in &held.series {
        let mut before = f64::NEG_INFINITY;
        for point in series.points.iter() {
            let Some(place) = at(point) else { continue };
            // Steps that begin anew in each epoch are counted on from the first of all points: finer points among
            // them would move all that come after.
            if place < before && axis == Axis::Step {
                return None;
            }
            before = place;
            if place <= low {
                from = Some(from.map_or(point.x, |from| from.max(point.x)));
            }
            if place >= high {
                to = Some(to.map_or(point.x, |to| to.min(point.x)));
            }
            first = Some(first.map_or(point.x, |first| first.min(point.x)));
            last = Some(last.map_or(point.x, |last| last.max(point.x)));
        }
    }
    let (from, to) = (from.or(first)?, to.or(last)?);
    // Where a run went back, places do not tell what comes after what.
    (from <= to).then_some((from, to))
}

fn fetch(lens: Lens, picture: Picture) {
    let (lacks, axis) = (lacking(lens, picture), lens.axis.get_untracked());
    let points = (POINTS / lacks.len().max(1) as u64).max(POINTS_LEAST);
    let turn = lens.turn.get_value().wrapping_add(1);
    lens.turn.set_value(turn);
    spawn_local(async move {
        // One after the other: a chart may show twenty runs, and a page as many charts.
        for lack in lacks {
            let (low, high) = lack.range;
            let margin = MARGIN * (high - low);
            let range = (low - margin, high + margin);
            let (from, to) = (Some(range.0), Some(range.1));
            let answer =
                api::series(lack.run.clone(), Some(lack.metrics), from, to, Some(points)).await;
            if lens.turn.try_get_value() != Some(turn) {
                return;
            }
            // Without an answer the thinned line stays, which is true as well.
            let Ok(answer) = answer else { continue };
            let part = Detail {
                run: lack.run,
                axis,
                range,
                seen: high - low,
                series: answer.series,
            };
            lens.parts.try_update(|parts| {
                parts.retain(|other| !other.is_of(&part.run, axis) && other.axis == axis);
                parts.push(part);
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Value;
    use crate::run::Moment;

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
    fn what_was_made_anew_since_is_not_drawn_as_it_was() {
        let at = |points: &mut [Point], second: i64| {
            points
                .iter_mut()
                .for_each(|point| point.time = Some(Moment(second)));
        };
        let mut detail = detail(5);
        at(&mut detail.series[0].points, 60);
        let mut held = points(&[0.0, 15.0, 30.0, 45.0], 1.0);
        at(&mut held[..3], 30);
        at(&mut held[3..], 90);
        assert_eq!(detail.refine("loss", &held).len(), 8);
        // From 15 on it went on anew.
        at(&mut held[2..], 90);
        assert_eq!(detail.refine("loss", &held).len(), 4);
    }

    fn steps(steps: &[u64]) -> Series {
        let mut series = Series {
            points: points(&[0.1, 0.2, 0.3, 0.4], 1.0),
            ..Series::default()
        };
        for (point, step) in series.points.iter_mut().zip(steps) {
            point.step = Some(*step);
        }
        series
    }

    #[test]
    fn a_stretch_of_steps_lies_between_the_points_around_it_unless_they_begin_anew() {
        let place = |steps: &Series, window| {
            let held = Held {
                run: "r",
                start: None,
                series: vec![("loss", steps)],
            };
            places(&held, Axis::Step, window)
        };
        let on = steps(&[10, 20, 30, 40]);
        assert_eq!(place(&on, (21.0, 22.0)), Some((0.2, 0.3)));
        assert_eq!(place(&on, (0.0, 30.0)), Some((0.1, 0.3)));
        assert_eq!(place(&on, (35.0, 50.0)), Some((0.3, 0.4)));
        assert_eq!(place(&steps(&[10, 20, 10, 20]), (5.0, 15.0)), None);
    }

    #[test]
    fn a_closer_look_needs_more_unless_there_is_no_more() {
        assert!(detail(500).serves((22.0, 38.0)));
        assert!(!detail(500).serves((30.0, 32.0)));
        assert!(detail(5).serves((30.0, 32.0)));
        assert!(!detail(5).serves((30.0, 41.0)));
    }
}
