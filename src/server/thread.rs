//! Threads of the server's own, which end with the process.

use super::ServerError;

/// Starts `work` on a thread called `name`.
pub fn on_thread(name: String, work: impl FnOnce() + Send + 'static) -> Result<(), ServerError> {
    let started = std::thread::Builder::new().name(name).spawn(work);
    started
        .map(drop)
        .map_err(|error| ServerError::Disk(format!("cannot start a thread: {error}")))
}
