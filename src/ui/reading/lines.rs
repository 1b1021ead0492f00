//! Lines with the values in them marked, and what each of them is.

use leptos::prelude::*;

use crate::run::{FoundValue, LineReading, format};

/// The lines, and how many of them state something.
#[component]
pub fn Lines(lines: Vec<LineReading>) -> impl IntoView {
    let stating = lines.iter().filter(|line| !line.found.is_empty()).count();
    let summary = format!(
        "{} of {} lines state something.",
        format::count(stating as u64),
        format::count(lines.len() as u64)
    );
    let rows = lines.into_iter().map(|line| view! { <Line line /> });
    view! {
        <h2>"What is understood"</h2>
        <p class="muted" data-testid="understood">
            {summary}
        </p>
        <ol class="read-lines">{rows.collect_view()}</ol>
    }
    .into_any()
}

#[component]
fn Line(line: LineReading) -> impl IntoView {
    let facts: Vec<_> = line.found.iter().cloned().map(fact).collect();
    let (number, count) = (line.line, line.found.len());
    view! {
        <li data-line=number data-found=count>
            <Marked line />
            <ul class="found">{facts}</ul>
        </li>
    }
    .into_any()
}

/// A line's text with its values marked.
#[component]
pub fn Marked(line: LineReading) -> impl IntoView {
    let parts: Vec<_> = line
        .parts()
        .into_iter()
        .map(|(text, found)| match found {
            Some(found) => {
                let title = format!("{}: {}", found.key, found.explanation);
                view! { <mark title=title>{text.to_owned()}</mark> }.into_any()
            }
            None => view! { <span>{text.to_owned()}</span> }.into_any(),
        })
        .collect();
    view! { <code class="marked">{parts}</code> }.into_any()
}

fn fact(found: FoundValue) -> impl IntoView {
    view! {
        <li data-key=found.key.clone() title=found.explanation>
            <strong>{found.key.clone()}</strong>
            <span class="muted">{found.rule}</span>
        </li>
    }
}
