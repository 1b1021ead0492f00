//! Draws a chart: its axes, its lines, and what is no number.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::RGBAColor;
use plotters_backend::DrawingBackend;

use super::sheet::{Drawn, Sheet};
use super::stretch::{Stretch, stretches};
use super::{Chart, Frame, Look, axes};
use crate::run::{Point, decimate};

/// Radii in CSS pixels: of a point without neighbours, of the last point, and of the rim
/// around that one.
const LONE: f64 = 2.0;
const LAST: f64 = 3.0;
const RIM: f64 = 4.5;

/// Height of the bar that marks values that are no numbers, and the least of its width, in
/// CSS pixels.
const MARK: f64 = 3.0;

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
    axes::y_axis(&sheet)?;
    axes::x_axis(&sheet, chart)?;
    if let (Some(reference), Some(_)) = (chart.reference, frame.y_range) {
        axes::reference(&sheet, reference)?;
    }
    // The first line comes last, so that it lies on top, and one that stands out after it.
    let mut order: Vec<usize> = (0..chart.lines.len()).rev().collect();
    order.sort_by_key(|index| chart.stands_out == Some(*index));
    for index in order {
        let back = chart.stands_out.is_some_and(|other| other != index);
        line(&sheet, index, back, chart.lines[index])?;
    }
    Ok(())
}

fn line<DB: DrawingBackend>(
    sheet: &Sheet<DB>,
    index: usize,
    back: bool,
    points: &[Point],
) -> Drawn<DB> {
    let look = sheet.look;
    let colour = look.line(index, back);
    let places = points.iter().map(|point| (point.x, point.value.0));
    let places: Vec<(f64, f64)> = places.filter(|(x, _)| x.is_finite()).collect();
    let columns = sheet.css_pixels(sheet.frame.width()) as usize;
    let thinned = decimate(&places, 3 * columns, |place| place.0, |place| place.1);
    for stretch in stretches(&thinned) {
        match stretch {
            Stretch::Joined(points) if points.len() == 1 => sheet.dot(points[0], LONE, colour)?,
            Stretch::Joined(points) => sheet.path(&points, colour)?,
            Stretch::Broken(from, to) => mark(sheet, index, (from, to), colour)?,
        }
    }
    match thinned.last() {
        // A rim of the surface's colour keeps the dot apart from the lines behind it.
        Some(last) if last.1.is_finite() => {
            sheet.dot(*last, RIM, look.surface)?;
            sheet.dot(*last, LAST, colour)
        }
        _ => Ok(()),
    }
}

