//! Tells a page that runs changed, without telling how: the page then asks for what it shows.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::set_timeout;
use web_sys::MessageEvent;

use super::wire::{Listener, Wire};

/// The shortest time between two rings.
const PERIOD: Duration = Duration::from_secs(1);

/// An ear on the event stream; dropping it closes the stream.
pub struct Bell {
    _wire: Wire,
}

struct Ear {
    ring: Box<dyn Fn()>,
    /// A ring is on its way.
    waiting: Cell<bool>,
}

impl Bell {
    /// Calls `ring` after events of the channel `training` and changes of the list of runs, at
    /// most once a second, and when the stream is there again after it broke, since something may
    /// have been missed.
    pub fn hang(ring: impl Fn() + 'static) -> Self {
        let ear = Rc::new(Ear {
            ring: Box::new(ring),
            waiting: Cell::new(false),
        });
        Self {
            _wire: Wire::hold(ear, &["list_changed"]),
        }
    }
}

impl Listener for Ear {
    fn address(&self) -> String {
        // Without a number, the present state comes first: a ring too.
        "/events?channels=training,list".into()
    }

    fn hear(self: Rc<Self>, _: &MessageEvent) {
        if self.waiting.replace(true) {
            return;
        }
        let ear = Rc::downgrade(&self);
        let ring = move || {
            if let Some(ear) = ear.upgrade() {
                ear.waiting.set(false);
                (ear.ring)();
            }
        };
        set_timeout(ring, PERIOD);
    }
}
