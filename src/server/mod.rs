//! The server's inside: data sources, runs, their index, and who starts and stops them.
//!
//! `Server` holds one of each; the calls of the API reach it by context. Everything here
//! may block and is called from threads that may; only the event stream is async.

mod access;
mod alert;
mod archive;
mod arrivals;
mod booking;
mod checkpoints;
mod claim;
mod clients;
mod command_line;
pub mod config;
pub mod data;
mod data_state;
mod digest;
mod drawn;
mod ending;
mod error;
pub mod export;
mod folder;
mod follower;
mod forgetting;
mod gate;
mod gpu;
mod guard;
mod herald;
mod history;
mod host;
mod hub;
mod index;
mod journal;
mod known;
mod limits;
mod lines;
mod listing;
mod meter;
mod notice;
mod origin;
mod orphans;
mod places;
mod point_keeper;
mod points;
mod present;
mod processes;
mod recording;
mod replay;
mod sample_view;
mod samples;
mod seats;
mod standing;
mod starter;
mod stream;
mod supervisor;
pub mod synthesis;
mod tail;
mod terminal;
mod thinned;
mod thread;
mod time;
mod trainers;
mod try_out;
mod watch;
mod writer;

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

pub use access::{Access, Fresh, Role};
pub use archive::{Archive, Edit};
pub use clients::{Allowance, Clients, Patience};
pub use config::Config;
pub use error::ServerError;
pub use guard::{Guard, Stranger};
pub use history::History;
pub use journal::Journal;
pub use limits::Limits;
pub use lines::WantedLines;
pub use listing::Wanted;
pub use places::{Place, Places};
pub use points::Window;
pub use samples::picture;
pub use starter::{Order, Starter};
pub use stream::{Feed, FeedQuery};
pub use supervisor::Supervisor;
pub use terminal::{TerminalOrder, prepare};
pub use trainers::Trainers;
pub use try_out::read_lines;

use arrivals::Arrivals;
use claim::Claim;
use meter::Meter;
use notice::Notice;
use thread::on_thread;

use crate::data::{DeletedSource, Preview, SourceId};
use crate::run::{RunDetail, Usage};

/// How often it is looked whether something was deleted so long ago that it goes for good.
const REMOVAL_PERIOD: Duration = Duration::from_secs(3600);
/// How often it is looked whether the index's log of writes has grown large.
const RELIEF_PERIOD: Duration = Duration::from_secs(2);

/// Everything that serves, opened once.
pub struct Server {
    pub config: Config,
    pub catalog: Arc<data::Catalog>,
    pub trainers: Arc<Trainers>,
    pub journal: Arc<Journal>,
    pub history: History,
    pub archive: Archive,
    pub starter: Starter,
    pub supervisor: Arc<Supervisor>,
    /// Turns of those who look something up: a few for each core, so that many of them leave room for the rest.
    pub readers: Arc<Semaphore>,
    /// Turns of those who try out how lines are read.
    pub tryers: Arc<Semaphore>,
    readings: data_state::Readings,
    meter: Arc<Meter>,
    _data_watch: data::Watch,
    _claim: Claim,
}

