//! A column of numbers as a line without axes, drawn in SVG and therefore by the server already.

use leptos::prelude::*;

use crate::data::Plot;
use crate::run::format;

/// Size of the drawing in its own units; the page stretches it.
const WIDTH: f64 = 160.0;
const HEIGHT: f64 = 36.0;

/// The picture of a column over its rows, with its name and range.
#[component]
pub fn Sparkline(plot: Plot) -> impl IntoView {
    let (low, high) = range(plot.points.iter().map(|(_, value)| *value));
    let span = format!("{} to {}", format::number(low), format::number(high));
    let words = format!("{} over the rows, from {span}", plot.column);
    view! {
        <figure class="sparkline">
            <figcaption>
                <span class="name" title=plot.column.clone()>
                    {plot.column.clone()}
                </span>
                <span class="muted">{span}</span>
            </figcaption>
            <svg
                viewBox=format!("0 0 {WIDTH} {HEIGHT}")
                preserveAspectRatio="none"
                role="img"
                aria-label=words
            >
                <path d=line(&plot.points) />
            </svg>
        </figure>
    }
}

/// The path through `points`, with room for the stroke above and below.
fn line(points: &[(f64, f64)]) -> String {
    let (left, right) = range(points.iter().map(|(row, _)| *row));
    let (low, high) = range(points.iter().map(|(_, value)| *value));
    let place = |at: f64, from: f64, to: f64| {
        if to > from {
            (at - from) / (to - from)
        } else {
            0.5
        }
    };
    let mut path = String::with_capacity(points.len() * 12);
    for (index, (row, value)) in points.iter().enumerate() {
        let x = WIDTH * place(*row, left, right);
        let y = 1.0 + (HEIGHT - 2.0) * (1.0 - place(*value, low, high));
        path.push_str(&format!(
            "{}{x:.1} {y:.1}",
            if index == 0 { 'M' } else { 'L' }
        ));
    }
    path
}

/// The smallest and the largest; zero and zero where there is none.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values
        .map(|value| (value, value))
        .reduce(|(low, high), (value, _)| (low.min(value), high.max(value)))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_fills_the_drawing() {
        assert_eq!(
            line(&[(0.0, -1.0), (5.0, 3.0), (10.0, 1.0)]),
            "M0.0 35.0L80.0 1.0L160.0 18.0"
        );
    }

    #[test]
    fn what_never_changes_lies_in_the_middle() {
        assert_eq!(line(&[(0.0, 7.0), (1.0, 7.0)]), "M0.0 18.0L160.0 18.0");
        assert_eq!(line(&[]), "");
    }
}
