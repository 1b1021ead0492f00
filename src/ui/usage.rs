//! A line that tells how quickly a run goes on, and what it asks of the machine meanwhile.

use leptos::prelude::*;

use super::Live;
use crate::run::{Gpu, Pace, Usage, format};

/// Graphics cards that are told of one by one.
const CARDS: usize = 4;

/// The line; empty where nothing is known.
#[component]
pub fn UsageLine(live: Live) -> impl IntoView {
    let pace = Memo::new(move |_| live.view.with(Pace::of));
    let active = Memo::new(move |_| live.view.with(|view| view.state.status.is_active()));
    let usage = Memo::new(move |_| {
        // What was measured before the stream broke says nothing of now.
        let is_heard = live.time(Some(0.0)).is_some() && active.get();
        let run = live.view.with(|view| view.state.run_id.clone());
        live.usage.with(|known| {
            let (of, usage) = known.as_ref().filter(|_| is_heard)?;
            (run.as_ref() == Some(of)).then(|| usage.clone())
        })
    });
    let speed = move || {
        let why = match active.get() {
            true => "By the last reports",
            false => "By all reports",
        };
        pace.get()
            .map(|pace| part("usage-pace", spoken(pace), why.into()))
    };
    view! {
        <p class="usage" data-active=move || active.get().then_some("true") data-testid="usage">
            {speed}
            {move || usage.get().map(asked)}
        </p>
    }
    .into_any()
}

/// What is asked of processors, memory and graphics cards.
fn asked(usage: Usage) -> impl IntoView {
    let cores = usage.cpu_percent.map(|percent| {
        let words = format!("CPU {:.1} of {} cores", percent / 100.0, usage.processors);
        part(
            "usage-cpu",
            words,
            "Processors that all processes of the run keep busy".into(),
        )
    });
    let total = usage
        .memory_total_bytes
        .map(|total| format!("of {} of the machine; ", format::bytes(total)));
    let processes = match usage.processes {
        1 => "in one process".to_owned(),
        many => format!(
            "in {} processes; what they share counts for each",
            format::count(many)
        ),
    };
    let memory = part(
        "usage-memory",
        format!("RAM {}", format::bytes(usage.memory_bytes)),
        format!("{}{processes}", total.unwrap_or_default()),
    );
    let several = usage.gpus.len() > 1;
    let more = usage.gpus.len().saturating_sub(CARDS);
    let cards: Vec<_> = usage
        .gpus
        .into_iter()
        .take(CARDS)
        .map(|gpu| card(gpu, several))
        .collect();
    let more = (more > 0).then(|| format!("{more} more"));
    view! {
        {cores}
        {memory}
        {cards}
        {more}
    }
    .into_any()
}

/// One graphics card, with its number where there are `several`.
fn card(gpu: Gpu, several: bool) -> AnyView {
    let number = several.then(|| format!(" {}", gpu.index));
    let percent = gpu.percent.map(|percent| format!(" {percent:.0} %,"));
    let memory = gpu.memory_bytes.map(|used| {
        let total = gpu
            .memory_total_bytes
            .map(|total| format!(" of {}", format::bytes(total)));
        format!(" {}{}", format::bytes(used), total.unwrap_or_default())
    });
    let parts = [number, percent, memory].map(Option::unwrap_or_default);
    part(
        "usage-gpu",
        format!("GPU{}", parts.concat().trim_end_matches(',')),
        format!("{}, whoever uses it", gpu.name),
    )
}

fn part(id: &'static str, words: String, why: String) -> AnyView {
    view! {
        <span title=why data-testid=id>
            {words}
        </span>
    }
    .into_any()
}

/// A pace as people say it: by second where that is often, else by what one takes.
fn spoken(pace: Pace) -> String {
    let Pace { per_second, of } = pace;
    match per_second {
        100.0.. => format!("{per_second:.0} {of}s/s"),
        1.0.. => format!("{per_second:.1} {of}s/s"),
        0.1.. => format!("{:.1} s/{of}", 1.0 / per_second),
        _ => format!("{} / {of}", format::duration(1.0 / per_second)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_told_by_the_second_or_by_what_one_takes() {
        let words = |per_second| {
            spoken(Pace {
                per_second,
                of: "epoch",
            })
        };
        assert_eq!(words(1234.56), "1235 epochs/s");
        assert_eq!(words(27.43), "27.4 epochs/s");
        assert_eq!(words(0.4), "2.5 s/epoch");
        assert_eq!(words(1.0 / 95.0), "1 min 35 s / epoch");
    }
}
