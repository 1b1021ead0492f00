//! The recorder with real children: what they print, how they end, and who is left behind.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::DEADLINE;
use common::disk::Disk;
use nashboard::recorder::log::{Stream, parse_entry};
use nashboard::recorder::{ExitReport, Holder, Lock, read_exit, read_lock};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < DEADLINE, "no {what} within {DEADLINE:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A run folder in a directory of its own, and the recorder at work in it.
struct Run {
    home: tempfile::TempDir,
    folder: PathBuf,
    recorder: Child,
}

impl Drop for Run {
    fn drop(&mut self) {
        // A failed test must leave nobody behind: SIGTERM makes the recorder end its run.
        let pid = Pid::from_raw(self.recorder.id().cast_signed());
        let patience = Instant::now() + DEADLINE;
        while let Ok(None) = self.recorder.try_wait() {
            let polite = Instant::now() < patience;
            let signal = if polite {
                Signal::SIGTERM
            } else {
                Signal::SIGKILL
            };
            let _ = kill(pid, signal);
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Run {
    /// Records a shell script, whose `$HOME_OF_TEST` is the directory around the run folder.
    fn script(script: &str) -> Self {
        Self::order(json!({ "command": ["sh", "-c", script] }))
    }

    fn order(order: serde_json::Value) -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("run");
        Self::order_in(home, folder, order)
    }

    fn order_in(home: tempfile::TempDir, folder: PathBuf, mut order: serde_json::Value) -> Self {
        fs::create_dir_all(&folder).unwrap();
        order["environment"]["HOME_OF_TEST"] = json!(home.path());
        order["id"] = json!("20250824-181433-abcd");
        fs::write(folder.join("run.json"), order.to_string()).unwrap();
        let recorder = Self::recorder(&folder);
        Self {
            home,
            folder,
            recorder,
        }
    }

    fn recorder(folder: &Path) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nashboard"));
        command.arg("record").arg(folder).stdin(Stdio::null());
        command.spawn().unwrap()
    }

    /// Waits for a file that the script makes in `$HOME_OF_TEST`, and returns its text.
    fn mark(&self, name: &str) -> String {
        let path = self.home.path().join(name);
        let text = || {
            fs::read_to_string(&path)
                .ok()
                .filter(|text| text.ends_with('\n'))
        };
        wait_for(name, text).trim().to_owned()
    }

    fn lock(&self) -> Lock {
        wait_for("lock with the child", || {
            match read_lock(&self.folder).ok()? {
                Holder::Held(lock) => lock.child_pid.map(|_| lock),
                _ => None,
            }
        })
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.lock().recorder_pid), signal).unwrap();
    }

    fn end(&mut self) -> ExitReport {
        wait_for("end of the recorder", || self.recorder.try_wait().unwrap());
        assert_eq!(read_lock(&self.folder).unwrap(), Holder::Free);
        read_exit(&self.folder).unwrap().expect("an exit.json")
    }

    /// What the log says that the child wrote to one stream.
    fn bytes(&self, stream: Stream) -> Vec<u8> {
        let log = fs::read(self.folder.join("output.log")).unwrap();
        assert!(
            log.is_empty() || log.ends_with(b"\n"),
            "the last entry is torn"
        );
        let mut bytes = Vec::new();
        for line in log.split_inclusive(|byte| *byte == b'\n') {
            let entry = parse_entry(line).expect("a whole entry");
            if entry.stream == stream {
                bytes.extend_from_slice(entry.text);
                bytes.extend_from_slice(if entry.partial { b"" } else { b"\n" });
            }
        }
        bytes
    }

    fn text(&self, stream: Stream) -> String {
        String::from_utf8(self.bytes(stream)).unwrap()
    }
}

/// Gone, or a zombie that its parent has yet to collect.
fn is_gone(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')')
        .next()
        .is_none_or(|rest| rest.trim().is_empty() || rest.starts_with(" Z"))
}

#[test]
fn both_streams_and_the_exit_code_are_kept() {
    let mut run = Run::script("echo out; echo err >&2; printf 'no newline'; exit 3");
    let exit = run.end();
    assert_eq!(
        (exit.exit_code, exit.signal, exit.asked_by),
        (Some(3), None, None)
    );
    assert_eq!((exit.lost_bytes, exit.error), (0, None));
    assert!(exit.peak_memory_bytes.unwrap() > 100_000);
    assert_eq!(run.text(Stream::Stdout), "out\nno newline");
    assert_eq!(run.text(Stream::Stderr), "err\n");
    assert!(!run.folder.join("exit.json.part").exists());
}