/// A bar at the top edge, over where values are no numbers. Each line has its own row.
fn mark<DB: DrawingBackend>(
    sheet: &Sheet<DB>,
    index: usize,
    (from, to): (f64, f64),
    colour: RGBAColor,
) -> Drawn<DB> {
    let half = sheet.units(MARK / 2.0);
    let left = sheet.frame.place_x(from) - half;
    let right = sheet.frame.place_x(to) + half;
    let top = sheet.look.units(index as f64 * (MARK + 1.0));
    let bottom = top + sheet.look.units(MARK);
    sheet.rectangle((left as i32, top), (right as i32, bottom), colour)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::colour;
    use crate::plot::tests::points;
    use plotters::drawing::IntoDrawingArea;
    use plotters::prelude::SVGBackend;

    fn svg(chart: &Chart) -> String {
        let colour = |css| colour(css).unwrap();
        let look = Look {
            series: [
                "#111111", "#222222", "#333333", "#444444", "#555555", "#616161", "#777777",
                "#888888", "#999999", "#a1a1a1",
            ]
            .map(colour),
            grid: colour("#eeeeee"),
            axis: colour("#aaaaaa"),
            label: colour("#666666"),
            surface: colour("#ffffff"),
            font: "sans-serif".into(),
            css_pixel: 2.0,
            device_pixel: 1,
        };
        let mut text = String::new();
        let root = SVGBackend::with_string(&mut text, (1200, 400)).into_drawing_area();
        draw(&root, chart, &look).unwrap();
        drop(root);
        text.to_lowercase()
    }

    fn of(lines: &[&[Point]]) -> String {
        svg(&Chart {
            lines: lines.to_vec(),
            ..Chart::default()
        })
    }

    /// The points of every line in the first colour, as they stand in the picture.
    fn paths(svg: &str) -> Vec<Vec<(i32, i32)>> {
        let lines = svg
            .lines()
            .filter(|line| line.contains("<polyline") && line.contains("#111111"));
        let place = |pair: &str| {
            let (x, y) = pair.split_once(',').unwrap();
            (x.parse().unwrap(), y.parse().unwrap())
        };
        lines
            .map(|line| {
                line.split("points=\"")
                    .nth(1)
                    .unwrap()
                    .split('"')
                    .next()
                    .unwrap()
            })
            .map(|list| list.split_whitespace().map(place).collect())
            .collect()
    }

    fn count(svg: &str, tag: &str, colour: &str) -> usize {
        svg.lines()
            .filter(|line| line.contains(tag) && line.contains(colour))
            .count()
    }

    #[test]
    fn a_line_is_broken_and_marked_where_a_value_is_no_number() {
        let whole = of(&[&points(&[1.0, 2.0, 3.0, 2.0, 1.0])]);
        assert_eq!(paths(&whole).len(), 1);
        assert_eq!(count(&whole, "<rect", "#111111"), 0);
        let broken = of(&[&points(&[1.0, 2.0, f64::NAN, f64::INFINITY, 2.0, 1.0])]);
        assert_eq!(
            paths(&broken).iter().map(Vec::len).collect::<Vec<_>>(),
            [2, 2]
        );
        assert_eq!(count(&broken, "<rect", "#111111"), 1);
    }

    #[test]
    fn a_spike_of_a_long_series_reaches_the_top() {
        let mut values = vec![0.5; 50_000];
        values[31_234] = 9.0;
        let paths = paths(&of(&[&points(&values)]));
        assert_eq!(paths.len(), 1);
        assert!(paths[0].len() <= 3 * 600, "{} points", paths[0].len());
        let frame_height = 400 - 2 * (12 + 22);
        let top = paths[0].iter().map(|place| place.1).min().unwrap();
        assert!((24..24 + frame_height / 20).contains(&top), "{top}");
    }

    #[test]
    fn an_empty_chart_has_axes_and_no_numbers() {
        let svg = of(&[&[], &[]]);
        assert_eq!(count(&svg, "<rect", "#aaaaaa"), 1);
        assert!(count(&svg, "<rect", "#eeeeee") >= 3);
        assert_eq!(count(&svg, "<text", ""), 0);
        assert_eq!(count(&svg, "<polyline", "") + count(&svg, "<circle", ""), 0);
    }

    #[test]
    fn a_single_point_is_a_dot() {
        let svg = of(&[&points(&[0.7])]);
        assert!(count(&svg, "<circle", "#111111") >= 1);
        assert!(paths(&svg).is_empty());
    }

    #[test]
    fn only_a_line_that_ends_in_a_number_ends_in_a_dot() {
        assert_eq!(count(&of(&[&points(&[1.0, 2.0])]), "<circle", "#111111"), 1);
        assert_eq!(
            count(&of(&[&points(&[1.0, 2.0, f64::NAN])]), "<circle", "#111111"),
            0
        );
    }

    #[test]
    fn what_does_not_stand_out_stands_back() {
        let points = points(&[0.2, 0.8]);
        let svg = svg(&Chart {
            lines: vec![&points, &points],
            stands_out: Some(1),
            ..Chart::default()
        });
        let strong = svg.rfind("#222222").unwrap();
        assert!(svg.find("#111111").unwrap() < strong, "it is drawn last");
        assert!(svg.contains("opacity=\"0.15\""), "{svg}");
    }

    #[test]
    fn a_reference_is_dashed() {
        let points = points(&[0.2, 0.8]);
        let svg = svg(&Chart {
            lines: vec![&points],
            y_range: Some((0.0, 1.0)),
            reference: Some(0.5),
            ..Chart::default()
        });
        assert!(count(&svg, "<rect", "#666666") > 20);
    }

    #[test]
    fn lines_get_their_own_colours_and_stay_inside() {
        let (first, second) = (points(&[f64::MAX, 1.0, f64::MIN]), points(&[3.0, 2.0]));
        let svg = of(&[&first, &second]);
        assert_eq!(count(&svg, "<polyline", "#222222"), 1);
        for (x, y) in paths(&svg).concat() {
            assert!(
                (104..=1172).contains(&x) && (24..=356).contains(&y),
                "{x} {y}"
            );
        }
    }
}
