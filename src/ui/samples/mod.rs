//! The samples of a run over its steps: pictures as they are, tables beside the real data.

mod frames;
pub mod markup;
mod picture;
mod player;
mod view;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Hydrated;
use super::sources::escaped;
use crate::api::at;
use crate::run::Sample;
use frames::{Step, steps};
pub use picture::{Picture, Sizes, picture_address};
use player::Player;
use view::Tables;

/// Where the viewer stands.
#[derive(Clone, Copy)]
struct Stage {
    run: StoredValue<String>,
    steps: Memo<Vec<Step>>,
    /// The place that was chosen; `None` stays at the last step, whatever comes.
    chosen: RwSignal<Option<usize>>,
    /// A table such as is shown where a step has several, by its name at some step.
    like: RwSignal<Option<String>>,
    /// Whether the table on show is still on its way.
    loading: RwSignal<bool>,
    sizes: Sizes,
}

impl Stage {
    fn count(self) -> usize {
        self.steps.with(Vec::len)
    }

    fn at(self) -> usize {
        let last = self.count().saturating_sub(1);
        self.chosen.get().map_or(last, |at| at.min(last))
    }

    fn step(self) -> Option<Step> {
        let at = self.at();
        self.steps.with(|steps| steps.get(at).cloned())
    }

    /// The table on show, and all that there are at this step.
    fn tables(self) -> (Option<String>, Vec<String>) {
        let Some(step) = self.step() else {
            return Default::default();
        };
        let like = self.like.get();
        (step.table(like.as_deref()).cloned(), step.tables)
    }

    /// Goes to `at`; at the last place it stays at the last.
    fn go(self, at: usize) {
        self.chosen.set((at + 1 < self.count()).then_some(at));
    }
}

/// The panel; nothing where the run has neither table nor picture.
#[component]
pub fn SampleViewer(run: String, samples: Signal<Vec<Sample>>) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get("sample")));
    let stage = Stage {
        run: StoredValue::new(run),
        steps: Memo::new(move |_| samples.with(|samples| steps(samples))),
        chosen: RwSignal::new(None),
        like: RwSignal::new(None),
        loading: RwSignal::new(false),
        sizes: StoredValue::default(),
    };
    // An address may name a sample, which works without a script too.
    let turn = move |asked: Option<String>| {
        let Some(name) = asked else { return };
        let place = stage.steps.with_untracked(|steps| {
            let has = |step: &Step| step.tables.contains(&name) || step.pictures.contains(&name);
            steps.iter().position(has)
        });
        if let Some(at) = place {
            stage.go(at);
            stage.like.set(Some(name));
        }
    };
    turn(asked.get_untracked());
    Effect::new(move |before: Option<()>| {
        let asked = asked.get();
        if before.is_some() {
            turn(asked);
        }
    });
    // Laying a table beside the data costs much: without a script only where it is asked for.
    let wanted = Memo::new(move |_| hydrated.get() || asked.with(Option::is_some));
    let pictures = move || {
        let step = stage.step();
        step.map(|step| {
            let pictures = step.pictures.into_iter();
            let picture = |(place, name)| picture(stage, place, name, &step.drawn_at);
            pictures.enumerate().map(picture).collect_view()
        })
    };
    let links = move || {
        (!wanted.get()).then(|| {
            let links = move || {
                stage.steps.with(|steps| {
                    let names = steps.iter().rev().flat_map(|step| step.tables.iter());
                    names.take(20).map(|name| link(stage, name)).collect_view()
                })
            };
            view! {
                <noscript>
                    <p>"Lay a sample beside the data:"</p>
                    <ul>{links}</ul>
                </noscript>
            }
        })
    };
    view! {
        <section
            class="panel sample-viewer"
            data-testid="sample-viewer"
            hidden=move || stage.count() == 0
        >
            <div class="viewer-head">
                <h2>"Samples over the training"</h2>
                <Player stage />
            </div>
            <div class="big-pictures">{pictures}</div>
            {links}
            <Tables stage wanted />
        </section>
    }
    .into_any()
}

fn picture(stage: Stage, place: usize, name: String, drawn_at: &str) -> AnyView {
    let source = stage
        .run
        .with_value(|run| picture_address(run, &name, drawn_at));
    view! {
        <figure data-testid="sample-picture">
            <Picture source name=name.clone() sizes=stage.sizes place />
            <figcaption class="muted">{name}</figcaption>
        </figure>
    }
    .into_any()
}

fn link(stage: Stage, name: &str) -> AnyView {
    let href = stage
        .run
        .with_value(|run| at(&format!("/runs/{run}?sample={}", escaped(name))));
    view! {
        <li>
            <a href=href>{name.to_owned()}</a>
        </li>
    }
    .into_any()
}
