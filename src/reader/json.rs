//! Reads a line that is one JSON object, and where in it each value stands.
//!
//! Python writes NaN and Infinity into JSON, which JSON parsers refuse; this one takes
//! them. Of lists it takes nothing: they are series, not a report.

use std::ops::Range;

use super::draft::{Candidate, Draft};
use super::words::{Meaning, Word, meaning};
use super::{Reading, Rule, noise, number};

/// Objects within objects that are looked at.
const DEEPEST: usize = 16;
/// Values of one object that are looked at; more are not the report of a trainer.
const MOST_VALUES: usize = 400;

/// A value of the object: under which path, where, and whether it is text.
struct Entry {
    path: String,
    value: Range<usize>,
    is_text: bool,
}

/// What a JSON line states, or `None` where it is not a JSON object. `trained` tells
/// that the run has begun to count.
pub fn read(text: &str, trained: bool) -> Option<Reading> {
    let line = text.trim();
    if !(line.starts_with('{') && line.ends_with('}')) {
        return None;
    }
    let mut cursor = Cursor {
        text,
        at: text.len() - text.trim_start().len(),
        entries: Vec::new(),
    };
    cursor.object("", 0)?;
    if !text[cursor.at..].trim().is_empty() {
        return None;
    }
    Some(state(text, &cursor.entries, trained))
}

fn state(text: &str, entries: &[Entry], trained: bool) -> Reading {
    let mut draft = Draft::new("");
    draft.text = text;
    let aside = entries.iter().any(|e| {
        let kind = matches!(e.path.as_str(), "mode" | "phase" | "split" | "stage");
        kind && e.is_text && noise::evaluation(&text[e.value.clone()])
    });
    for entry in entries {
        let value = &text[entry.value.clone()];
        let numeric = number::non_finite(value) == Some(value.len())
            || value
                .bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
        let Some(parsed) = number::parse(value).filter(|_| numeric) else {
            continue;
        };
        let known = meaning(&entry.path);
        let counter = match known {
            Some(Meaning::Word(word @ (Word::Epoch | Word::Step)) | Meaning::Weak(word)) => {
                Some(word)
            }
            _ => None,
        };
        let range = entry.value.clone();
        if let Some(word) = counter.filter(|_| number::count(value).is_some()) {
            draft.tokens = vec![super::token::Token {
                kind: super::token::Kind::Number,
                start: range.start,
                end: range.end,
                full: range.end,
            }];
            if draft.state_count(word, 0, None, Rule::Json) {
                draft.counted = true;
                continue;
            }
        }
        let update = &mut draft.reading.update;
        let (slot, key) = match known {
            Some(Meaning::Word(Word::TotalEpochs)) => (&mut update.total_epochs, "total_epochs"),
            Some(Meaning::Word(Word::TotalSteps)) => (&mut update.total_steps, "total_steps"),
            Some(Meaning::Word(Word::Progress)) => {
                if (0.0..=100.0).contains(&parsed) && draft.reading.progress_percent.is_none() {
                    draft.reading.progress_percent = Some(parsed);
                    draft.found("progress_percent".to_owned(), range, Rule::Json);
                }
                continue;
            }
            _ => {
                let network = matches!(
                    known,
                    Some(Meaning::Word(_) | Meaning::Mean(_) | Meaning::Bare(_))
                );
                draft.candidates.push(Candidate {
                    name: entry.path.clone(),
                    value: range,
                    meaning: known,
                    rule: Rule::Json,
                    percent: false,
                    aside: aside || network && noise::evaluated(&entry.path),
                });
                continue;
            }
        };
        *slot = number::count(value);
        if slot.is_some() {
            draft.found(key.to_owned(), range, Rule::Json);
        }
    }
    // A total without the count that it belongs to is a setting.
    let update = &draft.reading.update;
    if !draft.counted
        && !draft.speaks_of_networks()
        && (update.total_epochs, update.total_steps) != (None, None)
    {
        return Reading::default();
    }
    draft.settle(trained)
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
    entries: Vec<Entry>,
}

impl Cursor<'_> {
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn object(&mut self, path: &str, depth: usize) -> Option<()> {
        self.eat(b'{').filter(|()| depth < DEEPEST)?;
        if self.eat(b'}').is_some() {
            return Some(());
        }
        loop {
            let key = self.string()?;
            let key = &self.text[key];
            let path = if path.is_empty() {
                key.to_owned()
            } else {
                format!("{path}/{key}")
            };
            self.eat(b':')?;
            self.value(path, depth)?;
            if self.eat(b',').is_none() {
                return self.eat(b'}');
            }
        }
    }

    fn value(&mut self, path: String, depth: usize) -> Option<()> {
        let (value, is_text) = match self.peek()? {
            b'{' => return self.object(&path, depth + 1),
            b'[' => return self.list(depth + 1),
            b'"' => (self.string()?, true),
            _ => (self.bare()?, false),
        };
        if self.entries.len() < MOST_VALUES {
            self.entries.push(Entry {
                path,
                value,
                is_text,
            });
        }
        Some(())
    }

    /// Steps over a list.
    fn list(&mut self, depth: usize) -> Option<()> {
        self.eat(b'[').filter(|()| depth < DEEPEST)?;
        if self.eat(b']').is_some() {
            return Some(());
        }
        let known = self.entries.len();
        loop {
            self.value(String::new(), depth)?;
            self.entries.truncate(known);
            if self.eat(b',').is_none() {
                return self.eat(b']');
            }
        }
    }

    /// The inside of a string.
    fn string(&mut self) -> Option<Range<usize>> {
        self.eat(b'"')?;
        let start = self.at;
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let end = self.at;
        self.at += 1;
        self.text.is_char_boundary(end).then_some(start..end)
    }

    /// A number, or one of JSON's and Python's words.
    fn bare(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find([',', '}', ']', ' ', '\t']).unwrap_or(rest.len());
        let word = &rest[..length];
        self.at += length;
        let known = matches!(
            word,
            "null" | "true" | "false" | "NaN" | "Infinity" | "-Infinity"
        ) || word.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && word.parse::<f64>().is_ok();
        known.then_some(start..self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Value;

    #[test]
    fn the_documented_names_and_others() {
        let line =
            r#"{"epoch": 3, "generator_loss": 1.5, "real_scores": NaN, "lr": 2e-4, "tag": "a"}"#;
        let reading = read(line, false).unwrap();
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
        let update = read(line, false).unwrap().update;
        assert_eq!(update.generator_loss, Some(Value(0.5)));
        assert_eq!(update.discriminator_loss, Some(Value(0.25)));
    }

    #[test]
    fn a_servers_log_states_nothing() {
        let line =
            r#"{"level":"info","ts":1690000000.5,"status":200,"latency":0.5,"path":"/epoch/3"}"#;
        assert!(read(line, true).unwrap().is_empty());
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
            assert_eq!(read(text, true), None, "{text}");
        }
    }
}
