//! Reads a chart's colours and font from the style sheet, as it is at this moment.

use plotters::style::RGBAColor;
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement};

use super::FineCanvas;
use crate::plot::{Look, colour};

/// What a colour becomes that the style sheet does not state: readable on dark and light.
const UNSTATED: &str = "#808080";

/// The look that the style sheet gives to `canvas` on a screen of `ratio` pixels to a CSS
/// pixel; `None` where the element is not in a page.
pub(super) fn look(
    canvas: &HtmlCanvasElement,
    context: &CanvasRenderingContext2d,
    ratio: f64,
) -> Option<Look> {
    let style = web_sys::window()?.get_computed_style(canvas).ok()??;
    let colour = |name: &str| resolve(context, &stated(&style, name));
    let units = FineCanvas::UNITS;
    Some(Look {
        series: std::array::from_fn(|index| colour(&format!("--series-{}", index + 1))),
        grid: colour("--grid"),
        axis: colour("--axis"),
        label: colour("--muted"),
        surface: colour("--surface"),
        font: stated(&style, "font-family"),
        css_pixel: ratio * f64::from(units),
        device_pixel: units as i32,
    })
}

fn stated(style: &CssStyleDeclaration, name: &str) -> String {
    style.get_property_value(name).unwrap_or_default()
}

/// The colour that `css` means. The canvas understands every notation of the browser, and
/// answers in two; what it does not understand, it leaves as it was. It is asked where it has
/// to be: fourteen questions took as long as all the rest of a painting.
fn resolve(context: &CanvasRenderingContext2d, css: &str) -> RGBAColor {
    let css = css.trim();
    if let Some(plain) = colour(css) {
        return plain;
    }
    context.set_fill_style_str(UNSTATED);
    context.set_fill_style_str(css);
    let resolved = context.fill_style().as_string();
    resolved
        .and_then(|text| colour(&text))
        .or_else(|| colour(UNSTATED))
        .unwrap_or(RGBAColor(128, 128, 128, 1.0))
}
