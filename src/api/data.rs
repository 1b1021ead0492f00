//! Calls about data sources: the list, the preview, and uploads that go and come back.

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::on_server;
use crate::data::{DataSource, DeletedSource, Preview};

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

/// Takes an upload out of the data sources. It is kept for some days, and can be restored.
#[server(name = DeleteSource, prefix = "/api", endpoint = "delete_source", input = Json, output = Json)]
pub async fn delete_source(source: String) -> Result<DeletedSource, ApiError> {
    on_server(move |server| server.delete_source(&source)).await
}

/// Brings a deleted upload back.
#[server(name = RestoreSource, prefix = "/api", endpoint = "restore_source", input = Json, output = Json)]
pub async fn restore_source(source: String) -> Result<DataSource, ApiError> {
    use crate::data::SourceId;
    use crate::server::data::bin::restore;

    on_server(move |server| restore(&server.catalog, &SourceId::new(source))).await
}
