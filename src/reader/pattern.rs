//! The trainer's own regular expression, tried before the built-in rules.

use regex::{Regex, RegexBuilder};

use super::settle::{MOST_OTHERS, reserved};
use super::words::{Word, word};
use super::{Found, Reading, Rule, number};
use crate::event::Value;

/// A trainer's own pattern from the configuration: a regular expression whose named
/// groups are the names of what they hold.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// Bytes that a compiled pattern may take: how long it needs for a line grows with them. One that comes by a request has less.
const LARGEST: usize = 1 << 20;
const LARGEST_TRIED: usize = 1 << 17;

/// Why a pattern cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    #[error("the pattern is not a regular expression: {}", reason(.0))]
    Syntax(#[from] regex::Error),
    #[error("the pattern has no named group, such as (?P<epoch>\\d+), so it cannot state anything")]
    NoGroup,
}

/// What is wrong with a pattern, in one line: the library draws it with a mark below the place.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let Some(what) = text.lines().find_map(|line| line.strip_prefix("error: ")) else {
        return text;
    };
    /// How far the drawing is indented.
    const INDENT: usize = 4;
    let is_mark = |line: &&str| line.contains('^') && line.trim_matches([' ', '^']).is_empty();
    match text.lines().rev().find(is_mark) {
        Some(mark) => {
            let at = mark.len() - mark.trim_start().len();
            format!("{what} at character {}", at.saturating_sub(INDENT) + 1)
        }
        None => what.to_owned(),
    }
}

impl Pattern {
    /// The pattern in `text`.
    ///
    /// # Errors
    ///
    /// Where `text` is not a regular expression, with the position and the reason, or
    /// where it names no group.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        Self::within(LARGEST, text)
    }

    /// The same of somebody who tries it out, and whose time is not ours: a smaller one.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn tried(text: &str) -> Result<Self, PatternError> {
        Self::within(LARGEST_TRIED, text)
    }

    fn within(bytes: usize, text: &str) -> Result<Self, PatternError> {
        let regex = RegexBuilder::new(text).size_limit(bytes).build()?;
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
            let key = state(&mut reading, name, group.as_str());
            reading.found.extend(key.map(|key| Found {
                key,
                start: group.start(),
                end: group.end(),
                rule: Rule::Pattern,
            }));
        }
        Some(reading)
    }
}

/// States `name` as `text` and gives the key under which it stands.
pub fn state(reading: &mut Reading, name: &str, text: &str) -> Option<String> {
    let update = &mut reading.update;
    let count = number::count(text);
    let value = number::parse(text).map(Value);
    let known = word(name);
    let (stated, key) = match known {
        Some(Word::Epoch) => (fill(&mut update.epoch, count), "epoch"),
        Some(Word::TotalEpochs) => (fill(&mut update.total_epochs, count), "total_epochs"),
        Some(Word::Step) => (fill(&mut update.step, count), "step"),
        Some(Word::TotalSteps) => (fill(&mut update.total_steps, count), "total_steps"),
        Some(Word::GeneratorLoss) => (fill(&mut update.generator_loss, value), "generator_loss"),
        Some(Word::DiscriminatorLoss) => (
            fill(&mut update.discriminator_loss, value),
            "discriminator_loss",
        ),
        Some(Word::RealScores) => (fill(&mut update.real_scores, value), "real_scores"),
        Some(Word::FakeScores) => (fill(&mut update.fake_scores, value), "fake_scores"),
        Some(Word::Progress) => {
            let percent = value.map(|v| v.0).filter(|p| (0.0..=100.0).contains(p));
            (
                fill(&mut reading.progress_percent, percent),
                "progress_percent",
            )
        }
        None => (false, ""),
    };
    if stated {
        return Some(key.to_owned());
    }
    // A fraction of an epoch is a metric; a group that is no number states nothing.
    let free = update.other.len() < MOST_OTHERS && !update.other.contains_key(name);
    let value =
        value.filter(|value| free && known != Some(Word::Progress) && !reserved(name, value.0))?;
    update.other.insert(name.to_owned(), value);
    Some(format!("other.{name}"))
}

fn fill<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    if slot.is_some() || value.is_none() {
        return false;
    }
    *slot = value;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_states_by_its_groups() {
        let pattern =
            Pattern::new(r"(?P<epoch>\d+) .* G=(?P<generator_loss>\S+) gp=(?P<gp>\S+)").unwrap();
        let reading = pattern.read("7 | G=0.25 gp=1.5").unwrap();
        assert_eq!(reading.update.epoch, Some(7));
        assert_eq!(reading.update.generator_loss, Some(Value(0.25)));
        assert_eq!(reading.update.other["gp"], Value(1.5));
        assert_eq!(reading.found[1].key, "generator_loss");
        assert_eq!((reading.found[1].start, reading.found[1].end), (6, 10));
        assert!(pattern.read("nothing").is_none());
    }

    #[test]
    fn a_bad_pattern_says_where_it_is_bad() {
        for (pattern, reason) in [
            (r"(?P<epoch>\d+", "unclosed group at character 1"),
            (r"^\d+[^a", "unclosed character class at character 5"),
            (r"(?P<epoch>\d{99999})", "exceeds size limit"),
        ] {
            let error = Pattern::new(pattern).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        }
        assert!(matches!(Pattern::new("a+"), Err(PatternError::NoGroup)));
    }
}
