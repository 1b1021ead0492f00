//! What a chart has to say about itself: what it cannot show, and the way back from a zoom.

use leptos::prelude::*;

use super::{Board, Picture};
use crate::plot::{Unshown, Window};
use crate::run::format;

/// What has no height here, in words; `None` where everything has.
fn words(Unshown { broken, below }: Unshown) -> Option<String> {
    let count = |count: usize| format::count(count as u64);
    let broken = (broken > 0).then(|| format!("{} NaN or infinite", count(broken)));
    let below = (below > 0).then(|| format!("{} zero or negative", count(below)));
    let said: Vec<String> = [broken, below].into_iter().flatten().collect();
    (!said.is_empty()).then(|| format!("Not drawn: {}", said.join(", ")))
}

/// Lies over the end of the legend, so that nothing moves when there is something to say, and no line is hidden.
#[component]
pub(super) fn Notes(picture: Picture) -> impl IntoView {
    let unshown = Memo::new(move |_| picture.follow(|chart| chart.unshown()).unwrap_or_default());
    let said = move || words(unshown.get());
    view! {
        <p class="chart-note" data-testid="chart-note" hidden=move || said().is_none()>
            {said}
        </p>
    }
    .into_any()
}

/// The way back from a zoom: to the end, or to everything.
#[component]
pub fn Way(
    board: Board,
    /// Whether keys and the palette find these buttons, among all with the same effect.
    #[prop(optional)]
    named: bool,
) -> impl IntoView {
    let window = board.window;
    let follows = move || matches!(window.get(), Window::Tail { .. });
    let follow = move |_| window.update(|window| *window = window.at_end());
    view! {
        <div class="chart-way" role="group" aria-label="Zoom" hidden=move || window.get().is_whole()>
            <button
                type="button"
                aria-pressed=move || follows().to_string()
                title="Stay at the end while points come"
                data-command=named.then_some("Charts: follow the end")
                data-key=named.then_some("f")
                on:click=follow
            >
                "Follow"
            </button>
            <button
                type="button"
                title="Show everything (double click)"
                data-command=named.then_some("Charts: show everything")
                data-key=named.then_some("0")
                on:click=move |_| window.set(Window::Whole)
            >
                "Show all"
            </button>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_shown_is_counted_in_words() {
        let said = |broken, below| words(Unshown { broken, below });
        assert_eq!(said(0, 0), None);
        assert_eq!(said(1, 0).unwrap(), "Not drawn: 1 NaN or infinite");
        assert_eq!(
            said(2, 1).unwrap(),
            "Not drawn: 2 NaN or infinite, 1 zero or negative"
        );
    }
}
