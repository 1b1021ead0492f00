//! Short words at the edge of the page that go by themselves, and that may be able to take something back.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use crate::ui::icon::{Icon, Sign};

/// So long a word stays where nobody holds it.
const STAY: Duration = Duration::from_secs(8);
/// How long one that is held is left alone before it is looked at again.
const HELD: Duration = Duration::from_secs(2);
/// So many are shown at most; the oldest goes first.
const MOST: usize = 3;

#[derive(Clone)]
struct Toast {
    number: u64,
    text: String,
    undo: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// The words that are shown, for whoever has something to say.
#[derive(Clone, Copy)]
pub struct Toasts {
    all: RwSignal<Vec<Toast>>,
    last: StoredValue<u64>,
    /// Whether a pointer or the focus is on them.
    held: StoredValue<bool>,
}

impl Toasts {
    /// None so far.
    pub fn new() -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
            held: StoredValue::new(false),
        }
    }

    /// Says `text`.
    pub fn say(self, text: impl Into<String>) {
        self.put(text.into(), None);
    }

    /// Says `text` and offers to take back what it tells of.
    pub fn offer(self, text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.put(text.into(), Some(Arc::new(undo)));
    }

    fn put(self, text: String, undo: Option<Arc<dyn Fn() + Send + Sync>>) {
        self.last.update_value(|number| *number += 1);
        let number = self.last.get_value();
        self.all.update(|all| {
            // The same word twice is said once.
            all.retain(|toast| toast.text != text);
            all.push(Toast { number, text, undo });
            let over = all.len().saturating_sub(MOST);
            all.drain(..over);
        });
        self.let_go(number, STAY);
    }

    fn let_go(self, number: u64, after: Duration) {
        set_timeout(
            move || match self.held.try_get_value() {
                Some(true) => self.let_go(number, HELD),
                Some(false) => self.dismiss(number),
                None => {}
            },
            after,
        );
    }

    fn dismiss(self, number: u64) {
        // Not every browser tells that the focus leaves a button that is taken away.
        self.held.try_set_value(false);
        self.all
            .try_update(|all| all.retain(|toast| toast.number != number));
    }
}

/// The place where they stand, the same on all pages.
#[component]
pub fn Shelf(toasts: Toasts) -> impl IntoView {
    let hold = move |held: bool| toasts.held.set_value(held);
    let toast = move |toast: Toast| {
        let number = toast.number;
        let undo = toast.undo.map(|undo| {
            let act = move |_| {
                toasts.dismiss(number);
                undo();
            };
            view! {
                <button type="button" class="button" on:click=act>
                    "Undo"
                </button>
            }
        });
        view! {
            <div class="toast" data-testid="toast">
                <span>{toast.text}</span>
                {undo}
                <button
                    type="button"
                    class="plain"
                    aria-label="Dismiss"
                    on:click=move |_| toasts.dismiss(number)
                >
                    <Icon sign=Sign::Close />
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        <div
            class="toasts"
            role="status"
            aria-label="Notices"
            on:pointerenter=move |_| hold(true)
            on:pointerleave=move |_| hold(false)
            on:focusin=move |_| hold(true)
            on:focusout=move |_| hold(false)
        >
            <For each=move || toasts.all.get() key=|toast| toast.number children=toast />
        </div>
    }
    .into_any()
}
