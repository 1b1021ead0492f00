//! The file `lock`: held by flock while the run lives, and saying which processes it is.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::{io, path::Path, thread, time::Duration};

use serde::{Deserialize, Serialize};

use super::plain::open_plain;

/// A lock has far fewer bytes.
const FILE_MOST: u64 = 1 << 16;

/// The content of `lock`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    pub recorder_pid: i32,
    /// Absent until the command has started.
    pub child_pid: Option<i32>,
    /// When a stop was first asked for (RFC 3339, UTC).
    pub stopping_since: Option<String>,
    /// Who asked: `dashboard` (by `stop.json` and SIGTERM), `terminal` (by SIGINT or SIGQUIT), or
    /// `signal` (by a SIGTERM of somebody else).
    pub stop_asked_by: Option<String>,
    /// Why what the command prints is not written down at present, as where the disk is full.
    #[serde(default)]
    pub not_recorded: Option<String>,
}

/// Who holds the lock of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A recorder lives.
    Held(Lock),
    /// A recorder once lived.
    Free,
    /// No recorder ever came so far.
    Missing,
}

/// Looks whether a recorder of `run_dir` lives, without disturbing it.
///
/// Fails when the lock cannot be read, or when its holder does not say in it who it is.
pub fn read_lock(run_dir: &Path) -> io::Result<Holder> {
    for attempt in 1.. {
        let file = match open_plain(run_dir, Path::new("lock")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            file => file?,
        };
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {}
            // A recorder that has made the file is about to lock it and to write into it.
            Ok(()) if file.metadata()?.len() == 0 => break,
            free => return free.map(|()| Holder::Free).map_err(io::Error::from),
        }
        match serde_json::from_str(&io::read_to_string(file.take(FILE_MOST))?) {
            Ok(lock) => return Ok(Holder::Held(lock)),
            Err(error) if attempt == 50 => return Err(error.into()),
            // The holder may be about to write, or half-way through it: look again.
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
    }
    Ok(Holder::Missing)
}

/// The recorder's own hold on the lock; dropping it tells that the run is over.
pub(super) struct Hold {
    file: File,
    pub content: Lock,
}

impl Hold {
    /// Takes the lock, or gives `None` when another recorder has it.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        let mut create = OpenOptions::new();
        let file = create.create(true).truncate(false).write(true).open(path)?;
        // Who looks at the lock holds it for an instant: only a lasting holder is a recorder.
        let mut attempts = 0..50;
        while let Err(refused) = file.try_lock() {
            match refused {
                TryLockError::Error(error) => return Err(error),
                _ if attempts.next().is_none() => return Ok(None),
                _ => thread::sleep(Duration::from_millis(10)),
            }
        }
        let content = Lock {
            recorder_pid: nix::unistd::getpid().as_raw(),
            ..Lock::default()
        };
        let hold = Self { file, content };
        hold.write()?;
        Ok(Some(hold))
    }

    /// Writes the content, in place since the flock is on this very file.
    pub fn write(&self) -> io::Result<()> {
        let text = serde_json::to_vec(&self.content)?;
        self.file.write_all_at(&text, 0)?;
        self.file.set_len(text.len() as u64)
    }
}
