//! The one chart of the page: whatever its data, it is painted, pointed at, zoomed and saved alike.

mod board;
mod detail;
mod hands;
mod hover;
mod legend;
mod link;
mod metric;
mod notes;
mod picture;
mod pointing;
mod still;
mod surface;
mod table;
mod tools;

use leptos::prelude::*;

pub use board::Board;
pub use detail::{Held, Lens, keep_detailed};
use hover::Hover;
pub use hover::{Spot, spot};
pub use legend::swatch;
pub use link::{keep_axis, keep_window};
pub use metric::{MetricChart, count, reported};
use notes::Notes;
pub use notes::Way;
pub use picture::Picture;
use picture::keep_painted;
use pointing::Pointing;
use still::Still;
use surface::Surface;
use table::Numbers;
pub use tools::Subject;
use tools::{Tools, Turns};

/// A figure with title, tools, legend and picture. The server renders a still picture, whose place the living one
/// takes in the browser.
#[component]
pub fn Figure(
    picture: Picture,
    /// What the chart says at the crosshair of the page; `None` where its axes are its own.
    spot: Option<Memo<Option<Spot>>>,
    /// What tests and style sheets call it by, as in `loss-chart`.
    id: String,
    title: String,
    /// The metric that it shows, where it is one alone.
    #[prop(default = None)]
    metric: Option<String>,
    /// Whether that metric can be pinned.
    #[prop(optional)]
    pins: bool,
    legend: AnyView,
    /// What is said where there is nothing to draw.
    #[prop(into)]
    empty: Signal<&'static str>,
) -> impl IntoView {
    let counts = Memo::new(move |_| {
        let counts = picture.follow(|chart| (chart.points(), chart.in_sight().count()));
        counts.unwrap_or_default()
    });
    let window = move || {
        let range = picture.follow(|chart| chart.x_range()).flatten();
        range.map(|(from, to)| format!("{from} {to}"))
    };
    let turns = Turns {
        numbers: RwSignal::new(false),
        pin: StoredValue::new(metric.clone().filter(|_| pins)),
        scale: spot.is_some(),
    };
    let hands = match spot {
        Some(spot) => view! {
            <Surface picture title=title.clone() spot />
            <Hover picture spot />
            <Way board=picture.board />
        }
        .into_any(),
        None => view! { <Pointing picture title=title.clone() /> }.into_any(),
    };
    keep_painted(picture);
    let (label, heading, numbers) = (title.clone(), title.clone(), title.clone());
    let hint = title.clone();
    let missing = move || match counts.get() {
        (0, _) => Some(empty.get()),
        (_, 0) if picture.board.window.with(|window| window.is_whole()) => {
            Some("No values that can be drawn")
        }
        (_, 0) => Some("No values in this window"),
        _ => None,
    };
    view! {
        <figure
            class="chart"
            id=id.clone()
            data-testid=id
            data-metric=metric
            data-points=move || counts.get().0
            data-seen=move || counts.get().1
            data-window=window
        >
            <figcaption>
                <div class="chart-head">
                    <span class="chart-title" title=hint>
                        {heading}
                    </span>
                    <Tools picture title=title.clone() turns />
                </div>
                {legend}
                <Notes picture />
            </figcaption>
            <div class="chart-area">
                <canvas node_ref=picture.canvas role="img" aria-label=label></canvas>
                <Still picture />
                {hands}
                <p class="chart-empty" hidden=move || missing().is_none()>
                    {missing}
                </p>
                <Show when=move || turns.numbers.get()>
                    <Numbers picture title=numbers.clone() />
                </Show>
            </div>
        </figure>
    }
    .into_any()
}
