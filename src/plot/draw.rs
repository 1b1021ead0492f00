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
    decimate(&places, 3 * columns, |place| place.0, |place| place.1)
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
mod tests {
    use super::*;
    use crate::plot::tests::points;
    use crate::plot::{Scale, Window, colour};
    use crate::run::Point;
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

    #[test]
    fn a_window_shows_its_part_over_the_full_width() {
        let points = points(&[5.0, 1.0, 2.0, 1.0, 5.0]);
        let svg = svg(&Chart {
            lines: vec![&points],
            window: Window::Part { from: 1.5, to: 4.5 },
            ..Chart::default()
        });
        let paths = paths(&svg);
        assert_eq!(paths.len(), 1);
        let xs: Vec<i32> = paths[0].iter().map(|place| place.0).collect();
        assert_eq!((xs[0], xs[xs.len() - 1], xs.len()), (104, 1172, 5));
        assert_eq!(
            count(&svg, "<circle", "#111111"),
            0,
            "the end is out of sight"
        );
    }

    #[test]
    fn a_log_scale_marks_at_the_bottom_what_it_cannot_show() {
        let points = points(&[1.0, 10.0, 0.0, -4.0, 100.0, 1000.0]);
        let svg = svg(&Chart {
            lines: vec![&points],
            scale: Scale::Log,
            ..Chart::default()
        });
        assert_eq!(count(&svg, "<rect", "#111111"), 1);
        let lines = paths(&svg);
        assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
        // A tenfold is the same height everywhere.
        let rise = |line: &[(i32, i32)]| line[0].1 - line[1].1;
        assert!((rise(&lines[0]) - rise(&lines[1])).abs() <= 1);
        assert!(svg.contains("1000"), "{svg}");
    }

    #[test]
    fn a_smoothed_line_lies_over_its_faint_self() {
        let points = points(&[1.0, 9.0, 1.0, 9.0, 1.0, 9.0]);
        let svg = svg(&Chart {
            lines: vec![&points],
            smoothing: 0.9,
            ..Chart::default()
        });
        let lines = paths(&svg);
        assert_eq!(lines.len(), 2);
        let height = |line: &[(i32, i32)]| {
            let ys = line.iter().map(|place| place.1);
            ys.clone().max().unwrap() - ys.min().unwrap()
        };
        assert!(2 * height(&lines[1]) < 3 * height(&lines[0]));
        assert!(svg.contains("opacity=\"0.28\""), "{svg}");
    }
}
