//! Recorder processes from the server's side: starting one, waiting for its trainer, asking it to stop.

use std::fs::Metadata;
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
                let Some(recorder) = process(run_dir, &lock) else {
                    if is_held(run_dir) {
                        return Err(elsewhere());
                    }
                    continue;
                };
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
        // Between the two looks it may have ended.
        Ok(Holder::Held(lock)) if process(run_dir, &lock).is_none() && is_held(run_dir) => {
            Err(elsewhere())
        }
        _ => Ok(()),
    }
}

fn is_held(run_dir: &Path) -> bool {
    matches!(recorder::read_lock(run_dir), Ok(Holder::Held(_)))
}

fn elsewhere() -> ServerError {
    ServerError::Conflict(
        "This run is recorded on another machine, or in another container; stop it there.".into(),
    )
}

/// The process that records into `run_dir` and holds `lock`: the one that it names, or the one that the system says to hold
/// it, where that has this very file open. An id is that of its own machine and container; elsewhere somebody else has it, and
/// nobody is signalled by a number alone.
fn process(run_dir: &Path, lock: &recorder::Lock) -> Option<Pid> {
    let file = run_dir.join("lock").metadata().ok()?;
    let locks = std::fs::read_to_string("/proc/locks").unwrap_or_default();
    let named = [lock.recorder_pid].into_iter();
    let mut candidates = named.chain(holders(&locks, &file));
    let own = std::process::id().cast_signed();
    let found = candidates.find(|pid| *pid > 0 && *pid != own && has_open(*pid, &file));
    found.map(Pid::from_raw)
}

/// Whether the process `pid` has `file` open.
fn has_open(pid: i32, file: &Metadata) -> bool {
    let opened = std::fs::read_dir(format!("/proc/{pid}/fd"));
    let mut opened = opened.into_iter().flatten().flatten();
    // Read through what stands for it in /proc, so that both tell the same number, whatever the file system.
    opened.any(|entry| {
        let other = std::fs::metadata(entry.path());
        other.is_ok_and(|other| (other.dev(), other.ino()) == (file.dev(), file.ino()))
    })
}

/// The processes that hold a lock on `file`, as `/proc/locks` tells: `3: FLOCK  ADVISORY  WRITE 2171 fd:01:1837 0 EOF`. Some file
/// systems show another device or number of a file there than elsewhere.
fn holders(locks: &str, file: &Metadata) -> impl Iterator<Item = i32> {
    let wanted = format!(
        "{:02x}:{:02x}:{}",
        major(file.dev()),
        minor(file.dev()),
        file.ino()
    );
    let holder = move |line: &str| {
        let mut words = line.split_ascii_whitespace().skip(4);
        let pid = words.next()?.parse().ok()?;
        (words.next()? == wanted).then_some(pid)
    };
    locks
        .lines()
        .filter_map(holder)
        .collect::<Vec<i32>>()
        .into_iter()
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
    fn who_holds_a_lock_is_told_from_who_holds_others() {
        let file = tempfile::tempfile().unwrap().metadata().unwrap();
        let (device, number) = ((major(file.dev()), minor(file.dev())), file.ino());
        let locks = format!(
            "1: FLOCK  ADVISORY  WRITE 21 ff:ff:{number} 0 EOF\n\
             2: FLOCK  ADVISORY  WRITE 22 {:02x}:{:02x}:{number} 0 EOF\n\
             2: -> FLOCK\n\
             3: FLOCK  ADVISORY  WRITE 23 fd:01:7 0 EOF\n",
            device.0, device.1
        );
        assert_eq!(holders(&locks, &file).collect::<Vec<_>>(), [22]);
        assert_eq!(holders("", &file).count(), 0);
    }

    #[test]
    fn only_who_has_the_lock_open_is_the_recorder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        std::fs::write(&path, "{}").unwrap();
        let lock = |pid| recorder::Lock {
            recorder_pid: pid,
            ..recorder::Lock::default()
        };
        let sleeper = |stdin: Stdio| {
            Command::new("sleep")
                .arg("60")
                .stdin(stdin)
                .spawn()
                .unwrap()
        };
        // It has the id that the lock names, as in another container, and a lock of its own.
        let other = tempfile::NamedTempFile::new().unwrap();
        other.as_file().lock().unwrap();
        let mut stranger = sleeper(other.reopen().unwrap().into());
        let mut recorder = sleeper(std::fs::File::open(&path).unwrap().into());
        let ids = [&stranger, &recorder].map(|child| child.id().cast_signed());
        let own = std::process::id().cast_signed();
        let held = std::fs::File::open(&path).unwrap();
        held.lock().unwrap();
        let found = [ids[0], own, 1, 0, -1].map(|pid| process(folder.path(), &lock(pid)));
        let true_one = process(folder.path(), &lock(ids[1]));
        for child in [&mut stranger, &mut recorder] {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert_eq!(found, [None; 5]);
        assert_eq!(true_one, Some(Pid::from_raw(ids[1])));
    }
}
