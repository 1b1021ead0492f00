//! Measures what active runs ask of the machine: processors, memory, graphics cards.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;

use super::gpu::Gpus;
use super::journal::Journal;
use super::notice::{Notice, used};
use super::processes::Family;
use super::thread::on_thread;
use super::{ServerError, Supervisor, host, recording};
use crate::event::RunId;
use crate::run::{Host, Usage};

/// How often it looks.
const PERIOD: Duration = Duration::from_secs(2);

/// What every active run used when it was looked at last.
#[derive(Debug, Default)]
pub struct Meter(Mutex<BTreeMap<RunId, Usage>>);

impl Meter {
    /// A meter of the runs in `folder`, on a thread of its own.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn begin(
        folder: PathBuf,
        supervisor: &Arc<Supervisor>,
        journal: &Arc<Journal>,
    ) -> Result<Arc<Self>, ServerError> {
        let meter = Arc::new(Self::default());
        let held = Arc::downgrade(&meter);
        let (supervisor, journal) = (Arc::downgrade(supervisor), Arc::downgrade(journal));
        on_thread("meter".into(), move || {
            let mut look = Look::new(folder);
            while let (Some(meter), Some(supervisor), Some(journal)) =
                (held.upgrade(), supervisor.upgrade(), journal.upgrade())
            {
                let found = look.at(supervisor.followed());
                let is_new = {
                    let mut known = meter.0.lock().unwrap_or_else(PoisonError::into_inner);
                    std::mem::replace(&mut *known, found.clone()) != found
                };
                if is_new {
                    journal.ring(Notice::Usage);
                }
                drop((meter, supervisor, journal));
                std::thread::sleep(PERIOD);
            }
        })?;
        Ok(meter)
    }

    /// What `run` uses; `None` where it is not active, or was not looked at yet.
    pub fn usage(&self, run: &RunId) -> Option<Usage> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(run).cloned()
    }

    /// The messages that tell of it: of all active runs, or of `only` one.
    pub fn latest(&self, only: Option<&RunId>) -> Vec<Bytes> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = known
            .iter()
            .filter(|(run, _)| only.is_none_or(|only| only == *run));
        wanted.map(|(run, usage)| used(run, usage)).collect()
    }
}

/// What has to be remembered from one look to the next.
struct Look {
    folder: PathBuf,
    /// Known from the first run on.
    machine: Option<Host>,
    gpus: Gpus,
    /// The processor time of each run by then.
    before: BTreeMap<RunId, (Instant, Duration)>,
}

impl Look {
    fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            machine: None,
            gpus: Gpus::default(),
            before: BTreeMap::new(),
        }
    }

    fn at(&mut self, active: impl IntoIterator<Item = RunId>) -> BTreeMap<RunId, Usage> {
        let recorded = active.into_iter().filter_map(|run| {
            let recorder = recording::recorder(&self.folder.join(run.as_str()))?;
            Some((run, recorder))
        });
        let recorded: Vec<_> = recorded.collect();
        if recorded.is_empty() {
            self.gpus.leave();
            self.before.clear();
            return BTreeMap::new();
        }
        let gpus = self.gpus.look();
        let machine = self.machine.get_or_insert_with(host::present);
        let now = Instant::now();
        let mut times = BTreeMap::new();
        let found = recorded.into_iter().filter_map(|(run, recorder)| {
            let family = Family::of(recorder, Path::new("/proc"))?;
            let since = self.before.get(&run);
            let cpu_percent = since.map(|(then, time)| {
                let used = family.processor_time.saturating_sub(*time);
                100.0 * used.as_secs_f64() / (now - *then).as_secs_f64().max(f64::MIN_POSITIVE)
            });
            times.insert(run.clone(), (now, family.processor_time));
            let usage = Usage {
                cpu_percent,
                processors: machine.processors,
                memory_bytes: family.memory_bytes,
                memory_total_bytes: machine.memory_bytes,
                processes: family.count,
                gpus: gpus.clone(),
            };
            Some((run, usage))
        });
        let found = found.collect();
        self.before = times;
        found
    }
}
