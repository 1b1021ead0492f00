//! What the rules have found in one line so far, and what of it is stated in the end.

use std::cell::Cell;
use std::ops::Range;

use super::number;
use super::section::{self, Section};
use super::token::{self, Kind, Token};
use super::words::{Meaning, Word, meaning};
use super::{Found, Reading, Rule, noise, scene};
use crate::event::{TrainingUpdate, Value};

/// Further metrics of one line; more are not the report of a trainer.
pub const MOST_OTHERS: usize = 200;
/// Bytes of a further metric's name.
const LONGEST_NAME: usize = 80;

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

    /// Whether the line names what only a GAN has.
    pub fn speaks_of_networks(&self) -> bool {
        self.candidates.iter().any(|c| match c.meaning {
            Some(Meaning::Word(word) | Meaning::Mean(word)) => is_metric(word),
            Some(Meaning::Bare(_) | Meaning::Either(_)) => !is_whole(&self.text[c.value.clone()]),
            _ => false,
        })
    }

    /// Whether the line measures anything that is no setting.
    fn reports(&self) -> bool {
        self.candidates.iter().any(|c| {
            let decimal = !is_whole(&self.text[c.value.clone()]);
            let component = c.name.contains(['D', 'G']) && c.name.contains('_');
            decimal && (component || noise::measure(&c.name)) && !scene::setting_name(&c.name)
        })
    }

    /// Whether the line names a network's loss in full, or both networks by their names.
    pub fn speaks_of_losses(&self) -> bool {
        let full = |c: &Candidate| matches!(c.meaning, Some(Meaning::Word(word) | Meaning::Mean(word)) if is_metric(word));
        let bare = |wanted| move |c: &Candidate| c.meaning == Some(Meaning::Bare(wanted));
        self.candidates.iter().any(full)
            || self.candidates.iter().any(bare(Word::GeneratorLoss))
                && self.candidates.iter().any(bare(Word::DiscriminatorLoss))
    }

    /// What the line states in the end.
    pub fn settle(mut self) -> Reading {
        if self.doubtful && !self.speaks_of_networks() && !self.reports() {
            self.forget_counters();
        }
        let candidates = std::mem::take(&mut self.candidates);
        let trained = self.before.trained;
        let has = |wanted: Word| {
            candidates
                .iter()
                .any(|c| c.meaning == Some(Meaning::Bare(wanted)) && !c.aside)
        };
        let pair = has(Word::GeneratorLoss) && has(Word::DiscriminatorLoss);
        let letters = candidates.iter().any(|c| {
            let letter = ["A", "B", "C", "E", "F", "H", "T"].contains(&c.name.as_str());
            c.meaning.is_none() && letter
        });
        let start = self
            .text
            .trim_start_matches([' ', '\t', '-', '*', '•', '>']);
        let lone = self.before.just_counted
            && candidates.len() == 1
            && candidates.iter().any(|c| start.starts_with(&c.name));
        let bare = pair && !letters || lone || self.counted || self.reading.update.epoch.is_some();
        let losses = candidates
            .iter()
            .any(|c| c.meaning.is_none() && of_real_loss(&c.name));
        let ticks = ["tick", "kimg"]
            .iter()
            .all(|t| candidates.iter().any(|c| c.name == *t));
        let mut strong = self.counted || ticks;
        let mut others = Vec::new();
        let (plain, later): (Vec<_>, Vec<_>) = candidates
            .into_iter()
            .partition(|c| !matches!(c.meaning, Some(Meaning::Mean(_))));
        for candidate in plain.into_iter().chain(later) {
            let text = &self.text[candidate.value.clone()];
            let metric = candidate
                .meaning
                .is_some_and(|m| matches!(m, Meaning::Word(w) if is_metric(w)));
            if metric && candidate.percent {
                continue;
            }
            // A fraction of an epoch is no count, but it tells of training all the same.
            strong |= candidate.meaning == Some(Meaning::Word(Word::Epoch)) && text.contains('.');
            let word = match candidate.meaning {
                _ if candidate.aside || candidate.percent => None,
                Some(Meaning::Word(word)) if is_metric(word) => Some(word),
                Some(Meaning::Mean(word)) if self.reading.update.step.is_none() => Some(word),
                Some(Meaning::Bare(word)) if bare && !is_whole(text) => Some(word),
                Some(Meaning::Either(word)) if losses => Some(word),
                _ => None,
            };
            strong |= metric;
            match (word, number::parse(text)) {
                (Some(word), Some(value)) if self.state_metric(word, value, &candidate) => {
                    strong = true
                }
                (_, Some(value)) => others.push((candidate, value)),
                (_, None) => {}
            }
        }
        for (candidate, value) in others {
            let name = candidate.name.as_str();
            let taken = self.reading.update.other.len() < MOST_OTHERS
                && name.len() <= LONGEST_NAME
                && !noise::never(name)
                && !reserved(name, value)
                && (strong
                    || noise::of_training(name) && (trained || noise::measure(name))
                    || trained && noise::of_running(name));
            if taken && !self.reading.update.other.contains_key(name) {
                self.reading
                    .update
                    .other
                    .insert(candidate.name.clone(), Value(value));
                self.found(format!("other.{name}"), candidate.value, candidate.rule);
            }
        }
        self.reading
    }

    /// The epoch alone, of a line whose other numbers are no training's.
    pub fn epoch_alone(mut self) -> Reading {
        let update = TrainingUpdate {
            epoch: self.reading.update.epoch,
            total_epochs: self.reading.update.total_epochs,
            ..TrainingUpdate::default()
        };
        let kept = ["epoch", "total_epochs"];
        self.reading
            .found
            .retain(|found| kept.contains(&found.key.as_str()));
        Reading {
            update,
            progress_percent: None,
            found: self.reading.found,
        }
    }

    fn forget_counters(&mut self) {
        let update = &mut self.reading.update;
        (update.epoch, update.total_epochs) = (None, None);
        (update.step, update.total_steps) = (None, None);
        self.counted = false;
        self.reading.found.retain(|found| {
            !["epoch", "step", "total_epochs", "total_steps"].contains(&found.key.as_str())
        });
    }

    fn state_metric(&mut self, word: Word, value: f64, candidate: &Candidate) -> bool {
        let update = &mut self.reading.update;
        let (slot, key) = match word {
            Word::GeneratorLoss => (&mut update.generator_loss, "generator_loss"),
            Word::DiscriminatorLoss => (&mut update.discriminator_loss, "discriminator_loss"),
            Word::RealScores => (&mut update.real_scores, "real_scores"),
            Word::FakeScores => (&mut update.fake_scores, "fake_scores"),
            _ => return false,
        };
        if slot.is_some() {
            return false;
        }
        *slot = Some(Value(value));
        self.found(key.to_owned(), candidate.value.clone(), candidate.rule);
        true
    }
}

/// Whether a further metric may not be called `name`: it is that of something else, which
/// the line states twice or of another time.
pub fn reserved(name: &str, value: f64) -> bool {
    let counter = ["epoch", "step", "total_epochs", "total_steps"].contains(&name);
    TrainingUpdate::METRICS.contains(&name) || counter && value.fract() == 0.0
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

/// Whether `name` is one of a loss on real or fake samples, such as `l_d_real`.
fn of_real_loss(name: &str) -> bool {
    let mut parts = name.split(|c: char| !c.is_alphanumeric());
    let loss = parts
        .clone()
        .any(|p| ["l", "loss"].iter().any(|l| p.eq_ignore_ascii_case(l)));
    loss && parts.any(|p| ["real", "fake"].iter().any(|r| p.eq_ignore_ascii_case(r)))
}
