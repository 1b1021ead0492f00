//! Rows and pixels: where a scroll bar stands for which row of a log of any length.

/// The height of a row in CSS pixels; the style sheet gets it from here.
pub const ROW: f64 = 20.0;

/// The height in pixels that a scrolled element is given at most. Browsers bear no more than
/// about 17 million, and lose whole pixels long before.
const TALLEST: f64 = 8_000_000.0;

/// A log of `rows` rows, seen through a window of `room` pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub rows: u64,
    pub room: f64,
}

impl Scale {
    /// Rows that fit into the window, with a part of one.
    pub fn seen(self) -> f64 {
        self.room / ROW
    }

    /// The last row that can stand at the top, with a part of one: the end is then in sight.
    pub fn end(self) -> f64 {
        (self.rows as f64 - self.seen()).max(0.0)
    }

    /// The height of what is scrolled, in pixels.
    pub fn height(self) -> f64 {
        (self.rows as f64 * ROW).min(TALLEST.max(self.room))
    }

    /// Whether a pixel of the scroll bar stands for more than a pixel of rows: scrolling by
    /// wheel or key has then to be counted in rows.
    pub fn is_shrunk(self) -> bool {
        self.rows as f64 * ROW > TALLEST
    }

    /// Where the scroll bar stands, in pixels, when the row `top` is the first.
    pub fn place(self, top: f64) -> f64 {
        let top = top.clamp(0.0, self.end());
        if self.is_shrunk() {
            (top / self.end() * self.way()).round()
        } else {
            top * ROW
        }
    }

    /// The row that is the first when the scroll bar stands at `place`.
    pub fn top(self, place: f64) -> f64 {
        let top = if self.is_shrunk() {
            place / self.way() * self.end()
        } else {
            place / ROW
        };
        top.clamp(0.0, self.end())
    }

    /// Where the row `row` is drawn, in pixels from the start of what is scrolled, when `top`
    /// is the first in sight.
    pub fn drawn(self, row: u64, top: f64) -> f64 {
        if self.is_shrunk() {
            self.place(top) - (top.min(self.end()) - row as f64) * ROW
        } else {
            row as f64 * ROW
        }
    }

    /// How far the scroll bar can go, in pixels.
    fn way(self) -> f64 {
        (self.height() - self.room).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Scale = Scale {
        rows: 1_000,
        room: 610.0,
    };
    const LONG: Scale = Scale {
        rows: 5_000_000,
        room: 610.0,
    };

    #[test]
    fn a_short_log_is_scrolled_pixel_by_pixel() {
        assert!(!SHORT.is_shrunk());
        assert_eq!(SHORT.height(), 20_000.0);
        assert_eq!(SHORT.top(30.0), 1.5);
        assert_eq!(SHORT.place(1.5), 30.0);
        assert_eq!(SHORT.drawn(7, 1.5), 140.0);
        assert_eq!(SHORT.place(SHORT.end()), SHORT.height() - SHORT.room);
    }

    #[test]
    fn a_long_log_fits_and_every_row_can_be_reached() {
        assert!(LONG.is_shrunk());
        assert_eq!(LONG.height(), 8_000_000.0);
        assert_eq!(LONG.place(0.0), 0.0);
        assert_eq!(LONG.place(LONG.end()), LONG.height() - LONG.room);
        assert_eq!(LONG.top(LONG.height() - LONG.room), LONG.end());
        for place in [0.0, 1.0, 4_000_000.0, 7_999_390.0] {
            assert_eq!(LONG.place(LONG.top(place)), place, "a drag is not moved on");
        }
    }

    #[test]
    fn the_first_row_is_drawn_at_the_top_and_the_last_at_the_bottom() {
        for top in [0.0, 12.25, 2_500_000.5, LONG.end()] {
            let first = LONG.drawn(0, top) + top * ROW;
            assert!((first - LONG.place(top)).abs() < 1e-3, "{top}: {first}");
        }
        let bottom = LONG.drawn(LONG.rows, LONG.end());
        assert!((bottom - LONG.height()).abs() < 1e-3, "{bottom}");
    }

    #[test]
    fn a_log_that_fits_the_window_does_not_scroll() {
        let few = Scale {
            rows: 3,
            room: 610.0,
        };
        assert_eq!((few.end(), few.place(5.0), few.top(99.0)), (0.0, 0.0, 0.0));
        let none = Scale { rows: 0, room: 0.0 };
        assert_eq!((none.end(), none.height(), none.top(0.0)), (0.0, 0.0, 0.0));
    }
}
