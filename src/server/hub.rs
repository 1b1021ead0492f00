//! The last events in memory, and the bell that tells streams of new ones.
//!
//! Nobody has a queue here: each stream keeps the number of the last event that it has
//! sent and asks for what came after it. A slow one asks late, and costs nothing.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use tokio::sync::watch;

use super::notice::Notice;
use crate::event::{Channel, RunId, Seq};

/// An event as it is sent: numbered, and in the form of the event stream. That is made once,
/// however many clients it goes to; they share its bytes.
#[derive(Debug)]
pub struct Stored {
    pub seq: Seq,
    pub channel: Channel,
    pub run_id: RunId,
    pub frame: Bytes,
    /// Where the event itself begins in it.
    head: usize,
}

impl Stored {
    pub fn new(seq: Seq, channel: Channel, run_id: RunId, json: &str) -> Self {
        let frame = frame(seq, json);
        Self {
            seq,
            channel,
            run_id,
            head: frame.len() - json.len() - END.len(),
            frame,
        }
    }

    /// The event alone, as JSON.
    pub fn json(&self) -> &[u8] {
        &self.frame[self.head..self.frame.len() - END.len()]
    }
}

/// How a message of an event stream ends.
const END: &str = "\n\n";

/// A message of an event stream. JSON has no line breaks, so that one line holds it.
pub fn frame(id: Seq, json: &str) -> Bytes {
    format!("id: {id}\ndata: {json}{END}").into()
}

/// What streams are woken for. One bell for all of it: each that a stream waits for
/// costs every one of its thousands a place in a list, each time that it rings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct News {
    /// The number of the last event.
    pub latest: Seq,
    /// How often it changed whether events can be stored.
    pub troubles: u64,
    /// How often there was something to tell of each notice.
    pub notices: [u64; Notice::COUNT],
    /// The server ends, and with it every stream.
    pub over: bool,
}

/// The live end of all events.
pub struct Hub {
    recent: Mutex<VecDeque<Arc<Stored>>>,
    news: watch::Sender<News>,
    /// The last event from before this hub, and the number of the first after it. None is between them, and none lies
    /// in the index only: thousands of streams would look for it there when the first comes.
    begin: (Seq, Seq),
}

/// What the hub knows of the events after a number.
pub enum Recent {
    /// All of them, in order, up to the bound that was asked for.
    Held(Vec<Arc<Stored>>),
    /// Some are older than what is held in memory: read them from the index.
    Older,
}

impl Hub {
    /// Events held in memory. At 500 bytes each, 2 MB. Of a longer piece nobody needs to publish more.
    pub const HELD: usize = 4096;

    /// A hub whose last event has the number `latest`, and whose next will have the number `next`.
    pub fn new(latest: Seq, next: Seq) -> Self {
        Self {
            recent: Mutex::default(),
            begin: (latest, next),
            news: watch::Sender::new(News {
                latest,
                ..News::default()
            }),
        }
    }

    /// Takes events that were just committed, in the order of their numbers. Where some are left
    /// out, as [`Hub::HELD`] allows, those before them are no longer held.
    pub fn publish(&self, events: Vec<Stored>) {
        let Some(last) = events.last().map(|event| event.seq) else {
            return;
        };
        let unbroken = |pair: &&[Stored]| pair[0].seq + 1 == pair[1].seq;
        let kept = 1 + events.windows(2).rev().take_while(unbroken).count();
        let older = events.len() - kept.min(Self::HELD);
        let events: Vec<_> = events.into_iter().skip(older).map(Arc::new).collect();
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let follows = |held: &Arc<Stored>| held.seq + 1 == events[0].seq;
        if !recent.back().is_some_and(follows) {
            recent.clear();
        }
        recent.extend(events);
        let surplus = recent.len().saturating_sub(Self::HELD);
        recent.drain(..surplus);
        drop(recent);
        self.tell(|news| news.latest = last);
    }

