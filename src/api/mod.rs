//! The server functions: what the page and any other client can call, at fixed paths.
//!
//! Each topic has a file. The functions are thin: they check nothing and decide nothing
//! themselves, but hand over to the server, which reaches them by context.

mod data;
mod edit;
mod error;
mod log;
mod place;
mod reading;
mod runs;
mod training;

pub use data::{
    DataSources, DeleteSource, PreviewCsv, RestoreSource, data_sources, delete_source, preview_csv,
    restore_source,
};
pub use edit::{
    DeleteRun, EditRun, GetDeletedRuns, RestoreRun, delete_run, deleted_runs, edit_run, restore_run,
};
pub use error::{ApiError, ErrorBody, ErrorCode};
pub use log::{GetLog, log};
#[cfg(feature = "hydrate")]
pub use place::find_root;
pub use place::{at, base, live_below, rest_below, root};
pub use reading::{ReadLines, read_lines};
pub use runs::{
    GetComparison, GetRun, GetRuns, GetSampleView, GetSeries, GetUsage, GetView, compare, run,
    runs, sample_view, series, usage, view,
};
pub use training::{
    GetTrainers, GetTrainingStatus, StartTraining, StopTraining, start_training, stop_training,
    trainers, training_status,
};

#[cfg(feature = "ssr")]
mod context {
    use super::{ApiError, ErrorCode};
    use crate::server::Server;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Semaphore;

    /// How long a call waits for its turn.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// Runs `work` with the server on a thread that may block: disks and databases wait there. Only so many do at the
    /// same time, and who goes away meanwhile gives up its place.
    pub(super) async fn on_server<T, E>(
        work: impl FnOnce(&Server) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Into<ApiError> + Send + 'static,
    {
        in_turn(|server| &server.readers, work).await
    }

    /// As [`on_server`], for those who try something out: however long that takes, it keeps no turn from the others.
    pub(super) async fn trying<T, E>(
        work: impl FnOnce(&Server) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Into<ApiError> + Send + 'static,
    {
        in_turn(|server| &server.tryers, work).await
    }

    async fn in_turn<T, E>(
        turns: fn(&Server) -> &Arc<Semaphore>,
        work: impl FnOnce(&Server) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Into<ApiError> + Send + 'static,
    {
        let turns = Arc::clone(turns(&*server()?));
        let turn = tokio::time::timeout(PATIENCE, turns.acquire_owned()).await;
        // They are never closed.
        let Ok(Ok(turn)) = turn else {
            return Err(ApiError::new(
                ErrorCode::TooMany,
                "The server has more to answer than it can; ask again in a moment.",
            ));
        };
        at_once(move |server| {
            let done = work(server);
            drop(turn);
            done
        })
        .await
    }

    fn server() -> Result<Arc<Server>, ApiError> {
        leptos::prelude::use_context::<Arc<Server>>()
            .ok_or_else(|| ApiError::new(ErrorCode::Internal, "The server is not ready."))
    }

    /// As [`on_server`], for what must not wait behind those who only look: to start, to stop, and to see how a run stands.
    pub(super) async fn at_once<T, E>(
        work: impl FnOnce(&Server) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Into<ApiError> + Send + 'static,
    {
        let server = server()?;
        let missing = leptos::prelude::use_context::<WhenMissing>();
        let done = tokio::task::spawn_blocking(move || work(&server).map_err(Into::into))
            .await
            .map_err(|error| ApiError::new(ErrorCode::Internal, error.to_string()))?;
        if let (Err(error), Some(missing)) = (&done, missing)
            && error.error.code == ErrorCode::NotFound
        {
            (missing.0)();
        }
        done
    }

    /// What happens where there is nothing of the id that a call was given, as a page gives those of its address: such a page
    /// says so by its status.
    #[derive(Clone)]
    pub struct WhenMissing(pub Arc<dyn Fn() + Send + Sync>);
}
#[cfg(feature = "ssr")]
pub use context::WhenMissing;
#[cfg(feature = "ssr")]
use context::{at_once, on_server, trying};
