//! Moments and lengths of time as the viewer reads them.

use std::time::Duration;

use leptos::prelude::*;

use super::browser;

/// A moment: in UTC as the server wrote it, in the viewer's own zone once that is known.
#[component]
pub fn Moment(
    /// RFC 3339, UTC.
    utc: String,
) -> impl IntoView {
    let plain = plain(&utc);
    let local = RwSignal::new(None);
    let asked = utc.clone();
    Effect::new(move |_| local.set(browser::local_time(&asked)));
    let title = plain.clone();
    view! {
        <time datetime=utc title=title>
            {move || local.get().unwrap_or_else(|| plain.clone())}
        </time>
    }
}

/// `2025-08-24 18:14 UTC` of an RFC 3339 time in UTC.
fn plain(utc: &str) -> String {
    match (utc.get(..10), utc.get(11..16)) {
        (Some(date), Some(time)) => format!("{date} {time} UTC"),
        _ => utc.to_owned(),
    }
}

/// Seconds since 1970, each second anew; `None` until the browser has taken over, so
/// that the first paint is the server's.
pub fn clock() -> ReadSignal<Option<f64>> {
    let (now, set_now) = signal(None);
    Effect::new(move |_| {
        set_now.set(Some(browser::now()));
        let tick = move || set_now.set(Some(browser::now()));
        if let Ok(ticking) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || ticking.clear());
        }
    });
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_readable_without_the_browser() {
        assert_eq!(plain("2025-08-24T18:14:33.734935Z"), "2025-08-24 18:14 UTC");
        assert_eq!(plain("soon"), "soon");
    }
}