    /// Wakes the streams for what `change` makes of the news.
    pub fn tell(&self, change: impl FnOnce(&mut News)) {
        self.news.send_modify(change);
    }

    /// Up to `limit` events after number `after`.
    pub fn after(&self, after: Seq, limit: usize) -> Recent {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        match recent.front() {
            None if after >= self.latest() => Recent::Held(Vec::new()),
            Some(first) if first.seq <= after + 1 || self.begin == (after, first.seq) => {
                let skipped = (after + 1).saturating_sub(first.seq) as usize;
                let skipped = recent.len().min(skipped);
                Recent::Held(recent.range(skipped..).take(limit).cloned().collect())
            }
            _ => Recent::Older,
        }
    }

    /// The number of the last event.
    pub fn latest(&self) -> Seq {
        self.news.borrow().latest
    }

    /// The news, and a bell for the next.
    pub fn bell(&self) -> watch::Receiver<News> {
        self.news.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(seq: Seq) -> Stored {
        let run_id = RunId::parse("20250824-181433-a1b2").unwrap();
        Stored::new(seq, Channel::Logs, run_id, "{}")
    }

    fn held(hub: &Hub, after: Seq) -> Option<Vec<Seq>> {
        match hub.after(after, 10_000) {
            Recent::Held(events) => Some(events.iter().map(|event| event.seq).collect()),
            Recent::Older => None,
        }
    }

    #[test]
    fn asking_from_any_number_gives_all_after_it_or_says_that_it_cannot() {
        let hub = Hub::new(100, 101);
        assert_eq!(held(&hub, 100), Some(vec![]));
        assert_eq!(held(&hub, 99), None);
        hub.publish((101..=105).map(stored).collect());
        assert_eq!(held(&hub, 99), None);
        assert_eq!(held(&hub, 100), Some((101..=105).collect()));
        assert_eq!(held(&hub, 104), Some(vec![105]));
        assert_eq!(held(&hub, 105), Some(vec![]));
    }

    #[test]
    fn who_was_there_before_the_first_event_needs_no_index_for_it() {
        let hub = Hub::new(100, 5000);
        hub.publish((5000..=5001).map(stored).collect());
        assert_eq!(held(&hub, 100), Some(vec![5000, 5001]));
        assert_eq!(held(&hub, 5000), Some(vec![5001]));
        assert_eq!(held(&hub, 99), None);
        assert_eq!(held(&hub, 4000), None);
        hub.publish((5002..5002 + Hub::HELD as Seq).map(stored).collect());
        assert_eq!(held(&hub, 100), None);
    }

    #[test]
    fn a_piece_without_its_beginning_leaves_no_hole() {
        let hub = Hub::new(0, 1);
        hub.publish((1..=3).map(stored).collect());
        hub.publish([4].into_iter().chain(8..=9).map(stored).collect());
        assert_eq!(held(&hub, 3), None);
        assert_eq!(held(&hub, 6), None);
        assert_eq!(held(&hub, 7), Some(vec![8, 9]));
        hub.publish((12..=13).map(stored).collect());
        assert_eq!(held(&hub, 9), None);
        assert_eq!(held(&hub, 12), Some(vec![13]));
    }

    #[test]
    fn an_event_is_found_in_its_message() {
        let run_id = RunId::parse("20250824-181433-a1b2").unwrap();
        let stored = Stored::new(1234, Channel::Logs, run_id, "{\"data\":\"ü\"}");
        assert_eq!(stored.json(), "{\"data\":\"ü\"}".as_bytes());
    }

    #[test]
    fn memory_is_bounded() {
        let hub = Hub::new(0, 1);
        hub.publish((1..=2 * Hub::HELD as Seq).map(stored).collect());
        assert_eq!(hub.recent.lock().unwrap().len(), Hub::HELD);
        assert_eq!(held(&hub, 0), None);
    }
}
