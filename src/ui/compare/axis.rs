//! What the curves of a comparison are laid over: the trainer's own count, or time.

use crate::run::{Compared, Point};
use crate::ui::time::seconds;

/// The horizontal axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Axis {
    /// Epochs, or steps where a trainer states no epoch.
    #[default]
    Count,
    /// Time since the start of each run.
    Time,
}

/// A unit of time for an axis: its name, and how many seconds it has.
pub type Unit = (&'static str, f64);

impl Axis {
    /// The axis of that name in the address.
    pub fn named(name: Option<&str>) -> Self {
        match name {
            Some("time") => Self::Time,
            _ => Self::Count,
        }
    }

    /// The points of a run's metric on this axis.
    pub fn points(self, run: &Compared, metric: &str, (_, length): Unit) -> Vec<Point> {
        let points = run.series.points(metric);
        let start = seconds(&run.manifest.started_at).unwrap_or_default();
        match self {
            Self::Count => points.to_vec(),
            Self::Time => points
                .iter()
                .filter_map(|point| {
                    let x = (seconds(&point.time)? - start) / length;
                    Some(Point { x, ..point.clone() })
                })
                .collect(),
        }
    }
}

/// The unit in which the longest of the runs has a readable length.
pub fn unit(runs: &[Compared]) -> Unit {
    let longest = runs
        .iter()
        .filter_map(|run| run.row.elapsed_seconds)
        .fold(0.0, f64::max);
    match longest {
        length if length > 3.0 * 3600.0 => ("h", 3600.0),
        length if length > 300.0 => ("min", 60.0),
        _ => ("s", 1.0),
    }
}
