//! What the rules have found in one line so far.

use std::cell::Cell;
use std::ops::Range;

use super::number;
use super::section::{self, Section};
use super::token::{self, Kind, Token};
use super::words::{Meaning, Word, meaning};
use super::{Found, Reading, Rule};

/// A name with its number.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub name: String,
    pub value: Range<usize>,
    pub meaning: Option<Meaning>,
    pub rule: Rule,
    pub percent: bool,
    /// The value is of an evaluation, or of something else that is not training.
    pub aside: bool,
}

/// One line in the course of being read.
pub struct Draft<'t> {
    pub text: &'t str,
    pub tokens: Vec<Token>,
    pub reading: Reading,
    pub candidates: Vec<Candidate>,
    /// The line states where the run is, by a counter's own word or by a bar.
    pub counted: bool,
    /// What it counts may be a plan: it holds where the line states a network's loss.
    pub doubtful: bool,
    pub before: Before<'t>,
    pub sections: Vec<Section>,
    /// A word stands in the line whose numbers are of another time.
    pub elsewhen: bool,
    /// A word stands in the line behind which settings may stand.
    pub settings: bool,
    /// What the words mean, as far as it was asked.
    meanings: Vec<Cell<Option<Option<Meaning>>>>,
}

/// What earlier lines tell about this one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Before<'t> {
    /// The run has begun to count.
    pub trained: bool,
    pub epoch: Option<u64>,
    pub total_epochs: Option<u64>,
    /// The word of an evaluation's header above.
    pub evaluation: Option<&'t str>,
    /// One of the last lines told where the run is, and named nothing since.
    pub just_counted: bool,
}

impl<'t> Draft<'t> {
    /// The line `text`, of which nothing is known yet.
    pub fn new(text: &'t str, before: Before<'t>) -> Self {
        let mut draft = Self::empty(text, before);
        draft.tokens = token::scan(text);
        draft.meanings = vec![Cell::new(None); draft.tokens.len()];
        section::find(&mut draft);
        draft
    }

    /// The line `text`, whose names and numbers something else than tokens tells.
    pub fn empty(text: &'t str, before: Before<'t>) -> Self {
        Self {
            text,
            tokens: Vec::new(),
            reading: Reading::default(),
            candidates: Vec::new(),
            counted: false,
            doubtful: false,
            before,
            sections: Vec::new(),
            elsewhen: false,
            settings: false,
            meanings: Vec::new(),
        }
    }

    /// The kind of token `at`; a mark that no rule knows beyond the line.
    pub fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::Used, |token| token.kind)
    }

    /// Whether token `at` is the mark `c`.
    pub fn is(&self, at: usize, c: char) -> bool {
        self.kind(at) == Kind::Mark(c)
    }

    /// The text of token `at`, without its unit.
    pub fn slice(&self, at: usize) -> &'t str {
        self.tokens
            .get(at)
            .map_or("", |token| &self.text[token.start..token.end])
    }

    /// The word at `at`, empty where there is none.
    pub fn word(&self, at: usize) -> &'t str {
        if self.kind(at) == Kind::Word {
            self.slice(at)
        } else {
            ""
        }
    }

    /// What the word at `at` means by itself.
    pub fn means(&self, at: usize) -> Option<Meaning> {
        let word = self.word(at);
        if word.is_empty() {
            return None;
        }
        match self.meanings.get(at) {
            Some(known) => known.get().unwrap_or_else(|| {
                let found = meaning(word);
                known.set(Some(found));
                found
            }),
            None => meaning(word),
        }
    }

    /// What stands between token `at` and the one before it.
    pub fn gap(&self, at: usize) -> &'t str {
        match (
            at.checked_sub(1).and_then(|i| self.tokens.get(i)),
            self.tokens.get(at),
        ) {
            (Some(before), Some(token)) => &self.text[before.full..token.start],
            (None, Some(token)) => &self.text[..token.start],
            _ => "",
        }
    }

    /// Whether token `at` stands right behind the one before it.
    pub fn glued(&self, at: usize) -> bool {
        at < self.tokens.len() && self.gap(at).is_empty()
    }

    /// The count that token `at` is.
    pub fn count(&self, at: usize) -> Option<u64> {
        if self.kind(at) != Kind::Number {
            return None;
        }
        number::count(self.slice(at))
    }

    /// The fraction at `at`: its two counts and the token behind it.
    pub fn fraction(&self, at: usize) -> Option<(u64, u64, usize)> {
        let (value, total) = (
            self.count(at)?,
            self.is(at + 1, '/').then(|| self.count(at + 2))??,
        );
        let date = self.is(at + 3, '/') && matches!(self.kind(at + 4), Kind::Number);
        (!date && total > 0).then_some((value, total, at + 3))
    }

    /// Takes the tokens of `range` away from later rules.
    pub fn take(&mut self, range: Range<usize>) {
        for token in &mut self.tokens[range] {
            token.kind = Kind::Used;
        }
    }

    /// States the count of token `at` unless the line has stated `word` already; with
    /// its total, where token `total` is one.
    pub fn state_count(&mut self, word: Word, at: usize, total: Option<usize>, rule: Rule) -> bool {
        let Some(value) = self.count(at) else {
            return false;
        };
        // Seconds since 1970 are also called an epoch.
        if word == Word::Epoch && value > 1_000_000_000 {
            return false;
        }
        let total_value = total.and_then(|total| self.count(total));
        let update = &mut self.reading.update;
        let (slot, total_slot, key, total_key) = match word {
            Word::Epoch => (
                &mut update.epoch,
                &mut update.total_epochs,
                "epoch",
                "total_epochs",
            ),
            _ => (
                &mut update.step,
                &mut update.total_steps,
                "step",
                "total_steps",
            ),
        };
        if slot.is_some() {
            return false;
        }
        (*slot, *total_slot) = (Some(value), total_value);
        self.note(key, at, rule);
        if let (Some(total), true) = (total, total_value.is_some()) {
            self.note(total_key, total, rule);
        }
        true
    }

    /// States the percentage of token `at` as the progress.
    pub fn state_progress(&mut self, at: usize, rule: Rule) {
        let percent = number::parse(self.slice(at)).filter(|p| (0.0..=100.0).contains(p));
        if let (None, Some(percent)) = (self.reading.progress_percent, percent) {
            self.reading.progress_percent = Some(percent);
            self.note("progress_percent", at, rule);
        }
    }

    fn note(&mut self, key: &str, at: usize, rule: Rule) {
        let token = self.tokens[at];
        self.found(key.to_owned(), token.start..token.end, rule);
    }

    pub fn found(&mut self, key: String, range: Range<usize>, rule: Rule) {
        let Range { start, end } = range;
        self.reading.found.push(Found {
            key,
            start,
            end,
            rule,
        });
    }
}

/// Whether `word` is one of the four metrics that every GAN has.
pub fn is_metric(word: Word) -> bool {
    matches!(
        word,
        Word::GeneratorLoss | Word::DiscriminatorLoss | Word::RealScores | Word::FakeScores
    )
}

/// Whether a number is written without decimals: the count of something.
pub fn is_whole(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b','))
}
