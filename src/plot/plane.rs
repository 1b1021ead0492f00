//! Draws what is no line over time: a way through a plane, and bars.

use plotters::style::Color;
use plotters_backend::DrawingBackend;

use super::sheet::{Drawn, Sheet};
use super::{Chart, Frame, Shape};
use crate::run::Point;

/// In CSS pixels: how thick the way is, the dot at its end with its rim, and the gap between bars.
const THICK: f64 = 1.5;
const END: f64 = 3.5;
const RIM: f64 = 5.0;
const GAP: f64 = 1.0;

/// In how many steps the way fades, and how faint its beginning is.
const STEPS: usize = 16;
const FAINTEST: f64 = 0.12;

/// How strong bars are: through those in front one sees those behind.
const STRENGTH: f64 = 0.6;

/// The way from the first to the last point of the first line. Where a point has no place the way is broken.
pub(super) fn trail<DB: DrawingBackend>(sheet: &Sheet<DB>, chart: &Chart) -> Drawn<DB> {
    let Some(points) = chart.lines.first() else {
        return Ok(());
    };
    let colour = sheet.look.line(0, false);
    let length = points.len().div_ceil(STEPS).max(1);
    for (step, from) in (0..points.len()).step_by(length).enumerate() {
        // Each part begins where the one before ends.
        let to = (from + length + 1).min(points.len());
        let age = (step + 1) as f64 / STEPS as f64;
        let faded = colour.mix(FAINTEST + (1.0 - FAINTEST) * age.min(1.0));
        for part in points[from..to].split(|point| place(point).is_none()) {
            let mut way: Vec<(f64, f64)> = part.iter().filter_map(place).collect();
            way.dedup_by_key(|(x, y)| {
                let (x, y) = (sheet.frame.place_x(*x), sheet.frame.place_y(*y));
                (x.round() as i64, y.round() as i64)
            });
            if way.len() > 1 {
                sheet.path(&way, faded, THICK)?;
            }
        }
    }
    match points.iter().rev().find_map(place) {
        Some(end) => {
            sheet.dot(end, RIM, sheet.look.surface)?;
            sheet.dot(end, END, colour)
        }
        None => Ok(()),
    }
}

/// The point of the first line that is nearest to a place of the surface that `frame` lies on; bars count
/// as far as they reach, whatever their height.
pub fn nearest(chart: &Chart, frame: &Frame, (x, y): (f64, f64)) -> Option<usize> {
    let points = chart.lines.first()?;
    let distance = |point: &Point| {
        let (across, up) = place(point)?;
        let across = frame.place_x(across) - x;
        let up = match chart.shape {
            Shape::Bars => 0.0,
            _ => frame.place_y(up) - y,
        };
        Some(across * across + up * up)
    };
    let distances = points.iter().enumerate();
    let distances = distances.filter_map(|(at, point)| Some((at, distance(point)?)));
    let found = distances.min_by(|a, b| a.1.total_cmp(&b.1));
    found.map(|(at, _)| at)
}

/// Where a point stands; `None` for one that has no place.
pub(super) fn place(point: &Point) -> Option<(f64, f64)> {
    let (x, y) = (point.x, point.value.0);
    (x.is_finite() && y.is_finite()).then_some((x, y))
}

/// A bar from the base to each point; as wide as the points of the first line are apart.
pub(super) fn bars<DB: DrawingBackend>(sheet: &Sheet<DB>, chart: &Chart) -> Drawn<DB> {
    let frame = &sheet.frame;
    let apart = match chart.lines.first().copied() {
        Some([one, two, ..]) => frame.place_x(two.x) - frame.place_x(one.x),
        _ => frame.width() / 2.0,
    };
    let half = (apart - sheet.units(GAP)).max(1.0) / 2.0;
    for (index, points) in chart.lines.iter().enumerate().rev() {
        let colour = sheet.look.line(index, false).mix(STRENGTH);
        for (x, y) in points.iter().filter_map(place).filter(|(_, y)| *y > 0.0) {
            let (centre, top) = (frame.place_x(x), frame.place_y(y));
            let corner = ((centre + half) as i32, frame.bottom as i32);
            sheet.rectangle(((centre - half) as i32, top as i32), corner, colour)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::tests::points;

    #[test]
    fn a_way_is_pointed_at_by_distance_and_a_bar_by_its_place() {
        let mut way = points(&[0.0, 1.0, 0.0]);
        way[2].x = 1.1;
        let mut chart = Chart {
            lines: vec![&way],
            shape: Shape::Trail,
            ..Chart::default()
        };
        let frame = Frame::new(&chart, (600.0, 300.0), 1.0).unwrap();
        let low = (frame.place_x(1.1), frame.bottom);
        assert_eq!(nearest(&chart, &frame, low), Some(2));
        assert_eq!(nearest(&chart, &frame, (frame.right, frame.top)), Some(1));
        chart.shape = Shape::Bars;
        assert_eq!(
            nearest(&chart, &frame, (frame.place_x(1.0), frame.top)),
            Some(0)
        );
        way[0].x = f64::NAN;
        assert_eq!(nearest(&Chart::default(), &frame, low), None);
    }
}
