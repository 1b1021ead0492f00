//! What a chart is painted from, whatever its data are kept in.

use leptos::html::Canvas;
use leptos::prelude::*;

use crate::plot::Chart;

/// A source of charts. Reading it follows what it is made from.
pub trait Picture: Copy + Send + Sync + 'static {
    /// The chart as it is now.
    fn with<T>(self, read: impl FnOnce(&Chart) -> T) -> T;

    /// A label for each line.
    fn labels(self) -> Vec<String>;
}

/// Paints `picture` on `canvas` whenever `changed` does, for as long as the owner lives.
#[cfg(feature = "hydrate")]
pub fn keep_painted<P: Picture, C: PartialEq + Send + Sync + 'static>(
    canvas: NodeRef<Canvas>,
    picture: P,
    changed: Memo<C>,
) {
    use crate::client::canvas::LiveCanvas;

    let live = StoredValue::new_local(None::<LiveCanvas>);
    Effect::new(move |_| {
        let Some(element) = canvas.get() else {
            return;
        };
        // A frame may come when the page is already left.
        let paint = move |paper: &_, look: &_| {
            let here = changed.try_with_untracked(|_| ()).is_some();
            let draw = || untrack(|| picture.with(|chart| crate::plot::draw(paper, chart, look)));
            if here { draw() } else { Ok(()) }
        };
        match LiveCanvas::new(element, paint) {
            Ok(painted) => live.set_value(Some(painted)),
            Err(error) => leptos::logging::error!("a chart cannot be shown: {error:?}"),
        }
    });
    Effect::new(move |_| {
        // A memo that is tracked and never read follows nothing itself.
        changed.with(|_| ());
        live.with_value(|live| {
            if let Some(live) = live {
                live.repaint();
            }
        });
    });
}

/// The server has no canvas.
#[cfg(not(feature = "hydrate"))]
pub fn keep_painted<P: Picture, C: PartialEq + Send + Sync + 'static>(
    _: NodeRef<Canvas>,
    _: P,
    _: Memo<C>,
) {
}
