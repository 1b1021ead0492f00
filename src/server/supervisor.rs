//! Follows every run that is active, and asks recorders to stop.
//!
//! The supervisor owns no training: a recorder in a session of its own does, and goes on
//! when this process dies. What is active is known by the index; a follower a run keeps it so.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::alert::Alerts;
use super::follower::{Followed, Follower};
use super::herald::Herald;
use super::known::known_run;
use super::seats::{HeldSeats, Seat, Seats};
use super::thread::on_thread;
use super::{Config, Journal, ServerError, Trainers, journal, recording, time};
use crate::event::{RunId, Status};
use crate::recorder::{has_ended, note_stop, stop_was_asked};
use crate::run::{Effect, Input, Manifest, Stopped};

/// Follows and stops runs.
pub struct Supervisor {
    runs: PathBuf,
    stall_seconds: u64,
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
        trainers: Arc<Trainers>,
        journal: Arc<Journal>,
    ) -> Result<Self, ServerError> {
        Ok(Self {
            runs: config.runs.clone(),
            stall_seconds: config.limits.stall_seconds,
            trainers,
            journal,
            alerts: Arc::new(Alerts::new(&config.alert, &config.home)?),
            followed: Seats::default(),
        })
    }

    /// Asks a run to end: the one of that id, or else the latest active one.
    ///
    /// # Errors
    /// `NotFound` for an unknown id, `Conflict` where nothing is running.
    pub fn stop(&self, run_id: Option<&str>) -> Result<Stopped, ServerError> {
        let run_id = self.run_to_stop(run_id)?;
        let state = self
            .journal
            .read(|index| self.journal.state(index, &run_id))?;
        let status = match self.journal.over(&run_id) {
            Some(over) => over.status,
            None if state.status.is_active() => self.stop_active(&run_id)?,
            None => state.status,
        };
        match status {
            Status::Stopping | Status::Stopped => Ok(Stopped { run_id, status }),
            _ => Err(ServerError::Conflict(format!(
                "Nothing is running: the run {run_id} is {}.",
                status.name()
            ))),
        }
    }

    /// Asks a run to end that is active, or was just now: its status after that.
    fn stop_active(&self, run_id: &RunId) -> Result<Status, ServerError> {
        let folder = self.runs.join(run_id.as_str());
        if has_ended(&folder) {
            // What asked for it before is repeated.
            if stop_was_asked(&folder) {
                return Ok(Status::Stopping);
            }
            return Err(ServerError::Conflict(format!(
                "Nothing is running: the run {run_id} has ended just now."
            )));
        }
        recording::reaches(&folder)?;
        if let Err(error) = note_stop(&folder) {
            tracing::warn!(run = %run_id, %error, "that a stop was asked for cannot be noted in the run's folder");
        }
        let told = self.journal.happen(run_id, &Input::StopAsked, &time::now());
        let (status, effect) = match told {
            // A full disk keeps nobody from stopping: the recorder tells of it when there is room.
            Err(ServerError::Index(error)) => {
                tracing::warn!(run = %run_id, %error, "a stop cannot be written down; the recorder is told");
                (Status::Stopping, Some(Effect::SignalRecorder))
            }
            told => told?,
        };
        if effect == Some(Effect::SignalRecorder) {
            recording::ask_to_stop(&folder)?;
        }
        Ok(status)
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
    pub fn follow(
        &self,
        manifest: &Manifest,
        folder: PathBuf,
        damage: Option<String>,
        spawned: Option<Instant>,
        seat: Seat,
    ) -> Result<(), ServerError> {
        let follower = self
            .follower(manifest, folder.clone(), damage, spawned)?
            .with_herald(self.herald(manifest, &folder));
        let journal = Arc::clone(&self.journal);
        on_thread(format!("follow {}", manifest.id), move || {
            if let Err(error) = pass_stop_on(&journal, &seat.id, &folder) {
                tracing::error!(run = %seat.id, %error, "a stop that was asked for cannot be passed on; ask again");
            }
            follower.follow();
            drop(seat);
        })
    }

    /// Who tells what happens to a run, or happened to it while no server was there.
    pub fn herald(&self, manifest: &Manifest, folder: &Path) -> Herald {
        Herald::new(Arc::clone(&self.alerts), manifest, folder)
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
            stall_seconds: self.stall_seconds,
            damage: damage.or(unusable),
        };
        Follower::new(run, Arc::clone(&self.journal))
    }

    /// Holds the places of runs that are followed: until one is taken or they are let go, no run is started.
    pub fn hold(&self) -> HeldSeats<'_> {
        self.followed.hold()
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

    fn run_to_stop(&self, asked: Option<&str>) -> Result<RunId, ServerError> {
        if let Some(text) = asked {
            return known_run(&self.journal, text);
        }
        let foremost = self.journal.read(|index| self.journal.foremost(index))?;
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
