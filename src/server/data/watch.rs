//! Notices that files of the data folder came, changed or went.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::folder::is_csv;

/// A file that is being written changes many times: told is the end of it, or that it goes on.
const QUIET: Duration = Duration::from_millis(300);
const LONGEST: Duration = Duration::from_secs(2);

/// An eye on the data folder, as long as it is held.
#[derive(Debug)]
pub struct Watch {
    _watcher: Option<RecommendedWatcher>,
}

impl Watch {
    /// Watches `folder` and calls `ring` after changes. Where the system does not let it, that is never: the
    /// list is then as new as the page.
    pub fn begin(folder: &Path, ring: impl Fn() + Send + 'static) -> Self {
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
            _watcher: watcher.ok(),
        }
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
fn tell(changes: &Receiver<()>, ring: &impl Fn()) {
    while changes.recv().is_ok() {
        let began = Instant::now();
        let ended = loop {
            match changes.recv_timeout(QUIET) {
                Ok(()) if began.elapsed() < LONGEST => {}
                Err(RecvTimeoutError::Disconnected) => break true,
                _ => break false,
            }
        };
        ring();
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

    fn rings(bell: &Receiver<()>) -> bool {
        bell.recv_timeout(Duration::from_secs(20)).is_ok()
    }

    #[test]
    fn files_that_come_change_and_go_ring() {
        let folder = tempfile::tempdir().unwrap();
        let (ring, bell) = channel();
        let _watch = Watch::begin(folder.path(), move || ring.send(()).unwrap_or_default());
        let path = folder.path().join("a.csv");
        fs::write(&path, "x\n1\n").unwrap();
        assert!(rings(&bell), "it came");
        fs::write(&path, "x\n1\n2\n").unwrap();
        assert!(rings(&bell), "it changed");
        fs::create_dir(folder.path().join("deeper")).unwrap();
        assert!(rings(&bell), "a folder came");
        fs::rename(&path, folder.path().join("deeper/b.csv")).unwrap();
        assert!(rings(&bell), "it moved");
        fs::remove_dir_all(folder.path().join("deeper")).unwrap();
        assert!(rings(&bell), "it went");
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
