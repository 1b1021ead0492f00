//! A chart for each metric that a trainer states beyond those of every GAN: in groups, searched, pinned.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::chart::MetricChart;
use super::icon::{Icon, Sign};
use super::{Hydrated, Live};
use crate::event::TrainingUpdate;
use crate::run::{Group, answers, format, groups};

/// Charts that are shown until groups are opened, and at most of what a search finds; a trainer
/// may state hundreds of values.
const SHOWN: usize = 24;

/// Metrics from which on they can be searched.
const MANY: usize = 7;

/// The name of the group of what was pinned. No trainer's group has it: theirs have no blanks
/// at their ends.
const PINNED: &str = " pinned ";

/// What stands in a group's place: its metrics, and whether they are shown.
#[derive(Clone, Debug, PartialEq)]
struct Shelf {
    group: Group,
    open: bool,
}

/// The charts, a group below the other.
#[component]
pub fn Metrics(live: Live) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let names = Memo::new(move |_| {
        live.view.with(|view| {
            let names = view.series.0.keys();
            let further = names.filter(|name| !TrainingUpdate::METRICS.contains(&name.as_str()));
            further.cloned().collect::<Vec<_>>()
        })
    });
    let found = Memo::new(move |_| {
        let query = query.get();
        names.with(|names| {
            let found = names.iter().filter(|name| answers(name, &query));
            found.cloned().collect::<Vec<_>>()
        })
    });
    let shelves = Memo::new(move |_| {
        let layout = live.board.layout.get();
        let searched = query.with(|query| !query.trim().is_empty());
        found.with(|found| {
            shelves(found, &layout.pinned, searched, |name| {
                layout.opened.get(name).copied()
            })
        })
    });
    let keys = move || {
        shelves.with(|shelves| {
            shelves
                .iter()
                .map(|shelf| shelf.group.name.clone())
                .collect::<Vec<_>>()
        })
    };
    let none = move || {
        let words = found
            .with(Vec::is_empty)
            .then(|| "No metric has a name like that.".to_owned());
        let more = found.with(Vec::len).saturating_sub(SHOWN);
        let searched = query.with(|query| !query.trim().is_empty());
        words.or_else(|| {
            (searched && more > 0).then(|| {
                format!(
                    "{} more; a longer search shows them.",
                    format::count(more as u64)
                )
            })
        })
    };
    view! {
        <section class="metrics" hidden=move || names.with(Vec::is_empty) data-testid="further-metrics">
            <Search names query />
            <For each=keys key=String::clone let:name>
                <GroupShelf live shelves name />
            </For>
            <p class="muted" hidden=move || none().is_none()>
                {none}
            </p>
        </section>
    }
    .into_any()
}

/// The pinned metrics and the groups of the others. Groups are open as `opened` tells, and else
/// as long as no more than [`SHOWN`] charts are shown; in a search all are.
fn shelves(
    names: &[String],
    pinned: &[String],
    searched: bool,
    opened: impl Fn(&str) -> Option<bool>,
) -> Vec<Shelf> {
    let known: BTreeSet<&String> = names.iter().collect();
    let first: Vec<String> = pinned
        .iter()
        .filter(|name| known.contains(name))
        .cloned()
        .collect();
    let rest: Vec<String> = names
        .iter()
        .filter(|name| !first.contains(name))
        .cloned()
        .collect();
    let first = (!first.is_empty()).then(|| Group {
        name: PINNED.to_owned(),
        metrics: first,
    });
    let mut shown = 0;
    let shelf = |mut group: Group| {
        if searched {
            group.metrics.truncate(SHOWN.saturating_sub(shown));
        }
        let fits = shown == 0 || shown + group.metrics.len() <= SHOWN;
        if searched || fits {
            shown += group.metrics.len();
        }
        // What is opened by hand closes no other: it would move away under the viewer's eyes.
        let open = searched || opened(&group.name).unwrap_or(fits);
        Shelf { group, open }
    };
    let all = first.into_iter().chain(groups(&rest)).map(shelf);
    all.filter(|shelf| !shelf.group.metrics.is_empty())
        .collect()
}

