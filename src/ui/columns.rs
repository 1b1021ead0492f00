//! The structure of a data source as a table: a row for each column, with its statistics.

use leptos::prelude::*;

use super::gaps::bars;
use crate::data::{Column, ColumnType, Distribution, Statistics};
use crate::run::format::{self, number};

/// The table of at most `limit` columns.
#[component]
pub fn Columns(
    columns: Vec<Column>,
    distributions: Vec<Distribution>,
    limit: usize,
) -> impl IntoView {
    let rows = columns
        .into_iter()
        .take(limit)
        .enumerate()
        .map(|(at, column)| {
            let found = distributions.iter().find(|it| it.column == at);
            let shape = shape(found, &column.statistics);
            let missing = (column.missing > 0).then_some("some");
            view! {
                <tr>
                    <th scope="row">{column.name}</th>
                    <td>{type_name(column.column_type)}</td>
                    <td class="number" data-missing=missing>
                        {format::count(column.missing)}
                    </td>
                    <td class="number">{column.distinct.map_or("many".into(), format::count)}</td>
                    <td class="shape">{shape}</td>
                    {statistics(column.statistics)}
                </tr>
            }
        });
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="Columns">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Column"</th>
                        <th scope="col">"Type"</th>
                        {["Missing", "Distinct"].map(number_head).collect_view()}
                        <th scope="col">"Shape"</th>
                        {["Min", "5 %", "25 %", "Median", "75 %", "95 %", "Max", "Mean", "SD"]
                            .map(number_head)
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

/// The values as a small picture: numbers in bins, words by their frequency.
fn shape(found: Option<&Distribution>, statistics: &Statistics) -> Option<AnyView> {
    let (counts, words) = match (found, statistics) {
        (Some(found), _) => {
            let most = found.counts.iter().copied().max().unwrap_or(0);
            let (low, high) = (number(found.low), number(found.high));
            let bins = found.counts.len();
            let words = format!(
                "{bins} bins from {low} to {high}, {} values in the fullest",
                format::count(most)
            );
            (found.counts.clone(), words)
        }
        (None, Statistics::Categorical { most_frequent }) if !most_frequent.is_empty() => {
            let counts = most_frequent.iter().map(|(_, times)| *times).collect();
            (counts, "The most frequent values".to_owned())
        }
        _ => return None,
    };
    let title = words.clone();
    let shape = view! {
        <svg viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label=words>
            <title>{title}</title>
            <path d=bars(&counts) />
        </svg>
    };
    Some(shape.into_any())
}

fn number_head(head: &'static str) -> AnyView {
    view! {
        <th scope="col" class="number">
            {head}
        </th>
    }
    .into_any()
}

/// The cells from `Min` on; what has no numbers says in words what there is.
fn statistics(statistics: Statistics) -> AnyView {
    let words = match statistics {
        Statistics::Numeric {
            min,
            max,
            mean,
            std,
            quantiles: q,
        } => {
            return [min, q.p05, q.p25, q.p50, q.p75, q.p95, max, mean, std]
                .map(|value| view! { <td class="number">{number(value)}</td> })
                .collect_view()
                .into_any();
        }
        Statistics::Categorical { most_frequent } => most_frequent
            .iter()
            .map(|(value, times)| {
                format!("{} ({})", format::shorten(value, 40), format::count(*times))
            })
            .collect::<Vec<_>>()
            .join(", "),
        Statistics::Time { min, max } => format!("{min} to {max}"),
        Statistics::None {} => "No cell has a value".into(),
    };
    view! {
        <td class="words" colspan="9">
            {words}
        </td>
    }
    .into_any()
}

fn type_name(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Integer => "integer",
        ColumnType::Float => "float",
        ColumnType::Boolean => "boolean",
        ColumnType::Datetime => "date/time",
        ColumnType::Text => "text",
        ColumnType::Empty => "empty",
    }
}
