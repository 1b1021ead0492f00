//! The server's inside: data sources, runs, their index, and who starts and stops them.
//!
//! `Server` holds one of each; the calls of the API reach it by context. Everything here
//! may block and is called from threads that may; only the event stream is async.

mod access;
mod archive;
mod arrivals;
mod booking;
mod claim;
mod clients;
pub mod config;
pub mod data;
mod digest;
mod ending;
mod error;
pub mod export;
mod folder;
mod follower;
mod forgetting;
mod guard;
mod history;
mod host;
mod hub;
mod index;
mod journal;
mod known;
mod limits;
mod lines;
mod listing;
mod orphans;
mod places;
mod point_keeper;
mod points;
mod recording;
mod replay;
mod sample_view;
mod samples;
mod seats;
mod stream;
mod supervisor;
pub mod synthesis;
mod terminal;
mod thinned;
mod time;
mod trainers;
mod troubles;
mod try_out;
mod watch;
mod writer;

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;

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
pub use stream::{Feed, FeedQuery};
pub use supervisor::{Order, Supervisor};
pub use terminal::{TerminalOrder, prepare};
pub use trainers::Trainers;
pub use try_out::read_lines;

use arrivals::Arrivals;
use claim::Claim;

use crate::data::{Preview, SourceId};

/// Everything that serves, opened once.
pub struct Server {
    pub config: Config,
    pub catalog: Arc<data::Catalog>,
    pub trainers: Arc<Trainers>,
    pub journal: Arc<Journal>,
    pub history: History,
    pub archive: Archive,
    pub supervisor: Arc<Supervisor>,
    /// Turns of those who look something up: a few for each core, so that many of them leave room for the rest.
    pub readers: Arc<Semaphore>,
    readings: sample_view::Readings,
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
        make_folder(&config.data)?;
        make_folder(&config.runs)?;
        let claim = Claim::take(&config.runs)?;
        data::tidy_uploads(&config.data);
        let catalog = Arc::new(data::Catalog::new(config.data.clone()));
        let trainers = Arc::new(Trainers::new(&config)?);
        let journal = Arc::new(Journal::open(&config.runs.join("index.sqlite"))?);
        let supervisor = Arc::new(Supervisor::new(
            &config,
            Arc::clone(&catalog),
            Arc::clone(&trainers),
            Arc::clone(&journal),
        ));
        let arrivals = Arrivals::begin(
            config.runs.clone(),
            Arc::clone(&supervisor),
            Arc::clone(&journal),
        )?;
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        Ok(Arc::new(Self {
            _data_watch: data::Watch::begin(&config.data, {
                let journal = Arc::clone(&journal);
                move || journal.ring_for_data()
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
            supervisor,
            readers: Arc::new(Semaphore::new(4 * cores.max(2))),
            readings: sample_view::Readings::default(),
            _claim: claim,
        }))
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

fn make_folder(path: &Path) -> Result<(), ServerError> {
    std::fs::create_dir_all(path)
        .map_err(|error| ServerError::disk("cannot make the folder", path, &error))
}
