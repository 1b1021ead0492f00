//! Recorder processes from the server's side: starting one, waiting for its trainer, asking it to stop.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::ServerError;
use crate::recorder::{self, Holder};

/// How long a recorder may take to lock its run and to say which process the trainer is;
/// until then a run that has neither a recorder nor an end is not lost.
pub const BIRTH: Duration = Duration::from_secs(10);

/// Starts the recorder of a run. It makes itself a session of its own, and is reaped by a
/// thread that waits for nothing else.
pub fn spawn(run_dir: &Path) -> Result<(), ServerError> {
    let failed = |error| ServerError::disk("cannot start the recorder for", run_dir, &error);
    // This very program, also where its file was replaced by a newer build meanwhile.
    let mut child = Command::new("/proc/self/exe")
        .arg("record")
        .arg(run_dir)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A Ctrl-C for the server must not reach it before it has left the terminal.
        .process_group(0)
        .spawn()
        .map_err(failed)?;
    std::thread::Builder::new()
        .name("reap recorder".into())
        .spawn(move || child.wait())
        .map_err(failed)?;
    Ok(())
}

/// Waits until the recorder of `run_dir` has started the trainer, and gives its process id;
/// `None` where it has come and gone and left none.
///
/// # Errors
/// `Invalid` where the trainer could not be started, with the recorder's reason.
pub fn wait_for_trainer(run_dir: &Path) -> Result<Option<i32>, ServerError> {
    let deadline = Instant::now() + BIRTH;
    while Instant::now() < deadline {
        if let Ok(Holder::Held(lock)) = recorder::read_lock(run_dir)
            && lock.child_pid.is_some()
        {
            return Ok(lock.child_pid);
        }
        if let Ok(Some(report)) = recorder::read_exit(run_dir) {
            return match report.error {
                Some(error) => Err(ServerError::Invalid(error)),
                None => Ok(last_trainer(run_dir)),
            };
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Err(ServerError::Disk(format!(
        "The recorder did not start the trainer within {} s; see {}.",
        BIRTH.as_secs(),
        run_dir.join("output.log").display()
    )))
}

/// Asks the recorder of `run_dir` to end its trainer. Where it is over, nothing is to be done.
pub fn ask_to_stop(run_dir: &Path) -> Result<(), ServerError> {
    let deadline = Instant::now() + BIRTH;
    loop {
        let holder = recorder::read_lock(run_dir)
            .map_err(|error| ServerError::disk("cannot read the lock in", run_dir, &error))?;
        match holder {
            // The lock is held, so the process of that id is the recorder and no other.
            Holder::Held(lock) => {
                return match kill(Pid::from_raw(lock.recorder_pid), Signal::SIGTERM) {
                    // It ended since.
                    Ok(()) | Err(Errno::ESRCH) => Ok(()),
                    Err(error) => Err(ServerError::Disk(format!(
                        "cannot signal the recorder: {error}"
                    ))),
                };
            }
            // It is over, or it never began: the follower tells which.
            Holder::Free => return Ok(()),
            Holder::Missing if Instant::now() > deadline => return Ok(()),
            Holder::Missing => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Which process the trainer was of a run that is over: the lock's text outlives its holder.
fn last_trainer(run_dir: &Path) -> Option<i32> {
    let text = recorder::read_plain(run_dir, "lock", 4096).ok()?;
    serde_json::from_slice::<recorder::Lock>(&text)
        .ok()?
        .child_pid
}
