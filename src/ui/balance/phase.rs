//! The way of a training through the plane of both losses.

use leptos::prelude::*;

use crate::plot::{Chart, Count, Extent, Shape, Window};
use crate::run::{LOSSES, Point, pairs};
use crate::ui::Live;
use crate::ui::chart::{Figure, Picture, reported};

/// The generator's loss to the right, the discriminator's upwards, report by report.
#[component]
pub fn Phase(live: Live) -> impl IntoView {
    let told = reported(live, LOSSES.map(str::to_owned).to_vec());
    let points = Memo::new(move |_| {
        told.with(|_| ());
        let (axis, window) = (live.axis.get(), live.board.window.get());
        live.view.with_untracked(|view| {
            let laid = |name| view.lay(axis, view.series.points(name));
            let [first, second] = LOSSES.map(laid);
            let seen = match window {
                Window::Whole => None,
                window => extent(&first).map(|extent| window.range(extent)),
            };
            let inside = |x: f64| seen.is_none_or(|(from, to)| from <= x && x <= to);
            pairs(&first, &second)
                .into_iter()
                .filter(|pair| inside(pair.first.x))
                .map(|pair| Point {
                    x: pair.first.value.0,
                    ..*pair.second
                })
                .collect::<Vec<_>>()
        })
    });
    let show = move |read: &mut dyn FnMut(Chart)| {
        points.with(|points| {
            read(Chart {
                lines: vec![points],
                count: Count::Named("generator"),
                shape: Shape::Trail,
                x_reach: extent(points).map(|(low, high)| {
                    let air = 0.05 * (high - low);
                    (low - air, high + air)
                }),
                ..Chart::default()
            });
        });
    };
    let picture = Picture::new(
        live.board,
        "phase-chart",
        show,
        || vec!["Discriminator loss".into()],
        move || points.track(),
    );
    let legend = view! {
        <ul class="chart-legend">
            <li>
                <span class="swatch series-1"></span>
                "discriminator over generator; older is fainter"
            </li>
        </ul>
    };
    view! {
        <Figure
            picture
            spot=None
            id="phase-chart".into()
            title="Loss against loss".into()
            legend=legend.into_any()
            empty="No report states both losses"
        />
    }
    .into_any()
}

/// The ends of the axis that `points` take up.
fn extent(points: &[Point]) -> Option<Extent> {
    crate::plot::extent(points.iter().map(|point| point.x))
}
