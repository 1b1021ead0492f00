//! Where a reader is in a log: what is shown of it, and which of that is in sight.

use std::ops::Range;

use leptos::prelude::*;

use super::filter::Filter;
use super::pages::Pages;
use super::scale::Scale;
use super::sight::Sight;
use crate::event::LogEntry;
use crate::ui::Live;

/// Rows kept in the page above and below those in sight, for the moment before more are drawn.
const SPARE: u64 = 15;
/// The height of the window in pixels until it is known.
const ROOM: f64 = 600.0;

/// A log, and where its reader is in it.
#[derive(Clone, Copy)]
pub struct Viewer {
    pub(super) live: Live,
    pub(super) run: StoredValue<String>,
    /// Which lines are shown; changed by [`Viewer::show`].
    pub filter: RwSignal<Filter>,
    pub(super) pages: RwSignal<Pages>,
    /// The row at the top where the end is not followed, with a part of one.
    anchor: RwSignal<f64>,
    /// Whether the end stays in sight while lines come.
    pub following: RwSignal<bool>,
    /// Height of the window in pixels.
    pub room: RwSignal<f64>,
    /// The line that the address names.
    pub marked: RwSignal<Option<u64>>,
    /// The row that the reader has stepped to among those that match.
    pub current: RwSignal<Option<u64>>,
    /// What went wrong.
    pub message: RwSignal<Option<String>>,
    /// Where the reader was before anything was filtered, and whether the end was followed.
    left: StoredValue<Option<(f64, bool)>>,
    /// Hunts begun or called off so far: only the last one may move the reader.
    pub(super) hunts: StoredValue<u64>,
    /// The line that is hunted for at present.
    pub(super) hunted: StoredValue<Option<u64>>,
    pub scale: Memo<Scale>,
    /// The row at the top, with a part of one.
    pub top: Memo<f64>,
}

/// A row to draw.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// Its place among all rows, from 0.
    pub index: u64,
    /// `None` until it is fetched.
    pub entry: Option<LogEntry>,
    /// Which filter it was drawn for.
    pub generation: u64,
}

impl Viewer {
    /// A viewer of the run `run`, which `live` shows, at its end.
    pub fn new(live: Live, run: String) -> Self {
        let (filter, pages) = (
            RwSignal::new(Filter::default()),
            RwSignal::new(Pages::default()),
        );
        let (anchor, following) = (RwSignal::new(0.0_f64), RwSignal::new(true));
        let room = RwSignal::new(ROOM);
        let rows = Memo::new(move |_| sight(live, filter, pages, following, |sight| sight.rows()));
        let scale = Memo::new(move |_| Scale {
            rows: rows.get(),
            room: room.get(),
        });
        let top = Memo::new(move |_| {
            let end = scale.get().end();
            if following.get() {
                end
            } else {
                anchor.get().min(end)
            }
        });
        Self {
            live,
            run: StoredValue::new(run),
            filter,
            pages,
            anchor,
            following,
            room,
            marked: RwSignal::new(None),
            current: RwSignal::new(None),
            message: RwSignal::new(None),
            left: StoredValue::new(None),
            hunts: StoredValue::new(0),
            hunted: StoredValue::new(None),
            scale,
            top,
        }
    }

    /// How many rows there are, as far as is known.
    pub fn rows(self) -> u64 {
        self.scale.get().rows
    }

    /// Lines that match the filter; `None` until the server has told.
    pub fn matching(self) -> Option<u64> {
        self.pages.with(Pages::matching)
    }

    /// The rows to draw: those in sight, and some above and below.
    pub fn drawn(self) -> Range<u64> {
        let (scale, top) = (self.scale.get(), self.top.get());
        let from = (top as u64).saturating_sub(SPARE);
        let upto = (top + scale.seen()).ceil() as u64 + SPARE;
        from..upto.min(scale.rows)
    }

