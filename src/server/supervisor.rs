//! Starts recorders, asks them to stop, and takes up runs that it finds.
//!
//! The supervisor owns no training: a recorder in a session of its own does, and goes on
//! when this process dies. What is active is known by the index; a follower a run keeps it so.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::config::Limits;
use super::data::{self, Catalog};
use super::follower::Follower;
use super::trainers::{Filling, Trainer};
use super::{Config, Journal, ServerError, Trainers, folder, journal, time};
use crate::data::SourceId;
use crate::event::{RunId, Status};
use crate::recorder::{self, Holder};
use crate::run::{DataFingerprint, Effect, Input, Manifest, Started, Stopped};

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

/// Epochs of a run whose order names none.
pub const EPOCHS_DEFAULT: u64 = 300;
/// How long a recorder may take to say which process the trainer is.
const BIRTH: Duration = Duration::from_secs(10);

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
        let recording = spawn_recorder(&run_dir);
        if let Err(error) = &recording {
            // Without a recorder the follower finds the run lost, unless it is told why.
            self.fail(&id, &error.to_string())?;
            self.active().remove(&id);
        }
        recording?;
        self.follow(&manifest, run_dir.clone(), Some(trainer))?;
        self.wait_for_birth(&id, &run_dir)
    }

    /// Asks a run to end: the one of that id, or else the latest active one.
    ///
    /// # Errors
    /// `NotFound` for an unknown id, `Conflict` where nothing is running.
    pub fn stop(&self, run_id: Option<&str>) -> Result<Stopped, ServerError> {
        let run_id = self.run_to_stop(run_id)?;
        let (status, effect) = self.journal.happen(&run_id, &Input::StopAsked, None)?;
        if effect == Some(Effect::SignalRecorder) {
            self.signal_recorder(&run_id)?;
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
    pub fn adopt(&self) -> Result<(), ServerError> {
        for (id, path) in folder::list(&self.runs)? {
            if let Err(error) = self.adopt_one(&id, path) {
                tracing::warn!(run = %id, %error, "the run cannot be shown");
            }
        }
        Ok(())
    }

    fn adopt_one(&self, id: &RunId, path: PathBuf) -> Result<(), ServerError> {
        let known = self.journal.bookmark(id)?.is_some();
        if known
            && !self
                .journal
                .read(|index| journal::state(index, id))?
                .status
                .is_active()
        {
            return Ok(());
        }
        let manifest = folder::read_manifest(&path)?;
        if !known {
            self.journal.register(&manifest, "Training started.")?;
        }
        let trainer = self.trainers.get(Some(&manifest.trainer));
        self.active().insert(id.clone());
        let lives = matches!(recorder::read_lock(&path), Ok(Holder::Held(_)));
        if lives {
            tracing::info!(run = %id, "found a run that is still active");
        }
        self.follow(&manifest, path, trainer)
    }

    /// Gives the run a follower on a thread of its own.
    fn follow(
        &self,
        manifest: &Manifest,
        folder: PathBuf,
        trainer: Option<&Trainer>,
    ) -> Result<(), ServerError> {
        let id = manifest.id.clone();
        let follower = Follower::new(
            id.clone(),
            folder,
            manifest.started_at.clone(),
            trainer.and_then(|trainer| trainer.pattern.clone()),
            Arc::clone(&self.journal),
        )?;
        let active = Arc::clone(&self.active);
        std::thread::Builder::new()
            .name(format!("follow {id}"))
            .spawn(move || {
                if let Err(error) = follower.follow() {
                    tracing::error!(run = %id, %error, "the run can no longer be followed; it goes on, and a restart of the server takes it up again");
                }
                active.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            })
            .map_err(|error| ServerError::Disk(format!("cannot start a thread: {error}")))?;
        Ok(())
    }

    fn active(&self) -> MutexGuard<'_, HashSet<RunId>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refuse_if_full(&self, active: &HashSet<RunId>) -> Result<(), ServerError> {
        if active.len() < self.limits.active_runs {
            return Ok(());
        }
        let names: Vec<&str> = active.iter().map(RunId::as_str).collect();
        Err(ServerError::Conflict(format!(
            "A training is active already ({}); stop it or wait for its end.",
            names.join(", ")
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

    fn signal_recorder(&self, run_id: &RunId) -> Result<(), ServerError> {
        let path = self.runs.join(run_id.as_str());
        let deadline = Instant::now() + BIRTH;
        loop {
            let holder = recorder::read_lock(&path)
                .map_err(|error| ServerError::disk("cannot read the lock in", &path, &error))?;
            match holder {
                // The lock is held, so the process of that id is the recorder and no other.
                Holder::Held(lock) => {
                    return kill(Pid::from_raw(lock.recorder_pid), Signal::SIGTERM).map_err(
                        |error| ServerError::Disk(format!("cannot signal the recorder: {error}")),
                    );
                }
                // It is over, or it has not begun: the follower tells which.
                Holder::Free => return Ok(()),
                Holder::Missing if Instant::now() > deadline => return Ok(()),
                Holder::Missing => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    /// Waits until the recorder has started the trainer, or could not.
    fn wait_for_birth(&self, id: &RunId, run_dir: &Path) -> Result<Started, ServerError> {
        let deadline = Instant::now() + BIRTH;
        while Instant::now() < deadline {
            if let Ok(Holder::Held(lock)) = recorder::read_lock(run_dir)
                && let Some(pid) = lock.child_pid
            {
                return Ok(Started {
                    run_id: id.clone(),
                    pid: Some(pid),
                    status: Status::Running,
                });
            }
            if let Ok(Some(report)) = recorder::read_exit(run_dir) {
                return match report.error {
                    Some(error) => Err(ServerError::Invalid(error)),
                    // It has come and gone; the lock still says which process it was.
                    None => Ok(Started {
                        run_id: id.clone(),
                        pid: last_child(run_dir),
                        status: Status::Running,
                    }),
                };
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err(ServerError::Disk(format!(
            "The recorder of the run {id} did not start the trainer within {} s; see {}.",
            BIRTH.as_secs(),
            run_dir.join("output.log").display()
        )))
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

/// Which process the trainer of a run was that is over.
fn last_child(run_dir: &Path) -> Option<i32> {
    let text = std::fs::read_to_string(run_dir.join("lock")).ok()?;
    serde_json::from_str::<recorder::Lock>(&text)
        .ok()?
        .child_pid
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

/// Starts the recorder of a run. It makes itself a session of its own, and is reaped by a
/// thread that waits for nothing else.
fn spawn_recorder(run_dir: &Path) -> Result<(), ServerError> {
    let failed = |error| ServerError::disk("cannot start the recorder for", run_dir, &error);
    // This very program, also where its file was replaced by a newer build meanwhile.
    let mut child = Command::new("/proc/self/exe")
        .arg("record")
        .arg(run_dir)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    std::thread::Builder::new()
        .name("reap recorder".into())
        .spawn(move || child.wait())
        .map_err(failed)?;
    Ok(())
}
