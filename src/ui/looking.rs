//! Looks at a run again from time to time while it is active: files make no event.

use std::time::Duration;

use leptos::prelude::*;

/// How often.
const PERIOD: Duration = Duration::from_secs(5);

/// Calls `look` whenever what `is_active` reads changes, and time and again as long as it says so and somebody sees the
/// page; at once too, where nothing is known `at_first`.
pub fn keep_looking(
    at_first: bool,
    is_active: impl Fn() -> bool + 'static,
    look: impl Fn() + Copy + 'static,
) {
    Effect::new(move |before: Option<()>| {
        let is_active = is_active();
        if at_first || before.is_some() {
            look();
        }
        let again = move || {
            if !document().hidden() {
                look();
            }
        };
        if is_active && let Ok(looking) = set_interval_with_handle(again, PERIOD) {
            on_cleanup(move || looking.clear());
        }
    });
}
