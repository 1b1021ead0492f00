//! What goes on between a trainer that prints and those who watch, beside a server that does nothing but hand lines on.
//!
//! Everything is measured on real processes. Both servers are asked in the same minutes on the same machine by the same
//! clients; so the ratios say more than the figures. `live SCENE…` measures some scenes only.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A bench stops where it cannot measure.

mod bare;
mod child;
mod clients;
#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../report/mod.rs"]
mod report;
mod scenes;
mod side;

use report::Table;

/// A scene and what it measures.
type Scene = (&'static str, fn(&mut Table));

const SCENES: [Scene; 5] = [
    ("latency", scenes::latency),
    ("flood", scenes::flood),
    ("rate", scenes::rate),
    ("clients", scenes::clients),
    ("start", scenes::start),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let first = words.first().map(String::as_str);
    match first {
        // `cargo test --benches` only wants to know that it builds.
        _ if words.iter().any(|word| word == "--test") => return,
        Some("child") => return child::run(&words[1..]),
        _ => {}
    }
    allow_files();
    if first == Some("bare") {
        return bare::run(&words[1..]);
    }
    let wanted = |name: &str| {
        let named: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
        named.is_empty() || named.iter().any(|word| *word == name)
    };
    let mut table = Table::new(
        "live",
        &["what", "Nashboard", "bare server", "ratio", "target", "met"],
    );
    for (name, measure) in SCENES.iter().filter(|(name, _)| wanted(name)) {
        eprintln!("{name}");
        measure(&mut table);
    }
    table.finish();
}

/// A connection is an open file: the usual 1024 are too few.
fn allow_files() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, hard.min(65_536).max(soft), hard).unwrap();
}
