//! The exact values of the reported position that is nearest to the pointer.

use leptos::ev::PointerEvent;
use leptos::html::Canvas;
use leptos::prelude::*;

use super::Picture;
use super::legend::swatch;
use crate::plot::{Frame, Reading};
use crate::run::format;

/// What is read, and where its line stands in CSS pixels from the chart's left edge.
#[derive(Clone, PartialEq)]
struct Found {
    reading: Reading,
    /// The position in words.
    position: String,
    place: f64,
    /// Whether the values stand to the left of the line, where there is more room.
    leftwards: bool,
}

/// A vertical line at the position under the pointer, with what was reported there.
#[component]
pub fn Hover<P: Picture>(canvas: NodeRef<Canvas>, picture: P) -> impl IntoView {
    let pointer = RwSignal::new(None::<f64>);
    let found = Memo::new(move |_| {
        let place = pointer.get()?;
        let canvas = canvas.get()?;
        let size = (
            f64::from(canvas.client_width()),
            f64::from(canvas.client_height()),
        );
        picture.with(|chart| {
            let frame = Frame::new(chart, size, 1.0)?;
            let reading = Reading::nearest(chart, frame.position_at(place)?)?;
            let place = frame.place_x(reading.x);
            Some(Found {
                position: position(&reading, chart.x_label),
                reading,
                place,
                leftwards: place > size.0 / 2.0,
            })
        })
    });
    let place = move || {
        found.with(|found| {
            found
                .as_ref()
                .map(|found| format!("{}px", found.place.round()))
        })
    };
    view! {
        <div
            class="chart-pointer"
            on:pointermove=move |event: PointerEvent| pointer.set(Some(f64::from(event.offset_x())))
            on:pointerleave=move |_| pointer.set(None)
        ></div>
        <div
            class="chart-crosshair"
            class:leftwards=move || found.with(|found| found.as_ref().is_some_and(|found| found.leftwards))
            style:left=place
            hidden=move || found.with(Option::is_none)
            aria-hidden="true"
        >
            <div class="chart-reading">
                {move || found.get().map(|found| values(picture, &found))}
            </div>
        </div>
    }
}

fn values<P: Picture>(picture: P, found: &Found) -> impl IntoView + use<P> {
    let labels = picture.labels();
    let rows = labels.into_iter().zip(&found.reading.values).enumerate();
    let rows: Vec<_> = rows
        .filter_map(|(index, (label, value))| {
            let value = format::metric((*value)?);
            Some(view! {
                <span class=swatch(index)></span>
                <span>{label}</span>
                <span class="value">{value}</span>
            })
        })
        .collect();
    view! {
        <strong>{found.position.clone()}</strong>
        {rows}
    }
}

/// Where a reading stands: in what the axis counts, or else in the trainer's own count.
fn position(reading: &Reading, axis: Option<&'static str>) -> String {
    if let Some(axis) = axis {
        return format!("{} {axis}", format::number(reading.x));
    }
    match (reading.epoch, reading.step) {
        (Some(epoch), Some(step)) => {
            format!(
                "epoch {}, step {}",
                format::count(epoch),
                format::count(step)
            )
        }
        (Some(epoch), None) => format!("epoch {}", format::count(epoch)),
        (None, Some(step)) => format!("step {}", format::count(step)),
        (None, None) => format!("report {}", format::number(reading.x)),
    }
}
