//! A gate that many go through at once, and that can be closed until nobody is behind it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long anybody waits at it. Then it counts for nothing: who is inside may want to go through once more.
const PATIENCE: Duration = Duration::from_secs(5);

/// The gate.
#[derive(Debug, Default)]
pub struct Gate {
    state: Mutex<State>,
    turned: Condvar,
}

#[derive(Debug, Default)]
struct State {
    inside: usize,
    closed: bool,
}

/// The stay of somebody inside, until this is dropped.
pub struct Inside<'a>(&'a Gate);

impl Gate {
    /// Goes in, where it is closed as soon as it is open again.
    pub fn enter(&self) -> Inside<'_> {
        let mut state = self.wait_while(|state| state.closed);
        state.inside += 1;
        Inside(self)
    }

    /// Does `work` while nobody is inside and nobody goes in.
    pub fn alone<T>(&self, work: impl FnOnce() -> T) -> T {
        self.state().closed = true;
        drop(self.wait_while(|state| state.inside > 0));
        let done = work();
        self.state().closed = false;
        self.turned.notify_all();
        done
    }

    fn wait_while(&self, reason: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let waited = self
            .turned
            .wait_timeout_while(self.state(), PATIENCE, |state| reason(state));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.state().inside -= 1;
        self.0.turned.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    #[test]
    fn nobody_is_inside_while_somebody_is_alone_though_they_never_cease() {
        let (gate, inside, over) = (Gate::default(), AtomicUsize::new(0), AtomicBool::new(false));
        std::thread::scope(|scope| {
            for pause in 1..4 {
                let (gate, inside, over) = (&gate, &inside, &over);
                scope.spawn(move || {
                    while !over.load(Ordering::SeqCst) {
                        let _stay = gate.enter();
                        inside.fetch_add(1, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(pause));
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
            for _ in 0..20 {
                gate.alone(|| {
                    assert_eq!(inside.load(Ordering::SeqCst), 0);
                    std::thread::sleep(Duration::from_millis(2));
                    assert_eq!(inside.load(Ordering::SeqCst), 0);
                });
                std::thread::sleep(Duration::from_millis(2));
            }
            over.store(true, Ordering::SeqCst);
        });
    }
}
