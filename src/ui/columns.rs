//! The structure of a data source as a table: a row for each column, with its statistics.

use leptos::prelude::*;

use crate::data::{Column, ColumnType, Statistics};
use crate::run::format::{self, number};

/// The table of at most `limit` columns.
#[component]
pub fn Columns(columns: Vec<Column>, limit: usize) -> impl IntoView {
    let rows = columns.into_iter().take(limit).map(|column| {
        let missing = (column.missing > 0).then_some("some");
        view! {
            <tr>
                <th scope="row">{column.name}</th>
                <td>{type_name(column.column_type)}</td>
                <td class="number" data-missing=missing>
                    {format::count(column.missing)}
                </td>
                <td class="number">{column.distinct.map_or("many".into(), format::count)}</td>
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
                        {["Missing", "Distinct", "Min", "5 %", "25 %", "Median", "75 %", "95 %", "Max", "Mean", "SD"]
                            .map(|head| {
                                view! {
                                    <th scope="col" class="number">
                                        {head}
                                    </th>
                                }
                            })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
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
