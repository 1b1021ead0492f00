//! Reads a line of text by regular expressions: the trainer's own, and the built-in ones.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::Reading;
use super::number::{self, NUMBER};
use super::words::{Word, word};
use crate::event::Value;

/// A name and its number: `Generator Loss: 1.2345`, `D(G(z)) = 0.4`.
static PAIR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)\b(?P<name>generator[ _-]?loss|gen[ _-]?loss|g[ _-]?loss|loss[ _-]?g(?:enerator|en)?|discriminator[ _-]?loss|disc[ _-]?loss|d[ _-]?loss|loss[ _-]?d(?:iscriminator|isc)?|real[ _-]?scores?|fake[ _-]?scores?|synthetic[ _-]?scores?|d\(x\)|d\(g\(z\)\))\s*[:=]\s*(?P<value>{NUMBER})"
    ))
    .ok()
});

/// A counter, with its total where that is stated: `Epoch 1/10`, `[step: 3 of 400]`.
static COUNTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?P<name>epoch|step|iteration|iter)\b\s*[:=#\[(]?\s*\[?(?P<value>\d+)(?:\s*(?:/|of)\s*(?P<total>\d+))?").ok()
});

/// A stated progress: `Progress: 50%`.
static PROGRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\bprogress\b\s*[:=]?\s*(?P<value>\d+(?:\.\d+)?)\s*%").ok());

/// What the built-in rules find in a line.
pub fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    for found in all(&COUNTER, text) {
        let ends = found
            .get(0)
            .is_some_and(|all| number::ends_before(&text[all.end()..]));
        if !ends {
            continue;
        }
        let count = |name| found.name(name).and_then(|m| number::count(m.as_str()));
        let update = &mut reading.update;
        let (value, total) = match word(&found["name"]) {
            Some(Word::Epoch) => (&mut update.epoch, &mut update.total_epochs),
            Some(Word::Step) => (&mut update.step, &mut update.total_steps),
            _ => continue,
        };
        // The first counter of a line is its own; later ones are asides.
        if value.is_none() {
            (*value, *total) = (count("value"), count("total"));
        }
    }
    for found in all(&PAIR, text) {
        let ends = found
            .get(0)
            .is_some_and(|all| number::ends_before(&text[all.end()..]));
        if let (true, Some(name)) = (ends, word(&found["name"])) {
            set(&mut reading, name, &found["value"]);
        }
    }
    if let Some(found) = all(&PROGRESS, text).next() {
        reading.progress_percent = percent(&found["value"]);
    }
    reading
}

fn all<'t>(
    rule: &'static LazyLock<Option<Regex>>,
    text: &'t str,
) -> impl Iterator<Item = Captures<'t>> {
    rule.as_ref()
        .into_iter()
        .flat_map(|rule| rule.captures_iter(text))
}

fn percent(text: &str) -> Option<f64> {
    number::parse(text).filter(|percent| (0.0..=100.0).contains(percent))
}

/// States `name` as `text`, unless the line has already stated it.
fn set(reading: &mut Reading, name: Word, text: &str) {
    let update = &mut reading.update;
    let count = || number::count(text);
    let value = || number::parse(text).map(Value);
    match name {
        Word::Epoch => update.epoch = update.epoch.or_else(count),
        Word::TotalEpochs => update.total_epochs = update.total_epochs.or_else(count),
        Word::Step => update.step = update.step.or_else(count),
        Word::TotalSteps => update.total_steps = update.total_steps.or_else(count),
        Word::GeneratorLoss => update.generator_loss = update.generator_loss.or_else(value),
        Word::DiscriminatorLoss => {
            update.discriminator_loss = update.discriminator_loss.or_else(value);
        }
        Word::RealScores => update.real_scores = update.real_scores.or_else(value),
        Word::FakeScores => update.fake_scores = update.fake_scores.or_else(value),
        Word::Progress => {
            reading.progress_percent = reading.progress_percent.or_else(|| percent(text));
        }
    }
}

