//! Messages of the stream that wait to be taken in: thousands at once would keep the page from answering.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use leptos::prelude::{document, window};
use web_sys::MessageEvent;

/// So long may messages be taken in before the page gets its turn, in milliseconds.
const TURN: f64 = 10.0;

/// So many may wait, of at most 16 KiB each. With more of them the page is the slower of the two: it then reads no
/// further before it has caught up, and the server waits for it.
const MOST: usize = 512;

/// What waits, in the order of its arrival.
#[derive(Default)]
pub struct Backlog {
    waiting: RefCell<VecDeque<MessageEvent>>,
    /// Milliseconds of this turn that are used up.
    spent: Cell<f64>,
}

impl Backlog {
    /// Adds a message at the end.
    pub fn push(&self, message: &MessageEvent) {
        self.waiting.borrow_mut().push_back(message.clone());
    }

    /// Lets `take` have what waits, for as long as the turn lasts; whether something is left for the next.
    pub fn work(&self, take: impl Fn(&MessageEvent)) -> bool {
        let clock = window().performance();
        let now = || clock.as_ref().map_or(0.0, |clock| clock.now());
        // Nobody waits for an answer of a page that nobody sees, and there the next turn comes late.
        let is_hidden = document().hidden();
        let mut from = now();
        while is_hidden || self.spent.get() < TURN || self.waiting.borrow().len() > MOST {
            // Not held while it is taken: who takes it may clear what is left.
            let Some(message) = self.waiting.borrow_mut().pop_front() else {
                return false;
            };
            take(&message);
            let to = now();
            self.spent.set(self.spent.get() + to - from);
            from = to;
        }
        !self.waiting.borrow().is_empty()
    }

    /// Begins a turn: the page had one.
    pub fn turn(&self) {
        self.spent.set(0.0);
    }

    /// Forgets what waits.
    pub fn clear(&self) {
        self.waiting.borrow_mut().clear();
    }
}
