//! The event stream of one client: what it missed, then what happens, in order and once.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep, sleep};

use super::hub::{News, Stored, frame};
use super::known::known_run;
use super::notice::{Notice, changed};
use super::replay::Selection;
use super::{Server, ServerError, time};
use crate::event::{Channel, Event, Seq, StatusUpdate};
use crate::run::RunState;

/// What the URL of a stream asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct FeedQuery {
    /// With commas between; all of them where absent.
    pub channels: Option<String>,
    pub run_id: Option<String>,
    /// The last event that the client has.
    pub after: Option<Seq>,
    /// Whether several events may come in one message.
    #[serde(default)]
    pub batch: bool,
}

/// One client's place in the events. It holds no queue: only the number of the last event
/// that it has looked at, and at most one batch that is being sent.
pub struct Feed {
    server: Arc<Server>,
    selection: Selection,
    /// What the client wants to be told besides events.
    hears: Vec<Notice>,
    /// Whether the client takes several events in one message.
    takes_several: bool,
    cursor: Seq,
    batch: VecDeque<Arc<Stored>>,
    /// The present state, for a client that has seen nothing yet.
    greeting: Option<Bytes>,
    /// The present state that it was told last, and the event that this was as of.
    stated: Option<(Seq, RunState)>,
    bell: watch::Receiver<News>,
    /// The news that the client was told.
    told: News,
    /// When it was sent something last, and when it may have been silent for long.
    sent: Instant,
    silence: Pin<Box<Sleep>>,
}

impl Feed {
    /// Events that are fetched at a time.
    const BATCH: usize = 256;
    /// Bytes of several events that go out in one piece.
    const PIECE: usize = 16 * 1024;
    /// A comment is sent after so long a silence, so that nobody on the way hangs up.
    const KEEP_ALIVE: Duration = Duration::from_secs(15);

    /// The stream that `query` asks for, on `channel` alone where the path names one.
    /// `last_seen` is the browser's Last-Event-ID, which goes before `after`.
    ///
    /// # Errors
    /// `NotFound` for an unknown run, `Invalid` for an unknown channel.
    pub fn open(
        server: Arc<Server>,
        channel: Option<Channel>,
        query: &FeedQuery,
        last_seen: Option<Seq>,
    ) -> Result<Self, ServerError> {
        let mut hears = Vec::new();
        let channels = match (channel, query.channels.as_deref()) {
            (Some(channel), _) => vec![channel],
            (None, None) => Channel::ALL.to_vec(),
            (None, Some(names)) => {
                let names = names.split(',').map(str::trim);
                let events = names.filter(|name| {
                    let notice = Notice::named(name);
                    hears.extend(notice);
                    notice.is_none()
                });
                events
                    .map(|name| Channel::named(name).ok_or_else(|| unknown_channel(name)))
                    .collect::<Result<_, _>>()?
            }
        };
        let run_id = match query.run_id.as_deref() {
            Some(text) => Some(known_run(&server.journal, text)?),
            None => None,
        };
        let bell = server.journal.bell();
        let asked = last_seen.or(query.after);
        let known = asked.filter(|seen| server.journal.knows(*seen));
        let mut told = *bell.borrow();
        // What was measured last is told at once.
        let measured = &mut told.notices[Notice::Usage as usize];
        *measured = measured.wrapping_sub(1);
        let mut feed = Self {
            selection: Selection { channels, run_id },
            hears,
            takes_several: query.batch,
            // A number that was never given comes from an index that was made anew since.
            cursor: known.unwrap_or(Seq::MAX),
            batch: VecDeque::new(),
            greeting: None,
            stated: None,
            bell,
            told,
            sent: Instant::now(),
            silence: Box::pin(sleep(Self::KEEP_ALIVE)),
            server,
        };
        if known.is_none() {
            let run_id = feed.selection.run_id.as_ref();
            let (as_of, state) = feed.server.history.present(run_id)?;
            feed.greeting = Some(stated(as_of, &state, asked.is_some()));
            (feed.cursor, feed.stated) = (as_of, Some((as_of, state)));
        } else if feed.server.journal.trouble(None).is_some() {
            told.troubles = told.troubles.wrapping_sub(1);
            feed.told = told;
        }
        Ok(feed)
    }

