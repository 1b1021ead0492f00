//! The events of a page: what it asks the stream for, and who is told of what comes.

mod backlog;
mod fold;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::MessageEvent;

use super::wire::{Listener, Wire};
use crate::event::RunId;
use crate::run::{Link, RunView, Traffic};
use backlog::Backlog;

/// The name of messages with several events.
const BATCH: &str = "batch";
/// The name of messages that tell of files of the data folder.
const DATA_CHANGED: &str = "data_changed";

/// An open event stream; dropping it closes the stream.
pub struct Feed {
    page: Rc<Page>,
    _wire: Wire,
}

/// The page that is kept up to date.
struct Page {
    view: RwSignal<RunView>,
    traffic: RwSignal<Traffic>,
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
    /// A wake-up is on its way.
    scheduled: Cell<bool>,
    visibility: Closure<dyn Fn()>,
}

impl Feed {
    /// Opens the stream after what `view` holds. Where `only` is a run, events of others
    /// are not asked for; otherwise `view` turns to a newer run as soon as one speaks.
    /// `renumbered` is called where the server's index was made anew, and with it the
    /// numbers of events: then the view has to be fetched again.
    pub fn open(
        view: RwSignal<RunView>,
        traffic: RwSignal<Traffic>,
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
                view,
                traffic,
                only,
                renumbered: RefCell::new(Some(Box::new(renumbered))),
                data_changed,
                was_open: Cell::new(false),
                backlog: Backlog::default(),
                turn_comes: Cell::new(false),
                dirty: Cell::new(false),
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
            _wire: Wire::hold(page.clone(), &[BATCH, DATA_CHANGED]),
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
        let after = self.view.try_with_untracked(|view| view.as_of).unwrap_or(0);
        let mut address = format!("/events?batch=true&after={after}");
        if let Some(run) = &self.only {
            address += &format!("&run_id={run}");
        }
        if self.data_changed.is_some() {
            address += "&channels=training,progress,logs,data";
        }
        address
    }

    fn hear(self: Rc<Self>, message: &MessageEvent) {
        if message.type_() == DATA_CHANGED {
            return self.tell_of_data();
        }
        self.backlog.push(message);
        self.work();
    }

    fn turn(&self, link: Link) {
        match link {
            // What waits is asked for again: the next stream begins after what was folded.
            Link::Connecting => self.backlog.clear(),
            Link::Connected if self.was_open.replace(true) => self.tell_of_data(),
            _ => {}
        }
        self.traffic.try_update(|traffic| traffic.link = link);
    }
}

impl Page {
    fn tell_of_data(&self) {
        if let Some(tell) = &self.data_changed {
            tell();
        }
    }
}
