//! Which part of the horizontal axis is in sight, and how hands change it.

use super::chart::Extent;
use crate::event::number;

/// A part of the axis. Live data lengthen the axis: a [`Window::Part`] stays where it is, the
/// other two go along.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Window {
    /// All there is.
    #[default]
    Whole,
    /// From here to there.
    Part { from: f64, to: f64 },
    /// The end, so wide.
    Tail { width: f64 },
}

/// The narrowest window, as a part of the whole axis and of its numbers' size: beyond, neighbours
/// on the axis would be one number.
const NARROWEST: f64 = 1e-6;
const FINEST: f64 = 1e-10;

impl Window {
    /// From where to where it reaches on an axis that holds `extent`.
    pub fn range(self, extent: Extent) -> Extent {
        match self {
            Self::Whole => extent,
            Self::Part { from, to } => (from, to),
            Self::Tail { width } => ((extent.1 - width).max(extent.0), extent.1),
        }
    }

    /// As it stands in an address: `12..80`, or `..50` for the last 50; `None` where nothing is out of sight.
    pub fn written(self) -> Option<String> {
        match self {
            Self::Whole => None,
            Self::Part { from, to } => Some(format!("{from}..{to}")),
            Self::Tail { width } => Some(format!("..{width}")),
        }
    }

    /// The window that an address names; everything where it names none.
    pub fn read(text: &str) -> Self {
        let Some((from, to)) = text.split_once("..") else {
            return Self::Whole;
        };
        match (number(from), number(to)) {
            (Some(from), Some(to)) if from < to => Self::Part { from, to },
            (None, Some(width)) if from.is_empty() && width > 0.0 => Self::Tail { width },
            _ => Self::Whole,
        }
    }

    /// Whether nothing is out of sight.
    pub fn is_whole(self) -> bool {
        self == Self::Whole
    }

    /// The same around the position `at`, wider by `factor`.
    pub fn zoomed(self, extent: Extent, at: f64, factor: f64) -> Self {
        let (from, to) = self.range(extent);
        let width = ((to - from) * factor).max(narrowest(extent));
        let part = if to > from {
            ((at - from) / (to - from)).clamp(0.0, 1.0)
        } else {
            0.5
        };
        let from = from + part * (to - from - width);
        match self {
            // Who follows the end goes on following it.
            Self::Tail { .. } if width < extent.1 - extent.0 => Self::Tail { width },
            Self::Tail { .. } => Self::Whole,
            _ => Self::between(extent, from, from + width),
        }
    }

    /// The window between two positions in either order, as far as there is something.
    pub fn between(extent: Extent, one: f64, other: f64) -> Self {
        let least = narrowest(extent).min(extent.1 - extent.0);
        let from = one.min(other).clamp(extent.0, extent.1 - least);
        let to = one
            .max(other)
            .clamp(from + least, extent.1.max(from + least));
        if from <= extent.0 && to >= extent.1 || to <= from {
            return Self::Whole;
        }
        Self::Part { from, to }
    }

    /// The same further on by `by`, but not beyond either end. At the right end it follows.
    pub fn moved(self, extent: Extent, by: f64) -> Self {
        let (from, to) = self.range(extent);
        let width = to - from;
        if self.is_whole() || by == 0.0 || width >= extent.1 - extent.0 {
            return self;
        }
        if by > 0.0 && to + by >= extent.1 {
            return Self::Tail { width };
        }
        let from = (from + by).max(extent.0);
        Self::Part {
            from,
            to: from + width,
        }
    }

    /// As wide, at the end, and staying there.
    pub fn at_end(self) -> Self {
        match self {
            Self::Part { from, to } => Self::Tail { width: to - from },
            other => other,
        }
    }

    /// As wide, at the beginning.
    pub fn at_start(self, extent: Extent) -> Self {
        self.moved(extent, extent.0 - self.range(extent).0)
    }
}

fn narrowest((low, high): Extent) -> f64 {
    (NARROWEST * (high - low)).max(FINEST * low.abs().max(high.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AXIS: Extent = (0.0, 100.0);

    #[test]
    fn what_lies_under_the_pointer_stays_there() {
        let window = Window::Whole.zoomed(AXIS, 25.0, 0.5);
        assert_eq!(
            window,
            Window::Part {
                from: 12.5,
                to: 62.5
            }
        );
        assert_eq!(window.zoomed(AXIS, 25.0, 2.0), Window::Whole);
    }

    #[test]
    fn a_part_stays_while_the_axis_grows_and_a_tail_goes_along() {
        let part = Window::between(AXIS, 40.0, 20.0);
        assert_eq!(part.range((0.0, 500.0)), (20.0, 40.0));
        assert_eq!(part.at_end().range((0.0, 500.0)), (480.0, 500.0));
        assert_eq!(Window::Whole.at_end(), Window::Whole);
    }

    #[test]
    fn it_moves_to_the_ends_and_not_beyond() {
        let part = Window::between(AXIS, 20.0, 40.0);
        assert_eq!(part.moved(AXIS, -50.0).range(AXIS), (0.0, 20.0));
        assert_eq!(part.moved(AXIS, 500.0), Window::Tail { width: 20.0 });
        assert_eq!(part.at_start(AXIS).range(AXIS), (0.0, 20.0));
        assert_eq!(Window::Whole.moved(AXIS, 5.0), Window::Whole);
    }

    #[test]
    fn a_tail_that_is_zoomed_is_still_a_tail() {
        let tail = Window::Tail { width: 20.0 };
        assert_eq!(tail.zoomed(AXIS, 90.0, 0.5), Window::Tail { width: 10.0 });
        assert_eq!(tail.zoomed(AXIS, 90.0, 9.0), Window::Whole);
    }

    #[test]
    fn a_tail_that_is_longer_than_the_axis_begins_where_that_does() {
        let tail = Window::Tail { width: 500.0 };
        assert_eq!(tail.range((1.0, 3.0)), (1.0, 3.0));
        assert_eq!(tail.at_end().range((0.0, 900.0)), (400.0, 900.0));
    }

    #[test]
    fn an_address_that_is_no_window_shows_everything() {
        for wrong in ["", "..", "5", "9..1", "..-3", "a..b", "NaN..4", "1..inf"] {
            assert_eq!(Window::read(wrong), Window::Whole, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(from in -1e9..1e9f64, width in 1e-3..1e9f64) {
            let part = Window::Part { from, to: from + width };
            for window in [part, Window::Tail { width }] {
                prop_assert_eq!(Window::read(&window.written().unwrap()), window);
            }
        }

        #[test]
        fn every_hand_leaves_a_window_inside_of_the_axis(
            low in -1e6..1e6f64,
            length in 0.01..1e6f64,
            hands in prop::collection::vec((0u8..5, 0.0..1.0f64, 0.01..10.0f64), 1..20),
        ) {
            let axis = (low, low + length);
            let mut window = Window::Whole;
            for (kind, part, size) in hands {
                let at = low + part * length;
                window = match kind {
                    0 => window.zoomed(axis, at, size),
                    1 => window.moved(axis, (part - 0.5) * length),
                    2 => Window::between(axis, at, low + length * size / 10.0),
                    3 => window.at_end(),
                    _ => window.at_start(axis),
                };
                let (from, to) = window.range(axis);
                let hair = 1e-6 * length + 1e-9 * low.abs();
                prop_assert!(to > from, "{window:?}");
                prop_assert!(from >= axis.0 - hair && to <= axis.1 + hair, "{window:?}");
            }
        }
    }
}
