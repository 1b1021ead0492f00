//! Decides what a line states in the end, of all that the rules have found in it.

use super::draft::{Candidate, Draft, is_metric, is_whole};
use super::words::{Meaning, Word};
use super::{Reading, noise, number, scene};
use crate::event::{TrainingUpdate, Value};

/// Further metrics of one line; more are not the report of a trainer.
pub const MOST_OTHERS: usize = 200;
/// Bytes of a further metric's name.
const LONGEST_NAME: usize = 80;

impl Draft<'_> {
    /// Whether the line names what only a GAN has.
    pub fn speaks_of_networks(&self) -> bool {
        self.candidates.iter().any(|c| match c.meaning {
            Some(Meaning::Word(word) | Meaning::Mean(word)) => is_metric(word),
            Some(Meaning::Bare(_) | Meaning::Either(_)) => !is_whole(&self.text[c.value.clone()]),
            _ => false,
        })
    }

    /// Whether the line measures anything that is no setting.
    pub fn reports(&self) -> bool {
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
        let mut candidates = std::mem::take(&mut self.candidates);
        let critic = |c: &Candidate| c.meaning.is_some() && c.name.contains("ritic");
        let acts = |c: &Candidate| c.name.contains("ctor") || c.name.contains("olicy");
        if candidates.iter().any(critic) && candidates.iter().any(acts) {
            // The critic of an actor judges states, not samples.
            for candidate in candidates.iter_mut().filter(|c| critic(c)) {
                candidate.meaning = None;
            }
        }
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
        let judged = self.judged(&candidates);
        // The adversarial network of Keras, which holds the generator: `[D loss: 0.5] [A loss: 0.6]`.
        let named = |wanted: &str| candidates.iter().any(|c| c.name == wanted);
        if named("D loss") && named("A loss") && !states_generator(&candidates) {
            for candidate in candidates.iter_mut().filter(|c| c.name == "A loss") {
                candidate.meaning = Some(Meaning::Word(Word::GeneratorLoss));
            }
        }
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
                Some(Meaning::Either(word)) if losses || judged => Some(word),
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

    /// Whether `D real` and `D fake` are scores: the line states both networks' losses in full, both are such as a
    /// probability is, and neither their sum nor their mean is the discriminator's loss, as parts of it would be.
    fn judged(&self, candidates: &[Candidate]) -> bool {
        const NEAR: f64 = 0.02;
        let either = |c: &Candidate| matches!(c.meaning, Some(Meaning::Either(_)));
        if !candidates.iter().any(either) {
            return false;
        }
        let value = |wanted: Meaning| {
            let mut found = candidates
                .iter()
                .filter(|c| c.meaning == Some(wanted) && !c.aside);
            found
                .next()
                .and_then(|c| number::parse(&self.text[c.value.clone()]))
        };
        let values = (
            value(Meaning::Either(Word::RealScores)),
            value(Meaning::Either(Word::FakeScores)),
            value(Meaning::Word(Word::GeneratorLoss)),
            value(Meaning::Word(Word::DiscriminatorLoss)),
        );
        let (Some(real), Some(fake), Some(_), Some(loss)) = values else {
            return false;
        };
        let penalised = candidates.iter().any(|c| {
            c.name.split(|c: char| !c.is_alphanumeric()).any(|part| {
                ["gp", "penalty", "grad"]
                    .iter()
                    .any(|known| part.eq_ignore_ascii_case(known))
            })
        });
        let parts = [real + fake, (real + fake) / 2.0]
            .iter()
            .any(|sum| (sum - loss).abs() <= NEAR * loss.abs().max(1.0));
        let probable = [real, fake].iter().all(|score| (0.0..=1.0).contains(score));
        probable && !penalised && !parts
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

/// Whether one of `candidates` is the generator's.
fn states_generator(candidates: &[Candidate]) -> bool {
    candidates.iter().any(|c| {
        matches!(
            c.meaning,
            Some(
                Meaning::Word(Word::GeneratorLoss)
                    | Meaning::Mean(Word::GeneratorLoss)
                    | Meaning::Bare(Word::GeneratorLoss)
            )
        )
    })
}

/// Whether `name` is one of a loss on real or fake samples, such as `l_d_real`.
fn of_real_loss(name: &str) -> bool {
    let mut parts = name.split(|c: char| !c.is_alphanumeric());
    let loss = parts
        .clone()
        .any(|p| ["l", "loss"].iter().any(|l| p.eq_ignore_ascii_case(l)));
    loss && parts.any(|p| ["real", "fake"].iter().any(|r| p.eq_ignore_ascii_case(r)))
}
