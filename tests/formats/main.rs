//! What the reader makes of single formats: made-up lines in the form of public trainers,
//! and of programs that train nothing.

mod foreign;
mod names;
mod phrases;
mod robust;
mod scenes;
mod structured;
mod trainers;
mod values;

use nashboard::reader::Reader;
use serde_json::{Value as Json, json};

/// What each line states, without the lines that state nothing.
fn stated(lines: &[&str]) -> Vec<Json> {
    let mut reader = Reader::default();
    let mut records = Vec::new();
    for line in lines {
        let mut record = reader.read(line, None).stated(0);
        record.remove("line");
        if !record.is_empty() {
            records.push(Json::from(record));
        }
    }
    records
}

/// What `line` states by itself.
fn says(line: &str, expected: Json) {
    let records = stated(&[line]);
    assert_eq!(records.first().unwrap_or(&json!({})), &expected, "{line}");
}

/// What `line` states, whatever further metrics it has.
fn four(line: &str, expected: Json) {
    let mut record = stated(&[line]).pop().unwrap_or_default();
    if let Some(record) = record.as_object_mut() {
        record.remove("other");
    }
    assert_eq!(record, expected, "{line}");
}

fn silent(lines: &[&str]) {
    for line in lines {
        assert_eq!(stated(&[line]), [] as [Json; 0], "{line}");
    }
    assert_eq!(stated(lines), [] as [Json; 0]);
}

/// The main fields of `record` in short: `e1/9 s2/8 g0.5 d0.4 r0.7 f0.2 p10`.
fn short(record: &Json) -> String {
    let text = |key: &str| {
        record.get(key).map(|value| match value.as_f64() {
            Some(number) => number.to_string(),
            None => value.as_str().unwrap_or_default().to_owned(),
        })
    };
    let mut parts = Vec::new();
    for (sign, key, total) in [
        ("e", "epoch", "total_epochs"),
        ("s", "step", "total_steps"),
        ("g", "generator_loss", ""),
        ("d", "discriminator_loss", ""),
        ("r", "real_score", ""),
        ("f", "fake_score", ""),
        ("p", "progress_percent", ""),
    ] {
        match (text(key), text(total)) {
            (Some(value), Some(total)) => parts.push(format!("{sign}{value}/{total}")),
            (Some(value), None) => parts.push(format!("{sign}{value}")),
            (None, Some(total)) => parts.push(format!("{sign}?/{total}")),
            (None, None) => {}
        }
    }
    parts.join(" ")
}

/// What each line states by itself, in short.
fn each(rows: &[(&str, &str)]) {
    for row in rows {
        run(std::slice::from_ref(row));
    }
}

/// What each line states, in short, one after the other.
fn run(rows: &[(&str, &str)]) {
    let mut reader = Reader::default();
    for (line, expected) in rows {
        let record = Json::from(reader.read(line, None).stated(0));
        assert_eq!(&short(&record), expected, "{line}");
    }
}
