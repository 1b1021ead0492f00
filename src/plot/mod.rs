//! Charts as pure functions over any plotters backend: a canvas in the browser, SVG in tests.
//!
//! The data comes as [`Chart`], what the page's style sheet says as [`Look`]; [`draw`]
//! brings both onto a surface. Nothing here measures text, since in a browser that forces
//! a layout: gutters have a fixed width, and anchors put labels in their place.

mod axes;
mod chart;
mod count;
mod draw;
mod frame;
mod log_ticks;
mod look;
mod plane;
mod reading;
mod scale;
mod sheet;
mod smooth;
#[cfg(feature = "ssr")]
mod still;
mod stretch;
mod table;
mod ticks;
mod window;

pub use chart::{Chart, Extent, Shape, Unshown, extent};
pub use count::Count;
pub use draw::draw;
pub use frame::Frame;
pub use look::{Look, colour};
pub use plane::nearest;
pub use reading::Reading;
pub use scale::Scale;
#[cfg(feature = "ssr")]
pub use still::still;
pub use table::{Row, csv, rows};
pub use window::Window;

#[cfg(test)]
mod tests {
    use crate::event::Value;
    use crate::run::{Moment, Point};

    /// One point an epoch, from epoch 1.
    pub(super) fn points(values: &[f64]) -> Vec<Point> {
        let epochs = 1..=values.len() as u64;
        let point = |(epoch, value): (u64, &f64)| Point {
            x: epoch as f64,
            value: Value(*value),
            epoch: Some(epoch),
            step: None,
            time: Moment::parse("2025-08-24T18:14:33Z"),
        };
        epochs.zip(values).map(point).collect()
    }
}
