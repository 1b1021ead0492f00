//! The table of a step beside the real data.

use leptos::prelude::*;

use super::{Stage, markup};
use crate::api::{self, ApiError};
use crate::run::{ColumnKind, CorrelationPair, Extent, SampleView, format};
use crate::ui::Hydrated;
use crate::ui::asked::{Asked, ask};
use crate::ui::message::Failure;

/// Which sample is asked for, when it was drawn, and the columns of its scatter plot.
type Wish = (String, String, Option<String>, Option<String>);

/// The axes of the scatter plot that were chosen.
#[derive(Clone, Copy)]
struct Chosen {
    x: RwSignal<Option<String>>,
    y: RwSignal<Option<String>>,
}

/// What there is of a table of the present step.
#[component]
pub(super) fn Tables(stage: Stage, wanted: Memo<bool>) -> impl IntoView {
    let axes = Chosen {
        x: RwSignal::new(None),
        y: RwSignal::new(None),
    };
    let wish = Memo::new(move |_| -> Option<Wish> {
        let (name, _) = stage.tables();
        let (name, drawn_at) = (name?, stage.step()?.drawn_at);
        wanted
            .get()
            .then(|| (name, drawn_at, axes.x.get(), axes.y.get()))
    });
    let answer = ask(
        move || wish.get(),
        move |wish| {
            let run = stage.run.get_value();
            async move {
                let (name, _, x, y) = wish?;
                Some(api::sample_view(run, name, x, y).await)
            }
        },
    );
    view! {
        <Which stage />
        <Transition>
            <Laid stage wish answer axes />
        </Transition>
    }
    .into_any()
}

/// Which table is shown, where a step has several.
#[component]
fn Which(stage: Stage) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let options = move || {
        let (shown, names) = stage.tables();
        let option = |name: String| option(name.clone(), name, &shown);
        names.into_iter().map(option).collect_view()
    };
    view! {
        <label class="which" hidden=move || stage.tables().1.len() < 2>
            "Table"
            <select
                data-testid="which"
                disabled=move || !hydrated.get()
                on:change=move |event| stage.like.set(Some(event_target_value(&event)))
            >
                {options}
            </select>
        </label>
    }
    .into_any()
}

/// One of the names that can be chosen.
fn option(text: String, name: String, shown: &Option<String>) -> AnyView {
    let selected = shown.as_ref() == Some(&name);
    view! {
        <option value=name selected=selected>
            {text}
        </option>
    }
    .into_any()
}

/// What the answer holds. Its parts change one by one from step to step: the reader's place, and
/// what was unfolded, stay.
#[component]
fn Laid(
    stage: Stage,
    wish: Memo<Option<Wish>>,
    answer: Asked<Option<Result<SampleView, ApiError>>>,
    axes: Chosen,
) -> impl IntoView {
    let told = Memo::new(move |_| answer.get().flatten());
    let view = Memo::new(move |_| told.with(|told| told.as_ref()?.as_ref().ok().cloned()));
    let error =
        Memo::new(move |_| told.with(|told| Some(told.as_ref()?.as_ref().err()?.to_string())));
    Effect::new(move |_| {
        let arrived = wish.with(|wish| match wish {
            Some((name, ..)) => told.with(|told| match told {
                Some(Ok(view)) => view.sample == *name,
                told => told.is_some(),
            }),
            None => true,
        });
        stage.loading.set(!arrived);
    });
    let has = move || view.with(Option::is_some) && wish.with(Option::is_some);
    let with = move |read: fn(&SampleView) -> Option<String>| {
        move || view.with(|view| view.as_ref().and_then(read).unwrap_or_default())
    };
    let notes = move || {
        let notes = view.with(|view| view.as_ref().map(|view| view.notes.clone()));
        let notes = notes.unwrap_or_default().into_iter();
        notes
            .map(|note| view! { <p class="note">{note}</p> })
            .collect_view()
    };
    let failure = move || {
        let shown = error.get().filter(|_| wish.with(Option::is_some));
        shown.map(|text| view! { <Failure text /> })
    };
    let has_real = move || view.with(|view| view.as_ref().is_some_and(|it| it.real.is_some()));
    let has_pairs =
        move || view.with(|view| view.as_ref().is_some_and(|it| it.correlations.is_some()));
    view! {
        {failure}
        <div
            class="beside"
            data-testid="sample-view"
            data-sample=with(|view| Some(view.sample.clone()))
            data-state=with(|view| Some(view.state.name().to_owned()))
            hidden=move || !has()
        >
            {notes}
            <ul class="sides">
                <li hidden=move || !has_real()>
                    <span class="swatch real"></span>
                    <span>{with(real_side)}</span>
                </li>
                <li>
                    <span class="swatch synthetic"></span>
                    <span>{with(synthetic_side)}</span>
                </li>
                <li>
                    <label>
                        <input type="checkbox" class="as-tables" />
                        "Numbers"
                    </label>
                </li>
            </ul>
            <div
                class="likenesses"
                inner_html=with(|view| Some(markup::columns(&view.columns)))
            ></div>
            <Choices view axes />
            <div inner_html=with(|view| view.scatter.as_ref().map(markup::scatter))></div>
            <h3 hidden=move || !has_pairs()>"Correlations"</h3>
            <div
                class="matrices"
                inner_html=with(|view| view.correlations.as_ref().map(matrices))
            ></div>
        </div>
    }
    .into_any()
}

