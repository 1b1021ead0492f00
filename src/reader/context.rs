//! Reads a trainer's lines one after the other, and remembers what spans them.

use serde::{Deserialize, Serialize};

use super::block::Block;
use super::draft::Before;
use super::json::Told;
use super::rules::{by_rules, counts, is_evaluation, reports};
use super::table::Table;
use super::{Found, Pattern, Reading, json, noise, scene};
use crate::event::TrainingUpdate;

/// Lines below a counter in which a network's name alone states its loss.
const JUST: u32 = 6;

/// What earlier lines stated and later lines belong to. Serialisable, so that a follower
/// can go on where it was after a restart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reader {
    epoch: Option<u64>,
    total_epochs: Option<u64>,
    step: Option<u64>,
    total_steps: Option<u64>,
    /// The epoch and the total that were stated last, for the lines below them.
    stated: (Option<u64>, Option<u64>),
    /// The run has begun to count: what stood before are settings.
    trained: bool,
    /// Lines since one told where the run is; `None` where another header came between.
    since_counted: Option<u32>,
    /// The indented lines below `Traceback` quote code.
    in_traceback: bool,
    table: Option<Table>,
    block: Option<Block>,
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
        let numbers = has_number(text);
        if self.in_block(text, numbers) {
            return Reading::default();
        }
        if !numbers {
            self.note_header(text);
            return Reading::default();
        }
        let word = match &self.block {
            Some(Block::Evaluation { word, .. }) => Some(word.clone()),
            _ => None,
        };
        let before = Before {
            trained: self.trained,
            epoch: self.stated.0,
            total_epochs: self.stated.1,
            evaluation: word.as_deref(),
            just_counted: self.since_counted.is_some_and(|lines| lines < JUST),
        };
        let reading = self.first(text, before);
        let counted = reading.update.epoch.is_some() || reading.update.step.is_some();
        if word.is_some() && counted && !is_evaluation(text) {
            self.block = None;
        }
        self.learn(reading)
    }

    /// What the first rule that knows the line finds in it.
    fn first(&mut self, text: &str, before: Before) -> Reading {
        match json::read(text, before) {
            Some(Told::Reading(reading)) => return reading,
            Some(Told::Message(range)) => {
                let mut reading = by_rules(&text[range.clone()], before);
                for Found { start, end, .. } in &mut reading.found {
                    (*start, *end) = (*start + range.start, *end + range.start);
                }
                return reading;
            }
            None => {}
        }
        if let Some(table) = &mut self.table {
            if let Some(reading) = table.row(text, before) {
                return reading;
            }
            if table.is_over() {
                self.table = None;
            }
        }
        if let Some(header) = Table::header(text) {
            self.table = Some(header);
            return Reading::default();
        }
        by_rules(text, before)
    }

    /// Whether `text` belongs to a block that states nothing, which it may begin.
    fn in_block(&mut self, text: &str, numbers: bool) -> bool {
        if let Some(block) = self.block.take() {
            let evaluation = matches!(block, Block::Evaluation { .. });
            let report = !evaluation && numbers && reports(text, &block);
            let (kept, inside) = block.behind(text);
            if !report {
                self.block = kept;
            }
            if inside && !evaluation && !report {
                return true;
            }
        }
        // Headers are short and mostly without a number; brackets open before training.
        let header = !numbers
            || text.len() < 60 && !text.contains(['=', '.'])
            || !self.trained
            || text.ends_with(['(', '{', ',']);
        if header && let Some(block) = Block::begun(text, self.trained) {
            let evaluation = matches!(block, Block::Evaluation { .. });
            // `Epoch 3: {` reports, and a dictionary of the report may follow.
            let open = matches!(block, Block::Open { call: false, .. });
            let reported = open && numbers && !text.trim_start().starts_with(['{', '(', '[']);
            if !(reported && counts(text)) {
                self.block = Some(block);
                return !evaluation;
            }
        }
        false
    }

    /// Remembers what a line without a number begins.
    fn note_header(&mut self, text: &str) {
        if let Some(header) = Table::header(text) {
            self.table = Some(header);
            return;
        }
        // `Learning rates:` and the like name what stands below.
        let loss = || {
            text.split(|c: char| !c.is_alphanumeric())
                .any(|word| noise::is_loss(word) || scene::training(word) || word == "metrics")
        };
        if text.trim_end().ends_with(':') {
            self.since_counted = (self.trained && loss()).then_some(0);
        }
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
        let counted = update.epoch.is_some() || update.step.is_some();
        if update.epoch.is_some() {
            self.stated = (update.epoch, update.total_epochs.or(self.stated.1));
        }
        self.since_counted = match self.since_counted {
            _ if counted => Some(0),
            lines => lines.map(|lines| lines.saturating_add(1)),
        };
        self.trained |=
            counted || update.generator_loss.is_some() || update.discriminator_loss.is_some();
        reading
    }

    /// `update` placed in the run: values of a line without an epoch belong to the epoch
    /// that an earlier line stated.
    pub fn place(&mut self, mut update: TrainingUpdate) -> TrainingUpdate {
        let totals = (update.total_epochs.is_some(), update.total_steps.is_some());
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
        // A total that is passed was that of something else.
        if update.epoch > update.total_epochs && !totals.0 {
            (self.total_epochs, update.total_epochs) = (None, None);
        }
        if update.step > update.total_steps && !totals.1 {
            (self.total_steps, update.total_steps) = (None, None);
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
    fn a_total_that_is_passed_is_carried_no_further() {
        let mut reader = Reader::default();
        let totals = [
            "Epoch 1/2 step 9/10 g_loss: 1",
            r#"{"epoch": 1, "step": 11, "generator_loss": 1.0}"#,
            r#"{"epoch": 10, "step": 3, "generator_loss": 1.0}"#,
            "Epoch 11/9 g_loss: 1",
            "g_loss: 1",
        ]
        .map(|line| {
            let reading = reader.read(line, None);
            let placed = reader.place(reading.update);
            (placed.total_epochs, placed.total_steps)
        });
        let stated = [
            (Some(2), Some(10)),
            (Some(2), None),
            (None, None),
            (Some(9), None),
            (None, None),
        ];
        assert_eq!(totals, stated);
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
