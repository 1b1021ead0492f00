//! A chart as a picture of any width: what a page shows before its scripts run, and where there are none.
//!
//! Lines are stretched with the plot and keep their thickness; labels stand beside it by parts of its length. Colours,
//! gutters and the text's size are the style sheet's.

use std::fmt::Write;

use super::axes::{x_ticks, y_ticks};
use super::chart::Shape;
use super::plane::place;
use super::stretch::{Stretch, clipped, needed, stretches};
use super::{Chart, Extent, Frame, Look};
use crate::run::decimate;

/// Units of the picture in either direction.
const SIZE: f64 = 1000.0;

/// The plot as it usually is, in CSS pixels: so many labels find room.
const USUAL: (f64, f64) = (480.0, 206.0);

/// Points of a line: an extreme is nowhere off by more than two pixels of a usual width.
const POINTS: usize = 900;

/// Of a way through a plane, steps that are shorter than so many units are left out.
const STEP: i64 = 4;

/// `chart` in HTML; `None` where there is nothing on it.
pub fn still(chart: &Chart) -> Option<String> {
    let frame = Frame {
        left: 0.0,
        top: 0.0,
        right: SIZE,
        bottom: SIZE,
        x_range: chart.x_range(),
        y_range: chart.y_extent(),
    };
    let range = frame.x_range?;
    let mut shapes = String::new();
    let mut labels = String::new();
    if let (Some((low, high)), Some(_)) = (chart.band, frame.y_range) {
        let place = |value| frame.place_y(chart.scale.apply(value));
        let (top, bottom) = (place(high), place(low));
        put(
            &mut shapes,
            "band",
            "",
            &format!("M0 {top:.0}H1000V{bottom:.0}H0Z"),
        );
    }
    let mut grid = String::new();
    for tick in y_ticks(chart, &frame, USUAL.1) {
        let y = match frame.y_range {
            Some(_) => frame.place_y(tick.value),
            None => SIZE * (1.0 - tick.value),
        };
        // Writing into a text cannot fail.
        let _ = write!(grid, "M0 {y:.0}H1000");
        if frame.y_range.is_some() {
            let _ = write!(
                labels,
                "<span class=\"up\" style=\"top:{:.1}%\">{}</span>",
                y / 10.0,
                tick.label
            );
        }
    }
    put(&mut shapes, "grid", "", &grid);
    put(&mut shapes, "axis", "", "M0 1000H1000");
    for tick in x_ticks(chart, range, USUAL.0) {
        let part = frame.place_x(tick.value) / 10.0;
        let _ = write!(
            labels,
            "<span class=\"across\" style=\"left:{part:.1}%\">{}</span>",
            tick.label
        );
    }
    let _ = write!(labels, "<span class=\"word\">{}</span>", chart.x_unit().0);
    if let (Some(reference), Some(_)) = (chart.reference, frame.y_range) {
        let y = frame.place_y(chart.scale.apply(reference));
        put(&mut shapes, "reference", "", &format!("M0 {y:.0}H1000"));
    }
    match chart.shape {
        Shape::Lines => {
            // The first line comes last, so that it lies on top.
            for index in (0..chart.lines.len()).rev() {
                line(&mut shapes, chart, &frame, index, range);
            }
        }
        Shape::Trail => trail(&mut shapes, chart, &frame),
        Shape::Bars => bars(&mut shapes, chart, &frame),
    }
    Some(format!(
        "<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\">{shapes}</svg>{labels}"
    ))
}

/// A line, where it has no value, and the dot at its end.
fn line(shapes: &mut String, chart: &Chart, frame: &Frame, index: usize, range: Extent) {
    let places = chart.places(index);
    let scaled = places
        .iter()
        .map(|(x, value)| (*x, chart.scale.apply(*value)));
    let needed = needed(scaled.collect(), range);
    let shown = decimate(&needed, POINTS, |place| place.0, |place| place.1);
    let (mut course, mut marks) = (String::new(), String::new());
    for stretch in stretches(&shown) {
        match stretch {
            Stretch::Joined(points) => way(&mut course, frame, &clipped(&points, range)),
            Stretch::Broken(from, to) | Stretch::Sunken(from, to) => {
                let row = if matches!(stretch, Stretch::Broken(..)) {
                    0.0
                } else {
                    SIZE
                };
                let (from, to) = (frame.place_x(from), frame.place_x(to));
                let _ = write!(marks, "M{from:.0} {row:.0}H{:.0}", to.max(from + 2.0));
            }
        }
    }
    let colour = format!("stroke:var(--series-{})", index % Look::COLOURS + 1);
    put(shapes, "mark", &colour, &marks);
    put(shapes, "line", &colour, &course);
    if let Some((x, y)) = shown.last().filter(|(_, y)| y.is_finite()) {
        let end = format!("M{:.0} {:.0}h0", frame.place_x(*x), frame.place_y(*y));
        put(shapes, "end", &colour, &end);
    }
}

/// The way through the points of the first line.
fn trail(shapes: &mut String, chart: &Chart, frame: &Frame) {
    let points = chart.lines.first().copied().unwrap_or_default();
    let (mut course, mut last) = (String::new(), None);
    for part in points.split(|point| place(point).is_none()) {
        let mut part: Vec<(f64, f64)> = part.iter().filter_map(place).collect();
        part.dedup_by(|next, before| {
            let step = |a: f64, b: f64| ((a - b).abs() as i64) < STEP;
            step(frame.place_x(next.0), frame.place_x(before.0))
                && step(frame.place_y(next.1), frame.place_y(before.1))
        });
        way(&mut course, frame, &part);
        last = part.last().copied().or(last);
    }
    put(shapes, "trail", "stroke:var(--series-1)", &course);
    if let Some((x, y)) = last {
        let end = format!("M{:.0} {:.0}h0", frame.place_x(x), frame.place_y(y));
        put(shapes, "end", "stroke:var(--series-1)", &end);
    }
}

