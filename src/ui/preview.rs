//! What the selected data source holds, to be looked at before anything is trained on it.

use leptos::prelude::*;

use super::columns::Columns;
use super::course::CourseChart;
use super::fold::open_while_choosing;
use super::live::Desk;
use super::message::Failure;
use super::sparkline::Sparkline;
use super::{Live, gaps};
use crate::data::{DataKind, Preview};
use crate::run::format;

/// Columns that are shown; tables of thousands of them would freeze a browser.
const SHOWN_COLUMNS: usize = 60;

/// The preview where a source is selected; nothing otherwise.
#[component]
pub fn PreviewPanel(live: Live, desk: Desk) -> impl IntoView {
    let open = open_while_choosing(live);
    view! {
        <Transition>
            {move || {
                desk.preview
                    .get()
                    .flatten()
                    .map(|answer| match answer {
                        Ok(preview) => view! { <Look preview open /> }.into_any(),
                        Err(error) => {
                            view! {
                                <section class="panel" data-testid="preview">
                                    <Failure text=error.to_string() />
                                </section>
                            }
                                .into_any()
                        }
                    })
            }}
        </Transition>
    }
    .into_any()
}

#[component]
fn Look(preview: Preview, open: RwSignal<bool>) -> impl IntoView {
    let names: Vec<String> = preview
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    let about = if preview.rows_exact { "" } else { "about " };
    let facts = format!(
        "{about}{} rows · {} columns · {}",
        format::count(preview.rows),
        format::count(names.len() as u64),
        format::bytes(preview.source.bytes),
    );
    let more = names.len().saturating_sub(SHOWN_COLUMNS);
    let hidden = (more > 0).then(|| {
        let hidden = format!(
            "The first {SHOWN_COLUMNS} columns are shown; {} more follow.",
            format::count(more as u64)
        );
        view! { <p class="muted">{hidden}</p> }
    });
    let follows = preview.kind != DataKind::Tabular;
    let courses = preview.points.clone();
    // Of an order book, its best prices tell most.
    let best: Vec<String> = preview.book.iter().fold(Vec::new(), |mut best, book| {
        best.extend(book.bid_prices.first().cloned());
        best.extend(book.ask_prices.first().cloned());
        best
    });
    let plots = preview
        .points
        .into_iter()
        .map(|plot| view! { <Sparkline plot /> });
    let parts = [
        preview
            .book
            .as_ref()
            .map(|found| ("Order book", true, gaps::book(found))),
        preview.missing_map.as_ref().map(|map| {
            (
                "Missing values",
                false,
                gaps::gaps(map, &names, preview.rows_exact.then_some(preview.rows)),
            )
        }),
        preview
            .correlations
            .as_ref()
            .map(|found| ("Correlations", false, gaps::relations(found))),
    ];
    let closer = parts.map(|part| {
        part.map(|(title, open, inside)| {
            view! {
                <details class="closer" open=open>
                    <summary>
                        <h3>{title}</h3>
                    </summary>
                    {inside}
                </details>
            }
        })
    });
    let course = (!courses.is_empty()).then(|| {
        view! {
            <details class="closer" open=follows>
                <summary>
                    <h3>"Values over the rows"</h3>
                </summary>
                <CourseChart plots=courses rows=preview.rows first=best />
            </details>
        }
    });
    view! {
        <details class="panel preview" data-testid="preview" open=open>
            <summary>
                <h2>{preview.source.name}</h2>
                <span class="muted">{facts}</span>
                <span class="kind">{kind_name(preview.kind)}</span>
            </summary>
            {preview.header_doubt.map(|text| view! { <Failure text /> })}
            <p>{preview.kind_reason}</p>
            {preview.sampled.map(|sampled| view! { <p class="muted">{sampled}</p> })}
            <div class="sparklines">{plots.collect_view()}</div>
            {course}
            {closer}
            <Columns
                columns=preview.columns
                distributions=preview.distributions
                limit=SHOWN_COLUMNS
            />
            <h3>"First rows"</h3>
            <Head names rows=preview.head />
            {hidden}
        </details>
    }
    .into_any()
}

/// The first rows; a missing cell is empty and says so to screen readers.
#[component]
fn Head(names: Vec<String>, rows: Vec<Vec<Option<String>>>) -> impl IntoView {
    let heads = names
        .into_iter()
        .take(SHOWN_COLUMNS)
        .map(|name| view! { <th scope="col">{name}</th> });
    let rows = rows.into_iter().map(|cells| {
        let cells = cells.into_iter().take(SHOWN_COLUMNS).map(|cell| {
            let missing = cell.is_none().then_some("missing");
            view! {
                <td class=missing aria-label=missing>
                    {cell}
                </td>
            }
        });
        view! { <tr>{cells.collect_view()}</tr> }
    });
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="First rows">
            <table>
                <thead>
                    <tr>{heads.collect_view()}</tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

fn kind_name(kind: DataKind) -> &'static str {
    match kind {
        DataKind::TimeSeries => "Time series",
        DataKind::OrderBook => "Order book",
        DataKind::Tabular => "Tabular",
    }
}
