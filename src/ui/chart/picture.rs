//! What a chart is painted from, whatever its data are kept in.

use leptos::html::Canvas;
use leptos::prelude::*;

use super::Board;
use crate::plot::{Chart, Frame, Shape, Window};

type Show = dyn Fn(&mut dyn FnMut(Chart)) + Send + Sync;

/// A source of charts. Reading it follows what it is made from. Its functions are boxed: spelt
/// out in types, each kind of chart would bring the whole engine into the bundle once more.
#[derive(Clone, Copy)]
pub struct Picture {
    pub(super) board: Board,
    /// This chart's number on the board.
    pub(super) number: u32,
    pub(super) canvas: NodeRef<Canvas>,
    parts: StoredValue<Parts>,
    /// Width and height of the canvas in CSS pixels when it was last painted: asking the page
    /// would force a layout.
    size: StoredValue<(f64, f64)>,
}

struct Parts {
    id: String,
    show: Box<Show>,
    labels: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    changes: Box<dyn Fn() + Send + Sync>,
}

impl Picture {
    /// The chart called `id`. `show` hands its data over, `labels` names its lines, and `changes`
    /// follows, and no more than that, what makes a new picture necessary.
    pub fn new(
        board: Board,
        id: &str,
        show: impl Fn(&mut dyn FnMut(Chart)) + Send + Sync + 'static,
        labels: impl Fn() -> Vec<String> + Send + Sync + 'static,
        changes: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            board,
            number: board.number(),
            canvas: NodeRef::new(),
            parts: StoredValue::new(Parts {
                id: id.to_owned(),
                show: Box::new(show),
                labels: Box::new(labels),
                changes: Box::new(changes),
            }),
            size: StoredValue::new((0.0, 0.0)),
        }
    }

    /// The chart as it is now; `None` where its page is left already.
    pub fn with<T>(self, read: impl FnOnce(&Chart) -> T) -> Option<T> {
        let (mut read, mut answer) = (Some(read), None);
        self.parts.try_with_value(|parts| {
            let (window, scale) = (self.board.window.get(), self.board.scale(&parts.id));
            let smoothing = self.board.smoothing();
            (parts.show)(&mut |mut chart| {
                // Other shapes have axes of their own.
                if chart.shape == Shape::Lines {
                    (chart.window, chart.scale, chart.smoothing) = (window, scale, smoothing);
                }
                if let Some(read) = read.take() {
                    answer = Some(read(&chart));
                }
            });
        });
        answer
    }

    /// The same, and follows what makes a new picture necessary, and no more than that.
    pub(super) fn follow<T>(self, read: impl FnOnce(&Chart) -> T) -> Option<T> {
        self.changes();
        untrack(|| self.with(read))
    }

    /// A label for each line.
    pub fn labels(self) -> Vec<String> {
        let labels = self.parts.try_with_value(|parts| (parts.labels)());
        labels.unwrap_or_default()
    }

    /// The lines that are drawn, each by its number and its label.
    pub(super) fn drawn(self) -> Vec<(usize, String)> {
        let is_drawn = |chart: &Chart| -> Vec<bool> {
            let lines = chart.lines.iter();
            lines.map(|points| !points.is_empty()).collect()
        };
        let drawn = untrack(|| self.with(is_drawn)).unwrap_or_default();
        let labels = untrack(|| self.labels()).into_iter().enumerate();
        labels
            .filter(|(at, _)| drawn.get(*at) == Some(&true))
            .collect()
    }

    /// What the chart is called by.
    pub(super) fn id(self) -> String {
        self.parts.with_value(|parts| parts.id.clone())
    }

    /// Follows what makes a new picture necessary.
    pub(super) fn changes(self) {
        self.parts.try_with_value(|parts| {
            (parts.changes)();
            self.board.window.track();
            self.board.scale(&parts.id);
            self.board.smoothing();
        });
    }

    /// Where things stand in the picture, in CSS pixels.
    pub(super) fn frame(self) -> Option<Frame> {
        let size = self.size.try_get_value()?;
        self.with(|chart| Frame::new(chart, size, 1.0))?
    }

    /// Width and height of the picture in CSS pixels.
    pub(super) fn size(self) -> (f64, f64) {
        self.size.get_value()
    }

    /// Changes the window that all charts share, if there is an axis to change it on.
    pub(super) fn turn(self, turn: impl FnOnce(Window, (f64, f64)) -> Window) {
        let extent = untrack(|| self.with(|chart| chart.x_extent())).flatten();
        if let Some(extent) = extent {
            let window = turn(self.board.window.get_untracked(), extent);
            if window != self.board.window.get_untracked() {
                self.board.window.set(window);
            }
        }
    }
}

/// Paints `picture` on its canvas whenever it changes, for as long as the owner lives.
#[cfg(feature = "hydrate")]
pub(super) fn keep_painted(picture: Picture) {
    use crate::client::canvas::{LiveCanvas, Paper};

    let live = StoredValue::new_local(None::<LiveCanvas>);
    Effect::new(move |_| {
        let Some(element) = picture.canvas.get() else {
            return;
        };
        let paint = move |paper: &Paper, look: &crate::plot::Look| {
            let (width, height) = paper.dim_in_pixel();
            let size = (f64::from(width), f64::from(height));
            let css = (size.0 / look.css_pixel, size.1 / look.css_pixel);
            picture.size.try_set_value(css);
            let drawn = untrack(|| picture.with(|chart| crate::plot::draw(paper, chart, look)));
            // A frame may come when the page is already left.
            drawn.unwrap_or(Ok(()))
        };
        match LiveCanvas::new(element, paint) {
            Ok(painted) => live.set_value(Some(painted)),
            Err(error) => leptos::logging::error!("a chart cannot be shown: {error:?}"),
        }
    });
    Effect::new(move |_| {
        picture.changes();
        live.with_value(|live| {
            if let Some(live) = live {
                live.repaint();
            }
        });
    });
}

/// The server has no canvas, and runs no effects.
#[cfg(not(feature = "hydrate"))]
pub(super) fn keep_painted(picture: Picture) {
    Effect::new(move |_| picture.changes());
}
