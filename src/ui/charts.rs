//! The two charts of every GAN: its losses, and what its discriminator makes of both kinds of samples.

use leptos::prelude::*;

use super::Live;
use super::chart::MetricChart;

/// The charts. Their types are erased here, as are those of all larger parts: spelt out,
/// the type of the page is more than the compiler bears.
#[component]
pub fn Charts(live: Live) -> impl IntoView {
    let lines = |lines: [(&str, &str); 2]| lines.map(|(a, b)| (a.into(), b.into())).to_vec();
    let losses = view! {
        <MetricChart
            id="loss-chart"
            title="Losses"
            lines=lines([("generator_loss", "Generator"), ("discriminator_loss", "Discriminator")])
            view=live.view
        />
    };
    let scores = view! {
        <MetricChart
            id="score-chart"
            title="Discriminator scores"
            lines=lines([("real_scores", "Real D(x)"), ("fake_scores", "Synthetic D(G(z))")])
            reference=0.5
            reference_label="equilibrium"
            y_range=(0.0, 1.0)
            view=live.view
        />
    };
    view! { <div class="charts">{losses.into_any()} {scores.into_any()}</div> }.into_any()
}
