//! Takes up run folders: those that are there at the start, and those that come later.
//!
//! A folder that a recorder holds is followed at once. One that is over is read by another
//! thread, one after the other and newest first, and shown when it is read whole: however much
//! there is to read, a run that lives does not wait for it. A folder that changes without a
//! recorder is being copied: it has to come to rest first.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::ending::is_being_born;
use super::known::{is_held, is_whole};
use super::thread::on_thread;
use super::watch::{Interest, Watch};
use super::{Journal, ServerError, Supervisor, folder, known};
use crate::event::RunId;
use crate::recorder::{Holder, read_lock};
use crate::run::{Manifest, Reading};

/// How often the folder of runs is looked through; where the file system tells, sooner.
const PERIOD: Duration = Duration::from_secs(2);
/// A folder that just came is looked at again so soon, and so often: its recorder takes the lock a moment later.
const SOON: Duration = Duration::from_millis(50);
const TRIES: u32 = 10;
/// A start waits so long for what is to be read, so that few runs are there from the first answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Knows which folders there are, and which of them are in the index.
pub struct Arrivals {
    runs: PathBuf,
    supervisor: Arc<Supervisor>,
    journal: Arc<Journal>,
    reading: Mutex<Reading>,
    /// To the thread that reads runs that are over.
    queue: Sender<Found>,
    /// One at a time compares folders and index: two would enter the same run.
    entering: Mutex<()>,
}

/// A run's folder, and what its `run.json` says.
struct Found {
    manifest: Manifest,
    path: PathBuf,
    damage: Option<String>,
    /// Nobody was told yet of what happened to it since it was known to be active.
    is_news: bool,
}

impl Arrivals {
    /// Takes up every folder below `runs` that the index does not know the end of, and from
    /// then on those that come, on threads that end with the process.
    ///
    /// # Errors
    /// Where the folder cannot be read, or no thread can be started.
    pub fn begin(
        runs: PathBuf,
        supervisor: Arc<Supervisor>,
        journal: Arc<Journal>,
    ) -> Result<Arc<Self>, ServerError> {
        folder::tidy(&runs);
        let (queue, waiting) = channel();
        let arrivals = Arc::new(Self {
            runs,
            supervisor,
            journal,
            reading: Mutex::default(),
            queue,
            entering: Mutex::default(),
        });
        arrivals.look(true)?;
        // What a server had to erase that died over it.
        arrivals.sweep()?;
        let (begun, reader, watcher) =
            (Instant::now(), Arc::clone(&arrivals), Arc::clone(&arrivals));
        on_thread("reader".into(), move || reader.read_in_turn(&waiting))?;
        on_thread("arrivals".into(), move || watcher.watch())?;
        while arrivals.reading().is_some() && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(arrivals)
    }

    /// How far the reading of folders is; `None` where nothing waits to be read.
    pub fn reading(&self) -> Option<Reading> {
        let reading = *self.progress();
        (reading.done < reading.total).then_some(reading)
    }

    /// Reads the run of that id anew, whatever the index knew of it.
    pub fn take_up(&self, id: &RunId) -> Result<(), ServerError> {
        // Who followed it to its end may be about to leave still, and what is followed is not read.
        let begun = Instant::now();
        while self.supervisor.is_followed(id) && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
        let path = self.runs.join(id.as_str());
        let over = {
            let _turn = self.turn();
            self.journal.forget(id)?;
            self.enter(vec![(id.clone(), path)], &BTreeSet::new())?
        };
        over.iter().for_each(|found| self.read(found));
        self.sweep()
    }

    /// Erases what was forgotten, on a thread of its own: that may last.
    pub fn sweep(&self) -> Result<(), ServerError> {
        let journal = Arc::clone(&self.journal);
        on_thread("sweep".into(), move || {
            if let Err(error) = journal.sweep() {
                tracing::error!(%error, "what was forgotten cannot be erased; the next start tries again");
            }
        })
    }

    fn watch(&self) {
        let watch = Watch::on(&self.runs, Interest::Entries);
        let mut soon = 0;
        loop {
            // The index lies there too, and is none of our business.
            watch.wait(if soon > 0 { SOON } else { PERIOD }, is_run);
            soon = match self.look(false) {
                Ok(true) if soon == 0 => TRIES,
                Ok(true) => soon - 1,
                Ok(false) => 0,
                Err(error) => {
                    tracing::error!(%error, "the folder of runs cannot be looked through");
                    0
                }
            };
        }
    }

