//! The events of a page: what it asks the stream for, and who is told of what comes.

mod backlog;
mod fold;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::MessageEvent;

use super::wire::{Listener, Wire};
use crate::event::RunId;
use crate::run::{Link, RunView, Traffic, Usage};
use backlog::Backlog;

/// The name of messages with several events.
const BATCH: &str = "batch";
/// The names of messages that tell of files of the data folder, of samples, and of what runs ask of the machine.
const DATA_CHANGED: &str = "data_changed";
const SAMPLES_CHANGED: &str = "samples_changed";
const USAGE: &str = "usage";

/// What a stream keeps up to date. Signals are told once a frame, not once an event.
#[derive(Clone, Copy)]
pub struct Kept {
    /// The run on show.
    pub view: RwSignal<RunView>,
    /// The state of the stream itself.
    pub traffic: RwSignal<Traffic>,
    /// What a run asks of the machine.
    pub usage: RwSignal<Option<(RunId, Usage)>>,
    /// Counts how often samples came, changed or went, or may have: also whenever the stream was opened.
    pub drawn: RwSignal<u64>,
}

/// An open event stream; dropping it closes the stream.
pub struct Feed {
    page: Rc<Page>,
    _wire: Wire,
}

/// The page that is kept up to date.
struct Page {
    kept: Kept,
    /// The only run to show; `None` where the page turns to each newer run.
    only: Option<RunId>,
    /// Called when files of the data folder came, changed or went, and after each break of the
    /// stream, since one may have been missed.
    data_changed: Option<Box<dyn Fn()>>,
    /// Called once when the server counts events anew and the view is worth nothing any more.
    renumbered: RefCell<Option<Box<dyn FnOnce()>>>,
    /// The stream was open before.
    was_open: Cell<bool>,
    /// What has come and was not folded yet.
    backlog: Backlog,
    /// A turn at it is on its way.
    turn_comes: Cell<bool>,
    /// Something was folded that the page was not told of.
    dirty: Cell<bool>,
    /// Samples came, changed or went, and the page was not told of it.
    drawn: Cell<bool>,
    /// A wake-up is on its way.
    scheduled: Cell<bool>,
    visibility: Closure<dyn Fn()>,
}

impl Feed {
    /// Opens the stream after what the view holds. Where `only` is a run, events of others
    /// are not asked for; otherwise the view turns to a newer run as soon as one speaks.
    /// `renumbered` is called where the server's index was made anew, and with it the
    /// numbers of events: then the view has to be fetched again.
    pub fn open(
        kept: Kept,
        only: Option<RunId>,
        renumbered: impl FnOnce() + 'static,
        data_changed: Option<Box<dyn Fn()>>,
    ) -> Self {
        let page = Rc::new_cyclic(|page: &Weak<Page>| {
            let page = page.clone();
            let seen = move || {
                if let Some(page) = page.upgrade() {
                    page.scheduled.set(false);
                    page.wake();
                }
            };
            Page {
                kept,
                only,
                renumbered: RefCell::new(Some(Box::new(renumbered))),
                data_changed,
                was_open: Cell::new(false),
                backlog: Backlog::default(),
                turn_comes: Cell::new(false),
                dirty: Cell::new(false),
                drawn: Cell::new(false),
                scheduled: Cell::new(false),
                visibility: Closure::new(seen),
            }
        });
        // Nothing to do where it fails: the page then wakes a little later.
        let _ = document().add_event_listener_with_callback(
            "visibilitychange",
            page.visibility.as_ref().unchecked_ref(),
        );
        Self {
            _wire: Wire::hold(page.clone(), &[BATCH, DATA_CHANGED, SAMPLES_CHANGED, USAGE]),
            page,
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        let _ = document().remove_event_listener_with_callback(
            "visibilitychange",
            self.page.visibility.as_ref().unchecked_ref(),
        );
    }
}

impl Listener for Page {
    fn address(&self) -> String {
        let after = self.kept.view.try_with_untracked(|view| view.as_of);
        let after = after.unwrap_or(0);
        let channels = "training,progress,logs,samples,usage";
        let mut address = format!("/events?batch=true&after={after}&channels={channels}");
        if self.data_changed.is_some() {
            address += ",data";
        }
        if let Some(run) = &self.only {
            address += &format!("&run_id={run}");
        }
        address
    }

    fn hear(self: Rc<Self>, message: &MessageEvent) {
        match message.type_().as_str() {
            DATA_CHANGED => self.tell_of_data(),
            SAMPLES_CHANGED => self.tell_of_samples(),
            USAGE => self.measure(message),
            _ => {
                self.backlog.push(message);
                self.work();
            }
        }
    }

    fn turn(self: Rc<Self>, link: Link) {
        match link {
            // What waits is asked for again: the next stream begins after what was folded.
            Link::Connecting => self.backlog.clear(),
            Link::Connected => {
                if self.was_open.replace(true) {
                    self.tell_of_data();
                }
                self.tell_of_samples();
            }
            Link::Disconnected => {}
        }
        self.kept.traffic.try_update(|traffic| traffic.link = link);
    }
}

impl Page {
    fn tell_of_data(&self) {
        if let Some(tell) = &self.data_changed {
            tell();
        }
    }

    fn tell_of_samples(self: &Rc<Self>) {
        self.drawn.set(true);
        self.schedule();
    }

    /// Takes in what a run asks of the machine.
    fn measure(&self, message: &MessageEvent) {
        let Some(Measured { run_id, data }) = fold::read(message) else {
            return;
        };
        let shown = self
            .kept
            .view
            .try_with_untracked(|view| view.state.run_id.clone());
        if shown == Some(Some(run_id.clone())) {
            self.kept.usage.try_set(Some((run_id, data)));
        }
    }
}

/// A message that tells what a run asks of the machine.
#[derive(Deserialize)]
struct Measured {
    run_id: RunId,
    data: Usage,
}