fn real_side(view: &SampleView) -> Option<String> {
    let name = view.source.as_deref().unwrap_or_default();
    Some(format!("Real: {name}, {}", extent(view.real?)))
}

fn synthetic_side(view: &SampleView) -> Option<String> {
    let read = extent(view.synthetic);
    Some(format!("Synthetic: {}, {read}", view.sample))
}

/// How much was read, in words.
fn extent(extent: Extent) -> String {
    let rows = format::count(extent.rows);
    let read = format::count(extent.rows_read);
    match (extent.rows_read < extent.rows, extent.whole) {
        (false, true) => format!("{rows} rows"),
        (true, true) => format!("{read} of {rows} rows, drawn by chance"),
        (false, false) => format!("the first {rows} rows"),
        (true, false) => format!("{read} of the first {rows} rows, drawn by chance"),
    }
}

/// Both matrices, and what lies between them.
fn matrices(pair: &CorrelationPair) -> String {
    let mut all = String::new();
    if pair.left_out > 0 {
        all += &format!(
            "<p class=\"muted\">Of the first {} columns of numbers; {} more are left out.</p>",
            pair.columns.len(),
            format::count(pair.left_out)
        );
    }
    if let Some(real) = &pair.real {
        all += &markup::matrix("Real", &pair.columns, real, 1.0);
    }
    all += &markup::matrix("Synthetic", &pair.columns, &pair.synthetic, 1.0);
    if let Some(real) = &pair.real {
        let between: Vec<Option<f64>> = real
            .iter()
            .zip(&pair.synthetic)
            .map(|(real, synthetic)| Some((*synthetic)? - (*real)?))
            .collect();
        all += &markup::matrix("Synthetic less real", &pair.columns, &between, 1.0);
    }
    all
}

/// Which columns the scatter plot is of.
#[component]
fn Choices(view: Memo<Option<SampleView>>, axes: Chosen) -> impl IntoView {
    let names = Memo::new(move |_| {
        let names = |view: &SampleView| {
            let columns = view.columns.iter();
            let fit = columns.filter(|column| column.kind != ColumnKind::Category);
            fit.map(|column| column.name.clone()).collect::<Vec<_>>()
        };
        view.with(|view| view.as_ref().map(names).unwrap_or_default())
    });
    let has = move || view.with(|view| view.as_ref().is_some_and(|view| view.scatter.is_some()));
    view! {
        <h3 hidden=move || !has()>"Two columns against each other"</h3>
        <div class="axes" hidden=move || !has()>
            <Axis label="Across" names chosen=axes.x default=0 />
            <Axis label="Up" names chosen=axes.y default=1 />
        </div>
    }
    .into_any()
}

#[component]
fn Axis(
    label: &'static str,
    names: Memo<Vec<String>>,
    chosen: RwSignal<Option<String>>,
    /// The place of the column that is taken where none is chosen.
    default: usize,
) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let options = move || {
        let names = names.get();
        let shown = chosen.get_untracked().or(names.get(default).cloned());
        let option = |name: String| option(format::shorten(&name, 40), name, &shown);
        names.into_iter().map(option).collect_view()
    };
    view! {
        <label>
            {label}
            <select
                disabled=move || !hydrated.get()
                on:change=move |event| chosen.set(Some(event_target_value(&event)))
            >
                {options}
            </select>
        </label>
    }
    .into_any()
}
