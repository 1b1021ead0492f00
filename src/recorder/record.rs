//! The loop of the recorder: output, signals and deadlines, until the run's last process has ended.

use std::os::fd::AsFd;
use std::os::unix::{net::UnixStream, process::ExitStatusExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{collections::VecDeque, fs::File, io, io::Read, sync::mpsc::channel, thread};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl::set_child_subreaper;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::Signal;
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGKILL, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::{backend::SignalDelivery, exfiltrator::SignalOnly};

use super::child::{Family, NotStarted};
use super::echo::{Echo, follow};
use super::exit::{ExitReport, Reserved};
use super::log::{LogWriter, Stream, now};
use super::{lock::Hold, memory, output::Output, stop::stop_was_asked};

/// Most bytes that one read takes.
const CHUNK: usize = 64 * 1024;
/// After a round that read little, the pipes are left alone for so long: who writes into a pipe
/// that nobody waits at need not wake us, which would cost it more than the writing itself.
const BREATH: Duration = Duration::from_millis(5);
/// How long to wait before room is looked for again.
const RETRY: Duration = Duration::from_secs(1);
/// What the command leaves behind has this long to end by itself, and again after SIGTERM.
const LEFTOVER_GRACE: Duration = Duration::from_secs(1);
/// SIGKILL is repeated, since each death may hand us new orphans.
const KILL_AGAIN: Duration = Duration::from_millis(50);
/// Rounds that empty the pipes once all have ended: a stranger's hold on one delays no end.
const LAST_ROUNDS: usize = 40;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub report: ExitReport,
    /// The status that a shell would give: the command's own, 128 + signal, 127 or 126.
    pub status: i32,
}

/// Why nothing was recorded, or not to the end.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("{0} is being recorded already; wait for its end or stop it")]
    Recorded(PathBuf),
    #[error("{0} holds a run that has ended; start a new run instead")]
    Ended(PathBuf),
    #[error("cannot record into {0} ({1}); check that the folder exists and can be written")]
    Io(PathBuf, #[source] io::Error),
}

/// Runs the command of `run_dir/run.json` and records it, until it and all it started have ended.
///
/// A command that cannot be started is an ending too, with `error` in its report. This changes the
/// whole process (session, signal handlers, who reaps orphans): call it in one that does only this.
pub fn record(run_dir: &Path, echo: Echo) -> Result<Ending, RecordError> {
    let failed = |error: io::Error| RecordError::Io(run_dir.to_owned(), error);
    if echo == Echo::Silent {
        leave_terminal();
    }
    let folder = std::path::absolute(run_dir).map_err(failed)?;
    // Before the lock says whom to tell to end: what comes from then on is heard.
    let signals = hear().map_err(failed)?;
    let lock = Hold::take(&folder.join("lock")).map_err(failed)?;
    let lock = lock.ok_or_else(|| RecordError::Recorded(run_dir.to_owned()))?;
    if folder.join("exit.json").exists() {
        return Err(RecordError::Ended(run_dir.to_owned()));
    }
    record_locked(&folder, echo, lock, signals).map_err(failed)
}

/// Hears the signals that a recorder is told by.
fn hear() -> io::Result<SignalDelivery<UnixStream, SignalOnly>> {
    let (bell, rope) = UnixStream::pair()?;
    // One that is heard does nothing else: who was halted by Ctrl-Z would not read the pipes, and
    // the trainer would wait at them.
    let heard = [SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP];
    SignalDelivery::with_pipe(bell, rope, SignalOnly, heard)
}

/// Begins a session of its own.
fn leave_terminal() {
    use nix::unistd::{Pid, getpgid, getppid, setpgid, setsid};
    // Refused to the leader of a group, which we were born as: so first back to our parent's.
    // Where that fails too, a group apart from the terminal's is nearly as good.
    if setsid().is_err() {
        let parents = getpgid(Some(getppid()));
        let _ = parents
            .and_then(|group| setpgid(Pid::from_raw(0), group))
            .and_then(|()| setsid());
    }
}

