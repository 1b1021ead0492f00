//! The ratio of both losses over the axis of the page, with a band where neither network is far ahead.

use leptos::prelude::*;

use crate::plot::Chart;
use crate::run::{BALANCED, LOSSES, Pair, Point, format, pairs, ratio};
use crate::ui::Live;
use crate::ui::chart::{Figure, Picture, count, reported, spot};

/// The discriminator's loss by the generator's, over the axis of the page.
#[component]
pub fn Ratio(live: Live) -> impl IntoView {
    let told = reported(live, LOSSES.map(str::to_owned).to_vec());
    let laid = Memo::new(move |_| {
        told.with(|_| ());
        let axis = live.axis.get();
        live.view.with_untracked(|view| {
            let [generator, discriminator] = LOSSES.map(|name| view.series.points(name));
            let ratio = |at: Pair| Point {
                value: ratio(at.second.value, at.first.value),
                ..*at.first
            };
            // A loss that is no number is news; one below zero, as a Wasserstein GAN's, has no ratio.
            let has_ratio = |at: &Pair| {
                let losses = [at.first.value.0, at.second.value.0];
                losses.iter().any(|loss| !loss.is_finite()) || losses.iter().all(|loss| *loss > 0.0)
            };
            let pairs = pairs(generator, discriminator).into_iter();
            let ratios = pairs.filter(has_ratio).map(ratio);
            let ratios: Vec<Point> = ratios.collect();
            (view.lay(axis, &ratios), count(axis))
        })
    });
    let show = move |read: &mut dyn FnMut(Chart)| {
        laid.with(|(points, count)| {
            read(Chart {
                lines: vec![points],
                count: *count,
                reference: Some(1.0),
                band: Some(BALANCED),
                ..Chart::default()
            });
        });
    };
    let last = move || laid.with(|(points, _)| points.last().map(|point| point.value));
    let picture = Picture::new(
        live.board,
        "ratio-chart",
        show,
        || vec!["Discriminator ÷ generator".into()],
        move || laid.track(),
    );
    let legend = view! {
        <ul class="chart-legend">
            <li>
                <span class="swatch series-1"></span>
                <span class="value">{move || last().map_or("–".to_owned(), format::metric)}</span>
            </li>
            <li>
                <span class="swatch band"></span>
                {format!("{} to {}: neither is far ahead", BALANCED.0, BALANCED.1)}
            </li>
        </ul>
    };
    view! {
        <Figure
            picture
            spot=Some(spot(picture))
            id="ratio-chart".into()
            title="Discriminator ÷ generator loss".into()
            legend=legend.into_any()
            empty="No report states both losses above zero"
        />
    }
    .into_any()
}