/// A trainer's own pattern from the configuration: a regular expression whose named
/// groups are the names of what they hold, tried before the built-in rules.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// Why a pattern cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    #[error("the pattern is not a regular expression: {0}")]
    Syntax(#[from] regex::Error),
    #[error("the pattern has no named group, such as (?P<epoch>\\d+), so it cannot state anything")]
    NoGroup,
}

impl Pattern {
    /// The pattern in `text`.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let regex = Regex::new(text)?;
        match regex.capture_names().flatten().next() {
            Some(_) => Ok(Self(regex)),
            None => Err(PatternError::NoGroup),
        }
    }

    /// What the pattern's groups state in a line; `None` where it does not match.
    pub fn read(&self, text: &str) -> Option<Reading> {
        let found = self.0.captures(text)?;
        let mut reading = Reading::default();
        let groups = self.0.capture_names().flatten();
        for (name, group) in groups.filter_map(|name| Some((name, found.name(name)?))) {
            match (word(name), number::parse(group.as_str())) {
                (Some(word), _) => set(&mut reading, word, group.as_str()),
                (None, Some(value)) => {
                    reading.update.other.insert(name.to_owned(), Value(value));
                }
                (None, None) => {}
            }
        }
        Some(reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::TrainingUpdate;

    #[test]
    fn the_line_of_the_embedded_trainer() {
        let reading = read(
            "Epoch 1/10 Generator Loss: 1.2345 Discriminator Loss: 0.8765 Real Scores: 0.8 Fake Scores: 0.2",
        );
        assert_eq!(
            reading.update,
            TrainingUpdate {
                epoch: Some(1),
                total_epochs: Some(10),
                generator_loss: Some(Value(1.2345)),
                discriminator_loss: Some(Value(0.8765)),
                real_scores: Some(Value(0.8)),
                fake_scores: Some(Value(0.2)),
                ..TrainingUpdate::default()
            }
        );
        assert_eq!(reading.progress_percent, None);
    }

    #[test]
    fn every_form_of_a_number() {
        for (text, expected) in [
            ("-0.5", -0.5),
            ("1e-05", 1e-5),
            ("+2.5E+3", 2500.0),
            (".5", 0.5),
            ("3.", 3.0),
            ("inf", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("NaN", f64::NAN),
        ] {
            let reading = read(&format!("Generator Loss: {text}"));
            assert_eq!(
                reading.update.generator_loss,
                Some(Value(expected)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_value_is_left_out() {
        for text in [
            "Generator Loss: n/a",
            "Generator Loss: 1.2.3",
            "Generator Loss: 5%",
            "Generator Loss: nano",
            "the epoch of 2024-01-02",
            "stepping 3/4 of the way",
            "Progress: 250%",
            "192.168.0.1 real estate",
        ] {
            assert!(read(text).is_empty(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn progress_in_percent() {
        assert_eq!(read("Progress: 50%").progress_percent, Some(50.0));
        assert_eq!(read("progress 12.5 %").progress_percent, Some(12.5));
    }

    #[test]
    fn a_pattern_states_by_its_groups() {
        let pattern =
            Pattern::new(r"(?P<epoch>\d+) .* G=(?P<generator_loss>\S+) gp=(?P<gp>\S+)").unwrap();
        let reading = pattern.read("7 | G=0.25 gp=1.5").unwrap();
        assert_eq!(reading.update.epoch, Some(7));
        assert_eq!(reading.update.generator_loss, Some(Value(0.25)));
        assert_eq!(reading.update.other["gp"], Value(1.5));
        assert!(pattern.read("nothing").is_none());
    }

    #[test]
    fn a_bad_pattern_says_where_it_is_bad() {
        let error = Pattern::new(r"(?P<epoch>\d+").unwrap_err().to_string();
        assert!(error.contains("unclosed group"), "{error}");
        assert!(matches!(Pattern::new("a+"), Err(PatternError::NoGroup)));
    }
}