/// A bar from the base to each point, as wide as those of the first line are apart.
fn bars(shapes: &mut String, chart: &Chart, frame: &Frame) {
    let apart = match chart.lines.first().copied() {
        Some([one, two, ..]) => frame.place_x(two.x) - frame.place_x(one.x),
        _ => SIZE / 2.0,
    };
    for (index, points) in chart.lines.iter().enumerate().rev() {
        let mut all = String::new();
        for (x, y) in points.iter().filter_map(place).filter(|(_, y)| *y > 0.0) {
            let (left, top) = (frame.place_x(x) - apart / 2.0, frame.place_y(y));
            let _ = write!(all, "M{left:.0} 1000V{top:.0}h{apart:.0}V1000");
        }
        put(
            shapes,
            "bar",
            &format!("fill:var(--series-{})", index % Look::COLOURS + 1),
            &all,
        );
    }
}

/// Adds the way through `points` to a path: whole units, each from the one before.
fn way(path: &mut String, frame: &Frame, points: &[(f64, f64)]) {
    let unit = |(x, y): &(f64, f64)| {
        (
            frame.place_x(*x).round() as i64,
            frame.place_y(*y).round() as i64,
        )
    };
    let mut places: Vec<(i64, i64)> = points.iter().map(unit).collect();
    places.dedup();
    let Some((mut at, rest)) = places.split_first().map(|(at, rest)| (*at, rest)) else {
        return;
    };
    let _ = write!(path, "M{} {}", at.0, at.1);
    for place in rest {
        let _ = write!(path, "l{} {}", place.0 - at.0, place.1 - at.1);
        at = *place;
    }
    // A point alone is a dot.
    if rest.is_empty() {
        path.push_str("h0");
    }
}

fn put(shapes: &mut String, class: &str, style: &str, path: &str) {
    if !path.is_empty() {
        let _ = write!(
            shapes,
            "<path class=\"{class}\" style=\"{style}\" d=\"{path}\"/>"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::tests::points;
    use crate::run::Point;

    fn of(lines: &[&[Point]]) -> Option<String> {
        still(&Chart {
            lines: lines.to_vec(),
            ..Chart::default()
        })
    }

    #[test]
    fn nothing_has_no_picture() {
        assert_eq!(of(&[&[], &[]]), None);
    }

    #[test]
    fn a_spike_of_a_long_series_reaches_the_top_and_the_picture_stays_small() {
        let mut values: Vec<f64> = (0..200_000).map(|at| f64::from(at % 97)).collect();
        values[123_456] = 2000.0;
        let picture = of(&[&points(&values)]).unwrap();
        assert!(picture.len() < 12_000, "{}", picture.len());
        let path = picture.split("class=\"line\"").nth(1).unwrap();
        let path = path
            .split(" d=\"M")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let (mut height, mut highest) = (0, i64::MAX);
        for part in path.split('l') {
            let (_, down) = part.split_once(' ').unwrap();
            height += down.parse::<i64>().unwrap();
            highest = highest.min(height);
        }
        assert!((0..60).contains(&highest), "{highest}");
    }

    #[test]
    fn a_line_is_broken_and_marked_where_a_value_is_no_number() {
        let picture = of(&[&points(&[1.0, 2.0, f64::NAN, 2.0, 1.0])]).unwrap();
        assert_eq!(picture.matches("class=\"mark\"").count(), 1);
        let path = picture.split("class=\"line\"").nth(1).unwrap();
        let path = path.split('>').next().unwrap();
        assert_eq!(path.matches('M').count(), 2, "{path}");
    }

    #[test]
    fn a_line_that_comes_back_to_where_it_began_loses_no_point() {
        let mut way = points(&[0.0, 1.0, 0.0, 0.5]);
        way[2].x = 1.0;
        let picture = still(&Chart {
            lines: vec![&way],
            shape: Shape::Trail,
            ..Chart::default()
        });
        let picture = picture.unwrap();
        assert!(
            picture.contains("l333 -910l-333 910l1000 -455"),
            "{picture}"
        );
    }

    #[test]
    fn a_way_and_bars_have_a_picture_too() {
        let values = points(&[1.0, 3.0, 2.0]);
        let shaped = |shape| {
            still(&Chart {
                lines: vec![&values],
                shape,
                ..Chart::default()
            })
            .unwrap()
        };
        assert!(shaped(Shape::Trail).contains("class=\"trail\""));
        let bars = shaped(Shape::Bars);
        let path = bars.split("class=\"bar\"").nth(1).unwrap();
        assert_eq!(path.split('>').next().unwrap().matches('M').count(), 3);
    }

    #[test]
    fn labels_stand_at_their_values() {
        let picture = of(&[&points(&[0.0, 10.0])]).unwrap();
        assert!(picture.contains(">epoch</span>"), "{picture}");
        assert!(picture.contains("left:0.0%\">1</span>"), "{picture}");
        assert!(picture.contains("left:100.0%\">2</span>"), "{picture}");
        assert!(picture.contains(">10</span>"), "{picture}");
    }
}
