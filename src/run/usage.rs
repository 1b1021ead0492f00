//! What a run asks of the machine that it runs on.

use serde::{Deserialize, Serialize};

/// What a run used when it was looked at last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// Processor time of all its processes since the look before, in percent of one processor; `None` at the first.
    pub cpu_percent: Option<f64>,
    /// Processors that the machine has.
    pub processors: u64,
    /// Resident memory of all its processes; what several share counts for each.
    pub memory_bytes: u64,
    /// Memory that the machine has, where that is known.
    pub memory_total_bytes: Option<u64>,
    /// How many processes it has.
    pub processes: u64,
    /// The graphics cards of the machine, whoever uses them.
    pub gpus: Vec<Gpu>,
}

/// A graphics card, as its driver tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gpu {
    /// Its number on the machine.
    pub index: u32,
    pub name: String,
    /// Share of the last moments in which it was at work.
    pub percent: Option<f64>,
    pub memory_bytes: Option<u64>,
    pub memory_total_bytes: Option<u64>,
}
