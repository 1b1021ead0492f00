//! The last events in memory, and the bell that tells streams of new ones.
//!
//! Nobody has a queue here: each stream keeps the number of the last event that it has
//! sent and asks for what came after it. A slow one asks late, and costs nothing.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::event::{Channel, RunId, Seq};

/// An event as it is sent: numbered, and already JSON.
#[derive(Debug)]
pub struct Stored {
    pub seq: Seq,
    pub channel: Channel,
    pub run_id: RunId,
    pub json: String,
}

/// The live end of all events.
pub struct Hub {
    recent: Mutex<VecDeque<Arc<Stored>>>,
    latest: watch::Sender<Seq>,
}

/// What the hub knows of the events after a number.
pub enum Recent {
    /// All of them, in order, up to the bound that was asked for.
    Held(Vec<Arc<Stored>>),
    /// Some are older than what is held in memory: read them from the index.
    Older,
}

impl Hub {
    /// Events held in memory. At 500 bytes each, 2 MB.
    const HELD: usize = 4096;

    /// A hub whose last event has the number `latest`.
    pub fn new(latest: Seq) -> Self {
        Self {
            recent: Mutex::default(),
            latest: watch::Sender::new(latest),
        }
    }

    /// Takes events that were just committed, in the order of their numbers.
    pub fn publish(&self, events: Vec<Stored>) {
        let Some(last) = events.last().map(|event| event.seq) else {
            return;
        };
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.extend(events.into_iter().map(Arc::new));
        let surplus = recent.len().saturating_sub(Self::HELD);
        recent.drain(..surplus);
        drop(recent);
        self.latest.send_replace(last);
    }

    /// Up to `limit` events after number `after`.
    pub fn after(&self, after: Seq, limit: usize) -> Recent {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        match recent.front() {
            None if after >= *self.latest.borrow() => Recent::Held(Vec::new()),
            Some(first) if first.seq <= after + 1 => {
                let skipped = (after + 1 - first.seq) as usize;
                Recent::Held(recent.iter().skip(skipped).take(limit).cloned().collect())
            }
            _ => Recent::Older,
        }
    }

    /// The number of the last event, and a bell for the next.
    pub fn bell(&self) -> watch::Receiver<Seq> {
        self.latest.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(seq: Seq) -> Stored {
        Stored {
            seq,
            channel: Channel::Logs,
            run_id: RunId::parse("20250824-181433-a1b2").unwrap(),
            json: String::new(),
        }
    }

    fn held(hub: &Hub, after: Seq) -> Option<Vec<Seq>> {
        match hub.after(after, 10_000) {
            Recent::Held(events) => Some(events.iter().map(|event| event.seq).collect()),
            Recent::Older => None,
        }
    }

    #[test]
    fn asking_from_any_number_gives_all_after_it_or_says_that_it_cannot() {
        let hub = Hub::new(100);
        assert_eq!(held(&hub, 100), Some(vec![]));
        assert_eq!(held(&hub, 99), None);
        hub.publish((101..=105).map(stored).collect());
        assert_eq!(held(&hub, 99), None);
        assert_eq!(held(&hub, 100), Some((101..=105).collect()));
        assert_eq!(held(&hub, 104), Some(vec![105]));
        assert_eq!(held(&hub, 105), Some(vec![]));
    }

    #[test]
    fn memory_is_bounded() {
        let hub = Hub::new(0);
        hub.publish((1..=2 * Hub::HELD as Seq).map(stored).collect());
        assert_eq!(hub.recent.lock().unwrap().len(), Hub::HELD);
        assert_eq!(held(&hub, 0), None);
    }
}
