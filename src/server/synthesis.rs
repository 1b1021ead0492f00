//! Synthetic rows of a run, drawn by this program's own `sample` in a process of its own.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{ServerError, checkpoints};
use crate::run::SYNTHETIC_ROWS_MOST as ROWS_MOST;

/// Draws that may be under way at once: each takes a core.
const DRAWS_MOST: usize = 2;

static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);

/// Rows on their way.
#[derive(Debug)]
pub struct Drawing {
    child: Child,
    checkpoint: PathBuf,
    /// What has come already.
    first: Vec<u8>,
}

/// Starts to draw `rows` rows from the run in `folder`, and waits until the first are there.
///
/// # Errors
/// Where there is no checkpoint, too many draws are under way, or the checkpoint cannot be used.
pub fn begin(folder: &Path, rows: u64, seed: u64) -> Result<Drawing, ServerError> {
    if !(1..=ROWS_MOST).contains(&rows) {
        return Err(ServerError::Invalid(format!(
            "“rows” is {rows}, but takes a number from 1 to {ROWS_MOST}."
        )));
    }
    let (checkpoint, file) = checkpoints::best(folder).ok_or_else(|| {
        ServerError::Conflict(
            "The run has no checkpoint to draw rows from: only the embedded trainer leaves one."
                .into(),
        )
    })?;
    if UNDER_WAY.fetch_add(1, Ordering::AcqRel) >= DRAWS_MOST {
        UNDER_WAY.fetch_sub(1, Ordering::AcqRel);
        return Err(ServerError::Conflict(
            "Rows are being drawn already: try again when those are there.".into(),
        ));
    }
    let spawned = Command::new("/proc/self/exe")
        .arg("sample")
        .args(["--checkpoint", "-"])
        .arg(format!("--rows={rows}"))
        .arg(format!("--seed={seed}"))
        .stdin(Stdio::from(file))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // A Ctrl-C for the server ends it by ending its reader.
        .process_group(0)
        .spawn();
    let child = spawned.map_err(|error| {
        UNDER_WAY.fetch_sub(1, Ordering::AcqRel);
        ServerError::disk("cannot draw from", &checkpoint, &error)
    })?;
    let mut drawing = Drawing {
        child,
        checkpoint: checkpoint.clone(),
        first: vec![0; 8 * 1024],
    };
    let failed = |error: io::Error| ServerError::disk("cannot draw from", &checkpoint, &error);
    let read = match &mut drawing.child.stdout {
        Some(out) => out.read(&mut drawing.first).map_err(failed)?,
        None => 0,
    };
    drawing.first.truncate(read);
    if read == 0 {
        return Err(ServerError::Invalid(drawing.complaint()));
    }
    Ok(drawing)
}

impl Drawing {
    /// Writes the rows as they come.
    ///
    /// # Errors
    /// Where `out` fails, or not all rows came.
    pub fn write(mut self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.first)?;
        if let Some(rows) = &mut self.child.stdout {
            io::copy(rows, out)?;
        }
        match self.child.wait()?.success() {
            true => Ok(()),
            false => Err(io::Error::other(self.complaint())),
        }
    }

    /// What the process says of its failure.
    fn complaint(&mut self) -> String {
        let mut text = String::new();
        if let Some(errors) = self.child.stderr.take() {
            let _ = errors.take(4096).read_to_string(&mut text);
        }
        let line = text.lines().next_back().unwrap_or_default();
        let reason = line.trim_start_matches("error: ").trim_end_matches('.');
        // The process knows no name of what it was given.
        let name = self.checkpoint.display().to_string();
        let reason = reason.replace("on standard input", &name);
        format!("The rows cannot be drawn: {reason}.")
    }
}

impl Drop for Drawing {
    fn drop(&mut self) {
        // A reader that went away leaves a process that would go on drawing.
        let _ = self.child.kill();
        let _ = self.child.wait();
        UNDER_WAY.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rows_without_a_checkpoint_and_never_too_many() {
        let run = tempfile::tempdir().unwrap();
        assert!(matches!(
            begin(run.path(), 5, 0),
            Err(ServerError::Conflict(_))
        ));
        for rows in [0, ROWS_MOST + 1] {
            assert!(matches!(
                begin(run.path(), rows, 0),
                Err(ServerError::Invalid(_))
            ));
        }
    }
}
