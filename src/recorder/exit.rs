//! The file `exit.json`: how a run ended.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::plain::read_plain;

/// An `exit.json` has far fewer bytes.
const FILE_MOST: u64 = 1 << 20;

/// The content of `exit.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitReport {
    /// The command's own code; as in a shell 127 if it was not found, 126 if it did not start.
    pub exit_code: Option<i32>,
    /// The name of the signal that ended the command, such as `SIGKILL`.
    pub signal: Option<String>,
    /// RFC 3339, UTC.
    pub ended_at: String,
    /// Who asked for the stop, if someone did: `dashboard`, `terminal` or `signal`.
    pub asked_by: Option<String>,
    /// Largest resident set of any one process of the run.
    pub peak_memory_bytes: Option<u64>,
    /// Whether the system killed a process of the run to regain memory.
    #[serde(default)]
    pub out_of_memory: bool,
    /// Bytes of output that could not be written to `output.log`.
    pub lost_bytes: u64,
    /// Why the command could not be started.
    pub error: Option<String>,
}

/// Reads `run_dir/exit.json`; `None` while there is none.
pub fn read_exit(run_dir: &Path) -> io::Result<Option<ExitReport>> {
    match read_plain(run_dir, "exit.json", FILE_MOST) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        text => Ok(Some(serde_json::from_slice(&text?)?)),
    }
}

/// Whether the folder tells that the run has ended.
pub fn has_ended(run_dir: &Path) -> bool {
    matches!(read_exit(run_dir), Ok(Some(_)))
}

/// Room kept on the disk for `exit.json`, so that a run that filled it can still tell its end.
pub(super) struct Reserved(PathBuf);

impl Reserved {
    pub fn new(path: PathBuf) -> io::Result<Self> {
        let mut file = File::create(&path)?;
        file.write_all(&[b' '; 4096])?;
        file.sync_all()?;
        Ok(Self(path))
    }

    /// Puts the report into its place, whole or not at all.
    pub fn write(self, report: &ExitReport) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(report)?;
        let mut file = OpenOptions::new().write(true).open(&self.0)?;
        file.write_all(&text)?;
        file.set_len(text.len() as u64)?;
        file.sync_all()?;
        fs::rename(&self.0, self.0.with_file_name("exit.json"))
    }
}