#[test]
fn the_child_finds_its_surroundings() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("run");
    let script = "cat; pwd; echo $NASHBOARD_RUN_DIR $NASHBOARD_EPOCHS $PYTHONUNBUFFERED; \
        test -d $NASHBOARD_RUN_DIR/samples && test -d $NASHBOARD_RUN_DIR/checkpoints && \
        ps -o pgid= -p $$ | tr -d ' ' && echo $$";
    let order = json!({
        "command": ["sh", "-c", script],
        "working_directory": "/",
        "environment": { "NASHBOARD_EPOCHS": "30" },
    });
    let mut run = Run::order_in(home, folder, order);
    assert_eq!(run.end().exit_code, Some(0));
    let text = run.text(Stream::Stdout);
    let lines: Vec<_> = text.lines().collect();
    let folder = run.folder.display();
    assert_eq!(lines[..2], ["/".to_owned(), format!("{folder} 30 1")]);
    assert_eq!(lines[2], lines[3], "the child leads its own group");
}

#[test]
fn bars_and_bytes_are_kept_as_they_are() {
    let script = r"printf '\r 10%%\r 20%%\r\n'; printf '\000\377\200 \033[31mred\n' >&2";
    let mut run = Run::script(script);
    run.end();
    assert_eq!(run.bytes(Stream::Stdout), b"\r 10%\r 20%\r\n");
    assert_eq!(run.bytes(Stream::Stderr), b"\0\xff\x80 \x1b[31mred\n");
}

#[test]
fn an_unfinished_line_is_seen_while_the_child_waits() {
    let mut run = Run::script(
        "printf 'a prompt> '; \
        while ! test -e $HOME_OF_TEST/go; do sleep 0.05; done; echo on",
    );
    wait_for("the prompt", || {
        let log = fs::read(run.folder.join("output.log")).ok()?;
        log.ends_with(b"stdout P a prompt> \n").then_some(())
    });
    fs::write(run.home.path().join("go"), "").unwrap();
    run.end();
    assert_eq!(run.text(Stream::Stdout), "a prompt> on\n");
}

#[test]
fn a_long_line_without_an_end_is_kept() {
    let mut run = Run::script("head -c 5000000 /dev/zero | tr '\\0' x");
    run.end();
    assert_eq!(run.bytes(Stream::Stdout), vec![b'x'; 5_000_000]);
}

#[test]
fn a_flood_is_kept_whole() {
    let mut run = Run::script("yes | head -n 500000; yes no | head -n 500000 >&2");
    assert_eq!(run.end().lost_bytes, 0);
    assert_eq!(run.bytes(Stream::Stdout), b"y\n".repeat(500_000));
    assert_eq!(run.bytes(Stream::Stderr), b"no\n".repeat(500_000));
}

#[test]
fn a_stop_is_the_ordered_signal_first() {
    let script = "trap 'echo saved; exit 7' USR1; echo ready >$HOME_OF_TEST/ready; \
        while :; do sleep 0.05; done";
    let stop = json!({ "signal": "SIGUSR1", "grace_seconds": 600 });
    let mut run = Run::order(json!({ "command": ["sh", "-c", script], "stop": stop }));
    run.mark("ready");
    run.signal(Signal::SIGTERM);
    let exit = run.end();
    assert_eq!(
        (exit.exit_code, exit.asked_by.as_deref()),
        (Some(7), Some("signal"))
    );
    assert_eq!(run.text(Stream::Stdout), "saved\n");
}

#[test]
fn a_stop_keeps_its_grace_when_the_leader_ends_before_the_others() {
    let script = "(trap 'sleep 2.5; echo saved; exit' USR1; echo ready >$HOME_OF_TEST/ready; \
        while :; do sleep 0.05; done) & wait";
    let stop = json!({ "signal": "SIGUSR1", "grace_seconds": 30 });
    let mut run = Run::order(json!({ "command": ["sh", "-c", script], "stop": stop }));
    run.mark("ready");
    run.signal(Signal::SIGTERM);
    assert_eq!(run.end().signal.as_deref(), Some("SIGUSR1"));
    assert_eq!(run.text(Stream::Stdout), "saved\n");
}

