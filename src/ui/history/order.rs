//! What the runs are sorted by, as a menu for narrow windows, where the table has no head that would say it.

use leptos::prelude::*;

use super::Desk;
use super::metrics::heading;
use super::table::COLUMNS;
use crate::api::at;
use crate::ui::menu::Menu;

/// The menu: links, as the heads of the columns are.
#[component]
pub fn Order(desk: Desk) -> impl IntoView {
    let entry = move |(key, word): (String, String)| {
        let sorted = key.clone();
        let direction = Memo::new(move |_| desk.wanted.with(|wanted| wanted.direction(&sorted)));
        let href = move || {
            let to = desk.wanted.with(|wanted| wanted.sorted_by(&key));
            at(&to.address())
        };
        let words = move || match direction.get() {
            Some(true) => format!("{word} ↑"),
            Some(false) => format!("{word} ↓"),
            None => word.clone(),
        };
        view! {
            <li>
                <a
                    href=href
                    aria-current=move || direction.get().map(|_| "true")
                    data-noscroll=""
                >
                    {words}
                </a>
            </li>
        }
    };
    let columns = move || {
        let usual = COLUMNS.map(|(key, word, _)| (key.to_owned(), word.to_owned()));
        let metric = |name: &String| (format!("metric:{name}"), heading(name));
        let metrics = desk
            .metrics
            .with(|names| names.iter().map(metric).collect::<Vec<_>>());
        usual.into_iter().chain(metrics).collect::<Vec<_>>()
    };
    view! {
        <div class="order">
            <Menu id="history-order" words="Sort" test="order">
                <ul aria-label="Sort runs by">
                    <For each=columns key=|(key, _)| key.clone() children=entry />
                </ul>
            </Menu>
        </div>
    }
    .into_any()
}
