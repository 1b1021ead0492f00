//! Draws a chart: its axes, its lines, and what is no number.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::{Color, RGBAColor};
use plotters_backend::DrawingBackend;

use super::chart::{Extent, Shape};
use super::sheet::{Drawn, Sheet};
use super::stretch::{Stretch, clipped, needed, stretches};
use super::{Chart, Frame, Look, axes, plane};
use crate::run::decimate;

/// Radii in CSS pixels: of a point without neighbours, of the last point, and of the rim
/// around that one.
const LONE: f64 = 2.0;
const LAST: f64 = 3.0;
const RIM: f64 = 4.5;

/// Height of the bar that marks values that have no height, and the least of its width, in
/// CSS pixels.
const MARK: f64 = 3.0;

/// How strong a line is behind its own smoothed course, and how thick in CSS pixels.
const FAINT: f64 = 0.28;
const THIN: f64 = 1.0;
const THICK: f64 = 1.75;

/// Draws `chart` over all of `root`, on whatever is there; a surface too small for a chart
/// stays as it is.
///
/// Long lines are thinned to about two points a CSS pixel without losing an extreme. Fails
/// only where the surface does.
pub fn draw<DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    chart: &Chart,
    look: &Look,
) -> Drawn<DB> {
    let (width, height) = root.dim_in_pixel();
    let size = (f64::from(width), f64::from(height));
    let Some(frame) = Frame::new(chart, size, look.css_pixel) else {
        return Ok(());
    };
    let sheet = Sheet { root, frame, look };
    if let (Some(band), Some(_)) = (chart.band, frame.y_range) {
        axes::band(&sheet, chart, band)?;
    }
    axes::y_axis(&sheet, chart)?;
    axes::x_axis(&sheet, chart)?;
    match chart.shape {
        Shape::Lines => {}
        Shape::Trail => return plane::trail(&sheet, chart),
        Shape::Bars => return plane::bars(&sheet, chart),
    }
    if let (Some(reference), Some(_)) = (chart.reference, frame.y_range) {
        axes::reference(&sheet, chart.scale.apply(reference))?;
    }
    // The first line comes last, so that it lies on top, and one that stands out after it.
    let mut order: Vec<usize> = (0..chart.lines.len()).rev().collect();
    order.sort_by_key(|index| chart.stands_out == Some(*index));
    for index in order {
        line(&sheet, chart, index)?;
    }
    Ok(())
}

fn line<DB: DrawingBackend>(sheet: &Sheet<DB>, chart: &Chart, index: usize) -> Drawn<DB> {
    let Some(range) = chart.x_range() else {
        return Ok(());
    };
    let back = chart.stands_out.is_some_and(|other| other != index);
    let colour = sheet.look.line(index, back);
    let raw = chart.places(index);
    let scaled = |places: &[(f64, f64)]| -> Vec<(f64, f64)> {
        let scaled = places
            .iter()
            .map(|(x, value)| (*x, chart.scale.apply(*value)));
        thinned(sheet, needed(scaled.collect(), range))
    };
    let mut shown = scaled(&raw);
    for stretch in stretches(&shown) {
        match stretch {
            Stretch::Joined(_) => {}
            Stretch::Broken(from, to) => mark(sheet, index, (from, to), true, colour)?,
            Stretch::Sunken(from, to) => mark(sheet, index, (from, to), false, colour)?,
        }
    }
    if let Some(smoothed) = chart.smoothed(&raw) {
        course(sheet, &shown, range, (colour.mix(FAINT), THIN))?;
        shown = scaled(&smoothed);
    }
    course(sheet, &shown, range, (colour, THICK))?;
    match shown.last() {
        // A rim of the surface's colour keeps the dot apart from the lines behind it.
        Some(last) if last.1.is_finite() && range.0 <= last.0 && last.0 <= range.1 => {
            sheet.dot(*last, RIM, sheet.look.surface)?;
            sheet.dot(*last, LAST, colour)
        }
        _ => Ok(()),
    }
}

/// No more points than the picture has room for.
fn thinned<DB: DrawingBackend>(sheet: &Sheet<DB>, places: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let columns = sheet.css_pixels(sheet.frame.width()) as usize;
    decimate(&places, 2 + 2 * columns, |place| place.0, |place| place.1)
}

/// The lines and lone dots through `places`, as far as they are in sight.
fn course<DB: DrawingBackend>(
    sheet: &Sheet<DB>,
    places: &[(f64, f64)],
    range: Extent,
    (colour, thickness): (RGBAColor, f64),
) -> Drawn<DB> {
    for stretch in stretches(places) {
        if let Stretch::Joined(points) = stretch {
            match clipped(&points, range).as_slice() {
                [] => {}
                [point] => sheet.dot(*point, LONE, colour)?,
                points => sheet.path(points, colour, thickness)?,
            }
        }
    }
    Ok(())
}

/// A bar over where values have no height: at the top edge for what is no number, at the bottom
/// for what lies infinitely deep. Each line has its own row.
fn mark<DB: DrawingBackend>(
    sheet: &Sheet<DB>,
    index: usize,
    (from, to): Extent,
    above: bool,
    colour: RGBAColor,
) -> Drawn<DB> {
    let (frame, look) = (&sheet.frame, sheet.look);
    let in_sight = frame
        .x_range
        .is_some_and(|(low, high)| from <= high && to >= low);
    if !in_sight {
        return Ok(());
    }
    let half = sheet.units(MARK / 2.0);
    let left = frame.place_x(from) - half;
    let right = frame.place_x(to) + half;
    let row = look.units(index as f64 * (MARK + 1.0));
    let top = match above {
        true => row,
        false => frame.bottom as i32 - row - look.units(MARK),
    };
    let bottom = top + look.units(MARK);
    sheet.rectangle((left as i32, top), (right as i32, bottom), colour)
}

#[cfg(test)]
mod tests;
