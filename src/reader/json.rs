//! Reads a line that is one JSON object.

use serde_json::{Map, Value as Json};

use super::Reading;
use super::number::MOST;
use super::words::{Word, word};
use crate::event::Value;

/// Metrics taken from one object; more are not the report of a trainer.
const MOST_METRICS: usize = 200;

/// What a JSON line states, or `None` where it is not a JSON object. Python writes NaN
/// and Infinity into JSON, which no JSON parser reads: they become strings first.
pub fn read(text: &str) -> Option<Reading> {
    let text = text.trim();
    if !(text.starts_with('{') && text.ends_with('}')) {
        return None;
    }
    let object: Map<String, Json> = serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(&quote_non_finite(text)))
        .ok()?;
    let mut reading = Reading::default();
    for (name, value) in &object {
        state(&mut reading, name, value);
    }
    Some(reading)
}

fn state(reading: &mut Reading, name: &str, value: &Json) {
    let update = &mut reading.update;
    let number = number(value);
    let count = value.as_u64().filter(|count| *count <= MOST);
    match word(name) {
        Some(Word::Epoch) => update.epoch = count,
        Some(Word::TotalEpochs) => update.total_epochs = count,
        Some(Word::Step) => update.step = count,
        Some(Word::TotalSteps) => update.total_steps = count,
        Some(Word::GeneratorLoss) => update.generator_loss = number,
        Some(Word::DiscriminatorLoss) => update.discriminator_loss = number,
        Some(Word::RealScores) => update.real_scores = number,
        Some(Word::FakeScores) => update.fake_scores = number,
        Some(Word::Progress) => reading.progress_percent = value.as_f64(),
        None if update.other.len() < MOST_METRICS => {
            if let Some(number) = number {
                update.other.insert(name.to_owned(), number);
            }
        }
        None => {}
    }
}

fn number(value: &Json) -> Option<Value> {
    match value {
        Json::Number(number) => number.as_f64().map(Value),
        Json::String(word) => match word.as_str() {
            "NaN" => Some(Value(f64::NAN)),
            "Infinity" => Some(Value(f64::INFINITY)),
            "-Infinity" => Some(Value(f64::NEG_INFINITY)),
            _ => None,
        },
        _ => None,
    }
}

/// `text` with the bare words NaN and Infinity outside of strings put in quotes.
fn quote_non_finite(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 16);
    let mut in_string = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let bare = ["NaN", "-Infinity", "Infinity"]
            .into_iter()
            .find(|w| rest.starts_with(w));
        if let (false, Some(word)) = (in_string, bare) {
            quoted.extend(["\"", word, "\""]);
            rest = &rest[word.len()..];
            continue;
        }
        let length = match c {
            '\\' if in_string => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => c.len_utf8(),
        };
        in_string ^= c == '"';
        quoted.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_names_and_others() {
        let reading = read(
            r#"{"epoch": 3, "generator_loss": 1.5, "real_scores": NaN, "lr": 2e-4, "tag": "a"}"#,
        )
        .unwrap();
        assert_eq!(reading.update.epoch, Some(3));
        assert_eq!(reading.update.generator_loss, Some(Value(1.5)));
        assert_eq!(reading.update.real_scores, Some(Value(f64::NAN)));
        assert_eq!(reading.update.other.len(), 1);
        assert_eq!(reading.update.other["lr"], Value(2e-4));
        assert_eq!(reading.update.discriminator_loss, None);
    }

    #[test]
    fn words_inside_strings_are_left_alone() {
        assert_eq!(
            quote_non_finite(r#"{"a":"NaN \" NaN","b":-Infinity}"#),
            r#"{"a":"NaN \" NaN","b":"-Infinity"}"#
        );
    }

    #[test]
    fn what_is_no_object_states_nothing() {
        for text in ["", "{", "[1,2]", "{not json}", "42", "\"{}\""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
