//! A stream of the server that is held open: it is opened again after each break, and after the machine slept.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::set_timeout_with_handle;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use super::awake::Awake;
use crate::api::at;
use crate::run::Link;

/// Milliseconds to wait before the first, second, … attempt to reconnect; the last repeats.
const PAUSES: [u64; 5] = [500, 1000, 2000, 4000, 8000];

/// Who listens at a wire.
pub trait Listener {
    /// Where to listen. Asked for at each attempt, so that a stream can go on where the last one broke off.
    fn address(&self) -> String;
    /// Hears a message, under one of the wire's names or without one.
    fn hear(self: Rc<Self>, message: &MessageEvent);
    /// Learns of the stream's state, before its address is asked for and after it was opened or broke.
    fn turn(self: Rc<Self>, _link: Link) {}
}

/// A stream that is held open; dropping it closes the stream.
pub struct Wire {
    line: Rc<Line>,
    _awake: Awake,
}

/// What the browser's callbacks share.
struct Line {
    listener: Rc<dyn Listener>,
    /// What messages may be called, besides those without a name.
    names: &'static [&'static str],
    source: RefCell<Option<EventSource>>,
    open: Closure<dyn Fn()>,
    error: Closure<dyn Fn()>,
    message: Closure<dyn Fn(MessageEvent)>,
    /// Attempts since the stream was last open.
    attempts: Cell<usize>,
    retry: Cell<Option<TimeoutHandle>>,
}

impl Wire {
    /// Opens the stream.
    pub fn hold(listener: Rc<dyn Listener>, names: &'static [&'static str]) -> Self {
        let line = Rc::new_cyclic(|line: &Weak<Line>| {
            let heard = line.clone();
            Line {
                listener,
                names,
                source: RefCell::new(None),
                open: Closure::new(when_there(line, Line::opened)),
                error: Closure::new(when_there(line, Line::broke)),
                message: Closure::new(move |message| {
                    if let Some(line) = heard.upgrade() {
                        line.listener.clone().hear(&message);
                    }
                }),
                attempts: Cell::new(0),
                retry: Cell::new(None),
            }
        });
        line.connect();
        let woken = when_there(&Rc::downgrade(&line), Line::renew);
        Self {
            line,
            _awake: Awake::watch(woken),
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.line.hang_up();
    }
}

/// `act` on the line, unless that is gone.
fn when_there(line: &Weak<Line>, act: fn(&Rc<Line>)) -> impl Fn() + Clone + 'static {
    let line = line.clone();
    move || {
        if let Some(line) = line.upgrade() {
            act(&line);
        }
    }
}

impl Line {
    fn connect(self: &Rc<Self>) {
        self.listener.clone().turn(Link::Connecting);
        let Ok(source) = EventSource::new(&at(&self.listener.address())) else {
            return self.broke();
        };
        source.set_onopen(Some(self.open.as_ref().unchecked_ref()));
        source.set_onerror(Some(self.error.as_ref().unchecked_ref()));
        let message = self.message.as_ref().unchecked_ref();
        source.set_onmessage(Some(message));
        for name in self.names {
            // Nothing to do where it fails: what it would tell is then learnt with the next load of the page.
            let _ = source.add_event_listener_with_callback(name, message);
        }
        *self.source.borrow_mut() = Some(source);
    }

    fn disconnect(&self) {
        if let Some(source) = self.source.take() {
            source.set_onopen(None);
            source.set_onmessage(None);
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

    /// Opens the stream anew.
    fn renew(self: &Rc<Self>) {
        self.hang_up();
        self.attempts.set(0);
        self.connect();
    }

    fn opened(self: &Rc<Self>) {
        self.attempts.set(0);
        self.listener.clone().turn(Link::Connected);
    }

    /// The browser would reconnect by itself after a broken line, but not after an answer
    /// other than 200, and without a pause that grows: so it is always done here.
    fn broke(self: &Rc<Self>) {
        self.disconnect();
        self.listener.clone().turn(Link::Disconnected);
        let attempt = self.attempts.get();
        self.attempts.set(attempt + 1);
        let pause = Duration::from_millis(PAUSES[attempt.min(PAUSES.len() - 1)]);
        let again = when_there(&Rc::downgrade(self), Line::connect);
        self.retry.set(set_timeout_with_handle(again, pause).ok());
    }
}
