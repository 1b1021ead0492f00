//! What stands in the picture, read from SVG.

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
            "#111111", "#222222", "#333333", "#444444", "#555555", "#616161", "#777777", "#888888",
            "#999999", "#a1a1a1",
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
