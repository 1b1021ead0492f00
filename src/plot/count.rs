//! What positions on the horizontal axis are, and the unit in which they are shown.

use super::Chart;
use crate::run::Point;

/// What positions on the horizontal axis are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Count {
    /// What the points tell of themselves: epochs where the trainer states them, else steps, else its reports.
    #[default]
    Told,
    /// Something of this name.
    Named(&'static str),
    /// Seconds, shown in the unit that suits what is in sight.
    Seconds,
}

impl Chart<'_> {
    /// What the horizontal axis is labelled with, and how much of an axis one of that is.
    pub fn x_unit(&self) -> (&'static str, f64) {
        const HOURS_FROM: f64 = 3.0 * 3600.0;
        const MINUTES_FROM: f64 = 300.0;
        match self.count {
            Count::Named(name) => (name, 1.0),
            Count::Seconds => match self.x_range().map_or(0.0, |range| range.1) {
                HOURS_FROM.. => ("h", 3600.0),
                MINUTES_FROM.. => ("min", 60.0),
                _ => ("s", 1.0),
            },
            Count::Told => match self.lines.iter().find_map(|points| points.last()) {
                Some(Point { epoch: Some(_), .. }) | None => ("epoch", 1.0),
                Some(Point { step: Some(_), .. }) => ("step", 1.0),
                Some(_) => ("report", 1.0),
            },
        }
    }

    /// Whether every point stands on a whole number, so that no label may fall between two.
    pub(super) fn is_whole(&self) -> bool {
        self.count != Count::Seconds && self.positions().all(|x| x.fract() == 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::Window;
    use crate::plot::tests::points;

    #[test]
    fn seconds_are_shown_in_what_suits_the_part_in_sight() {
        let mut points = points(&[1.0, 2.0, 3.0]);
        points[2].x = 20_000.0;
        let unit = |window| {
            let chart = Chart {
                lines: vec![&points],
                count: Count::Seconds,
                window,
                ..Chart::default()
            };
            (chart.x_unit(), chart.x_range())
        };
        let (from, to) = (100.0, 200.0);
        assert_eq!(
            unit(Window::Part { from, to }),
            (("s", 1.0), Some((from, to)))
        );
        assert_eq!(unit(Window::Whole).0, ("h", 3600.0));
        let tail = Window::Tail { width: 60.0 };
        assert_eq!(unit(tail), (("h", 3600.0), Some((19_940.0, 20_000.0))));
    }
}
