//! The table of what the runs differ in.

use leptos::prelude::*;

use super::Desk;
use super::facts::{Fact, facts};
use crate::ui::Hydrated;
use crate::ui::chart::swatch;

/// The table: only what differs, unless all is asked for.
#[component]
pub fn Table(desk: Desk) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let all = RwSignal::new(false);
    let facts = Memo::new(move |_| desk.runs.with(|runs| facts(runs)));
    let shown = Memo::new(move |_| {
        let all = all.get();
        facts.with(|facts| {
            let wanted = facts.iter().filter(|fact| all || fact.differs());
            wanted.cloned().collect::<Vec<_>>()
        })
    });
    let names = Memo::new(move |_| desk.runs.with(|runs| super::names::names(runs)));
    let head = move || {
        let cell = |(index, name)| {
            view! {
                <th scope="col">
                    <span class=swatch(index)></span>
                    {name}
                </th>
            }
        };
        names.get().into_iter().enumerate().map(cell).collect_view()
    };
    view! {
        <section class="panel differences">
            <header>
                <h2>"Differences"</h2>
                <label>
                    <input
                        type="checkbox"
                        data-testid="all-facts"
                        disabled=move || !hydrated.get()
                        prop:checked=all
                        on:change=move |event| all.set(event_target_checked(&event))
                    />
                    " Also what is the same"
                </label>
            </header>
            <div class="scroll" tabindex="0" role="region" aria-label="Differences">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">
                                <span class="unseen">"What differs"</span>
                            </th>
                            {head}
                        </tr>
                    </thead>
                    <tbody data-testid="facts">
                        {move || shown.get().into_iter().map(row).collect_view()}
                    </tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(fact: Fact) -> impl IntoView {
    let cells = fact.values.into_iter().map(|value| {
        let title = value.clone();
        let shown = if value.is_empty() {
            "–".into()
        } else {
            value
        };
        view! { <td title=title>{shown}</td> }
    });
    view! {
        <tr data-fact=fact.name.clone()>
            <th scope="row">{fact.name.clone()}</th>
            {cells.collect_view()}
        </tr>
    }
}
