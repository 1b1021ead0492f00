//! The call that reads a run's log lines.

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::on_server;
use crate::run::LogPage;

/// Up to `limit` log lines after line number `after`, of those that hold `query` (without
/// regard to case) and have one of the comma-separated `level`s.
///
/// `latest` leaves out lines that others were drawn over, so that a progress bar is one
/// line. `offset` skips so many of the lines that match, for those who show a part of many.
#[server(name = GetLog, prefix = "/api", endpoint = "log", input = GetUrl, output = Json)]
pub async fn log(
    run_id: String,
    after: Option<u64>,
    limit: Option<u64>,
    query: Option<String>,
    level: Option<String>,
    latest: Option<bool>,
    offset: Option<u64>,
) -> Result<LogPage, ApiError> {
    let wanted = crate::server::WantedLines {
        after,
        limit,
        query,
        level,
        latest,
        offset,
    };
    on_server(move |server| server.history.log(&run_id, &wanted)).await
}
