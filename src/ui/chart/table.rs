//! The numbers of a chart as a table, for those who read them or hear them read.

use leptos::prelude::*;

use super::Picture;
use crate::plot::{Row, rows};
use crate::run::format;

/// Rows that a table shows; a zoom shows others.
const SHOWN: usize = 500;

/// The points in sight, in rows.
#[component]
pub(super) fn Numbers(picture: Picture, title: String) -> impl IntoView {
    let table = Memo::new(move |_| {
        let table = picture.follow(|chart| (rows(chart), chart.x_unit()));
        table.unwrap_or_default()
    });
    let note = move || {
        let count = table.with(|table| table.0.len());
        (count > SHOWN).then(|| {
            let words = format!(
                "The last {SHOWN} of {} rows; zoom in to see others.",
                format::count(count as u64)
            );
            view! { <p class="muted">{words}</p> }
        })
    };
    let head = move || {
        let labels = picture.labels();
        let labels: Vec<_> = labels
            .into_iter()
            .map(|label| view! { <th scope="col">{label}</th> })
            .collect();
        view! {
            <tr>
                <th scope="col">{move || table.with(|table| table.1.0)}</th>
                {labels}
            </tr>
        }
    };
    let body = move || {
        table.with(|(rows, (_, unit))| {
            let from = rows.len().saturating_sub(SHOWN);
            let row = |row| self::row(row, *unit);
            rows[from..].iter().map(row).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="chart-numbers" tabindex="0" role="region" aria-label=format!("{title}: the numbers")>
            {note}
            <table>
                <thead>{head}</thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// One row, where a position is shown in parts of `unit`.
fn row(row: &Row, unit: f64) -> AnyView {
    let value = |value: &Option<_>| {
        let text = value.map_or("–".to_owned(), format::metric);
        view! { <td>{text}</td> }
    };
    let values: Vec<_> = row.values.iter().map(value).collect();
    view! {
        <tr>
            <th scope="row">{format::number(row.x / unit)}</th>
            {values}
        </tr>
    }
    .into_any()
}
