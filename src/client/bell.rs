//! Tells a page that runs changed, without telling how: the page then asks for what it shows.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::EventSource;

use super::awake::Awake;
use crate::api::at;

/// The shortest time between two rings.
const PERIOD: Duration = Duration::from_secs(1);
/// Milliseconds before the first, second, … attempt to listen again; the last repeats.
const PAUSES: [u64; 5] = [500, 1000, 2000, 4000, 8000];

/// An ear on the event stream; dropping it closes the stream.
pub struct Bell {
    ear: Rc<Ear>,
    _awake: Awake,
}

struct Ear {
    ring: Box<dyn Fn()>,
    source: RefCell<Option<EventSource>>,
    message: Closure<dyn Fn()>,
    open: Closure<dyn Fn()>,
    error: Closure<dyn Fn()>,
    attempts: Cell<usize>,
    retry: Cell<Option<TimeoutHandle>>,
    /// A ring is on its way.
    waiting: Cell<bool>,
}

impl Bell {
    /// Calls `ring` after events of the channel `training` and changes of the list of runs, at
    /// most once a second, and when
    /// the stream is there again after it broke, since something may have been missed.
    pub fn hang(ring: impl Fn() + 'static) -> Self {
        let ear = Rc::new_cyclic(|ear: &Weak<Ear>| {
            let on = |act: fn(&Rc<Ear>)| {
                let ear = ear.clone();
                Closure::<dyn Fn()>::new(move || {
                    if let Some(ear) = ear.upgrade() {
                        act(&ear);
                    }
                })
            };
            Ear {
                ring: Box::new(ring),
                source: RefCell::new(None),
                message: on(Ear::hear),
                open: on(|ear| ear.attempts.set(0)),
                error: on(Ear::broke),
                attempts: Cell::new(0),
                retry: Cell::new(None),
                waiting: Cell::new(false),
            }
        });
        ear.connect();
        let weak = Rc::downgrade(&ear);
        let again = move || {
            if let Some(ear) = weak.upgrade() {
                ear.hang_up();
                ear.connect();
            }
        };
        Self {
            ear,
            _awake: Awake::watch(again),
        }
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        self.ear.hang_up();
    }
}

impl Ear {
    fn connect(self: &Rc<Self>) {
        // Without a number, the present state comes first: a ring too.
        let Ok(source) = EventSource::new(&at("/events/training")) else {
            return self.broke();
        };
        source.set_onmessage(Some(self.message.as_ref().unchecked_ref()));
        // Nothing to do where it fails: the list then learns of it with the next event.
        let _ = source.add_event_listener_with_callback(
            "list_changed",
            self.message.as_ref().unchecked_ref(),
        );
        source.set_onopen(Some(self.open.as_ref().unchecked_ref()));
        source.set_onerror(Some(self.error.as_ref().unchecked_ref()));
        *self.source.borrow_mut() = Some(source);
    }

    fn disconnect(&self) {
        if let Some(source) = self.source.take() {
            source.set_onmessage(None);
            source.set_onopen(None);
            source.set_onerror(None);
            source.close();
        }
    }

    /// Closes the stream, and opens none any more.
    fn hang_up(&self) {
        self.disconnect();
        if let Some(retry) = self.retry.take() {
            retry.clear();
        }
    }

    /// The browser does not come back by itself after every kind of break.
    fn broke(self: &Rc<Self>) {
        self.disconnect();
        let attempt = self.attempts.get();
        self.attempts.set(attempt + 1);
        let pause = Duration::from_millis(PAUSES[attempt.min(PAUSES.len() - 1)]);
        let ear = Rc::downgrade(self);
        let again = move || {
            if let Some(ear) = ear.upgrade() {
                ear.connect();
            }
        };
        self.retry.set(set_timeout_with_handle(again, pause).ok());
    }

    fn hear(self: &Rc<Self>) {
        if self.waiting.replace(true) {
            return;
        }
        let ear = Rc::downgrade(self);
        let ring = move || {
            if let Some(ear) = ear.upgrade() {
                ear.waiting.set(false);
                (ear.ring)();
            }
        };
        set_timeout(ring, PERIOD);
    }
}