fn record_locked(
    folder: &Path,
    echo: Echo,
    mut lock: Hold,
    mut signals: SignalDelivery<UnixStream, SignalOnly>,
) -> io::Result<Ending> {
    set_child_subreaper(true)?;
    let reserved = Reserved::new(folder.join("exit.json.part"))?;
    let (log, mut entries) = (folder.join("output.log"), Vec::new());
    let mut output = Output::open(&log)?;
    let (run_lives, run_over) = channel();
    let log = File::open(log)?;
    let echo = (echo == Echo::Terminal).then(|| thread::spawn(move || follow(log, &run_over)));
    let mut report = ExitReport::default();
    let kills_before = memory::kills();
    let status = match Family::start(folder) {
        Ok(family) => {
            lock.content.child_pid = Some(family.pid());
            // The content was written once, so there is room; without it the run still goes on.
            let _ = lock.write();
            let mut recording = Recording {
                folder,
                family,
                lock: &mut lock,
                output: &mut output,
                schedule: VecDeque::new(),
                chunk: vec![0; CHUNK],
            };
            recording.run(&mut signals)?;
            recording.conclude(&mut report)
        }
        Err(NotStarted { status, error }) => {
            let text = format!("nashboard: {error}\n");
            LogWriter::new(Stream::Stderr).push(text.as_bytes(), &mut entries);
            output.append(&entries);
            (report.exit_code, report.error) = (Some(status), Some(error));
            status
        }
    };
    (report.lost_bytes, report.ended_at) = (output.lost, now());
    // The system's SIGKILL, or what a shell makes of that of its child; it is not that of a stop, which is ours.
    let foreign = status == 128 + SIGKILL && report.asked_by.is_none();
    report.out_of_memory = foreign && memory::kills() > kills_before;
    reserved.write(&report)?;
    drop((lock, run_lives));
    // Its failure is that of a closed terminal, which is no failure of the recording.
    let _ = echo.map(thread::JoinHandle::join);
    Ok(Ending { report, status })
}

/// A run whose command has started.
struct Recording<'a> {
    folder: &'a Path,
    family: Family,
    lock: &'a mut Hold,
    output: &'a mut Output,
    /// The signals still to be sent, and when.
    schedule: VecDeque<(Instant, Signal)>,
    /// Room for what one read gives.
    chunk: Vec<u8>,
}

