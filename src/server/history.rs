//! Answers questions about runs from the index, each as of one moment.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::ServerError;
use super::journal::{self, Journal};
use super::listing::{self, Wanted};
use super::points::{self, Window};
use super::supervisor::known_run;
use crate::event::{Channel, RunId, Seq};
use crate::run::{
    LogPage, LogTail, Manifest, RunDetail, RunList, RunState, RunView, SeriesAnswer, TrainingStatus,
};

/// Reads what runs said.
pub struct History {
    journal: Arc<Journal>,
}

/// Log lines that are sent at most.
const LINES_MOST: u64 = 5000;

impl History {
    /// A reader of `journal`.
    pub fn new(journal: Arc<Journal>) -> Self {
        Self { journal }
    }

    /// Where a run stands: the one of that id, or else the latest.
    pub fn status(&self, run_id: Option<&str>) -> Result<TrainingStatus, ServerError> {
        let Some(id) = self.run_or_latest(run_id)? else {
            return Ok(TrainingStatus::default());
        };
        let state = self.journal.read(|index| journal::state(index, &id))?;
        Ok(TrainingStatus {
            elapsed_seconds: listing::elapsed(&state),
            status: state.status,
            run_id: state.run_id,
            epoch: state.epoch,
            total_epochs: state.total_epochs,
            progress_percent: state.progress_percent,
            generator_loss: state.generator_loss,
            discriminator_loss: state.discriminator_loss,
            real_scores: state.real_scores,
            fake_scores: state.fake_scores,
            started_at: state.started_at,
            message: state.message,
        })
    }

    /// The state of a run (of none where there is none yet), and the event that it is as of.
    pub fn present(&self, run_id: Option<&RunId>) -> Result<(Seq, RunState), ServerError> {
        let asked = self.run_or_latest(run_id.map(RunId::as_str))?;
        self.journal.read(|index| {
            let state = asked
                .as_ref()
                .map(|id| journal::state(index, id))
                .transpose()?;
            Ok((journal::latest(index)?, state.unwrap_or_default()))
        })
    }

    /// All that the page shows of a run, as of one event.
    pub fn view(&self, run_id: Option<&str>) -> Result<RunView, ServerError> {
        let asked = self.run_or_latest(run_id)?;
        self.journal.read(|index| {
            let as_of = journal::latest(index)?;
            let Some(id) = &asked else {
                return Ok(RunView {
                    as_of,
                    ..RunView::default()
                });
            };
            Ok(RunView {
                as_of,
                state: journal::state(index, id)?,
                manifest: Some(manifest(index, id)?),
                series: points::series_set(index, id)?,
                log: LogTail(journal::log_tail(index, id, LogTail::KEPT)?.into()),
            })
        })
    }

    /// A page of the history.
    pub fn runs(&self, wanted: &Wanted) -> Result<RunList, ServerError> {
        self.journal.read(|index| listing::list(index, wanted))
    }

    /// Points of a run's metrics.
    pub fn series(&self, run_id: &str, window: &Window) -> Result<SeriesAnswer, ServerError> {
        let id = known_run(&self.journal, run_id)?;
        self.journal.read(|index| {
            Ok(SeriesAnswer {
                as_of: journal::latest(index)?,
                series: points::within(index, &id, window)?,
                run_id: id.clone(),
            })
        })
    }

    /// One run with all that is known of it.
    pub fn run(&self, run_id: &str) -> Result<RunDetail, ServerError> {
        let id = known_run(&self.journal, run_id)?;
        self.journal.read(|index| {
            let state = journal::state(index, &id)?;
            let ended: Option<String> = index.query_row(
                "SELECT ended FROM runs WHERE run_id = ?1",
                [id.as_str()],
                |row| row.get(0),
            )?;
            Ok(RunDetail {
                status: state.status,
                manifest: manifest(index, &id)?,
                metrics: points::metrics(index, &id)?,
                ended: ended.as_deref().map(journal::parse).transpose()?,
                state,
                run_id: id.clone(),
            })
        })
    }

    /// Log lines of a run after line number `after`.
    pub fn log(
        &self,
        run_id: &str,
        after: Option<u64>,
        limit: Option<u64>,
    ) -> Result<LogPage, ServerError> {
        let id = known_run(&self.journal, run_id)?;
        // Each line is one event of its channel, so its number is its place among them.
        let after = after.unwrap_or(0).min(i64::MAX as u64);
        let limit = limit.unwrap_or(1000).min(LINES_MOST);
        self.journal.read(|index| {
            let mut rows = index.prepare_cached(
                "SELECT payload FROM events WHERE run_id = ?1 AND channel = ?2
                 ORDER BY seq LIMIT ?3 OFFSET ?4",
            )?;
            let payloads: Result<Vec<String>, _> = rows
                .query_map(
                    params![id.as_str(), Channel::Logs as usize, limit, after],
                    |row| row.get(0),
                )?
                .collect();
            Ok(LogPage {
                total: journal::state(index, &id)?.lines,
                lines: payloads?
                    .iter()
                    .filter_map(|text| journal::log_entry(text))
                    .collect(),
                run_id: id.clone(),
            })
        })
    }

    fn run_or_latest(&self, asked: Option<&str>) -> Result<Option<RunId>, ServerError> {
        if let Some(text) = asked {
            return known_run(&self.journal, text).map(Some);
        }
        self.journal.read(|index| {
            let latest: Option<String> = index
                .query_row(
                    "SELECT run_id FROM runs ORDER BY run_id DESC LIMIT 1",
                    [],
                    |row| row.get(0),
                )
                .optional()?;
            Ok(latest.and_then(|id| RunId::parse(&id)))
        })
    }
}

fn manifest(index: &Connection, id: &RunId) -> Result<Manifest, ServerError> {
    let text: String = index
        .prepare_cached("SELECT manifest FROM runs WHERE run_id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))?;
    journal::parse(&text)
}
