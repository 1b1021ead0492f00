//! A canvas as a picture of its own: with a title, a legend, and what it lies on.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::pixel_ratio;
use crate::client::save::save;

/// Sizes in CSS pixels: of the head with title and legend, its margin, its text, and a spot of colour.
const HEAD: f64 = 44.0;
const MARGIN: f64 = 14.0;
const TEXT: f64 = 12.0;
const SPOT: f64 = 10.0;

/// Colours that lines have before they come again.
const COLOURS: usize = 10;

/// Saves what `canvas` shows under the name of its title. `labels` name the lines in the order
/// of their colours.
pub fn save_picture(title: &str, canvas: &HtmlCanvasElement, labels: &[String]) {
    let saved = picture(title, canvas, labels).and_then(|url| save(&format!("{title}.png"), &url));
    if let Err(error) = saved {
        leptos::logging::error!("{title} could not be saved: {error:?}");
    }
}

fn picture(title: &str, canvas: &HtmlCanvasElement, labels: &[String]) -> Result<String, JsValue> {
    let ratio = pixel_ratio();
    let sheet: HtmlCanvasElement = document().create_element("canvas")?.dyn_into()?;
    sheet.set_width(canvas.width());
    sheet.set_height(canvas.height() + (HEAD * ratio) as u32);
    let context: CanvasRenderingContext2d = sheet
        .get_context("2d")?
        .ok_or("this browser cannot draw on a canvas")?
        .dyn_into()?;
    let style = web_sys::window()
        .ok_or("a canvas needs a window")?
        .get_computed_style(canvas)?
        .ok_or("the canvas is in no page")?;
    let stated = |name: &str| style.get_property_value(name).unwrap_or_default();
    context.set_fill_style_str(&stated("--surface"));
    context.fill_rect(
        0.0,
        0.0,
        f64::from(sheet.width()),
        f64::from(sheet.height()),
    );
    context.draw_image_with_html_canvas_element(canvas, 0.0, HEAD * ratio)?;

    context.scale(ratio, ratio)?;
    context.set_text_baseline("middle");
    let family = stated("font-family");
    context.set_font(&format!("600 {TEXT}px {family}"));
    context.set_fill_style_str(&stated("--text"));
    context.fill_text(title, MARGIN, MARGIN)?;
    context.set_font(&format!("{TEXT}px {family}"));
    let mut left = MARGIN;
    for (index, label) in labels.iter().enumerate() {
        let row = HEAD - SPOT;
        context.set_fill_style_str(&stated(&format!("--series-{}", index % COLOURS + 1)));
        context.fill_rect(left, row - 1.5, SPOT, 3.0);
        left += SPOT + 5.0;
        context.set_fill_style_str(&stated("--muted"));
        context.fill_text(label, left, row)?;
        left += context.measure_text(label)?.width() + MARGIN;
    }
    sheet.to_data_url_with_type("image/png")
}
