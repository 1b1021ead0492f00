//! The window on the log: only rows in sight, and some around them, are in the page.

use leptos::ev::{KeyboardEvent, WheelEvent, resize};
use leptos::html::Div;
use leptos::prelude::*;

use super::line::LineText;
use super::scale::{ROW, Scale};
use super::viewer::{Row, Viewer};
use super::{address, words};
use crate::api::at;
use crate::event::LogEntry;
use crate::ui::time::clock;

/// Room beside the text: the number, the marks and the edges, in characters.
const BESIDE: usize = 24;

/// The window, and what keeps it filled.
#[component]
pub fn Pane(viewer: Viewer, run: String) -> impl IntoView {
    let pane = NodeRef::<Div>::new();
    let stage = NodeRef::<Div>::new();
    let drawn = Memo::new(move |_| viewer.drawn());
    let rows = Memo::new(move |_| viewer.lines(drawn.get()));
    measure(viewer, pane);
    fetch(viewer, drawn);

    // The longest line so far decides how far the pane scrolls sideways: the bar stays still.
    let longest = Memo::new(move |before: Option<&usize>| {
        let length = |row: &Row| Some(row.entry.as_ref()?.message.chars().count());
        let here = rows.with(|rows| rows.iter().filter_map(length).max());
        here.unwrap_or(0).max(before.copied().unwrap_or(0))
    });
    place(viewer, pane, stage, longest);

    let scrolled = move |_| {
        if let Some(pane) = pane.get_untracked() {
            viewer.scrolled(f64::from(pane.scroll_top()));
        }
    };
    let wheeled = move |event: WheelEvent| {
        // A shrunk scroll bar would leap over rows. Sideways, and with Ctrl, the browser scrolls.
        let scale = viewer.scale.get_untracked();
        if scale.is_shrunk() && !event.ctrl_key() && event.delta_y() != 0.0 {
            event.prevent_default();
            let rows = match event.delta_mode() {
                WheelEvent::DOM_DELTA_PIXEL => event.delta_y() / ROW,
                WheelEvent::DOM_DELTA_LINE => event.delta_y(),
                _ => event.delta_y() * scale.seen(),
            };
            viewer.go(viewer.top.get_untracked() + rows);
        }
    };
    let pressed = move |event: KeyboardEvent| {
        let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
        let top = viewer.top.get_untracked();
        let scale = viewer.scale.get_untracked();
        if let Some(top) = jump(&event.key(), event.shift_key(), top, scale).filter(|_| plain) {
            event.prevent_default();
            viewer.go(top);
        }
    };
    let first = move || drawn.get().start;
    let shift = move || {
        let shift = viewer.scale.get().drawn(first(), viewer.top.get());
        format!("{}px", shift.round())
    };
    let run = StoredValue::new(run);
    view! {
        <div
            class="pane"
            node_ref=pane
            on:scroll=scrolled
            on:wheel=wheeled
            on:keydown=pressed
            tabindex="0"
            role="region"
            aria-label="Log"
            aria-describedby="log-place"
            data-testid="log"
        >
            <div class="stage" node_ref=stage>
                <ol style:top=shift>
                    <For
                        each=move || rows.get()
                        key=|row| (row.generation, row.index, row.entry.as_ref().map(|entry| entry.line))
                        let:row
                    >
                        <DrawnRow row viewer run />
                    </For>
                </ol>
            </div>
        </div>
        <p class="empty muted" hidden=move || { viewer.rows() > 0 }>
            {move || words::empty(&viewer.filter.get(), viewer.matching())}
        </p>
    }
    .into_any()
}

