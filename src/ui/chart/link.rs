//! What of a page's charts stands in its address, so that a reload and whoever gets the link see the same.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::location::Location;

use super::Board;
use crate::event::RunId;
use crate::plot::Window;
use crate::run::Axis;
use crate::ui::browser;
use crate::ui::sources::escaped;

const WINDOW: &str = "window";
const AXIS: &str = "axis";

/// How often, and how many times at most, it is looked whether a step within the page has come to the address.
const PAUSE: Duration = Duration::from_millis(50);
const TRIES: u32 = 200;

/// What an address may say of charts.
#[cfg(feature = "ssr")]
pub(super) const NAMES: [&str; 2] = [WINDOW, AXIS];

/// Shows the window that the address names, and names in it the one on show from then on.
pub fn keep_window(board: Board) {
    Effect::new(move |before: Option<()>| match before {
        None => {
            if let Some(text) = named(WINDOW) {
                board.window.set(Window::read(&text));
            }
            board.window.track();
        }
        Some(()) => name(WINDOW, board.window.get().written()),
    });
    keep_named(move || Some((WINDOW, board.window.try_get_untracked()?.written())));
}

/// The same with what the charts are laid over.
pub fn keep_axis(axis: RwSignal<Axis>) {
    Effect::new(move |before: Option<()>| match before {
        None => {
            if let Some(text) = named(AXIS) {
                axis.set(Axis::named(Some(&text)));
            }
            axis.track();
        }
        Some(()) => name(AXIS, written(axis.get())),
    });
    keep_named(move || Some((AXIS, written(axis.try_get_untracked()?))));
}

/// The axis as it stands in an address; the first need not.
fn written(axis: Axis) -> Option<String> {
    (axis != Axis::default()).then(|| axis.name().into())
}

/// Names what is on show again after a step within the page, to a line of the log or a data source, say, whose link
/// knows nothing of it. `now` gives key and value, and nothing once the page is left.
fn keep_named(now: impl Fn() -> Option<(&'static str, Option<String>)> + Clone + 'static) {
    let Location {
        pathname, search, ..
    } = use_location();
    let here = pathname.get_untracked();
    Effect::new(move |before: Option<()>| {
        // A memo that is tracked and never read follows nothing itself.
        search.with(|_| ());
        if before.is_none() || pathname.get_untracked() != here {
            return;
        }
        name_again(search, now.clone(), TRIES);
    });
}

/// The router writes the address once all is there that the page needs for it: it is looked at until then.
fn name_again(
    search: Memo<String>,
    now: impl Fn() -> Option<(&'static str, Option<String>)> + 'static,
    tries: u32,
) {
    let look = move || {
        let Some(wanted) = search.try_get_untracked() else {
            return;
        };
        if browser::query().trim_start_matches('?') == wanted {
            if let Some((key, value)) = now() {
                name(key, value);
            }
        } else if tries > 0 {
            name_again(search, now, tries - 1);
        }
    };
    set_timeout(look, PAUSE);
}

/// The address of the chart called `id` as it is shown now. A page that shows the latest run, whichever that
/// is, says which one it is: tomorrow it will be another.
pub(super) fn to_chart(id: &str, latest: Option<&RunId>) -> String {
    let address = browser::page_address().unwrap_or_default();
    let (page, _) = address.split_once('#').unwrap_or((&address, ""));
    let id = escaped(id);
    let Some(run) = latest else {
        return format!("{page}#{id}");
    };
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let origin = path.trim_end_matches('/');
    let kept: Vec<&str> = query.split('&').filter(|part| is_of_charts(part)).collect();
    let sign = if kept.is_empty() { "" } else { "?" };
    format!("{origin}/runs/{run}{sign}{}#{id}", kept.join("&"))
}

fn is_of_charts(part: &str) -> bool {
    let key = part.split_once('=').map(|pair| pair.0);
    matches!(key, Some(WINDOW | AXIS))
}

/// What the address says of `key`.
fn named(key: &str) -> Option<String> {
    let query = browser::query();
    let parts = query.trim_start_matches('?').split('&');
    let mut pairs = parts.filter_map(|part| part.split_once('='));
    pairs
        .find(|pair| pair.0 == key)
        .map(|pair| pair.1.to_owned())
}

/// Lets the address say `value` of `key`, or nothing. Values are words and numbers, which need no escape.
fn name(key: &str, value: Option<String>) {
    let query = browser::query();
    let parts = query.trim_start_matches('?').split('&');
    let others = parts.filter(|part| {
        let of = part.split_once('=').map_or(*part, |pair| pair.0);
        !part.is_empty() && of != key
    });
    let mut parts: Vec<String> = others.map(str::to_owned).collect();
    parts.extend(value.map(|value| format!("{key}={value}")));
    let (path, place) = browser::path_and_place();
    let sign = if parts.is_empty() { "" } else { "?" };
    browser::rewrite_address(&format!("{path}{sign}{}{place}", parts.join("&")));
}
