//! Where things stand: the plot's rectangle within a chart, and its two scales.

use super::Chart;

/// Gutters around the plot, in CSS pixels. The left one holds labels of seven characters
/// whatever the numbers are, so that the plot does not jump while they grow.
const LEFT: f64 = 52.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 22.0;

/// Width and height that a plot needs around its gutters to be drawn, in CSS pixels.
const SMALLEST: f64 = 16.0;

/// The plot's rectangle and scales, in the units of the surface that it was made for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    /// The range of each axis, the vertical one in units of its scale; `None` where there is
    /// nothing to measure.
    pub(super) x_range: Option<(f64, f64)>,
    pub(super) y_range: Option<(f64, f64)>,
}

impl Frame {
    /// The frame of `chart` on a surface of `width` by `height` units, of which
    /// `css_pixel` make a CSS pixel. `None` where the surface is too small for a chart.
    pub fn new(chart: &Chart, (width, height): (f64, f64), css_pixel: f64) -> Option<Self> {
        let frame = Self {
            left: LEFT * css_pixel,
            top: TOP * css_pixel,
            right: width - RIGHT * css_pixel,
            bottom: height - BOTTOM * css_pixel,
            x_range: chart.x_range(),
            y_range: chart.y_extent(),
        };
        let least = SMALLEST * css_pixel;
        (frame.width() >= least && frame.height() >= least).then_some(frame)
    }

    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// From where to where the horizontal axis reaches; `None` where there is nothing on it.
    pub fn x_range(&self) -> Option<(f64, f64)> {
        self.x_range
    }

    /// Where the position `x` of the horizontal axis stands on the surface.
    pub fn place_x(&self, x: f64) -> f64 {
        self.left + fraction(x, self.x_range) * self.width()
    }

    /// Where the height `y`, in units of the vertical axis' scale, stands on the surface.
    pub fn place_y(&self, y: f64) -> f64 {
        self.bottom - fraction(y, self.y_range) * self.height()
    }

    /// Which position of the horizontal axis stands at `place`, or nearest to it.
    pub fn position_near(&self, place: f64) -> Option<f64> {
        self.position_at(place.clamp(self.left, self.right))
    }

    /// How far on the horizontal axis a way of `distance` on the surface leads.
    pub fn way(&self, distance: f64) -> f64 {
        let length = self.x_range.map_or(0.0, |(low, high)| high - low);
        distance / self.width() * length
    }

    /// Which position of the horizontal axis stands at `place`; `None` outside of the plot.
    pub fn position_at(&self, place: f64) -> Option<f64> {
        let (low, high) = self.x_range?;
        let part = (place - self.left) / self.width();
        (0.0..=1.0)
            .contains(&part)
            .then_some(low + part * (high - low))
    }
}

fn fraction(value: f64, range: Option<(f64, f64)>) -> f64 {
    match range {
        Some((low, high)) if high > low => ((value - low) / (high - low)).clamp(0.0, 1.0),
        _ => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::tests::points;

    #[test]
    fn places_and_positions_are_inverse() {
        let points = points(&[0.1, 0.7, 0.4, 0.2]);
        let chart = Chart {
            lines: vec![&points],
            ..Chart::default()
        };
        let frame = Frame::new(&chart, (600.0, 200.0), 1.0).unwrap();
        assert_eq!(frame.place_x(1.0), frame.left);
        assert_eq!(frame.place_x(4.0), frame.right);
        let there = frame.position_at(frame.place_x(2.5)).unwrap();
        assert!((there - 2.5).abs() < 1e-9);
        assert_eq!(frame.position_at(1.0), None);
    }

    #[test]
    fn a_surface_without_room_has_no_frame() {
        assert_eq!(Frame::new(&Chart::default(), (40.0, 200.0), 1.0), None);
        assert_eq!(Frame::new(&Chart::default(), (0.0, 0.0), 2.0), None);
    }

    #[test]
    fn the_plot_does_not_move_with_its_numbers() {
        let (small, large) = (points(&[0.1, 0.2]), points(&[-9e9, 9e9]));
        let left = |points| {
            let chart = Chart {
                lines: vec![points],
                ..Chart::default()
            };
            Frame::new(&chart, (600.0, 200.0), 1.0).unwrap().left
        };
        assert_eq!(left(small.as_slice()), left(large.as_slice()));
    }
}
