//! What a log viewer asks the server for: the pages in sight, and the way to a line.

use std::ops::Range;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::filter::Filter;
use super::hunt::{Hunt, Step};
use super::pages::Pages;
use super::viewer::Viewer;
use crate::api::{self, ApiError};
use crate::run::{LogPage, format};

impl Viewer {
    /// Leaves the filter, finds the line `line`, and shows it marked among its neighbours.
    pub fn seek(self, line: u64) {
        self.show(Filter::default());
        // A click and the address that it leads to ask for the same.
        if self.hunted.get_value() == Some(line) {
            return;
        }
        self.hunted.set_value(Some(line));
        self.message.set(None);
        self.marked.set(Some(line));
        self.hunts.update_value(|hunts| *hunts += 1);
        let turn = self.hunts.get_value();
        spawn_local(async move {
            let result = self.hunt(line, turn).await;
            // The reader has turned to something else meanwhile, or left.
            if self.hunts.try_get_value() != Some(turn) {
                return;
            }
            self.hunted.set_value(None);
            match result {
                Ok(Some((row, found))) => self.found(line, row, found),
                Ok(None) => self.message.set(Some(format!(
                    "There is no line {}: the log ends with line {}.",
                    format::count(line),
                    format::count(self.pages.with_untracked(Pages::total))
                ))),
                Err(error) => self.message.set(Some(error.to_string())),
            }
        });
    }

    /// The row of the first line that has at least the number `line`, with its number.
    /// Ends early, with nothing found, once `turn` is no longer the last hunt.
    async fn hunt(self, line: u64, turn: u64) -> Result<Option<(u64, u64)>, ApiError> {
        let (mut hunt, mut number) = Hunt::new(line);
        loop {
            let generation = self.generation();
            let answer = self.fetch(number).await?;
            if self.hunts.try_get_value() != Some(turn) {
                return Ok(None);
            }
            let step = hunt.learn(number, &answer);
            self.pages
                .update(|pages| pages.take(generation, number, answer));
            match step {
                Step::Look(next) => number = next,
                Step::Found { row, line } => return Ok(Some((row, line))),
                Step::Absent => return Ok(None),
            }
        }
    }

    fn found(self, line: u64, row: u64, found: u64) {
        let seen = self.scale.get_untracked().seen();
        self.marked.set(Some(found));
        self.stand((row as f64 - (seen / 2.0).floor()).max(0.0), false);
        if found != line {
            self.message.set(Some(format!(
                "Line {} was drawn over by a later one; line {} is what comes next.",
                format::count(line),
                format::count(found)
            )));
        }
    }

    /// Asks for what the rows `rows` lack. Each answer leads here again.
    pub fn ask(self, rows: Range<u64>) {
        while let Some(number) = self
            .pages
            .try_update_untracked(|pages| pages.next(rows.clone()))
            .flatten()
        {
            let generation = self.generation();
            spawn_local(async move {
                let answer = self.fetch(number).await;
                let taken = self.pages.try_update(|pages| match answer {
                    Ok(answer) => {
                        pages.take(generation, number, answer);
                        None
                    }
                    Err(error) => {
                        pages.fail(generation, number);
                        pages.has_failed().then(|| error.to_string())
                    }
                });
                if let Some(Some(error)) = taken {
                    self.message.set(Some(error));
                }
            });
        }
    }

    /// Says that the page is to look for what the run has written since the last answer.
    pub fn refresh(self) {
        let lines = self.live.view.with_untracked(|view| view.state.lines);
        let told = self
            .pages
            .with_untracked(|pages| (pages.matching().is_some(), pages.total()));
        if matches!(told, (true, total) if total < lines) {
            self.pages.update(Pages::outdate);
        }
    }

    /// Asks again after a failure.
    pub fn retry(self) {
        if self.pages.with_untracked(Pages::has_failed) {
            self.message.set(None);
            self.pages.update(Pages::retry);
        }
    }

    /// Whether an answer failed, and nothing is asked for until [`Viewer::retry`].
    pub fn has_failed(self) -> bool {
        self.pages.with(Pages::has_failed)
    }

    /// Runs the caller again whenever a page has come.
    pub fn track_pages(self) {
        self.pages.track();
    }

    fn generation(self) -> u64 {
        let generation = self.pages.try_with_untracked(|pages| pages.generation);
        generation.unwrap_or_default()
    }

    async fn fetch(self, number: u64) -> Result<LogPage, ApiError> {
        let run = self.run.try_get_value().unwrap_or_default();
        let Filter { query, levels } = self.filter.try_get_untracked().unwrap_or_default();
        api::log(
            run,
            None,
            Some(Pages::SIZE),
            (!query.is_empty()).then_some(query),
            levels.asked().map(Into::into),
            Some(true),
            Some(number * Pages::SIZE),
        )
        .await
    }
}
