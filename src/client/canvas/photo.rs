//! A canvas as a picture of its own: with a title, a legend, and what it lies on.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement};

use super::pixel_ratio;
use crate::client::save::save;
use crate::plot::Look;

/// Sizes in CSS pixels: of a row of the head, with the title in the first and the legend in those below, of the
/// margin, the text, and a spot of colour.
const ROW: f64 = 20.0;
const MARGIN: f64 = 14.0;
const TEXT: f64 = 12.0;
const SPOT: f64 = 10.0;

/// A line's number, its label, and where in the legend it stands: how far from the left, and in which row.
type Entry<'a> = (usize, &'a str, f64, u32);

/// Saves what `canvas` shows under the name of its title. `lines` are those that are drawn, each with its number and
/// its label.
pub fn save_picture(title: &str, canvas: &HtmlCanvasElement, lines: &[(usize, String)]) {
    let saved = picture(title, canvas, lines).and_then(|url| save(&format!("{title}.png"), &url));
    if let Err(error) = saved {
        leptos::logging::error!("{title} could not be saved: {error:?}");
    }
}

fn picture(
    title: &str,
    canvas: &HtmlCanvasElement,
    lines: &[(usize, String)],
) -> Result<String, JsValue> {
    let ratio = pixel_ratio();
    let sheet: HtmlCanvasElement = document().create_element("canvas")?.dyn_into()?;
    let context: CanvasRenderingContext2d = sheet
        .get_context("2d")?
        .ok_or("this browser cannot draw on a canvas")?
        .dyn_into()?;
    let style = web_sys::window()
        .ok_or("a canvas needs a window")?
        .get_computed_style(canvas)?
        .ok_or("the canvas is in no page")?;
    let stated = |name: &str| style.get_property_value(name).unwrap_or_default();
    let font = format!("{TEXT}px {}", stated("font-family"));

    context.set_font(&font);
    let (entries, rows) = laid(lines, f64::from(canvas.width()) / ratio, &context)?;
    let head = MARGIN + ROW * f64::from(rows);
    // A new size takes all settings back.
    sheet.set_width(canvas.width());
    sheet.set_height(canvas.height() + (head * ratio) as u32);
    context.set_fill_style_str(&stated("--surface"));
    context.fill_rect(
        0.0,
        0.0,
        f64::from(sheet.width()),
        f64::from(sheet.height()),
    );
    context.draw_image_with_html_canvas_element(canvas, 0.0, head * ratio)?;

    context.scale(ratio, ratio)?;
    context.set_text_baseline("middle");
    context.set_font(&format!("600 {font}"));
    context.set_fill_style_str(&stated("--text"));
    context.fill_text(title, MARGIN, MARGIN)?;
    context.set_font(&font);
    for entry in entries {
        put(&context, &style, entry)?;
    }
    sheet.to_data_url_with_type("image/png")
}

/// The legend in rows of a sheet so wide, and in which row it ends.
fn laid<'a>(
    lines: &'a [(usize, String)],
    width: f64,
    context: &CanvasRenderingContext2d,
) -> Result<(Vec<Entry<'a>>, u32), JsValue> {
    let (mut entries, mut left, mut row) = (Vec::new(), MARGIN, 1);
    for (index, label) in lines {
        let long = SPOT + 5.0 + context.measure_text(label)?.width();
        if left > MARGIN && left + long + MARGIN > width {
            (left, row) = (MARGIN, row + 1);
        }
        entries.push((*index, label.as_str(), left, row));
        left += long + MARGIN;
    }
    Ok((entries, row))
}

fn put(
    context: &CanvasRenderingContext2d,
    style: &CssStyleDeclaration,
    (index, label, left, row): Entry,
) -> Result<(), JsValue> {
    let middle = MARGIN + ROW * f64::from(row);
    let name = format!("--series-{}", index % Look::COLOURS + 1);
    context.set_fill_style_str(&style.get_property_value(&name)?);
    context.set_global_alpha(Look::strength(index));
    context.fill_rect(left, middle - 1.5, SPOT, 3.0);
    context.set_global_alpha(1.0);
    context.set_fill_style_str(&style.get_property_value("--muted")?);
    context.fill_text(label, left + SPOT + 5.0, middle)
}
