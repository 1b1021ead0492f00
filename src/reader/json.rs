//! Reads a line that is one JSON object.

use std::ops::Range;

use super::draft::{Before, Candidate, Draft};
use super::object::{self, Entry};
use super::token::Token;
use super::words::{Meaning, Word, meaning};
use super::{Reading, Rule, name, number, scene};

/// What a JSON line has.
#[derive(Debug, PartialEq)]
pub enum Told {
    Reading(Reading),
    /// A message for people, which stands here, and no number of its own.
    Message(Range<usize>),
}

/// What a JSON line states, or `None` where it is not a JSON object.
pub fn read(text: &str, before: Before) -> Option<Told> {
    let entries = object::entries(text)?;
    let reading = state(text, &entries, before);
    if reading.is_empty() {
        let told = |e: &&Entry| {
            e.is_text
                && matches!(
                    e.path.as_str(),
                    "message" | "msg" | "text" | "log" | "event"
                )
        };
        let spaced = |e: &&Entry| text[e.value.clone()].contains([' ', '=', ':']);
        if let Some(entry) = entries.iter().filter(told).find(spaced) {
            return Some(Told::Message(entry.value.clone()));
        }
    }
    Some(Told::Reading(reading))
}

fn state(text: &str, entries: &[Entry], before: Before) -> Reading {
    let word_of = |entry: &Entry| &text[entry.value.clone()];
    let kind = |e: &&Entry| {
        const KINDS: &[&str] = &[
            "mode", "phase", "split", "stage", "type", "event", "set", "subset", "prefix", "kind",
            "msg", "message",
        ];
        e.is_text && KINDS.contains(&e.path.as_str())
    };
    if entries
        .iter()
        .filter(kind)
        .any(|e| scene::settings(word_of(e)))
    {
        return Reading::default();
    }
    let mode = entries
        .iter()
        .filter(kind)
        .map(word_of)
        .find(|word| scene::evaluation(word));
    let mut draft = Draft::empty(text, before);
    for entry in entries.iter().filter(|e| !of_settings(&e.path)) {
        let known = called(&entry.path);
        let value = &text[entry.value.clone()];
        if let (Some(Meaning::Word(word @ (Word::Epoch | Word::Step))), true) =
            (known, entry.is_text)
            && let Some((count, total)) = value.split_once('/')
        {
            let (count, total) = (count.trim_end(), total.trim_start());
            let start = entry.value.start;
            draft.tokens = vec![
                Token::number(start..start + count.len()),
                Token::number(entry.value.end - total.len()..entry.value.end),
            ];
            draft.counted |= draft.state_count(word, 0, Some(1), Rule::Json);
            continue;
        }
        let Some(parsed) = number(value) else {
            continue;
        };
        let range = entry.value.clone();
        let strong = |wanted: Word| {
            entries
                .iter()
                .any(|e| called(&e.path) == Some(Meaning::Word(wanted)))
        };
        let counter = match known {
            Some(Meaning::Word(word @ (Word::Epoch | Word::Step))) => Some(word),
            Some(Meaning::Weak(word)) if !strong(word) && !entry.path.ends_with('s') => {
                draft.doubtful = true;
                Some(word)
            }
            _ => None,
        };
        if let Some(word) = counter.filter(|_| number::count(value).is_some()) {
            draft.tokens = vec![Token::number(range.clone())];
            if draft.state_count(word, 0, None, Rule::Json) {
                draft.counted = true;
                continue;
            }
        }
        let update = &mut draft.reading.update;
        let (slot, key) = match known {
            // `epochs` beside `epoch` tells how many there will be.
            Some(Meaning::Weak(Word::Epoch))
                if entry.path.ends_with('s') && strong(Word::Epoch) =>
            {
                (&mut update.total_epochs, "total_epochs")
            }
            Some(Meaning::Word(Word::TotalEpochs)) => (&mut update.total_epochs, "total_epochs"),
            Some(Meaning::Word(Word::TotalSteps)) => (&mut update.total_steps, "total_steps"),
            Some(Meaning::Word(Word::Progress)) => {
                // A part of one is no percentage, and cannot be told from one.
                let percent = (0.0..=100.0).contains(&parsed) && (parsed > 1.0 || parsed == 0.0);
                if percent && draft.reading.progress_percent.is_none() {
                    draft.reading.progress_percent = Some(parsed);
                    draft.found("progress_percent".to_owned(), range, Rule::Json);
                }
                continue;
            }
            _ => {
                draft.candidates.push(candidate(entry, entries, text, mode));
                continue;
            }
        };
        *slot = number::count(value);
        if slot.is_some() {
            draft.found(key.to_owned(), range, Rule::Json);
        }
    }
    // A total without the count that it belongs to is a setting, and so is what stands
    // beside one.
    let update = &draft.reading.update;
    let settings = entries.iter().any(|e| scene::setting_name(&e.path));
    let total = (update.total_epochs, update.total_steps) != (None, None);
    if !draft.speaks_of_networks() && (settings || total && !draft.counted) {
        return Reading::default();
    }
    draft.settle()
}

