//! Reads a trainer's lines one after the other, and remembers what spans them.

use serde::{Deserialize, Serialize};

use super::draft::{Candidate, Draft};
use super::table::{self, Table};
use super::words::meaning;
use super::{Pattern, Reading, Rule, bar, brackets, call, counter, json, noise, pair};
use crate::event::TrainingUpdate;

/// What earlier lines stated and later lines belong to. Serialisable, so that a follower
/// can go on where it was after a restart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reader {
    epoch: Option<u64>,
    total_epochs: Option<u64>,
    step: Option<u64>,
    total_steps: Option<u64>,
    /// The run has begun to count: what stood before are settings.
    trained: bool,
    /// The indented lines below `Traceback` quote code.
    in_traceback: bool,
    table: Option<Table>,
}

impl Reader {
    /// What `text` itself states: the trainer's own pattern goes first, then JSON, then
    /// tables, then the built-in rules.
    pub fn read(&mut self, text: &str, pattern: Option<&Pattern>) -> Reading {
        if let Some(reading) = pattern.and_then(|pattern| pattern.read(text)) {
            return self.learn(reading);
        }
        if self.quotes_code(text) {
            return Reading::default();
        }
        if !has_number(text) {
            if let Some(header) = Table::header(text) {
                self.table = Some(header);
            }
            return Reading::default();
        }
        if let Some(reading) = json::read(text, self.trained) {
            return self.learn(reading);
        }
        if let Some(reading) = self.table.as_ref().and_then(|table| table.row(text)) {
            return self.learn(reading);
        }
        if let Some(header) = Table::header(text) {
            self.table = Some(header);
            return Reading::default();
        }
        let reading = by_rules(text, self.trained);
        self.learn(reading)
    }

    /// Whether `text` belongs to a traceback, or is a message that quotes code.
    fn quotes_code(&mut self, text: &str) -> bool {
        if text.ends_with("Traceback (most recent call last):") {
            self.in_traceback = true;
            return true;
        }
        if self.in_traceback {
            if text.starts_with([' ', '\t']) || text.trim().is_empty() {
                return true;
            }
            // The line that ends it names the error; launchers put their tag before.
            let tagged = text.starts_with('[') && text.contains("]:  ");
            self.in_traceback = tagged;
            if tagged {
                return true;
            }
        }
        text.trim_start().starts_with("File \"") || noise::python_message(text)
    }

    fn learn(&mut self, reading: Reading) -> Reading {
        let update = &reading.update;
        self.trained |= update.epoch.is_some()
            || update.step.is_some()
            || update.generator_loss.is_some()
            || update.discriminator_loss.is_some();
        reading
    }

    /// `update` placed in the run: values of a line without an epoch belong to the epoch
    /// that an earlier line stated.
    pub fn place(&mut self, mut update: TrainingUpdate) -> TrainingUpdate {
        let new_epoch = update.epoch.is_some() && update.epoch != self.epoch;
        if new_epoch {
            (self.step, self.total_steps) = (None, None);
        }
        for (stated, known) in [
            (&mut update.epoch, &mut self.epoch),
            (&mut update.total_epochs, &mut self.total_epochs),
            (&mut update.step, &mut self.step),
            (&mut update.total_steps, &mut self.total_steps),
        ] {
            *known = stated.or(*known);
            *stated = *known;
        }
        update
    }
}

/// Whether anything in `text` can be a number: most lines of other programs end here.
fn has_number(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
        || text
            .as_bytes()
            .windows(3)
            .any(|three| three.eq_ignore_ascii_case(b"nan") || three.eq_ignore_ascii_case(b"inf"))
}

/// What the built-in rules find in a line.
fn by_rules(text: &str, trained: bool) -> Reading {
    let mut draft = Draft::new(text);
    if !bar::read(&mut draft) {
        return Reading::default();
    }
    call::hide(&mut draft);
    brackets::leading(&mut draft);
    brackets::signed(&mut draft);
    counter::read(&mut draft);
    match table::two_cells(text) {
        Some((name, value)) => {
            let meaning = meaning(&text[name.clone()]);
            draft.candidates.push(Candidate {
                aside: noise::evaluated(&text[name.clone()]),
                name: text[name].to_owned(),
                value,
                meaning,
                rule: Rule::Table,
                percent: false,
            });
        }
        None => pair::read(&mut draft),
    }
    brackets::unnamed(&mut draft);
    draft.settle(trained)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Value;

    #[test]
    fn values_belong_to_the_epoch_stated_before() {
        let mut reader = Reader::default();
        let mut updates = Vec::new();
        for line in [
            "Epoch 3/10",
            "Generator Loss: 1.5",
            "noise",
            "Discriminator Loss: 0.5",
        ] {
            let reading = reader.read(line, None);
            if !reading.is_empty() {
                updates.push(reader.place(reading.update));
            }
        }
        assert!(
            updates
                .iter()
                .all(|u| u.epoch == Some(3) && u.total_epochs == Some(10))
        );
        assert_eq!(updates[1].generator_loss, Some(Value(1.5)));
        assert_eq!(updates[1].discriminator_loss, None);
        assert_eq!(updates[2].discriminator_loss, Some(Value(0.5)));
    }

    #[test]
    fn a_step_ends_with_its_epoch() {
        let mut reader = Reader::default();
        for line in ["Epoch 1 step 90/100 g_loss: 1", "Epoch 2 g_loss: 2"] {
            let reading = reader.read(line, None);
            let placed = reader.place(reading.update);
            assert_eq!(placed.step.is_some(), placed.epoch == Some(1));
        }
    }

    #[test]
    fn a_setting_is_no_metric_until_the_run_counts() {
        let mut reader = Reader::default();
        assert!(reader.read("lr = 0.0002", None).is_empty());
        reader.read("Epoch 1", None);
        assert!(
            reader
                .read("lr = 0.0002", None)
                .update
                .other
                .contains_key("lr")
        );
    }

    #[test]
    fn a_traceback_quotes_code() {
        let mut reader = Reader::default();
        for line in [
            "Traceback (most recent call last):",
            "  File \"a.py\", line 3, in f",
            "    g_loss = 0.5",
            "ValueError: step 5",
        ] {
            assert!(reader.read(line, None).is_empty(), "{line}");
        }
        assert!(!reader.read("g_loss: 0.5", None).is_empty());
    }
}
