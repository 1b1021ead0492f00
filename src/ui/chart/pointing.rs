//! What a chart with axes of its own says where a pointer or the keys stand.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;

use super::Picture;
use super::hover::reported;
use super::legend::swatch;
use crate::event::Value;
use crate::plot::{Chart, Shape, nearest};
use crate::run::format;

/// Pixels between the point and the values beside it.
const APART: f64 = 10.0;

/// What stands at a point, and where, in CSS pixels.
#[derive(Clone, PartialEq)]
struct Said {
    place: (f64, f64),
    width: f64,
    head: String,
    /// Labels and values; the first may belong to no line.
    rows: Vec<(Option<usize>, String, String)>,
}

/// Takes pointers and keys; says what it found beside the point, and to screen readers.
#[component]
pub(super) fn Pointing(picture: Picture, title: String) -> impl IntoView {
    let at = RwSignal::new(None::<usize>);
    let heard = RwSignal::new(String::new());
    let said = Memo::new(move |_| {
        let (at, frame) = (at.get()?, picture.frame()?);
        let labels = picture.labels();
        picture.with(|chart| {
            let (point, (head, rows)) = (chart.lines.first()?.get(at)?, say(chart, at, &labels)?);
            Some(Said {
                place: (frame.place_x(point.x), frame.place_y(point.value.0)),
                width: picture.size().0,
                head,
                rows,
            })
        })?
    });
    let moved = move |event: PointerEvent| {
        let place = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let found = untrack(|| {
            let frame = picture.frame()?;
            picture.with(|chart| nearest(chart, &frame, place))?
        });
        at.set(found);
    };
    let key = move |event: KeyboardEvent| {
        let count = untrack(|| picture.with(|chart| chart.lines.first().map_or(0, |l| l.len())));
        let Some(last) = count.unwrap_or_default().checked_sub(1) else {
            return;
        };
        let here = at.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => here.map_or(0, |here| (here + 1).min(last)),
            "ArrowLeft" => here.map_or(last, |here| here.saturating_sub(1).min(last)),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        at.set(Some(next));
        let words = said.with_untracked(|said| {
            said.as_ref().map(|said| {
                let rows = said
                    .rows
                    .iter()
                    .map(|(_, label, value)| format!("{label} {value}"));
                format!("{}: {}", said.head, rows.collect::<Vec<_>>().join(", "))
            })
        });
        heard.set(words.unwrap_or_default());
    };
    let edge = move |edge: fn(&Said) -> Option<f64>| {
        let place = said.with(|said| said.as_ref().and_then(edge));
        place.map_or("auto".to_owned(), |place| format!("{}px", place.round()))
    };
    let rows = move || {
        said.get().map(|said| {
            let rows = said.rows.into_iter().map(|(line, label, value)| {
                let class = line.map_or("swatch none".to_owned(), swatch);
                view! {
                    <span class=class></span>
                    <span class="label">{label}</span>
                    <span class="value">{value}</span>
                }
            });
            view! {
                <strong>{said.head}</strong>
                {rows.collect::<Vec<_>>()}
            }
            .into_any()
        })
    };
    view! {
        <div
            class="chart-pointer"
            tabindex="0"
            role="application"
            aria-label=format!("{title}: left and right arrow keys read values.")
            on:pointermove=moved
            on:pointerleave=move |_| at.set(None)
            on:keydown=key
            on:blur=move |_| at.set(None)
        ></div>
        <p class="unseen" role="status">
            {heard}
        </p>
        <div class="chart-spot" hidden=move || said.with(Option::is_none) aria-hidden="true">
            <div
                class="chart-ring"
                style:left=move || edge(|said| Some(said.place.0))
                style:top=move || edge(|said| Some(said.place.1))
            ></div>
            <div
                class="chart-reading"
                style:left=move || edge(|said| {
                    (said.place.0 <= said.width / 2.0).then_some(said.place.0 + APART)
                })
                style:right=move || edge(|said| {
                    (said.place.0 > said.width / 2.0).then_some(said.width - said.place.0 + APART)
                })
            >
                {rows}
            </div>
        </div>
    }
    .into_any()
}

type Words = (String, Vec<(Option<usize>, String, String)>);

/// What stands at the point `at` of the first line, in words.
fn say(chart: &Chart, at: usize, labels: &[String]) -> Option<Words> {
    let point = chart.lines.first()?.get(at)?;
    let values = chart.lines.iter().zip(labels).enumerate();
    let bars = chart.shape == Shape::Bars;
    // What bars stand for is counted.
    let word = |value: Value| match bars {
        true => format::count(value.0 as u64),
        false => format::metric(value),
    };
    let mut rows: Vec<_> = values
        .filter_map(|(line, (points, label))| {
            Some((Some(line), label.clone(), word(points.get(at)?.value)))
        })
        .collect();
    if !bars {
        let across = format::metric(Value(point.x));
        rows.insert(0, (None, format!("{} loss", chart.x_unit().0), across));
        return Some((reported(point.epoch, point.step, point.x), rows));
    }
    let width = match *chart.lines.first()? {
        [one, two, ..] => two.x - one.x,
        _ => 0.0,
    };
    let edge = |side: f64| {
        let edge = point.x + side * width / 2.0;
        // The middle of a bin has lost a last digit of its edges.
        let is_zero = edge.abs() < 1e-9 * width;
        format::number(if is_zero { 0.0 } else { edge })
    };
    Some((format!("{} to {}", edge(-1.0), edge(1.0)), rows))
}
