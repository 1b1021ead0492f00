//! Recorder processes from the server's side: starting one, waiting for its trainer, asking it to stop.

use std::os::unix::fs::MetadataExt;
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
            Holder::Held(lock) => {
                let recorder = process(run_dir, &lock).ok_or_else(elsewhere)?;
                return match kill(recorder, Signal::SIGTERM) {
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

/// Whether the recorder of `run_dir` can be told to end its trainer, where it lives.
///
/// # Errors
/// `Conflict` where it lives on another machine, or in a container of its own.
pub fn reaches(run_dir: &Path) -> Result<(), ServerError> {
    match recorder::read_lock(run_dir) {
        Ok(Holder::Held(lock)) if process(run_dir, &lock).is_none() => Err(elsewhere()),
        _ => Ok(()),
    }
}

fn elsewhere() -> ServerError {
    ServerError::Conflict(
        "This run is recorded on another machine, or in another container; stop it there.".into(),
    )
}

/// The process that records into `run_dir` and holds `lock`. Its id is that of its own machine and container: the system knows
/// which process of ours holds the lock, if one does.
fn process(run_dir: &Path, lock: &recorder::Lock) -> Option<Pid> {
    let written = Pid::from_raw(lock.recorder_pid);
    let Ok(locks) = std::fs::read_to_string("/proc/locks") else {
        return Some(written);
    };
    let file = run_dir.join("lock").metadata().ok()?.ino();
    let holders: Vec<(i32, u64)> = locks.lines().filter_map(holder).collect();
    let by_file = holders.iter().find(|(pid, held)| *held == file && *pid > 0);
    // Some file systems show another number of a file than their locks do.
    let by_process = || holders.iter().find(|(pid, _)| *pid == lock.recorder_pid);
    by_file
        .or_else(by_process)
        .map(|(pid, _)| Pid::from_raw(*pid))
}

/// The process of a line of `/proc/locks`, and the number of the file that it has locked:
/// `3: FLOCK  ADVISORY  WRITE 2171 fd:01:1837 0 EOF`.
fn holder(line: &str) -> Option<(i32, u64)> {
    let mut words = line.split_ascii_whitespace().skip(4);
    let pid = words.next()?.parse().ok()?;
    let file = words.next()?.rsplit(':').next()?.parse().ok()?;
    Some((pid, file))
}

/// Which process the trainer was of a run that is over: the lock's text outlives its holder.
fn last_trainer(run_dir: &Path) -> Option<i32> {
    let text = recorder::read_plain(run_dir, "lock", 4096).ok()?;
    serde_json::from_slice::<recorder::Lock>(&text)
        .ok()?
        .child_pid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_read_from_the_systems_list() {
        let line = "3: FLOCK  ADVISORY  WRITE 2171 fd:01:1837 0 EOF";
        assert_eq!(holder(line), Some((2171, 1837)));
        assert_eq!(holder("3: -> FLOCK"), None);
    }

    #[test]
    fn only_who_holds_the_lock_is_the_recorder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        std::fs::write(&path, "{}").unwrap();
        // A process of ours that holds no lock, and has the id that the lock names.
        let mut other = Command::new("sleep").arg("60").spawn().unwrap();
        let lock = recorder::Lock {
            recorder_pid: other.id().cast_signed(),
            ..recorder::Lock::default()
        };
        assert_eq!(process(folder.path(), &lock), None);
        let held = std::fs::File::open(&path).unwrap();
        held.lock().unwrap();
        let own = Pid::from_raw(std::process::id().cast_signed());
        assert_eq!(process(folder.path(), &lock), Some(own));
        other.kill().unwrap();
        other.wait().unwrap();
    }
}
