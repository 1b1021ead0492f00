//! Reads a trainer's lines one after the other, and remembers the epoch over them.

use serde::{Deserialize, Serialize};

use super::{Pattern, Reading, json, rules};
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
}

impl Reader {
    /// What `text` itself states: the trainer's own pattern goes first, then JSON, then
    /// the built-in rules.
    pub fn read(&self, text: &str, pattern: Option<&Pattern>) -> Reading {
        pattern
            .and_then(|pattern| pattern.read(text))
            .or_else(|| json::read(text))
            .unwrap_or_else(|| rules::read(text))
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
}
