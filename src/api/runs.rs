//! Calls that read what runs said: history, points, comparison, and all that the page shows.

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::on_server;
use crate::run::{Comparison, RunDetail, RunList, RunView, SampleView, SeriesAnswer, Usage};

/// The history: newest first unless `sort` names another column of [`crate::run::RunRow`];
/// a leading `-` turns the order around. The comma-separated `metrics` come with each run, by their last
/// values or, behind `NAME:lowest` and `NAME:highest`, by these; `metric:NAME` sorts by one of them.
#[server(name = GetRuns, prefix = "/api", endpoint = "runs", input = GetUrl, output = Json)]
pub async fn runs(
    query: Option<String>,
    status: Option<String>,
    sort: Option<String>,
    metrics: Option<String>,
    offset: Option<u64>,
    limit: Option<u64>,
) -> Result<RunList, ApiError> {
    let wanted = crate::server::Wanted {
        query,
        status,
        sort,
        metrics,
        offset,
        limit,
    };
    on_server(move |server| server.history.runs(&wanted)).await
}

/// One run with all that is known of it.
#[server(name = GetRun, prefix = "/api", endpoint = "run", input = GetUrl, output = Json)]
pub async fn run(run_id: String) -> Result<RunDetail, ApiError> {
    on_server(move |server| server.run(&run_id)).await
}

/// Points of the comma-separated `metrics` (all of them where absent) with `from ≤ x ≤ to`,
/// at most `max_points` a metric: decimated by minimum and maximum, first and last kept.
#[server(name = GetSeries, prefix = "/api", endpoint = "series", input = GetUrl, output = Json)]
pub async fn series(
    run_id: String,
    metrics: Option<String>,
    from: Option<f64>,
    to: Option<f64>,
    max_points: Option<u64>,
) -> Result<SeriesAnswer, ApiError> {
    let window = crate::server::Window {
        metrics,
        from,
        to,
        max_points,
    };
    on_server(move |server| server.history.series(&run_id, &window)).await
}

/// The runs of the comma-separated `run_ids`, 2 to 20 of them, with every metric in at most
/// `max_points` points (500 where nothing else is asked for).
#[server(name = GetComparison, prefix = "/api", endpoint = "compare", input = GetUrl, output = Json)]
pub async fn compare(run_ids: String, max_points: Option<u64>) -> Result<Comparison, ApiError> {
    on_server(move |server| server.history.compare(&run_ids, max_points)).await
}

/// All that the page shows of a run, as of one event: the run of that id, or else the newest that is
/// active, or else the newest.
#[server(name = GetView, prefix = "/api", endpoint = "view", input = GetUrl, output = Json)]
pub async fn view(run_id: Option<String>) -> Result<RunView, ApiError> {
    on_server(move |server| server.history.view(run_id.as_deref())).await
}

/// The CSV sample `name` of a run beside the run's data source: the same bins for both, their
/// correlations, and the columns `x` and `y` (the first two of numbers where absent) against each
/// other.
#[server(name = GetSampleView, prefix = "/api", endpoint = "sample_view", input = GetUrl, output = Json)]
pub async fn sample_view(
    run_id: String,
    name: String,
    x: Option<String>,
    y: Option<String>,
) -> Result<SampleView, ApiError> {
    let axes = crate::server::data::Axes { x, y };
    on_server(move |server| server.sample_view(&run_id, &name, &axes)).await
}

/// What an active run asks of the machine, as it was measured last; null where it is over or was not measured yet.
#[server(name = GetUsage, prefix = "/api", endpoint = "usage", input = GetUrl, output = Json)]
pub async fn usage(run_id: String) -> Result<Option<Usage>, ApiError> {
    on_server(move |server| server.usage(&run_id)).await
}
