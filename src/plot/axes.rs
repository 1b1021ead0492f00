//! Draws what the lines are measured by: the grid, both axes and the reference.

use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters_backend::DrawingBackend;

use super::log_ticks::log_ticks;
use super::sheet::{Drawn, Sheet};
use super::ticks::{Tick, ticks};
use super::{Chart, Extent, Frame, Scale};

/// Sizes in CSS pixels.
const TICK: f64 = 4.0;
const DASH: f64 = 4.0;

/// Room that an axis gives to each label, in CSS pixels.
const X_LABEL_ROOM: f64 = 80.0;
const Y_LABEL_ROOM: f64 = 32.0;

/// What an axis without any value is divided by: its grid is drawn, and not labelled.
const BLANK: (f64, f64) = (0.0, 1.0);

/// Where the vertical axis is divided that is so many CSS pixels high.
pub(super) fn y_ticks(chart: &Chart, frame: &Frame, height: f64) -> Vec<Tick> {
    let at_most = (height / Y_LABEL_ROOM) as usize;
    match (chart.scale, frame.y_range) {
        (Scale::Log, Some(range)) => log_ticks(range, at_most),
        (_, range) => ticks(range.unwrap_or(BLANK), at_most.max(2), 0.0),
    }
}

/// Where the horizontal axis is divided that is so many CSS pixels long.
pub(super) fn x_ticks(chart: &Chart, (low, high): Extent, width: f64) -> Vec<Tick> {
    let at_most = (width / X_LABEL_ROOM) as usize;
    let (_, unit) = chart.x_unit();
    let (low, high) = (low / unit, high / unit);
    // Between two whole positions there is nothing but what stands between them.
    let whole = chart.is_whole() && high - low >= 1.0 || high - low >= 2.0;
    let finest = if whole { 1.0 } else { 0.0 };
    let mut ticks = ticks((low, high), at_most.max(1), finest);
    ticks.iter_mut().for_each(|tick| tick.value *= unit);
    ticks
}

/// Horizontal grid lines with the values that they stand for.
pub(super) fn y_axis<DB: DrawingBackend>(sheet: &Sheet<DB>, chart: &Chart) -> Drawn<DB> {
    let frame = &sheet.frame;
    let (low, high) = frame.y_range.unwrap_or(BLANK);
    for Tick { value, label } in y_ticks(chart, frame, sheet.css_pixels(frame.height())) {
        let y = frame.bottom - (value - low) / (high - low) * frame.height();
        sheet.hairline(y, sheet.look.grid)?;
        if frame.y_range.is_some() {
            let place = (frame.left - sheet.units(8.0), y);
            sheet.text(&label, place, Pos::new(HPos::Right, VPos::Center))?;
        }
    }
    Ok(())
}

/// The base line, with a tick at each position that is labelled below it.
pub(super) fn x_axis<DB: DrawingBackend>(sheet: &Sheet<DB>, chart: &Chart) -> Drawn<DB> {
    let (frame, look) = (&sheet.frame, sheet.look);
    sheet.hairline(frame.bottom, look.axis)?;
    let Some(range) = frame.x_range else {
        return Ok(());
    };
    let top = look.snap(frame.bottom);
    let row = frame.bottom + sheet.units(TICK + 3.0);
    let (name, _) = chart.x_unit();
    let word = sheet.text_width(name);
    for Tick { value, label } in x_ticks(chart, range, sheet.css_pixels(frame.width())) {
        let x = frame.place_x(value);
        let left = look.snap(x);
        let end = (left + look.device_pixel, top + look.units(TICK));
        sheet.rectangle((left, top), end, look.axis)?;
        let half = sheet.text_width(&label) / 2.0;
        let edge = f64::from(sheet.root.dim_in_pixel().0) - half;
        // The word at the left edge has its room, whatever stands nearest to it.
        if x - half < word {
            continue;
        }
        let place = (x.min(edge), row);
        sheet.text(&label, place, Pos::new(HPos::Center, VPos::Top))?;
    }
    sheet.text(name, (0.0, row), Pos::new(HPos::Left, VPos::Top))
}

/// How strong the tint of a band is.
const TINT: f64 = 0.09;

/// A band between two values, from edge to edge, as far as it is in sight.
pub(super) fn band<DB: DrawingBackend>(
    sheet: &Sheet<DB>,
    chart: &Chart,
    (low, high): (f64, f64),
) -> Drawn<DB> {
    let frame = &sheet.frame;
    let place = |value| frame.place_y(chart.scale.apply(value)) as i32;
    let (top, bottom) = (place(high), place(low));
    let (left, right) = (frame.left as i32, frame.right as i32);
    if top >= bottom {
        return Ok(());
    }
    sheet.rectangle((left, top), (right, bottom), sheet.look.label.mix(TINT))
}

/// A dashed line across the picture. Its meaning stands in the legend, where no line crosses it.
pub(super) fn reference<DB: DrawingBackend>(sheet: &Sheet<DB>, height: f64) -> Drawn<DB> {
    let y = sheet.frame.place_y(height);
    let dash = sheet.units(DASH);
    let mut from = sheet.frame.left;
    while from < sheet.frame.right {
        let to = (from + dash).min(sheet.frame.right);
        sheet.dash((from, to), y, sheet.look.label)?;
        from += 2.0 * dash;
    }
    Ok(())
}