    /// The lines of the rows `range`.
    pub fn lines(self, range: Range<u64>) -> Vec<Row> {
        let generation = self.pages.with_untracked(|pages| pages.generation);
        sight(
            self.live,
            self.filter,
            self.pages,
            self.following,
            |sight| {
                range
                    .map(|index| Row {
                        index,
                        entry: sight.line(index).cloned(),
                        generation,
                    })
                    .collect()
            },
        )
    }

    /// The reader has moved the scroll bar to `place`. What the page itself has set comes
    /// back here as well, and changes nothing.
    pub fn scrolled(self, place: f64) {
        let scale = self.scale.get_untracked();
        if (place - scale.place(self.top.get_untracked())).abs() >= 1.0 {
            self.stand(scale.top(place), place >= scale.place(scale.end()) - 1.0);
        }
    }

    /// Puts the row `top` first, as far as the log reaches.
    pub fn go(self, top: f64) {
        let end = self.scale.get_untracked().end();
        self.stand(top.clamp(0.0, end), top >= end);
    }

    /// Brings the row `row` into sight, in the middle where it was not.
    pub fn reveal(self, row: u64) {
        let (row, seen) = (row as f64, self.scale.get_untracked().seen());
        let top = self.top.get_untracked();
        if row < top || row + 1.0 > top + seen {
            self.go(row - (seen / 2.0).floor());
        } else {
            self.stand(top, false);
        }
    }

    /// Puts the row `top` first; `following` keeps the end in sight instead.
    pub(super) fn stand(self, top: f64, following: bool) {
        self.anchor.set(top);
        if self.following.get_untracked() != following {
            self.following.set(following);
        }
    }

    /// Shows what passes `filter`, from its first line on; without a filter again, the line that was stepped to among
    /// those that match, or else the place from before.
    pub fn show(self, filter: Filter) {
        let before = self.filter.get_untracked();
        if filter == before {
            return;
        }
        if before.is_all() {
            let place = (self.top.get_untracked(), self.following.get_untracked());
            self.left.set_value(Some(place));
        }
        let is_all = filter.is_all();
        let stepped_to = self.stepped_to().filter(|_| is_all);
        self.hunts.update_value(|hunts| *hunts += 1);
        self.hunted.set_value(None);
        self.pages.update(|pages| *pages = pages.next_generation());
        self.filter.set(filter);
        self.message.set(None);
        self.current.set((!is_all).then_some(0));
        let (top, following) = match self.left.get_value() {
            Some(place) if is_all => place,
            _ => (0.0, is_all),
        };
        self.stand(top, following);
        if let Some(line) = stepped_to {
            self.seek(line);
        }
    }

    /// The line that the reader has gone on to among those that match.
    fn stepped_to(self) -> Option<u64> {
        let row = self.current.get_untracked().filter(|row| *row > 0)?;
        let rows = untrack(|| self.lines(row..row + 1));
        Some(rows.first()?.entry.as_ref()?.line)
    }

    /// Goes `by` lines that match onward, around at the ends.
    pub fn step(self, by: i64) {
        let matching = self.pages.with_untracked(Pages::matching);
        let Some(matching) = matching.filter(|count| *count > 0) else {
            return;
        };
        let at = self.current.get_untracked().unwrap_or(0) as i64;
        let row = (at + by).rem_euclid(matching as i64) as u64;
        self.current.set(Some(row));
        self.reveal(row);
    }
}

/// What `read` makes of the log as it is known now.
fn sight<T>(
    live: Live,
    filter: RwSignal<Filter>,
    pages: RwSignal<Pages>,
    following: RwSignal<bool>,
    read: impl FnOnce(Sight<'_>) -> T,
) -> T {
    let (is_all, following) = (filter.with(Filter::is_all), following.get());
    pages.with(|pages| {
        live.view.with(|view| {
            read(Sight {
                pages,
                tail: is_all.then_some(&view.log),
                following,
            })
        })
    })
}
