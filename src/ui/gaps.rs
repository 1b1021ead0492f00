//! What a closer look at a data source found, in markup: gaps, shapes, and the checks of an order book.

use std::fmt::Write;

use leptos::prelude::*;

use super::samples::markup::{escaped, matrix};
use crate::data::{Check, Correlations, MissingMap, OrderBook, Rule};
use crate::run::format;

/// Where cells are missing, in so many `rows` where that is known: a strip of row blocks for each column that lacks some.
pub fn gaps(map: &MissingMap, names: &[String], rows: Option<u64>) -> AnyView {
    let many = format!("{} columns", format::count(map.columns as u64));
    if map.lacking.is_empty() {
        let words = format!("No cell of the first {many} lacks a value.");
        return view! { <p class="muted" data-testid="gaps">{words}</p> }.into_any();
    }
    let block = format::count(map.block);
    let words = format!(
        "Of the first {many}, {} lack values. From left to right: the rows, in blocks of {block}; the darker, the more are missing.",
        format::count(map.lacking.len() as u64)
    );
    let mut out = String::new();
    for (at, counts) in &map.lacking {
        let name = escaped(names.get(*at).map_or("", String::as_str));
        let all: u64 = counts.iter().sum();
        let _ = write!(
            out,
            "<li><span class=\"name\" title=\"{name}\">{name}</span>\
             <svg viewBox=\"0 0 40 1\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{} missing in {name}\">",
            format::count(all)
        );
        for (place, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let from = place as u64 * map.block;
            let to = from + map.block;
            let to = rows.map_or(to, |rows| to.min(rows)).max(from + 1);
            let share = *count as f64 / (to - from) as f64;
            let _ = write!(
                out,
                "<rect x=\"{place}\" width=\"1\" height=\"1\" fill-opacity=\"{:.2}\"><title>Rows {} to {}: {} missing</title></rect>",
                0.2 + 0.8 * share.min(1.0),
                format::count(from + 1),
                format::count(to),
                format::count(*count)
            );
        }
        let _ = write!(
            out,
            "</svg><span class=\"muted\">{}</span></li>",
            format::count(all)
        );
    }
    view! {
        <p class="muted">{words}</p>
        <ul class="gaps" data-testid="gaps" inner_html=out></ul>
    }
    .into_any()
}

/// How numbers go together.
pub fn relations(found: &Correlations) -> AnyView {
    let rest = match found.left_out {
        0 => String::new(),
        more => format!(
            "; {} more columns of numbers are left out",
            format::count(more)
        ),
    };
    let words = format!("Of {} rows{rest}.", format::count(found.rows));
    view! {
        <p class="muted">{words}</p>
        <div class="matrices" inner_html=matrix("Pearson’s correlation", &found.columns, &found.values, 1.0)></div>
    }
    .into_any()
}

/// The roles of the columns, and the result of each check.
pub fn book(book: &OrderBook) -> AnyView {
    let parts = [
        (book.bid_prices.len(), "bid"),
        (book.ask_prices.len(), "ask"),
        (book.sizes.len(), "size"),
    ];
    let roles: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, of)| {
            format!(
                "{count} {of} {}",
                if count == 1 { "column" } else { "columns" }
            )
        })
        .collect();
    let checks: Vec<_> = book.checks.iter().map(check).collect();
    view! {
        <p class="muted">{roles.join(" · ")}</p>
        <ul class="checks">{checks}</ul>
    }
    .into_any()
}

fn check(check: &Check) -> AnyView {
    let rule = match check.rule {
        Rule::BidBelowAsk => "The best bid is lower than the best ask",
        Rule::BidsFall => "Bids do not rise from level to level",
        Rule::AsksRise => "Asks do not fall from level to level",
        Rule::SizesNotNegative => "No size is negative",
    };
    let rows = format::count(check.rows);
    let (state, result) = match (check.rows, check.broken) {
        (0, _) => ("open", "no row has the values to check".to_owned()),
        (_, 0) => ("holds", format!("holds in all of {rows} rows")),
        (_, broken) => {
            let first: Vec<String> = check.first.iter().map(|row| format::count(*row)).collect();
            let words = format!(
                "broken in {} of {rows} rows, first in {}",
                format::count(broken),
                first.join(", ")
            );
            ("broken", words)
        }
    };
    view! {
        <li data-testid="check" data-state=state>
            <strong>{rule}</strong>
            ": "
            {result}
        </li>
    }
    .into_any()
}

/// Counts as bars of a small picture.
pub fn bars(counts: &[u64]) -> String {
    let most = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let width = 100.0 / counts.len().max(1) as f64;
    let mut path = "M0 20".to_owned();
    for (at, count) in counts.iter().enumerate() {
        let y = 20.0 - 19.0 * *count as f64 / most;
        let _ = write!(path, "V{y:.1}H{:.1}", width * (at + 1) as f64);
    }
    path.push_str("V20");
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_block_has_the_rows_that_are_left() {
        let map = MissingMap {
            columns: 1,
            block: 10,
            lacking: vec![(0, vec![0, 5])],
        };
        let shown = gaps(&map, &["x".into()], Some(15)).to_html();
        assert!(shown.contains("Rows 11 to 15: 5 missing"), "{shown}");
        assert!(shown.contains("fill-opacity=\"1.00\""), "{shown}");
    }

    #[test]
    fn the_tallest_bar_fills_the_picture() {
        assert_eq!(bars(&[1, 2]), "M0 20V10.5H50.0V1.0H100.0V20");
        assert_eq!(bars(&[]), "M0 20V20");
        assert_eq!(bars(&[0]), "M0 20V20.0H100.0V20");
    }
}