#[test]
fn a_child_that_ignores_signals_is_killed_in_the_end() {
    let script = "trap '' INT TERM; echo ready >$HOME_OF_TEST/ready; while :; do sleep 0.05; done";
    let stop = json!({ "grace_seconds": 1.0 });
    let mut run = Run::order(json!({ "command": ["sh", "-c", script], "stop": stop }));
    run.mark("ready");
    run.signal(Signal::SIGINT);
    let lock = wait_for("word of the stop", || run_is_stopping(&run));
    assert_eq!(lock.stop_asked_by.as_deref(), Some("terminal"));
    let exit = run.end();
    assert_eq!(
        (exit.exit_code, exit.signal.as_deref()),
        (None, Some("SIGKILL"))
    );
    assert_eq!(exit.asked_by.as_deref(), Some("terminal"));
}

#[test]
fn the_terminals_other_way_to_end_something_is_a_stop_too() {
    let script = "trap 'echo saved; exit 7' INT; echo ready >$HOME_OF_TEST/ready; \
        while :; do sleep 0.05; done";
    let mut run = Run::script(script);
    run.mark("ready");
    run.signal(Signal::SIGQUIT);
    let exit = run.end();
    assert_eq!(
        (exit.exit_code, exit.asked_by.as_deref()),
        (Some(7), Some("terminal"))
    );
    assert_eq!(run.text(Stream::Stdout), "saved\n");
}

fn run_is_stopping(run: &Run) -> Option<Lock> {
    match read_lock(&run.folder).unwrap() {
        Holder::Held(lock) => lock.stopping_since.is_some().then_some(lock),
        holder => panic!("ended before it said that it stops: {holder:?}"),
    }
}

#[test]
fn nobody_is_left_behind() {
    // One in the group, and one that left it for a session of its own and ignores the polite way.
    let script = "sleep 600 & echo $! >$HOME_OF_TEST/member; \
        setsid sh -c 'trap \"\" TERM INT HUP; echo $$ >$HOME_OF_TEST/stray; \
        while :; do sleep 0.05; done' & \
        while ! test -s $HOME_OF_TEST/stray; do sleep 0.05; done; echo done";
    let mut run = Run::script(script);
    let exit = run.end();
    assert_eq!((exit.exit_code, exit.asked_by), (Some(0), None));
    assert_eq!(run.text(Stream::Stdout), "done\n");
    for name in ["member", "stray"] {
        assert!(is_gone(&run.mark(name)), "{name} lives");
    }
}

#[test]
fn leftovers_may_finish_by_themselves() {
    // It goes on until the command is seen to have ended, and not for some time.
    let script = "(while test -d /proc/$$; do sleep 0.01; done; echo late) & echo early";
    let mut run = Run::script(script);
    assert_eq!(run.end().exit_code, Some(0));
    assert_eq!(run.text(Stream::Stdout), "early\nlate\n");
}

#[test]
fn the_deadly_signal_is_told_by_name() {
    for name in ["SIGKILL", "SIGSEGV"] {
        let mut run = Run::script(&format!("echo bye; kill -{} $$", &name[3..]));
        let exit = run.end();
        assert_eq!((exit.exit_code, exit.signal.as_deref()), (None, Some(name)));
        assert_eq!(
            (exit.asked_by, run.text(Stream::Stdout)),
            (None, "bye\n".to_owned())
        );
    }
}

#[test]
fn closed_streams_are_not_the_end() {
    let script = "echo last; exec >&- 2>&-; echo closed >$HOME_OF_TEST/closed; \
        while ! test -e $HOME_OF_TEST/go; do sleep 0.05; done; exit 5";
    let mut run = Run::script(script);
    run.mark("closed");
    assert!(matches!(read_lock(&run.folder).unwrap(), Holder::Held(_)));
    assert_eq!(read_exit(&run.folder).unwrap(), None);
    fs::write(run.home.path().join("go"), "").unwrap();
    assert_eq!(run.end().exit_code, Some(5));
    assert_eq!(run.text(Stream::Stdout), "last\n");
}

#[test]
fn a_command_that_cannot_start_says_why() {
    let here = env!("CARGO_MANIFEST_DIR");
    for (order, code, word) in [
        (
            json!({ "command": ["no-such-trainer"] }),
            127,
            "no-such-trainer",
        ),
        (json!({ "command": [here] }), 126, here),
        (json!({ "command": [] }), 126, "empty"),
        (
            json!({ "command": ["true"], "working_directory": "/nowhere" }),
            126,
            "/nowhere",
        ),
        (
            json!({ "command": ["true"], "stop": { "signal": "SIGNOPE" } }),
            126,
            "SIGNOPE",
        ),
    ] {
        let mut run = Run::order(order);
        let exit = run.end();
        let error = exit.error.expect("an error");
        assert_eq!(exit.exit_code, Some(code), "{error}");
        assert!(error.contains(word), "{error:?} does not name {word}");
        assert_eq!(run.text(Stream::Stderr), format!("nashboard: {error}\n"));
    }
}

