//! What came over the event stream, so that a page can tell a quiet run from a dead line.

use super::seconds;
use crate::event::{Channel, Event};

/// Whether events can arrive at present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// The stream was asked for and has not answered yet.
    #[default]
    Connecting,
    Connected,
    /// The stream broke; it is asked for again after a pause.
    Disconnected,
}

impl Link {
    /// The name in the page's attributes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Disconnected => "disconnected",
        }
    }
}

/// The state of the stream and what each channel brought since the page was opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traffic {
    pub link: Link,
    /// How many seconds the viewer's clock is ahead of the server's, and no more than that with what was longest on
    /// its way.
    pub ahead: Option<f64>,
    heard: [Heard; Channel::ALL.len()],
}

/// What one channel brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    pub events: u64,
    /// Timestamp of the last event: RFC 3339, UTC.
    pub last: Option<String>,
}

impl Traffic {
    /// What was told at `then` by the server's clock has come at `now` by the viewer's.
    pub fn compare_clocks(&mut self, then: &str, now: f64) {
        if let Some(then) = seconds(then) {
            let ahead = now - then;
            self.ahead = Some(self.ahead.map_or(ahead, |least| least.min(ahead)));
        }
    }

    /// Counts an event in that has come at `now`, in seconds since 1970 by the viewer's clock.
    pub fn note(&mut self, event: &Event, now: f64) {
        self.compare_clocks(event.timestamp(), now);
        let heard = &mut self.heard[event.channel() as usize];
        heard.events += 1;
        heard.last = Some(event.timestamp().to_owned());
    }

    /// What `channel` brought so far.
    pub fn heard(&self, channel: Channel) -> &Heard {
        &self.heard[channel as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::RunId;

    fn progress(timestamp: &str) -> Event {
        Event::Progress {
            run_id: RunId::parse("20250824-181433-a1b2").unwrap(),
            epoch: None,
            progress_percent: 1.0,
            timestamp: timestamp.into(),
        }
    }

    #[test]
    fn a_clock_that_is_ahead_is_known_by_what_was_shortest_on_its_way() {
        let mut traffic = Traffic::default();
        let at = |time| seconds(time).unwrap();
        // A page from the browser's cache, and then a fresh event.
        traffic.compare_clocks("2025-08-24T17:00:00Z", at("2025-08-24T18:10:00Z"));
        assert_eq!(traffic.ahead, Some(4200.0));
        traffic.note(
            &progress("2025-08-24T18:00:00Z"),
            at("2025-08-24T18:10:00Z"),
        );
        traffic.note(
            &progress("2025-08-24T18:00:01Z"),
            at("2025-08-24T18:10:09Z"),
        );
        assert_eq!(traffic.ahead, Some(600.0));
    }

    #[test]
    fn an_event_counts_for_its_own_channel_only() {
        let mut traffic = Traffic::default();
        traffic.note(&progress("2025-08-24T18:14:33Z"), 0.0);
        let heard = Channel::ALL.map(|channel| traffic.heard(channel).events);
        assert_eq!(heard, [0, 1, 0]);
        assert!(traffic.heard(Channel::Progress).last.is_some());
    }
}
