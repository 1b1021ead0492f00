//! Starts recorders, asks them to stop, and follows every run that is active.
//!
//! The supervisor owns no training: a recorder in a session of its own does, and goes on
//! when this process dies. What is active is known by the index; a follower a run keeps it so.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::config::Limits;
use super::data::{self, Catalog};
use super::follower::{Followed, Follower};
use super::trainers::Filling;
use super::{Config, Journal, ServerError, Trainers, folder, host, journal, recording, time};
use crate::data::SourceId;
use crate::event::{RunId, Status};
use crate::run::{DataFingerprint, EPOCHS_DEFAULT, Effect, Input, Manifest, Started, Stopped};

/// What a call to start asks for.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// Id of the data source.
    pub data_source: String,
    pub trainer: Option<String>,
    pub epochs: Option<i64>,
    pub name: Option<String>,
    pub parameters: BTreeMap<String, serde_json::Value>,
}

/// Starts and stops runs.
pub struct Supervisor {
    runs: PathBuf,
    home: PathBuf,
    limits: Limits,
    catalog: Arc<Catalog>,
    trainers: Arc<Trainers>,
    journal: Arc<Journal>,
    /// Runs that have a follower.
    active: Arc<Mutex<HashSet<RunId>>>,
}

impl Supervisor {
    /// A supervisor that follows nothing yet.
    pub fn new(
        config: &Config,
        catalog: Arc<Catalog>,
        trainers: Arc<Trainers>,
        journal: Arc<Journal>,
    ) -> Self {
        Self {
            runs: config.runs.clone(),
            home: config.home.clone(),
            limits: config.limits.clone(),
            catalog,
            trainers,
            journal,
            active: Arc::default(),
        }
    }

    /// Starts a run.
    ///
    /// # Errors
    /// `NotFound` for an unknown data source or trainer, `Invalid` for parameters out of
    /// range or data that cannot be trained on, `Conflict` where as many runs are active as may be.
    pub fn start(&self, order: Order) -> Result<Started, ServerError> {
        let (source, data_path) = self
            .catalog
            .resolve(&SourceId::new(order.data_source.as_str()))?;
        let trainer = self.trainers.get(order.trainer.as_deref()).ok_or_else(|| {
            let name = order.trainer.as_deref().unwrap_or_default();
            ServerError::NotFound(format!(
                "There is no trainer “{name}”; the configuration lists those that there are."
            ))
        })?;
        let epochs = self.check_epochs(order.epochs)?;
        let parameters = trainer.check(&order.parameters)?;
        self.refuse_if_full(&self.active())?;
        let print = data::trainable(&data_path)?;

        // Held from the count to the entry, so that two calls at once cannot both pass.
        let mut active = self.active();
        self.refuse_if_full(&active)?;
        let data_path = data_path.canonicalize().unwrap_or(data_path);
        let program = this_program()?;
        let (manifest, run_dir) = folder::create(&self.runs, |id, run_dir| Manifest {
            format: Manifest::FORMAT,
            name: name_of(&order, &source.name),
            trainer: trainer.info.name.clone(),
            command: trainer.command(
                &program,
                &Filling {
                    data: &data_path,
                    run_dir,
                    epochs,
                    parameters: &parameters,
                },
            ),
            working_directory: self.home.to_string_lossy().into_owned(),
            environment: BTreeMap::from([
                (
                    "NASHBOARD_DATA".into(),
                    data_path.to_string_lossy().into_owned(),
                ),
                ("NASHBOARD_EPOCHS".into(), epochs.to_string()),
            ]),
            parameters: order.parameters.clone(),
            epochs: Some(epochs),
            data: Some(DataFingerprint {
                source: source.id.to_string(),
                name: source.name.clone(),
                rows: print.rows,
                columns: print.columns,
                bytes: print.bytes,
                sha256: print.sha256.clone(),
            }),
            host: Some(host::present()),
            stop: trainer.stop.clone(),
            started_at: time::now(),
            tags: Vec::new(),
            notes: String::new(),
            id,
        })?;
        let id = manifest.id.clone();
        active.insert(id.clone());
        self.journal
            .register(std::slice::from_ref(&manifest), true)?;
        drop(active);
        if let Err(error) = recording::spawn(&run_dir) {
            // Without a recorder the follower finds the run lost, unless it is told why.
            self.fail(&id, &error.to_string())?;
            self.active().remove(&id);
            return Err(error);
        }
        self.follow(&manifest, run_dir.clone(), None)?;
        Ok(Started {
            pid: recording::wait_for_trainer(&run_dir)?,
            run_id: id,
            status: Status::Running,
        })
    }

    /// Asks a run to end: the one of that id, or else the latest active one.
    ///
    /// # Errors
    /// `NotFound` for an unknown id, `Conflict` where nothing is running.
    pub fn stop(&self, run_id: Option<&str>) -> Result<Stopped, ServerError> {
        let run_id = self.run_to_stop(run_id)?;
        let (status, effect) = self
            .journal
            .happen(&run_id, &Input::StopAsked, &time::now())?;
        if effect == Some(Effect::SignalRecorder) {
            recording::ask_to_stop(&self.runs.join(run_id.as_str()))?;
        }
        match status {
            Status::Stopping | Status::Stopped => Ok(Stopped { run_id, status }),
            _ => Err(ServerError::Conflict(format!(
                "Nothing is running: the run {run_id} is {}.",
                status.name()
            ))),
        }
    }

