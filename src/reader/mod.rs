//! From a trainer's text to what it states. Pure: no files, no clock, no threads.
//!
//! `Lines` makes lines of the log's pieces, `Reader` reads each line: the trainer's own
//! pattern first, then JSON, then tables, then the built-in rules, which find bars,
//! counters and pairs. Whatever a line does not state stays absent; a value that is
//! doubtful is left out, since a wrong one is worse.

mod bar;
mod between;
mod block;
mod border;
mod brackets;
mod call;
mod colour;
mod context;
mod counter;
mod draft;
mod foreign;
mod head;
mod json;
mod level;
mod lines;
mod list;
mod name;
mod noise;
mod number;
mod object;
mod pair;
mod parts;
mod pattern;
mod rule;
mod rules;
mod scene;
mod section;
mod settle;
mod table;
mod token;
mod unit;
mod words;

pub use context::Reader;
pub use level::level;
pub use lines::{Line, Lines};
pub use pattern::{Pattern, PatternError};
pub use rule::{Found, Rule};

use serde_json::{Map, Value as Json, json};

use crate::event::TrainingUpdate;

/// What one line states, and nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    pub update: TrainingUpdate,
    /// In percent, where the line itself states it.
    pub progress_percent: Option<f64>,
    /// Where in the line each value stands, and which rule found it.
    pub found: Vec<Found>,
}

impl Reading {
    /// Whether the line states nothing that Nashboard understands.
    pub fn is_empty(&self) -> bool {
        self.progress_percent.is_none() && self.update == TrainingUpdate::default()
    }

    /// What the line with number `line` states, as the command line tells it: only the
    /// keys that it states.
    pub fn stated(&self, line: u64) -> Map<String, Json> {
        let update = &self.update;
        let other = (!update.other.is_empty()).then(|| json!(update.other));
        [
            ("line", Some(json!(line))),
            ("epoch", update.epoch.map(Json::from)),
            ("total_epochs", update.total_epochs.map(Json::from)),
            ("step", update.step.map(Json::from)),
            ("total_steps", update.total_steps.map(Json::from)),
            ("generator_loss", update.generator_loss.map(|v| json!(v))),
            (
                "discriminator_loss",
                update.discriminator_loss.map(|v| json!(v)),
            ),
            ("real_score", update.real_scores.map(|v| json!(v))),
            ("fake_score", update.fake_scores.map(|v| json!(v))),
            ("progress_percent", self.progress_percent.map(Json::from)),
            ("other", other),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }
}
