//! A surface with the few shapes that a chart is made of.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Rectangle};
use plotters::style::text_anchor::Pos;
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBAColor, ShapeStyle, TextStyle};
use plotters_backend::DrawingBackend;

use super::{Frame, Look};

/// The size of labels in CSS pixels.
const TEXT: f64 = 11.0;

/// The usual width of a digit, as a part of the text's size.
const DIGIT: f64 = 0.57;

pub(super) type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// A surface with its frame, while it is drawn on.
pub(super) struct Sheet<'a, DB: DrawingBackend> {
    pub root: &'a DrawingArea<DB, Shift>,
    pub frame: Frame,
    pub look: &'a Look,
}

impl<DB: DrawingBackend> Sheet<'_, DB> {
    /// A line through `points`, in one go, of a thickness in CSS pixels.
    pub fn path(&self, points: &[(f64, f64)], colour: RGBAColor, thickness: f64) -> Drawn<DB> {
        let path: Vec<_> = points.iter().map(|point| self.place(*point)).collect();
        let style = ShapeStyle {
            color: colour,
            filled: false,
            stroke_width: self.look.units(thickness).max(1) as u32,
        };
        self.root.draw(&PathElement::new(path, style))
    }

    /// A dot at `point`, of a radius in CSS pixels.
    pub fn dot(&self, point: (f64, f64), radius: f64, colour: RGBAColor) -> Drawn<DB> {
        let radius = self.look.units(radius).max(1);
        self.root
            .draw(&Circle::new(self.place(point), radius, colour.filled()))
    }

    /// A horizontal line over the plot, one pixel of the screen thick.
    pub fn hairline(&self, y: f64, colour: RGBAColor) -> Drawn<DB> {
        self.dash((self.frame.left, self.frame.right), y, colour)
    }

    /// A part of such a line.
    pub fn dash(&self, (left, right): (f64, f64), y: f64, colour: RGBAColor) -> Drawn<DB> {
        let top = self.look.snap(y);
        let bottom = top + self.look.device_pixel;
        self.rectangle((left as i32, top), (right as i32, bottom), colour)
    }

    /// A filled rectangle between two corners, in units of the surface.
    pub fn rectangle(&self, from: (i32, i32), to: (i32, i32), colour: RGBAColor) -> Drawn<DB> {
        self.root.draw(&Rectangle::new([from, to], colour.filled()))
    }

    /// A label whose `anchor` stands at a place of the surface.
    pub fn text(&self, text: &str, (x, y): (f64, f64), anchor: Pos) -> Drawn<DB> {
        let family = FontFamily::Name(&self.look.font);
        let style = TextStyle {
            font: FontDesc::new(family, self.units(TEXT), FontStyle::Normal),
            color: self.look.label.to_backend_color(),
            pos: anchor,
        };
        let place = (x.round() as i32, y.round() as i32);
        self.root.draw_text(text, &style, place)
    }

    /// About how wide a label is, in units of the surface.
    pub fn text_width(&self, text: &str) -> f64 {
        self.units(text.chars().count() as f64 * TEXT * DIGIT)
    }

    /// A length given in CSS pixels, in units of the surface.
    pub fn units(&self, css_pixels: f64) -> f64 {
        css_pixels * self.look.css_pixel
    }

    /// A length given in units of the surface, in CSS pixels.
    pub fn css_pixels(&self, units: f64) -> f64 {
        units / self.look.css_pixel
    }

    fn place(&self, (x, y): (f64, f64)) -> (i32, i32) {
        let (x, y) = (self.frame.place_x(x), self.frame.place_y(y));
        (x.round() as i32, y.round() as i32)
    }
}
