//! Notices what an active run draws: files that come, change or go among its samples.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::watch::{Interest, Watch};

/// What is drawn within so short a time is told together.
const PAUSE: Duration = Duration::from_millis(500);
/// How often it may have been drawn where the system tells nothing of it.
const BLIND: Duration = Duration::from_secs(5);

/// The folder `samples/` of a run, from when it is there.
pub struct Drawn {
    folder: PathBuf,
    watch: Option<Watch>,
    /// Something was drawn that was not told yet.
    is_due: bool,
    told: Instant,
}

impl Drawn {
    /// Of the run in `folder`.
    pub fn by(folder: &Path) -> Self {
        Self {
            folder: folder.join("samples"),
            watch: None,
            is_due: false,
            told: Instant::now(),
        }
    }

    /// Whether anything was drawn that was not told yet; with this it is.
    pub fn is_news(&mut self) -> bool {
        let Some(watch) = &self.watch else {
            // A link in its place leads elsewhere.
            if fs::symlink_metadata(&self.folder).is_ok_and(|folder| folder.is_dir()) {
                self.watch = Some(Watch::on(&self.folder, Interest::Whole));
                // What was drawn before it was watched.
                self.is_due = true;
            }
            return false;
        };
        let is_shown = |name: &OsStr| !name.as_bytes().starts_with(b".");
        self.is_due |= match watch.is_blind() {
            true => self.told.elapsed() >= BLIND,
            false => watch.heard(is_shown),
        };
        let is_news = self.is_due && self.told.elapsed() >= PAUSE;
        if is_news {
            (self.is_due, self.told) = (false, Instant::now());
        }
        is_news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether it becomes news within that time.
    fn is_told(drawn: &mut Drawn, patience: Duration) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < patience {
            if drawn.is_news() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn a_file_that_comes_changes_or_goes_is_news_once() {
        let run = tempfile::tempdir().unwrap();
        let mut drawn = Drawn::by(run.path());
        assert!(!is_told(&mut drawn, 2 * PAUSE), "there is no folder yet");
        let samples = run.path().join("samples");
        fs::create_dir(&samples).unwrap();
        assert!(is_told(&mut drawn, LONG), "there may be some");
        assert!(!is_told(&mut drawn, 2 * PAUSE), "it was told");
        fs::write(samples.join(".part"), "a").unwrap();
        assert!(!is_told(&mut drawn, 2 * PAUSE), "it is not whole");
        fs::rename(samples.join(".part"), samples.join("a.csv")).unwrap();
        assert!(is_told(&mut drawn, LONG), "it came");
        fs::write(samples.join("a.csv"), "b").unwrap();
        assert!(is_told(&mut drawn, LONG), "it changed");
        fs::remove_file(samples.join("a.csv")).unwrap();
        assert!(is_told(&mut drawn, LONG), "it went");
    }
}
