//! The table: its head sorts, and of its rows only those in sight exist.

use leptos::html::Div;
use leptos::prelude::*;

use super::Desk;
use super::filters::Nothing;
use super::metrics::heading;
use super::row::Row;
use super::shelf::in_sight;
use super::wanted::{PAGE, Wanted};
use crate::api::at;
use crate::ui::Hydrated;

/// Columns that sort: key, word, and whether they hold numbers.
pub(super) const COLUMNS: [(&str, &str, bool); 9] = [
    ("status", "Status", false),
    ("name", "Name", false),
    ("data_source", "Data", false),
    ("trainer", "Trainer", false),
    ("epoch", "Epoch", true),
    ("generator_loss", "G loss", true),
    ("discriminator_loss", "D loss", true),
    ("started_at", "Started", false),
    ("elapsed_seconds", "Duration", true),
];

/// Before which of them the metrics stand.
const METRICS_AT: usize = 7;

/// Height of a row in pixels, as in the style sheet: in narrow windows a row has two lines.
const HEIGHT: f64 = 40.0;
const HEIGHT_NARROW: f64 = 64.0;
const NARROW: f64 = 860.0;

/// The table in a pane that scrolls.
#[component]
pub fn Table(desk: Desk) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let pane = NodeRef::<Div>::new();
    let height = RwSignal::new(HEIGHT);
    let total = Memo::new(move |_| desk.shelf.with(|shelf| shelf.total));
    let look = move || {
        let Some(pane) = pane.get_untracked() else {
            return;
        };
        let width = window().inner_width().ok().and_then(|width| width.as_f64());
        let narrow = width.is_some_and(|width| width <= NARROW);
        height.set(if narrow { HEIGHT_NARROW } else { HEIGHT });
        let seen = in_sight(
            f64::from(pane.scroll_top()),
            f64::from(pane.client_height()),
            height.get_untracked(),
            total.get_untracked(),
        );
        if seen != desk.sight.get_untracked() {
            desk.sight.set(seen);
        }
    };
    // The pane has its size when the browser has taken over, and rows come and go.
    Effect::new(move |_| {
        total.track();
        if hydrated.get() {
            request_animation_frame(look);
        }
    });
    Effect::new(move |_| {
        let resized = window_event_listener(leptos::ev::resize, move |_| look());
        on_cleanup(move || resized.remove());
    });
    Effect::new(move |_| {
        if desk.turn.get() > 0
            && let Some(pane) = pane.get_untracked()
        {
            pane.set_scroll_top(0);
            look();
        }
    });
    let shown = Memo::new(move |_| {
        let (from, upto) = desk.sight.get();
        (from.min(total.get()), upto.min(total.get()))
    });
    // Without scripts nobody scrolls through rows that are not there.
    let space = move |rows: u64| {
        let rows = if hydrated.get() { rows } else { 0 };
        format!("{}px", rows as f64 * height.get())
    };
    let head = |columns: &'static [(&'static str, &'static str, bool)]| {
        let column = |(key, word, number)| view! { <Head desk key word number /> };
        columns.iter().copied().map(column).collect_view()
    };
    let (before, after) = COLUMNS.split_at(METRICS_AT);
    let metrics = move |name: String| {
        view! { <Head desk key=format!("metric:{name}") word=heading(&name) number=true /> }
    };
    let wide = move || desk.metrics.with(Vec::len).to_string();
    view! {
        <div
            class="runs-pane"
            node_ref=pane
            tabindex="0"
            role="region"
            aria-label="Runs"
            data-testid="runs"
            on:scroll=move |_| look()
        >
            <table
                class="runs"
                class:measured=move || desk.metrics.with(|metrics| !metrics.is_empty())
                data-metrics=move || desk.metrics.with(|metrics| metrics.len().min(3))
                aria-rowcount=move || total.get() + 1 style=("--metrics", wide)>
                <thead>
                    <tr>
                        <th scope="col" class="choice">
                            <span class="unseen">"Chosen"</span>
                        </th>
                        {head(before)} <For each=move || desk.metrics.get() key=Clone::clone children=metrics />
                        {head(after)}
                        <th scope="col">
                            <span class="unseen">"Changes"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <tr class="space" aria-hidden="true" style:height=move || space(shown.get().0)></tr>
                    <For
                        each=move || {
                            let (from, upto) = shown.get();
                            from..upto
                        }
                        key=|number| *number
                        let:number
                    >
                        <Row desk number />
                    </For>
                    <tr
                        class="space"
                        aria-hidden="true"
                        style:height=move || space(total.get() - shown.get().1)
                    ></tr>
                </tbody>
            </table>
            <div class="nothing" hidden=move || { total.get() > 0 }>
                <Nothing desk />
            </div>
        </div>
        <Leafing desk total />
    }
    .into_any()
}

/// The head of a column that sorts by `key`.
#[component]
fn Head(
    desk: Desk,
    #[prop(into)] key: String,
    #[prop(into)] word: String,
    /// Whether the column holds numbers.
    number: bool,
) -> impl IntoView {
    let column = key.clone();
    let sorted = key.clone();
    let direction = Memo::new(move |_| desk.wanted.with(|wanted| wanted.direction(&sorted)));
    let sort = move || match direction.get() {
        Some(true) => "ascending",
        Some(false) => "descending",
        None => "none",
    };
    let href = move || {
        desk.wanted
            .with(|wanted| at(&wanted.sorted_by(&key).address()))
    };
    let title = word.clone();
    view! {
        <th scope="col" class:number=number aria-sort=sort data-column=column>
            <a href=href title=title data-noscroll="">
                {word}
                <span class="arrow" aria-hidden="true">
                    {move || match direction.get() {
                        Some(true) => "↑",
                        Some(false) => "↓",
                        None => "",
                    }}
                </span>
            </a>
        </th>
    }
    .into_any()
}

/// Links to the next rows and the ones before, for browsers without scripts.
#[component]
fn Leafing(desk: Desk, total: Memo<u64>) -> impl IntoView {
    let link = move |word: &'static str, offset: Option<u64>| {
        let wanted = desk.wanted.get_untracked();
        offset.map(|offset| {
            let href = at(&Wanted { offset, ..wanted }.address());
            view! { <a href=href>{word}</a> }
        })
    };
    let offset = desk.wanted.with_untracked(|wanted| wanted.offset);
    let before = (offset > 0).then(|| offset.saturating_sub(PAGE));
    let after = (offset + PAGE < total.get_untracked()).then_some(offset + PAGE);
    view! {
        <nav class="leafing" aria-label="More runs">
            {link("Rows before", before)} {link("Next rows", after)}
        </nav>
    }
}
