//! The child's output on our own stdout and stderr, taken from the log.
//!
//! So a terminal that is slow costs no memory and one that is closed costs nothing, and neither
//! can hold up the recording.

use std::io::{BufRead, BufReader, Write, stderr, stdout};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::{fs::File, io, time::Duration};

use super::log::{Stream, parse_entry};

/// Whether the recorder repeats what the child prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// No: the recorder works in the background, in a session of its own.
    Silent,
    /// Yes, and it stays in the terminal's session, so that Ctrl-C reaches it.
    Terminal,
}

/// Repeats what comes into `log` until the other end of `run_lives` is dropped.
pub(super) fn follow(log: File, run_lives: &Receiver<()>) -> io::Result<()> {
    let (mut log, mut line, mut over) = (BufReader::new(log), Vec::new(), false);
    loop {
        if log.read_until(b'\n', &mut line)? == 0 {
            if over {
                return Ok(());
            }
            let waited = run_lives.recv_timeout(Duration::from_millis(20));
            over = waited == Err(RecvTimeoutError::Disconnected);
        } else if let Some(entry) = line.ends_with(b"\n").then(|| parse_entry(&line)).flatten() {
            let end: &[u8] = if entry.partial { b"" } else { b"\n" };
            let text = [entry.text, end].concat();
            match entry.stream {
                Stream::Stdout => stdout().write_all(&text).and_then(|()| stdout().flush())?,
                Stream::Stderr => stderr().write_all(&text)?,
            }
            line.clear();
        }
    }
}
