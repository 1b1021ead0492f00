//! Answers questions about runs from the index, each as of one moment.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::Connection;

use super::arrivals::Arrivals;
use super::index::latest;
use super::journal::{self, Journal};
use super::known::known_run;
use super::lines::{self, WantedLines};
use super::listing::{self, Wanted};
use super::points::{self, Window};
use super::{Config, ServerError, checkpoints, origin, samples};
use crate::event::{RunId, Seq, Status};
use crate::run::{
    Compared, Comparison, LogPage, LogTail, Manifest, RunDetail, RunList, RunState, RunView,
    Sample, SeriesAnswer, TrainingStatus,
};

/// Reads what runs said.
pub struct History {
    runs: PathBuf,
    journal: Arc<Journal>,
    arrivals: Arc<Arrivals>,
    active_most: u64,
    epochs_most: u64,
}

/// Runs that can be compared.
const COMPARED_MOST: usize = 20;
/// Points a metric of a comparison, where nothing else is asked for, and at most.
const COMPARED_POINTS: u64 = 500;
const COMPARED_POINTS_MOST: u64 = 5000;
/// Last lines that tell why a run failed.
const LAST_LINES: usize = 20;

impl History {
    /// A reader of `journal`, whose runs have their folders where `config` says.
    pub fn new(config: &Config, journal: Arc<Journal>, arrivals: Arc<Arrivals>) -> Self {
        Self {
            runs: config.runs.clone(),
            active_most: config.limits.active_runs as u64,
            epochs_most: config.limits.epochs,
            journal,
            arrivals,
        }
    }

    /// Where a run stands: the one of that id, or else the one in front.
    pub fn status(&self, run_id: Option<&str>) -> Result<TrainingStatus, ServerError> {
        let Some(id) = self.run_or_foremost(run_id)? else {
            return Ok(TrainingStatus::default());
        };
        let state = self.journal.read(|index| self.journal.state(index, &id))?;
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
        let asked = self.run_or_foremost(run_id.map(RunId::as_str))?;
        self.journal.read(|index| {
            let state = asked
                .as_ref()
                .map(|id| self.journal.state(index, id))
                .transpose()?;
            Ok((latest(index)?, state.unwrap_or_default()))
        })
    }

    /// All that the page shows of a run, as of one event.
    pub fn view(&self, run_id: Option<&str>) -> Result<RunView, ServerError> {
        let asked = self.run_or_foremost(run_id)?;
        self.journal.read(|index| {
            let as_of = latest(index)?;
            let rest = RunView {
                as_of,
                active: self.journal.active(index)?,
                active_most: self.active_most,
                epochs_most: self.epochs_most,
                told_at: super::time::now(),
                ..RunView::default()
            };
            let Some(id) = &asked else {
                return Ok(rest);
            };
            let run = journal::known_key(index, id)?;
            Ok(RunView {
                state: self.journal.state(index, id)?,
                manifest: Some(manifest(index, id)?),
                series: self.journal.series(index, run, as_of)?,
                log: LogTail(lines::tail(index, run, LogTail::KEPT)?.into()),
                ..rest
            })
        })
    }

    /// A page of the history.
    pub fn runs(&self, wanted: &Wanted) -> Result<RunList, ServerError> {
        let list = self
            .journal
            .read(|index| listing::list(&self.journal, index, wanted))?;
        Ok(RunList {
            reading: self.arrivals.reading(),
            ..list
        })
    }

    /// Points of a run's metrics.
    pub fn series(&self, run_id: &str, window: &Window) -> Result<SeriesAnswer, ServerError> {
        let id = known_run(&self.journal, run_id)?;
        self.journal.read(|index| {
            Ok(SeriesAnswer {
                as_of: latest(index)?,
                series: points::within(index, journal::known_key(index, &id)?, window)?,
                run_id: id.clone(),
            })
        })
    }

