//! How quickly a run goes on, by the times of its reports.

use super::{Axis, Point, RunView};
use crate::event::TrainingUpdate;

/// Reports by which the pace of an active run is told: the last.
const RECENT: usize = 50;

/// So much of what is counted in each second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    pub per_second: f64,
    /// What is counted: `epoch` or `step`.
    pub of: &'static str,
}

impl Pace {
    /// The pace of an active run by its last reports, or of one that is over by all of them; in epochs where more than
    /// one was reported, else in steps. `None` where reports tell neither.
    pub fn of(view: &RunView) -> Option<Self> {
        let known = TrainingUpdate::METRICS.iter().copied();
        let all = known.chain(view.series.0.keys().map(String::as_str));
        all.filter_map(|name| view.series.0.get(name))
            .find_map(|series| {
                let points = match view.state.status.is_active() {
                    true => series.last(RECENT),
                    false => &series.points,
                };
                Self::by(points, view.state.total_steps)
            })
    }

    /// By `points`, in whose epochs are `total` steps, where that is known.
    fn by(points: &[Point], total: Option<u64>) -> Option<Self> {
        let epoch = |point: &Point| Some((point.epoch? as f64, point.time?.seconds()));
        let epochs: Vec<(f64, f64)> = points.iter().filter_map(epoch).collect();
        let whole = ends(begun(&epochs).into_iter()).map(|per_second| (per_second, "epoch"));
        let step = |point: &Point| Some((point.x, point.time?.seconds()));
        let by_steps = || {
            // Where a trainer counts them anew in each epoch they are counted on.
            let steps = Axis::Step.lay(points, "", total);
            Some((ends(steps.iter().filter_map(step))?, "step"))
        };
        let about = || Some((ends(epochs.iter().copied())?, "epoch"));
        let (per_second, of) = whole.or_else(by_steps).or_else(about)?;
        Some(Self { per_second, of })
    }
}

/// Those of the reports, epochs and seconds, between which whole epochs lie: all where each is of another epoch, else the
/// first of each epoch that began among them.
fn begun(reports: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let steps = || reports.windows(2).map(|pair| pair[1].0 > pair[0].0);
    if steps().all(|is_later| is_later) {
        return reports.to_vec();
    }
    let later = reports.iter().skip(1).zip(steps());
    later
        .filter_map(|(report, is_later)| is_later.then_some(*report))
        .collect()
}

/// How much was counted a second between the first and the last of `counted`.
fn ends(mut counted: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let first = counted.next()?;
    let last = counted.last()?;
    let (count, seconds) = (last.0 - first.0, last.1 - first.1);
    (count > 0.0 && seconds > 0.0).then(|| count / seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Status, Value};
    use crate::run::{Moment, RunState, Series, SeriesSet};

    /// Reports `(epoch, step, seconds)` of a run.
    fn view(status: Status, reports: &[(Option<u64>, Option<u64>, i64)]) -> RunView {
        let points = reports.iter().map(|(epoch, step, seconds)| Point {
            x: 0.0,
            value: Value(1.0),
            epoch: *epoch,
            step: *step,
            time: Some(Moment(seconds * 1_000_000)),
        });
        let series = Series {
            points: points.collect(),
            reported: reports.len() as u64,
            thinned: 0,
        };
        RunView {
            state: RunState {
                status,
                ..RunState::default()
            },
            series: SeriesSet([("generator_loss".to_owned(), series)].into()),
            ..RunView::default()
        }
    }

    fn pace(per_second: f64, of: &'static str) -> Option<Pace> {
        Some(Pace { per_second, of })
    }

    #[test]
    fn epochs_are_told_and_steps_where_no_epoch_has_passed() {
        let by_epochs = [(Some(1), None, 0), (Some(10), None, 3), (Some(20), None, 5)];
        assert_eq!(
            Pace::of(&view(Status::Running, &by_epochs)),
            pace(3.8, "epoch")
        );
        let within = [(Some(1), Some(100), 0), (Some(1), Some(300), 50)];
        assert_eq!(Pace::of(&view(Status::Running, &within)), pace(4.0, "step"));
        let steps = [(None, Some(100), 0), (None, Some(300), 50)];
        assert_eq!(Pace::of(&view(Status::Running, &steps)), pace(4.0, "step"));
    }

    #[test]
    fn parts_of_epochs_are_no_epochs() {
        // Ten reports an epoch, one a second.
        let reports = |count: u64| -> Vec<_> {
            let report = |at: u64| (Some(1 + at / 10), Some(10 * (at % 10)), at as i64);
            (5..5 + count).map(report).collect()
        };
        let of = |count| {
            let mut view = view(Status::Running, &reports(count));
            view.state.total_steps = Some(100);
            Pace::of(&view)
        };
        assert_eq!(of(8), pace(10.0, "step"), "one epoch begins among them");
        assert_eq!(of(20), pace(0.1, "epoch"));
        assert_eq!(of(48), pace(0.1, "epoch"));
        // Who counts no steps is told about.
        let epochs = [(Some(1), None, 0), (Some(1), None, 10), (Some(2), None, 20)];
        assert_eq!(
            Pace::of(&view(Status::Running, &epochs)),
            pace(0.05, "epoch")
        );
    }

    #[test]
    fn nothing_is_told_of_one_report_of_no_time_or_of_none() {
        assert_eq!(Pace::of(&RunView::default()), None);
        assert_eq!(
            Pace::of(&view(Status::Running, &[(Some(1), None, 0)])),
            None
        );
        let at_once = [(Some(1), None, 5), (Some(9), None, 5)];
        assert_eq!(Pace::of(&view(Status::Running, &at_once)), None);
        let uncounted = [(None, None, 5), (None, None, 9)];
        assert_eq!(Pace::of(&view(Status::Running, &uncounted)), None);
    }

    #[test]
    fn an_active_run_has_its_present_pace_and_one_that_is_over_its_whole() {
        let slow = (0..100).map(|epoch| (Some(epoch), None, 10 * epoch as i64));
        let quick = (100..200).map(|epoch| (Some(epoch), None, 1000 + epoch as i64 - 100));
        let reports: Vec<_> = slow.chain(quick).collect();
        assert_eq!(
            Pace::of(&view(Status::Running, &reports)),
            pace(1.0, "epoch")
        );
        assert_eq!(
            Pace::of(&view(Status::Completed, &reports)),
            pace(199.0 / 1099.0, "epoch")
        );
    }
}
