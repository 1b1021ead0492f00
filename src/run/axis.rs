//! What curves are laid over: the trainer's own count, its steps, or time.

use super::{Point, SeriesSet, seconds};

/// The horizontal axis of a chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Axis {
    /// Epochs with the parts of them that steps tell; steps where a trainer states no epoch.
    #[default]
    Count,
    /// Steps alone, counted on where a trainer counts them anew in each epoch.
    Step,
    /// Seconds since the start of the run.
    Time,
}

impl Axis {
    /// All axes, in the order of a switch.
    pub const ALL: [Self; 3] = [Self::Count, Self::Step, Self::Time];

    /// The axis' name in an address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "epoch",
            Self::Step => "step",
            Self::Time => "time",
        }
    }

    /// The axis called `name`; the first for any other name.
    pub fn named(name: Option<&str>) -> Self {
        let found = Self::ALL.into_iter().find(|axis| Some(axis.name()) == name);
        found.unwrap_or_default()
    }

    /// The points of a run that began at `started_at` on this axis; those that have no
    /// place on it are left out.
    /// `steps` is how many an epoch has, where the trainer says so: what is reported in some of them only lies by it
    /// where the rest does.
    pub fn lay(self, points: &[Point], started_at: &str, steps: Option<u64>) -> Vec<Point> {
        match self {
            Self::Count => points.to_vec(),
            Self::Step => by_step(points, steps),
            Self::Time => {
                let start = seconds(started_at).unwrap_or_default();
                let place = |point: &Point| Some(point.time?.seconds() - start);
                let laid = points
                    .iter()
                    .filter_map(|point| place(point).map(|x| Point { x, ..*point }));
                laid.collect()
            }
        }
    }
}

/// Steps that begin anew are counted on. A step that falls but for a moment is a rank that
/// lags behind the others: it stays where it is.
fn by_step(points: &[Point], steps: Option<u64>) -> Vec<Point> {
    let stepped: Vec<(u64, &Point)> = points
        .iter()
        .filter_map(|point| Some((point.step?, point)))
        .collect();
    let (mut before, mut last, mut epoch) = (0, 0, None);
    let mut laid = Vec::with_capacity(stepped.len());
    for (at, (step, point)) in stepped.iter().enumerate() {
        let behind = &stepped[at + 1..stepped.len().min(at + SeriesSet::REDONE)];
        let stays = !behind.is_empty() && behind.iter().all(|(step, _)| *step < last);
        let later = point.epoch > epoch;
        // Reported at the end of each epoch they are always as many; counted through all epochs they go on behind.
        let ends = later && *step == last && behind.iter().all(|(step, _)| *step <= last);
        let anew = ends || *step < last && (later || stays);
        if anew {
            before += steps.unwrap_or(last).max(last);
        }
        if anew || *step > last {
            last = *step;
        }
        epoch = point.epoch.max(epoch);
        laid.push(Point {
            x: (before + step) as f64,
            ..**point
        });
    }
    laid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Value;
    use crate::run::Moment;

    fn point(step: Option<u64>, time: &str) -> Point {
        Point {
            x: 1.0,
            value: Value(0.5),
            epoch: Some(1),
            step,
            time: Moment::parse(time),
        }
    }

    fn places(points: &[Point]) -> Vec<f64> {
        points.iter().map(|point| point.x).collect()
    }

    #[test]
    fn steps_that_begin_anew_are_counted_on() {
        let steps = [Some(1), Some(50), Some(100), None, Some(1), Some(50)];
        let points = steps.map(|step| point(step, ""));
        let laid = Axis::Step.lay(&points, "", None);
        assert_eq!(places(&laid), [1.0, 50.0, 100.0, 101.0, 150.0]);
    }

    #[test]
    fn reports_of_epochs_lie_an_epoch_apart() {
        let at = |reports: &[(u64, u64)], steps| {
            let points: Vec<Point> = reports
                .iter()
                .map(|(epoch, step)| Point {
                    epoch: Some(*epoch),
                    ..point(Some(*step), "")
                })
                .collect();
            places(&Axis::Step.lay(&points, "", steps))
        };
        assert_eq!(
            at(&[(1, 782), (2, 782), (3, 782)], None),
            [782.0, 1564.0, 2346.0]
        );
        assert_eq!(
            at(&[(1, 700), (2, 700), (3, 400)], Some(782)),
            [700.0, 1482.0, 1964.0]
        );
        // Steps that go through all epochs.
        assert_eq!(
            at(&[(1, 782), (2, 782), (2, 1500), (3, 1500)], None)[..3],
            [782.0, 782.0, 1500.0]
        );
    }

    #[test]
    fn ranks_that_lag_stay_where_they_are() {
        let steps = [10, 20, 10, 20, 30, 20, 30, 40].map(|step| point(Some(step), ""));
        let laid = Axis::Step.lay(&steps, "", None);
        assert_eq!(
            places(&laid),
            [10.0, 20.0, 10.0, 20.0, 30.0, 20.0, 30.0, 40.0]
        );
    }

    #[test]
    fn time_is_that_since_the_start() {
        let points = [
            point(None, "2025-08-24T18:02:00Z"),
            point(None, "2025-08-24T18:03:30Z"),
        ];
        let laid = Axis::Time.lay(&points, "2025-08-24T18:00:00Z", None);
        assert_eq!(places(&laid), [120.0, 210.0]);
    }
}
