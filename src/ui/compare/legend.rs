//! The runs with their colours: pointed at, switched off and on, taken out.

use leptos::prelude::*;

use super::Desk;
use super::names::names;
use crate::api::at;
use crate::event::RunId;
use crate::ui::Hydrated;
use crate::ui::cards::status_word;
use crate::ui::chart::swatch;
use crate::ui::icon::{Icon, Sign};

/// The list of runs.
#[component]
pub fn Legend(desk: Desk, ids: Memo<String>) -> impl IntoView {
    let runs = Memo::new(move |_| {
        desk.runs.with(|runs| {
            let all = runs.iter().zip(names(runs));
            all.map(|(run, name)| (run.row.run_id.clone(), name, run.row.status))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <ul class="compared" aria-label="Runs">
            {move || {
                let runs = runs.get();
                let many = runs.len() > 2;
                runs.into_iter()
                    .enumerate()
                    .map(|(index, (id, name, status))| {
                        let href = many
                            .then(|| at(&super::address(&without(&ids.get(), &id), desk.axis.get())));
                        view! { <Entry desk index id name status=status_word(status) href /> }
                    })
                    .collect_view()
            }}
        </ul>
    }
    .into_any()
}

#[component]
fn Entry(
    desk: Desk,
    index: usize,
    id: RunId,
    name: String,
    status: &'static str,
    /// The comparison without this run, where one is left.
    href: Option<String>,
) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let (page, off) = (at(&format!("/runs/{id}")), id.clone());
    let shown = move || !desk.off.with(|all| all.contains(&off));
    let turn = move |_| {
        desk.off.update(|off| {
            if !off.remove(&id) {
                off.insert(id.clone());
            }
        });
    };
    let label = format!("Show {name}");
    let removal = format!("Remove {name} from the comparison");
    view! {
        <li
            data-testid="compared"
            on:pointerenter=move |_| desk.stands_out.set(Some(index))
            on:pointerleave=move |_| desk.stands_out.set(None)
            on:focusin=move |_| desk.stands_out.set(Some(index))
            on:focusout=move |_| desk.stands_out.set(None)
        >
            <input
                type="checkbox"
                aria-label=label
                disabled=move || !hydrated.get()
                prop:checked=shown
                checked=true
                on:change=turn
            />
            <span class=swatch(index)></span>
            <a href=page>{name}</a>
            <span class="muted">{status}</span>
            {href
                .map(|href| {
                    view! {
                        <a class="plain" href=href aria-label=removal data-noscroll="">
                            <Icon sign=Sign::Close />
                        </a>
                    }
                })}
        </li>
    }
    .into_any()
}

/// `ids` without `id`.
fn without(ids: &str, id: &RunId) -> String {
    let rest: Vec<&str> = ids
        .split(',')
        .filter(|other| other.trim() != id.as_str())
        .collect();
    rest.join(",")
}