impl Server {
    /// Opens the folders and the index, and takes up every run that the index does not
    /// know the end of.
    ///
    /// # Errors
    /// Where a folder or the index cannot be opened, another server has the runs, or the
    /// configuration names a trainer twice or with a bad pattern.
    pub fn open(config: Config) -> Result<Arc<Self>, ServerError> {
        make_folder(&config.data, "--data")?;
        make_folder(&config.runs, "--runs")?;
        let claim = Claim::take(&config.runs)?;
        data::tidy_uploads(&config.data);
        let catalog = Arc::new(data::Catalog::new(config.data.clone()));
        let trainers = Arc::new(Trainers::new(&config)?);
        let journal = Arc::new(Journal::open(&config.runs.join("index.sqlite"))?);
        let supervisor = Arc::new(Supervisor::new(
            &config,
            Arc::clone(&trainers),
            Arc::clone(&journal),
        )?);
        let starter = Starter::new(
            &config,
            Arc::clone(&catalog),
            Arc::clone(&trainers),
            Arc::clone(&journal),
            Arc::clone(&supervisor),
        );
        let arrivals = Arrivals::begin(
            config.runs.clone(),
            Arc::clone(&supervisor),
            Arc::clone(&journal),
        )?;
        let meter = Meter::begin(config.runs.clone(), &supervisor, &journal)?;
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        let server = Arc::new(Self {
            _data_watch: data::Watch::begin(&config.data, {
                let journal = Arc::clone(&journal);
                move || journal.ring(Notice::Data)
            }),
            history: History::new(&config, Arc::clone(&journal), Arc::clone(&arrivals)),
            archive: Archive::new(
                config.runs.clone(),
                config.limits.deleted_days,
                Arc::clone(&journal),
                arrivals,
            ),
            config,
            catalog,
            trainers,
            journal,
            starter,
            supervisor,
            readers: Arc::new(Semaphore::new(4 * cores.max(2))),
            tryers: Arc::new(Semaphore::new(cores.div_ceil(2))),
            readings: data_state::Readings::default(),
            meter,
            _claim: claim,
        });
        let opened = Arc::downgrade(&server);
        on_thread("upkeep".into(), move || {
            let mut removed: Option<Instant> = None;
            while let Some(server) = opened.upgrade() {
                if removed.is_none_or(|removed| removed.elapsed() >= REMOVAL_PERIOD) {
                    server.remove_old();
                    removed = Some(Instant::now());
                }
                if let Err(error) = server.journal.relieve() {
                    tracing::warn!(%error, "the index's log of writes stays large; this is tried again");
                }
                drop(server);
                std::thread::sleep(RELIEF_PERIOD);
            }
        })?;
        Ok(server)
    }

    /// Removes for good what was deleted long ago.
    fn remove_old(&self) {
        self.archive.remove_old();
        let days = self.config.limits.deleted_days;
        let kept = Duration::from_secs(days.saturating_mul(86_400));
        data::bin::empty(&self.config.data, kept);
    }

    /// One run with all that is known of it.
    ///
    /// # Errors
    /// `NotFound` for an unknown run.
    pub fn run(&self, run_id: &str) -> Result<RunDetail, ServerError> {
        let mut detail = self.history.run(run_id)?;
        detail.data_state = self.state_of_data(&detail.manifest).map(|found| found.0);
        Ok(detail)
    }

    /// What an active run asks of the machine; `None` where it is over, or was not looked at yet.
    ///
    /// # Errors
    /// `NotFound` for an unknown run.
    pub fn usage(&self, run_id: &str) -> Result<Option<Usage>, ServerError> {
        let run = known::known_run(&self.journal, run_id)?;
        Ok(self.meter.usage(&run))
    }

    /// Takes an upload out of the data sources; it is kept for some days.
    ///
    /// # Errors
    /// `NotFound` for an unknown data source, `Conflict` for what was not uploaded, and while an active run is on it.
    pub fn delete_source(&self, id: &str) -> Result<DeletedSource, ServerError> {
        let id = SourceId::new(id);
        let source = self.supervisor.while_none_starts(|| {
            for run in self.journal.read(|index| self.journal.active(index))? {
                let manifest = match self.history.folder(run.as_str()) {
                    Err(ServerError::NotFound(_)) => continue,
                    found => found?.1,
                };
                if manifest.data.is_some_and(|data| data.source == id.as_str()) {
                    return Err(ServerError::Conflict(format!(
                        "The run {run} is active on it; it can be deleted when that is over."
                    )));
                }
            }
            Ok(data::bin::delete(&self.catalog, &id)?)
        })?;
        Ok(DeletedSource {
            id: source.id,
            name: source.name,
            kept_days: self.config.limits.deleted_days,
        })
    }

    /// What is in the data source of that id.
    pub fn preview(&self, id: &str) -> Result<Preview, ServerError> {
        let (source, path) = self.catalog.resolve(&SourceId::new(id))?;
        Ok(data::preview(
            source,
            &path,
            &data::PreviewLimits::default(),
        )?)
    }
}

fn make_folder(path: &Path, flag: &str) -> Result<(), ServerError> {
    std::fs::create_dir_all(path).map_err(|error| ServerError::folder(path, flag, &error))
}
