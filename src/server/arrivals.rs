//! Takes up run folders: those that are there at the start, and those that come later.
//!
//! A folder that a recorder holds is followed at once. One that is over is read by a thread
//! that reads one after the other, newest first, and shown when it is read whole. A folder
//! that changes without a recorder is being copied: it has to come to rest first.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use notify::{RecursiveMode, Watcher};

use super::follower::{Follower, is_being_born};
use super::supervisor::on_thread;
use super::{Journal, ServerError, Supervisor, folder};
use crate::event::{RunId, Status};
use crate::recorder::{Holder, read_lock};
use crate::run::{Manifest, Reading};

/// How long a folder must be at rest before it counts as whole.
const REST: Duration = Duration::from_secs(2);
/// How often the folder of runs is looked through; where the file system tells, sooner.
const PERIOD: Duration = Duration::from_secs(2);
/// A start waits so long for what is to be read, so that few runs are there from the first answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Knows which folders there are, and which of them are in the index.
pub struct Arrivals {
    runs: PathBuf,
    supervisor: Arc<Supervisor>,
    journal: Arc<Journal>,
    reading: Mutex<Reading>,
}

/// What the index knows of a run.
struct Known {
    shown: bool,
    status: Status,
    offset: u64,
}

/// A run that is over, and waits to be read.
type Waiting = (Manifest, Follower);

impl Arrivals {
    /// Takes up every folder below `runs` that the index does not know the end of, and from
    /// then on those that come, on a thread that ends with the process.
    ///
    /// # Errors
    /// Where the folder cannot be read, or no thread can be started.
    pub fn begin(
        runs: PathBuf,
        supervisor: Arc<Supervisor>,
        journal: Arc<Journal>,
    ) -> Result<Arc<Self>, ServerError> {
        folder::tidy(&runs);
        let arrivals = Arc::new(Self {
            runs,
            supervisor,
            journal,
            reading: Mutex::default(),
        });
        let first = arrivals.look(true)?;
        let (rest, begun) = (Arc::clone(&arrivals), Instant::now());
        on_thread("arrivals".into(), move || rest.watch(first))?;
        while arrivals.reading().is_some() && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(arrivals)
    }

    /// How far the reading of folders is; `None` where nothing waits to be read.
    pub fn reading(&self) -> Option<Reading> {
        let reading = *self.lock();
        (reading.done < reading.total).then_some(reading)
    }

    /// Reads the run of that id anew, whatever the index knew of it.
    pub fn take_up(&self, id: &RunId) -> Result<(), ServerError> {
        self.journal.forget(id)?;
        let path = self.runs.join(id.as_str());
        let waiting = self.enter(vec![(id.clone(), path)])?;
        self.read(waiting);
        Ok(())
    }

    fn watch(&self, first: Vec<Waiting>) {
        self.read(first);
        let (ring, bell) = channel();
        let _watcher = self.listen(ring);
        loop {
            wait(&bell);
            match self.look(false) {
                Ok(waiting) => self.read(waiting),
                Err(error) => {
                    tracing::error!(%error, "the folder of runs cannot be looked through")
                }
            }
        }
    }

