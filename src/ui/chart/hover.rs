//! The exact values of the reported position that is nearest to the pointer.

use leptos::prelude::*;

use super::Picture;
use super::legend::swatch;
use crate::plot::{Chart, Count, Reading};
use crate::run::format;

/// What is read, and where its line stands in CSS pixels from the chart's left edge.
#[derive(Clone, PartialEq)]
pub struct Spot {
    pub reading: Reading,
    /// The position in words.
    pub position: String,
    place: f64,
    /// How wide the chart is.
    width: f64,
    /// Whether the pointer is in this chart, and not in another of the page.
    own: bool,
}

/// Pixels between the line and the values beside it.
const APART: f64 = 8.0;

/// A chart narrower than this, in pixels, has no room for values beside every line: there they
/// keep to the edge that is further away.
const NARROW: f64 = 480.0;

impl Spot {
    /// How far from the left and from the right edge the values stand, where that is fixed.
    fn edges(&self) -> (Option<f64>, Option<f64>) {
        let leftwards = self.place > self.width / 2.0;
        match (leftwards, self.width < NARROW) {
            (false, false) => (Some(self.place + APART), None),
            (true, false) => (None, Some(self.width - self.place + APART)),
            (false, true) => (None, Some(0.0)),
            (true, true) => (Some(0.0), None),
        }
    }
}

/// What `picture` says at the crosshair that all charts of the page share.
pub fn spot(picture: Picture) -> Memo<Option<Spot>> {
    Memo::new(move |_| {
        let cross = picture.board.cross.get()?;
        let frame = picture.frame()?;
        // Where another chart reaches further, this one has nothing to say.
        frame
            .x_range()
            .filter(|(low, high)| *low <= cross.x && cross.x <= *high)?;
        picture.with(|chart| {
            let reading = Reading::nearest(chart, cross.x)?;
            let place = frame.place_x(reading.x);
            Some(Spot {
                position: position(&reading, chart),
                reading,
                place,
                width: picture.size().0,
                own: cross.chart == picture.number,
            })
        })?
    })
}

/// A vertical line at the crosshair, and in the chart with the pointer what was reported there.
#[component]
pub(super) fn Hover(picture: Picture, spot: Memo<Option<Spot>>) -> impl IntoView {
    let own = move || spot.with(|spot| spot.as_ref().is_some_and(|spot| spot.own));
    let edge = move |edge: fn(&Spot) -> Option<f64>| {
        spot.with(|spot| {
            let place = spot.as_ref().and_then(edge);
            place.map_or("auto".to_owned(), |place| format!("{}px", place.round()))
        })
    };
    view! {
        <div class="chart-crosshair" hidden=move || spot.with(Option::is_none) aria-hidden="true">
            <div class="chart-line" style:left=move || edge(|spot| Some(spot.place))></div>
            <div
                class="chart-reading"
                hidden=move || !own()
                style:left=move || edge(|spot| spot.edges().0)
                style:right=move || edge(|spot| spot.edges().1)
            >
                {move || spot.get().filter(|spot| spot.own).map(|spot| values(picture, &spot))}
            </div>
        </div>
    }
    .into_any()
}

fn values(picture: Picture, spot: &Spot) -> AnyView {
    let labels = picture.labels();
    let rows = labels.into_iter().zip(&spot.reading.values).enumerate();
    let rows: Vec<_> = rows
        .filter_map(|(index, (label, value))| {
            let value = format::metric((*value)?);
            let smoothed = spot.reading.smoothed.get(index).copied().flatten();
            let smoothed = smoothed.map(|value| {
                view! { <span class="muted">{format!(" ≈ {}", format::metric(value))}</span> }
            });
            Some(view! {
                <span class=swatch(index)></span>
                <span class="label">{label}</span>
                <span class="value">{value} {smoothed}</span>
            })
        })
        .collect();
    view! {
        <strong>{spot.position.clone()}</strong>
        {rows}
    }
    .into_any()
}

/// The values at a spot in one sentence, for those who hear it.
pub(super) fn spoken(picture: Picture, spot: &Spot) -> String {
    let labels = picture.labels();
    let said = labels.iter().zip(&spot.reading.values);
    let said =
        said.filter_map(|(label, value)| Some(format!("{label} {}", format::metric((*value)?))));
    let said: Vec<String> = said.collect();
    format!("{}: {}", spot.position, said.join(", "))
}

/// Where a reading stands: in what the axis counts, or else in the trainer's own count.
fn position(reading: &Reading, chart: &Chart) -> String {
    if chart.count == Count::Told {
        return reported(reading.epoch, reading.step, reading.x);
    }
    let (name, unit) = chart.x_unit();
    match chart.count == Count::Seconds && unit > 1.0 {
        true => format::duration(reading.x),
        false => format!("{} {name}", format::number(reading.x / unit)),
    }
}

/// What a trainer calls the place of a report.
pub(super) fn reported(epoch: Option<u64>, step: Option<u64>, x: f64) -> String {
    match (epoch, step) {
        (Some(epoch), Some(step)) => {
            format!(
                "epoch {}, step {}",
                format::count(epoch),
                format::count(step)
            )
        }
        (Some(epoch), None) => format!("epoch {}", format::count(epoch)),
        (None, Some(step)) => format!("step {}", format::count(step)),
        (None, None) => format!("report {}", format::number(x)),
    }
}
