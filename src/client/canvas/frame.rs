//! The canvases that want a new picture, painted frame by frame: never so many in one that the page
//! stands still.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::Poll;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;

use super::Inner;

/// So many pictures are painted in a frame; others wait for the next. Without a graphics card a
/// browser fills the pixels of each in the page's thread: twenty at once take longer than
/// a frame that is not felt.
const EACH: usize = 8;

/// How often what effects have set off is waited for: an effect may wake another one.
const ROUNDS: u32 = 2;

#[derive(Default)]
struct Queue {
    /// Who asked, the longest waiting first; each stands here once.
    asked: VecDeque<Weak<Inner>>,
    /// Whether a frame is at hand, at whose end they are painted.
    within: bool,
    /// Whether the browser was asked for a frame that has not come yet.
    awaited: bool,
}

thread_local! {
    static QUEUE: RefCell<Queue> = RefCell::default();
}

/// Does `act` in a frame's callback, and lets the canvases that ask for a picture because of it
/// have it before the frame is over: in a frame of its own the browser would compose the page twice.
pub fn within_frame(act: impl FnOnce()) {
    QUEUE.with_borrow_mut(|queue| queue.within = true);
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
        serve();
    });
}

/// Puts `canvas` down for the frame that is at hand, or for the next.
pub(super) fn ask(canvas: &Rc<Inner>) {
    let canvas = Rc::downgrade(canvas);
    QUEUE.with_borrow_mut(|queue| {
        if !queue.asked.iter().any(|other| other.ptr_eq(&canvas)) {
            queue.asked.push_back(canvas);
        }
        queue.expect_frame();
    });
}

impl Queue {
    /// Asks the browser for a frame where somebody waits and none is to come.
    fn expect_frame(&mut self) {
        if self.asked.is_empty() || self.within || self.awaited {
            return;
        }
        let callback = Closure::once_into_js(|| {
            QUEUE.with_borrow_mut(|queue| queue.awaited = false);
            serve();
        });
        let window = web_sys::window();
        let asked = window.map(|window| {
            window
                .request_animation_frame(callback.unchecked_ref())
                .is_ok()
        });
        self.awaited = asked == Some(true);
    }
}

/// Paints those that wait longest.
fn serve() {
    let mut painted = 0;
    while painted < EACH {
        // A painting may ask for another one.
        let Some(next) = QUEUE.with_borrow_mut(|queue| queue.asked.pop_front()) else {
            break;
        };
        let is_painted = next.upgrade().is_some_and(|canvas| canvas.paint());
        painted += usize::from(is_painted);
    }
    QUEUE.with_borrow_mut(|queue| {
        queue.within = false;
        queue.expect_frame();
    });
}
