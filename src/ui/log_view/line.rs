//! The text of a log line, with what marks it: its stream, its level, its colours.

use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::parts::{Part, classes, parts};
use crate::event::{Level, LogEntry, Stream};

/// The text of `entry`; what `query` finds in it is marked.
#[component]
pub fn LineText(entry: LogEntry, #[prop(into)] query: String) -> impl IntoView {
    let urgent = matches!(entry.level, Level::Warning | Level::Error);
    let text: Vec<_> = parts(&entry.message, &entry.colours, &query)
        .into_iter()
        .map(drawn)
        .collect();
    view! {
        <span class="text">
            {(entry.stream == Stream::Stderr).then(|| view! { <span class="mark">"stderr"</span> })}
            {urgent.then(|| view! { <span class="mark level">{entry.level.name()}</span> })}
            {text}
        </span>
    }
}

fn drawn(part: Part<'_>) -> impl IntoView + use<> {
    let text = part.text.to_owned();
    match (part.found, classes(part.style)) {
        (false, None) => EitherOf3::A(text),
        (false, style) => EitherOf3::B(view! { <span class=style>{text}</span> }),
        (true, style) => EitherOf3::C(view! { <mark class=style>{text}</mark> }),
    }
}
