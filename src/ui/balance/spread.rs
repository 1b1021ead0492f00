//! How the discriminator's last scores are spread.

use leptos::prelude::*;

use super::SCORES;
use crate::event::Value;
use crate::plot::{Chart, Count, Shape};
use crate::run::{Bin, Point, histogram};
use crate::ui::Live;
use crate::ui::chart::{Figure, Picture, reported};

/// How many scores are spread out.
const LAST: usize = 200;

/// How often each score occurs among the last ones.
#[component]
pub fn Spread(live: Live) -> impl IntoView {
    let told = reported(live, SCORES.map(str::to_owned).to_vec());
    let lists = Memo::new(move |_| {
        told.with(|_| ());
        live.view.with_untracked(|view| {
            SCORES.map(|name| {
                let series = view.series.0.get(name);
                let last = series.map_or(&[][..], |series| series.last(LAST));
                last.iter().map(|point| point.value.0).collect::<Vec<_>>()
            })
        })
    });
    let lines = Memo::new(move |_| {
        let bins = lists.with(|lists| histogram(lists, (0.0, 1.0)));
        let reach = bins
            .first()
            .zip(bins.last())
            .map(|(first, last)| (first.from, last.to));
        let line = |list: usize| {
            let point = |bin: &Bin| Point {
                x: (bin.from + bin.to) / 2.0,
                value: Value(bin.counts[list] as f64),
                epoch: None,
                step: None,
                time: None,
            };
            bins.iter().map(point).collect::<Vec<_>>()
        };
        (line(0), line(1), reach)
    });
    let show = move |read: &mut dyn FnMut(Chart)| {
        lines.with(|(real, fake, reach)| {
            read(Chart {
                lines: vec![real, fake],
                count: Count::Named("score"),
                y_range: Some((0.0, 1.0)),
                x_reach: *reach,
                shape: Shape::Bars,
                ..Chart::default()
            });
        });
    };
    let picture = Picture::new(
        live.board,
        "spread-chart",
        show,
        || vec!["Real D(x)".into(), "Synthetic D(G(z))".into()],
        move || lines.track(),
    );
    let of = move |list: usize| lists.with(|lists| lists[list].len());
    let legend = view! {
        <ul class="chart-legend">
            <li>
                <span class="swatch series-1"></span>
                {move || format!("Real, last {}", of(0))}
            </li>
            <li>
                <span class="swatch series-2"></span>
                {move || format!("Synthetic, last {}", of(1))}
            </li>
        </ul>
    };
    view! {
        <Figure
            picture
            spot=None
            id="spread-chart".into()
            title="Spread of the last scores".into()
            legend=legend.into_any()
            empty="No scores reported yet"
        />
    }
    .into_any()
}
