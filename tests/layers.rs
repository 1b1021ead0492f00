//! Holds the code against the table of floors: a file uses what stands below it, never above.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each floor with all that it may use of this crate.
const FLOORS: &[(&str, &[&str])] = &[
    ("event", &[]),
    ("data", &[]),
    ("run", &["event"]),
    ("plot", &["event", "run"]),
    ("reader", &["event"]),
    ("trainer", &[]),
    ("recorder", &[]),
    (
        "server",
        &["event", "data", "run", "reader", "trainer", "recorder"],
    ),
    ("api", &["event", "data", "run", "server"]),
    ("client", &["event", "data", "run", "plot", "api"]),
    ("ui", &["event", "data", "run", "plot", "api", "client"]),
    ("serve", &["event", "data", "run", "server", "api", "ui"]),
];

/// Libraries that belong to some floors only: the database to the server, and so on.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("regex", &["reader"]),
    ("rusqlite", &["server"]),
    ("axum", &["server", "serve"]),
    ("tokio", &["server", "serve", "api"]),
    ("gemm", &["trainer"]),
    ("web_sys", &["client", "ui"]),
    ("plotters_canvas", &["client"]),
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false if path.extension().is_some_and(|ending| ending == "rs") => found.push(path),
            false => {}
        }
    }
    found
}

/// The words that follow `before` in the code of `text`, comments left out.
fn words_after<'t>(text: &'t str, before: &str) -> BTreeSet<&'t str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| {
            line.match_indices(before)
                .map(move |(at, _)| &line[at + before.len()..])
        })
        .map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap()
        })
        .collect()
}

fn floor_of(path: &Path, src: &Path) -> String {
    let below = path.strip_prefix(src).unwrap();
    let first = below
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_str()
        .unwrap();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn nothing_uses_a_floor_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let known: BTreeSet<&str> = FLOORS.iter().map(|(floor, _)| *floor).collect();
    for path in files(&src) {
        let floor = floor_of(&path, &src);
        let Some((_, allowed)) = FLOORS.iter().find(|(name, _)| *name == floor) else {
            assert!(
                ["lib", "main", "cli"].contains(&floor.as_str()),
                "{floor} has no floor"
            );
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        for used in words_after(&text, "crate::") {
            assert!(
                !used.is_empty(),
                "{} names floors in braces, where they are not looked for",
                path.display()
            );
            let fine = used == floor || allowed.contains(&used) || !known.contains(used);
            assert!(
                fine,
                "{} uses {used}, which stands above {floor}",
                path.display()
            );
        }
    }
}

#[test]
fn every_module_is_a_file_that_is_found() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = files(&src);
    let declared = found.iter().map(|path| {
        let text = fs::read_to_string(path).unwrap();
        let lines = text.lines().map(str::trim_start);
        let modules = lines.filter(|line| {
            let name = line.split_once("mod ").map(|(before, name)| {
                let visible = before.is_empty() || before.starts_with("pub");
                visible && name.ends_with(';')
            });
            name == Some(true)
        });
        modules.count()
    });
    // Two files are nobody's module: lib.rs and main.rs.
    assert_eq!(found.len(), declared.sum::<usize>() + 2);
}

#[test]
fn libraries_stay_on_their_floors() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in files(&src) {
        let floor = floor_of(&path, &src);
        let text = fs::read_to_string(&path).unwrap();
        for (library, floors) in LIBRARIES {
            let used = text.lines().any(|line| {
                let line = line.trim_start();
                !line.starts_with("//")
                    && line.match_indices(&format!("{library}::")).any(|(at, _)| {
                        !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                    })
            });
            let fine = !used
                || floors.contains(&floor.as_str())
                || ["main", "cli"].contains(&floor.as_str());
            assert!(
                fine,
                "{} uses {library}, which belongs to {floors:?}",
                path.display()
            );
        }
    }
}

#[test]
fn every_file_says_its_job_first() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in files(&src) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("//! "),
            "{} does not open with a sentence",
            path.display()
        );
    }
}
