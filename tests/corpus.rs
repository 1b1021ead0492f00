//! Reads the corpus of trainers' logs and compares every line with what it states.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use common::{skipped, tell};
use nashboard::reader::{Lines, Reader};
use serde_json::{Map, Value as Json};

/// The share of the fields stated that must be found.
const RECALL: f64 = 0.98;

/// Fields over one log, or over all.
#[derive(Default, Clone, Copy)]
struct Score {
    stated: usize,
    found: usize,
    wrong: usize,
    /// Further metrics in lines that state nothing.
    stray: usize,
}

impl Score {
    fn row(&self, name: &str) -> String {
        let percent = |part: usize, of: usize| {
            if of == 0 {
                100.0
            } else {
                100.0 * part as f64 / of as f64
            }
        };
        format!(
            "{name:40} stated {:6} found {:6} wrong {:4} stray {:4} precision {:6.2} recall {:6.2}",
            self.stated,
            self.found,
            self.wrong,
            self.stray,
            percent(self.found, self.found + self.wrong),
            percent(self.found, self.stated)
        )
    }
}

fn corpus() -> PathBuf {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    std::env::var_os("NASHBOARD_CORPUS").map_or_else(beside, PathBuf::from)
}

/// Every line of a log that states something, by its number.
fn read(log: &[u8]) -> BTreeMap<u64, Map<String, Json>> {
    let (mut lines, mut reader, mut number) = (Lines::default(), Reader::default(), 0);
    let mut records = BTreeMap::new();
    let mut take = |line: nashboard::reader::Line| {
        number += 1;
        let reading = reader.read(&line.text, None);
        for found in &reading.found {
            let value = line.text.get(found.start..found.end);
            assert!(
                value.is_some_and(|v| !v.is_empty()),
                "{found:?} in {:?}",
                line.text
            );
        }
        if !reading.is_empty() {
            records.insert(number, reading.stated(number));
        }
    };
    for piece in log.split_inclusive(|byte| *byte == b'\n') {
        match piece.strip_suffix(b"\n") {
            Some(text) => lines.push(text, true, &mut take),
            None => lines.push(piece, false, &mut take),
        }
    }
    if let Some(line) = lines.finish() {
        take(line);
    }
    records
}

fn same(a: &Json, b: &Json) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

/// One level: what `found` has of `wanted`, and what it has besides. `other` is flat.
fn compare(name: &str, expected: &Json, found: &BTreeMap<u64, Map<String, Json>>) -> Score {
    let mut score = Score::default();
    let empty = Map::new();
    let records = expected["records"].as_array().cloned().unwrap_or_default();
    let records: BTreeMap<u64, Map<String, Json>> = records
        .into_iter()
        .filter_map(|record| Some((record["line"].as_u64()?, record.as_object()?.clone())))
        .collect();
    let tolerated = expected["tolerated"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mappings = expected["acceptable_mappings"]
        .as_object()
        .unwrap_or(&empty);
    let verbose = std::env::var_os("NASHBOARD_VERBOSE").is_some();
    for line in records
        .keys()
        .chain(found.keys().filter(|line| !records.contains_key(line)))
    {
        let wanted = records.get(line).unwrap_or(&empty);
        let got = found.get(line).unwrap_or(&empty);
        let other = |record: &Map<String, Json>| {
            record
                .get("other")
                .and_then(Json::as_object)
                .cloned()
                .unwrap_or_default()
        };
        let (wanted_other, got_other) = (other(wanted), other(got));
        let flat = |key: &&String| !matches!(key.as_str(), "line" | "other");
        for key in wanted.keys().filter(flat) {
            score.stated += 1;
            let renamed = mappings
                .get(key)
                .and_then(Json::as_str)
                .and_then(|to| got.get(to));
            let hit = [got.get(key), renamed]
                .into_iter()
                .flatten()
                .any(|v| same(v, &wanted[key]));
            score.found += usize::from(hit);
            if !hit && verbose {
                tell(&format!("MISSED {name}:{line} {key} = {}", wanted[key]));
            }
        }
        for (key, value) in &wanted_other {
            score.stated += 1;
            let renamed = mappings
                .get(key)
                .and_then(Json::as_str)
                .and_then(|to| got.get(to));
            let hit = [got_other.get(key), renamed]
                .into_iter()
                .flatten()
                .any(|v| same(v, value));
            score.found += usize::from(hit);
            if !hit && verbose {
                tell(&format!(
                    "MISSED {name}:{line} other.{key} = {value}, has {:?}",
                    got_other.get(key)
                ));
            }
            if got_other.get(key).is_some_and(|v| !same(v, value)) {
                score.wrong += 1;
            }
        }
        for (key, value) in got.iter().filter(|(key, _)| flat(key)) {
            let from_other = mappings.iter().any(|(name, to)| {
                to.as_str() == Some(key)
                    && [wanted_other.get(name), wanted.get(name)]
                        .into_iter()
                        .flatten()
                        .any(|v| same(v, value))
            });
            let right = wanted.get(key).is_some_and(|v| same(v, value)) || from_other;
            let harmless =
                !wanted.contains_key(key) && tolerated.iter().any(|t| t.as_str() == Some(key));
            if !right && !harmless {
                score.wrong += 1;
                tell(&format!("WRONG {name}:{line} {key} = {value}"));
            }
        }
        if wanted.is_empty() || name.starts_with("hostile") {
            for key in got_other
                .keys()
                .filter(|key| !wanted_other.contains_key(*key))
            {
                score.stray += 1;
                if verbose {
                    tell(&format!(
                        "STRAY {name}:{line} other.{key} = {}",
                        got_other[key]
                    ));
                }
            }
        }
    }
    score
}

#[test]
fn the_corpus_is_read_without_a_wrong_value() {
    let folder = corpus();
    let Ok(entries) = fs::read_dir(&folder) else {
        skipped(&format!("there is no corpus in {}", folder.display()));
        return;
    };
    let mut names: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    names.sort();
    let mut all = Score::default();
    let mut logs = 0;
    for path in names
        .iter()
        .filter(|path| path.join("expected.json").is_file())
    {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let log = fs::read(path.join("stdout.log")).unwrap();
        let expected: Json =
            serde_json::from_slice(&fs::read(path.join("expected.json")).unwrap()).unwrap();
        let score = compare(&name, &expected, &read(&log));
        tell(&score.row(&name));
        if name.starts_with("hostile") {
            assert_eq!(score.stray, 0, "{name} yields metrics");
        }
        logs += 1;
        all.stated += score.stated;
        all.found += score.found;
        all.wrong += score.wrong;
        all.stray += score.stray;
    }
    tell(&all.row("all"));
    assert!(
        logs > 0,
        "{} holds no log with its expected.json",
        folder.display()
    );
    assert_eq!(all.wrong, 0, "wrong values, see above");
    assert!(
        all.found as f64 >= RECALL * all.stated as f64,
        "{}",
        all.row("all")
    );
}
