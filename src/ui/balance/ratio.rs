//! The ratio of both losses over the axis of the page, with a band where neither network is far ahead.

use leptos::prelude::*;

use crate::event::Value;
use crate::plot::Chart;
use crate::run::{Pair, Point, format, pairs, time_unit};
use crate::ui::Live;
use crate::ui::chart::{Figure, Picture, length, spot};

/// Losses within this factor of each other count as balanced. A rule of thumb: what matters is whether
/// the ratio leaves the band for good.
const BALANCED: f64 = 2.0;

/// The discriminator's loss by the generator's, over the axis of the page.
#[component]
pub fn Ratio(live: Live) -> impl IntoView {
    let points = Memo::new(move |_| {
        let axis = live.axis.get();
        live.view.with(|view| {
            let series = |name| view.series.points(name);
            let ratio = |at: Pair| Point {
                value: ratio(at.second.value, at.first.value),
                ..at.first.clone()
            };
            let ratios: Vec<Point> = pairs(series("generator_loss"), series("discriminator_loss"))
                .into_iter()
                .map(ratio)
                .collect();
            let started = view.state.started_at.as_deref().unwrap_or_default();
            axis.lay(&ratios, started, time_unit(length(view)))
        })
    });
    let show = move |read: &mut dyn FnMut(Chart)| {
        let axis = live.axis.get();
        let label = live.view.with(|view| axis.label(time_unit(length(view))));
        points.with(|points| {
            read(Chart {
                lines: vec![points],
                x_label: label,
                reference: Some(1.0),
                band: Some((1.0 / BALANCED, BALANCED)),
                ..Chart::default()
            });
        });
    };
    let last = move || points.with(|points| points.last().map(|point| point.value));
    let picture = Picture::new(
        live.board,
        "ratio-chart",
        show,
        || vec!["Discriminator ÷ generator".into()],
        move || points.track(),
    );
    let legend = view! {
        <ul class="chart-legend">
            <li>
                <span class="swatch series-1"></span>
                <span class="value">{move || last().map_or("–".to_owned(), format::metric)}</span>
            </li>
            <li>
                <span class="swatch band"></span>
                {format!("within a factor of {BALANCED}")}
            </li>
        </ul>
    };
    view! {
        <Figure
            picture
            spot=Some(spot(picture))
            id="ratio-chart".into()
            title="Discriminator ÷ generator loss".into()
            metric=None
            pins=false
            legend=legend.into_any()
            empty="No report states both losses above zero"
        />
    }
    .into_any()
}

/// A ratio says nothing where a loss is zero or negative, as those of Wasserstein GANs may be.
fn ratio(over: Value, under: Value) -> Value {
    match over.0 > 0.0 && under.0 > 0.0 {
        true => Value(over.0 / under.0),
        false => Value(f64::NAN),
    }
}
