//! What the trainer drew: pictures, tables, and whatever else it left.

use leptos::prelude::*;

use super::Page;
use super::table::SampleTable;
use crate::api::at;
use crate::run::{Sample, SampleKind, format};
use crate::ui::Hydrated;
use crate::ui::icon::{Icon, Sign};
use crate::ui::samples::picture_address;
use crate::ui::sources::escaped;
use crate::ui::time::Moment;

/// Samples that are shown until all are asked for.
const SHOWN: usize = 24;

/// The panel, newest first.
#[component]
pub fn Samples(page: Page) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let run = page
        .detail
        .with_untracked(|detail| detail.run_id.to_string());
    let all = RwSignal::new(false);
    let samples = Memo::new(move |_| page.detail.with(|detail| detail.samples.clone()));
    let count = move || samples.with(Vec::len);
    let shown = move |picture: bool| {
        let most = if all.get() { usize::MAX } else { SHOWN };
        let of_kind = |sample: &Sample| (sample.kind == SampleKind::Image) == picture;
        let shown = samples.get().into_iter().take(most);
        shown.filter(of_kind).collect::<Vec<_>>()
    };
    let key = |sample: &Sample| (sample.name.clone(), sample.modified_at.clone());
    let run = StoredValue::new(run);
    view! {
        <section class="panel samples" data-testid="samples">
            <h2>"Samples"</h2>
            <p class="muted" hidden=move || { count() > 0 }>
                "None so far. A file that the trainer writes into the folder samples/ of its run appears here."
            </p>
            <ul class="pictures">
                <For each=move || shown(true) key=key let:sample>
                    <Picture sample run />
                </For>
            </ul>
            <ul class="files">
                <For each=move || shown(false) key=key let:sample>
                    <File sample run />
                </For>
            </ul>
            <button
                type="button"
                class="button"
                hidden=move || all.get() || count() <= SHOWN
                disabled=move || !hydrated.get()
                on:click=move |_| all.set(true)
            >
                {move || format!("Show all {}", format::count(count() as u64))}
            </button>
        </section>
    }
    .into_any()
}

/// Where the content of a sample is.
fn content(run: StoredValue<String>, name: &str) -> String {
    let name = escaped(name);
    run.with_value(|run| at(&format!("/api/sample?run_id={run}&name={name}")))
}

#[component]
fn Picture(sample: Sample, run: StoredValue<String>) -> impl IntoView {
    let href = content(run, &sample.name);
    let source = run.with_value(|run| picture_address(run, &sample.name, &sample.modified_at));
    view! {
        <li data-testid="sample">
            <figure>
                <a href=href rel="external">
                    <img src=source alt=sample.name.clone() loading="lazy" decoding="async" />
                </a>
                <figcaption>
                    <span class="name" title=sample.name.clone()>
                        {sample.name.clone()}
                    </span>
                    <span class="muted">
                        <Moment utc=sample.modified_at />
                    </span>
                </figcaption>
            </figure>
        </li>
    }
    .into_any()
}

#[component]
fn File(sample: Sample, run: StoredValue<String>) -> impl IntoView {
    let href = content(run, &sample.name);
    let table = (sample.kind == SampleKind::Csv).then(|| {
        view! { <SampleTable url=href.clone() bytes=sample.bytes name=sample.name.clone() /> }
    });
    view! {
        <li data-testid="sample">
            <p>
                <a href=href download=sample.name.clone() rel="external">
                    <Icon sign=Sign::File />
                    {sample.name.clone()}
                </a>
                <span class="muted">
                    {format::bytes(sample.bytes)} " · " <Moment utc=sample.modified_at />
                </span>
            </p>
            {table}
        </li>
    }
    .into_any()
}
