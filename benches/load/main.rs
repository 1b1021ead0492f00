//! A load that is kept up: ten runs that print, two hundred clients that come and go, uploads, and a server that is
//! stopped and killed meanwhile. Fails where a line is lost, memory grows or a file stays open.
//!
//! `LOAD_SECONDS` says for how long (1800). The first third has the restarts; memory is compared over the second half,
//! all of which one server does.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A load that cannot be kept up is a failure.

#[path = "../live/child.rs"]
mod child;
#[path = "../../tests/common/mod.rs"]
mod common;
mod keeper;
#[path = "../report/mod.rs"]
mod report;
mod watchers;
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::Site;
use report::{Table, figure, memory, processor, quantile};
use world::World;

/// Restarts, each other one by a kill.
const RESTARTS: u32 = 4;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        _ if words.iter().any(|word| word == "--test") => return,
        Some("child") => return child::run(&words[1..]),
        _ => {}
    }
    let seconds = std::env::var("LOAD_SECONDS").map_or(1800, |text| text.parse().expect("seconds"));
    let length = Duration::from_secs(seconds);
    let program = std::env::current_exe().unwrap();
    let scripts: Vec<(String, String)> = [("short", 3_000), ("middle", 6_000), ("long", 15_000)]
        .map(|(name, lines)| {
            let script = format!("exec {} child paced {lines} 50", program.display());
            (name.to_owned(), script)
        })
        .into();
    let trainers: Vec<(&str, &str)> = scripts
        .iter()
        .map(|(name, script)| (name.as_str(), script.as_str()))
        .collect();
    let mut site = Site::with_config(&trainers, "[limits]\nactive_runs = 10\n");
    // What a server opens when it is first asked is no leak.
    site.get("/api/runs");
    let files_before = files(site.pid());
    let world = Arc::new(World::new(&site));
    let threads = [
        std::thread::spawn(with(&world, keeper::keep_running)),
        std::thread::spawn(with(&world, keeper::upload)),
        std::thread::spawn(with(&world, watchers::come_and_go)),
    ];
    let samples = endure(&mut site, length);
    world.end();
    for thread in threads {
        thread.join().expect("no thread gives up");
    }
    let files_after = settled_files(&site, files_before);
    let (runs, lines, missing) = keeper::compare_logs(&site);
    let growth = samples.growth();
    let mut table = Table::new("load", &["what", "measured", "wanted", "met"]);
    let mut failed = false;
    let mut row = |what: &str, measured: String, wanted: &str, met: bool| {
        failed |= !met;
        let met = if met { "yes" } else { "**no**" };
        table.row(vec![what.into(), measured, wanted.into(), met.into()]);
    };
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    row(
        "kept up for",
        format!("{seconds} s, {RESTARTS} restarts"),
        "",
        true,
    );
    row("runs", runs.to_string(), "≥ 10", runs >= 10);
    row(
        "lines printed and not in the index",
        format!("{missing} of {lines}"),
        "0",
        missing == 0,
    );
    let visits = count(&world.visits);
    row(
        "visits of clients",
        visits.to_string(),
        "> 200",
        visits > 200,
    );
    row(
        "lines delivered",
        count(&world.delivered).to_string(),
        "> 0",
        count(&world.delivered) > 0,
    );
    for (what, counter) in [
        ("lost on the way", &world.lost),
        ("doubled", &world.doubled),
        ("refused", &world.refused),
    ] {
        row(what, count(counter).to_string(), "0", count(counter) == 0);
    }
    row(
        "uploads",
        count(&world.uploads).to_string(),
        "> 0",
        count(&world.uploads) > 0,
    );
    let told = format!("{} → {} MB", figure(growth.0), figure(growth.1));
    row(
        "memory, first → last fifth of the second half",
        told,
        "+ 10 % + 8 MB at most",
        growth.1 <= growth.0 * 1.1 + 8.0,
    );
    row(
        "most memory",
        format!("{} MB", figure(samples.most())),
        "",
        true,
    );
    row(
        "server's share of a core",
        format!("{} %", figure(100.0 * samples.processor)),
        "",
        true,
    );
    row(
        "open files before → after",
        format!("{files_before} → {files_after}"),
        "+ 8 at most",
        files_after <= files_before + 8,
    );
    table.finish();
    assert!(!failed, "the load was not kept up as it should");
}

fn with(world: &Arc<World>, work: fn(&World)) -> impl FnOnce() + Send + 'static {
    let world = Arc::clone(world);
    move || work(&world)
}

/// What was seen of the server in the second half.
struct Samples {
    /// Megabytes, one a second.
    memory: Vec<f64>,
    processor: f64,
}

/// Lets the load go on for `length`, with restarts in its first half.
fn endure(site: &mut Site, length: Duration) -> Samples {
    let begun = Instant::now();
    for number in 1..=RESTARTS {
        let due = length * number / (3 * RESTARTS);
        std::thread::sleep(due.saturating_sub(begun.elapsed()));
        if number % 2 == 0 {
            site.crash();
        } else {
            site.end();
        }
        site.restart();
        eprintln!("restarted after {} s", begun.elapsed().as_secs());
    }
    // The last server has caches to fill first.
    std::thread::sleep((length / 2).saturating_sub(begun.elapsed()));
    let (mut memories, used, half) = (Vec::new(), processor(site.pid()), Instant::now());
    while begun.elapsed() < length {
        std::thread::sleep(Duration::from_secs(1));
        memories.push(memory(site.pid(), "VmRSS"));
        if memories.len() % 60 == 0 {
            let open = files(site.pid());
            eprintln!(
                "{} s: {} MB, {open} files",
                begun.elapsed().as_secs(),
                figure(memories[memories.len() - 1])
            );
        }
    }
    Samples {
        processor: (processor(site.pid()) - used) / half.elapsed().as_secs_f64(),
        memory: memories,
    }
}

impl Samples {
    /// The medians of the first and of the last fifth.
    fn growth(&self) -> (f64, f64) {
        let fifth = (self.memory.len() / 5).max(1);
        let median = |part: &[f64]| {
            let mut part = part.to_vec();
            part.sort_by(f64::total_cmp);
            quantile(&part, 0.5)
        };
        let last = self.memory.len().saturating_sub(fifth);
        (
            median(&self.memory[..fifth.min(self.memory.len())]),
            median(&self.memory[last..]),
        )
    }

    fn most(&self) -> f64 {
        self.memory.iter().copied().fold(0.0, f64::max)
    }
}

/// Open files of a process.
fn files(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}

/// The same once what is under way has ended.
fn settled_files(site: &Site, before: usize) -> usize {
    common::wait(|| (files(site.pid()) <= before).then_some(()));
    files(site.pid())
}
