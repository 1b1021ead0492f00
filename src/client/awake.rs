//! Tells when the machine may have slept: a stream that was open before may be dead since, and
//! the browser does not know.

use std::cell::Cell;
use std::time::Duration;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::{set_interval_with_handle, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::now;

/// How often a sign of life is noted.
const PERIOD: Duration = Duration::from_secs(15);
/// Seconds between two signs that speak for sleep. A page that nobody sees has one a minute.
const SLEPT: f64 = 90.0;

/// A watch over the page's sleep; dropping it ends it.
pub struct Awake {
    online: Closure<dyn Fn()>,
    signs: Option<IntervalHandle>,
}

impl Awake {
    /// Calls `act` when the page wakes from sleep, and when the network is back.
    pub fn watch(act: impl Fn() + Clone + 'static) -> Self {
        let online = Closure::<dyn Fn()>::new(act.clone());
        // Nothing to do where it fails: then only the clock tells.
        let _ =
            window().add_event_listener_with_callback("online", online.as_ref().unchecked_ref());
        let last = Cell::new(now());
        let sign = move || {
            let present = now();
            if present - last.replace(present) > SLEPT {
                act();
            }
        };
        Self {
            online,
            signs: set_interval_with_handle(sign, PERIOD).ok(),
        }
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        if let Some(signs) = self.signs {
            signs.clear();
        }
        let _ = window()
            .remove_event_listener_with_callback("online", self.online.as_ref().unchecked_ref());
    }
}
