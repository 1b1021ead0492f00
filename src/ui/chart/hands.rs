//! What a mouse, fingers and keys do with a chart: zoom, move, reset, and point at values.

use leptos::prelude::*;

use super::board::Cross;
use super::picture::Picture;
use crate::plot::{Reading, Window};

/// Pixels that a pointer moves at least for a drag; less is a click with an unsteady hand.
const STEADY: f64 = 4.0;

/// How much wider the window gets by a pixel of a wheel, and by one of a pinch on a touchpad,
/// which browsers tell as a wheel with Ctrl. One event changes it by no more than `LEAP`.
const WHEEL: f64 = 0.0015;
const PINCH: f64 = 0.01;
const LEAP: f64 = 0.7;

/// How far keys move and zoom: a part of the window, and a factor.
const STEP: f64 = 0.1;
const KEY_ZOOM: f64 = 0.7;

/// What is being done, in pixels from the chart's left edge.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Grip {
    #[default]
    Free,
    /// A range is drawn out, from where the pointer went down to where it is.
    Select(f64, f64),
    /// The window is moved; the pointer was last here.
    Move(f64),
    /// Two fingers, by their pointers' ids.
    Pinch([(i32, f64); 2]),
}

/// The hands on one chart.
#[derive(Clone, Copy)]
pub(super) struct Hands {
    pub picture: Picture,
    pub grip: RwSignal<Grip>,
    /// The finger that is down alone.
    finger: StoredValue<Option<(i32, f64)>>,
}

impl Hands {
    pub fn new(picture: Picture) -> Self {
        Self {
            picture,
            grip: RwSignal::new(Grip::Free),
            finger: StoredValue::new(None),
        }
    }

    /// A pointer goes down at a place. Below the plot, and with `shift`, it moves the window.
    pub fn down(self, id: i32, touch: bool, shift: bool, (x, y): (f64, f64)) {
        let Some(frame) = untrack(|| self.picture.frame()) else {
            return;
        };
        if touch {
            let grip = match self.finger.get_value() {
                Some(other) => Grip::Pinch([other, (id, x)]),
                None => Grip::Move(x),
            };
            self.finger.set_value(Some((id, x)));
            self.grip.set(grip);
            self.point(x);
        } else if shift || y > frame.bottom {
            self.grip.set(Grip::Move(x));
        } else {
            self.grip.set(Grip::Select(x, x));
        }
    }

    /// A pointer moves, whether it is down or not.
    pub fn moved(self, id: i32, x: f64) {
        let Some(frame) = untrack(|| self.picture.frame()) else {
            return;
        };
        match self.grip.get_untracked() {
            Grip::Free => self.point(x),
            Grip::Select(from, _) => {
                self.grip.set(Grip::Select(from, x));
                self.point(x);
            }
            Grip::Move(before) => {
                self.picture
                    .turn(|window, extent| window.moved(extent, -frame.way(x - before)));
                self.grip.set(Grip::Move(x));
                self.finger.update_value(|finger| {
                    if let Some(finger) = finger {
                        finger.1 = x;
                    }
                });
                self.point(x);
            }
            Grip::Pinch(before) => {
                let after =
                    before.map(|(other, place)| (other, if other == id { x } else { place }));
                self.grip.set(Grip::Pinch(after));
                self.pinch(before.map(|finger| finger.1), after.map(|finger| finger.1));
            }
        }
    }

    /// What lay under both fingers goes on lying under them.
    fn pinch(self, before: [f64; 2], after: [f64; 2]) {
        let Some(frame) = untrack(|| self.picture.frame()) else {
            return;
        };
        let apart = |fingers: [f64; 2]| (fingers[0] - fingers[1]).abs().max(8.0);
        let middle = |fingers: [f64; 2]| (fingers[0] + fingers[1]) / 2.0;
        let Some(at) = frame.position_near(middle(before)) else {
            return;
        };
        let factor = apart(before) / apart(after);
        let by = -frame.way(middle(after) - middle(before)) * factor;
        self.picture
            .turn(|window, extent| window.zoomed(extent, at, factor).moved(extent, by));
        self.picture.board.cross.set(None);
    }

    /// A pointer goes up, or is taken away.
    pub fn up(self) {
        if let (Grip::Select(from, to), Some(frame)) =
            (self.grip.get_untracked(), untrack(|| self.picture.frame()))
        {
            let range = frame.position_near(from).zip(frame.position_near(to));
            if let Some((from, to)) = range.filter(|_| (from - to).abs() > STEADY) {
                self.picture
                    .turn(|_, extent| Window::between(extent, from, to));
            }
        }
        self.drop();
    }

