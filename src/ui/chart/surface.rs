//! The layer over a chart's picture that hands act on.

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::prelude::*;
use leptos::web_sys::Element;

use super::Picture;
use super::hands::{Grip, Hands};
use super::hover::{Spot, spoken};
use crate::plot::Window;

/// Pixels of a line, in which some wheels count.
const LINE: f64 = 16.0;

const KEYS: &str = "Arrow keys move, plus and minus zoom, Shift with arrow keys reads values, End follows, 0 shows all.";

/// Takes pointers, wheels and keys, and shows the range that is being drawn out.
#[component]
pub(super) fn Surface(picture: Picture, title: String, spot: Memo<Option<Spot>>) -> impl IntoView {
    let hands = Hands::new(picture);
    let heard = RwSignal::new(String::new());
    let place = |event: &PointerEvent| (f64::from(event.offset_x()), f64::from(event.offset_y()));
    let down = move |event: PointerEvent| {
        let touch = event.pointer_type() == "touch";
        if event.button() != 0 {
            return;
        }
        let surface: Element = event_target(&event);
        // Without it, a drag ends where it leaves the chart.
        let _ = surface.set_pointer_capture(event.pointer_id());
        hands.down(event.pointer_id(), touch, event.shift_key(), place(&event));
    };
    let wheel = move |event: WheelEvent| {
        let unit = if event.delta_mode() == 0 { 1.0 } else { LINE };
        let way = (event.delta_x() * unit, event.delta_y() * unit);
        if hands.wheel(f64::from(event.offset_x()), way, event.ctrl_key()) {
            event.prevent_default();
        }
    };
    let key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        if hands.key(&event.key(), event.shift_key()) {
            event.prevent_default();
            let said = spot.with_untracked(|spot| spot.as_ref().map(|spot| spoken(picture, spot)));
            heard.set(said.unwrap_or_default());
        }
    };
    let leave = move |event: PointerEvent| {
        // A finger that is lifted still points.
        if event.pointer_type() != "touch" {
            hands.leave();
        }
    };
    let reset = move |event: MouseEvent| {
        event.prevent_default();
        picture.board.window.set(Window::Whole);
    };
    let range = move || match hands.grip.get() {
        Grip::Select(from, to) => Some((from.min(to), from.max(to))),
        _ => None,
    };
    let label = format!("{title}: move about in the chart. {KEYS}");
    view! {
        <div
            class="chart-pointer"
            class:moving=move || matches!(hands.grip.get(), Grip::Move(_))
            tabindex="0"
            role="application"
            aria-label=label
            on:pointerdown=down
            on:pointermove=move |event: PointerEvent| hands.moved(event.pointer_id(), f64::from(event.offset_x()))
            on:pointerup=move |_| hands.up()
            // The browser takes a finger over that scrolls the page: it pointed at nothing.
            on:pointercancel=move |_| {
                hands.drop();
                hands.leave();
            }
            on:pointerleave=leave
            on:dblclick=reset
            on:wheel=wheel
            on:keydown=key
            on:blur=move |_| hands.leave()
        ></div>
        <div
            class="chart-range"
            hidden=move || range().is_none()
            style:left=move || range().map(|range| format!("{}px", range.0))
            style:width=move || range().map(|range| format!("{}px", range.1 - range.0))
        ></div>
        <p class="unseen" role="status">
            {heard}
        </p>
    }
    .into_any()
}
