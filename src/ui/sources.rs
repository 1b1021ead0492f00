//! The list of data sources; each entry is a link, so that choosing works without JavaScript.

use leptos::either::Either;
use leptos::prelude::*;

use super::icon::{Icon, Sign};
use super::live::Desk;
use super::message::Failure;
use super::removal::Removal;
use super::time::Moment;
use super::upload::Upload;
use crate::api::at;
use crate::data::DataSource;
use crate::run::format;

/// The address of the page with the source `id` selected, and with the run that it names now.
pub fn address(id: &str, pinned: Option<&str>) -> String {
    let source = escaped(id);
    match pinned {
        Some(run) => format!("/?run={}&source={source}", escaped(run)),
        None => format!("/?source={source}"),
    }
}

/// `text` as a value in a query. The router's own escaping touches hyphens on the server and not in the browser, and both
/// are to write the same link.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            true => escaped.push(char::from(byte)),
            false => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// The panel with the list, and a place to drop further files.
#[component]
pub fn Sources(desk: Desk) -> impl IntoView {
    let list = move || {
        desk.sources.get().map(|answer| match answer {
            Err(error) => view! { <Failure text=error.to_string() /> }.into_any(),
            Ok(sources) if sources.is_empty() => view! {
                <p class="muted">"No CSV file yet: upload one, or put it into the data folder."</p>
            }
            .into_any(),
            Ok(sources) => {
                let entries = sources
                    .into_iter()
                    .map(|source| view! { <Entry source desk /> });
                view! { <ul class="sources">{entries.collect_view()}</ul> }.into_any()
            }
        })
    };
    renew(desk);
    view! {
        <Upload desk>
            <h2>"Data"</h2>
            <Transition fallback=|| view! { <p class="muted">"Loading…"</p> }>{list}</Transition>
        </Upload>
    }
    .into_any()
}

/// Fetches the preview anew where the list says that its file is another than it was.
fn renew(desk: Desk) {
    Effect::new(move |before: Option<Option<(String, String)>>| {
        let selected = desk.selected.get();
        let sources = desk.sources.get().and_then(Result::ok);
        let found = selected.zip(sources).and_then(|(id, sources)| {
            let mut sources = sources.into_iter();
            let source = sources.find(|source| source.id.as_str() == id)?;
            Some((id, source.modified_at))
        });
        if let (Some(Some(before)), Some(now)) = (&before, &found)
            && before.0 == now.0
            && before.1 != now.1
        {
            desk.preview.refetch();
        }
        found
    });
}

#[component]
fn Entry(source: DataSource, desk: Desk) -> impl IntoView {
    let id = source.id.to_string();
    let chosen = {
        let id = id.clone();
        move || {
            desk.selected
                .with(|selected| selected.as_deref() == Some(&id))
        }
    };
    let href = {
        let id = id.clone();
        move || desk.pinned.with(|run| at(&address(&id, run.as_deref())))
    };
    let rows = match source.rows {
        Some(1) => Either::Left("1 row · "),
        Some(rows) => Either::Right(format!("{} rows · ", format::count(rows))),
        None => Either::Left(""),
    };
    let removal = source
        .is_upload()
        .then(|| view! { <Removal source=source.clone() desk /> });
    view! {
        <li data-testid="source" data-source-id=id>
            <a href=href data-noscroll="" aria-current=move || chosen().then_some("true")>
                <Icon sign=Sign::File />
                <span class="name">{source.name}</span>
                <span class="facts">
                    {rows} {format::bytes(source.bytes)} " · " <Moment utc=source.modified_at />
                </span>
            </a>
            {removal}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_break_out_of_the_address() {
        assert_eq!(address("a&run=b/c d", None), "/?source=a%26run%3Db%2Fc%20d");
        assert_eq!(address("a-1", Some("x")), "/?run=x&source=a-1");
    }
}
