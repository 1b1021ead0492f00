//! Paints within the frame that is at hand what changes in it: a canvas that asked for a frame of its
//! own would be painted in the next one, and the browser would compose the page twice.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::Poll;

use wasm_bindgen_futures::spawn_local;

use super::Inner;

/// How often what effects have set off is waited for: an effect may wake another one.
const ROUNDS: u32 = 2;

thread_local! {
    /// Canvases to be painted in this frame; `None` between frames.
    static ASKED: RefCell<Option<Vec<Weak<Inner>>>> = const { RefCell::new(None) };
}

/// Does `act` in a frame's callback, and lets the canvases that ask for a picture because of it
/// have it before the frame is over.
pub fn within_frame(act: impl FnOnce()) {
    ASKED.with(|asked| {
        asked.borrow_mut().get_or_insert_default();
    });
    act();
    let mut left = ROUNDS;
    spawn_local(async move {
        // Effects stand in the same queue, before this.
        poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        let asked = ASKED.with(|asked| asked.borrow_mut().take());
        for canvas in asked.iter().flatten().filter_map(Weak::upgrade) {
            canvas.paint();
        }
    });
}

/// Puts `canvas` down for this frame; whether there is one.
pub(super) fn joins(canvas: &Rc<Inner>) -> bool {
    ASKED.with(|asked| match &mut *asked.borrow_mut() {
        None => false,
        Some(all) => {
            let canvas = Rc::downgrade(canvas);
            if !all.iter().any(|other| other.ptr_eq(&canvas)) {
                all.push(canvas);
            }
            true
        }
    })
}
