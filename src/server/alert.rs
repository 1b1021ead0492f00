//! Tells those who are not looking: starts a command of the configuration when something happens to a run.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde::Deserialize;

use super::ServerError;
use super::thread::on_thread;
use crate::event::{RunId, Status};

/// Alerts that wait for their turn; more are not told, which the server's log says.
const WAITING: usize = 64;
/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked whether it has ended.
const PERIOD: Duration = Duration::from_millis(50);

/// What can happen to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Occasion {
    Completed,
    Failed,
    Stopped,
    Lost,
    /// It has printed nothing for `stall_seconds`.
    Silent,
    /// A loss is no longer a finite number, for the first time.
    Diverged,
}

impl Occasion {
    /// That a run has come to this `status`, where that is an end.
    pub fn end(status: Status) -> Option<Self> {
        match status {
            Status::Completed => Some(Self::Completed),
            Status::Failed => Some(Self::Failed),
            Status::Stopped => Some(Self::Stopped),
            Status::Lost => Some(Self::Lost),
            Status::Idle | Status::Running | Status::Stopping => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Lost => "lost",
            Self::Silent => "silent",
            Self::Diverged => "diverged",
        }
    }
}

/// `[alert]` of the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AlertEntry {
    /// Program and arguments; without any nobody is told.
    pub command: Vec<String>,
    pub on: Vec<Occasion>,
}

impl Default for AlertEntry {
    fn default() -> Self {
        use Occasion::{Completed, Diverged, Failed, Lost, Silent};
        Self {
            command: Vec::new(),
            on: vec![Completed, Failed, Lost, Silent, Diverged],
        }
    }
}

/// What happened to a run.
#[derive(Clone, Debug)]
pub struct Alert {
    pub occasion: Occasion,
    pub run_id: RunId,
    pub name: String,
    pub folder: PathBuf,
    /// A sentence.
    pub message: String,
}

/// Those who are told.
#[derive(Debug, Default)]
pub struct Alerts {
    on: Vec<Occasion>,
    /// None where the configuration names no command.
    queue: Option<SyncSender<Alert>>,
}

impl Alerts {
    /// Tells by the command of `entry`, which is started in `home`: one after the other, on a thread of its own.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn new(entry: &AlertEntry, home: &Path) -> Result<Self, ServerError> {
        if entry.command.is_empty() {
            return Ok(Self::default());
        }
        let (queue, alerts) = sync_channel(WAITING);
        let (command, home) = (entry.command.clone(), home.to_owned());
        on_thread("alerts".into(), move || tell_all(&alerts, &command, &home))?;
        Ok(Self {
            on: entry.on.clone(),
            queue: Some(queue),
        })
    }

    /// Tells of `alert`, where that is asked for.
    pub fn raise(&self, alert: Alert) {
        let Some(queue) = self
            .queue
            .as_ref()
            .filter(|_| self.on.contains(&alert.occasion))
        else {
            return;
        };
        if let Err(TrySendError::Full(alert) | TrySendError::Disconnected(alert)) =
            queue.try_send(alert)
        {
            tracing::error!(run = %alert.run_id, occasion = alert.occasion.name(), "too many alerts are waiting; this one is not told");
        }
    }
}

fn tell_all(alerts: &Receiver<Alert>, command: &[String], home: &Path) {
    for alert in alerts {
        let (run, occasion) = (&alert.run_id, alert.occasion.name());
        match tell(&alert, command, home) {
            Ok(status) if status.success() => tracing::info!(%run, occasion, "the alert was told"),
            Ok(status) => tracing::error!(%run, occasion, %status, "the command of [alert] failed"),
            Err(error) => {
                tracing::error!(%run, occasion, %error, "the command of [alert] cannot be run; check its name");
            }
        }
    }
}

/// Runs the command for `alert`, and ends it with all that it started where it takes too long.
fn tell(alert: &Alert, command: &[String], home: &Path) -> std::io::Result<ExitStatus> {
    let (program, arguments) = command
        .split_first()
        .ok_or(std::io::ErrorKind::InvalidInput)?;
    // No variable holds a NUL, and what a trainer prints may.
    let text = |text: &str| text.replace('\0', " ");
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(home)
        .env("NASHBOARD_EVENT", alert.occasion.name())
        .env("NASHBOARD_RUN_ID", alert.run_id.as_str())
        .env("NASHBOARD_RUN_NAME", text(&alert.name))
        .env("NASHBOARD_RUN_DIR", &alert.folder)
        .env("NASHBOARD_MESSAGE", text(&alert.message))
        .process_group(0)
        // What it prints as an error stands in the server's log.
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    wait(&mut child)
}

fn wait(child: &mut Child) -> std::io::Result<ExitStatus> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(PERIOD);
    }
    // It was not waited for yet, so its id is its own.
    let _ = killpg(Pid::from_raw(child.id().cast_signed()), Signal::SIGKILL);
    child.wait()
}
