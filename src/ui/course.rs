//! Columns of a data source over its rows, in the one chart of the page: zoomed, read and saved alike.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::chart::{Board, Figure, Picture, spot, swatch};
use super::{Hydrated, Live};
use crate::data::Plot;
use crate::event::Value;
use crate::plot::{Chart, Count};
use crate::run::{Point, format};

/// What the chart is called by.
const ID: &str = "course-chart";

/// The chart of `plots`: at first of the columns `first`, where there are such, else of the first
/// alone, since their ranges may have nothing in common.
#[component]
pub fn CourseChart(plots: Vec<Plot>, rows: u64, first: Vec<String>) -> impl IntoView {
    let wanted = (0..plots.len()).filter(|&at| first.contains(&plots[at].column));
    let mut wanted: BTreeSet<usize> = wanted.collect();
    if wanted.is_empty() {
        wanted.insert(0);
    }
    let shown = RwSignal::new(wanted);
    let names: Vec<String> = plots.iter().map(|plot| plot.column.clone()).collect();
    let most = plots.iter().map(|plot| plot.points.len()).max();
    let thinned = most.is_some_and(|most| (most as u64) < rows);
    let point = |&(row, value): &(f64, f64)| Point {
        // Rows are counted from 1, as in what is said of them elsewhere.
        x: row + 1.0,
        value: Value(value),
        epoch: None,
        step: None,
        time: None,
    };
    let lines: Vec<Vec<Point>> = plots
        .iter()
        .map(|plot| plot.points.iter().map(point).collect())
        .collect();
    let lines = StoredValue::new(lines);
    let labels = StoredValue::new(names.clone());
    let show = move |read: &mut dyn FnMut(Chart)| {
        let shown = shown.read();
        lines.with_value(|lines| {
            read(Chart {
                lines: lines
                    .iter()
                    .enumerate()
                    // What is switched off keeps its place, and with it the colours of the others.
                    .map(|(at, points)| match shown.contains(&at) {
                        true => points.as_slice(),
                        false => &[],
                    })
                    .collect(),
                count: Count::Named("row"),
                ..Chart::default()
            });
        });
    };
    // Its rows are no epochs: its window is its own, while scale and smoothing are the page's.
    let board = match use_context::<Live>() {
        Some(live) => live.board.beside(),
        None => Board::new(),
    };
    let picture = Picture::new(
        board,
        ID,
        show,
        move || labels.get_value(),
        move || shown.track(),
    );
    let spot = spot(picture);
    let legend = legend(names, shown);
    let note = thinned.then(|| {
        let words = format!(
            "Of {} rows, the smallest and the largest value of each stretch are drawn.",
            format::count(rows)
        );
        view! { <p class="muted">{words}</p> }
    });
    view! {
        <div class="course" data-testid="course">
            <Figure
                picture
                spot=Some(spot)
                id=ID.into()
                title="Values over the rows".into()
                legend
                empty="Choose a column"
            />
            {note}
        </div>
    }
    .into_any()
}

/// The columns with their colours, each switched on and off.
fn legend(names: Vec<String>, shown: RwSignal<BTreeSet<usize>>) -> AnyView {
    let Hydrated(hydrated) = expect_context();
    let entry = |(at, name): (usize, String)| {
        let turn = move |_| {
            shown.update(|shown| {
                if !shown.remove(&at) {
                    shown.insert(at);
                }
            });
        };
        view! {
            <li>
                <button
                    type="button"
                    aria-pressed=move || shown.with(|shown| shown.contains(&at)).to_string()
                    title="Show or hide this column"
                    disabled=move || !hydrated.get()
                    on:click=turn
                >
                    <span class=swatch(at)></span>
                    {format::shorten(&name, 40)}
                </button>
            </li>
        }
        .into_any()
    };
    let entries: Vec<_> = names.into_iter().enumerate().map(entry).collect();
    view! { <ul class="chart-legend">{entries}</ul> }.into_any()
}
