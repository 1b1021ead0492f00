//! The file `stop.json`: that the dashboard asked for the end of a run.
//!
//! It is written before the recorder is told, so that a stop that never reached it, since the
//! machine or the server died over it, is known by whoever reads the folder. It also tells the
//! recorder whose SIGTERM it gets.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

const NAME: &str = "stop.json";

/// Notes that the dashboard asks for the end of the run in `run_dir`; the first time counts.
pub fn note_stop(run_dir: &Path) -> io::Result<()> {
    let mut create = OpenOptions::new();
    let mut file = match create.create_new(true).write(true).open(run_dir.join(NAME)) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        file => file?,
    };
    let note = serde_json::json!({"asked_by": "dashboard", "asked_at": super::log::now()});
    // That it is there says enough, also where the disk has no room for what is in it.
    writeln!(file, "{note}")?;
    file.sync_all()
}

/// Whether the dashboard has asked for the end of the run in `run_dir`.
pub fn stop_was_asked(run_dir: &Path) -> bool {
    run_dir.join(NAME).exists()
}
