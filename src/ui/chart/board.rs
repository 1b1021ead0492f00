//! What all charts of a page share: the window, the crosshair, and how they are arranged.

use leptos::ev;
use leptos::prelude::*;

use crate::plot::{Scale, Window};
use crate::run::Layout;
use crate::ui::browser;

/// Under which name the browser keeps the arrangement.
const KEPT_AS: &str = "charts";

/// Seconds after a movement of the page in which a wheel is taken to go on moving it, however the pointer moves.
const ROLLING: f64 = 0.25;

/// Where a pointer is, for all charts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cross {
    /// The position on the horizontal axis.
    pub x: f64,
    /// The chart that the pointer is in.
    pub chart: u32,
}

/// The signals that the charts of a page share.
#[derive(Clone, Copy)]
pub struct Board {
    pub window: RwSignal<Window>,
    pub cross: RwSignal<Option<Cross>>,
    pub layout: RwSignal<Layout>,
    /// Charts so far.
    charts: StoredValue<u32>,
    /// When the page was last scrolled, in the browser's seconds.
    scrolled: StoredValue<f64>,
    /// The pointer has not moved since: it came to lie where it is by the page's movement.
    rests: StoredValue<bool>,
}

impl Board {
    /// A board for a page, with the arrangement that the browser keeps.
    pub fn new() -> Self {
        let board = Self {
            window: RwSignal::new(Window::Whole),
            cross: RwSignal::new(None),
            layout: RwSignal::new(Layout::default()),
            charts: StoredValue::new(0),
            scrolled: StoredValue::new(0.0),
            rests: StoredValue::new(false),
        };
        Effect::new(move |loaded: Option<()>| {
            if loaded.is_none() {
                if let Some(text) = browser::recall(KEPT_AS) {
                    board.layout.set(Layout::parse(&text));
                }
                board.watch_scrolling();
                board.layout.track();
                return;
            }
            let text = board.layout.with(serde_json::to_string);
            // An arrangement is made of numbers and words alone.
            if let Ok(text) = text {
                browser::keep(KEPT_AS, &text);
            }
        });
        board
    }

    /// A board for a chart with an axis of its own: what is in sight is not shared, the arrangement is.
    pub fn beside(self) -> Self {
        Self {
            window: RwSignal::new(Window::Whole),
            cross: RwSignal::new(None),
            ..self
        }
    }

    fn watch_scrolling(self) {
        let listener = window_event_listener(ev::scroll, move |_| {
            self.scrolled.try_set_value(browser::now());
            self.rests.try_set_value(true);
        });
        on_cleanup(move || listener.remove());
        let last = StoredValue::new(None);
        let pointer = window_event_listener(ev::pointermove, move |event| {
            // Browsers tell of a pointer, too, under which the page has moved.
            let place = Some((event.client_x(), event.client_y()));
            if last.try_get_value() != Some(place) {
                last.try_set_value(place);
                self.pointed();
            }
        });
        on_cleanup(move || pointer.remove());
    }

    /// Whether a wheel that turns now is still moving the page: it has just done so, or the pointer lies there by chance.
    pub(super) fn is_rolling(self) -> bool {
        self.rests.get_value() || self.has_just_rolled()
    }

    fn has_just_rolled(self) -> bool {
        browser::now() - self.scrolled.get_value() < ROLLING
    }

    fn pointed(self) {
        if self.rests.try_get_value() == Some(true) && !self.has_just_rolled() {
            self.rests.set_value(false);
        }
    }

    /// A number for one more chart.
    pub(super) fn number(self) -> u32 {
        self.charts.update_value(|charts| *charts += 1);
        self.charts.get_value()
    }

    /// The scale of the chart `id`.
    pub(super) fn scale(self, id: &str) -> Scale {
        match self.layout.with(|layout| layout.log.contains(id)) {
            true => Scale::Log,
            false => Scale::Linear,
        }
    }

    /// How strongly curves are smoothed, from 0 to 1.
    pub(super) fn smoothing(self) -> f64 {
        self.layout
            .with(|layout| f64::from(layout.smoothing) / 100.0)
    }

    /// Shows everything again, as where positions come to mean something else.
    pub fn reset(self) {
        self.window.set(Window::Whole);
        self.cross.set(None);
    }
}