    /// Lets go of everything, with nothing done.
    pub fn drop(self) {
        self.finger.set_value(None);
        if self.grip.get_untracked() != Grip::Free {
            self.grip.set(Grip::Free);
        }
    }

    /// Puts the crosshair at a place; outside of the plot there is none.
    fn point(self, x: f64) {
        let frame = untrack(|| self.picture.frame());
        let at = frame.and_then(|frame| frame.position_at(x));
        let cross = at.map(|x| Cross {
            x,
            chart: self.picture.number,
        });
        self.picture.board.cross.set(cross);
    }

    /// The pointer is elsewhere.
    pub fn leave(self) {
        let mine =
            |cross: Option<Cross>| cross.is_some_and(|cross| cross.chart == self.picture.number);
        if mine(self.picture.board.cross.get_untracked()) {
            self.picture.board.cross.set(None);
        }
    }

    /// A wheel turns; whether it was for the chart. One that moved the page goes on doing so, and
    /// so does one that would show more than there is.
    pub fn wheel(self, x: f64, (across, down): (f64, f64), pinch: bool) -> bool {
        let board = self.picture.board;
        let whole = board.window.get_untracked().is_whole();
        let Some(frame) = untrack(|| self.picture.frame()) else {
            return false;
        };
        if across.abs() > down.abs() {
            self.picture
                .turn(|window, extent| window.moved(extent, frame.way(across)));
            return !whole;
        }
        if !pinch && (board.is_rolling() || whole && down > 0.0) {
            return false;
        }
        let speed = if pinch { PINCH } else { WHEEL };
        let factor = (down * speed).clamp(-LEAP, LEAP).exp();
        if let Some(at) = frame.position_near(x) {
            self.picture
                .turn(|window, extent| window.zoomed(extent, at, factor));
        }
        self.point(x);
        true
    }

    /// A key is pressed; whether it means something here.
    pub fn key(self, key: &str, shift: bool) -> bool {
        let turn = |turn: &dyn Fn(Window, (f64, f64)) -> Window| self.picture.turn(turn);
        let by = |window: Window, extent, part: f64| {
            let (from, to) = window.range(extent);
            window.moved(extent, part * (to - from))
        };
        let zoom = |factor: f64| {
            let cross = self.picture.board.cross.get_untracked();
            turn(&|window, extent| {
                let (from, to) = window.range(extent);
                let at = cross.map_or((from + to) / 2.0, |cross| cross.x);
                window.zoomed(extent, at, factor)
            });
        };
        match key {
            "ArrowLeft" if shift => self.step(false),
            "ArrowRight" if shift => self.step(true),
            "ArrowLeft" => turn(&|window, extent| by(window, extent, -STEP)),
            "ArrowRight" => turn(&|window, extent| by(window, extent, STEP)),
            "+" | "=" => zoom(KEY_ZOOM),
            "-" | "_" => zoom(1.0 / KEY_ZOOM),
            "Home" => turn(&|window, extent| window.at_start(extent)),
            "End" => turn(&|window, _| window.at_end()),
            "0" => turn(&|_, _| Window::Whole),
            // What is under way ends first, then the pointing, and the zoom last.
            "Escape" if self.grip.get_untracked() != Grip::Free => self.drop(),
            "Escape" if self.picture.board.cross.get_untracked().is_some() => {
                self.picture.board.cross.set(None);
            }
            "Escape" if !self.picture.board.window.get_untracked().is_whole() => {
                turn(&|_, _| Window::Whole);
            }
            _ => return false,
        }
        true
    }

    /// Moves the crosshair to the next reported position, or the one before; at first to the last.
    fn step(self, onwards: bool) {
        let board = self.picture.board;
        let from = board.cross.get_untracked().map(|cross| cross.x);
        let next = untrack(|| {
            self.picture.with(|chart| {
                let from = match from {
                    Some(x) => Reading::nearest(chart, x)?.x,
                    None => return chart.in_sight().map(|point| point.x).reduce(f64::max),
                };
                let others = chart.in_sight().map(|point| point.x);
                match onwards {
                    true => others.filter(|x| *x > from).reduce(f64::min),
                    false => others.filter(|x| *x < from).reduce(f64::max),
                }
            })
        });
        if let Some(x) = next.flatten() {
            board.cross.set(Some(Cross {
                x,
                chart: self.picture.number,
            }));
        }
    }
}