    /// Some runs side by side.
    ///
    /// # Errors
    /// `Invalid` for fewer than two or too many, `NotFound` where one is unknown.
    pub fn compare(&self, run_ids: &str, most: Option<u64>) -> Result<Comparison, ServerError> {
        let texts = run_ids.split(',').map(str::trim);
        let mut asked: Vec<&str> = Vec::new();
        for text in texts.filter(|id| !id.is_empty()) {
            if !asked.contains(&text) {
                asked.push(text);
            }
        }
        let count = asked.len();
        let known = asked.into_iter().take(COMPARED_MOST);
        let known = known.map(|text| known_run(&self.journal, text));
        let ids = known.collect::<Result<Vec<RunId>, _>>()?;
        if !(2..=COMPARED_MOST).contains(&count) {
            return Err(ServerError::Invalid(format!(
                "A comparison takes 2 to {COMPARED_MOST} runs, not {count}."
            )));
        }
        let most = most.unwrap_or(COMPARED_POINTS).min(COMPARED_POINTS_MOST);
        self.journal.read(|index| {
            let compared = |id: &RunId| {
                let run = journal::known_key(index, id)?;
                Ok(Compared {
                    row: listing::one(&self.journal, index, id)?,
                    manifest: manifest(index, id)?,
                    series: points::overview(index, run, most)?,
                })
            };
            Ok(Comparison {
                as_of: latest(index)?,
                runs: ids
                    .iter()
                    .map(compared)
                    .collect::<Result<_, ServerError>>()?,
            })
        })
    }

    /// One run with all that is known of it.
    pub fn run(&self, run_id: &str) -> Result<RunDetail, ServerError> {
        let id = known_run(&self.journal, run_id)?;
        let folder = self.runs.join(id.as_str());
        let samples = samples::list(&folder);
        let draws = checkpoints::best(&folder).is_some();
        self.journal.read(|index| {
            let run = journal::known_key(index, &id)?;
            let state = self.journal.state(index, &id)?;
            let (ended, damage): (Option<String>, Option<String>) = index.query_row(
                "SELECT ended, damage FROM runs WHERE run = ?1",
                [run],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            let ended = ended.or_else(|| self.journal.over(&id)?.report);
            let last_lines = match state.status {
                Status::Failed | Status::Lost => lines::tail(index, run, LAST_LINES)?,
                _ => Vec::new(),
            };
            let manifest = manifest(index, &id)?;
            let is_over = !state.status.is_active();
            Ok(RunDetail {
                status: state.status,
                goes_on_from: is_over
                    .then(|| origin::epochs(&folder, &manifest))
                    .flatten(),
                manifest,
                elapsed_seconds: listing::elapsed(&state),
                metrics: points::metrics(index, run)?,
                sources: points::sources(index, run)?,
                ended: ended.as_deref().map(journal::parse).transpose()?,
                last_lines,
                samples,
                draws,
                data_state: None,
                damage,
                state,
                run_id: id.clone(),
            })
        })
    }

    /// Log lines of a run.
    pub fn log(&self, run_id: &str, wanted: &WantedLines) -> Result<LogPage, ServerError> {
        let id = known_run(&self.journal, run_id)?;
        self.journal.read(|index| lines::page(index, &id, wanted))
    }

    /// The folder of a run, and what was started in it.
    pub fn folder(&self, run_id: &str) -> Result<(PathBuf, Manifest), ServerError> {
        let id = known_run(&self.journal, run_id)?;
        let manifest = self.journal.read(|index| manifest(index, &id))?;
        Ok((self.runs.join(id.as_str()), manifest))
    }

    /// The file of one of a run's samples.
    pub fn sample(&self, run_id: &str, name: &str) -> Result<(File, Sample), ServerError> {
        let id = known_run(&self.journal, run_id)?;
        samples::find(&self.runs.join(id.as_str()), name).ok_or_else(|| {
            let name = name.escape_debug();
            ServerError::NotFound(format!("The run {id} has no sample “{name}”."))
        })
    }

    fn run_or_foremost(&self, asked: Option<&str>) -> Result<Option<RunId>, ServerError> {
        if let Some(text) = asked {
            return known_run(&self.journal, text).map(Some);
        }
        self.journal.read(|index| self.journal.foremost(index))
    }
}

/// What was started as the run of that id.
pub fn manifest(index: &Connection, id: &RunId) -> Result<Manifest, ServerError> {
    let text: String = index
        .prepare_cached("SELECT manifest FROM runs WHERE run_id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))?;
    journal::parse(&text)
}