impl Recording<'_> {
    fn run(&mut self, signals: &mut SignalDelivery<UnixStream, SignalOnly>) -> io::Result<()> {
        let mut all_ended = false;
        let mut rounds_left = LAST_ROUNDS;
        while rounds_left > 0 {
            let pipes = self.family.sources.iter().map(|(pipe, _)| pipe.as_fd());
            let all = pipes.chain([signals.get_read().as_fd()]);
            let mut waited: Vec<_> = all.map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
            match poll(&mut waited, self.timeout(all_ended)) {
                Err(Errno::EINTR) => continue,
                Ok(0) if all_ended => break,
                polled => polled?,
            };
            let ready: Vec<_> = waited.iter().map(|fd| fd.any() == Some(true)).collect();
            let length = self.read(&ready);
            for signal in signals.pending() {
                match signal {
                    SIGCHLD => all_ended = self.reap(),
                    SIGTERM if stop_was_asked(self.folder) => self.begin_stop("dashboard"),
                    SIGTERM => self.begin_stop("signal"),
                    SIGINT | SIGQUIT => self.begin_stop("terminal"),
                    _ => {}
                }
            }
            self.send_due();
            if (1..CHUNK).contains(&length) && !all_ended {
                thread::sleep(BREATH);
            }
            rounds_left -= usize::from(all_ended);
        }
        Ok(())
    }

    /// Until the next silence or signal that is due, but no wait once all have ended.
    fn timeout(&self, all_ended: bool) -> PollTimeout {
        if all_ended {
            return PollTimeout::ZERO;
        }
        let signal_due = self.schedule.front().map(|step| step.0);
        let writers = self.family.sources.iter().map(|(_, writer)| writer);
        let silences = writers.filter_map(LogWriter::silent_at);
        // What was lost is told of as soon as there is room for the word, though nothing more be printed.
        let retry = self.output.obstacle().map(|_| Instant::now() + RETRY);
        let Some(next) = silences.chain(signal_due).chain(retry).min() else {
            return PollTimeout::NONE;
        };
        // Poll counts whole milliseconds: rounded down, the last one would be a busy loop.
        let wait = next.saturating_duration_since(Instant::now()) + Duration::from_millis(1);
        wait.try_into().unwrap_or(PollTimeout::MAX)
    }

    /// Reads once from each source that is ready, and drops those that have ended. Gives the
    /// most bytes that one of them had.
    fn read(&mut self, ready: &[bool]) -> usize {
        let (mut entries, chunk, mut ready) = (Vec::new(), &mut self.chunk, ready.iter());
        let mut longest = 0;
        self.family.sources.retain_mut(|(pipe, writer)| {
            if ready.next() == Some(&true) {
                let length = pipe.read(chunk).unwrap_or(0);
                if length == 0 {
                    writer.flush(&mut entries);
                    return false;
                }
                longest = longest.max(length);
                writer.push(&chunk[..length], &mut entries);
            } else if writer.silent_at().is_some_and(|at| at <= Instant::now()) {
                writer.flush(&mut entries);
            }
            true
        });
        self.output.append(&entries);
        self.tell_of_losses();
        longest
    }

    /// Lets those who look at the lock know whether what is printed is kept.
    fn tell_of_losses(&mut self) {
        let obstacle = self.output.obstacle();
        if self.lock.content.not_recorded.as_deref() != obstacle {
            self.lock.content.not_recorded = obstacle.map(str::to_owned);
            // In its place, where there was room before.
            let _ = self.lock.write();
        }
    }

    fn reap(&mut self) -> bool {
        let lived = self.family.ending.is_none();
        let all_ended = self.family.reap();
        if lived && self.family.ending.is_some() {
            let term = Instant::now() + LEFTOVER_GRACE;
            let kill = term + LEFTOVER_GRACE;
            // A stop under way has promised all of them its own grace.
            if self.schedule.is_empty() {
                self.schedule = [(term, Signal::SIGTERM), (kill, Signal::SIGKILL)].into();
            }
        }
        all_ended
    }

    /// Begins the way from the ordered signal to SIGKILL, unless it has begun or the command ended.
    fn begin_stop(&mut self, asked_by: &str) {
        let content = &mut self.lock.content;
        if content.stopping_since.is_some() || self.family.ending.is_some() {
            return;
        }
        content.stopping_since = Some(now());
        content.stop_asked_by = Some(asked_by.to_owned());
        // Those who read the lock then only learn of the stop when it is done.
        let _ = self.lock.write();
        let (start, grace) = (Instant::now(), self.family.stop.grace());
        let first = (start, self.family.stop.signal);
        let term = (start + grace / 2, Signal::SIGTERM);
        self.schedule = [first, term, (start + grace, Signal::SIGKILL)].into();
    }

    fn send_due(&mut self) {
        let now = Instant::now();
        while let Some(&(_, signal)) = self.schedule.front().filter(|step| step.0 <= now) {
            self.schedule.pop_front();
            self.family.signal(signal);
            if signal == Signal::SIGKILL {
                self.schedule.push_back((now + KILL_AGAIN, signal));
            }
        }
    }

    /// Writes down what is left and says how the command ended.
    fn conclude(mut self, report: &mut ExitReport) -> i32 {
        let mut entries = Vec::new();
        for (_, writer) in &mut self.family.sources {
            writer.flush(&mut entries);
        }
        self.output.append(&entries);
        let ending = self.family.ending.unwrap_or_default();
        let named = |number| Signal::try_from(number).map(|signal| signal.to_string());
        let name = |number| named(number).unwrap_or_else(|_| format!("SIG{number}"));
        report.exit_code = ending.code();
        report.signal = ending.signal().map(name);
        report.asked_by = self.lock.content.stop_asked_by.clone();
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok();
        report.peak_memory_bytes = usage.map(|usage| usage.max_rss().unsigned_abs() * 1024);
        ending.code().unwrap_or(128 + ending.signal().unwrap_or(0))
    }
}
