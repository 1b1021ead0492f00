//! Starts recorders, asks them to stop, and follows every run that is active.
//!
//! The supervisor owns no training: a recorder in a session of its own does, and goes on
//! when this process dies. What is active is known by the index; a follower a run keeps it so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::alert::Alerts;
use super::data::{self, Catalog};
use super::follower::{Followed, Follower};
use super::herald::Herald;
use super::known::known_run;
use super::seats::{Seat, Seats};
use super::thread::on_thread;
use super::trainers::Filling;
use super::{
    Config, Journal, Limits, ServerError, Trainers, folder, host, journal, listing, recording, time,
};
use crate::data::SourceId;
use crate::event::{RunId, Status};
use crate::recorder::{note_stop, stop_was_asked};
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
    alerts: Arc<Alerts>,
    /// Runs that have a follower.
    followed: Seats,
}

impl Supervisor {
    /// A supervisor that follows nothing yet.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn new(
        config: &Config,
        catalog: Arc<Catalog>,
        trainers: Arc<Trainers>,
        journal: Arc<Journal>,
    ) -> Result<Self, ServerError> {
        Ok(Self {
            runs: config.runs.clone(),
            home: config.home.clone(),
            limits: config.limits.clone(),
            catalog,
            trainers,
            journal,
            alerts: Arc::new(Alerts::new(&config.alert, &config.home)?),
            followed: Seats::default(),
        })
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
        self.refuse_if_full()?;
        let print = data::trainable(&data_path)?;

        // Held from the count to the entry, so that two calls at once cannot both pass.
        let seats = self.followed.hold();
        self.refuse_if_full()?;
        // It may have been deleted while it was read.
        self.catalog.resolve(&source.id)?;
        let data_path = data_path.canonicalize().unwrap_or(data_path);
        let program = this_program()?;
        let (manifest, run_dir) = folder::create(&self.runs, |id, run_dir| Manifest {
            format: Manifest::FORMAT,
            name: Manifest::called(
                order.name.as_deref(),
                source.name.strip_suffix(".csv").unwrap_or(&source.name),
            ),
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
            pattern: trainer.pattern.clone(),
            parameters: order.parameters.clone(),
            epochs: Some(epochs),
            data: Some(DataFingerprint {
                source: source.id.to_string(),
                name: source.name.clone(),
                rows: Some(print.rows),
                columns: Some(print.columns),
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
        let registered = self.journal.register(std::slice::from_ref(&manifest), true);
        let begun = registered.and_then(|()| {
            let seat = seats.take(&id).ok_or_else(|| taken(&id))?;
            recording::spawn(&run_dir).inspect_err(|_| drop(self.journal.forget(&id)))?;
            Ok(seat)
        });
        let seat = begun.inspect_err(|_| {
            // Nothing began: what cannot be removed now is found lost, as it is after a crash.
            let _ = std::fs::remove_dir_all(&run_dir);
        })?;
        self.follow(&manifest, run_dir.clone(), None, Some(Instant::now()), seat)?;
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
        let folder = self.runs.join(run_id.as_str());
        let asked = self.journal.read(|index| journal::state(index, &run_id))?;
        let is_active = asked.status.is_active();
        if is_active {
            recording::reaches(&folder)?;
            if let Err(error) = note_stop(&folder) {
                tracing::warn!(run = %run_id, %error, "that a stop was asked for cannot be noted in the run's folder");
            }
        }
        let told = self
            .journal
            .happen(&run_id, &Input::StopAsked, &time::now());
        let (status, effect) = match told {
            // A full disk keeps nobody from stopping: the recorder tells of it when there is room.
            Err(ServerError::Index(error)) if is_active => {
                tracing::warn!(run = %run_id, %error, "a stop cannot be written down; the recorder is told");
                (Status::Stopping, Some(Effect::SignalRecorder))
            }
            told => told?,
        };
        if effect == Some(Effect::SignalRecorder) {
            recording::ask_to_stop(&folder)?;
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
        let id = &manifest.id;
        let Some(seat) = self.followed.hold().take(id) else {
            return Ok(());
        };
        tracing::info!(run = %id, "found a run that is active");
        self.follow(manifest, folder, damage, None, seat)
    }

    /// Follows an active run on a thread of its own, as long as which it has its `seat`.
    fn follow(
        &self,
        manifest: &Manifest,
        folder: PathBuf,
        damage: Option<String>,
        spawned: Option<Instant>,
        seat: Seat,
    ) -> Result<(), ServerError> {
        let follower = self.follower(manifest, folder.clone(), damage, spawned)?;
        let herald = Herald::new(Arc::clone(&self.alerts), manifest, &folder);
        let follower = follower.with_herald(herald);
        let journal = Arc::clone(&self.journal);
        on_thread(format!("follow {}", manifest.id), move || {
            if let Err(error) = pass_stop_on(&journal, &seat.id, &folder) {
                tracing::error!(run = %seat.id, %error, "a stop that was asked for cannot be passed on; ask again");
            }
            follower.follow();
            drop(seat);
        })
    }

    /// A follower of a run, as its trainer wants to be read.
    pub fn follower(
        &self,
        manifest: &Manifest,
        folder: PathBuf,
        damage: Option<String>,
        spawned: Option<Instant>,
    ) -> Result<Follower, ServerError> {
        let (pattern, unusable) = match self.trainers.pattern_of(manifest) {
            Ok(pattern) => (pattern, None),
            Err(why) => (None, Some(why)),
        };
        let run = Followed {
            run_id: manifest.id.clone(),
            folder,
            started_at: manifest.started_at.clone(),
            spawned,
            stop: manifest.stop.clone(),
            pattern,
            stall_seconds: self.limits.stall_seconds,
            damage: damage.or(unusable),
        };
        Follower::new(run, Arc::clone(&self.journal))
    }

    /// Does `work` while no run can be started.
    pub fn while_none_starts<T>(&self, work: impl FnOnce() -> T) -> T {
        let _seats = self.followed.hold();
        work()
    }

    /// The runs that a follower is at work on.
    pub fn followed(&self) -> Vec<RunId> {
        self.followed.taken()
    }

    /// Whether a follower is at work on that run.
    pub fn is_followed(&self, id: &RunId) -> bool {
        self.followed.has(id)
    }

    /// What is started from a terminal does not count: nobody asked us whether it may.
    fn refuse_if_full(&self) -> Result<(), ServerError> {
        let active = self.journal.read(listing::started_here)?;
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
        let foremost = self.journal.read(listing::foremost)?;
        foremost.ok_or_else(|| ServerError::Conflict("Nothing is running.".into()))
    }
}

/// Tells the recorder of a stop that was asked for: the server that was to do it may have died
/// between the word and the deed.
fn pass_stop_on(journal: &Journal, id: &RunId, folder: &Path) -> Result<(), ServerError> {
    let asked = stop_was_asked(folder);
    let status = journal.read(|index| journal::state(index, id))?.status;
    if asked && status == Status::Running {
        journal.happen(id, &Input::StopAsked, &time::now())?;
    }
    if asked || status == Status::Stopping {
        recording::ask_to_stop(folder)?;
    }
    Ok(())
}

/// A run that was just made and is followed already: its id was drawn twice.
fn taken(id: &RunId) -> ServerError {
    ServerError::Conflict(format!("The run {id} is followed already; start it again."))
}

/// The path of this program. Linux marks a file that was replaced meanwhile; the newer
/// one then stands at the same place.
fn this_program() -> Result<PathBuf, ServerError> {
    let path = std::env::current_exe()
        .map_err(|error| ServerError::Disk(format!("cannot find this program: {error}")))?;
    let text = path.to_string_lossy();
    Ok(PathBuf::from(
        text.strip_suffix(" (deleted)").unwrap_or(&text),
    ))
}
