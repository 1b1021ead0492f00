//! The event stream of one client: what it missed, then what happens, in order and once.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::response::sse;
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::hub::Stored;
use super::replay::Selection;
use super::supervisor::known_run;
use super::{Server, ServerError, time};
use crate::event::{Channel, Event, RunId, Seq, StatusUpdate};

/// The channel of the data folder. It has no events of runs, and is heard only by those who name it.
const DATA: &str = "data";

/// What the URL of a stream asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct FeedQuery {
    /// With commas between; all of them where absent.
    pub channels: Option<String>,
    pub run_id: Option<String>,
    /// The last event that the client has.
    pub after: Option<Seq>,
}

/// One client's place in the events. It holds no queue: only the number of the last event
/// that it has looked at, and at most one batch that is being sent.
pub struct Feed {
    server: Arc<Server>,
    selection: Selection,
    cursor: Seq,
    batch: VecDeque<Arc<Stored>>,
    /// The present state, for a client that has seen nothing yet.
    greeting: Option<sse::Event>,
    bell: watch::Receiver<Seq>,
    /// Rings when events can no longer be stored, or can be again.
    trouble: watch::Receiver<Option<String>>,
    /// Rings when the list of runs changes by what is no event of a run.
    listed: watch::Receiver<()>,
    /// Rings when files of the data folder come, change or go; for those who ask for it.
    data: Option<watch::Receiver<()>>,
    ended: CancellationToken,
}

impl Feed {
    /// Events that are fetched at a time.
    const BATCH: usize = 256;

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
        ended: CancellationToken,
    ) -> Result<Self, ServerError> {
        let mut hears_data = false;
        let channels = match (channel, query.channels.as_deref()) {
            (Some(channel), _) => vec![channel],
            (None, None) => Channel::ALL.to_vec(),
            (None, Some(names)) => {
                let names = names.split(',').map(str::trim);
                let events = names.filter(|name| {
                    hears_data |= *name == DATA;
                    *name != DATA
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
        let trouble = server.journal.trouble();
        let troubled = trouble.borrow().is_some();
        let mut feed = Self {
            listed: server.journal.listed(),
            data: hears_data.then(|| server.data_watch.bell()),
            trouble,
            selection: Selection { channels, run_id },
            // A number that was never given comes from an index that was made anew since.
            cursor: known.unwrap_or(Seq::MAX),
            batch: VecDeque::new(),
            greeting: None,
            bell,
            ended,
            server,
        };
        if known.is_none() {
            let run_id = feed.selection.run_id.as_ref();
            let (greeting, as_of) = present(&feed.server, run_id, None, asked.is_some())?;
            (feed.greeting, feed.cursor) = (Some(greeting), as_of);
        } else if troubled {
            feed.trouble.mark_changed();
        }
        Ok(feed)
    }

    /// The events as the response sends them. It ends when the server does.
    pub fn into_stream(self) -> impl Stream<Item = Result<sse::Event, Infallible>> {
        unfold(self, |mut feed| async {
            let event = feed.next().await?;
            Some((Ok(event), feed))
        })
    }

    async fn next(&mut self) -> Option<sse::Event> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        loop {
            if let Some(stored) = self.batch.pop_front() {
                let id = stored.seq.to_string();
                return Some(sse::Event::default().id(id).data(&stored.json));
            }
            // Marked as heard before looking, so that what comes meanwhile rings again.
            self.bell.mark_unchanged();
            self.fetch().await?;
            if self.batch.is_empty() && *self.bell.borrow() <= self.cursor {
                let hears_states = self.selection.channels.contains(&Channel::Training);
                let hears_list = hears_states && self.selection.run_id.is_none();
                tokio::select! {
                    rung = self.bell.changed() => rung.ok()?,
                    rung = self.trouble.changed(), if hears_states => {
                        rung.ok()?;
                        return self.present().await;
                    }
                    rung = self.listed.changed(), if hears_list => {
                        rung.ok()?;
                        return Some(named("list_changed"));
                    }
                    rung = heard(&mut self.data) => {
                        rung?;
                        return Some(named("data_changed"));
                    }
                    () = self.ended.cancelled() => return None,
                }
            }
            if self.ended.is_cancelled() {
                return None;
            }
        }
    }

    /// The present state under the number of the last event: what cannot be stored has none.
    async fn present(&self) -> Option<sse::Event> {
        let (server, run_id) = (Arc::clone(&self.server), self.selection.run_id.clone());
        let cursor = self.cursor;
        let read = move || present(&server, run_id.as_ref(), Some(cursor), false);
        Some(tokio::task::spawn_blocking(read).await.ok()?.ok()?.0)
    }

    async fn fetch(&mut self) -> Option<()> {
        let (server, cursor) = (Arc::clone(&self.server), self.cursor);
        // Nothing new is the common case, and needs no thread.
        if *self.bell.borrow() <= cursor {
            return Some(());
        }
        let selection = self.selection.clone();
        let read = move || server.journal.after(cursor, &selection, Self::BATCH);
        match tokio::task::spawn_blocking(read).await.ok()? {
            Ok((events, seen)) => {
                self.cursor = seen;
                self.batch = events.into();
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

/// The present state of a run, or of the latest, as an event, and the event that it is as of.
/// `number` goes before that one's. `anew` says that what the client has is to be fetched again.
fn present(
    server: &Server,
    run_id: Option<&RunId>,
    number: Option<Seq>,
    anew: bool,
) -> Result<(sse::Event, Seq), ServerError> {
    let (as_of, state) = server.history.present(run_id)?;
    let message = state.message.unwrap_or_else(|| "No run yet.".into());
    let status = state.status;
    let told = match state.run_id {
        Some(run_id) => json!(Event::StatusUpdate {
            run_id,
            data: StatusUpdate {
                status,
                message,
                stalled: state.stalled,
                anew,
            },
            timestamp: time::now(),
        }),
        None => json!({
            "type": "status_update",
            "data": StatusUpdate { status, message, stalled: false, anew },
            "timestamp": time::now(),
        }),
    };
    let event = sse::Event::default()
        .id(number.unwrap_or(as_of).to_string())
        .data(told.to_string());
    Ok((event, as_of))
}

/// Waits for a bell; for ever where there is none.
async fn heard(bell: &mut Option<watch::Receiver<()>>) -> Option<()> {
    match bell {
        Some(bell) => bell.changed().await.ok(),
        None => std::future::pending().await,
    }
}

/// Says that a list changed: of runs, or of data sources. It has a name, which those leave aside
/// who do not listen for it, and no number, since nobody can miss it: who comes back asks for the
/// list anew.
fn named(name: &str) -> sse::Event {
    let told = json!({ "type": name, "timestamp": time::now() });
    sse::Event::default().event(name).data(told.to_string())
}

fn unknown_channel(name: &str) -> ServerError {
    ServerError::Invalid(format!(
        "There is no channel “{}”; there are training, progress, logs and data.",
        name.escape_debug()
    ))
}