    /// The bytes as the response sends them. They end when the server does.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        unfold(self, |mut feed| async {
            let bytes = feed.next().await?;
            feed.sent = Instant::now();
            Some((Ok(bytes), feed))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        loop {
            if let Some(piece) = self.piece() {
                return Some(piece);
            }
            // Heard before looking, so that what comes meanwhile rings again.
            let news = *self.bell.borrow_and_update();
            if news.over {
                return None;
            }
            if news.latest > self.cursor {
                self.fetch().await?;
                continue;
            }
            let hears_states = self.selection.channels.contains(&Channel::Training);
            let troubles = std::mem::replace(&mut self.told.troubles, news.troubles);
            if hears_states
                && troubles != news.troubles
                && let Some(stated) = self.present().await?
            {
                return Some(stated);
            }
            if let Some(told) = self.notices(&news) {
                return Some(told);
            }
            tokio::select! {
                rung = self.bell.changed() => rung.ok()?,
                () = &mut self.silence => {
                    let silent = self.sent.elapsed();
                    let left = Self::KEEP_ALIVE.checked_sub(silent);
                    let next = left.filter(|left| !left.is_zero()).unwrap_or(Self::KEEP_ALIVE);
                    self.silence.as_mut().reset(Instant::now() + next);
                    if silent >= Self::KEEP_ALIVE {
                        return Some(Bytes::from_static(b":\n\n"));
                    }
                }
            }
        }
    }

    /// What there is to tell besides events, and was not told yet.
    fn notices(&mut self, news: &News) -> Option<Bytes> {
        let before = std::mem::replace(&mut self.told.notices, news.notices);
        let is_new = |notice: &&Notice| {
            let at = **notice as usize;
            before[at] != news.notices[at]
        };
        let told: Vec<Bytes> = self
            .hears
            .iter()
            .filter(is_new)
            .flat_map(|notice| match notice {
                Notice::Usage => self.server.meter.latest(self.selection.run_id.as_ref()),
                Notice::List | Notice::Data | Notice::Samples => vec![changed(*notice)],
            })
            .collect();
        (!told.is_empty()).then(|| told.concat().into())
    }

    /// The next events of the batch, several in one piece where there are several.
    fn piece(&mut self) -> Option<Bytes> {
        let first = self.batch.pop_front()?;
        if self.batch.is_empty() {
            return Some(first.frame.clone());
        }
        if self.takes_several {
            return Some(self.several(&first));
        }
        let mut piece = first.frame.to_vec();
        while let Some(next) = self.batch.front()
            && piece.len() + next.frame.len() <= Self::PIECE
        {
            piece.extend_from_slice(&next.frame);
            self.batch.pop_front();
        }
        Some(piece.into())
    }

    /// The event `first` and those after it in one message, as pairs of number and event. A browser
    /// takes longer to hand a message to the page than the page to take an event in.
    fn several(&mut self, first: &Stored) -> Bytes {
        let room = Self::PIECE.saturating_sub(first.frame.len());
        let fits = |length: &mut usize, event: &Arc<Stored>| {
            *length += event.frame.len();
            Some(*length).filter(|length| *length <= room)
        };
        let count = self.batch.iter().scan(0, fits).count();
        let others: Vec<Arc<Stored>> = self.batch.drain(..count).collect();
        let last = others.last().map_or(first.seq, |event| event.seq);
        let mut piece = format!("event: batch\nid: {last}\ndata: [").into_bytes();
        for event in std::iter::once(first).chain(others.iter().map(Arc::as_ref)) {
            let comma = if event.seq == first.seq { "" } else { "," };
            piece.extend_from_slice(format!("{comma}[{},", event.seq).as_bytes());
            piece.extend_from_slice(event.json());
            piece.push(b']');
        }
        piece.extend_from_slice(b"]\n\n");
        piece.into()
    }

    /// The present state under the number of the last event, since what cannot be stored has none; nothing where that was
    /// told before.
    async fn present(&mut self) -> Option<Option<Bytes>> {
        let (server, run_id) = (Arc::clone(&self.server), self.selection.run_id.clone());
        let read = move || server.history.present(run_id.as_ref());
        let (_, state) = tokio::task::spawn_blocking(read).await.ok()?.ok()?;
        let stated_now = Some((self.cursor, state));
        let before = std::mem::replace(&mut self.stated, stated_now.clone());
        let news = stated_now.filter(|now| before.as_ref() != Some(now));
        Some(news.map(|(cursor, state)| stated(cursor, &state, false)))
    }

    async fn fetch(&mut self) -> Option<()> {
        let cursor = self.cursor;
        let journal = &self.server.journal;
        // What memory holds is the common case, and needs no thread.
        if let Some((events, seen)) = journal.recent(cursor, &self.selection, Self::BATCH) {
            (self.batch, self.cursor) = (events.into(), seen);
            return Some(());
        }
        let (server, selection) = (Arc::clone(&self.server), self.selection.clone());
        let read = move || server.journal.after(cursor, &selection, Self::BATCH);
        match tokio::task::spawn_blocking(read).await.ok()? {
            Ok((events, seen)) => {
                (self.batch, self.cursor) = (events.into(), seen);
                Some(())
            }
            Err(error) => {
                // The client comes back and asks again from where it is.
                tracing::error!(%error, "an event stream was ended");
                None
            }
        }
    }
}

