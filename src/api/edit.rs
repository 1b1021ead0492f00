//! Calls that change the history: names, tags and notes, deleting and taking back.

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::on_server;
use crate::run::{Deleted, DeletedRun, Restored, RunRow};

/// Changes what people call a run; what is absent stays. Not while the run is active.
#[server(name = EditRun, prefix = "/api", endpoint = "edit_run", input = Json, output = Json)]
pub async fn edit_run(
    run_id: String,
    name: Option<String>,
    tags: Option<Vec<String>>,
    notes: Option<String>,
) -> Result<RunRow, ApiError> {
    let edit = crate::server::Edit { name, tags, notes };
    on_server(move |server| server.archive.edit(&run_id, edit)).await
}

/// Takes a run out of the history. Its folder is kept for some days, and can be restored.
#[server(name = DeleteRun, prefix = "/api", endpoint = "delete_run", input = Json, output = Json)]
pub async fn delete_run(run_id: String) -> Result<Deleted, ApiError> {
    on_server(move |server| server.archive.delete(&run_id)).await
}

/// Takes a deletion back.
#[server(name = RestoreRun, prefix = "/api", endpoint = "restore_run", input = Json, output = Json)]
pub async fn restore_run(run_id: String) -> Result<Restored, ApiError> {
    on_server(move |server| server.archive.restore(&run_id)).await
}

/// The runs that were deleted last and can still be restored, the latest first.
#[server(name = GetDeletedRuns, prefix = "/api", endpoint = "deleted_runs", input = GetUrl, output = Json)]
pub async fn deleted_runs() -> Result<Vec<DeletedRun>, ApiError> {
    on_server(|server| server.archive.deleted()).await
}