    /// Compares folders and index: enters what is new, drops what is gone, and reads again what
    /// changed. At the `start` folders need not have come to rest: nobody watched them. Tells
    /// whether there is one that has not, and is not entered yet.
    fn look(&self, start: bool) -> Result<bool, ServerError> {
        let _turn = self.turn();
        let mut known = known::all(&self.journal)?;
        let (mut new, mut forgotten, mut unsettled) = (Vec::new(), 0, false);
        let mut active = BTreeSet::new();
        for (id, path) in folder::list(&self.runs)? {
            match known.remove(&id) {
                _ if self.supervisor.is_followed(&id) => {}
                None if start || is_whole(&path) => new.push((id, path)),
                None => unsettled = true,
                Some(run) if run.is_outdated(&path, start) => {
                    self.journal.forget(&id)?;
                    forgotten += 1;
                    new.push((id, path));
                }
                // What was left half-read goes on where it was, and who is active has a follower.
                Some(run) if run.status.is_active() && (start || run.shown) => {
                    if run.shown {
                        active.insert(id.clone());
                    }
                    new.push((id, path));
                }
                Some(_) => {}
            }
        }
        for id in known.into_keys() {
            if !self.supervisor.is_followed(&id) {
                tracing::info!(run = %id, "the run's folder is gone");
                self.journal.forget(&id)?;
                forgotten += 1;
            }
        }
        for found in self.enter(new, &active)? {
            self.progress().total += 1;
            // Its other end is a thread that ends with the process.
            let _ = self.queue.send(found);
        }
        if forgotten > 0 {
            self.sweep()?;
        }
        Ok(unsettled)
    }

    /// Enters runs into the index, of which it knew some as `active`. Those that are alive are followed; the others are given
    /// back.
    fn enter(
        &self,
        folders: Vec<(RunId, PathBuf)>,
        active: &BTreeSet<RunId>,
    ) -> Result<Vec<Found>, ServerError> {
        let (mut alive, mut over) = (Vec::new(), Vec::new());
        for (id, path) in folders {
            let is_news = active.contains(&id);
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
            runs.push(Found {
                manifest,
                path,
                damage,
                is_news,
            });
        }
        for (runs, shown) in [(&alive, true), (&over, false)] {
            let mut new = Vec::new();
            for Found { manifest, .. } in runs {
                if self.journal.bookmark(&manifest.id)?.is_none() {
                    new.push(manifest.clone());
                }
            }
            if !new.is_empty() {
                self.journal.register(&new, shown)?;
            }
        }
        for found in alive {
            // One that cannot be followed now keeps no other from it: the next look tries again.
            let id = found.manifest.id.clone();
            if let Err(error) = self
                .supervisor
                .adopt(&found.manifest, found.path, found.damage)
            {
                tracing::error!(run = %id, %error, "the run cannot be followed at present");
            }
        }
        Ok(over)
    }

    /// Reads runs that are over, newest first, also among those that came meanwhile.
    fn read_in_turn(&self, queue: &Receiver<Found>) {
        let mut waiting = BTreeMap::new();
        loop {
            let next = waiting.pop_last().map(|(_, found)| found);
            let Some(found) = next.or_else(|| queue.recv().ok()) else {
                return;
            };
            for more in std::iter::once(found).chain(queue.try_iter()) {
                let twice = waiting.insert(more.manifest.id.clone(), more);
                self.progress().done += u64::from(twice.is_some());
            }
            if let Some((_, newest)) = waiting.pop_last() {
                self.read(&newest);
                self.progress().done += 1;
            }
        }
    }

    /// Reads a run that is over. One that a recorder holds by now is left to the next look.
    fn read(&self, found: &Found) {
        let (id, path) = (&found.manifest.id, found.path.clone());
        if self.supervisor.is_followed(id) || is_held(&path) {
            return;
        }
        let (manifest, damage) = (&found.manifest, found.damage.clone());
        match self.supervisor.follower(manifest, path, damage, None) {
            Ok(follower) if found.is_news => {
                let herald = self.supervisor.herald(manifest, &found.path);
                follower.with_herald(herald).follow();
            }
            Ok(follower) => follower.follow(),
            // Taken away meanwhile.
            Err(ServerError::NotFound(_)) => {}
            Err(error) => tracing::error!(run = %id, %error, "the run cannot be read"),
        }
    }

    fn progress(&self) -> MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.entering.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_run(name: &OsStr) -> bool {
    name.to_str().and_then(RunId::parse).is_some()
}
