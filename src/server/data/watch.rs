//! Notices that files of the data folder came, changed or went.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::watch;

use super::folder::is_csv;

/// A file that is being written changes many times: told is the end of it, or that it goes on.
const QUIET: Duration = Duration::from_millis(300);
const LONGEST: Duration = Duration::from_secs(2);

/// An eye on the data folder, and a bell that it rings.
#[derive(Debug)]
pub struct Watch {
    bell: watch::Sender<()>,
    _watcher: Option<RecommendedWatcher>,
}

impl Watch {
    /// Watches `folder`. Where the system does not let it, the bell never rings: the list is then
    /// as new as the page.
    pub fn begin(folder: &Path) -> Self {
        let bell = watch::Sender::new(());
        let (sender, changes) = channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| concerns_data(&event)) {
                let _ = sender.send(());
            }
        });
        let watcher = watcher.and_then(|mut watcher| {
            watcher.watch(folder, RecursiveMode::Recursive)?;
            Ok(watcher)
        });
        let ring = bell.clone();
        // It ends with the watcher, whose side of the channel is then gone.
        let told = std::thread::Builder::new()
            .name("data".into())
            .spawn(move || tell(&changes, &ring));
        if let Err(error) = told {
            tracing::warn!(%error, "the data folder is not watched");
        }
        let watcher = watcher.inspect_err(|error| {
            tracing::warn!(folder = %folder.display(), %error, "the data folder is not watched");
        });
        Self {
            bell,
            _watcher: watcher.ok(),
        }
    }

    /// A bell for changes from now on.
    pub fn bell(&self) -> watch::Receiver<()> {
        self.bell.subscribe()
    }
}

/// Whether a list of data sources may be another after `event`. Reading is none: the list itself
/// reads files.
fn concerns_data(event: &notify::Event) -> bool {
    match event.kind {
        EventKind::Access(_) => false,
        // A folder may come and go with all that is in it.
        EventKind::Create(_) | EventKind::Remove(_) => event
            .paths
            .iter()
            .any(|path| is_csv(path) || path.extension().is_none()),
        EventKind::Modify(notify::event::ModifyKind::Name(_)) => true,
        _ => event.paths.iter().any(|path| is_csv(path)),
    }
}

/// Rings once for changes that come together.
fn tell(changes: &Receiver<()>, bell: &watch::Sender<()>) {
    while changes.recv().is_ok() {
        let began = Instant::now();
        let ended = loop {
            match changes.recv_timeout(QUIET) {
                Ok(()) if began.elapsed() < LONGEST => {}
                Err(RecvTimeoutError::Disconnected) => break true,
                _ => break false,
            }
        };
        bell.send_replace(());
        if ended {
            return;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::fs;

    fn rings(bell: &mut watch::Receiver<()>) -> bool {
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            if bell.has_changed().unwrap() {
                bell.mark_unchanged();
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    #[test]
    fn files_that_come_change_and_go_ring() {
        let folder = tempfile::tempdir().unwrap();
        let watch = Watch::begin(folder.path());
        let mut bell = watch.bell();
        let path = folder.path().join("a.csv");
        fs::write(&path, "x\n1\n").unwrap();
        assert!(rings(&mut bell), "it came");
        fs::write(&path, "x\n1\n2\n").unwrap();
        assert!(rings(&mut bell), "it changed");
        fs::create_dir(folder.path().join("deeper")).unwrap();
        assert!(rings(&mut bell), "a folder came");
        fs::rename(&path, folder.path().join("deeper/b.csv")).unwrap();
        assert!(rings(&mut bell), "it moved");
        fs::remove_dir_all(folder.path().join("deeper")).unwrap();
        assert!(rings(&mut bell), "it went");
    }

    #[test]
    fn reading_and_other_files_concern_nobody() {
        use notify::event::{AccessKind, CreateKind, DataChange, ModifyKind};
        let event = |kind, path: &str| notify::Event::new(kind).add_path(path.into());
        let data = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        for (kind, path, expected) in [
            (EventKind::Access(AccessKind::Read), "a.csv", false),
            (data, "a.CSV", true),
            (data, "notes.txt", false),
            (EventKind::Create(CreateKind::File), "a.txt", false),
            (EventKind::Create(CreateKind::Folder), "more", true),
        ] {
            assert_eq!(
                concerns_data(&event(kind, path)),
                expected,
                "{kind:?} {path}"
            );
        }
    }
}
