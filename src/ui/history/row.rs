//! One run in the table.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::editor::opener;
use super::metrics::heading;
use super::{Desk, refresh_sight, restore};
use crate::api::{self, at};
use crate::event::{RunId, Value};
use crate::run::{RunRow, format};
use crate::ui::Hydrated;
use crate::ui::cards::status_word;
use crate::ui::icon::{Icon, Sign};
use crate::ui::time::Moment;
use crate::ui::viewer::barred;

/// The row of that number; a blank one until it is fetched.
#[component]
pub fn Row(desk: Desk, number: u64) -> impl IntoView {
    let row = Memo::new(move |_| desk.shelf.with(|shelf| shelf.row(number).cloned()));
    move || match row.get() {
        Some(row) => view! { <Known desk row number /> }.into_any(),
        None => view! {
            <tr class="blank" aria-busy="true">
                // As wide as the table, however many columns it has.
                <td colspan="1000"></td>
            </tr>
        }
        .into_any(),
    }
}

#[component]
fn Known(desk: Desk, row: RunRow, number: u64) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let active = row.status.is_active();
    let (id, edit, delete) = (row.run_id.clone(), row.clone(), row.clone());
    let chosen = {
        let id = row.run_id.clone();
        move || desk.chosen.with(|chosen| chosen.contains(&id))
    };
    let page = at(&format!("/runs/{}", row.run_id));
    let reason = barred().or(active.then_some("Not while the run is active"));
    let epoch = row.epoch.map(|epoch| match row.total_epochs {
        Some(total) if total != epoch => {
            format!("{} / {}", format::count(epoch), format::count(total))
        }
        _ => format::count(epoch),
    });
    let choose_label = format!("Choose {}", row.name);
    let edit_label = format!("Edit {}", row.name);
    let busy = {
        let id = row.run_id.clone();
        move || desk.busy.with(|busy| busy.contains(&id))
    };
    let delete_label = format!("Delete {}", row.name);
    let values = row.metrics;
    let metrics = move || {
        let names = desk.metrics.get().into_iter();
        let cell = |name: String| {
            let value = values.get(&name).copied().map(format::metric);
            view! { <td class="number metric" data-label=heading(&name)>{value}</td> }
        };
        names.map(cell).collect_view()
    };
    let tags = row
        .tags
        .iter()
        .cloned()
        .map(|tag| view! { <span class="tag">{tag}</span> });
    view! {
        <tr
            data-testid="run-row"
            data-run-id=row.run_id.to_string()
            data-state=row.status.name()
            // The head is the first.
            aria-rowindex=number + 2
        >
            <td class="choice">
                <input
                    type="checkbox"
                    aria-label=choose_label
                    disabled=move || !hydrated.get()
                    prop:checked=chosen
                    on:change=move |event| choose(desk, &id, event_target_checked(&event))
                />
            </td>
            <td class="status">
                <Icon sign=Sign::of(row.status) />
                <span>{status_word(row.status)}</span>
            </td>
            <th scope="row" class="name">
                <div class="titled">
                    <a href=page>{row.name.clone()}</a>
                    {tags.collect_view()}
                    {row.damage.map(|damage| {
                        let title = damage.clone();
                        view! {
                            <span class="damage" title=title>
                                <Icon sign=Sign::Warning />
                                {damage}
                            </span>
                        }
                    })}
                    {(!row.notes.is_empty())
                        .then(|| {
                            view! {
                                <span class="notes" title=row.notes.clone()>
                                    {row.notes.clone()}
                                </span>
                            }
                        })}
                </div>
            </th>
            <td class="data">{row.data_source}</td>
            <td class="trainer">{row.trainer}</td>
            <td class="number epoch">{epoch}</td>
            {loss("number g-loss", row.generator_loss)} {loss("number d-loss", row.discriminator_loss)}
            {metrics}
            <td class="started">
                <Moment utc=row.started_at />
            </td>
            <td class="number duration">{row.elapsed_seconds.map(format::duration)}</td>
            <td class="changes">
                <button
                    type="button"
                    class="plain"
                    id=opener(&row.run_id)
                    data-testid="edit"
                    aria-label=edit_label
                    title=reason.unwrap_or("Name, tags and notes")
                    disabled=move || reason.is_some() || !hydrated.get()
                    on:click=move |_| desk.edited.set(Some(edit.clone()))
                >
                    <Icon sign=Sign::Edit />
                </button>
                <button
                    type="button"
                    class="plain"
                    data-testid="delete"
                    aria-label=delete_label
                    title=reason.unwrap_or("Delete; this can be undone")
                    disabled=move || reason.is_some() || !hydrated.get() || busy()
                    on:click=move |_| remove(desk, delete.clone())
                >
                    <Icon sign=Sign::Delete />
                </button>
            </td>
        </tr>
    }
    .into_any()
}

/// A cell with a loss, which a narrow column may cut.
fn loss(class: &'static str, value: Option<Value>) -> AnyView {
    let value = value.map(format::metric);
    let title = value.clone();
    view! {
        <td class=class title=title>
            {value}
        </td>
    }
    .into_any()
}

fn choose(desk: Desk, id: &RunId, chosen: bool) {
    desk.chosen.update(|all| {
        all.retain(|other| other != id);
        if chosen {
            all.push(id.clone());
        }
    });
}

/// Deletes a run at once; it can be restored.
pub fn remove(desk: Desk, row: RunRow) {
    desk.message.set(None);
    desk.busy.update(|busy| {
        busy.insert(row.run_id.clone());
    });
    spawn_local(async move {
        let id = row.run_id.to_string();
        let answer = api::delete_run(id.clone()).await;
        desk.busy.try_update(|busy| busy.remove(&row.run_id));
        match answer {
            Ok(_) => {
                desk.shelf.try_update(|shelf| shelf.remove(&id));
                desk.chosen
                    .try_update(|chosen| chosen.retain(|other| *other != row.run_id));
                let id = row.run_id;
                let undo = move || restore(desk, id.clone());
                desk.toasts.offer(format!("Deleted {}", row.name), undo);
                refresh_sight(desk);
            }
            Err(error) => drop(desk.message.try_set(Some(error.to_string()))),
        }
    });
}
