//! What becomes of the messages of a stream: each event is folded in turn, and the page is woken once a frame.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use web_sys::MessageEvent;

use super::{BATCH, Page};
use crate::client::{canvas::within_frame, now};
use crate::event::{Event, Seq};

/// How often a page that nobody sees is woken, in milliseconds: its title still tells the progress.
const HIDDEN_PERIOD: u64 = 1000;

impl Page {
    /// Folds what has come, and leaves the rest for another turn where that takes long.
    pub(super) fn work(self: &Rc<Self>) {
        let is_left = self.backlog.work(|message| match message.type_().as_str() {
            BATCH => self.receive_several(message),
            _ => self.receive(message),
        });
        if is_left && !self.turn_comes.replace(true) {
            let page = Rc::downgrade(self);
            let next = move || {
                if let Some(page) = page.upgrade() {
                    page.turn_comes.set(false);
                    page.backlog.turn();
                    page.work();
                }
            };
            set_timeout(next, Duration::ZERO);
        }
    }

    fn receive(self: &Rc<Self>, message: &MessageEvent) {
        let Ok(seq) = message.last_event_id().parse::<Seq>() else {
            return;
        };
        // What cannot be read is of a newer server than this page: the next load brings its page.
        if let Some(event) = read(message) {
            self.take(seq, &event);
        }
    }

    /// Takes events that came in one message, each with its number.
    fn receive_several(self: &Rc<Self>, message: &MessageEvent) {
        for (seq, event) in read::<Vec<(Seq, Event)>>(message).iter().flatten() {
            self.take(*seq, event);
        }
    }

    fn take(self: &Rc<Self>, seq: Seq, event: &Event) {
        // Only what comes after the view was asked for.
        let earlier = self.kept.view.try_with_untracked(|view| seq < view.as_of) == Some(true);
        if earlier || matches!(event, Event::StatusUpdate { data, .. } if data.anew) {
            if let Some(renumbered) = self.renumbered.take() {
                renumbered();
            }
            return;
        }
        self.fold(seq, event);
        self.dirty.set(true);
        self.schedule();
    }

    fn fold(&self, seq: Seq, event: &Event) {
        let follows = self.only.is_none();
        self.kept.view.try_update_untracked(|view| {
            let shown = view.state.run_id.as_ref();
            // From one that goes on the page turns away only when it is told to.
            let turns = follows && !view.state.status.is_active();
            if turns && seq > view.as_of && shown.is_none_or(|shown| event.run_id() > shown) {
                // The stream brings a run from its first event on: nothing of it was missed.
                *view = view.turned_to(event.run_id().clone(), event.timestamp().to_owned());
            }
            view.apply(seq, event);
            if seq == view.as_of && matches!(event, Event::StatusUpdate { .. }) {
                view.restate(event);
            }
        });
        self.kept
            .traffic
            .try_update_untracked(|traffic| traffic.note(event, now()));
    }

    /// Wakes the page with the next frame, or, where nobody sees it and frames do not come, soon.
    pub(super) fn schedule(self: &Rc<Self>) {
        if self.scheduled.replace(true) {
            return;
        }
        let page = Rc::downgrade(self);
        let wake = move || {
            if let Some(page) = page.upgrade() {
                page.scheduled.set(false);
                page.wake();
            }
        };
        if document().hidden() {
            set_timeout(wake, Duration::from_millis(HIDDEN_PERIOD));
        } else {
            request_animation_frame(move || within_frame(wake));
        }
    }

    pub(super) fn wake(&self) {
        self.backlog.turn();
        if self.dirty.replace(false) {
            // Both live as long as the page that holds this feed.
            self.kept.view.notify();
            self.kept.traffic.notify();
        }
        // Pictures that nobody sees are not fetched.
        if !document().hidden() && self.drawn.replace(false) {
            self.kept.drawn.try_update(|count| *count += 1);
        }
    }
}

/// What a message says; `None` where that cannot be read.
pub(super) fn read<T: DeserializeOwned>(message: &MessageEvent) -> Option<T> {
    let data = message.data().as_string()?;
    serde_json::from_slice(data.as_bytes()).ok()
}