#[component]
fn Search(names: Memo<Vec<String>>, query: RwSignal<String>) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let count = Memo::new(move |_| names.with(Vec::len));
    view! {
        <div class="metrics-bar">
            <h2>{move || format!("Further metrics ({})", format::count(count.get() as u64))}</h2>
            <input
                type="search"
                data-command="Search metrics"
                data-key="/"
                placeholder="Search metrics"
                aria-label="Search metrics"
                // What is searched for may have been among more, those of another run.
                hidden=move || count.get() < MANY && query.with(String::is_empty)
                disabled=move || !hydrated.get()
                prop:value=query
                on:input=move |event| query.set(event_target_value(&event))
                data-testid="metric-search"
            />
        </div>
    }
    .into_any()
}

/// A group with its charts, which exist as long as it is open.
#[component]
fn GroupShelf(live: Live, shelves: Memo<Vec<Shelf>>, name: String) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let this = name.clone();
    let shelf = Memo::new(move |_| {
        shelves.with(|shelves| {
            shelves
                .iter()
                .find(|shelf| shelf.group.name == this)
                .cloned()
        })
    });
    let open = move || shelf.with(|shelf| shelf.as_ref().is_some_and(|shelf| shelf.open));
    let metrics = Memo::new(move |_| {
        shelf.with(|shelf| {
            let open = shelf.as_ref().filter(|shelf| shelf.open);
            open.map(|shelf| shelf.group.metrics.clone())
                .unwrap_or_default()
        })
    });
    let count =
        move || shelf.with(|shelf| shelf.as_ref().map_or(0, |shelf| shelf.group.metrics.len()));
    let title = match name.as_str() {
        PINNED => "Pinned".to_owned(),
        "" => "Others".to_owned(),
        name => name.to_owned(),
    };
    let key = name.clone();
    let turn = move |_| {
        let open = open();
        live.board.layout.update(|layout| {
            layout.opened.insert(key.clone(), !open);
        });
    };
    let chart = move |name: String| {
        let lines = vec![(name.clone(), name.clone())];
        view! { <MetricChart id=format!("metric-{name}") title=name lines pins=true live /> }
            .into_any()
    };
    view! {
        <section class="metric-group" data-group=name.trim().to_owned()>
            <h3>
                <button
                    type="button"
                    class="opener"
                    aria-expanded=move || open().to_string()
                    disabled=move || !hydrated.get()
                    on:click=turn
                >
                    <Icon sign=Sign::Open />
                    {title}
                    <span class="muted">{count}</span>
                </button>
            </h3>
            <div class="charts" hidden=move || metrics.with(Vec::is_empty)>
                <For each=move || metrics.get() key=String::clone children=chart />
            </div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn shown(shelves: &[Shelf]) -> Vec<(&str, usize, bool)> {
        let shelf = |shelf: &Shelf| (shelf.group.metrics.len(), shelf.open);
        let shelves = shelves.iter().map(|s| (s.group.name.as_str(), shelf(s)));
        shelves
            .map(|(name, (count, open))| (name, count, open))
            .collect()
    }

    #[test]
    fn groups_beyond_the_first_are_closed_unless_opened() {
        let mut all: Vec<String> = (0..20).map(|at| format!("a/{at}")).collect();
        all.extend((0..9).map(|at| format!("b/{at}")));
        all.extend(names(&["c/1", "lonely"]));
        let usual = shelves(&all, &[], false, |_| None);
        assert_eq!(
            shown(&usual),
            [
                ("a", 20, true),
                ("b", 9, false),
                ("c", 1, true),
                ("", 1, true)
            ]
        );
        let opened = shelves(&all, &[], false, |name| (name == "b").then_some(true));
        assert_eq!(shown(&opened)[1], ("b", 9, true));
        assert_eq!(shown(&opened)[2], ("c", 1, true));
    }

    #[test]
    fn what_is_pinned_comes_first_and_a_search_is_bounded() {
        let all = names(&["a/1", "a/2", "b/1"]);
        let found = shelves(&all, &names(&["b/1", "gone"]), false, |_| None);
        assert_eq!(shown(&found), [(PINNED, 1, true), ("a", 2, true)]);
        let many: Vec<String> = (0..900).map(|at| format!("g/{at}")).collect();
        let found = shelves(&many, &[], true, |_| Some(false));
        assert_eq!(shown(&found), [("g", SHOWN, true)]);
    }
}
