//! The first rows of a CSV file that the trainer drew, fetched when somebody unfolds them.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::run::format;
use crate::ui::browser;
use crate::ui::message::Failure;

/// Rows and columns that are shown.
const ROWS: usize = 20;
const COLUMNS: usize = 60;
/// Size in bytes beyond which a file is only offered for download: it would have to be
/// fetched whole.
const LARGEST: u64 = 4 << 20;

/// The first rows of a file.
#[derive(Clone, Debug, Default, PartialEq)]
struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Whether more rows or columns follow.
    more: bool,
}

/// The folded table of the file at `url`.
#[component]
pub fn SampleTable(url: String, bytes: u64, name: String) -> impl IntoView {
    if bytes > LARGEST {
        return view! { <p class="muted">"Too large to be shown here: download it."</p> }
            .into_any();
    }
    let table = RwSignal::new(None);
    let asked = StoredValue::new(false);
    let unfold = move |_| {
        if asked.get_value() {
            return;
        }
        asked.set_value(true);
        let url = url.clone();
        spawn_local(async move {
            let text = browser::fetch_text(url).await;
            let read = text
                .map_err(|error| error.to_string())
                .and_then(|text| read(&text));
            // What failed may work when it is unfolded again.
            asked.try_update_value(|asked| *asked = read.is_ok());
            table.try_set(Some(read));
        });
    };
    view! {
        <details on:toggle=unfold>
            <summary>"First rows"</summary>
            {move || match table.get() {
                None => view! { <p class="muted">"Loading…"</p> }.into_any(),
                Some(Err(text)) => view! { <Failure text /> }.into_any(),
                Some(Ok(table)) => view! { <Rows table name=name.clone() /> }.into_any(),
            }}
        </details>
    }
    .into_any()
}

#[component]
fn Rows(table: Table, name: String) -> impl IntoView {
    let head: Vec<_> = table
        .head
        .into_iter()
        .map(|name| view! { <th scope="col">{name}</th> })
        .collect();
    let rows: Vec<_> = table
        .rows
        .into_iter()
        .map(|cells| {
            let cells: Vec<_> = cells
                .into_iter()
                .map(|cell| view! { <td>{cell}</td> })
                .collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    let more = table.more.then(|| {
        view! { <p class="muted">{format!("At most {ROWS} rows and {COLUMNS} columns are shown.")}</p> }
    });
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=format!("First rows of {name}")>
            <table>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {more}
    }
    .into_any()
}

/// The first rows of `text`, or a sentence that says why it is no table.
fn read(text: &str) -> Result<Table, String> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let cells = |record: &csv::StringRecord| {
        let cells = record.iter().take(COLUMNS);
        cells
            .map(|cell| format::shorten(cell, 200))
            .collect::<Vec<_>>()
    };
    let broken = |error: csv::Error| format!("The file cannot be read as CSV: {error}.");
    let head = reader.headers().map_err(broken)?.clone();
    if head.is_empty() {
        return Err("The file is empty; the trainer may still be writing it.".into());
    }
    let mut table = Table {
        head: cells(&head),
        more: head.len() > COLUMNS,
        ..Table::default()
    };
    for record in reader.records().take(ROWS + 1) {
        let record = record.map_err(broken)?;
        if table.rows.len() == ROWS {
            table.more = true;
        } else {
            table.rows.push(cells(&record));
        }
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_are_read_with_their_quotes() {
        let table = read("a,b\n1,\"x, y\"\n2,\"say \"\"hi\"\"\"\n").unwrap();
        assert_eq!(table.head, ["a", "b"]);
        assert_eq!(table.rows, [["1", "x, y"], ["2", "say \"hi\""]]);
        assert!(!table.more);
    }

    #[test]
    fn a_long_or_wide_file_is_cut_and_says_so() {
        let long = format!("a\n{}", "1\n".repeat(ROWS + 1));
        let table = read(&long).unwrap();
        assert_eq!((table.rows.len(), table.more), (ROWS, true));
        let wide = format!("{}\n", ["c"; COLUMNS + 1].join(","));
        let table = read(&wide).unwrap();
        assert_eq!((table.head.len(), table.more), (COLUMNS, true));
    }

    #[test]
    fn an_empty_file_is_no_table() {
        assert!(read("").unwrap_err().contains("empty"));
    }
}
