//! One server for each folder of runs: two would both follow every run, and store each line twice.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use super::ServerError;

/// The file in the folder of runs that its server holds.
const NAME: &str = ".server.lock";
/// A server that is about to end may hold its folder for so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// The hold on a folder of runs. The system takes it back when the process ends, however it ends.
pub struct Claim {
    _held: File,
}

impl Claim {
    /// Takes the folder `runs` for this process.
    ///
    /// # Errors
    /// `Conflict` where another server holds it, `Disk` where it cannot be written to.
    pub fn take(runs: &Path) -> Result<Self, ServerError> {
        let path = runs.join(NAME);
        let failed = |error| ServerError::disk("cannot lock", &path, &error);
        let mut order = OpenOptions::new();
        order.create(true).truncate(false).write(true);
        let file = order.open(&path).map_err(failed)?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _held: file }),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(ServerError::Conflict(format!(
                        "another Nashboard serves the runs in {} already; use that one, end it, \
                         or name another folder with --runs",
                        runs.display()
                    )));
                }
            }
        }
    }
}
