//! What can be done with a chart as a whole: its scale, its numbers, its picture, its size.

use leptos::prelude::*;

use super::Picture;
use super::link::to_chart;
use crate::event::RunId;
use crate::plot::{Scale, csv};
use crate::ui::copy::CopyButton;
use crate::ui::icon::{Icon, Sign};
use crate::ui::{Hydrated, Live, browser};

/// What the buttons change.
#[derive(Clone, Copy)]
pub(super) struct Turns {
    /// Whether numbers stand in the place of the picture.
    pub numbers: RwSignal<bool>,
    /// The metric that can be pinned.
    pub pin: StoredValue<Option<String>>,
    /// Whether there is a scale to choose.
    pub scale: bool,
}

/// The run that the charts of a page are of, where it is always the same.
#[derive(Clone)]
pub struct Subject(pub RunId);

/// The buttons at the head of a chart.
#[component]
pub(super) fn Tools(picture: Picture, title: String, turns: Turns) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let layout = picture.board.layout;
    let id = picture.id();
    let scale = Memo::new({
        let id = id.clone();
        move |_| picture.board.scale(&id)
    });
    let name = StoredValue::new(title);
    // A chart of something else than the run is of no run.
    let of_run = |live: &Live| live.board.window == picture.board.window;
    let live = use_context::<Live>().filter(of_run);
    let latest = move || live?.view.with_untracked(|view| view.state.run_id.clone());
    let subject = StoredValue::new(use_context::<Subject>());
    // Saved pictures of several runs do not take each other's name.
    let file = move || {
        let run = latest().or(subject.get_value().map(|Subject(run)| run));
        let name = name.get_value();
        run.map_or(name.clone(), |run| format!("{run} {name}"))
    };
    let idle = move || !hydrated.get();
    let save_csv = move |_| {
        let text = untrack(|| picture.with(|chart| csv(chart, &picture.labels())));
        browser::save_text(
            &format!("{}.csv", file()),
            "text/csv",
            &text.unwrap_or_default(),
        );
    };
    let save_png = move |_| {
        if let Some(canvas) = picture.canvas.get_untracked() {
            browser::save_picture(&file(), &canvas, &picture.drawn());
        }
    };
    let expand = move |_| {
        if let Some(canvas) = picture.canvas.get_untracked() {
            browser::turn_full_screen(&canvas, "figure");
        }
    };
    let pin = turns.pin.get_value().map(|metric| {
        let this = metric.clone();
        let pinned = Memo::new(move |_| layout.with(|layout| layout.pinned.contains(&this)));
        let moved = metric.clone();
        let step = move |label: &'static str, forwards: bool, sign: Sign| {
            let metric = moved.clone();
            view! {
                <button
                    type="button"
                    class="tool"
                    aria-label=label
                    title=label
                    hidden=move || !pinned.get()
                    disabled=idle
                    on:click=move |_| layout.update(|layout| layout.move_pinned(&metric, forwards))
                >
                    <Icon sign />
                </button>
            }
            .into_any()
        };
        view! {
            {step("Earlier among the pinned", true, Sign::Earlier)}
            {step("Later among the pinned", false, Sign::Later)}
            <button
                type="button"
                class="tool"
                aria-pressed=move || pinned.get().to_string()
                aria-label="Pin"
                title="Pin before the others"
                disabled=idle
                on:click=move |_| layout.update(|layout| layout.pin(&metric))
            >
                <Icon sign=Sign::Pin />
            </button>
        }
    });
    let tool = |label: &'static str,
                title: &'static str,
                sign: Sign,
                act: Box<dyn Fn(leptos::ev::MouseEvent)>| {
        view! {
            <button type="button" class="tool" aria-label=label title=title disabled=idle on:click=act>
                <Icon sign />
            </button>
        }
    };
    let log = turns.scale.then(|| {
        view! {
        <button
            type="button"
            class="tool word"
            aria-pressed=move || (scale.get() == Scale::Log).to_string()
            title="Log axis"
            disabled=idle
            on:click=move |_| layout.update(|layout| layout.turn_log(&id))
        >
            "Log"
        </button>
        }
    });
    let place = picture.id();
    let link = move || Some(to_chart(&place, latest().as_ref()));
    view! {
        <div class="chart-tools" role="group" aria-label=format!("{}: tools", name.get_value())>
            {log}
            {pin}
            <button
                type="button"
                class="tool"
                aria-pressed=move || turns.numbers.get().to_string()
                aria-label="Table"
                title="Show the numbers"
                disabled=idle
                on:click=move |_| turns.numbers.update(|numbers| *numbers = !*numbers)
            >
                <Icon sign=Sign::Table />
            </button>
            {tool("CSV", "Save what is shown as CSV", Sign::Save, Box::new(save_csv))}
            {tool("PNG", "Save the picture as PNG", Sign::Picture, Box::new(save_png))}
            <CopyButton label="Link to this chart" small=true text=link />
            {tool("Full screen", "Full screen", Sign::Expand, Box::new(expand))}
        </div>
    }
    .into_any()
}
