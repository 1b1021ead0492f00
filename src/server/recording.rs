//! Recorder processes from the server's side: starting one, waiting for its trainer, asking it to stop.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::stat::{major, minor};
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
    let reaper = std::thread::Builder::new().name("reap recorder".into());
    if let Err(error) = reaper.spawn(move || child.wait()) {
        // It records all the same, and its process is cleared away when the server ends.
        tracing::warn!(%error, "nobody waits for the end of a recorder");
    }
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

/// The process that records into `run_dir`, where one of this machine does.
pub fn recorder(run_dir: &Path) -> Option<Pid> {
    match recorder::read_lock(run_dir) {
        Ok(Holder::Held(lock)) => process(run_dir, &lock),
        _ => None,
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
    let Ok(locks) = std::fs::read_to_string("/proc/locks") else {
        return Some(Pid::from_raw(lock.recorder_pid));
    };
    let file = run_dir.join("lock").metadata().ok()?;
    let device = format!("{:02x}:{:02x}", major(file.dev()), minor(file.dev()));
    recorder_among(&locks, lock.recorder_pid, (&device, file.ino())).map(Pid::from_raw)
}

/// The process that is the recorder by the system's list of locks: the one of the id `written` in the lock, where it holds one; else
/// who holds this very `file`, by its device and number, since numbers of files are given on each device anew. Some file systems
/// show another number or device of a file than their locks do, which is why the id alone is enough where it holds any lock.
fn recorder_among(locks: &str, written: i32, file: (&str, u64)) -> Option<i32> {
    let holders: Vec<(i32, &str, u64)> = locks.lines().filter_map(holder).collect();
    let is_file = |(_, device, number): &(i32, &str, u64)| (*device, *number) == file;
    let by_both = holders
        .iter()
        .find(|held| held.0 == written && is_file(held));
    let by_file = || holders.iter().find(|held| held.0 > 0 && is_file(held));
    let by_id = || holders.iter().find(|held| held.0 == written);
    by_both.or_else(by_file).or_else(by_id).map(|held| held.0)
}

/// The process of a line of `/proc/locks`, and the device and the number of the file that it has locked:
/// `3: FLOCK  ADVISORY  WRITE 2171 fd:01:1837 0 EOF`.
fn holder(line: &str) -> Option<(i32, &str, u64)> {
    let mut words = line.split_ascii_whitespace().skip(4);
    let pid = words.next()?.parse().ok()?;
    let (device, number) = words.next()?.rsplit_once(':')?;
    Some((pid, device, number.parse().ok()?))
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
    use crate::event::RunId;
    use crate::recorder::{ExitReport, Order};
    use crate::run::{EndReport, Manifest};
    use serde_json::{Value, from_value, json, to_value};

    #[test]
    fn an_end_is_read_as_the_recorder_wrote_it() {
        let written = ExitReport {
            exit_code: Some(3),
            signal: Some("SIGKILL".into()),
            ended_at: "2025-11-24T04:18:33Z".into(),
            asked_by: Some("dashboard".into()),
            peak_memory_bytes: Some(5),
            out_of_memory: true,
            lost_bytes: 7,
            error: Some("no such file".into()),
        };
        let written = to_value(written).unwrap();
        let read: EndReport = from_value(written.clone()).unwrap();
        assert_eq!(to_value(read).unwrap(), written);
        // Nothing in it could be taken for what stands where nothing was written.
        let absent = to_value(ExitReport::default()).unwrap();
        let fields = |value: Value| value.as_object().unwrap().clone();
        for (name, value) in fields(absent) {
            assert_ne!(written[&name], value, "{name}");
        }
    }

    #[test]
    fn who_is_told_nothing_of_a_stop_does_what_the_manifest_says() {
        let id = RunId::parse("20251124-041833-cv4w").unwrap();
        let told = Manifest::unreadable(id).stop;
        let order: Order = from_value(json!({"command": ["true"]})).unwrap();
        assert_eq!(order.stop.signal.as_str(), told.signal);
        assert_eq!(order.stop.grace_seconds, told.grace_seconds);
    }

    #[test]
    fn a_recorder_is_told_from_who_holds_other_locks() {
        let locks = "1: FLOCK  ADVISORY  WRITE 21 00:2a:4 0 EOF\n\
                     2: FLOCK  ADVISORY  WRITE 22 00:2b:4 0 EOF\n\
                     2: -> FLOCK\n\
                     3: FLOCK  ADVISORY  WRITE 23 fd:01:7 0 EOF\n";
        // Files on two disks have the same number.
        assert_eq!(recorder_among(locks, 22, ("00:2b", 4)), Some(22));
        assert_eq!(recorder_among(locks, 21, ("00:2a", 4)), Some(21));
        // The lock was written in a container, where processes have ids of their own.
        assert_eq!(recorder_among(locks, 5, ("fd:01", 7)), Some(23));
        // The file system shows another number than its locks do.
        assert_eq!(recorder_among(locks, 23, ("00:99", 8)), Some(23));
        // It is recorded elsewhere.
        assert_eq!(recorder_among(locks, 5, ("fd:01", 8)), None);
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