    /// Follows a run that was found alive. A run that is followed already is not followed twice.
    pub fn adopt(
        &self,
        manifest: &Manifest,
        folder: PathBuf,
        damage: Option<String>,
    ) -> Result<(), ServerError> {
        if !self.active().insert(manifest.id.clone()) {
            return Ok(());
        }
        tracing::info!(run = %manifest.id, "found a run that is active");
        self.follow(manifest, folder, damage)
    }

    /// Follows an active run on a thread of its own.
    fn follow(
        &self,
        manifest: &Manifest,
        folder: PathBuf,
        damage: Option<String>,
    ) -> Result<(), ServerError> {
        let id = manifest.id.clone();
        let state = self.journal.read(|index| journal::state(index, &id))?;
        if state.status == Status::Stopping {
            // The last server may have died between the word and the deed.
            recording::ask_to_stop(&folder)?;
        }
        let follower = self.follower(manifest, folder, damage)?;
        let active = Arc::clone(&self.active);
        on_thread(format!("follow {id}"), move || {
            follower.follow();
            active
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&id);
        })
    }

    /// A follower of a run, as its trainer wants to be read.
    pub fn follower(
        &self,
        manifest: &Manifest,
        folder: PathBuf,
        damage: Option<String>,
    ) -> Result<Follower, ServerError> {
        let trainer = self.trainers.get(Some(&manifest.trainer));
        let run = Followed {
            run_id: manifest.id.clone(),
            folder,
            started_at: manifest.started_at.clone(),
            stop: manifest.stop.clone(),
            pattern: trainer.and_then(|trainer| trainer.pattern.clone()),
            stall_seconds: self.limits.stall_seconds,
            damage,
        };
        Follower::new(run, Arc::clone(&self.journal))
    }

    /// Whether a follower is at work on that run.
    pub fn is_followed(&self, id: &RunId) -> bool {
        self.active().contains(id)
    }

    fn active(&self) -> MutexGuard<'_, HashSet<RunId>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refuse_if_full(&self, followed: &HashSet<RunId>) -> Result<(), ServerError> {
        // A follower lives a moment longer than its run.
        let mut active = Vec::new();
        for id in followed {
            let state = self.journal.read(|index| journal::state(index, id))?;
            if state.status.is_active() {
                active.push(id.as_str());
            }
        }
        if active.len() < self.limits.active_runs {
            return Ok(());
        }
        Err(ServerError::Conflict(format!(
            "A training is active already ({}); stop it or wait for its end.",
            active.join(", ")
        )))
    }

    fn check_epochs(&self, asked: Option<i64>) -> Result<u64, ServerError> {
        let Some(epochs) = asked else {
            return Ok(EPOCHS_DEFAULT.min(self.limits.epochs));
        };
        u64::try_from(epochs)
            .ok()
            .filter(|epochs| (1..=self.limits.epochs).contains(epochs))
            .ok_or_else(|| {
                ServerError::Invalid(format!(
                    "“epochs” is {epochs}, but takes a whole number from 1 to {}.",
                    self.limits.epochs
                ))
            })
    }

    fn run_to_stop(&self, asked: Option<&str>) -> Result<RunId, ServerError> {
        if let Some(text) = asked {
            return known_run(&self.journal, text);
        }
        let latest = self.journal.read(|index| {
            let mut rows = index.prepare_cached(
                "SELECT run_id FROM runs WHERE shown ORDER BY status IN ('running', 'stopping') DESC,
                        run_id DESC LIMIT 1",
            )?;
            let ids: Result<Vec<String>, _> = rows.query_map([], |row| row.get(0))?.collect();
            Ok(ids?.pop().and_then(|id| RunId::parse(&id)))
        })?;
        latest.ok_or_else(|| ServerError::Conflict("Nothing is running.".into()))
    }

    fn fail(&self, id: &RunId, why: &str) -> Result<(), ServerError> {
        let ending = crate::run::Ending {
            error: Some(why.to_owned()),
            ..Default::default()
        };
        self.journal
            .happen(id, &Input::Ended(ending), &time::now())?;
        Ok(())
    }
}

/// Starts `work` on a thread called `name`.
pub fn on_thread(name: String, work: impl FnOnce() + Send + 'static) -> Result<(), ServerError> {
    let started = std::thread::Builder::new().name(name).spawn(work);
    started
        .map(drop)
        .map_err(|error| ServerError::Disk(format!("cannot start a thread: {error}")))
}

/// The id in `text`, if the journal knows a run of it.
pub fn known_run(journal: &Journal, text: &str) -> Result<RunId, ServerError> {
    let unknown = || ServerError::NotFound(format!("There is no run “{}”.", text.escape_debug()));
    let id = RunId::parse(text).ok_or_else(unknown)?;
    let known = journal.read(|index| {
        let mut rows = index.prepare_cached("SELECT 1 FROM runs WHERE run_id = ?1 AND shown")?;
        Ok(rows.exists([id.as_str()])?)
    })?;
    if known { Ok(id) } else { Err(unknown()) }
}

fn name_of(order: &Order, source: &str) -> String {
    let given = order
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let name = given.unwrap_or_else(|| source.strip_suffix(".csv").unwrap_or(source));
    crate::run::format::shorten(name, 200)
}

/// The path of this program. Linux marks a file that was replaced meanwhile; the newer
/// one then stands at the same place.
pub fn this_program() -> Result<PathBuf, ServerError> {
    let path = std::env::current_exe()
        .map_err(|error| ServerError::Disk(format!("cannot find this program: {error}")))?;
    let text = path.to_string_lossy();
    Ok(PathBuf::from(
        text.strip_suffix(" (deleted)").unwrap_or(&text),
    ))
}
