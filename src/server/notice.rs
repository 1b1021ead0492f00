//! What streams tell besides the events of runs, to those who ask for it.
//!
//! Such a message has a name, which those leave aside who do not listen for it, and no number, since nobody can miss it: it
//! says how something is, or that something is to be asked for anew.

use axum::body::Bytes;
use serde_json::{Value, json};

use super::time;
use crate::event::RunId;
use crate::run::Usage;

/// What there is to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The list of runs changed by what is no event of a run.
    List,
    /// Files of the data folder came, changed or went.
    Data,
    /// Files among the samples of an active run came, changed or went.
    Samples,
    /// What active runs ask of the machine was measured.
    Usage,
}

impl Notice {
    /// How many kinds there are.
    pub const COUNT: usize = Self::ALL.len();

    const ALL: [Self; 4] = [Self::List, Self::Data, Self::Samples, Self::Usage];

    /// The notice of the channel called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|notice| notice.channel() == name)
    }

    fn channel(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Data => "data",
            Self::Samples => "samples",
            Self::Usage => "usage",
        }
    }
}

/// Says that what `notice` is about changed.
pub fn changed(notice: Notice) -> Bytes {
    let name = format!("{}_changed", notice.channel());
    message(&name, json!({ "type": name, "timestamp": time::now() }))
}

/// Says what a run asks of the machine.
pub fn used(run_id: &RunId, usage: &Usage) -> Bytes {
    let data =
        json!({ "type": "usage", "run_id": run_id, "data": usage, "timestamp": time::now() });
    message("usage", data)
}

fn message(name: &str, data: Value) -> Bytes {
    format!("event: {name}\ndata: {data}\n\n").into()
}
