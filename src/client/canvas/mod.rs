//! A canvas that keeps itself painted: sharp on every screen, at most once a frame.

mod fine;
mod frame;
mod photo;
mod style;
mod watch;

use std::cell::Cell;
use std::fmt::Display;
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::{WindowListenerHandle, window_event_listener};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::plot::Look;
pub use fine::FineCanvas;
pub use frame::within_frame;
pub use photo::save_picture;
use watch::Watch;

/// A canvas so near to the edge of the window is painted too, in CSS pixels: it may come into
/// sight before the browser tells.
const SPARE: f64 = 200.0;

/// What a painter draws on.
pub type Paper = DrawingArea<FineCanvas, Shift>;

/// A canvas and what paints it. It is painted again when its size, the screen's pixels or
/// the theme change, and when [`LiveCanvas::repaint`] asks for it; dropping it ends that.
pub struct LiveCanvas {
    inner: Rc<Inner>,
    _watch: Watch,
    /// Has it painted for paper, wherever it is on the page.
    printing: Option<WindowListenerHandle>,
}

impl LiveCanvas {
    /// Lets `paint` draw on `canvas` from the next frame on. The canvas takes the size that
    /// the style sheet gives it. Fails where the browser has no 2D canvas.
    pub fn new<E: Display>(
        canvas: HtmlCanvasElement,
        paint: impl Fn(&Paper, &Look) -> Result<(), E> + 'static,
    ) -> Result<Self, JsValue> {
        let context = canvas
            .get_context("2d")?
            .ok_or("this browser cannot draw on a canvas")?
            .dyn_into()?;
        let paint =
            move |paper: &Paper, look: &Look| paint(paper, look).map_err(|error| error.to_string());
        let inner = Rc::new(Inner {
            canvas,
            context,
            paint: Box::new(paint),
            painted: Cell::new(None),
        });
        let watched = Rc::downgrade(&inner);
        let watch = Watch::new(&inner.canvas, move || {
            if let Some(inner) = watched.upgrade() {
                frame::ask(&inner);
            }
        })?;
        frame::ask(&inner);
        let printed = Rc::downgrade(&inner);
        let printing = window_event_listener(ev::beforeprint, move |_| {
            if let Some(inner) = printed.upgrade() {
                inner.paint_unseen();
            }
        });
        Ok(Self {
            inner,
            _watch: watch,
            printing: Some(printing),
        })
    }

    /// Asks for a new picture in the next frames; asking more than once changes nothing.
    pub fn repaint(&self) {
        frame::ask(&self.inner);
    }
}

impl Drop for LiveCanvas {
    fn drop(&mut self) {
        if let Some(printing) = self.printing.take() {
            printing.remove();
        }
    }
}

type Paint = dyn Fn(&Paper, &Look) -> Result<(), String>;

struct Inner {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    paint: Box<Paint>,
    /// Whether the picture is one for a dark ground; `None` before there is one.
    painted: Cell<Option<bool>>,
}

impl Inner {
    /// Paints it where somebody can see it; whether there was something to paint.
    fn paint(&self) -> bool {
        // Who scrolls it into sight asks for it again.
        if self.painted.get().is_some() && !self.is_in_sight() {
            return false;
        }
        self.paint_unseen()
    }

    /// Paints it; whether there was something to paint.
    fn paint_unseen(&self) -> bool {
        let ratio = pixel_ratio();
        self.fit(ratio);
        let Some(backend) = FineCanvas::new(self.canvas.clone(), &self.context) else {
            return false;
        };
        let Some(look) = style::look(&self.canvas, &self.context, ratio) else {
            return false;
        };
        let is_dark = look.is_dark();
        if self.painted.replace(Some(is_dark)) != Some(is_dark) {
            // Paper is light: what was painted for a dark ground is turned about in print.
            let ground = if is_dark { "dark" } else { "light" };
            let _ = self.canvas.set_attribute("data-ground", ground);
        }
        if let Err(error) = (self.paint)(&backend.into_drawing_area(), &look) {
            leptos::logging::error!("a chart could not be drawn: {error}");
        }
        true
    }

    /// Whether a viewer can see it; where that cannot be told, it counts as seen.
    fn is_in_sight(&self) -> bool {
        let height = web_sys::window()
            .and_then(|window| window.inner_height().ok())
            .and_then(|height| height.as_f64());
        let covered = self.canvas.get_bounding_client_rect();
        covered.bottom() >= -SPARE && height.is_none_or(|height| covered.top() <= height + SPARE)
    }

    /// Gives the canvas a pixel for each pixel that it covers on the screen. Its edges lie
    /// where the browser rounds them to, so that nothing is stretched and blurred.
    fn fit(&self, ratio: f64) {
        let covered = self.canvas.get_bounding_client_rect();
        let pixels = |from: f64, to: f64| ((to * ratio).round() - (from * ratio).round()) as u32;
        let width = pixels(covered.left(), covered.right());
        let height = pixels(covered.top(), covered.bottom());
        // Setting a size clears the canvas and costs its memory anew, even where it is the same.
        if self.canvas.width() != width {
            self.canvas.set_width(width);
        }
        if self.canvas.height() != height {
            self.canvas.set_height(height);
        }
        FineCanvas::clear(&self.context, width, height);
    }
}

fn pixel_ratio() -> f64 {
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    if ratio > 0.0 { ratio } else { 1.0 }
}
