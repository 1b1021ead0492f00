//! A chart as a table, for those who read and for other programs.

use super::{Chart, Count, Shape};
use crate::event::Value;
use crate::run::{Moment, Point};

/// What all lines say at one position.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub x: f64,
    pub epoch: Option<u64>,
    pub step: Option<u64>,
    /// When the first of the values was reported.
    pub time: Option<Moment>,
    /// The value of each line, `None` where it has no report there.
    pub values: Vec<Option<Value>>,
}

/// The points in sight of `chart`, in the order of the axis. A line that was at a position twice
/// has two rows there.
pub fn rows(chart: &Chart) -> Vec<Row> {
    let Some((low, high)) = chart.x_range() else {
        return Vec::new();
    };
    let mut all: Vec<(usize, &Point)> = Vec::new();
    for (line, points) in chart.lines.iter().enumerate() {
        let inside = points
            .iter()
            .filter(|point| low <= point.x && point.x <= high);
        all.extend(inside.map(|point| (line, point)));
    }
    // A way through a plane goes to and fro.
    if chart.shape != Shape::Trail {
        all.sort_by(|a, b| a.1.x.total_cmp(&b.1.x));
    }
    let mut rows: Vec<Row> = Vec::new();
    for (line, point) in all {
        let mut here = rows.iter_mut().rev().take_while(|row| row.x == point.x);
        // The earliest of the rows there that still lacks this line.
        let free = here
            .by_ref()
            .filter(|row| row.values[line].is_none())
            .last();
        match free {
            Some(row) => row.values[line] = Some(point.value),
            None => {
                let mut values = vec![None; chart.lines.len()];
                values[line] = Some(point.value);
                rows.push(Row {
                    x: point.x,
                    epoch: point.epoch,
                    step: point.step,
                    time: point.time,
                    values,
                });
            }
        }
    }
    rows
}

/// The points in sight as CSV, under the `names` of the lines; what was not reported is empty. Times are seconds,
/// whatever the chart shows them in.
pub fn csv(chart: &Chart, names: &[String]) -> String {
    let unit = match chart.count {
        Count::Seconds => "s",
        _ => chart.x_unit().0,
    };
    let mut text = format!("{},epoch,step,time", quoted(&format!("x ({unit})")));
    for name in names {
        text.push(',');
        text.push_str(&quoted(name));
    }
    text.push('\n');
    let count = |count: Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
    for row in rows(chart) {
        text.push_str(&row.x.to_string());
        for cell in [
            count(row.epoch),
            count(row.step),
            row.time.map(|at| at.to_string()).unwrap_or_default(),
        ] {
            text.push(',');
            text.push_str(&cell);
        }
        for value in row.values {
            text.push(',');
            if let Some(value) = value {
                text.push_str(&value.to_string());
            }
        }
        text.push('\n');
    }
    text
}

fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::Window;
    use crate::plot::tests::points;

    #[test]
    fn lines_meet_in_rows_of_one_position() {
        let (long, short) = (points(&[0.5, f64::NAN, 2.5]), points(&[1.0, 7.0]));
        let chart = Chart {
            lines: vec![&long, &short],
            window: Window::Part { from: 1.5, to: 3.0 },
            ..Chart::default()
        };
        let names = ["g".to_owned(), "d, \"old\"".to_owned()];
        assert_eq!(
            csv(&chart, &names),
            "x (epoch),epoch,step,time,g,\"d, \"\"old\"\"\"\n\
             2,2,,2025-08-24T18:14:33.000000Z,NaN,7\n\
             3,3,,2025-08-24T18:14:33.000000Z,2.5,\n"
        );
    }

    #[test]
    fn a_position_that_a_line_visits_twice_has_two_rows() {
        let twice = [points(&[0.1]), points(&[0.2])].concat();
        let once = points(&[5.0]);
        let chart = Chart {
            lines: vec![&twice, &once],
            ..Chart::default()
        };
        let values: Vec<_> = rows(&chart).into_iter().map(|row| row.values).collect();
        let value = |value: f64| Some(Value(value));
        assert_eq!(
            values,
            [vec![value(0.1), value(5.0)], vec![value(0.2), None]]
        );
    }
}
