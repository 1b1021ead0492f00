//! A folder that tells when its entries change, where its file system can tell.
//!
//! Whoever waits sleeps in the very call that hears of it: no thread stands between. Only what is of interest is told by
//! the system; the index, which lies among the runs, is written hundreds of times a second.

use std::ffi::OsStr;
use std::os::fd::AsFd;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};

/// What is to be told of a folder.
#[derive(Clone, Copy, Debug)]
pub enum Interest {
    /// Entries that come and go.
    Entries,
    /// Entries that come or are written to.
    Writes,
    /// Entries that come, are written to the end, or go.
    Whole,
}

/// A folder that is watched.
pub struct Watch(Option<Inotify>);

impl Watch {
    /// Watches `folder`. Where that cannot be, as with too many watches, every wait lasts to its end.
    pub fn on(folder: &Path, interest: Interest) -> Self {
        let come = AddWatchFlags::IN_CREATE | AddWatchFlags::IN_MOVED_TO;
        let told = match interest {
            Interest::Entries => come | AddWatchFlags::IN_DELETE | AddWatchFlags::IN_MOVED_FROM,
            Interest::Writes => come | AddWatchFlags::IN_MODIFY,
            Interest::Whole => {
                AddWatchFlags::IN_MOVED_TO
                    | AddWatchFlags::IN_CLOSE_WRITE
                    | AddWatchFlags::IN_DELETE
                    | AddWatchFlags::IN_MOVED_FROM
            }
        };
        let watched = Inotify::init(InitFlags::IN_NONBLOCK | InitFlags::IN_CLOEXEC)
            .and_then(|inotify| inotify.add_watch(folder, told).map(|_| inotify));
        if let Err(error) = &watched {
            tracing::warn!(folder = %folder.display(), %error, "the folder cannot be watched; it is looked at now and then instead");
        }
        Self(watched.ok())
    }

    /// Whether the system tells nothing of the folder.
    pub fn is_blind(&self) -> bool {
        self.0.is_none()
    }

    /// Whether an entry changed whose name is of `concern`, since it was last asked or waited for.
    pub fn heard(&self, concern: impl Fn(&OsStr) -> bool) -> bool {
        self.0
            .as_ref()
            .is_some_and(|inotify| take(inotify, concern))
    }

    /// Waits until an entry changes whose name is of `concern`, or until `patience` is over. Changes that
    /// were not waited for are told at once.
    pub fn wait(&self, patience: Duration, concern: impl Fn(&OsStr) -> bool) {
        let begun = Instant::now();
        let left = || patience.saturating_sub(begun.elapsed());
        let Some(inotify) = &self.0 else {
            return sleep(patience);
        };
        while !left().is_zero() {
            let timeout = PollTimeout::try_from(left()).unwrap_or(PollTimeout::MAX);
            match poll(
                &mut [PollFd::new(inotify.as_fd(), PollFlags::POLLIN)],
                timeout,
            ) {
                Ok(0) => return,
                Ok(_) if take(inotify, &concern) => return,
                Ok(_) | Err(Errno::EINTR) => {}
                Err(_) => return sleep(left()),
            }
        }
    }
}

/// Takes all that was told; whether any of it is of `concern`, or something was left out.
fn take(inotify: &Inotify, concern: impl Fn(&OsStr) -> bool) -> bool {
    let mut heard = false;
    while let Ok(events) = inotify.read_events() {
        heard |= events.iter().any(|event| {
            event.mask.contains(AddWatchFlags::IN_Q_OVERFLOW)
                || event.name.as_deref().is_some_and(&concern)
        });
    }
    heard
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(30);

    /// Whether a wait ended before its time.
    fn rings(watch: &Watch, patience: Duration, concern: impl Fn(&OsStr) -> bool) -> bool {
        let begun = Instant::now();
        watch.wait(patience, concern);
        // A wait may end within the last millisecond, in which the system counts.
        begun.elapsed() < patience / 2
    }

    #[test]
    fn only_what_is_of_interest_rings() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        fs::write(&log, "a").unwrap();
        let writes = Watch::on(folder.path(), Interest::Writes);
        let entries = Watch::on(folder.path(), Interest::Entries);
        assert!(!rings(&writes, SHORT, |_| true), "nothing happened yet");
        // Reading is no news.
        fs::read(&log).unwrap();
        assert!(!rings(&writes, SHORT, |_| true));
        // One change: writing a file anew would empty it first.
        let mut file = fs::OpenOptions::new().append(true).open(&log).unwrap();
        std::io::Write::write_all(&mut file, b"b").unwrap();
        assert!(rings(&writes, LONG, |name| name == "log"));
        assert!(!rings(&writes, SHORT, |_| true), "all was taken");
        assert!(!rings(&entries, SHORT, |_| true), "nothing came or went");
        fs::remove_file(&log).unwrap();
        assert!(rings(&entries, LONG, |name| name == "log"));
        fs::write(folder.path().join("other"), "").unwrap();
        assert!(!rings(&entries, SHORT, |name| name == "log"));
    }

    #[test]
    fn what_cannot_be_watched_is_waited_for() {
        let watch = Watch::on(Path::new("/no/such/folder"), Interest::Writes);
        assert!(!rings(&watch, SHORT, |_| true));
    }
}
