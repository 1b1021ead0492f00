//! Processes that a vanished recorder left behind: found by what they inherited, and ended.
//!
//! A recorder gives every run a variable of its own, `NASHBOARD_RUN_DIR`, and whatever the
//! run starts inherits it, also in a session or a group of its own. So it is found in
//! `/proc` without knowing a process id that somebody else may have by now.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::run::StopOrder;

/// How often they are looked for while they end.
const PERIOD: Duration = Duration::from_millis(50);

/// Ends every process of the run in `folder`, in the order that its trainer is stopped in:
/// the ordered signal, SIGTERM half-way, SIGKILL at the end of the grace. Gives how many
/// there were. Call it only where no recorder lives.
pub fn end(folder: &Path, stop: &StopOrder) -> usize {
    let found = find(folder);
    if found.is_empty() {
        return 0;
    }
    tracing::warn!(run = %folder.display(), processes = found.len(), "the recorder vanished; ending what it left behind");
    let (start, grace) = (
        Instant::now(),
        Duration::from_secs_f64(stop.grace_seconds.clamp(0.0, 86_400.0)),
    );
    let first = stop.signal.parse().unwrap_or(Signal::SIGINT);
    let mut ladder = [
        (start, first),
        (start + grace / 2, Signal::SIGTERM),
        (start + grace, Signal::SIGKILL),
    ]
    .into_iter()
    .peekable();
    loop {
        let left = find(folder);
        if left.is_empty() {
            return found.len();
        }
        let due = ladder.next_if(|(at, _)| *at <= Instant::now());
        let signal = match (due, ladder.peek()) {
            (Some((_, signal)), _) => Some(signal),
            // Each that is killed may leave others: until none is left.
            (None, None) => Some(Signal::SIGKILL),
            (None, Some(_)) => None,
        };
        if let Some(signal) = signal {
            // Found an instant ago, and refused only for one that has ended meanwhile.
            for pid in left {
                let _ = kill(pid, signal);
            }
        }
        // One in the kernel's own hands cannot be ended; nobody waits for it for ever.
        if start.elapsed() > grace + Duration::from_secs(10) {
            tracing::error!(run = %folder.display(), "some processes of the run cannot be ended");
            return found.len();
        }
        std::thread::sleep(PERIOD);
    }
}

/// Processes that belong to the run in `folder`. Those of other users are not seen.
fn find(folder: &Path) -> Vec<Pid> {
    let place = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let own = std::process::id().cast_signed();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| *pid != own && run_of(*pid).is_some_and(|run| run == place))
        .map(Pid::from_raw)
        .collect()
}

/// The run folder that a process inherited.
fn run_of(pid: i32) -> Option<PathBuf> {
    const NAME: &[u8] = b"NASHBOARD_RUN_DIR=";
    let environment = fs::read(format!("/proc/{pid}/environ")).ok()?;
    let mut variables = environment.split(|byte| *byte == 0);
    let value = variables.find_map(|variable| variable.strip_prefix(NAME))?;
    let path = PathBuf::from(std::str::from_utf8(value).ok()?);
    Some(path.canonicalize().unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::process::{Command, Stdio};

    #[test]
    fn a_process_is_found_by_what_it_inherited_and_ended_though_it_refuses() {
        let folder = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let start = |folder: &Path| {
            let mut child = Command::new("sh")
                .args([
                    "-c",
                    "trap '' INT TERM; echo deaf; while :; do sleep 0.05; done",
                ])
                .env("NASHBOARD_RUN_DIR", folder)
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            // A signal that comes before the trap is set would end it politely.
            let told = child.stdout.as_mut().unwrap().read(&mut [0; 8]).unwrap();
            assert!(told > 0, "the shell ended before it was ready");
            child
        };
        let (mut ours, mut foreign) = (start(folder.path()), start(other.path()));
        let stop = StopOrder {
            grace_seconds: 0.2,
            ..StopOrder::default()
        };
        // The shell, and perhaps its sleep.
        let reaper = std::thread::spawn(move || ours.wait().unwrap());
        assert!(end(folder.path(), &stop) >= 1);
        use std::os::unix::process::ExitStatusExt;
        assert_eq!(reaper.join().unwrap().signal(), Some(9));
        assert_eq!(foreign.try_wait().unwrap(), None, "it is of another run");
        foreign.kill().unwrap();
        foreign.wait().unwrap();
        assert_eq!(end(folder.path(), &stop), 0);
    }
}