/// The number of `entry` with its name; `mode` is the evaluation that the object is of.
fn candidate(entry: &Entry, entries: &[Entry], text: &str, mode: Option<&str>) -> Candidate {
    let mut name = entry.path.clone();
    // `{"name": "g_loss", "value": 0.5}`
    let (folder, key) = name.rsplit_once('/').unwrap_or(("", &name));
    if matches!(key, "value" | "val" | "scalar") {
        let sibling = entries.iter().find(|e| {
            let (place, key) = e.path.rsplit_once('/').unwrap_or(("", &e.path));
            e.is_text && place == folder && matches!(key, "name" | "metric" | "tag" | "key")
        });
        if let Some(sibling) = sibling {
            name = text[sibling.value.clone()].to_owned();
        }
    }
    let meaning = called(&name);
    let network = matches!(
        meaning,
        Some(Meaning::Word(_) | Meaning::Mean(_) | Meaning::Bare(_))
    );
    let aside = mode.is_some() || network && scene::evaluated(&name);
    if let Some(mode) = mode.filter(|_| network) {
        name = format!("{mode} {name}");
    }
    Candidate {
        name,
        value: entry.value.clone(),
        meaning,
        rule: Rule::Json,
        percent: false,
        aside,
    }
}

/// What the key at `path` means; folders that say nothing about it do not matter.
fn called(path: &str) -> Option<Meaning> {
    let told = || name::inner(path).and_then(meaning);
    // `metrics/G/loss`
    let network = || {
        path.split_once('/')
            .filter(|(folder, _)| name::harmless(folder))
    };
    meaning(path)
        .or_else(told)
        .or_else(|| meaning(network()?.1))
}

/// Whether `path` lies in an object of settings.
fn of_settings(path: &str) -> bool {
    path.split_once('/')
        .is_some_and(|(folder, _)| folder.split('/').any(scene::settings))
}

/// The number that `value` is as a whole.
fn number(value: &str) -> Option<f64> {
    let numeric = number::non_finite(value) == Some(value.len())
        || value
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    number::parse(value).filter(|_| numeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Value;

    fn reading(line: &str) -> Reading {
        match read(line, Before::default()) {
            Some(Told::Reading(reading)) => reading,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_documented_names_and_others() {
        let line =
            r#"{"epoch": 3, "generator_loss": 1.5, "real_scores": NaN, "lr": 2e-4, "tag": "a"}"#;
        let reading = reading(line);
        assert_eq!(reading.update.epoch, Some(3));
        assert_eq!(reading.update.generator_loss, Some(Value(1.5)));
        assert_eq!(reading.update.real_scores, Some(Value(f64::NAN)));
        assert_eq!(reading.update.other.len(), 1);
        assert_eq!(reading.update.other["lr"], Value(2e-4));
        assert_eq!(reading.update.discriminator_loss, None);
        for found in &reading.found {
            assert!(
                ["3", "1.5", "NaN", "2e-4"].contains(&&line[found.start..found.end]),
                "{found:?}"
            );
        }
    }

    #[test]
    fn objects_within_keep_their_path() {
        let line = r#"{"epoch":1,"losses":{"G":0.5,"D":0.25},"hist":[1,2,{"g_loss":9}],"t\"x":1}"#;
        let update = reading(line).update;
        assert_eq!(update.generator_loss, Some(Value(0.5)));
        assert_eq!(update.discriminator_loss, Some(Value(0.25)));
    }

    #[test]
    fn a_servers_log_states_nothing() {
        let line =
            r#"{"level":"info","ts":1690000000.5,"status":200,"latency":0.5,"path":"/epoch/3"}"#;
        assert!(reading(line).is_empty());
    }

    #[test]
    fn what_is_no_object_states_nothing() {
        for text in [
            "",
            "{",
            "[1,2]",
            "{not json}",
            "42",
            "\"{}\"",
            "{\"a\":1}}",
            "{\"a\" 1}",
        ] {
            assert_eq!(read(text, Before::default()), None, "{text}");
        }
    }
}
