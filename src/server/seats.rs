//! Which runs have a follower: one each, as long as it is at work.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::event::RunId;

/// The runs that are followed.
#[derive(Clone, Default)]
pub struct Seats(Arc<Mutex<HashSet<RunId>>>);

/// The place of one run; it is free again when this is dropped.
pub struct Seat {
    pub id: RunId,
    seats: Seats,
}

/// All places, held so that nobody else takes or asks for one meanwhile.
pub struct HeldSeats<'a> {
    seats: &'a Seats,
    held: MutexGuard<'a, HashSet<RunId>>,
}

impl Seats {
    /// Holds all of them until one is taken.
    pub fn hold(&self) -> HeldSeats<'_> {
        HeldSeats {
            seats: self,
            held: self.0.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// The runs that have one.
    pub fn taken(&self) -> Vec<RunId> {
        self.hold().held.iter().cloned().collect()
    }

    /// Whether that run has one.
    pub fn has(&self, id: &RunId) -> bool {
        self.hold().held.contains(id)
    }
}

impl HeldSeats<'_> {
    /// A seat for `id`; `None` where it has one already.
    pub fn take(mut self, id: &RunId) -> Option<Seat> {
        self.held.insert(id.clone()).then(|| Seat {
            id: id.clone(),
            seats: self.seats.clone(),
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.hold().held.remove(&self.id);
    }
}