#[test]
fn a_folder_is_recorded_once() {
    let mut run = Run::script("while ! test -e $HOME_OF_TEST/go; do sleep 0.05; done; echo one");
    run.lock();
    assert!(
        !Run::recorder(&run.folder).wait().unwrap().success(),
        "a second recorder at work"
    );
    fs::write(run.home.path().join("go"), "").unwrap();
    let exit = run.end();
    assert!(
        !Run::recorder(&run.folder).wait().unwrap().success(),
        "an ended run begun anew"
    );
    assert_eq!(read_exit(&run.folder).unwrap(), Some(exit));
    assert_eq!(run.text(Stream::Stdout), "one\n");
}

#[test]
fn a_killed_recorder_leaves_no_lock_and_no_end() {
    let mut run = Run::script("while ! test -e $HOME_OF_TEST/go; do sleep 0.05; done");
    assert_eq!(read_lock(run.home.path()).unwrap(), Holder::Missing);
    let child = run.lock().child_pid.unwrap().to_string();
    run.signal(Signal::SIGKILL);
    run.recorder.wait().unwrap();
    assert_eq!(read_lock(&run.folder).unwrap(), Holder::Free);
    assert_eq!(read_exit(&run.folder).unwrap(), None);
    // The training goes on without its recorder; here it must be through before its folder goes.
    assert!(!is_gone(&child));
    fs::write(run.home.path().join("go"), "").unwrap();
    wait_for("end of the child", || is_gone(&child).then_some(()));
}

#[test]
fn a_full_disk_costs_lines_and_says_so() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("run");
    let Some(_disk) = Disk::mount(&folder, 16) else {
        return;
    };
    let ballast = folder.join("ballast");
    fs::write(&ballast, vec![0; 8 << 20]).unwrap();
    // 5 MB of short lines are 19 MB of log: more than the disk holds. What the pipe may still hold
    // when the child is through (1 MiB, 4 MB of log) is less than what the ballast then makes free.
    let script = "yes 0123456789abcde | head -n 312500; echo full >$HOME_OF_TEST/full; \
        while ! test -e $HOME_OF_TEST/go; do sleep 0.05; done; echo again";
    let mut run = Run::order_in(home, folder, json!({ "command": ["sh", "-c", script] }));
    // The child is through although its output found no room: nobody blocked it.
    run.mark("full");
    let reason = || run.lock().not_recorded;
    let said = wait_for("word of the full disk", reason);
    assert!(said.contains("No space"), "{said}");
    fs::remove_file(ballast).unwrap();
    // Without a further word of the child.
    wait_for("room", || reason().is_none().then_some(()));
    fs::write(run.home.path().join("go"), "").unwrap();
    let exit = run.end();
    assert_eq!((exit.exit_code, exit.error), (Some(0), None));
    let kept = run.text(Stream::Stdout);
    assert!(
        kept.ends_with("0123456789abcde\nagain\n"),
        "what fits again is written again"
    );
    assert_eq!(kept.len() as u64 + exit.lost_bytes, 312_500 * 16 + 6);
    assert!(exit.lost_bytes > 0);
    let notices = run.text(Stream::Stderr);
    let lost: u64 = notices
        .lines()
        .filter_map(|line| line.split(' ').nth(1)?.parse::<u64>().ok())
        .sum();
    assert_eq!(lost, exit.lost_bytes, "{notices}");
}

#[test]
fn a_run_that_ends_on_a_full_disk_tells_its_end() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("run");
    let Some(_disk) = Disk::mount(&folder, 16) else {
        return;
    };
    let script = "cat /dev/zero >$NASHBOARD_RUN_DIR/checkpoints/all 2>/dev/null; \
        yes | head -n 50000; exit 9";
    let mut run = Run::order_in(home, folder, json!({ "command": ["sh", "-c", script] }));
    let exit = run.end();
    assert_eq!((exit.exit_code, exit.error), (Some(9), None));
    let kept = run.bytes(Stream::Stdout).len() as u64;
    assert_eq!(kept + exit.lost_bytes, 100_000);
    assert!(exit.lost_bytes > 0);
}