/// A row with its line, or with room for it.
#[component]
fn DrawnRow(row: Row, viewer: Viewer, run: StoredValue<String>) -> impl IntoView {
    let index = row.index;
    let Some(entry) = row.entry else {
        return view! {
            <li class="waiting" aria-hidden="true">
                <span class="number">"…"</span>
            </li>
        }
        .into_any();
    };
    let LogEntry { line, level, .. } = entry;
    let marked = move || viewer.marked.get() == Some(line) || viewer.current.get() == Some(index);
    let query = viewer.filter.with_untracked(|filter| filter.query.clone());
    let href = run.with_value(|run| at(&address(run, line)));
    // Not in the order of the Tab key, which would visit every line: “Go to line” does the same.
    // A click on the line that the address names already is no navigation, but leads there too.
    view! {
        <li
            data-line=line
            class=level.name()
            class:marked=marked
            aria-current=move || marked().then_some("true")
        >
            <a
                class="number"
                href=href
                tabindex="-1"
                data-noscroll=""
                draggable="false"
                title="Link to this line"
                on:click=move |_| viewer.seek(line)
            >
                {line}
            </a>
            <LineText entry query />
        </li>
    }
    .into_any()
}

/// Keeps the height of the window known.
fn measure(viewer: Viewer, pane: NodeRef<Div>) {
    let measure = move || {
        if let Some(pane) = pane.get_untracked() {
            let height = f64::from(pane.client_height());
            if viewer.room.get_untracked() != height {
                viewer.room.set(height);
            }
        }
    };
    Effect::new(move |_| {
        pane.track();
        measure();
    });
    // A message above takes room, once it is drawn.
    Effect::new(move |_| {
        viewer.message.track();
        request_animation_frame(measure);
    });
    let watching = window_event_listener(resize, move |_| measure());
    on_cleanup(move || watching.remove());
}

/// Keeps the rows in sight fetched, and looks each second for what the run has written since.
fn fetch(viewer: Viewer, drawn: Memo<std::ops::Range<u64>>) {
    Effect::new(move |_| {
        viewer.track_pages();
        viewer.ask(drawn.get());
    });
    let now = clock();
    Effect::new(move |_| {
        now.track();
        viewer.refresh();
    });
}

/// Gives the scrolled element its size and the scroll bar its place, in this order.
fn place(viewer: Viewer, pane: NodeRef<Div>, stage: NodeRef<Div>, longest: Memo<usize>) {
    Effect::new(move |set: Option<f64>| {
        let (scale, top) = (viewer.scale.get(), viewer.top.get());
        let width = longest.get() + BESIDE;
        let (Some(pane), Some(stage)) = (pane.get(), stage.get()) else {
            return 0.0;
        };
        let style = format!(
            "--row:{ROW}px;height:{}px;min-width:{width}ch",
            scale.height()
        );
        // Fails only for a name that no attribute can have.
        let _ = stage.set_attribute("style", &style);
        let (stands, wanted) = (f64::from(pane.scroll_top()), scale.place(top));
        // The reader has scrolled up since the end was last followed, and the page has not
        // heard of it yet.
        let before = set.unwrap_or(0.0).min(scale.place(scale.end()));
        if viewer.following.get_untracked() && stands < before - 1.0 {
            viewer.scrolled(stands);
            return stands;
        }
        if (stands - wanted).abs() >= 1.0 {
            pane.set_scroll_top(wanted.round() as i32);
        }
        wanted
    });
}

/// The row that a key puts at the top; `None` for a key that moves nothing.
fn jump(key: &str, shift: bool, top: f64, scale: Scale) -> Option<f64> {
    let page = (scale.seen() - 1.0).max(1.0);
    Some(match key {
        "ArrowUp" => top - 1.0,
        "ArrowDown" => top + 1.0,
        "PageUp" => top - page,
        "PageDown" => top + page,
        " " if shift => top - page,
        " " => top + page,
        "Home" => 0.0,
        "End" => scale.end(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_by_rows_and_pages() {
        let scale = Scale {
            rows: 100,
            room: 10.0 * ROW,
        };
        assert_eq!(jump("ArrowDown", false, 5.0, scale), Some(6.0));
        assert_eq!(jump("PageUp", false, 50.0, scale), Some(41.0));
        assert_eq!(jump(" ", true, 50.0, scale), Some(41.0));
        assert_eq!(jump("End", false, 5.0, scale), Some(90.0));
        assert_eq!(jump("a", false, 5.0, scale), None);
    }
}
