//! The training command and everything it starts: begin, signal, reap.

use std::io::{self, ErrorKind, PipeReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::{collections::BTreeSet, fs, path::Path};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpgid};

use super::log::{LogWriter, Stream};
use super::order::{Order, Stop};

/// Room in a pipe, so that the child does not wait even when we get no processor for a while.
const PIPE_BYTES: i32 = 1 << 20;

/// Why the command did not start: the status a shell would give, and a sentence for the user.
pub(super) struct NotStarted {
    pub status: i32,
    pub error: String,
}

/// The command (the leader) with all its descendants.
pub(super) struct Family {
    leader: Child,
    /// How the leader ended.
    pub ending: Option<ExitStatus>,
    /// The two streams, until each ends.
    pub sources: Vec<(PipeReader, LogWriter)>,
    pub stop: Stop,
}

impl Family {
    /// Starts the command of `run_dir/run.json`.
    pub fn start(run_dir: &Path) -> Result<Self, NotStarted> {
        let refuse = |error| NotStarted { status: 126, error };
        let order = Order::read(&run_dir.join("run.json")).map_err(refuse)?;
        let [program, arguments @ ..] = order.command.as_slice() else {
            let advice = "run.json holds an empty command; name a program to run";
            return Err(refuse(advice.to_owned()));
        };
        let mut command = Command::new(program);
        command.args(arguments).envs(&order.environment);
        if let Some(folder) = order.working_directory {
            if !folder.is_dir() {
                let folder = folder.display();
                let error = format!("cannot start {program} in {folder}: make that folder first");
                return Err(refuse(error));
            }
            command.current_dir(folder);
        }
        let (leader, sources) = spawn(command, run_dir).map_err(|error| {
            let advice = "check its name and that it is installed and executable";
            let status = 126 + i32::from(error.kind() == ErrorKind::NotFound);
            let error = format!("cannot start {program} ({error}); {advice}");
            NotStarted { status, error }
        })?;
        let (ending, stop) = (None, order.stop);
        Ok(Self {
            leader,
            ending,
            sources,
            stop,
        })
    }

    pub fn pid(&self) -> i32 {
        self.leader.id().cast_signed()
    }

    /// Signals the leader's group, and each orphan that came to us with the group that it leads.
    pub fn signal(&self, signal: Signal) {
        let target = |child: Pid| match getpgid(Some(child)) {
            Ok(group) if group == child || group.as_raw() == self.pid() => -group.as_raw(),
            _ => child.as_raw(),
        };
        // We have not reaped any of these, so none of the ids can have a new owner.
        for target in children().into_iter().map(target).collect::<BTreeSet<_>>() {
            // Refused for one that has just ended, or took another user's rights.
            let _ = kill(Pid::from_raw(target), signal);
        }
    }

    /// Collects who has ended; true when nobody is left.
    pub fn reap(&mut self) -> bool {
        let collect = |pid| waitpid(pid, Some(WaitPidFlag::WNOHANG));
        // Not the leader: only the standard library can hold every status that it may have.
        for orphan in children().iter().filter(|pid| pid.as_raw() != self.pid()) {
            let _ = collect(*orphan);
        }
        self.ending = self.ending.or_else(|| self.leader.try_wait().ok()?);
        // The list in /proc may miss one that moves meanwhile; the kernel's own count does not.
        while self.ending.is_some() {
            match collect(Pid::from_raw(-1)) {
                Ok(WaitStatus::StillAlive) => return false,
                Err(Errno::ECHILD) => return true,
                _ => {}
            }
        }
        false
    }
}

/// Starts the command with its surroundings: folders, group, streams.
fn spawn(
    mut command: Command,
    run_dir: &Path,
) -> io::Result<(Child, Vec<(PipeReader, LogWriter)>)> {
    fs::create_dir_all(run_dir.join("samples"))?;
    fs::create_dir_all(run_dir.join("checkpoints"))?;
    let ((stdout, stdout_end), (stderr, stderr_end)) = (io::pipe()?, io::pipe()?);
    for pipe in [&stdout, &stderr] {
        // A wish: the pipe works at its usual size too.
        let _ = fcntl(pipe, FcntlArg::F_SETPIPE_SZ(PIPE_BYTES));
    }
    command
        .env("NASHBOARD_RUN_DIR", run_dir)
        .env("PYTHONUNBUFFERED", "1");
    command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(stdout_end)
        .stderr(stderr_end);
    let sources = [(stdout, Stream::Stdout), (stderr, Stream::Stderr)];
    let sources = sources.map(|(pipe, stream)| (pipe, LogWriter::new(stream)));
    Ok((command.spawn()?, sources.into()))
}

/// The processes whose parent we are: the leader, and orphans of its tree.
fn children() -> Vec<Pid> {
    let mut children = Vec::new();
    for thread in fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten()
    {
        let list = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        let pids = list.split_whitespace().filter_map(|pid| pid.parse().ok());
        children.extend(pids.map(Pid::from_raw));
    }
    children
}