/// The state of a run, or of none yet, as an event under the number `as_of`. `anew` says that what the client has is to be
/// fetched again.
fn stated(as_of: Seq, state: &RunState, anew: bool) -> Bytes {
    let data = StatusUpdate {
        status: state.status,
        message: state
            .message
            .clone()
            .unwrap_or_else(|| "No run yet.".into()),
        stalled: state.stalled,
        anew,
    };
    let timestamp = state.ended_at.clone().unwrap_or_else(time::now);
    let told = match state.run_id.clone() {
        Some(run_id) => json!(Event::StatusUpdate {
            run_id,
            data,
            timestamp,
        }),
        None => json!({"type": "status_update", "data": data, "timestamp": timestamp}),
    };
    frame(as_of, &told.to_string())
}

fn unknown_channel(name: &str) -> ServerError {
    ServerError::Invalid(format!(
        "There is no channel “{}”; there are training, progress, logs, data, list, samples and usage.",
        name.escape_debug()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Config;
    use tokio::time::timeout;

    #[tokio::test]
    async fn a_comment_is_sent_after_so_long_a_silence_and_no_earlier() {
        const TO_COME: Duration = Duration::from_millis(200);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Leptos.toml");
        std::fs::write(&file, "").unwrap();
        let config = Config::load(&file, true, None, None).unwrap();
        let server = Server::open(config).unwrap();
        let mut feed = Feed::open(server, None, &FeedQuery::default(), None).unwrap();
        let greeting = feed.next().await.unwrap();
        assert!(greeting.starts_with(b"id: "), "{greeting:?}");
        // It wakes at once, and finds that the silence is not over.
        feed.sent = Instant::now() + TO_COME - Feed::KEEP_ALIVE;
        feed.silence = Box::pin(sleep(Duration::ZERO));
        let next = timeout(4 * Feed::KEEP_ALIVE, feed.next()).await;
        assert_eq!(next.expect("nothing is said").unwrap(), ":\n\n");
        assert!(feed.sent.elapsed() >= Feed::KEEP_ALIVE);
        // The next silence is as long.
        assert!(feed.silence.deadline() >= feed.sent + 2 * Feed::KEEP_ALIVE);
    }
}