    /// Rings when folders come or go.
    fn listen(&self, ring: Sender<()>) -> Option<impl Watcher + use<>> {
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // The index lies there too, and is none of our business.
            let news = event.is_ok_and(|event| event.paths.iter().any(|path| is_run(path)));
            if news {
                let _ = ring.send(());
            }
        });
        let watcher = watcher.and_then(|mut watcher| {
            watcher.watch(&self.runs, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        watcher.ok()
    }

    /// Compares folders and index: enters what is new and drops what is gone. At the
    /// `start` it also looks whether a folder changed while nobody watched. Gives the runs
    /// that are over and wait to be read.
    fn look(&self, start: bool) -> Result<Vec<Waiting>, ServerError> {
        let mut known = self.known()?;
        let mut new = Vec::new();
        for (id, path) in folder::list(&self.runs)? {
            match known.remove(&id) {
                _ if self.supervisor.is_followed(&id) => {}
                None if start || is_whole(&path) => new.push((id, path)),
                None => {}
                // What was left half-read goes on where it was.
                Some(run) if start && (!run.shown || run.status.is_active()) => {
                    new.push((id, path));
                }
                Some(run) if start && run.changed(&path) => {
                    self.journal.forget(&id)?;
                    new.push((id, path));
                }
                Some(_) => {}
            }
        }
        for (id, run) in known {
            if run.shown && !self.supervisor.is_followed(&id) {
                tracing::info!(run = %id, "the run's folder is gone");
                self.journal.forget(&id)?;
            }
        }
        self.enter(new)
    }

    /// Enters runs into the index. Those that are alive are followed; the others are given back.
    fn enter(&self, folders: Vec<(RunId, PathBuf)>) -> Result<Vec<Waiting>, ServerError> {
        if folders.is_empty() {
            return Ok(Vec::new());
        }
        let (mut alive, mut over) = (Vec::new(), Vec::new());
        for (id, path) in folders {
            let (manifest, damage) = match folder::read_manifest(&path) {
                Ok(manifest) => (manifest, None),
                Err(error) => (Manifest::unreadable(id), Some(error.to_string())),
            };
            let may_live = match read_lock(&path) {
                Ok(Holder::Held(_)) => true,
                // Its recorder may be about to take the lock.
                Ok(Holder::Missing) => is_being_born(&manifest.started_at),
                _ => false,
            };
            let runs = if may_live { &mut alive } else { &mut over };
            runs.push((manifest, path, damage));
        }
        for (runs, shown) in [(&alive, true), (&over, false)] {
            let unknown = runs.iter().map(|(manifest, ..)| manifest.clone());
            let mut new = Vec::new();
            for manifest in unknown {
                if self.journal.bookmark(&manifest.id)?.is_none() {
                    new.push(manifest);
                }
            }
            self.journal.register(&new, shown)?;
        }
        for (manifest, path, damage) in alive {
            self.supervisor.adopt(&manifest, path, damage)?;
        }
        let mut waiting = Vec::new();
        for (manifest, path, damage) in over {
            let follower = self.supervisor.follower(&manifest, path, damage)?;
            waiting.push((manifest, follower));
        }
        self.lock().total += waiting.len() as u64;
        Ok(waiting)
    }

    /// Reads runs that are over, newest first.
    fn read(&self, mut waiting: Vec<Waiting>) {
        waiting.sort_by(|(one, _), (other, _)| other.id.cmp(&one.id));
        for (_, follower) in waiting {
            follower.follow();
            self.lock().done += 1;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> Result<HashMap<RunId, Known>, ServerError> {
        self.journal.read(|index| {
            let mut rows =
                index.prepare_cached("SELECT run_id, shown, status, log_offset FROM runs")?;
            let mut rows = rows.query([])?;
            let mut known = HashMap::new();
            while let Some(row) = rows.next()? {
                let (id, status): (String, String) = (row.get(0)?, row.get(2)?);
                if let Some(id) = RunId::parse(&id) {
                    let run = Known {
                        shown: row.get(1)?,
                        status: Status::named(&status).unwrap_or_default(),
                        offset: row.get(3)?,
                    };
                    known.insert(id, run);
                }
            }
            Ok(known)
        })
    }
}

impl Known {
    /// Whether the folder of a run that was over has more or less in it than was read.
    fn changed(&self, path: &Path) -> bool {
        let length = std::fs::metadata(path.join("output.log")).map_or(0, |log| log.len());
        // What stands behind the last whole entry is never read.
        let shorter = length < self.offset;
        let longer = length > self.offset && ends_whole(path);
        let found = self.status == Status::Lost && path.join("exit.json").exists();
        shorter || longer || found
    }
}

/// Whether the log of a folder ends with a whole entry.
fn ends_whole(path: &Path) -> bool {
    use std::io::{Read, Seek, SeekFrom};
    let last = || -> std::io::Result<u8> {
        let mut log = std::fs::File::open(path.join("output.log"))?;
        log.seek(SeekFrom::End(-1))?;
        let mut byte = [0];
        log.read_exact(&mut byte)?;
        Ok(byte[0])
    };
    last().is_ok_and(|byte| byte == b'\n')
}

/// Whether a folder that nobody told us of can be taken up: a recorder is at work in it, or
/// nobody is and it is at rest.
fn is_whole(path: &Path) -> bool {
    if matches!(read_lock(path), Ok(Holder::Held(_))) {
        return true;
    }
    let at_rest = |path: &Path| folder::changed(path).is_none_or(|age| age >= REST);
    let inside = std::fs::read_dir(path).into_iter().flatten().flatten();
    at_rest(path) && inside.map(|entry| entry.path()).all(|file| at_rest(&file))
}

fn is_run(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| RunId::parse(name.to_str()?))
        .is_some()
}

/// Waits for the bell or the next turn; rings that came together are one.
fn wait(bell: &Receiver<()>) {
    match bell.recv_timeout(PERIOD) {
        Ok(()) => while bell.try_recv().is_ok() {},
        Err(RecvTimeoutError::Timeout) => {}
        Err(RecvTimeoutError::Disconnected) => std::thread::sleep(PERIOD),
    }
}
