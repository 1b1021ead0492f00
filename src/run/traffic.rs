//! What came over the event stream, so that a page can tell a quiet run from a dead line.

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
    /// Counts an event in.
    pub fn note(&mut self, event: &Event) {
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

    #[test]
    fn an_event_counts_for_its_own_channel_only() {
        let mut traffic = Traffic::default();
        traffic.note(&Event::Progress {
            run_id: RunId::parse("20250824-181433-a1b2").unwrap(),
            epoch: None,
            progress_percent: 1.0,
            timestamp: "2025-08-24T18:14:33Z".into(),
        });
        let heard = Channel::ALL.map(|channel| traffic.heard(channel).events);
        assert_eq!(heard, [0, 1, 0]);
        assert!(traffic.heard(Channel::Progress).last.is_some());
    }
}
