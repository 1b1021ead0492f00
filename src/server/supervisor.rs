//! Starts recorders, asks them to stop, and takes up runs that it finds.
//!
//! The supervisor owns no training: a recorder in a session of its own does, and goes on
//! when this process dies. What is active is known by the index; a follower a run keeps it so.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::config::Limits;
use super::data::{self, Catalog};
use super::follower::Follower;
use super::trainers::Filling;
use super::{Config, Journal, ServerError, Trainers, folder, journal, recording, time};
use crate::data::SourceId;
use crate::event::{RunId, Status};
use crate::recorder::{self, Holder};
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
    /// A supervisor that has taken up nothing yet.
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
        let (id, run_dir) = folder::create(&self.runs)?;
        let data_path = data_path.canonicalize().unwrap_or(data_path);
        let run_dir = run_dir.canonicalize().unwrap_or(run_dir);
        let filling = Filling {
            data: &data_path,
            run_dir: &run_dir,
            epochs,
            parameters: &parameters,
        };
        let manifest = Manifest {
            format: Manifest::FORMAT,
            name: name_of(&order, &source.name),
            trainer: trainer.info.name.clone(),
            command: trainer.command(&this_program()?, &filling),
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
                sha256: print.sha256,
            }),
            stop: trainer.stop.clone(),
            started_at: time::now(),
            tags: Vec::new(),
            notes: String::new(),
            id: id.clone(),
        };
        folder::write_manifest(&run_dir, &manifest)?;
        self.journal.register(&manifest, "Training started.")?;
        active.insert(id.clone());
        drop(active);
        if let Err(error) = recording::spawn(&run_dir) {
            // Without a recorder the follower finds the run lost, unless it is told why.
            self.fail(&id, &error.to_string())?;
            self.active().remove(&id);
            return Err(error);
        }
        self.follow(self.follower(&manifest, run_dir.clone())?)?;
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
        let (status, effect) = self.journal.happen(&run_id, &Input::StopAsked, None)?;
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

    /// Takes up every run whose end the index does not know: those that went on while no
    /// server was there, and folders that came from elsewhere. A folder that cannot be
    /// read harms no other.
    ///
    /// # Errors
    /// Where the folder of the runs cannot be read, or no thread can be started.
    pub fn adopt(&self) -> Result<(), ServerError> {
        let mut over = Vec::new();
        for (id, path) in folder::list(&self.runs)? {
            match self.adopt_one(&id, path) {
                Ok(follower) => over.extend(follower),
                Err(error) => tracing::warn!(run = %id, %error, "the run cannot be shown"),
            }
        }
        if over.is_empty() {
            return Ok(());
        }
        tracing::info!(runs = over.len(), "reading runs that ended meanwhile");
        on_thread("catch up".into(), move || {
            over.into_iter().for_each(run_follower)
        })
    }

    /// Follows a run that is alive; gives the follower of one that is over, which can wait
    /// its turn.
    fn adopt_one(&self, id: &RunId, path: PathBuf) -> Result<Option<Follower>, ServerError> {
        let known = self.journal.bookmark(id)?.is_some();
        if known {
            let state = self.journal.read(|index| journal::state(index, id))?;
            if !state.status.is_active() {
                return Ok(None);
            }
        }
        let manifest = folder::read_manifest(&path)?;
        if !known {
            self.journal.register(&manifest, "Training started.")?;
        }
        let has_ended = matches!(recorder::read_exit(&path), Ok(Some(_)));
        let over = has_ended || matches!(recorder::read_lock(&path), Ok(Holder::Free));
        let follower = self.follower(&manifest, path)?;
        if over {
            return Ok(Some(follower));
        }
        tracing::info!(run = %id, "found a run that is still active");
        self.active().insert(id.clone());
        self.follow(follower)?;
        Ok(None)
    }

    fn follower(&self, manifest: &Manifest, folder: PathBuf) -> Result<Follower, ServerError> {
        let trainer = self.trainers.get(Some(&manifest.trainer));
        Follower::new(
            manifest.id.clone(),
            folder,
            manifest.started_at.clone(),
            trainer.and_then(|trainer| trainer.pattern.clone()),
            Arc::clone(&self.journal),
        )
    }

    /// Lets `follower` work on a thread of its own; its run is active until it is done.
    fn follow(&self, follower: Follower) -> Result<(), ServerError> {
        let id = follower.run_id().clone();
        let active = Arc::clone(&self.active);
        on_thread(format!("follow {id}"), move || {
            run_follower(follower);
            active
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&id);
        })
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
                "SELECT run_id FROM runs ORDER BY status IN ('running', 'stopping') DESC,
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
        self.journal.happen(id, &Input::Ended(ending), None)?;
        Ok(())
    }
}

fn run_follower(follower: Follower) {
    let id = follower.run_id().clone();
    if let Err(error) = follower.follow() {
        tracing::error!(run = %id, %error, "the run can no longer be followed; it goes on, and a restart of the server takes it up again");
    }
}

fn on_thread(name: String, work: impl FnOnce() + Send + 'static) -> Result<(), ServerError> {
    let started = std::thread::Builder::new().name(name).spawn(work);
    started
        .map(drop)
        .map_err(|error| ServerError::Disk(format!("cannot start a thread: {error}")))
}

/// The id in `text`, if the journal knows a run of it.
pub fn known_run(journal: &Journal, text: &str) -> Result<RunId, ServerError> {
    let unknown = || ServerError::NotFound(format!("There is no run “{}”.", text.escape_debug()));
    let id = RunId::parse(text).ok_or_else(unknown)?;
    journal.bookmark(&id)?.map(|_| id).ok_or_else(unknown)
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
fn this_program() -> Result<PathBuf, ServerError> {
    let path = std::env::current_exe()
        .map_err(|error| ServerError::Disk(format!("cannot find this program: {error}")))?;
    let text = path.to_string_lossy();
    Ok(PathBuf::from(
        text.strip_suffix(" (deleted)").unwrap_or(&text),
    ))
}
