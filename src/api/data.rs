//! Calls about data sources: the list and the preview.

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::on_server;
use crate::data::{DataSource, Preview};

/// The CSV files that a run can be trained on.
#[server(name = DataSources, prefix = "/api", endpoint = "data_sources", input = GetUrl, output = Json)]
pub async fn data_sources() -> Result<Vec<DataSource>, ApiError> {
    on_server(|server| server.catalog.list()).await
}

/// What is in the data source `source`: columns, statistics, first rows, points to plot.
#[server(name = PreviewCsv, prefix = "/api", endpoint = "preview_csv", input = GetUrl, output = Json)]
pub async fn preview_csv(source: String) -> Result<Preview, ApiError> {
    on_server(move |server| server.preview(&source)).await
}
