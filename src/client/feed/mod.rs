//! The event stream of a page, from its opening over breaks to its end.

mod backlog;
mod fold;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use super::awake::Awake;
use crate::api::at;
use crate::event::RunId;
use crate::run::{Link, RunView, Traffic};
use backlog::Backlog;

/// Milliseconds to wait before the first, second, … attempt to reconnect; the last repeats.
const PAUSES: [u64; 5] = [500, 1000, 2000, 4000, 8000];

/// The name of messages with several events.
const BATCH: &str = "batch";

/// An open event stream; dropping it closes the stream.
pub struct Feed {
    line: Rc<Line>,
    _awake: Awake,
}

/// What the browser's callbacks share.
struct Line {
    view: RwSignal<RunView>,
    traffic: RwSignal<Traffic>,
    /// The only run to show; `None` where the page turns to each newer run.
    only: Option<RunId>,
    /// Called when files of the data folder came, changed or went, and after each break of the
    /// stream, since one may have been missed.
    data_changed: Option<Box<dyn Fn()>>,
    /// Called once when the server counts events anew and the view is worth nothing any more.
    renumbered: RefCell<Option<Box<dyn FnOnce()>>>,
    source: RefCell<Option<EventSource>>,
    callbacks: Callbacks,
    /// Attempts since the stream was last open.
    attempts: Cell<usize>,
    retry: Cell<Option<TimeoutHandle>>,
    /// What has come and was not folded yet.
    backlog: Backlog,
    /// A turn at it is on its way.
    turn_comes: Cell<bool>,
    /// Something was folded that the page was not told of.
    dirty: Cell<bool>,
    /// A wake-up is on its way.
    scheduled: Cell<bool>,
}

struct Callbacks {
    open: Closure<dyn Fn()>,
    message: Closure<dyn Fn(MessageEvent)>,
    error: Closure<dyn Fn()>,
    data: Closure<dyn Fn()>,
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
        let line = Rc::new_cyclic(|line| Line {
            view,
            traffic,
            only,
            renumbered: RefCell::new(Some(Box::new(renumbered))),
            data_changed,
            source: RefCell::new(None),
            callbacks: Callbacks::of(line),
            attempts: Cell::new(0),
            retry: Cell::new(None),
            backlog: Backlog::default(),
            turn_comes: Cell::new(false),
            dirty: Cell::new(false),
            scheduled: Cell::new(false),
        });
        // Nothing to do where it fails: the page then wakes a little later.
        let _ = document().add_event_listener_with_callback(
            "visibilitychange",
            line.callbacks.visibility.as_ref().unchecked_ref(),
        );
        line.connect();
        let weak = Rc::downgrade(&line);
        let again = move || {
            if let Some(line) = weak.upgrade() {
                line.renew();
            }
        };
        Self {
            line,
            _awake: Awake::watch(again),
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.line.hang_up();
        let _ = document().remove_event_listener_with_callback(
            "visibilitychange",
            self.line.callbacks.visibility.as_ref().unchecked_ref(),
        );
    }
}

impl Callbacks {
    /// Callbacks that do nothing once the line is gone.
    fn of(line: &Weak<Line>) -> Self {
        let on = |act: fn(&Rc<Line>)| {
            let line = line.clone();
            Closure::<dyn Fn()>::new(move || {
                if let Some(line) = line.upgrade() {
                    act(&line);
                }
            })
        };
        let hear = {
            let line = line.clone();
            move |message: MessageEvent| {
                if let Some(line) = line.upgrade() {
                    line.backlog.push(&message);
                    line.work();
                }
            }
        };
        Self {
            open: on(Line::opened),
            message: Closure::new(hear),
            error: on(Line::broke),
            data: on(Line::tell_of_data),
            visibility: on(|line| {
                line.scheduled.set(false);
                line.wake();
            }),
        }
    }
}

impl Line {
    fn connect(self: &Rc<Self>) {
        let after = self.view.try_with_untracked(|view| view.as_of).unwrap_or(0);
        let url = match &self.only {
            Some(run) => format!("/events?batch=true&after={after}&run_id={run}"),
            None => format!("/events?batch=true&after={after}"),
        };
        let url = match self.data_changed {
            Some(_) => url + "&channels=training,progress,logs,data",
            None => url,
        };
        self.set_link(Link::Connecting);
        match EventSource::new(&at(&url)) {
            Ok(source) => {
                let Callbacks {
                    open,
                    message,
                    error,
                    ..
                } = &self.callbacks;
                source.set_onopen(Some(open.as_ref().unchecked_ref()));
                source.set_onmessage(Some(message.as_ref().unchecked_ref()));
                source.set_onerror(Some(error.as_ref().unchecked_ref()));
                // Nothing to do where it fails: the list is then as new as the page.
                let _ = source.add_event_listener_with_callback(
                    "data_changed",
                    self.callbacks.data.as_ref().unchecked_ref(),
                );
                // As above: the page then shows what the next load brings.
                let _ = source
                    .add_event_listener_with_callback(BATCH, message.as_ref().unchecked_ref());
                *self.source.borrow_mut() = Some(source);
            }
            Err(_) => self.broke(),
        }
    }

    fn disconnect(&self) {
        if let Some(source) = self.source.take() {
            source.set_onopen(None);
            source.set_onmessage(None);
            source.set_onerror(None);
            source.close();
        }
        // It is asked for again: the next stream begins after what was folded.
        self.backlog.clear();
    }

    /// Closes the stream, and opens none any more.
    fn hang_up(&self) {
        self.disconnect();
        if let Some(retry) = self.retry.take() {
            retry.clear();
        }
    }

    /// Opens the stream anew; it goes on after what the view holds.
    fn renew(self: &Rc<Self>) {
        self.hang_up();
        self.attempts.set(0);
        self.connect();
    }

    fn tell_of_data(self: &Rc<Self>) {
        if let Some(tell) = &self.data_changed {
            tell();
        }
    }

    fn opened(self: &Rc<Self>) {
        if self.attempts.replace(0) > 0 {
            self.tell_of_data();
        }
        self.set_link(Link::Connected);
    }

    /// The browser would reconnect by itself after a broken line, but not after an answer
    /// other than 200, and without a pause that grows: so it is always done here.
    fn broke(self: &Rc<Self>) {
        self.disconnect();
        self.set_link(Link::Disconnected);
        let attempt = self.attempts.get();
        self.attempts.set(attempt + 1);
        let pause = Duration::from_millis(PAUSES[attempt.min(PAUSES.len() - 1)]);
        let line = Rc::downgrade(self);
        let retry = set_timeout_with_handle(
            move || {
                if let Some(line) = line.upgrade() {
                    line.connect();
                }
            },
            pause,
        );
        self.retry.set(retry.ok());
    }

    fn set_link(&self, link: Link) {
        self.traffic.try_update(|traffic| traffic.link = link);
    }
}
