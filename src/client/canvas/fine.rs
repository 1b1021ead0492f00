//! A canvas backend with quarters of a pixel.
//!
//! Plotters counts whole pixels, in coordinates and in the width of lines. A line of 1.75
//! pixels that moves smoothly needs finer ones: the canvas is told to shrink what is drawn,
//! and plotters that it has more pixels than there are.

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use plotters_canvas::CanvasBackend;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

type Drawn = Result<(), DrawingErrorKind<<CanvasBackend as DrawingBackend>::ErrorType>>;

/// A canvas as a plotters backend, whose unit is a part of a pixel.
pub struct FineCanvas {
    backend: CanvasBackend,
    size: (u32, u32),
}

impl FineCanvas {
    /// How many units make a pixel of the canvas.
    pub const UNITS: u32 = 4;

    /// How many strokes of a line are drawn at a time; its round ends join the pieces. Without a
    /// graphics card a browser takes three times as long for one long path that goes up and
    /// down than for its pieces: where it fills a row of pixels, it looks at every stroke.
    const PIECE: usize = 8;

    /// A backend for `canvas` and its 2D context; `None` where the context is not to be had.
    pub fn new(canvas: HtmlCanvasElement, context: &CanvasRenderingContext2d) -> Option<Self> {
        let size = (canvas.width() * Self::UNITS, canvas.height() * Self::UNITS);
        let backend = CanvasBackend::with_canvas_object(canvas)?;
        let scale = 1.0 / f64::from(Self::UNITS);
        context
            .set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0)
            .ok()?;
        context.set_line_join("round");
        context.set_line_cap("round");
        Some(Self { backend, size })
    }

    /// Makes `width` by `height` pixels of the canvas transparent.
    pub fn clear(context: &CanvasRenderingContext2d, width: u32, height: u32) {
        // Fails only for a transform that is no matrix of numbers, which this one is.
        let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
    }
}

impl DrawingBackend for FineCanvas {
    type ErrorType = <CanvasBackend as DrawingBackend>::ErrorType;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        self.backend.ensure_prepared()
    }

    fn present(&mut self) -> Drawn {
        self.backend.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.backend.draw_pixel(point, color)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.backend.draw_line(from, to, style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.backend
            .draw_rect(upper_left, bottom_right, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        // Where pieces of what is seen through would meet, they would show.
        if style.color().alpha < 1.0 {
            return self.backend.draw_path(path, style);
        }
        let points: Vec<BackendCoord> = path.into_iter().collect();
        let mut from = 0;
        while from + 1 < points.len() {
            let to = points.len().min(from + Self::PIECE + 1);
            let piece = points[from..to].iter().copied();
            self.backend.draw_path(piece, style)?;
            from = to - 1;
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.backend.draw_circle(center, radius, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Drawn {
        self.backend.fill_polygon(vert, style)
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        pos: BackendCoord,
    ) -> Drawn {
        self.backend.draw_text(text, style, pos)
    }
}
